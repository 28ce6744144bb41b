"""Whole conversations with customers of many kinds of business, against the real app: what each step must bring.

What is missed today stands in tests/conversations/misses.yaml: a miss that is not listed fails, and so does a listed one that holds.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.agent.listed_misses import Tally
from tests.conversations.expectations import HERE, Conversation, Step, conversations, holds, known_misses

BEFORE_ALL = datetime(2026, 1, 1, tzinfo=UTC)  # so that "now" is each customer's last turn


@pytest.fixture(scope="module")
def tally(request: pytest.FixtureRequest) -> Iterator[Tally]:
    counted = Tally("conversations", HERE / "misses.yaml")
    request.config.pluginmanager.register(counted)
    yield counted


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
        heard = {"heard": step.rest["heard"]} if "heard" in step.rest else {}
        return await self.http.post("/v1/turns", json=turn | said | heard)

    async def _look(self, step: Step) -> httpx.Response:
        customer = f"/v1/customers/{self.customers[step.rest.get('of', self.address)]}"
        if step.kind == "facts":
            return await self.http.get(f"{customer}/facts", params={**step.what, "limit": "200"})
        asked = {"question": step.what} | ({"as_of": step.rest["as_of"]} if "as_of" in step.rest else {})
        return await self.http.post(f"{customer}/ask", json=asked)


@pytest.mark.parametrize("conversation", conversations(), ids=lambda conversation: conversation.id)
async def test_a_conversation(conversing: httpx.AsyncClient, tally: Tally, conversation: Conversation) -> None:
    missed = await Play(conversing).missed(conversation)
    tally.check(conversation.id, missed, expected=sum(len(step.expected) for step in conversation.steps))


def test_the_list_of_misses_names_what_is_there() -> None:
    labels = {c.id: [step.label(e) for step in c.steps for e in step.expected] for c in conversations()}
    assert [(id, miss) for id, missed in known_misses().items() for miss in missed if miss not in labels.get(id, [])] == []
