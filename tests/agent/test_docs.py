"""README is true: its file map is the tree, its first conversation happens as it says, its settings are those that are read."""

import json
import re
import shlex
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import httpx

from agent.settings import Settings
from tests.agent.conftest import served

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ELSEWHERE = ("Makefile", "pyproject.toml", "Dockerfile", "docker-compose.yml", ".ci/run")


def listed() -> set[str]:
    between = README.partition("<!-- files -->")[2].partition("<!-- /files -->")[0]
    return set(re.findall(r"^    (\S+)", between, re.MULTILINE))


def in_the_tree() -> set[str]:
    found = [path for package in ("agent", "graph", "nlp") for path in (ROOT / package).rglob("*") if path.is_file()]
    code = {path for path in found if path.suffix not in (".pyc",) and path.name != "__init__.py"}
    return {path.relative_to(ROOT).as_posix() for path in code} | set(ELSEWHERE)


def first_sentence(name: str) -> str:
    """What a module says of itself: the line for the map."""
    path = ROOT / name
    found = re.match(r'"""(.+?)(?:\.\s|\.?"""|\n\n)', path.read_text(encoding="utf-8"), re.DOTALL) if path.suffix == ".py" else None
    return " ".join(found[1].split()) if found else ""


def test_the_file_map_is_the_tree() -> None:
    missing = [f"    {name:<32}  {first_sentence(name)}" for name in sorted(in_the_tree() - listed())]
    assert not missing, "put these into README's file map:\n" + "\n".join(missing)
    assert not listed() - in_the_tree(), "these are no more"


def test_the_settings_are_those_that_are_read() -> None:
    table = README.partition("## Settings")[2].partition("## ")[0]
    named = set(re.findall(r"`([A-Z_]+)`", table)) - {"URL", "KEY", "THROUGHLINE_", "TENANT"}
    read = {field.name.upper() for field in fields(Settings)}
    assert named <= read
    assert read - named <= {"GRAPH_USER", "GRAPH_PASSWORD", "GRAPH_DATABASE", "VECTORS_API_KEY"}


def blocks(kind: str) -> list[tuple[int, str]]:
    return [(found.start(), found[1]) for found in re.finditer(rf"```{kind}\n(.*?)```", README, re.DOTALL)]


async def test_the_first_conversation_happens_as_it_says(settings: Settings) -> None:
    expected = blocks("json")
    async with served(settings) as (_, http):
        customer, answer = "", None
        for start, end in zip([at for at, _ in blocks("sh")], [*[at for at, _ in blocks("sh")][1:], len(README)], strict=True):
            commands = next(text for at, text in blocks("sh") if at == start)
            for command in re.split(r"\n(?=curl)", commands.strip()):
                answer = await run(http, command.replace("CUSTOMER", customer))
                customer = answer.get("customer_id", customer) or customer
            for at, text in expected:
                if start < at < end:
                    assert holds(json.loads(text), answer), f"after {commands}: {json.dumps(answer, indent=1)}"


async def run(http: httpx.AsyncClient, command: str) -> dict[str, Any]:
    """A curl command as README writes it."""
    words = shlex.split(command)
    assert words[0] == "curl"
    url = next(word for word in words if word.startswith("localhost:8000")).removeprefix("localhost:8000")
    body = words[words.index("-d") + 1] if "-d" in words else None
    answer = await http.request("POST" if body else "GET", url, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def holds(shown: Any, found: Any) -> bool:
    """Whether what README shows is part of what came back; "…" stands for anything."""
    if shown == "…":
        return True
    if isinstance(shown, dict):
        return isinstance(found, dict) and all(
            name in found and holds(each, found[name]) for name, each in cast("dict[str, Any]", shown).items()
        )
    if isinstance(shown, list):
        return all(any(holds(each, one) for one in found) for each in cast("list[Any]", shown) if each != "…")
    return shown == found
