"""The shape of the graph in Neo4j: constraints and indexes, and how a database is brought up to date.

    (:Customer)-[:HAS_ADDRESS]->(:Address)
    (:Customer)-[:HAS_SESSION]->(:Session)-[:HAS_TURN]->(:Turn)-[:MENTIONS]->(:Entity:Person)
    (:Turn)-[:REPLY_TO]->(:Turn)
    (:Fact)-[:SUBJECT]->(:Entity), (:Fact)-[:OBJECT]->(:Entity), (:Fact)-[:SAID_BY]->(:Entity), (:Fact)-[:SAID_IN]->(:Turn)
    (:Entity)-[:LIVES_IN {fact, valid_from, …}]->(:Entity)             each fact between two entities once more, to be traversed
    (:Fact)-[:REPLACES]->(:Fact)
    (:Entity)-[:BELONGS_TO|SAME_AS|HAS_MEMBER]->(:Entity), (:Customer)-[:IS]->(:Entity)
    (:Customer)-[:HAS_GOAL]->(:Goal)-[:STARTED_IN]->(:Turn), (:Customer)-[:HAS_ACT]->(:Act)

Every node names `tenant` and `customer`, and every index begins with what a query knows of them. `seq` counts what was written of one
customer and keeps the order in which it came; `body` is the whole value as JSON (graph.encoding), the other properties repeat it for
people and for what is searched by. An entity that is spoken of before it is written is a node without `seq` and `body`.

Must not know what the bodies mean.
"""

from typing import LiteralString

from neo4j.exceptions import ClientError, TransientError

from graph.neo4j_link import Link, Transaction, rows
from graph.store import StoreUnavailable

CHECK: LiteralString = "MATCH (s:Schema {name: 'throughline'}) RETURN s.version AS version"
NOTE: LiteralString = """
MERGE (s:Schema {name: 'throughline'})
SET s.version = CASE WHEN coalesce(s.version, 0) < $version THEN $version ELSE s.version END"""

MIGRATIONS: tuple[tuple[LiteralString, ...], ...] = (
    (
        "CREATE CONSTRAINT schema_name IF NOT EXISTS FOR (n:Schema) REQUIRE n.name IS UNIQUE",
        "CREATE CONSTRAINT customer_id IF NOT EXISTS FOR (n:Customer) REQUIRE (n.tenant, n.customer) IS UNIQUE",
        "CREATE CONSTRAINT address_value IF NOT EXISTS FOR (n:Address) REQUIRE (n.tenant, n.channel, n.value) IS UNIQUE",
        "CREATE CONSTRAINT session_id IF NOT EXISTS FOR (n:Session) REQUIRE (n.tenant, n.id) IS UNIQUE",
        "CREATE CONSTRAINT turn_id IF NOT EXISTS FOR (n:Turn) REQUIRE (n.tenant, n.customer, n.id) IS UNIQUE",
        "CREATE CONSTRAINT turn_key IF NOT EXISTS FOR (n:Turn) REQUIRE (n.tenant, n.channel, n.key) IS UNIQUE",
        "CREATE CONSTRAINT entity_id IF NOT EXISTS FOR (n:Entity) REQUIRE (n.tenant, n.customer, n.id) IS UNIQUE",
        "CREATE CONSTRAINT fact_id IF NOT EXISTS FOR (n:Fact) REQUIRE (n.tenant, n.customer, n.id) IS UNIQUE",
        "CREATE CONSTRAINT goal_id IF NOT EXISTS FOR (n:Goal) REQUIRE (n.tenant, n.customer, n.id) IS UNIQUE",
        "CREATE CONSTRAINT act_id IF NOT EXISTS FOR (n:Act) REQUIRE (n.tenant, n.customer, n.id) IS UNIQUE",
        "CREATE INDEX customer_newest IF NOT EXISTS FOR (n:Customer) ON (n.tenant, n.created_at, n.customer)",
        "CREATE INDEX address_order IF NOT EXISTS FOR (n:Address) ON (n.tenant, n.customer, n.seq)",
        "CREATE INDEX address_anywhere IF NOT EXISTS FOR (n:Address) ON (n.tenant, n.value)",
        "CREATE INDEX session_order IF NOT EXISTS FOR (n:Session) ON (n.tenant, n.customer, n.started_at, n.seq)",
        "CREATE INDEX turn_order IF NOT EXISTS FOR (n:Turn) ON (n.tenant, n.customer, n.place, n.seq)",
        "CREATE INDEX turn_session IF NOT EXISTS FOR (n:Turn) ON (n.tenant, n.customer, n.session, n.place, n.seq)",
        "CREATE INDEX turn_waiting IF NOT EXISTS FOR (n:Turn) ON (n.waiting, n.received_at)",
        "CREATE INDEX turn_waiting_of IF NOT EXISTS FOR (n:Turn) ON (n.tenant, n.customer, n.waiting)",
        "CREATE INDEX turn_to_index IF NOT EXISTS FOR (n:Turn) ON (n.to_index, n.tenant, n.customer, n.place)",
        "CREATE INDEX entity_order IF NOT EXISTS FOR (n:Entity) ON (n.tenant, n.customer, n.seq)",
        "CREATE INDEX entity_name IF NOT EXISTS FOR (n:Entity) ON (n.tenant, n.customer, n.name)",
        "CREATE INDEX fact_order IF NOT EXISTS FOR (n:Fact) ON (n.tenant, n.customer, n.seq)",
        "CREATE INDEX goal_order IF NOT EXISTS FOR (n:Goal) ON (n.tenant, n.customer, n.seq)",
        "CREATE INDEX act_order IF NOT EXISTS FOR (n:Act) ON (n.tenant, n.customer, n.seq)",
    ),
)
_THERE = ("EquivalentSchemaRuleAlreadyExists", "ConstraintAlreadyExists", "IndexAlreadyExists")


async def migrate(link: Link) -> None:
    """Makes what is missing, one after another; several processes may try at once. Raises StoreUnavailable, also for a later version."""
    version = await link.read(_version)
    if version > len(MIGRATIONS):
        raise StoreUnavailable(f"the graph has schema version {version}, this program knows {len(MIGRATIONS)}; run a later one")
    for number, statements in enumerate(MIGRATIONS[version:], start=version + 1):
        for statement in statements:
            await _make(link, statement)
        await link.alone("CALL db.awaitIndexes(300)")
        await link.write(_note, number)


async def _make(link: Link, statement: LiteralString, *, tries: int = 20) -> None:
    """IF NOT EXISTS looks before it locks: of two who make the same at once, one fails, and has what it wanted."""
    for _ in range(tries):
        try:
            return await link.alone(statement)
        except ClientError as error:
            if not any(each in (error.code or "") for each in _THERE):
                raise
            return None
        except StoreUnavailable as error:
            if not isinstance(error.__cause__, TransientError):
                raise
    raise StoreUnavailable(f"the graph at {link.url} is being migrated by others all the time; try again")


async def _version(tx: Transaction) -> int:
    found = await rows(tx, CHECK)
    return found[0][0] if found else 0


async def _note(tx: Transaction, version: int) -> None:
    await rows(tx, NOTE, version=version)
