"""Words for referents: what stands in `understood` for pronouns, possessives, roles, choices and times."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.phrases import Mark, Phrase, join
from nlp.pipeline import Pipeline
from nlp.types import Span
from nlp.wording import ISO, inflected, shifted_person
from tests.nlp.dialogue import START, ZONE, Dialogue

SAID = [
    (["C: My son Arjun twisted his knee.", "C: Could his visit be first?"], "Could Arjun's visit be first?"),
    (["C: My lawyer is Denise Achebe.", "C: Please call my lawyer."], "Please call my lawyer Denise Achebe."),
    (["C: My boiler is leaking.", "C: It's worse now."], "My boiler is worse now."),
    (["C: My name is Ana and I live in Reno.", "C: I need a plumber."], "I need a plumber."),
    (["A: Your technician is Darnell.", "C: Tell him the gate code is 4471."], "Tell Darnell the gate code is 4471."),
    (["C: It's snowing here."], "It's snowing here."),
    (["C: My wife Dana lost her phone and she is upset."], "My wife Dana lost her phone and she is upset."),
    (["A: We have Tuesday at 10 and Friday at 9.", "C: The second one works."], "Friday at 9 2026-03-06T09:00:00-06:00 works."),
    (["A: The address of the Galleria is 33 Bridge Street.", "C: That is it, thank you."], "That is it, thank you."),
    (["A: Would you like anything for it?", "C: Would that hold?"], "Would that hold?"),
    (["C: Can we do Friday?"], "Can we do Friday 2026-03-06?"),
    (["C: I bought it on March 3, 2025."], "I bought it on March 3, 2025."),
]


@pytest.mark.parametrize(("said", "meant"), SAID, ids=[s[-1] for s, _ in SAID])
def test_understood(said: list[str], meant: str, pipeline: Pipeline) -> None:
    assert Dialogue(pipeline).play(said).text == meant


def test_persons_are_exchanged_only_between_the_two_sides() -> None:
    assert shifted_person("your", "agent", "customer") == "my"
    assert shifted_person("your", "customer", "customer") == "your"
    assert shifted_person("you", "agent", "customer", subject=False) == "me"
    assert shifted_person("I", "customer", "agent") == "you"


@pytest.mark.parametrize(
    ("said", "pronoun", "words", "inflected_words"),
    [
        ("His car is red.", "His", "the twins", "The twins's"),
        ("Their car is red.", "Their", "the twins", "The twins'"),
        ("We saw him.", "him", "Bao", "Bao"),
        ("We saw her.", "her", "Ana", "Ana"),
        ("We saw her car.", "her", "Ana", "Ana's"),
    ],
)
def test_possessives_take_the_name_in_the_genitive(said: str, pronoun: str, words: str, inflected_words: str, pipeline: Pipeline) -> None:
    parse = pipeline.parse(said, at=START, zone=ZONE)
    mention = next(m for m in parse.mentions if m.text == pronoun)
    assert inflected(mention, parse, Phrase(words)).text == inflected_words


def test_iso_values_are_told_from_other_numbers() -> None:
    assert ISO.fullmatch("2026-03-06T15:00:00-06:00") and ISO.fullmatch("2026-03")
    assert not ISO.fullmatch("P3D") and not ISO.fullmatch("2026") and not ISO.fullmatch("R/P1W")


@st.composite
def _phrases(draw: st.DrawFn) -> Phrase:
    text = draw(st.text(alphabet="abc ", max_size=12))
    ends = sorted(draw(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)))))
    return Phrase(text, (Mark(Span(ends[0], ends[1]), draw(st.sampled_from(["e", None]))),))


@given(st.lists(_phrases(), max_size=4))
def test_joined_marks_cover_the_same_words(phrases: list[Phrase]) -> None:
    joined = join(phrases, "|")
    marked = [p.text[m.span.start : m.span.end] for p in phrases for m in p.marks]
    assert [joined.text[m.span.start : m.span.end] for m in joined.marks] == marked


@given(_phrases(), st.integers(0, 12), st.integers(0, 12))
def test_a_cut_is_the_text_between(phrase: Phrase, one: int, other: int) -> None:
    start, end = sorted((min(one, len(phrase.text)), min(other, len(phrase.text))))
    assert phrase.cut(Span(start, end)).text == phrase.text[start:end]


def test_an_edit_moves_what_comes_after_and_grows_what_is_around() -> None:
    phrase = Phrase("ask him about her dog", (Mark(Span(14, 21), "dog"), Mark(Span(14, 17), "her"), Mark(Span(4, 7), "him")))
    edited = phrase.edited([(Span(4, 7), Phrase.of("Bartholomew", "bart")), (Span(14, 17), Phrase.of("Ana's", "ana"))])
    assert edited.text == "ask Bartholomew about Ana's dog"
    words = {m.referent: edited.text[m.span.start : m.span.end] for m in edited.marks}
    assert words == {"bart": "Bartholomew", "ana": "Ana's", "dog": "Ana's dog"}
