"""Names and roles set off by commas, dashes and brackets, wherever they stand: a turn is always understood, never an error."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.pipeline import Pipeline
from tests.nlp.dialogue import Dialogue

_NAMES = ("Delphine", "a Mr. Okoro", "our roofer", "Basalt & Sons", "she", "unit 4")
_ROLES = ("the desk clerk", "my cousin's vet", "who signed", "of Lyme", "three vans", "on Friday", "the green one", "not me")
_FRAMES = (
    "I talked to {} about the leak.",
    "{} called, and {} paid.",
    "We want {} on Monday; {}, Tuesday.",
    "Give {} to {} and {} to her.",
    "{}?",
)
_MARKS = (", {},", " – {} –", " ({})", ", {}", ": {};", ",, {} ,")


@pytest.mark.parametrize(
    "said",
    [
        "I wrote to Delphine, the desk clerk, about the drill.",
        "He showed it to Basalt, our roofer, and, me, on Monday.",
        "I'd like the red, the blue, the one, with the lid.",
        "We met Anton, the vet, of Lyme, she, the clerk.",
        "Call Delphine, Delphine, the clerk; the vet, Anton.",
    ],
)
def test_table(said: str, pipeline: Pipeline) -> None:
    assert Dialogue(pipeline).say(said).text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    frame=st.sampled_from(_FRAMES),
    parts=st.lists(st.tuples(st.sampled_from(_NAMES), st.sampled_from(_MARKS), st.sampled_from(_ROLES)), min_size=3, max_size=3),
)
def test_an_aside_anywhere_is_understood(frame: str, parts: list[tuple[str, str, str]], pipeline: Pipeline) -> None:
    said = frame.format(*(name + mark.format(role) for name, mark, role in parts))
    dialogue = Dialogue(pipeline)
    for text in (said, f"And {parts[0][0]}, {parts[1][2]}?"):
        assert dialogue.say(text).text
