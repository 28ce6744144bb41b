"""Values: a table with what is found and what is not, and laws of spans."""

import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.number_words import number_of
from nlp.pipeline import Pipeline
from nlp.values import find_values

CORPUS = Path(__file__).parents[1] / "corpus" / "values.jsonl"
ROWS = [json.loads(line) for line in CORPUS.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["text"])
def test_values(pipeline: Pipeline, row: dict[str, list[list[str]]]) -> None:
    text = str(row["text"])
    _, tokens = pipeline.analyse(text)
    found = [[text[v.span.start : v.span.end], v.kind, v.value] for v in find_values(text, tokens, "US")]
    assert found == row["values"]


@pytest.mark.parametrize(("country", "value"), [("US", "120 USD"), ("CA", "120 CAD"), ("AU", "120 AUD"), ("GB", "120 USD")])
def test_a_dollar_is_the_country_s(country: str, value: str) -> None:
    assert [v.value for v in find_values("it is $120", (), country)] == [value]


def test_a_local_number_is_of_the_country() -> None:
    assert [v.value for v in find_values("020 7946 0958", (), "GB")] == ["+442079460958"]


@pytest.mark.parametrize(
    ("phrase", "number"),
    [("two and a half", "2.5"), ("one hundred and twenty", "120"), ("half a million", "500000"), ("twenty-five", "25")],
)
def test_numbers_in_words(phrase: str, number: str) -> None:
    assert str(int(found) if (found := number_of(phrase)) == int(found or 0) else found) == number


@pytest.mark.parametrize("phrase", ["two thirty", "nine eleven", "five five"])
def test_words_that_make_no_number(phrase: str) -> None:
    assert number_of(phrase) is None


@given(st.text(max_size=120) | st.text(alphabet="0123456789$#-.,:/ kmatone two dollars St", max_size=80))
@settings(max_examples=300, deadline=None)
def test_spans_are_ordered_and_apart(text: str) -> None:
    found = find_values(text, (), "US")
    assert all(0 <= v.span.start < v.span.end <= len(text) for v in found)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))
