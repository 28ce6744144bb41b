"""Who and what a turn may refer to: entities with the places where they were mentioned, from the conversation and from memory.

Knows mentions, prior turns and referents. Knows nothing of how a referring word chooses among them.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from itertools import islice

from nlp.agreement_model import Facts, facts
from nlp.function_words import ANYBODY, INDEPENDENT
from nlp.names import TITLE_NOUNS, name_words
from nlp.noun_core import is_called_by_owner
from nlp.ownership import owner_of
from nlp.syntax import Tree, within
from nlp.types import Antecedent, Discourse, Gender, Mention, Parse, PriorTurn, Referent, Span
from nlp.word_index import words_of


@dataclass(frozen=True)
class Seen:
    """One place where an entity was mentioned. `back` counts turns from the present one, which is 0; `span` in that turn's source."""

    turn_id: str
    back: int
    mention: Mention
    span: Span
    parse: Parse
    same_session: bool = True
    speaker: str = "customer"

    @cached_property
    def facts(self) -> Facts:
        """What tells whether it is he, she, it or they."""
        return facts(self.parse.tokens, self.mention)

    @property
    def text(self) -> str:
        return self.parse.source[self.span.start : self.span.end]

    @property
    def antecedent(self) -> Antecedent:
        """The phrase without whose it is ("mother" of "Ana's mother"): the owner is a mention of its own."""
        span = self.parse.source_span(_unowned(self.parse, self.mention)) if not self.is_pronoun else self.span
        kept = span if self.span.start < span.start < self.span.end else self.span
        return Antecedent(self.turn_id, kept, self.parse.source[kept.start : kept.end])

    @property
    def is_pronoun(self) -> bool:
        return self.mention.kind in ("pronoun", "speaker")


@dataclass(frozen=True, slots=True)
class Known:
    """An entity that may be meant: what is known of it, and `seen`: its mentions, oldest first."""

    id: str
    name: str
    type: str = "thing"
    number: str = "singular"
    gender: Gender | None = None
    heads: frozenset[str] = frozenset()
    names: tuple[str, ...] = ()
    attributes: frozenset[str] = frozenset()
    relations: tuple[tuple[str, str], ...] = ()  # (noun, id of the owner)
    former: frozenset[tuple[str, str]] = frozenset()  # relations that are another's by now: no mention brings them back
    members: tuple[str, ...] = ()
    seen: tuple[Seen, ...] = ()
    proper: bool = False  # called by a proper name

    @property
    def last(self) -> Seen | None:
        return self.seen[-1] if self.seen else None

    def owners(self) -> frozenset[str]:
        return frozenset(owner for _, owner in self.relations)


_PLACES = 32  # mentions kept of one entity
_IN_VIEW = 100  # entities that a word may mean without naming them, the latest


@dataclass
class Stage:
    """The entities in view of one turn, in the order in which they came up; grows while the turn is resolved."""

    discourse: Discourse
    parse: Parse
    known: dict[str, Known] = field(default_factory=dict[str, Known])
    called: dict[str, dict[str, None]] = field(default_factory=dict[str, dict[str, None]])  # word -> entities that were called so
    trees: dict[str, Tree] = field(default_factory=dict[str, Tree])  # by turn, as they are asked for
    kept: dict[str, Known | None] = field(default_factory=dict[str, "Known | None"])  # as memory has them, as they are asked for

    @cached_property
    def near(self) -> dict[int, list[Mention]]:
        """The present turn's mentions by sentence, each with those of the sentences beside it, in order."""
        found: dict[int, list[Mention]] = {}
        for mention in self.parse.mentions:
            for number in (mention.sentence - 1, mention.sentence, mention.sentence + 1):
                found.setdefault(number, []).append(mention)
        return found

    def tree(self, seen: Seen) -> Tree:
        """Of the turn in which that was mentioned."""
        if seen.turn_id not in self.trees:
            self.trees[seen.turn_id] = Tree.of(seen.parse.tokens)
        return self.trees[seen.turn_id]

    def recent(self) -> list[Known]:
        """What came up last, in the order in which it did."""
        return list(islice(reversed(self.known.values()), _IN_VIEW))[::-1]

    def note(self, mention: Mention, referent: str, name: str, *, owner: str | None = None, members: tuple[str, ...] = ()) -> None:
        """Records that this turn's mention means that entity."""
        seen = Seen(self.discourse.turn_id, 0, mention, self.parse.source_span(mention.span), self.parse, speaker=self.discourse.speaker)
        before = self.known.pop(referent, None) or self.from_memory(referent) or Known(referent, name)
        known = grown(before, seen, owner)
        self.put(replace(known, members=members or known.members), mention)

    def put(self, known: Known, mention: Mention) -> None:
        """The entity as it is known after one more mention; it is now the latest."""
        self.known[known.id] = known
        for word in (mention.head_lemma.lower(), *name_words(mention.text)):
            self.called.setdefault(word, {})[known.id] = None

    def by_words(self, words: Iterable[str]) -> Iterator[Known]:
        """The latest entities, then earlier ones that were called by one of these words."""
        latest = self.recent()
        yield from latest
        if len(self.known) > len(latest):
            view = {k.id for k in latest}
            yield from (self.known[id] for id in dict.fromkeys(id for w in words for id in self.called.get(w, ())) if id not in view)

    def remembered(self, words: Iterable[str]) -> list[str]:
        """Entities of memory that are called by one of these words, in memory's order."""
        index = words_of(self.discourse)
        places = {n: id for word in words for n, id in index.get(word, ())}
        return [places[n] for n in sorted(places)]

    def get(self, referent: str) -> Known | None:
        return self.known.get(referent) or self.from_memory(referent)

    def from_memory(self, referent: str) -> Known | None:
        """As it was known before the turns in view; None where memory has none."""
        if referent not in self.kept:
            self.kept[referent] = _kept(self.discourse.referents.get(referent))
        return self.kept[referent]

    def name(self, referent: str) -> str:
        known = self.get(referent)
        return known.name if known else ""


