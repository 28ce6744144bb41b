"""What changes the embedded store: functions of a connection, each one transaction, all or nothing.

Knows the tables of graph.sqlite_schema and the rules of graph.state. Every statement names tenant and customer.
"""

import sqlite3
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from graph.encoding import dumps, instant, loads
from graph.model import Address, Commit, Customer, Entity, Fact, Goal, OperatorAct, Scope, Session, SessionId, Turn, TurnId
from graph.sqlite_reads import customer, find_customer, rows, waiting
from graph.state import advanced, ended, place
from graph.store import AddressTaken, AlreadyExists, KeyReused, Lease, RevisionConflict, UnknownCustomer


@contextmanager
def transaction(db: sqlite3.Connection) -> Generator[None]:
    """Holds the only right to write from the start, so that what is read in it is what is written upon."""
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        db.execute("ROLLBACK")
        raise
    db.execute("COMMIT")


def create_customer(db: sqlite3.Connection, new: Customer) -> Customer:
    with transaction(db):
        scope = Scope(new.tenant, new.id)
        found = find_customer(db, new.tenant, new.addresses) or customer(db, scope)
        if found is None:
            insert_customer(db, scope, new)
        return found or new


def insert_customer(db: sqlite3.Connection, scope: Scope, new: Customer) -> None:
    last, recorded = (at and instant(at) for at in (new.last_turn_at, new.recorded_at))
    values = (scope.tenant, scope.customer, instant(new.created_at), last, recorded, new.revision)
    db.execute("INSERT INTO customer (tenant, id, created_at, last_turn_at, recorded_at, revision) VALUES (?, ?, ?, ?, ?, ?)", values)
    for address in new.addresses:
        _insert_address(db, scope, address)


def _insert_address(db: sqlite3.Connection, scope: Scope, address: Address) -> None:
    linked = address.linked_at and instant(address.linked_at)
    sql = """INSERT INTO address (tenant, customer, channel, value, verified, linked_at) VALUES (?, ?, ?, ?, ?, ?)
             ON CONFLICT (tenant, channel, value) DO UPDATE SET customer = excluded.customer,
             verified = CASE WHEN customer = excluded.customer THEN max(verified, excluded.verified) ELSE excluded.verified END,
             linked_at = CASE WHEN customer = excluded.customer THEN coalesce(linked_at, excluded.linked_at) ELSE excluded.linked_at END
             WHERE customer = excluded.customer OR (verified = 0 AND linked_at IS NOT NULL)"""
    db.execute(sql, (scope.tenant, scope.customer, address.channel, address.value, int(address.verified), linked))


def link_address(db: sqlite3.Connection, scope: Scope, address: Address) -> Customer:
    with transaction(db):
        existing(db, scope)
        owner = find_customer(db, scope.tenant, [address])
        if owner is not None and owner.id != scope.customer:
            raise AddressTaken(
                f"{address.channel} address {address.value!r} belongs to customer {owner.id}; unlink it there or merge the two"
            )
        _insert_address(db, scope, address)
        return existing(db, scope)


def existing(db: sqlite3.Connection, scope: Scope) -> Customer:
    found = customer(db, scope)
    if found is None:
        raise UnknownCustomer(f"there is no customer {scope.customer}, or no longer; create it first")
    return found


