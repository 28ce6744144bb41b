"""`make bench`: what a turn costs, by step, when a customer has said little and when a customer has said much.

Plays turns in process, on the stores that the settings in the environment name; embedded ones are made in a temporary folder. The many
turns before are varied and only remembered (`respond: false`). `make bench TURNS=5000 OTHERS=0 SAMPLE=60`: the defaults. OTHERS is how many
customers of a few turns each share the stores. On a graph server it is all kept, under the tenant `bench` and in a folder of that name in
DATA_DIR, so that the next run goes on with it; stop other workers on the same stores first.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from os import environ
from pathlib import Path
from typing import Any

import httpx

from agent.app import App
from agent.repair import Repair
from agent.settings import Settings, read_settings
from graph.model import CustomerId, Scope, TenantId
from tests.agent.conftest import served

TENANT = TenantId("bench")
LITTLE, MUCH, MODEL = "+15125550101", "+15125550102", "+15125550103"  # who says little, who says much, whom the others are copies of
FEW_OF_OTHERS = 5  # turns

FEW = 10
START = datetime(2024, 1, 1, 15, 0, tzinfo=UTC)
PEOPLE = [
    "Leo",
    "Ana",
    "Max",
    "Eva",
    "Tom",
    "Rosa",
    "Sam",
    "Ivy",
    "Omar",
    "June",
    "Kofi",
    "Lena",
    "Raj",
    "Mia",
    "Noah",
    "Zoe",
    "Paul",
    "Nina",
    "Hugo",
    "Ada",
]
KIN = ["son", "daughter", "brother", "sister", "uncle", "aunt", "neighbor", "boss", "cousin", "friend"]
PLACES = [
    "Austin",
    "Denver",
    "Boston",
    "Chicago",
    "Dallas",
    "Reno",
    "Tucson",
    "Omaha",
    "Tampa",
    "Salem",
    "Fresno",
    "Boise",
    "Tulsa",
    "Mesa",
    "Macon",
]
THINGS = ["a red truck", "an old piano", "a leaking faucet", "two cats", "a broken phone", "a blue tent", "a new roof", "a small boat"]
DAYS = ["yesterday", "last week", "on Monday", "this morning", "two days ago", "in March"]
SHAPES = [
    "My {kin} {name} lives in {place}.",
    "{name} bought {thing} {day}.",
    "I saw {name} in {place} {day}.",
    "We need to fix {thing} before {name} comes.",
    "{name} works for a bank in {place}.",
    "I talked with my {kin} about {thing} {day}.",
    "He moved to {place} {day}.",
    "Can you call {name} about {thing}?",
]
ASKED = [
    "Where does {name} live?",
    "Can you move it to Friday at 3?",
    "What did {name} buy?",
    "I'd like to come in next Tuesday afternoon.",
    "Thanks, that works for me.",
    "My {kin} {name} has {thing} now.",
]


def text(chance: random.Random, shapes: Sequence[str]) -> str:
    words = {"kin": KIN, "name": PEOPLE, "place": PLACES, "thing": THINGS, "day": DAYS}
    return chance.choice(shapes).format(**{slot: chance.choice(choices) for slot, choices in words.items()})


class Play:
    """One customer who goes on talking, an hour between turns. said: turns so far."""

    def __init__(self, http: httpx.AsyncClient, app: App, phone: str) -> None:
        self._http, self._app, self._phone, self._chance, self.said = http, app, phone, random.Random(7), 0

    async def customer(self) -> str | None:
        """The id, where the customer has said something."""
        found = (await self._http.get("/v1/customers", params={"address": self._phone})).json()["items"]
        return found[0]["customer_id"] if found else None

    async def resume(self) -> None:
        """After what was said in an earlier run."""
        if customer := await self.customer():
            self.said = (await self._http.get(f"/v1/customers/{customer}")).json()["counts"]["turns"]

    async def forget(self) -> None:
        if customer := await self.customer():
            (await self._http.delete(f"/v1/customers/{customer}")).raise_for_status()

    async def say(self, shapes: Sequence[str], *, respond: bool) -> dict[str, Any]:
        at = START + timedelta(hours=self.said)
        body = {"channel": "sms", "address": self._phone, "text": text(self._chance, shapes), "at": at.isoformat(), "respond": respond}
        answer = await self._http.post("/v1/turns", json=body)
        answer.raise_for_status()
        self.said += 1
        return answer.json()

    async def until(self, turns: int) -> None:
        began = time.perf_counter()
        while self.said < turns:
            await self.say(SHAPES, respond=False)
            if self.said % 500 == 0:
                print(f"  {self.said} turns after {time.perf_counter() - began:.0f} s", flush=True)

    async def measure(self, sample: int) -> list[dict[str, float]]:
        """Milliseconds by step, and `request` for the whole request. Who answers has read first: the turn before is indexed by then."""
        found: list[dict[str, float]] = []
        for _ in range(sample):
            await self._app.settled()
            began = time.perf_counter()
            timings = (await self.say(ASKED, respond=True))["timings_ms"]
            found.append({**timings, "request": (time.perf_counter() - began) * 1000})
        return found


def table(title: str, found: list[dict[str, float]]) -> str:
    rows = [f"{title:<34}{'p50':>8}{'p95':>8}  ms"]
    for step in found[0]:
        values = sorted(each[step] for each in found)
        rows.append(f"  {step:<32}{_quantile(values, 0.5):>8.1f}{_quantile(values, 0.95):>8.1f}")
    return "\n".join(rows)


def _quantile(values: Sequence[float], share: float) -> float:
    return values[min(len(values) - 1, round(share * (len(values) - 1)))]


async def with_others(http: httpx.AsyncClient, app: App, others: int) -> None:
    """So many other customers are there, each with a memory of a few turns."""
    model = Play(http, app, MODEL)
    await model.resume()
    await model.until(FEW_OF_OTHERS)
    exported = await app.store.export(Scope(TENANT, CustomerId(await model.customer() or "")))
    assert exported
    for number in range(others):
        if await app.store.customer(Scope(TENANT, CustomerId(f"other-{number}"))) is None:
            await app.store.restore(TENANT, copy_of(exported, number))


def copy_of(exported: dict[str, Any], number: int) -> dict[str, Any]:
    """The same memory under ids and an address of another customer."""
    whole = json.dumps(exported)
    for session in exported["sessions"]:
        whole = whole.replace(session["id"], f"{number}-{session['id']}")
    whole = whole.replace(MODEL, f"+1737{number:07}").replace(exported["customer"]["id"], f"other-{number}")
    return json.loads(whole)


async def bench(settings: Settings, *, turns: int, sample: int, others: int) -> None:
    async with served(settings, tenant=TENANT, report=print) as (app, http):
        little, much = Play(http, app, LITTLE), Play(http, app, MUCH)
        await with_others(http, app, others)
        await Repair((await app.loaded()).memory).once()
        await little.forget()
        await little.until(FEW)
        await measured(little, sample, f"a turn after {FEW} turns")
        await much.resume()
        await much.until(turns)
        await measured(much, sample, f"a turn after {much.said} turns, {others} other customers")


async def measured(play: Play, sample: int, title: str) -> None:
    await play.measure(5)  # the first ones pay for what is made once
    print(table(title, await play.measure(sample)), flush=True)


def main() -> None:
    options = argparse.ArgumentParser(description="What a turn costs, by step.")
    options.add_argument("--turns", type=int, default=5000, help="of the customer who says much")
    options.add_argument("--others", type=int, default=0, help="customers who share the stores")
    options.add_argument("--sample", type=int, default=60, help="turns measured at each point")
    given, wanted = read_settings(environ), vars(options.parse_args())
    with tempfile.TemporaryDirectory() as folder:
        kept = given.data_dir / "bench" if given.graph_url else Path(folder)
        asyncio.run(bench(replace(given, data_dir=kept, api_keys=None), **wanted))


if __name__ == "__main__":
    main()
