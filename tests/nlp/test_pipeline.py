"""The pipeline reads any text whole, the same each time, and refuses a model that is not the one packaged."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from nlp.models import ModelError, packaged_models, tree_digest, verify_package
from nlp.pipeline import CHUNK, Pipeline, chunks

ZONE = ZoneInfo("America/Chicago")
AT = datetime(2026, 3, 2, 9, tzinfo=ZONE)


@pytest.mark.parametrize("text", ["", "no end " * 900, "One. Two! " * 700, "x" * 4000])
def test_chunks_join_to_the_text(text: str) -> None:
    pieces = list(chunks(text))
    assert "".join(pieces) == text
    assert all(0 < len(piece) <= CHUNK for piece in pieces)


def test_long_text_keeps_places_and_heads(pipeline: Pipeline) -> None:
    text = "My son chipped a tooth. " * 200
    doc, tokens = pipeline.analyse(text)
    assert doc.text == text
    assert all(text[t.span.start : t.span.end] == t.text for t in tokens)
    assert all(tokens[t.head].sentence == t.sentence for t in tokens)
    assert tokens[-1].sentence == 199


def test_a_turn_is_read_whole(pipeline: Pipeline) -> None:
    parse = pipeline.parse("um my son leo chipped a tooth at at soccer on friday", at=AT, zone=ZONE)
    assert parse.text == "My son Leo chipped a tooth at soccer on Friday"
    assert {"My son", "Leo"} <= {m.text for m in parse.mentions}
    assert [parse.source[slice(*parse.source_span(t.span))] for t in parse.times] == ["friday"]
    assert any(r.predicate == "chip" for r in parse.relations)


def test_the_same_text_is_read_the_same(pipeline: Pipeline) -> None:
    said = "Can you move it to Friday? My wife Dana gets home at 5."
    assert pipeline.parse(said, at=AT, zone=ZONE) == pipeline.parse(said, at=AT, zone=ZONE)


@pytest.mark.parametrize("source", ["", " ", "\x00\ud800", "???", "🙂", "你好，我想预约", "\u202eabc", "a" * 3000, "((((" * 500])
def test_odd_text_is_read(pipeline: Pipeline, source: str) -> None:
    assert pipeline.parse(source, at=AT, zone=ZONE).source == source


def test_lexicon_compares_words_and_phrases(pipeline: Pipeline) -> None:
    lexicon = pipeline.lexicon
    assert lexicon.similarity("Truck", "truck") == 1.0
    assert lexicon.similarity("truck", "car") > lexicon.similarity("truck", "tooth")
    assert lexicon.similarity("my red truck", "car") == lexicon.similarity("car", "my red truck")
    assert lexicon.similarity("zzqzzqx", "car") == 0.0
    vector = lexicon.vector("truck")
    assert vector is not None
    assert vector.shape == (300,)


def test_a_missing_model_is_named_with_the_remedy() -> None:
    with pytest.raises(ModelError, match=r"no_such_model.*install"):
        Pipeline("no_such_model")


def test_a_changed_file_changes_the_digest(tmp_path: Path) -> None:
    (tmp_path / "model").write_bytes(b"one")
    before = tree_digest(tmp_path)
    (tmp_path / "model").write_bytes(b"two")
    assert tree_digest(tmp_path) != before


def test_the_packaged_models_are_what_they_were() -> None:
    for name in packaged_models():
        verify_package(name)
