"""Graph and vectors never drift: what was not written, or was lost, is written again, by whatever of the vectors was lost and whenever."""

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from qdrant_client import AsyncQdrantClient, models

from agent.indexing import CHUNK, FEW, Indexer, index_missing
from agent.reindex import reindex
from agent.repair import Repair, mend
from graph.edge_vectors import EdgeVectors
from graph.memory import Memory
from graph.model import Commit, Fact, Scope, Turn
from graph.points import customer_key
from graph.qdrant_vectors import QdrantVectors
from graph.searchable import points_for
from graph.sqlite_store import SqliteStore
from graph.store import Store
from graph.vectors import VectorQuery, Vectors, VectorsUnavailable
from tests.graph.examples import at, customer, fact, scope, turn
from tests.graph.qdrant_service import KEY, Wire
from tests.graph.test_recall import EMBEDDER

pytestmark = pytest.mark.filterwarnings("ignore:(Local mode|Payload indexes)")

ANA, BEN = scope("ana"), scope("ben")
TURNS = CHUNK + 5
POINTS = 2 * TURNS  # of each customer: every turn, and a fact for every turn


async def say(store: Store, whose: Scope, name: str, text: str, *more: Fact) -> Turn:
    """A turn with a fact of its own and these, committed and not indexed."""
    accepted, _ = await store.accept(whose, turn(whose, name, text))
    owner = await store.customer(whose)
    assert owner
    done = replace(accepted, status="done")
    facts = (fact(whose, name, value=text, turn=done.id), *more)
    await store.commit(whose, Commit(owner.revision, at(owner.revision), turns=(done,), facts=facts))
    return done


def memory_of(store: SqliteStore, vectors: Vectors) -> Memory:
    def unread(_turn: Turn) -> object:
        raise AssertionError("nothing is parsed")

    return Memory(store, vectors, EMBEDDER, reparse=unread)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
