"""Text that remembers what its stretches refer to: cut, joined and edited without losing it.

Knows characters, marks and dates; knows nothing of language.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from nlp.types import Span


@dataclass(frozen=True, slots=True)
class Mark:
    """This stretch of the phrase refers to that entity."""

    span: Span
    referent: str | None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A text with its marks, and the ISO dates that belong after some of its characters, as (offset, value) in order."""

    text: str
    marks: tuple[Mark, ...] = ()
    dates: tuple[tuple[int, str], ...] = ()

    @classmethod
    def of(cls, text: str, referent: str | None = None) -> "Phrase":
        """A text that refers to one thing as a whole."""
        return cls(text, (Mark(Span(0, len(text)), referent),) if referent else ())

    def shifted(self, by: int) -> "Phrase":
        """With marks and dates counted from elsewhere; the text stays."""
        return replace(
            self,
            marks=tuple(Mark(Span(m.span.start + by, m.span.end + by), m.referent) for m in self.marks),
            dates=tuple((at + by, value) for at, value in self.dates),
        )

    def cut(self, span: Span) -> "Phrase":
        """The part within `span`, with the marks and dates that lie wholly inside."""
        inside = replace(
            self,
            marks=tuple(m for m in self.marks if span.start <= m.span.start and m.span.end <= span.end),
            dates=tuple((at, value) for at, value in self.dates if span.start < at <= span.end),
        )
        return replace(inside.shifted(-span.start), text=self.text[span.start : span.end])

    def edited(self, edits: Iterable[tuple[Span, "Phrase"]]) -> "Phrase":
        """With each span replaced by a phrase (an empty span: inserted). Spans must not overlap; a mark around an edit grows with it."""
        ordered = sorted(edits, key=lambda edit: edit[0])
        edges = [0, *(edge for span, _ in ordered for edge in span), len(self.text)]
        kept = self._parted([Span(*edges[n : n + 2]) for n in range(0, len(edges), 2)])
        joined = join([*(piece for part, (_, phrase) in zip(kept, ordered, strict=False) for piece in (part, phrase)), kept[-1]])
        return replace(joined, marks=(*joined.marks, *_around(self.marks, ordered)))

    def _parted(self, spans: Sequence[Span]) -> list["Phrase"]:
        """The parts within spans that follow one another, each as `cut` gives it."""
        marks: list[list[Mark]] = [[] for _ in spans]
        dates: list[list[tuple[int, str]]] = [[] for _ in spans]
        starts, ends = [s.start for s in spans], [s.end for s in spans]
        for mark in self.marks:
            first, last = bisect_left(ends, mark.span.end), bisect_right(starts, mark.span.start)
            for n in range(first, last):
                marks[n].append(mark)
        for at, value in self.dates:
            for n in range(bisect_left(ends, at), bisect_left(starts, at)):
                dates[n].append((at, value))
        parts = (Phrase(self.text, tuple(m), tuple(d)).shifted(-s.start) for m, d, s in zip(marks, dates, spans, strict=True))
        return [replace(part, text=self.text[s.start : s.end]) for part, s in zip(parts, spans, strict=True)]

    def dated(self) -> str:
        """The text with each date after what it belongs to."""
        parts: list[str] = []
        at = 0
        for offset, value in sorted(self.dates):
            parts += [self.text[at:offset], " ", value]
            at = offset
        return "".join((*parts, self.text[at:]))


def join(phrases: Sequence[Phrase], separator: str = "") -> Phrase:
    """One after the other, as they are, with the separator in between."""
    texts: list[str] = []
    marks: list[Mark] = []
    dates: list[tuple[int, str]] = []
    length = 0
    for n, phrase in enumerate(phrases):
        if n and separator:
            texts.append(separator)
            length += len(separator)
        moved = phrase.shifted(length)
        texts.append(phrase.text)
        marks += moved.marks
        dates += moved.dates
        length += len(phrase.text)
    return Phrase("".join(texts), tuple(marks), tuple(dates))


def _around(marks: Sequence[Mark], edits: Sequence[tuple[Span, Phrase]]) -> list[Mark]:
    """The marks that reach over an edit, at their new places; those that an edit replaces or cuts through are gone."""
    grown: list[Mark] = []
    starts, ends = [s.start for s, _ in edits], [s.end for s, _ in edits]
    longer = [0, *accumulate(len(p.text) - (s.end - s.start) for s, p in edits)]
    for mark in marks:
        first, last = bisect_right(ends, mark.span.start), bisect_left(starts, mark.span.end)
        touched = edits[first:last]
        if not touched or any(s.start < mark.span.start or s.end > mark.span.end or s == mark.span for s, _ in touched):
            continue
        before, inside = longer[first], longer[max(first, last)] - longer[first]
        grown.append(Mark(Span(mark.span.start + before, mark.span.end + before + inside), mark.referent))
    return grown
