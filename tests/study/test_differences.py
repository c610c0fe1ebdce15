"""Tests deal at random what they should, and variances are what a few lines of arithmetic give."""

import itertools

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2_contingency, kstest, multivariate_normal, norm

from cityanalysis.study import differences, shares

REGION = pd.Series(list("NNSSE"), list("abcde"))
PAIRS = [("a", "v", 9, 1), ("a", "w", 6, 2), ("b", "v", 2, 3), ("b", "u", 5, 5), ("c", "w", 1, 9), ("c", "u", 8, 22)]
PAIRS += [("d", "v", 4, 6), ("d", "w", 0, 0)]


@pytest.fixture(autouse=True)
def _fewer(monkeypatch):
    """Deal less often than for results."""
    monkeypatch.setattr(differences, "PERMUTATIONS", 999)


def records(rows):
    """Return records from rows of city, writer and sums."""
    table = pd.DataFrame(rows, columns=["city", "writer", *"xyz"[: len(rows[0]) - 2]])
    return table.set_index(["city", "writer"]).astype(float)


def dealings(strata):
    """Return all ways to deal rows within strata, first that which leaves them as they are."""
    orders = map(list, itertools.permutations(range(len(strata))))
    return [order for order in orders if (strata[order] == strata).all()]


def test_regions_are_those_of_first_writers():
    """However many passages a city has, and whoever wrote its second record."""
    table = pd.DataFrame({"city": list("aabbd"), "writer": ["second3", "g6", "g1", "g1", "g1"]})
    assert differences.regions(table).tolist() == ["abroad 国外", *["Yangtze delta 长三角"] * 2]
    with pytest.raises(ValueError, match="a: no passage of its first record is coded; code some, or choose another"):
        differences.regions(table.head(1))


def test_nothing_to_contrast():
    """Without a record there is no contrast."""
    with pytest.raises(ValueError, match="no record of these writers has a coded passage; code some, or choose"):
        differences.contrasts(records([("a", "w", 1, 2)]).head(0), REGION)


def test_heterogeneity_within_one_stratum():
    """X² is Pearson's, of weights too; V tells what is beyond chance; passages on no label change nothing."""
    rng = np.random.default_rng(1)
    of, weight, within = rng.integers(4, size=120), rng.choice([1 / 3, 1], size=(120, 1)), np.repeat("w", 120)
    weights = pd.DataFrame(np.eye(3)[rng.integers(3, size=120)] * weight)
    found = differences.heterogeneity(weights, of, within=within)
    expected = [chi2_contingency(weights.groupby(of).sum()).statistic, 4, weight.sum()]
    assert [found[name] for name in ("x2", "groups", "n")] == pytest.approx(expected)
    found = differences.heterogeneity(pd.DataFrame(np.eye(3)[of % 3] * weight), of, within=within)
    assert found["v"] == pytest.approx(np.sqrt(1 - found["chance"] / (2 * weight.sum())))
    few = pd.DataFrame(np.eye(3)[[0, 0, 1, 1, 2, 2], :2])
    found = differences.heterogeneity(few, list("aabbab"), within=list("ssssee"))
    assert (found["x2"], found["p"]) == (4, pytest.approx(1 / 3, abs=0.04))


def test_heterogeneity_deals_within_strata():
    """X², p and chance are those of all ways to deal."""
    of, within = np.array(list("abababb")), np.array(list("stsstts"))
    labels = np.eye(2)[[0, 1, 1, 0, 0, 1, 1]] * np.array([[0.3, 0.1, 0.3, 0.3, 0.2, 0.3, 0.1]]).T
    share = pd.DataFrame(labels).groupby(within).transform("sum").pipe(lambda sums: sums.div(sums.sum(axis=1), axis=0))
    tables = [pd.DataFrame(labels[order]) for order in dealings(within)]
    pairs = [(table.groupby(of).sum(), share.mul(table.sum(axis=1), axis=0).groupby(of).sum()) for table in tables]
    values = np.array([((seen - want) ** 2 / want).sum(axis=None) for seen, want in pairs])
    found = differences.heterogeneity(pd.DataFrame(labels), of, within=within)
    assert found["x2"] == pytest.approx(values[0])
    assert found["p"] == pytest.approx((values >= values[0] - 1e-9).mean(), abs=0.04)
    assert found["chance"] == pytest.approx(values.mean(), rel=0.05)


def test_heterogeneity_has_uniform_p_by_chance(monkeypatch):
    """Groups that differ only as their strata do are alike: no p is more likely than another; others are found."""
    monkeypatch.setattr(differences, "PERMUTATIONS", 99)
    within, rng = np.repeat([0, 1, 2], 40), np.random.default_rng(1)
    of = np.where(rng.random(120) < 0.6, within, rng.integers(3, size=120))
    drawn = [pd.DataFrame(np.eye(2)[(rng.random(120) < within * 0.3 + 0.2).astype(int)]) for _ in range(150)]
    ps = [differences.heterogeneity(weights, of, within=within)["p"] for weights in drawn]
    assert kstest(ps, "uniform").pvalue > 0.05
    assert differences.heterogeneity(pd.DataFrame(np.eye(3)[of]), of, within=within)["p"] == 0.01


