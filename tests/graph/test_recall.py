"""Recall: what is found and why, through the real embedded stores; and the pure ranking of places."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from graph.clues import Clues, named_in, speaker_named, speaker_names, with_roles, without
from graph.edge_vectors import EdgeVectors
from graph.model import Entity, EntityId, Fact, FactId, Scope, SessionId, Snapshot, Turn, TurnId
from graph.ranking import rank
from graph.recall import Hit, Recalled, recall
from graph.searchable import points_for, rendering
from graph.sqlite_store import SqliteStore
from graph.terms import stems
from graph.vectors import Found, Place, Scored
from nlp.types import Interval, Span, Speaker
from tests.graph.examples import customer, scope

ANA = scope("ana")
START = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


class StemDirections:
    """A tiny embedder: a text is the sum of its stems' directions, so that shared words are nearness."""

    size = 64

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts])

    def _vector(self, text: str) -> NDArray[np.float32]:
        seeds = [int.from_bytes(stem.encode()[:8], "big") for stem in stems(text)] or [0]
        summed = np.sum([np.random.default_rng(seed).normal(size=self.size) for seed in seeds], axis=0)
        return (summed / np.linalg.norm(summed)).astype(np.float32)


EMBEDDER = StemDirections()


def turn(number: int, text: str, *, speaker: Speaker = "customer", session: int = 0, understood: str = "") -> Turn:
    at = START + timedelta(days=session, minutes=number)
    return Turn(
        id=TurnId(f"turn-{number}"),
        key=None,
        session=SessionId(f"session-{session}"),
        number=number,
        channel="sms",
        speaker=speaker,
        at=at,
        received_at=at,
        text=text,
        zone="America/Chicago",
        status="done",
        understood=understood,
    )


def fact(number: int, text: str, *, replaced_by: str | None = None, recorded: int | None = None) -> Fact:
    return Fact(
        id=FactId(f"fact-{number}"),
        subject=EntityId("e"),
        predicate="is",
        object=None,
        value="x",
        value_type="text",
        text=text,
        turn=TurnId(f"turn-{number}"),
        span=Span(0, 1),
        clause=f"clause-{number}",
        role="attribute",
        recorded_at=START + timedelta(minutes=number if recorded is None else recorded),
        replaced_by=FactId(replaced_by) if replaced_by else None,
    )


def snapshot(turns: Sequence[Turn] = (), entities: Sequence[Entity] = (), facts: Sequence[Fact] = ()) -> Snapshot:
    return Snapshot(customer(ANA), {}, tuple(turns), {e.id: e for e in entities}, {f.id: f for f in facts}, {})


class Kept:
    """Turns and facts of one customer in the embedded stores."""

    def __init__(self, folder: Path) -> None:
        self.store = SqliteStore(folder / "memory.db")
        self.vectors = EdgeVectors(folder / "vectors", size=EMBEDDER.size)

    async def keep(self, turns: Sequence[Turn], facts: Sequence[Fact] = (), whose: Scope = ANA) -> None:
        await self.store.create_customer(customer(whose, f"+1555{whose.customer}"))
        for each in turns:
            stored, _ = await self.store.accept(whose, each)
            told = [f for f in facts if f.turn == each.id]
            await self.vectors.upsert(points_for(whose, replace(each, number=stored.number), told, EMBEDDER))
        self.facts = facts

    async def find(self, query: str, *, k: int = 10, as_of: datetime | None = None, times: Sequence[Interval] = ()) -> tuple[Hit, ...]:
        return (await self.recalled(query, k=k, as_of=as_of, times=times)).hits

    async def recalled(self, query: str, *, k: int = 10, as_of: datetime | None = None, times: Sequence[Interval] = ()) -> Recalled:
        known = snapshot(facts=self.facts)
        late = START + timedelta(days=999)
        return await recall(
            ANA, known, query, store=self.store, vectors=self.vectors, embedder=EMBEDDER, k=k, as_of=as_of or late, times=times
        )


@pytest.fixture
async def kept(tmp_path: Path) -> AsyncIterator[Kept]:
    opened = Kept(tmp_path)
    await opened.store.open()
    await opened.vectors.open()
    yield opened
    await opened.vectors.close()
    await opened.store.close()


SAID = ["Hello there", "The water heater is leaking", "My truck needs new brakes", "Call me on Friday", "The garden wants watering"]


async def test_the_turn_that_says_it_comes_first_and_says_why(kept: Kept) -> None:
    await kept.keep([turn(n, text, session=n) for n, text in enumerate(SAID)])
    best, *_ = await kept.find("leaking water heater")
    assert (best.kind, best.id, best.turn_id, best.text) == ("turn", "turn-1", "turn-1", SAID[1])
    assert best.at == START + timedelta(days=1, minutes=1)
    assert best.why["bm25"] > 0
    assert best.why["cosine"] > 0.5


async def test_hits_come_best_first_and_at_most_k(kept: Kept) -> None:
    await kept.keep([turn(n, f"the pump {'broke ' * n}", session=n) for n in range(8)])
    hits = await kept.find("pump broke", k=5)
    assert len(hits) == 5
    assert [h.score for h in hits] == sorted((h.score for h in hits), reverse=True)


