"""The words of a text by which what it says can be asked for. Pure."""

import re
from collections.abc import Sequence
from functools import cache
from importlib import resources

from nlp.types import Token

_CONTENT = frozenset({"NOUN", "PROPN", "VERB", "ADJ", "NUM", "ADV", "X"})
EMPTY = frozenset(
    ["be", "have", "do", "get", "will", "would", "so", "too", "also", "just", "now", "then", "here", "there", "very", "really", "actually",
     "though", "anyway"]
)  # fmt: skip
_WORD = re.compile(r"[a-z0-9][a-z0-9'-]*")


@cache
def _stop_words() -> frozenset[str]:
    return frozenset((resources.files("graph") / "data" / "stop_words.txt").read_text("utf-8").split())


def content_lemmas(tokens: Sequence[Token]) -> tuple[str, ...]:
    """Lower-case lemmas of the words that carry meaning, in order, each once."""
    lemmas = [t.lemma.lower() for t in tokens if t.pos in _CONTENT]
    return tuple(dict.fromkeys(lemma for lemma in lemmas if lemma not in EMPTY))


def content_words(text: str) -> tuple[str, ...]:
    """The words of a text that was not parsed that can be asked by, lower case, with the stems that plain inflection hides."""
    stop = _stop_words()
    words = [w.strip("'-") for w in _WORD.findall(text.lower())]
    return tuple(dict.fromkeys(w for w in words if w and w not in stop))
