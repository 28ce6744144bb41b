"""Takes each turn in: who is it from, in which conversation, is it known already; keeps it, then has it worked on, one at a time.

Knows the store and the order of these steps; nothing of language or goals. Once `accept` returned, the turn is never lost: it is done in
this call, by a redelivery, or after the next start.
"""

import asyncio
import logging
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar

from agent.api_models import TurnRequest
from agent.identify import AddressError, same_customer, session_of
from agent.playbook import Playbook, Playbooks
from agent.problems import Problem, not_found
from agent.queues import Queues
from graph.model import Address, Customer, CustomerId, Scope, Session, SessionId, TenantId, Turn, TurnId, derived_id
from graph.store import AlreadyExists, KeyReused, RevisionConflict, Store
from nlp.types import Channel

log = logging.getLogger(__name__)
T = TypeVar("T")

ATTEMPTS = 5  # of a turn whose customer's memory another worker changed meanwhile
PAGE = 500


class Runner(Protocol):
    """What works on an accepted turn: the workflow."""

    async def run(self, scope: Scope, turn: Turn, request: TurnRequest, playbook: Playbook) -> dict[str, Any]:
        """Commits all that the turn changes and gives the contract's answer. Raises RevisionConflict."""
        ...


class Reception:
    def __init__(
        self, store: Store, playbooks: Playbooks, *, runner: Callable[[], Awaitable[Runner]], clock: Callable[[], datetime]
    ) -> None:
        """runner: waits until the workflow can run. clock: aware instants."""
        self._store, self._playbooks, self._runner, self._clock = store, playbooks, runner, clock
        self._queues = Queues()
        self._in_hand: set[asyncio.Task[Any]] = set()

    async def handle(self, tenant: TenantId, request: TurnRequest) -> dict[str, Any]:
        """The contract's answer. The turn is finished even when the caller goes away. Raises Problem, StoreError."""
        return await self._kept(self._in_order(tenant, request, self._clock()))

    async def finish(self, before: datetime) -> int:
        """Works on what was accepted before that instant and cut off; how many turns were finished."""
        finished = 0
        for scope, turn in await self._store.unfinished(None, before):
            try:
                finished += await self._kept(self._finished(scope, turn))
            except Exception as error:  # the next turn is not to wait for this one's fault
                log.error("turn %s stays unfinished: %s", turn.id, type(error).__name__, exc_info=error)
        return finished

    @asynccontextmanager
    async def alone(self, scope: Scope) -> AsyncGenerator[None]:
        """No turn of the customer is worked on meanwhile."""
        async with self._queues.turn(scope):
            yield

    async def close(self) -> None:
        """Waits for the turns in hand."""
        while self._in_hand:
            await asyncio.wait(self._in_hand)

    async def _kept(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.create_task(work)
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        return await asyncio.shield(task)

    async def _in_order(self, tenant: TenantId, request: TurnRequest, now: datetime) -> dict[str, Any]:
        playbook = playbook_of(self._playbooks, tenant)
        addresses = addresses_of(request, playbook.business.country)
        async with self._queues.turn((tenant, request.customer_id or frozenset(addresses))):
            known = await self._store.find_turn(tenant, request.channel, request.turn_id) if request.turn_id else None
            if known is not None:
                return await self._redelivered(*known, request)
            customer = await self._customer(tenant, request, addresses, now)
            scope, reached = Scope(tenant, customer.id), addresses[0] if addresses else _reached(customer, request)
            request = request.model_copy(update={"address": reached.value, "customer_id": customer.id})
            async with self.alone(scope):
                turn = await self._accepted(scope, request, now, playbook)
                return await self._answer(scope, turn, request, playbook)

    async def _redelivered(self, scope: Scope, turn: Turn, request: TurnRequest) -> dict[str, Any]:
        """Whoever delivers it: only the text is compared."""
        if turn.text != request.text:
            raise KeyReused(f"turn_id {turn.key!r} on {turn.channel} was used for another text; give each text an id of its own")
        async with self.alone(scope):
            stored = await self._store.turn(scope, turn.id)
            if stored is None:
                raise Problem(409, f"turn_id {turn.key!r} belonged to a customer who was erased meanwhile; deliver the turn again")
            return await self._answer(scope, stored, request, playbook_of(self._playbooks, scope.tenant))

    async def _customer(self, tenant: TenantId, request: TurnRequest, addresses: tuple[Address, ...], now: datetime) -> Customer:
        customer = await self._known_customer(tenant, request, addresses)
        if request.session_id is not None:
            await self._check_session(tenant, customer, request)
        if customer is None:
            fresh = Customer(CustomerId(uuid.uuid4().hex), tenant, addresses[:1], created_at=now)
            return await self._store.create_customer(fresh)
        if request.customer_id is None and not any(each.channel == request.channel for each in customer.addresses):
            return await self._store.link_address(Scope(tenant, customer.id), replace(addresses[0], linked_at=now))
        return customer

    async def _known_customer(self, tenant: TenantId, request: TurnRequest, addresses: tuple[Address, ...]) -> Customer | None:
        """`customer_id` decides where both are given; the address then only tells where the turn was said."""
        if request.customer_id is None:
            return await self._store.find_customer(tenant, addresses)
        customer = await self._store.customer(Scope(tenant, CustomerId(request.customer_id)))
        if customer is None:
            raise not_found("customer", request.customer_id)
        return customer

    async def _check_session(self, tenant: TenantId, customer: Customer | None, request: TurnRequest) -> None:
        found = await self._store.session_scope(tenant, SessionId(request.session_id or ""))
        if found is None or customer is None or found[0].customer != customer.id:
            raise not_found("session", request.session_id or "")
        if found[1].channel != request.channel:
            raise Problem(422, f"session {found[1].id} is on {found[1].channel}, not on {request.channel}", loc=("body", "session_id"))

    async def _accepted(self, scope: Scope, request: TurnRequest, now: datetime, playbook: Playbook) -> Turn:
        at = (request.at or now).astimezone(UTC)
        turn = Turn(
            id=TurnId(request.turn_id or uuid.uuid4().hex),
            key=request.turn_id,
            session=SessionId(request.session_id) if request.session_id else await self._session(scope, request.channel, at),
            number=-1,
            channel=request.channel,
            speaker=request.speaker,
            at=at,
            received_at=now,
            text=request.text,
            zone=playbook.business.timezone,
            request=request.model_dump(mode="json", exclude={"text"}),
        )
        try:
            return (await self._store.accept(scope, turn))[0]
        except AlreadyExists:  # the customer has a turn of this id on another channel
            return (await self._store.accept(scope, replace(turn, id=TurnId(derived_id("turn", turn.channel, turn.key)))))[0]

    async def _session(self, scope: Scope, channel: Channel, at: datetime) -> SessionId:
        sessions: list[Session] = []
        cursor: str | None = None
        while True:
            page, cursor = await self._store.sessions(scope, PAGE, cursor)
            sessions += page
            if cursor is None:
                break
        found = session_of(sessions, channel, at)
        return found.id if found else SessionId(uuid.uuid4().hex)

    async def _answer(self, scope: Scope, turn: Turn, request: TurnRequest, playbook: Playbook) -> dict[str, Any]:
        """The stored answer, or that of the work done now; by the body as it came first: a redelivery may differ in all but the text."""
        if turn.status == "done" and turn.answer is not None:
            return {**turn.answer, "replayed": True}
        request = _as_it_came(turn) or request
        runner = await self._runner()
        for attempt in range(ATTEMPTS):
            try:
                return await runner.run(scope, turn, request, playbook)
            except RevisionConflict:
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    async def _finished(self, scope: Scope, turn: Turn) -> bool:
        async with self.alone(scope):
            stored = await self._store.turn(scope, turn.id)
            request = _as_it_came(stored) if stored else None
            if stored is None or stored.status == "done" or request is None:
                return False
            await self._answer(scope, stored, request, playbook_of(self._playbooks, scope.tenant))
            return True


def playbook_of(playbooks: Playbooks, tenant: TenantId) -> Playbook:
    """Raises Problem where a folder of playbooks has none for the tenant."""
    try:
        return playbooks.of(tenant)
    except KeyError as error:
        raise Problem(503, str(error.args[0])) from error


def addresses_of(request: TurnRequest, country: str) -> tuple[Address, ...]:
    """All that name the customer, () where only `customer_id` does. Raises Problem."""
    if request.address is None:
        return ()
    try:
        return same_customer(request.channel, request.address, country)
    except AddressError as error:
        raise Problem(422, str(error), loc=("body", "address")) from error


def _reached(customer: Customer, request: TurnRequest) -> Address:
    on_channel = (each for each in customer.addresses if each.channel == request.channel)
    return next(on_channel, customer.addresses[0] if customer.addresses else Address(request.channel, ""))


def _as_it_came(turn: Turn) -> TurnRequest | None:
    return None if turn.request is None else TurnRequest.model_validate({**turn.request, "text": turn.text})
