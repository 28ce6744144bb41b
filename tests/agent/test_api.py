"""The HTTP API on real stores and models: what is let in, what is refused, and that nobody sees what is another's."""

import json
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from agent.api import ROUTERS, create_api
from agent.app import App
from agent.keys import KeyScope, add_key
from agent.settings import Settings
from tests.agent.conftest import served

AT = "2026-03-02T09:00:00-06:00"
SCOPES: tuple[KeyScope, ...] = ("chat", "read", "admin")
PHONE = "+15125550101"


@dataclass(frozen=True, slots=True)
class World:
    """Two tenants, `mine` with two customers. keys: by tenant, and by scope for `mine`'s keys of a single scope."""

    app: App
    http: httpx.AsyncClient
    keys: dict[str, str]
    customer: str
    other: str
    session: str
    entity: str
    fact: str

    async def send(self, method: str, path: str, *, key: str = "mine", **more: Any) -> httpx.Response:
        return await self.http.request(method, path, headers={"Authorization": f"Bearer {self.keys[key]}"}, **more)


@pytest.fixture(scope="module")
async def world(tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[World]:
    folder = tmp_path_factory.mktemp("api")
    file = folder / "keys.txt"
    keys = {tenant: add_key(file, tenant, frozenset(SCOPES)) for tenant in ("mine", "theirs")}
    keys |= {scope: add_key(file, "mine", frozenset({scope})) for scope in SCOPES}
    async with served(Settings(data_dir=folder / "data", api_keys=file)) as (app, http):
        bare = World(app, http, keys, "", "", "", "", "")
        one = await say(bare, "My son Leo lives in Austin.")
        two = await say(bare, "My daughter Ana lives in Denver.", address="+15125550102")
        assert one["facts"], "the first turn makes facts"
        entity = one["facts"][0]["subject"]["entity_id"]
        yield World(app, http, keys, one["customer_id"], two["customer_id"], one["session_id"], entity, one["facts"][0]["fact_id"])


async def say(world: World, text: str, *, key: str = "mine", **more: Any) -> dict[str, Any]:
    body = {"channel": "sms", "address": PHONE, "text": text, "at": AT, **more}
    answer = await world.send("POST", "/v1/turns", key=key, json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


def is_problem(answer: httpx.Response, status: int) -> bool:
    body = answer.json()
    return (
        answer.status_code == status
        and answer.headers["content-type"] == "application/problem+json"
        and body["status"] == status
        and all(isinstance(body[name], str) and body[name] for name in ("type", "title", "detail"))
    )


TURN = {"channel": "sms", "address": "+15125550103", "text": "hi", "at": AT}
# every route of a customer's memory: method, path, body, the scope it needs
ROUTES: list[tuple[str, str, Any, KeyScope]] = [
    ("POST", "/v1/turns", TURN, "chat"),
    ("POST", "/v1/turns/stream", TURN, "chat"),
    ("GET", "/v1/customers", None, "read"),
    ("GET", "/v1/customers/{customer_id}", None, "read"),
    ("GET", "/v1/customers/{customer_id}/sessions", None, "read"),
    ("GET", "/v1/sessions/{session_id}/turns", None, "read"),
    ("GET", "/v1/customers/{customer_id}/entities", None, "read"),
    ("GET", "/v1/customers/{customer_id}/facts", None, "read"),
    ("GET", "/v1/customers/{customer_id}/entities/{entity_id}/timeline", None, "read"),
    ("GET", "/v1/customers/{customer_id}/entities/{entity_id}/diff?from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z", None, "read"),
    ("GET", "/v1/customers/{customer_id}/graph", None, "read"),
    ("GET", "/v1/customers/{customer_id}/recall?q=Leo", None, "read"),
    ("POST", "/v1/customers/{customer_id}/ask", {"question": "Where does my son live?"}, "read"),
    ("GET", "/v1/customers/{customer_id}/goals", None, "read"),
    ("POST", "/v1/customers/{customer_id}/facts/{fact_id}/retract", {"reason": "a slip"}, "admin"),
    ("POST", "/v1/customers/{customer_id}/addresses", {"channel": "email", "value": "x@example.org", "verified": True}, "admin"),
    ("POST", "/v1/customers/{customer_id}/merge", {"customer_id": "nobody"}, "admin"),
    ("POST", "/v1/customers/{customer_id}/unmerge", {"merge_id": "none"}, "admin"),
    ("POST", "/v1/customers/{customer_id}/replay", {"dry_run": True}, "admin"),
    ("GET", "/v1/customers/{customer_id}/export", None, "admin"),
    ("POST", "/v1/customers/import", {}, "admin"),
    ("DELETE", "/v1/customers/{customer_id}", None, "admin"),
]
OPEN = {"/healthz", "/readyz", "/metrics", "/", "/docs", "/favicon.ico"}


def filled(path: str, world: World, customer: str) -> str:
    return path.format(customer_id=customer, session_id=world.session, entity_id=world.entity, fact_id=world.fact)


async def test_every_route_stands_in_the_table(world: World) -> None:
    every = [route for routes in (create_api(world.app), *ROUTERS) for route in routes.routes]
    found = {(method, r.path) for r in every if isinstance(r, APIRoute) and r.path not in OPEN for method in r.methods or ()}
    assert found == {(method, path.partition("?")[0]) for method, path, _, _ in ROUTES}


@pytest.mark.parametrize(("method", "path", "body", "scope"), ROUTES)
async def test_a_key_without_the_scope_opens_nothing(world: World, method: str, path: str, body: Any, scope: KeyScope) -> None:
    for key in set(SCOPES) - {scope}:
        assert is_problem(await world.send(method, filled(path, world, world.customer), key=key, json=body), 403)


@pytest.mark.parametrize(("method", "path", "body", "scope"), ROUTES)
async def test_without_a_key_nothing_opens(world: World, method: str, path: str, body: Any, scope: KeyScope) -> None:
    for header in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer "}):
        answer = await world.http.request(method, filled(path, world, world.customer), json=body, headers=header)
        assert is_problem(answer, 401)
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize(("method", "path", "body", "scope"), [r for r in ROUTES if "{" in r[1]])
async def test_another_tenant_s_ids_do_not_exist(world: World, method: str, path: str, body: Any, scope: KeyScope) -> None:
    assert is_problem(await world.send(method, filled(path, world, world.customer), key="theirs", json=body), 404)


@pytest.mark.parametrize(("method", "path", "body", "scope"), [r for r in ROUTES if "{entity_id}" in r[1] or "{fact_id}" in r[1]])
async def test_another_customer_s_ids_do_not_exist(world: World, method: str, path: str, body: Any, scope: KeyScope) -> None:
    assert is_problem(await world.send(method, filled(path, world, world.other), json=body), 404)


@pytest.mark.parametrize(("method", "path", "body", "scope"), [r for r in ROUTES if "{" in r[1]])
async def test_unknown_ids_are_not_found(world: World, method: str, path: str, body: Any, scope: KeyScope) -> None:
    for name in ("nobody", "%00", "%2e%2e", quote("Ω" * 80)):
        wanted = path.format(customer_id=name, session_id=name, entity_id=name, fact_id=name)
        assert is_problem(await world.send(method, wanted, json=body), 404)


async def test_no_list_shows_another_tenant_s_or_customer_s(world: World) -> None:
    assert (await world.send("GET", "/v1/customers", key="theirs")).json()["items"] == []
    for path in ("entities", "facts?history=true", "graph", "recall?q=Leo+Austin", "sessions", "export"):
        assert "Leo" not in (await world.send("GET", f"/v1/customers/{world.other}/{path}")).text, path
    around = await world.send("GET", f"/v1/customers/{world.other}/graph?around={world.entity}")
    assert is_problem(around, 404)
    by_entity = await world.send("GET", f"/v1/customers/{world.other}/facts?entity={world.entity}")
    assert by_entity.json()["items"] == []
    asked = await world.send("POST", f"/v1/customers/{world.other}/ask", json={"question": "Who is Leo?"})
    assert "Austin" not in asked.text


BAD_TURNS: list[tuple[dict[str, Any], list[Any]]] = [
    ({"text": ""}, ["body", "text"]),
    ({"text": " \n\t"}, ["body", "text"]),
    ({"text": "x" * 100_001}, ["body", "text"]),
    ({"text": 7}, ["body", "text"]),
    ({"text": None}, ["body", "text"]),
    ({"text": "\ud800"}, ["body", "text"]),
    ({"channel": "fax"}, ["body", "channel"]),
    ({"channel": None}, ["body", "channel"]),
    ({"address": "maria"}, ["body", "address"]),
    ({"address": ""}, ["body", "address"]),
    ({"address": None}, ["body"]),
    ({"channel": "email", "address": "maria"}, ["body", "address"]),
    ({"at": "2026-03-02T09:00:00"}, ["body", "at"]),
    ({"at": "0001-01-01T00:00:00Z"}, ["body", "at"]),
    ({"at": "0001-01-01T00:00:00+14:00"}, ["body", "at"]),
    ({"at": "9999-12-31T23:59:59Z"}, ["body", "at"]),
    ({"at": "9999-12-31T23:59:59-14:00"}, ["body", "at"]),
    ({"at": "tomorrow"}, ["body", "at"]),
    ({"at": 1772463600}, ["body", "at"]),
    ({"at": "1772463600"}, ["body", "at"]),
    ({"speaker": "robot"}, ["body", "speaker"]),
    ({"respond": "no"}, ["body", "respond"]),
    ({"turn_id": ""}, ["body", "turn_id"]),
    ({"turn_id": "x" * 256}, ["body", "turn_id"]),
    ({"turn_id": 5}, ["body", "turn_id"]),
    ({"heard": 5}, ["body", "heard"]),
]


@pytest.mark.parametrize(("change", "loc"), BAD_TURNS)
async def test_a_bad_turn_is_refused_at_its_place(world: World, change: dict[str, Any], loc: list[Any]) -> None:
    body = json.dumps({**TURN, **change})
    for path in ("/v1/turns", "/v1/turns/stream"):
        answer = await _raw(world, path, body)
        if answer.headers["content-type"].startswith("text/event-stream"):
            assert [(name, content["status"]) for name, content in events_of(answer.text)] == [("error", 422)]
        else:
            assert is_problem(answer, 422)
            assert [e["loc"] for e in answer.json()["errors"]] == [loc]


async def _raw(world: World, path: str, body: str | bytes, method: str = "POST") -> httpx.Response:
    headers = {"Authorization": f"Bearer {world.keys['mine']}", "Content-Type": "application/json"}
    return await world.http.request(method, path, content=body, headers=headers)


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"text"', "NaN", "[" * 100_000, '{"text": 1e999}', b"\xff\xfe", b"\x00"])
async def test_what_is_no_body_is_refused(world: World, body: str | bytes) -> None:
    for method, path in (("POST", "/v1/turns"), ("POST", f"/v1/customers/{world.customer}/ask"), ("POST", "/v1/customers/import")):
        answer = await _raw(world, path, body, method)
        assert is_problem(answer, answer.status_code)
        assert answer.status_code in (400, 422)


async def test_a_body_without_end_is_refused(world: World) -> None:
    async def flood() -> AsyncGenerator[bytes]:
        for _ in range(100):
            yield b" " * 100_000

    headers = {"Authorization": f"Bearer {world.keys['mine']}", "Content-Type": "application/json"}
    assert is_problem(await world.http.post("/v1/turns", content=flood(), headers=headers), 413)


async def test_a_long_text_is_taken_whole(world: World) -> None:
    text = "My cat Tom likes fish. " * 4347 + "And I like it."
    assert 99_000 < len(text) <= 100_000
    answer = await say(world, text, address="+15125550110", respond=False)
    turns = (await world.send("GET", f"/v1/sessions/{answer['session_id']}/turns")).json()["items"]
    assert turns[0]["text"] == text


ANY_TEXT = [
    "\x00\x01\x02 hi \x7f",
    "I live\r\nin\tAustin\u2028now",
    "Мой сын живёт в Москве.",
    "我的儿子叫小明。",
    "ابني يعيش في دبي",
    "\U0001f469\u200d\U0001f467 \U0001f9b7!!",
    "?",
    "a\u0301" * 50,
    "\u202eevil",
]


@pytest.mark.parametrize("text", ANY_TEXT)
async def test_any_text_is_a_turn(world: World, text: str) -> None:
    answer = await say(world, text, address="+15125550111")
    assert answer["reply"]["text"]
    turns = (await world.send("GET", f"/v1/sessions/{answer['session_id']}/turns")).json()["items"]
    assert text in [turn["text"] for turn in turns]


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=501", "limit=x", "cursor=nonsense", "cursor=bnVsbA==", "as_of=2026-03-02", "as_of=9999-12-31T23:59:59-14:00",
     "known_at=yesterday", "history=perhaps"],
)  # fmt: skip
async def test_a_bad_query_is_refused(world: World, query: str) -> None:
    assert is_problem(await world.send("GET", f"/v1/customers/{world.customer}/facts?{query}"), 422)


