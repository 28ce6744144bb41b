"""The stores that the laws are held on, by name. Another store is another entry; nothing else changes.

A folder is a store. The server of the session holds one graph, wiped before each test, so that there every folder is that one: the laws
that speak of two stores at once use customers of their own in each.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path

from neo4j import AsyncGraphDatabase

from graph.neo4j_store import Neo4jStore
from graph.sqlite_store import SqliteStore
from graph.store import Store
from tests.neo4j_server import Reach, reach


def neo4j_store(reached: Reach | None = None) -> Neo4jStore:
    found = reached or reach()
    assert found, "the fixture neo4j_server starts one"
    return Neo4jStore(found.url, user=found.user, password=found.password)


STORES: dict[str, Callable[[Path], Store]] = {
    "neo4j": lambda _folder: neo4j_store(),
    "sqlite": lambda folder: SqliteStore(folder / "memory.db"),
}
# Stores that cannot answer: for want of a folder, for want of a server.
SILENT: dict[str, Callable[[Path], Store]] = {
    "neo4j": lambda _folder: neo4j_store(Reach("bolt://127.0.0.1:1", "neo4j", "none")),
    "sqlite": lambda folder: SqliteStore(folder / "memory.db"),
}


async def left_in(folder: Path, words: list[str]) -> dict[str, list[str]]:
    """By file, which of the words its bytes still hold."""
    held = {each.name: [word for word in words if word.encode() in each.read_bytes()] for each in folder.rglob("*") if each.is_file()}
    return {name: found for name, found in held.items() if found}


async def left_in_graph(_folder: Path, words: list[str]) -> dict[str, list[str]]:
    """By node, relationship or name in the schema, which of the words a query of everything still finds."""
    found = reach()
    assert found, "the fixture neo4j_server starts one"
    everything = (
        "MATCH (n) RETURN elementId(n) AS id, labels(n) AS named, properties(n) AS held",
        "MATCH ()-[r]->() RETURN elementId(r) AS id, [type(r)] AS named, properties(r) AS held",
        "CALL db.labels() YIELD label RETURN label AS id, label AS named, null AS held",
        "CALL db.relationshipTypes() YIELD relationshipType AS name RETURN name AS id, name AS named, null AS held",
        "CALL db.propertyKeys() YIELD propertyKey RETURN propertyKey AS id, propertyKey AS named, null AS held",
    )
    async with AsyncGraphDatabase.driver(found.url, auth=(found.user, found.password)) as driver:
        records = [record for query in everything for record in (await driver.execute_query(query)).records]
    held = {str(each["id"]): [word for word in words if word in repr((each["named"], each["held"]))] for each in records}
    return {name: found for name, found in held.items() if found}


# What of these words can still be read of what a store keeps: in its files, or by any query.
LEFT: dict[str, Callable[[Path, list[str]], Awaitable[dict[str, list[str]]]]] = {"neo4j": left_in_graph, "sqlite": left_in}


async def wipe(reached: Reach) -> None:
    """Everything but the schema and its version."""
    async with AsyncGraphDatabase.driver(reached.url, auth=(reached.user, reached.password)) as driver:
        await driver.execute_query("MATCH (n) WHERE NOT n:Schema DETACH DELETE n")
