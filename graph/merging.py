"""Two customers' memories made one. Pure.

Knows whole customers (graph.archive) and their logs. The act of merging keeps what both were before, so that it can be undone, and which
turns came from whom, so that a replay can tell: graph.parting reads it. Must not know stores, nor how a turn is understood.
"""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import accumulate
from typing import Any

from graph.archive import Archive, packed
from graph.log import Said, conversation, numbered, turns_of
from graph.model import Customer, Entity, Goal, OperatorAct, TurnId, derived_id
from graph.referents import business_entity, customer_entity
from graph.relabelling import relabelled

Json = dict[str, Any]


def merge_act(into: Archive, other: Archive, at: datetime, *, revision: int, id: str | None = None) -> OperatorAct:
    """The act with all that it takes to undo it. at: the act is recorded then, or when the last was that either knows."""
    recorded = max(filter(None, (at, into.customer.recorded_at, other.customer.recorded_at)))
    body: Json = {
        "customer_id": other.customer.id,
        "renamed": _clashes(into, other),
        "into": _before(into),
        "other": _before(other),
    }
    id = id or derived_id(into.customer.tenant, into.customer.id, "merge", revision)
    return OperatorAct(id, "merge", recorded, body, revision)


def merged(into: Archive, other: Archive, act: OperatorAct) -> Archive:
    """One memory: turns in the order in which they were said and numbered anew, the other's own entity the same as this one's, the goals
    of who was heard last on top. Facts stay as they were said, each with its turn."""
    moved = relabelled(other, act.body["renamed"])
    said = numbered(_by_time(conversation(into.turns), conversation(moved.turns)), 0)
    turns = turns_of(said)
    numbers = {turn.id: turn.number for turn in turns}
    return Archive(
        customer=_one_customer(into.customer, moved.customer, act),
        sessions=(*into.sessions, *moved.sessions),
        turns=turns,
        entities=_one_person(_renumbered(into, numbers), _renumbered(moved, numbers), into),
        facts=tuple(sorted((*into.facts, *moved.facts), key=lambda fact: fact.recorded_at)),
        goals=_one_stack(into.goals, moved.goals),
        acts=(*into.acts, *moved.acts, act),
    )


def _clashes(into: Archive, other: Archive) -> dict[str, str]:
    """New ids for what both have under the same: turn ids are the client's, unique only on a channel."""

    def ids(archive: Archive) -> list[str]:
        return [each.id for each in (*archive.turns, *archive.facts, *archive.goals)]

    taken = set(ids(into))
    return {id: derived_id("merged", other.customer.id, id) for id in ids(other) if id in taken}


def _before(archive: Archive) -> Json:
    """All that merging or what comes after it may change; turns and acts by their ids, as they stay in the log."""
    turns = [[turn.id, turn.number, turn.status == "done"] for turn in archive.turns]
    return {**packed(replace(archive, turns=(), acts=())), "turns": turns, "acts": [act.id for act in archive.acts]}


def _by_time(one: Sequence[Said], other: Sequence[Said]) -> list[Said]:
    """Each in its own order, which need not be that of the instants."""

    def timed(said: Sequence[Said], side: int) -> list[tuple[tuple[datetime, int], Said]]:
        return [((at, side), each) for at, each in zip(accumulate((each.turn.at for each in said), max), said, strict=True)]

    return [each for _, each in sorted((*timed(one, 0), *timed(other, 1)), key=lambda pair: pair[0])]


def _one_customer(into: Customer, other: Customer, act: OperatorAct) -> Customer:
    known = {(each.channel, each.value) for each in into.addresses}
    return replace(
        into,
        addresses=(*into.addresses, *(each for each in other.addresses if (each.channel, each.value) not in known)),
        created_at=min(into.created_at, other.created_at),
        last_turn_at=max(filter(None, (into.last_turn_at, other.last_turn_at)), default=None),
        recorded_at=act.at,
        revision=into.revision + 1,
    )


def _renumbered(archive: Archive, numbers: Mapping[TurnId, int]) -> list[Entity]:
    """Entities with the number of the turn that mentioned them last as it is now."""
    places = sorted({turn.number: numbers[turn.id] for turn in archive.turns}.items())
    befores = [before for before, _ in places]

    def number(before: int) -> int:
        found = bisect_right(befores, before)
        return places[found - 1][1] if found else -1

    return [replace(each, last_number=number(each.last_number)) for each in archive.entities]


def _one_person(mine: list[Entity], others: list[Entity], into: Archive) -> tuple[Entity, ...]:
    """The other's customer and business turn out to be these; a name that only the other told becomes this one's."""
    if not others:
        return tuple(mine)
    firm = next((each for each in others if each.is_business), None)
    own = next((each for each in mine if each.is_customer), None) or Entity(
        customer_entity(into.scope), "customer", "person", is_customer=True
    )
    business = next((each for each in mine if each.is_business), None) or (
        Entity(business_entity(into.scope), firm.name, "organisation", is_business=True) if firm else None
    )
    name = next((each.name for each in others if each.is_customer), own.name) if own.name == "customer" else own.name
    rest = [each for each in mine if not (each.is_customer or each.is_business)]

    def same(each: Entity) -> Entity:
        top = own if each.is_customer else business if each.is_business else None
        return replace(each, same_as=top.id, is_customer=False, is_business=False) if top else each

    return (replace(own, name=name), *([business] if business else []), *rest, *map(same, others))


def _one_stack(mine: Sequence[Goal], others: Sequence[Goal]) -> tuple[Goal, ...]:
    """The goals of whoever's was touched last lie above the other's, and only their top is active."""

    def touched(goals: Sequence[Goal]) -> datetime | None:
        return max((each.updated_at for each in goals if each.status in ("active", "paused")), default=None)

    one, other = touched(mine), touched(others)
    if one is None or other is None:
        return (*mine, *others)
    below, above = (others, mine) if one >= other else (mine, others)
    shift = min(each.order for each in above) - max(each.order for each in below) - 1
    lower = tuple(replace(each, order=each.order + shift, status="paused" if each.status == "active" else each.status) for each in below)
    return (*above, *lower) if above is mine else (*lower, *above)
