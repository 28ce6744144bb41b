"""`Vectors` embedded in the process, on Qdrant Edge.

Knows Qdrant Edge and its files; only vectors, hashed stems and ids ever reach it. Calls block, so all go through one worker thread, which
also serialises them. The write-ahead log survives a killed process; a power cut may lose the last writes, which the graph's marks of
what was indexed do not show: rebuild then.

Search is exact: with the customer as filter a scan beats a graph index up to some 100,000 turns a customer, and is the same each time.
Erasing rebuilds the segments without the points and rolls the write-ahead log over, since both would keep them; what remains are blocks
that the file system has freed and not yet overwritten.
"""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TypeVar

import qdrant_edge as edge

from graph import terms
from graph.model import Scope
from graph.points import GENERATION, MARK, PLACE, best_first, customer_key, payload, place, point_id
from graph.vectors import Found, Place, Point, Scored, VectorQuery, VectorsError, VectorsMismatch, VectorsUnavailable

T = TypeVar("T")

_BATCH = 500  # points in one write
_OVER_HALF_A_LOG_SEGMENT = 17_000_000  # bytes; Edge's write-ahead log has segments of 32 MiB
_PLACES = 50_000  # kept at hand, since reading them costs ten times the search
_FLUSH_EVERY = 2_000  # points; Edge flushes only when told to, and its log grows until then


class EdgeVectors:
    """One shard in the folder `path`, for all customers. One process at a time may have it open."""

    def __init__(self, path: Path, *, size: int = 384) -> None:
        self._path = path
        self._size = size
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="vectors")
        self._shard: edge.EdgeShard | None = None
        self._unflushed = 0
        self._places: dict[edge.PointId, Place] = {}  # by the shard's id; touched by the worker thread only

    async def open(self) -> None:
        self._shard = await self._run(lambda: _open(self._path, self._size))

    async def close(self) -> None:
        if self._shard is not None:
            await self._run(partial(_close, self._shard))
            self._shard = None
        self._worker.shutdown()

    async def ping(self) -> None:
        shard = self._opened()
        await self._run(shard.info)

    async def generation(self, otherwise: str) -> str:
        shard = self._opened()
        return await self._run(lambda: _generation(shard, otherwise))

    async def upsert(self, points: Sequence[Point]) -> None:
        shard = self._opened()
        for at in range(0, len(points), _BATCH):
            batch = [_stored(p) for p in points[at : at + _BATCH]]
            await self._run(partial(self._write, shard, batch))
            self._unflushed += len(batch)
            if self._unflushed >= _FLUSH_EVERY:
                self._unflushed = 0
                await self._run(shard.flush)

    async def search(self, scope: Scope, query: VectorQuery, *, limit: int) -> Found:
        shard = self._opened()
        request = edge.QueryBatchRequest(_queries(scope, query, limit))
        return await self._run(lambda: self._found(shard, shard.query_batch(request)))

    async def count(self, scope: Scope) -> int:
        shard = self._opened()
        return await self._run(lambda: shard.count(edge.CountRequest(filter=_of(scope))))

    async def erase(self, scope: Scope) -> int:
        shard = self._opened()
        return await self._run(lambda: self._erase(shard, scope))

    def _write(self, shard: edge.EdgeShard, points: list[edge.Point]) -> None:
        shard.update(edge.UpdateOperation.upsert_points(points))
        for point in points:
            self._places.pop(point.id, None)

    def _found(self, shard: edge.EdgeShard, answers: list[list[edge.ScoredPoint]]) -> Found:
        if len(self._places) > _PLACES:
            self._places.clear()
        unknown = list(dict.fromkeys(p.id for answer in answers for p in answer if p.id not in self._places))
        if unknown:
            records = shard.retrieve(unknown, with_payload=PLACE, with_vector=False)
            self._places |= {record.id: place(record.payload or {}) for record in records}
        dense, words = ([Scored(self._places[p.id], p.score) for p in answer] for answer in (*answers, [])[:2])
        return Found(best_first(dense), best_first(words))

    def _erase(self, shard: edge.EdgeShard, scope: Scope) -> int:
        self._places.clear()
        return _erase(shard, scope)

    def _opened(self) -> edge.EdgeShard:
        if self._shard is None:
            raise VectorsUnavailable(f"the vector store {self._path} is not open; open it first")
        return self._shard

    async def _run(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._worker, call)


