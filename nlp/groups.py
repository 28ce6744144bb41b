"""Several of those in view at once: "neither", "both of them", "all three", "the two of us", "everyone but Abel".

Knows the lists in view and who was named beside the speaker; chooses no single one.
"""

from collections.abc import Sequence
from dataclasses import replace

from nlp.callback_words import callback_words
from nlp.in_view import WINDOW, Asking, option_key, recent_lists
from nlp.kinds import is_listed
from nlp.offers import Option, lists_of
from nlp.phrases import Phrase
from nlp.sources import Source
from nlp.types import Antecedent, Candidate, Discourse, Linked, Mention, Parse, PriorMention, PriorTurn, Span
from nlp.wording import Edits

_NEAR = 3  # turns back in which a group can be taken up without its noun
_SPOUSES = frozenset({"husband", "wife", "spouse", "partner", "fiancé", "fiance", "fiancée", "fiancee", "boyfriend", "girlfriend"})
_PAIR = frozenset({"both", "neither", "either"})
_ALL = frozenset({"all", "none", "everyone", "everybody"})
_OF_THEM = (("of", "them"), ("of", "those"), ("of", "these"), ("of", "the", "two"), ("of", "us"), ("of", "you"))
_EXCEPT = frozenset({"but", "except", "besides"})
_UNCOUNTED = 0


def with_exception(parse: Parse, mention: Mention) -> Mention:
    """ "everyone" with the "but Abel" that belongs to it; the mention as it is where nobody is excepted."""
    rest = parse.tokens[mention.head + 1 : mention.head + 3]
    if len(rest) < 2 or rest[0].lemma.lower() not in _EXCEPT:
        return mention
    excepted = next((m for m in parse.mentions if m.head >= rest[1].i and m.span.start <= rest[1].span.start < m.span.end), None)
    if excepted is None:
        return mention
    span = Span(mention.span.start, excepted.span.end)
    return replace(mention, span=span, text=parse.text[span.start : span.end])


def together(asking: Asking) -> Linked | None:
    """The group that the mention takes up; None where it names none, or none so large is in view."""
    words = asking.words
    if words[0] in _ALL and len(words) > 2 and words[1] in _EXCEPT:
        return _all_but(asking, " ".join(words[2:]))
    size = _size(words)
    if size is None:
        return None
    if words[-1:] in (("us",), ("you",)):
        return _with_who_speaks(asking, size, own=words[-1:] == ("us",))
    turns = {t.turn_id for t in asking.discourse.turns[-_NEAR:]}
    for each in recent_lists(asking):
        if each.turn.turn_id in turns and (each.kind != "time" or size == 2) and size in (_UNCOUNTED, len(each.options)):
            return group_of(asking, each.options)
    return None


def _size(words: Sequence[str]) -> int | None:
    """How many are taken together, 0 for any number; None where the words take up no group."""
    first, rest = words[0], tuple(words[1:])
    if first in _PAIR and (not rest or rest == ("one",) or rest in _OF_THEM):
        return 2
    if first == "all" and rest in _OF_THEM:
        return _UNCOUNTED
    if first not in ("all", "the") or not rest or rest[0] not in callback_words().cardinals or rest[0] in ("one", "1"):
        return None
    alone = (first == "all" and len(rest) == 1) or rest[1:] in _OF_THEM
    return callback_words().cardinals[rest[0]] + 1 if alone else None


def group_of(asking: Asking, options: Sequence[Option]) -> Linked:
    """The options as one, with the referent of the coordination that named them, if one did."""
    members = tuple(o.referent for o in options if o.referent)
    known = (m for m in options[0].turn.mentions if m.referent and m.mention.members)
    groups = asking.discourse.referents
    whole = next((m.referent for m in known if (g := groups.get(m.referent or "")) and members and set(g.members) == set(members)), None)
    named = [replace(o, text=_name(asking, o)) for o in options]
    candidates = (Candidate(whole, enumerated(named), 0.8),) if whole else ()
    return Linked(
        replace(asking.mention, kind="callback"),
        None,
        enumerated(named),
        options[-1].antecedent,
        0.8,
        candidates,
        members=members,
        evidence=("those that were listed",),
    )


def _name(asking: Asking, option: Option) -> str:
    """Who was brought up as "my daughter Solveig" is Solveig."""
    known = asking.discourse.referents.get(option.referent or "")
    return known.name if known is not None and known.type == "person" and known.name[:1].isupper() else option.text


def enumerated(options: Sequence[Option], link: str = "and") -> str:
    """ "slate, cork and bamboo"."""
    *others, last = [o.text for o in options]
    return f"{', '.join(others)} {link} {last}" if others else last


