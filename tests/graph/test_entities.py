"""What a turn's mentions make of persons and things: names, aliases, owners, members; and how mentions are stored."""

import pytest

from graph.model import Entity
from nlp.pipeline import Pipeline
from tests.graph.telling import BUSINESS, CUSTOMER, START, Telling


def entity(told: Telling, name: str) -> Entity:
    return next(e for e in told.entities.values() if e.name == name)


def names(told: Telling) -> set[str]:
    return {e.name for id, e in told.entities.items() if id not in (CUSTOMER, BUSINESS)}


def test_a_new_thing_is_known_by_its_own_words(pipeline: Pipeline) -> None:
    told = Telling(pipeline)
    told.tell("My old truck broke down.")
    truck = next(e for e in told.entities.values() if "truck" in e.heads)
    assert (truck.owner, truck.mentions, truck.first_turn) == (CUSTOMER, 1, "t0")
    assert "old" in truck.attributes
    assert "my" not in truck.name.lower()


def test_a_name_takes_the_place_of_a_noun(pipeline: Pipeline) -> None:
    told = Telling(pipeline)
    told.tell("My sister called.", "My sister Rosa lives in Tulsa.")
    rosa = entity(told, "Rosa")
    assert "sister" in rosa.heads
    assert rosa.owner == CUSTOMER
    assert rosa.mentions >= 2


def test_a_full_name_betters_a_first_name_and_not_the_other_way_round(pipeline: Pipeline) -> None:
    told = Telling(pipeline)
    told.tell("My lawyer is Denise.", "Denise Okafor called me.", "Denise will call again.")
    assert "Denise Okafor" in names(told)
    assert "Denise" not in names(told)


def test_the_business_keeps_its_name(pipeline: Pipeline) -> None:
    told = Telling(pipeline)
    told.tell("You are great.", "Your office is in Austin.")
    assert told.entities[BUSINESS].name == "the business"


def test_mentions_are_counted_and_dated(pipeline: Pipeline) -> None:
    told = Telling(pipeline)
    told.tell("My brother Omar lives in Denver.", "Omar is a chef.", "I like him.")
    omar = entity(told, "Omar")
    assert omar.first_at is not None
    assert omar.last_at == told.at > omar.first_at > START
    assert omar.last_number == 2


def test_pronouns_are_no_aliases(pipeline: Pipeline) -> None:
    told = Telling(pipeline)
    told.tell("My brother Omar lives in Denver.", "He is a chef.")
    assert not {"he", "him", "He"} & set(entity(told, "Omar").aliases)


def test_things_of_different_owners_stay_apart(pipeline: Pipeline) -> None:
    told = Telling(pipeline)
    told.tell("My car is red.", "Dana's car is blue.")
    cars = [e for e in told.entities.values() if "car" in e.heads]
    assert len({e.id for e in cars}) == 2
    assert len({e.owner for e in cars}) == 2


def test_nothing_is_made_of_what_refers_to_nothing(pipeline: Pipeline) -> None:
    told = Telling(pipeline)
    told.tell("It is raining.")
    assert names(told) == set()


@pytest.mark.parametrize("text", ["My wife Dana lives in Austin.", "her   number's 512-555-0100, call her", "Ann and Bo own two cats"])
def test_the_same_mentions_give_the_same_entities_and_known_ones_are_not_changed_in_place(pipeline: Pipeline, text: str) -> None:
    one, other = Telling(pipeline), Telling(pipeline)
    before = dict(one.entities)
    one.tell(text)
    other.tell(text)
    assert one.entities == other.entities
    assert all(e.mentions == 0 for e in before.values())


@pytest.mark.parametrize(
    ("text", "staff"),
    [
        ("Hi Priya, the heater is leaking again.", {"Priya"}),
        ("Good morning Mr. Okafor! Is my bike ready?", {"Mr. Okafor"}),
        ("Hey again Tom, sorry I missed your call.", {"Tom"}),
        ("Hi, Priya called me yesterday.", set()),
        ("Priya fixed the heater.", set()),
        ("Hi, this is Priya.", set()),
        ("Thanks, Priya", set()),
    ],
)
def test_whom_the_customer_greets_by_name_speaks_for_the_business(pipeline: Pipeline, text: str, staff: set[str]) -> None:
    told = Telling(pipeline)
    told.tell(text)
    assert {e.name for e in told.entities.values() if e.is_staff} == staff
