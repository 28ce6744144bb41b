from pathlib import Path

import pytest

from agent.playbook import SHIPPED
from agent.settings import Settings, SettingsError, check_exposure, read_env_file, read_settings, unused_names


def test_defaults_need_no_server() -> None:
    assert read_settings({}) == Settings(data_dir=Path("data"), host="127.0.0.1", port=8000, playbook=SHIPPED)


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("# ours\nexport THROUGHLINE_PORT=9000\nTHROUGHLINE_HOST='::1'\nTHROUGHLINE_DATA_DIR=from-file # a comment\n")
    found = read_settings({"THROUGHLINE_PORT": "9001"}, file)
    assert (found.port, found.host, found.data_dir) == (9001, "::1", Path("from-file"))
    assert found.url == "http://[::1]:9001"


def test_an_empty_value_is_unset() -> None:
    assert read_settings({"THROUGHLINE_PORT": " ", "THROUGHLINE_GRAPH_URL": "embedded"}) == Settings()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("PORT", "80a", "expected a number from 1 to 65535"),
        ("PORT", "0", "expected a number from 1 to 65535"),
        ("PORT", "٣", "expected a number from 1 to 65535"),
        ("GRAPH_URL", "http://graph", "expected neo4j://HOST:PORT"),
        ("VECTORS_URL", "vectors:6333", "expected http://HOST:PORT"),
        ("API_KEYS", "/nowhere/keys", "there is no such file"),
        ("PLAYBOOK", "/nowhere.yaml", "there is no such file"),
    ],
)
def test_what_is_wrong_is_named_with_the_value_and_the_remedy(name: str, value: str, said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({f"THROUGHLINE_{name}": value})
    assert f"THROUGHLINE_{name} is {value!r}" in str(refused.value)
    assert said in str(refused.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({"THROUGHLINE_PORT": "x", "THROUGHLINE_PLAYBOOK": "y"})
    assert len(str(refused.value).splitlines()) == 2


def test_a_broken_env_file_is_refused_at_its_line(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("A=1\nnonsense\n")
    with pytest.raises(SettingsError, match="line 2"):
        read_env_file(file)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.9.9.9", "::1", "localhost"])
def test_without_keys_this_machine_is_served(host: str) -> None:
    check_exposure(Settings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "10.0.0.4", "example.org", "localhost.example.org"])
def test_without_keys_no_other_machine_is_served(host: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no API keys"):
        check_exposure(Settings(host=host))
    check_exposure(Settings(host=host, api_keys=tmp_path / "keys"))


def test_names_that_nothing_reads_are_told() -> None:
    assert unused_names({"THROUGHLINE_PROT": "1", "THROUGHLINE_PORT": "1", "PATH": "/bin"}) == ["THROUGHLINE_PROT"]


def test_secrets_are_not_shown() -> None:
    assert "hunter2" not in repr(Settings(graph_password="hunter2", vectors_api_key="hunter2"))
