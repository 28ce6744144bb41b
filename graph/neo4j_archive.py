"""A whole customer out of the graph in Neo4j, into it, and away for good.

Knows the shape of graph.neo4j_schema and the format of graph.archive. What is read is of one moment: the customer is held meanwhile, and
comes in lists, which take the driver a tenth of the time of as many records.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, LiteralString

from graph.archive import FORMAT, VERSION, Archive, opened
from graph.encoding import encode, loads
from graph.model import Customer, CustomerId, Entity, Fact, Goal, Scope, Session, Snapshot, TenantId, Turn
from graph.neo4j_cypher import HOLD
from graph.neo4j_link import Transaction, rows
from graph.neo4j_reads import ENTITIES, FACTS, GOALS, LATEST, SESSIONS_ALL, find_customer, keys
from graph.neo4j_rows import read_customer
from graph.neo4j_writes import hold, insert_customer, parts, write
from graph.state import place
from graph.store import AddressTaken, AlreadyExists, RevisionConflict, Rewrite

ALL_TURNS: LiteralString = """
MATCH (n:Turn) WHERE n.tenant = $tenant AND n.customer = $customer AND n.place >= 0 AND n.seq IS NOT NULL
RETURN n.body ORDER BY n.place, n.seq"""
ACTS: LiteralString = "MATCH (n:Act) WHERE n.tenant = $tenant AND n.customer = $customer AND n.seq >= 0 RETURN n.body ORDER BY n.seq"
SNAPSHOT: LiteralString = f"""{HOLD},
  COLLECT {{ {SESSIONS_ALL} }}, COLLECT {{ {LATEST} }}, COLLECT {{ {ENTITIES} }}, COLLECT {{ {FACTS} }}, COLLECT {{ {GOALS} }}"""
WHOLE: LiteralString = f"""{HOLD},
  COLLECT {{ {SESSIONS_ALL} }}, COLLECT {{ {ALL_TURNS} }}, COLLECT {{ {ENTITIES} }}, COLLECT {{ {FACTS} }}, COLLECT {{ {GOALS} }},
  COLLECT {{ {ACTS} }}"""
TAKEN_SESSION: LiteralString = "UNWIND $ids AS id MATCH (s:Session {tenant: $tenant, id: id}) RETURN s.id LIMIT 1"
TAKEN_KEY: LiteralString = """
UNWIND $rows AS row MATCH (t:Turn {tenant: $tenant, channel: row.channel, key: row.key}) RETURN t.key, t.channel LIMIT 1"""
ACCEPTED: LiteralString = """
MATCH (t:Turn {tenant: $tenant, customer: $customer, waiting: true}) RETURN t.channel, t.key, t.id"""

# What is deleted, and counted: whoever has a number was written, others were only spoken of.
DELETE_ADDRESSES: LiteralString = """
MATCH (n:Address) WHERE n.tenant = $tenant AND n.customer = $customer AND n.seq IS NOT NULL DETACH DELETE n RETURN count(n)"""
DELETE_SESSIONS: LiteralString = """
MATCH (n:Session) WHERE n.tenant = $tenant AND n.customer = $customer AND n.started_at IS NOT NULL AND n.seq IS NOT NULL
DETACH DELETE n RETURN count(n)"""
DELETE_TURNS: LiteralString = """
MATCH (n:Turn) WHERE n.tenant = $tenant AND n.customer = $customer AND n.id IS NOT NULL DETACH DELETE n RETURN count(n)"""
DELETE_ENTITIES: LiteralString = """
MATCH (n:Entity) WHERE n.tenant = $tenant AND n.customer = $customer AND n.id IS NOT NULL
WITH n, n.seq AS seq DETACH DELETE n RETURN count(seq)"""
DELETE_FACTS: LiteralString = """
MATCH (n:Fact) WHERE n.tenant = $tenant AND n.customer = $customer AND n.id IS NOT NULL DETACH DELETE n RETURN count(n)"""
DELETE_GOALS: LiteralString = """
MATCH (n:Goal) WHERE n.tenant = $tenant AND n.customer = $customer AND n.id IS NOT NULL DETACH DELETE n RETURN count(n)"""
DELETE_ACTS: LiteralString = """
MATCH (n:Act) WHERE n.tenant = $tenant AND n.customer = $customer AND n.id IS NOT NULL DETACH DELETE n RETURN count(n)"""
DELETE_CUSTOMER: LiteralString = "MATCH (c:Customer {tenant: $tenant, customer: $customer}) DETACH DELETE c"
# What stays of a customer that is written anew is the lease of who works on it.
EMPTY_CUSTOMER: LiteralString = """
MATCH (c:Customer {tenant: $tenant, customer: $customer})
SET c = {tenant: c.tenant, customer: c.customer, created_at: c.created_at, holder: c.holder, until: c.until}"""

_DELETED: tuple[tuple[str, LiteralString], ...] = (
    ("addresses", DELETE_ADDRESSES),
    ("sessions", DELETE_SESSIONS),
    ("turns", DELETE_TURNS),
    ("facts", DELETE_FACTS),
    ("goals", DELETE_GOALS),
    ("acts", DELETE_ACTS),
    ("entities", DELETE_ENTITIES),
)
_LISTS = ("sessions", "turns", "entities", "facts", "goals", "acts")  # of WHOLE, in its order

Row = tuple[Any, ...]


async def held_bodies(tx: Transaction, scope: Scope, limit: int) -> Row:
    """All that a snapshot is made of, as it is kept: `opened_snapshot` reads it."""
    return (await rows(tx, SNAPSHOT, **keys(scope), limit=limit))[0]


def opened_snapshot(scope: Scope, row: Row) -> Snapshot | None:
    node, addresses, sessions, latest, entities, facts, goals = row
    if node is None:
        return None
    return Snapshot(
        customer=read_customer(scope.tenant, node, addresses),
        sessions={each.id: each for each in (loads(Session, body) for body in sessions)},
        turns=tuple(loads(Turn, body) for body in reversed(latest)),
        entities={each.id: each for each in (loads(Entity, body) for body in entities)},
        facts={each.id: each for each in (loads(Fact, body) for body in facts)},
        goals={each.id: each for each in (loads(Goal, body) for body in goals)},
    )


async def held_lists(tx: Transaction, scope: Scope) -> Row:
    """All that an export is made of, as it is kept: `packed_export` reads it."""
    return (await rows(tx, WHOLE, **keys(scope)))[0]


def packed_export(scope: Scope, row: Row) -> dict[str, Any] | None:
    node, addresses, *lists = row
    if node is None:
        return None
    head = {name: value for name, value in encode(read_customer(scope.tenant, node, addresses)).items() if name != "tenant"}
    found = {name: [json.loads(body) for body in bodies] for name, bodies in zip(_LISTS, lists, strict=True)}
    return {"format": FORMAT, "version": VERSION, "customer": head, **found}


async def restore(tx: Transaction, kept: Archive) -> Customer:
    if await hold(tx, kept.scope):
        raise AlreadyExists(f"customer {kept.customer.id} is there already; erase it first")
    taken = await find_customer(tx, kept.scope.tenant, kept.customer.addresses)
    if taken:
        raise AlreadyExists(f"an address of customer {kept.customer.id} belongs to customer {taken.id}; unlink it there first")
    await _write(tx, kept)
    return kept.customer


def becoming(tenant: TenantId, changed: Mapping[CustomerId, Rewrite]) -> list[Archive]:
    """Raises ValueError for a body that is no export, or is another customer's."""
    found = [(whose, opened(tenant, each.exported)) for whose, each in changed.items() if each.exported is not None]
    for whose, kept in found:
        if kept.customer.id != whose:
            raise ValueError(f"the export is of customer {kept.customer.id}, not of {whose}")
    return [kept for _, kept in found]


