"""Clauses that are said for courtesy, or to lead into another: they say nothing to be remembered. Pure.

Knows how a clause was said; no facts.
"""

import re

from graph.drafts import Heard
from nlp.types import Relation

_FEELINGS = frozenset(
    {"sorry", "glad", "happy", "afraid", "sure", "welcome", "pleased", "delighted", "kind", "grateful", "thankful", "right"}
)
_VERDICTS = frozenset(
    {"fine", "ok", "okay", "great", "perfect", "good", "cool", "awesome", "alright", "wonderful", "lovely", "nice", "all"}
)
_VERDICT = re.compile(rf"(?:(?:that's|that is|it's|sounds|all|oh|ok|okay|very|just) )*(?:{'|'.join(sorted(_VERDICTS))})")
_POLITE = frozenset(
    {"apologize", "apologise", "thank", "appreciate", "regret", "hear", "understand", "see", "wonder", "guess", "suppose", "bet"}
)
_REACHING = frozenset({"call", "write", "email", "text", "message", "phone", "ring", "reach_out"})
_TOWARDS = re.compile(
    r"(?:so |very |really )?(?:afraid of|(?:un)?happy (?:with|about)|glad about|pleased with|sure (?:of|about))\b", re.IGNORECASE
)
_MISSED = frozenset({"happy", "glad", "pleased"})
_LET_KNOW = re.compile(r"\blet (?:me|us) know\b(?: if| whether| should)? (?:you|there|anything|that|this)\b", re.IGNORECASE)
_HORTATIVE = re.compile(
    r"(?:just )?let(?:'s|’s| us| me)\s+(?!(?:know|have|see|speak|talk|in|go|off)\b)\w", re.IGNORECASE
)  # asks for nothing
_PAUSES = frozenset({"hold_on", "hang_on", "wait", "wait_up", "hold_up", "bear"})
_BELIEF = frozenset({"wonder", "think", "believe", "guess", "suppose", "figure", "bet", "reckon", "mean", "know", "see", "understand"})


def is_courtesy(heard: Heard, relation: Relation) -> bool:
    """ "I'm so sorry", "that's fine", "you're very kind", "I think", "we apologize", "just so you know", "let me check"."""
    subject = relation.argument("subject")
    person = subject.text.lower() if subject is not None else ""
    verb = relation.predicate.split("_", maxsplit=1)[0]
    attribute = relation.argument("attribute")
    if (attribute is not None and _TOWARDS.match(attribute.text)) or (
        relation.negated and verb == "be" and attribute is not None and attribute.lemma in _MISSED
    ):
        return False
    if _leads_in(relation, person):
        return True
    if verb in _BELIEF and person in ("i", "we", "you", "") and any(a.role == "complement" for a in relation.arguments):
        return True
    if verb in _REACHING and person in ("i", "we"):
        return all(a.role in ("subject", "adverb", "when", "complement") for a in relation.arguments) and relation.tense == "present"
    if relation.predicate == "let" and _HORTATIVE.match(heard.parse.text[relation.span.start : relation.span.end]):
        return True
    if relation.predicate == "let" and _LET_KNOW.search(heard.parse.text[relation.span.start : relation.span.end]):
        return True
    if verb in ("be", *_FEELINGS) and person in ("i", "we", "you", ""):
        return verb in _FEELINGS or (attribute is not None and bool(_FEELINGS & set(attribute.text.lower().replace(",", " ").split())))
    if verb == "be" and person == "it" and _settles(relation):
        return True
    if verb == "be" and person in ("that", "it", "this", "all", "everything", ""):
        return attribute is not None and attribute.mention is None and attribute.lemma in _VERDICTS
    if verb == "thank" or (verb in ("apologize", "apologise", "regret") and person in ("i", "we", "")):
        return True
    if verb in _POLITE and person in ("i", "we", ""):
        return len(relation.arguments) <= 2 and all(a.role != "complement" or heard.turn.speaker == "agent" for a in relation.arguments)
    if verb in _BELIEF and person in ("i", "we", "you"):
        return all(a.role in ("subject", "complement", "adverb") for a in relation.arguments)
    return False


def _leads_in(relation: Relation, person: str) -> bool:
    """ "Hold on a second", "I heard (that) …", "knock knock", the "please" of "no roses please", the "had" of "had to move"."""
    verb, roles = relation.predicate, {a.role for a in relation.arguments}
    if verb in ("hear", "read") and person in ("i", "we"):
        return any(a.relation is not None for a in relation.arguments)  # what was heard is told, as said by others
    if verb == "knock":
        return not roles & {"on", "at", "over", "down", "out", "off"}
    if verb == "have" and relation.link != "complement" and roles <= {"subject", "complement", "adverb", "when"}:
        return any(a.text.startswith("to ") for a in relation.arguments if a.relation is not None)  # the clause within says it
    if verb == "please":
        return not roles & {"object", "complement"}
    pauses = verb in _PAUSES and relation.modality == "request"
    return pauses and all(a.role in ("adverb", "when") or a.lemma in ("second", "minute", "moment", "sec") for a in relation.arguments)


def _settles(relation: Relation) -> bool:
    """ "Thursday at three it is": takes an offer up; says nothing of what was spoken of before."""
    subject = relation.argument("subject")
    times = [a for a in relation.arguments if a.role == "when"]
    others = [a for a in relation.arguments if a.role not in ("subject", "when", "adverb")]
    return subject is not None and bool(times) and not others and times[0].span.end <= subject.span.start


def is_verdict(words: str) -> bool:
    """Whether words, in lower case, say that something is well and nothing more: "great", "sounds good"."""
    return _VERDICT.fullmatch(words.strip()) is not None
