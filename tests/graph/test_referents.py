"""What a turn is understood against, from scratch and commit by commit."""

from dataclasses import replace
from functools import reduce

import pytest
from hypothesis import given, settings

from graph.model import Commit, Customer, EntityId, Fact, FactEnd, FactId, Snapshot
from graph.referents import Known, advance, business_entity, customer_entity, founders, known, prior_turn
from graph.state import apply
from nlp.types import Parse, Referent, Span
from tests.graph.examples import at, entity, fact, mention, scope, turn
from tests.graph.histories import histories

WHOSE = scope()
EMPTY = Snapshot(Customer(WHOSE.customer, WHOSE.tenant, (), at(0)), {}, (), {}, {}, {})
CUSTOMER = founders(EMPTY, WHOSE, "Bright Smile")[0]


@settings(deadline=None, max_examples=200)
@given(histories(WHOSE))
def test_advancing_is_the_same_as_starting_over(made: list[Commit]) -> None:
    advanced, snapshot = known(EMPTY), EMPTY
    for commit in made:
        advanced, snapshot = advance(advanced, commit, turns=5), apply(snapshot, commit, turns=5)
        fresh = known(snapshot)
        assert advanced == fresh
        assert set(advanced.referents) == set(snapshot.entities).difference(*fresh.same.values())


def after(*commits: Commit) -> Known:
    return reduce(lambda before, commit: advance(before, commit, turns=5), commits, known(EMPTY))


def referent(name: str, *facts: Fact, ends: tuple[FactEnd, ...] = ()) -> Referent:
    dana = entity(WHOSE, "Dana", heads=("wife",), attributes=("tall",))
    car = entity(WHOSE, "Tacoma", heads=("truck", "tacoma"), type="vehicle")
    whose = after(Commit(0, at(0), entities=(CUSTOMER, dana, car), facts=facts), Commit(1, at(9), ends=ends))
    return whose.referents[f"c1-{name.lower()}"]


def owning(predicate: str, thing: str, *, role: str = "possession", **more: object) -> Fact:
    return fact(
        WHOSE,
        f"{predicate}-{thing}",
        subject=CUSTOMER.id,
        predicate=predicate,
        object=EntityId(f"c1-{thing}"),
        value=None,
        role=role,
        **more,
    )


@pytest.mark.parametrize(
    ("name", "facts", "relations"),
    [
        ("Dana", (owning("wife", "dana"),), (("wife", CUSTOMER.id),)),
        ("Tacoma", (owning("has", "tacoma"),), (("truck", CUSTOMER.id), ("tacoma", CUSTOMER.id))),
        ("Tacoma", (owning("owns", "tacoma", role="object"),), (("truck", CUSTOMER.id), ("tacoma", CUSTOMER.id))),
        ("Dana", (owning("call", "dana", role="object"),), ()),
        ("Dana", (owning("wife", "dana", polarity="negative"),), ()),
        ("Dana", (), ()),
    ],
)
def test_what_is_somebodys_is_known_by_its_owner(name: str, facts: tuple[Fact, ...], relations: tuple[tuple[str, str], ...]) -> None:
    assert referent(name, *facts).relations == relations


def test_whose_it_was_said_to_be_counts_without_a_fact() -> None:
    car = entity(WHOSE, "Car", heads=("car",), owner=EntityId("c1-boy"))
    boy = entity(WHOSE, "Boy", same_as=EntityId("c1-leo"))
    whose = after(Commit(0, at(0), entities=(car, boy, entity(WHOSE, "Leo"))))
    assert whose.referents[car.id].relations == (("car", "c1-leo"),)


def test_attributes_come_from_modifiers_and_from_what_is_said_of_it() -> None:
    blue = fact(WHOSE, "blue", subject=EntityId("c1-dana"), predicate="is", value="Blue and old", lemmas=("be", "blue", "old"))
    drives = fact(WHOSE, "drives", subject=EntityId("c1-dana"), predicate="drive", object=EntityId("c1-tacoma"), value=None)
    dated = fact(WHOSE, "born", value="1980-01-01", value_type="date")
    assert referent("Dana", blue, drives, dated).attributes == {"tall", "blue", "old", "truck", "tacoma"}
    assert referent("Tacoma", drives).attributes == set()


@pytest.mark.parametrize(
    "end", [FactEnd(FactId("c1-f1"), retracted_at=at(9)), FactEnd(FactId("c1-f1"), at(9), at(9), replaced_by=FactId("f2"))]
)
def test_what_was_taken_back_or_replaced_no_longer_describes(end: FactEnd) -> None:
    assert "austin" in referent("Dana", fact(WHOSE, "f1")).attributes
    assert referent("Dana", fact(WHOSE, "f1"), ends=(end,)).attributes == {"tall"}


def test_customer_and_business_are_there_before_they_are_stored() -> None:
    customer, firm = founders(EMPTY, WHOSE, "Bright Smile")
    assert (customer.id, customer.name, customer.is_customer) == (customer_entity(WHOSE), "customer", True)
    assert (firm.id, firm.name, firm.is_business) == (business_entity(WHOSE), "Bright Smile", True)
    there = replace(EMPTY, entities={customer.id: replace(customer, name="Maria")})
    assert founders(there, WHOSE, "Bright Smile") == (firm,)
    assert customer_entity(WHOSE) == customer_entity(scope("c1", "t2")) != customer_entity(scope("c2", "t1"))


def test_the_same_entity_is_referred_to_by_one_id() -> None:
    boy = entity(WHOSE, "Boy", same_as=EntityId("c1-leo"), heads=("boy",))
    whose = after(Commit(0, at(0), entities=(entity(WHOSE, "Leo"), boy)), Commit(1, at(1), facts=(fact(WHOSE, "f1", subject=boy.id),)))
    assert set(whose.referents) == {"c1-leo"}
    assert whose.referents["c1-leo"].heads == {"boy"} and "austin" in whose.referents["c1-leo"].attributes
    said = replace(turn(WHOSE, "1", "The boy left"), mentions=(mention("The boy", 0, "c1-boy"),))
    assert prior_turn(said, None, whose.snapshot.entities).mentions[0].referent == "c1-leo"


TEXT = "I have Tuesday at 10 or the old truck"


def test_what_was_not_heard_was_not_said() -> None:
    records = (mention("Tuesday", 7, "tue"), mention("the old truck", 24, "c1-tacoma"))
    said = replace(turn(WHOSE, "1", TEXT), mentions=records)
    parse = Parse("", "", (0,), ())
    assert [each.referent for each in prior_turn(said, parse, {}).mentions] == ["tue", "c1-tacoma"]
    assert [each.referent for each in prior_turn(replace(said, heard=20), parse, {}).mentions] == ["tue"]
    assert prior_turn(replace(said, heard=8), parse, {}).mentions == ()


def test_an_old_turn_is_known_by_its_mentions() -> None:
    said = replace(turn(WHOSE, "1", TEXT), mentions=(mention("Tuesday", 7, "tue"), mention("the old truck", 24, "t", kind="nominal")))
    prior = prior_turn(said, None, {})
    parse = prior.parse
    assert [each.text for each in parse.tokens] == ["Tuesday", "the", "old", "truck"]
    assert [each.pos for each in parse.tokens] == ["PROPN", "DET", "NOUN", "NOUN"]
    for each in prior.mentions:
        head = parse.tokens[each.mention.head]
        assert parse.source[each.span.start : each.span.end] == each.mention.text and each.span == each.mention.span
        assert each.span.start <= head.span.start and head.span.end == each.span.end
    assert parse.source_span(Span(7, 14)) == (7, 14) and parse.text == TEXT
