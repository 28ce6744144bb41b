"""The words of a question that an answer must account for, each with its weight. Pure.

Knows the question's parse, what its mentions refer to, and which phrase of it is the hole. Must not know facts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from graph.model import Entity, EntityId
from nlp.types import Argument, Parse, Span, Token

TIME_NOUNS = frozenset({"time", "day", "date", "month", "year", "week", "weekday", "hour", "deadline"})
LIGHT_NOUNS = frozenset({"number", "code", "name", "thing", "information", "detail", "one", "address", "part"})
SORTS = frozenset({"kind", "sort", "type", "brand", "make", "model", "breed"})
KINDS = SORTS | frozenset({"color", "colour", "size", "year", "shape"})
WH = ("WP", "WDT", "WRB", "WP$")
_LIGHT_VERBS = frozenset(
    ["offer", "agree", "want", "need", "plan", "promise", "say", "tell", "claim", "mention", "ask", "like",
     "think", "end", "decide", "make", "allow", "permit", "suppose"]
)  # fmt: skip
_SKIPPED = frozenset(
    ["be", "do", "have", "will", "would", "can", "could", "should", "shall", "may", "might", "must", "know", "remember", "tell",
     "again", "happen", "please", "so", "then", "there", "here", "still", "now", "already", "yet", "ever", "just", "also", "too",
     "used", "use", "much", "many", "kind", "sort", "type", "wrong", "exactly", "currently", "end_up", "before"]
)  # fmt: skip
_TITLES = frozenset({"mr.", "mr", "mrs.", "mrs", "ms.", "ms", "dr.", "dr", "miss", "prof."})
_LASTING = frozenset({"take", "last"})
_PAYING = frozenset({"pay", "cost", "spend", "charge"})
_LAST_TIME = re.compile(r"\b(?:the )?(?:last|previous|next|this) time\b", re.IGNORECASE)
_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV", "X", "ADP"})


@dataclass(frozen=True)
class Term:
    """A word of the question that an answer must account for. `entity`: what the phrase that it heads refers to, where known."""

    lemma: str
    weight: float
    named: bool  # a proper name: never matched by likeness
    entity: EntityId | None = None
    verb: bool = False
    noun: bool = False
    owns: bool = False  # "Petra" in "Petra's bike"
    role: str = ""  # of the phrase that it heads in the clause that asks: "object"


@dataclass(frozen=True)
class Question:
    parse: Parse
    referents: Sequence[str | None]
    known: frozenset[str]  # entities that memory holds: the rest were brought up by the question itself
    customer: EntityId
    business: EntityId
    entities: Mapping[EntityId, Entity]
    as_of: datetime


def terms_of(question: Question, hole: Argument | None, noun: str | None) -> tuple[Term, ...]:
    timed = [t.span for t in question.parse.times] + _asides(question)
    timed += [Span(m.start(), m.end()) for m in _LAST_TIME.finditer(question.parse.text)]
    found: dict[str, Term] = {}
    for token in question.parse.tokens:
        if any(s.start <= token.span.start < s.end for s in timed):
            continue
        term = _term(question, token, hole, noun)
        if term is not None:
            found.setdefault(term.lemma, term)
    named = {t.entity for t in found.values() if t.named or t.noun}
    return tuple(t for t in found.values() if t.named or t.noun or t.verb or t.entity not in named - {None})


def _asides(question: Question) -> list[Span]:
    """ "…before we moved": when something else happened; what is asked stands without it."""
    links = ("before", "after", "when")
    asides = [r.span for r in question.parse.relations if r.link in links and r.parent is not None]
    outside = [
        t
        for t in question.parse.tokens
        if t.pos in ("NOUN", "VERB", "PROPN", "ADJ") and t.lemma.lower() not in _SKIPPED and t.tag not in WH
    ]
    return asides if any(not any(a.start <= t.span.start < a.end for a in asides) for t in outside) else []


def _in_idiom(text: str) -> bool:
    """ "What does she do for a living?" asks for her work."""
    return "for a living" in text.lower() or "for work" in text.lower()


def _term(question: Question, token: Token, hole: Argument | None, noun: str | None) -> Term | None:
    lemma = token.lemma.lower()
    if lemma == "living" and _in_idiom(question.parse.text):
        return Term("work", 1.0, False, None, verb=True)
    if lemma == "end" and "end up" in question.parse.text.lower():
        return None
    mention = next((m.index for m in question.parse.mentions if m.head == token.i and not m.members), None)
    referent = question.referents[mention] if mention is not None and mention < len(question.referents) else None
    if referent in (question.customer, question.business):
        if token.pos != "NOUN" or lemma in ("customer", "caller", "client"):
            return None
        referent = None  # "Are we members?": what they are said to be
    inside = hole is not None and hole.span.start <= token.span.start and token.span.end <= hole.span.end
    if inside and (lemma == noun or lemma in KINDS | TIME_NOUNS or lemma == "whose" or token.tag in WH or token.pos in ("DET", "ADP")):
        return None
    entity = EntityId(referent) if referent and referent in question.known else None
    if lemma in _TITLES:
        return None
    if token.pos not in _CONTENT or token.pos == "ADP" or lemma in _SKIPPED:
        if _is_bound(token, hole):
            return None
        light = lemma == "it" or (hole is not None and hole.wh == "who" and hole.role == "subject")
        return Term(lemma, 0.3 if light else 1.2, False, entity) if entity and token.pos == "PRON" else None
    if token.tag in WH or (inside and token.pos in ("ADJ", "ADV") and lemma in ("many", "much", "long", "old", "often")):
        return None
    weight = {"PROPN": 2.0, "NOUN": 1.3, "VERB": 1.0, "NUM": 1.2}.get(token.pos, 0.6)
    priced = hole is not None and hole.wh == "how much" and lemma in _PAYING  # the amount says it
    sort = (
        inside and hole is not None and hole.lemma in KINDS and hole.role == "attribute"
    )  # "what kind of animal is Rex?": the answer need not say "animal"
    told = token.pos == "ADJ" and token.dep == "acomp"  # "Who is allergic?": the adjective is what the clause says
    if told:
        weight = 1.0
    lasting = hole is not None and hole.wh == "how long" and lemma in _LASTING and len(question.parse.relations) > 1
    if sort or lemma in LIGHT_NOUNS or (token.pos == "VERB" and lemma in _LIGHT_VERBS) or priced or lasting:
        weight = 0.4
    return Term(
        lemma,
        weight,
        named=token.pos == "PROPN",
        entity=entity,
        verb=told or (token.pos == "VERB" and not lasting),
        noun=token.pos == "NOUN",
        owns=token.dep == "poss",
        role=_role(question.parse, mention),
    )


def _role(parse: Parse, mention: int | None) -> str:
    return next((a.role for r in parse.relations for a in r.arguments if mention is not None and a.mention == mention), "")


def _is_bound(token: Token, hole: Argument | None) -> bool:
    """ "Who broke her wrist?", "what has mushrooms on it?": whose or what it is, is what is asked for."""
    if hole is not None and hole.wh == "what" and hole.role == "subject" and token.dep == "pobj" and token.lemma.lower() == "it":
        return True
    return hole is not None and hole.wh in ("who", "which") and hole.role == "subject" and token.tag == "PRP$"
