"""Writes vectors: behind each answer, and those that are missing, of turns whose writing was cut off and of imports.

Knows which turns wait and which the store marks as not indexed; the graph is the truth, vectors are made from it. Any number of workers may
write the same turns: the same points come of it.
"""

import asyncio
import logging
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from itertools import groupby

from graph.memory import Memory
from graph.model import Fact, Scope, Turn, TurnId
from graph.searchable import points_for
from graph.vectors import VectorsError

log = logging.getLogger(__name__)

BATCH = 200  # turns that are looked at together
PATIENCE = 1.0  # seconds that a turn or a question waits for the vectors of earlier turns: without a vector store it goes on
FEW = 50  # turns that a recall has written before it looks
CHUNK = 25  # of these, how many are written at a time, from a place taken by chance: workers at the same work share it so

Tell = Callable[[int], None]  # gets how many turns were written just now


class Indexer:
    """Behind the answers, each customer's turns in order. `settled` waits, so that what was answered can be recalled at once."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._tasks: dict[Scope, asyncio.Task[None]] = {}

    def add(self, scope: Scope, turns: Sequence[Turn], facts: Sequence[Fact]) -> None:
        """After the customer's turns that wait already."""
        task = asyncio.create_task(self._written(scope, tuple(turns), facts, self._tasks.get(scope)))
        self._tasks[scope] = task
        task.add_done_callback(lambda done: self._tasks.pop(scope) if self._tasks.get(scope) is done else None)

    async def settled(self, scope: Scope, *, within: float | None = None) -> None:
        """Until nothing of this customer waits, or these seconds are over."""
        try:
            async with asyncio.timeout(within):
                while (task := self._tasks.get(scope)) is not None:
                    await asyncio.wait([task])
        except TimeoutError:
            log.info("turns of customer %s wait for the vector store", scope.customer)

    async def caught_up(self, scope: Scope, *, within: float) -> None:
        """As `settled`, and what else of this customer is done and not written is: turns that a process which is gone had in hand, or
        another worker has. Many of them, as after an import, or a vector store that does not answer, are not waited for."""
        with suppress(TimeoutError, VectorsError):
            async with asyncio.timeout(within):
                await self.settled(scope)
                missing = [turn for _, turn in await self._memory.store.unindexed(FEW + 1, scope)]
                if 0 < len(missing) <= FEW:
                    await self._memory.vectors.ping()
                    facts = (await self._memory.of(scope).snapshot()).facts
                    await write(self._memory, scope, missing, facts.values())

    async def close(self) -> None:
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def _written(self, scope: Scope, turns: Sequence[Turn], facts: Sequence[Fact], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        try:
            await write(self._memory, scope, await self._with_told(scope, turns, facts), facts)
        except VectorsError as error:  # not marked as indexed: written once the vectors answer
            log.info("turns of customer %s stay to be indexed: %s", scope.customer, error)
        except Exception as error:
            log.error("turns of customer %s stay to be indexed: %s", scope.customer, type(error).__name__, exc_info=error)

    async def _with_told(self, scope: Scope, turns: Sequence[Turn], facts: Sequence[Fact]) -> Sequence[Turn]:
        """With the earlier turns that told one of the facts."""
        here = {turn.id for turn in turns}
        others = list(dict.fromkeys(fact.turn for fact in facts if fact.turn not in here))
        return (*turns, *(await self._memory.store.turns_by_id(scope, others))) if others else turns


async def write(memory: Memory, scope: Scope, turns: Sequence[Turn], facts: Iterable[Fact]) -> None:
    """The points of these turns and of those facts that they told, and the marks that they are written. Nothing stays of a customer who
    was erased meanwhile. Raises VectorsError, StoreError."""
    told: dict[TurnId, list[Fact]] = {}
    for fact in facts:
        told.setdefault(fact.turn, []).append(fact)
    made = [await asyncio.to_thread(points_for, scope, turn, told.get(turn.id, ()), memory.embedder) for turn in turns]
    async with memory.writing(scope):
        if await memory.store.customer(scope) is not None:
            await memory.vectors.upsert([point for points in made for point in points])
        await memory.store.mark_indexed(scope, [turn.id for turn in turns])
        if await memory.store.customer(scope) is None:  # by another process
            await memory.vectors.erase(scope)


async def index_missing(memory: Memory, tell: Tell = lambda _written: None, *, whose: Scope | None = None) -> int:
    """How many turns were written, of one customer or of all; those of which it fails stay for another time. Raises VectorsError where none
    can be written."""
    written, told = 0, _Told(memory)
    while missing := await memory.store.unindexed(BATCH, whose):
        await memory.vectors.ping()
        start = random.randrange(0, len(missing), CHUNK)
        done = await _attempted(memory, missing[start : start + CHUNK], told) or await _attempted(memory, missing, told)
        written += done
        tell(done)
        if not done:
            break
    return written


class _Told:
    """The facts of the customer whose turns were written last: to be read once for all of them."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._key: tuple[Scope, int] | None = None
        self._facts: tuple[Fact, ...] = ()

    async def by(self, scope: Scope) -> tuple[Fact, ...]:
        """None are left of a customer who is gone."""
        customer = await self._memory.store.customer(scope)
        key = (scope, customer.revision) if customer else None
        if key is None or key != self._key:
            snapshot = self._memory.at_hand(scope, customer) or await self._memory.store.snapshot(scope, 1)
            self._key, self._facts = key, tuple(snapshot.facts.values()) if snapshot else ()
        return self._facts


async def _attempted(memory: Memory, missing: Sequence[tuple[Scope, Turn]], told: _Told) -> int:
    """How many of these were written."""
    written = 0
    for scope, turns in groupby(missing, key=lambda pair: pair[0]):
        said = [turn for _, turn in turns]
        try:
            await write(memory, scope, said, await told.by(scope))
            written += len(said)
        except VectorsError:
            raise
        except Exception as error:  # the next customer's are not to wait for this one's fault
            log.error("turns of customer %s stay to be indexed: %s", scope.customer, type(error).__name__, exc_info=error)
    return written