async def test_nothing_said_gives_nothing(kept: Kept) -> None:
    await kept.keep([])
    assert await kept.find("anything") == ()


async def test_a_query_of_function_words_alone_still_answers(kept: Kept) -> None:
    await kept.keep([turn(n, text) for n, text in enumerate(SAID)])
    assert len(await kept.find("what was it?")) == len(SAID)


async def test_as_of_leaves_out_what_was_said_later(kept: Kept) -> None:
    await kept.keep([turn(n, f"leak number {n}") for n in range(6)])
    hits = await kept.find("leak", as_of=START + timedelta(minutes=2))
    assert {h.id for h in hits} == {"turn-0", "turn-1", "turn-2"}


async def test_nothing_of_another_customer_is_found(kept: Kept) -> None:
    await kept.keep([turn(1, "my secret is a purple safe")], whose=scope("ben"))
    await kept.keep([turn(2, "my shed is green")])
    assert {h.id for h in await kept.find("purple safe")} == {"turn-2"}


async def test_an_answer_is_found_by_its_question(kept: Kept) -> None:
    said = ["Morning", "Which insurer do you have?", "Guardian", "Fine", "Bye", "See you", "Thanks", "Sure thing"]
    speakers: tuple[Speaker, Speaker] = ("customer", "agent")
    await kept.keep([turn(n, text, speaker=speakers[n % 2]) for n, text in enumerate(said)])
    hits = await kept.find("insurer", k=3)
    assert hits[0].id == "turn-1"
    assert "turn-2" in {h.id for h in hits}
    assert next(h for h in hits if h.id == "turn-2").why["neighbours"] > 0


async def test_understood_words_find_a_turn_that_only_hints(kept: Kept) -> None:
    moved = turn(1, "Move it to Friday", understood="Move the whitening to Friday 2026-03-06", session=1)
    await kept.keep([turn(0, "Good morning"), moved, turn(2, "Thank you so much", session=2)])
    assert (await kept.find("whitening"))[0].id == "turn-1"


async def test_a_replaced_fact_is_no_hit_and_its_turn_says_what_replaced_it(kept: Kept) -> None:
    old = fact(0, "Leo lives in Austin", replaced_by="fact-1")
    new = fact(1, "Leo lives in Denver")
    await kept.keep([turn(0, "Leo lives in Austin"), turn(1, "Leo moved to Denver now", session=1)], [old, new])
    hits = {h.id: h for h in await kept.find("Where does Leo live?")}
    assert set(hits) == {"turn-0", "turn-1"}
    assert hits["turn-0"].why["replaced_by"] == ["fact-1"]
    assert "facts" not in hits["turn-0"].why
    assert hits["turn-1"].why["facts"] == ["fact-1"]
    assert "replaced_by" not in hits["turn-1"].why


async def test_before_the_change_was_known_nothing_is_replaced(kept: Kept) -> None:
    old = fact(0, "Leo lives in Austin", replaced_by="fact-5")
    await kept.keep([turn(0, "Leo lives in Austin"), turn(5, "Leo moved to Denver")], [old, fact(5, "Leo lives in Denver")])
    (hit,) = await kept.find("Leo", as_of=START + timedelta(minutes=3))
    assert hit.why["facts"] == ["fact-0"]


async def test_a_fact_whose_turn_is_no_hit_can_be_one(kept: Kept) -> None:
    rambling = " ".join(f"aside{n} matter{n}" for n in range(150))
    turns = [turn(0, f"{rambling} the gate code is 4411", session=0), *(turn(n, f"the gate {n}", session=n) for n in range(1, 4))]
    await kept.keep(turns, [fact(0, "the gate code is 4411")])
    (hit,) = await kept.find("gate code", k=1)
    assert (hit.kind, hit.id, hit.turn_id, hit.text) == ("fact", "fact-0", "turn-0", "the gate code is 4411")
    assert len({h.turn_id for h in await kept.find("gate code", k=4)}) == 4


async def test_the_time_asked_about_lifts_what_was_said_then(kept: Kept) -> None:
    await kept.keep([turn(n, "the boiler stopped", session=n) for n in range(5)])
    day = Interval(START + timedelta(days=2), START + timedelta(days=3))
    best, *_ = await kept.find("boiler", times=[day])
    assert best.id == "turn-2"
    assert best.why["time"] > 0


