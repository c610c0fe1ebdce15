"""Means, intervals, ranks and distances by hand and against scipy."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from cityanalysis import charts, shares

INDEX = ["a#1", "a#2", "b#1", "b#2", "c#1"]
TABLE = pd.DataFrame({1: [1.0, 0.0, 0.4, 0.6, 0.2], 2: [0.0, 1.0, 0.6, 0.4, 0.8]}, index=INDEX)
GROUPS = pd.Series(["x", "x", "x", "x", "y"], INDEX)


def test_means_and_bounds():
    """Means are those of the units, intervals hold them, and one unit has none."""
    found = shares.by_group(TABLE, GROUPS).set_index(["group", "topic"])
    assert found.loc[("x", 1), "share"] == 0.5
    assert found.loc[("x", 1), "low"] < 0.5 < found.loc[("x", 1), "high"]
    assert found.loc[("y", 2), ["share", "units"]].tolist() == [0.8, 1]
    assert found.loc["y", ["low", "high"]].isna().all(axis=None)


def test_units_count_the_same_however_many_passages_they_have():
    """Three passages of one city and one of another make the mean of two cities."""
    table = TABLE.iloc[[0, 1, 2, 4]]
    units = pd.Series(["a", "a", "a", "c"], table.index)
    found = shares.by_group(table, pd.Series("x", table.index), units=units)
    assert found.loc[0, "share"] == pytest.approx(((1.0 + 0.0 + 0.4) / 3 + 0.2) / 2)
    assert found.loc[0, "units"] == 2


def test_passages_without_shares_or_group_are_left_out():
    """Missing values and passages without a group change no mean."""
    more = pd.concat([TABLE, pd.DataFrame({1: [np.nan, 0.9], 2: [np.nan, 0.1]}, index=["d#1", "d#2"])])
    groups = pd.concat([GROUPS, pd.Series({"d#1": "x"})])
    pd.testing.assert_frame_equal(shares.by_group(more, groups), shares.by_group(TABLE, GROUPS))
    with pytest.raises(ValueError, match="no passage with shares has a group"):
        shares.by_group(TABLE, pd.Series({"e#1": "x"}))


def test_intervals_cover():
    """Of samples of forty from a known distribution about 95 in 100 intervals hold the mean."""
    random = np.random.default_rng(1)
    hits = 0
    for _ in range(100):
        table = pd.DataFrame({1: random.beta(2, 5, 40)}, index=[f"a#{i}" for i in range(40)])
        row = shares.by_group(table, pd.Series("x", table.index), draws=300).iloc[0]
        hits += row["low"] <= 2 / 7 <= row["high"]
    assert 88 <= hits <= 99


def test_differences_by_hand():
    """A group's mean less that of all others; groups of one unit are turned away."""
    table = pd.DataFrame({1: [0.5, 0.7, 0.1, 0.3]})
    found = shares.difference(table, pd.Series(["x", "x", "y", "y"])).set_index("group")
    assert found["difference"].to_dict() == {"x": pytest.approx(0.4), "y": pytest.approx(-0.4)}
    assert found.loc["x", "low"] == pytest.approx(0.2)
    assert found.loc["x", "high"] == pytest.approx(0.6)
    with pytest.raises(ValueError, match=r"group 'x' has 3 units and 1 others"):
        shares.difference(table, pd.Series(["x", "x", "x", "y"]))


def test_ranks_are_those_of_scipy():
    """ρ of each topic is Spearman's, ties and all; the last row is the mean."""
    random = np.random.default_rng(0)
    first, second = (pd.DataFrame(random.integers(0, 6, (12, 3)) / 6) for _ in range(2))
    found = shares.agreement(first, second, draws=50)
    expected = [spearmanr(first[i], second[i]).statistic for i in range(3)]
    assert found["rho"].tolist() == pytest.approx([*expected, np.mean(expected)])
    assert (found["low"] <= found["high"]).all()


def test_agreement_of_unlike_tables_is_an_error():
    """Units and topics must be the same, and three at least."""
    first = pd.DataFrame({1: [0.1, 0.2, 0.3]})
    with pytest.raises(ValueError, match="different units or topics"):
        shares.agreement(first, first.set_axis([3, 2, 1]))
    with pytest.raises(ValueError, match="at least three"):
        shares.agreement(first.head(2), first.head(2))


def test_distances_by_hand():
    """Groups of like passages lie as far apart as their shares, whatever is drawn."""
    table = pd.DataFrame({1: [1.0, 1.0, 0.25, 0.25, 0.25]}, index=INDEX).assign(**{"2": lambda t: 1 - t[1]})
    found = shares.distances(table, pd.Series(list("xxyyy"), INDEX), size=2, draws=5)
    assert found.to_numpy().tolist() == [[0, 0.75], [0.75, 0]]
    with pytest.raises(ValueError, match="x: fewer than 3 passages"):
        shares.distances(table, pd.Series(list("xxyyy"), INDEX), size=3)


def test_distances_fall_with_the_number_of_passages():
    """Two halves of one population lie nearer to each other the more is drawn: why lengths are matched."""
    random = np.random.default_rng(0)
    table = pd.DataFrame(random.dirichlet([0.2] * 5, 200), index=[f"a#{i}" for i in range(200)])
    halves = pd.Series(["x", "y"] * 100, table.index)
    few, many = (shares.distances(table, halves, size=size).loc["x", "y"] for size in (5, 80))
    assert many < few / 2


def test_charts_show_the_tables():
    """What is drawn is what the tables say, in the order of the labels."""
    import matplotlib.pyplot as plt

    table = shares.by_group(TABLE, GROUPS)
    labels = pd.Series({2: "乙", 1: "甲"})
    ax, data = charts.intervals(table, labels, groups={"x": ("x", "#000000"), "y": ("y", "#ff0000")})
    assert [text.get_text() for text in ax.get_yticklabels()] == ["乙", "甲"]
    assert data.loc[1].tolist() == pytest.approx([0.5, 0.2])
    axes, data = charts.small_multiples(table, labels, columns=3)
    assert [ax.get_title(loc="left") for ax in axes.flat] == ["乙", "甲", ""]
    assert data.loc[2].tolist() == pytest.approx([0.5, 0.8])
    assert axes.flat[0].get_ylim()[0] == 0
    assert axes.flat[0].get_ylim()[1] >= table["high"].max()
    plt.close("all")
