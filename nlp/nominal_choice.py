"""Scores of the entities that a name or a noun phrase may mean again.

Knows entities in view and in memory, names and word vectors. Chooses nothing: `coref` does, on these scores.
"""

from collections.abc import Iterator

from nlp import ranker
from nlp.contradictions import FRESH, before_noun, contradicts, named_apart, other_sex
from nlp.kinds import is_kind, is_listed, same_kind
from nlp.known import Known, Stage, bare_text
from nlp.mention_features import fields
from nlp.names import TITLE_NOUNS, name_words, other_name, other_title, same_name
from nlp.pronoun_choice import Scored
from nlp.ranker import Features
from nlp.types import Lexicon, Mention
from nlp.wordlists import groups

FAMILY = "nominal"  # of the weights; what scores below 0 is rather new
_REMEMBERED = 48  # entities of memory called by one word that are looked at: many are so with those who have said much
_ANYBODY = frozenset({"person", "people", "folk", "guy", "thing", "one"})
_ANY = frozenset({"thing", "one", "place"})  # may be said of anything, of anywhere
_COUNTS = frozenset({"one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "dozen", "several", "few"})
_CATEGORY = frozenset(
    {"thing", "one", "guy", "man", "woman", "lady", "person", "kid", "child", "boy", "girl", "company", "place", "car", "truck", "vehicle",
     "suv", "van", "dog", "cat", "animal", "pet", "event", "city", "town", "store", "shop", "restaurant", "firm", "couple", "folk",
     "people"}
)  # fmt: skip


def score_nominals(stage: Stage, lexicon: Lexicon, mention: Mention, owner: str | None) -> list[Scored]:
    """Best first. owner: the referent of the mention's possessor, where it has one."""
    text = bare_text(stage.parse, mention)
    found: list[Scored] = []
    for known in _in_view(stage, mention, text):
        if known.seen and any(
            s.back == 0 and (_overlap(s.mention, mention) or _listed_beside(stage, s.mention, mention)) for s in known.seen
        ):
            continue
        if (scored := _score(stage, lexicon, mention, text, owner, known)) is not None:
            found.append(scored)
    return sorted(found, key=lambda s: -s.score)


def _is_new(mention: Mention) -> bool:
    """Whether it is said as something that was not there before."""
    return mention.definiteness == "indefinite" and mention.kind != "name"


def _echoes(stage: Stage, mention: Mention, known: Known) -> bool:
    """ "I need a refill" answered by "I'll order a refill": the other side takes up what was asked for, still without "the"."""
    last = known.last
    limit = 6 if stage.discourse.speaker == "agent" else 1  # who serves says back what was asked for; who asks takes up an offer
    if last is None or not 1 <= last.back <= limit or (FRESH & set(mention.modifiers)) - known.attributes:
        return False
    said = [
        s for s in known.seen if not s.is_pronoun and s.speaker != stage.discourse.speaker and s.mention.head_lemma == mention.head_lemma
    ]
    if not said or said[-1].mention.number != mention.number or (limit == 1 and said[-1].back != 1):
        return False
    counted = [{m for m in seen.modifiers if m in _COUNTS or m.isdigit()} for seen in (mention, said[-1].mention)]
    return said[-1].mention.definiteness in ("indefinite", "bare") and (not all(counted) or counted[0] == counted[1])


def _overlap(one: Mention, other: Mention) -> bool:
    return one.span.start < other.span.end and other.span.start < one.span.end


def _listed_beside(stage: Stage, one: Mention, other: Mention) -> bool:
    """ "My aunt Philippa and my aunt Rosamund" are two."""
    return any({one.index, other.index} <= {*group.members} for group in stage.near.get(other.sentence, []) if group.members)


def _in_view(stage: Stage, mention: Mention, text: str) -> Iterator[Known]:
    """Entities of the window, then, for what is not new, the latest of memory that have the mention's noun or a word of its name."""
    words, heads = set(name_words(text)), {mention.head_lemma.lower()}
    called = sorted(words | heads)
    yield from stage.by_words(called)
    if _is_new(mention):
        return
    for id in stage.remembered(called)[-_REMEMBERED:]:
        referent = stage.discourse.referents[id]
        if id in stage.known:
            continue
        named = any(not words.isdisjoint(name_words(n)) for n in (referent.name, *referent.aliases))
        if (named or not heads.isdisjoint(referent.heads)) and (kept := stage.from_memory(id)):
            yield kept


def _score(stage: Stage, lexicon: Lexicon, mention: Mention, text: str, owner: str | None, known: Known) -> Scored | None:
    if _is_new(mention) and not _echoes(stage, mention, known):
        return None
    names = [n for n in known.names if not known.members or mention.members or " and " not in n]  # Cordula is not Cordula and Walburga
    name = max((same_name(text, n) for n in names), default=0.0) if _compatible(mention, text, known) else 0.0
    noun = _noun(stage, lexicon, mention, known) or _owned_so(lexicon, mention, owner, known)
    if name == 0.0 and (not noun or contradicts(stage, mention, owner, known)):
        return None
    called = max(({"name": name}, noun), key=lambda figures: ranker.score(FAMILY, figures)) if name else noun
    figures = {
        "known": 1.0,
        **called,
        **_details(stage, lexicon, mention, owner, known),
        **_recency(known),
    }
    evidence = ("the same name",) if "name" in called else ("the same noun",) if "same noun" in called else ("of its kind",)
    return Scored(known, ranker.score(FAMILY, figures), evidence, figures)


_LOOSE = frozenset({"thing", "product", "organisation"})


def _compatible(mention: Mention, text: str, known: Known) -> bool:
    """Whether a name of the mention's type may be the entity's: a person is no place."""
    if mention.kind != "name" and mention.definiteness != "bare":
        return False
    if mention.kind == "name" and (other_name(mention.text, known.names) or other_title(mention.text, known.names)):
        return False
    if mention.kind != "name" and not any(name_words(text)[-1:] == name_words(n)[-1:] for n in known.names):
        return False  # "Bayside officials" are not Bayside
    types = {mention.type, known.type}
    return len(types) == 1 or not types.isdisjoint(_LOOSE) or ("place" not in types and mention.text in known.names)


_COLLECTIVES = {"couple": 2, "pair": 2, "duo": 2, "trio": 3, "group": 0, "family": 0}  # how many persons at once, 0 for any number
_KIND_REACH = 3  # turns back in which a thing can be called by what it is a kind of
_SYNONYM = 0.78  # cosine of two nouns from which they may name one thing


def _noun(stage: Stage, lexicon: Lexicon, mention: Mention, known: Known) -> Features:
    """How the mention's noun goes with what the entity was called; nothing where it does not."""
    head = mention.head_lemma.lower()
    if head in known.heads:
        if not mention.members and any(head in m.heads for id in known.members if (m := stage.get(id)) is not None):
            return {}  # "the eggs" of "thirty eggs and ten chickens" are not both
        others = other_title(mention.text, known.names) or all(same_name(mention.text, n) == 0.0 for n in known.names)
        apart = mention.kind == "name" and known.proper and others
        return {} if apart or _only_in_name(mention, known, head) else {"same noun": 1.0}
    if mention.kind == "name" or mention.definiteness not in ("definite", "demonstrative") or other_sex(mention, known):
        return {}
    if known.members:
        if mention.number == "plural" and not known.heads and {stage.discourse.customer, stage.discourse.business} & {*known.members}:
            return {}  # "the boys" are others than who speaks
        if _all_are(stage, head, mention.number, known):
            return {"kind": 1.0, "kind sure": 1.0}
        if head not in _ANYBODY and _called_otherwise(stage, known):
            return {}
    if known.number != mention.number and not (known.proper and mention.number == "singular"):
        return {}
    if before_noun(stage, mention) and known.id == stage.discourse.business:
        return {}  # "the shipping company" is another
    same_type = _same_kind(mention, known)
    alike = max((lexicon.similarity(head, h) for h in sorted(known.heads)), default=0.0)
    if same_type and head in _CATEGORY and _free_of_category(known, head):
        return {"category": 1.0, "category near": alike}
    if mention.definiteness == "demonstrative" and known.proper and same_type and known.last and known.last.back <= 2:
        return {"pointed at": 1.0, "pointed at near": alike}
    earlier = known.last is None or known.last.back > 0  # within one turn, what is like it is its sibling: a cello and a clarinet
    close = alike >= _SYNONYM and earlier and (same_type or mention.type == known.type)
    if close or (earlier and any(same_kind(h, head) for h in known.heads)):
        return {"synonym": 1.0, "synonym near": alike}
    return _wider(stage, mention, known) if earlier else {}


def _owned_so(lexicon: Lexicon, mention: Mention, owner: str | None, known: Known) -> Features:
    """ "My roommate's bike" of the Cannondale that is my roommate's, "our boat" of our sloop."""
    if mention.definiteness != "possessive" or owner not in known.owners() or mention.number != known.number:
        return {}
    head = mention.head_lemma.lower()
    if fits := max((is_kind(h, head) for h in known.heads), default=0.0):
        return {"kind": 1.0, "kind sure": fits}
    alike = max((lexicon.similarity(head, h) for h in sorted(known.heads)), default=0.0)
    made = mention.type == "vehicle" and known.type in ("vehicle", "product", "thing", "organisation")
    return {"category": 1.0, "category near": alike} if made and known.proper and not any(map(is_listed, known.heads)) else {}


def _all_are(stage: Stage, head: str, number: str, known: Known) -> bool:
    """ "The kids" of Leo and my daughter, "the couple" of two persons."""
    members = [m for id in known.members if (m := stage.get(id)) is not None]
    if number == "singular":
        size = _COLLECTIVES.get(head)
        return size is not None and size in (0, len(members)) and all(m.type == "person" for m in members)
    return len(members) > 1 and all(any(is_kind(h, head) or same_kind(h, head) for h in m.heads) for m in members)


def _called_otherwise(stage: Stage, known: Known) -> bool:
    """Whether a member of the group was called by a common noun, which tells what it is: a boss is no kid."""
    return any(is_listed(h) for id in known.members if (m := stage.get(id)) is not None and not m.proper for h in m.heads)


def _wider(stage: Stage, mention: Mention, known: Known) -> Features:
    """ "The instrument" of a cello that was just spoken of; one that is told more of ("the tool for the hinges") is another."""
    ends = mention.span.end <= stage.parse.tokens[mention.head].span.end
    fits = max((is_kind(h, mention.head_lemma.lower()) for h in known.heads), default=0.0)
    near = known.last is not None and known.last.back <= _KIND_REACH
    return {"kind": 1.0, "kind sure": fits} if fits and ends and near and not mention.modifiers else {}


def _only_in_name(mention: Mention, known: Known, head: str) -> bool:
    """Whether the noun is but the last word of somebody's name: "the song" is not Trey Song; "the doctor" is Dr. Song, "your mom" Mom."""
    if head in groups("contractions.txt")["kin"] and any(n.lower() == head for n in known.names):
        return False
    if mention.kind == "name" or not known.proper or known.type not in ("person", "organisation") or head in TITLE_NOUNS.values():
        return False
    if known.type == "organisation" and mention.type == "organisation":
        return False  # "the college" is the Whitfield College
    return bool(known.seen) and all(s.mention.kind == "name" for s in known.seen if not s.is_pronoun)


def _same_kind(mention: Mention, known: Known) -> bool:
    """Whether the noun's type may be the entity's. What a name is of is often not known: a song, a shop, a film."""
    if mention.type == known.type:
        return mention.type != "thing" or known.proper
    pairs = ({"organisation", "place"}, {"product", "document"}, {"product", "vehicle"}, {"event", "document"})
    return {mention.type, known.type} in pairs or (known.proper and known.type == "thing" and mention.type not in ("person", "animal"))


def _free_of_category(known: Known, head: str) -> bool:
    """No other category noun names it already: "the car" is not what was called a truck, "the restaurant" no patio."""
    of_kind = any(is_kind(h, head) or same_kind(h, head) for h in known.heads)
    called = not known.proper or any(len(n.split()) > 1 for n in known.names)  # "Main Street" is a street, "Reading" no reading
    if called and not of_kind and known.type in ("place", "product") and any(map(is_listed, known.heads)) and head not in _ANY:
        return False
    return not any(
        h in _CATEGORY and h != head and fields().types.get(h) == fields().types.get(head) and h not in ("guy", "person")
        for h in known.heads
    )


def _details(stage: Stage, lexicon: Lexicon, mention: Mention, owner: str | None, known: Known) -> Features:
    """What else is said of the one and of the other."""
    said, kept = set(mention.modifiers), known.attributes
    before = before_noun(stage, mention)
    differ = bool(said and kept and not said & kept)
    apart = differ and bool(before)
    beside = known.last is not None and known.last.back == 0  # "the oak shelf is $90, the pine shelf is $60" tells two apart
    return {
        "details shared": float(min(len(said & kept), 2)),
        "details differ": float(apart),
        "details differ beside": float(apart and beside),
        "complement differs": float(differ and not before),
        "complement differs beside": float(differ and not before and beside),
        "names differ": float(named_apart(stage, mention, known)),
        "own complement": float(mention.span.end > stage.parse.tokens[mention.head].span.end and mention.kind != "name"),
        "details contrast": float(apart and _contrast(lexicon, said, kept)),
        "owner shared": float(owner is not None and owner in known.owners()),
        "number differs": float(mention.number != known.number and not known.proper),
        "number differs bare": float(mention.number != known.number and mention.definiteness == "bare" and mention.kind != "name"),
        "group differs": float(bool(known.members) and mention.number != "plural" and mention.head_lemma not in _COLLECTIVES),
    }


def _contrast(lexicon: Lexicon, said: set[str], kept: set[str] | frozenset[str]) -> bool:
    """Whether the words are of one scale: red and blue, front and rear."""
    return any(lexicon.similarity(a, b) > 0.6 for a in sorted(said) for b in sorted(kept))


def _recency(known: Known) -> Features:
    if known.last is None:
        return {"only remembered": 1.0}
    return {
        "turns": float(min(known.last.back, 8)),
        "other session": float(not known.last.same_session),
    }
