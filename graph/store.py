"""The `Store` protocol: what keeps the log and the graph, and the tree of its errors.

One implementation is embedded (SQLite), one is a server (Neo4j). `tests/graph/test_store.py` holds every law on each.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from graph.model import (
    Address,
    Commit,
    Customer,
    CustomerId,
    EntityId,
    Scope,
    Session,
    SessionId,
    Snapshot,
    TenantId,
    Turn,
    TurnId,
)


class StoreError(Exception):
    """Root of what a store may raise; the message names the thing, the bad value and the remedy."""


class StoreUnavailable(StoreError):
    """The store does not answer; trying again later may help."""


class RevisionConflict(StoreError):
    """The customer's memory moved on since it was read; read again and redo."""


class AddressTaken(StoreError):
    """The address belongs to another customer."""


class KeyReused(StoreError):
    """The same idempotency key came with another text."""


class AlreadyExists(StoreError):
    """An import found the customer, one of the addresses, sessions or keys there already; or a session id is another customer's."""


class UnknownCustomer(StoreError):
    """There is no such customer, or no longer: erased while a turn was in hand."""


class BadCursor(StoreError):
    """The cursor of a page is none that a list gave."""


@dataclass(frozen=True, slots=True)
class Rewrite:
    """What a customer becomes. expected_revision: None where there must be no such customer. exported: as `Store.export` gives it, with the
    revision it is to have; None: there is to be none."""

    expected_revision: int | None
    exported: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Lease:
    """What its holder begins from, as it was when the lease was taken: the customer, and as `Store.waiting` the turns that are not done."""

    customer: Customer
    waiting: tuple[Turn, ...]


class Store(Protocol):
    """Everything is by `Scope` or tenant; nothing is returned across them. Instants come back aware, in UTC. Any method may raise
    StoreUnavailable. `limit` is at least 1; a cursor is what the list gave with the page before (BadCursor for any other)."""

    async def open(self) -> None:
        """Creates or migrates the schema. Raises StoreUnavailable."""
        ...

    async def close(self) -> None: ...

    async def ping(self) -> None:
        """Raises StoreUnavailable where the store does not answer."""
        ...

    async def customer(self, scope: Scope) -> Customer | None: ...

    async def find_customer(self, tenant: TenantId, addresses: Sequence[Address]) -> Customer | None:
        """The customer whom any of these belongs to; the first found in the order given. An address that was linked without being verified
        is a suggestion, which names nobody."""
        ...

    async def create_customer(self, customer: Customer) -> Customer:
        """Creates it, or gives the one that another worker created for the same address meanwhile."""
        ...

    async def link_address(self, scope: Scope, address: Address) -> Customer:
        """Adds it; linked already, it only gains `verified`. Raises AddressTaken, UnknownCustomer."""
        ...

    async def customers(self, tenant: TenantId, address: str | None, limit: int, cursor: str | None) -> tuple[list[Customer], str | None]:
        """Newest first, with the cursor of the next page."""
        ...

    async def accept(self, scope: Scope, turn: Turn) -> tuple[Turn, bool]:
        """Keeps the turn before anything can fail; its `number` is given here. (turn, True) for a new one, (the stored turn, False) for
        one whose key (tenant, channel, key) is known, whichever customer's it is: `find_turn` tells. Durable on return. Raises KeyReused
        when the texts differ, UnknownCustomer, AlreadyExists for a turn id or session id that is in use."""
        ...

    async def commit(self, scope: Scope, commit: Commit) -> Customer:
        """All or nothing, compare-and-set on the revision. New turns among `commit.turns` (replies) get their `number` from the
        caller: one more than the turn's that they answer. A fact that is there stays as it is but for `commit.ends`, a first end is
        never moved (graph.state.ended). Raises RevisionConflict, UnknownCustomer, AlreadyExists for another customer's session id."""
        ...

    async def snapshot(self, scope: Scope, turns: int) -> Snapshot | None:
        """The whole memory with all sessions and the last `turns` turns that are done; entities, facts and goals in the order they came."""
        ...

    async def turn(self, scope: Scope, turn: TurnId) -> Turn | None: ...

    async def find_turn(self, tenant: TenantId, channel: str, key: str) -> tuple[Scope, Turn] | None: ...

    async def turns(self, scope: Scope, session: SessionId | None, limit: int, cursor: str | None) -> tuple[list[Turn], str | None]:
        """In the order of their numbers."""
        ...

    async def turns_by_id(self, scope: Scope, ids: Sequence[TurnId]) -> list[Turn]:
        """Those of these that there are, in the order of their numbers."""
        ...

    async def mentioning(self, scope: Scope, entities: Sequence[EntityId]) -> list[Turn]:
        """Turns of which a mention was resolved to one of these, in the order of their numbers."""
        ...

    async def session_scope(self, tenant: TenantId, session: SessionId) -> tuple[Scope, Session] | None: ...

    async def sessions(self, scope: Scope, limit: int, cursor: str | None) -> tuple[list[Session], str | None]: ...

    async def counts(self, scope: Scope) -> dict[str, int]:
        """sessions, turns, entities, facts."""
        ...

    async def unfinished(self, tenant: TenantId | None, before: datetime) -> list[tuple[Scope, Turn]]:
        """Turns accepted before that instant and not done."""
        ...

    async def waiting(self, scope: Scope) -> list[Turn]:
        """The customer's turns that are accepted and not done, in the order of their numbers."""
        ...

    async def unindexed(self, limit: int, scope: Scope | None = None) -> list[tuple[Scope, Turn]]:
        """Turns that are done and whose vectors are not marked as written, of this customer or of anybody."""
        ...

    async def mark_indexed(self, scope: Scope, turns: Sequence[TurnId]) -> None: ...

    async def unmark_indexed(self, scope: Scope | None) -> int:
        """All turns of the customer, or of everybody, count as not indexed; how many were marked."""
        ...

    async def hold(self, scope: Scope, holder: str, *, now: datetime, until: datetime) -> Lease | None:
        """Takes the customer's lease, or prolongs it for the same holder; None while another's has not run out at `now`. It orders workers
        that write to one customer; what makes them safe is the revision. Raises UnknownCustomer."""
        ...

    async def release(self, scope: Scope, holder: str) -> None:
        """Gives the lease back; nothing where another holds it, or nobody."""
        ...

    async def export(self, scope: Scope) -> dict[str, Any] | None:
        """Everything of one customer as JSON values, in a fixed order: exporting an import of it gives the same bytes."""
        ...

    async def restore(self, tenant: TenantId, exported: dict[str, Any]) -> Customer:
        """The inverse of `export`, with its ids and times, vectors to be written anew. Raises AlreadyExists, ValueError for a body that
        is no export."""
        ...

    async def rewrite(self, tenant: TenantId, changed: Mapping[CustomerId, Rewrite]) -> None:
        """Puts whole customers in the place of what there is of them, all or nothing: what a replay, a merge or its undoing gives. Their
        turns count as not indexed. Raises RevisionConflict, AddressTaken, AlreadyExists, ValueError for a body that is no export."""
        ...

    async def erase(self, scope: Scope) -> dict[str, int] | None:
        """Deletes everything, all or nothing: on return nothing of the customer is found by any way of asking. Counts of what was erased.

        In the embedded store no text of the customer is left in any file on return. On a server the records are freed: its files are its
        own, what stood there is overwritten as their space is used again, and its transaction log keeps it until it is pruned."""
        ...

    def scopes(self) -> AsyncIterator[Scope]:
        """Every customer, for repairs by command."""
        ...
