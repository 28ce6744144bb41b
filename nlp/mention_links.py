"""How the noun phrases of one turn hang together: who owns what, who is a member of which group, which two name the same.

Knows the tree and the phrases of one turn; nothing of earlier turns or of memory.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from nlp.function_words import NOMINATIVE
from nlp.introductions import introduced
from nlp.kinds import is_kind
from nlp.number_words import number_of
from nlp.ownership import is_owner
from nlp.syntax import SUBJECTS, Tree, starting
from nlp.types import Mention

_NAMING = frozenset(["name", "call", "dub", "nickname"])
_UNSURE = frozenset(["not", "n't", "never", "maybe", "perhaps", "might", "may", "could", "would"])


def link(tree: Tree, text: str, mentions: tuple[Mention, ...]) -> tuple[Mention, ...]:
    """The mentions with `possessor`, `same_as` and the speaker's own name (`person` 1, or role "vocative" for a greeted name)."""
    heads = {m.head: m for m in mentions if not m.members}
    mentions = tuple(_announcing(tree, text, m, mentions) for m in mentions)
    linked = [replace(m, possessor=_possessor(tree, m, heads)) for m in mentions]
    same = {**_appositions(tree, heads), **_copulas(tree, heads), **_naming(tree, heads)}
    linked = [replace(m, same_as=m.same_as or _host(tree, m, heads) if m.members else same.get(m.index)) for m in linked]
    linked = [_as_the_named(tree, m, linked) for m in linked]
    return introduced(tree, text, tuple(linked))


def _as_the_named(tree: Tree, mention: Mention, mentions: Sequence[Mention]) -> Mention:
    """ "My wife's name is Marine", "our plumber Ozzie": whatever the word may mean elsewhere, it is of the kind of who is called by it."""
    named = mentions[mention.same_as] if mention.same_as is not None else None
    if named is None:
        return mention
    subject = tree.child(tree.tokens[mention.head].head, "nsubj")
    is_told = subject is not None and tree.tokens[subject].lemma.lower() == "name" and named.head != subject
    beside = mention.kind == "name" and named.kind == "nominal" and tree.tokens[mention.head].dep == "appos"
    if not is_told and not (beside and named.type in ("person", "animal") and mention.type != "organisation"):
        return mention
    return replace(mention, type=named.type, person=named.person)


def _host(tree: Tree, group: Mention, heads: Mapping[int, Mention]) -> int | None:
    """ "our neighbors Linh and Bao": the group renames the neighbors."""
    token = tree.tokens[group.head]
    beside = _read_as_second_subject(tree, group.head) if token.dep == "nsubj" and token.pos == "PROPN" else -1
    if beside in heads and heads[beside].number == "plural":
        return heads[beside].index  # "my twins Ezra and Noemi turn sixteen"
    if (counted := _counted_before(tree, group, heads)) is not None:
        return counted
    host = heads.get(token.head)
    listed = host is not None and host.definiteness == group.definiteness == "indefinite"  # "three cabins a galley and two decks"
    return host.index if token.dep == "appos" and host and host.number == "plural" and not listed else None


def _counted_before(tree: Tree, group: Mention, heads: Mapping[int, Mention]) -> int | None:
    """ "My three tenants, Bo, Ana and Tom": the noun right before them that counts them, wherever the parser hangs them."""
    start = min(heads[h].span.start for h in heads if heads[h].index in group.members)
    before = [m for m in heads.values() if _count(tree, m) == len(group.members) and m.kind == "nominal" and m.span.end <= start]
    last = max(before, key=lambda m: (m.span.end, m.span.start), default=None)
    between = [] if last is None else [t.text for t in tree.tokens if last.span.end <= t.span.start < start]
    named = group.kind == "name" and between in ([], [","], [":"], ["-"])
    return last.index if last is not None and named else None


def _count(tree: Tree, mention: Mention) -> int | None:
    """Two of "the two drivers"."""
    number = tree.child(mention.head, "nummod")
    said = tree.tokens[number].text if number is not None else ""
    counted = int(said) if said.isdecimal() else number_of(said)
    return None if counted is None else int(counted)


def _announcing(tree: Tree, text: str, group: Mention, mentions: Sequence[Mention]) -> Mention:
    """ "The two drivers, Mr. Amsel and Mr. Roache": the noun that counts those who follow is none of them."""
    if len(group.members) < 3:
        return group
    first, *others = (mentions[m] for m in group.members)
    counts = _count(tree, first)
    named = all(m.kind == "name" for m in others) and first.kind == "nominal" and first.number == "plural"
    apart = text[first.span.end : others[0].span.start].strip() == ","
    several = counts == len(others) or (
        counts is None and first.type in ("person", "animal") and first.definiteness in ("definite", "possessive")
    )
    return replace(group, members=tuple(m.index for m in others), same_as=first.index) if named and apart and several else group


def _possessor(tree: Tree, mention: Mention, heads: Mapping[int, Mention]) -> int | None:
    if mention.members:
        return None
    owner = tree.child(mention.head, "poss")
    if owner is None or owner not in heads or heads[owner].span.start < mention.span.start:
        return None
    return heads[owner].index


def _appositions(tree: Tree, heads: Mapping[int, Mention]) -> dict[int, int]:
    """ "my wife Dana": Dana renames my wife."""
    found: dict[int, int] = {}
    for head, mention in heads.items():
        token = tree.tokens[head]
        host = heads.get(token.head)
        listed = host and _is_next_of_list(host, mention)
        plural = host and host.number == "plural" and mention.number == "singular"
        grouped = listed or plural or (host and (_is_within(host, mention) or _is_given(tree, host, mention))) or _is_gapped(tree, head)
        kin = heads.get(_read_as_second_subject(tree, head)) if token.dep == "nsubj" and mention.kind == "name" else None
        if kin is not None and kin.number == mention.number:
            found[mention.index] = kin.index
        if token.dep == "appos" and host and not grouped and not _asks_identity(tree, token.head) and mention.kind != "pronoun":
            found[mention.index] = host.index
    return found


