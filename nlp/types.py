"""The vocabulary of understanding: frozen values that pass between the steps of one turn.

Knows text only; no customer, no store, no clock. Every `Span` is in characters of `Parse.text`, the
normalised text, half-open; `Parse.source_span` leads back to what was really typed or heard.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
Speaker = Literal["customer", "agent"]
Channel = Literal["voice", "sms", "webchat", "email", "api"]
MentionKind = Literal["pronoun", "nominal", "name", "speaker", "ordinal", "callback", "ellipsis", "time"]
Gender = Literal["m", "f", "n"]
Modality = Literal["asserted", "uncertain", "reported", "question", "wish", "hypothesis", "request", "offer", "joke"]
Tense = Literal["past", "present", "future"]


class Span(NamedTuple):
    start: int
    end: int


class Grain(StrEnum):
    """How exact a time was said, finest first; `PART` is a part of a day ("morning")."""

    MINUTE = "minute"
    HOUR = "hour"
    PART = "part"
    DAY = "day"
    WEEKEND = "weekend"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    SEASON = "season"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Interval:
    """Half-open; aware datetimes; None is unbounded."""

    start: datetime | None
    end: datetime | None


@dataclass(frozen=True, slots=True)
class Antecedent:
    """What a mention goes back to: a place in an earlier (or this) turn; `span` is in characters of that turn's source text."""

    turn_id: str
    span: Span
    text: str


@dataclass(frozen=True, slots=True)
class TimeExpression:
    """A TIMEX3-like expression.

    value: ISO 8601 in the business's zone, as exact as said: `2026-03-06`, `2026-03-06T15:00:00-06:00`, `2026-03`, `2019`;
    a range `START/END`; a duration `P3D`; a recurrence `R/P1W` with `interval` its next instance.
    bound: how the words around limit it ("until May": `until`; "any day but Friday": `except`); None where it is simply the time.
    """

    span: Span
    text: str
    value: str
    kind: Literal["point", "range", "duration", "recurring"]
    grain: Grain
    interval: Interval | None
    bound: Literal["from", "since", "until", "before", "after", "about", "except"] | None = None
    part_of: Span | None = None  # an end of this wider range
    antecedent: Antecedent | None = None  # for "that day", "then", "two days before that"


@dataclass(frozen=True, slots=True)
class TimeAnchor:
    """A time said before, or of a known event, that "that day" or "after the surgery" may count from."""

    names: frozenset[str]  # lower-case words for it, empty for a bare time
    value: str
    grain: Grain
    interval: Interval
    antecedent: Antecedent | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """One token of the dependency parse; `head` is an index into `Parse.tokens` (its own for a root)."""

    i: int
    span: Span
    text: str
    lemma: str
    pos: str  # universal part of speech
    tag: str  # Penn Treebank tag
    dep: str  # dependency label of spaCy's English models
    head: int
    sentence: int
    ent: str = ""  # spaCy's entity label, "" outside entities


@dataclass(frozen=True, slots=True)
class Mention:
    """A noun phrase, name or pronoun that refers. `span` is the whole phrase; `head` the token that carries agreement."""

    index: int
    span: Span
    text: str
    kind: MentionKind
    head: int  # index into Parse.tokens
    head_lemma: str
    type: str  # person, organisation, place, vehicle, product, animal, event, document, money, number, phone, email, address, code, thing
    number: Literal["singular", "plural"]
    person: Literal[1, 2, 3] = 3
    gender: Gender | None = None
    definiteness: Literal["definite", "indefinite", "possessive", "demonstrative", "bare"] = "bare"
    role: str = "other"  # subject, object, indirect, attribute, possessor, oblique, apposition, conjunct, other
    sentence: int = 0
    possessor: int | None = None  # index of the mention that owns it: "my" in "my wife"
    members: tuple[int, ...] = ()  # of a coordination: "Linh and Bao"
    same_as: int | None = None  # index of the mention that this one renames: apposition, "my lawyer is Denise"
    modifiers: tuple[str, ...] = ()  # lemmas of adjectives, compounds, ordinals and of what follows the noun ("with the view" -> view)
    value: str | None = None  # normalised: E.164 phone, number, "120 USD", email, code


