import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.keys import Grant, KeyRing, KeysError, add_key, key_hash, read_keys, remove_key
from graph.model import TenantId

A_HASH = key_hash("a key")


def test_a_key_opens_what_it_was_made_for(tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    dental = add_key(file, "dental", frozenset({"chat", "read"}))
    law = add_key(file, "law", frozenset({"admin"}))
    ring = KeyRing(file)
    assert ring.find(dental) == Grant(TenantId("dental"), frozenset({"chat", "read"}))
    assert ring.find(law) == Grant(TenantId("law"), frozenset({"admin"}))
    assert ring.find(dental[:-1]) is None
    assert ring.find(A_HASH) is None


def test_the_file_keeps_no_key_and_is_for_its_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    key = add_key(file, "dental", frozenset({"chat"}))
    assert key not in file.read_text()
    assert file.read_text() == f"{key_hash(key)}, dental, chat\n"
    assert file.stat().st_mode & 0o077 == 0


def test_a_key_taken_out_opens_nothing_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    gone, kept = (add_key(file, tenant, frozenset({"chat"})) for tenant in ("one", "two"))
    ring = KeyRing(file)
    assert ring.find(gone) is not None
    remove_key(file, key_hash(gone)[:12])
    os.utime(file, ns=(1, 1))
    assert ring.find(gone) is None
    assert ring.find(kept) is not None
    with pytest.raises(KeysError, match="no entries"):
        remove_key(file, gone)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("nonsense", "expected `key-hash, tenant, scopes`"),
        ("abc, dental, chat", "64 hexadecimal digits"),
        (f"{A_HASH}, ../dental, chat", "tenant '../dental'"),
        (f"{A_HASH}, dental, chat write", "expected some of chat read admin"),
        (f"{A_HASH}, dental, ", "expected some of chat read admin"),
    ],
)
def test_a_broken_line_is_refused_where_it_stands(line: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    file.write_text(f"# keys\n\n{line}\n")
    with pytest.raises(KeysError) as refused:
        read_keys(file)
    assert "line 3" in str(refused.value)
    assert said in str(refused.value)


def test_a_file_that_went_away_opens_nothing(tmp_path: Path) -> None:
    file = tmp_path / "keys.txt"
    key = add_key(file, "dental", frozenset({"chat"}))
    ring = KeyRing(file)
    file.unlink()
    with pytest.raises(KeysError, match="cannot be read"):
        ring.find(key)


@given(st.text(max_size=200))
def test_no_text_is_taken_for_a_key(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.mktemp("keys") / "keys.txt"
    file.write_text(f"{A_HASH}, dental, chat\n")
    found = KeyRing(file).find(text)
    assert (found is not None) == (text == "a key")