def _is_next_of_list(host: Mention, mention: Mention) -> bool:
    """ "A sedan, a pickup and a van", "the garden menu, the harbor menu": what has the same noun with other words renames nothing."""
    told_apart = host.head_lemma == mention.head_lemma and host.kind == mention.kind == "nominal" and host.modifiers != mention.modifiers
    return told_apart or host.definiteness == mention.definiteness == "indefinite"


def _is_within(host: Mention, mention: Mention) -> bool:
    """ "Mecca, Saudi Arabia": a place and what it lies in."""
    return host.type == mention.type == "place" and host.kind == mention.kind == "name"


def _is_given(tree: Tree, host: Mention, mention: Mention) -> bool:
    """ "… and my partner Rufina the spin class": what somebody has or wants, after their name without a comma."""
    first = next((t.i for t in starting(tree.tokens, mention.span)), 0)
    someone = any(is_kind(mention.head_lemma, kind) for kind in ("person", "animal"))  # "Rex the terrier"
    what = mention.kind == "nominal" and not someone and mention.definiteness in ("definite", "indefinite")
    return what and host.type == "person" and first > 0 and tree.tokens[first - 1].pos == "PROPN"


def _read_as_second_subject(tree: Tree, head: int) -> int:
    """ "My father-in-law Renato put in …": the noun right before a name that shares its verb; -1 where there is none."""
    before = tree.tokens[head - 1] if head else None
    noun = before is not None and before.pos == "NOUN" and before.dep == "nsubj" and before.head == tree.tokens[head].head
    return head - 1 if noun else -1


def _is_gapped(tree: Tree, head: int) -> bool:
    """ "My father wants the front seat and my mother the aisle one", "he eats meat; she, vegetarian": what she wants, not what she is
    called."""
    token = tree.tokens[head]
    after = tree.tokens[head + 1] if head + 1 < len(tree.tokens) else None
    one = token.lemma == "one" or (after is not None and after.lemma == "one" and after.head == head)
    host = tree.tokens[token.head]
    return one or (host.text.lower() in NOMINATIVE and host.dep not in SUBJECTS and not token.text[:1].isupper())


def _asks_identity(tree: Tree, host: int) -> bool:
    """ "Is your manager Dana?", where the name was read as an apposition."""
    verb = tree.tokens[host].head
    asked = tree.tokens[verb].lemma == "be" and verb < host and tree.child(verb, "attr", "acomp", "advmod", "prep") is None
    return tree.tokens[host].dep == "nsubj" and asked


def _copulas(tree: Tree, heads: Mapping[int, Mention]) -> dict[int, int]:
    """ "My lawyer is Denise", "her name's Biscuit", "it's a Bosch"."""
    found: dict[int, int] = {}
    for head, mention in heads.items():
        token = tree.tokens[head]
        if mention.value is not None:
            continue
        whose = tree.child(head, "case") is not None or is_owner(tree.tokens, head)  # "the red one is my neighbor's"
        if token.dep == "attr" and not whose and _is_plain_copula(tree, token.head):
            subject = tree.child(token.head, "nsubj")
            several = tree.child(head, "conj") is not None  # "the tenants are Mei, Carlos and Birgit": she is one of them
            if subject is not None and subject in heads and subject < token.head and not (several and mention.kind == "name"):
                found[mention.index] = _named(tree, subject, heads)
        owner = tree.child(head, "poss")  # "Her name's Biscuit", read as a possessive
        if token.pos == "PROPN" and owner is not None and owner in heads and tree.tokens[owner].lemma.lower() == "name":
            found[mention.index] = _named(tree, owner, heads)
    return found


def _named(tree: Tree, subject: int, heads: Mapping[int, Mention]) -> int:
    """Of "her name", "the name of my tutor" it is she, the tutor, who is named."""
    of = next((c for c in tree.all(subject, "prep") if tree.tokens[c].lemma == "of"), None)
    owner = tree.child(subject, "poss") if of is None else tree.child(of, "pobj")
    if tree.tokens[subject].lemma.lower() == "name" and owner is not None and owner in heads:
        return heads[owner].index
    return heads[subject].index


def _is_plain_copula(tree: Tree, verb: int) -> bool:
    if tree.tokens[verb].lemma not in ("be", "'s", "’s"):
        return False
    after = [tree.tokens[c] for c in tree.children[verb]]
    asked = any(t.text == "?" for t in after) or any(t.dep == "aux" and t.i < verb and t.tag == "MD" for t in after)
    return not asked and not any(t.dep == "neg" or t.text.lower() in _UNSURE for t in after)


def _naming(tree: Tree, heads: Mapping[int, Mention]) -> dict[int, int]:
    """ "a guy named Teo", "my cat is called Pixel", "we call him Bo"."""
    found: dict[int, int] = {}
    for head, mention in heads.items():
        token = tree.tokens[head]
        if token.dep not in ("oprd", "dobj", "attr", "ccomp", "xcomp") or tree.tokens[token.head].lemma not in _NAMING:
            continue
        verb = tree.tokens[token.head]
        named = verb.head if verb.dep == "acl" else tree.child(verb.i, "nsubjpass")
        if named is None:
            objects = [c for c in tree.all(verb.i, "dobj") if c != head]
            named = objects[0] if objects and token.dep in ("oprd", "attr", "xcomp") else None
        if named is not None and named in heads and named != head:
            found[mention.index] = heads[named].index
    return found