@dataclass(frozen=True, slots=True)
class Argument:
    """One participant of a relation.

    role: `subject`, `object`, `indirect`, `attribute` (of a copula), `complement` (a clause), `when`, `adverb`, or a preposition
    ("in", "with", "until"). Exactly one of `mention`, `time`, `relation` is set where the argument is such a thing; all None for
    plain words ("louder", "twice").
    """

    role: str
    span: Span
    text: str
    lemma: str  # of its head, lower case
    mention: int | None = None
    time: int | None = None
    relation: int | None = None  # index of the relation that is the complement
    wh: str | None = (
        None  # the hole of a question: who, whose, what, which, when, where, why, how, how many, how much, how long, how often, how old
    )


@dataclass(frozen=True, slots=True)
class Relation:
    """One clause: a predicate and its arguments. A question is a relation with a hole (an argument with `wh`) or, for yes/no, none."""

    index: int
    span: Span
    predicate: str  # lemma with particle and normalised by the lexicon: live, be, have, break_down, allergic_to
    surface: str  # the words of the predicate as said
    arguments: tuple[Argument, ...]
    negated: bool = False
    modality: Modality = "asserted"
    tense: Tense = "present"
    reporter: int | None = None  # mention that says so, for `reported`
    parent: int | None = None  # relation that this one is a complement, relative or adverbial clause of
    link: str | None = None  # how it hangs on the parent: complement, relative, because, if, when, before, after, and, but
    cues: frozenset[str] = (
        frozenset()
    )  # used_to, no_longer, still, now, also, instead, another, again, not_yet, correction, planned, habitual

    def argument(self, role: str) -> Argument | None:
        return next((a for a in self.arguments if a.role == role), None)

    @property
    def hole(self) -> Argument | None:
        return next((a for a in self.arguments if a.wh), None)


@dataclass(frozen=True, slots=True)
class Parse:
    """All that one text says by itself."""

    source: str  # as it came
    text: str  # normalised: what every span points into
    offsets: tuple[int, ...]  # text[i] came from source[offsets[i]:ends[i]]; one more entry, len(source), for the end
    ends: tuple[int, ...]
    tokens: tuple[Token, ...] = ()
    sentences: tuple[Span, ...] = ()
    mentions: tuple[Mention, ...] = ()
    times: tuple[TimeExpression, ...] = ()
    relations: tuple[Relation, ...] = ()
    acts: frozenset[str] = frozenset()  # dialogue acts of the whole: see nlp.acts

    def source_span(self, span: Span) -> Span:
        """The span in `source` that the normalised span came from, with all between where words were put elsewhere."""
        if span.end <= span.start:
            return Span(self.offsets[span.start], self.offsets[span.start])
        return Span(min(self.offsets[span.start : span.end]), max(self.ends[span.start : span.end]))


@dataclass(frozen=True, slots=True)
class Candidate:
    referent: str
    name: str
    score: float  # [0, 1]; the candidates of one mention sum to at most 1


@dataclass(frozen=True, slots=True)
class Linked:
    """The mention refers to something known. `value` is set where that is a time, an amount or a choice rather than an entity."""

    mention: Mention
    referent: str | None
    name: str | None
    antecedent: Antecedent | None
    confidence: float
    candidates: tuple[Candidate, ...] = ()
    value: str | None = None
    members: tuple[str, ...] = ()  # of a group
    evidence: tuple[str, ...] = ()  # what decided it, in words


@dataclass(frozen=True, slots=True)
class New:
    """The mention brings something up for the first time; `referent` is the id that it gets."""

    mention: Mention
    referent: str
    name: str
    confidence: float = 1.0
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Two candidates or more are too close to choose; a careful listener would ask."""

    mention: Mention
    candidates: tuple[Candidate, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Refers to nothing that is known, or to nothing at all (pleonastic "it")."""

    mention: Mention
    reason: Literal["pleonastic", "no candidate", "generic"]


