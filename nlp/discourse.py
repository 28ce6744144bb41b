"""A resolved turn -> what later turns are understood against: the prior turn and the referents as they stand after it.

Pure. Knows parses, resolutions and referents; no store.
"""

from collections.abc import Mapping
from dataclasses import replace

from nlp.function_words import INDEPENDENT
from nlp.known import bare_text, heads_of, is_proper
from nlp.types import Ambiguous, Discourse, Linked, Mention, Parse, PriorMention, PriorTurn, Referent, Resolution
from nlp.wording import referent_of


def remember(
    discourse: Discourse, parse: Parse, resolutions: tuple[Resolution, ...], *, number: int, understood: str = ""
) -> tuple[PriorTurn, dict[str, Referent]]:
    """The turn as a prior one, and the new state of each referent that it mentioned. number: the turn's, of the customer's turns."""
    turn = PriorTurn(
        turn_id=discourse.turn_id,
        number=number,
        session_id=discourse.session_id,
        channel=discourse.channel,
        speaker=discourse.speaker,
        at=discourse.at,
        parse=parse,
        understood=understood or parse.text,
        mentions=tuple(_prior(parse, r) for r in resolutions),
    )
    changed: dict[str, Referent] = {}
    owners = {r.mention.index: referent_of(r) for r in resolutions}
    for resolution in resolutions:
        referent = referent_of(resolution)
        if referent is None or resolution.mention.value is not None:
            continue
        before = changed.get(referent) or discourse.referents.get(referent)
        changed[referent] = grown_referent(before, parse, resolution, owners=owners, number=number)
    return turn, changed


def _prior(parse: Parse, resolution: Resolution) -> PriorMention:
    value = resolution.value if isinstance(resolution, Linked) else None
    left_open = tuple(c.referent for c in resolution.candidates) if isinstance(resolution, Ambiguous) else ()
    return PriorMention(resolution.mention, parse.source_span(resolution.mention.span), referent_of(resolution), value, left_open)


def grown_referent(
    before: Referent | None, parse: Parse, resolution: Resolution, *, owners: Mapping[int, str | None], number: int
) -> Referent:
    """The referent with one more mention. `before` is None for a new one."""
    mention = resolution.mention
    referent = referent_of(resolution)
    assert referent is not None, "only a resolution that names an entity grows one"
    first = before is None
    kept = before or Referent(referent, getattr(resolution, "name", "") or bare_text(parse, mention), mention.type, number=mention.number)
    kept = replace(kept, last_number=max(number, kept.last_number), count=kept.count + 1)
    if mention.kind in ("pronoun", "speaker"):
        return _by_pronoun(kept, mention)
    members = getattr(resolution, "members", ()) or kept.members
    return _by_words(kept, parse, mention, owners=owners, members=members, first=first)


def _by_pronoun(kept: Referent, mention: Mention) -> Referent:
    gender = mention.gender if mention.kind == "pronoun" and mention.head_lemma not in INDEPENDENT else None
    person = gender in ("m", "f") and kept.type == "thing"
    return replace(kept, gender=kept.gender or gender, type="person" if person else kept.type)


def _by_words(
    kept: Referent, parse: Parse, mention: Mention, *, owners: Mapping[int, str | None], members: tuple[str, ...], first: bool
) -> Referent:
    text = bare_text(parse, mention)
    named = mention.kind == "name" and not mention.members
    owner = owners.get(mention.possessor) if mention.possessor is not None else None
    relations = kept.relations if owner is None else (*kept.relations, (mention.head_lemma, owner))
    renamed = named and not is_proper(kept.name) and mention.definiteness != "indefinite"
    return replace(
        kept,
        name=text if renamed else kept.name,
        aliases=tuple(dict.fromkeys((*kept.aliases, text))),
        type=mention.type if kept.type == "thing" and not members else kept.type,
        gender=mention.gender or kept.gender,
        number="plural" if members else mention.number if first else kept.number,
        heads=kept.heads | heads_of(parse, mention),
        attributes=kept.attributes | frozenset(mention.modifiers),
        relations=tuple(dict.fromkeys(relations)),
        members=members,
    )
