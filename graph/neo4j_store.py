"""The store on a Neo4j server: 5.26 LTS or later, Community Edition is enough.

Implements graph.store.Store; each method is one transaction of functions from graph.neo4j_reads, neo4j_writes and neo4j_archive. Must
not know a query. Any number of processes may use one database: writers of one customer wait for each other at its node.

What was erased is found by no query any more. The server itself overwrites its files as it reuses their space, and its transaction logs
keep what was written until they are pruned (README tells the settings): unlike the embedded store, this one cannot promise that no file
of the server holds a word of it on return.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from itertools import count
from typing import Any

from graph import neo4j_archive as archive
from graph import neo4j_reads as reads
from graph import neo4j_writes as writes
from graph.archive import opened
from graph.model import Address, Commit, Customer, CustomerId, EntityId, Scope, Session, SessionId, Snapshot, TenantId, Turn, TurnId
from graph.neo4j_link import Link
from graph.neo4j_schema import migrate
from graph.store import Lease, Rewrite


class Neo4jStore:
    """On the database (None: the server's default) at a neo4j:// or bolt:// address."""

    def __init__(self, url: str, *, user: str | None = None, password: str | None = None, database: str | None = None) -> None:
        self._link = Link(url, user=user, password=password, database=database)

    async def open(self) -> None:
        """May be tried again after it failed."""
        self._link.connect()
        await migrate(self._link)

    async def close(self) -> None:
        await self._link.close()

    async def ping(self) -> None:
        await self._link.read(reads.answers)

    async def customer(self, scope: Scope) -> Customer | None:
        return await self._link.read(reads.customer, scope)

    async def find_customer(self, tenant: TenantId, addresses: Sequence[Address]) -> Customer | None:
        return await self._link.read(reads.find_customer, tenant, addresses)

    async def create_customer(self, customer: Customer) -> Customer:
        return await self._link.write(writes.create_customer, customer)

    async def link_address(self, scope: Scope, address: Address) -> Customer:
        return await self._link.write(writes.link_address, scope, address)

    async def customers(self, tenant: TenantId, address: str | None, limit: int, cursor: str | None) -> tuple[list[Customer], str | None]:
        return await self._link.read(reads.customers, tenant, address, limit, cursor)

    async def accept(self, scope: Scope, turn: Turn) -> tuple[Turn, bool]:
        return await self._link.write(writes.accept, scope, turn, count())

    async def commit(self, scope: Scope, commit: Commit) -> Customer:
        return await self._link.write(writes.commit, scope, commit, count())

    async def snapshot(self, scope: Scope, turns: int) -> Snapshot | None:
        found = await self._link.read_held(archive.held_bodies, scope, turns)
        return await asyncio.to_thread(archive.opened_snapshot, scope, found)

    async def turn(self, scope: Scope, turn: TurnId) -> Turn | None:
        return next(iter(await self.turns_by_id(scope, [turn])), None)

    async def find_turn(self, tenant: TenantId, channel: str, key: str) -> tuple[Scope, Turn] | None:
        return await self._link.read(reads.find_turn, tenant, channel, key)

    async def turns(self, scope: Scope, session: SessionId | None, limit: int, cursor: str | None) -> tuple[list[Turn], str | None]:
        return await self._link.read(reads.turns, scope, session, limit, cursor)

    async def turns_by_id(self, scope: Scope, ids: Sequence[TurnId]) -> list[Turn]:
        return await self._link.read(reads.turns_by_id, scope, ids)

    async def mentioning(self, scope: Scope, entities: Sequence[EntityId]) -> list[Turn]:
        return await self._link.read(reads.mentioning, scope, entities)

    async def session_scope(self, tenant: TenantId, session: SessionId) -> tuple[Scope, Session] | None:
        return await self._link.read(reads.session_scope, tenant, session)

    async def sessions(self, scope: Scope, limit: int, cursor: str | None) -> tuple[list[Session], str | None]:
        return await self._link.read(reads.sessions, scope, limit, cursor)

    async def counts(self, scope: Scope) -> dict[str, int]:
        return await self._link.read(reads.counts, scope)

    async def unfinished(self, tenant: TenantId | None, before: datetime) -> list[tuple[Scope, Turn]]:
        return await self._link.read(reads.unfinished, tenant, before)

    async def waiting(self, scope: Scope) -> list[Turn]:
        return await self._link.read(reads.waiting, scope)

    async def unindexed(self, limit: int, scope: Scope | None = None) -> list[tuple[Scope, Turn]]:
        return await self._link.read(reads.unindexed, limit, scope)

    async def mark_indexed(self, scope: Scope, turns: Sequence[TurnId]) -> None:
        await self._link.write(writes.mark_indexed, scope, turns)

    async def unmark_indexed(self, scope: Scope | None) -> int:
        """Everybody's are taken back customer by customer, each in a transaction."""
        if scope is not None:
            return await self._link.write_long(writes.unmark_indexed, scope)
        return sum([await self._link.write_long(writes.unmark_indexed, each) async for each in self.scopes()])

    async def hold(self, scope: Scope, holder: str, *, now: datetime, until: datetime) -> Lease | None:
        return await self._link.write(writes.lease, scope, holder, now, until)

    async def release(self, scope: Scope, holder: str) -> None:
        await self._link.write(writes.release, scope, holder)

    async def export(self, scope: Scope) -> dict[str, Any] | None:
        return await asyncio.to_thread(archive.packed_export, scope, await self._link.read_held(archive.held_lists, scope))

    async def restore(self, tenant: TenantId, exported: dict[str, Any]) -> Customer:
        return await self._link.write_long(archive.restore, opened(tenant, exported))

    async def rewrite(self, tenant: TenantId, changed: Mapping[CustomerId, Rewrite]) -> None:
        await self._link.write_long(archive.rewrite, tenant, changed, archive.becoming(tenant, changed))

    async def erase(self, scope: Scope) -> dict[str, int] | None:
        return await self._link.write_long(archive.erase, scope)

    async def scopes(self) -> AsyncIterator[Scope]:
        page = await self._link.read(reads.scopes, None, 500)
        while page:
            for scope in page:
                yield scope
            page = await self._link.read(reads.scopes, page[-1], 500)
