"""Codes are read as the codebook writes them, and mixes, verdicts and all that is said of them follow by arithmetic."""

import functools
import shutil
import types
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from scipy.integrate import quad
from scipy.stats import beta, dirichlet_multinomial, gamma

from cityanalysis import files
from cityanalysis.study import models, shares

CODE = list(models.PARTS["models"])


def coded(*rows):
    """Return coded passages: primary, secondary, instrumented."""
    return pd.DataFrame(rows, columns=CODE)


@pytest.fixture
def home(home):
    """Return a copy of the data in which no person has coded anything."""
    shutil.rmtree(home / "data" / "own", ignore_errors=True)
    return home


@pytest.fixture
def write(tmp_path):
    """Return a function that writes rows of cells as a filled sheet (without texts) and returns its path."""

    def written(*rows, columns=("passage_id", "sha1", *CODE)):
        path = tmp_path / "sheet.csv"
        files.write_table(path, pd.DataFrame(rows, columns=columns))
        return path

    return written


@pytest.fixture(scope="module")
def gold():
    """Return the identity of the first coded passages: passage_id and sha1."""
    return files.table("data/gold/models.csv")[["passage_id", "sha1"]].head(5).to_numpy().tolist()


# Codes


def test_codes_are_whole():
    """Every code has a primary label, no secondary that repeats it, and a writer where it is a record's."""
    table = models.codes()
    assert len(table) == len(files.table("data/gold/models.csv"))
    assert table["primary"].isin(models.LABELS).all()
    assert table["secondary"].isin(["", *models.LABELS[:4]]).all()
    assert (table["primary"] != table["secondary"]).all()
    assert ((table["writer"] != "") == (table["collection"] == "records")).all()
    assert table["passage_id"].is_unique


def test_codes_are_those_of_the_coder():
    """Each part is what stands in the column of the coder."""
    table = files.table("data/gold/models.csv")
    found = models.codes(coder="reader_b")
    marks = found["instrumented"].map({True: "yes", False: "no"})
    assert (found["primary"] + "|" + found["secondary"] + "|" + marks).tolist() == table["reader_b"].tolist()
    assert found["weight"].tolist() == table["weight"].astype(float).tolist()


def test_second_records_only_when_asked():
    """Second records have other writers and are left out on request."""
    both, first = models.codes(), models.codes(second=False)
    assert set(both["doc_id"]) - set(first["doc_id"]) == {d for d in both["doc_id"] if d.endswith("-second")}
    assert first.index.tolist() == list(range(len(first)))
    assert both[both["collection"] == "records"].groupby("city")["writer"].nunique().max() == 2


def test_unknown_coder_is_refused():
    """The message says who there is."""
    with pytest.raises(ValueError, match="'me' is unknown; choose one of reader_a, reader_b, settled, human"):
        models.codes(coder="me")


# Weights, mixes, verdicts


def test_weights_of_secondary_labels():
    """Two thirds and one third; all for the primary one where secondary labels do not count."""
    table = coded(("industry", "", False), ("governance", "industry", False))
    assert models.weigh(table)["industry"].tolist() == [1, pytest.approx(1 / 3)]
    assert models.weigh(table)["governance"].tolist() == [0, pytest.approx(2 / 3)]
    assert models.weigh(table, secondary=False)["governance"].tolist() == [0, 1]
    assert models.weigh(table, secondary=False)["industry"].tolist() == [1, 0]


def test_second_reading_moves_application_only_in_marked_passages():
    """Primary or secondary, application becomes infrastructure where the mark is, and nowhere else."""
    table = coded(("application", "", True), ("governance", "application", True), ("application", "", False))
    weights = models.weigh(table, instrumented=True)
    assert weights["infrastructure"].tolist() == [1, pytest.approx(1 / 3), 0]
    assert weights["application"].tolist() == [0, 0, 1]
    assert models.weigh(table)["application"].tolist() == [1, pytest.approx(1 / 3), 1]


def counted(*rows, index=None):
    """Return counts of the three models, a row a group: a, b, … unless named."""
    return pd.DataFrame(rows, columns=models.MODELS, index=list(index or "abcdefgh"[: len(rows)]), dtype=float)


def drawn_counts(alpha, n, *, groups, seed=1):
    """Return counts of simulated groups, their mixes drawn from a Dirichlet."""
    rng = np.random.default_rng(seed)
    return rng.multinomial(n, rng.dirichlet(alpha, size=groups))


def largest_by_quadrature(alpha):
    """Return how likely each share is the largest under a Dirichlet: gamma variables compared by an integral."""
    a = list(alpha)
    others = [[gamma(b).cdf for k, b in enumerate(a) if k != i] for i in range(3)]
    return [quad(lambda x: gamma(a[i]).pdf(x) * f(x) * g(x), 0, 200, limit=400)[0] for i, (f, g) in enumerate(others)]  # noqa: B023


def test_prior_is_recovered_from_simulated_groups():
    """Spread and mean of the groups' mixes, whatever the number of their passages."""
    counts = np.vstack([drawn_counts([2, 1, 0.5], n, groups=1500, seed=n) for n in (8, 40)])
    assert models.prior(counts) == pytest.approx([2, 1, 0.5], rel=0.08)


