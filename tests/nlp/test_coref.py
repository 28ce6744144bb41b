"""Coreference: a table of conversations with who or what is meant in the last turn, and laws of resolutions."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from nlp.coref import referent_of, resolve
from nlp.discourse import remember
from nlp.pipeline import Pipeline
from nlp.types import Ambiguous, Discourse, Linked, New, PriorTurn, Referent, Resolution, Speaker, Unresolved

ROWS: list[dict[str, Any]] = [json.loads(line) for line in (Path(__file__).parents[1] / "corpus/coref.jsonl").read_text().splitlines()]
AT = datetime(2026, 3, 2, 15, tzinfo=UTC)


@dataclass
class Conversation:
    """Turns resolved one after another, with what is remembered of them."""

    pipeline: Pipeline
    turns: tuple[PriorTurn, ...] = ()
    referents: dict[str, Referent] = field(
        default_factory=lambda: {
            "customer": Referent("customer", "customer", "person"),
            "business": Referent("business", "business", "organisation"),
        }
    )

    def say(self, speaker: Speaker, text: str) -> tuple[Resolution, ...]:
        parsed = self.pipeline.parse(text, at=AT, zone=ZoneInfo("America/Chicago"))
        number = len(self.turns)
        discourse = Discourse(
            speaker=speaker,
            channel="sms",
            at=AT,
            session_id="s",
            turn_id=f"t{number}",
            customer="customer",
            business="business",
            turns=self.turns,
            referents=self.referents,
            new_id=lambda span: f"{number}:{span.start}-{span.end}",
        )
        resolutions = resolve(parsed, discourse, self.pipeline.lexicon)
        turn, changed = remember(discourse, parsed, resolutions, number=number)
        self.turns, self.referents = (*self.turns, turn), {**self.referents, **changed}
        return resolutions

    def called(self, resolution: Resolution) -> str:
        """The name of what is meant; a group's by its members."""
        referent = self.referents.get(referent_of(resolution) or "")
        if referent is None:
            return ""
        return " and ".join(self.referents[m].name for m in referent.members) or referent.name


def play(pipeline: Pipeline, row: dict[str, Any]) -> tuple[Conversation, list[Resolution], list[Resolution]]:
    """The conversation, the resolutions of its last turn, and of all turns."""
    conversation = Conversation(pipeline)
    said: list[tuple[Resolution, ...]] = []
    for line in row["turns"]:
        who, text = line.split(": ", 1)
        said.append(conversation.say("customer" if who == "c" else "agent", text))
    return conversation, list(said[-1]), [r for turn in said for r in turn]


def by_text(resolutions: list[Resolution], text: str) -> Resolution:
    """The last one so worded."""
    found = [r for r in resolutions if r.mention.text == text]
    assert found, f"{text!r} is not among {[r.mention.text for r in resolutions]}"
    return found[-1]


@pytest.mark.parametrize("row", ROWS, ids=[r["about"] for r in ROWS])
def test_what_is_meant(pipeline: Pipeline, row: dict[str, Any], request: pytest.FixtureRequest) -> None:
    if "open" in row:
        request.applymarker(pytest.mark.xfail(reason=row["open"], strict=True))
    conversation, last, every = play(pipeline, row)
    for text, wanted in row.get("means", {}).items():
        resolution = by_text(last, text)
        assert isinstance(resolution, Linked), resolution
        name = conversation.called(resolution)
        assert any(one.lower() in name.lower() for one in wanted.split("|")), f"{text!r} was taken for {name!r}"
    for text, wanted in row.get("kind_of", {}).items():
        resolution = by_text(last, text)
        assert isinstance(resolution, Linked) and wanted in (resolution.name or ""), resolution
        assert resolution.referent not in {r.referent for r in every if isinstance(r, New)}, "another of that kind, not the same"
    for text, verb in row.get("said", {}).items():
        resolution = by_text(last, text)
        assert isinstance(resolution, Linked) and resolution.antecedent is not None, resolution
        assert resolution.antecedent.text == verb and resolution.referent is None, "a statement is no entity"
    for text in row.get("unresolved", []):
        assert isinstance(by_text(last, text), Unresolved)
    for text in row.get("ambiguous", []):
        assert isinstance(by_text(last, text), Ambiguous)
    for one, other in row.get("differ", []):
        assert referent_of(by_text(every, one)) != referent_of(by_text(every, other))


@pytest.mark.parametrize("row", ROWS, ids=[r["about"] for r in ROWS])
def test_laws_of_resolutions(pipeline: Pipeline, row: dict[str, Any]) -> None:
    conversation, last, _ = play(pipeline, row)
    turn = conversation.turns[-1]
    assert [r.mention.index for r in last] == list(range(len(turn.parse.mentions)))
    texts = {t.turn_id: t.parse.source for t in conversation.turns}
    for resolution in last:
        match resolution:
            case Linked(referent=referent, antecedent=antecedent, confidence=confidence, candidates=candidates):
                assert 0 <= confidence <= 1
                assert sum(c.score for c in candidates) <= 1 + 1e-9
                assert referent is None or referent in conversation.referents
                if antecedent is not None:
                    assert texts[antecedent.turn_id][antecedent.span.start : antecedent.span.end] == antecedent.text
            case New(referent=referent, name=name):
                assert name
                assert referent in conversation.referents
            case Ambiguous(candidates=candidates):
                assert len(candidates) > 1
            case Unresolved():
                pass


def test_the_same_conversation_means_the_same_again(pipeline: Pipeline) -> None:
    row = {"turns": ["c: My wife and my son were in the car.", "c: She is fine but he hit his head."]}
    assert play(pipeline, row)[2] == play(pipeline, row)[2]


def test_memory_beyond_the_window(pipeline: Pipeline) -> None:
    conversation = Conversation(pipeline)
    conversation.say("customer", "My lawyer is Ines Duarte.")
    conversation.turns = ()
    resolutions = conversation.say("customer", "My lawyer wants the contract.")
    assert conversation.called(by_text(list(resolutions), "My lawyer")) == "Ines Duarte"
