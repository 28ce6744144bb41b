"""The words of a text as the grammar of time reads them, and the vocabulary beside it. Knows spelling and neighbours; no calendar."""

import json
import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from nlp.types import Token

_WORD = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*|[^\w\s]")
_OPEN_POS = frozenset({"NOUN", "PROPN", "NUM", "ADJ"})
_GLUED = frozenset("$#€£%/\\")


@dataclass(frozen=True, slots=True)
class Word:
    """`text` is lower case and without a possessive ending."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Line:
    """All the words of a text, with the parse's tokens beside them where there are any."""

    text: str
    words: tuple[Word, ...]
    tokens: tuple[Token | None, ...]
    starts: tuple[int, ...]
    parse: tuple[Token, ...] = ()
    day_first: bool = False

    def at(self, i: int) -> str:
        """The word at `i`, "" outside."""
        return self.words[i].text if 0 <= i < len(self.words) else ""

    def token(self, i: int) -> Token | None:
        return self.tokens[i] if 0 <= i < len(self.tokens) else None

    def tight(self, i: int) -> bool:
        """Whether word `i` follows the one before without a space."""
        return 0 < i < len(self.words) and self.words[i - 1].end == self.words[i].start

    def index(self, offset: int) -> int:
        """The first word that starts at `offset` or later."""
        return bisect_left(self.starts, offset)

    def number(self, i: int) -> int | None:
        """A whole number in digits that stands by itself: no price, decimal, code or part of a longer number."""
        word = self.at(i)
        if not (word.isascii() and word.isdecimal()) or len(word) > 4:
            return None
        before, after = self.at(i - 1), self.at(i + 1)
        if self.tight(i) and (before in _GLUED or before.isalnum() or self._continues(i)):
            return None
        if before in ("$", "#", "€", "£", "%"):
            return None
        joined = self.tight(i + 1) and (
            after in ("%", "/") or (after in (".", ",", ":") and self.tight(i + 2) and self.at(i + 2).isdecimal())
        )
        return None if joined else int(word)

    def _continues(self, i: int) -> bool:
        """Whether the number goes on from one before it: "4.12", "10:30", "555-0142"; "9-11" are two."""
        if self.at(i - 1) not in (".", ",", ":", "-") or not (self.at(i - 2).isdecimal() and self.tight(i - 1)):
            return False
        return self.at(i - 1) != "-" or len(self.at(i - 2)) > 2 or (self.at(i - 3) == "-" and self.tight(i - 2))

    def closes(self, i: int) -> bool:
        """Whether what stands before word `i` is complete there, rather than counting or naming a noun."""
        word = self.at(i)
        if not word or not word.isalnum():
            return word not in ("/", "%", "#", "$") and not (word == "-" and self.tight(i) and self.tight(i + 1))
        if word in lists("stops") or is_time_word(word):
            return True
        token = self.token(i)
        return token is not None and token.pos not in _OPEN_POS


def read(text: str, tokens: Sequence[Token], *, day_first: bool = False) -> Line:
    """The words of `text`; each with the token that starts where it does."""
    words = tuple(_word(m) for m in _WORD.finditer(text))
    by_start = {t.span.start: t for t in tokens}
    return Line(text, words, tuple(by_start.get(w.start) for w in words), tuple(w.start for w in words), tuple(tokens), day_first)


def _word(match: re.Match[str]) -> Word:
    text = match[0].lower().replace("’", "'")
    return (
        Word(text[:-2], match.start(), match.end() - 2) if text.endswith("'s") and len(text) > 2 else Word(text, match.start(), match.end())
    )


@lru_cache
def _data() -> Mapping[str, object]:
    return json.loads(files("nlp").joinpath("data", "times.json").read_text(encoding="utf-8"))


@lru_cache
def counts(name: str) -> Mapping[str, int]:
    """A table word -> whole number."""
    found = _data()[name]
    return {str(k): int(v) for k, v in found.items()} if isinstance(found, dict) else {}  # pyright: ignore


@lru_cache
def names(name: str) -> Mapping[str, str]:
    """A table word -> word."""
    found = _data()[name]
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}  # pyright: ignore


@lru_cache
def lists(name: str) -> frozenset[str]:
    """A set of words."""
    found = _data()[name]
    return frozenset(str(v) for v in found) if isinstance(found, list) else frozenset()  # pyright: ignore


@lru_cache
def parts() -> Mapping[str, tuple[int, int]]:
    """Parts of a day: first hour and hour after the last."""
    found = _data()["parts"]
    return {str(k): (int(v[0]), int(v[1])) for k, v in found.items()} if isinstance(found, dict) else {}  # pyright: ignore


@lru_cache
def _time_words() -> frozenset[str]:
    tables = ("weekdays", "months", "relative_days", "noons")
    return frozenset(word for table in tables for word in counts(table)) | lists("plain_parts")


@lru_cache
def openers() -> frozenset[str]:
    """Words other than numbers in digits that an expression of time can begin with."""
    tables = (
        "weekdays",
        "plural_weekdays",
        "months",
        "seasons",
        "numbers",
        "ordinals",
        "relative_days",
        "noons",
        "next_words",
        "vague_numbers",
    )
    found = (
        {word for table in (*tables, "times_words") for word in counts(table)}
        | set(parts())
        | set(names("edges"))
        | set(names("frequencies"))
    )
    return frozenset(found | {name.split()[0] for name in names("holidays")} | lists("every") | lists("openers"))


def is_time_word(word: str) -> bool:
    return word in _time_words()


def cardinal(line: Line, i: int) -> tuple[int, int] | None:
    """(number, next word) of digits or of words up to ninety-nine."""
    digits = line.number(i)
    if digits is not None:
        return digits, i + 1
    word, numbers = line.at(i), counts("numbers")
    if word not in numbers:
        return None
    value, last = numbers[word], i + 1
    follow = last + (line.at(last) == "-")
    if value >= 20 and 1 <= numbers.get(line.at(follow), 0) <= 9:
        return value + numbers[line.at(follow)], follow + 1
    return value, last


def ordinal(line: Line, i: int) -> tuple[int, int, bool] | None:
    """(number, next word, in digits) of "15th", "third", "twenty-first"."""
    word = line.at(i)
    if word.isascii() and word.isdecimal() and len(word) <= 2:
        suffixed = line.at(i + 1) in ("st", "nd", "rd", "th") and line.tight(i + 1)
        return (int(word), i + 2, True) if suffixed else None
    numbers, ordinals = counts("numbers"), counts("ordinals")
    if word in ordinals:
        return ordinals[word], i + 1, False
    follow = i + 1 + (line.at(i + 1) == "-")
    if word in ("twenty", "thirty") and 1 <= ordinals.get(line.at(follow), 0) <= 9:
        return numbers[word] + ordinals[line.at(follow)], follow + 1, False
    return None
