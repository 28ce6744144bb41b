"""The conversations of this folder as values, and whether an answer of the API is what one of their steps expects.

A text is compared without case, accents or extra space; "a|b" means either. One of up to three letters or digits must stand alone,
one that ends in a digit must end the number.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
KINDS = (  # of conversations: a file each
    *("facts", "changes", "unsaid", "times", "abstain", "references", "noise"),
    *("dialogues_pronouns", "dialogues_nominals", "dialogues_callbacks", "dialogues_ellipsis", "dialogues_repairs", "dialogues_mixed"),
    *("dialogues_desk", "dialogues_references", "dialogues_references_2", "dialogues_references_3"),
    *("dialogues_facts", "dialogues_facts_2", "dialogues_facts_3"),
)

Body = Mapping[str, Any]  # an answer of the API


@dataclass(frozen=True)
class Expectation:
    """One thing expected of a step's answer: the key of `expect` and one item of it."""

    key: str
    item: Any

    def __str__(self) -> str:
        """ "resolves she: Meera", "answer three|3", "has Juno / cello"."""
        parts: list[str] = [self.item] if isinstance(self.item, str) else [str(part) for part in self.item]
        words = (": " if self.key in ("resolves", "values") else " / ").join(parts)
        return f"{self.key} {words}"


@dataclass(frozen=True)
class Step:
    """kind: `say`, `ask` or `facts`. what: the text said or asked, the query for facts. rest: the step's other keys."""

    kind: str
    what: Any
    rest: Mapping[str, str]
    expected: tuple[Expectation, ...]

    def label(self, expectation: Expectation) -> str:
        """How a miss of it is written in misses.yaml."""
        return f"{self.what if self.kind != 'facts' else 'facts'} -> {expectation}"


@dataclass(frozen=True)
class Conversation:
    id: str
    steps: tuple[Step, ...]


@cache
def conversations() -> tuple[Conversation, ...]:
    """All of the folder, in the order of KINDS."""
    read = [row for kind in KINDS for row in yaml.load((HERE / f"{kind}.yaml").read_text(encoding="utf-8"), yaml.BaseLoader)]
    return tuple(Conversation(row["id"], tuple(_step(step) for step in row["steps"])) for row in read)


def known_misses() -> dict[str, list[str]]:
    """What does not hold yet, by conversation."""
    return yaml.load((HERE / "misses.yaml").read_text(encoding="utf-8"), yaml.BaseLoader) or {}


def _step(row: Mapping[str, Any]) -> Step:
    kind = next(k for k in ("say", "ask", "facts") if k in row)
    rest = {k: v for k, v in row.items() if k not in (kind, "expect")}
    return Step(kind, row[kind], rest, tuple(_each(row.get("expect", {}))))


def _each(expect: Mapping[str, Any]) -> Iterator[Expectation]:
    for key, want in expect.items():
        items: list[Any] = [want]
        if key in ("resolves", "values"):
            items = list(want.items())
        elif key not in ("act", "abstained", "same_customer"):
            items = want
        yield from (Expectation(key, item) for item in items)


# texts


def plain(text: object) -> str:
    """Without case, accents, typographic quotes and extra space; nothing is no text."""
    bare = unicodedata.normalize("NFKD", "" if text is None else str(text)).translate(str.maketrans("‘’“”‐‑–—", "''\"\"----"))
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).casefold().split())


def _either(want: str) -> list[str]:
    return [plain(part) for part in want.split("|")]


def _has_part(part: str, text: str) -> bool:
    alone = next((c for c in (r"[^\W\d_]", r"\d") if re.fullmatch(c + "{1,3}", part)), None)
    pattern = f"(?<!{alone}){part}(?!{alone})" if alone else re.escape(part) + r"(?!\d)" * part[-1:].isdigit()
    return re.search(pattern, text) is not None


def contains(text: object, want: str) -> bool:
    return any(_has_part(part, plain(text)) for part in _either(want))


def _overlaps(name: object, want: str) -> bool:
    return contains(name, want) or (plain(name) != "" and any(_has_part(plain(name), part) for part in _either(want)))


# what is expected


def holds(expectation: Expectation, body: Body, first_customer: str) -> bool:
    """Whether the answer to a step is as expected. first_customer: of the conversation's first step."""
    rules: dict[str, Callable[[Any, Body], bool]] = {
        "resolves": _resolves,
        "values": _values,
        "has": _has,
        "lacks": lambda item, b: not _has(item, b),
        "act": lambda item, b: b["reply"]["act"] in item,
        "abstained": lambda item, b: b["abstained"] is (item == "true"),
        "same_customer": lambda item, b: (b["customer_id"] == first_customer) is (item == "true"),
        "unresolved": _unresolved,
        "understood": lambda item, b: contains(b["understood"], item),
        "not_understood": lambda item, b: not contains(b["understood"], item),
        "reply": lambda item, b: contains(b["reply"]["text"], item),
        "reply_not": lambda item, b: not contains(b["reply"]["text"], item),
        "answer": lambda item, b: contains(b["answer"], item),
        "answer_not": lambda item, b: not contains(b["answer"], item),
    }
    return rules[expectation.key](expectation.item, body)


def _resolves(pair: tuple[str, str], body: Body) -> bool:
    text, name = pair
    same = [
        r
        for r in body["resolutions"]
        if plain(r["text"]) == plain(text) or (" " in text and plain(r["text"]).startswith(plain(text) + " "))
    ]
    told = [r for r in same if r["status"] in ("linked", "new")]
    return any(_overlaps(r["entity"], name) or any(plain(r["value"]).startswith(part) for part in _either(name)) for r in told)


def _unresolved(text: str, body: Body) -> bool:
    return not any(r["status"] in ("linked", "new") for r in body["resolutions"] if plain(r["text"]) == plain(text))


def _values(pair: tuple[str, str], body: Body) -> bool:
    text, value = pair
    near = [r for r in body["resolutions"] if r["value"] is not None and _overlaps(r["text"], text)]
    return any(plain(r["value"]).startswith(part) for r in near for part in _either(value))


def _has(item: list[str], body: Body) -> bool:
    told = [f for f in body["items"] if f["polarity"] == "positive" and f["modality"] != "uncertain"]
    return any(_links(fact, item) for fact in told)


def _links(fact: Body, item: list[str]) -> bool:
    ends = (fact["subject"]["name"], f"{fact['object']['name'] or ''} {fact['object']['value'] or ''}")
    fits = any(all(w == "*" or contains(e, w) for e, w in zip(pair, item[:2], strict=True)) for pair in (ends, ends[::-1]))
    return fits and (len(item) < 3 or contains(f"{fact['predicate'].replace('_', ' ')} {fact['text']}", item[2]))
