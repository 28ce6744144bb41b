"""A whole server whose Qdrant goes away in the middle and comes back: turns are answered, recall says what is missing, nothing is lost."""

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest

from agent.settings import Settings
from graph.qdrant_vectors import SEARCH
from tests.agent.conftest import served
from tests.graph.qdrant_service import KEY, Fault, Wire

pytestmark = pytest.mark.filterwarnings("ignore:(Local mode|Payload indexes)")


async def say(http: httpx.AsyncClient, text: str, day: int) -> dict[str, Any]:
    turn = {"channel": "sms", "address": "+15125550101", "text": text, "at": f"2026-03-{day:02}T15:00:00-06:00"}
    answer = await http.post("/v1/turns", json=turn)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def recalled(http: httpx.AsyncClient, customer: str, q: str) -> dict[str, Any]:
    return (await http.get(f"/v1/customers/{customer}/recall", params={"q": q, "k": 3, "as_of": "2026-04-01T00:00:00Z"})).json()


@pytest.mark.parametrize("fault", ["stall", "break off"])
async def test_turns_are_answered_while_the_vectors_are_away_and_recall_says_so(settings: Settings, wire: Wire, fault: Fault) -> None:
    there = replace(settings, vectors_url=wire.url, vectors_api_key=KEY)
    async with served(there) as (_app, http):
        customer = (await say(http, "The boiler in my cellar rattles.", 1))["customer_id"]
        before = await recalled(http, customer, "boiler")
        assert before["missing"] == {} and "boiler" in before["hits"][0]["text"]
        wire.fault = fault
        async with asyncio.timeout(60 * SEARCH):
            during = [await say(http, f"My son Leo plays game number {n}.", 2 + n) for n in range(5)]
        assert all(each["reply"] for each in during)
        away = await recalled(http, customer, "boiler")
        assert away["missing"] == {"vectors": "unavailable"}
        assert "boiler" in away["hits"][0]["text"] and away["hits"][0]["why"]["missing"] == away["missing"]
        refused = await http.delete(f"/v1/customers/{customer}")
        assert refused.status_code == 503 and "Retry-After" in refused.headers
        wire.fault = "none"
        async with asyncio.timeout(60):
            while (await recalled(http, customer, "game number 3"))["missing"]:
                await asyncio.sleep(0.2)
            while "number 3" not in (await recalled(http, customer, "game number 3"))["hits"][0]["text"]:
                await asyncio.sleep(0.2)
        erased = (await http.delete(f"/v1/customers/{customer}")).json()["erased"]
        assert erased["turns"] == 12 and erased["vectors"] >= erased["turns"]
