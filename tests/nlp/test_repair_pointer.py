"""What goes when a slip is pointed at, and where one is looked for at all."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pytest

from nlp.normalize import normalize
from nlp.pieces import Piece, split
from nlp.pipeline import Pipeline
from nlp.repair_pointer import Later, TakenBack, may_slip, slip_row, unwished, word_pieces
from nlp.slip_examples import Slip, annotated, made, swapped
from nlp.types import Span
from tests.nlp.dialogue import START, ZONE


@dataclass(frozen=True)
class Said:
    """Points at these words wherever they stand, and at the last of those words after that cue that put them right."""

    words: str
    cue: str = ""
    right: str = ""

    def slip(self, said: Sequence[Piece]) -> TakenBack | None:
        lower = [p.lower for p in said]

        def places(words: str) -> list[tuple[int, int]]:
            wanted = words.split()
            return [(n, n + len(wanted) - 1) for n in range(len(lower)) if lower[n : n + len(wanted)] == wanted]

        slip = places(self.words)
        if not slip or (self.cue and not places(self.cue)):
            return None
        return TakenBack(*slip[0], Later(places(self.cue)[0][0], *places(self.right)[-1]) if self.cue else None)


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


@pytest.mark.parametrize(
    ("source", "slip", "text"),
    [
        ("Can I have the sedan on Friday, no wait, the truck?", Said("sedan", "no wait", "truck"), "Can I have the truck on Friday?"),
        ("Which bus leaves at noon, sorry, train rather", Said("bus", "sorry", "train"), "Which train leaves at noon"),
        ("Lemons, please, I mean limes. Two bags.", Said("lemons", "i mean", "limes"), "Limes, please. Two bags."),
        ("The small van for two days, no, the big van", Said("small van", "no", "big"), "The big van for two days"),
        ("The blue mug - no, the red one - is chipped.", Said("the blue mug no"), "The red one - is chipped."),
        ("I want two. No, three.", Said("two", "no", "three"), "I want two. No, three."),  # never over a sentence's end
    ],
)
def test_what_takes_its_place(source: str, slip: Said, text: str) -> None:
    assert normalize(source, slip).text == text


@pytest.mark.parametrize(
    ("source", "slip"),
    [
        ("We eat fish, no meat.", Said("fish no")),  # none of what follows
        ("One adult, no children.", Said("adult", "no", "children")),
        ("Send it to Karen at the office, I mean Priya.", Said("karen")),  # put right later, who knows by what
        ("What you open, what it costs and who comes.", Said("what you open what it costs and")),  # a list of questions
        ("I'd bring it on Wednesday, not at ten, or eleven.", Said("wednesday", "or", "eleven")),  # no hour for a day
    ],
)
def test_what_stays(source: str, slip: Said) -> None:
    assert normalize(source, slip).text == source


def test_what_is_put_elsewhere_leads_back_to_where_it_was_said(pipeline: Pipeline) -> None:
    source = "Can I have the sedan on Friday, no wait, the truck?"
    text, offsets, ends = normalize(source, Said("sedan", "no wait", "truck"))
    parse = replace(pipeline.parse("", at=START, zone=ZONE), source=source, text=text, offsets=offsets, ends=ends)

    def said(words: str) -> str:
        span = parse.source_span(Span(text.index(words), text.index(words) + len(words)))
        return source[span.start : span.end]

    assert said("truck") == "truck"
    assert said("Friday") == "Friday"
    assert said("truck on Friday") == "on Friday, no wait, the truck"


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
    assert [s.back for s in annotated(items)] == [TakenBack(2, 3)]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("said", "meant", "back"),
    [
        ("Is the red one sold no blue?", "Is the blue one sold?", TakenBack(2, 2, Later(5, 6, 6))),
        ("Who met Ada in Rome sorry not Ada but Mary?", "Who met Mary in Rome?", TakenBack(2, 2, Later(5, 9, 9))),
        ("Is it red no blue rather?", "Is it blue?", TakenBack(2, 2, Later(3, 4, 4))),
        ("Who met Ada in Rome?", "Who did Ada meet?", None),
    ],
)
def test_slips_that_are_put_right_later_are_learnt_from(said: str, meant: str, back: TakenBack | None) -> None:
    item = {"id": "1", "source": "here", "context": [], "utterance": said, "rewrites": [meant]}
    assert [s.back for s in annotated([item])] == ([back] if back else [])  # type: ignore[list-item]


def test_made_slips_are_the_same_each_time_and_some_are_fluent() -> None:
    found: list[Slip] = list(made(300))
    assert found == list(made(300))
    slips = [(slip.back, len(slip.pieces)) for slip in found if slip.back]
    assert 0.5 < len(slips) / len(found) < 0.75
    assert all(back.first <= back.last < size - 1 for back, size in slips)
    later = [(back.last, back.later, size) for back, size in slips if back.later]
    assert len(later) > 10
    assert all(last < right.cue < right.first <= right.last < size for last, right, size in later)


def test_slips_are_made_of_what_the_next_text_names() -> None:
    texts = ["Who met Ada in Rome?", "When did Bob leave Oslo?", "What opened in 1931?", "How tall is the tower?"]
    items = [{"id": "1", "source": "here", "context": [], "utterance": text, "rewrites": [text]} for text in texts]
    found = list(swapped(items, 40))  # type: ignore[arg-type]
    assert found == list(swapped(items, 40))  # type: ignore[arg-type]
    words = [{w.lower for w in slip.pieces} & {"ada", "rome", "bob", "oslo"} for slip in found]
    assert found
    assert all(len(said) > 2 for said in words)  # both of its own, one of the other's; no number takes a name's place
