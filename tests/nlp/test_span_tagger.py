"""From figures to stretches of words: what is likely enough, what goes along with it, where it belongs."""

import numpy as np
import pytest

from nlp.span_tagger import Scores, part_of, place, runs
from nlp.span_words import CONTEXT_WORDS, FEATURE_SIZES, Row, Said, row
from nlp.types import Span

TURNS = [Said(True, "Is the Fjord Inn on Quay Road any good?"), Said(False, "The Fjord Inn is lovely.")]


def _scores(seen: Row, taken: dict[str, tuple[int, float]], gone: frozenset[str] = frozenset()) -> Scores:
    """`taken`: gap and probability of context words; `gone`: utterance words that go out."""
    figures = np.zeros((len(seen.context), len(seen.utterance) + 2), dtype=np.float32)
    figures[:, 0] = 1
    for n, word in enumerate(seen.context):
        if word.text in taken:
            gap, probability = taken[word.text]
            figures[n, 1 + gap], figures[n, 0] = probability, 1 - probability
    return Scores(figures, np.array([float(w.text in gone) for w in seen.utterance], dtype=np.float32))


def _texts(seen: Row, scores: Scores) -> list[str]:
    turns = [t.text for t in reversed(TURNS)]
    return [turns[p.turn - 1][p.span.start : p.span.end] for p in (part_of(seen, run) for run in runs(seen, scores, 0.5))]


@pytest.mark.parametrize(
    ("taken", "texts"),
    [
        ({"Fjord": (2, 0.9), "Inn": (2, 0.9)}, ["Fjord Inn"]),  # said twice, put in once
        ({"Fjord": (2, 0.9), "Inn": (2, 0.3)}, ["Fjord Inn"]),  # a weaker neighbour goes along
        ({"Fjord": (2, 0.4), "Inn": (2, 0.4)}, []),
        ({"Quay": (2, 0.9), "Road": (2, 0.9), "on": (2, 0.9)}, ["on Quay Road"]),
        ({"is": (2, 0.9), "the": (2, 0.9)}, []),  # no word of content
        ({"address": (2, 0.9)}, []),
    ],
)
def test_runs(taken: dict[str, tuple[int, float]], texts: list[str]) -> None:
    seen = row(TURNS, Said(True, "The address?"))
    assert _texts(seen, _scores(seen, taken)) == texts


def test_what_the_utterance_says_itself_is_not_put_in_again() -> None:
    seen = row(TURNS, Said(True, "Where is Quay Road?"))
    assert not runs(seen, _scores(seen, {"Quay": (2, 0.9), "Road": (2, 0.9)}), 0.5)


@pytest.mark.parametrize(
    ("said", "gap", "gone", "span"),
    [
        ("What is its address?", 2, {"its"}, Span(8, 11)),
        ("What is the address?", 4, set(), Span(19, 19)),
        ("What is the address?", 5, set(), Span(19, 19)),  # before the sign at the end
        ("Open?", 0, set(), Span(0, 0)),
    ],
)
def test_place(said: str, gap: int, gone: set[str], span: Span) -> None:
    seen = row(TURNS, Said(True, said))
    assert place(seen, gap, _scores(seen, {}, frozenset(gone))) == span


def test_a_row_keeps_the_opening_and_the_latest_turns() -> None:
    turns = [Said(True, "Tell me about lofts."), *(Said(False, f"Number {n} " + "and more " * 30) for n in range(9))]
    seen = row(turns, Said(True, "Why?"))
    texts = [w.text for w in seen.context]
    assert len(texts) <= CONTEXT_WORDS
    assert "lofts" in texts
    assert "8" in texts
    assert "3" not in texts


def test_features_stay_within_their_tables() -> None:
    seen = row([*TURNS, *TURNS] * 4, Said(True, "And 24 Quay Road, is IT there?"))
    assert seen.features.shape == (len(seen.context) + len(seen.utterance), len(FEATURE_SIZES))
    assert (seen.features >= 1).all()
    assert (seen.features < np.array(FEATURE_SIZES)).all()
