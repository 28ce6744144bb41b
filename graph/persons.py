"""Words of a clause as their reader needs them: pronouns replaced by names, verbs in the person that follows. Pure.

Knows a parse and what its mentions refer to; nothing of how a whole clause becomes a sentence, of facts or stores.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from graph.model import Entity, EntityId
from nlp.function_words import ORDINALS
from nlp.syntax import within
from nlp.types import Mention, Parse, Span, Token

Voice = Literal["third", "customer"]  # about the customer by name, or to the customer as "you"

_TO_YOU = {"am": "are", "'m": "'re", "was": "were"}
_TO_THIRD = {"am": "is", "'m": "is", "are": "is", "'re": "is", "have": "has", "'ve": "has", "do": "does", "were": "was"}
_FULL = {"'ll": "will", "'d": "would", "'ve": "have", "'re": "are"}  # after a name
_KEPT_LINKS = ("complement", "relative", "because", "when", "before", "after", "until", "if")


@dataclass(frozen=True)
class Words:
    """What a clause is put into words with. `referents[i]` is what mention i of the parse refers to."""

    parse: Parse
    referents: Sequence[str | None]
    entities: Mapping[EntityId, Entity]
    customer: str
    business: str
    speaker: Literal["customer", "agent"] = "customer"

    @cached_property
    def joined(self) -> dict[int, list[Span]]:
        """The clauses that are merely joined to another, by that one's index."""
        found: dict[int, list[Span]] = {}
        for relation in self.parse.relations:
            if relation.parent is not None and relation.link not in _KEPT_LINKS:
                found.setdefault(relation.parent, []).append(relation.span)
        return found

    @cached_property
    def pronouns(self) -> dict[int, Mention]:
        """Pronouns by where they start."""
        return {m.span.start: m for m in self.parse.mentions if m.kind in ("pronoun", "speaker") and not m.members}

    @cached_property
    def phrases(self) -> dict[int, list[Mention]]:
        """Names and noun phrases by their heads."""
        found: dict[int, list[Mention]] = {}
        for mention in self.parse.mentions:
            if mention.kind not in ("pronoun", "speaker"):
                found.setdefault(mention.head, []).append(mention)
        return found

    @cached_property
    def choices(self) -> dict[int, Mention]:
        """Phrases that only choose, by where they start: "the last one", "the cheapest"."""
        phrases = (m for same in self.phrases.values() for m in same if not m.members and m.value is None)
        return {m.span.start: m for m in phrases if _only_chooses(within(self.parse.tokens, m.span)) and self.referents[m.index]}

    @cached_property
    def subjects(self) -> dict[int, Mention]:
        """Pronouns by the verb that they are the subject of, the first of each."""
        found: dict[int, Mention] = {}
        for mention in self.parse.mentions:
            head = self.parse.tokens[mention.head]
            if mention.kind in ("speaker", "pronoun") and head.dep in ("nsubj", "nsubjpass"):
                found.setdefault(head.head, mention)
        return found

    @cached_property
    def led(self) -> frozenset[int]:
        """Verbs that have an auxiliary, which is the finite one."""
        return frozenset(t.head for t in self.parse.tokens if t.dep in ("aux", "auxpass"))

    def name(self, entity: str | None) -> str:
        found = self.entities.get(EntityId(entity)) if entity else None
        return found.name if found else ""


def joined(words: Words, tokens: Sequence[Token], voice: Voice) -> str:
    """The tokens as text, each in the person that the reader needs."""
    replaced = words.pronouns
    out: list[str] = []
    seen: set[str] = set()
    end = tokens[0].span.start if tokens else 0
    skipped = 0
    for token in tokens:
        if token.span.start < skipped:
            continue
        if (chosen := _chosen(words, token, seen)) is not None:
            mention, name = chosen
            out.append(f" {name}" if out else name[:1].upper() + name[1:] if token.text[:1].isupper() else name)
            end = skipped = mention.span.end
            continue
        mention = replaced.get(token.span.start)
        gap = "" if token.span.start == end and out else " " if out else ""
        word = _mention(words, mention, voice, seen) if mention is not None and mention.head == token.i else None
        if word is None:
            word = _one(words, token, seen) or _verb(words, token, voice)
            _note(words, token, seen)
        if word.startswith("'") or (word in ("n't", ",", ".", "?", "!") and not gap):
            gap = ""
        elif not gap and out and word[:1].isalpha() and token.text.startswith("'"):
            gap = " "
        out.append(gap + word)
        end = token.span.end
    return "".join(out).strip()


def _only_chooses(tokens: Sequence[Token]) -> bool:
    said = [t for t in tokens if t.text.lower() != "the"]
    if [t.text.lower() for t in tokens] in (["that", "one"], ["this", "one"]):
        return True
    ranks = [t for t in said if t.tag in ("JJR", "JJS", "RBR", "RBS") or t.lemma.lower() in ORDINALS | {"other", "middle"}]
    return (
        bool(ranks)
        and len(said) < len(tokens)
        and all(t in ranks or t.lemma.lower() in ("one", "ones", "option", "more", "most") for t in said)
    )