async def rewrite(tx: Transaction, tenant: TenantId, changed: Mapping[CustomerId, Rewrite], archives: Sequence[Archive]) -> None:
    """archives: what `becoming` gives."""
    kept = {(turn.channel, turn.key or turn.id) for each in archives for turn in each.turns}
    for whose in sorted(changed):
        await _check(tx, Scope(tenant, whose), changed[whose].expected_revision, kept)
    for whose, each in changed.items():
        await _delete(tx, Scope(tenant, whose))
        await rows(tx, DELETE_CUSTOMER if each.exported is None else EMPTY_CUSTOMER, **keys(Scope(tenant, whose)))
    for archive in archives:
        taken = await find_customer(tx, tenant, archive.customer.addresses)
        if taken:
            raise AddressTaken(f"an address of customer {archive.customer.id} belongs to customer {taken.id}; unlink it there first")
        await _write(tx, archive)


async def _check(tx: Transaction, scope: Scope, expected: int | None, kept: set[tuple[str, str]]) -> None:
    """An accepted turn moves no revision: one that came after the reading must not be lost."""
    found = await hold(tx, scope)
    revision = found.customer.revision if found else None
    if revision != expected:
        is_there, was_expected = ("not there" if each is None else f"at revision {each}" for each in (revision, expected))
        raise RevisionConflict(f"customer {scope.customer} is {is_there}, expected to be {was_expected}; read it again and redo")
    for channel, key, turn in await rows(tx, ACCEPTED, **keys(scope)):
        if (channel, key or turn) not in kept:
            raise RevisionConflict(f"turn {turn} was accepted meanwhile; read the customer again and redo")


async def _write(tx: Transaction, kept: Archive) -> None:
    await _check_free(tx, kept)
    await insert_customer(tx, kept.scope, kept.customer)
    made = parts(
        sessions=kept.sessions, turns=kept.turns, entities=kept.entities, facts=kept.facts, goals=kept.goals, acts=kept.acts
    )  # fmt: skip
    last = max((place(each) for each in kept.turns), default=-1)
    await write(tx, kept.scope, made, len(kept.customer.addresses), {"last_place": last})


async def _check_free(tx: Transaction, kept: Archive) -> None:
    """Raises AlreadyExists where a session or a key is another customer's."""
    tenant, whose = kept.scope.tenant, kept.customer.id
    if await rows(tx, TAKEN_SESSION, tenant=tenant, ids=[each.id for each in kept.sessions]):
        raise AlreadyExists(f"a session of customer {whose} is there already, as another customer's; erase that one first")
    used = [{"channel": each.channel, "key": each.key} for each in kept.turns if each.key is not None]
    for key, channel in await rows(tx, TAKEN_KEY, tenant=tenant, rows=used):
        raise AlreadyExists(f"turn_id {key!r} on {channel} is there already, as another customer's; erase that one first")


async def erase(tx: Transaction, scope: Scope) -> dict[str, int] | None:
    if await hold(tx, scope) is None:
        return None
    gone = await _delete(tx, scope)
    await rows(tx, DELETE_CUSTOMER, **keys(scope))
    return {name: gone[name] for name in ("addresses", "sessions", "turns", "entities", "facts", "goals")}


async def _delete(tx: Transaction, scope: Scope) -> dict[str, int]:
    """Everything but the customer itself."""
    return {name: (await rows(tx, query, **keys(scope)))[0][0] for name, query in _DELETED}
