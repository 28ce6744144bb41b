"""Which facts a question need look at: those of turns that have enough of its words, or name what it names.

Knows facts, entities and the terms of a question; leaves nothing out that `graph.matching` would take (see `graph.screening`). The index
is shared by the snapshots of one memory and only ever added to.
"""

from collections.abc import Iterable, Mapping, Sequence

from graph.known_clauses import known_as, words_of
from graph.likeness import Search, is_like
from graph.matching import ENOUGH, SURE
from graph.model import Entity, Fact, FactId, FactIndex, Snapshot, TurnId
from graph.question_terms import Term


def empty() -> FactIndex:
    return FactIndex([], {}, {}, {}, {}, {}, {}, {}, {}, {})


def add(index: FactIndex, facts: Iterable[Fact], entities: Iterable[Entity]) -> FactIndex:
    """The same index with more in it; `facts` in the order of their recording."""
    for entity in entities:
        for word in sorted(known_as(entity)):
            _word(index, word)
            index.named.setdefault(word, {})[entity.id] = None
        for other in (entity.owner, *entity.members):
            if other is not None:
                index.kin.setdefault(other, {})[entity.id] = None
    for fact in facts:
        _place(index, fact.turn).append(fact.id)
        if _is_noted(fact):
            index.noted[fact.id] = None
        for word in sorted(words_of(fact)):
            _word(index, word)
            index.of_word.setdefault(word, {})[fact.turn] = None
        for end in (fact.subject, fact.object):
            if end is not None:
                index.of_end.setdefault(end, {})[fact.turn] = None
    return index


def noted(snapshot: Snapshot) -> list[Fact]:
    """The facts that goals keep of what filled them, in the order in which they came."""
    ids = snapshot.index.noted if snapshot.index is not None else snapshot.facts
    facts = (snapshot.facts[id] for id in tuple(ids) if id in snapshot.facts)  # a copy: facts may be added meanwhile
    return [fact for fact in facts if _is_noted(fact) and fact.clause.partition("#")[0] in snapshot.goals]


def _is_noted(fact: Fact) -> bool:
    return not fact.clause.startswith(f"{fact.turn}#")


def _place(index: FactIndex, turn: TurnId) -> list[FactId]:
    if turn not in index.of_turn:
        last = next(reversed(index.of_turn), None)
        if last is not None:
            index.before[turn], index.after[last] = last, turn
        index.of_turn[turn] = []
    return index.of_turn[turn]


def _word(index: FactIndex, word: str) -> None:
    if word not in index.of_word and word not in index.named:
        index.words.append(word)


def narrowed(search: Search, index: FactIndex, facts: Mapping[FactId, Fact]) -> tuple[list[Fact], frozenset[TurnId]]:
    """The turns that may answer, and the facts, known by then, of them and of those just before them, in the order of their recording."""
    met = [(term, _turns(search, index, term)) for term in search.asked.terms]
    total = sum(term.weight for term, _ in met)
    needed = [turns for term, turns in met if _is_needed(term, total, len(met))]
    fewest = min(needed, key=len) if needed else {turn: None for _, turns in met for turn in turns}
    shares = ((turn, sum(term.weight for term, turns in met if turn in turns)) for turn in fewest)
    enough = [turn for turn, share in shares if share >= ENOUGH * total and all(turn in turns for turns in needed)]
    around = {near: None for turn in enough for near in (index.before.get(turn), turn) if near is not None}
    told = [fact for turn in around for i in index.of_turn[turn] if (fact := facts.get(i)) is not None and fact.known(search.known_at)]
    return sorted(told, key=lambda fact: fact.recorded_at), frozenset(enough)


def _is_needed(term: Term, total: float, count: int) -> bool:
    """Whether nothing answers without the term: a name, a verb, or what weighs too much to be left out."""
    rest = total - term.weight
    return term.named or rest < ENOUGH * total or (term.verb and count > 1 and rest < SURE * total)


def _turns(search: Search, index: FactIndex, term: Term) -> Mapping[TurnId, None]:
    """Those that have the term, in a word or as what it means; where it means something, also those just after."""
    words = _like(search, index, term)
    things = {e: None for word in words for e in tuple(index.named.get(word, ()))}  # copies: turns may be added meanwhile
    if term.entity is not None:
        asked = search.question.entities.get(term.entity)
        things |= dict.fromkeys((term.entity, *(asked.members if asked is not None else ())))
    direct: dict[TurnId, None] = {}
    for word in words:
        direct |= index.of_word.get(word, {})
    for thing in (*things, *(k for t in things for k in tuple(index.kin.get(t, ())))):
        direct |= index.of_end.get(thing, {})
    if term.entity is None:
        return direct
    return direct | {after: None for turn in direct if (after := index.after.get(turn)) is not None}


def _like(search: Search, index: FactIndex, term: Term) -> Sequence[str]:
    """Words that count for the term; looked for once, then only among those that have come since."""
    key = (term.lemma, term.named, term.noun)
    upto, found = index.likes.get(key, (0, ()))
    if upto < len(index.words):
        found = (*found, *(word for word in index.words[upto:] if is_like(search, term, word)))
        index.likes[key] = (len(index.words), found)
    return found