def _open(path: Path, size: int) -> edge.EdgeShard:
    path.mkdir(parents=True, exist_ok=True)
    try:
        if (path / "edge_config.json").exists():
            return _loaded(path, size)
        shard = edge.EdgeShard.create(str(path), _config(size))
    except VectorsError:
        raise
    except Exception as e:  # Edge raises nothing narrower
        if "WouldBlock" in str(e):
            raise VectorsUnavailable(f"{path} is open in another process; stop that one, or use another data folder") from e
        raise VectorsUnavailable(f"{path} cannot be opened ({e}); delete the folder and rebuild the vectors from the graph") from e
    shard.update(edge.UpdateOperation.create_field_index("customer", edge.KeywordIndexParams(is_tenant=True)))
    shard.update(edge.UpdateOperation.create_field_index("kind", edge.PayloadSchemaType.Keyword))
    shard.update(edge.UpdateOperation.create_field_index("at", edge.PayloadSchemaType.Float))
    shard.flush()
    return shard


def _loaded(path: Path, size: int) -> edge.EdgeShard:
    """The shard with its own settings, which must fit. Raises VectorsMismatch."""
    try:
        return edge.EdgeShard.load(str(path), _config(size))
    except Exception as e:
        if "WouldBlock" in str(e) or "WAL" in str(e):
            raise
        raise VectorsMismatch(
            f"{path} does not hold vectors of {size} dimensions ({e}); use the model it was made with, or delete it and rebuild"
        ) from e


def _config(size: int) -> edge.EdgeConfig:
    return edge.EdgeConfig(
        vectors={"dense": edge.EdgeVectorParams(size=size, distance=edge.Distance.Dot)},
        sparse_vectors={"words": edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
        optimizers=edge.EdgeOptimizersConfig(deleted_threshold=0.0, vacuum_min_vector_number=0, indexing_threshold=2**40),
        max_search_threads=1,
    )


def _stored(point: Point) -> edge.Point:
    words = terms.document(point.terms)
    vector = {"dense": point.vector.tolist(), "words": edge.SparseVector(words.indices, words.values)}
    return edge.Point(id=point_id(point), vector=vector, payload=payload(point))


def _of(scope: Scope, *conditions: edge.FieldCondition) -> edge.Filter:
    return edge.Filter(must=[edge.FieldCondition("customer", match=edge.MatchValue(customer_key(scope))), *conditions])


def _queries(scope: Scope, query: VectorQuery, limit: int) -> list[edge.QueryRequest]:
    conditions = [edge.FieldCondition("kind", match=edge.MatchValue(query.kind))]
    if query.until is not None:
        conditions.append(edge.FieldCondition("at", range=edge.RangeFloat(lte=query.until.timestamp())))
    if query.channel is not None:
        conditions.append(edge.FieldCondition("channel", match=edge.MatchValue(query.channel)))
    words = terms.query(query.terms)
    searches = [(edge.Query.Nearest(query.vector.tolist(), using="dense"), edge.SearchParams(exact=True))]
    if words.indices:
        idf = edge.IdfParams(corpus=_of(scope))
        sparse = edge.Query.Nearest(edge.SparseVector(words.indices, words.values), using="words")
        searches.append((sparse, edge.SearchParams(exact=True, idf=idf)))
    wanted = _of(scope, *conditions)
    return [edge.QueryRequest(limit=limit, query=search, filter=wanted, params=params) for search, params in searches]


def _generation(shard: edge.EdgeShard, otherwise: str) -> str:
    found = shard.retrieve([MARK], with_payload=[GENERATION], with_vector=False)
    if found and found[0].payload:
        return found[0].payload[GENERATION]
    shard.update(edge.UpdateOperation.upsert_points([edge.Point(id=MARK, vector={}, payload={GENERATION: otherwise})]))
    return otherwise


def _erase(shard: edge.EdgeShard, scope: Scope) -> int:
    erased = shard.count(edge.CountRequest(filter=_of(scope)))
    shard.update(edge.UpdateOperation.delete_points_by_filter(_of(scope)))
    shard.optimize()
    _roll_log(shard)
    return erased


def _roll_log(shard: edge.EdgeShard) -> None:
    """Drops all that the write-ahead log holds, by deletions of nobody that are so long that each fills a segment of it.

    The first may still fit into the segment in use, the second opens the next one, the third lets the flush drop what came before.
    """
    nobody = edge.Filter(must=[edge.FieldCondition("customer", match=edge.MatchValue("0" * _OVER_HALF_A_LOG_SEGMENT))])
    for _ in range(3):
        shard.update(edge.UpdateOperation.delete_points_by_filter(nobody))
        shard.flush()


def _close(shard: edge.EdgeShard) -> None:
    shard.flush()
    shard.close()
