"""Conversations give equal answers and equal exports whether they are kept embedded or in Neo4j, byte for byte.

A handful of those in tests/conversations, evenly spread; with THROUGHLINE_TEST_CONVERSATIONS=all every one."""

import json
import os
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from agent.api_models import TurnRequest
from agent.identify import same_customer
from agent.leases import Leases
from agent.playbook import load_playbooks
from agent.reception import Reception
from agent.workflow import Workflow
from graph.edge_vectors import EdgeVectors
from graph.memory import Memory
from graph.model import Customer, CustomerId, Scope, TenantId
from graph.store import Store
from tests.agent.conftest import NOON, Engine
from tests.agent.test_conversations import BEFORE_ALL
from tests.conversations.expectations import HERE, Conversation, conversations
from tests.graph.stores import STORES, wipe
from tests.neo4j_server import Reach

TENANT = TenantId("t")
SOME = 6


def chosen() -> list[Conversation]:
    every = list(conversations())
    return every if os.environ.get("THROUGHLINE_TEST_CONVERSATIONS") == "all" else every[:: len(every) // SOME][:SOME]


@pytest.fixture
async def emptied(neo4j_server: Reach) -> None:
    await wipe(neo4j_server)


@pytest.mark.parametrize("conversation", chosen(), ids=lambda conversation: conversation.id)
async def test_a_conversation_is_the_same_on_both(conversation: Conversation, engine: Engine, emptied: None, tmp_path: Path) -> None:
    played = {kind: await played_on(STORES[kind](tmp_path / kind), tmp_path / kind, conversation, engine) for kind in sorted(STORES)}
    answers, exports = zip(*played.values(), strict=True)
    for one, other in zip(*answers, strict=True):
        assert one == other
    assert len(set(exports)) == 1


async def played_on(store: Store, folder: Path, conversation: Conversation, engine: Engine) -> tuple[list[dict[str, Any]], str]:
    """The answers to what is said and the exports of all customers as text, without how long anything took."""
    vectors = EdgeVectors(folder / "vectors", size=engine.embedder.size)
    await store.open()
    await vectors.open()
    memory = Memory(store, vectors, engine.embedder, reparse=lambda t: engine.pipeline.parse(t.text, at=t.at, zone=ZoneInfo(t.zone)))
    workflow = Workflow(memory, engine.pipeline, engine.embedder)

    async def runner() -> Workflow:
        return workflow

    reception = Reception(store, load_playbooks(HERE / "plain.yaml"), Leases(store, lambda: NOON), runner=runner, clock=lambda: NOON)
    try:
        answers = [await _said(store, reception, turn) for turn in turns_of(conversation)]
        await workflow.indexer.close()
        scopes = [Scope(TENANT, CustomerId(each)) for each in sorted({answer["customer_id"] for answer in answers})]
        return answers, json.dumps([_untimed(await store.export(scope)) for scope in scopes], ensure_ascii=False)
    finally:
        await vectors.close()
        await store.close()


async def _said(store: Store, reception: Reception, turn: TurnRequest) -> dict[str, Any]:
    """A customer who is new gets an id that tells the address, the same on both stores."""
    addresses = same_customer(turn.channel, turn.address or "", "US")
    if await store.find_customer(TENANT, addresses) is None:
        who = CustomerId(f"{turn.channel} {turn.address}")
        await store.create_customer(Customer(who, TENANT, addresses[:1], created_at=NOON))
    return _untimed(await reception.handle(TENANT, turn))


def _untimed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _untimed(each) for name, each in value.items() if name != "timings_ms"}
    return [_untimed(each) for each in value] if isinstance(value, list) else value


def turns_of(conversation: Conversation) -> Iterable[TurnRequest]:
    """What is said in it, as tests.agent.test_conversations plays it."""
    channel, address, at = "", "", BEFORE_ALL
    for number, step in enumerate(conversation.steps):
        if step.kind == "say":
            channel, address = step.rest.get("on", channel), step.rest.get("from", address)
            at = datetime.fromisoformat(step.rest["at"]) if "at" in step.rest else at + timedelta(minutes=1)
            said = {"speaker": step.rest.get("by", "customer"), "respond": step.rest.get("respond") != "false"}
            turn = {"channel": channel, "address": address, "text": step.what, "at": at, "turn_id": f"{conversation.id}-{number}"}
            yield TurnRequest.model_validate(turn | said)