def test_prior_is_where_the_marginal_likelihood_is_largest():
    """No point of a fine grid does better, and the best one lies beside it."""
    counts = np.array([[9, 0, 3], [1, 8, 1], [0, 2, 8], [5, 5, 0], [0, 0, 0], [2, 0, 0]])
    axis = np.geomspace(0.1, 10, 41)
    grid = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)

    def likelihood(alpha):
        return sum(dirichlet_multinomial.logpmf(row, alpha, row.sum()) for row in counts)

    found, on_grid = models.prior(counts), likelihood(grid)
    assert likelihood(found) >= on_grid.max()
    assert found == pytest.approx(grid[on_grid.argmax()], rel=0.13)


@pytest.mark.parametrize("counts", [[[30, 15, 5]] * 8, [[7, 0, 0]] * 5, [[0, 0, 0]] * 3, [[1e6, 1, 0], [1, 1e6, 0]]])
def test_prior_does_not_run_off(counts):
    """Where all groups are alike, or a model never occurs, it stays within its bounds, and its mean is the groups'."""
    found = models.prior(counts)
    assert ((found >= 0.0099) & (found <= 1000.1)).all()
    if counts[0] == [7, 0, 0]:
        assert found[1:].max() < 0.02
    if counts[0] == [30, 15, 5]:
        assert found.sum() > 500
        assert found / found.sum() == pytest.approx([0.6, 0.3, 0.1], abs=0.01)


def test_design_effect_of_independent_passages_is_one():
    """On average over many groups, also where their records differ in length; counts that come k times give k."""
    rng = np.random.default_rng(1)
    true = rng.dirichlet([2, 1, 1], size=6000)
    first, second = (rng.multinomial(rng.integers(100, 300, 6000), true) for _ in range(2))
    assert models.design_effect(first, second) == pytest.approx(1, abs=0.04)
    assert models.design_effect(first * 3, second * 3) == pytest.approx(3, rel=0.05)
    assert models.design_effect(second, first) == models.design_effect(first, second)


def test_design_effect_by_the_plan():
    """The distances of all groups, summed, over those to be expected, summed; n of both records count."""
    first, second = [[3, 1, 0], [0, 2, 2]], [[0, 4, 4], [6, 0, 0]]
    apart = (0.75**2 + 0.25**2 + 0.5**2) + (1 + 0.5**2 + 0.5**2)
    variances = [sum(p * (1 - p) for p in (1 / 4, 5 / 12, 1 / 3)), sum(p * (1 - p) for p in (0.6, 0.2, 0.2))]
    expected = variances[0] * (1 / 4 + 1 / 8) + variances[1] * (1 / 4 + 1 / 6)
    assert models.design_effect(first, second) == pytest.approx(apart / expected)


@pytest.mark.filterwarnings("error")
def test_design_effect_leaves_out_empty_records():
    """Whichever of the two is empty; without any variation, or any group at all, it is 1."""
    first, second = [[6, 0, 0], [0, 6, 0]], [[0, 6, 0], [6, 0, 0]]
    more = [[0, 0, 0], [5, 1, 0], [0, 0, 0]], [[5, 1, 0], [0, 0, 0], [0, 0, 0]]
    assert models.design_effect(first + more[0], second + more[1]) == models.design_effect(first, second) == 12
    assert models.design_effect([[3, 0, 0]], [[5, 0, 0]]) == models.design_effect(*more) == 1
    assert models.design_effect([[6, 3, 3]], [[2, 1, 1]]) == 1


def test_mix_is_the_posterior():
    """Prior plus counts over the effect; the interval holds 90 % of each share's Beta; n and raw are undivided."""
    alpha, table = [2, 1, 0.5], counted((8, 2, 0), (0, 3, 9))
    found = models.mix(table.assign(governance=99)[["governance", *models.MODELS[::-1]]], effect=2, alpha=alpha)
    after = np.array([[6, 2, 0.5], [2, 2.5, 5]])
    assert found["group"].tolist() == ["a"] * 3 + ["b"] * 3
    assert found["label"].tolist() == [*models.MODELS] * 2
    assert found["n"].tolist() == [10] * 3 + [12] * 3
    assert found["raw"].tolist() == [0.8, 0.2, 0, 0, 0.25, 0.75]
    assert found["share"].to_numpy().reshape(2, 3) == pytest.approx(after / after.sum(axis=1, keepdims=True))
    for end, below in (("low", 0.05), ("high", 0.95)):
        ends = found[end].to_numpy().reshape(2, 3)
        assert beta.cdf(ends, after, after.sum(axis=1, keepdims=True) - after) == pytest.approx(np.full((2, 3), below))
    for i in range(2):
        expected = largest_by_quadrature(after[i])
        assert found["p_largest"].to_numpy().reshape(2, 3)[i] == pytest.approx(expected, abs=0.01)


def test_mix_fits_the_prior_to_the_groups():
    """Unless one is given, it is that of the counts as they are divided; the fewer passages, the more is shrunk."""
    table = counted((18, 4, 2), (2, 16, 6), (4, 4, 12), (2, 0, 0))
    found, expected = models.mix(table, effect=2), models.mix(table, effect=2, alpha=models.prior(table / 2))
    pd.testing.assert_frame_equal(found, expected)
    pooled = table.sum().iloc[0] / table.sum().sum()
    moved = (found["raw"] - found["share"]) / (found["raw"] - pooled)
    assert moved[9] > moved[0] > 0


@pytest.mark.filterwarnings("error")
def test_an_empty_group_has_the_prior_and_no_raw_share():
    """Its mix is what is known of all groups, its verdict open without a largest model, however clear the prior."""
    alpha = np.array([20, 1, 2])
    found = models.mix(counted((0, 0, 0), (0, 9, 0)), effect=3, alpha=alpha)
    assert found.loc[:2, "share"].tolist() == pytest.approx((alpha / 23).tolist())
    assert found.loc[:2, "raw"].isna().all()
    assert found.loc[:2, "n"].tolist() == [0] * 3
    assert found.loc[:2, "p_largest"].tolist() == pytest.approx(largest_by_quadrature(alpha), abs=1e-3)
    assert models.verdicts(found).loc["a", ["n", "largest", "verdict"]].tolist() == [0, "", "open"]


