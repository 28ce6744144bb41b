"""What a customer's memory would gain, lose and change: two states of it, side by side. Pure.

Knows whole customers (graph.archive). Facts, goals and entities are the same by their ids, facts also by saying the same of the same in the
same turn. Must not know why the states differ.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, TypeVar

from graph.archive import Archive
from graph.encoding import encode
from graph.model import Entity, EntityId, Fact, Goal, Turn
from graph.views import root

T = TypeVar("T", Fact, Entity, Goal, Turn)
How = Literal["added", "lost", "changed"]

_READ = ("id", "understood", "mentions")  # of a turn: what is made of it; all else is the log


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing. kind: fact, goal, entity, or turn (how it is understood). fields: for `changed`, each with what it was and what it is."""

    kind: Literal["fact", "goal", "entity", "turn"]
    how: How
    id: str
    text: str
    fields: tuple[tuple[str, Any, Any], ...] = ()


def differences(before: Archive, after: Archive) -> tuple[Difference, ...]:
    """Facts first, then goals, entities and turns; each kind in the order of its coming."""
    facts = _paired(before.facts, after.facts, _saying(before), _saying(after))
    return (
        *_found("fact", facts, lambda fact: fact.text),
        *_found("goal", _paired(before.goals, after.goals, _id, _id), lambda goal: goal.name),
        *_found("entity", _paired(before.entities, after.entities, _id, _id), lambda entity: entity.name),
        *_found("turn", _paired(before.turns, after.turns, _id, _id), lambda turn: turn.text, _READ),
    )


def _id(value: Any) -> str:
    return value.id


def _saying(archive: Archive) -> Callable[[Fact], str]:
    entities: Mapping[EntityId, Entity] = {each.id: each for each in archive.entities}

    def name(id: EntityId | None) -> str:
        found = entities.get(root(entities, id)) if id else None
        return found.name if found else ""

    return lambda fact: repr((fact.turn, name(fact.subject), fact.predicate, fact.role, name(fact.object) or fact.value))


def _paired(before: Iterable[T], after: Iterable[T], old: Callable[[T], str], new: Callable[[T], str]) -> list[tuple[T | None, T | None]]:
    """The same by id, else by what tells them apart; what has no counterpart is with None."""
    left = {each.id: each for each in before}
    found: list[tuple[T | None, T | None]] = []
    fresh: list[T] = []
    for each in after:
        known = left.pop(each.id, None)
        found.append((known, each)) if known else fresh.append(each)
    alike = {old(each): each for each in reversed(left.values())}
    for each in fresh:
        known = alike.pop(new(each), None)
        found.append((left.pop(known.id) if known else None, each))
    return [*found, *((each, None) for each in left.values())]


def _found(
    kind: Literal["fact", "goal", "entity", "turn"],
    pairs: Iterable[tuple[T | None, T | None]],
    text: Callable[[T], str],
    looked_at: tuple[str, ...] = (),
) -> Iterable[Difference]:
    for old, new in pairs:
        if old is None and new is not None:
            yield Difference(kind, "added", new.id, text(new))
        elif new is None and old is not None:
            yield Difference(kind, "lost", old.id, text(old))
        elif old is not None and new is not None and (changed := _changed(old, new, looked_at)):
            yield Difference(kind, "changed", new.id, text(new), changed)


def _changed(old: T, new: T, looked_at: tuple[str, ...]) -> tuple[tuple[str, Any, Any], ...]:
    names = looked_at or tuple(each.name for each in fields(old))
    pairs = ((name, getattr(old, name), getattr(new, name)) for name in names)
    return tuple((name, encode(one), encode(other)) for name, one, other in pairs if one != other)
