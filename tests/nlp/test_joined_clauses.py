"""Two clauses in one breath: where the second begins, and where it is none."""

import pytest

from nlp.joined_clauses import clause_starts
from nlp.pipeline import Pipeline

PARTED = [
    ("I drive a silver Outback and my husband Raj has a red pickup.", "and my husband Raj has a red pickup."),
    ("We expect 85 guests and my aunt Bea is doing the flowers.", "and my aunt Bea is doing the flowers."),
    ("Rex is a boxer and Molly is a poodle.", "and Molly is a poodle."),
    ("The truck is a ford ranger and the check engine light came on yesterday", "and the check engine light came on yesterday"),
    ("The rent is 900 a month and it's free from April.", "and it's free from April."),
    ("We met Ann and Bob left.", "and Bob left."),
    ("my aunt can't eat gluten and two of the kids are vegetarian", "and two of the kids are vegetarian"),
]
WHOLE = [
    "I ordered the oak desk and my colleague wants the pine one.",
    "We need a plumber, but our landlord is away.",
    "I think Bob and Sue are coming.",
    "I saw the man and the woman who lives here.",
    "The cat and the dog sleep in my bed.",
    "He says that the pump leaks and the tap drips.",
    "If the car is a wreck and the van is a lemon, I'll walk.",
    "Last week he and Daisy were late.",
    "We ordered tea and coffee.",
    "I'd like to bring my son and my daughter.",
    "Do you know when the shop and the cafe open?",
]


@pytest.mark.parametrize(("text", "second"), PARTED)
def test_a_second_clause_is_a_sentence_of_its_own(pipeline: Pipeline, text: str, second: str) -> None:
    doc, _ = pipeline.analyse(text)
    assert [s.text for s in doc.sents][-1] == second
    assert not clause_starts(doc)


@pytest.mark.parametrize("text", WHOLE)
def test_nouns_that_belong_together_stay_together(pipeline: Pipeline, text: str) -> None:
    doc, _ = pipeline.analyse(text)
    assert len(list(doc.sents)) == 1
