"""Titles that read like sentences, and capitals that are none."""

import pytest

from nlp.pipeline import Pipeline
from nlp.titles import titles

TITLES = [
    ("Please play I Will Always Wait For You", ["I Will Always Wait For You"]),
    ("Can you find If You Move House for me?", ["If You Move House"]),
    ('We read "The Long Way Down" last month.', ["The Long Way Down"]),
    ("She sang 'Copper Rain' at the party.", ["Copper Rain"]),
]
NO_TITLES = [
    'He said "I will call you back".',
    "So I think we are done.",
    "Should I tell him you are late?",
    "Yes I am at the office.",
    "My Mom said so.",
    "I work at The Home Depot in Austin.",
    "HELLO CAN YOU HELP ME",
    "Hi My Name Is Bob",
    "Maria Lopez and Sam Ortiz called.",
]


def found(pipeline: Pipeline, text: str) -> list[str]:
    _, tokens = pipeline.analyse(text)
    return [text[span.start : span.end] for span in titles(text, tokens)]


@pytest.mark.parametrize(("text", "wanted"), TITLES)
def test_titles(pipeline: Pipeline, text: str, wanted: list[str]) -> None:
    assert found(pipeline, text) == wanted


@pytest.mark.parametrize("text", NO_TITLES)
def test_no_titles(pipeline: Pipeline, text: str) -> None:
    assert found(pipeline, text) == []
