"""BM25 over what is at hand: what finds turns and facts while no vector store answers. Pure.

Knows places and stems; no store, no ranking. Over the same documents it gives the scores that the vector store's words would have.
Source: Robertson & Zaragoza 2009, as in graph.terms; IDF as Qdrant takes it.
"""

from collections.abc import Hashable, Mapping, Sequence
from math import log
from typing import TypeVar

from graph import terms

K = TypeVar("K", bound=Hashable)


def scored(documents: Mapping[K, Sequence[str]], asked: Sequence[str]) -> dict[K, float]:
    """Of the documents that share a stem with what is asked, their scores, above 0, in the order of the documents. IDF is over all."""
    wanted, query = set(asked), dict(zip(*terms.query(asked), strict=True))
    sharing = {key: dict(zip(*terms.document(stems), strict=True)) for key, stems in documents.items() if not wanted.isdisjoint(stems)}
    idf = {i: _idf(len(documents), sum(i in words for words in sharing.values())) for i in query}
    return {key: sum(query[i] * idf[i] * weight for i, weight in words.items() if i in query) for key, words in sharing.items()}


def _idf(documents: int, having: int) -> float:
    return log(1 + (documents - having + 0.5) / (having + 0.5))