def test_contrasts_deal_records_among_the_cities_of_their_writer():
    """Each writer's mean is taken out; p, and that of all regions by Holm, are those of all ways to deal."""
    rows = [("a", "v", 8, 2, 1), ("b", "w", 1, 5, 0), ("c", "v", 2, 6, 3), ("d", "w", 3, 1, 1), ("e", "v", 0, 2, 2)]
    table, region = records([*rows, ("f", "w", 40, 30, 9)]), pd.Series(list("NNSSSN"), list("abcdef"))
    n, sums = table.sum(axis=1), table.groupby("writer").transform("sum")
    excess = (table - sums.mul(n / sums.sum(axis=1), axis=0)).assign(n=n).to_numpy()
    dealt = [pd.DataFrame(excess[o]) for o in dealings(table.index.get_level_values("writer"))]
    sums = np.array([some.groupby(region.to_numpy()).sum() for some in dealt])
    each = sums[..., :3] / sums[..., 3:]
    squares = (each**2 * sums[..., 3:]).sum(axis=1)
    found = differences.contrasts(table, region)
    assert found[["group", "label"]].to_numpy().tolist() == [[*pair] for pair in itertools.product("NS", "xyz")]
    assert found[["share", "n"]].to_numpy() == pytest.approx(np.c_[each[0].ravel(), [96] * 3 + [20] * 3])
    assert found["p"].to_numpy() == pytest.approx((abs(each) >= abs(each[0]) - 1e-9).mean(axis=0).ravel(), abs=0.04)
    whole = differences.holm((squares >= squares[0] - 1e-9).mean(axis=0))
    assert found["p_regions"].to_numpy() == pytest.approx(np.tile(whole, 2), abs=0.1)


def test_contrasts_find_a_planted_region_and_no_writer():
    """A region speaks more of one label at the cost of another, and as others do of the third; one writer of that."""
    sums = [(5 + 3 * (i % 4 == 2), 5 - 3 * (i % 4 == 2), 5 + i % 3 + 20 * (i > 15)) for i in range(24)]
    table = records([(i, f"w{i // 8}", *some) for i, some in enumerate(sums)])
    found = differences.contrasts(table, pd.Series(list("ABCD") * 6)).set_index(["group", "label"])
    assert found.loc["C", "p"].tolist() == [0.001, 0.001, pytest.approx(0.6, abs=0.4)]
    assert found.loc["A", "p_regions"].tolist() == [0.003, 0.003, pytest.approx(0.7, abs=0.31)]
    assert found.loc[("C", "x"), "low"] > 0 > found.loc[("C", "y"), "high"]
    # Of two cities, either may be drawn twice; a city alone has no spread, and its records stay together.
    rows = [("a", "v", 8, 2), ("b", "v", 2, 8), ("c", "v", 7, 3), ("d", "v", 7, 3), ("e", "v", 1, 9), ("e", "u", 0, 0)]
    found = differences.contrasts(records(rows), REGION).query("label == 'x'")[["low", "high"]].to_numpy()
    assert found == pytest.approx(np.array([[-0.4, -0.4], [-0.3, 0.3], [0.2, 0.2]]))
    twice = [(city, writer, *half) for city, _, *sums in rows for writer, half in (("v", sums), ("w", sums[::-1]))]
    assert differences.contrasts(records(twice), REGION)[["low", "high"]].to_numpy() == pytest.approx(np.zeros((6, 2)))