async def said(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with two customers, nothing of them indexed."""
    folder = tmp_path_factory.mktemp("said")
    store = SqliteStore(folder / "memory.db")
    await store.open()
    for whose, phone in ((ANA, "+15125550101"), (BEN, "+15125550102")):
        await store.create_customer(customer(whose, phone))
        for number in range(TURNS):
            await say(store, whose, str(number), f"text of {number}")
    await store.close()
    return folder


@pytest.fixture
async def store(said: Path, tmp_path: Path) -> AsyncIterator[SqliteStore]:
    shutil.copytree(said, tmp_path / "store")
    opened = SqliteStore(tmp_path / "store" / "memory.db")
    await opened.open()
    yield opened
    await opened.close()


@asynccontextmanager
async def connected(store: SqliteStore, wire: Wire) -> AsyncIterator[Memory]:
    vectors = QdrantVectors(wire.url, api_key=KEY, size=EMBEDDER.size, search_within=5)
    await vectors.open()
    yield memory_of(store, vectors)
    await vectors.close()


@pytest.fixture
async def memory(store: SqliteStore, wire: Wire) -> AsyncIterator[Memory]:
    async with connected(store, wire) as opened:
        yield opened


@pytest.fixture
async def server(qdrant_url: str) -> AsyncIterator[AsyncQdrantClient]:
    """What an operator does to the server behind everybody's back."""
    client = AsyncQdrantClient(url=qdrant_url, headers={"api-key": KEY}, check_compatibility=False)
    yield client
    await client.close()


def of(whose: Scope) -> models.FilterSelector:
    match = models.MatchValue(value=customer_key(whose))
    return models.FilterSelector(filter=models.Filter(must=[models.FieldCondition(key="customer", match=match)]))


async def mended(repair: Repair) -> int:
    """What one look writes, as soon as the vectors answer."""
    async with asyncio.timeout(30):
        while True:
            try:
                return await repair.once()
            except VectorsUnavailable:
                await asyncio.sleep(0.05)


async def is_whole(memory: Memory, *whose: Scope) -> bool:
    return await memory.store.unindexed(1) == [] and [await memory.vectors.count(each) for each in whose] == [POINTS] * len(whose)


async def test_what_was_never_written_is_written_once(memory: Memory) -> None:
    repair = Repair(memory)
    assert await repair.once() == 2 * TURNS
    assert await is_whole(memory, ANA, BEN)
    assert await repair.once() == 0
    query = VectorQuery(EMBEDDER.embed(["text of 17"])[0], ("text", "17"))
    assert (await memory.vectors.search(ANA, query, limit=1)).words[0].place.turn_id == "ana-17"


async def test_an_answered_turn_is_written_behind_the_answer(memory: Memory) -> None:
    await index_missing(memory)
    indexer, new = Indexer(memory), await say(memory.store, ANA, "new", "One thing more.")
    indexer.add(
        ANA, [new], [fact(ANA, "new", turn=new.id), fact(ANA, "late", turn=(await memory.store.turns(ANA, None, 1, None))[0][0].id)]
    )
    await indexer.settled(ANA)
    assert await memory.vectors.count(ANA) == POINTS + 3
    assert await memory.store.unindexed(1) == []


async def recalled(memory: Memory, query: str) -> tuple[list[str], dict[str, str]]:
    """The turns that are found, and what could not be asked."""
    found = await memory.of(ANA).recall(query, k=3, as_of=at(9999))
    return [hit.turn_id for hit in found], dict(found.missing)


async def test_what_a_process_that_is_gone_had_in_hand_is_found_before_the_background_gets_to_it(memory: Memory) -> None:
    await index_missing(memory)
    new = await say(
        memory.store, ANA, "new", "The boiler in the cellar rattles.", fact(ANA, "more", value="boiler", turn=turn(ANA, "new").id)
    )
    await Indexer(memory).caught_up(ANA, within=30)
    assert await memory.store.unindexed(1, ANA) == []
    assert await memory.vectors.count(ANA) == POINTS + 3
    found, missing = await recalled(memory, "boiler")
    assert (found[0], missing) == (new.id, {})


@pytest.mark.parametrize("query", ["the boiler that rattles", "text of 17"])
async def test_what_is_not_written_yet_is_found_by_its_words_beside_the_rest(memory: Memory, query: str) -> None:
    await index_missing(memory)
    new = await say(memory.store, ANA, "new", "The boiler in the cellar rattles.")
    found, missing = await recalled(memory, query)
    assert found[0] == (new.id if "boiler" in query else "ana-17")
    assert missing == {"vectors": "still being written"}


async def test_many_that_are_missing_are_left_to_the_background(memory: Memory) -> None:
    for number in range(FEW):
        await say(memory.store, ANA, f"more-{number}", "One thing more.")
    await Indexer(memory).caught_up(ANA, within=30)
    assert await memory.vectors.count(ANA) == 0
    assert (await recalled(memory, "text of 17"))[1] == {"vectors": "still being written"}


async def test_a_store_that_is_away_is_not_waited_for_to_catch_up(memory: Memory, wire: Wire) -> None:
    await index_missing(memory)
    await wire.refuse()
    new = await say(memory.store, ANA, "new", "The boiler in the cellar rattles.")
    await Indexer(memory).caught_up(ANA, within=30)
    found, missing = await recalled(memory, "boiler")
    assert (found[0], missing) == (new.id, {"vectors": "unavailable"})


async def test_turns_said_while_the_vectors_are_away_are_written_when_they_are_back(memory: Memory, wire: Wire) -> None:
    repair, indexer = Repair(memory), Indexer(memory)
    await repair.once()
    await wire.refuse()
    new = await say(memory.store, ANA, "new", "One thing more.")
    indexer.add(ANA, [new], [])
    await indexer.settled(ANA)
    with pytest.raises(VectorsUnavailable):
        await repair.once()
    assert [each.id for _, each in await memory.store.unindexed(9)] == [new.id]
    await wire.listen()
    assert await mended(repair) == 1
    assert await memory.vectors.count(BEN) == POINTS


async def test_nobody_waits_longer_than_told_for_vectors_that_stall(memory: Memory, wire: Wire) -> None:
    indexer = Indexer(memory)
    wire.fault = "stall"
    indexer.add(ANA, [await say(memory.store, ANA, "new", "One thing more.")], [])
    async with asyncio.timeout(5):
        await indexer.settled(ANA, within=0.1)
    await wire.refuse()
    await indexer.close()


async def deleted(server: AsyncQdrantClient) -> None:
    await server.delete_collection("throughline")


async def emptied(server: AsyncQdrantClient) -> None:
    await server.delete("throughline", models.FilterSelector(filter=models.Filter(must=[])))


@pytest.mark.parametrize("lose", [deleted, emptied])
async def test_a_collection_that_is_lost_is_filled_again(
    memory: Memory, server: AsyncQdrantClient, lose: Callable[[AsyncQdrantClient], object]
) -> None:
    repair = Repair(memory)
    await repair.once()
    await lose(server)  # type: ignore[misc]
    assert await mended(repair) == 2 * TURNS
    assert await is_whole(memory, ANA, BEN)


async def test_every_process_learns_of_the_loss_whoever_mends_it(
    memory: Memory, store: SqliteStore, wire: Wire, server: AsyncQdrantClient
) -> None:
    async with connected(store, wire) as elsewhere:
        here, there = Repair(memory), Repair(elsewhere)
        await here.once()
        await there.once()
        await deleted(server)
        await asyncio.gather(mended(here), mended(there))
        await asyncio.gather(mended(here), mended(there))
    assert await is_whole(memory, ANA, BEN)


async def test_what_one_customer_lost_or_has_too_much_is_found_at_the_next_start(memory: Memory, server: AsyncQdrantClient) -> None:
    await Repair(memory).once()
    await server.delete("throughline", of(BEN))
    assert await Repair(memory).once() == TURNS
    stale = turn(ANA, "never said", "A turn of a memory that was rewritten.")
    await memory.vectors.upsert(points_for(ANA, stale, (), EMBEDDER))
    assert await Repair(memory).once() == TURNS
    assert await is_whole(memory, ANA, BEN)


async def test_a_turn_in_hand_is_no_loss(memory: Memory) -> None:
    await index_missing(memory)
    await memory.store.accept(ANA, turn(ANA, "in hand"))
    await say(memory.store, BEN, "new", "One thing more.")
    assert await mend(memory, memory.store.scopes()) == 1


async def test_the_embedded_vectors_may_be_deleted_between_two_starts(store: SqliteStore, tmp_path: Path) -> None:
    for _ in range(2):
        vectors = EdgeVectors(tmp_path / "vectors", size=EMBEDDER.size)
        await vectors.open()
        memory = memory_of(store, vectors)
        assert await Repair(memory).once() == 2 * TURNS
        assert await is_whole(memory, ANA, BEN)
        await vectors.close()
        shutil.rmtree(tmp_path / "vectors")


async def test_nothing_of_a_customer_stays_who_is_erased_while_written(memory: Memory) -> None:
    erasing = asyncio.create_task(memory.of(ANA).erase())
    await asyncio.gather(erasing, index_missing(memory))
    await index_missing(memory)
    assert await memory.vectors.count(ANA) == 0
    assert await memory.vectors.count(BEN) == POINTS


# by command


async def test_reindexing_writes_all_again_and_tells_how_far_it_is(memory: Memory, server: AsyncQdrantClient) -> None:
    await index_missing(memory)
    await server.delete("throughline", of(ANA))
    told: list[tuple[int, int | None]] = []
    assert await reindex(memory, "all", lambda *now: told.append(now)) == 2 * TURNS
    assert told[0] == (0, 2 * TURNS)
    assert told[-1] == (2 * TURNS, 2 * TURNS)
    assert [n for n, _ in told] == sorted(n for n, _ in told)
    assert await is_whole(memory, ANA, BEN)


async def test_reindexing_one_customer_leaves_the_others(memory: Memory, server: AsyncQdrantClient) -> None:
    await index_missing(memory)
    await server.delete("throughline", of(ANA))
    await server.delete("throughline", of(BEN))
    assert await reindex(memory, ANA, lambda *_: None) == TURNS
    assert [await memory.vectors.count(each) for each in (ANA, BEN)] == [POINTS, 0]
    assert await reindex(memory, "missing", lambda *_: None) == TURNS
    assert await is_whole(memory, ANA, BEN)


async def test_reindexing_that_was_cut_off_goes_on_where_it_was(memory: Memory) -> None:
    await index_missing(memory)

    class CutOff(Exception):
        """Ctrl-C after the first step."""

    def once(written: int, _of: int | None) -> None:
        if written:
            raise CutOff

    with pytest.raises(CutOff):
        await reindex(memory, "all", once)
    left = len(await memory.store.unindexed(999))
    assert 0 < left < 2 * TURNS
    assert await reindex(memory, "missing", lambda *_: None) == left
    assert await is_whole(memory, ANA, BEN)


async def test_several_at_once_do_no_harm(memory: Memory) -> None:
    repairs = [Repair(memory).once() for _ in range(4)]
    await asyncio.gather(*repairs, reindex(memory, "all", lambda *_: None))
    await index_missing(memory)
    assert await is_whole(memory, ANA, BEN)
