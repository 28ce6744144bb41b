"""README's questions to the graph, asked as they stand there: each finds what was said, by an index."""

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import LiteralString, cast

import pytest
from neo4j import AsyncGraphDatabase

from graph.model import Commit, Entity, EntityId, Fact, FactEnd, Goal, GoalId, Session, SessionId, SlotValue, TurnId
from graph.neo4j_store import Neo4jStore
from tests.graph.examples import at, customer, fact, mention, scope, turn
from tests.graph.stores import neo4j_store, wipe
from tests.graph.test_neo4j_store import SCANS, operators
from tests.neo4j_server import Reach

README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
ADDRESS = "+15125550101"
DAY = 24 * 60  # minutes; day 0 is the second of March
NAMES = {"Maria": "person", "Leo": "person", "Ana": "person", "Civic": "vehicle", "Tacoma": "vehicle", "Austin": "place", "Denver": "place"}
# On which day, on which channel, in which session, in which words; whom it mentions.
SAID = (
    (0, "sms", "texts", "My son Leo drives the Civic, he lives in Austin.", ("Leo", "Civic", "Austin")),
    (10, "sms", "texts", "Leo and Ana want to see you.", ("Leo", "Ana")),
    (24, "voice", "call", "I sold the Civic and bought a Tacoma for Leo and Ana.", ("Civic", "Tacoma", "Leo", "Ana")),
    (40, "voice", "call", "Leo moved to Denver. I need the Tacoma serviced.", ("Leo", "Denver", "Tacoma")),
)
ANSWERS: tuple[list[tuple[object, ...]], ...] = (
    [("c1", "Maria")],
    [("Civic",), ("Tacoma",)],
    [("Ana", "Leo", 2)],
    [
        ("added", "Leo is Maria's son", SAID[0][3]),
        ("added", "Leo lives in Austin", SAID[0][3]),
        ("superseded", "Leo lives in Denver", SAID[3][3]),
    ],
    [("service", "active", "when", ["vehicle: the Tacoma"], SAID[3][3])],
    [("Maria owns the Tacoma",)],
    [("Leo lives in Austin", "superseded", "Leo lives in Denver")],
    [("Austin",)],
    [(["Leo", "Maria", "Tacoma"], ["SON", "OWNS"])],
    [("customer", SAID[2][3]), ("agent", "Noted."), ("customer", SAID[3][3]), ("agent", "Noted.")],
)


def at_day(day: int) -> datetime:
    return at(day * DAY)


def ident(name: str) -> EntityId:
    return EntityId(f"c1-{name.lower()}")


def stated(n: int, name: str, subject: str, predicate: str, thing: str, text: str, **more: object) -> Fact:
    links = {"subject": ident(subject), "object": ident(thing), "predicate": predicate, "turn": TurnId(f"c1-{n}"), "text": text, **more}
    return fact(scope(), name, minutes=SAID[n][0] * DAY, value=None, **links)


def learnt() -> list[Commit]:
    """What each turn changes."""
    first, third, fourth = ({"valid_from": at_day(day)} for day in (0, 24, 40))
    austin = stated(0, "f3", "Leo", "lives_in", "Austin", "Leo lives in Austin", **first)
    civic = stated(0, "f1", "Maria", "owns", "Civic", "Maria owns the Civic")
    son = stated(0, "f2", "Maria", "son", "Leo", "Leo is Maria's son")
    tacoma = stated(2, "f4", "Maria", "owns", "Tacoma", "Maria owns the Tacoma", **third)
    denver = stated(3, "f5", "Leo", "lives_in", "Denver", "Leo lives in Denver", **fourth, change="superseded", replaces=austin.id)
    slots = {"vehicle": SlotValue("Tacoma", "the Tacoma", TurnId("c1-3"))}
    service = Goal(GoalId("c1-g"), "service", "active", "when", slots, 1, at_day(40), at_day(40), TurnId("c1-3"), SessionId("c1-call"))
    ends = (FactEnd(austin.id, at_day(40), at_day(40), replaced_by=denver.id),)
    people = tuple(Entity(ident(name), name, kind, is_customer=name == "Maria") for name, kind in NAMES.items())
    empty = Commit(0, at_day(0))
    return [
        replace(empty, entities=people, facts=(civic, son, austin)),
        empty,
        replace(empty, facts=(tacoma,), ends=(FactEnd(civic.id, at_day(24), at_day(24)),)),
        replace(empty, facts=(denver,), ends=ends, goals=(service,)),
    ]


async def tell(store: Neo4jStore) -> None:
    """The four turns of SAID, each with its answer."""
    whose = scope()
    await store.create_customer(customer(whose, ADDRESS))
    for n, ((day, channel, where, words, names), change) in enumerate(zip(SAID, learnt(), strict=True)):
        session = SessionId(f"c1-{where}")
        said = replace(turn(whose, str(n), words, minutes=day * DAY), channel=channel, session=session)
        accepted, _ = await store.accept(whose, said)
        mentions = tuple(mention(name, words.index(name), ident(name)) for name in names)
        done = replace(accepted, status="done", mentions=mentions)
        answer = replace(
            done, id=TurnId(f"c1-{n}-r"), speaker="agent", text="Noted.", number=done.number + 1, reply_to=done.id, mentions=()
        )
        talk = Session(session, channel, ADDRESS, at_day(24 if where == "call" else 0), at_day(day))
        await store.commit(whose, replace(change, expected_revision=n, recorded_at=at_day(day), turns=(done, answer), session=talk))


def asked() -> list[str]:
    section = README.partition("## The graph in Neo4j\n")[2].partition("\n## ")[0]
    return re.findall(r"```cypher\n(.*?)```", section, re.DOTALL)


@pytest.fixture(scope="module")
async def told(neo4j_server: Reach) -> Reach:
    await wipe(neo4j_server)
    store = neo4j_store(neo4j_server)
    await store.open()
    await tell(store)
    await store.close()
    return neo4j_server


def test_there_are_ten_questions() -> None:
    assert len(asked()) == len(ANSWERS) == 10


@pytest.mark.parametrize("number", range(10))
async def test_a_question_to_the_graph_is_answered(told: Reach, number: int) -> None:
    values = {"tenant": "t1", "customer": "c1", "address": ADDRESS}
    async with AsyncGraphDatabase.driver(told.url, auth=(told.user, told.password)) as driver:
        found, summary, _ = await driver.execute_query(cast("LiteralString", f"PROFILE {asked()[number]}"), values)
    answers = [tuple(value for name, value in record.items() if name != "at") for record in found]
    assert answers == ANSWERS[number]
    assert summary.profile and not SCANS & set(operators(summary.profile))
