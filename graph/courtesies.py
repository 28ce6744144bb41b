"""Clauses that are said for courtesy, or to lead into another: they say nothing to be remembered. Pure.

Knows how a clause was said; no facts.
"""

from graph.drafts import Heard
from nlp.types import Relation

_FEELINGS = frozenset(
    {"sorry", "glad", "happy", "afraid", "sure", "welcome", "pleased", "delighted", "kind", "grateful", "thankful", "right"}
)
_VERDICTS = frozenset(
    {"fine", "ok", "okay", "great", "perfect", "good", "cool", "awesome", "alright", "wonderful", "lovely", "nice", "all"}
)
_POLITE = frozenset(
    {"apologize", "apologise", "thank", "appreciate", "regret", "hear", "understand", "see", "wonder", "guess", "suppose", "bet"}
)
_BELIEF = frozenset({"think", "believe", "guess", "suppose", "figure", "bet", "reckon", "mean", "know", "see", "understand"})


def is_courtesy(heard: Heard, relation: Relation) -> bool:
    """ "I'm so sorry", "that's fine", "you're very kind", "I think", "we apologize", "just so you know"."""
    subject = relation.argument("subject")
    person = subject.text.lower() if subject is not None else ""
    verb = relation.predicate.split("_", maxsplit=1)[0]
    attribute = relation.argument("attribute")
    if verb in ("be", *_FEELINGS) and person in ("i", "we", "you", ""):
        return verb in _FEELINGS or (attribute is not None and bool(_FEELINGS & set(attribute.text.lower().replace(",", " ").split())))
    if verb == "be" and person in ("that", "it", "this", "all", "everything", ""):
        return attribute is not None and attribute.mention is None and attribute.lemma in _VERDICTS
    if verb == "thank":
        return True
    if verb in _POLITE and person in ("i", "we", ""):
        return len(relation.arguments) <= 2 and all(a.role != "complement" or heard.turn.speaker == "agent" for a in relation.arguments)
    if verb in _BELIEF and person in ("i", "we", "you"):
        return all(a.role in ("subject", "complement", "adverb") for a in relation.arguments)
    return False
