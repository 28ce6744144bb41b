"""The Neo4j that tests run on: the one that `THROUGHLINE_TEST_GRAPH_URL` names, else one of their own, started for the session.

Everything in it is wiped between tests, so the one named must be for tests only.
"""

import os
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.local_neo4j import LocalNeo4j, LocalNeo4jError, free_port, resolve

PREFIX = "THROUGHLINE_TEST_GRAPH_"
PASSWORD = "only-for-tests"
MISSING: list[str] = []  # why tests were skipped, for the end of the report


@dataclass(frozen=True, slots=True)
class Reach:
    """How a server is reached."""

    url: str
    user: str
    password: str


def reach() -> Reach | None:
    """What the environment names; tests' child processes find the session's server there as well."""
    url = os.environ.get(f"{PREFIX}URL")
    return Reach(url, os.environ.get(f"{PREFIX}USER", "neo4j"), os.environ.get(f"{PREFIX}PASSWORD", "neo4j")) if url else None


def own_server(folder: Path) -> LocalNeo4j:
    """Not yet started. Skips the test where none can be had; under CI=true the test fails."""
    try:
        resolve()
    except LocalNeo4jError as error:
        why = f"no Neo4j to test on: {error}; or name one that is for tests only with {PREFIX}URL, …USER and …PASSWORD"
        if os.environ.get("CI") == "true":
            pytest.fail(why, pytrace=False)
        if why not in MISSING:
            MISSING.append(why)
        pytest.skip(why)
    return LocalNeo4j(folder, port=free_port(), password=PASSWORD)


@contextmanager
def session_server(folder: Path) -> Generator[Reach]:
    """The server of the whole session, in the environment for as long as it runs."""
    given = reach()
    if given:
        yield given
        return
    server = own_server(folder)
    server.start()
    names = {f"{PREFIX}URL": server.url, f"{PREFIX}USER": server.user, f"{PREFIX}PASSWORD": server.password}
    os.environ.update(names)
    try:
        yield Reach(server.url, server.user, server.password)
    finally:
        for name in names:
            del os.environ[name]
        server.kill()
