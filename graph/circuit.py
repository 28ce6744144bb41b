"""Something that may not answer is asked once at a time: after a failure nobody waits for it, until it answers again.

Knows failures and delays; not what is asked. While the circuit is open, calls fail at once with the last failure, and one task in the
background asks again and again, at growing distances, and closes the circuit when that succeeds. A call that ends badly after a later one
was answered opens nothing: it tells what was, as a request does that stalled in an outage and runs into its time when that is over.

Source: Nygard 2007, "Release It!", stability pattern "Circuit Breaker".
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)

FIRST, LAST = 0.2, 5.0  # seconds between two questions: doubled each time, up to the last


class Circuit:
    """ask: raises one of `failures` while there is no answer. Anything else that it raises ends the asking, and the next call is let
    through."""

    def __init__(self, ask: Callable[[], Awaitable[None]], failures: type[Exception]) -> None:
        self._ask = ask
        self._failures = failures
        self._failure: Exception | None = None
        self._asking: asyncio.Task[None] | None = None
        self._begun = self._answered = 0  # calls, in the order in which they begin; the last of them that was answered

    async def call(self, work: Callable[[], Awaitable[T]], opening: type[Exception]) -> T:
        """Raises the last failure while the circuit is open, else what the work raises; `opening` are those failures that open it."""
        if self._failure is not None:
            raise self._failure.with_traceback(None)
        self._begun += 1
        number = self._begun
        try:
            result = await work()
        except opening as failure:
            if number > self._answered:
                self.broke(failure)
            raise
        self._answered = max(self._answered, number)
        return result

    def broke(self, failure: Exception) -> None:
        """Opens it; whoever finds it open already changes nothing."""
        if self._failure is None:
            self._failure = failure
            log.warning("%s; it is asked again until it answers", failure)
            self._asking = asyncio.create_task(self._until_answered())

    async def close(self) -> None:
        """No more questions."""
        if self._asking is not None:
            self._asking.cancel()
            with suppress(asyncio.CancelledError):
                await self._asking
            self._asking = None
        self._failure = None

    async def _until_answered(self) -> None:
        delay = FIRST
        try:
            while self._failure is not None:
                await asyncio.sleep(delay)
                delay = min(2 * delay, LAST)
                try:
                    await self._ask()
                except self._failures as failure:
                    self._failure = failure
                else:
                    log.warning("it answers again, after: %s", self._failure)
                    self._answered = self._begun
                    self._failure = None
        finally:
            self._failure = None
