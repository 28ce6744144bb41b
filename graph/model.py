"""The memory's vocabulary: customers, sessions, turns, entities, facts in two times, goals.

Frozen values without I/O. Ids are derived from what they name, so that a replay of the log gives the same graph.
"""

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal, NewType

from nlp.types import Channel, Gender, Mention, Span, Speaker

TenantId = NewType("TenantId", str)
CustomerId = NewType("CustomerId", str)
SessionId = NewType("SessionId", str)
TurnId = NewType("TurnId", str)
EntityId = NewType("EntityId", str)
FactId = NewType("FactId", str)
GoalId = NewType("GoalId", str)

ChangeKind = Literal["added", "confirmed", "superseded", "corrected", "ended", "retracted"]
GoalStatus = Literal["active", "paused", "completed", "cancelled"]

_SPACE = uuid.UUID("6f0c1d5e-6a6e-5d0b-9d5e-1f0a4f5c2b11")


def derived_id(*parts: object) -> str:
    """An id that is the same for the same parts, and another's for any other: 32 hexadecimal digits."""
    return uuid.uuid5(_SPACE, "\x1f".join(map(str, parts))).hex


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose memory: every query names both."""

    tenant: TenantId
    customer: CustomerId


@dataclass(frozen=True, slots=True)
class Address:
    channel: Channel
    value: str  # E.164 for phone numbers
    verified: bool = False
    linked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    id: CustomerId
    tenant: TenantId
    addresses: tuple[Address, ...]
    created_at: datetime
    last_turn_at: datetime | None = None
    recorded_at: datetime | None = None  # the last recorded instant; never goes back
    revision: int = 0  # grows by one with each commit


@dataclass(frozen=True, slots=True)
class Session:
    id: SessionId
    channel: Channel
    address: str
    started_at: datetime
    last_turn_at: datetime
    ended: bool = False


@dataclass(frozen=True, slots=True)
class MentionRecord:
    """A mention of a stored turn with what it was resolved to; `span` is in characters of the turn's text."""

    mention: Mention
    span: Span
    text: str
    status: Literal["linked", "new", "ambiguous", "unresolved"]
    entity: EntityId | None
    value: str | None
    confidence: float
    antecedent: tuple[TurnId, int, int, str] | None = None
    candidates: tuple[tuple[str, str, float], ...] = ()  # entity, name, score
    members: tuple[EntityId, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """One utterance. `number` counts the customer's turns (replies included) from 0; `text` is what was said, never changed."""

    id: TurnId
    key: str | None  # the idempotency key as the client gave it, unique per tenant and channel
    session: SessionId
    number: int
    channel: Channel
    speaker: Speaker
    at: datetime
    received_at: datetime
    text: str
    zone: str  # IANA name of the business's time zone at the time
    status: Literal["accepted", "done"] = "accepted"
    reply_to: TurnId | None = None  # set on a reply
    heard: int | None = None  # how many characters of the text were played, where it was cut off
    understood: str = ""
    mentions: tuple[MentionRecord, ...] = ()
    request: dict[str, Any] | None = None  # the validated body it came as, to finish it after a crash
    answer: dict[str, Any] | None = None  # what was answered, to answer a redelivery with
    versions: tuple[tuple[str, str], ...] = ()  # (playbook, digest), (model, name) that read it
    revision: int | None = None  # of the memory that it was understood upon: its place in the log, set when it is done


@dataclass(frozen=True, slots=True)
class Entity:
    id: EntityId
    name: str
    type: str
    aliases: tuple[str, ...] = ()
    gender: Gender | None = None
    number: Literal["singular", "plural"] = "singular"
    members: tuple[EntityId, ...] = ()
    mentions: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    first_turn: TurnId | None = None
    last_number: int = -1
    heads: tuple[str, ...] = ()  # lemmas of nouns that it was called by
    attributes: tuple[str, ...] = ()  # lemmas of its modifiers
    owner: EntityId | None = None  # whose it was said to be: "my wife", "Leo's bike"
    same_as: EntityId | None = None  # this one turned out to be that one; reading follows it
    is_business: bool = False
    is_customer: bool = False
    is_staff: bool = False  # a person of the business whom the customer greeted by name


@dataclass(frozen=True, slots=True)
class Fact:
    """What was said, with when it holds and when it was known.

    All facts of one clause share `clause`; `role` tells which of the clause's arguments the object is (`object`, `attribute`, `when`,
    "in", …). A stored fact only gains ends: `valid_to` with `end_recorded_at` (known from then on), and `retracted_at`.
    """

    id: FactId
    subject: EntityId
    predicate: str
    object: EntityId | None
    value: str | None  # in the contract's formats; None where `object` is set or the clause has no object
    value_type: str | None  # date, datetime, duration, number, money, phone, email, boolean, text, …
    text: str  # the clause as a sentence in the third person, pronouns replaced
    turn: TurnId
    span: Span  # of the clause in the turn's text: the evidence
    clause: str
    role: str
    recorded_at: datetime
    valid_from: datetime | None = None
    valid_to: datetime | None = None
    end_recorded_at: datetime | None = None  # when `valid_to` became known; None: at `recorded_at`
    retracted_at: datetime | None = None
    change: ChangeKind = "added"
    replaces: FactId | None = None
    replaced_by: FactId | None = None
    confidence: float = 1.0
    polarity: Literal["positive", "negative"] = "positive"
    modality: Literal["asserted", "uncertain", "reported"] = "asserted"
    said_by: EntityId | None = None
    tense: Literal["past", "present", "future"] = "present"
    lemmas: tuple[str, ...] = ()  # content lemmas of the clause, for matching
    when: str | None = None  # ISO value of the clause's time, as said
    said: str = ""  # the object's words as said
    told: str = ""  # the clause as a sentence to the customer ("you")

    def valid_end(self, known_at: datetime) -> datetime | None:
        """`valid_to` as it was known then."""
        return self.valid_to if self.end_recorded_at is None or self.end_recorded_at <= known_at else None

    def known(self, known_at: datetime) -> bool:
        return self.recorded_at <= known_at and (self.retracted_at is None or known_at < self.retracted_at)

    def holds(self, as_of: datetime, known_at: datetime) -> bool:
        """Whether the system held at `known_at` that this is true at `as_of`."""
        end = self.valid_end(known_at)
        return self.known(known_at) and (self.valid_from is None or self.valid_from <= as_of) and (end is None or as_of < end)


@dataclass(frozen=True, slots=True)
class SlotValue:
    """value: in the contract's formats (E.164, ISO 8601, number, {"amount", "currency"}, bool, a choice's name)."""

    value: Any
    text: str
    turn: TurnId
    entity: EntityId | None = None


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal of the stack; `order` grows with each start or resumption: the highest open one is the top."""

    id: GoalId
    name: str
    status: GoalStatus
    awaiting: str | None
    slots: dict[str, SlotValue]
    order: int
    started_at: datetime
    updated_at: datetime
    started_turn: TurnId
    session: SessionId
    misunderstood: int = 0  # turns in a row that it made nothing of
    told: tuple[str, ...] = ()  # `tell` slots that were reached

    def with_slot(self, name: str, slot: SlotValue) -> "Goal":
        return replace(self, slots={**self.slots, name: slot})


@dataclass(frozen=True, slots=True)
class OperatorAct:
    """An act of a person on the memory, kept in the customer's log: retract, link, merge, unmerge, import."""

    id: str
    kind: Literal["retract", "link", "merge", "unmerge", "import"]
    at: datetime
    body: dict[str, Any]
    revision: int | None = None  # of the memory that it was done to: its place in the log


@dataclass(frozen=True, slots=True)
class FactEnd:
    """What happens to a stored fact: it gains an end in valid time, in recorded time, or both."""

    fact: FactId
    valid_to: datetime | None = None
    end_recorded_at: datetime | None = None
    retracted_at: datetime | None = None
    replaced_by: FactId | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """All that one turn (or act of an operator) changes, written in one transaction or not at all.

    entities and goals: whole new states, by id. facts: new ones. ends: of stored ones. turns: whole new states of this turn, its
    reply, and of an earlier reply of which only a part was heard.
    """

    expected_revision: int
    recorded_at: datetime
    turns: tuple[Turn, ...] = ()
    session: Session | None = None
    entities: tuple[Entity, ...] = ()
    facts: tuple[Fact, ...] = ()
    ends: tuple[FactEnd, ...] = ()
    goals: tuple[Goal, ...] = ()
    act: OperatorAct | None = None
    last_turn_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FactIndex:
    """Which turns told of what: by the words of facts, by the things at their ends; the facts of each turn, and the turns beside it.

    It only grows, and snapshots that follow one another share it: a turn or a fact that a snapshot does not hold came after it.
    `likes`: words that count for one that was asked for, and up to which of `words` they were looked for.
    """

    words: list[str]  # each once, as they come
    of_word: dict[str, dict[TurnId, None]]
    of_end: dict[EntityId, dict[TurnId, None]]
    of_turn: dict[TurnId, list[FactId]]
    before: dict[TurnId, TurnId]
    after: dict[TurnId, TurnId]
    named: dict[str, dict[EntityId, None]]  # things by the words that they are called by
    kin: dict[EntityId, dict[EntityId, None]]  # what is somebody's, by owner; groups, by member
    likes: dict[tuple[str, bool, bool], tuple[int, tuple[str, ...]]]
    noted: dict[FactId, None]  # facts that no clause of their turn told: those that goals keep


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One customer's memory at a revision, as the steps of a turn read it. `turns`: the last ones only, oldest first. `index`: of `facts`,
    where it is at hand."""

    customer: Customer
    sessions: dict[SessionId, Session]  # those of `turns` and the newest of each channel
    turns: tuple[Turn, ...]
    entities: dict[EntityId, Entity]
    facts: dict[FactId, Fact]
    goals: dict[GoalId, Goal]
    index: FactIndex | None = field(default=None, compare=False)