def test_a_mix_does_not_depend_on_the_order_of_groups():
    """Nor on which others there are, once the prior is given."""
    table = counted((8, 2, 0), (0, 3, 9), (4, 4, 4), (1, 0, 0))
    one, other = (models.mix(t, alpha=[2, 1, 1]).set_index(["group", "label"]) for t in (table, table.iloc[[3, 1, 0]]))
    one = one.loc[other.index]
    pd.testing.assert_frame_equal(one, other)
    pd.testing.assert_frame_equal(models.mix(table), models.mix(table))


def test_p_largest_counts_ties_in_part():
    """Of four draws the first model leads in two and ties in one; thirds that ought to tie do."""
    drawn = {"x": np.array([[3, 0, 1], [2, 2, 0], [0, 1, 0], [4, 0, 0]]), "y": np.array([[0.1 + 0.2, 0.3, 0.3]] * 4)}
    sums = pd.DataFrame([[9, 3, 1], [1, 1, 1]], columns=models.MODELS, index=["x", "y"])
    found = models.from_sums(sums, drawn)
    assert found["p_largest"].tolist() == [0.625, 0.375, 0, *[pytest.approx(1 / 3)] * 3]
    assert found["n"].tolist() == [13] * 3 + [3] * 3


def test_mixes_of_draws_over_all_labels():
    """Draws may hold governance and other after the three, which do not count; groups stay in the order given."""
    sums = pd.DataFrame([[1, 3, 0], [1, 0, 0]], columns=models.MODELS, index=["y", "x"])
    drawn = {"x": np.array([[1, 0, 0, 7, 9]] * 3), "y": np.array([[1, 3, 0, 7, 9], [0, 0, 0, 8, 8], [1, 3, 0, 7, 9]])}
    found = models.from_sums(sums, drawn)
    assert found["group"].tolist() == ["y"] * 3 + ["x"] * 3
    assert found["label"].tolist() == [*models.MODELS] * 2
    assert found["share"].tolist() == found["low"].tolist() == found["high"].tolist() == [0.25, 0.75, 0, 1, 0, 0]
    assert found["p_largest"].tolist()[:3] == [pytest.approx(p) for p in (1 / 9, 7 / 9, 1 / 9)]
    assert models.verdicts(found).index.tolist() == ["y", "x"]


def mixes_of(*rows):
    """Return mixes of groups a, b, …: n, the three shares and the p_largest of each."""
    return pd.DataFrame(
        [
            ("abcdefgh"[i], label, share, n, p)
            for i, (n, each, ps) in enumerate(rows)
            for label, share, p in zip(models.MODELS, each, ps, strict=True)
        ],
        columns=["group", "label", "share", "n", "p_largest"],
    )


def test_verdicts_by_the_rule():
    """From P of 0.90 and 0.75 on, however few passages, but for none at all."""
    each = (0.2, 0.5, 0.3)
    cases = [(0.3, 1.0), (12, 0.9), (12, 0.8999), (12, 0.75), (12, 0.7499), (0, 0.95)]
    found = models.verdicts(mixes_of(*((n, each, (0, p, 1 - p)) for n, p in cases)))
    assert found.index.tolist() == list("abcdef")
    assert found["verdict"].tolist() == ["industry", "industry", *["leaning industry"] * 2, "open", "open"]
    assert found["largest"].tolist() == ["industry"] * 5 + [""]
    assert found["p_largest"].tolist() == [p for _, p in cases]
    assert found["share"].tolist() == [0.5] * 6


def test_verdicts_that_need_a_number_of_passages():
    """Below it they are open, with their largest model; a sum of thirds counts as the whole number it is."""
    mixes = mixes_of(*((n, (0.2, 0.5, 0.3), (0, p, 1 - p)) for n, p in [(11.9, 1), (12, 0.9), (12 - 1e-12, 0.8)]))
    found = models.verdicts(mixes, least=models.LEAST)
    assert found["verdict"].tolist() == ["open", "industry", "leaning industry"]
    assert found["largest"].tolist() == ["industry"] * 3


def test_the_first_of_equal_shares_is_the_largest():
    """Also where they differ only by rounding; groups stay in order, whatever the index of the mixes."""
    mixes = mixes_of((12, (0.2, 0.4, 0.4 + 1e-12), (0.2, 0.3, 0.5)), (12, (0.2, 0.2, 0.6), (0, 0, 1)))
    found = models.verdicts(mixes.set_axis([5] * 6)[::1])
    assert found["largest"].tolist() == ["industry", "application"]
    assert found["p_largest"].tolist() == [0.3, 1]


def test_turnover():
    """A city turns over where its second record has another largest model; by chance, some do, and some never."""
    labels = [0, 1, *[0] * 9, *[1] * 3, *[0] * 5, *[1] * 7, *[2] * 4]
    city, second = pd.Series([*"aa", *"b" * 24, *"c" * 4]), [0, 1, *[0] * 12, *[1] * 12, 0, 1, 0, 1]
    found = models.turnover(pd.DataFrame(np.eye(3)[labels], columns=models.MODELS), city, pd.Series(second, dtype=bool))
    assert [found[name] for name in ("groups", "low", "high")] == [2, 1, 2]  # a always, b at times, c never
    assert 1 < found["chance"] < 2