def accept(db: sqlite3.Connection, scope: Scope, turn: Turn) -> tuple[Turn, bool]:
    with transaction(db):
        stored = _redelivered(db, scope, turn)
        if stored is not None:
            return stored, False
        existing(db, scope)
        _own_session(db, scope, turn.session)
        sql = "SELECT coalesce(max(place), -1) FROM turn WHERE tenant = ? AND customer = ?"
        last: int = rows(db, sql, scope.tenant, scope.customer)[0][0]
        turn = replace(turn, number=last // 2 + 1)
        if rows(db, "SELECT 1 FROM turn WHERE tenant = ? AND customer = ? AND id = ?", scope.tenant, scope.customer, turn.id):
            raise AlreadyExists(f"turn {turn.id} is there already; give each turn an id of its own, or a key to deliver it twice")
        write_turn(db, scope, turn)
        return turn, True


def _redelivered(db: sqlite3.Connection, scope: Scope, turn: Turn) -> Turn | None:
    found = rows(db, "SELECT body FROM turn WHERE tenant = ? AND channel = ? AND key = ?", scope.tenant, turn.channel, turn.key)
    stored = loads(Turn, found[0][0]) if found else None
    if stored is not None and stored.text != turn.text:
        raise KeyReused(f"turn_id {turn.key!r} on {turn.channel} was used for another text; give each text an id of its own")
    return stored


def _own_session(db: sqlite3.Connection, scope: Scope, session: SessionId) -> None:
    found = rows(db, "SELECT customer FROM session WHERE tenant = ? AND id = ?", scope.tenant, session)
    if found and found[0][0] != scope.customer:
        raise AlreadyExists(f"session {session} belongs to another customer; leave session_id out or give one of this customer's")


def commit(db: sqlite3.Connection, scope: Scope, change: Commit) -> Customer:
    with transaction(db):
        before = existing(db, scope)
        if before.revision != change.expected_revision:
            raise RevisionConflict(
                f"customer {scope.customer} is at revision {before.revision}, not {change.expected_revision}; read it again and redo"
            )
        after = advanced(before, change)
        last, recorded = (at and instant(at) for at in (after.last_turn_at, after.recorded_at))
        sql = "UPDATE customer SET last_turn_at = ?, recorded_at = ?, revision = ? WHERE tenant = ? AND id = ?"
        db.execute(sql, (last, recorded, after.revision, scope.tenant, scope.customer))
        _write_changes(db, scope, change)
        return after


def _write_changes(db: sqlite3.Connection, scope: Scope, change: Commit) -> None:
    if change.session:
        _own_session(db, scope, change.session.id)
        write_session(db, scope, change.session)
    for turn in change.turns:
        write_turn(db, scope, turn)
    for value in (*change.entities, *change.facts, *change.goals, *((change.act,) if change.act else ())):
        write_value(db, scope, value)
    for end in change.ends:
        sql = "SELECT body FROM fact WHERE tenant = ? AND customer = ? AND id = ?"
        for (body,) in rows(db, sql, scope.tenant, scope.customer, end.fact):
            values = (dumps(ended(loads(Fact, body), end)), scope.tenant, scope.customer, end.fact)
            db.execute("UPDATE fact SET body = ? WHERE tenant = ? AND customer = ? AND id = ?", values)


def write_session(db: sqlite3.Connection, scope: Scope, session: Session) -> None:
    sql = """INSERT INTO session (tenant, customer, id, started_at, body) VALUES (?, ?, ?, ?, ?)
             ON CONFLICT (tenant, id) DO UPDATE SET started_at = excluded.started_at, body = excluded.body
             WHERE customer = excluded.customer"""
    db.execute(sql, (scope.tenant, scope.customer, session.id, instant(session.started_at), dumps(session)))


def write_turn(db: sqlite3.Connection, scope: Scope, turn: Turn) -> None:
    """The whole state of the turn; its vectors count as not written."""
    sql = """INSERT INTO turn (tenant, customer, id, session, channel, key, place, done, received_at, body)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (tenant, customer, id) DO UPDATE SET session = excluded.session, channel = excluded.channel, key = excluded.key,
             place = excluded.place, done = excluded.done, received_at = excluded.received_at, indexed = 0, body = excluded.body"""
    done, received = int(turn.status == "done"), instant(turn.received_at)
    keys = (scope.tenant, scope.customer, turn.id)
    db.execute(sql, (*keys, turn.session, turn.channel, turn.key, place(turn), done, received, dumps(turn)))
    db.execute("DELETE FROM mention WHERE tenant = ? AND customer = ? AND turn = ?", keys)
    entities = dict.fromkeys(each for found in turn.mentions for each in (found.entity, *found.members) if each)
    insert = "INSERT INTO mention (tenant, customer, turn, entity) VALUES (?, ?, ?, ?)"
    db.executemany(insert, [(*keys, entity) for entity in entities])


def write_value(db: sqlite3.Connection, scope: Scope, value: Entity | Fact | Goal | OperatorAct) -> None:
    """A new state of an entity or goal; a fact or act that is there stays as it is."""
    table = {Entity: "entity", Fact: "fact", Goal: "goal", OperatorAct: "act"}[type(value)]
    then = "UPDATE SET body = excluded.body" if isinstance(value, Entity | Goal) else "NOTHING"
    sql = f"INSERT INTO {table} (tenant, customer, id, body) VALUES (?, ?, ?, ?) ON CONFLICT (tenant, customer, id) DO {then}"
    db.execute(sql, (scope.tenant, scope.customer, value.id, dumps(value)))


def mark_indexed(db: sqlite3.Connection, scope: Scope, turns: Sequence[TurnId]) -> None:
    with transaction(db):
        sql = "UPDATE turn SET indexed = 1 WHERE tenant = ? AND customer = ? AND id = ?"
        db.executemany(sql, [(scope.tenant, scope.customer, turn) for turn in turns])


def unmark_indexed(db: sqlite3.Connection, scope: Scope | None) -> int:
    whose, keys = ("", ()) if scope is None else (" AND tenant = ? AND customer = ?", (scope.tenant, scope.customer))
    with transaction(db):
        return db.execute(f"UPDATE turn SET indexed = 0 WHERE indexed = 1{whose}", keys).rowcount


def hold(db: sqlite3.Connection, scope: Scope, holder: str, now: datetime, until: datetime) -> Lease | None:
    with transaction(db):
        found = existing(db, scope)
        sql = """INSERT INTO lease (tenant, customer, holder, until) VALUES (?, ?, ?, ?)
                 ON CONFLICT (tenant, customer) DO UPDATE SET holder = excluded.holder, until = excluded.until
                 WHERE holder = excluded.holder OR until <= ?"""
        free = db.execute(sql, (scope.tenant, scope.customer, holder, instant(until), instant(now))).rowcount == 1
        return Lease(found, tuple(waiting(db, scope))) if free else None


def release(db: sqlite3.Connection, scope: Scope, holder: str) -> None:
    with transaction(db):
        db.execute("DELETE FROM lease WHERE tenant = ? AND customer = ? AND holder = ?", (scope.tenant, scope.customer, holder))
