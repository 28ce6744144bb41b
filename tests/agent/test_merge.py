"""Two customers made one, and taken apart again, through the API: the real models and stores."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.app import App
from agent.settings import Settings
from graph.model import Scope
from tests.agent.conftest import NOON, served

_numbers = count(5125550300)
LATER = datetime(2026, 6, 1, tzinfo=UTC)


@dataclass
class Desk:
    app: App
    http: httpx.AsyncClient
    at: datetime = NOON

    async def say(self, address: str, text: str, **more: Any) -> dict[str, Any]:
        self.at += timedelta(minutes=1)
        body = {"channel": "sms", "address": address, "text": text, "at": self.at.isoformat(), **more}
        return await self.post("/v1/turns", body)

    async def post(self, path: str, body: object, status: int = 200) -> dict[str, Any]:
        answer = await self.http.post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def get(self, path: str, status: int = 200) -> dict[str, Any]:
        answer = await self.http.get(path)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def export(self, customer: str) -> dict[str, Any]:
        return await self.get(f"/v1/customers/{customer}/export")

    async def ask(self, customer: str, question: str) -> str:
        return (await self.post(f"/v1/customers/{customer}/ask", {"question": question}))["answer"]

    async def merge(self, into: str, other: str) -> str:
        return (await self.post(f"/v1/customers/{into}/merge", {"customer_id": other}))["merge_id"]

    async def unmerge(self, into: str, merge: str) -> dict[str, Any]:
        return await self.post(f"/v1/customers/{into}/unmerge", {"merge_id": merge})

    async def replayed(self, customer: str, *, dry_run: bool = False) -> list[dict[str, Any]]:
        return (await self.post(f"/v1/customers/{customer}/replay", {"dry_run": dry_run}))["changes"]


@pytest.fixture(scope="module")
async def desk(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Desk]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("merge") / "data")
    async with served(settings, clock=lambda: NOON) as (app, http):
        yield Desk(app, http)


@dataclass
class Two:
    """Customers who told something each, with their numbers."""

    mine: str
    other: str
    my_number: str
    other_number: str


@pytest.fixture
async def two(desk: Desk) -> Two:
    mine, other = f"+1{next(_numbers)}", f"+1{next(_numbers)}"
    one = await desk.say(mine, "I drive a blue Tacoma.", turn_id=f"{mine}-1")
    two = await desk.say(other, "My sister Eva lives in Waco.", turn_id=f"{other}-1")
    await desk.say(mine, "My dog Rex is ill.", turn_id=f"{mine}-2")
    await desk.say(other, "I am allergic to peanuts.", turn_id=f"{other}-2")
    return Two(one["customer_id"], two["customer_id"], mine, other)


def but_for_the_head(export: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in export.items() if name not in ("customer", *names)}


async def test_two_become_one_memory(desk: Desk, two: Two) -> None:
    await desk.merge(two.mine, two.other)
    known = await desk.get(f"/v1/customers/{two.mine}")
    assert {each["value"] for each in known["addresses"]} == {two.my_number, two.other_number}
    assert known["counts"]["turns"] == 8
    assert "Waco" in await desk.ask(two.mine, "Where does Eva live?")
    assert "peanuts" in await desk.ask(two.mine, "What am I allergic to?")
    assert "Tacoma" in await desk.ask(two.mine, "What do I drive?")
    hits = (await desk.get(f"/v1/customers/{two.mine}/recall?q=allergic+peanuts"))["hits"]
    assert hits and "peanuts" in hits[0]["text"]
    await desk.get(f"/v1/customers/{two.other}", 404)
    exported = await desk.export(two.mine)
    said = [turn for turn in exported["turns"] if turn["speaker"] == "customer"]
    assert [turn["key"][-2:] for turn in said] == ["-1", "-1", "-2", "-2"] and said == sorted(said, key=lambda turn: turn["at"])
    assert [turn["number"] for turn in exported["turns"]] == list(range(8))


async def test_both_are_heard_as_one_afterwards(desk: Desk, two: Two) -> None:
    await desk.merge(two.mine, two.other)
    moved = await desk.say(two.other_number, "She moved to Denver.")
    assert moved["customer_id"] == two.mine
    assert "Denver" in await desk.ask(two.mine, "Where does Eva live?")
    again = await desk.say(two.my_number, "I drive a red Civic now.")
    assert again["customer_id"] == two.mine and again["session_id"]


async def test_a_turn_delivered_again_is_answered_as_it_was(desk: Desk, two: Two) -> None:
    await desk.merge(two.mine, two.other)
    again = await desk.say(two.other_number, "I am allergic to peanuts.", turn_id=f"{two.other_number}-2")
    assert again["replayed"] and (await desk.get(f"/v1/customers/{two.mine}"))["counts"]["turns"] == 8


async def test_a_merge_taken_back_leaves_no_trace(desk: Desk, two: Two) -> None:
    mine, other = await desk.export(two.mine), await desk.export(two.other)
    merge = await desk.merge(two.mine, two.other)
    gone = await desk.unmerge(two.mine, merge)
    assert gone["separated"]["customer_id"] == two.other
    now, theirs = await desk.export(two.mine), await desk.export(two.other)
    assert but_for_the_head(now, "acts") == but_for_the_head(mine, "acts")
    assert [act["kind"] for act in now["acts"]] == ["merge", "unmerge"] and "peanuts" not in str(now)
    assert but_for_the_head(theirs) == but_for_the_head(other)
    assert (
        now["customer"]["addresses"] == mine["customer"]["addresses"] and theirs["customer"]["addresses"] == other["customer"]["addresses"]
    )
    assert (await desk.say(two.other_number, "Hello."))["customer_id"] == two.other
    assert (await desk.get(f"/v1/customers/{two.mine}/recall?q=peanuts"))["hits"][0]["text"].find("peanuts") == -1


async def test_what_was_said_since_goes_with_the_address(desk: Desk, two: Two) -> None:
    merge = await desk.merge(two.mine, two.other)
    await desk.say(two.other_number, "My boat is called Marlin.")
    await desk.say(two.my_number, "Rex is fine now, and we moved to Boulder.")
    await desk.unmerge(two.mine, merge)
    mine, theirs = await desk.export(two.mine), await desk.export(two.other)
    assert "Boulder" in str(mine["turns"]) and "Marlin" not in str(mine)
    assert "Marlin" in str(theirs["facts"]) and "Rex" not in str(theirs)
    assert "Marlin" in await desk.ask(two.other, "What is my boat called?")
    sessions = [{each["id"] for each in export["sessions"]} for export in (mine, theirs)]
    assert not sessions[0] & sessions[1]
    for export in (mine, theirs):
        known = {each["id"] for each in export["entities"]}
        assert {fact["subject"] for fact in export["facts"]} <= known
        assert {each["entity"] for turn in export["turns"] for each in turn.get("mentions", ()) if each["entity"]} <= known
        assert {turn["session"] for turn in export["turns"]} == {each["id"] for each in export["sessions"]}
    assert await desk.replayed(two.mine) == [] and await desk.replayed(two.other) == []


async def test_a_retraction_since_goes_with_what_it_is_about(desk: Desk, two: Two) -> None:
    merge = await desk.merge(two.mine, two.other)
    facts = (await desk.export(two.mine))["facts"]
    allergy = next(fact for fact in facts if "peanuts" in fact["text"])
    await desk.post(f"/v1/customers/{two.mine}/facts/{allergy['id']}/retract", {"reason": "another customer's"})
    await desk.unmerge(two.mine, merge)
    theirs = await desk.export(two.other)
    assert next(fact for fact in theirs["facts"] if fact["id"] == allergy["id"])["retracted_at"]
    assert [act["kind"] for act in theirs["acts"]] == ["retract"]
    assert await desk.replayed(two.other, dry_run=True) == []


async def test_a_merged_memory_can_be_replayed(desk: Desk, two: Two) -> None:
    merge = await desk.merge(two.mine, two.other)
    await desk.say(two.other_number, "Eva moved to Denver.")
    before = await desk.export(two.mine)
    assert await desk.replayed(two.mine, dry_run=True) == []
    assert await desk.replayed(two.mine) == []
    assert await desk.export(two.mine) == before
    await desk.unmerge(two.mine, merge)
    assert "Denver" in await desk.ask(two.other, "Where does Eva live?")


async def test_merges_are_undone_last_first(desk: Desk, two: Two) -> None:
    number = f"+1{next(_numbers)}"
    third = (await desk.say(number, "My parrot Kiko talks."))["customer_id"]
    before = await desk.export(two.mine)
    first = await desk.merge(two.mine, two.other)
    second = await desk.merge(two.mine, third)
    assert await desk.replayed(two.mine) == []
    await desk.post(f"/v1/customers/{two.mine}/unmerge", {"merge_id": first}, 409)
    await desk.unmerge(two.mine, second)
    await desk.unmerge(two.mine, first)
    assert but_for_the_head(await desk.export(two.mine), "acts") == but_for_the_head(before, "acts")
    await desk.post(f"/v1/customers/{two.mine}/unmerge", {"merge_id": first}, 409)


async def test_turn_ids_that_both_have_are_kept_apart(desk: Desk) -> None:
    number, visitor = f"+1{next(_numbers)}", f"visitor-{next(_numbers)}"
    mine = (await desk.say(number, "I drive a blue Tacoma.", turn_id="1"))["customer_id"]
    other = (await desk.say(visitor, "My sister Eva lives in Waco.", turn_id="1", channel="webchat"))["customer_id"]
    before = await desk.export(mine), await desk.export(other)
    merge = await desk.merge(mine, other)
    assert "Tacoma" in await desk.ask(mine, "What do I drive?") and "Waco" in await desk.ask(mine, "Where does Eva live?")
    for address, text, channel in ((number, "I drive a blue Tacoma.", "sms"), (visitor, "My sister Eva lives in Waco.", "webchat")):
        assert (await desk.say(address, text, turn_id="1", channel=channel))["replayed"]
    assert await desk.replayed(mine) == []
    await desk.unmerge(mine, merge)
    after = await desk.export(mine), await desk.export(other)
    assert [but_for_the_head(each, "acts") for each in after] == [but_for_the_head(each, "acts") for each in before]


async def test_what_cannot_be_merged(desk: Desk, two: Two) -> None:
    path = f"/v1/customers/{two.mine}"
    await desk.post(f"{path}/merge", {"customer_id": two.mine}, 409)
    await desk.post(f"{path}/merge", {"customer_id": "nobody"}, 404)
    await desk.post(f"{path}/merge", {}, 422)
    await desk.post("/v1/customers/nobody/merge", {"customer_id": two.mine}, 404)
    await desk.post(f"{path}/unmerge", {"merge_id": "none"}, 404)


async def test_erasing_erases_both(desk: Desk, two: Two, tmp_path: Path) -> None:
    await desk.merge(two.mine, two.other)
    scope = Scope(desk.app.tenant, two.mine)  # type: ignore[arg-type]
    assert (await desk.http.delete(f"/v1/customers/{two.mine}")).status_code == 200
    assert await (await desk.app.loaded()).memory.vectors.count(scope) == 0
    left = {
        each.name for each in desk.app.settings.data_dir.rglob("*") if each.is_file() and two.other_number.encode() in each.read_bytes()
    }
    assert left == set()