def stage(discourse: Discourse, parse: Parse) -> Stage:
    """The entities mentioned in the window of earlier turns."""
    built = Stage(discourse, parse)
    for back, turn in zip(range(len(discourse.turns), 0, -1), discourse.turns, strict=True):
        owners = {p.mention.index: p.referent for p in turn.mentions}
        for seen, referent in _places(turn, back, discourse):
            before = built.known.pop(referent, None) or built.from_memory(referent) or Known(referent, seen.text)
            owner = owners.get(seen.mention.possessor) if seen.mention.possessor is not None else owner_of(turn, seen.mention, discourse)
            built.put(grown(before, seen, owner), seen.mention)
    return built


def _places(turn: PriorTurn, back: int, discourse: Discourse) -> Iterator[tuple[Seen, str]]:
    for prior in turn.mentions:
        if prior.referent is None or (turn.heard is not None and prior.span.start >= turn.heard):
            continue
        same = turn.session_id == discourse.session_id
        yield Seen(turn.turn_id, back, prior.mention, prior.span, turn.parse, same, turn.speaker), prior.referent


def _kept(kept: Referent | None) -> Known | None:
    if kept is None:
        return None
    return Known(
        id=kept.id,
        name=kept.name,
        type=kept.type,
        number=kept.number,
        gender=kept.gender,
        heads=kept.heads,
        names=_proper((kept.name, *kept.aliases)),
        attributes=kept.attributes,
        relations=kept.relations,
        former=kept.former,
        members=kept.members,
        proper=is_proper(kept.name),
    )


@lru_cache(maxsize=20_000)
def _proper(names: tuple[str, ...]) -> tuple[str, ...]:
    """Kept, since of what was called many names few change from turn to turn."""
    return tuple(n for n in names if is_proper(n))


def grown(known: Known, seen: Seen, owner: str | None) -> Known:
    """The entity with one more mention: the words of the mention add to what it may be called by."""
    mention = seen.mention
    if seen.is_pronoun:
        # only he, she and it tell a gender; what "they" and "this" stand for stays as it was
        gender = mention.gender if mention.kind == "pronoun" and mention.head_lemma not in INDEPENDENT else None
        someone = mention.head_lemma in ANYBODY or gender in ("m", "f")
        kind = "person" if someone and known.type == "thing" else known.type
        return replace(known, seen=_with(known.seen, seen), gender=known.gender or gender, type=kind)
    named = mention.kind == "name" and not mention.members
    if mention.head_lemma in ("one", "ones"):
        noun = frozenset(known.name.lower().split()[-1:]) if not known.seen else frozenset[str]()
        told = frozenset(mention.modifiers)
        whose = known.relations if owner is None else (*known.relations, ("one", owner))
        return replace(known, seen=_with(known.seen, seen), heads=known.heads | noun, attributes=known.attributes | told, relations=whose)
    text = bare_text(seen.parse, mention)
    relations = known.relations if owner is None else (*known.relations, (mention.head_lemma, owner))
    return replace(
        known,
        name=text if named and not known.proper and mention.definiteness != "indefinite" else known.name,
        type=mention.type if known.type == "thing" or (not known.seen and not known.heads and not known.proper) else known.type,
        number=mention.number if not known.seen and not known.heads and not known.proper else known.number,
        gender=mention.gender or known.gender,
        heads=known.heads | heads_of(seen.parse, mention),
        names=known.names if not named or text in known.names else (*known.names, text),
        attributes=known.attributes | frozenset(mention.modifiers),
        relations=tuple(r for r in dict.fromkeys(relations) if r not in known.former),
        seen=_with(known.seen, seen),
        proper=known.proper or named,
    )


