"""`make bench`: what a turn costs, by step, when a customer has said little and when a customer has said much.

Plays turns in process, on real stores in a temporary folder. The many turns before are varied and only remembered (`respond: false`).
`python -m tests.benchmarks.bench [TURNS] [SAMPLE]`; default 5000 turns, 60 measured at each point.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

from agent.app import App
from agent.settings import Settings
from tests.agent.conftest import served

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
    """One customer who goes on talking, an hour between turns."""

    def __init__(self, http: httpx.AsyncClient, app: App) -> None:
        self._http, self._app, self._chance, self.said = http, app, random.Random(7), 0

    async def say(self, shapes: Sequence[str], *, respond: bool) -> dict[str, Any]:
        at = START + timedelta(hours=self.said)
        body = {"channel": "sms", "address": "+15125550101", "text": text(self._chance, shapes), "at": at.isoformat(), "respond": respond}
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


async def bench(turns: int, sample: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with served(Settings(data_dir=Path(folder)), report=print) as (app, http):
            play = Play(http, app)
            await play.until(FEW)
            await play.measure(5)  # the first ones pay for what is made once
            few = await play.measure(sample)
            print(table(f"a turn after {FEW} turns", few), flush=True)
            await play.until(turns)
            await play.measure(5)
            print(table(f"a turn after {turns} turns", await play.measure(sample)))


if __name__ == "__main__":
    asyncio.run(bench(*(int(word) for word in (sys.argv[1:] + ["5000", "60"][len(sys.argv) - 1 :])[:2])))
