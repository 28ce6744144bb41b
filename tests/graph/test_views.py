"""What can be seen of a memory at two times: laws over histories, and how names are matched."""

from dataclasses import replace
from datetime import datetime
from functools import reduce

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Commit, Customer, EntityId, Fact, FactEnd, FactId, Snapshot
from graph.state import apply
from graph.views import folded, graph, history, holding, joined, named, one_and_same, ranked, root, whole
from tests.graph.examples import at, entity, fact, scope
from tests.graph.histories import histories

WHOSE = scope()
EMPTY = Snapshot(Customer(WHOSE.customer, WHOSE.tenant, (), at(0)), {}, (), {}, {}, {})
INSTANTS = st.integers(-70, 120).map(at)


def after(*commits: Commit) -> Snapshot:
    return reduce(lambda snapshot, commit: apply(snapshot, commit, turns=9), commits, EMPTY)


def facts_at(snapshot: Snapshot, as_of: datetime, known_at: datetime) -> list[Fact]:
    return [each for _, each in holding(snapshot, as_of, known_at)]


@settings(deadline=None)
@given(histories(WHOSE), INSTANTS, INSTANTS)
def test_the_edges_of_the_graph_are_the_facts(made: list[Commit], as_of: datetime, known_at: datetime) -> None:
    snapshot = after(*made)
    seen = graph(snapshot, as_of=as_of, known_at=known_at)
    assert [each.fact for each in seen.edges] == facts_at(snapshot, as_of, known_at)
    ends = {end for each in seen.edges for end in (each.source, each.target)}
    assert {each.id for each in seen.nodes} == ends and len(seen.nodes) == len(ends)
    entities = whole(snapshot.entities)
    assert all((each.id in entities) == (each.type != "value") for each in seen.nodes if each.id in entities or each.type == "value")


@settings(deadline=None)
@given(histories(WHOSE), INSTANTS, INSTANTS, st.sampled_from(["dana", "leo"]), st.integers(0, 3))
def test_the_graph_around_an_entity_is_a_part_of_it(made: list[Commit], as_of: datetime, known_at: datetime, name: str, hops: int) -> None:
    snapshot, ident = after(*made), EntityId(f"c1-{name}")
    every = graph(snapshot, as_of=as_of, known_at=known_at)
    near = graph(snapshot, as_of=as_of, known_at=known_at, around=ident, hops=hops)
    nearer = graph(snapshot, as_of=as_of, known_at=known_at, around=ident, hops=max(0, hops - 1))
    assert set(nearer.edges) <= set(near.edges) <= set(every.edges)
    top = root(snapshot.entities, ident)
    if hops == 1:
        assert set(near.edges) == {each for each in every.edges if top in (each.source, each.target)}


@settings(deadline=None)
@given(histories(WHOSE, merging=False), st.data())
def test_what_was_known_before_is_not_changed_by_later_commits(made: list[Commit], drawn: st.DataObject) -> None:
    cut = drawn.draw(st.integers(1, len(made)))
    before, later = after(*made[:cut]), after(*made)
    known_at = at(10 * cut - drawn.draw(st.integers(1, 10 * cut)))
    as_of = drawn.draw(INSTANTS)
    assert facts_at(later, as_of, known_at) == facts_at(before, as_of, known_at)
    assert list(history(later, known_at)) == list(history(before, known_at))
    assert graph(later, as_of=as_of, known_at=known_at).edges == graph(before, as_of=as_of, known_at=known_at).edges


@settings(deadline=None)
@given(histories(WHOSE), INSTANTS, INSTANTS)
def test_what_holds_is_part_of_the_history(made: list[Commit], as_of: datetime, known_at: datetime) -> None:
    snapshot = after(*made)
    versions = dict(history(snapshot, known_at))
    assert all(versions[number] == each for number, each in holding(snapshot, as_of, known_at))


def test_a_change_is_seen_from_when_it_was_true_and_from_when_it_was_known() -> None:
    austin, denver = fact(WHOSE, "f1", minutes=0), fact(WHOSE, "f2", minutes=60, value="Denver", valid_from=at(30))
    snapshot = after(
        Commit(0, at(0), facts=(austin,)),
        Commit(1, at(60), facts=(denver,), ends=(FactEnd(austin.id, at(30), at(60), replaced_by=denver.id),)),
    )

    def where(as_of: float, known_at: float) -> list[str | None]:
        return [each.value for each in facts_at(snapshot, at(as_of), at(known_at))]

    assert where(29, 60) == ["Austin"] and where(30, 60) == ["Denver"]
    assert where(29, 59) == where(30, 59) == ["Austin"]
    assert where(99, -1) == []
    (_, told), *_ = history(snapshot, at(59))
    assert told == austin


