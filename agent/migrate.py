"""`throughline migrate`: every customer of every tenant from one store to another, checked on both sides.

Knows stores by their addresses and exports; nothing of what they hold. A customer is moved whole or not at all, and one who is there
already with the same content is left alone: a run that was cut off goes on with the next one.
"""

import hashlib
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote, urlsplit, urlunsplit

from agent.data_folder import hold
from agent.settings import GRAPH_SCHEMES, Settings, SettingsError
from agent.startup import store_of
from graph.model import Scope
from graph.sqlite_store import SqliteStore
from graph.store import AlreadyExists, Store

State = Literal["moved", "there already", "different"]
Tell = Callable[[int], None]  # customers that are done
FILE = "throughline.sqlite3"  # in a data folder


@dataclass(frozen=True, slots=True)
class Migrated:
    """How many customers were moved, and were there already; those who are there with other content, with why they were left so; and counts
    of what the target holds of all who are the same."""

    moved: int
    there_already: int
    different: tuple[tuple[Scope, str], ...]
    counts: dict[str, int]


async def migrate(source: Store, target: Store, tell: Tell = lambda _done: None) -> Migrated:
    """Vectors count as not written afterwards: the next start writes them. Raises StoreError."""
    found: dict[State, list[tuple[Scope, str]]] = {"moved": [], "there already": [], "different": []}
    counts: dict[str, int] = {}
    async for scope in source.scopes():
        state, why = await _moved(source, target, scope)
        found[state].append((scope, why))
        if state != "different":
            for name, count in (await target.counts(scope)).items():
                counts[name] = counts.get(name, 0) + count
        tell(sum(map(len, found.values())))
    return Migrated(len(found["moved"]), len(found["there already"]), tuple(found["different"]), counts)


async def _moved(source: Store, target: Store, scope: Scope) -> tuple[State, str]:
    exported = await source.export(scope)
    if exported is None:
        return "there already", ""  # erased since it was listed: nowhere is as it should be
    state: State = "there already"
    if await target.customer(scope) is None:
        try:
            await target.restore(scope.tenant, exported)
        except AlreadyExists as error:
            return "different", str(error)
        state = "moved"
    if digest(await target.export(scope)) != digest(exported) or await target.counts(scope) != await source.counts(scope):
        return "different", "it is there with other content; erase the one that is not to be kept"
    return state, ""


def digest(exported: dict[str, Any] | None) -> str:
    """SHA-256 of an export, the same for the same content."""
    return hashlib.sha256(json.dumps(exported, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


@asynccontextmanager
async def opened(settings: Settings, source: str, target: str) -> AsyncGenerator[tuple[Store, Store]]:
    """The stores at two addresses: `sqlite://PATH`, a file or a data folder, or one of a Neo4j server, whose user and password are the
    settings' where the address names none. Raises SettingsError, DataFolderInUse where a server holds the folder, StoreUnavailable."""
    with ExitStack() as held:
        paths = [path for address in (source, target) if (path := _path(address)) is not None]
        if len(set(paths)) < len(paths) or source == target:
            raise SettingsError(f"{source} is both source and target; name two stores")
        origin = _path(source)
        if origin is not None and not origin.is_file():
            raise SettingsError(f"{source}: there is no file {origin}")
        for folder in dict.fromkeys(path.parent for path in paths):
            held.callback(hold(replace(settings, data_dir=folder), "migrate").release)
        stores = _store(settings, source), _store(settings, target)
        try:
            for store in stores:
                await store.open()
            yield stores
        finally:
            for store in stores:
                await store.close()


def _path(address: str) -> Path | None:
    """The file of an embedded store, None for a server."""
    if not address.startswith("sqlite://"):
        return None
    path = Path(address.removeprefix("sqlite://")).absolute()
    return path / FILE if path.is_dir() else path


def _store(settings: Settings, address: str) -> Store:
    path, parts = _path(address), urlsplit(address)
    if path is not None:
        return SqliteStore(path)
    if parts.scheme not in GRAPH_SCHEMES or not parts.hostname:
        raise SettingsError(f"{address!r} is no store; expected sqlite://PATH or neo4j://HOST:PORT")
    plain = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))
    user = unquote(parts.username) if parts.username else settings.graph_user
    password = unquote(parts.password) if parts.password else settings.graph_password
    return store_of(replace(settings, graph_url=plain, graph_user=user, graph_password=password))
