"""Memory's values as the JSON of the public contract.

Knows names and shapes of the contract; decides nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from graph.differences import Difference
from graph.model import Customer, Entity, EntityId, Fact, Goal, MentionRecord, Session, Turn
from graph.recall import Hit
from graph.timeline import Event
from graph.views import Graph
from nlp.types import TimeExpression

Json = dict[str, Any]


def instant(value: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z") if value else None


def reference(entity: EntityId | None, entities: Mapping[EntityId, Entity]) -> Json:
    found = entities.get(entity) if entity else None
    return {"entity_id": entity, "name": found.name if found else None}


def resolution(record: MentionRecord, entities: Mapping[EntityId, Entity]) -> Json:
    return {
        "text": record.text,
        "start": record.span.start,
        "end": record.span.end,
        "kind": record.mention.kind,
        "entity_id": record.entity,
        "entity": _entity_name(record, entities),
        "value": record.value,
        "antecedent": _antecedent(record),
        "confidence": round(record.confidence, 4),
        "status": record.status,
        "candidates": [{"entity_id": i, "entity": n, "score": round(s, 4)} for i, n, s in record.candidates],
        "members": list(record.members),
        "evidence": list(record.evidence),
    }


def _entity_name(record: MentionRecord, entities: Mapping[EntityId, Entity]) -> str | None:
    """A group is named by its members."""
    names = [entities[m].name for m in record.members if m in entities]
    if names:
        return " and ".join(names)
    found = entities.get(record.entity) if record.entity else None
    return found.name if found else None


def _antecedent(record: MentionRecord) -> Json | None:
    if record.antecedent is None:
        return None
    turn, start, end, text = record.antecedent
    return {"turn_id": turn, "start": start, "end": end, "text": text}


def time_resolution(time: TimeExpression, source: str, start: int, end: int) -> Json:
    """A time expression as a resolution; `start` and `end` in the source text."""
    antecedent = time.antecedent
    return {
        "text": source[start:end],
        "start": start,
        "end": end,
        "kind": "time",
        "entity_id": None,
        "entity": None,
        "value": time.value,
        "antecedent": {"turn_id": antecedent.turn_id, "start": antecedent.span.start, "end": antecedent.span.end, "text": antecedent.text}
        if antecedent
        else None,
        "confidence": 0.95,
        "status": "linked",
        "candidates": [],
        "members": [],
        "evidence": [],
    }


def entity_seen(entity: Entity, *, new: bool) -> Json:
    return {"entity_id": entity.id, "name": entity.name, "type": entity.type, "new": new}


def entity_known(entity: Entity) -> Json:
    return {
        "entity_id": entity.id,
        "name": entity.name,
        "type": entity.type,
        "aliases": list(entity.aliases),
        "mentions": entity.mentions,
        "first_at": instant(entity.first_at),
        "last_at": instant(entity.last_at),
    }


def fact(value: Fact, entities: Mapping[EntityId, Entity]) -> Json:
    return {
        "fact_id": value.id,
        "subject": reference(value.subject, entities),
        "predicate": value.predicate,
        "object": {**reference(value.object, entities), "value": value.value, "type": _object_type(value, entities)},
        "text": value.text,
        "valid_from": instant(value.valid_from),
        "valid_to": instant(value.valid_to),
        "recorded_at": instant(value.recorded_at),
        "retracted_at": instant(value.retracted_at),
        "change": value.change,
        "replaces": value.replaces,
        "turn_id": value.turn,
        "evidence": {"start": value.span.start, "end": value.span.end},
        "confidence": value.confidence,
        "polarity": value.polarity,
        "modality": value.modality,
        "said_by": reference(value.said_by, entities),
    }


def _object_type(value: Fact, entities: Mapping[EntityId, Entity]) -> str | None:
    found = entities.get(value.object) if value.object else None
    return found.type if found else value.value_type


def goal(value: Goal) -> Json:
    return {
        "goal_id": value.id,
        "name": value.name,
        "status": value.status,
        "awaiting": value.awaiting,
        "slots": {name: {"value": slot.value, "text": slot.text, "turn_id": slot.turn} for name, slot in value.slots.items()},
        "started_at": instant(value.started_at),
        "updated_at": instant(value.updated_at),
    }


def goals_of(found: Iterable[Goal], touched: Iterable[str] = ()) -> list[Json]:
    """The stack, top first, then those that this turn ended."""
    ended = set(touched)
    shown = [g for g in found if g.status in ("active", "paused") or g.id in ended]
    return [goal(g) for g in sorted(shown, key=lambda g: (g.status not in ("active", "paused"), -g.order))]


def session(value: Session) -> Json:
    return {
        "session_id": value.id,
        "channel": value.channel,
        "address": value.address,
        "started_at": instant(value.started_at),
        "last_turn_at": instant(value.last_turn_at),
        "ended": value.ended,
    }


def turn(value: Turn, entities: Mapping[EntityId, Entity]) -> Json:
    return {
        "turn_id": value.id,
        "session_id": value.session,
        "number": value.number,
        "channel": value.channel,
        "speaker": value.speaker,
        "at": instant(value.at),
        "text": value.text,
        "heard": value.text[: value.heard] if value.heard is not None else None,
        "understood": value.understood,
        "status": value.status,
        "reply_to": value.reply_to,
        "resolutions": [resolution(m, entities) for m in value.mentions],
    }


def customer(value: Customer, name: str | None, counts: Mapping[str, int], goals: Sequence[Json]) -> Json:
    return {
        "customer_id": value.id,
        "name": name,
        "addresses": [{"channel": a.channel, "value": a.value, "verified": a.verified} for a in value.addresses],
        "created_at": instant(value.created_at),
        "last_turn_at": instant(value.last_turn_at),
        "counts": dict(counts),
        "goals": list(goals),
    }


def event(value: Event) -> Json:
    return {
        "at": instant(value.at),
        "kind": value.kind,
        "text": value.text,
        "fact_id": value.fact,
        "turn_id": value.turn,
        "channel": value.channel,
    }


def graph(value: Graph, entities: Mapping[EntityId, Entity]) -> Json:
    """Each edge is a fact, and carries all that `fact` says of it."""
    return {
        "nodes": [{"id": node.id, "type": node.type, "name": node.name} for node in value.nodes],
        "edges": [
            {"id": edge.id, "source": edge.source, "target": edge.target, "predicate": edge.predicate, "fact": fact(edge.fact, entities)}
            for edge in value.edges
        ],
    }


def hit(value: Hit) -> Json:
    return {
        "kind": value.kind,
        "id": value.id,
        "turn_id": value.turn_id,
        "text": value.text,
        "at": instant(value.at),
        "score": round(value.score, 4),
        "why": value.why,
    }


def difference(found: Difference) -> Json:
    """fields: of what changed, each with what it was and what it is."""
    changed = {name: {"was": was, "is": now} for name, was, now in found.fields}
    return {"kind": found.kind, "how": found.how, "id": found.id, "text": found.text, "fields": changed}