# What decided


def ranked(rows, **weights):
    """Return what `decisive` makes of passages of city a, coded as given; their texts name them."""
    ids = [f"a#{i}" for i in range(len(rows))]
    passages = pd.DataFrame({"passage_id": ids, "section": "s", "text": ids, "refs": "r"})
    terms = [
        ("a#1", "term", "5G"),
        ("a#1", "term", "云"),
        ("a#1", "term", "5G"),
        ("a#1", "city", ""),
        ("a#0", "term", "网"),
    ]
    loaded = types.SimpleNamespace(passages=passages, tags=pd.DataFrame(terms, columns=["passage_id", "kind", "term"]))
    # A passage that is not loaded does not count.
    table = coded(("application", "", False), *rows).assign(passage_id=["a#99", *ids], city="a")
    return models.decisive(loaded, table, models.weigh(table, **weights))


def test_lead_is_leave_one_out():
    """The lead of a passage is the lead with it less the lead without it; the largest comes first, then by place."""
    rows = [*[("infrastructure", "", False)] * 2, ("other", "", False), ("industry", "governance", False)]
    found = ranked(rows)
    assert found["passage_id"].tolist() == ["a#3", "a#0", "a#1"]
    assert found["rank"].tolist() == [1, 2, 3]
    assert found["label"].tolist() == ["industry", "infrastructure", "infrastructure"]
    assert found["weight"].tolist() == [pytest.approx(2 / 3), 1, 1]
    lead = (2 - 2 / 3) / (2 + 2 / 3)
    without = (1 - 2 / 3) / (1 + 2 / 3)
    assert found["lead"].tolist() == [pytest.approx(lead - 1), *[pytest.approx(lead - without)] * 2]


def test_lead_is_over_the_next_model():
    """Not over the last: with two of one and one of each other, one that trails costs as much as the other."""
    rows = [*[("application", "", False)] * 2, ("industry", "", False), ("infrastructure", "", False)]
    found = ranked(rows).set_index("passage_id")["lead"]
    assert found[["a#0", "a#2", "a#3"]].tolist() == [pytest.approx(v) for v in (1 / 4, 1 / 4 - 1 / 3, 1 / 4 - 1 / 3)]


def test_a_single_passage_decides_everything():
    """Without any other passage there is no lead left."""
    assert ranked([("industry", "", False)])["lead"].tolist() == [1]


def test_decisive_passages_are_told_by_text_and_terms():
    """Each with its code, section, text and works, and every term once, in the order of their first place."""
    found = ranked([("application", "", True), ("industry", "application", False)], instrumented=True)
    assert found["label"].tolist() == ["infrastructure", "industry"]
    assert found[["primary", "secondary", "instrumented"]].to_numpy().tolist() == [
        ["application", "", True],
        ["industry", "application", False],
    ]
    assert found[["section", "text", "refs", "terms"]].to_numpy().tolist() == [
        ["s", "a#0", "r", "网"],
        ["s", "a#1", "r", "5G 云"],
    ]


def test_each_city_is_ranked_for_itself():
    """A city's lead and ranks do not depend on the passages of others."""
    table = coded(("industry", "", False), ("application", "", False), ("industry", "", False))
    table = table.assign(passage_id=["b#1", "a#1", "b#2"], city=["b", "a", "b"])
    passages = table[["passage_id"]].assign(section="", text="", refs="")
    loaded = types.SimpleNamespace(
        passages=passages, tags=pd.DataFrame(columns=["passage_id", "kind", "term"], dtype=str)
    )
    found = models.decisive(loaded, table, models.weigh(table))
    assert found[["city", "rank", "passage_id", "lead", "terms"]].to_numpy().tolist() == [
        ["a", 1, "a#1", 1, ""],
        ["b", 1, "b#1", 0, ""],
        ["b", 2, "b#2", 0, ""],
    ]


# Two other views


@pytest.mark.parametrize(
    ("kind", "summary", "label"),
    [
        ("infrastructure", "建成全市交通感知网络", "infrastructure"),
        ("industry", "公交产业园开园", "industry"),
        ("application", "政务云上线", "application"),
        ("platform", "公交管理系统开始建设", "application"),
        ("platform", "城市大脑上线", "application"),
        ("platform", "市政府开通政务云", "infrastructure"),
        ("platform", "建成地理信息库和公共服务平台", "infrastructure"),
        ("partnership", "与企业合作建设城市大脑", "governance"),
    ],
)
def test_events(kind, summary, label):
    """Kinds map as the codebook says; only platforms are looked at for their purpose."""
    assert models.event_labels(pd.Series([kind]), pd.Series([summary])).tolist() == [label]


def test_views_leave_out_what_came_with_second_records():
    """All others are there, labelled so that they can be weighed; a figure's name stands once a city."""
    events, indicators = models.events(), models.indicators()
    told, measured = (files.table(f"data/{name}.csv") for name in ("events", "indicators"))
    assert len(events) == (~told["writer"].str.startswith("second")).sum() < len(told)
    kinds = events.groupby("kind")["primary"].unique()
    assert kinds["plan"].tolist() == kinds["policy"].tolist() == ["governance"]
    assert set(kinds["platform"]) == {"infrastructure", "application"}
    first = measured[~measured["writer"].str.startswith("second")]
    names = first["name_zh"].str.replace(r"[（(].*?[）)]", "", regex=True)
    assert len(indicators) == len(set(zip(first["city"], names, strict=True)))
    assert models.weigh(indicators).sum(axis=1).tolist() == [1] * len(indicators)
    label = indicators.set_index("name_zh")["primary"]
    assert [label[name] for name in ("5G产业规模", "松岛人口")] == ["industry", "other"]


