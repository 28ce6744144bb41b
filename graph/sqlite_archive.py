"""A whole customer out of the embedded store, into it, and away for good.

Knows the tables of graph.sqlite_schema. The order of everything in an export is fixed, so that exporting an import gives the same
bytes; neither the tenant nor what is derived (vectors, the index of mentions) is part of it.
"""

import json
import sqlite3
import time
from collections.abc import Mapping, Sequence
from typing import Any

from graph.archive import FORMAT, VERSION, Archive, opened
from graph.encoding import encode
from graph.model import Customer, CustomerId, Scope, TenantId
from graph.sqlite_reads import customer, find_customer, one_moment, rows
from graph.sqlite_writes import insert_customer, transaction, write_session, write_turn, write_value
from graph.store import AddressTaken, AlreadyExists, RevisionConflict, Rewrite, StoreUnavailable

_MEMORY = ("address", "session", "turn", "mention", "entity", "fact", "goal", "act")
TABLES = (*_MEMORY, "lease")
_COUNTED = (
    ("address", "addresses"),
    ("session", "sessions"),
    ("turn", "turns"),
    ("entity", "entities"),
    ("fact", "facts"),
    ("goal", "goals"),
)
_VALUES = (("entities", "entity"), ("facts", "fact"), ("goals", "goal"), ("acts", "act"))


def export(db: sqlite3.Connection, scope: Scope) -> dict[str, Any] | None:
    with one_moment(db):
        owner = customer(db, scope)
        return _exported(db, scope, owner) if owner else None


def _exported(db: sqlite3.Connection, scope: Scope, owner: Customer) -> dict[str, Any]:
    def listed(table: str, order: str) -> list[Any]:
        sql = f"SELECT body FROM {table} WHERE tenant = ? AND customer = ? ORDER BY {order}"
        return [json.loads(row[0]) for row in rows(db, sql, scope.tenant, scope.customer)]

    head = {name: value for name, value in encode(owner).items() if name != "tenant"}
    return {
        "format": FORMAT,
        "version": VERSION,
        "customer": head,
        "sessions": listed("session", "seq"),
        "turns": listed("turn", "place, seq"),
        **{name: listed(table, "seq") for name, table in _VALUES},
    }


def restore(db: sqlite3.Connection, tenant: TenantId, exported: dict[str, Any]) -> Customer:
    kept = opened(tenant, exported)
    with transaction(db):
        if customer(db, kept.scope):
            raise AlreadyExists(f"customer {kept.customer.id} is there already; erase it first")
        taken = find_customer(db, tenant, kept.customer.addresses)
        if taken:
            raise AlreadyExists(f"an address of customer {kept.customer.id} belongs to customer {taken.id}; unlink it there first")
        _write(db, kept)
    return kept.customer


def rewrite(db: sqlite3.Connection, tenant: TenantId, changed: Mapping[CustomerId, Rewrite]) -> None:
    becoming = [_becoming(tenant, whose, each.exported) for whose, each in changed.items() if each.exported is not None]
    with transaction(db):
        for whose, each in changed.items():
            _check_revision(db, Scope(tenant, whose), each.expected_revision)
        _check_accepted(db, tenant, list(changed), becoming)
        for whose, each in changed.items():
            _delete(db, Scope(tenant, whose), TABLES if each.exported is None else _MEMORY)
        for kept in becoming:
            taken = find_customer(db, tenant, kept.customer.addresses)
            if taken:
                raise AddressTaken(f"an address of customer {kept.customer.id} belongs to customer {taken.id}; unlink it there first")
            _write(db, kept)


def _becoming(tenant: TenantId, whose: CustomerId, exported: dict[str, Any]) -> Archive:
    kept = opened(tenant, exported)
    if kept.customer.id != whose:
        raise ValueError(f"the export is of customer {kept.customer.id}, not of {whose}")
    return kept


def _check_revision(db: sqlite3.Connection, scope: Scope, expected: int | None) -> None:
    found = customer(db, scope)
    revision = found.revision if found else None
    if revision != expected:
        is_there, was_expected = ("not there" if each is None else f"at revision {each}" for each in (revision, expected))
        raise RevisionConflict(f"customer {scope.customer} is {is_there}, expected to be {was_expected}; read it again and redo")