async def test_a_plus_sign_that_a_query_lost_is_understood(world: World) -> None:
    answer = await world.send("GET", f"/v1/customers/{world.customer}/facts?as_of=2026-03-03T09:00:00+00:00")
    assert answer.status_code == 200
    assert (await world.send("GET", f"/v1/customers?address={PHONE}")).json()["items"][0]["customer_id"] == world.customer


async def test_paths_and_methods_that_are_not_there_are_problems_too(world: World) -> None:
    assert is_problem(await world.send("GET", "/v1/nothing"), 404)
    assert is_problem(await world.send("GET", "/nothing"), 404)
    assert is_problem(await world.send("GET", "/console/nothing.js"), 404)
    refused = await world.send("PUT", "/v1/turns", json={})
    assert is_problem(refused, 405)
    assert refused.headers["allow"] == "POST"


async def test_the_same_turn_again_and_the_same_id_for_another_text(world: World) -> None:
    first = await say(world, "My dog is called Rex.", turn_id="SM-again")
    again = await say(world, "My dog is called Rex.", turn_id="SM-again")
    assert again == {**first, "replayed": True}
    other = await world.send("POST", "/v1/turns", json={**TURN, "text": "My cat is called Tom.", "turn_id": "SM-again"})
    assert is_problem(other, 409)


