"""The model of antecedents: what its figures promise, how it is fitted, and how its confidence is put right."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlp import ranker
from nlp.antecedent_examples import Decision, Example, Row, decisions, play
from nlp.calibration import calibration_error, confidence, figures, share
from nlp.pipeline import Pipeline
from nlp.train_agreement import Dialogue, Marked
from nlp.train_ranker import FAMILIES, calibrate, fit, learnable, shares

scores = st.lists(st.floats(-20, 20), min_size=1, max_size=8).map(lambda s: sorted(s, reverse=True))
PRIOR = {family: {"near": 0.0, "rare": 0.0} for family in FAMILIES}


def test_every_family_has_weights() -> None:
    assert {*FAMILIES, "sure pronoun", "sure nominal"} <= ranker.weights().keys()


def test_what_has_no_weight_counts_for_nothing() -> None:
    assert ranker.score("it", {"never heard of": 5.0}) == 0.0


@given(scores, st.integers(0, 60), st.sampled_from(["pronoun", "nominal"]), st.sampled_from(FAMILIES))
def test_confidence_is_a_probability(ordered: list[float], view: int, sort: str, family: str) -> None:
    assert 0.0 < share(ordered) <= 1.0
    assert 0.0 <= confidence(sort, figures(ordered, view, family, {"turns": 2.0})) <= 1.0


@given(st.floats(0, 5), st.floats(0, 5), st.sampled_from(["pronoun", "nominal"]), st.sampled_from(FAMILIES))
def test_a_wider_lead_is_surer(one: float, other: float, sort: str, family: str) -> None:
    narrow, wide = sorted((one, other))
    sure = [confidence(sort, figures([0.0, -gap], 4, family, {})) for gap in (narrow, wide)]
    assert sure[0] <= sure[1] + 1e-12


@given(st.lists(st.tuples(st.floats(-9, 9), st.integers(0, 3)), min_size=4, max_size=20))
def test_shares_of_each_group_sum_to_one(rows: list[tuple[float, int]]) -> None:
    groups = np.array([g for _, g in rows])
    sums = np.bincount(groups, shares(np.array([s for s, _ in rows]), groups, 4), 4)
    assert all(math.isclose(s, 1.0) or s == 0.0 for s in sums)


def examples(count: int, *, right: bool = True) -> list[Example]:
    """Pronouns of two candidates, of which the near one is meant."""
    rows = (Row({"near": 1.0}, float(right)), Row({"near": 0.0}, float(not right)))
    return [Example("vispro", str(n), "it", rows, False, 3) for n in range(count)]


def test_a_fit_learns_what_is_shown_and_is_the_same_again() -> None:
    shown = examples(400)
    fitted = fit(shown, PRIOR, FAMILIES)
    assert fitted["it"]["near"] > 0.2
    assert fitted["it"]["rare"] == 0.0
    assert fitted == fit(shown, PRIOR, FAMILIES)


def test_little_data_moves_little_from_the_prior() -> None:
    assert 0.0 <= fit(examples(2), PRIOR, FAMILIES)["it"]["near"] < 0.1


def test_a_family_is_learnt_only_where_it_holds_for_every_source() -> None:
    agreed = [*examples(400), *(e._replace(source="litbank") for e in examples(400))]
    disputed = [*examples(400), *(e._replace(source="litbank") for e in examples(400, right=False))]
    prior = PRIOR | {"it": {"near": -0.1, "rare": 0.0}}
    assert learnable(agreed, prior) == ("it",)
    assert learnable(disputed, prior) == ()
    assert fit(disputed, prior, ())["it"] == prior["it"]


def test_calibration_says_how_often_it_is_right() -> None:
    told = figures([3.0, 0.0], 3, "it", {})
    noun = figures([3.0, 0.0], 3, "nominal", {"name": 1.0})
    decided = [Decision("vispro", "1", sort, 0.5, n < 70, said) for sort, said in (("pronoun", told), ("name", noun)) for n in range(100)]
    unscored = [Decision("vispro", "1", "pronoun", 0.7, False, None)] * 50  # a rule's: no part of what is fitted
    sure = calibrate([*decided, *unscored])
    for sort, said in (("pronoun", told), ("nominal", noun)):
        chance = 1 / (1 + math.exp(-sum(sure[f"sure {sort}"][n] * v for n, v in said.items())))
        assert abs(chance - 0.7) < 0.02


def test_calibration_error() -> None:
    assert calibration_error([(0.95, True)] * 19 + [(0.95, False)]) < 1e-9
    assert math.isclose(calibration_error([(0.95, False)] * 4), 0.95)


def test_what_was_decided_is_judged_by_what_is_marked(pipeline: Pipeline) -> None:
    marked = [_mark(0, 0, 7, "nominal", []), _mark(1, 0, 2, "pronoun", [_mark(0, 3, 7, "nominal", [])])]
    texts = ("My cello broke.", "It fell.")
    shown: Dialogue = {"id": "1", "source": "own", "turns": [{"speaker": "customer", "text": t} for t in texts], "mentions": marked}
    found = decisions(shown, play(pipeline, shown))
    assert [(d.sort, d.right) for d in found] == [("pronoun", True)]
    assert found[0].told is not None
    assert math.isclose(found[0].sure, confidence("pronoun", found[0].told))


def _mark(turn: int, start: int, end: int, kind: str, back: list[Marked]) -> Marked:
    return {"turn": turn, "start": start, "end": end, "text": "", "kind": kind, "antecedents": back}
