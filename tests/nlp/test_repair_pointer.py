"""What goes when a slip is pointed at, and where one is looked for at all."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from nlp.normalize import normalize
from nlp.pieces import Piece, split
from nlp.repair_pointer import may_slip, slip_row, unwished, word_pieces
from nlp.slip_examples import Slip, annotated, made


@dataclass(frozen=True)
class Said:
    """Points at these words wherever they stand."""

    words: str

    def slip(self, said: Sequence[Piece]) -> tuple[int, int] | None:
        lower, wanted = [p.lower for p in said], self.words.split()
        starts = [n for n in range(len(lower)) if lower[n : n + len(wanted)] == wanted]
        return (starts[0], starts[0] + len(wanted) - 1) if starts else None


@pytest.mark.parametrize(
    ("source", "slip", "text"),
    [
        ("Can you come on Tuesday, no, hang on, on Thursday?", "on tuesday no hang on", "Can you come on Thursday?"),
        ("The loft, I guess the studio is nicer.", "the loft i guess", "The studio is nicer."),
        ("I'd like two - correction - three seats.", "two correction", "I'd like three seats."),
        ("I said yes. The loft, I guess the studio.", "the loft i guess", "I said yes. The studio."),
        ("I said Tuesday. No. Thursday.", "tuesday no", "I said Tuesday. No. Thursday."),  # never over a sentence's end
        ("No, hang on.", "no hang on", "No, hang on."),  # something must be left
    ],
)
def test_what_goes(source: str, slip: str, text: str) -> None:
    assert normalize(source, Said(slip)).text == text


def test_places_lead_back_to_the_source() -> None:
    source = "Come on Tuesday, no, hang on, on Thursday"
    text, offsets, _ = normalize(source, Said("on tuesday no hang on"))
    at = text.index("Thursday")
    assert source[offsets[at] :].startswith("Thursday")


@pytest.mark.parametrize(("text", "looked_at"), [("no wait Friday", True), ("make that two", True), ("See you on Friday.", False)])
def test_where_a_slip_is_looked_for(text: str, looked_at: bool) -> None:
    assert may_slip(word_pieces(split(text))) is looked_at


@pytest.mark.parametrize(
    ("text", "looked_at"), [("I'd like Friday.", False), ("Would you like tea?", False), ("I was, like, Friday.", True)]
)
def test_the_verb_of_a_wish_is_no_hint(text: str, looked_at: bool) -> None:
    assert may_slip(unwished(word_pieces(split(text)))) is looked_at


def test_a_row_has_all_words_and_no_signs() -> None:
    row = slip_row(word_pieces(split("Two, no, three!")))
    assert [w.text for w in row.utterance] == ["Two", "no", "three"]
    assert row.features.shape == (3, 7)


def test_slips_that_are_one_stretch_are_learnt_from() -> None:
    def item(said: str, meant: str) -> dict[str, object]:
        return {"id": "1", "source": "here", "context": [], "utterance": said, "rewrites": [meant]}

    items = [
        item("Is it red no blue?", "Is it blue?"),
        item("Is it red no blue?", "What colour is it?"),
        item("Is it blue?", "Is it blue?"),
    ]
    assert [(s.first, s.last) for s in annotated(items)] == [(2, 3)]  # type: ignore[arg-type]


def test_made_slips_are_the_same_each_time_and_some_are_fluent() -> None:
    found: list[Slip] = list(made(300))
    assert found == list(made(300))
    fluent = sum(slip.first < 0 for slip in found)
    assert 0.25 < fluent / len(found) < 0.5
    assert all(slip.first <= slip.last < len(slip.pieces) - 1 for slip in found if slip.first >= 0)
