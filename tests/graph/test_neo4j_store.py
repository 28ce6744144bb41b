"""What only the store on Neo4j promises: how the graph looks, that every query finds its nodes by an index, one schema that many may make
at once, and what becomes of a server that vanishes."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC
from itertools import count
from typing import Any, LiteralString, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from neo4j import AsyncDriver, AsyncGraphDatabase

from agent.local_neo4j import LocalNeo4j
from graph import neo4j_archive, neo4j_cypher, neo4j_reads, neo4j_schema, neo4j_writes
from graph.model import Address, Commit, EntityId
from graph.neo4j_link import Link
from graph.neo4j_names import OTHER, relationship
from graph.neo4j_store import Neo4jStore
from graph.sqlite_store import SqliteStore
from graph.store import RevisionConflict, StoreUnavailable
from tests.graph.examples import at, customer, entity, fact, first_commit, scope, second_commit, turn
from tests.graph.histories import histories
from tests.graph.stores import neo4j_store, wipe
from tests.graph.test_store import FRESH, SLOW, filled
from tests.neo4j_server import Reach

SCANS = {"AllNodesScan", "NodeByLabelScan", "NodeIndexScan", "DirectedAllRelationshipsScan", "UndirectedAllRelationshipsScan"}


@pytest.fixture
async def driver(neo4j_server: Reach) -> AsyncIterator[AsyncDriver]:
    """A hand of one's own on a wiped graph."""
    await wipe(neo4j_server)
    async with AsyncGraphDatabase.driver(neo4j_server.url, auth=(neo4j_server.user, neo4j_server.password)) as made:
        yield made


@pytest.fixture
async def store(driver: AsyncDriver, neo4j_server: Reach) -> AsyncIterator[Neo4jStore]:
    made = neo4j_store(neo4j_server)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def link(neo4j_server: Reach) -> AsyncIterator[Link]:
    made = Link(neo4j_server.url, user=neo4j_server.user, password=neo4j_server.password, database=None)
    made.connect()
    yield made
    await made.close()


async def asked(driver: AsyncDriver, query: str, **values: Any) -> list[tuple[Any, ...]]:
    return [tuple(record.values()) for record in (await driver.execute_query(cast("LiteralString", query), values)).records]


# the graph as people see it


async def test_facts_lead_from_entity_to_entity_and_to_the_turn_that_said_them(store: Neo4jStore, driver: AsyncDriver) -> None:
    whose = scope()
    await filled(store, whose)
    leo, dana = EntityId("c1-leo"), EntityId("c1-dana")
    lives = fact(whose, "f8", subject=leo, object=dana, value=None, predicate="lives_in", said_by=dana, valid_from=at(3))
    await store.commit(whose, Commit(2, at(70), facts=(lives, replace(lives, id=lives.id + "b", predicate="zorbs_upon"))))
    path = "MATCH (a:Person {name: 'Leo'})-[r]->(b:Person {name: 'Dana'}) RETURN type(r), r.predicate ORDER BY type(r)"
    assert await asked(driver, path) == [("LIVES_IN", "lives_in"), (OTHER, "zorbs_upon")]
    told = "MATCH (f:Fact {id: 'c1-f8'})-[:SAID_IN]->(t:Turn), (f)-[:SAID_BY]->(by:Entity) RETURN t.text, by.name"
    assert await asked(driver, told) == [("My wife Dana lives in Austin.", "Dana")]
    followed = "MATCH (new:Fact)-[:REPLACES]->(old:Fact) RETURN new.value, old.value, new.change"
    assert await asked(driver, followed) == [("Denver", "Austin", "superseded")]


async def test_an_end_is_seen_on_the_fact_and_on_its_relationship(store: Neo4jStore, driver: AsyncDriver) -> None:
    whose = scope()
    await filled(store, whose)
    owns = fact(whose, "f8", subject=EntityId("c1-leo"), object=EntityId("c1-dana"), value=None, predicate="owns")
    await store.commit(whose, Commit(2, at(70), facts=(owns,)))
    moved = replace(second_commit(whose, turn(whose, "none")).ends[0], fact=owns.id, replaced_by=None)
    await store.commit(whose, Commit(3, at(80), ends=(moved,)))
    ends = "MATCH (f:Fact {id: 'c1-f8'}), ()-[r:OWNS {fact: f.id}]->() RETURN f.valid_to = datetime($at), r.valid_to = f.valid_to"
    assert await asked(driver, ends, at=at(60).isoformat()) == [(True, True)]


