"""Values as the properties of nodes, and back. Pure.

Knows the properties of graph.neo4j_schema and the vocabulary of graph.model. Instants become DATE TIME values in UTC for people to
query by; what is read back as values is `body`. Must not know how a query is made.
"""

import json
from datetime import UTC, datetime
from typing import Any

from neo4j.time import DateTime

from graph.encoding import dumps, instant
from graph.model import Address, Customer, CustomerId, Entity, Fact, Goal, OperatorAct, Session, TenantId, Turn
from graph.neo4j_names import labels_of, relationship
from graph.state import place

Row = dict[str, Any]


def utc(at: datetime | None) -> datetime | None:
    """Raises ValueError for a naive instant."""
    return None if at is None else datetime.fromisoformat(instant(at))


def from_neo4j(at: DateTime | None) -> datetime | None:
    return None if at is None else at.to_native().astimezone(UTC)


def customer_row(customer: Customer) -> Row:
    return {
        "created_at": utc(customer.created_at),
        "last_turn_at": utc(customer.last_turn_at),
        "recorded_at": utc(customer.recorded_at),
        "revision": customer.revision,
    }


def read_customer(tenant: TenantId, row: Row, addresses: list[Row]) -> Customer:
    return Customer(
        id=CustomerId(row["customer"]),
        tenant=tenant,
        addresses=tuple(Address(each["channel"], each["value"], each["verified"], from_neo4j(each.get("linked_at"))) for each in addresses),
        created_at=from_neo4j(row["created_at"]) or datetime.min,
        last_turn_at=from_neo4j(row.get("last_turn_at")),
        recorded_at=from_neo4j(row.get("recorded_at")),
        revision=row["revision"],
    )


def address_row(address: Address) -> Row:
    return {"channel": address.channel, "value": address.value, "verified": address.verified, "linked_at": utc(address.linked_at)}


def session_row(session: Session) -> Row:
    properties = {
        "channel": session.channel,
        "address": session.address,
        "started_at": utc(session.started_at),
        "last_turn_at": utc(session.last_turn_at),
        "ended": session.ended,
        "body": dumps(session),
    }
    return {"id": session.id, "properties": properties}


def turn_row(turn: Turn) -> Row:
    """The whole state of the turn; its vectors count as not written."""
    done = turn.status == "done"
    properties = {
        "key": turn.key,
        "session": turn.session,
        "number": turn.number,
        "place": place(turn),
        "channel": turn.channel,
        "speaker": turn.speaker,
        "at": utc(turn.at),
        "received_at": utc(turn.received_at),
        "text": turn.text,
        "understood": turn.understood or None,
        "status": turn.status,
        "heard": turn.heard,
        "waiting": None if done else True,
        "to_index": True if done else None,
        "indexed": None,
        "body": dumps(turn),
    }
    mentions = {
        entity: {"entity": entity, "text": found.text, "kind": found.mention.kind, "confidence": found.confidence}
        for found in turn.mentions
        for entity in (found.entity, *found.members)
        if entity
    }
    return {
        "id": turn.id,
        "session": turn.session,
        "reply_to": turn.reply_to,
        "mentions": list(mentions.values()),
        "properties": properties,
    }


def entity_row(entity: Entity) -> Row:
    properties = {
        "name": entity.name,
        "type": entity.type,
        "aliases": list(entity.aliases),
        "gender": entity.gender,
        "mentions": entity.mentions,
        "first_at": utc(entity.first_at),
        "last_at": utc(entity.last_at),
        "body": dumps(entity),
    }
    links = [("HAS_MEMBER", each) for each in entity.members]
    links += [("BELONGS_TO", entity.owner)] if entity.owner else []
    links += [("SAME_AS", entity.same_as)] if entity.same_as else []
    return {
        "id": entity.id,
        "labels": labels_of(entity.type),
        "links": [{"type": kind, "entity": other} for kind, other in links],
        "is_customer": entity.is_customer,
        "properties": properties,
    }


def fact_row(fact: Fact) -> Row:
    properties = {
        "predicate": fact.predicate,
        "role": fact.role,
        "value": fact.value,
        "value_type": fact.value_type,
        "text": fact.text,
        "change": fact.change,
        "polarity": fact.polarity,
        "modality": fact.modality,
        "confidence": fact.confidence,
        "recorded_at": utc(fact.recorded_at),
        **ended_row(fact),
    }
    edge = ("predicate", "role", "text", "polarity", "modality", "recorded_at", "valid_from", "valid_to", "retracted_at")
    return {
        "id": fact.id,
        "subject": fact.subject,
        "object": fact.object,
        "said_by": fact.said_by,
        "turn": fact.turn,
        "replaces": fact.replaces,
        "relationship": relationship(fact.predicate),
        "edge": {"fact": fact.id, **{name: properties[name] for name in edge}},
        "properties": properties,
    }


def ended_row(fact: Fact) -> Row:
    """What an end changes."""
    return {
        "valid_from": utc(fact.valid_from),
        "valid_to": utc(fact.valid_to),
        "retracted_at": utc(fact.retracted_at),
        "body": dumps(fact),
    }


def goal_row(goal: Goal) -> Row:
    properties = {
        "name": goal.name,
        "status": goal.status,
        "awaiting": goal.awaiting,
        "slots": [f"{name}: {slot.text}" for name, slot in goal.slots.items()],
        "started_at": utc(goal.started_at),
        "updated_at": utc(goal.updated_at),
        "body": dumps(goal),
    }
    return {"id": goal.id, "turn": goal.started_turn, "properties": properties}


def act_row(act: OperatorAct) -> Row:
    return {"id": act.id, "properties": {"kind": act.kind, "at": utc(act.at), "about": json.dumps(act.body), "body": dumps(act)}}
