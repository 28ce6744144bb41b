"""`Vectors` on a Qdrant server, through its HTTP API.

Knows qdrant-client; only vectors, hashed stems and ids ever reach the server. No call outlasts its time: a search a second, anything else
ten. After a failure calls fail at once, until the server answers again (graph.circuit), which is found out in the background; a
collection that is gone is made anew then, and shows as another `generation`.

Search is exact, as in graph.edge_vectors, and gives the same. Deleted points are never found again; their bytes leave the server's files
when its optimiser rewrites the segment and its log goes on, not at once. Of several shards each takes the IDF over its own part of a
customer's points: leave a collection on one shard, and replicate it, where scores are to be the embedded store's to the last digit.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from math import ceil
from typing import TypeVar

from qdrant_client import AsyncQdrantClient, models
from qdrant_client.common.client_exceptions import QdrantException
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from graph import terms
from graph.circuit import Circuit
from graph.model import Scope
from graph.points import GENERATION, MARK, PLACE, best_first, customer_key, payload, place, point_id
from graph.qdrant_collection import ensure
from graph.vectors import Found, Point, Scored, VectorQuery, VectorsError, VectorsUnavailable

T = TypeVar("T")

SEARCH = 1.0  # seconds that a search may take: a turn waits for it
PATIENCE = 10.0  # seconds for anything else
_BATCH = 200  # points in one write


class QdrantVectors:
    """One collection on the server at `url`, for all customers and any number of processes."""

    def __init__(
        self,
        url: str,
        *,
        api_key: str | None = None,
        size: int = 384,
        collection: str = "throughline",
        search_within: float = SEARCH,
        client: AsyncQdrantClient | None = None,
    ) -> None:
        """search_within: seconds. client: speaks to the server in place of one made here."""
        self._url = url
        self._size = size
        self._collection = collection
        self._search_within = search_within
        self._client = client or _client(url, api_key)
        self._circuit = Circuit(self._establish, VectorsError)
        self._opened = False

    async def open(self) -> None:
        """Where the server does not answer, it goes on being asked after the failure was raised, and what is opened then works."""
        self._opened = True
        try:
            await self._establish()
        except VectorsError as failure:
            self._circuit.broke(failure)
            raise
        await self._circuit.close()

    async def close(self) -> None:
        self._opened = False
        await self._circuit.close()
        await self._client.close()

    async def ping(self) -> None:
        await self._call(lambda client: client.get_collection(self._collection), within=self._search_within)

    async def generation(self, otherwise: str) -> str:
        found = await self._call(lambda client: client.retrieve(self._collection, [MARK], with_payload=[GENERATION]))
        if found and found[0].payload:
            return found[0].payload[GENERATION]
        mark = models.PointStruct(id=MARK, vector={}, payload={GENERATION: otherwise})
        await self._call(lambda client: client.upsert(self._collection, [mark], wait=True, timeout=ceil(PATIENCE)))
        return otherwise

    async def upsert(self, points: Sequence[Point]) -> None:
        for at in range(0, len(points), _BATCH):
            await self._write([_stored(each) for each in points[at : at + _BATCH]])

    async def search(self, scope: Scope, query: VectorQuery, *, limit: int) -> Found:
        requests = _requests(scope, query, limit)
        answers = await self._call(
            lambda client: client.query_batch_points(self._collection, requests, timeout=ceil(self._search_within)),
            within=self._search_within,
        )
        dense, *words = [best_first(Scored(place(p.payload or {}), p.score) for p in answer.points) for answer in answers]
        return Found(dense, words[0] if words else ())

    async def count(self, scope: Scope) -> int:
        return (await self._call(lambda client: client.count(self._collection, count_filter=_of(scope), exact=True))).count

    async def erase(self, scope: Scope) -> int:
        erased = await self.count(scope)
        everything = models.FilterSelector(filter=_of(scope))
        await self._call(lambda client: client.delete(self._collection, everything, wait=True, timeout=ceil(PATIENCE)))
        return erased

    async def _write(self, points: list[models.PointStruct]) -> None:
        await self._call(lambda client: client.upsert(self._collection, points, wait=True, timeout=ceil(PATIENCE)))

    async def _establish(self) -> None:
        await self._asked(lambda client: client.info(), self._search_within)  # so that a server that stalls is soon asked again
        await self._asked(lambda client: ensure(client, self._collection, self._size), PATIENCE)

    async def _call(self, work: Callable[[AsyncQdrantClient], Awaitable[T]], *, within: float = PATIENCE) -> T:
        """Raises VectorsError: at once while the server is known not to answer."""
        if not self._opened:
            raise VectorsUnavailable(f"the vector store {self._url} is not open; open it first")
        return await self._circuit.call(lambda: self._asked(work, within), VectorsUnavailable)

    async def _asked(self, work: Callable[[AsyncQdrantClient], Awaitable[T]], within: float) -> T:
        try:
            async with asyncio.timeout(within):
                return await work(self._client)
        except TimeoutError as error:
            raise VectorsUnavailable(
                f"Qdrant at {self._url} did not answer within {within:g} s; look at the server and its load"
            ) from error
        except (ApiException, QdrantException, OSError, AssertionError) as error:  # the client asserts that an answer has a result
            raise _explained(self._url, self._collection, error) from error


def _client(url: str, api_key: str | None) -> AsyncQdrantClient:
    """The key goes as a header, which the client sends over http too: inside one machine or network of containers that is usual."""
    headers = {"api-key": api_key} if api_key else None
    return AsyncQdrantClient(url=url, headers=headers, timeout=ceil(PATIENCE), check_compatibility=False)


def _explained(url: str, collection: str, error: Exception) -> VectorsError:
    if isinstance(error, UnexpectedResponse):
        return _refused(url, collection, error)
    cause = error.source if isinstance(error, ResponseHandlingException) else error
    said = str(cause).splitlines()[0] if str(cause) else type(cause).__name__
    return VectorsUnavailable(f"Qdrant at {url} does not answer ({said}); start the server, or correct VECTORS_URL")


def _refused(url: str, collection: str, error: UnexpectedResponse) -> VectorsError:
    status = error.status_code or 0
    if status in (401, 403):
        return VectorsUnavailable(f"Qdrant at {url} refuses the API key ({status}); set VECTORS_API_KEY to the one that the server has")
    if status == 404:
        return VectorsUnavailable(f"Qdrant at {url} has no collection {collection!r}; it is made anew, and filled from the graph")
    if status in (408, 429) or status >= 500:
        return VectorsUnavailable(f"Qdrant at {url} answered {status} {error.reason_phrase}; look at the server and its log")
    return VectorsError(f"Qdrant at {url} refused a request: {error}")


def _stored(point: Point) -> models.PointStruct:
    words = terms.document(point.terms)
    vector = {"dense": point.vector.tolist(), "words": models.SparseVector(indices=words.indices, values=words.values)}
    return models.PointStruct(id=point_id(point), vector=vector, payload=payload(point))


def _of(scope: Scope, *conditions: models.FieldCondition) -> models.Filter:
    return models.Filter(must=[_match("customer", customer_key(scope)), *conditions])


def _match(field: str, value: str) -> models.FieldCondition:
    return models.FieldCondition(key=field, match=models.MatchValue(value=value))


def _requests(scope: Scope, query: VectorQuery, limit: int) -> list[models.QueryRequest]:
    conditions = [_match("kind", query.kind)]
    if query.until is not None:
        conditions.append(models.FieldCondition(key="at", range=models.Range(lte=query.until.timestamp())))
    if query.channel is not None:
        conditions.append(_match("channel", query.channel))
    wanted = _of(scope, *conditions)

    def request(vector: list[float] | models.SparseVector, using: str, params: models.SearchParams) -> models.QueryRequest:
        nearest = models.NearestQuery(nearest=vector)
        return models.QueryRequest(query=nearest, using=using, filter=wanted, params=params, limit=limit, with_payload=PLACE)

    words = terms.query(query.terms)
    searches = [request(query.vector.tolist(), "dense", models.SearchParams(exact=True))]
    if words.indices:
        sparse = models.SparseVector(indices=words.indices, values=words.values)
        searches.append(request(sparse, "words", models.SearchParams(idf=models.IdfCorpusParams(corpus=_of(scope)))))
    return searches