def events_of(text: str) -> list[tuple[str, Any]]:
    parts = (block.split("\n", 1) for block in text.strip().split("\n\n"))
    return [(name.removeprefix("event: "), json.loads(content.removeprefix("data: "))) for name, content in parts]


async def test_a_turn_as_a_stream(world: World) -> None:
    body = {**TURN, "address": "+15125550112", "text": "My brother Max moved to Dallas.", "turn_id": "stream-1"}
    answer = await world.send("POST", "/v1/turns/stream", json=body)
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = events_of(answer.text)
    assert events[0][0] == "understood"
    assert {name for name, _ in events[1:-1]} == {"token"}
    name, done = events[-1]
    assert name == "done"
    assert "".join(content["text"] for kind, content in events if kind == "token") == done["reply"]["text"]
    assert (await world.send("POST", "/v1/turns", json=body)).json() == {**done, "replayed": True}
    refused = events_of((await world.send("POST", "/v1/turns/stream", json={**body, "text": "other"})).text)
    assert [(name, content["status"]) for name, content in refused] == [("error", 409)]


async def test_lists_page_without_loss(world: World) -> None:
    for number in range(12):
        await say(world, f"I have {number + 2} cousins.", address="+15125550113", respond=False, turn_id=f"page-{number}")
    customer = (await world.send("GET", "/v1/customers", params={"address": "+15125550113"})).json()["items"][0]["customer_id"]
    session = (await world.send("GET", f"/v1/customers/{customer}/sessions")).json()["items"][0]["session_id"]
    for path in (f"/v1/sessions/{session}/turns", f"/v1/customers/{customer}/facts", f"/v1/customers/{customer}/entities", "/v1/customers"):
        whole = (await world.send("GET", path, params={"limit": 500})).json()
        assert whole["next"] is None
        pages, cursor = [], None
        while True:
            page = (await world.send("GET", path, params={"limit": 5} | ({"cursor": cursor} if cursor else {}))).json()
            assert len(page["items"]) <= 5
            pages += page["items"]
            cursor = page["next"]
            if cursor is None:
                break
        assert pages == whole["items"], path