# What verdicts are worth


def test_simulated_cities_are_as_the_prior_says():
    """True shares have its mean and variance, counts the groups' own n over the effect, one passage at the least."""
    alpha, table = np.array([2, 1, 1]), counted((15.2, 0, 0), (0, 0, 0))
    found = models.simulate(table, effect=2, alpha=alpha, rounds=2000)
    assert len(found) == 2000 * 2 * 3
    true = found["true"].to_numpy().reshape(2000, 2, 3)
    assert true.sum(axis=-1) == pytest.approx(np.ones((2000, 2)))
    assert true.mean(axis=(0, 1)) == pytest.approx(alpha / 4, abs=0.015)
    assert true.var(axis=(0, 1)) == pytest.approx(alpha / 4 * (1 - alpha / 4) / 5, rel=0.06)
    for i, n in enumerate((8, 1)):
        counts = found["share"].to_numpy().reshape(2000, 2, 3)[:, i] * (4 + n) - alpha
        assert counts == pytest.approx(counts.round(), abs=1e-9)
        assert counts.sum(axis=1) == pytest.approx(np.full(2000, n))
        assert counts.min() > -1e-9
    pd.testing.assert_frame_equal(found, models.simulate(table / 2, effect=1, alpha=alpha, rounds=2000))


def test_simulated_intervals_cover_and_chances_hold():
    """Nine intervals of ten hold the true share, and of the models given with P, a part P is the largest."""
    found = models.simulate(counted(*[(12, 8, 4)] * 8), effect=1.5, alpha=[1.5, 1, 0.7], rounds=200)
    inside = (found["low"] <= found["true"]) & (found["true"] <= found["high"])
    assert inside.mean() == pytest.approx(0.9, abs=0.015)
    assert (found["true"] < found["low"]).mean() == pytest.approx(0.05, abs=0.01)
    assert found["first"].to_numpy().reshape(-1, 3).sum(axis=1).tolist() == [1] * 1600
    by = pd.cut(found["p_largest"], [-0.01, 0.1, 0.3, 0.5, 0.75, 0.9, 1])
    calibrated = found.groupby(by, observed=False)[["p_largest", "first"]].mean()
    assert calibrated["first"].to_numpy() == pytest.approx(calibrated["p_largest"].to_numpy(), abs=0.06)


def test_judge_is_the_verdict_on_the_mix():
    """Passages are summed over groups, whatever else they are about; effect and prior are those of `mix`."""
    weights, by = counted(*np.eye(3), (0, 1, 0)).assign(governance=9), pd.Series(list("xyzx"), list("abcd"))
    for effect, expected in ((0.7, ["open"] * 3), (0.4, ["open", *["leaning industry", "leaning application"]])):
        found = models.judge(weights, by, effect=effect, alpha=[1, 1, 1])
        assert found.to_dict() == dict(zip("xyz", expected, strict=True))
    found = models.judge(weights, by, effect=0.15, alpha=[1, 1, 1])
    assert found.tolist() == ["open", "industry", "application"]


def test_alike_deals_passages():
    """Two of four are of industry: in a third of all ways one of two groups has both; all others lean."""

    def rule(weights, by):
        both = weights["industry"].groupby(by).sum() == 2
        return pd.Series(np.where(both, "industry", "leaning industry"), both.index)

    weights, by = counted((0, 1, 0), (0, 1, 0), (1, 0, 0), (1, 0, 0)), pd.Series(list("yyxx"), list("abcd"))
    found = models.alike(weights, by, rule, rounds=200)
    assert found.loc["leaning", ["groups", "low", "high"]].tolist() == [1, 1, 2]
    assert found["chance"].sum() == pytest.approx(2)
    assert found.loc["verdicts", ["groups", "low", "high"]].tolist() == [1, 0, 1]
    assert found.loc["verdicts", "chance"] == pytest.approx(1 / 3, abs=0.08)
    assert found.loc["verdicts", "p"] == pytest.approx((200 * found.loc["verdicts", "chance"] + 1) / 201)


def test_alike_groups_have_as_many_verdicts_as_by_chance_and_planted_ones_more():
    """Dealing takes a difference away, and finds none where groups are alike."""
    rng, by = np.random.default_rng(1), pd.Series(np.repeat(np.arange(12), 20))
    planted = counted(*np.eye(3)[np.where(rng.random(240) < 0.7, by % 3, rng.integers(3, size=240))], index=range(240))
    shuffled = planted.iloc[rng.permutation(240)].set_axis(range(240))
    rule = functools.partial(models.judge, effect=1.5, alpha=[2, 2, 2])
    one, other = (models.alike(rows, by, rule, rounds=40).loc["verdicts"] for rows in (planted, shuffled))
    assert one["groups"] > 10
    assert one["low"] < one["high"] < 6
    assert one["p"] == 1 / 41
    assert other["p"] > 0.1
    assert other["chance"] == pytest.approx(one["chance"], abs=0.6)


def test_groups_without_passages_have_no_verdict_by_chance():
    """A prior alone, however clear, is none; neither is a leaning."""
    weights, by = counted((1, 0, 0), (0, 0, 0), (0, 0, 0)), pd.Series(list("xyz"), list("abc"))
    found = models.alike(weights, by, functools.partial(models.judge, effect=1, alpha=[90, 1, 1]), rounds=5)
    assert found[["groups", "chance", "high"]].to_numpy().tolist() == [[1, 1, 1], [0, 0, 0]]


