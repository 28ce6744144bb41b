"""Which model packages this version was made with, and whether the files on this machine are they.

Knows packages and digests; not what a model is used for. A model that the settings name otherwise is taken as it is.
"""

import hashlib
import json
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path


class ModelError(Exception):
    """A model is missing, or is not the one that this version was made with. The message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """sha256: digest over the package's model files, as `tree_digest` makes it; wheel_sha256: of the wheel they came in."""

    requirement: str
    sha256: str
    wheel_sha256: str


def packaged_models() -> dict[str, PackagedModel]:
    """By the name of the Python package that holds them."""
    table: dict[str, dict[str, str]] = json.loads(files("nlp").joinpath("data/models.json").read_text(encoding="utf-8"))
    return {name: PackagedModel(**entry) for name, entry in table.items()}


def tree_digest(folder: Path) -> str:
    """Hex sha256 over the relative paths and contents of all files but Python's own; 0.1 s for 50 MB."""
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file() and p.suffix not in {".py", ".pyc"}):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def verify_package(name: str) -> None:
    """Raises ModelError when `name` is a packaged model that is not installed or whose files differ; any other name passes."""
    expected = packaged_models().get(name)
    if expected is None:
        return
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise ModelError(f"model {name!r} is not installed; install it with: pip install {expected.requirement}")
    found = tree_digest(Path(spec.origin).parent)
    if found != expected.sha256:
        raise ModelError(
            f"model {name!r} has digest {found}, expected {expected.sha256}; "
            f"install it anew with: pip install --force-reinstall {expected.requirement}"
        )