def whole_of(parse: Parse, mention: Mention) -> int | None:
    """Index of the pronoun of "both of them", "all three of those"; None of other phrases."""
    words = mention.text.lower().split()
    if len(words) < 3 or _size(words) is None or words[-1] in ("us", "you"):
        return None
    inner = (m for m in parse.mentions[mention.index + 1 : mention.index + 3] if m.kind == "pronoun" and m.span.end == mention.span.end)
    return next((m.index for m in inner), None)


def takes_all(mention: Mention, members: int) -> bool:
    """Whether "both of them" can be of so many."""
    size = _size(mention.text.lower().split())
    return size is not None and members > 1 and size in (_UNCOUNTED, members)


def _all_but(asking: Asking, name: str) -> Linked | None:
    for each in recent_lists(asking):
        left_out = [o for o in each.options if name in o.text.lower()]
        rest = [o for o in each.options if option_key(o) not in {option_key(out) for out in left_out}]
        if left_out and len(rest) > 1:
            return group_of(asking, rest)
    return None


def _with_who_speaks(asking: Asking, size: int, *, own: bool) -> Linked | None:
    """ "The two of us": the speaker and who was named beside "I", else whom they live with; "both of you": the other side so."""
    turns = [t for t in asking.discourse.turns[-WINDOW:] if (t.speaker == asking.discourse.speaker) == own]
    for find in (_beside_speaker, _spouse):
        for turn in reversed(turns):
            beside = find(turn, asking.discourse)
            if len(beside) + 1 == size or (beside and size == _UNCOUNTED):
                return _with_speaker(asking, turn, beside, own=own)
    return None


def _spouse(turn: PriorTurn, discourse: Discourse) -> list[PriorMention]:
    """The one whom the turn's speaker calls their husband, wife or partner."""
    speaker = _speaker(discourse, own=turn.speaker == discourse.speaker)
    owners = {m.mention.index: m.referent for m in turn.mentions}
    named = (m for m in turn.mentions if m.referent is not None and m.mention.head_lemma in _SPOUSES)
    return [m for m in named if m.mention.possessor is not None and owners.get(m.mention.possessor) == speaker][:1]


def _speaker(discourse: Discourse, *, own: bool) -> str:
    return discourse.customer if (discourse.speaker == "customer") == own else discourse.business


def _beside_speaker(turn: PriorTurn, discourse: Discourse) -> list[PriorMention]:
    """The persons coordinated with "I", or with "me"."""
    text = turn.parse.text
    speakers = [m.mention for m in turn.mentions if m.mention.kind == "speaker" and m.mention.text.lower() in ("i", "me")]
    others = [m for m in turn.mentions if m.referent not in (None, discourse.customer, discourse.business) and not m.mention.members]
    people = [m for m in others if m.mention.type == "person" or not is_listed(m.mention.head_lemma)]  # an odd name may have no type
    joined = [(m, s) for m in people for s in speakers if text[m.mention.span.end : s.span.start].strip() in ("and", ", and")]
    joined += [(m, s) for m in people for s in speakers if text[s.span.end : m.mention.span.start].strip() in ("and", ", and")]
    return list({m.referent: m for m, _ in joined}.values())


def _with_speaker(asking: Asking, turn: PriorTurn, beside: Sequence[PriorMention], *, own: bool) -> Linked:
    known = asking.discourse.referents
    names = [known[m.referent].name if m.referent in known else m.mention.text for m in beside if m.referent]
    speaker = _speaker(asking.discourse, own=own)
    source = turn.parse.source_span(beside[-1].mention.span)
    return Linked(
        replace(asking.mention, kind="callback"),
        None,
        " and ".join([*names, known[speaker].name if speaker in known else "customer"]),
        Antecedent(turn.turn_id, source, turn.parse.source[source.start : source.end]),
        0.8,
        members=(*(m.referent for m in beside if m.referent), speaker),
        evidence=("the speaker and who was named beside",),
    )


def refused(sentence: Source, discourse: Discourse) -> Edits:
    """ "Neither, we'd rather stand." -> "Neither the indoor table nor the patio table, …" after an offer of two."""
    first = sentence.parse.tokens[sentence.first]
    following = sentence.parse.tokens[sentence.first + 1 : sentence.first + 2]
    alone = not following or following[0].pos == "PUNCT"
    if first.lemma.lower() != "neither" or not alone or any(m.head == first.i for m in sentence.parse.mentions):
        return []
    last = discourse.turns[-1] if discourse.turns else None
    pair = next((each for each in lists_of(last) if len(each.options) == 2), None) if last and last.speaker != discourse.speaker else None
    return [(first.span, Phrase(f"{first.text} {enumerated(pair.options, 'nor')}"))] if pair is not None else []
