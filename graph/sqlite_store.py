"""The embedded store: one SQLite file, opened by any number of processes.

Knows graph.store's protocol and how to run graph.sqlite_reads, graph.sqlite_writes and graph.sqlite_archive off the event loop: one
connection writes on a thread of its own, one reads on another. Must not know what is remembered.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

from graph import sqlite_archive as archive
from graph import sqlite_reads as reads
from graph import sqlite_writes as writes
from graph.model import Address, Commit, Customer, CustomerId, EntityId, Scope, Session, SessionId, Snapshot, TenantId, Turn, TurnId
from graph.sqlite_schema import connect, migrate
from graph.store import Lease, Rewrite, StoreUnavailable

P = ParamSpec("P")
T = TypeVar("T")


class _Lane:
    """One connection and the only thread that uses it."""

    def __init__(self, path: Path | None, name: str) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"sqlite-{name}")
        self._db: sqlite3.Connection | None = None

    async def run(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, lambda: self._work(work, *args, **kwargs))

    def _work(self, work: Callable[Concatenate[sqlite3.Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            if self._db is None:
                self._db = connect(self._path)
            return work(self._db, *args, **kwargs)
        except sqlite3.IntegrityError:
            raise
        except (sqlite3.DatabaseError, OSError) as error:
            raise StoreUnavailable(f"the store {self._path} does not answer: {error}; check the disk and the file's rights") from error

    async def close(self) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, self._close)
        self._thread.shutdown(wait=True)

    def _close(self) -> None:
        if self._db is not None:
            self._db.close()
            self._db = None


class SqliteStore:
    """Implements graph.store.Store on the file `path`, which it creates with its folder; in memory, until it is closed, without a path."""

    def __init__(self, path: Path | None) -> None:
        self._writer = _Lane(path, "writer")
        self._reader = self._writer if path is None else _Lane(path, "reader")

    async def open(self) -> None:
        await self._writer.run(migrate)
        await self._writer.run(archive.scrub)

    async def close(self) -> None:
        for lane in dict.fromkeys((self._reader, self._writer)):
            await lane.close()

    async def ping(self) -> None:
        await self._reader.run(reads.rows, "SELECT version FROM migration LIMIT 1")

    async def customer(self, scope: Scope) -> Customer | None:
        return await self._reader.run(reads.customer, scope)

    async def find_customer(self, tenant: TenantId, addresses: Sequence[Address]) -> Customer | None:
        return await self._reader.run(reads.find_customer, tenant, addresses)

    async def create_customer(self, customer: Customer) -> Customer:
        return await self._writer.run(writes.create_customer, customer)

    async def link_address(self, scope: Scope, address: Address) -> Customer:
        return await self._writer.run(writes.link_address, scope, address)

    async def customers(self, tenant: TenantId, address: str | None, limit: int, cursor: str | None) -> tuple[list[Customer], str | None]:
        return await self._reader.run(reads.customers, tenant, address, limit, cursor)

    async def accept(self, scope: Scope, turn: Turn) -> tuple[Turn, bool]:
        return await self._writer.run(writes.accept, scope, turn)

    async def commit(self, scope: Scope, commit: Commit) -> Customer:
        return await self._writer.run(writes.commit, scope, commit)

    async def snapshot(self, scope: Scope, turns: int) -> Snapshot | None:
        return await self._reader.run(reads.snapshot, scope, turns)

    async def turn(self, scope: Scope, turn: TurnId) -> Turn | None:
        return await self._reader.run(reads.turn, scope, turn)

    async def find_turn(self, tenant: TenantId, channel: str, key: str) -> tuple[Scope, Turn] | None:
        return await self._reader.run(reads.find_turn, tenant, channel, key)

    async def turns(self, scope: Scope, session: SessionId | None, limit: int, cursor: str | None) -> tuple[list[Turn], str | None]:
        return await self._reader.run(reads.turns, scope, session, limit, cursor)

    async def turns_by_id(self, scope: Scope, ids: Sequence[TurnId]) -> list[Turn]:
        return await self._reader.run(reads.turns_by_id, scope, ids)

    async def mentioning(self, scope: Scope, entities: Sequence[EntityId]) -> list[Turn]:
        return await self._reader.run(reads.mentioning, scope, entities)

    async def session_scope(self, tenant: TenantId, session: SessionId) -> tuple[Scope, Session] | None:
        return await self._reader.run(reads.session_scope, tenant, session)

    async def sessions(self, scope: Scope, limit: int, cursor: str | None) -> tuple[list[Session], str | None]:
        return await self._reader.run(reads.sessions, scope, limit, cursor)

    async def counts(self, scope: Scope) -> dict[str, int]:
        return await self._reader.run(reads.counts, scope)

    async def unfinished(self, tenant: TenantId | None, before: datetime) -> list[tuple[Scope, Turn]]:
        return await self._reader.run(reads.unfinished, tenant, before)

    async def waiting(self, scope: Scope) -> list[Turn]:
        return await self._reader.run(reads.waiting, scope)

    async def unindexed(self, limit: int, scope: Scope | None = None) -> list[tuple[Scope, Turn]]:
        return await self._reader.run(reads.unindexed, limit, scope)

    async def mark_indexed(self, scope: Scope, turns: Sequence[TurnId]) -> None:
        await self._writer.run(writes.mark_indexed, scope, turns)

    async def unmark_indexed(self, scope: Scope | None) -> int:
        return await self._writer.run(writes.unmark_indexed, scope)

    async def hold(self, scope: Scope, holder: str, *, now: datetime, until: datetime) -> Lease | None:
        return await self._writer.run(writes.hold, scope, holder, now, until)

    async def release(self, scope: Scope, holder: str) -> None:
        await self._writer.run(writes.release, scope, holder)

    async def export(self, scope: Scope) -> dict[str, Any] | None:
        return await self._reader.run(archive.export, scope)

    async def restore(self, tenant: TenantId, exported: dict[str, Any]) -> Customer:
        return await self._writer.run(archive.restore, tenant, exported)

    async def rewrite(self, tenant: TenantId, changed: Mapping[CustomerId, Rewrite]) -> None:
        await self._writer.run(archive.rewrite, tenant, changed)

    async def erase(self, scope: Scope) -> dict[str, int] | None:
        return await self._writer.run(archive.erase, scope)

    async def scopes(self) -> AsyncIterator[Scope]:
        page = await self._reader.run(reads.scopes, None, 500)
        while page:
            for scope in page:
                yield scope
            page = await self._reader.run(reads.scopes, page[-1], 500)
