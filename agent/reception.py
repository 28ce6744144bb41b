"""Takes each turn in and has it worked on: those of one customer one at a time, in the order of their numbers, whichever worker they
reached.

Knows the store's log and the order of turns; nothing of language or goals. Once a turn is kept it is never lost: it is done in this call,
by a redelivery, by whoever works on a later turn of the customer, or in the background (`finish`), here or in another process.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from agent.api_models import TurnRequest
from agent.arrival import Arrival, Arrivals, addresses_of, playbook_of
from agent.leases import Leases, kept_busy, pauses
from agent.playbook import Playbook, Playbooks
from agent.problems import Problem
from agent.queues import Queues
from graph.model import Customer, Scope, TenantId, Turn, TurnId
from graph.state import place
from graph.store import Lease, RevisionConflict, Store, StoreError, StoreUnavailable
from graph.vectors import VectorsUnavailable

if TYPE_CHECKING:
    from agent.turn_state import Tell

log = logging.getLogger(__name__)
T = TypeVar("T")
Answer = dict[str, Any]

ATTEMPTS = 5  # of a turn whose customer's memory something else changed meanwhile


class Runner(Protocol):
    """What works on an accepted turn: the workflow."""

    async def run(
        self, scope: Scope, turn: Turn, request: TurnRequest, playbook: Playbook, tell: "Tell", *, current: Customer | None = None
    ) -> Answer:
        """Commits all that the turn changes and gives the contract's answer. tell: gets what was understood as soon as that is known,
        again where the turn is run again. current: the customer as the store has it now, where that is known. Raises RevisionConflict, also
        where the memory that it reads has the turn done already."""
        ...


class Reception:
    def __init__(
        self, store: Store, playbooks: Playbooks, leases: Leases, *, runner: Callable[[], Awaitable[Runner]], clock: Callable[[], datetime]
    ) -> None:
        """runner: waits until the workflow can run. clock: aware instants."""
        self._store, self._playbooks, self._leases, self._runner, self._clock = store, playbooks, leases, runner, clock
        self._arrivals = Arrivals(store)
        self._queues = Queues()
        self._in_hand: set[asyncio.Task[Any]] = set()
        self._at_fault: set[TurnId] = (
            set()
        )  # what failed here by itself, not for want of a store: another process, or a redelivery, may try

    async def handle(self, tenant: TenantId, request: TurnRequest, tell: "Tell" = lambda _understood: None) -> Answer:
        """The contract's answer. The turn is finished even when the caller goes away. Raises Problem, StoreError."""
        return await self._kept(self._taken(tenant, request, self._clock(), tell))

    async def finish(self, before: datetime) -> int:
        """Works on what was accepted before that instant and cut off, but for what is in hand, here or elsewhere; how many turns were
        finished. Raises StoreUnavailable."""
        finished = 0
        for scope, turn in await self._store.unfinished(None, before):
            if turn.id not in self._at_fault and scope not in self._queues:
                with suppress(Problem):  # of one tenant: the others' turns are not to wait for it
                    finished += await self._kept(self._finished(scope, turn))
        return finished

    @asynccontextmanager
    async def alone(self, scope: Scope) -> AsyncGenerator[None]:
        """No turn of the customer is worked on meanwhile, here or elsewhere. Raises UnknownCustomer, StoreUnavailable, Problem."""
        async with self._queues.turn(scope), self._leases.held(scope):
            yield

    async def close(self) -> None:
        """Waits for the turns in hand."""
        while self._in_hand:
            await asyncio.wait(self._in_hand)
        await self._leases.close()

    async def _kept(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.create_task(work)
        self._in_hand.add(task)
        task.add_done_callback(self._in_hand.discard)
        return await asyncio.shield(task)

    async def _taken(self, tenant: TenantId, request: TurnRequest, now: datetime, tell: "Tell") -> Answer:
        playbook = playbook_of(self._playbooks, tenant)
        if request.turn_id is None:  # who cannot deliver it again as the same is told before it is kept that nothing can be done with it
            await self._runner()
        whose = request.customer_id or frozenset(addresses_of(request, playbook.business.country))
        async with self._queues.turn((tenant, whose)):
            arrival = await self._arrivals.known(tenant, request) or await self._arrivals.kept(tenant, request, playbook, now)
        return await self._answered(arrival, tell)

    async def _answered(self, arrival: Arrival, tell: "Tell") -> Answer:
        """The stored answer, or that of the work done as soon as this worker, or while another, has the customer's lease."""
        if (answer := _stored(arrival.turn, again=True)) is not None:
            return answer
        async with self._queues.turn(arrival.scope):
            for pause in pauses():
                async with self._leases.tried(arrival.scope) as held:
                    if held:
                        return await self._in_order(arrival, tell, held.lease)
                await asyncio.sleep(pause)
                if (answer := _stored(await self._again(arrival.scope, arrival.turn.id), again=arrival.again)) is not None:
                    return answer
        raise kept_busy()

    async def _in_order(self, arrival: Arrival, tell: "Tell", lease: Lease | None) -> Answer:
        """After the turns that came before it."""
        waiting = {turn.id: turn for turn in (lease.waiting if lease else await self._store.waiting(arrival.scope))}
        current = lease.customer if lease else None
        for turn in waiting.values():
            if place(turn) < place(arrival.turn) and turn.id not in self._at_fault:
                await self._made_up(arrival.scope, turn)
                current = None
        turn = waiting.get(arrival.turn.id) or await self._again(arrival.scope, arrival.turn.id)
        return _stored(turn, again=arrival.again) or await self._worked(arrival.scope, turn, tell, current)

    async def _again(self, scope: Scope, id: TurnId) -> Turn:
        """As it is kept now. Raises Problem."""
        turn = await self._store.turn(scope, id)
        if turn is None:
            raise Problem(409, f"turn {id!r} belonged to a customer who was erased meanwhile; deliver the turn again")
        return turn

    async def _worked(self, scope: Scope, turn: Turn, tell: "Tell", current: Customer | None = None) -> Answer:
        """By the body as it came first: a redelivery may differ in all but the text."""
        request, playbook = _as_it_came(turn), playbook_of(self._playbooks, scope.tenant)
        runner = await self._runner()
        for attempt in range(ATTEMPTS):
            try:
                answer = await runner.run(scope, turn, request, playbook, tell, current=current if attempt == 0 else None)
                self._at_fault.discard(turn.id)
                return answer
            except RevisionConflict:
                if (done := _stored(await self._again(scope, turn.id), again=False)) is not None:
                    return done
                if attempt == ATTEMPTS - 1:
                    raise
        raise AssertionError("unreachable")

    async def _finished(self, scope: Scope, turn: Turn) -> bool:
        async with self._queues.turn(scope), self._leases.tried(scope) as held:
            stored = await self._store.turn(scope, turn.id) if held else None
            return stored is not None and stored.status == "accepted" and await self._made_up(scope, stored)

    async def _made_up(self, scope: Scope, turn: Turn) -> bool:
        """Whether a turn that was cut off is done now: what comes after it is not to wait for its own fault."""
        try:
            await self._worked(scope, turn, lambda _understood: None)
        except (StoreUnavailable, VectorsUnavailable, Problem):
            raise
        except StoreError as error:
            log.warning("turn %s stays unfinished for now: %s", turn.id, error)
            return False
        except Exception as error:
            self._at_fault.add(turn.id)
            log.error("turn %s stays unfinished: %s", turn.id, type(error).__name__, exc_info=error)
            return False
        return True


def _stored(turn: Turn, *, again: bool) -> Answer | None:
    return {**turn.answer, "replayed": again} if turn.status == "done" and turn.answer is not None else None


def _as_it_came(turn: Turn) -> TurnRequest:
    return TurnRequest.model_validate({**(turn.request or {}), "text": turn.text})
