"""What a pronoun may mean that no noun names: what was just said, by the verb that says it ("she left." "That's a pity.").

Knows the present parse and earlier turns. A statement is no entity: it has a place, its verb, and no name.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from nlp.known import Stage
from nlp.ranker import Features
from nlp.syntax import Tree
from nlp.types import Antecedent, Mention, Parse, Token

_OPINION = frozenset(
    ["think", "guess", "believe", "say", "know", "mean", "suppose", "hope", "tell", "feel", "hear", "see", "find", "imagine"]
)
_TAKEN = frozenset(
    ["do", "say", "know", "mean", "think", "believe", "understand", "hear", "tell", "explain", "try", "like", "appreciate", "see",
     "remember", "mention", "confirm", "discuss", "consider", "regret", "deny", "doubt", "prove", "ask", "handle", "notice"]
)  # fmt: skip
_TOLD = frozenset(
    [
        "happen",
        "occur",
        "change",
        "matter",
        "mean",
        "explain",
        "make",
        "help",
        "cause",
        "lead",
        "show",
        "suggest",
        "sound",
        "work",
        "depend",
    ]
)
_ASSESSING = frozenset(
    ["right", "true", "correct", "wrong", "false", "great", "good", "bad", "fine", "okay", "ok", "nice", "perfect", "awesome", "terrible",
     "awful", "sad", "funny", "weird", "strange", "crazy", "cool", "important", "possible", "impossible", "interesting", "fair", "normal",
     "sure", "amazing", "wonderful", "unfortunate", "ridiculous", "annoying", "frustrating", "helpful", "easy", "hard", "problem",
     "reason", "point", "idea", "question", "shame", "pity", "lie", "fact", "case", "truth", "way", "mistake", "plan", "news", "issue",
     "difference", "surprise", "start", "relief", "why", "how", "because", "what", "when", "where"]
)  # fmt: skip
_FAR = 2  # turns and sentences back from which what was said is no longer "that"


@dataclass(frozen=True, slots=True)
class Said:
    """One clause that was said: `back` turns ago, in sentences before the pronoun's where that is this turn."""

    turn_id: str
    parse: Parse
    verb: int
    back: int
    sentences: int
    place: int  # 0 for the nearest

    @property
    def antecedent(self) -> Antecedent:
        span = self.parse.source_span(self.parse.tokens[self.verb].span)
        return Antecedent(self.turn_id, span, self.parse.source[span.start : span.end])


def said_before(stage: Stage, tree: Tree, mention: Mention) -> list[Said]:
    """The nearest statements, the last first: at most two of this turn, then that with which an earlier turn ended."""
    if mention.number == "plural" or mention.role == "possessor":
        return []
    found = [
        Said(stage.discourse.turn_id, stage.parse, verb, 0, mention.sentence - tree.tokens[verb].sentence, 0)
        for verb in _verbs_before(tree, mention)
    ][:2]
    for back, turn in enumerate(reversed(stage.discourse.turns[-_FAR:]), 1):
        last = _last_verb(turn.parse.tokens)
        if last is not None and mention.sentence <= _FAR:
            found.append(Said(turn.turn_id, turn.parse, last, back, mention.sentence, 0))
            break
    return [Said(s.turn_id, s.parse, s.verb, s.back, s.sentences, n) for n, s in enumerate(found)]


def _verbs_before(tree: Tree, mention: Mention) -> Iterator[int]:
    """Verbs of clauses that end before the pronoun, the nearest first."""
    own = _governors(tree, mention.head)
    for token in reversed(tree.tokens[: mention.head]):
        if mention.sentence - token.sentence > _FAR:
            return
        if _heads_clause(token) and token.i not in own and not _is_opinion(tree.tokens, token):
            yield token.i


def _governors(tree: Tree, head: int) -> frozenset[int]:
    """Verbs whose clause the pronoun stands in, up to one that its clause is only joined to."""
    found: set[int] = set()
    at = head
    for above in tree.ancestors(head):
        if tree.tokens[at].dep in ("conj", "parataxis", "advcl") and tree.tokens[at].pos in ("VERB", "AUX"):
            break
        found.add(above)
        at = above
    return frozenset(found)


def _heads_clause(token: Token) -> bool:
    return token.pos in ("VERB", "AUX") and token.dep in ("ROOT", "conj", "ccomp", "advcl", "parataxis")


def _is_opinion(tokens: Sequence[Token], token: Token) -> bool:
    """ "I think she left": what is said is that she left."""
    return token.lemma.lower() in _OPINION and any(t.head == token.i and t.dep == "ccomp" for t in tokens)


def _last_verb(tokens: Sequence[Token]) -> int | None:
    heads = [t for t in tokens if _heads_clause(t) and not _is_opinion(tokens, t)]
    if not heads or tokens[-1].sentence - heads[-1].sentence > 1:
        return None
    last = [t for t in heads if t.sentence == heads[-1].sentence]
    root = next((t for t in last if t.dep == "ROOT"), None)
    return (root or last[0]).i


def figures(tree: Tree, mention: Mention, said: Said) -> Features:
    """What speaks for the statement as what the pronoun means."""
    governor = tree.tokens[tree.tokens[mention.head].head]
    lemma = governor.lemma.lower()
    subject, object = mention.role == "subject", mention.role in ("object", "oblique")
    copula = subject and lemma in ("be", "'s", "’s")
    said_of = {t.lemma.lower() for c in tree.children[governor.i] if c > mention.head for t in (tree.tokens[c],)}
    verb = said.parse.tokens[said.verb]
    return {
        "statement": 1.0,
        "statement assessed": float(copula and not said_of.isdisjoint(_ASSESSING)),
        "statement otherwise": float(copula and said_of.isdisjoint(_ASSESSING)),
        "statement taken": float(object and lemma in _TAKEN),
        "statement told": float(subject and lemma in _TOLD),
        "statement object": float(object and lemma not in _TAKEN),
        "statement turns": float(said.back),
        "statement sentences": float(said.sentences if said.back == 0 else 0),
        "statement ahead": float(said.sentences if said.back else 0),
        "statement here": float(said.back == 0 and said.sentences == 0),
        "statement second": float(said.place > 0),
        "statement copula": float(verb.pos == "AUX"),
        "statement main": float(verb.dep == "ROOT"),
    }