def test_components_are_recovered():
    """From 320 crossed records."""
    variances, rng, share = np.array([0.004, 0.006, 0.003, 0.002, 0.25 / 400]), np.random.default_rng(1), 0.5
    city, row = np.repeat(np.arange(160), 2), np.arange(320)
    writer = (city * 7 + row % 2 * 5 + city // 20) % 20
    for variance, who in zip(variances, [city // 8, city, writer, row, row], strict=True):
        effects = rng.permutation(norm.ppf((np.arange(who.max() + 1) + 0.5) / (who.max() + 1)))
        share = share + (effects * np.sqrt(variance) / effects.std(ddof=1))[who]
    table = records(list(zip(city, writer, 400 * share, 400 * (1 - share), strict=True)))
    found = differences.variances(table, pd.Series(np.arange(160) // 8), left_out=False)
    assert found.shape == (1, 2, len(differences.SOURCES))
    for parts in shares.proportions(found[0]):
        assert parts == pytest.approx(variances / variances.sum(), abs=0.06)


def test_components_and_reliabilities():
    """Reliability is region and city over all, all else halved where there are two; intervals are the jackknife's."""
    table = records(PAIRS)
    found = differences.components(table, REGION)
    sources = [*differences.SOURCES, "reliability of one", "reliability of two"]
    assert found[["label", "source"]].to_numpy().tolist() == [[*pair] for pair in itertools.product("xy", sources)]
    for parts in found["share"].to_numpy().reshape(2, 7):
        assert parts[5:] == pytest.approx([sum(parts[:2]), sum(parts[:2]) / (sum(parts[:2]) + sum(parts[2:5]) / 2)])
    each = [table.drop(index=city, level="city") for city in ("a", "b", "c", "d")]
    left = np.array([differences.components(some, REGION)["share"] for some in each])
    half = norm.ppf(0.95) * np.sqrt(3 * left.var(axis=0))
    assert found["low"].to_numpy() == pytest.approx(np.clip(found["share"] - half, 0, 1), abs=0.01)
    assert found["high"].to_numpy() == pytest.approx(np.clip(found["share"] + half, 0, 1), abs=0.01)


def test_components_maximise_the_restricted_likelihood():
    """That of contrasts of records, in which the mean drops out; none is below 0, and empty records are left out."""
    sums = records(PAIRS[:-1])
    n, city, writer = sums.sum(axis=1).to_numpy(), *map(sums.index.get_level_values, (0, 1))
    y, p = sums["x"] / n, sums["x"].sum() / n.sum()
    same = [np.equal.outer(k.to_numpy(), k.to_numpy()) for k in (city.map(REGION), city, writer)] + [np.eye(7)]
    free = np.linalg.svd(np.ones((1, 7)))[2][1:]

    def lost(four):
        covariance = np.diag(p * (1 - p) / n) + np.tensordot(four, same, 1)
        return -multivariate_normal.logpdf(free @ y, cov=free @ covariance @ free.T)

    ways = [minimize(lost, x, bounds=[(0, None)] * 4) for x in itertools.product([0, 0.05], repeat=4)]
    expected = [*min(ways, key=lambda found: found.fun).x, (p * (1 - p) / n).mean()]
    table = records(PAIRS)
    found = differences.components(table, REGION)
    assert found["share"].to_numpy()[:5] == pytest.approx(shares.proportions(expected), abs=0.005)
    assert found["share"].min() == 0


def test_holm():
    """The smallest times all, the next times one fewer, never below one before, nor above 1; order is kept."""
    assert differences.holm([0.02, 0.6, 0.01, 0.021, 0.7]).tolist() == pytest.approx([0.08, 1, 0.05, 0.08, 1])


def test_paired_differences():
    """Mean shares of the cities in both, two-sided p of flipped signs by Holm; a city without passages is left out."""
    first = pd.DataFrame({"x": [3, 2, 4, 3, 1, 0], "y": [1, 2, 0, 1, 0, 0]}, list("abcdef"))
    second = pd.DataFrame({"x": [1, 0, 4, 1, 2], "y": [3, 5, 4, 1, 2]}, list("abcdf"))
    found = differences.paired(first, second).set_index("label")
    apart = np.array([0.5, 0.5, 0.5, 0.25])
    assert found.loc["x", ["first", "second", "share", "n"]].tolist() == [0.75, 0.3125, apart.mean(), 4]
    assert found.loc["y", "share"] == -apart.mean()
    assert found["p"].tolist() == pytest.approx([2 * 2 / 2**4] * 2, abs=0.05)
    assert found.loc["x", ["low", "high"]].tolist() == [0.3125, 0.5]


def test_paired_has_uniform_p_by_chance(monkeypatch):
    """Where the two differ by chance alone, p is as often small as it should be."""
    monkeypatch.setattr(differences, "PERMUTATIONS", 199)
    rng = np.random.default_rng(1)
    p = []
    for _ in range(200):
        first, second = (pd.DataFrame({"x": rng.binomial(9, 0.5, 12), "z": 9.0}) for _ in "ab")
        p.append(differences.paired(first, second)["p"].min() / 2)  # of two labels, as good as one
    assert [np.mean(np.array(p) <= level) for level in (0.1, 0.3)] == pytest.approx([0.1, 0.3], abs=0.06)


def test_reliability_is_what_was_planted():
    """The variance between cities over all variance; none, and never below 0, where cities are alike."""
    rng = np.random.default_rng(1)
    n, true = rng.integers(2, 9, size=4000), 0.5 + 0.2 * rng.choice([-1, 1], size=4000)
    for share, between in ((true, 0.04), (np.full(4000, 0.5), 0.0)):
        hits = rng.binomial(n, share)
        found = differences.reliability(pd.DataFrame({"x": hits, "y": n - hits}))
        seen = between + (0.25 - between) * np.mean(1 / n)
        assert found["share"].tolist() == pytest.approx([between / seen] * 2, abs=0.04)
        assert (found["low"] >= 0).all()
        assert found["n"].tolist() == [4000, 4000]
