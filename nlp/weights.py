"""Weights of ours: files beside this package, in half precision, with their digests.

Knows files and tensors; not what networks do with them. Imported only where models are loaded, since torch takes seconds to import.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from safetensors import safe_open, torch
from torch import Tensor

from nlp.models import ModelError

DATA = Path(str(files("nlp").joinpath("data")))
_DIGESTS = "weights.json"


@dataclass(frozen=True, slots=True)
class Weights:
    """Tensors by name in single precision, and what the training noted beside them."""

    tensors: dict[str, Tensor]
    notes: dict[str, str]


def read(folder: Path, name: str) -> Weights:
    """Raises ModelError where the file is missing or is not the one that was trained."""
    path = folder / name
    if not path.is_file():
        raise ModelError(f"weights {name!r} are missing; install this package anew, or make them with: make train DATA=DIR")
    digest, expected = _digest(path), _digests(folder).get(name)
    if digest != expected:
        raise ModelError(f"weights {name!r} have digest {digest}, expected {expected}; install this package anew")
    with cast(Any, safe_open)(str(path), framework="pt") as file:
        notes = cast(dict[str, str] | None, file.metadata())
    return Weights({key: tensor.float() for key, tensor in torch.load_file(path).items()}, notes or {})


def write(folder: Path, name: str, tensors: Mapping[str, Tensor], notes: Mapping[str, str]) -> None:
    """Replaces the file and notes its digest."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    halves = {key: tensor.half().contiguous() for key, tensor in sorted(tensors.items())}
    cast(Any, torch).save_file(halves, str(path), metadata=dict(notes))
    path.chmod(0o644)
    digests = _digests(folder) | {name: _digest(path)}
    (folder / _DIGESTS).write_text(json.dumps(digests, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _digests(folder: Path) -> dict[str, str]:
    path = folder / _DIGESTS
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
