"""A question as a relation with a hole: what it is about, and what kind of thing would fill the hole. Pure.

Knows the question's parse and what its mentions refer to. Must not know facts.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from graph.model import EntityId
from graph.question_terms import KINDS, LIGHT_NOUNS, SORTS, TIME_NOUNS, WH, Question, Term, terms_of
from nlp.types import Argument, Grain, Interval, Parse, Relation, TimeExpression

Wanted = Literal[
    "who", "whose", "what", "which", "when", "where", "why", "how", "how many", "how much", "how long", "how often", "how old", "yes_no"
]

_FORMERLY = re.compile(r"\b(?:used? to|before|previous(?:ly)?|formerly|last time)\b")
_TELLING = frozenset({"say", "tell", "mention", "report", "know", "claim"})
_CLOCK = frozenset({Grain.MINUTE, Grain.HOUR})
_DAY = re.compile(
    r"day|today|to(?:night|morrow)|next|last|this|week|\d(?:st|nd|rd|th)\b|[/-]\d|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun)"
)


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
    wrong: bool  # "What's wrong with it?"
    attribute: str | None  # "name" in "what is her name"
    when: Interval | None  # a time that the question names
    predicate: str  # of the clause that asks: "have", "be", "live"
    negated: bool  # "What doesn't he eat?"
    sort: bool  # whether it is asked what sort of thing something is, not what colour or size
    kind_of: str | None  # "watch" in "what kind of watch", "what brand is the watch"
    degree: str | None  # "tall" in "how tall"
    perfect: bool  # "How long have I had it?": up to now
    about: bool  # "What did she say about the boiler?": whatever was told of it
    unknown: tuple[str, ...]  # noun phrases about the customer's own things that refer to nothing known


def read(question: Question) -> Asked | None:
    """None where the text holds no question to be read."""
    relation = _main(question.parse)
    tokens = question.parse.tokens
    if not tokens:
        return None
    hole = next((r.hole for r in _all(question.parse, relation) if r.hole), None)
    wanted, noun = _wanted(question, hole)
    terms = terms_of(question, hole, None if wanted in ("how many", "how much") else noun)
    degree, noun = (noun, None) if wanted == "how" else (None, noun)
    tellings = _tellings(question.parse)
    tellers = {a.mention for r in tellings if (a := r.argument("subject")) is not None}
    terms = tuple(t for t in terms if not (t.verb and any(t.lemma == r.predicate for r in tellings)))
    lowered = question.parse.text.lower()
    return Asked(
        wanted=wanted,
        noun=noun,
        role=hole.role if hole else "",
        terms=terms,
        entities=tuple(dict.fromkeys(t.entity for t in terms if t.entity)),
        customer=question.customer in question.referents,
        speaks=any(
            question.referents[m.index] == question.customer and m.role != "possessor" and m.index not in tellers
            for m in question.parse.mentions
        ),
        past=relation is not None and relation.tense == "past",
        formerly=_FORMERLY.search(lowered) is not None,
        still=" still" in lowered or "anymore" in lowered or "any more" in lowered,
        of=_identity(question, relation, hole),
        colour="color" in lowered or "colour" in lowered,
        wrong="wrong" in lowered.split(),
        attribute=_attribute(question, hole),
        when=next((t.interval for t in question.parse.times if t.interval and t.bound is None and not _only_clock(t)), None),
        predicate="be" if relation is None or _asks_kind(question) else relation.predicate,
        negated=relation is not None and relation.negated,
        sort=_asks_kind(question, SORTS),
        kind_of=next((t.lemma for t in terms if t.noun), None) if _asks_kind(question) else None,
        degree=degree,
        perfect=relation is not None and "perfect" in relation.cues,
        about=relation is not None and wanted == "what" and relation.predicate in _TELLING and relation.argument("about") is not None,
        unknown=_unknown(question),
    )


def _only_clock(time: TimeExpression) -> bool:
    """ "Who will be home between 8 and noon?": on the day that was spoken of, not today."""
    return time.grain in _CLOCK and _DAY.search(time.text.lower()) is None


def _main(parse: Parse) -> Relation | None:
    with_hole = next((r for r in parse.relations if r.hole), None)
    if with_hole is not None and (told := _told(parse, with_hole)) is not None:
        return told
    roots = [r for r in parse.relations if r.parent is None]
    return with_hole or (roots[-1] if roots else next(iter(parse.relations), None))


def _told(parse: Parse, telling: Relation) -> Relation | None:
    """What is asked behind "did I say", with the hole: "Which car did I say can't wait?" asks which car can't wait."""
    if telling.predicate not in _TELLING or telling.hole is None or telling.hole.role not in ("object", "adverb"):
        return None
    told = next((r for r in parse.relations if r.parent == telling.index and r.link == "complement"), None)
    if told is None or told.hole is not None:
        return told
    role = "subject" if told.argument("subject") is None else telling.hole.role
    return replace(told, arguments=(*told.arguments, replace(telling.hole, role=role)), modality="question")


