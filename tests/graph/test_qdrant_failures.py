"""A Qdrant server that refuses, stalls, breaks off or is not what it should be: said in time, with the remedy, and over once it is over."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from qdrant_client import AsyncQdrantClient

from graph.qdrant_vectors import PATIENCE, QdrantVectors
from graph.vectors import VectorsMismatch, VectorsUnavailable
from tests.graph.qdrant_service import KEY, Fault, Wire, service, serving
from tests.graph.test_vectors import ANA, SIZE, asking, point

pytestmark = pytest.mark.filterwarnings("ignore:(Local mode|Payload indexes)")
LONG = 60.0  # seconds, after which something hangs for good
WITHIN = 3.0  # seconds for a search, on a machine that does other things too


@pytest.fixture
async def vectors(wire: Wire) -> AsyncIterator[QdrantVectors]:
    store = QdrantVectors(wire.url, api_key=KEY, size=SIZE, search_within=WITHIN)
    await store.open()
    await store.upsert([point(ANA, n, "leak") for n in range(3)])
    yield store
    await store.close()


async def until_it_answers(store: QdrantVectors, asked: Callable[[QdrantVectors], Awaitable[object]] = QdrantVectors.ping) -> None:
    async with asyncio.timeout(LONG):
        while True:
            try:
                await asked(store)
                return
            except VectorsUnavailable:
                await asyncio.sleep(0.05)


def says(failure: BaseException, *words: str) -> bool:
    return all(word in str(failure) for word in words) and KEY not in str(failure)


@pytest.mark.parametrize("fault", ["stall", "break off"])
async def test_a_call_that_fails_fails_in_time_and_the_store_comes_back(vectors: QdrantVectors, wire: Wire, fault: Fault) -> None:
    wire.fault = fault
    async with asyncio.timeout(2 * WITHIN):
        with pytest.raises(VectorsUnavailable) as failed:
            await vectors.search(ANA, asking("leak"), limit=5)
    assert says(failed.value, wire.url, "server")
    wire.fault = "none"
    await until_it_answers(vectors)
    assert len((await vectors.search(ANA, asking("leak"), limit=5)).words) == 3


async def test_a_server_that_goes_away_and_returns(vectors: QdrantVectors, wire: Wire) -> None:
    await wire.refuse()
    with pytest.raises(VectorsUnavailable) as failed:
        await vectors.search(ANA, asking("leak"), limit=5)
    assert says(failed.value, wire.url, "start the server", "VECTORS_URL")
    await wire.listen()
    await until_it_answers(vectors)
    assert await vectors.count(ANA) == 3


async def test_after_a_failure_nobody_waits_for_the_next_one(vectors: QdrantVectors, wire: Wire) -> None:
    wire.fault = "stall"
    with pytest.raises(VectorsUnavailable):
        await vectors.ping()
    before = wire.taken
    for _ in range(50):
        for call in (vectors.search(ANA, asking(), limit=5), vectors.upsert([point(ANA, 9)]), vectors.count(ANA), vectors.ping()):
            with pytest.raises(VectorsUnavailable):
                await call
    assert wire.taken <= before + 1, "only the store's own question, whether it answers again"


async def test_a_write_that_stalls_ends_too(vectors: QdrantVectors, wire: Wire) -> None:
    wire.fault = "stall"
    async with asyncio.timeout(2 * PATIENCE):
        with pytest.raises(VectorsUnavailable, match="did not answer within"):
            await vectors.upsert([point(ANA, 9)])


async def test_a_server_that_is_down_at_the_start_is_used_once_it_is_there(wire: Wire) -> None:
    await wire.refuse()
    store = QdrantVectors(wire.url, api_key=KEY, size=SIZE, search_within=WITHIN)
    with pytest.raises(VectorsUnavailable) as failed:
        await store.open()
    assert says(failed.value, wire.url)
    with pytest.raises(VectorsUnavailable):
        await store.ping()
    await wire.listen()
    await until_it_answers(store)
    assert await store.count(ANA) == 0
    await store.close()


async def test_closing_while_the_server_is_away_leaves_nothing_behind(wire: Wire) -> None:
    await wire.refuse()
    before = asyncio.all_tasks()
    store = QdrantVectors(wire.url, size=SIZE)
    with pytest.raises(VectorsUnavailable):
        await store.open()
    await store.close()
    with pytest.raises(VectorsUnavailable, match="not open"):
        await store.ping()
    assert asyncio.all_tasks() <= before


async def test_a_collection_that_was_deleted_is_made_anew_as_another_generation(vectors: QdrantVectors, qdrant_url: str) -> None:
    assert await vectors.generation("first") == "first"
    other = AsyncQdrantClient(url=qdrant_url, headers={"api-key": KEY}, check_compatibility=False)
    await other.delete_collection("throughline")
    await other.close()
    with pytest.raises(VectorsUnavailable, match="no collection"):
        await vectors.search(ANA, asking("leak"), limit=5)
    await until_it_answers(vectors)
    assert await vectors.generation("second") == "second"
    assert await vectors.count(ANA) == 0


async def test_a_wrong_key_is_said_without_the_key(qdrant_url: str) -> None:
    store = QdrantVectors(qdrant_url, api_key="guessed", size=SIZE)
    with pytest.raises(VectorsUnavailable, match="VECTORS_API_KEY") as failed:
        await store.open()
    assert "guessed" not in str(failed.value)
    await store.close()


async def test_an_older_server_is_refused() -> None:
    with serving(service(version="1.18.4")) as url:
        store = QdrantVectors(url, size=SIZE)
        with pytest.raises(VectorsUnavailable, match=r"1\.18\.4; 1\.19 or later"):
            await store.open()
        await store.close()


async def test_vectors_of_another_model_are_refused(vectors: QdrantVectors, qdrant_url: str) -> None:
    other = QdrantVectors(qdrant_url, api_key=KEY, size=16)
    with pytest.raises(VectorsMismatch, match=r"8 dimensions .* not of 16"):
        await other.open()
    await other.close()


async def test_something_else_that_answers_there() -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example.org ready\r\n")
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    store = QdrantVectors(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", size=SIZE)
    with pytest.raises(VectorsUnavailable, match="does not answer"):
        await store.open()
    await store.close()
    server.close()
