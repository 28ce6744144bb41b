"""The right to work on one customer where several workers share a store: a lease that is taken, prolonged and given back.

Knows the store's leases and how to wait. Nothing rests on a lease but the order of turns and that no work is done twice: what makes writing
safe is the customer's revision, so that a lease that ran out under a worker does no harm.
"""

import asyncio
import random
import uuid
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from agent.problems import Problem
from graph.model import Scope
from graph.store import Lease, Store, StoreError

LEASE = timedelta(seconds=10)  # so long others wait for a worker that died; prolonged while the work lasts
PATIENCE = 60.0  # seconds that is waited for another worker's lease
_FIRST, _LONGEST, _GROWTH = 0.01, 0.25, 1.5  # seconds between tries


@dataclass(frozen=True, slots=True)
class Held:
    """The right to work on a customer. lease: what the store said of it; None where no other process uses the store."""

    lease: Lease | None = None


class Leases:
    """Those of one worker."""

    def __init__(self, store: Store | None, clock: Callable[[], datetime], *, lasting: timedelta = LEASE) -> None:
        """store: None where no other process uses it: then each lease is had at once."""
        self._store, self._clock, self._lasting = store, clock, lasting
        self.holder = uuid.uuid4().hex
        self._releasing: dict[Scope, asyncio.Task[None]] = {}

    @asynccontextmanager
    async def tried(self, scope: Scope) -> AsyncGenerator[Held | None]:
        """None where another holds the lease; it is given back behind the answer. One worker must not take the same one twice at a time.
        Raises UnknownCustomer, StoreUnavailable."""
        if scope in self._releasing:
            await asyncio.wait([self._releasing[scope]])
        if self._store is None:
            yield Held()
        elif (lease := await self._hold(self._store, scope)) is None:
            yield None
        else:
            prolonging = asyncio.create_task(self._prolonged(self._store, scope))
            try:
                yield Held(lease)
            finally:
                prolonging.cancel()
                task = self._releasing[scope] = asyncio.create_task(self._released(self._store, scope))
                task.add_done_callback(lambda _: self._releasing.pop(scope))

    @asynccontextmanager
    async def held(self, scope: Scope) -> AsyncGenerator[None]:
        """Waits for the lease. Raises as `tried`, and Problem where another worker keeps it too long."""
        for pause in pauses():
            async with self.tried(scope) as held:
                if held:
                    yield
                    return
            await asyncio.sleep(pause)
        raise kept_busy()

    async def _hold(self, store: Store, scope: Scope) -> Lease | None:
        now = self._clock()
        return await store.hold(scope, self.holder, now=now, until=now + self._lasting)

    async def close(self) -> None:
        """Waits until all that were held are given back."""
        while self._releasing:
            await asyncio.wait(list(self._releasing.values()))

    async def _released(self, store: Store, scope: Scope) -> None:
        with suppress(StoreError):  # it runs out by itself
            await store.release(scope, self.holder)

    async def _prolonged(self, store: Store, scope: Scope) -> None:
        while True:
            await asyncio.sleep(self._lasting.total_seconds() / 3)
            with suppress(StoreError):
                await self._hold(store, scope)


def pauses() -> Iterator[float]:
    """Seconds to wait between tries, `PATIENCE` in all: growing, and by chance longer or shorter, so that workers fall out of step."""
    waited, pause = 0.0, _FIRST
    while waited < PATIENCE:
        now = pause * random.uniform(0.5, 1.5)
        yield now
        waited, pause = waited + now, min(pause * _GROWTH, _LONGEST)


def kept_busy() -> Problem:
    return Problem(503, "another worker keeps this customer busy; a turn that was accepted is finished", headers={"Retry-After": "1"})
