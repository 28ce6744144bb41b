"""A question as a relation with a hole: what it is about, and what kind of thing would fill the hole. Pure.

Knows the question's parse and what its mentions refer to. Must not know facts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from graph.model import Entity, EntityId
from nlp.types import Argument, Interval, Parse, Relation, Token

Wanted = Literal["who", "whose", "what", "which", "when", "where", "why", "how", "how many", "how much", "how long", "how often", "how old", "yes_no"]

_TIME_NOUNS = frozenset({"time", "day", "date", "month", "year", "week", "weekday", "hour", "deadline"})
_PLACE_NOUNS = frozenset({"place", "city", "town", "address", "street", "location", "state", "country", "room"})
_PERSON_NOUNS = frozenset({"person", "people", "man", "woman", "guy", "one"})
_SKIPPED = frozenset(
    ["be", "do", "have", "will", "would", "can", "could", "should", "shall", "may", "might", "must", "know", "remember", "tell", "again", "happen",
     "please", "so", "then", "there", "here", "still", "now", "already", "yet", "ever", "just", "also", "too", "used", "use", "kind", "sort", "type", "wrong", "exactly", "currently", "end_up"]
)  # fmt: skip
_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV", "X", "ADP"})


@dataclass(frozen=True)
class Term:
    """A word of the question that an answer must account for. `entity`: what the phrase that it heads refers to, where known."""

    lemma: str
    weight: float
    named: bool  # a proper name: never matched by likeness
    entity: EntityId | None = None
    verb: bool = False


@dataclass(frozen=True)
class Asked:
    """wanted: the kind of hole. noun: what the hole must be ("which *vehicle*"), None for any. role: of the hole in its clause."""

    wanted: Wanted
    noun: str | None
    role: str
    terms: tuple[Term, ...]
    entities: tuple[EntityId, ...]  # that the question is about, without customer and business
    customer: bool  # whether the customer takes part
    past: bool
    formerly: bool  # asks what was before ("used to", "before we moved")
    still: bool
    of: EntityId | None  # "what is X's name", "who is X": the thing asked about, where nothing but its identity is asked
    attribute: str | None  # "name" in "what is her name"
    when: Interval | None  # a time that the question names
    predicate: str  # of the clause that asks: "have", "be", "live"
    unknown: tuple[str, ...]  # noun phrases about the customer's own things that refer to nothing known


@dataclass(frozen=True)
class Question:
    parse: Parse
    referents: Sequence[str | None]
    known: frozenset[str]  # entities that memory holds: the rest were brought up by the question itself
    customer: EntityId
    business: EntityId
    entities: Mapping[EntityId, Entity]
    as_of: datetime


def read(question: Question) -> Asked | None:
    """None where the text holds no question to be read."""
    relation = _main(question.parse)
    tokens = question.parse.tokens
    if not tokens:
        return None
    hole = next((r.hole for r in _all(question.parse, relation) if r.hole), None)
    wanted, noun = _wanted(question, hole)
    terms = _terms(question, hole, noun)
    lowered = question.parse.text.lower()
    return Asked(
        wanted=wanted,
        noun=noun,
        role=hole.role if hole else "",
        terms=terms,
        entities=tuple(dict.fromkeys(t.entity for t in terms if t.entity)),
        customer=question.customer in question.referents,
        past=relation is not None and relation.tense == "past",
        formerly="used to" in lowered or " before " in f" {lowered} " or "previous" in lowered or "formerly" in lowered or "last time" in lowered,
        still=" still" in lowered or "anymore" in lowered or "any more" in lowered,
        of=_identity(question, relation, hole),
        attribute=_attribute(question, hole),
        when=next((t.interval for t in question.parse.times if t.interval and t.bound is None), None),
        predicate=relation.predicate if relation else "be",
        unknown=_unknown(question),
    )


def _main(parse: Parse) -> Relation | None:
    with_hole = next((r for r in parse.relations if r.hole), None)
    roots = [r for r in parse.relations if r.parent is None]
    return with_hole or (roots[-1] if roots else next(iter(parse.relations), None))


def _all(parse: Parse, first: Relation | None) -> list[Relation]:
    return [first, *[r for r in parse.relations if r is not first]] if first else []


def _wanted(question: Question, hole: Argument | None) -> tuple[Wanted, str | None]:
    if hole is None or hole.wh is None:
        return _by_words(question)
    wh = hole.wh
    noun = None if hole.lemma == wh or hole.lemma in ("what", "which", "who", "whose", "where", "when", "how", "why") else hole.lemma
    if wh in ("what", "which") and noun in _TIME_NOUNS:
        return "when", None
    if wh in ("what", "which") and noun in ("kind", "sort", "type"):
        return "what", None
    if wh in ("how many", "how much") and noun in ("many", "much"):
        noun = None
    return wh, noun  # pyright: ignore[reportReturnType]  # the wh words that nlp.relations gives are these


def _by_words(question: Question) -> tuple[Wanted, str | None]:
    """A question whose hole the parse does not show: its first question word, else yes or no."""
    words: dict[str, Wanted] = {"who": "who", "whose": "whose", "what": "what", "which": "which", "when": "when", "where": "where", "why": "why"}
    tokens = [t for t in question.parse.tokens if t.tag in ("WP", "WDT", "WRB", "WP$")]
    for token in tokens:
        text = token.text.lower()
        after = question.parse.tokens[token.i + 1].text.lower() if token.i + 1 < len(question.parse.tokens) else ""
        if text == "how":
            found: dict[str, Wanted] = {"many": "how many", "much": "how much", "long": "how long", "old": "how old", "often": "how often"}
            return found.get(after, "how"), None
        if text in words and token.i <= 3:
            if text in ("what", "which") and after in _TIME_NOUNS:
                return "when", None
            return words[text], None
    return "yes_no", None


def _terms(question: Question, hole: Argument | None, noun: str | None) -> tuple[Term, ...]:
    timed = [t.span for t in question.parse.times]
    found: dict[str, Term] = {}
    for token in question.parse.tokens:
        if any(s.start <= token.span.start < s.end for s in timed):
            continue
        term = _term(question, token, hole, noun)
        if term is not None:
            found.setdefault(term.lemma, term)
    return tuple(found.values())


def _term(question: Question, token: Token, hole: Argument | None, noun: str | None) -> Term | None:
    lemma = token.lemma.lower()
    mention = next((m.index for m in question.parse.mentions if m.head == token.i and not m.members), None)
    referent = question.referents[mention] if mention is not None and mention < len(question.referents) else None
    if referent in (question.customer, question.business):
        return None
    inside = hole is not None and hole.span.start <= token.span.start and token.span.end <= hole.span.end
    if inside and (lemma == noun or token.tag in ("WP", "WDT", "WRB", "WP$") or token.pos in ("DET", "ADP")):
        return None
    entity = EntityId(referent) if referent and referent in question.known else None
    if token.pos not in _CONTENT or token.pos == "ADP" or lemma in _SKIPPED:
        return Term(lemma, 1.2, False, entity) if entity and token.pos == "PRON" else None
    if token.tag in ("WP", "WDT", "WRB", "WP$") or (inside and token.pos in ("ADJ", "ADV") and lemma in ("many", "much", "long", "old", "often")):
        return None
    weight = {"PROPN": 2.0, "NOUN": 1.3, "VERB": 1.0, "NUM": 1.2}.get(token.pos, 0.7)
    return Term(lemma, weight, token.pos == "PROPN", entity, token.pos == "VERB")


def _identity(question: Question, relation: Relation | None, hole: Argument | None) -> EntityId | None:
    """ "Who is my lawyer?", "what is my dog called?": asks who or what a thing is, and nothing else."""
    if relation is None or hole is None or hole.wh not in ("who", "what") or relation.predicate not in ("be", "call", "name"):
        return None
    others = [a for a in relation.arguments if not a.wh and a.role in ("subject", "object", "attribute")]
    named = [question.referents[a.mention] for a in others if a.mention is not None]
    return EntityId(named[0]) if len(named) == 1 and named[0] in question.known else None


def _attribute(question: Question, hole: Argument | None) -> str | None:
    """ "name" where a name is asked for: by the noun, or by "called"."""
    lemmas = [t.lemma.lower() for t in question.parse.tokens]
    if "name" in lemmas or ("call" in lemmas and hole is not None and hole.wh == "what"):
        return "name"
    return None


def _unknown(question: Question) -> tuple[str, ...]:
    """ "My BMW", "my son" where no such thing was ever brought up."""
    return tuple(
        m.head_lemma
        for m in question.parse.mentions
        if m.possessor is not None
        and m.index < len(question.referents)
        and question.referents[m.index] not in question.known
        and (m.kind == "name" or m.type in ("person", "animal", "vehicle"))
    )