async def test_edges_of_the_graph_are_the_facts_at_the_same_times(world: World) -> None:
    said = [("I live in Austin.", "2026-01-05"), ("I moved to Denver.", "2026-02-05"), ("Sorry, not Denver, Boulder.", "2026-02-06")]
    known = [await say(world, text, address="+15125550114", at=f"{day}T12:00:00Z") for text, day in said][-1]
    base = f"/v1/customers/{known['customer_id']}"
    times = [None, "2026-01-06T00:00:00Z", "2026-02-05T18:00:00Z", "2026-03-01T00:00:00Z"]
    for as_of in times:
        for known_at in times:
            query = {name: at for name, at in (("as_of", as_of), ("known_at", known_at)) if at}
            facts = (await world.send("GET", f"{base}/facts", params={**query, "limit": 500})).json()["items"]
            edges = (await world.send("GET", f"{base}/graph", params=query)).json()["edges"]
            assert [e["id"] for e in edges] == [f["fact_id"] for f in facts], (as_of, known_at)


async def test_what_changed_about_one_thing_between_two_instants(world: World) -> None:
    lives = (await say(world, "My niece Odile lives in Tulsa.", address="+15125550177"))["facts"][0]
    told = await say(world, "Odile moved to Reno yesterday.", address="+15125550177", at="2026-03-20T09:00:00-06:00")
    path = f"/v1/customers/{told['customer_id']}/entities/{lives['subject']['entity_id']}/diff"

    async def between(**query: str) -> tuple[list[str], list[str]]:
        found = (await world.send("GET", path, params=query)).json()
        now = [*found["gained"], *(each["after"] for each in found["changed"])]
        gone = [*found["lost"], *(each["before"] for each in found["changed"])]
        return [str(f["object"]["name"]) for f in now], [str(f["object"]["name"]) for f in gone]

    now, gone = await between(**{"from": "2026-03-10T00:00:00Z", "to": "2026-03-25T00:00:00Z"})
    assert "Reno" in now
    assert "Tulsa" in gone
    assert await between(**{"from": "2026-03-21T00:00:00Z", "to": "2026-03-25T00:00:00Z"}) == ([], [])


