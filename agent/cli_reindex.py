"""`throughline reindex`: opens the stores as a server does, without the language model, and shows how far it is.

Knows options and connections; the work is agent.reindex.
"""

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from agent.cli_line import Tenant, current
from agent.client import Refused
from agent.data_folder import hold
from agent.reindex import reindex as reindexed
from agent.settings import Settings
from agent.startup import store_of, vectors_of
from graph.memory import Memory
from graph.model import CustomerId, Scope, TenantId, Turn
from graph.store import Store
from nlp.types import Parse


def reindex(
    who: Annotated[str | None, typer.Argument(help="A customer: an address (+15125550101, a mail address, …) or an id.")] = None,
    *,
    everybody: Annotated[bool, typer.Option("--all", help="All customers of all tenants.")] = False,
    tenant: Tenant = "default",
) -> None:
    """Write vectors again from the graph: of one customer, of --all, or else only those that are missing, such as a run that was cut off
    left. Servers on Neo4j and Qdrant may go on meanwhile."""
    if who is not None and everybody:
        raise Refused("name a customer or say --all, not both")
    try:
        asyncio.run(_reindex(current(), who, TenantId(tenant), everybody=everybody))
    except KeyboardInterrupt:
        sys.exit("throughline: cut off; `throughline reindex` goes on where it was")


async def _reindex(settings: Settings, who: str | None, tenant: TenantId, *, everybody: bool) -> None:
    async with _opened(settings) as memory:
        which = await _scope(memory.store, tenant, who) if who is not None else "all" if everybody else "missing"
        written = await _shown(memory, which)
        left = await memory.store.unindexed(1)
    print(f"wrote the vectors of {written} turns")
    if left:
        sys.exit("throughline: some turns could not be written; the log says why")


async def _shown(memory: Memory, which: Scope | Literal["all", "missing"]) -> int:
    """With a bar on stderr."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("turns", total=None)
        return await reindexed(memory, which, lambda written, total: bar.update(task, completed=written, total=total))


async def _scope(store: Store, tenant: TenantId, who: str) -> Scope:
    """The one customer whom an id or an address names. Raises Refused."""
    reached, _ = await store.customers(tenant, who, 2, None)
    if len(reached) > 1:
        raise Refused(f"several customers are reached at {who}; name one by its id")
    scope = Scope(tenant, reached[0].id if reached else CustomerId(who))
    if await store.customer(scope) is None:
        raise Refused(f"no customer of tenant {tenant} has the id or the address {who!r}")
    return scope


@asynccontextmanager
async def _opened(settings: Settings) -> AsyncGenerator[Memory]:
    """Raises DataFolderInUse, StoreUnavailable, VectorsError."""
    from nlp.embed import SentenceEmbedder  # noqa: PLC0415  (takes seconds to import)

    folder = hold(settings, "reindex") if settings.embedded else None
    embedder = SentenceEmbedder(settings.sentence_model)
    store, vectors = store_of(settings), vectors_of(settings, embedder.size)
    try:
        await store.open()
        await vectors.open()
        yield Memory(store, vectors, embedder, reparse=_unread)
    finally:
        await vectors.close()
        await store.close()
        if folder is not None:
            folder.release()


def _unread(turn: Turn) -> Parse:
    raise AssertionError(f"vectors are made of turns as they are kept, and turn {turn.id} is not read again")
