"""What tests of the shell share: real stores in temporary folders, the real models loaded once, and a plain worker for turns where
language does not matter."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.api import create_api
from agent.api_models import TurnRequest
from agent.app import App
from agent.identify import in_conversation
from agent.playbook import SHIPPED, Playbook, Playbooks, load_playbooks
from agent.settings import Settings
from agent.turn_state import Tell
from graph.model import Commit, Customer, Scope, Session, Turn
from graph.store import RevisionConflict, Store
from nlp.embed import SentenceEmbedder
from nlp.pipeline import Pipeline
from tests.graph.conftest import kind, open_store  # noqa: F401  (fixtures: every store)

NOON = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


class Echo:
    """Works on a turn without understanding it: keeps it and answers what it was. A Runner for tests of order and safety."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.runs: list[str] = []

    async def run(
        self, scope: Scope, turn: Turn, request: TurnRequest, playbook: Playbook, tell: Tell, *, current: Customer | None = None
    ) -> dict[str, Any]:
        self.runs.append(turn.text)
        before = await self.store.snapshot(scope, 20)
        assert before is not None
        if any(done.id == turn.id for done in before.turns):
            raise RevisionConflict("done already")
        turn = turn if request.session_id else in_conversation(turn, before.sessions.values())
        answer = {"turn_id": turn.id, "session_id": turn.session, "customer_id": scope.customer, "replayed": False, "understood": turn.text}
        session = before.sessions.get(turn.session) or Session(turn.session, turn.channel, request.address or "", turn.at, turn.at)
        commit = Commit(
            expected_revision=before.customer.revision,
            recorded_at=turn.at,
            turns=(replace(turn, status="done", answer=answer),),
            session=replace(session, last_turn_at=max(session.last_turn_at, turn.at)),
            last_turn_at=turn.at,
        )
        await self.store.commit(scope, commit)
        return answer


@asynccontextmanager
async def served(settings: Settings, **options: Any) -> AsyncGenerator[tuple[App, httpx.AsyncClient]]:
    """A started app with its API, in process."""
    app = App.build(settings, **options)
    try:
        await app.start()
        await app.loaded()
        transport = httpx.ASGITransport(create_api(app), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", timeout=120) as http:
            yield app, http
    finally:
        await app.close()


@dataclass(frozen=True, slots=True)
class Engine:
    """The real models, loaded once."""

    pipeline: Pipeline
    embedder: SentenceEmbedder
    playbooks: Playbooks


@pytest.fixture(scope="session")
def engine() -> Engine:
    return Engine(Pipeline(), SentenceEmbedder(), load_playbooks(SHIPPED))


@pytest.fixture(scope="session")
async def conversing(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[httpx.AsyncClient]:
    """The API of a business that only talks, remembers and answers, for all played dialogues: each with a customer of its own, whose
    "now" is their last turn."""
    playbook = Path(__file__).parent.parent / "conversations" / "plain.yaml"
    settings = Settings(data_dir=tmp_path_factory.mktemp("conversing") / "data", playbook=playbook)
    async with served(settings, clock=lambda: datetime(2026, 1, 1, tzinfo=UTC)) as (_, http):
        yield http


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data")


@pytest.fixture
def clock() -> Callable[[], datetime]:
    return lambda: NOON