async def test_an_export_is_the_same_after_an_import_elsewhere_but_for_that_in_the_log(world: World, tmp_path: Path) -> None:
    known = await say(world, "My sister Eva lives in Waco and drives a red truck.", address="+15125550115")
    path = f"/v1/customers/{known['customer_id']}/export"
    exported = (await world.send("GET", path)).content
    assert is_problem(await world.send("POST", "/v1/customers/import", json=json.loads(exported)), 409)
    restored = await _raw_as(world, "theirs", "/v1/customers/import", exported)
    assert restored.status_code == 200, restored.text
    again, before = (await world.send("GET", path, key="theirs")).json(), json.loads(exported)
    assert [act["kind"] for act in again.pop("acts")] == ["import"] and before.pop("acts") == []
    assert again.pop("customer") == {**before.pop("customer"), "revision": 2} and json.dumps(again) == json.dumps(before)
    hits = (await world.send("GET", f"/v1/customers/{known['customer_id']}/recall?q=red+truck", key="theirs")).json()["hits"]
    assert any("truck" in hit["text"] for hit in hits), "what was imported is found"


async def _raw_as(world: World, key: str, path: str, body: bytes) -> httpx.Response:
    headers = {"Authorization": f"Bearer {world.keys[key]}", "Content-Type": "application/json"}
    return await world.http.post(path, content=body, headers=headers)


async def test_after_an_erasure_no_word_is_left_in_any_file(world: World) -> None:
    known = await say(world, "My parrot Quetzalcoatl lives in Xochimilco.", address="+15125550116")
    base = f"/v1/customers/{known['customer_id']}"
    assert "Quetzalcoatl" in (await world.send("GET", f"{base}/export")).text
    erased = (await world.send("DELETE", base)).json()["erased"]
    assert erased["turns"] == 2
    assert is_problem(await world.send("GET", base), 404)
    assert is_problem(await world.send("DELETE", base), 404)
    for file in _files(world.app.settings.data_dir):
        content = file.read_bytes().lower()
        for word in (b"quetzalcoatl", b"xochimilco", b"+15125550116"):
            assert word not in content, file


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


