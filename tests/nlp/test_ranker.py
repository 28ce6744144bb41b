"""The model of antecedents: what its figures promise, how it is fitted, and how its confidence is put right."""

import math

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlp import ranker
from nlp.antecedent_examples import Example, Row
from nlp.calibration import confidence, share
from nlp.train_ranker import FAMILIES, calibrate, choices, fit, learnable, shares
from tests.benchmarks.reliability import Choice, calibration_error

scores = st.lists(st.floats(-20, 20), min_size=1, max_size=8).map(lambda s: sorted(s, reverse=True))
PRIOR = {family: {"near": 0.0, "rare": 0.0} for family in FAMILIES}


def test_every_family_has_weights() -> None:
    assert {*FAMILIES, "sure pronoun", "sure nominal"} <= ranker.weights().keys()


def test_what_has_no_weight_counts_for_nothing() -> None:
    assert ranker.score("it", {"never heard of": 5.0}) == 0.0


@given(scores, st.integers(0, 60), st.sampled_from(["pronoun", "nominal"]))
def test_confidence_is_a_probability(ordered: list[float], view: int, family: str) -> None:
    assert 0.0 < share(ordered) <= 1.0
    assert 0.0 <= confidence(family, ordered, view) <= 1.0


@given(st.floats(0, 5), st.floats(0, 5), st.sampled_from(["pronoun", "nominal"]))
def test_a_wider_lead_is_surer(one: float, other: float, family: str) -> None:
    narrow, wide = sorted((one, other))
    assert confidence(family, [0.0, -narrow], 4) <= confidence(family, [0.0, -wide], 4) + 1e-12


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
    weights = {family: {"near": 3.0} for family in FAMILIES}
    shown = [*examples(70), *examples(30, right=False)]
    nouns = [e._replace(family="nominal") for e in shown]
    sure = calibrate([*shown, *nouns], weights)
    _, ordered, _ = choices(shown, weights)[0]
    told = {
        "always": 1.0,
        "share": math.log(share(ordered) / (1 - share(ordered))),
        "candidates": math.log(2),
        "crowd": math.log(4),
        "best": 3.0,
    }
    chance = 1 / (1 + math.exp(-sum(sure["sure pronoun"][n] * v for n, v in told.items())))
    assert abs(chance - 0.7) < 0.02


def test_calibration_error() -> None:
    assert calibration_error([Choice(0.95, True)] * 19 + [Choice(0.95, False)]) < 1e-9
    assert math.isclose(calibration_error([Choice(0.95, False)] * 4), 0.95)
