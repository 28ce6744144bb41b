"""The command line as people use it: on the data folder itself, and against a server."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from agent import printed
from agent.cli import cli
from agent.data_folder import DataFolderInUse, hold
from agent.keys import read_keys
from agent.settings import Settings
from tests.agent.test_crash import free_port, started


def throughline(*words: str, folder: Path, text: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own, in a folder without settings."""
    folder.mkdir(exist_ok=True)
    given = {**os.environ, "THROUGHLINE_DATA_DIR": str(folder / "data"), **environment}
    return subprocess.run(
        [sys.executable, "-m", "agent.cli", *words], env=given, input=text, capture_output=True, text=True, timeout=400, check=False
    )


def test_keys_are_made_listed_and_removed(tmp_path: Path) -> None:
    file = str(tmp_path / "keys.txt")
    made = CliRunner().invoke(cli, ["keys", "add", "--tenant", "dental", "--scopes", "chat,read", "--file", file])
    key = made.stdout.strip()
    assert key.startswith("tl_")
    listed = CliRunner().invoke(cli, ["keys", "list", "--file", file])
    assert listed.stdout.split() == [read_keys(Path(file))[0].hash[:12], "dental", "chat", "read"]
    CliRunner().invoke(cli, ["keys", "remove", key, "--file", file])
    assert read_keys(Path(file)) == ()


def test_a_conversation_on_the_data_folder_itself(tmp_path: Path) -> None:
    talked = throughline("chat", "--as", "+15125550101", "--channel", "sms", folder=tmp_path, text="My son Leo lives in Austin.\n\nbye\n")
    assert talked.returncode == 0, talked.stderr
    assert "understood" in talked.stdout
    assert "Leo lives in Austin" in talked.stdout
    facts = throughline("facts", "+15125550101", folder=tmp_path)
    assert "Austin" in facts.stdout, facts.stderr
    file = tmp_path / "leo.json"
    assert throughline("export", "+15125550101", "-o", str(file), folder=tmp_path).returncode == 0
    taken = throughline("import", str(file), folder=tmp_path / "elsewhere")
    assert json.loads(file.read_text())["customer"]["id"] in taken.stdout, taken.stderr
    gone = throughline("forget", "+15125550101", "--yes", folder=tmp_path)
    assert "erased: " in gone.stdout, gone.stderr
    nobody = throughline("facts", "+15125550101", folder=tmp_path)
    assert nobody.returncode == 1
    assert "there is no customer" in nobody.stderr


async def test_commands_on_a_server_and_beside_it(tmp_path: Path) -> None:
    port = free_port()
    server = await started(tmp_path / "data", port)
    url = f"http://127.0.0.1:{port}"
    try:
        talked = throughline("chat", "--as", "visitor", "--url", url, folder=tmp_path, text="My cat Tom likes fish.\n")
        assert "Tom" in talked.stdout, talked.stderr
        asked = throughline("ask", "visitor", "Who is Tom?", "--url", url, folder=tmp_path)
        assert asked.returncode == 0, asked.stderr
        told = throughline("timeline", "visitor", "Tom", "--url", url, folder=tmp_path)
        assert "mentioned" in told.stdout, told.stderr
        beside = throughline("facts", "visitor", folder=tmp_path)
        assert beside.returncode == 1
        assert f"process {server.pid} (throughline serve)" in beside.stderr
        assert "--url" in beside.stderr
        second = throughline("serve", folder=tmp_path, THROUGHLINE_PORT=str(free_port()))
        assert second.returncode == 1
        assert f"process {server.pid}" in second.stderr
        taken = throughline("serve", folder=tmp_path / "other", THROUGHLINE_PORT=str(port))
        assert f"cannot listen on 127.0.0.1:{port}" in taken.stderr
    finally:
        server.send_signal(signal.SIGTERM)
        assert await server.wait() == 0


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"THROUGHLINE_HOST": "0.0.0.0"}, "there are no API keys"),
        ({"THROUGHLINE_PORT": "x"}, "THROUGHLINE_PORT is 'x'"),
        ({"THROUGHLINE_GRAPH_URL": "http://localhost"}, "THROUGHLINE_GRAPH_URL is 'http://localhost'"),
        ({"THROUGHLINE_PLAYBOOK": "/nowhere.yaml"}, "there is no such file"),
        ({"THROUGHLINE_API_KEYS": "/nowhere.txt"}, "there is no such file"),
    ],
)
def test_a_server_that_cannot_be_is_refused_with_the_reason(tmp_path: Path, environment: dict[str, str], said: str) -> None:
    refused = throughline("serve", folder=tmp_path, **environment)
    assert refused.returncode == 1
    assert said in refused.stderr
    assert "Traceback" not in refused.stderr


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    refused = throughline("facts", "visitor", "--url", url, folder=tmp_path)
    assert refused.returncode == 1
    assert f"{url} does not answer" in refused.stderr


def test_the_doctor_says_what_is_wrong(tmp_path: Path) -> None:
    broken = tmp_path / "playbook.yaml"
    broken.write_text("goals: {}\n")
    found = throughline("doctor", folder=tmp_path, THROUGHLINE_PLAYBOOK=str(broken))
    assert found.returncode == 1
    assert "wrong  playbook" in found.stdout
    assert "not ready: playbook" in found.stdout


def test_the_doctor_finds_nothing_where_all_is_well(tmp_path: Path) -> None:
    found = throughline("doctor", folder=tmp_path)
    assert found.returncode == 0, found.stdout + found.stderr
    assert found.stdout.rstrip().endswith("all is well")


def test_the_doctor_names_servers_that_do_not_answer(tmp_path: Path) -> None:
    graph, vectors = f"bolt://127.0.0.1:{free_port()}", f"http://127.0.0.1:{free_port()}"
    found = throughline("doctor", folder=tmp_path, THROUGHLINE_GRAPH_URL=graph, THROUGHLINE_VECTORS_URL=vectors)
    assert found.returncode == 1
    assert f"wrong  graph: the graph at {graph} does not answer" in found.stdout, found.stdout + found.stderr
    assert "wrong  vectors: " in found.stdout and vectors in found.stdout
    assert "ok     language model" in found.stdout
    assert not (tmp_path / "data").exists(), "nothing is embedded"


def test_a_data_folder_has_one_owner(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    held = hold(settings, "chat")
    with pytest.raises(DataFolderInUse, match=f"process {os.getpid()} \\(throughline chat\\)"):
        hold(settings, "serve")
    held.release()
    hold(settings, "serve").release()


def test_what_is_unsure_is_shown_as_such() -> None:
    candidates = [{"entity": "Leo"}, {"entity": "Max"}]
    resolution = {"text": "he", "kind": "pronoun", "status": "ambiguous", "value": None, "entity": None, "candidates": candidates}
    turn = {"understood": "Is he in?", "resolutions": [resolution], "facts": [], "goals": [], "reply": {"act": "clarify", "text": "Who?"}}
    assert "'he' = Leo or Max" in printed.answer(turn)
    assert "[clarify]> Who?" in printed.answer(turn)
