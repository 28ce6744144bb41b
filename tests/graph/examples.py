"""Customers, turns and commits to write: small, whole, and different wherever a mix-up could hide."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from graph.model import (
    Address,
    Commit,
    Customer,
    CustomerId,
    Entity,
    EntityId,
    Fact,
    FactEnd,
    FactId,
    Goal,
    GoalId,
    MentionRecord,
    OperatorAct,
    Scope,
    Session,
    SessionId,
    SlotValue,
    TenantId,
    Turn,
    TurnId,
)
from nlp.types import Mention, Span

START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


def scope(customer: str = "c1", tenant: str = "t1") -> Scope:
    return Scope(TenantId(tenant), CustomerId(customer))


def customer(whose: Scope, *numbers: str, minutes: float = 0) -> Customer:
    addresses = tuple(Address("sms", number, True, at(minutes)) for number in numbers)
    return Customer(whose.customer, whose.tenant, addresses, at(minutes))


def session(whose: Scope, name: str = "s1", *, minutes: float = 0, last: float | None = None) -> Session:
    ident = SessionId(f"{whose.customer}-{name}")
    return Session(ident, "sms", "+15125550101", at(minutes), at(minutes if last is None else last))


def turn(whose: Scope, name: str, text: str = "My wife Dana lives in Austin.", *, minutes: float = 0, key: str | None = None) -> Turn:
    return Turn(
        id=TurnId(f"{whose.customer}-{name}"),
        key=key,
        session=SessionId(f"{whose.customer}-s1"),
        number=-1,
        channel="sms",
        speaker="customer",
        at=at(minutes),
        received_at=at(minutes),
        text=text,
        zone="America/Chicago",
        request={"text": text, "channel": "sms", "at": None, "respond": True},
    )


def mention(text: str, start: int, entity: str, *, kind: str = "name") -> MentionRecord:
    span = Span(start, start + len(text))
    found = Mention(0, span, text, kind, 0, text.lower(), "person", "singular", modifiers=("old",))  # type: ignore[arg-type]
    place = (TurnId("earlier"), 0, 4, "Dana")
    return MentionRecord(found, span, text, "linked", EntityId(entity), None, 0.9, place, ((entity, "Dana", 0.9),), evidence=("name",))


def entity(whose: Scope, name: str, **more: object) -> Entity:
    ident = EntityId(f"{whose.customer}-{name.lower()}")
    return replace(Entity(ident, name, "person", (name,), "f", mentions=1, first_at=at(0), last_at=at(0), last_number=0), **more)  # type: ignore[arg-type]


def fact(whose: Scope, name: str, *, minutes: float = 0, value: str | None = "Austin", **more: object) -> Fact:
    made = Fact(
        id=FactId(f"{whose.customer}-{name}"),
        subject=EntityId(f"{whose.customer}-dana"),
        predicate="live",
        object=None,
        value=value,
        value_type="text",
        text=f"Dana lives in {value}",
        turn=TurnId(f"{whose.customer}-1"),
        span=Span(0, 29),
        clause=f"{name}-clause",
        role="in",
        recorded_at=at(minutes),
        lemmas=("live", (value or "").lower()),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def goal(whose: Scope, *, status: str = "active") -> Goal:
    slots = {
        "when": SlotValue("2026-03-06T15:00:00-06:00", "Friday at 3", TurnId("1")),
        "price": SlotValue({"amount": 120}, "120", TurnId("1")),
    }
    ident, started = GoalId(f"{whose.customer}-goal"), TurnId(f"{whose.customer}-1")
    return Goal(ident, "book", status, "service", slots, 1, at(0), at(1), started, SessionId("s1"), told=("tip",))  # type: ignore[arg-type]


def first_commit(whose: Scope, accepted: Turn) -> Commit:
    """What a turn with everything in it changes: itself, its reply, an entity, two facts, a goal."""
    reply = Turn(
        id=TurnId(f"{accepted.id}-reply"),
        key=None,
        session=accepted.session,
        number=accepted.number + 1,
        channel="sms",
        speaker="agent",
        at=accepted.at,
        received_at=accepted.at,
        text="Noted: Dana in Austin. Shall I book her?",
        zone=accepted.zone,
        status="done",
        reply_to=accepted.id,
    )
    done = replace(
        accepted,
        status="done",
        understood=accepted.text,
        mentions=(mention("Dana", 8, f"{whose.customer}-dana"),),
        answer={"turn_id": accepted.id, "facts": [{"text": "Dana lives in Austin"}], "reply": None},
        versions=(("playbook", "abc"),),
    )
    return Commit(
        expected_revision=0,
        recorded_at=at(1),
        turns=(done, reply),
        session=session(whose, last=1),
        entities=(entity(whose, "Dana"),),
        facts=(fact(whose, "f1", minutes=1), fact(whose, "f2", minutes=1, value="Texas", valid_from=at(-1000))),
        goals=(goal(whose),),
        last_turn_at=at(1),
    )


def second_commit(whose: Scope, accepted: Turn) -> Commit:
    """She moved: the fact ends, another one begins, the goal is done, a person retracts the other fact."""
    moved = fact(whose, "f3", minutes=60, value="Denver", valid_from=at(60), change="superseded", replaces=FactId(f"{whose.customer}-f1"))
    return Commit(
        expected_revision=1,
        recorded_at=at(60),
        turns=(replace(accepted, status="done", mentions=(mention("Dana", 0, f"{whose.customer}-dana"),)),),
        session=session(whose, last=60),
        entities=(entity(whose, "Dana", mentions=2, last_at=at(60)), entity(whose, "Leo")),
        facts=(moved,),
        ends=(
            FactEnd(FactId(f"{whose.customer}-f1"), at(60), at(60), replaced_by=moved.id),
            FactEnd(FactId(f"{whose.customer}-f2"), retracted_at=at(60)),
        ),
        goals=(goal(whose, status="completed"),),
        act=OperatorAct(f"{whose.customer}-act", "retract", at(60), {"reason": "typo"}),
        last_turn_at=at(60),
    )
