"""Words of a text as a sparse vector for BM25: stems, hashed to the index space of the vector store.

Knows English stems and BM25's saturation; no store, no customer. The store multiplies by the inverse document frequency (its IDF modifier),
so that a weight here needs nothing but the one text. Hashes keep words out of the store's files.

Source: Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond", eq. 3.8; stems: Porter2 by Snowball.
"""

import re
import unicodedata
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple, cast

import snowballstemmer

K1 = 0.9  # how soon a word said again adds nothing more; this and B as Anserini has them, for short passages
B = 0.4  # how much a long turn's words count less
MEAN_STEMS = 20  # of a turn; a constant, since what is stored must not depend on what else is

_WORD = re.compile(r"\w+(?:'\w+)*")
_STEMMER = snowballstemmer.stemmer("english")


class Sparse(NamedTuple):
    """`indices` are distinct u32, ascending; `values` in (0, K1 + 1)."""

    indices: list[int]
    values: list[float]


def stems(text: str) -> tuple[str, ...]:
    """Of the content words, in order, repeats kept; lower case, without accents.

    Function words are left out: a question is made of others ("what did … do") than the statement that answers it.
    """
    plain = "".join(c for c in unicodedata.normalize("NFKD", text.lower().replace("’", "'")) if not unicodedata.combining(c))
    return tuple(_stem(word) for word in _WORD.findall(plain) if word not in _function_words())


@lru_cache(maxsize=65_536)
def _stem(word: str) -> str:
    return cast("str", _STEMMER.stemWord(word))


@lru_cache(maxsize=1)
def _function_words() -> frozenset[str]:
    return frozenset(files("graph").joinpath("data/function_words.txt").read_text(encoding="utf-8").split())


def document(terms: Sequence[str]) -> Sparse:
    """The stored side: frequency, saturated and set against the length."""
    norm = K1 * (1 - B + B * len(terms) / MEAN_STEMS)
    return _sparse({index: n * (K1 + 1) / (n + norm) for index, n in _counts(terms).items()})


def query(terms: Sequence[str]) -> Sparse:
    """The asking side: each word as often as it was said."""
    return _sparse({index: float(n) for index, n in _counts(terms).items()})


def _counts(terms: Sequence[str]) -> Counter[int]:
    return Counter(zlib.crc32(term.encode()) for term in terms)


def _sparse(weights: dict[int, float]) -> Sparse:
    indices = sorted(weights)
    return Sparse(indices, [weights[i] for i in indices])