def _with(places: tuple[Seen, ...], seen: Seen) -> tuple[Seen, ...]:
    """One place more; of very many an old one goes, a pronoun's first."""
    if len(places) < _PLACES:
        return (*places, seen)
    gone = next((n for n, s in enumerate(places[: _PLACES // 2]) if s.is_pronoun), 0)
    return (*places[:gone], *places[gone + 1 :], seen)


def heads_of(parse: Parse, mention: Mention) -> frozenset[str]:
    """Nouns that the mention calls its entity by: "dr." before a name says doctor."""
    if mention.members or mention.head_lemma in ("one", "ones"):
        return frozenset()
    title = TITLE_NOUNS.get(mention.text.split()[0].lower()) if mention.kind == "name" and mention.text else None
    return frozenset(n for n in (mention.head_lemma.lower(), parse.tokens[mention.head].lemma.lower(), title) if n)


def bare_text(parse: Parse, mention: Mention) -> str:
    """The phrase without determiners, owners and clauses: "my wife's red car that broke" gives "red car"; a name as it stands."""
    if mention.members:
        return mention.text
    head = mention.head
    tokens = within(parse.tokens, mention.span)
    first = tokens[0].i if tokens else head
    kept = first if is_called_by_owner(parse, mention, first) else _first_kept(parse, first, head)
    left = next((t.i for t in tokens if kept <= t.i <= head), head)
    return parse.text[parse.tokens[left].span.start : parse.tokens[_kept_after(parse, mention)].span.end]


def _unowned(parse: Parse, mention: Mention) -> Span:
    """The mention's span from behind its owner."""
    inside = within(parse.tokens, mention.span)
    owners = [t.i for t in inside if t.dep == "poss" and t.head == mention.head and t.i < mention.head]
    if mention.members or not owners:
        return mention.span
    first = next((t for t in inside if t.i > owners[-1] and t.tag != "POS" and t.pos != "PUNCT"), None)
    return Span(first.span.start, mention.span.end) if first else mention.span


def _first_kept(parse: Parse, first: int, head: int) -> int:
    """After the last determiner, possessive or 's before the head."""
    cut = [t.i for t in parse.tokens[first:head] if t.dep in ("det", "predet") or t.tag in ("PRP$", "POS", "WRB", "WDT", "WP$")]
    cut += [i + 1 for i in cut if parse.tokens[i].tag == "WRB" and i + 1 < head and parse.tokens[i + 1].pos == "ADJ"]  # "how many"
    return cut[-1] + 1 if cut else first


def _kept_after(parse: Parse, mention: Mention) -> int:
    """The last token of what follows the head and is needed to know it: "of …" after any, everything after "one" and "thing"."""
    head = mention.head
    inside = within(parse.tokens, Span(parse.tokens[head].span.end, mention.span.end))
    if mention.kind == "name" and mention.type == "document" and inside:
        return inside[-1].i  # titles may go on behind the word that the others hang on
    needed = mention.head_lemma in ("one", "ones", "thing", "stuff", "part", "piece")
    if not inside or not (needed or inside[0].lemma in ("of", "-", "#") or inside[0].dep == "nummod" or inside[0].pos == "NUM"):
        return head
    if needed or inside[0].lemma != "of":
        return inside[-1].i
    stop = next((t.i for t in inside[1:] if t.dep in ("prep", "relcl", "acl", "nsubj", "mark") or t.tag in ("WDT", "WP")), None)
    return inside[-1].i if stop is None else max(head, stop - 1)


def is_proper(name: str) -> bool:
    """Whether a stored name is a proper one: what is not has no capitals but acronyms' and brands' within it."""
    return any(word[:1].isupper() for word in name.split()[:1])


def nearest(places: Iterable[Seen], before: Span | None = None) -> Seen | None:
    """The antecedent to name: the last mention that is no pronoun, else the last; in this turn only what stands before `before`."""
    earlier = [s for s in places if s.back or before is None or s.mention.span.start < before.start]
    return next((s for s in reversed(earlier) if not s.is_pronoun), earlier[-1] if earlier else None)