def _check_accepted(db: sqlite3.Connection, tenant: TenantId, whose: list[CustomerId], becoming: list[Archive]) -> None:
    """An accepted turn moves no revision: one that came after the reading must not be lost."""
    kept = {(turn.channel, turn.key or turn.id) for each in becoming for turn in each.turns}
    sql = "SELECT channel, key, id FROM turn WHERE tenant = ? AND done = 0 AND customer IN (SELECT value FROM json_each(?))"
    for channel, key, turn in rows(db, sql, tenant, json.dumps(whose)):
        if (channel, key or turn) not in kept:
            raise RevisionConflict(f"turn {turn} was accepted meanwhile; read the customer again and redo")


def _write(db: sqlite3.Connection, kept: Archive) -> None:
    _free(db, kept)
    insert_customer(db, kept.scope, kept.customer)
    for session in kept.sessions:
        write_session(db, kept.scope, session)
    for turn in kept.turns:
        write_turn(db, kept.scope, turn)
    for value in (*kept.entities, *kept.facts, *kept.goals, *kept.acts):
        write_value(db, kept.scope, value)


def _free(db: sqlite3.Connection, kept: Archive) -> None:
    """Raises AlreadyExists where a session or a key is another customer's."""
    ids, tenant = json.dumps([session.id for session in kept.sessions]), kept.customer.tenant
    if rows(db, "SELECT 1 FROM session WHERE tenant = ? AND id IN (SELECT value FROM json_each(?)) LIMIT 1", tenant, ids):
        raise AlreadyExists(f"a session of customer {kept.customer.id} is there already, as another customer's; erase that one first")
    for turn in kept.turns:
        sql = "SELECT 1 FROM turn WHERE tenant = ? AND channel = ? AND key = ?"
        if rows(db, sql, tenant, turn.channel, turn.key):
            raise AlreadyExists(f"turn_id {turn.key!r} on {turn.channel} is there already, as another customer's; erase that one first")


def erase(db: sqlite3.Connection, scope: Scope) -> dict[str, int] | None:
    """Deletes the rows, then makes the file anew without them. Writers wait meanwhile: about a second for each 100 MB."""
    erased = delete(db, scope)
    scrub(db)
    return erased


def delete(db: sqlite3.Connection, scope: Scope) -> dict[str, int] | None:
    """What could be read is gone; what could be found in the file is gone after `scrub`."""
    with transaction(db):
        if customer(db, scope) is None:
            return None
        gone = _delete(db, scope, TABLES)
        db.execute(f"PRAGMA user_version = {_owed(db) + 1}")
        return {name: gone[table] for table, name in _COUNTED}


def _delete(db: sqlite3.Connection, scope: Scope, tables: Sequence[str]) -> dict[str, int]:
    keys = (scope.tenant, scope.customer)
    gone = {table: db.execute(f"DELETE FROM {table} WHERE tenant = ? AND customer = ?", keys).rowcount for table in tables}
    db.execute("DELETE FROM customer WHERE tenant = ? AND id = ?", keys)
    return gone


def scrub(db: sqlite3.Connection) -> None:
    """Leaves nothing of what was erased in the file or its log, also where an erasure was cut off before. SQLite's secure_delete
    overwrites deleted cells, but not the copies that stay in the gaps of pages whose cells moved: so the file is written anew."""
    owed = _owed(db)
    if not owed:
        return
    db.execute("VACUUM")
    _empty_log(db)
    with transaction(db):
        if _owed(db) == owed:
            db.execute("PRAGMA user_version = 0")


def _owed(db: sqlite3.Connection) -> int:
    """How many erasures were not yet followed by a scrub; SQLite's `user_version` keeps it, in the transaction that deletes."""
    return rows(db, "PRAGMA user_version")[0][0]


def _empty_log(db: sqlite3.Connection, *, tries: int = 100) -> None:
    """Waits for readers of other processes, who keep the log, to finish. Raises StoreUnavailable where one does not."""
    for attempt in range(tries):
        busy: int = rows(db, "PRAGMA wal_checkpoint(TRUNCATE)")[0][0]
        if not busy:
            return
        time.sleep(min(0.005 * 2**attempt, 0.1))
    raise StoreUnavailable(
        "erased, but another process reads the write-ahead log and keeps it; end that process, then open the store again"
    )
