"""A dependency tree over `Token`s: children, subtrees, clauses. Knows spaCy's English labels; knows nothing of meaning."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from nlp.types import Span, Token

CLAUSAL = frozenset({"ROOT", "ccomp", "xcomp", "advcl", "relcl", "acl", "conj", "pcomp", "csubj", "csubjpass", "parataxis", "dep", "oprd"})
SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass")


class Placed(Protocol):
    """What stands somewhere in a text: a token, a mention."""

    @property
    def span(self) -> Span: ...


_Thing = TypeVar("_Thing", bound=Placed)


def starting(things: Sequence[_Thing], span: Span) -> Sequence[_Thing]:
    """Those that start within the span. `things` are in order of their starts, so that a long text costs no more than a short one."""
    first = bisect_left(things, span.start, key=_start)
    return things[first : bisect_left(things, span.end, lo=first, key=_start)]


def within(things: Sequence[_Thing], span: Span) -> list[_Thing]:
    """Those that lie wholly within the span, of things in order of their starts."""
    return [t for t in starting(things, span) if t.span.end <= span.end]


def sentence_of(tokens: Sequence[Token], number: int) -> Sequence[Token]:
    """The tokens of that sentence."""
    first = bisect_left(tokens, number, key=_sentence)
    return tokens[first : bisect_left(tokens, number + 1, lo=first, key=_sentence)]


def _start(thing: Placed) -> int:
    return thing.span.start


def _sentence(token: Token) -> int:
    return token.sentence


@dataclass(frozen=True)
class Tree:
    """`children[i]` are the token indexes that hang on token i, in order."""

    tokens: Sequence[Token]
    children: tuple[tuple[int, ...], ...]

    @classmethod
    def of(cls, tokens: Sequence[Token]) -> "Tree":
        children: list[list[int]] = [[] for _ in tokens]
        for token in tokens:
            if token.head != token.i:
                children[token.head].append(token.i)
        return cls(tokens, tuple(map(tuple, children)))

    def child(self, i: int, *deps: str) -> int | None:
        """The first child with one of these labels."""
        return next((c for c in self.children[i] if self.tokens[c].dep in deps), None)

    def all(self, i: int, *deps: str) -> list[int]:
        return [c for c in self.children[i] if self.tokens[c].dep in deps]

    def subtree(self, i: int, stop: frozenset[int] = frozenset()) -> Iterator[int]:
        """Token indexes below and including i, without the subtrees of `stop`; in no order."""
        waiting = [i]
        while waiting:
            at = waiting.pop()
            yield at
            waiting += [c for c in self.children[at] if c not in stop]

    def span(self, indexes: Sequence[int]) -> Span:
        """From the first to the last of these tokens, in characters."""
        return Span(self.tokens[min(indexes)].span.start, self.tokens[max(indexes)].span.end)

    def phrase(self, i: int) -> Span:
        """The whole subtree as one span, without punctuation at its ends."""
        inside = sorted(self.subtree(i))
        while len(inside) > 1 and self.tokens[inside[-1]].pos == "PUNCT":
            inside.pop()
        while len(inside) > 1 and self.tokens[inside[0]].pos == "PUNCT":
            inside.pop(0)
        return self.span(inside)

    def ancestors(self, i: int) -> Iterator[int]:
        while self.tokens[i].head != i:
            i = self.tokens[i].head
            yield i
