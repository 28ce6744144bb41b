"""The contract of `Vectors`, on every implementation: add one to `OPENERS` and nothing else."""

import asyncio
import itertools
import os
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from qdrant_client import AsyncQdrantClient, QdrantClient

from graph import terms
from graph.edge_vectors import EdgeVectors
from graph.model import CustomerId, Scope, SessionId, TenantId, TurnId
from graph.qdrant_vectors import QdrantVectors
from graph.vectors import Point, PointKind, VectorQuery, Vectors
from graph.word_search import scored
from nlp.types import Vector
from tests.graph.qdrant_service import KEY, service, serving

pytestmark = pytest.mark.filterwarnings("ignore:(Local mode|Payload indexes)")  # has none, and says so

ANA = Scope(TenantId("shop"), CustomerId("ana"))
BEN = Scope(TenantId("shop"), CustomerId("ben"))
OTHER_ANA = Scope(TenantId("clinic"), CustomerId("ana"))
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SIZE = 8

REAL_SERVER = os.environ.get("THROUGHLINE_TEST_VECTORS_URL")
REAL_KEY = os.environ.get("THROUGHLINE_TEST_VECTORS_API_KEY")
OURS = f"throughline-test-{os.getpid()}-"  # how the collections of this run begin
FRESH = itertools.count()


def on_server(url: str, key: str | None) -> Vectors:
    """On a collection of its own."""
    return QdrantVectors(url, api_key=key, size=SIZE, collection=f"{OURS}{next(FRESH)}", search_within=60)


OPENERS: dict[str, Callable[[Path, str], Vectors]] = {
    "edge": lambda folder, _url: EdgeVectors(folder / "vectors", size=SIZE),
    "qdrant, local mode": lambda _folder, _url: QdrantVectors("local mode", size=SIZE, client=AsyncQdrantClient(":memory:")),
    "qdrant, over a wire": lambda _folder, url: on_server(url, KEY),
}
if REAL_SERVER:
    OPENERS["qdrant, server"] = lambda _folder, _url: on_server(REAL_SERVER, REAL_KEY)


@pytest.fixture(scope="session")
def url() -> Iterator[str]:
    with serving(service(key=KEY)) as served:
        yield served
    if REAL_SERVER:
        server = QdrantClient(url=REAL_SERVER, api_key=REAL_KEY, check_compatibility=False)
        for made in server.get_collections().collections:
            if made.name.startswith(OURS):
                server.delete_collection(made.name)


@pytest.fixture(params=sorted(OPENERS))
async def vectors(request: pytest.FixtureRequest, tmp_path: Path, url: str) -> AsyncIterator[Vectors]:
    store = OPENERS[request.param](tmp_path, url)
    await store.open()
    yield store
    await store.close()


def direction(n: int) -> Vector:
    vector = np.random.default_rng(n).normal(size=SIZE).astype(np.float32)
    return vector / np.linalg.norm(vector)


def point(scope: Scope, number: int, text: str = "", *, kind: PointKind = "turn") -> Point:
    return Point(
        scope=scope,
        id=f"{kind}-{number}",
        kind=kind,
        turn_id=TurnId(f"turn-{number}"),
        session=SessionId(f"session-{number // 10}"),
        number=number,
        channel="sms",
        speaker="customer",
        at=START + timedelta(minutes=number),
        vector=direction(number),
        terms=terms.stems(text),
    )


def asking(text: str = "", number: int = 0, *, kind: PointKind = "turn", until: datetime | None = None) -> VectorQuery:
    return VectorQuery(vector=direction(number), terms=terms.stems(text), kind=kind, until=until)


async def test_an_empty_store_finds_nothing(vectors: Vectors) -> None:
    await vectors.ping()
    found = await vectors.search(ANA, asking("leak"), limit=10)
    assert found.dense == found.words == ()
    assert await vectors.count(ANA) == 0


async def test_the_nearest_vector_comes_first_with_its_cosine(vectors: Vectors) -> None:
    await vectors.upsert([point(ANA, n) for n in range(20)])
    found = await vectors.search(ANA, asking(number=7), limit=5)
    assert found.dense[0].place.id == "turn-7"
    assert found.dense[0].score == pytest.approx(1.0, abs=1e-5)
    expected = sorted((float(direction(n) @ direction(7)) for n in range(20)), reverse=True)[:5]
    assert [s.score for s in found.dense] == pytest.approx(expected, abs=1e-5)


async def test_words_are_found_by_their_stems_and_rare_ones_count_more(vectors: Vectors) -> None:
    said = ["The kitchen sink is leaking.", "The kitchen is blue.", "The kitchen has a window.", "Call me tomorrow."]
    await vectors.upsert([point(ANA, n, text) for n, text in enumerate(said)])
    found = await vectors.search(ANA, asking("kitchen leaks"), limit=10)
    assert found.words[0].place.number == 0
    assert {s.place.number for s in found.words} == {0, 1, 2}
    assert all(s.score > 0 for s in found.words)
    assert found.words[0].score > 2 * found.words[1].score


