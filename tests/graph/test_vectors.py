"""The contract of `Vectors`, on every implementation: add one to `OPENERS` and nothing else."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from qdrant_client import AsyncQdrantClient

from graph import terms
from graph.edge_vectors import EdgeVectors
from graph.model import CustomerId, Scope, SessionId, TenantId, TurnId, derived_id
from graph.qdrant_vectors import QdrantVectors
from graph.vectors import Point, PointKind, VectorQuery, Vectors, VectorsMismatch, VectorsUnavailable
from nlp.types import Vector

ANA = Scope(TenantId("shop"), CustomerId("ana"))
BEN = Scope(TenantId("shop"), CustomerId("ben"))
OTHER_ANA = Scope(TenantId("clinic"), CustomerId("ana"))
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
SIZE = 8

OPENERS: dict[str, Callable[[Path], Vectors]] = {
    "edge": lambda folder: EdgeVectors(folder / "vectors", size=SIZE),
    "qdrant, local mode": lambda _folder: QdrantVectors("local mode", size=SIZE, client=AsyncQdrantClient(":memory:")),
}


@pytest.fixture(params=sorted(OPENERS))
async def vectors(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Vectors]:
    store = OPENERS[request.param](tmp_path)
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


# what holds for files of one's own


def remains(folder: Path, *needles: str) -> list[str]:
    """The files in which any of these bytes still stand."""
    return [str(f) for f in folder.rglob("*") if f.is_file() and any(n.encode() in f.read_bytes() for n in needles)]


async def test_no_word_of_a_text_is_ever_in_the_files(tmp_path: Path) -> None:
    store = EdgeVectors(tmp_path, size=SIZE)
    await store.open()
    await store.upsert([point(ANA, n, "The xylophone is in Vancouver") for n in range(3)])
    await store.close()
    assert remains(tmp_path, "xylophon", "Xylophon", "vancouv", "Vancouv") == []


async def test_after_an_erase_no_trace_of_the_customer_is_in_the_files(tmp_path: Path) -> None:
    store = EdgeVectors(tmp_path, size=SIZE)
    await store.open()
    await store.upsert([point(scope, n, "my boiler broke") for scope in (ANA, BEN) for n in range(50)])
    key, vector = derived_id("vectors", ANA.tenant, ANA.customer), direction(17)
    await store.upsert([replace(point(ANA, 99), vector=vector)])
    assert remains(tmp_path, key)
    await store.erase(ANA)
    assert remains(tmp_path, key, '"ana"') == []
    assert not [f for f in tmp_path.rglob("*") if f.is_file() and vector.tobytes() in f.read_bytes() and await store.count(BEN) == 0]
    assert await store.count(BEN) == 50
    await store.close()


async def test_points_are_there_after_closing_and_opening(tmp_path: Path) -> None:
    for opening in range(3):
        store = EdgeVectors(tmp_path, size=SIZE)
        await store.open()
        assert await store.count(ANA) == opening
        await store.upsert([point(ANA, opening, "again")])
        await store.close()


KILLED = """
import asyncio, os, sys
from pathlib import Path
from graph.edge_vectors import EdgeVectors
from tests.graph.test_vectors import ANA, BEN, SIZE, point

async def main():
    store = EdgeVectors(Path(sys.argv[1]), size=SIZE)
    await store.open()
    await store.upsert([point(BEN, n, "gone") for n in range(5)])
    if sys.argv[2] == "erase":
        await store.erase(BEN)
    for n in range(30):
        await store.upsert([point(ANA, n, f"word{n}")])
    print("written", flush=True)
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""


@pytest.mark.parametrize("before", ["keep", "erase"])
async def test_what_was_written_survives_a_killed_process(tmp_path: Path, before: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), before], capture_output=True, text=True, check=False)
    assert "written" in done.stdout, done.stderr
    store = EdgeVectors(tmp_path, size=SIZE)
    await store.open()
    assert await store.count(ANA) == 30
    assert await store.count(BEN) == (5 if before == "keep" else 0)
    assert (await store.search(ANA, asking("word29", 29), limit=1)).words[0].place.number == 29
    await store.close()


async def test_a_second_owner_of_the_folder_is_refused_with_the_reason(tmp_path: Path) -> None:
    store = EdgeVectors(tmp_path, size=SIZE)
    await store.open()
    with pytest.raises(VectorsUnavailable, match="open in another process"):
        await EdgeVectors(tmp_path, size=SIZE).open()
    await store.close()


async def test_vectors_of_another_model_are_refused(tmp_path: Path) -> None:
    store = EdgeVectors(tmp_path, size=SIZE)
    await store.open()
    await store.upsert([point(ANA, 1)])
    await store.close()
    with pytest.raises(VectorsMismatch, match="does not hold vectors of 16 dimensions"):
        await EdgeVectors(tmp_path, size=16).open()


async def test_a_store_that_is_not_open_says_so(tmp_path: Path) -> None:
    with pytest.raises(VectorsUnavailable, match="not open"):
        await EdgeVectors(tmp_path, size=SIZE).ping()


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
