"""The word lists of going back to what was offered or said. Knows words, nothing else."""

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True)
class CallbackWords:
    ordinals: dict[str, int]
    cardinals: dict[str, int]
    degrees: dict[str, tuple[str, int]]  # adjective -> what it compares, and which end it asks for
    sizes: dict[str, int]
    channels: dict[str, str]
    numbered: frozenset[str]
    telling: frozenset[str]
    vague: frozenset[str]
    fitting: frozenset[str]
    repeated: frozenset[str]
    persons: frozenset[str]  # nouns that say no more of somebody than that it is one


@cache
def callback_words() -> CallbackWords:
    lists: dict[str, Any] = json.loads(files("nlp").joinpath("data/callbacks.json").read_text(encoding="utf-8"))
    return CallbackWords(
        ordinals=lists["ordinals"],
        cardinals=lists["cardinals"],
        degrees={word: (kind, end) for word, (kind, end) in lists["degrees"].items()},
        sizes=lists["sizes"],
        channels=lists["channels"],
        **{name: frozenset(lists[name].split()) for name in ("numbered", "telling", "vague", "fitting", "repeated", "persons")},
    )
