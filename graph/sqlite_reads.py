"""What the embedded store answers: functions of a connection, without effect.

Knows the tables of graph.sqlite_schema. Must not write. Every statement names the tenant and, but for what is looked up across a
tenant's customers or repaired across all, the customer.
"""

import json
import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar

from graph.encoding import instant, loads
from graph.model import (
    Address,
    Customer,
    CustomerId,
    Entity,
    EntityId,
    Fact,
    Goal,
    Scope,
    Session,
    SessionId,
    Snapshot,
    TenantId,
    Turn,
    TurnId,
)
from graph.paging import from_cursor, to_cursor

T = TypeVar("T")
Row = tuple[Any, ...]
Page = tuple[list[T], str | None]


@contextmanager
def one_moment(db: sqlite3.Connection) -> Generator[None]:
    """All that is read in it is of the same revision."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        db.execute("COMMIT")


def rows(db: sqlite3.Connection, sql: str, *values: object) -> list[Row]:
    return db.execute(sql, values).fetchall()


def bodies(db: sqlite3.Connection, cls: type[T], sql: str, *values: object) -> list[T]:
    """The first column of each row, read as a `cls`."""
    return [loads(cls, row[0]) for row in db.execute(sql, values)]


def customer(db: sqlite3.Connection, scope: Scope) -> Customer | None:
    found = rows(
        db,
        "SELECT created_at, id, last_turn_at, recorded_at, revision FROM customer WHERE tenant = ? AND id = ?",
        scope.tenant,
        scope.customer,
    )
    return _customer(db, scope.tenant, found[0]) if found else None


def _customer(db: sqlite3.Connection, tenant: TenantId, row: Row) -> Customer:
    created, key, last, recorded, revision = row
    return Customer(
        id=CustomerId(key),
        tenant=tenant,
        addresses=addresses(db, Scope(tenant, CustomerId(key))),
        created_at=datetime.fromisoformat(created),
        last_turn_at=_at(last),
        recorded_at=_at(recorded),
        revision=revision,
    )


def _at(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def addresses(db: sqlite3.Connection, scope: Scope) -> tuple[Address, ...]:
    sql = "SELECT channel, value, verified, linked_at FROM address WHERE tenant = ? AND customer = ? ORDER BY seq"
    found = rows(db, sql, scope.tenant, scope.customer)
    return tuple(Address(channel, value, bool(verified), _at(linked)) for channel, value, verified, linked in found)


def find_customer(db: sqlite3.Connection, tenant: TenantId, wanted: Sequence[Address]) -> Customer | None:
    for address in wanted:
        sql = "SELECT customer FROM address WHERE tenant = ? AND channel = ? AND value = ? AND (verified = 1 OR linked_at IS NULL)"
        found = rows(db, sql, tenant, address.channel, address.value)
        if found:
            return customer(db, Scope(tenant, found[0][0]))
    return None


def customers(db: sqlite3.Connection, tenant: TenantId, address: str | None, limit: int, cursor: str | None) -> Page[Customer]:
    created, last = from_cursor(cursor, str, str) or ("~", "")
    sql = "SELECT created_at, id, last_turn_at, recorded_at, revision FROM customer WHERE tenant = ? AND (created_at, id) < (?, ?)"
    values: list[object] = [tenant, created, last]
    if address is not None:
        sql += " AND id IN (SELECT customer FROM address WHERE tenant = ? AND value = ?)"
        values += [tenant, address]
    found, after = _cut(rows(db, f"{sql} ORDER BY created_at DESC, id DESC LIMIT ?", *values, limit + 1), limit)
    return [_customer(db, tenant, row) for row in found], after


def snapshot(db: sqlite3.Connection, scope: Scope, limit: int) -> Snapshot | None:
    with one_moment(db):
        owner = customer(db, scope)
        return _snapshot(db, scope, owner, limit) if owner else None


def _snapshot(db: sqlite3.Connection, scope: Scope, owner: Customer, limit: int) -> Snapshot:
    sql = "SELECT body FROM turn WHERE tenant = ? AND customer = ? AND done = 1 ORDER BY place DESC, seq DESC LIMIT ?"
    whose = "WHERE tenant = ? AND customer = ? ORDER BY seq"
    keys = (scope.tenant, scope.customer)
    return Snapshot(
        customer=owner,
        sessions={each.id: each for each in bodies(db, Session, f"SELECT body FROM session {whose}", *keys)},
        turns=tuple(reversed(bodies(db, Turn, sql, *keys, limit))),
        entities={each.id: each for each in bodies(db, Entity, f"SELECT body FROM entity {whose}", *keys)},
        facts={each.id: each for each in bodies(db, Fact, f"SELECT body FROM fact {whose}", *keys)},
        goals={each.id: each for each in bodies(db, Goal, f"SELECT body FROM goal {whose}", *keys)},
    )


def turn(db: sqlite3.Connection, scope: Scope, wanted: TurnId) -> Turn | None:
    return next(iter(turns_by_id(db, scope, [wanted])), None)


def turns_by_id(db: sqlite3.Connection, scope: Scope, ids: Sequence[TurnId]) -> list[Turn]:
    sql = """SELECT body FROM turn WHERE tenant = ? AND customer = ? AND id IN (SELECT value FROM json_each(?)) ORDER BY place, seq"""
    return bodies(db, Turn, sql, scope.tenant, scope.customer, json.dumps(list(ids)))


def mentioning(db: sqlite3.Connection, scope: Scope, entities: Sequence[EntityId]) -> list[Turn]:
    sql = """SELECT body FROM turn WHERE tenant = ? AND customer = ? AND id IN (
                SELECT turn FROM mention WHERE tenant = ? AND customer = ? AND entity IN (SELECT value FROM json_each(?)))
             ORDER BY place, seq"""
    return bodies(db, Turn, sql, *(scope.tenant, scope.customer) * 2, json.dumps(list(entities)))


def find_turn(db: sqlite3.Connection, tenant: TenantId, channel: str, key: str) -> tuple[Scope, Turn] | None:
    found = rows(db, "SELECT customer, body FROM turn WHERE tenant = ? AND channel = ? AND key = ?", tenant, channel, key)
    return (Scope(tenant, found[0][0]), loads(Turn, found[0][1])) if found else None


def turns(db: sqlite3.Connection, scope: Scope, session: SessionId | None, limit: int, cursor: str | None) -> Page[Turn]:
    sql = "SELECT place, seq, body FROM turn WHERE tenant = ? AND customer = ? AND (place, seq) > (?, ?)"
    values: list[object] = [scope.tenant, scope.customer, *(from_cursor(cursor, int, int) or (-1, -1))]
    if session is not None:
        sql += " AND session = ?"
        values.append(session)
    found, after = _cut(rows(db, f"{sql} ORDER BY place, seq LIMIT ?", *values, limit + 1), limit)
    return [loads(Turn, row[2]) for row in found], after


def session_scope(db: sqlite3.Connection, tenant: TenantId, session: SessionId) -> tuple[Scope, Session] | None:
    found = rows(db, "SELECT customer, body FROM session WHERE tenant = ? AND id = ?", tenant, session)
    return (Scope(tenant, found[0][0]), loads(Session, found[0][1])) if found else None


def sessions(db: sqlite3.Connection, scope: Scope, limit: int, cursor: str | None) -> Page[Session]:
    sql = """SELECT started_at, seq, body FROM session WHERE tenant = ? AND customer = ? AND (started_at, seq) > (?, ?)
             ORDER BY started_at, seq LIMIT ?"""
    after = from_cursor(cursor, str, int) or ("", -1)
    found, following = _cut(rows(db, sql, scope.tenant, scope.customer, *after, limit + 1), limit)
    return [loads(Session, row[2]) for row in found], following


def counts(db: sqlite3.Connection, scope: Scope) -> dict[str, int]:
    def count(table: str) -> int:
        return rows(db, f"SELECT count(*) FROM {table} WHERE tenant = ? AND customer = ?", scope.tenant, scope.customer)[0][0]

    return {"sessions": count("session"), "turns": count("turn"), "entities": count("entity"), "facts": count("fact")}


def unfinished(db: sqlite3.Connection, tenant: TenantId | None, before: datetime) -> list[tuple[Scope, Turn]]:
    sql = """SELECT tenant, customer, body FROM turn WHERE done = 0 AND received_at < ? AND tenant = coalesce(?, tenant)
             ORDER BY received_at, seq"""
    return [(Scope(row[0], row[1]), loads(Turn, row[2])) for row in rows(db, sql, instant(before), tenant)]


def waiting(db: sqlite3.Connection, scope: Scope) -> list[Turn]:
    sql = "SELECT body FROM turn WHERE tenant = ? AND customer = ? AND done = 0 ORDER BY place"
    return bodies(db, Turn, sql, scope.tenant, scope.customer)


def unindexed(db: sqlite3.Connection, limit: int, scope: Scope | None) -> list[tuple[Scope, Turn]]:
    whose, keys = (" AND tenant = ? AND customer = ?", (scope.tenant, scope.customer)) if scope else ("", ())
    sql = f"SELECT tenant, customer, body FROM turn WHERE done = 1 AND indexed = 0{whose} ORDER BY seq LIMIT ?"
    return [(Scope(row[0], row[1]), loads(Turn, row[2])) for row in rows(db, sql, *keys, limit)]


def scopes(db: sqlite3.Connection, after: Scope | None, limit: int) -> list[Scope]:
    sql = "SELECT tenant, id FROM customer WHERE (tenant, id) > (?, ?) ORDER BY tenant, id LIMIT ?"
    start = (after.tenant, after.customer) if after else ("", "")
    return [Scope(row[0], row[1]) for row in rows(db, sql, *start, limit)]


def _cut(found: list[Row], limit: int) -> tuple[list[Row], str | None]:
    """The page, and the cursor of the next one where there is more: the first two columns, which the order is by."""
    page = found[:limit]
    if len(found) <= limit:
        return page, None
    return page, to_cursor(*page[-1][:2])
