"""Stores to hold the laws on, each law on each store."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from graph.store import Store
from nlp.pipeline import Pipeline
from tests.graph.stores import STORES, wipe
from tests.neo4j_server import Reach

OpenStore = Callable[[Path], Awaitable[Store]]


@pytest.fixture(params=sorted(STORES))
async def kind(request: pytest.FixtureRequest) -> str:
    if request.param == "neo4j":
        reached: Reach = request.getfixturevalue("neo4j_server")
        await wipe(reached)
    return request.param


@pytest.fixture
async def open_store(kind: str) -> AsyncIterator[OpenStore]:
    """Opens stores on folders: the same folder is the same store, another one another."""
    opened: list[Store] = []

    async def opening(folder: Path) -> Store:
        store = STORES[kind](folder)
        await store.open()
        opened.append(store)
        return store

    yield opening
    for store in opened:
        await store.close()


@pytest.fixture
async def store(open_store: OpenStore, tmp_path: Path) -> Store:
    return await open_store(tmp_path / "one")


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    """What reads text, as it ships."""
    return Pipeline()
