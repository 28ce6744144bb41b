"""Which facts cannot be so at once, and whether the newer puts the older right or tells of a change. Pure.

Knows one stored fact, one draft and how the turn was said; not what is written about either.
"""

import re
from dataclasses import dataclass

from graph.drafts import Draft, Heard
from graph.model import Fact
from graph.predicates import lexicon

_STRONG = re.compile(
    r"\b(misspoke|i meant|i mean\b|my mistake|scratch that|that's wrong|that was wrong|was mistaken|got that wrong|correction"
    r"|not \w+(?: \w+)?, but)\b",
    re.IGNORECASE,
)
_WEAK = re.compile(r"\b(oops|sorry|actually|no,|instead|make it|make that|rather|change that|whoops|wait)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Signals:
    """What the turn's words say of its news: strong, that something said was wrong; weak, that it may have been."""

    strong: bool
    weak: bool

    @classmethod
    def of(cls, text: str) -> "Signals":
        return cls(bool(_STRONG.search(text)), bool(_WEAK.search(text)))


def are_rivals(heard: Heard, said: Signals, fact: Fact, draft: Draft) -> bool:
    """Whether both cannot be so at once."""
    if draft.modality != "asserted" or fact.turn == heard.turn.id or "also" in draft.cues or "another" in draft.cues:
        return False
    if draft.predicate.startswith("asks_to_"):
        return _same_request(said, fact, draft)
    if fact.polarity != draft.polarity:
        return same_object(fact, draft)
    if draft.polarity == "negative" or same_object(fact, draft):
        return draft.polarity == "positive" and same_object(fact, draft) and (draft.valid_from is not None or draft.valid_to is not None)
    if draft.single or _single_noun(said, draft):
        return fact.role == draft.role or draft.predicate in lexicon().single
    return said.strong and fact.role == draft.role and _same_kind(heard, fact, draft)


def _single_noun(said: Signals, draft: Draft) -> bool:
    return draft.predicate in lexicon().single_nouns and (
        bool(draft.cues & {"now", "instead"}) or said.strong or draft.valid_from is not None
    )


def _same_kind(heard: Heard, fact: Fact, draft: Draft) -> bool:
    one, other = heard.entity(fact.object), heard.entity(draft.object)
    return (one.type == other.type) if one and other else (one is None) == (other is None)


def _same_request(said: Signals, fact: Fact, draft: Draft) -> bool:
    """The same thing asked for with another number, time or object of the same kind."""
    if draft.polarity == "negative" or same_object(fact, draft) or fact.role != draft.role:
        return False
    shared = set(fact.lemmas) & set(draft.lemmas)
    return said.weak and len(shared) >= max(1, min(len(fact.lemmas), len(draft.lemmas)) // 2)


def corrects(said: Signals, draft: Draft) -> bool:
    """A correction says it was never so; a change, that it is no longer so."""
    if said.strong:
        return True
    if "correction" in draft.cues and draft.predicate.startswith("asks_to_"):
        return True
    return said.weak and draft.valid_from is None and not draft.cues & {"now", "no_longer"} and not draft.predicate.startswith("asks_to_")


def same_object(fact: Fact, draft: Draft) -> bool:
    """Whether both are about one thing, or one value however it was written."""
    if fact.object is not None or draft.object is not None:
        return fact.object == draft.object
    return (fact.value or "").casefold().removeprefix("the ") == (draft.value or "").casefold().removeprefix("the ")
