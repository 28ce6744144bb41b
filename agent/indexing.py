"""Writes vectors: behind each answer, and those that are missing, of turns whose writing was cut off and of imports.

Knows which turns wait and which the store marks as not indexed; the graph is the truth, vectors are made from it.
"""

import asyncio
import logging
from collections.abc import Sequence
from itertools import groupby

from graph.memory import Memory
from graph.model import Fact, Scope, Turn, TurnId
from graph.recall import points_for

log = logging.getLogger(__name__)
BATCH = 200


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

    async def settled(self, scope: Scope) -> None:
        """Until nothing of this customer waits."""
        while (task := self._tasks.get(scope)) is not None:
            await asyncio.wait([task])

    async def close(self) -> None:
        while self._tasks:
            await asyncio.wait(list(self._tasks.values()))

    async def _written(self, scope: Scope, turns: Sequence[Turn], facts: Sequence[Fact], before: asyncio.Task[None] | None) -> None:
        if before is not None:
            await asyncio.wait([before])
        told: dict[TurnId, list[Fact]] = {}
        for fact in facts:
            told.setdefault(fact.turn, []).append(fact)
        try:
            made = [await asyncio.to_thread(points_for, scope, turn, told.get(turn.id, ()), self._memory.embedder) for turn in turns]
            await self._memory.of(scope).index([point for points in made for point in points])
        except Exception as error:  # not marked as indexed: the next start writes them
            log.error("turns of customer %s stay to be indexed: %s", scope.customer, type(error).__name__, exc_info=error)


async def index_missing(memory: Memory) -> int:
    """How many turns were indexed; stops where the vectors cannot be written."""
    indexed = 0
    while True:
        missing = await memory.store.unindexed(BATCH)
        for scope, turns in groupby(missing, key=lambda pair: pair[0]):
            await _index(memory, scope, [turn for _, turn in turns])
        left = {(scope, turn.id) for scope, turn in await memory.store.unindexed(BATCH)}
        done = sum((scope, turn.id) not in left for scope, turn in missing)
        indexed += done
        if not missing or not done:
            return indexed


async def _index(memory: Memory, scope: Scope, turns: list[Turn]) -> None:
    customer = memory.of(scope)
    said: dict[TurnId, list[Fact]] = {}
    for fact in (await customer.snapshot()).facts.values():
        said.setdefault(fact.turn, []).append(fact)
    made = [await asyncio.to_thread(points_for, scope, turn, said.get(turn.id, ()), memory.embedder) for turn in turns]
    await customer.index([point for points in made for point in points])
