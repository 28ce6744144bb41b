"""What a text's clauses are found by: tokens that head one, verbs that only carry a tense, the mentions and times at each token.

Knows tokens, mentions and times; not what a clause says.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.modality import Predicates
from nlp.syntax import CLAUSAL, SUBJECTS, Tree, sentence_of, within
from nlp.types import Mention, TimeExpression, Token

_NAMING = frozenset({"call", "name", "title", "nickname", "label", "mark"})

_cached: list[Predicates] = []


@dataclass(frozen=True)
class Clauses:
    """One text with the tokens that head a clause, before the clauses are read."""

    tree: Tree
    mentions: Sequence[Mention]
    times: Sequence[TimeExpression]
    words: Predicates
    heads: tuple[int, ...]  # tokens that are predicates, in order
    light: dict[int, int]  # predicate -> the verb above it that only carries its tense or voice ("going to", "used to", "had it …")
    by_head: dict[int, int]  # token -> widest mention headed by it
    numbers: dict[int, int]  # predicate -> its place in `heads`
    carried: dict[int, int]  # light verb -> the first predicate that it carries
    timed: dict[int, tuple[int, ...]]  # token -> times that it is a part of, in order
    groups: dict[int, int]  # token -> the first coordination that begins with it
    grouped: frozenset[int]  # heads of members of coordinations

    @classmethod
    def of(cls, tokens: Sequence[Token], mentions: Sequence[Mention], times: Sequence[TimeExpression]) -> "Clauses":
        tree = Tree.of(tokens)
        by_head: dict[int, int] = {}
        for mention in mentions:
            widest = by_head.get(mention.head)
            if widest is None or mention.span.end - mention.span.start > mentions[widest].span.end - mentions[widest].span.start:
                by_head[mention.head] = mention.index
        light = _light_verbs(tree)
        heads = tuple(_predicates(tree, light))
        coordinations = [m for m in mentions if m.members]
        return cls(
            tree, mentions, times, _words(), heads, light, by_head,
            numbers={head: n for n, head in enumerate(heads)},
            carried={verb: main for main, verb in reversed(light.items())},
            timed=_timed(tree, times),
            groups={mentions[m.members[0]].head: m.index for m in reversed(coordinations)},
            grouped=frozenset(mentions[k].head for m in coordinations for k in m.members),
        )  # fmt: skip

    def own(self, top: int, head: int) -> Iterator[int]:
        """The tokens of the clause without those of the clauses in it."""
        waiting = [top]
        while waiting:
            at = waiting.pop()
            yield at
            waiting += [c for c in self.tree.children[at] if c == head or c not in self.numbers]

    def carried_by(self, i: int) -> int | None:
        """The predicate that token i is, or that it carries the tense of, over other light verbs: "going to have it mended"."""
        at: int | None = i
        while at is not None and at not in self.numbers:
            at = self.carried.get(at)
        return at

    def sentence(self, head: int) -> str:
        number = self.tree.tokens[head].sentence
        return " ".join(t.text for t in sentence_of(self.tree.tokens, number))


def _light_verbs(tree: Tree) -> dict[int, int]:
    """Predicates whose governor only carries their tense ("going to", "used to") or voice ("had it serviced", "get it fixed")."""
    found: dict[int, int] = {}
    for token in tree.tokens:
        above = tree.tokens[token.head]
        if token.pos not in ("VERB", "AUX") or token.i == token.head:
            continue
        if (token.dep == "xcomp" and (above.text.lower() == "used" or (above.text.lower() in ("going", "gon") and above.tag == "VBG"))) or (
            token.tag == "VBN" and token.dep in ("ccomp", "xcomp") and above.lemma in ("have", "get") and tree.child(token.i, *SUBJECTS)
        ):
            found[token.i] = above.i
        elif token.lemma in _NAMING:
            continue  # "I had a ketch called Meridian"
        elif token.tag == "VBN" and token.dep == "acl" and above.dep == "dobj" and tree.tokens[above.head].lemma in ("have", "get"):
            found[token.i] = above.head
    return found


def _predicates(tree: Tree, light: dict[int, int]) -> list[int]:
    """Tokens that head a clause of their own; auxiliaries and light verbs do not."""
    carried = set(light.values())
    return [t.i for t in tree.tokens if t.dep in CLAUSAL and t.i not in carried and (t.pos in ("VERB", "AUX") or _is_participle(tree, t.i))]


def _is_participle(tree: Tree, i: int) -> bool:
    """ "The door got stuck": an adjective that the parser gives an auxiliary and a subject."""
    return tree.tokens[i].pos == "ADJ" and tree.child(i, "auxpass") is not None and tree.child(i, *SUBJECTS) is not None


def _timed(tree: Tree, times: Sequence[TimeExpression]) -> dict[int, tuple[int, ...]]:
    """The times that each token is a part of, without those that are ends of a wider one."""
    found: dict[int, tuple[int, ...]] = {}
    for n, time in enumerate(times):
        for token in within(tree.tokens, time.span) if time.part_of is None else ():
            found[token.i] = (*found.get(token.i, ()), n)
    return found


def _words() -> Predicates:
    """The word lists, read on first use: importing has no effect."""
    if not _cached:
        _cached.append(Predicates.load())
    return _cached[0]
