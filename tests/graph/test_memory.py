"""One customer's memory, on real stores: what was read is kept while nobody else wrote, and nothing else."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from graph.edge_vectors import EdgeVectors
from graph.memory import CustomerMemory, Memory
from graph.model import Address, Commit, Customer, EntityId, FactId, GoalId, Scope, Turn, TurnId
from graph.paging import from_cursor, page, to_cursor
from graph.recollection import PARSED, WINDOW, Recent
from graph.referents import business_entity, customer_entity
from graph.searchable import points_for
from graph.sqlite_store import SqliteStore
from graph.store import AddressTaken, BadCursor, RevisionConflict, Store, UnknownCustomer
from graph.vectors import Point, Vectors, VectorsUnavailable
from nlp.types import Parse, Span
from tests.graph.examples import at, customer, entity, fact, first_commit, goal, mention, scope, turn
from tests.graph.histories import histories
from tests.graph.stores import LEFT, left_in
from tests.graph.test_store import FRESH, filled, pages


class Letters:
    """An embedder of our own: how often a, b, c and d occur."""

    size = 4

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        counts = np.array([[text.count(letter) + 1 for letter in "abcd"] for text in texts], dtype=np.float32)
        return counts / np.linalg.norm(counts, axis=1, keepdims=True)


class Broken(EdgeVectors):
    """Vectors whose disk is full."""

    async def upsert(self, points: Sequence[Point]) -> None:
        raise VectorsUnavailable("the disk is full")


parsed_texts: list[str] = []


def reparse(said: Turn) -> Parse:
    parsed_texts.append(said.text)
    return Parse(said.text, said.text, tuple(range(len(said.text) + 1)), tuple(range(1, len(said.text) + 1)))


def remembering(store: Store, vectors: Vectors) -> Memory:
    parsed_texts.clear()
    return Memory(store, vectors, Letters(), reparse)


@pytest.fixture
async def memory(store: Store, tmp_path: Path) -> AsyncIterator[Memory]:
    vectors = EdgeVectors(tmp_path / "vectors", size=4)
    await vectors.open()
    yield remembering(store, vectors)
    await vectors.close()


async def started(memory: Memory, whose: Scope = scope(), number: str = "+15125550101") -> CustomerMemory:  # noqa: B008
    """Two turns and all that they left."""
    await filled(memory.store, whose, number)
    return memory.of(whose, business="Bright Smile")


async def say(mine: CustomerMemory, name: str, text: str = "Hello", **more: object) -> Turn:
    accepted, _ = await mine.store.accept(mine.scope, turn(mine.scope, name, text))
    done = replace(accepted, status="done", **more)  # type: ignore[arg-type]
    await mine.commit(Commit((await mine.snapshot()).customer.revision, at(99), turns=(done,)))
    return done


def point(whose: Scope, said: str) -> Point:
    vector = Letters().embed([said])[0]
    return Point(whose, said, "turn", TurnId(said), turn(whose, "1").session, 0, "sms", "customer", at(0), vector, (said,))


# what is kept


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(drawn=st.data())
async def test_what_is_kept_is_what_would_be_read(memory: Memory, drawn: st.DataObject) -> None:
    whose = scope(f"m{next(FRESH)}")
    await memory.store.create_customer(Customer(whose.customer, whose.tenant, (), at(0)))
    mine = memory.of(whose)
    for commit in drawn.draw(histories(whose)):
        await mine.commit(commit)
        other = remembering(memory.store, memory.vectors).of(whose)
        kept, read = await mine.snapshot(), await other.snapshot()
        assert kept == read and await mine.referents() == await other.referents()
        assert [list(kept.entities), list(kept.facts)] == [list(read.entities), list(read.facts)]


async def test_what_another_worker_wrote_is_seen_at_once(memory: Memory) -> None:
    mine = await started(memory)
    before = await mine.snapshot()
    other = remembering(memory.store, memory.vectors).of(mine.scope)
    await other.commit(Commit(before.customer.revision, at(70), entities=(entity(mine.scope, "Rex"),)))
    assert "c1-rex" in (await mine.snapshot()).entities and "c1-rex" in await mine.referents()
    with pytest.raises(RevisionConflict):
        await mine.commit(Commit(before.customer.revision, at(70)))
    await memory.store.link_address(mine.scope, Address("email", "dana@example.com"))
    assert len((await mine.snapshot()).customer.addresses) == 2


async def test_who_is_not_there(memory: Memory) -> None:
    for read in (memory.of(scope("c9")).snapshot, memory.of(scope("c9")).entities, memory.of(scope("c9")).goals):
        with pytest.raises(UnknownCustomer, match="c9"):
            await read()
    with pytest.raises(UnknownCustomer):
        await memory.of(scope("c9")).commit(Commit(0, at(0)))


async def test_customer_and_business_are_entities_from_the_first_commit_on(memory: Memory) -> None:
    await memory.store.create_customer(customer(scope(), "+15125550101"))
    mine = memory.of(scope(), business="Bright Smile")
    first, firm = customer_entity(scope()), business_entity(scope())
    assert [(each.id, each.name) for each in (await mine.entities())[0]] == [(first, "customer"), (firm, "Bright Smile")]
    named = replace((await mine.snapshot()).entities[first], name="Maria")
    await mine.commit(Commit(0, at(0), entities=(entity(scope(), "Dana"), named)))
    stored = await memory.store.snapshot(scope(), 1)
    assert stored and [(each.id, each.name) for each in stored.entities.values()] == [
        (first, "Maria"),
        (firm, "Bright Smile"),
        ("c1-dana", "Dana"),
    ]


def test_the_least_used_is_forgotten() -> None:
    recent: Recent[str, int] = Recent(2)
    for key in "ab":
        recent.put(key, 1)
    assert recent.get("a") == 1
    recent.put("c", 3)
    assert [recent.get(key) for key in "abc"] == [1, None, 3]


# one turn


async def test_a_turn_is_understood_against_those_before_it(memory: Memory) -> None:
    mine = await started(memory)
    accepted, _ = await memory.store.accept(mine.scope, turn(mine.scope, "3", "And her son?"))
    discourse = await mine.discourse(accepted, awaiting="What day?")
    assert [each.turn_id for each in discourse.turns] == ["c1-1", "c1-1-reply", "c1-2"]
    assert discourse.turns[0].mentions[0].referent == "c1-dana" and discourse.turns[0].parse.text == "My wife Dana lives in Austin."
    assert discourse.referents["c1-dana"].name == "Dana" and discourse.awaiting == "What day?"
    assert {discourse.customer, discourse.business} <= set(discourse.referents)
    assert (discourse.turn_id, discourse.session_id, discourse.speaker) == ("c1-3", "c1-s1", "customer")
    assert discourse.new_id(Span(0, 3)) == mine.new_entity(accepted.id, Span(0, 3)) != discourse.new_id(Span(0, 4))


async def test_only_the_last_turns_are_parsed_and_each_once(memory: Memory) -> None:
    mine = await started(memory)
    for n in range(WINDOW + 5):
        await say(mine, f"x{n}", f"text {n}")
    accepted, _ = await memory.store.accept(mine.scope, turn(mine.scope, "now", "Now"))
    discourse = await mine.discourse(accepted)
    assert [each.parse.source for each in discourse.turns] == [f"text {n}" for n in range(5, WINDOW + 5)]
    assert parsed_texts == [f"text {n}" for n in range(WINDOW + 5 - PARSED, WINDOW + 5)]
    await mine.discourse(accepted)
    assert len(parsed_texts) == PARSED


async def test_a_parse_that_was_made_is_not_made_again(memory: Memory) -> None:
    mine = await started(memory)
    accepted, _ = await memory.store.accept(mine.scope, turn(mine.scope, "3", "Made already"))
    made = replace(reparse(accepted), acts=frozenset({"greet"}))
    await mine.commit(Commit(2, at(70), turns=(replace(accepted, status="done"),)), parses={accepted.id: made})
    later, _ = await memory.store.accept(mine.scope, turn(mine.scope, "4"))
    assert (await mine.discourse(later)).turns[-1].parse is made
    assert parsed_texts.count("Made already") == 1


async def test_of_a_turn_cut_off_only_what_was_heard_counts(memory: Memory) -> None:
    mine = await started(memory)
    text = "I have Dana at 10 or Leo at 2"
    mentions = (mention("Dana", 7, "c1-dana"), mention("Leo", 21, "c1-leo"))
    said = await say(mine, "3", text, mentions=mentions)
    later, _ = await memory.store.accept(mine.scope, turn(mine.scope, "4"))
    assert len((await mine.discourse(later)).turns[-1].mentions) == 2
    await mine.commit(Commit(3, at(99), turns=(replace(said, heard=17),)))
    prior = (await mine.discourse(later)).turns[-1]
    assert (prior.parse.source, [each.referent for each in prior.mentions], prior.heard) == (text[:17], ["c1-dana"], 17)


async def test_a_turn_finished_late_is_not_understood_against_later_ones(memory: Memory) -> None:
    mine = await started(memory)
    cut_off, _ = await memory.store.accept(mine.scope, turn(mine.scope, "3", "Cut off"))
    await say(mine, "4", "Later")
    assert [each.turn_id for each in (await mine.discourse(cut_off)).turns] == ["c1-1", "c1-1-reply", "c1-2"]


async def test_turns_further_back_come_parsed(memory: Memory) -> None:
    mine = await started(memory)
    accepted, _ = await memory.store.accept(mine.scope, turn(mine.scope, "3"))
    found = await mine.prior_turns([TurnId("c1-2"), TurnId("c1-1"), accepted.id, TurnId("none")])
    assert [(each.turn_id, each.parse.source) for each in found] == [
        ("c1-1", "My wife Dana lives in Austin."),
        ("c1-2", "She moved to Denver."),
    ]


async def test_vectors_are_written_with_the_commit_and_marked(memory: Memory) -> None:
    mine = await started(memory)
    await mine.commit(Commit(2, at(70)), [point(mine.scope, "c1-1")])
    assert await memory.vectors.count(mine.scope) == 1
    assert [each.id for _, each in await memory.store.unindexed(9)] == ["c1-1-reply", "c1-2"]


async def test_vectors_that_cannot_be_written_stay_to_be_repaired(store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    mine = await started(remembering(store, Broken(tmp_path / "vectors", size=4)))
    assert (await mine.commit(Commit(2, at(70)), [point(mine.scope, "c1-1")])).revision == 3
    assert len(await store.unindexed(9)) == 3
    assert "the disk is full" in caplog.text and "Dana" not in caplog.text


# look


async def test_now_is_not_before_what_was_said_last(memory: Memory) -> None:
    mine = await started(memory)
    assert [await mine.now(clock) for clock in (at(5), at(60), at(99))] == [at(60), at(60), at(99)]


async def test_entities_by_name_and_type(memory: Memory) -> None:
    mine = await started(memory)
    assert [each.name for each in (await mine.entities())[0]] == ["customer", "Bright Smile", "Dana", "Leo"]
    assert [each.name for each in (await mine.entities(q="dana"))[0]] == ["Dana"]
    assert [each.name for each in (await mine.entities(type="organisation"))[0]] == ["Bright Smile"]
    assert (await mine.entities(q="dana", type="place"))[0] == []
    dana = await mine.entity(EntityId("c1-dana"))
    assert dana and dana.mentions == 2 and await mine.entity(EntityId("none")) is None


async def test_facts_at_two_times_by_entity_and_predicate(memory: Memory) -> None:
    mine = await started(memory)

    async def values(as_of: float, known_at: float, **more: object) -> list[str | None]:
        return [each.value for each in (await mine.facts(as_of=at(as_of), known_at=at(known_at), **more))[0]]  # type: ignore[arg-type]

    assert await values(99, 99) == ["Denver"] and await values(50, 99) == ["Austin"]
    assert await values(99, 50) == ["Austin", "Texas"] and await values(99, 0) == []
    assert await values(99, 99, history=True) == ["Austin", "Texas", "Denver"] and await values(99, 50, history=True) == ["Austin", "Texas"]
    assert (
        await values(99, 99, entity="DANA")
        == await values(99, 99, entity="c1-dana")
        == await values(99, 99, predicate="live")
        == ["Denver"]
    )
    assert await values(99, 99, entity="Leo") == await values(99, 99, entity="nobody") == await values(99, 99, predicate="like") == []


async def test_lists_come_in_pages(memory: Memory) -> None:
    mine = await started(memory)
    entities = await pages(lambda cursor: mine.entities(limit=3, cursor=cursor))
    assert [[each.name for each in found] for found in entities] == [["customer", "Bright Smile", "Dana"], ["Leo"]]
    facts = await pages(lambda cursor: mine.facts(as_of=at(50), known_at=at(50), limit=1, cursor=cursor))
    assert [[each.value for each in found] for found in facts] == [["Austin"], ["Texas"]]
    await mine.commit(Commit(2, at(70), goals=tuple(replace(goal(mine.scope), id=GoalId(f"g{n}")) for n in range(3))))
    goals = await pages(lambda cursor: mine.goals(limit=2, cursor=cursor))
    assert [[each.id for each in found] for found in goals] == [["g2", "g1"], ["g0", "c1-goal"]]
    turns = await pages(lambda cursor: mine.turns(limit=2, cursor=cursor))
    assert [[each.id for each in found] for found in turns] == [["c1-1", "c1-1-reply"], ["c1-2"]]
    assert [each.id for each in (await mine.sessions())[0]] == ["c1-s1"]


@pytest.mark.parametrize("limit", [0, -1, 501])
async def test_a_limit_that_is_none(memory: Memory, limit: int) -> None:
    mine = await started(memory)
    for read in (mine.entities, mine.goals, mine.turns, mine.sessions):
        with pytest.raises(ValueError, match=f"limit {limit} is not in 1"):
            await read(limit=limit)
    with pytest.raises(ValueError, match="is not in"):
        await mine.facts(as_of=at(0), known_at=at(0), limit=limit)
    with pytest.raises(BadCursor):
        await mine.entities(cursor="none")


@given(st.lists(st.integers(-50, 50), unique=True).map(sorted), st.integers(1, 9))
def test_pages_together_are_the_list(numbers: list[int], limit: int) -> None:
    found, cursor = page(((n, n) for n in numbers), limit, None)
    while cursor:
        more, cursor = page(((n, n) for n in numbers), limit, cursor)
        assert more
        found += more
    assert found == numbers
    assert from_cursor(to_cursor("a", 1), str, int) == ("a", 1)


async def test_recall_finds_what_was_committed_of_this_customer_alone(memory: Memory) -> None:
    mine, other = await started(memory), await started(memory, scope("c2"), "+15125550102")
    for each in (mine, other):
        said, _ = await each.turns()
        await each.commit(Commit(2, at(70)), [point for turn in said for point in points_for(each.scope, turn, (), memory.embedder)])
    found = await mine.recall("my wife Dana in Austin", k=5, as_of=at(99))
    assert (found.hits[0].turn_id, found.hits[0].text) == ("c1-1", "My wife Dana lives in Austin.")
    assert all(each.turn_id.startswith("c1-") for each in found) and not found.missing
    assert (await mine.recall("Dana in Austin", k=5, as_of=at(-1))).hits == ()


async def test_the_graph_is_of_the_same_facts(memory: Memory) -> None:
    mine = await started(memory)
    for as_of, known_at in ((99, 99), (50, 99), (99, 50), (0, 0)):
        facts, _ = await mine.facts(as_of=at(as_of), known_at=at(known_at))
        seen = await mine.graph(as_of=at(as_of), known_at=at(known_at))
        assert seen and [each.id for each in seen.edges] == [each.id for each in facts]
    assert await mine.graph(as_of=at(0), known_at=at(0), around=EntityId("none")) is None


async def test_a_timeline_reads_the_turns_it_needs(memory: Memory) -> None:
    mine = await started(memory)
    events = await mine.timeline(EntityId("c1-dana"))
    assert events and [(each.kind, each.turn) for each in events] == [
        ("mentioned", "c1-1"),
        ("stated", "c1-1"),
        ("stated", "c1-1"),
        ("changed", "c1-1"),
        ("mentioned", "c1-2"),
        ("corrected", "c1-2"),
    ]
    assert {each.channel for each in events} == {"sms"}
    assert await mine.timeline(EntityId("c1-leo")) == () and await mine.timeline(EntityId("none")) is None


# govern


async def test_a_fact_taken_back_stays_in_the_history(memory: Memory) -> None:
    mine = await started(memory)
    taken = await mine.retract(FactId("c1-f3"), "heard wrong", at(80))
    assert taken and taken.retracted_at == at(80)
    assert (await mine.facts(as_of=at(99), known_at=at(79)))[0] and not (await mine.facts(as_of=at(99), known_at=at(80)))[0]
    assert len((await mine.facts(as_of=at(99), known_at=at(99), history=True))[0]) == 3
    exported = await mine.export()
    assert exported and [each["kind"] for each in exported["acts"]][1:] == ["retract"]
    body, about = exported["acts"][1]["body"], {"turn_id": "c1-1", "subject": "Dana", "predicate": "live", "object": "Denver"}
    assert (body["fact_id"], body["reason"]) == ("c1-f3", "heard wrong") and about.items() <= body["fact"].items()
    assert await mine.retract(FactId("c1-f3"), "again", at(90)) == taken
    assert await mine.retract(FactId("none"), "unknown", at(90)) is None
    assert (await mine.snapshot()).customer.revision == 3


async def test_an_act_by_a_clock_behind_changes_nothing_known_before(memory: Memory) -> None:
    mine = await started(memory)
    taken = await mine.retract(FactId("c1-f3"), "heard wrong", at(5))
    assert taken and taken.retracted_at == at(60)


async def test_linking_is_kept_in_the_log(memory: Memory) -> None:
    mine = await started(memory)
    other = await started(memory, scope("c2"), "+15125550102")
    linked = await mine.link_address(Address("email", "dana@example.com", True), at(80))
    assert linked.addresses[-1] == Address("email", "dana@example.com", True, at(80))
    assert await memory.store.customer(mine.scope) == linked
    with pytest.raises(AddressTaken):
        await other.link_address(Address("email", "dana@example.com", True), at(90))
    exported = await mine.export()
    assert exported and exported["acts"][-1]["kind"] == "link" and exported["acts"][-1]["body"]["value"] == "dana@example.com"


async def test_export_to_an_embedded_store(memory: Memory, tmp_path: Path) -> None:
    mine = await started(memory)
    exported = await mine.export()
    assert exported
    store = SqliteStore(None)
    await store.open()
    elsewhere = remembering(store, memory.vectors)
    restored = await elsewhere.restore(mine.scope.tenant, exported)
    assert restored == (await mine.snapshot()).customer
    assert json.dumps(await elsewhere.of(mine.scope).export()) == json.dumps(exported)
    await store.close()


async def test_nothing_is_left_of_who_was_erased(memory: Memory, kind: str, tmp_path: Path) -> None:
    mine, other = await started(memory), await started(memory, scope("c2"), "+15125550102")
    for each in (mine, other):
        await each.commit(
            Commit(2, at(70), facts=(fact(each.scope, "x", value=f"Xylophone of {each.scope.customer}"),)), [point(each.scope, "p")]
        )
    kept = await other.export()
    erased = await mine.erase()
    assert erased == {"addresses": 1, "sessions": 1, "turns": 3, "entities": 2, "facts": 4, "goals": 1, "vectors": 1}
    for look in (left_in, LEFT[kind]):
        assert await look(tmp_path, ["Xylophone of c1", "c1-"]) == {}
    assert await LEFT[kind](tmp_path, ["Xylophone of c2"])
    assert await other.export() == kept and await memory.vectors.count(other.scope) == 1
    with pytest.raises(UnknownCustomer):
        await mine.snapshot()
    assert await mine.erase() is None
    assert await started(memory) and len((await mine.snapshot()).facts) == 3


async def test_the_first_commit_of_many_readers_is_one(memory: Memory) -> None:
    await memory.store.create_customer(customer(scope(), "+15125550101"))
    first, _ = await memory.store.accept(scope(), turn(scope(), "1"))
    mine = memory.of(scope())
    await mine.commit(first_commit(scope(), first))
    with pytest.raises(RevisionConflict):
        await memory.of(scope()).commit(first_commit(scope(), first))
