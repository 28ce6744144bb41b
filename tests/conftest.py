"""Servers that tests of several packages run on."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from agent.local_neo4j import LocalNeo4j
from tests.graph.qdrant_service import KEY, Wire, service, serving, wired
from tests.neo4j_server import MISSING, Reach, own_server, session_server


@pytest.fixture(scope="session")
def neo4j_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reach]:
    """A Neo4j for the session. It is shared: tests wipe it, and none may stop it."""
    with session_server(tmp_path_factory.mktemp("neo4j")) as reached:
        yield reached


@pytest.fixture
def own_neo4j(tmp_path: Path) -> Iterator[LocalNeo4j]:
    """A Neo4j of one test's own, to start, kill and restart; starting takes ten seconds and more."""
    server = own_server(tmp_path / "neo4j")
    yield server
    server.kill()


@pytest.fixture
def qdrant_url() -> Iterator[str]:
    """A Qdrant service of one test's own, which wants KEY."""
    with serving(service(key=KEY)) as served:
        yield served


@pytest.fixture
async def wire(qdrant_url: str) -> AsyncIterator[Wire]:
    """To that service, to fail on demand."""
    async with wired(qdrant_url) as opened:
        yield opened


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for why in MISSING:
        terminalreporter.section("skipped")
        terminalreporter.line(why)
