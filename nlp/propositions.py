"""What a pronoun may mean that no noun names: what was just said, by the verb that says it ("she left." "That's a pity.").

Knows the present parse and earlier turns. A statement is no entity: it has a place, its verb, and no name.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from nlp.known import Stage
from nlp.ranker import Features
from nlp.syntax import Tree
from nlp.types import Antecedent, Mention, Parse, Token

_INSERTED = frozenset({"know", "mean", "guess", "think"})  # "you know, …", "I mean, …"
_FAR = 2  # turns and sentences back from which what was said is no longer "that"


@cache
def _words() -> dict[str, frozenset[str]]:
    """What is said of statements rather than of things, by how it is said: see `data/statement_words.json`."""
    listed: dict[str, str] = json.loads(files("nlp").joinpath("data/statement_words.json").read_text(encoding="utf-8"))
    return {name: frozenset(words.split()) for name, words in listed.items()}


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
    """ "I think she left", "she left, you know": what is said is that she left."""
    if token.lemma.lower() not in _words()["opinion"]:
        return False
    after = [t for t in tokens if t.head == token.i and t.i > token.i and t.pos != "PUNCT"]
    inserted = token.i > 0 and tokens[token.i - 1].text.lower() in ("i", "you") and token.lemma.lower() in _INSERTED
    return any(t.dep == "ccomp" and t.head == token.i for t in tokens) or (inserted and not after)


def _last_verb(tokens: Sequence[Token]) -> int | None:
    heads = [t for t in tokens if _heads_clause(t) and not _is_opinion(tokens, t)]
    if not heads or tokens[-1].sentence - heads[-1].sentence > 1:
        return None
    last = [t for t in heads if t.sentence == heads[-1].sentence]
    root = next((t for t in last if t.dep == "ROOT"), None)
    return (root or last[0]).i


def figures(tree: Tree, mention: Mention, said: Said) -> Features:
    """What speaks for the statement as what the pronoun means."""
    verb = said.parse.tokens[said.verb]
    return {
        "statement": 1.0,
        **_said_of_it(tree, mention),
        "statement turns": float(said.back),
        "statement sentences": float(said.sentences if said.back == 0 else 0),
        "statement ahead": float(said.sentences if said.back else 0),
        "statement here": float(said.back == 0 and said.sentences == 0),
        "statement second": float(said.place > 0),
        "statement copula": float(verb.pos == "AUX"),
        "statement main": float(verb.dep == "ROOT"),
    }


def _said_of_it(tree: Tree, mention: Mention) -> Features:
    """Whether the pronoun's own clause says of it what is said of statements."""
    above, words = tree.tokens[tree.tokens[mention.head].head], _words()
    placed = above if above.pos in ("ADP", "SCONJ") else None  # "about that", "because of that"
    governor = tree.tokens[above.head] if placed is not None else above
    lemma, passive = governor.lemma.lower(), tree.tokens[mention.head].dep == "nsubjpass"
    subject, object = mention.role == "subject" and not passive, mention.role == "object" or passive
    copula = subject and lemma in ("be", "'s", "’s")
    assessed = copula and not words["assessing"].isdisjoint(_said_after(tree, governor, mention))
    concerned = placed is not None and placed.lemma.lower() in words["about"] and lemma in words["concerned"]
    since = placed is not None and not words["since"].isdisjoint((placed.lemma.lower(), lemma))
    taken, done = object and lemma in words["taken"], object and lemma == "do"
    return {
        "statement explained": float(copula and _explains(tree, governor)),
        "statement assessed": float(assessed),
        "statement otherwise": float(copula and not assessed),
        "statement taken": float(taken or concerned),
        "statement done": float(done),
        "statement since": float(since),
        "statement told": float(subject and lemma in words["told"]),
        "statement object": float((object or placed is not None) and not (taken or done or concerned or since)),
    }


def _said_after(tree: Tree, governor: Token, mention: Mention) -> Iterator[str]:
    return (tree.tokens[c].lemma.lower() for c in tree.children[governor.i] if c > mention.head)


def _explains(tree: Tree, copula: Token) -> bool:
    """ "That's why I called", "that is because …"."""
    after = tree.tokens[copula.i + 1 : copula.i + 4]
    opens = next((t for t in after if t.pos not in ("ADV", "PART") or t.tag == "WRB"), None)
    return opens is not None and opens.text.lower() in _words()["explains"]