def test_former_rule():
    """Twelve passages at least, and P of 0.90 and 0.75 among bootstrap draws, ties in part."""
    sizes = {"a": (0, 11, 0), "b": (0, 12, 0), "c": (7, 0, 7), "d": (0, 12, 9), "e": (7, 18, 7)}
    rows = [(group, model) for group, n in sizes.items() for model, k in enumerate(n) for _ in range(k)]
    weights = counted(*np.eye(3)[[model for _, model in rows]], index=range(len(rows))).assign(other=5)
    by = pd.Series([group for group, _ in rows])
    found = models.former(weights, by)
    assert found["a"] == "insufficient evidence"
    drawn = shares.resample(weights[list(models.MODELS)], by)
    chance = {group: (each[:, 1] > each[:, [0, 2]].max(axis=1)).mean() for group, each in drawn.items()}
    chance["d"] += (drawn["d"][:, 1] == drawn["d"][:, 2]).mean() / 2
    assert chance["e"] > 0.9
    assert 0.6 < chance["d"] < 0.9
    assert found[["b", "c", "d", "e"]].tolist() == ["industry", "mixed", "leaning industry", "industry"]


# What a study names


def test_naming_by_enumeration():
    """Of all ways to name the cities, p counts those whose mean share reaches that of the study, its own included."""
    mixes = counted((0.5, 0.3, 0.2), (0.2, 0.2, 0.6), (0.4, 0.5, 0.1), (0.9, 0.1, 0), index="xyzv")
    found = models.naming(mixes, {"z": "industry", "x": "infrastructure", "y": "industry"})
    ways = [("x", mixes.loc[["y", "z"], "industry"]), ("y", mixes.loc[["x", "z"], "industry"])]
    ways += [("z", mixes.loc[["x", "y"], "industry"])]
    fits = [(mixes.loc[city, "infrastructure"] + rest.sum()) / 3 for city, rest in ways]
    assert found == {"share": pytest.approx(1.2 / 3), "largest": 2, "ways": 3, "p": 1 / 3}
    assert max(fits) == pytest.approx(found["share"])
    next_best = models.naming(mixes, {"y": "infrastructure", "x": "industry", "z": "industry"})
    assert next_best["p"] == 2 / 3
    assert sorted(fits)[1] == pytest.approx(next_best["share"])


def test_naming_of_two_of_six_for_each_model():
    """There are 90 ways; the best has p of 1/90, and where all are alike each way does as well; so the study names."""
    named = dict(zip("abcdef", np.repeat(models.MODELS, 2), strict=True))
    mixes = counted(*np.repeat(np.eye(3), 2, axis=0) * 0.4 + 0.2)
    assert models.naming(mixes, named) == {"share": pytest.approx(0.6), "largest": 6, "ways": 90, "p": 1 / 90}
    assert models.naming(mixes * 0 + 0.1 * 3, named)["p"] == 1
    assert pd.Series(models.EXEMPLARS).value_counts().to_dict() == dict.fromkeys(models.MODELS, 2)


def test_a_named_city_without_passages_has_thirds():
    """It has no largest model."""
    named = {"x": "infrastructure", "y": "industry"}
    for mixes in (counted((0.1, 0.8, 0.1), index="y"), counted((0.1, 0.8, 0.1), [np.nan] * 3, index="yx")):
        found = models.naming(mixes, named)
        assert found == {"share": pytest.approx((0.8 + 1 / 3) / 2), "largest": 1, "ways": 2, "p": 0.5}


def test_power_of_naming():
    """With many passages exemplars are always found, with none never; without a lead, as often as by chance."""
    many, none, few = (
        models.naming_power(pd.Series(n, list(models.EXEMPLARS)), models.EXEMPLARS, rounds=800).set_index("exemplars")
        for n in (5000, 0, 12)
    )
    assert many["share"].tolist() == pytest.approx([0.55, 0.42, 1 / 3], abs=0.002)
    assert many["power"].tolist() == [1, 1, pytest.approx(4 / 90, abs=0.03)]
    assert none[["share", "low", "high"]].to_numpy() == pytest.approx(np.full((3, 3), 1 / 3))
    assert none["power"].tolist() == [0] * 3
    assert 1 > few["power"].iloc[0] > few["power"].iloc[1] + 0.1 > few["power"].iloc[2] + 0.15
    spread = np.sqrt(0.55 * 0.45 / 12 / 6) * 1.645
    assert few.iloc[0][["low", "high"]].tolist() == pytest.approx([0.55 - spread, 0.55 + spread], abs=0.015)
    part = models.naming_power(pd.Series({"dubuque": 5000}), models.EXEMPLARS, rounds=10)
    assert part.loc[0, "share"] == pytest.approx((0.55 + 5 / 3) / 6, abs=0.01)


# How far coders agree


