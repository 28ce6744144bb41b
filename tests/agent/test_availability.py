"""Servers vanish and come back under one app: a real Neo4j that is killed, and a wire to a vector store that is cut.

What was accepted is never lost, no request hangs, and the app recovers by itself."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from agent.api import create_api
from agent.app import App
from agent.local_neo4j import LocalNeo4j
from agent.settings import Settings
from tests.graph.qdrant_service import Wire, service, serving, wired

pytestmark = pytest.mark.filterwarnings("ignore:(Local mode|Payload indexes)")
AT = "2026-03-02T09:00:00-06:00"
LONGEST = 30.0  # seconds that a request may take: there is no such thing as one that hangs
RECOVERY = 300.0  # seconds: in truth a few, on a machine that has nothing else to do


@dataclass
class World:
    app: App
    http: httpx.AsyncClient
    neo4j: LocalNeo4j
    wire: Wire

    async def say(self, text: str, turn_id: str | None = None) -> httpx.Response:
        body = {"channel": "sms", "address": "+15125550101", "text": text, "at": AT, **({"turn_id": turn_id} if turn_id else {})}
        return await self.http.post("/v1/turns", json=body, timeout=LONGEST)

    async def missing(self) -> set[str]:
        answer = await self.http.get("/readyz")
        assert (await self.http.get("/healthz")).status_code == 200
        return set(answer.json().get("missing", ()))

    async def is_told(self, turn_id: str, text: str) -> dict[str, Any]:
        """The answer to a turn that was finished without being asked for again."""

        async def finished() -> bool:
            known = await self.app.store.find_turn(self.app.tenant, "sms", turn_id)
            return known is not None and known[1].status == "done"

        await until(finished)
        answer = await self.say(text, turn_id)
        assert answer.status_code == 200
        assert answer.json()["replayed"]
        return answer.json()


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(RECOVERY):
        while not await holds():
            await asyncio.sleep(0.2)


def is_unavailable(answer: httpx.Response) -> bool:
    """503 as a problem, with how long to wait."""
    return (
        answer.status_code == 503
        and answer.headers["content-type"] == "application/problem+json"
        and int(answer.headers["retry-after"]) > 0
        and answer.json()["status"] == 503
    )


@pytest.fixture
async def world(own_neo4j: LocalNeo4j) -> AsyncGenerator[World]:
    """Started while neither server answers. The graph's was there before: one that is being made refuses its password at first, and then
    everybody who came too often."""
    await asyncio.to_thread(own_neo4j.start)
    await asyncio.to_thread(own_neo4j.stop)
    with serving(service()) as url:
        async with wired(url) as wire:
            await wire.refuse()
            graph = {"graph_url": own_neo4j.url, "graph_user": own_neo4j.user, "graph_password": own_neo4j.password}
            app = App.build(Settings(vectors_url=wire.url, **graph))
            try:
                await app.start()
                transport = httpx.ASGITransport(create_api(app), raise_app_exceptions=False)
                async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as http:
                    yield World(app, http, own_neo4j, wire)
            finally:
                await app.close()


async def test_servers_vanish_and_come_back(world: World) -> None:
    await _down_at_the_start(world)
    await _graph_goes_and_comes(world)
    await _vectors_go_and_come(world)


async def _down_at_the_start(world: World) -> None:
    async def only_servers_missing() -> bool:
        return await world.missing() == {"graph", "vectors"}

    await until(only_servers_missing)
    assert is_unavailable(await world.say("My son Leo lives in Austin.", "1"))
    assert is_unavailable(await world.http.get("/v1/customers"))
    await asyncio.to_thread(world.neo4j.start)

    async def only_vectors_missing() -> bool:
        return await world.missing() == {"vectors"}

    await until(only_vectors_missing)
    assert is_unavailable(await world.say("My son Leo lives in Austin.", "1")), "kept: it can be delivered again as the same"
    assert is_unavailable(await world.say("My daughter Ana lives in Boise.")), "not kept: it could not"
    await world.wire.listen()
    await world.app.loaded()
    first = await world.is_told("1", "My son Leo lives in Austin.")
    assert first["facts"]
    turns = (await world.http.get(f"/v1/sessions/{first['session_id']}/turns")).json()["items"]
    assert [each["turn_id"] for each in turns if each["speaker"] == "customer"] == ["1"]


async def _graph_goes_and_comes(world: World) -> None:
    said = {str(number): f"Box {number} is in Austin." for number in range(10, 16)}
    sending = [asyncio.create_task(world.say(text, id)) for id, text in said.items()]
    await asyncio.wait(sending, return_when=asyncio.FIRST_COMPLETED)
    await asyncio.to_thread(world.neo4j.kill)
    answers = dict(zip(said, await asyncio.gather(*sending), strict=True))
    assert all(each.status_code == 200 or is_unavailable(each) for each in answers.values())
    assert await world.missing() == {"graph"}
    assert is_unavailable(await world.say("Box 99 is in Austin.", "99"))
    await asyncio.to_thread(world.neo4j.start)

    async def ready() -> bool:
        return not await world.missing()

    await until(ready)
    last = await world.say("Box 99 is in Austin.", "99")
    told = {fact["fact_id"] for fact in last.json()["facts"]}
    for id, text in said.items():
        again = await world.say(text, id)
        assert again.status_code == 200
        told |= {fact["fact_id"] for fact in again.json()["facts"]}  # one that is said again is confirmed, under its id
        if answers[id].status_code == 200:
            assert again.json() == {**answers[id].json(), "replayed": True}
    exported = (await world.http.get(f"/v1/customers/{last.json()['customer_id']}/export")).json()
    assert Counter(turn["id"] for turn in exported["turns"] if turn["speaker"] == "customer") == Counter(["1", "99", *said]), "each once"
    assert Counter(fact["id"] for fact in exported["facts"] if fact["turn"] != "1") == Counter(told), "what was answered is kept, once each"


async def _vectors_go_and_come(world: World) -> None:
    await world.wire.refuse()

    async def away() -> bool:
        return await world.missing() == {"vectors"}

    await until(away)
    answer = await world.say("Where does Leo live?", "200")
    assert answer.status_code == 200
    assert "Austin" in answer.json()["reply"]["text"]
    found = await world.http.get(
        f"/v1/customers/{answer.json()['customer_id']}/recall", params={"q": "Leo Austin", "k": 3}, timeout=LONGEST
    )
    assert found.json()["hits"][0]["why"]["missing"].keys() == {"vectors"}
    await world.wire.listen()

    async def whole() -> bool:
        path = f"/v1/customers/{answer.json()['customer_id']}/recall"
        hits = (await world.http.get(path, params={"q": "Leo Austin", "k": 3}, timeout=LONGEST)).json()["hits"]
        return not await world.missing() and not any("missing" in hit["why"] for hit in hits)

    await until(whole)

    async def indexed() -> bool:
        return not await world.app.store.unindexed(10)

    await until(indexed)
