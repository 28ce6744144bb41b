"""Which things of one turn are listed beside one another: coordinations, things with prices, things of one noun, of one sort.

Knows one turn's mentions. What is told of each, and which of them was heard, is for `offers`.
"""

from collections.abc import Callable, Iterator, Sequence

from nlp.measures import MONEY
from nlp.types import Mention, PriorMention, PriorTurn

TAKEN_UP = frozenset({"it", "they", "these", "those"})  # words for an option that was named earlier
_MANY = 200  # mentions of one turn that lists are looked for among
_UNITS = frozenset({"day", "week", "month", "year", "hour", "minute", "night", "time", "person", "head"})
_COUNTS = frozenset({"two", "three", "four", "five", "six", "several", "some", "couple", "few", "2", "3", "4", "5", "6"})
_NO_OPTIONS = frozenset({"money", "number", "phone", "email", "address"})


def series_of(turn: PriorTurn) -> Iterator[list[PriorMention]]:
    """Coordinations, things with prices, then things of one noun, of one place in parallel clauses, of one type; each in the order said."""
    groups = [m.mention for m in turn.mentions if m.mention.members]
    hosts = {g.same_as for g in groups}  # "my sons" of "my sons Kit and Amos"
    options = [m for m in turn.mentions[:_MANY] if _is_option(m) and m.mention.index not in hosts]
    plain = [m for m in options if not _inside_another(m, options)]
    series: list[list[PriorMention]] = [_with_run_on(turn, options, group) for group in groups]
    series += [_conjoined(turn, plain), _priced(turn, plain), _announced(turn, plain)]
    series += [_alike(plain, lambda m: m.mention.head_lemma if m.mention.head_lemma != "one" else None)]
    series += [_alike(plain, lambda m: _clause_place(turn, m))]
    series += [_alike(plain, _sort)]
    seen: set[tuple[int, ...]] = set()
    for members in series:
        distinct = _distinct(members)
        places = tuple(m.mention.index for m in distinct)
        if len(distinct) > 1 and places not in seen:
            seen.add(places)
            yield distinct


def _with_run_on(turn: PriorTurn, options: Sequence[PriorMention], group: Mention) -> list[PriorMention]:
    """The members of a coordination with those that only a comma parts from it: "Bo" of "Bo, Ned and Carl" read as an address."""
    plain = [m for m in options if not _inside_another(m, options)]
    members = [m for m in options if m.mention.index in group.members and (m in plain or m.mention.type == "person")]
    members = _outer(turn, members, options)
    for mention in reversed(plain):
        first = members[0].mention if members else None
        gap = turn.parse.text[mention.mention.span.end : first.span.start] if first is not None else ""
        if first is not None and gap.strip() == "," and mention.mention.definiteness == first.definiteness:
            members.insert(0, mention)
    return members


def _outer(turn: PriorTurn, members: Sequence[PriorMention], options: Sequence[PriorMention]) -> list[PriorMention]:
    """ "A van with eight seats, or a sedan": where the parser joins the seats with the sedan, it is the van that stands beside it."""
    start = members[0].mention.span.start if len(members) > 1 else 0
    if next((t.pos for t in reversed(turn.parse.tokens) if t.span.end <= start), "") != "ADP":
        return list(members)
    first, second = members[0].mention, members[1].mention
    around = [o for o in options if o.mention.head < first.head and o.mention.sentence == first.sentence]
    wider = next((o for o in reversed(around) if _shape(o.mention) == _shape(second)), None)
    return [wider, *members[1:]] if wider is not None and _shape(first) != _shape(second) else list(members)


def _shape(mention: Mention) -> tuple[str, str]:
    return mention.number, mention.definiteness


def _alike(plain: Sequence[PriorMention], key: Callable[[PriorMention], str | None]) -> list[PriorMention]:
    """The largest set that has one key."""
    groups: dict[str, list[PriorMention]] = {}
    for mention in plain:
        value = key(mention)
        if value is not None:
            groups.setdefault(value, []).append(mention)
    return max(groups.values(), key=len) if groups else []


