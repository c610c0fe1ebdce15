"""Shares, their bootstrap and their intervals are what a few lines of arithmetic give."""

import zlib

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from cityanalysis.study import shares

ROWS = pd.DataFrame({"a": [1.0, 1.0, 0.0, 0.5], "b": [0.0, 0.0, 1.0, 0.5]})


def test_draws_are_sums_of_rows_drawn_with_replacement():
    """Each group is drawn by its own seed, as often as it has rows, and by default 2,000 times."""
    drawn = shares.resample(ROWS, pd.Series(["x", "x", "x", "y"]))
    times = np.random.default_rng([1, zlib.crc32(b"x")]).multinomial(3, [1 / 3] * 3, size=2000)
    assert list(drawn) == ["x", "y"]
    assert np.array_equal(drawn["x"], times @ ROWS.to_numpy()[:3])
    assert drawn["y"].tolist() == [[0.5, 0.5]] * 2000


def test_a_group_does_not_depend_on_the_others():
    """Its draws are the same alone; another name gives other draws of the same rows."""
    by = pd.Series(["x", "y"] * 4)
    rows = pd.concat([ROWS, ROWS], ignore_index=True)
    both = shares.resample(rows, by, draws=50)
    alone = shares.resample(rows[by == "y"], by[by == "y"], draws=50)
    assert np.array_equal(both["y"], alone["y"])
    renamed = shares.resample(rows[by == "y"], pd.Series("z", index=by.index[by == "y"]), draws=50)
    assert not np.array_equal(renamed["z"], alone["y"])


def test_groups_go_by_place_and_not_by_index():
    """The group of a row is that in its place, whatever the index of the rows is."""
    drawn = shares.resample(ROWS.set_axis([7, 7, 8, 9]), pd.Series(["x", "x", "x", "y"], index=[7, 7, 8, 9]), draws=5)
    assert drawn["y"].tolist() == [[0.5, 0.5]] * 5


def test_bounds_are_the_central_ninety_percent():
    """Along the first axis, of any shape."""
    drawn = np.arange(21.0)
    assert shares.bounds(drawn).tolist() == [1.0, 19.0]
    assert shares.bounds(np.stack([drawn, 10 * drawn], axis=1)).tolist() == [[1.0, 10.0], [19.0, 190.0]]
    assert shares.bounds(drawn[:, None, None] * np.ones((21, 2, 3))).shape == (2, 2, 3)


@pytest.mark.filterwarnings("error")
def test_bounds_leave_missing_values_out():
    """Of a column of missing values, or of no draw at all, the bounds are missing, without a warning."""
    drawn = np.stack([[*np.arange(21.0), np.nan], np.full(22, np.nan)], axis=1)
    assert np.array_equal(shares.bounds(drawn), [[1, np.nan], [19, np.nan]], equal_nan=True)
    assert np.array_equal(shares.bounds(np.empty((0, 2))), np.full((2, 2), np.nan), equal_nan=True)


def test_table():
    """Shares are parts of the group's sum, their bounds those of the drawn sums; a row alone has no interval."""
    by = pd.Series(["y", "y", "y", "x"])
    found = shares.table(ROWS, by)
    assert tuple(found) == shares.COLUMNS
    assert found[["group", "label"]].to_numpy().tolist() == [["x", "a"], ["x", "b"], ["y", "a"], ["y", "b"]]
    assert found["share"].tolist() == [0.5, 0.5, pytest.approx(2 / 3), pytest.approx(1 / 3)]
    assert found["n"].tolist() == [1, 1, 3, 3]
    assert found.loc[:1, ["low", "high"]].isna().all(axis=None)
    assert shares.table(ROWS[1:3], by[1:3]).loc[0, ["low", "high"]].tolist() == [0, 1]  # two rows have one
    drawn = shares.resample(ROWS, by)["y"] / 3
    low, high = np.quantile(drawn, [0.05, 0.95], axis=0)
    assert found.loc[2:, "low"].tolist() == pytest.approx(low.tolist())
    assert found.loc[2:, "high"].tolist() == pytest.approx(high.tolist())


