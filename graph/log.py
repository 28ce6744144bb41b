"""A customer's log: what was said and done, in the order in which it was taken up. Pure.

The log is the truth: entities, facts and goals are made of it. Knows graph.model and the whole customers of graph.archive; must not know
how a turn is understood.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from graph.archive import Archive
from graph.model import Entity, EntityId, Fact, FactId, OperatorAct, Turn
from graph.state import place
from graph.views import root


@dataclass(frozen=True, slots=True)
class Said:
    """A turn with the reply that it got."""

    turn: Turn
    reply: Turn | None = None


Entry = Said | OperatorAct


def conversation(turns: Iterable[Turn]) -> list[Said]:
    """Turns that are done or wait, each with its reply, in the order of their places."""
    said: list[Said] = []
    for turn in sorted(turns, key=place):
        if said and turn.reply_to is not None and said[-1].reply is None and said[-1].turn.id == turn.reply_to:
            said[-1] = Said(said[-1].turn, turn)
        else:
            said.append(Said(turn))
    return said


def entries(turns: Iterable[Turn], acts: Iterable[OperatorAct]) -> list[Entry]:
    """What was taken up, oldest first: turns that are done, and acts."""
    found: list[Entry] = [*(each for each in conversation(turns) if each.turn.status == "done"), *acts]
    if any(_revision(each) is None for each in found):
        return sorted(found, key=_instant)
    return sorted(found, key=lambda each: _revision(each) or 0)


def _revision(entry: Entry) -> int | None:
    return entry.revision if isinstance(entry, OperatorAct) else entry.turn.revision


def _instant(entry: Entry) -> tuple[datetime, int]:
    """For logs that were written before revisions were noted."""
    return (entry.at, 1) if isinstance(entry, OperatorAct) else (entry.turn.received_at, 0)


def next_number(turns: Iterable[Turn]) -> int:
    """That of a turn that arrives now."""
    return max(map(place, turns), default=-1) // 2 + 1


def numbered(said: Iterable[Said], first: int) -> list[Said]:
    """Numbers in a row, as if they had arrived one after the other."""
    made: list[Said] = []
    for each in said:
        reply = replace(each.reply, number=first + 1) if each.reply else None
        made.append(Said(replace(each.turn, number=first), reply))
        first += 2 if reply else 1
    return made


def turns_of(said: Iterable[Said]) -> tuple[Turn, ...]:
    return tuple(turn for each in said for turn in (each.turn, each.reply) if turn is not None)


# facts that acts name


def described(fact: Fact, entities: Mapping[EntityId, Entity]) -> dict[str, Any]:
    """What tells a fact from others without its id: kept with an act on it, for a replay in which ids came out otherwise."""
    return {
        "turn_id": fact.turn,
        "subject": _name(fact.subject, entities),
        "predicate": fact.predicate,
        "role": fact.role,
        "object": _name(fact.object, entities) if fact.object else fact.value,
        "text": fact.text,
    }


def _name(entity: EntityId, entities: Mapping[EntityId, Entity]) -> str:
    found = entities.get(root(entities, entity))
    return "customer" if found and found.is_customer else found.name if found else entity


def retracted_by(act: OperatorAct, facts: Mapping[FactId, Fact], entities: Mapping[EntityId, Entity]) -> list[FactId]:
    """The facts that a retraction is about: the one it names, else those of the same turn that say the same of the same, else those of any
    turn. A sentence may have become several facts since."""
    named = FactId(str(act.body.get("fact_id")))
    if named in facts:
        return [named]
    about = act.body.get("fact")
    if not about:
        return []
    open_ones = [each for each in facts.values() if each.retracted_at is None]
    for keys in (("turn_id", "subject", "predicate", "object"), ("turn_id", "text"), ("subject", "predicate", "object")):
        found = [each.id for each in open_ones if _agrees(described(each, entities), about, keys)]
        if found:
            return found
    return []


def _agrees(one: Mapping[str, Any], other: Mapping[str, Any], keys: Sequence[str]) -> bool:
    return all(str(one.get(key)).casefold() == str(other.get(key)).casefold() for key in keys)


def with_descriptions(archive: Archive) -> Archive:
    """Its retractions with a description of their facts, where they came without one and the fact is there to be described."""
    facts, entities = {each.id: each for each in archive.facts}, {each.id: each for each in archive.entities}

    def whole(act: OperatorAct) -> OperatorAct:
        fact = facts.get(FactId(str(act.body.get("fact_id"))))
        if act.kind != "retract" or "fact" in act.body or fact is None:
            return act
        return replace(act, body={**act.body, "fact": described(fact, entities)})

    return replace(archive, acts=tuple(map(whole, archive.acts)))
