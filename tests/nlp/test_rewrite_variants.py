"""Dialogues told without their answers: what the customer asked alone, as far as it can be understood so."""

from nlp.rewrite_examples import Rewrite, Turn
from nlp.rewrite_variants import without_answers

_TITLE = Turn(speaker="agent", text="Cello: History")
_ASKED = ["Who made the first one?", "Was he well known?", "Where did Amati live?", "How old is it?"]
_ANSWERS = ["Andrea Amati", "Yes, in Cremona", "In Cremona"]
_MEANT = ["Who made the first cello?", "Was Andrea Amati well known?", "Where did Amati live?", "How old is the cello?"]


def _dialogue(name: str) -> list[Rewrite]:
    found: list[Rewrite] = []
    for n, (asked, meant) in enumerate(zip(_ASKED, _MEANT, strict=True)):
        earlier = zip(_ASKED[:n], _ANSWERS[:n], strict=True)
        said = [Turn(speaker=who, text=text) for pair in earlier for who, text in zip(("customer", "agent"), pair, strict=True)]
        found.append({"id": f"{name}-{n}", "source": "here", "context": [_TITLE, *said], "utterance": asked, "rewrites": [meant]})
    return found


def test_questions_stand_alone_and_the_first_is_whole() -> None:
    last = [*without_answers(_dialogue("d"))][-1]
    assert [turn["text"] for turn in last["context"]] == ["Who made the first cello?", "Was he well known?", "Where did Amati live?"]
    assert {turn["speaker"] for turn in last["context"]} == {"customer"}
    assert (last["id"], last["source"], last["rewrites"]) == ("d-3-bare", "here-bare", ["How old is the cello?"])


def test_what_only_an_answer_named_is_not_asked_for() -> None:
    assert [item["id"] for item in without_answers(_dialogue("d"))] == ["d-2-bare", "d-3-bare"]


def test_each_dialogue_has_its_own_opening() -> None:
    found = [*without_answers([*_dialogue("d"), *_dialogue("e")])]
    assert [item["id"].partition("-")[0] for item in found] == ["d", "d", "e", "e"]


def test_what_does_not_go_on_from_the_opening_is_left_out() -> None:
    opening, *later = _dialogue("d")
    assert not [*without_answers([{**opening, "utterance": "And the bow?"}, *later])]
