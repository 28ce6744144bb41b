"""Keeps graph and vectors together: what the vector store has lost, as a whole or of one customer, is written again from the graph.

Knows marks, counts and the generation of what is stored; not why something is missing. Every turn that is done has a point, and so has
every fact: where a customer's points are fewer or more than that, their marks are taken back, and `agent.indexing` writes them. All
customers are counted when a process begins, and whenever the vector store turns out to be another one than before.
"""

import logging
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime

from agent.indexing import Tell, index_missing
from graph.memory import Memory
from graph.model import Scope

log = logging.getLogger(__name__)

_EVER = datetime.max.replace(tzinfo=UTC)


class Repair:
    """Of one process, to be called again and again; several processes may do so at once."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self._generation: str | None = None

    async def once(self) -> int:
        """How many turns were written. Raises VectorsError, StoreError: nothing is lost by it."""
        generation = await self._memory.vectors.generation(uuid.uuid4().hex)
        written = await index_missing(self._memory)
        if generation != self._generation:
            written += await mend(self._memory, self._memory.store.scopes())
            self._generation = generation
        return written


async def mend(memory: Memory, scopes: AsyncIterator[Scope], tell: Tell = lambda _written: None) -> int:
    """How many turns were written of these customers, and of others that waited. Whoever looks wrong is looked at again before anything is
    taken back: turns may have been in hand."""
    suspects = [scope async for scope in scopes if await _difference(memory, scope)]
    written = await index_missing(memory, tell) if suspects else 0
    lost = sum([await _take_back(memory, scope) for scope in suspects])
    if lost:
        log.warning("vectors of %d customers were not those that should be there, and are written anew", lost)
    return written + (await index_missing(memory, tell) if suspects else 0)


async def _take_back(memory: Memory, scope: Scope) -> bool:
    """Whether the customer's points are not those that should be there: the marks are taken back, and points that nothing stands for are
    deleted."""
    difference = await _difference(memory, scope)
    if difference > 0:
        await memory.vectors.erase(scope)
    if difference:
        await memory.store.unmark_indexed(scope)
        log.debug("customer %s has %+d vectors beyond those that should be there", scope.customer, difference)
    return difference != 0


async def _difference(memory: Memory, scope: Scope) -> int:
    """How many points there are beyond those that should be there."""
    points, counts = await memory.vectors.count(scope), await memory.store.counts(scope)
    difference = points - counts["turns"] - counts["facts"]
    if difference == 0:
        return 0
    return difference + sum(whose == scope for whose, _ in await memory.store.unfinished(scope.tenant, _EVER))
