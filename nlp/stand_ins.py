"""Words that stand for a thing by its owner, its place or its kind: "mine", "there", "one".

Knows entities in view and the present parse. Chooses nothing: `coref` does, on these scores.
"""

import math
from dataclasses import replace

from nlp.agreement import profile
from nlp.known import Known, Stage
from nlp.pronoun_choice import Scored, score_candidates
from nlp.syntax import Tree
from nlp.types import Lexicon, Mention


def owned(stage: Stage, lexicon: Lexicon, word: str) -> list[Scored]:
    """ "mine", "hers": the things of that owner, those of the kind that is spoken of first."""
    owners = _owners(stage, lexicon, word)
    scored: list[Scored] = []
    for known in stage.recent():
        of = next((owners[o] for o in known.owners() if o in owners), None)
        if of is None or known.type == "person" or known.last is None:
            continue
        scored.append(Scored(known, of - 0.5 * known.last.back + _kind_in_focus(stage, known), (f"the one that is {word}",)))
    return sorted(scored, key=lambda s: -s.score)


def _owners(stage: Stage, lexicon: Lexicon, word: str) -> dict[str, float]:
    """Who may be meant, by id, with the log-probability that it is so."""
    speaks, listens = stage.discourse.customer, stage.discourse.business
    if stage.discourse.speaker == "agent":
        speaks, listens = listens, speaks
    if word in ("mine", "ours"):
        return {speaks: 0.0}
    if word == "yours":
        return {listens: 0.0}
    form = "she" if word == "hers" else "they"
    people = [k for k in stage.recent() if k.id not in (speaks, listens)]
    shares = {k.id: profile(k, lexicon)[form] for k in people}
    return {id: math.log(share) for id, share in shares.items() if share > 0.05}


def _kind_in_focus(stage: Stage, known: Known) -> float:
    """More for what is of the kind that the last definite things were of."""
    others = [k for k in stage.recent() if k.id != known.id and k.type == known.type and k.owners() and k.type != "person"]
    return 1.0 if others and known.type != "thing" else 0.0


def places(stage: Stage, tree: Tree, lexicon: Lexicon, mention: Mention) -> list[Scored]:
    """ "there": where somebody may be or go; of "the tenant there" the place that has such."""
    fitting = [s for s in score_candidates(stage, tree, lexicon, mention) if s.said is None and _is_somewhere(s.known)]
    head = tree.tokens[tree.tokens[mention.head].head]
    if head.pos != "NOUN":
        return fitting
    near = [(s, max(lexicon.similarity(head.lemma, h) for h in sorted(s.known.heads))) for s in fitting if s.known.heads]
    return sorted((replace(s, score=s.score + 3.0 * alike) for s, alike in near), key=lambda s: -s.score)


def _is_somewhere(known: Known) -> bool:
    """A place, a meeting, or where something was said to be or to go."""
    if known.type in ("place", "event", "organisation"):
        return True
    within = [s for s in known.seen if s.mention.role == "oblique" and not s.is_pronoun]
    governors = (s.parse.tokens[s.parse.tokens[s.mention.head].head] for s in within)
    return known.type not in ("person", "animal") and any(g.lemma.lower() in ("at", "in", "to", "into") for g in governors)


def kinds(stage: Stage, tree: Tree, lexicon: Lexicon, mention: Mention) -> list[Scored]:
    """What "one" can stand for the noun of: it was called by a common noun."""
    return [s for s in score_candidates(stage, tree, lexicon, mention) if s.said is None and _has_noun(s.known)]


def _has_noun(known: Known) -> bool:
    return any(s.mention.kind == "nominal" and not s.mention.members and s.mention.head_lemma not in ("one", "ones") for s in known.seen)
