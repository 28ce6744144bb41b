"""What goes on in the background while a process serves: turns that were cut off, here or in a worker that is gone, are finished, and
vectors that are missing are written.

Knows when; not how. Every worker does this: the customers' leases keep them out of each other's way.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from agent.reception import Reception
from agent.repair import Repair
from graph.memory import Memory
from graph.store import StoreUnavailable
from graph.vectors import VectorsError

log = logging.getLogger(__name__)

EVERY = 2.0  # seconds, by chance half as many or half as many again: workers are not to come all at once
GRACE = timedelta(seconds=3)  # a turn that came later than that is rather in somebody's hands than cut off


class Upkeep:
    def __init__(self, reception: Reception, memory: Memory, *, clock: Callable[[], datetime], report: Callable[[str], None]) -> None:
        """report: gets a line where turns had been cut off."""
        self._reception, self._memory, self._clock, self._report = reception, memory, clock, report
        self._started = clock()
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        self._tasks = [
            asyncio.create_task(self._again_and_again(self._finish)),
            asyncio.create_task(self._again_and_again(Repair(self._memory).once)),
        ]

    async def end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _finish(self) -> int:
        """At first what came before this process, then also what was cut off since."""
        finished = await self._reception.finish(max(self._started, self._clock() - GRACE))
        if finished:
            self._report(f"finished {finished} turns that were cut off")
        return finished

    async def _again_and_again(self, work: Callable[[], Awaitable[int]]) -> None:
        while True:
            try:
                await work()
            except (StoreUnavailable, VectorsError) as error:
                log.debug("upkeep waits: %s", error)
            except Exception as error:  # the next round may go well
                log.error("upkeep: %s", type(error).__name__, exc_info=error)
            await asyncio.sleep(EVERY * random.uniform(0.5, 1.5))
