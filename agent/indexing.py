"""Writes the vectors that are missing: of turns whose writing was cut off, and of imports.

Knows which turns the store marks as not indexed; the graph is the truth, vectors are made from it.
"""

import asyncio
from itertools import groupby

from graph.memory import Memory
from graph.model import Fact, Scope, Turn, TurnId
from graph.recall import points_for

BATCH = 200


async def index_missing(memory: Memory) -> int:
    """How many turns were indexed; stops where the vectors cannot be written."""
    indexed = 0
    while True:
        missing = await memory.store.unindexed(BATCH)
        for scope, turns in groupby(missing, key=lambda pair: pair[0]):
            await _index(memory, scope, [turn for _, turn in turns])
        left = {(scope, turn.id) for scope, turn in await memory.store.unindexed(BATCH)}
        done = sum((scope, turn.id) not in left for scope, turn in missing)
        indexed += done
        if not missing or not done:
            return indexed


async def _index(memory: Memory, scope: Scope, turns: list[Turn]) -> None:
    customer = memory.of(scope)
    said: dict[TurnId, list[Fact]] = {}
    for fact in (await customer.snapshot()).facts.values():
        said.setdefault(fact.turn, []).append(fact)
    made = [await asyncio.to_thread(points_for, scope, turn, said.get(turn.id, ()), memory.embedder) for turn in turns]
    await customer.index([point for points in made for point in points])