def test_what_was_taken_back_was_held_until_then() -> None:
    snapshot = after(Commit(0, at(0), facts=(fact(WHOSE, "f1"),)), Commit(1, at(9), ends=(FactEnd(FactId("c1-f1"), retracted_at=at(9)),)))
    assert facts_at(snapshot, at(99), at(8)) and not facts_at(snapshot, at(0), at(9))
    assert [each.retracted_at for _, each in history(snapshot, at(9))] == [at(9)]


def test_what_is_the_same_is_one() -> None:
    leo, boy, kid = (
        entity(WHOSE, "Leo", mentions=2),
        entity(WHOSE, "Boy", same_as=EntityId("c1-leo")),
        entity(WHOSE, "Kid", same_as=EntityId("c1-boy")),
    )
    loop = entity(WHOSE, "Loop", same_as=EntityId("c1-loop"))
    held = {each.id: each for each in (kid, boy, leo, loop)}
    assert root(held, kid.id) == leo.id and one_and_same(held, boy.id) == {leo.id, boy.id, kid.id}
    merged = whole(held)
    assert set(merged) == {leo.id, loop.id}
    assert merged[leo.id].name == "Leo" and merged[leo.id].mentions == 4 and set(merged[leo.id].aliases) == {"Leo", "Boy", "Kid"}
    later = replace(boy, first_at=None, last_at=at(9), last_number=7, gender=None, heads=("boy",))
    assert (joined(leo, later).first_at, joined(leo, later).last_at, joined(leo, later).last_number) == (at(0), at(9), 7)


def test_facts_of_merged_entities_join_in_the_graph() -> None:
    leo, boy = entity(WHOSE, "Leo"), entity(WHOSE, "Boy", same_as=EntityId("c1-leo"))
    snapshot = after(Commit(0, at(0), entities=(leo, boy), facts=(fact(WHOSE, "f1", subject=boy.id), fact(WHOSE, "f2", subject=leo.id))))
    seen = graph(snapshot, as_of=at(1), known_at=at(1), around=boy.id)
    assert [each.source for each in seen.edges] == [leo.id, leo.id] and [each.name for each in seen.nodes] == ["Leo", "Austin"]


def test_a_fact_without_an_object_has_a_value_node_of_its_own() -> None:
    bare = [fact(WHOSE, name, value=None, value_type=None, text=f"{name} broke") for name in ("f1", "f2")]
    seen = graph(after(Commit(0, at(0), entities=(entity(WHOSE, "Dana"),), facts=tuple(bare))), as_of=at(1), known_at=at(1))
    assert [(each.type, each.name) for each in seen.nodes] == [("person", "Dana"), ("value", "f1 broke"), ("value", "f2 broke")]


NAMED = [
    entity(WHOSE, "Maria Lopez", aliases=("Maria", "my wife"), heads=("wife",)),
    entity(WHOSE, "José Núñez", aliases=("Pepe",)),
    entity(WHOSE, "Leo", aliases=("the boy",), heads=("son",)),
    entity(WHOSE, "Leonard", aliases=(), mentions=5),
    entity(WHOSE, "cleaning", aliases=("hygiene visit",)),
    entity(WHOSE, "2019 Toyota Tacoma", aliases=("the truck",), heads=("truck",)),
]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("Leo", ["Leo", "Leonard"]),
        ("LEO", ["Leo", "Leonard"]),
        ("leon", ["Leonard"]),
        ("jose nunez", ["José Núñez"]),
        ("NÚÑEZ", ["José Núñez"]),
        ("pepe", ["José Núñez"]),
        ("Lopez", ["Maria Lopez"]),
        ("my wife", ["Maria Lopez"]),
        ("wife", ["Maria Lopez"]),
        ("son", ["Leo"]),
        ("boy", ["Leo"]),
        ("tacoma", ["2019 Toyota Tacoma"]),
        ("Toyota truck", ["2019 Toyota Tacoma"]),
        ("hygiene", ["cleaning"]),
        ("Maria Gomez", ["Maria Lopez"]),
        ("opez", []),
        ("cat", []),
        ("", []),
        ("   ", []),
    ],
)
def test_names_are_matched_best_first(query: str, names: list[str]) -> None:
    assert [each.name for _, each in ranked(NAMED, query)] == names


def test_a_name_or_an_id_leads_to_all_ids_of_the_entity() -> None:
    boy = entity(WHOSE, "Boy", same_as=EntityId("c1-leo"))
    two = (entity(WHOSE, "Leo"), boy, replace(entity(WHOSE, "Other"), name="Leo"), entity(WHOSE, "Leonard"))
    snapshot = after(Commit(0, at(0), entities=two))
    assert named(snapshot, "c1-boy") == {"c1-leo", "c1-boy"}
    assert named(snapshot, "leo") == {"c1-leo", "c1-boy", "c1-other"}
    assert named(snapshot, "nobody") == frozenset()


@pytest.mark.parametrize(("text", "plain"), [("  José   NÚÑEZ ", "jose nunez"), ("Straße", "strasse"), ("東京", "東京"), ("", "")])
def test_folding(text: str, plain: str) -> None:
    assert folded(text) == plain
