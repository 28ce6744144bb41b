"""What a tagger finds, said as the present speaker would and weighed against the rules: with a tagger that says what it is told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from nlp.ellipsis import understand
from nlp.pipeline import Pipeline
from nlp.span_tagger import Insertion, LeftOut, Part
from nlp.span_words import Said
from nlp.types import Discourse, Span
from tests.nlp.dialogue import Dialogue


@dataclass(frozen=True)
class Told:
    """Puts words of earlier turns in the place of words of the utterance ("" for its end)."""

    words: tuple[str, ...]
    place: str = ""
    lead: str = ""
    tail: str = ""
    likely: Mapping[str, float] = field(default_factory=dict[str, float])

    def left_out(self, turns: Sequence[Said], utterance: Said) -> LeftOut:
        text = utterance.text
        end = len(text.rstrip("?.!"))
        span = Span(text.index(self.place), text.index(self.place) + len(self.place)) if self.place else Span(end, end)
        insertion = Insertion(span, tuple(_part(words, turns) for words in self.words), self.lead, self.tail, 0.9)
        return LeftOut((insertion,) if self.words else (), self.likely)


def _part(words: str, turns: Sequence[Said]) -> Part:
    for distance, turn in enumerate(reversed(turns), 1):
        if words in turn.text:
            start = turn.text.index(words)
            return Part(distance, Span(start, start + len(words)))
    raise ValueError(words)


def _meant(pipeline: Pipeline, lines: list[str], tagger: Told, *, speaker: str = "customer") -> str:
    talk = Dialogue(pipeline)
    talk.play(lines[:-1])
    parse = talk.parse(lines[-1][3:])
    discourse = Discourse(
        speaker="agent" if speaker == "agent" else "customer",
        channel="sms",
        at=talk.at,
        session_id="session on sms",
        turn_id="now",
        customer="customer",
        business="business",
        turns=tuple(talk.turns),
        referents=talk.referents,
    )
    return understand(parse, discourse, pipeline.lexicon, reparse=talk.parse, tagger=tagger).text


@pytest.mark.parametrize(
    ("lines", "tagger", "meant"),
    [
        (["A: The brake job takes a day.", "C: How much?"], Told(("brake job",), lead="for"), "How much for the brake job?"),
        (
            ["C: Do you do a deep clean?", "C: How long is the wait?"],
            Told(("deep clean",), lead="for"),
            "How long is the wait for the deep clean?",
        ),
        (["A: Your lease ends in May.", "C: Can I get a copy?"], Told(("lease",), lead="of"), "Can I get a copy of my lease?"),
        (
            ["C: A small one or a large one?", "A: The small unit.", "C: The price of the large?"],
            Told(("unit",)),
            "The price of the large unit?",
        ),
        (["C: How is Bo?", "C: What's the bill?"], Told(("Bo",), place="the", tail="' s"), "What's Bo's bill?"),
    ],
)
def test_words_fit_their_place(pipeline: Pipeline, lines: list[str], tagger: Told, meant: str) -> None:
    assert _meant(pipeline, lines, tagger) == meant


@pytest.mark.parametrize(
    ("lines", "tagger", "meant"),
    [
        (["A: Is your stove gas or electric?", "C: Electric."], Told(("gas",)), "My stove is electric."),  # a rule has filled it
        (["C: Is the loft free?", "C: How big is the loft?"], Told(("loft",)), "How big is the loft?"),  # says it already
    ],
)
def test_rules_and_the_turn_itself_come_first(pipeline: Pipeline, lines: list[str], tagger: Told, meant: str) -> None:
    assert _meant(pipeline, lines, tagger) == meant


@pytest.mark.parametrize(
    ("lines", "likely", "meant"),
    [
        (["C: The kiln cracked.", "C: How old is it?"], {"kiln": 0.3}, "How old is it?"),
        (["C: The kiln cracked.", "C: How old is it?"], {"kiln": 0.7}, "How old is the kiln?"),
        (["C: Ines called.", "C: When can she come?"], {"ines": 0.1}, "When can Ines come?"),  # a person
        (["C: Are you open on Mondays?", "C: What about Sundays?"], {"open": 0.1}, "Are you open on Sundays?"),  # what was left out
        (
            ["A: The Corolla is $300 and the Civic is $260.", "C: Is the second one an automatic?"],
            {"civic": 0.0},
            "Is the Civic an automatic?",
        ),
        (["A: Is your stove gas or electric?", "C: Electric."], {"stove": 0.1}, "My stove is electric."),  # an answer
    ],
)
def test_what_the_tagger_finds_unlikely_stays_as_said(
    pipeline: Pipeline, lines: list[str], likely: Mapping[str, float], meant: str
) -> None:
    assert _meant(pipeline, lines, Told((), likely=likely)) == meant


@pytest.mark.parametrize(
    ("lines", "tagger", "meant"),
    [
        (["C: Is it icy in Bend?", "A: No ice is forecast.", "C: Thanks!"], Told(("forecast",)), "Thanks!"),
        (["C: Is it icy in Bend?", "A: No ice is forecast.", "C: Okay, thank you."], Told(("Bend",), lead="in"), "Okay, thank you."),
        (["C: My aunt Ida and my aunt Bea called.", "C: Can she come?"], Told(("Ida",), place="she"), "Can she come?"),  # either
    ],
)
def test_what_needs_nothing_or_a_question_stays(pipeline: Pipeline, lines: list[str], tagger: Told, meant: str) -> None:
    assert _meant(pipeline, lines, tagger) == meant


def test_what_is_put_into_what_is_told_is_for_the_reader_alone(pipeline: Pipeline) -> None:
    talk = Dialogue(pipeline)
    talk.play(["C: I want a stall in the north hall.", "A: All are taken."])
    parse = talk.parse("That is enough.")
    discourse = Discourse("customer", "sms", talk.at, "session on sms", "now", "customer", "business", tuple(talk.turns), talk.referents)
    found = understand(parse, discourse, pipeline.lexicon, reparse=talk.parse, tagger=Told(("stall",), lead="for"))
    assert (found.text, found.parse.text) == ("That is enough for the stall.", "That is enough.")


def test_only_the_customer_is_completed(pipeline: Pipeline) -> None:
    lines = ["C: The brake job takes a day?", "A: How much?"]
    assert _meant(pipeline, lines, Told(("brake job",), lead="for"), speaker="agent") == "How much?"


def test_what_was_put_in_refers_to_what_it_was_said_of(pipeline: Pipeline) -> None:
    talk = Dialogue(pipeline)
    talk.say("My sister Ines has a Saab.")
    parse = talk.parse("What's the mileage?")
    discourse = Discourse("customer", "sms", talk.at, "session on sms", "now", "customer", "business", tuple(talk.turns), talk.referents)
    found = understand(parse, discourse, pipeline.lexicon, reparse=talk.parse, tagger=Told(("Saab",), lead="of"))
    saab = next(n for n, mention in enumerate(found.parse.mentions) if "Saab" in mention.text)
    said = next(m for m in talk.turns[0].mentions if "Saab" in m.mention.text)
    assert found.referents[saab] == said.referent
