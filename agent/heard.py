"""What goes into a decision about a turn and what comes out of it: frozen values, no behaviour beyond reading them.

Knows the goals' and the parse's vocabulary; not how anything is decided or worded.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from graph.model import Goal, SessionId, TurnId
from nlp.types import Channel, Mention, Parse, Span, Vector

Act = Literal["answer", "ask", "confirm", "clarify", "inform", "object", "resume", "done", "abstain", "handoff", "smalltalk"]
PieceKind = Literal[
    "knowledge", "memory", "objection", "ask", "confirm", "done", "cancelled", "tell", "resume", "again", "change", "why", "wait",
    "abstain", "clarify", "choose", "handoff", "greet", "thank", "goodbye", "smalltalk", "identity", "inform", "repeat", "time_of_day",
    "returned",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Citation:
    turn_id: str
    fact_id: str | None
    text: str


@dataclass(frozen=True, slots=True)
class MemoryAnswer:
    """What memory says to a question that the turn asks."""

    text: str
    citations: tuple[Citation, ...] = ()
    abstained: bool = False


@dataclass(frozen=True, slots=True)
class Named:
    """What a mention was taken to refer to, in names. `candidates`: names, where it is ambiguous."""

    entity: str | None
    name: str | None
    type: str = "thing"
    value: str | None = None  # of times and amounts, ISO 8601 or a number
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of the turn that can mean something alone.

    plain: its text without times, names and greetings; vector: of `plain`. topicless: of `plain` with each option of the catalog that it
    names replaced by the kind of thing that it is, so that what is wanted and what for are told apart.
    """

    span: Span
    text: str
    plain: str
    vector: Vector = field(compare=False)
    lemmas: frozenset[str]  # of content words
    negated: bool
    past: bool
    sentence: int
    asking: bool  # closed by a question mark
    topicless: Vector = field(compare=False)


@dataclass(frozen=True, slots=True)
class Heard:
    """One turn of the customer, as far as a decision needs it.

    parse: of the complete meaning. named: by index into `parse.mentions`. clauses: from `Sense.perceive`. known: values for slots marked
    `known`, by slot name, else by slot type. missed: turns in a row, before this one, that could not be understood.
    said_before: the agent's last reply, to repeat it. names: of people in slots, by entity, as they are known by now. earlier: the
    customer's turns of this conversation since a goal was last open, oldest first, whose clauses were not perceived.
    """

    parse: Parse
    turn: TurnId
    session: SessionId
    at: datetime
    clauses: tuple[Clause, ...] = ()
    named: Mapping[int, Named] = field(default_factory=dict[int, Named])
    channel: Channel = "sms"
    customer: str = ""
    customer_name: str | None = None
    known: Mapping[str, Any] = field(default_factory=dict[str, Any])
    memory: MemoryAnswer | None = None
    missed: int = 0
    said_before: str = ""
    names: Mapping[str, str] = field(default_factory=dict[str, str])
    earlier: "tuple[Heard, ...]" = ()

    def mention_name(self, mention: Mention) -> str:
        """The best name for what a mention refers to: that of its entity, else its own words."""
        named = self.named.get(mention.index)
        return named.name if named and named.name else mention.text


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing to say. `text`: a template or plain words, of the playbook or of memory; `goal`: whose slots fill it."""

    kind: PieceKind
    text: str = ""
    goal: Goal | None = None
    options: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """goals: whole new states of those that changed, top first. understood: whether anything was made of the turn."""

    act: Act
    pieces: tuple[Piece, ...]
    goals: tuple[Goal, ...] = ()
    understood: bool = True