def _tellings(parse: Parse) -> list[Relation]:
    """What only says that something was said."""
    return [r for r in parse.relations if r.hole is not None and _told(parse, r) is not None]


def _all(parse: Parse, first: Relation | None) -> list[Relation]:
    return [first, *[r for r in parse.relations if r is not first]] if first else []


def _wanted(question: Question, hole: Argument | None) -> tuple[Wanted, str | None]:
    if hole is None or hole.wh is None:
        return _by_words(question)
    wh = hole.wh
    noun = (
        None
        if hole.lemma == wh
        or hole.relation is not None
        or hole.lemma in ("what", "which", "who", "whom", "whose", "where", "when", "how", "why")
        else hole.lemma
    )
    if wh in ("what", "which") and noun in TIME_NOUNS:
        return "when", None
    if wh == "whose":
        return "whose", None
    if wh in ("what", "which") and noun in KINDS:
        return "what", None
    if noun in ("many", "much", "old", "long", "often", "far"):
        noun = None
    if noun is None and wh in ("what", "which"):
        noun = _of_which(question)
    return wh, noun  # pyright: ignore[reportReturnType]  # the wh words that nlp.relations gives are these


def _asks_kind(question: Question, of: frozenset[str] = KINDS) -> bool:
    """ "What brand is it?", "what kind of dryer do I have?": asks what something is."""
    tokens = question.parse.tokens
    after = [tokens[t.i + 1] for t in tokens[:-1] if t.tag in ("WP", "WDT")]
    return any(t.lemma.lower() in of and t.pos != "VERB" for t in after)  # "What makes her sneeze?" asks for no make


def _of_which(question: Question) -> str | None:
    """ "Which of your gyms": the noun that the choice is among."""
    tokens = question.parse.tokens
    for token in tokens:
        if token.text.lower() in ("which", "what") and token.i + 1 < len(tokens) and tokens[token.i + 1].text.lower() == "of":
            return next((t.lemma.lower() for t in tokens[token.i + 2 :] if t.pos in ("NOUN", "PROPN")), None)
    return None


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
    tokens = [t for t in question.parse.tokens[:4] if t.tag in WH or t.text.lower() in words or t.text.lower() == "how"]
    for token in tokens:
        text = token.text.lower()
        after = question.parse.tokens[token.i + 1].text.lower() if token.i + 1 < len(question.parse.tokens) else ""
        if text == "how":
            found: dict[str, Wanted] = {"many": "how many", "much": "how much", "long": "how long", "old": "how old", "often": "how often"}
            return found.get(after, "how"), None
        if text in words and token.i <= 3:
            if text in ("what", "which") and after in TIME_NOUNS:
                return "when", None
            return words[text], None
    return "yes_no", None


def _identity(question: Question, relation: Relation | None, hole: Argument | None) -> EntityId | None:
    """ "Who is my lawyer?", "what is my dog called?": asks who or what a thing is, and nothing else."""
    if relation is None or hole is None or hole.wh not in ("who", "what") or relation.predicate not in ("be", "call", "name"):
        return None
    if any(a.wh and a.role not in ("subject", "object", "attribute") for a in relation.arguments):
        return None  # "Who is the driver insured with?"
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
        and m.head_lemma not in LIGHT_NOUNS | TIME_NOUNS | KINDS
        and (m.kind == "name" or m.type in ("person", "animal", "vehicle", "product"))
    )
