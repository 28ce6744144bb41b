"""Clauses as relations: a table of constructions, with what must not be read into them."""

import json
from pathlib import Path
from typing import Any

import pytest

from nlp.entities import find_mentions
from nlp.pipeline import Pipeline
from nlp.relations import find_relations
from nlp.types import Relation

ROWS = [json.loads(line) for line in (Path(__file__).parent.parent / "corpus" / "relations.jsonl").read_text("utf-8").splitlines()]


def read(pipeline: Pipeline, text: str) -> tuple[Relation, ...]:
    doc, tokens = pipeline.analyse(text)
    return find_relations(tokens, find_mentions(doc, tokens, (), ()), ())


def holds(relation: Relation, wanted: dict[str, Any]) -> bool:
    plain = all(getattr(relation, name) == wanted[name] for name in ("predicate", "modality", "negated", "tense") if name in wanted)
    args = all((a := relation.argument(role)) is not None and text in a.text for role, text in wanted.get("args", {}).items())
    cues = set(wanted.get("cues", ())) <= relation.cues
    hole = relation.hole
    asked = "hole" not in wanted or (hole is not None and [hole.role, hole.wh] == wanted["hole"])
    return plain and args and cues and asked


@pytest.mark.parametrize("row", ROWS, ids=[row["text"] for row in ROWS])
def test_clauses(pipeline: Pipeline, row: dict[str, Any]) -> None:
    found = read(pipeline, row["text"])
    assert len(found) == len(row["relations"]), [r.predicate for r in found]
    for relation, wanted in zip(found, row["relations"], strict=True):
        assert holds(relation, wanted), relation


def test_indexes_point_at_what_they_name(pipeline: Pipeline) -> None:
    found = read(pipeline, "Mom told Dad she'd pay for the tow because the truck that he sold me broke down.")
    for n, relation in enumerate(found):
        assert relation.index == n
        assert relation.parent is None or relation.parent != n
        assert all(a.relation is None or found[a.relation].parent == n for a in relation.arguments)