async def test_a_retracted_fact_is_history(world: World) -> None:
    known = await say(world, "My uncle Bob lives in Reno.", address="+15125550117")
    base, fact = f"/v1/customers/{known['customer_id']}", known["facts"][0]["fact_id"]
    retracted = (await world.send("POST", f"{base}/facts/{fact}/retract", json={"reason": "not so"})).json()
    assert retracted["retracted_at"]
    now = (await world.send("GET", f"{base}/facts")).json()["items"]
    ever = (await world.send("GET", f"{base}/facts", params={"history": True})).json()["items"]
    assert fact not in [f["fact_id"] for f in now]
    assert fact in [f["fact_id"] for f in ever]


async def test_an_address_is_linked_once(world: World) -> None:
    known = await say(world, "hi", address="+15125550118")
    link = {"channel": "email", "value": "Eve@Example.org", "verified": True}
    linked = await world.send("POST", f"/v1/customers/{known['customer_id']}/addresses", json=link)
    assert {"channel": "email", "value": "eve@example.org", "verified": True} in linked.json()["addresses"]
    mailed = await say(world, "hello again", channel="email", address="eve@example.org")
    assert mailed["customer_id"] == known["customer_id"]
    assert is_problem(await world.send("POST", f"/v1/customers/{world.other}/addresses", json=link), 409)


async def test_the_server_s_own_routes_are_open(world: World) -> None:
    assert (await world.http.get("/healthz")).json() == {"status": "alive"}
    assert (await world.http.get("/readyz")).json() == {"status": "ready"}
    for path in ("/", "/docs", "/console/console.js", "/openapi.json"):
        assert (await world.http.get(path)).status_code == 200
    counted = (await world.http.get("/metrics")).text
    assert 'throughline_turns_total{channel="sms",outcome="done",speaker="customer"}' in counted
    assert 'throughline_step_seconds_count{step="total"}' in counted
    assert not any(word in counted for word in ("Leo", "Austin", PHONE, world.customer))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
QUERIES = [
    "limit",
    "cursor",
    "q",
    "type",
    "entity",
    "predicate",
    "as_of",
    "known_at",
    "history",
    "from",
    "to",
    "around",
    "hops",
    "k",
    "address",
]
PARTS = ["customer", "sessions", "turns", "entities", "facts", "goals", "acts", "format", "version"]
turn_fields = st.sampled_from(["channel", "address", "customer_id", "text", "at", "turn_id", "session_id", "speaker", "respond", "heard"])
queries = st.dictionaries(
    st.sampled_from(QUERIES),
    st.text(max_size=20) | st.integers().map(str) | st.datetimes(timezones=st.timezones()).map(lambda at: at.isoformat()),
    max_size=4,
)
fuzz = hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@fuzz
@given(change=st.dictionaries(turn_fields, json_values, max_size=4))
async def test_no_turn_s_body_breaks_the_server(world: World, change: dict[str, Any]) -> None:
    answer = await _raw(world, "/v1/turns", json.dumps({**TURN, "respond": False, **change}))
    assert answer.status_code < 500
    assert answer.status_code == 200 or is_problem(answer, answer.status_code)


@fuzz
@given(body=json_values, route=st.sampled_from([r for r in ROUTES if r[0] == "POST"]))
async def test_no_body_breaks_the_server(world: World, body: Any, route: tuple[str, str, Any, KeyScope]) -> None:
    answer = await _raw(world, filled(route[1], world, world.other), json.dumps(body))
    assert answer.status_code < 500
    assert answer.status_code == 200 or is_problem(answer, answer.status_code)


@fuzz
@given(query=queries, route=st.sampled_from([r for r in ROUTES if r[0] == "GET"]))
async def test_no_query_breaks_the_server(world: World, query: dict[str, str], route: tuple[str, str, Any, KeyScope]) -> None:
    answer = await world.send("GET", filled(route[1].partition("?")[0], world, world.customer), params=query)
    assert answer.status_code < 500
    assert answer.status_code == 200 or is_problem(answer, answer.status_code)


@fuzz
@given(part=st.sampled_from(PARTS), value=json_values)
async def test_no_import_breaks_the_server(world: World, part: str, value: Any) -> None:
    exported = (await world.send("GET", f"/v1/customers/{world.other}/export")).json()
    answer = await _raw(world, "/v1/customers/import", json.dumps({**exported, part: value}))
    assert is_problem(answer, answer.status_code)
    assert answer.status_code in (409, 422)