async def test_recall_is_the_same_each_time(kept: Kept) -> None:
    await kept.keep([turn(n, text, session=n // 2) for n, text in enumerate(SAID * 3)])
    assert await kept.find("water the garden") == await kept.find("water the garden")


# what is made searchable


def test_a_rendering_names_the_speaker_and_adds_what_was_understood() -> None:
    assert rendering(turn(0, "Hi there")) == 'Customer said, "Hi there"'
    moved = turn(0, "Move it to Friday", speaker="agent", understood="Move the cleaning to Friday 2026-03-06.")
    assert rendering(moved) == 'Agent said, "Move it to Friday" (cleaning, 2026-03-06)'


def test_of_a_reply_cut_off_only_what_was_heard_is_searchable() -> None:
    cut = replace(turn(0, "We have nine or noon", speaker="agent"), heard=12)
    assert rendering(cut) == 'Agent said, "We have nine"'
    assert points_for(ANA, cut, (), EMBEDDER)[0].terms == stems("We have nine")


def test_a_turn_and_each_of_its_facts_are_points() -> None:
    points = points_for(ANA, turn(3, "My son Leo is six"), [fact(3, "Leo is the customer's son")], EMBEDDER)
    assert [(p.kind, p.id, p.turn_id) for p in points] == [("turn", "turn-3", "turn-3"), ("fact", "fact-3", "turn-3")]
    assert points[1].terms == stems("Leo is the customer's son")


# reading a query

SPEAKERS = [
    Entity(EntityId("c"), "Maria Lopez", "person", aliases=("the mother",), is_customer=True),
    Entity(EntityId("b"), "Bright Smile Dental", "organisation", is_business=True),
    Entity(EntityId("l"), "Leo", "person", aliases=("my son",)),
    Entity(EntityId("t"), "blue truck", "vehicle"),
    Entity(EntityId("s"), "Priya Nair", "person", is_staff=True),
]


@pytest.mark.parametrize(
    ("query", "speaker", "rendered", "words"),
    [
        ("What did Maria say?", "customer", "What did the customer say?", "What did  say?"),
        ("did MARIA LOPEZ call", "customer", "did the customer call", "did  call"),
        ("When is Bright Smile Dental open?", "agent", "When is the agent open?", "When is  open?"),
        ("What does Leo's mother like?", None, "What does Leo's mother like?", "What does Leo's mother like?"),
        ("Marianne called", None, "Marianne called", "Marianne called"),
        ("a bright smile", None, "a bright smile", "a bright smile"),
        ("What did Priya promise?", "agent", "What did the agent promise?", "What did  promise?"),
        ("Did Priya call Maria?", None, "Did the agent call the customer?", "Did  call ?"),
    ],
)
def test_names_of_the_speakers_become_their_roles(query: str, speaker: Speaker | None, rendered: str, words: str) -> None:
    names = speaker_names(SPEAKERS)
    assert (speaker_named(query, names), with_roles(query, names), without(query, names)) == (speaker, rendered, words)


def test_a_name_that_both_speakers_bear_names_neither() -> None:
    both = [Entity(EntityId("c"), "Kim", "person", is_customer=True), Entity(EntityId("b"), "Kim", "organisation", is_business=True)]
    assert speaker_names(both) == {}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("What about the truck that is blue?", ["blue truck"]),
        ("Leo's school", ["Leo"]),
        ("any truck", []),
        ("Maria", []),
        ("Priya", []),
        ("", []),
    ],
)
def test_entities_are_named_by_all_words_of_one_of_their_names(query: str, names: list[str]) -> None:
    assert [e.name for e in named_in(query, snapshot(entities=SPEAKERS))] == names


# ranking


def place(number: int, session: int = 0) -> Place:
    return Place(
        f"p{number}", "turn", TurnId(f"t{number}"), SessionId(f"s{session}"), number, "customer", START + timedelta(minutes=number)
    )


def scored(*pairs: tuple[int, float]) -> tuple[Scored, ...]:
    return tuple(Scored(place(number), score) for number, score in pairs)


def test_an_entity_that_the_query_names_lifts_its_turns() -> None:
    found = Found(scored((1, 0.5), (5, 0.5), (9, 0.1)), ())
    best, *_ = rank(found, Clues(entities={TurnId("t1"): (1.0, ("Leo",))}), k=3)
    assert best.place.id == "p1"
    assert best.why["entities"] == 0.5


def test_equal_turns_come_with_the_later_first() -> None:
    found = Found(scored((1, 0.5), (5, 0.5), (9, 0.5)), ())
    assert [r.place.number for r in rank(found, Clues(), k=3)] == [9, 5, 1]


def test_neighbours_of_another_session_add_nothing() -> None:
    apart = Found((Scored(place(1, 0), 0.9), Scored(place(2, 1), 0.1), Scored(place(9, 2), 0.2)), ())
    assert all("neighbours" not in r.why for r in rank(apart, Clues(), k=3))


@given(st.dictionaries(st.integers(0, 60), st.tuples(st.floats(-1, 1), st.floats(0, 20)), max_size=30), st.integers(1, 40))
def test_the_parts_of_a_score_add_up_and_the_order_is_by_score(values: dict[int, tuple[float, float]], k: int) -> None:
    found = Found(
        tuple(Scored(place(n, n // 7), cosine) for n, (cosine, _) in values.items()),
        tuple(Scored(place(n, n // 7), bm25) for n, (_, bm25) in values.items() if bm25 > 0),
    )
    ranked = rank(found, Clues(), k=k)
    assert len(ranked) == min(k, len(values))
    assert [r.score for r in ranked] == sorted((r.score for r in ranked), reverse=True)
    for each in ranked:
        parts = sum(value for name, value in each.why.items() if name not in {"cosine", "bm25"})
        assert parts == pytest.approx(each.score, abs=0.01)