def _chosen(words: Words, token: Token, seen: set[str]) -> tuple[Mention, str] | None:
    """What a phrase that only chooses has chosen: "the last one" is the chef's menu. None where that is called by nothing better."""
    mention = words.choices.get(token.span.start)
    referent = words.referents[mention.index] if mention is not None else None
    name = words.name(referent)
    if (
        mention is None
        or not name
        or referent in (words.customer, words.business)
        or {*name.lower().split()} & {*mention.text.lower().split()} - {"the"}
    ):
        return None
    seen.add(referent or "")
    return mention, name if name[:1].isupper() or name.startswith("the ") else f"the {name}"


def _one(words: Words, token: Token, seen: set[str]) -> str:
    """The noun that "one" stands for: "the one with the view" is the condo with the view; "" for any other word."""
    if token.text.lower() not in ("one", "ones"):
        return ""
    mention = next((m for m in words.phrases.get(token.i, ()) if not m.members and m.value is None), None)
    referent = words.referents[mention.index] if mention is not None else None
    name = words.name(referent) if referent not in (None, words.customer, words.business, *seen) else ""
    said = {w.lower() for w in mention.text.split()} if mention is not None else set[str]()
    return " ".join(w for w in name.split() if w.lower() not in said)


def _note(words: Words, token: Token, seen: set[str]) -> None:
    """A name or noun phrase in the clause makes a later pronoun for it plain."""
    for mention in words.phrases.get(token.i, ()):
        referent = words.referents[mention.index]
        seen.update([referent] if referent else [])


def _mention(words: Words, mention: Mention, voice: Voice, seen: set[str]) -> str | None:
    """What a pronoun becomes; None where it stays."""
    referent = words.referents[mention.index] if mention.index < len(words.referents) else None
    if referent is None:
        return None
    owner = mention.role == "possessor"
    if referent == words.customer:
        return _customer(words, mention, voice, owner, seen)
    if referent == words.business:
        return _business(words, mention, voice, owner)
    name = words.name(referent)
    if not name or referent in seen or mention.kind == "speaker":
        return None
    seen.add(referent)
    return possessive(name) if owner else name


def _customer(words: Words, mention: Mention, voice: Voice, owner: bool, seen: set[str]) -> str | None:
    if voice == "customer":
        text = mention.text.lower()
        return "yours" if text in ("mine", "ours") else "yourself" if text.endswith(("self", "selves")) else "your" if owner else "you"
    name = words.name(words.customer)
    if words.customer in seen and owner:
        return "their"
    seen.add(words.customer)
    return possessive(name) if owner else name


def _business(words: Words, mention: Mention, voice: Voice, owner: bool) -> str | None:
    if voice == "customer":
        return "our" if owner else "we" if mention.role == "subject" else "us"
    name = words.name(words.business)
    return possessive(name) if owner else name


def _verb(words: Words, token: Token, voice: Voice) -> str:
    """The verb as its new subject needs it."""
    subject = _subject_of(words, token)
    if subject is None or words.referents[subject.index] is None:
        return token.text
    lowered = token.text.lower()
    if subject.kind == "pronoun":
        full = _FULL.get(lowered, token.text) if token.tag in ("MD", "VBP", "VBZ") else token.text
        return _third(token, full) if _is_one(words, subject) else full
    if words.referents[subject.index] not in (words.customer, words.business) or token.tag not in ("VBP", "VBD", "VBZ"):
        return token.text
    second = voice == "customer"
    if second:
        return _TO_YOU.get(lowered, token.text) if subject.text.lower() in ("i", "me") else token.text
    return _third(token, token.text)


def _third(token: Token, text: str) -> str:
    lowered = text.lower()
    if token.tag == "VBP" or lowered == "were":
        return _TO_THIRD.get(lowered, third_person(text))
    return text


def _is_one(words: Words, subject: Mention) -> bool:
    """A "they" that is replaced by the name of one."""
    found = words.entities.get(EntityId(words.referents[subject.index] or ""))
    return subject.text.lower() == "they" and found is not None and not found.members and found.number == "singular"


def _subject_of(words: Words, token: Token) -> Mention | None:
    """The pronoun that is the subject of this finite verb."""
    if token.pos not in ("VERB", "AUX"):
        return None
    if token.i in words.led:
        return None
    verbs = (token.i, token.head) if token.dep in ("aux", "auxpass") else (token.i,)
    return min((words.subjects[v] for v in verbs if v in words.subjects), key=lambda m: m.index, default=None)


def possessive(name: str) -> str:
    return f"{name}'" if name.endswith("s") and len(name) > 3 and name[0].islower() else f"{name}'s"


def third_person(verb: str) -> str:
    """The third person singular of a present-tense verb."""
    if verb.endswith(("s", "x", "z", "ch", "sh", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"
