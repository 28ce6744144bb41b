"""One at a time, in order of arrival, for each key: locks that exist only while somebody holds or awaits them.

Knows keys and waiting; not what is done meanwhile.
"""

import asyncio
from collections.abc import AsyncGenerator, Hashable
from contextlib import asynccontextmanager


class Queues:
    """`async with queues.turn(key):` lets in one after the other, first come, first served."""

    def __init__(self) -> None:
        self._locks: dict[Hashable, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, key: Hashable) -> AsyncGenerator[None]:
        lock, waiting = self._locks.get(key, (None, 0))
        lock = lock or asyncio.Lock()
        self._locks[key] = (lock, waiting + 1)
        try:
            async with lock:
                yield
        finally:
            _, waiting = self._locks.pop(key)
            if waiting > 1:
                self._locks[key] = (lock, waiting - 1)

    def __contains__(self, key: Hashable) -> bool:
        """Whether anybody is in or waits."""
        return key in self._locks

    def __len__(self) -> int:
        return len(self._locks)
