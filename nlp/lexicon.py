"""Word knowledge from spaCy's vectors, without context. Knows words; no text, no parse."""

from functools import lru_cache

import numpy as np
from spacy.vocab import Vocab

from nlp.types import Vector


class SpacyLexicon:
    """Implements `types.Lexicon`; words are lower-cased, a phrase has the mean of its words' vectors."""

    def __init__(self, vocab: Vocab) -> None:
        self._strings = vocab.strings
        self._table = np.asarray(vocab.vectors.data, dtype=np.float32)
        self._rows: dict[int, int] = vocab.vectors.key2row
        self._cached_vector = lru_cache(maxsize=20_000)(self._phrase_vector)
        self._cached_similarity = lru_cache(maxsize=50_000)(self._cosine)

    def vector(self, word: str) -> Vector | None:
        """Shape (300,); None for a word without a vector."""
        return self._cached_vector(word.lower())

    def similarity(self, one: str, other: str) -> float:
        """Cosine in [-1, 1]; 1.0 for equal text; 0.0 where one has no vector. Symmetric."""
        first, second = sorted((one.lower(), other.lower()))
        return self._cached_similarity(first, second)

    def _word_vector(self, word: str) -> Vector | None:
        row = self._rows.get(self._strings[word], -1)
        return None if row < 0 else self._table[row]

    def _phrase_vector(self, phrase: str) -> Vector | None:
        vectors = [v for word in phrase.split() if (v := self._word_vector(word)) is not None]
        return np.asarray(np.mean(vectors, axis=0), dtype=np.float32) if vectors else None

    def _cosine(self, one: str, other: str) -> float:
        if one == other:
            return 1.0
        a, b = self.vector(one), self.vector(other)
        if a is None or b is None:
            return 0.0
        norm = float(np.linalg.norm(a) * np.linalg.norm(b))
        return max(-1.0, min(1.0, float(a @ b) / norm)) if norm else 0.0
