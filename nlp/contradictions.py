"""What tells that a noun phrase means another thing than an entity: another owner, number, sex or name before its noun.

Knows the phrase's turn and the entity. Scores nothing.
"""

from nlp.known import Known, Stage
from nlp.names import called_sex
from nlp.syntax import starting
from nlp.types import Mention, Parse, Span

FRESH = frozenset({"new", "another", "other", "different", "next", "second", "extra", "additional", "same"})
_OPPOSITES = (("left", "right"), ("front", "back"), ("front", "rear"), ("upper", "lower"), ("top", "bottom"), ("inner", "outer"),
              ("indoor", "outdoor"), ("upstairs", "downstairs"), ("male", "female"), ("big", "small"), ("older", "younger"))  # fmt: skip


def contradicts(stage: Stage, mention: Mention, owner: str | None, known: Known) -> bool:
    owners = {o for noun, o in known.relations if noun == mention.head_lemma.lower()} or set(known.owners())
    if owner is not None and owners and owner not in owners:
        return True
    if (mention.head_lemma.lower(), owner) in known.former and mention.kind != "name":
        return True
    if owner is not None and not owners and mention.type == "person" and known.id in (stage.discourse.customer, stage.discourse.business):
        return True
    if _is_opposite(set(mention.modifiers), known.attributes) or _numbered_apart(stage, mention, known):
        return True
    return bool(FRESH & set(mention.modifiers) - known.attributes - {"same"})


def _is_opposite(said: set[str], kept: frozenset[str]) -> bool:
    """ "My right knee" is not the left one."""
    pairs = (*_OPPOSITES, *((other, one) for one, other in _OPPOSITES))
    return any(one in said and other in kept and one not in kept for one, other in pairs)


def before_noun(stage: Stage, mention: Mention) -> set[str]:
    """The modifiers that stand before the noun: they tell things apart, what follows it often only tells more."""
    inside = starting(stage.parse.tokens, Span(mention.span.start, stage.parse.tokens[mention.head].span.start))
    return {t.lemma.lower() for t in inside} & set(mention.modifiers)


def _numbered_apart(stage: Stage, mention: Mention, known: Known) -> bool:
    """ "Room 620" is not room 512: numbers behind the noun are what such things are called by."""
    before = before_noun(stage, mention)
    own = {m for m in mention.modifiers if m.isdigit() and m not in before}
    return bool(own) and not own & known.attributes and any(m.isdigit() for m in known.attributes)


def other_sex(mention: Mention, known: Known) -> bool:
    """ "The woman" is not Mr. Ellsworth."""
    sex = known.gender or (called_sex(known.name) if known.proper and known.type == "person" else None)
    return mention.gender in ("m", "f") and sex in ("m", "f") and sex != mention.gender


def named_apart(stage: Stage, mention: Mention, known: Known) -> bool:
    """ "The Boulder office" is not the Denver office."""
    own = _names_before(stage.parse, mention)
    if not own or mention.kind == "name":
        return False
    others = [_names_before(s.parse, s.mention) for s in known.seen if s.mention.head_lemma == mention.head_lemma]
    named = [words for words in others if words]
    return bool(named) and all(own.isdisjoint(words) for words in named)


def _names_before(parse: Parse, mention: Mention) -> frozenset[str]:
    inside = starting(parse.tokens, Span(mention.span.start, parse.tokens[mention.head].span.start))
    return frozenset(t.lemma.lower() for t in inside if t.pos == "PROPN")
