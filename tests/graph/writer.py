"""A process that accepts and commits turns of one customer until it is killed; it prints each turn once the store acknowledged it.

python -m tests.graph.writer STORE FOLDER NAME COUNT
"""

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from graph.model import Commit, Scope, Turn
from graph.store import RevisionConflict, Store
from tests.graph.examples import at, customer, entity, fact, scope, session, turn
from tests.graph.stores import STORES


async def say(store: Store, whose: Scope, name: str) -> Turn:
    """One turn accepted and committed, against whoever else writes."""
    accepted, _ = await store.accept(whose, turn(whose, name, f"text of {name}", key=name))
    while True:
        owner = await store.customer(whose)
        assert owner
        commit = Commit(
            expected_revision=owner.revision,
            recorded_at=at(owner.revision),
            turns=(replace(accepted, status="done"),),
            session=session(whose),
            entities=(entity(whose, name),),
            facts=(fact(whose, name, value=name),),
        )
        try:
            await store.commit(whose, commit)
            return accepted
        except RevisionConflict:
            continue


async def main(kind: str, folder: Path, name: str, count: int) -> None:
    store = STORES[kind](folder)
    await store.open()
    whose = scope()
    await store.create_customer(customer(whose, "+15125550101"))
    for number in range(count):
        said = await say(store, whose, f"{name}-{number}")
        print(said.key, flush=True)
    await store.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
