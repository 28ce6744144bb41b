"""What the graph in Neo4j answers: functions of a transaction, without effect.

Knows the shape of graph.neo4j_schema. Must not write. Every query names the tenant and, but for what is looked up across a tenant's
customers or repaired across all, the customer, and finds its nodes by an index that begins with these.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, LiteralString, TypeVar

from graph.encoding import loads
from graph.model import (
    Address,
    Customer,
    CustomerId,
    EntityId,
    Scope,
    Session,
    SessionId,
    TenantId,
    Turn,
    TurnId,
)
from graph.neo4j_link import Transaction, rows
from graph.neo4j_rows import read_customer, utc
from graph.paging import from_cursor, to_cursor
from graph.store import BadCursor

T = TypeVar("T")
Page = tuple[list[T], str | None]

ADDRESSES: LiteralString = """COLLECT {
    MATCH (a:Address) WHERE a.tenant = $tenant AND a.customer = c.customer AND a.seq >= 0 RETURN a {.*} ORDER BY a.seq }"""
CUSTOMER: LiteralString = f"MATCH (c:Customer {{tenant: $tenant, customer: $customer}}) RETURN c {{.*}}, {ADDRESSES}"
REACHED: LiteralString = f"""
UNWIND range(0, size($addresses) - 1) AS place
WITH place, $addresses[place] AS wanted
MATCH (reached:Address {{tenant: $tenant, channel: wanted.channel, value: wanted.value}})
WHERE reached.verified OR reached.linked_at IS NULL
WITH reached.customer AS owner ORDER BY place LIMIT 1
MATCH (c:Customer {{tenant: $tenant, customer: owner}})
RETURN c {{.*}}, {ADDRESSES}"""
CUSTOMERS: LiteralString = f"""
MATCH (c:Customer)
WHERE c.tenant = $tenant AND c.created_at <= $at AND c.customer IS NOT NULL AND (c.created_at < $at OR c.customer < $after)
RETURN c {{.*}}, {ADDRESSES} ORDER BY c.created_at DESC, c.customer DESC LIMIT $limit"""
CUSTOMERS_OF_ADDRESS: LiteralString = f"""
MATCH (a:Address {{tenant: $tenant, value: $value}})
WITH DISTINCT a.customer AS customer
MATCH (c:Customer {{tenant: $tenant, customer: customer}})
WHERE c.created_at < $at OR (c.created_at = $at AND c.customer < $after)
RETURN c {{.*}}, {ADDRESSES} ORDER BY c.created_at DESC, c.customer DESC LIMIT $limit"""
SESSIONS_ALL: LiteralString = """
MATCH (s:Session) WHERE s.tenant = $tenant AND s.customer = $customer AND s.started_at IS NOT NULL AND s.seq IS NOT NULL
RETURN s.body ORDER BY s.seq"""
SESSIONS: LiteralString = """
MATCH (s:Session)
WHERE s.tenant = $tenant AND s.customer = $customer AND s.started_at >= $at AND s.seq IS NOT NULL AND (s.started_at > $at OR s.seq > $after)
RETURN s.body, s.seq ORDER BY s.started_at, s.seq LIMIT $limit"""
SESSION_SCOPE: LiteralString = "MATCH (s:Session {tenant: $tenant, id: $session}) RETURN s.customer, s.body"
LATEST: LiteralString = """
MATCH (t:Turn) WHERE t.tenant = $tenant AND t.customer = $customer AND t.place >= 0 AND t.seq IS NOT NULL AND t.status = 'done'
RETURN t.body ORDER BY t.place DESC, t.seq DESC LIMIT $limit"""
ENTITIES: LiteralString = """
MATCH (n:Entity) WHERE n.tenant = $tenant AND n.customer = $customer AND n.seq >= 0 RETURN n.body ORDER BY n.seq"""
FACTS: LiteralString = "MATCH (n:Fact) WHERE n.tenant = $tenant AND n.customer = $customer AND n.seq >= 0 RETURN n.body ORDER BY n.seq"
GOALS: LiteralString = "MATCH (n:Goal) WHERE n.tenant = $tenant AND n.customer = $customer AND n.seq >= 0 RETURN n.body ORDER BY n.seq"
TURNS_BY_ID: LiteralString = """
UNWIND $ids AS id
MATCH (t:Turn {tenant: $tenant, customer: $customer, id: id})
RETURN DISTINCT t.body, t.place, t.seq ORDER BY t.place, t.seq"""
MENTIONING: LiteralString = """
UNWIND $ids AS id
MATCH (e:Entity {tenant: $tenant, customer: $customer, id: id})<-[:MENTIONS]-(t:Turn)
WITH DISTINCT t
RETURN t.body ORDER BY t.place, t.seq"""
FIND_TURN: LiteralString = "MATCH (t:Turn {tenant: $tenant, channel: $channel, key: $key}) RETURN t.customer, t.body"
TURNS: LiteralString = """
MATCH (t:Turn)
WHERE t.tenant = $tenant AND t.customer = $customer AND t.place >= $place AND t.seq IS NOT NULL AND (t.place > $place OR t.seq > $after)
RETURN t.body, t.place, t.seq ORDER BY t.place, t.seq LIMIT $limit"""
TURNS_OF_SESSION: LiteralString = """
MATCH (t:Turn)
WHERE t.tenant = $tenant AND t.customer = $customer AND t.session = $session AND t.place >= $place AND t.seq IS NOT NULL
  AND (t.place > $place OR t.seq > $after)
