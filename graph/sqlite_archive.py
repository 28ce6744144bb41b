"""A whole customer out of the embedded store, into it, and away for good.

Knows the tables of graph.sqlite_schema. The order of everything in an export is fixed, so that exporting an import gives the same
bytes; neither the tenant nor what is derived (vectors, the index of mentions) is part of it.
"""

import json
import sqlite3
import time
from typing import Any, TypeVar, cast

from graph.encoding import decode, encode
from graph.model import Address, Customer, Entity, Fact, Goal, OperatorAct, Scope, Session, TenantId, Turn
from graph.sqlite_reads import customer, find_customer, one_moment, rows
from graph.sqlite_writes import insert_customer, transaction, write_session, write_turn, write_value
from graph.store import AlreadyExists, StoreUnavailable

T = TypeVar("T")

FORMAT, VERSION = "throughline-customer", 1
TABLES = ("address", "session", "turn", "mention", "entity", "fact", "goal", "act")
_COUNTED = (
    ("address", "addresses"),
    ("session", "sessions"),
    ("turn", "turns"),
    ("entity", "entities"),
    ("fact", "facts"),
    ("goal", "goals"),
)
_VALUES = (("entities", Entity, "entity"), ("facts", Fact, "fact"), ("goals", Goal, "goal"), ("acts", OperatorAct, "act"))


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
        **{name: listed(table, "seq") for name, _, table in _VALUES},
    }


def restore(db: sqlite3.Connection, tenant: TenantId, exported: dict[str, Any]) -> Customer:
    if exported.get("format") != FORMAT or exported.get("version") != VERSION:
        raise ValueError(f"not an export of version {VERSION}: its 'format' is to be {FORMAT!r} and its 'version' {VERSION}")
    head = exported.get("customer")
    owner = decode(Customer, {**cast(dict[str, Any], head), "tenant": tenant} if isinstance(head, dict) else head)
    sessions, turns = _listed(exported, "sessions", Session), _listed(exported, "turns", Turn)
    values = [value for name, cls, _ in _VALUES for value in _listed(exported, name, cls)]
    scope = Scope(tenant, owner.id)
    with transaction(db):
        _free(db, scope, owner.addresses, sessions, turns)
        insert_customer(db, scope, owner)
        for session in sessions:
            write_session(db, scope, session)
        for turn in turns:
            write_turn(db, scope, turn)
        for value in values:
            write_value(db, scope, value)
    return owner


def _listed(exported: dict[str, Any], name: str, cls: type[T]) -> list[T]:
    try:
        return list(decode(tuple[cls, ...], exported.get(name)))
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error


def _free(db: sqlite3.Connection, scope: Scope, addresses: tuple[Address, ...], sessions: list[Session], turns: list[Turn]) -> None:
    if customer(db, scope):
        raise AlreadyExists(f"customer {scope.customer} is there already; erase it first")
    taken = find_customer(db, scope.tenant, addresses)
    if taken:
        raise AlreadyExists(f"an address of customer {scope.customer} belongs to customer {taken.id}; unlink it there first")
    ids = json.dumps([session.id for session in sessions])
    if rows(db, "SELECT 1 FROM session WHERE tenant = ? AND id IN (SELECT value FROM json_each(?)) LIMIT 1", scope.tenant, ids):
        raise AlreadyExists(f"a session of customer {scope.customer} is there already, as another customer's; erase that one first")
    for turn in turns:
        sql = "SELECT 1 FROM turn WHERE tenant = ? AND channel = ? AND key = ?"
        if rows(db, sql, scope.tenant, turn.channel, turn.key):
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
        keys = (scope.tenant, scope.customer)
        gone = {table: db.execute(f"DELETE FROM {table} WHERE tenant = ? AND customer = ?", keys).rowcount for table in TABLES}
        db.execute("DELETE FROM customer WHERE tenant = ? AND id = ?", keys)
        db.execute(f"PRAGMA user_version = {_owed(db) + 1}")
        return {name: gone[table] for table, name in _COUNTED}


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
