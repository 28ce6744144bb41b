"""Writes README's file map anew: `python -m tests.agent.file_map`. A module's line is the first sentence of its docstring."""

import re
from pathlib import PurePath

from tests.agent.test_docs import README, ROOT, first_sentence, in_the_tree

WIDTH = 150
SAID = {
    "Makefile": "make run, make test, make neo4j, make env, make bench, make train, make lock",
    "pyproject.toml": "dependencies, lint, types, import contracts",
    "Dockerfile": "an image of the service",
    "docker-compose.yml": "the service with Neo4j and Qdrant",
    ".ci/run": "what continuous integration runs: make test",
    "agent/playbooks/default.yaml": "the shipped playbook",
    "nlp/data/weights.json": "digests of the weights of ours",
}
KINDS = {".txt": "words", ".json": "words and patterns", ".jsonl": "patterns", ".yaml": "wording", ".js": "script of the page",
         ".html": "page", ".css": "style of the pages", ".svg": "icon", ".npz": "weights of ours", ".safetensors": "weights of ours",
         ".md": "model card"}  # fmt: skip


def line(name: str) -> str:
    said = SAID.get(name) or first_sentence(name) or KINDS.get(PurePath(name).suffix, "")
    whole = f"    {name:<34}  {said.rstrip('.')}"
    return whole if len(whole) <= WIDTH else whole[: WIDTH - 2].rsplit(" ", 1)[0] + " …"


def main() -> None:
    mapped = "<!-- files -->\n\n" + "\n".join(map(line, sorted(in_the_tree()))) + "\n\n<!-- /files -->"
    fresh = re.sub(r"<!-- files -->.*<!-- /files -->", lambda _: mapped, README, flags=re.DOTALL)
    (ROOT / "README.md").write_text(fresh, encoding="utf-8")


if __name__ == "__main__":
    main()
