"""Clauses put into words: to the customer as "you", about them by name; verbs agree, pronouns become names."""

import pytest

from graph.persons import possessive, third_person
from nlp.pipeline import Pipeline
from tests.graph.telling import CUSTOMER, Telling

SAID = [
    # (told, in the third person, to the customer)
    (["I live in Austin."], "customer lives in Austin", "You live in Austin"),
    (["I'm a nurse."], "customer is a nurse", "You're a nurse"),
    (["I have a dog."], "customer has a dog", "You have a dog"),
    (["I was a roofer."], "customer was a roofer", "You were a roofer"),
    (["We go to Galveston every summer."], "customer goes to Galveston every summer", "You go to Galveston every summer"),
    (["My roof is leaking."], "customer's roof is leaking", "Your roof is leaking"),
    (["I don't eat meat."], "customer does n't eat meat", "You don't eat meat"),
    (["My wife Dana works at Acme.", "She drives a truck."], "Dana drives a truck", "Dana drives a truck"),
    (["My brother Omar is a chef.", "His car is red."], "Omar's car is red", "Omar's car is red"),
    (["Can you move the visit to Friday?"], None, "You asked us to move the visit to Friday"),
    (["Could I come in on Tuesday?"], None, "You asked to come in on Tuesday"),
]


@pytest.mark.parametrize(("lines", "third", "second"), SAID, ids=lambda value: " / ".join(value) if isinstance(value, list) else None)
def test_a_clause_is_worded_for_its_reader(pipeline: Pipeline, lines: list[str], third: str | None, second: str) -> None:
    told = Telling(pipeline)
    written = told.tell(*lines).facts
    assert second in [fact.told for fact in written]
    if third is not None:
        assert third.replace(" n't", "n't").lower() in [fact.text.lower() for fact in written]


def test_a_named_customer_is_worded_by_name(pipeline: Pipeline) -> None:
    told = Telling(pipeline)
    written = told.tell("This is Ann Reyes.", "I live in Austin.").facts
    assert told.name(CUSTOMER) == "Ann Reyes"
    assert [(f.text, f.told) for f in written] == [("Ann Reyes lives in Austin", "You live in Austin")]


@pytest.mark.parametrize(
    ("verb", "third"),
    [
        ("live", "lives"),
        ("go", "goes"),
        ("watch", "watches"),
        ("fix", "fixes"),
        ("carry", "carries"),
        ("play", "plays"),
        ("pass", "passes"),
    ],
)
def test_verbs_in_the_third_person(verb: str, third: str) -> None:
    assert third_person(verb) == third


@pytest.mark.parametrize(
    ("name", "owner"), [("Dana", "Dana's"), ("James", "James's"), ("neighbors", "neighbors'"), ("customer", "customer's")]
)
def test_whose_it_is(name: str, owner: str) -> None:
    assert possessive(name) == owner
