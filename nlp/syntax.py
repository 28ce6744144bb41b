"""A dependency tree over `Token`s: children, subtrees, clauses. Knows spaCy's English labels; knows nothing of meaning."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.types import Span, Token

CLAUSAL = frozenset({"ROOT", "ccomp", "xcomp", "advcl", "relcl", "acl", "conj", "pcomp", "csubj", "csubjpass", "parataxis", "dep", "oprd"})
SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass")


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