async def test_a_query_without_words_finds_by_meaning_only(vectors: Vectors) -> None:
    await vectors.upsert([point(ANA, 1, "hello")])
    found = await vectors.search(ANA, asking("", 1), limit=3)
    assert len(found.dense) == 1
    assert found.words == ()


async def test_a_found_point_says_where_it_stands(vectors: Vectors) -> None:
    stored = point(ANA, 13, "thirteen")
    await vectors.upsert([stored])
    place = (await vectors.search(ANA, asking("thirteen", 13), limit=1)).words[0].place
    assert (place.id, place.kind, place.turn_id) == ("turn-13", "turn", "turn-13")
    assert (place.session, place.number, place.at) == ("session-1", 13, stored.at)


async def test_writing_a_point_again_replaces_it(vectors: Vectors) -> None:
    await vectors.upsert([point(ANA, 1, "the red car")])
    await vectors.upsert([replace(point(ANA, 1, "the blue van"), vector=direction(99))])
    assert await vectors.count(ANA) == 1
    assert (await vectors.search(ANA, asking("red car"), limit=5)).words == ()
    assert (await vectors.search(ANA, asking("van", 99), limit=5)).dense[0].score == pytest.approx(1.0, abs=1e-5)
    await vectors.upsert([replace(point(ANA, 1, "the blue van"), number=41, session=SessionId("moved"))])
    place = (await vectors.search(ANA, asking("van"), limit=5)).words[0].place
    assert (place.number, place.session) == (41, "moved")


async def test_nothing_crosses_customers_or_tenants(vectors: Vectors) -> None:
    for scope, text in ((ANA, "my boiler"), (BEN, "my boiler broke"), (OTHER_ANA, "my boiler leaks")):
        await vectors.upsert([point(scope, 1, text)])
    for scope in (ANA, BEN, OTHER_ANA):
        found = await vectors.search(scope, asking("boiler", 1), limit=10)
        assert len(found.dense) == len(found.words) == 1
        assert await vectors.count(scope) == 1
    assert (await vectors.search(ANA, asking("broke leaks"), limit=10)).words == ()


async def test_what_another_customer_says_does_not_change_a_score(vectors: Vectors) -> None:
    await vectors.upsert([point(ANA, n, text) for n, text in enumerate(["my boiler broke", "my tap drips", "thanks"])])
    before = await vectors.search(ANA, asking("boiler tap"), limit=10)
    await vectors.upsert([point(BEN, n, "boiler boiler boiler") for n in range(50)])
    assert await vectors.search(ANA, asking("boiler tap"), limit=10) == before


async def test_turns_and_facts_are_searched_apart(vectors: Vectors) -> None:
    await vectors.upsert([point(ANA, 1, "leak"), point(ANA, 1, "leak", kind="fact")])
    assert await vectors.count(ANA) == 2
    for kind in ("turn", "fact"):
        found = await vectors.search(ANA, asking("leak", 1, kind=kind), limit=10)
        assert [s.place.kind for s in found.dense] == [s.place.kind for s in found.words] == [kind]


async def test_until_leaves_out_what_was_said_later(vectors: Vectors) -> None:
    await vectors.upsert([point(ANA, n, "leak") for n in range(10)])
    found = await vectors.search(ANA, asking("leak", until=START + timedelta(minutes=4)), limit=10)
    assert {s.place.number for s in found.dense} == {s.place.number for s in found.words} == {0, 1, 2, 3, 4}


async def test_a_channel_limits_the_search(vectors: Vectors) -> None:
    await vectors.upsert([point(ANA, 1, "leak"), replace(point(ANA, 2, "leak"), channel="voice")])
    found = await vectors.search(ANA, replace(asking("leak"), channel="voice"), limit=10)
    assert [s.place.number for s in found.words] == [s.place.number for s in found.dense] == [2]


async def test_the_limit_holds_and_keeps_the_best(vectors: Vectors) -> None:
    await vectors.upsert([point(ANA, n, "leak " * (n + 1)) for n in range(30)])
    whole = await vectors.search(ANA, asking("leak"), limit=100)
    part = await vectors.search(ANA, asking("leak"), limit=7)
    assert part.dense == whole.dense[:7]
    assert part.words == whole.words[:7]


async def test_erasing_one_leaves_the_others(vectors: Vectors) -> None:
    for scope in (ANA, BEN, OTHER_ANA):
        await vectors.upsert([point(scope, n, "my boiler broke") for n in range(5)])
    assert await vectors.erase(ANA) == 5
    assert await vectors.count(ANA) == 0
    assert (await vectors.search(ANA, asking("boiler"), limit=10)).words == ()
    for scope in (BEN, OTHER_ANA):
        assert len((await vectors.search(scope, asking("boiler", 3), limit=10)).words) == 5


async def test_writing_goes_on_after_an_erase(vectors: Vectors) -> None:
    await vectors.upsert([point(ANA, 1, "old")])
    await vectors.erase(ANA)
    await vectors.upsert([point(ANA, 2, "new"), point(BEN, 3, "new")])
    assert [s.place.number for s in (await vectors.search(ANA, asking("old new"), limit=9)).words] == [2]


