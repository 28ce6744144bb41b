"""What holds for the embedded vectors alone: their files, their one owner, what a killed process leaves."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from graph.edge_vectors import EdgeVectors
from graph.model import derived_id
from graph.vectors import VectorsMismatch, VectorsUnavailable
from tests.graph.test_vectors import ANA, BEN, SIZE, asking, direction, point


def remains(folder: Path, *needles: str) -> list[str]:
    """The files in which any of these bytes still stand."""
    return [str(f) for f in folder.rglob("*") if f.is_file() and any(n.encode() in f.read_bytes() for n in needles)]


async def test_no_word_of_a_text_is_ever_in_the_files(tmp_path: Path) -> None:
    store = EdgeVectors(tmp_path, size=SIZE)
    await store.open()
    await store.upsert([point(ANA, n, "The xylophone is in Vancouver") for n in range(3)])
    await store.close()
    assert remains(tmp_path, "xylophon", "Xylophon", "vancouv", "Vancouv") == []


async def test_after_an_erase_no_trace_of_the_customer_is_in_the_files(tmp_path: Path) -> None:
    store = EdgeVectors(tmp_path, size=SIZE)
    await store.open()
    await store.upsert([point(scope, n, "my boiler broke") for scope in (ANA, BEN) for n in range(50)])
    key, vector = derived_id("vectors", ANA.tenant, ANA.customer), direction(17)
    await store.upsert([replace(point(ANA, 99), vector=vector)])
    assert remains(tmp_path, key)
    await store.erase(ANA)
    assert remains(tmp_path, key, '"ana"') == []
    assert not [f for f in tmp_path.rglob("*") if f.is_file() and vector.tobytes() in f.read_bytes() and await store.count(BEN) == 0]
    assert await store.count(BEN) == 50
    await store.close()


async def test_points_are_there_after_closing_and_opening(tmp_path: Path) -> None:
    for opening in range(3):
        store = EdgeVectors(tmp_path, size=SIZE)
        await store.open()
        assert await store.count(ANA) == opening
        await store.upsert([point(ANA, opening, "again")])
        await store.close()


KILLED = """
import asyncio, os, sys
from pathlib import Path
from graph.edge_vectors import EdgeVectors
from tests.graph.test_vectors import ANA, BEN, SIZE, point

async def main():
    store = EdgeVectors(Path(sys.argv[1]), size=SIZE)
    await store.open()
    await store.upsert([point(BEN, n, "gone") for n in range(5)])
    if sys.argv[2] == "erase":
        await store.erase(BEN)
    for n in range(30):
        await store.upsert([point(ANA, n, f"word{n}")])
    print("written", flush=True)
    os.kill(os.getpid(), 9)

asyncio.run(main())
"""


@pytest.mark.parametrize("before", ["keep", "erase"])
async def test_what_was_written_survives_a_killed_process(tmp_path: Path, before: str) -> None:
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), before], capture_output=True, text=True, check=False)
    assert "written" in done.stdout, done.stderr
    store = EdgeVectors(tmp_path, size=SIZE)
    await store.open()
    assert await store.count(ANA) == 30
    assert await store.count(BEN) == (5 if before == "keep" else 0)
    assert (await store.search(ANA, asking("word29", 29), limit=1)).words[0].place.number == 29
    await store.close()


async def test_a_second_owner_of_the_folder_is_refused_with_the_reason(tmp_path: Path) -> None:
    store = EdgeVectors(tmp_path, size=SIZE)
    await store.open()
    with pytest.raises(VectorsUnavailable, match="open in another process"):
        await EdgeVectors(tmp_path, size=SIZE).open()
    await store.close()


async def test_vectors_of_another_model_are_refused(tmp_path: Path) -> None:
    store = EdgeVectors(tmp_path, size=SIZE)
    await store.open()
    await store.upsert([point(ANA, 1)])
    await store.close()
    with pytest.raises(VectorsMismatch, match="does not hold vectors of 16 dimensions"):
        await EdgeVectors(tmp_path, size=16).open()


async def test_a_store_that_is_not_open_says_so(tmp_path: Path) -> None:
    with pytest.raises(VectorsUnavailable, match="not open"):
        await EdgeVectors(tmp_path, size=SIZE).ping()
