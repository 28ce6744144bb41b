"""Whole conversations with customers of many kinds of business, against the real app: what each step must bring.

What is missed today stands in tests/conversations/misses.yaml: a miss that is not listed fails, and so does a listed one that holds.
"""

from collections.abc import AsyncGenerator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from agent.settings import Settings
from tests.agent.conftest import served
from tests.conversations.expectations import HERE, Conversation, Step, conversations, holds, known_misses

BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)  # so that "now" is each customer's last turn


class Tally:
    """Counts what held, and says so at the end of the run."""

    def __init__(self) -> None:
        self.held = self.expected = self.played = 0
        self.missed: dict[str, list[str]] = {}

    def add(self, conversation: Conversation, missed: list[str]) -> None:
        expected = sum(len(step.expected) for step in conversation.steps)
        self.played, self.expected, self.held = self.played + 1, self.expected + expected, self.held + expected - len(missed)
        if missed:
            self.missed[conversation.id] = missed

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        whole = self.played - len(self.missed)
        terminalreporter.section(f"conversations: {self.held} of {self.expected} expectations, {whole} of {self.played} whole")
        for id, missed in self.missed.items():
            for miss in missed:
                terminalreporter.write_line(f"missed {id}: {miss}")


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    counted = Tally()
    request.config.pluginmanager.register(counted)
    yield counted


@pytest.fixture(scope="module")
async def http(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[httpx.AsyncClient]:
    folder = tmp_path_factory.mktemp("conversations")
    settings = Settings(data_dir=folder / "data", playbook=HERE / "plain.yaml")
    async with served(settings, clock=lambda: BEFORE_ALL) as (_, client):
        yield client


class Play:
    """One conversation, step by step."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http
        self.channel, self.address, self.at = "", "", BEFORE_ALL
        self.customers: dict[str, str] = {}  # by address

    async def missed(self, conversation: Conversation) -> list[str]:
        """Labels of the expectations that do not hold, in order."""
        missed: list[str] = []
        for number, step in enumerate(conversation.steps):
            body = await self._body(f"{conversation.id}-{number}", step)
            first = next(iter(self.customers.values()))
            missed += [step.label(e) for e in step.expected if not holds(e, body, first)]
        return missed

    async def _body(self, turn_id: str, step: Step) -> dict[str, Any]:
        answer = await (self._say(turn_id, step) if step.kind == "say" else self._look(step))
        assert answer.status_code == 200, f"{turn_id}: {answer.text}"
        body: dict[str, Any] = answer.json()
        if step.kind == "say":
            self.customers[self.address] = body["customer_id"]
        return body

    async def _say(self, turn_id: str, step: Step) -> httpx.Response:
        self.channel, self.address = step.rest.get("on", self.channel), step.rest.get("from", self.address)
        self.at = datetime.fromisoformat(step.rest["at"]) if "at" in step.rest else self.at + timedelta(minutes=1)
        turn = {"channel": self.channel, "address": self.address, "text": step.what, "at": self.at.isoformat(), "turn_id": turn_id}
        said = {"speaker": step.rest.get("by", "customer"), "respond": step.rest.get("respond") != "false"}
        return await self.http.post("/v1/turns", json=turn | said)

    async def _look(self, step: Step) -> httpx.Response:
        customer = f"/v1/customers/{self.customers[step.rest.get('of', self.address)]}"
        if step.kind == "facts":
            return await self.http.get(f"{customer}/facts", params={**step.what, "limit": "200"})
        asked = {"question": step.what} | ({"as_of": step.rest["as_of"]} if "as_of" in step.rest else {})
        return await self.http.post(f"{customer}/ask", json=asked)


@pytest.mark.parametrize("conversation", conversations(), ids=lambda conversation: conversation.id)
async def test_a_conversation(http: httpx.AsyncClient, tally: Tally, conversation: Conversation) -> None:
    missed = await Play(http).missed(conversation)
    tally.add(conversation, missed)
    listed = known_misses().get(conversation.id, [])
    lost, found = [m for m in missed if m not in listed], [m for m in listed if m not in missed]
    assert not lost, "no longer holds:\n" + "\n".join(lost)
    assert not found, "holds now, take it off tests/conversations/misses.yaml:\n" + "\n".join(found)


def test_the_list_of_misses_names_what_is_there() -> None:
    labels = {c.id: [step.label(e) for step in c.steps for e in step.expected] for c in conversations()}
    assert [(id, miss) for id, missed in known_misses().items() for miss in missed if miss not in labels.get(id, [])] == []