async def test_the_generation_stays_while_points_come_and_go(vectors: Vectors) -> None:
    assert await vectors.generation("first") == "first"
    await vectors.upsert([point(ANA, 1), point(BEN, 1)])
    await vectors.erase(ANA)
    assert await vectors.generation("second") == "first"
    assert await vectors.count(ANA) == 0
    assert len((await vectors.search(BEN, asking(), limit=9)).dense) == 1


async def test_erasing_nobody_is_no_error(vectors: Vectors) -> None:
    assert await vectors.erase(ANA) == 0


async def test_calls_at_once_do_not_disturb_each_other(vectors: Vectors) -> None:
    await asyncio.gather(*(vectors.upsert([point(ANA, n, f"word{n}")]) for n in range(40)))
    answers = await asyncio.gather(*(vectors.search(ANA, asking(f"word{n}", n), limit=3) for n in range(40)))
    assert [a.words[0].place.number for a in answers] == [a.dense[0].place.number for a in answers] == list(range(40))


# all give the same

WORDS = ["leak", "boiler", "sink", "tap", "van", "blue", "red", "tuesday", "noon", "austin"]
texts = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join)
points_drawn = st.builds(
    lambda number, text, kind, channel, vector: replace(point(ANA, number, text, kind=kind), channel=channel, vector=direction(vector)),
    st.integers(0, 12),
    texts,
    st.sampled_from(["turn", "fact"]),
    st.sampled_from(["sms", "voice"]),
    st.integers(0, 10_000),
)
queries_drawn = st.builds(
    lambda text, number, kind, until, channel: replace(asking(text, number, kind=kind, until=until), channel=channel),
    texts,
    st.integers(0, 10_000),
    st.sampled_from(["turn", "fact"]),
    st.none() | st.integers(0, 12).map(lambda n: START + timedelta(minutes=n)),
    st.sampled_from([None, "sms", "voice"]),
)


@pytest.fixture(scope="module")
async def each_kind(url: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[list[Vectors]]:
    opened = [make(tmp_path_factory.mktemp("same"), url) for _, make in sorted(OPENERS.items())]
    for store in opened:
        await store.open()
    yield opened
    for store in opened:
        await store.close()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(written=st.lists(points_drawn, max_size=40), others=st.lists(points_drawn, max_size=9), asked=st.lists(queries_drawn, min_size=1))
async def test_the_same_points_give_the_same_answers(
    each_kind: list[Vectors], written: list[Point], others: list[Point], asked: list[VectorQuery]
) -> None:
    one, other = (Scope(TenantId("shop"), CustomerId(f"c{next(FRESH)}")) for _ in range(2))
    for store in each_kind:
        await store.upsert([replace(each, scope=one) for each in written])
        await store.upsert([replace(each, scope=other) for each in others])
    assert len({await store.count(one) for store in each_kind}) == 1
    for query in asked[:5]:
        first, *rest = [await store.search(one, query, limit=50) for store in each_kind]
        for found in rest:
            for expected, given_ in ((first.dense, found.dense), (first.words, found.words)):
                assert {s.place for s in expected} == {s.place for s in given_}
                assert [s.score for s in expected] == pytest.approx([s.score for s in given_], abs=1e-5)
                scores = {s.place: s.score for s in expected}
                assert all(s.score == pytest.approx(scores[s.place], abs=1e-5) for s in given_)
        at_hand = scored({(each.kind, each.id): each.terms for each in written}, query.terms)
        assert all(at_hand[s.place.kind, s.place.id] == pytest.approx(s.score, abs=1e-5) for s in first.words)


# words


@pytest.mark.parametrize(
    ("one", "other"),
    [("leaking pipes", "Leaks, pipe!"), ("café", "CAFE"), ("customer’s", "customer"), ("running", "runs"), ("2:30", "2 30")],
)
def test_stems_forget_case_accents_endings_and_punctuation(one: str, other: str) -> None:
    assert terms.stems(one) == terms.stems(other)


@given(st.text())
def test_any_text_has_stems_and_a_vector_of_distinct_ascending_indices(text: str) -> None:
    sparse = terms.document(terms.stems(text))
    assert sparse.indices == sorted(set(sparse.indices))
    assert all(0 <= i < 2**32 for i in sparse.indices)
    assert all(0 < v < terms.K1 + 1 for v in sparse.values)


@given(st.integers(1, 50), st.integers(0, 50))
def test_a_word_said_more_often_weighs_more_and_in_a_longer_text_less(times: int, others: int) -> None:
    def weight(n: int, rest: int) -> float:
        sparse = terms.document(("leak",) * n + tuple(f"w{i}" for i in range(rest)))
        return dict(zip(*sparse, strict=True))[terms.query(("leak",)).indices[0]]

    assert weight(times, others) < weight(times + 1, others) or others == 0
    assert weight(times, others) > weight(times, others + 1)
