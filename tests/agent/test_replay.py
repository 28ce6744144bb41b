"""A memory made anew from its log: the same by the same version, and what another reading of the log would change."""

import json
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent import printed
from agent.app import App
from agent.settings import Settings
from tests.agent.conftest import NOON, served
from tests.agent.test_conversations import BEFORE_ALL, Play
from tests.agent.test_merge import Desk
from tests.conversations.expectations import HERE, Conversation, conversations

ADDRESS = "+15125550401"
# turns of each kind of trouble: corrections, a goal with a digression, a callback, a turn cut off by the customer, one of the agent
CHAIN: list[dict[str, Any]] = [
    {"text": "My sister Eva lives in Waco and drives a red truck."},
    {"text": "I'd like to book an appointment."},
    {"text": "Sorry, not Waco, Austin. What are your hours?"},
    {"text": "She moved to Denver last week.", "heard": "We"},
    {"text": "Never mind the appointment."},
    {"text": "We have Friday at 9 or Monday at 2.", "speaker": "agent"},
    {"text": "The second one works.", "respond": False},
    {"text": "Where does Eva live?"},
]


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[tuple[App, httpx.AsyncClient]]:
    settings = Settings(data_dir=tmp_path_factory.mktemp("replay") / "data", playbook=HERE / "plain.yaml")
    async with served(settings, clock=lambda: BEFORE_ALL) as (app, http):
        yield app, http


def desk_of(world: tuple[App, httpx.AsyncClient]) -> Desk:
    return Desk(*world, at=NOON)


async def told(desk: Desk, address: str) -> str:
    """The chain said; the customer."""
    answers = [await desk.say(address, **turn) for turn in CHAIN]
    return answers[0]["customer_id"]


@pytest.mark.parametrize("conversation", conversations()[::9], ids=lambda conversation: conversation.id)
async def test_a_replay_changes_nothing(world: tuple[App, httpx.AsyncClient], conversation: Conversation) -> None:
    desk, play = desk_of(world), Play(world[1])
    await play.missed(conversation)
    for customer in dict.fromkeys(play.customers.values()):
        before = await desk.export(customer)
        assert await desk.replayed(customer, dry_run=True) == []
        assert await desk.replayed(customer) == []
        assert json.dumps(await desk.export(customer)) == json.dumps(before)


async def test_what_was_retracted_stays_so_and_no_old_value_comes_back(world: tuple[App, httpx.AsyncClient]) -> None:
    desk = desk_of(world)
    customer = await told(desk, ADDRESS)
    truck = next(fact for fact in (await desk.export(customer))["facts"] if "truck" in fact["text"])
    await desk.post(f"/v1/customers/{customer}/facts/{truck['id']}/retract", {"reason": "sold long ago"})
    await desk.say(ADDRESS, "Thanks, that's all.")
    before, known = await desk.export(customer), await desk.get(f"/v1/customers/{customer}/facts?limit=500")
    assert await desk.replayed(customer) == []
    assert json.dumps(await desk.export(customer)) == json.dumps(before)
    assert await desk.get(f"/v1/customers/{customer}/facts?limit=500") == known
    assert truck["id"] not in {fact["fact_id"] for fact in known["items"]}


async def test_what_is_not_of_the_log_is_made_anew(world: tuple[App, httpx.AsyncClient]) -> None:
    """As an earlier version would have left it: facts lost, invented and worded otherwise, under other ids."""
    desk = desk_of(world)
    customer = await told(desk, "+15125550402")
    truck = next(fact for fact in (await desk.export(customer))["facts"] if "truck" in fact["text"])
    await desk.post(f"/v1/customers/{customer}/facts/{truck['id']}/retract", {"reason": "sold long ago"})
    right = await desk.export(customer)
    wrong = json.loads(json.dumps(right))
    wrong["facts"][0]["text"] = "It was worded otherwise"
    wrong["facts"][-1]["id"] = "another"
    lost = wrong["facts"].pop(1)
    wrong["facts"].append({**lost, "id": "invented", "predicate": "nonsense", "text": "Nobody said this"})
    wrong["entities"][-1]["name"] = "Nobody"
    wrong["turns"][0]["understood"] = "Something else."
    for act in wrong["acts"]:
        act["body"]["fact_id"] = "an id that is no more"
    assert (await desk.http.delete(f"/v1/customers/{customer}")).status_code == 200
    await desk.post("/v1/customers/import", wrong)
    changes = await desk.replayed(customer, dry_run=True)
    hows = {(each["kind"], each["how"]) for each in changes}
    assert {("fact", "added"), ("fact", "lost"), ("fact", "changed"), ("entity", "changed"), ("turn", "changed")} <= hows
    assert next(each for each in changes if each["how"] == "lost")["text"] == "Nobody said this"
    shown = printed.replays([{"customer_id": customer, "dry_run": True, "changes": changes}])
    assert "  - fact    Nobody said this" in shown and "understood: Something else. ->" in shown and "1 would change" in shown
    assert await desk.replayed(customer) == changes
    now = await desk.export(customer)
    assert [now[name] for name in ("facts", "entities", "goals", "turns")] == [right[n] for n in ("facts", "entities", "goals", "turns")]
    assert await desk.replayed(customer) == []
    hits = (await desk.get(f"/v1/customers/{customer}/recall?q=red+truck"))["hits"]
    assert hits and "truck" in hits[0]["text"]


async def test_an_imported_customer_is_replayed_elsewhere(world: tuple[App, httpx.AsyncClient], tmp_path: Path) -> None:
    desk = desk_of(world)
    customer = await told(desk, "+15125550403")
    exported = await desk.export(customer)
    async with served(world[0].settings.__class__(data_dir=tmp_path / "data", playbook=HERE / "plain.yaml"), tenant="theirs") as (
        app,
        http,
    ):
        there = Desk(app, http)
        await there.post("/v1/customers/import", exported)
        assert await there.replayed(customer) == []
        assert [act["kind"] for act in (await there.export(customer))["acts"]] == ["import"]


async def test_nobody_and_somebody_who_said_nothing(world: tuple[App, httpx.AsyncClient]) -> None:
    desk = desk_of(world)
    await desk.post("/v1/customers/nobody/replay", {}, 404)
    assert printed.replays([]) == "0 replayed, 0 changed"