def test_a_group_of_zeros_has_no_shares():
    """Shares of nothing are missing, and n is 0."""
    found = shares.table(0 * ROWS, pd.Series(["x"] * 4))
    assert found[["share", "low", "high"]].isna().all(axis=None)
    assert found["n"].tolist() == [0, 0]


def test_the_interval_has_the_width_of_theory():
    """Of a hundred units, half of them of each label, it is that of a binomial share."""
    rows = pd.DataFrame({"a": [1, 0] * 50, "b": [0, 1] * 50})
    found = shares.table(rows, pd.Series(["x"] * 100)).loc[0]
    assert [found["low"], found["high"]] == pytest.approx([0.5 - 1.645 * 0.05, 0.5 + 1.645 * 0.05], abs=0.011)


def test_proportions_are_along_the_last_axis():
    """They are parts of the sum of each row, missing where this is 0."""
    found = shares.proportions([[1, 3], [0, 0], [2, 0]])
    assert np.array_equal(found, [[0.25, 0.75], [np.nan, np.nan], [1, 0]], equal_nan=True)


def test_rank_correlation_is_that_of_scipy(monkeypatch):
    """Ties count as in Spearman's rho, also within each draw; the last row is the mean over labels."""
    monkeypatch.setattr(shares, "DRAWS", 40)
    rng = np.random.default_rng(5)
    first, second = (pd.DataFrame(rng.integers(0, 4, (9, 2)) / 10, columns=["a", "b"]) for _ in "12")
    found = shares.rank_correlation(first, second).set_index("label")
    drawn = [np.arange(9), *np.random.default_rng(1).integers(9, size=(40, 9))]
    rho = np.array(
        [[spearmanr(first[k].to_numpy()[i], second[k].to_numpy()[i]).statistic for k in "ab"] for i in drawn]
    )
    rho = np.column_stack([rho, rho.mean(axis=1)])
    assert found["rho"].to_numpy() == pytest.approx(rho[0])
    low, high = np.quantile(rho[1:], [0.05, 0.95], axis=0)
    assert found["low"].tolist() == pytest.approx(low.tolist())
    assert found["high"].tolist() == pytest.approx(high.tolist())
    assert found.index.tolist() == ["a", "b", "all"]
    assert found["n"].tolist() == [9, 9, 9]


def test_rank_correlation_goes_by_unit_and_label():
    """Units and labels are found by name; units that are missing somewhere are left out."""
    first = pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0, 9.0], "b": [1.0, 2.0, 3.0, 4.0, np.nan]}, index=list("stuvw"))
    second = pd.DataFrame({"b": [4, 3, 2, 1], "a": [4, 3, 2, 1]}, index=list("vuts")).drop("s")
    found = shares.rank_correlation(first, second)
    assert found["rho"].tolist() == [1, 1, 1]
    assert found["n"].tolist() == [3, 3, 3]


def test_a_label_of_one_value_has_no_correlation():
    """It is missing, and the mean is over the others."""
    first = pd.DataFrame({"a": [1.0, 2.0, 3.0], "b": [1.0, 1.0, 1.0]})
    rho = shares.rank_correlation(first, first)["rho"].tolist()
    assert rho == [pytest.approx(1), pytest.approx(np.nan, nan_ok=True), pytest.approx(1)]


def test_legible():
    """A number and its interval in one cell, groups and labels in the order in which they came, gaps empty."""
    rows = [("y", "b", 0.5, 0.25, 0.754), ("y", "a", 0.126, np.nan, np.nan), ("x", "b", np.nan, np.nan, np.nan)]
    found = shares.legible(pd.DataFrame(rows, columns=["group", "label", "share", "low", "high"]))
    assert found.index.tolist() == ["y", "x"]
    assert found.columns.tolist() == ["b", "a"]
    assert found.to_numpy().tolist() == [["0.50 [0.25, 0.75]", "0.13"], ["", ""]]


def test_dealing_stays_within_groups():
    """Rows change places inside their group only, and each comes once."""
    groups, rng = pd.Series(list("abbacab")), np.random.default_rng(0)
    orders = [*shares.deals(groups, 200, rng=rng)]
    assert all(groups.iloc[order].tolist() == groups.tolist() and sorted(order) == list(range(7)) for order in orders)
    assert len({tuple(order) for order in orders}) == 36