Resolution = Linked | New | Ambiguous | Unresolved


@dataclass(frozen=True, slots=True)
class PriorMention:
    """A mention of an earlier turn with what it was resolved to. `span` is in characters of that turn's source text."""

    mention: Mention
    span: Span
    referent: str | None
    value: str | None = None
    candidates: tuple[str, ...] = ()  # whom it may mean, where that was left open


@dataclass(frozen=True, slots=True)
class PriorTurn:
    """A turn said before, with its parse and what its mentions meant."""

    turn_id: str
    number: int  # counts the customer's turns, from 0
    session_id: str
    channel: Channel
    speaker: Speaker
    at: datetime
    parse: Parse
    understood: str
    mentions: tuple[PriorMention, ...] = ()
    heard: int | None = None  # how many characters of the source were played, for a turn that was cut off


@dataclass(frozen=True, slots=True)
class Referent:
    """What memory knows of an entity, as far as choosing a referent needs it."""

    id: str
    name: str
    type: str
    aliases: tuple[str, ...] = ()  # names and phrases that it was called by, without pronouns
    gender: Gender | None = None
    number: Literal["singular", "plural"] = "singular"
    heads: frozenset[str] = frozenset()  # lemmas of nouns that it was called by: {"wife"}, {"truck", "tacoma"}
    attributes: frozenset[str] = frozenset()  # lemmas of modifiers and of values of its facts: {"blue", "view", "kitchen"}
    relations: tuple[tuple[str, str], ...] = ()  # (noun or predicate, id of the other): ("wife", customer) for the customer's wife
    former: frozenset[tuple[str, str]] = frozenset()  # what another is to that owner by now, as in `relations`
    members: tuple[str, ...] = ()
    last_number: int = -1  # PriorTurn.number of its last mention
    count: int = 0  # mentions so far


WordIndex = Mapping[str, Sequence[tuple[int, str]]]  # word -> (place among the referents, id)


@dataclass(frozen=True)
class Discourse:
    """What a turn is understood against. `turns` is a window, oldest first; `referents` is all that memory holds."""

    speaker: Speaker
    channel: Channel
    at: datetime
    session_id: str
    turn_id: str
    customer: str  # referent id of the customer
    business: str  # referent id of the business
    turns: tuple[PriorTurn, ...] = ()
    referents: Mapping[str, Referent] = field(default_factory=dict[str, Referent])
    awaiting: str | None = None  # the question that the agent left open, in its words
    recall: Callable[[str, Channel | None], Sequence[PriorTurn]] = lambda _query, _channel: ()
    new_id: Callable[[Span], str] = lambda span: f"new:{span.start}-{span.end}"
    # `referents` with an index of them by what they are called, made when first needed and shared by what is understood after
    called: "list[tuple[Mapping[str, Referent], WordIndex]]" = field(
        default_factory=list["tuple[Mapping[str, Referent], WordIndex]"], compare=False
    )


@dataclass(frozen=True, slots=True)
class Understanding:
    """One turn taken as it was meant.

    text: the complete sentence, with ISO dates after times.
    parse: the parse that relations come from: of `text` without its dates where something left out was filled in, else of the turn itself.
    resolutions: of the turn's own mentions, in order. referents: for each mention of `parse`, the entity it refers to, or None.
    """

    text: str
    parse: Parse
    resolutions: tuple[Resolution, ...]
    referents: tuple[str | None, ...]


class Lexicon(Protocol):
    """Word knowledge that needs no context."""

    def vector(self, word: str) -> Vector | None:
        """Shape (300,); None for a word without a vector."""
        ...

    def similarity(self, one: str, other: str) -> float:
        """Cosine of two words' or short phrases' vectors in [-1, 1]; 1.0 for equal text; 0.0 where one has no vector."""
        ...


class Embedder(Protocol):
    """Text to sentence vectors."""

    size: int

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), size), rows of unit length."""
        ...
