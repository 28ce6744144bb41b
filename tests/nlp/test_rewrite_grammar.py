"""Conversations made by the grammar: the same each time, many, and not all of them elliptic."""

import re

from nlp.rewrite_examples import labelled
from nlp.rewrite_grammar import conversations, shapes

MADE = list(conversations(600))


def test_the_same_number_gives_the_same_conversations() -> None:
    assert list(conversations(600)) == MADE
    assert list(conversations(50)) == MADE[:50]


def test_no_slot_and_no_mark_is_left() -> None:
    for item in MADE:
        for text in (item["utterance"], item["rewrites"][0], *(turn["text"] for turn in item["context"])):
            assert not re.search(r"[\[\]{}>]", text), text
            assert "  " not in text
            assert text.strip()


def test_a_good_part_is_complete_as_said() -> None:
    complete = sum(item["utterance"] == item["rewrites"][0] for item in MADE)
    assert 0.15 < complete / len(MADE) < 0.6


def test_what_is_left_out_was_said_before() -> None:
    elliptic = [item for item in MADE if item["utterance"] != item["rewrites"][0]]
    found = sum(any(labelled(item).gaps) for item in elliptic)
    assert found / len(elliptic) > 0.9


def test_every_shape_has_an_utterance_at_its_end() -> None:
    for shape in shapes():
        assert shape.lines[-1][0] == "U", shape
        assert shape.about.split()[0] in ("domains", "plain", "topics")
