"""Noisy text is made readable, tidy text is left alone, and every character knows where it came from."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.normalize import normalize
from nlp.spelling import correction
from nlp.types import Parse, Span

CORPUS = Path(__file__).parents[1] / "corpus"
ROWS = [json.loads(line) for line in (CORPUS / "normalize.jsonl").read_text(encoding="utf-8").splitlines()]
TIDY = (CORPUS / "tidy.txt").read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["source"])
def test_noise_is_made_readable(row: dict[str, str]) -> None:
    assert normalize(row["source"]).text == row["text"]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["source"])
def test_readable_text_stays(row: dict[str, str]) -> None:
    assert normalize(row["text"]).text == row["text"]


@pytest.mark.parametrize("sentence", TIDY)
def test_tidy_text_is_left_alone(sentence: str) -> None:
    assert normalize(sentence).text == sentence


def test_there_are_a_hundred_tidy_sentences() -> None:
    assert len(set(TIDY)) >= 100


@given(st.text(max_size=200) | st.text(alphabet="aiun om,.!?-'\"no wait 25@4:#\n", max_size=80))
@settings(max_examples=300, deadline=None)
def test_places_are_lawful(source: str) -> None:
    text, offsets, ends = normalize(source)
    assert len(offsets) == len(ends) == len(text) + 1
    assert list(offsets) == sorted(offsets)
    assert all(0 <= start <= end <= len(source) for start, end in zip(offsets, ends, strict=True))


@pytest.mark.parametrize(
    ("source", "phrase", "original"),
    [
        ("uh can we do thursday no wait friday at two thirty", "Friday at two thirty", "friday at two thirty"),
        ("can u come 2morrow @ 5?", "tomorrow at 5", "2morrow @ 5"),
        ("can sombody come tmrw at 10", "tomorrow at 10", "tmrw at 10"),
        ("my number is five one two five five five oh one four two", "5125550142", "five one two five five five oh one four two"),
        ("my wifes home all day", "wife", "wife"),
        ("it's apartment twelve b b as in boy", "12B", "twelve b"),
        ("My wife’s 🙂 car", "My wife's", "My wife’s"),
    ],
)
def test_spans_lead_back(source: str, phrase: str, original: str) -> None:
    text, offsets, ends = normalize(source)
    start = text.index(phrase)
    place = Parse(source, text, offsets, ends).source_span(Span(start, start + len(phrase)))
    assert source[place.start : place.end] == original


@pytest.mark.parametrize("word", ["keisha", "ximena", "herrera", "wanjiru", "pavel", "shea", "doorbell", "rescheduling", "honda"])
def test_names_and_words_are_no_slips(word: str) -> None:
    assert correction(word) == word


def test_lone_surrogates_and_controls_carry_nothing() -> None:
    assert normalize("\ud800hi\x00 there\u200b").text == "hi there"
