"""Histories of one customer for hypothesis: commits one after the other, as turns and operators make them."""

from dataclasses import replace
from typing import cast

from hypothesis import strategies as st

from graph.model import Commit, Entity, EntityId, Fact, FactEnd, FactId, Goal, OperatorAct, Scope, Turn, TurnId
from graph.referents import business_entity, customer_entity
from tests.graph.examples import at, entity, fact, goal, mention, session, turn

NAMES = ("Dana", "Leo", "Rex", "Tacoma", "Clinic")
HEADS = ("wife", "son", "dog", "truck")


def entity_ids(whose: Scope) -> list[EntityId]:
    return [EntityId(f"{whose.customer}-{name.lower()}") for name in NAMES] + [customer_entity(whose)]


@st.composite
def entities(draw: st.DrawFn, whose: Scope, *, merging: bool) -> tuple[Entity, ...]:
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=3))
    return tuple(_entity(draw, whose, name, merging) for name in names)


def _entity(draw: st.DrawFn, whose: Scope, name: str, merging: bool) -> Entity:
    other = draw(st.sampled_from([None, *entity_ids(whose)[:5]])) if merging and draw(st.integers(0, 5)) == 0 else None
    heads = tuple(draw(st.lists(st.sampled_from(HEADS), unique=True, max_size=2)))
    return entity(whose, name, mentions=draw(st.integers(0, 9)), heads=heads, attributes=heads[:1], same_as=other)


@st.composite
def facts(draw: st.DrawFn, whose: Scope, number: int, recorded: float) -> tuple[Fact, ...]:
    return tuple(_fact(draw, whose, f"f{number}-{n}", recorded) for n in range(draw(st.integers(0, 3))))


def _fact(draw: st.DrawFn, whose: Scope, name: str, recorded: float) -> Fact:
    ids = entity_ids(whose)
    thing = draw(st.sampled_from([None, *ids]))
    started, lasted = draw(st.none() | st.integers(-50, 50)), draw(st.none() | st.integers(1, 60))
    value = None if thing else draw(st.sampled_from([None, "Austin", "blue and old"]))
    return fact(
        whose,
        name,
        minutes=recorded,
        subject=draw(st.sampled_from(ids)),
        object=thing,
        value=value,
        predicate=draw(st.sampled_from(["has", "wife", "live"])),
        role=draw(st.sampled_from(["possession", "object"])),
        polarity=draw(st.sampled_from(["positive", "positive", "negative"])),
        valid_from=None if started is None else at(started),
        valid_to=None if lasted is None else at((started or 0) + lasted),
    )


@st.composite
def ends(draw: st.DrawFn, written: tuple[Fact, ...], new: tuple[Fact, ...], recorded: float) -> tuple[FactEnd, ...]:
    if not written:
        return ()
    gone = draw(st.lists(st.sampled_from([each.id for each in written]), unique=True, max_size=2))
    return tuple(_end(draw, each, new, recorded) for each in gone)


def _end(draw: st.DrawFn, gone: FactId, new: tuple[Fact, ...], recorded: float) -> FactEnd:
    follower = new[0].id if new and draw(st.booleans()) else None
    if draw(st.booleans()):
        return FactEnd(gone, retracted_at=at(recorded), replaced_by=follower)
    return FactEnd(gone, valid_to=at(draw(st.integers(-60, 60))), end_recorded_at=at(recorded), replaced_by=follower)


def _turns(draw: st.DrawFn, whose: Scope, number: int, recorded: float) -> tuple[Turn, ...]:
    name = draw(st.sampled_from(NAMES))
    place = draw(st.integers(number - 2, number))  # one that was cut off is finished after later ones
    said = turn(whose, str(number), f"{name} is fine {number}", minutes=recorded)
    said = replace(
        said, number=3 * max(place, 0) + number % 2, status="done", mentions=(mention(name, 0, f"{whose.customer}-{name.lower()}"),)
    )
    reply = replace(said, id=TurnId(f"{said.id}-reply"), speaker="agent", number=said.number + 1, reply_to=said.id, mentions=())
    return (said, reply)[: draw(st.integers(0, 2))]


@st.composite
def histories(draw: st.DrawFn, whose: Scope, *, most: int = 6, merging: bool = True) -> list[Commit]:
    """Commits with growing recorded instants, ten minutes apart, whose ends are of facts of earlier ones."""
    made: list[Commit] = []
    written: tuple[Fact, ...] = ()
    for number in range(draw(st.integers(1, most))):
        recorded = 10.0 * number
        new = draw(facts(whose, number, recorded))
        founders = _founders(whose) if number == 0 else ()
        goals: tuple[Goal, ...] = (goal(whose, status=draw(st.sampled_from(["active", "paused"]))),) if draw(st.booleans()) else ()
        act = OperatorAct(f"{whose.customer}-{number}", "retract", at(recorded), {"n": number}) if draw(st.booleans()) else None
        commit = Commit(
            expected_revision=number,
            recorded_at=at(recorded),
            turns=_turns(draw, whose, number, recorded),
            session=session(whose, f"s{number % 3}", minutes=number % 3, last=recorded),
            entities=(*founders, *draw(entities(whose, merging=merging))),
            facts=new,
            ends=draw(ends(written, new, recorded)),
            goals=goals,
            act=act,
            last_turn_at=cast("None", None) if draw(st.booleans()) else at(recorded),
        )
        written = (*written, *new)
        made.append(commit)
    return made


def _founders(whose: Scope) -> tuple[Entity, ...]:
    customer = Entity(customer_entity(whose), "customer", "person", is_customer=True)
    return customer, Entity(business_entity(whose), "Bright Smile", "organisation", is_business=True)
