"""The word lists beside this package, each read once. Knows files; no words."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files


@lru_cache
def lines(name: str) -> tuple[str, ...]:
    """The lines of `data/NAME`, without comments (`#`) and outer space; an empty line stays empty."""
    text = files("nlp").joinpath("data", name).read_text(encoding="utf-8")
    return tuple(line.strip() for line in text.splitlines() if not line.startswith("#"))


@lru_cache
def words(name: str) -> frozenset[str]:
    """All words of a list, which may stand several on a line."""
    return frozenset(word for line in lines(name) for word in line.split())


@lru_cache
def table(name: str) -> Mapping[str, str]:
    """Lines `key = value`."""
    pairs = (line.split(" = ", 1) for line in lines(name) if line)
    return {key.strip(): value.strip() for key, value in pairs}


@lru_cache
def groups(name: str) -> Mapping[str, frozenset[str]]:
    """Lines `group: word word …`; a group may go on over several lines that begin with its name."""
    found: dict[str, set[str]] = {}
    for line in lines(name):
        key, _, rest = line.partition(":")
        found.setdefault(key, set()).update(rest.split())
    return {key: frozenset(members) for key, members in found.items()}