RETURN t.body, t.place, t.seq ORDER BY t.place, t.seq LIMIT $limit"""
COUNTS: LiteralString = """
RETURN
  COUNT { MATCH (n:Session) WHERE n.tenant = $tenant AND n.customer = $customer AND n.started_at IS NOT NULL AND n.seq IS NOT NULL } AS s,
  COUNT { MATCH (n:Turn) WHERE n.tenant = $tenant AND n.customer = $customer AND n.place >= 0 AND n.seq IS NOT NULL } AS t,
  COUNT { MATCH (n:Entity) WHERE n.tenant = $tenant AND n.customer = $customer AND n.seq >= 0 } AS e,
  COUNT { MATCH (n:Fact) WHERE n.tenant = $tenant AND n.customer = $customer AND n.seq >= 0 } AS f"""
UNFINISHED: LiteralString = """
MATCH (t:Turn) WHERE t.waiting = true AND t.received_at < $before AND ($tenant IS NULL OR t.tenant = $tenant)
RETURN t.tenant, t.customer, t.body ORDER BY t.received_at, t.tenant, t.customer, t.seq"""
WAITING: LiteralString = "MATCH (t:Turn {tenant: $tenant, customer: $customer, waiting: true}) RETURN t.body ORDER BY t.place, t.seq"
UNINDEXED: LiteralString = """
MATCH (t:Turn) WHERE t.to_index = true AND t.tenant IS NOT NULL AND t.customer IS NOT NULL AND t.place IS NOT NULL
RETURN t.tenant, t.customer, t.body ORDER BY t.tenant, t.customer, t.place LIMIT $limit"""
UNINDEXED_OF: LiteralString = """
MATCH (t:Turn) WHERE t.to_index = true AND t.tenant = $tenant AND t.customer = $customer AND t.place IS NOT NULL
RETURN t.tenant, t.customer, t.body ORDER BY t.place LIMIT $limit"""
SCOPES: LiteralString = """
MATCH (c:Customer) WHERE c.tenant >= $tenant AND c.customer IS NOT NULL AND (c.tenant > $tenant OR c.customer > $after)
RETURN c.tenant, c.customer ORDER BY c.tenant, c.customer LIMIT $limit"""
ANSWERS: LiteralString = "RETURN 1"

_FAR, _NEVER = datetime(9999, 12, 31, tzinfo=UTC), datetime(1, 1, 1, tzinfo=UTC)


def keys(scope: Scope) -> dict[str, str]:
    return {"tenant": scope.tenant, "customer": scope.customer}


async def customer(tx: Transaction, scope: Scope) -> Customer | None:
    found = await rows(tx, CUSTOMER, **keys(scope))
    return read_customer(scope.tenant, *found[0]) if found else None


async def find_customer(tx: Transaction, tenant: TenantId, wanted: Sequence[Address]) -> Customer | None:
    found = await rows(tx, REACHED, tenant=tenant, addresses=[{"channel": each.channel, "value": each.value} for each in wanted])
    return read_customer(tenant, *found[0]) if found else None


async def customers(tx: Transaction, tenant: TenantId, address: str | None, limit: int, cursor: str | None) -> Page[Customer]:
    last = from_cursor(cursor, str, str)
    at, after = (_since(last[0]), last[1]) if last else (_FAR, "")
    query = CUSTOMERS if address is None else CUSTOMERS_OF_ADDRESS
    read = await rows(tx, query, tenant=tenant, value=address, at=at, after=after, limit=limit + 1)
    found = [read_customer(tenant, *row) for row in read]
    return _cut(found, [(utc(each.created_at), each.id) for each in found], limit)


async def bodies(tx: Transaction, cls: type[T], query: LiteralString, scope: Scope, **values: Any) -> list[T]:
    """The first column of each row, read as a `cls`."""
    return [loads(cls, row[0]) for row in await rows(tx, query, **keys(scope), **values)]


async def turns_by_id(tx: Transaction, scope: Scope, ids: Sequence[TurnId]) -> list[Turn]:
    return await bodies(tx, Turn, TURNS_BY_ID, scope, ids=list(ids))


async def mentioning(tx: Transaction, scope: Scope, entities: Sequence[EntityId]) -> list[Turn]:
    return await bodies(tx, Turn, MENTIONING, scope, ids=list(entities))


async def find_turn(tx: Transaction, tenant: TenantId, channel: str, key: str) -> tuple[Scope, Turn] | None:
    found = await rows(tx, FIND_TURN, tenant=tenant, channel=channel, key=key)
    return (Scope(tenant, CustomerId(found[0][0])), loads(Turn, found[0][1])) if found else None


async def turns(tx: Transaction, scope: Scope, session: SessionId | None, limit: int, cursor: str | None) -> Page[Turn]:
    place, after = from_cursor(cursor, int, int) or (-1, -1)
    query = TURNS if session is None else TURNS_OF_SESSION
    found = await rows(tx, query, **keys(scope), session=session, place=place, after=after, limit=limit + 1)
    return _cut([loads(Turn, row[0]) for row in found], [row[1:] for row in found], limit)


async def session_scope(tx: Transaction, tenant: TenantId, session: SessionId) -> tuple[Scope, Session] | None:
    found = await rows(tx, SESSION_SCOPE, tenant=tenant, session=session)
    return (Scope(tenant, CustomerId(found[0][0])), loads(Session, found[0][1])) if found else None


async def sessions(tx: Transaction, scope: Scope, limit: int, cursor: str | None) -> Page[Session]:
    last = from_cursor(cursor, str, int)
    at, after = (_since(last[0]), last[1]) if last else (_NEVER, -1)
    found = await rows(tx, SESSIONS, **keys(scope), at=at, after=after, limit=limit + 1)
    read = [loads(Session, row[0]) for row in found]
    return _cut(read, [(utc(each.started_at), row[1]) for each, row in zip(read, found, strict=True)], limit)


async def counts(tx: Transaction, scope: Scope) -> dict[str, int]:
    found = await rows(tx, COUNTS, **keys(scope))
    return dict(zip(("sessions", "turns", "entities", "facts"), found[0], strict=True))


async def unfinished(tx: Transaction, tenant: TenantId | None, before: datetime) -> list[tuple[Scope, Turn]]:
    found = await rows(tx, UNFINISHED, tenant=tenant, before=utc(before))
    return [_scoped(row) for row in found]


async def waiting(tx: Transaction, scope: Scope) -> list[Turn]:
    return await bodies(tx, Turn, WAITING, scope)


async def unindexed(tx: Transaction, limit: int, scope: Scope | None) -> list[tuple[Scope, Turn]]:
    if scope is None:
        return [_scoped(row) for row in await rows(tx, UNINDEXED, limit=limit)]
    return [_scoped(row) for row in await rows(tx, UNINDEXED_OF, limit=limit, tenant=scope.tenant, customer=scope.customer)]


async def scopes(tx: Transaction, after: Scope | None, limit: int) -> list[Scope]:
    tenant, last = (after.tenant, after.customer) if after else ("", "")
    found = await rows(tx, SCOPES, tenant=tenant, after=last, limit=limit)
    return [Scope(TenantId(row[0]), CustomerId(row[1])) for row in found]


async def answers(tx: Transaction) -> None:
    await rows(tx, ANSWERS)


def _scoped(row: tuple[Any, ...]) -> tuple[Scope, Turn]:
    return Scope(TenantId(row[0]), CustomerId(row[1])), loads(Turn, row[2])


def _since(position: str) -> datetime | None:
    try:
        return utc(datetime.fromisoformat(position))
    except ValueError as error:
        raise BadCursor(f"the cursor at {position!r} belongs to another list; leave it out to start at the first page") from error


def _cut(found: list[T], positions: Sequence[tuple[Any, ...]], limit: int) -> Page[T]:
    """The page, and the cursor of the next one where there is more."""
    if len(found) <= limit:
        return found, None
    at, *rest = positions[limit - 1]
    return found[:limit], to_cursor(at.isoformat() if isinstance(at, datetime) else at, *rest)
