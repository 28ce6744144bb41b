"""`throughline reindex`: vectors written again from the graph, of one customer, of all, or only those that are missing.

Knows the order of the work. What is to be written is marked so in the store before anything is written: a run that was cut off goes on
where it was with the next one, and so does a server on the same stores.
"""

from collections.abc import AsyncIterator, Callable
from typing import Literal

from agent.indexing import index_missing
from agent.repair import mend
from graph.memory import Memory
from graph.model import Scope

Tell = Callable[[int, int | None], None]  # gets how many turns are written, and of how many, where that is known


async def reindex(memory: Memory, which: Scope | Literal["all", "missing"], tell: Tell) -> int:
    """How many turns were written. Afterwards all customers in question have just the points that they should. Raises VectorsError,
    StoreError."""
    total = await _marked(memory, which)
    written = 0

    def more(turns: int) -> None:
        nonlocal written
        written += turns
        tell(written, total)

    more(0)
    await index_missing(memory, more)
    await mend(memory, _scopes(memory, which), more)
    return written


async def _marked(memory: Memory, which: Scope | Literal["all", "missing"]) -> int | None:
    """How many turns are to be written now."""
    if which == "missing":
        return None
    await memory.store.unmark_indexed(None if which == "all" else which)
    return sum([(await memory.store.counts(scope))["turns"] async for scope in _scopes(memory, which)])


async def _scopes(memory: Memory, which: Scope | Literal["all", "missing"]) -> AsyncIterator[Scope]:
    if isinstance(which, Scope):
        yield which
    else:
        async for scope in memory.store.scopes():
            yield scope
