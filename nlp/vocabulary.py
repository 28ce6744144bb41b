"""English words: how common they are, what classes they have, and whether they are written with a capital.

Knows single words; no text. Source: data/vocabulary.txt (made by data/make_vocabulary.py) and data/function_words.txt.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from nlp.wordlists import groups, lines, words

_INFLECTIONS = (
    ("s", ""), ("es", ""), ("ies", "y"), ("ed", ""), ("ed", "e"), ("ied", "y"), ("ing", ""), ("ing", "e"), ("er", ""), ("er", "e"),
    ("est", ""), ("est", "e"), ("ly", ""), ("ily", "y"), ("y", ""), ("ness", ""), ("less", ""), ("ful", ""), ("able", ""), ("men", "man"),
)  # fmt: skip

_HOUSEHOLD_RANK = 8_000


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """rank: of common words, 0 the most frequent; classes: letters of "nvarp" (noun, verb, adjective, adverb, proper)."""

    rank: dict[str, int]
    classes: dict[str, str]
    function_words: frozenset[str]
    names: frozenset[str]

    def known(self, word: str) -> bool:
        """Whether the lower-case `word`, or what it is inflected from, is an English word or a name."""
        if word in self.classes or word in self.function_words or word in self.names:
            return True
        return any(stem in self.classes for stem in _stems(word)) or any(
            further in self.classes for stem in _stems(word) for further in _stems(stem)
        )

    def is_a(self, letter: str, word: str) -> bool:
        return letter in self.classes.get(word, "")

    def proper(self, word: str) -> bool:
        """Written with a capital wherever it stands: Honda, Texas, Maria."""
        return word in self.names or "p" in self.classes.get(word, "")

    def only_noun(self, word: str) -> bool:
        return self.classes.get(word, "").replace("p", "") == "n" and word not in self.function_words


def _stems(word: str) -> Iterator[str]:
    for end, base in _INFLECTIONS:
        stem = word[: -len(end)] + base
        if word.endswith(end) and len(stem) > 2:
            yield stem
            if not base and stem[-1] == stem[-2]:
                yield stem[:-1]


@lru_cache
def vocabulary() -> Vocabulary:
    entries = lines("vocabulary.txt")
    split = entries.index("")
    classes = {word: rest for word, _, rest in (entry.partition(" ") for entry in entries if entry)}
    rank = {entry.partition(" ")[0]: i for i, entry in enumerate(entries[:split])}
    for word in sorted(words("household_words.txt")):
        rank.setdefault(word, _HOUSEHOLD_RANK)
        classes.setdefault(word, "n")
    closed = frozenset[str]().union(*groups("function_words.txt").values())
    return Vocabulary(rank, classes, closed, words("names.txt"))
