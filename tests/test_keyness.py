"""Association, against another implementation and by hand."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from cityanalysis import keyness

CELL = st.integers(1, 100_000)


@given(CELL, CELL, CELL, CELL)
def test_g2_is_that_of_scipy(a, b, c, d):
    """G² is that of scipy's test, but for the sign, which says whether the first cell is more than expected."""
    expected = chi2_contingency([[a, b], [c, d]], correction=False, lambda_="log-likelihood")
    found = keyness.log_likelihood(a, b, c, d)
    # Sums of n log n cancel: what is left is exact to about the last bits of the largest.
    assert abs(found) == pytest.approx(expected.statistic, rel=1e-6, abs=1e-6)
    if expected.statistic > 1e-3:
        assert (found > 0) == (a * d > b * c)


def test_g2_with_empty_cells():
    """Cells of nothing add nothing: of twelve passages five have both and five neither; ln 2 each way."""
    assert keyness.log_likelihood(5, 0, 0, 5) == pytest.approx(20 * math.log(2))
    assert keyness.log_likelihood(0, 5, 5, 0) == pytest.approx(-20 * math.log(2))


def test_g2_of_independence_is_nought():
    """Where the cells are as expected there is no evidence, and none below nought by rounding."""
    assert keyness.log_likelihood(3, 6, 4, 8) == pytest.approx(0, abs=1e-9)


def test_g2_of_many_tables_at_once():
    """Arrays go through cell by cell, numbers with them."""
    found = keyness.log_likelihood([10, 5], 10, np.array([10, 5]), [970, 5])
    assert found == pytest.approx([keyness.log_likelihood(10, 10, 10, 970), keyness.log_likelihood(5, 10, 5, 5)])


def items_of(**passages):
    """Return passages and their items, a letter each, as a table."""
    rows = [(passage, item) for passage, items in passages.items() for item in items]
    return pd.DataFrame(rows, columns=["passage_id", "item"], dtype=str)


def test_collocations_by_hand():
    """Of four passages two have both x and y, one x only, one z: all measures, worked out."""
    found = keyness.collocations(items_of(a="xy", b="yx", c="x", d="z"), least=2)
    assert found.columns.tolist() == ["first", "second", "n", "n_first", "n_second", "g2", "log_ratio", "npmi"]
    assert found[["first", "second", "n", "n_first", "n_second"]].to_numpy().tolist() == [["x", "y", 2, 3, 2]]
    # Both 2, x only 1, y only 0, neither 1; expected 3/2, 3/2, 1/2, 1/2.
    assert found.loc[0, "g2"] == pytest.approx(2 * (2 * math.log(4 / 3) + math.log(2 / 3) + math.log(2)))
    assert found.loc[0, "log_ratio"] == pytest.approx(math.log2((2.5 / 4) / (0.5 / 2)))
    assert found.loc[0, "npmi"] == pytest.approx(math.log(2 / 4 / (3 / 4 * 2 / 4)) / -math.log(2 / 4))


def test_collocations_count_an_item_once_a_passage():
    """Saying it twice in a passage is no more than saying it."""
    twice = keyness.collocations(items_of(a="xxyy", b="xyx", c="zx"), least=1)
    pd.testing.assert_frame_equal(twice, keyness.collocations(items_of(a="xy", b="xy", c="xz"), least=1))


@pytest.mark.parametrize(("least", "pairs"), [(1, ["xy", "xz"]), (2, ["xy"]), (3, [])])
def test_collocations_of_few_passages_are_left_out(least, pairs):
    """A pair stays from `least` passages on."""
    found = keyness.collocations(items_of(a="xy", b="xy", c="xz"), least=least)
    assert sorted(found["first"] + found["second"]) == pairs


def test_collocations_are_ordered_by_evidence():
    """The strongest evidence comes first, among equals the first in the dictionary."""
    found = keyness.collocations(items_of(a="xy", b="xy", c="pq", d="pq", e="xp", f="z"), least=1)
    assert (found["first"] + found["second"]).tolist() == ["pq", "xy", "px"]
    assert found["g2"].is_monotonic_decreasing
    assert found["g2"].iloc[0] == pytest.approx(found["g2"].iloc[1])


def test_collocations_that_are_always_together():
    """What stands in every passage is bound as closely as can be, which is no evidence."""
    found = keyness.collocations(items_of(a="xy", b="xy"), least=1)
    assert found[["g2", "npmi"]].to_numpy().tolist() == [[pytest.approx(0, abs=1e-9), 1.0]]


@pytest.mark.parametrize("passages", [{}, {"a": "x"}, {"a": "x", "b": "y"}])
def test_collocations_of_nothing(passages):
    """Without a pair there are no rows, but the columns."""
    found = keyness.collocations(items_of(**passages), least=1)
    assert len(found) == 0
    assert found.columns.tolist() == ["first", "second", "n", "n_first", "n_second", "g2", "log_ratio", "npmi"]


def test_collocations_of_long_items_are_whole():
    """An item is counted as it stands: blanks, capitals and marks are part of it."""
    items = pd.DataFrame({"passage_id": ["a", "a"], "item": ["Wi-Fi 6", "5G+工业互联网"]})
    found = keyness.collocations(items, least=1)
    assert found[["first", "second"]].to_numpy().tolist() == [["5G+工业互联网", "Wi-Fi 6"]]


@given(st.lists(st.text("wxyz", min_size=1, max_size=4), min_size=1, max_size=12))
def test_measures_lie_within_their_bounds(passages):
    """In any passages npmi lies between -1 and 1, all measures are numbers, and signs agree where there is evidence."""
    found = keyness.collocations(items_of(**{f"p{i}": items for i, items in enumerate(passages)}), least=1)
    assert found["npmi"].between(-1 - 1e-9, 1 + 1e-9).all()
    assert np.isfinite(found[["g2", "log_ratio", "npmi"]].astype(float).to_numpy()).all()
    assert (found["n"] <= found[["n_first", "n_second"]].min(axis=1)).all()
    strong = found[(found["g2"].abs() > 1e-6) & (found["npmi"] < 1)]
    assert (np.sign(strong["g2"].astype(float)) == np.sign(strong["npmi"].astype(float))).all()