def krippendorff(first, second):
    """Return alpha by its definition over pairs of values, for two coders and nominal data."""
    values = Counter([*first, *second])
    n = len(first) + len(second)
    expected = sum(a * b for x, a in values.items() for y, b in values.items() if x != y) / (n * (n - 1))
    observed = sum(a != b for a, b in zip(first, second, strict=True)) / len(first)
    return 1 - observed / expected if expected else np.nan


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        # Krippendorff (2011), Computing Krippendorff's Alpha-Reliability: examples A (binary) and B (nominal).
        ("0100000010", "1110010000", 0.095),
        ("aabbdcccedda", "babbbccceddd", 0.692),
        ("abbbc", "abbbc", 1.0),
    ],
)
def test_alpha(first, second, expected):
    """The value is that of the worked examples, and of the definition for each label against the rest."""
    found = models.alpha(first, second).set_index("label")
    assert found.loc["all", "alpha"] == pytest.approx(expected, abs=0.0006)
    labels = sorted({*first, *second})
    assert found.index.tolist() == ["all", *(labels if len(labels) > 2 else [])]
    for label in found.index.drop("all"):
        ones = [[value == label for value in values] for values in (first, second)]
        assert found.loc[label, "alpha"] == pytest.approx(krippendorff(*ones))
        assert found.loc[label, "used"] == sum(map(sum, ones))
        assert found.loc[label, "agreement"] == np.mean(np.equal(*ones))
    assert found.loc["all", "used"] == 2 * len(first)


def test_alpha_has_the_bootstrap_interval():
    """It is the central 90 % of alpha over passages drawn with replacement."""
    first, second = "aabbdcccedda", "babbbccceddd"
    pairs = sorted(Counter(zip(first, second, strict=True)).items())
    times = np.random.default_rng(1).multinomial(12, [n / 12 for _, n in pairs], size=2000)
    drawn = [krippendorff(*zip(*np.repeat([pair for pair, _ in pairs], n, axis=0), strict=True)) for n in times]
    found = models.alpha(first, second).loc[0, ["low", "high"]].tolist()
    assert found == [pytest.approx(bound) for bound in np.quantile(drawn, [0.05, 0.95])]


@pytest.mark.filterwarnings("error")
def test_alpha_without_variation():
    """Where nobody used a second label there is nothing to agree on beyond chance."""
    found = models.alpha("aaa", "aaa")
    assert found["agreement"].tolist() == [1]
    assert found[["alpha", "low", "high"]].isna().all(axis=None)


@pytest.fixture(scope="module")
def agreed():
    """Return the agreement of the first two coders."""
    table = models.agreement()
    return table[table["first"] == "reader_a"]


def test_agreement_table(agreed):
    """Every part of both tables is there, by collection, in order."""
    kinds = [(part, where) for part in CODE for where in ("records", "reports")]
    kinds += [("orientation", "records"), ("stage", "records")]
    assert list(dict.fromkeys(zip(agreed["part"], agreed["collection"], strict=True))) == kinds
    assert agreed["second"].unique().tolist() == ["reader_b"]


def test_agreement_is_that_of_the_codes(agreed):
    """Counts, shares and alphas are those of the codes compared one by one; an empty part is the label none."""
    one, other = (models.codes(coder=coder) for coder in models.CODERS[:2])
    for part, where in (("primary", "records"), ("secondary", "reports")):
        rows = agreed[(agreed["part"] == part) & (agreed["collection"] == where)].set_index("label")
        pair = [table.loc[table["collection"] == where, part].replace("", "none").tolist() for table in (one, other)]
        assert set(rows.index) == {"all", *pair[0], *pair[1]}
        assert rows["passages"].unique().tolist() == [len(pair[0])]
        assert rows.loc["all", "agreement"] == pytest.approx(np.mean(np.equal(*map(np.array, pair))))
        assert rows.loc["all", "alpha"] == pytest.approx(krippendorff(*pair))
        assert rows.loc["governance", "used"] == sum(values.count("governance") for values in pair)
        assert rows.loc["governance", "alpha"] == pytest.approx(
            krippendorff(*([value == "governance" for value in values] for values in pair))
        )


# A person's codes


def test_sheet(home, monkeypatch):
    """Every coded passage is there, with the text of records only, and without anybody's code."""
    monkeypatch.delenv("CITYANALYSIS_ORIGINALS", raising=False)
    table, gold = models.sheet(), files.table("data/gold/models.csv")
    assert tuple(table) == models.SHEET
    assert table[["passage_id", "sha1"]].to_numpy().tolist() == gold[["passage_id", "sha1"]].to_numpy().tolist()
    assert (table["text"] != "").tolist() == (gold["collection"] == "records").tolist()
    assert (table[CODE] == "").all(axis=None)


def test_sheet_with_texts(originals_read):
    """Where the texts lie, every passage has its own."""
    texts = originals_read.passages.set_index("passage_id")["text"]
    table = models.sheet()
    reports = table[table["passage_id"].str.contains("-report-")]
    assert reports["text"].tolist() == texts[reports["passage_id"]].tolist()


def test_taking_a_sheet_changes_nothing_of_the_studys(home, write, gold):
    """A person's codes stand in a file of their own: the gold and the coders' codes stay as they are."""
    assert models.codes(coder="human").empty
    before = {coder: models.codes(coder=coder) for coder in models.CODERS[:3]}
    bytes_before = (home / "data" / "gold" / "models.csv").read_bytes()
    path = write((*gold[0], "industry", "application", "yes"), (*gold[1], "other", "", ""), (*gold[2], "", "", ""))
    assert models.take(path) == 2
    assert (home / "data" / "gold" / "models.csv").read_bytes() == bytes_before
    for coder, codes in before.items():
        pd.testing.assert_frame_equal(models.codes(coder=coder), codes)
    human = models.codes(coder="human")
    assert human[["passage_id", *CODE]].to_numpy().tolist() == [
        [gold[0][0], "industry", "application", True],
        [gold[1][0], "other", "", False],
    ]
    assert tuple(human) == tuple(before["settled"])
    assert [file.name for file in (home / "data" / "own").iterdir()] == ["codes.csv"]


