"""A Neo4j of one's own: it answers, survives being killed, and ends with whoever started it."""

import os
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from agent.local_neo4j import LocalNeo4j, LocalNeo4jError, kept_password

STARTS = """
import os, sys
from pathlib import Path
from agent.local_neo4j import LocalNeo4j
server = LocalNeo4j(Path(sys.argv[1]), port=int(sys.argv[2]), password="starts-and-vanishes")
server.start()
os.kill(os.getpid(), 9)
"""


def names(server: LocalNeo4j) -> list[str]:
    with GraphDatabase.driver(server.url, auth=(server.user, server.password)) as driver:
        return [record["name"] for record in driver.execute_query("MATCH (n:Kept) RETURN n.name AS name").records]


def test_what_was_written_is_there_after_a_kill(own_neo4j: LocalNeo4j) -> None:
    own_neo4j.start()
    with GraphDatabase.driver(own_neo4j.url, auth=(own_neo4j.user, own_neo4j.password)) as driver:
        driver.execute_query("CREATE (:Kept {name: 'Leo'})")
    own_neo4j.kill()
    assert not own_neo4j.running
    own_neo4j.start()
    assert names(own_neo4j) == ["Leo"]
    second = LocalNeo4j(own_neo4j.folder, port=own_neo4j.port, password="other")
    with pytest.raises(LocalNeo4jError, match="in use"):
        second.start()


def test_it_ends_with_a_process_that_was_killed(own_neo4j: LocalNeo4j) -> None:
    command = [sys.executable, "-c", STARTS, str(own_neo4j.folder), str(own_neo4j.port)]
    assert subprocess.run(command, check=False, cwd=Path(__file__).parents[2]).returncode == -9
    waited = time.monotonic() + 60
    while _answers(own_neo4j):
        assert time.monotonic() < waited, "it still answers"
        time.sleep(0.2)


def _answers(server: LocalNeo4j) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", server.port)) == 0


def test_a_password_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    made = kept_password(tmp_path / "neo4j")
    assert len(made) >= 32 and kept_password(tmp_path / "neo4j") == made
    assert stat.S_IMODE((tmp_path / "neo4j" / "password").stat().st_mode) == 0o600
    assert kept_password(tmp_path / "other") != made


def test_a_machine_without_java_is_told_what_to_install(tmp_path: Path) -> None:
    told = "from agent.local_neo4j import obstacle; from pathlib import Path; import sys; print(obstacle(Path(sys.argv[1])))"
    environment = {**os.environ, "PATH": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", told, str(tmp_path)], env=environment, capture_output=True, text=True, check=True)
    assert "no java and no javac and no jar and no mvn" in ran.stdout and "install a JDK" in ran.stdout
