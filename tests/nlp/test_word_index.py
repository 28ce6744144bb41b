"""The words that entities of memory are called by: kept up from turn to turn, they are what they would be made anew."""

from hypothesis import given
from hypothesis import strategies as st

from nlp.types import Referent
from nlp.word_index import kept_up

WORDS = st.sampled_from(["truck", "Ana", "Ana Reyes", "red boat", "boat", "Reyes"])
REFERENTS = st.builds(
    Referent,
    id=st.just(""),
    name=WORDS,
    type=st.just("thing"),
    aliases=st.lists(WORDS, max_size=2).map(tuple),
    heads=st.frozensets(st.sampled_from(["truck", "boat"]), max_size=2),
)


@given(st.lists(REFERENTS, max_size=5), st.lists(REFERENTS, max_size=5), st.lists(st.integers(0, 4)), st.booleans())
def test_kept_up_is_as_made_anew(before: list[Referent], more: list[Referent], changed: list[int], turned: bool) -> None:
    old = {f"e{n}": each for n, each in enumerate(before)}
    new = dict(reversed(old.items())) if turned else dict(old)
    new |= {f"n{n}": each for n, each in enumerate(more)}
    for n in changed:
        if f"e{n}" in new and n < len(more):
            new[f"e{n}"] = more[n]
    index = kept_up((old, kept_up(None, old)), new)
    assert {word: set(places) for word, places in index.items() if places} == {
        word: set(places) for word, places in kept_up(None, new).items() if places
    }


def test_of_one_word_memory_s_order_is_kept() -> None:
    referents = {id: Referent(id, name, "person") for id, name in (("a", "Ana Reyes"), ("b", "Leo"), ("c", "Ana Cruz"))}
    assert [id for _, id in sorted(kept_up(None, referents)["ana"])] == ["a", "c"]
    later = {**referents, "a": Referent("a", "Eva Reyes", "person")}
    assert [id for _, id in kept_up((referents, kept_up(None, referents)), later)["ana"]] == ["c"]