async def test_a_second_label_follows_the_type(store: Neo4jStore, driver: AsyncDriver) -> None:
    whose = scope()
    await filled(store, whose)
    labels = "MATCH (e:Entity {id: 'c1-leo'}) RETURN labels(e)"
    assert await asked(driver, labels) == [(["Entity", "Person"],)]
    await store.commit(whose, Commit(2, at(70), entities=(entity(whose, "Leo", type="animal", owner=EntityId("c1-dana")),)))
    assert sorted((await asked(driver, labels))[0][0]) == ["Animal", "Entity"]
    assert await asked(driver, "MATCH (e {id: 'c1-leo'})-[:BELONGS_TO]->(o) RETURN o.name") == [("Dana",)]
    await store.commit(whose, Commit(3, at(71), entities=(entity(whose, "Leo", type="sprocket"),)))
    assert await asked(driver, labels) == [(["Entity"],)]
    assert await asked(driver, "MATCH (e {id: 'c1-leo'})-[:BELONGS_TO]->(o) RETURN o.name") == []


async def test_instants_are_date_times_in_utc(store: Neo4jStore, driver: AsyncDriver) -> None:
    await filled(store, scope())
    found = await asked(driver, "MATCH (t:Turn {id: 'c1-2'}) RETURN t.at")
    assert found[0][0].to_native().astimezone(UTC) == at(60) and found[0][0].iso_format().endswith(("Z", "+00:00"))


async def test_every_node_names_tenant_and_customer(store: Neo4jStore, driver: AsyncDriver) -> None:
    await filled(store, scope())
    await store.link_address(scope(), Address("email", "dana@example.com", False, at(9)))
    strays = "MATCH (n) WHERE NOT n:Schema AND (n.tenant IS NULL OR n.customer IS NULL) RETURN labels(n)"
    assert await asked(driver, strays) == []


def test_only_words_of_lists_become_types() -> None:
    assert (relationship("lives_in"), relationship("mother-in-law")) == ("LIVES_IN", "MOTHER_IN_LAW")
    assert relationship("drop table") == relationship("`) DETACH DELETE (n") == OTHER


# queries


def queries() -> dict[str, str]:
    modules = (neo4j_reads, neo4j_cypher, neo4j_archive, neo4j_schema)
    named = {name: each for module in modules for name, each in vars(module).items() if name.isupper() and isinstance(each, str)}
    return {name: each for name, each in named.items() if name not in ("ADDRESSES", "VERSION", "FORMAT", "ANSWERS")}


ROW = {
    "id": "c9-1", "session": "c1-s1", "reply_to": "c1-1", "entity": "c1-dana", "labels": ["Person"], "is_customer": True,
    "mentions": [{"entity": "c1-dana", "text": "Dana", "kind": "name", "confidence": 1.0}],
    "links": [{"type": "SAME_AS", "entity": "c1-leo"}], "subject": "c1-dana",
    "object": "c1-leo", "relationship": "OWNS", "edge": {"fact": "c1-f1"}, "turn": "c1-1", "said_by": "c1-dana", "new": "c1-f3",
    "old": "c1-f1", "channel": "sms", "value": "+15125550101", "key": "c1-k1", "verified": True, "linked_at": None, "seq": 99,
    "properties": {"place": 3},
}  # fmt: skip
VALUES = {
    "tenant": "t1", "customer": "c1", "channel": "sms", "key": "c1-k1", "id": "c9-1", "session": "c1-s1", "place": 0, "seq": 9, "limit": 5,
    "ids": ["c1-1", "c1-f1", "c1-dana"], "addresses": [{"channel": "sms", "value": "+15125550101"}], "value": "+15125550101",
    "at": at(9999), "before": at(9999), "now": at(9998), "until": at(9999), "properties": {"place": 3}, "labels": ["Person"],
    "rows": [ROW], "holder": "h", "version": 1,
    "parts": {name: [ROW] for name in ("sessions", "entities", "turns", "facts", "ends", "replaced", "goals", "acts")},
}  # fmt: skip


async def test_every_query_finds_its_nodes_by_an_index(store: Neo4jStore, driver: AsyncDriver) -> None:
    for n in range(3):
        await filled(store, scope(f"c{n}"), f"+1512555010{n}")
    for name, query in queries().items():
        used = await operators_of(driver, query, after="" if name in ("CUSTOMERS", "CUSTOMERS_OF_ADDRESS", "SCOPES") else -1)
        assert not SCANS & set(used) and any("IndexSeek" in each for each in used), f"{name}: {used}"


async def operators_of(driver: AsyncDriver, query: str, **values: object) -> list[str]:
    async with driver.session() as session, await session.begin_transaction() as tx:
        result = await tx.run(cast("LiteralString", f"PROFILE {query}"), {**VALUES, **values})
        plan = (await result.consume()).profile
        await tx.rollback()
    assert plan
    return operators(plan)


def operators(plan: dict[str, Any]) -> list[str]:
    return [plan["operatorType"].split("@")[0], *(each for child in plan.get("children", ()) for each in operators(child))]


# the schema


