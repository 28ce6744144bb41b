"""Labels for words from two wordings of an utterance: which words of the conversation go where, what goes out."""

import pytest

from nlp.rewrite_examples import Labelled, Rewrite, commonest, labelled


def _item(context: list[str], said: str, meant: str) -> Rewrite:
    turns = [{"speaker": "customer" if line.startswith("C") else "agent", "text": line[3:]} for line in context]
    return {"id": "1", "source": "here", "context": turns, "utterance": said, "rewrites": [meant]}  # type: ignore[typeddict-item]


def _taken(found: Labelled) -> list[tuple[str, int]]:
    return [(word.text, gap) for word, gap in zip(found.row.context, found.gaps, strict=True) if gap]


@pytest.mark.parametrize(
    ("context", "said", "meant", "taken", "gone", "around"),
    [
        (["C: Is the loft free?"], "How big is it?", "How big is the loft?", [("the", 4), ("loft", 4)], ["it"], [(3, "", "")]),
        (["A: Fjord Inn has rooms."], "The address?", "The address of Fjord Inn?", [("Fjord", 3), ("Inn", 3)], [], [(2, "of", "")]),
        (["C: Call Ana."], "What's her number?", "What's Ana's number?", [("Ana", 4)], ["her"], [(3, "", "' s")]),
        (["C: Call Ana."], "Thanks a lot.", "Thanks a lot.", [], [], []),
        (["C: Call Ana."], "When?", "When will the parcel come?", [], [], []),  # nothing of it was said before
    ],
)
def test_alignment(
    context: list[str], said: str, meant: str, taken: list[tuple[str, int]], gone: list[str], around: list[tuple[int, str, str]]
) -> None:
    found = labelled(_item(context, said, meant))
    assert _taken(found) == taken
    assert [w.text for w, out in zip(found.row.utterance, found.gone, strict=True) if out] == gone
    assert list(found.around) == around


def test_every_place_of_what_is_copied_is_labelled() -> None:
    found = labelled(_item(["C: Is Fjord Inn far?", "A: Fjord Inn is near."], "How much?", "How much is Fjord Inn?"))
    assert [word for word, _ in _taken(found)].count("Fjord") == 2


def test_the_commonest_function_words_come_after_none() -> None:
    found = [labelled(_item(["A: Fjord Inn has rooms."], "The address?", "The address of Fjord Inn?"))]
    assert commonest(found, 1, 5) == ("", "of")
