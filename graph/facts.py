"""A turn -> changes of memory: what it says, answers, picks and puts right, entered fact by fact. Pure."""

from collections.abc import Mapping, Sequence

from graph.answered import answered
from graph.arrangements import arranged
from graph.choices import chosen
from graph.clauses import drafts
from graph.corrections import put_right
from graph.drafts import Draft, Heard
from graph.ledger import Changes, Ledger
from graph.model import Fact, FactId
from graph.rewrites import rewritten


def derive(heard: Heard, facts: Mapping[FactId, Fact]) -> Changes:
    """What the turn changes in `facts` (all stored ones of the customer)."""
    known = facts.values()
    said = put_right(heard, arranged(heard, drafts(heard), known), known)
    return entered(heard, rewritten(heard, [*said, *answered(heard), *chosen(heard)], known), facts)


def entered(heard: Heard, found: Sequence[Draft], facts: Mapping[FactId, Fact]) -> Changes:
    """What these drafts of the turn change in `facts`, one after the other."""
    ledger = Ledger(heard, facts)
    for draft in found:
        ledger.enter(draft)
    return ledger.changes()