def test_agreement_with_a_person(home, write, gold):
    """A person is compared with both coders and with what was settled, on the passages that the person coded."""
    settled = models.codes().set_index("passage_id")
    codes = [settled.loc[passage] for passage, _ in gold]
    rows = [(*one, code["primary"], code["secondary"], "") for one, code in zip(gold, codes, strict=True)]
    other = "industry" if rows[0][2] != "industry" else "governance"
    models.take(write((*gold[0], other, "", ""), *rows[1:4]))
    table = models.agreement()
    person = table[(table["first"] == "human") & (table["part"] == "primary") & (table["label"] == "all")]
    assert person["second"].tolist() == ["reader_a", "reader_b", "settled"]
    assert person["passages"].tolist() == [4] * 3
    assert person.set_index("second").loc["settled", "agreement"] == 0.75
    assert not (table["first"] == "human")[table["part"] == "orientation"].any()


def test_a_second_sheet_goes_on_where_the_first_ended(home, write, gold):
    """The next sheet shows what was filled in; passages that a sheet leaves out stay, emptied ones go."""
    models.take(write((*gold[0], "industry", "", "yes"), (*gold[1], "other", "", "no"), (*gold[2], "other", "", "")))
    sheet = models.sheet()
    assert sheet.loc[:3, CODE].to_numpy().tolist() == [
        ["industry", "", "yes"],
        ["other", "", "no"],
        ["other", "", "no"],
        ["", "", ""],
    ]
    assert models.take(write((*gold[1], "", "", ""), (*gold[3], "governance", "industry", ""))) == 1
    own = files.table("data/own/codes.csv")
    assert own["passage_id"].tolist() == [gold[k][0] for k in (0, 2, 3)]
    assert own["models"].tolist() == ["industry||yes", "other||no", "governance|industry|no"]


def test_a_filled_sheet_can_be_taken_as_it_was_written(home, tmp_path):
    """With its column of texts, and labels with blanks about them."""
    sheet = models.sheet()
    sheet.loc[6, ["primary", "secondary"]] = [" industry ", "governance"]
    files.write_table(tmp_path / "sheet.csv", sheet)
    assert models.take(tmp_path / "sheet.csv") == 1
    assert files.table("data/own/codes.csv")[["passage_id", "models"]].to_numpy().tolist() == [
        [sheet.loc[6, "passage_id"], "industry|governance|no"]
    ]


def test_a_code_of_another_text_does_not_count(home, write, gold):
    """Where a passage has changed since it was coded, its code is left out, and is asked for again."""
    models.take(write((*gold[0], "industry", "", ""), (*gold[1], "other", "", "")))
    path = home / "data" / "gold" / "models.csv"
    path.write_text(files.text(path).replace(gold[0][1], "0" * 40), encoding="utf-8")
    assert models.codes(coder="human")["passage_id"].tolist() == [gold[1][0]]
    assert models.sheet()["primary"].tolist()[:2] == ["", "other"]


@pytest.fixture
def taken(root, tmp_path, monkeypatch):
    """Make a home of what taking a sheet needs, and no more."""
    for part in ("corpus/documents.csv", "data/gold/models.csv"):
        (tmp_path / part).parent.mkdir(parents=True)
        shutil.copy(root / part, tmp_path / part)
    monkeypatch.setenv("CITYANALYSIS_HOME", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        (("industri", "", ""), "primary 'industri'; expected one of infrastructure, industry, application, governance"),
        (("industry", "other", ""), "secondary 'other'; expected nothing or one of"),
        (("industry", "industry", ""), "repeats the primary label"),
        (("industry", "", "maybe"), "instrumented 'maybe'; expected yes, no"),
        (("", "industry", ""), "without a primary label"),
        (("", "", "yes"), "without a primary label"),
        (("other", "industry", ""), "other has no secondary label"),
    ],
)
def test_faults_of_codes(taken, write, gold, code, fault):
    """A fault is named with file and line, and nothing at all is taken."""
    path = write((*gold[0], "other", "", ""), (*gold[1], *code))
    with pytest.raises(files.ReadError) as error:
        models.take(path)
    first, last = str(error.value).splitlines()
    assert first.startswith(f"{path}:3: ")
    assert fault in first
    assert last == f"{path}: nothing was taken; mend these lines and try again"
    assert not (taken / "data" / "own").exists()


def test_faults_of_passages(taken, write, gold):
    """Unknown, repeated and changed passages are told with their lines, missing columns with what to add."""
    (one, sha1), code = gold[0], ("other", "", "")
    path = write((one, sha1, *code), (one, sha1, *code), ("nowhere#1", sha1, *code), (gold[1][0], sha1, *code))
    with pytest.raises(files.ReadError, match=r"(?s):3: .*stands twice.*:4: .*is none of.*:5: the text of .* changed"):
        models.take(path)
    with pytest.raises(files.ReadError, match=r"sheet\.csv:1: .*; add sha1, secondary, instrumented"):
        models.take(write(("a", "other"), columns=["passage_id", "primary"]))
    assert not (taken / "data" / "own").exists()


def test_a_broken_sheet_leaves_what_was_taken(home, write, gold):
    """After a sheet with a fault, the codes taken before are there as they were."""
    models.take(write((*gold[0], "industry", "", "")))
    before = (home / "data" / "own" / "codes.csv").read_bytes()
    with pytest.raises(files.ReadError):
        models.take(write((*gold[0], "other", "", ""), (*gold[1], "nothing", "", "")))
    assert (home / "data" / "own" / "codes.csv").read_bytes() == before