def _sort(prior: PriorMention) -> str | None:
    """The same for things of one type that are named alike: "the bungalow" and "the condo", not "a new kitchen" that one of them has."""
    mention = prior.mention
    return f"{mention.type} {mention.definiteness == 'indefinite'}" if mention.type not in ("thing", "person") else None


def _distinct(members: Sequence[PriorMention]) -> list[PriorMention]:
    """Each thing once; what differs in its modifiers is two."""
    return list({(m.referent, m.mention.modifiers, m.mention.head_lemma): m for m in reversed(members)}.values())[::-1]


def _inside_another(prior: PriorMention, options: Sequence[PriorMention]) -> bool:
    span = prior.mention.span
    return any(o.mention.span != span and o.mention.span.start <= span.start and span.end <= o.mention.span.end for o in options)


def _clause_place(turn: PriorTurn, prior: PriorMention) -> str | None:
    """The same for subjects, and for objects, of the same verb: "the bungalow has …, the condo has …"."""
    verb = turn.parse.tokens[turn.parse.tokens[prior.mention.head].head]
    return f"{prior.mention.role} {verb.lemma}" if prior.mention.role in ("subject", "object") and verb.pos in ("VERB", "AUX") else None


def _priced(turn: PriorTurn, options: Sequence[PriorMention]) -> list[PriorMention]:
    """The last thing named before each price."""
    found: list[PriorMention] = []
    options = sorted([*options, *_taken_up(turn)], key=lambda m: m.mention.index)
    for price in MONEY.finditer(turn.parse.text):
        before = [m for m in options if turn.parse.tokens[m.mention.head].span.end <= price.start()]
        nearest = max(before, key=lambda m: turn.parse.tokens[m.mention.head].span.end, default=None)
        beside = next((g.mention.members for g in turn.mentions if nearest and nearest.mention.index in g.mention.members), ())
        found += [m for m in options if m not in found and (m is nearest or m.mention.index in beside)]
    return found


def _taken_up(turn: PriorTurn) -> list[PriorMention]:
    """ "They're $210. The square ones are $165." prices what "they" are."""
    named = {m.referent for m in turn.mentions if m.mention.kind in ("name", "nominal")}
    pronouns = (m for m in turn.mentions if m.mention.kind == "pronoun" and m.mention.head_lemma in TAKEN_UP)
    return [m for m in pronouns if m.referent is not None and m.referent not in named]


def _announced(turn: PriorTurn, plain: Sequence[PriorMention]) -> list[PriorMention]:
    """The names behind a colon: "two halls: the Nave holds 90 people and the Loft 40"."""
    colon = turn.parse.text.find(": ")
    return [m for m in plain if m.mention.kind == "name" and m.mention.span.start > colon] if colon > 0 else []


def _is_option(prior: PriorMention) -> bool:
    mention = prior.mention
    if mention.kind not in ("name", "nominal") or mention.members or mention.head_lemma in _UNITS or _counts_a_list(mention):
        return False
    if mention.type == "code":
        return prior.value is not None  # "the invoices A-19 and A-23"
    return prior.referent is not None and prior.value is None and mention.type not in _NO_OPTIONS


def _counts_a_list(mention: Mention) -> bool:
    """ "two places", "three openings", "80 people": what the list is of, or how many each holds."""
    first = mention.text.lower().partition(" ")[0]
    counted = first in _COUNTS or first.isdigit() or (bool(mention.modifiers) and mention.modifiers[0] in _COUNTS)
    return mention.number == "plural" and counted


def _conjoined(turn: PriorTurn, plain: Sequence[PriorMention]) -> list[PriorMention]:
    """The longest chain of conjuncts among the mentions' heads."""
    tokens = turn.parse.tokens
    heads = {m.mention.head: m for m in plain}
    chains: dict[int, list[PriorMention]] = {}
    for head, mention in heads.items():
        top = head
        while (
            tokens[top].dep in ("conj", "appos")
            and tokens[top].head != top
            and tokens[tokens[top].head].pos in ("NOUN", "PROPN", "SYM", "NUM")
        ):
            top = tokens[top].head
        chains.setdefault(top, []).append(mention)
    return _outer(turn, max(chains.values(), key=len), list(heads.values())) if chains else []
