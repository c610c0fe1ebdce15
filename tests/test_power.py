"""Simulated verdicts behave as theory says they must."""

import pandas as pd
import pytest

from cityanalysis import power

CLEAR = (0.7, 0.2, 0.1)


def test_outcomes_are_whole():
    """Every city drawn has one outcome."""
    found = power.simulate(CLEAR, passages=18, typed=0.7, cities=60, resamples=100)
    assert sum(found[kind] for kind in ("right", "leaning", "wrong", "mixed", "insufficient")) == pytest.approx(1)


def test_more_passages_show_more():
    """With more passages the interval narrows and the verdict is right more often."""
    few, many = (power.simulate(CLEAR, passages=n, typed=0.7, cities=100, resamples=100) for n in (18, 150))
    assert many["width"] < few["width"] / 2
    assert many["right"] > few["right"]


def test_too_few_are_insufficient():
    """Below the codebook's least number there is no verdict but that."""
    assert power.simulate(CLEAR, passages=11, typed=1, cities=20, resamples=50)["insufficient"] == 1


def test_equal_shares_seldom_give_a_verdict():
    """Where no model is the largest, a verdict for one stays rare."""
    found = power.simulate((1 / 3, 1 / 3, 1 / 3), passages=60, typed=0.8, cities=200, resamples=200)
    assert found["mixed"] > 0.5
    assert found["right"] == found["leaning"] == 0


def test_shares_must_sum_to_one():
    """The message says what they sum to."""
    with pytest.raises(ValueError, match=r"sum to 0\.9"):
        power.simulate((0.5, 0.2, 0.2), passages=10, typed=0.5)


def test_table():
    """A row a unit and mix, the same as simulated alone."""
    sizes = pd.DataFrame({"passages": [18], "typed": [0.7]}, index=["record"])
    found = power.table({"clear": CLEAR}, sizes, cities=30, resamples=50)
    alone = power.simulate(CLEAR, passages=18, typed=0.7, cities=30, resamples=50)
    assert found.loc[("record", "clear")].to_dict() == alone
