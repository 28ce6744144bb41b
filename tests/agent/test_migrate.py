"""Everything moved from one store to another: real stores, cut off and gone on with."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from agent.cli import cli
from agent.data_folder import DataFolderInUse, hold
from agent.migrate import FILE, digest, migrate, opened
from agent.settings import Settings, SettingsError
from graph.model import Address, Scope, TurnId
from graph.sqlite_store import SqliteStore
from graph.store import Store
from tests.graph.examples import at, scope, turn
from tests.graph.stores import wipe
from tests.graph.test_store import filled
from tests.neo4j_server import Reach

WHOSE = [scope("c1", "t1"), scope("c1", "t2"), scope("c2", "t1"), scope("c3", "t1")]


async def shop(folder: Path) -> SqliteStore:
    """A store with customers of two tenants, one of them with a turn that is not done."""
    store = SqliteStore(folder / FILE)
    await store.open()
    for number, whose in enumerate(WHOSE):
        await filled(store, whose, f"+1512555020{number}")
    await store.link_address(WHOSE[0], Address("email", "dana@example.com", False, at(9)))
    await store.accept(WHOSE[0], turn(WHOSE[0], "3", "Cut off", key="k3"))
    await store.mark_indexed(WHOSE[0], [TurnId("c1-1")])
    return store


@pytest.fixture
async def source(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = await shop(tmp_path / "from")
    yield store
    await store.close()


async def exports(store: Store) -> dict[Scope, str]:
    return {whose: digest(await store.export(whose)) async for whose in store.scopes()}


@pytest.fixture
async def target(tmp_path: Path) -> AsyncIterator[SqliteStore]:
    store = SqliteStore(tmp_path / "to" / FILE)
    await store.open()
    yield store
    await store.close()


async def test_all_of_all_tenants_is_moved(source: SqliteStore, target: SqliteStore) -> None:
    told: list[int] = []
    found = await migrate(source, target, told.append)
    assert (found.moved, found.there_already, found.different) == (4, 0, ())
    assert found.counts == {"sessions": 4, "turns": 13, "entities": 8, "facts": 12}
    assert told == [1, 2, 3, 4] and await exports(target) == await exports(source)
    assert [each.id for _, each in await target.unfinished(None, at(999))] == ["c1-3"]
    assert len(await target.unindexed(99)) == 12


async def test_what_was_cut_off_goes_on(source: SqliteStore, target: SqliteStore) -> None:
    exported = await source.export(WHOSE[2])
    assert exported
    await target.restore(WHOSE[2].tenant, exported)

    def killed(done: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await migrate(source, target, killed)
    found = await migrate(source, target)
    assert (found.moved, found.there_already) == (2, 2) and await exports(target) == await exports(source)
    assert (await migrate(source, target)).there_already == 4


async def test_what_is_there_with_other_content_stays_and_is_told(source: SqliteStore, target: SqliteStore) -> None:
    await filled(target, WHOSE[0], "+15125550299")
    await filled(target, scope("c9", "t1"), "+15125550203")
    before = await exports(target)
    found = await migrate(source, target)
    assert [(whose.customer, whose.tenant) for whose, _ in found.different] == [("c1", "t1"), ("c3", "t1")]
    assert "c9" in found.different[1][1] and found.moved == 2
    assert before.items() <= (await exports(target)).items()


async def test_to_a_server_and_back(tmp_path: Path, neo4j_server: Reach) -> None:
    await wipe(neo4j_server)
    store = await shop(tmp_path / "from")
    before = await exports(store)
    await store.close()
    settings = Settings(graph_user=neo4j_server.user, graph_password=neo4j_server.password)
    async with opened(settings, f"sqlite://{tmp_path / 'from'}", neo4j_server.url) as stores:
        assert (await migrate(*stores)).moved == 4
        assert (await migrate(*stores)).there_already == 4
    (tmp_path / "back").mkdir()
    async with opened(settings, neo4j_server.url, f"sqlite://{tmp_path / 'back'}") as stores:
        assert (await migrate(*stores)).moved == 4
        assert await exports(stores[1]) == before


@pytest.mark.parametrize(
    ("source", "target", "told"),
    [
        ("sqlite://{}/none.sqlite3", "sqlite://{}/to.sqlite3", "there is no file"),
        ("sqlite://{}/from", "mysql://localhost", "is no store"),
        ("sqlite://{}/from", "neo4j://", "is no store"),
        ("sqlite://{}/from", "sqlite://{}/from/" + FILE, "two stores"),
    ],
)
async def test_addresses_that_are_none(tmp_path: Path, source: str, target: str, told: str) -> None:
    store = await shop(tmp_path / "from")
    await store.close()
    with pytest.raises(SettingsError, match=told):
        async with opened(Settings(), source.format(tmp_path), target.format(tmp_path)):
            pass


async def test_a_folder_that_a_server_holds_is_refused(tmp_path: Path) -> None:
    store = await shop(tmp_path / "from")
    await store.close()
    held = hold(Settings(data_dir=tmp_path / "from"), "serve")
    with pytest.raises(DataFolderInUse, match="serve"):
        async with opened(Settings(), f"sqlite://{tmp_path / 'from'}", f"sqlite://{tmp_path / 'to' / FILE}"):
            pass
    held.release()


async def test_the_command_says_what_was_moved(tmp_path: Path) -> None:
    store = await shop(tmp_path / "from")
    await store.close()
    done: Any = await _in_a_thread(["migrate", "--from", f"sqlite://{tmp_path / 'from'}", "--to", f"sqlite://{tmp_path / 'to' / FILE}"])
    assert done.exit_code == 0, done.output
    assert "moved 4 customers, 0 were there already" in done.stdout and "13 turns" in done.stdout


async def _in_a_thread(words: list[str]) -> Any:
    return await asyncio.to_thread(lambda: CliRunner().invoke(cli, words))
