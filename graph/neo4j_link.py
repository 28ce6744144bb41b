"""The line to a Neo4j server: the official driver with strict timeouts, and its failures as the store's errors.

Knows the driver. Must not know a query. A piece of work is a function of a transaction, run again from its start where the server says
that this may help; so it must have no effect but in the transaction.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Concatenate, LiteralString, ParamSpec, TypeVar

from neo4j import (
    AsyncDriver,
    AsyncGraphDatabase,
    AsyncManagedTransaction,
    AsyncSession,
    NotificationMinimumSeverity,
    Query,
    unit_of_work,
)
from neo4j.exceptions import AuthError, ClientError, ConstraintError, DatabaseError, DriverError, Neo4jError, TransientError

from graph.store import StoreUnavailable

P = ParamSpec("P")
T = TypeVar("T")
Transaction = AsyncManagedTransaction
Work = Callable[Concatenate[Transaction, P], Awaitable[T]]

QUICK, WHOLE, LONG = 10.0, 30.0, 300.0  # seconds: a turn's work; reading a whole customer; writing one
_ATTEMPTS = 5


class Raced(Exception):
    """Another writer was faster; done again, the work sees what that one wrote."""


class Link:
    """Opened and closed by the store; in between it runs work in transactions that read or write. Reads see the writes of this link."""

    def __init__(self, url: str, *, user: str | None, password: str | None, database: str | None) -> None:
        self.url = url
        self._auth = (user or "neo4j", password or "") if user or password else None
        self._database = database
        self._driver: AsyncDriver | None = None
        self._bookmarks = AsyncGraphDatabase.bookmark_manager()

    def connect(self) -> None:
        """Makes the driver, which connects when it is used, and anew whenever the server was away."""
        if self._driver is None:
            self._driver = AsyncGraphDatabase.driver(
                self.url,
                auth=self._auth,
                connection_timeout=3.0,
                connection_acquisition_timeout=5.0,
                max_transaction_retry_time=3.0,
                liveness_check_timeout=30.0,
                keep_alive=True,
                notifications_min_severity=NotificationMinimumSeverity.OFF,
                telemetry_disabled=True,
            )

    async def close(self) -> None:
        if self._driver is not None:
            driver, self._driver = self._driver, None
            await driver.close()

    async def read(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Raises StoreUnavailable."""
        return await self._within(QUICK, lambda session: session.execute_read(_bounded(work, QUICK), *args, **kwargs))

    async def write(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """All or nothing. Raises StoreUnavailable."""
        return await self._again(QUICK, work, *args, **kwargs)

    async def read_held(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Work that reads a whole customer and holds it meanwhile, which is a write to the server."""
        return await self._again(WHOLE, work, *args, **kwargs)

    async def write_long(self, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `write`, with the time that a whole customer takes."""
        return await self._again(LONG, work, *args, **kwargs)

    async def alone(self, statement: LiteralString, **values: Any) -> None:
        """A statement that begins its own transaction, as those on the schema must. Raises Neo4jError as it comes, StoreUnavailable."""

        async def run(session: AsyncSession) -> None:
            await (await session.run(Query(statement, timeout=LONG), values)).consume()

        await self._within(LONG, run)

    async def _again(self, seconds: float, work: Work[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        for _ in range(_ATTEMPTS):
            try:
                return await self._within(seconds, lambda session: session.execute_write(_bounded(work, seconds), *args, **kwargs))
            except (ConstraintError, Raced):
                await asyncio.sleep(0.01)
        raise StoreUnavailable(f"the graph at {self.url} is being written by others all the time; try again")

    async def _within(self, seconds: float, run: Callable[[AsyncSession], Awaitable[T]]) -> T:
        if self._driver is None:
            raise StoreUnavailable(f"the graph at {self.url} is not open; open the store first")
        try:
            async with (
                asyncio.timeout(seconds + 2),
                self._driver.session(database=self._database, bookmark_manager=self._bookmarks) as session,
            ):
                return await run(session)
        except TimeoutError as error:
            raise self._unavailable(f"no answer within {seconds + 2:.0f} s") from error
        except AuthError as error:
            raise StoreUnavailable(
                f"the graph at {self.url} refuses the user or password; set THROUGHLINE_GRAPH_USER and …_PASSWORD"
            ) from error
        except (DriverError, TransientError, DatabaseError, OSError) as error:
            raise self._unavailable(str(error)) from error
        except ClientError as error:
            if isinstance(error, ConstraintError) or not _of_the_server(error):
                raise
            raise self._unavailable(error.message or error.code or "refused") from error

    def _unavailable(self, why: str) -> StoreUnavailable:
        remedy = "see that it runs, is reached from here, and is the one that THROUGHLINE_GRAPH_URL is to name"
        return StoreUnavailable(f"the graph at {self.url} does not answer: {why}; {remedy}")


def _bounded(work: Work[P, T], seconds: float) -> Work[P, T]:
    return unit_of_work(timeout=seconds)(work)


def _of_the_server(error: Neo4jError) -> bool:
    """Whether the refusal is the server's state or settings, not the query."""
    code = error.code or ""
    return any(part in code for part in (".Database.", ".Security.", ".Cluster.", ".Transaction.", ".Request."))


async def rows(tx: Transaction, query: LiteralString, **values: Any) -> list[tuple[Any, ...]]:
    found = await tx.run(query, values)
    return [tuple(record.values()) async for record in found]