async def test_many_may_make_the_schema_at_once(driver: AsyncDriver, neo4j_server: Reach) -> None:
    for kind, listed in (("CONSTRAINT", "SHOW CONSTRAINTS YIELD name"), ("INDEX", "SHOW INDEXES YIELD name, type WHERE type <> 'LOOKUP'")):
        for name, *_ in await asked(driver, listed):
            await asked(driver, f"DROP {kind} {name} IF EXISTS")
    await asked(driver, "MATCH (s:Schema) DELETE s")
    stores = [neo4j_store(neo4j_server) for _ in range(4)]
    await asyncio.gather(*(each.open() for each in stores))
    made = await asked(driver, "SHOW INDEXES YIELD name, type, state WHERE type <> 'LOOKUP' RETURN name, state")
    assert len(made) == sum(map(len, neo4j_schema.MIGRATIONS)) and {state for _, state in made} == {"ONLINE"}
    for each in stores:
        await each.open()
        await each.close()


async def test_a_graph_of_a_later_version_is_refused(store: Neo4jStore, driver: AsyncDriver) -> None:
    await asked(driver, "MATCH (s:Schema {name: 'throughline'}) SET s.version = s.version + 1")
    try:
        with pytest.raises(StoreUnavailable, match="run a later one"):
            await store.open()
    finally:
        await asked(driver, "MATCH (s:Schema {name: 'throughline'}) SET s.version = s.version - 1")


# the same as embedded


@SLOW
@given(drawn=st.data())
async def test_any_history_exports_the_same_as_from_the_embedded_store(store: Neo4jStore, drawn: st.DataObject) -> None:
    whose = scope(f"same{next(FRESH)}")
    embedded = SqliteStore(None)
    await embedded.open()
    commits = drawn.draw(histories(whose))
    for each in (store, embedded):
        await each.create_customer(customer(whose, f"+1512{whose.customer}"))
        for commit in commits:
            await each.commit(whose, commit)
    exported = await store.export(whose)
    assert json.dumps(exported) == json.dumps(await embedded.export(whose))
    await store.erase(whose)
    assert exported and await store.restore(whose.tenant, exported) == await embedded.customer(whose)
    assert await store.snapshot(whose, 9) == await embedded.snapshot(whose, 9)
    await embedded.close()


# several writers, lost answers


async def test_a_commit_whose_answer_was_lost_is_found_again(store: Neo4jStore, link: Link) -> None:
    whose = scope()
    await store.create_customer(customer(whose, "+15125550101"))
    said = turn(whose, "1", key="k")
    first, _ = await store.accept(whose, said)
    assert await link.write(neo4j_writes.accept, whose, said, count(1)) == (first, True)
    change = first_commit(whose, first)
    after = await store.commit(whose, change)
    assert await link.write(neo4j_writes.commit, whose, change, count(1)) == after
    with pytest.raises(RevisionConflict):
        await link.write(neo4j_writes.commit, whose, replace(change, recorded_at=at(2)), count(1))
    with pytest.raises(RevisionConflict):
        await store.commit(whose, change)


async def test_of_two_customers_who_claim_an_address_at_once_one_has_it(store: Neo4jStore) -> None:
    made = await asyncio.gather(*(store.create_customer(customer(scope(f"c{n}"), "+15125550101")) for n in range(8)))
    assert len({each.id for each in made}) == 1
    assert len((await store.customers(scope().tenant, None, 99, None))[0]) == 1


# a server that refuses or vanishes


async def test_a_wrong_password_is_told_and_not_shown(neo4j_server: Reach) -> None:
    store = Neo4jStore(neo4j_server.url, user=neo4j_server.user, password="correct-horse")
    with pytest.raises(StoreUnavailable, match="THROUGHLINE_GRAPH_USER") as told:
        await store.open()
    assert "correct-horse" not in str(told.value)
    await store.close()


async def test_a_store_that_is_not_open_says_so(neo4j_server: Reach) -> None:
    with pytest.raises(StoreUnavailable, match="not open"):
        await neo4j_store(neo4j_server).ping()


async def test_a_server_that_was_killed_and_is_back_is_used_again(own_neo4j: LocalNeo4j) -> None:
    await asyncio.to_thread(own_neo4j.start)
    store = Neo4jStore(own_neo4j.url, user=own_neo4j.user, password=own_neo4j.password)
    await store.open()
    await store.create_customer(customer(scope(), "+15125550101"))
    said, _ = await store.accept(scope(), turn(scope(), "1", key="k"))
    own_neo4j.kill()
    with pytest.raises(StoreUnavailable, match="does not answer"):
        await store.accept(scope(), turn(scope(), "2"))
    await asyncio.to_thread(own_neo4j.start)
    assert await store.find_turn(scope().tenant, "sms", "k") == (scope(), said)
    assert (await store.accept(scope(), turn(scope(), "2")))[1]
    await store.close()
