"""Recall while the vectors do not answer: words, entities and time of what the graph holds, and every hit says what was missing."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.edge_vectors import EdgeVectors
from graph.memory import CustomerMemory, Memory
from graph.model import Commit, Entity, EntityId, Fact, FactId, Scope, Turn, TurnId
from graph.qdrant_vectors import QdrantVectors
from graph.sqlite_store import SqliteStore
from graph.vectors import Vectors, VectorsUnavailable
from graph.word_search import scored
from nlp.types import Channel, Interval, Parse
from tests.graph.examples import at, customer, fact, mention, scope, session, turn
from tests.graph.test_recall import EMBEDDER

ANA, BEN = scope("ana"), scope("ben")
LAST = 60  # turns, more than are read with a snapshot
AWAY = {"vectors": "unavailable"}


def unread(_turn: Turn) -> Parse:
    raise AssertionError("nothing is parsed")


async def told(store: SqliteStore, whose: Scope) -> None:
    """Sixty turns about nothing, but for what a few of them say and tell."""
    await store.create_customer(customer(whose, f"+1512555{len(whose.customer)}{ord(whose.customer[0])}"))
    said = {
        3: "My son Leo moved to Denver.",
        7: "Red is fine for it.",
        11: "The boiler in the cellar rattles.",
        58: "Thanks for the boiler visit.",
    }
    for n in range(LAST):
        accepted, _ = await store.accept(whose, replace(turn(whose, str(n), said.get(n, f"Small talk {n}."), minutes=n)))
        owner = await store.customer(whose)
        assert owner
        done = replace(accepted, status="done", mentions=(mention("it", 12, f"{whose.customer}-leo"),) if n == 7 else ())
        await store.commit(whose, Commit(owner.revision, at(n), turns=(done,), session=session(whose), **_learnt(whose, n, said)))


def _learnt(whose: Scope, n: int, said: dict[int, str]) -> dict[str, tuple[Fact, ...] | tuple[Entity, ...]]:
    if n not in (3, 11):
        return {}
    leo = Entity(EntityId(f"{whose.customer}-leo"), "Leo", "person", ("Leo",), mentions=1, first_at=at(3), last_at=at(3), last_number=3)
    subject, text = {3: (leo.id, "Leo lives in Denver"), 11: (EntityId("boiler"), "the boiler rattles in the cellar")}[n]
    start = at(60 * 24 * 10) if n == 3 else None
    made = fact(whose, f"f{n}", minutes=n, turn=TurnId(f"{whose.customer}-{n}"), text=text, subject=subject, valid_from=start)
    return {"facts": (made,), "entities": (leo,)}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    opened = SqliteStore(tmp_path / "memory.db")
    await opened.open()
    for whose in (ANA, BEN):
        await told(opened, whose)
    yield opened
    await opened.close()


@pytest.fixture
async def away() -> AsyncIterator[Vectors]:
    """A server that is not there."""
    vectors = QdrantVectors("http://127.0.0.1:9", size=EMBEDDER.size)
    with pytest.raises(VectorsUnavailable):
        await vectors.open()
    yield vectors
    await vectors.close()


@pytest.fixture
def ana(store: SqliteStore, away: Vectors) -> CustomerMemory:
    return Memory(store, away, EMBEDDER, reparse=unread).of(ANA)


async def test_a_turn_is_found_by_the_words_of_what_it_told_and_says_what_was_missing(ana: CustomerMemory) -> None:
    found = await ana.recall("Why does the boiler rattle?", k=5, as_of=at(999))
    assert found.missing == AWAY
    assert [hit.turn_id for hit in found][:2] == ["ana-11", "ana-58"]
    assert all(hit.why["missing"] == AWAY for hit in found)
    assert found.hits[0].why["facts"] == ["ana-f11"]
    assert found.hits[0].why["bm25"] > 0


async def test_a_turn_is_found_by_whom_it_mentions_in_other_words(ana: CustomerMemory) -> None:
    found = await ana.recall("What about Leo?", k=2, as_of=at(999))
    assert {hit.turn_id for hit in found} == {"ana-3", "ana-7"}


async def test_a_turn_is_found_by_the_time_that_it_told_of(ana: CustomerMemory) -> None:
    start = at(60 * 24 * 10)
    (hit,) = await ana.recall("that day", k=1, as_of=at(999), times=[Interval(start, start + timedelta(days=1))])
    assert hit.turn_id == "ana-3"
    assert hit.why["time"] > 0


@pytest.mark.parametrize(("as_of", "channel"), [(5, None), (999, "voice")])
async def test_when_and_where_still_limit_what_is_found(ana: CustomerMemory, as_of: int, channel: Channel | None) -> None:
    found = await ana.recall("boiler", k=5, as_of=at(as_of), channel=channel)
    assert found.missing == AWAY
    assert not {hit.turn_id for hit in found} & {"ana-11", "ana-58"}


async def test_nothing_of_another_customer_is_found_without_vectors_either(ana: CustomerMemory) -> None:
    assert all(hit.turn_id.startswith("ana-") for hit in await ana.recall("boiler Leo Denver", k=100, as_of=at(999)))


async def test_vectors_that_are_not_written_yet_are_missing_too(store: SqliteStore, tmp_path: Path) -> None:
    vectors = EdgeVectors(tmp_path / "vectors", size=EMBEDDER.size)
    await vectors.open()
    found = await Memory(store, vectors, EMBEDDER, reparse=unread).of(ANA).recall("boiler", k=3, as_of=at(999))
    assert found.missing == {"vectors": "still being written"}
    assert found.hits[0].turn_id in {"ana-11", "ana-58"}
    await vectors.close()


async def test_a_customer_of_whom_nothing_is_known_has_no_hits_and_nothing_missing(store: SqliteStore, tmp_path: Path) -> None:
    vectors = EdgeVectors(tmp_path / "vectors", size=EMBEDDER.size)
    await vectors.open()
    new = scope("new")
    await store.create_customer(customer(new, "+15125550177"))
    found = await Memory(store, vectors, EMBEDDER, reparse=unread).of(new).recall("boiler", k=3, as_of=at(999))
    assert (found.hits, found.missing) == ((), {})
    await vectors.close()


WORDS = st.sampled_from(["leak", "boiler", "sink", "tap"])


@given(st.dictionaries(st.integers(0, 9), st.lists(WORDS, max_size=5)), st.lists(WORDS, max_size=3))
def test_only_what_shares_a_word_is_scored_and_a_rarer_word_counts_more(documents: dict[int, list[str]], asked: list[str]) -> None:
    found = scored(documents, asked)
    assert set(found) == {key for key, words in documents.items() if set(words) & set(asked)}
    assert all(score > 0 for score in found.values())
    assert list(found) == [key for key in documents if key in found]


def test_ids_of_facts_and_turns_are_apart() -> None:
    assert scored({("turn", TurnId("1")): ["leak"], ("fact", FactId("1")): ["tap"]}, ["leak"]).keys() == {("turn", "1")}
