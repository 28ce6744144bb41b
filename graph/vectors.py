"""The `Vectors` protocol: what finds a customer's turns and facts by meaning and by words.

Knows points, scopes and scores; no text, no ranking: only vectors, hashed stems and ids ever reach a store. Derived from the graph, so
that losing it loses nothing but time. One implementation is embedded (graph/edge_vectors.py), one speaks to a server
(graph/qdrant_vectors.py); `tests/graph/test_vectors.py` holds every law on each. Any method may raise VectorsUnavailable.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from graph.model import Scope, SessionId, TurnId
from nlp.types import Channel, Speaker, Vector

PointKind = Literal["turn", "fact"]


class VectorsError(Exception):
    """Root of what a vector store may raise; the message names the thing, the bad value and the remedy."""


class VectorsUnavailable(VectorsError):
    """The store does not answer or is in another process's hands."""


class VectorsMismatch(VectorsError):
    """What is stored was made by another embedding model."""


@dataclass(frozen=True, slots=True)
class Point:
    """A turn, or a fact and the turn that said it, as it is searched for.

    vector: unit length. terms: stems of its words, repeats kept; they are stored hashed. number: of the turn among the customer's.
    """

    scope: Scope
    id: str
    kind: PointKind
    turn_id: TurnId
    session: SessionId
    number: int
    channel: Channel
    speaker: Speaker
    at: datetime
    vector: Vector
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """What the store remembers of a point: where in the customer's history it stands."""

    id: str
    kind: PointKind
    turn_id: TurnId
    session: SessionId
    number: int
    speaker: Speaker
    at: datetime


@dataclass(frozen=True, slots=True)
class Scored:
    place: Place
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """Best first, equal scores by id. dense: cosine in [-1, 1]. words: BM25, above 0, IDF over all that the customer's memory holds."""

    dense: tuple[Scored, ...]
    words: tuple[Scored, ...]


@dataclass(frozen=True, slots=True)
class VectorQuery:
    """`until`: only what was said then or earlier; `channel`: only there."""

    vector: Vector
    terms: tuple[str, ...]
    kind: PointKind = "turn"
    until: datetime | None = None
    channel: Channel | None = None


class Vectors(Protocol):
    """Everything is by `Scope`; nothing is returned across scopes."""

    async def open(self) -> None:
        """Raises VectorsUnavailable, VectorsMismatch."""
        ...

    async def close(self) -> None: ...

    async def ping(self) -> None:
        """Raises VectorsUnavailable where the store does not answer."""
        ...

    async def generation(self, otherwise: str) -> str:
        """The name of what is stored: the same as long as it is there, another one once it was lost as a whole. `otherwise` becomes the
        name where there is none."""
        ...

    async def upsert(self, points: Sequence[Point]) -> None:
        """Adds or replaces, by scope, kind and id; found by the next search, and survives a crash of the process."""
        ...

    async def search(self, scope: Scope, query: VectorQuery, *, limit: int) -> Found:
        """At most `limit` of each list."""
        ...

    async def count(self, scope: Scope) -> int: ...

    async def erase(self, scope: Scope) -> int:
        """Deletes all points of the customer, from the store's files too; how many there were."""
        ...
