"""Chains of correction: something is said, put right or changed, ten turns about other things go by, and then it is asked for.

The new value is the answer; the old one is neither in the answer nor a fact that holds; the turn that said it is still found, and says that
it was replaced. What fails today stands in tests/corpus/correction_misses.yaml.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.agent.listed_misses import Tally
from tests.conversations.expectations import HERE, contains

CORPUS = HERE.parent / "corpus"
CHAINS: list[dict[str, Any]] = [json.loads(line) for line in (CORPUS / "correction_chains.jsonl").read_text(encoding="utf-8").splitlines()]
UNRELATED = (CORPUS / "unrelated_turns.txt").read_text(encoding="utf-8").splitlines()
BEGIN = datetime.fromisoformat("2026-03-02T09:00:00-06:00")
FIRST_NUMBER = 5000  # of the addresses that these customers write from
BETWEEN = 10  # turns about other things
ANSWERED = 4  # so many of a chain's turns are replied to: what the agent says must not bring an old value back either

Body = Mapping[str, Any]


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    counted = Tally("chains of correction", CORPUS / "correction_misses.yaml")
    request.config.pluginmanager.register(counted)
    yield counted


class Chain:
    """One chain, played by a customer of its own."""

    def __init__(self, http: httpx.AsyncClient, number: int) -> None:
        self.http, self.row, self.number = http, CHAINS[number], number
        self.said, self.customer = 0, ""

    def turns(self) -> list[str]:
        """What is said, in order: the value, what is unrelated before a late correction, the corrections, the rest."""
        talk = unrelated(self.row, self.number)
        late = self.row.get("late", 0)
        return [self.row["say"], *talk[:late], *self.row["corrections"], *talk[late:]]

    async def play(self) -> None:
        for text in self.turns():
            turn = {"channel": "sms", "address": f"+1512555{FIRST_NUMBER + self.number}", "text": text, "turn_id": self.turn_id(self.said)}
            when = {"at": (BEGIN + timedelta(minutes=self.said)).isoformat(), "respond": self.said < ANSWERED}
            answer = await self.http.post("/v1/turns", json=turn | when)
            assert answer.status_code == 200, answer.text
            self.customer, self.said = answer.json()["customer_id"], self.said + 1

    def turn_id(self, place: int) -> str:
        return f"chain-{self.row['id']}-{place}"

    def replaced(self) -> list[tuple[str, str]]:
        """The turns whose value no longer holds, each with its text."""
        all_said = self.turns()
        wrong = [self.row["say"], *self.row["corrections"][:-1]]
        return [(self.turn_id(all_said.index(text)), text) for text in wrong]

    async def missed(self) -> list[str]:
        about = f"/v1/customers/{self.customer}"
        answer = (await self.http.post(f"{about}/ask", json={"question": self.row["ask"]})).json()
        facts = (await self.http.get(f"{about}/facts", params={"limit": "200"})).json()["items"]
        found = [failing async for failing in self._not_found(about)]
        return [*_answer_misses(self.row, answer), *_fact_misses(self.row, facts), *found]

    async def _not_found(self, about: str) -> Any:
        for turn_id, text in self.replaced():
            hits = (await self.http.get(f"{about}/recall", params={"q": text, "k": "10"})).json()["hits"]
            turns = [hit for hit in hits if hit["kind"] == "turn" and hit["turn_id"] == turn_id]
            if not turns:
                yield f"recall finds: {text}"
            elif not turns[0]["why"].get("replaced_by"):
                yield f"recall says replaced: {text}"
            if any(hit["kind"] == "fact" and _holds_old(self.row, hit["text"]) and hit["turn_id"] == turn_id for hit in hits):
                yield f"recall has no replaced fact: {text}"


def unrelated(row: Mapping[str, Any], number: int) -> list[str]:
    """Ten turns about other things, another ten for each chain, that have neither the old nor the new value in them."""
    order = [UNRELATED[(number * 7 + step * 13) % len(UNRELATED)] for step in range(len(UNRELATED))]
    return [text for text in order if not contains(text, row["new"]) and not contains(text, row["old"])][:BETWEEN]


def _answer_misses(row: Mapping[str, Any], answer: Body) -> Iterator[str]:
    if answer["abstained"] or not contains(answer["answer"], row["new"]):
        yield f"answer: {row['new']}"
    if contains(answer["answer"], row["old"]):
        yield f"answer not: {row['old']}"


def _fact_misses(row: Mapping[str, Any], facts: Sequence[Body]) -> Iterator[str]:
    """A denied or doubted fact may name the old value ("the office is not in Leeds"), and so may one that is about something else than
    the row's `about`: who did not sign is still somebody."""
    if row["shape"].startswith("yes_no"):
        return
    told = [f for f in facts if f["polarity"] == "positive" and f["modality"] != "uncertain" and contains(f["text"], row.get("about", ""))]
    for fact in told:
        if any(_holds_old(row, end) for end in (fact["subject"]["name"], fact["object"]["name"], fact["object"]["value"])):
            yield f"no fact: {row['old']}"
            return


def _holds_old(row: Mapping[str, Any], text: object) -> bool:
    return text is not None and contains(text, row["old"]) and not contains(text, row["new"])


@pytest.mark.parametrize("number", range(len(CHAINS)), ids=lambda number: CHAINS[number]["id"])
async def test_what_was_put_right_stays_right(conversing: httpx.AsyncClient, tally: Tally, number: int) -> None:
    chain = Chain(conversing, number)
    await chain.play()
    expected = 3 + 3 * len(chain.replaced()) - CHAINS[number]["shape"].startswith("yes_no")
    tally.check(CHAINS[number]["id"], await chain.missed(), expected=expected)


def test_unrelated_turns_are_ten_different_ones_without_the_value() -> None:
    for number, row in enumerate(CHAINS):
        talk = unrelated(row, number)
        assert len(set(talk)) == BETWEEN
        assert not any(contains(text, f"{row['old']}|{row['new']}") for text in talk)
