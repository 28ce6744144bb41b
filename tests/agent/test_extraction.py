"""What is remembered of business dialogues, against what a careful reader noted of them before anything was run on them: precision and
recall, with everything missed and everything wrong in tests/corpus/extraction_misses.yaml.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.agent.extraction_score import Fact, Score, score
from tests.agent.listed_misses import Tally
from tests.conversations.expectations import HERE, conversations

CORPUS = HERE.parent / "corpus"
DIALOGUES: list[dict[str, Any]] = [json.loads(line) for line in (CORPUS / "extraction.jsonl").read_text(encoding="utf-8").splitlines()]
FIRST_NUMBER = 8000  # of the addresses that these customers write from, and nobody in a conversation


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator["Extracted"]:
    counted = Extracted()
    request.config.pluginmanager.register(counted.tally)
    yield counted


class Extracted:
    """What was found and written so far."""

    def __init__(self) -> None:
        self.tally = Tally("extraction", CORPUS / "extraction_misses.yaml")
        self.tally.headline = self.figures
        self.found = self.gold = self.units = self.wrong = 0

    def add(self, scored: Score) -> None:
        self.found, self.gold = self.found + scored.found, self.gold + scored.found + len(scored.missed)
        self.units, self.wrong = self.units + scored.units, self.wrong + len(scored.wrong)

    def figures(self) -> str:
        precision, recall = self.units / max(1, self.units + self.wrong), self.found / max(1, self.gold)
        return f"precision {precision:.3f} ({self.wrong} wrong), recall {recall:.3f} ({self.found} of {self.gold})"


async def _written(http: httpx.AsyncClient, dialogue: Mapping[str, Any], number: int) -> list[list[Fact]]:
    """The facts that each turn wrote."""
    at, written = datetime.fromisoformat(dialogue["at"]), list[list[Fact]]()
    phone = dialogue["channel"] in ("sms", "voice")
    address = f"+1512555{FIRST_NUMBER + number}" if phone else f"reader-{number}@mail.example"
    for place, turn in enumerate(dialogue["turns"]):
        said = {"text": turn["say"], "at": (at + timedelta(minutes=place)).isoformat(), "turn_id": f"noted-{dialogue['id']}-{place}"}
        who = {"channel": dialogue["channel"], "address": address, "speaker": turn["by"], "respond": False}
        answer = await http.post("/v1/turns", json=said | who)
        assert answer.status_code == 200, answer.text
        written.append(answer.json()["facts"])
    return written


def _misses(turn: Mapping[str, Any], scored: Score) -> Iterator[str]:
    for gold in scored.missed:
        yield f"{turn['say']} -> missing {gold}"
    for fact in scored.wrong:
        thing = fact["object"]["name"] or fact["object"]["value"] or ""
        denied = " (negative)" if fact["polarity"] == "negative" else ""
        yield f"{turn['say']} -> wrong {fact['subject']['name']} / {fact['predicate']} / {thing}{denied}"


def test_nobody_in_a_conversation_writes_from_these_addresses() -> None:
    theirs = {f"+1512555{FIRST_NUMBER + number}" for number in range(len(DIALOGUES))}
    used = {step.rest.get("from") for each in conversations() for step in each.steps}
    assert not theirs & used


@pytest.mark.parametrize("number", range(len(DIALOGUES)), ids=lambda number: DIALOGUES[number]["id"])
async def test_a_dialogue_is_remembered_as_it_was_noted(conversing: httpx.AsyncClient, tally: Extracted, number: int) -> None:
    dialogue = DIALOGUES[number]
    written = await _written(conversing, dialogue, number)
    missed: list[str] = []
    for turn, facts in zip(dialogue["turns"], written, strict=True):
        scored = score(facts, turn, dialogue["customer"])
        tally.add(scored)
        missed += _misses(turn, scored)
    tally.tally.check(dialogue["id"], missed, expected=sum(len(turn["facts"]) for turn in dialogue["turns"]))


FACT: dict[str, Any] = {
    "subject": {"entity_id": "a", "name": "Leo"},
    "predicate": "owns",
    "object": {"entity_id": "b", "name": "red bicycle", "value": None, "type": "thing"},
    "text": "Leo owns a red bicycle",
    "valid_from": None,
    "valid_to": None,
    "polarity": "positive",
    "modality": "asserted",
    "change": "added",
}
OWNS = {"subject": ["Leo", "son"], "predicate": ["have", "own"], "object": ["bicycle"]}


@pytest.mark.parametrize(
    ("changed", "gold", "found", "wrong"),
    [
        ({}, OWNS, True, False),
        ({}, OWNS | {"object": ["car", "red bicycle"]}, True, False),
        ({"subject": {"entity_id": "c", "name": "Mia"}}, OWNS, False, True),
        ({"object": {"entity_id": "b", "name": "canoe", "value": None, "type": "thing"}}, OWNS, False, True),
        ({"polarity": "negative"}, OWNS, False, True),
        ({"polarity": "negative"}, OWNS | {"flags": ["negative"]}, True, False),
        ({}, OWNS | {"flags": ["negative"]}, False, True),
        ({"modality": "uncertain"}, OWNS, False, True),
        ({}, OWNS | {"when": "2026-03"}, False, False),
        ({"valid_from": "2026-03-02T06:00:00Z"}, OWNS | {"when": "2026-03-02"}, True, False),
        ({"valid_from": "2025-03-02T06:00:00Z"}, OWNS | {"when": "2026-03-02"}, False, True),
        ({"predicate": "paints", "text": "Leo paints a red bicycle"}, OWNS, False, True),
        ({"change": "ended"}, OWNS, False, False),
    ],
)
def test_the_scorer(changed: dict[str, Any], gold: dict[str, Any], found: bool, wrong: bool) -> None:
    scored = score([FACT | changed], {"say": "My son Leo has a bicycle, a red one.", "facts": [gold]}, "")
    assert (bool(scored.found), bool(scored.wrong)) == (found, wrong)


def test_several_facts_of_a_clause_count_once() -> None:
    detail = FACT | {"predicate": "owns_since", "object": {"entity_id": None, "name": None, "value": "2019", "type": "date"}}
    scored = score([FACT, detail], {"say": "My son Leo has owned a red bicycle since 2019.", "facts": [OWNS]}, "")
    assert (scored.found, scored.units, scored.wrong) == (1, 1, ())
