"""The collection on a Qdrant server: what it is made of, and whether one that is there is ours.

Knows qdrant-client's models of collections; nothing of points or searches. Vectors are searched exactly within one customer, so that no
graph index is built; the words' IDF is the server's, over the customer's points (Qdrant 1.19 and later).
"""

from qdrant_client import AsyncQdrantClient, models
from qdrant_client.http.exceptions import UnexpectedResponse

from graph.vectors import VectorsMismatch, VectorsUnavailable

OLDEST = (1, 19)  # of the server: older ones take the IDF over all customers together, and do not say so

_INDEXED: dict[str, models.PayloadSchemaType | models.KeywordIndexParams] = {
    "customer": models.KeywordIndexParams(type=models.KeywordIndexType.KEYWORD, is_tenant=True),
    "kind": models.PayloadSchemaType.KEYWORD,
    "channel": models.PayloadSchemaType.KEYWORD,
    "at": models.PayloadSchemaType.FLOAT,
}


async def ensure(client: AsyncQdrantClient, name: str, size: int) -> None:
    """The collection of this name is there, with its indexes, for vectors of `size`; any number of processes may try at once.

    Raises VectorsMismatch, VectorsUnavailable for a server that is too old, and what the client raises."""
    await _check_version(client)
    if not await client.collection_exists(name):
        await _create(client, name, size)
    found = await client.get_collection(name)
    _check_vectors(name, found.config.params, size)
    for field, schema in _INDEXED.items():
        if field not in found.payload_schema:
            await client.create_payload_index(name, field, field_schema=schema)


async def _check_version(client: AsyncQdrantClient) -> None:
    version = (await client.info()).version
    if tuple(int(part) for part in version.split(".")[:2] if part.isdigit()) < OLDEST:
        raise VectorsUnavailable(f"the Qdrant server has version {version}; {'.'.join(map(str, OLDEST))} or later is needed: update it")


async def _create(client: AsyncQdrantClient, name: str, size: int) -> None:
    """Deleted points count as garbage at once, so that what was erased leaves the files with the next optimisation."""
    try:
        await client.create_collection(
            name,
            vectors_config={"dense": models.VectorParams(size=size, distance=models.Distance.DOT)},
            sparse_vectors_config={"words": models.SparseVectorParams(modifier=models.Modifier.IDF)},
            hnsw_config=models.HnswConfigDiff(m=0),
            optimizers_config=models.OptimizersConfigDiff(deleted_threshold=0.0, vacuum_min_vector_number=100),
        )
    except UnexpectedResponse as error:
        if error.status_code != 409:  # another process made it meanwhile
            raise


def _check_vectors(name: str, params: models.CollectionParams, size: int) -> None:
    dense = params.vectors.get("dense") if isinstance(params.vectors, dict) else None
    words = (params.sparse_vectors or {}).get("words")
    if dense is None or words is None or words.modifier != models.Modifier.IDF:
        raise VectorsMismatch(f"the collection {name!r} was not made by this program; rename or delete it, then rebuild")
    if dense.size != size or dense.distance != models.Distance.DOT:
        raise VectorsMismatch(
            f"the collection {name!r} holds vectors of {dense.size} dimensions ({dense.distance.value}), not of {size} (Dot); use "
            "the model that it was made with, or delete it and rebuild"
        )
