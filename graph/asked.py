"""A question as a relation with a hole: what it is about, and what kind of thing would fill the hole. Pure.

Knows the question's parse and what its mentions refer to. Must not know facts.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from graph.model import Entity, EntityId
from nlp.types import Argument, Grain, Interval, Parse, Relation, Span, TimeExpression, Token

Wanted = Literal[
    "who", "whose", "what", "which", "when", "where", "why", "how", "how many", "how much", "how long", "how often", "how old", "yes_no"
]

_TIME_NOUNS = frozenset({"time", "day", "date", "month", "year", "week", "weekday", "hour", "deadline"})
_LIGHT_NOUNS = frozenset({"number", "code", "name", "thing", "information", "detail", "one", "address", "part"})
_LIGHT_VERBS = frozenset(
    ["offer", "agree", "want", "need", "plan", "promise", "say", "tell", "claim", "mention", "ask", "like",
     "think", "end", "decide", "make"]
)  # fmt: skip
_KINDS = frozenset({"kind", "sort", "type", "brand", "make", "model", "color", "colour", "size", "year", "shape"})
_SKIPPED = frozenset(
    ["be", "do", "have", "will", "would", "can", "could", "should", "shall", "may", "might", "must", "know", "remember", "tell",
     "again", "happen", "please", "so", "then", "there", "here", "still", "now", "already", "yet", "ever", "just", "also", "too",
     "used", "use", "much", "many", "kind", "sort", "type", "wrong", "exactly", "currently", "end_up", "before"]
)  # fmt: skip
_TITLES = frozenset({"mr.", "mr", "mrs.", "mrs", "ms.", "ms", "dr.", "dr", "miss", "prof."})
_PAYING = frozenset({"pay", "cost", "spend", "charge"})
_FORMERLY = re.compile(r"\b(?:used? to|before|previous(?:ly)?|formerly|last time)\b")
_LAST_TIME = re.compile(r"\b(?:the )?(?:last|previous|next|this) time\b", re.IGNORECASE)
_CLOCK = frozenset({Grain.MINUTE, Grain.HOUR})
_DAY = re.compile(
    r"day|today|to(?:night|morrow)|next|last|this|week|\d(?:st|nd|rd|th)\b|[/-]\d|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)"
)
_WH = ("WP", "WDT", "WRB", "WP$")
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


@dataclass(frozen=True)
class Asked:
    """wanted: the kind of hole. noun: what the hole must be ("which *vehicle*"), None for any. role: of the hole in its clause."""

    wanted: Wanted
    noun: str | None
    role: str
    terms: tuple[Term, ...]
    entities: tuple[EntityId, ...]  # that the question is about, without customer and business
    customer: bool  # whether the customer takes part
    speaks: bool  # … by themselves ("do I …"), not only as the owner of something
    past: bool
    formerly: bool  # asks what was before ("used to", "before we moved")
    still: bool
    of: EntityId | None  # "what is X's name", "who is X": the thing asked about, where nothing but its identity is asked
    colour: bool  # whether a colour is asked for
    attribute: str | None  # "name" in "what is her name"
    when: Interval | None  # a time that the question names
    predicate: str  # of the clause that asks: "have", "be", "live"
    negated: bool  # "What doesn't he eat?"
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
    terms = _terms(question, hole, None if wanted in ("how many", "how much") else noun)
    lowered = question.parse.text.lower()
    return Asked(
        wanted=wanted,
        noun=noun,
        role=hole.role if hole else "",
        terms=terms,
        entities=tuple(dict.fromkeys(t.entity for t in terms if t.entity)),
        customer=question.customer in question.referents,
        speaks=any(question.referents[m.index] == question.customer and m.role != "possessor" for m in question.parse.mentions),
        past=relation is not None and relation.tense == "past",
        formerly=_FORMERLY.search(lowered) is not None,
        still=" still" in lowered or "anymore" in lowered or "any more" in lowered,
        of=_identity(question, relation, hole),
        colour="color" in lowered or "colour" in lowered,
        attribute=_attribute(question, hole),
        when=next((t.interval for t in question.parse.times if t.interval and t.bound is None and not _only_clock(t)), None),
        predicate="be" if relation is None or _asks_kind(question) else relation.predicate,
        negated=relation is not None and relation.negated,
        unknown=_unknown(question),
    )


def _only_clock(time: TimeExpression) -> bool:
    """ "Who will be home between 8 and noon?": on the day that was spoken of, not today."""
    return time.grain in _CLOCK and _DAY.search(time.text.lower()) is None


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
    noun = (
        None
        if hole.lemma == wh or hole.relation is not None or hole.lemma in ("what", "which", "who", "whose", "where", "when", "how", "why")
        else hole.lemma
    )
    if wh in ("what", "which") and noun in _TIME_NOUNS:
        return "when", None
    if wh == "whose":
        return "whose", None
    if wh in ("what", "which") and noun in _KINDS:
        return "what", None
    if noun in ("many", "much", "old", "long", "often", "far"):
        noun = None
    if noun is None and wh in ("what", "which"):
        noun = _of_which(question)
    return wh, noun  # pyright: ignore[reportReturnType]  # the wh words that nlp.relations gives are these


def _asks_kind(question: Question) -> bool:
    """ "What brand is it?", "what kind of dryer do I have?": asks what something is."""
    tokens = question.parse.tokens
    return any(t.tag in ("WP", "WDT") and t.i + 1 < len(tokens) and tokens[t.i + 1].lemma.lower() in _KINDS for t in tokens)


def _of_which(question: Question) -> str | None:
    """ "Which of your gyms": the noun that the choice is among."""
    tokens = question.parse.tokens
    for token in tokens:
        if token.text.lower() in ("which", "what") and token.i + 1 < len(tokens) and tokens[token.i + 1].text.lower() == "of":
            return next((t.lemma.lower() for t in tokens[token.i + 2 :] if t.pos in ("NOUN", "PROPN")), None)
    return None


def _in_idiom(text: str) -> bool:
    """ "What does she do for a living?" asks for her work."""
    return "for a living" in text.lower() or "for work" in text.lower()


def _by_words(question: Question) -> tuple[Wanted, str | None]:
    """A question whose hole the parse does not show: its first question word, else yes or no."""
    words: dict[str, Wanted] = {
        "who": "who",
        "whose": "whose",
        "what": "what",
        "which": "which",
        "when": "when",
        "where": "where",
        "why": "why",
    }
    tokens = [t for t in question.parse.tokens[:4] if t.tag in _WH or t.text.lower() in words or t.text.lower() == "how"]
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
    timed = [t.span for t in question.parse.times] + _asides(question)
    timed += [Span(m.start(), m.end()) for m in _LAST_TIME.finditer(question.parse.text)]
    found: dict[str, Term] = {}
    for token in question.parse.tokens:
        if any(s.start <= token.span.start < s.end for s in timed):
            continue
        term = _term(question, token, hole, noun)
        if term is not None:
            found.setdefault(term.lemma, term)
    return tuple(found.values())


def _asides(question: Question) -> list[Span]:
    """ "…before we moved": when something else happened; what is asked stands without it."""
    links = ("before", "after", "when")
    asides = [r.span for r in question.parse.relations if r.link in links and r.parent is not None]
    outside = [
        t
        for t in question.parse.tokens
        if t.pos in ("NOUN", "VERB", "PROPN", "ADJ") and t.lemma.lower() not in _SKIPPED and t.tag not in _WH
    ]
    return asides if any(not any(a.start <= t.span.start < a.end for a in asides) for t in outside) else []


def _term(question: Question, token: Token, hole: Argument | None, noun: str | None) -> Term | None:
    lemma = token.lemma.lower()
    if lemma == "living" and _in_idiom(question.parse.text):
        return Term("work", 1.0, False, None, verb=True)
    if lemma == "end" and "end up" in question.parse.text.lower():
        return None
    mention = next((m.index for m in question.parse.mentions if m.head == token.i and not m.members), None)
    referent = question.referents[mention] if mention is not None and mention < len(question.referents) else None
    if referent in (question.customer, question.business):
        if token.pos != "NOUN":
            return None
        referent = None  # "Are we members?": what they are said to be
    inside = hole is not None and hole.span.start <= token.span.start and token.span.end <= hole.span.end
    if inside and (lemma == noun or lemma in _KINDS | _TIME_NOUNS or lemma == "whose" or token.tag in _WH or token.pos in ("DET", "ADP")):
        return None
    entity = EntityId(referent) if referent and referent in question.known else None
    if lemma in _TITLES:
        return None
    if token.pos not in _CONTENT or token.pos == "ADP" or lemma in _SKIPPED:
        if _is_bound(token, hole):
            return None
        light = lemma == "it" or (hole is not None and hole.wh == "who" and hole.role == "subject")
        return Term(lemma, 0.3 if light else 1.2, False, entity) if entity and token.pos == "PRON" else None
    if token.tag in _WH or (inside and token.pos in ("ADJ", "ADV") and lemma in ("many", "much", "long", "old", "often")):
        return None
    weight = {"PROPN": 2.0, "NOUN": 1.3, "VERB": 1.0, "NUM": 1.2}.get(token.pos, 0.6)
    priced = hole is not None and hole.wh == "how much" and lemma in _PAYING  # the amount says it
    sort = (
        inside and hole is not None and hole.lemma in _KINDS and hole.role == "attribute"
    )  # "what kind of animal is Rex?": the answer need not say "animal"
    if sort or lemma in _LIGHT_NOUNS or (token.pos == "VERB" and lemma in _LIGHT_VERBS) or priced:
        weight = 0.4
    return Term(lemma, weight, token.pos == "PROPN", entity, token.pos == "VERB", token.pos == "NOUN")


def _is_bound(token: Token, hole: Argument | None) -> bool:
    """ "Who broke her wrist?", "what has mushrooms on it?": whose or what it is, is what is asked for."""
    if hole is not None and hole.wh == "what" and hole.role == "subject" and token.dep == "pobj" and token.lemma.lower() == "it":
        return True
    return hole is not None and hole.wh in ("who", "which") and hole.role == "subject" and token.tag == "PRP$"


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
    called = any(t.lemma.lower() == "call" and t.tag == "VBN" for t in question.parse.tokens)
    if "name" in lemmas or (called and hole is not None and hole.wh == "what"):
        return "name"
    return None


def _unknown(question: Question) -> tuple[str, ...]:
    """ "My BMW", "my son", "my washer" where no such thing was ever brought up."""
    return tuple(
        m.head_lemma
        for m in question.parse.mentions
        if m.possessor is not None
        and m.index < len(question.referents)
        and question.referents[m.index] not in question.known
        and m.head_lemma not in _LIGHT_NOUNS | _TIME_NOUNS | _KINDS
        and (m.kind == "name" or m.type in ("person", "animal", "vehicle", "product"))
    )
