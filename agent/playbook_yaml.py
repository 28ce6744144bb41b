"""YAML read strictly, each value with the place that it stands at, so that a mistake is shown where it was made.

Knows YAML 1.2's plain scalars (`on`, `no` and dates stay text; only true and false are booleans). Knows nothing of what a playbook holds.
"""

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import yaml

_INT = re.compile(r"[-+]?(0|[1-9]\d*)")
_FLOAT = re.compile(r"[-+]?\d+\.\d+")
Scalar = str | bool | int | float | None


class PlaybookError(Exception):
    """The playbook breaks its shape. `where` is the path within the file, such as `goals.book.slots.when.type`; "" is the whole."""

    def __init__(self, file: Path, line: int, where: str, expected: str, found: str) -> None:
        super().__init__(f"{file}, line {line}, {where or 'the whole file'}: expected {expected}, found {found}")
        self.file, self.line, self.where, self.expected, self.found = file, line, where, expected, found


@dataclass(frozen=True, slots=True)
class Place:
    """A value and where it stands. Every reading method raises PlaybookError where the value is of another shape."""

    file: Path
    path: str
    node: yaml.Node

    def error(self, expected: str, found: str | None = None) -> PlaybookError:
        return PlaybookError(self.file, self.node.start_mark.line + 1, self.path, expected, found or self.described())

    def described(self) -> str:
        if isinstance(self.node, yaml.MappingNode):
            return "a mapping"
        if isinstance(self.node, yaml.SequenceNode):
            return "a list"
        value = self.scalar()
        return "nothing" if value is None else f"{value!r}" if isinstance(value, str) else f"{str(value).lower()} (not text: quote it)"

    def scalar(self) -> Scalar:
        """The scalar as YAML 1.2's core schema reads it; quoted ones are text."""
        if not isinstance(self.node, yaml.ScalarNode):
            raise self.error("a single value")
        raw = str(self.node.value)
        if self.node.style is not None:
            return raw
        if raw in ("true", "false"):
            return raw == "true"
        if raw in ("", "~", "null"):
            return None
        return int(raw) if _INT.fullmatch(raw) else float(raw) if _FLOAT.fullmatch(raw) else raw

    def text(self) -> str:
        value = self.scalar() if isinstance(self.node, yaml.ScalarNode) else None
        if not isinstance(value, str) or not value.strip():
            raise self.error("text")
        return value.strip()

    def flag(self) -> bool:
        value = self.scalar() if isinstance(self.node, yaml.ScalarNode) else None
        if not isinstance(value, bool):
            raise self.error("true or false")
        return value

    def count(self) -> int:
        value = self.scalar() if isinstance(self.node, yaml.ScalarNode) else None
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.error("a whole number from 1")
        return value

    def entries(self) -> tuple["Place", ...]:
        if not isinstance(self.node, yaml.SequenceNode):
            raise self.error("a list")
        return tuple(Place(self.file, f"{self.path}[{i}]", node) for i, node in enumerate(self.node.value))

    def texts(self) -> tuple[str, ...]:
        return tuple(entry.text() for entry in self.entries())

    def some_texts(self) -> tuple[str, ...]:
        found = self.texts()
        if not found:
            raise self.error("at least one text in the list", "an empty list")
        return found

    def mapping(self) -> dict[str, "Place"]:
        """By key, in the order of the file; a key that stands twice is refused."""
        if not isinstance(self.node, yaml.MappingNode):
            raise self.error("a mapping")
        found: dict[str, Place] = {}
        for key_node, value_node in self.node.value:
            key = str(getattr(key_node, "value", ""))
            here = Place(self.file, f"{self.path}.{key}" if self.path else key, value_node)
            if not isinstance(key_node, yaml.ScalarNode) or not key:
                raise here.error("a plain key")
            if key in found:
                raise here.error(f"the key {key!r} once", "it a second time")
            found[key] = here
        return found

    def fields(self, required: Collection[str], optional: Collection[str] = ()) -> dict[str, "Place"]:
        """The mapping, with all of `required` and nothing but those and `optional`."""
        found = self.mapping()
        known = [*required, *optional]
        for key, place in found.items():
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                hint = f" (did you mean {near[0]!r}?)" if near else ""
                raise place.error("one of " + ", ".join(known), f"the unknown key {key!r}{hint}")
        missing = [key for key in required if key not in found]
        if missing:
            raise self.error(f"the key {missing[0]!r}", "none" if not found else "only " + ", ".join(found))
        return found


def read_yaml(file: Path, content: str) -> Place:
    """The document of a file. Raises PlaybookError where it is no YAML, or empty."""
    try:
        node = yaml.compose(content, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise PlaybookError(file, line, "", "YAML", error.problem or str(error)) from error
    except yaml.YAMLError as error:
        raise PlaybookError(file, 1, "", "YAML", str(error)) from error
    if node is None:
        raise PlaybookError(file, 1, "", "a mapping with `business`", "an empty file")
    return Place(file, "", node)
