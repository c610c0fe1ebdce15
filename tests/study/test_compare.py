"""What sets cities apart and what makes them alike, against plain arithmetic and planted cases."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.spatial.distance import pdist, squareform
from scipy.stats import spearmanr

from cityanalysis import corpus, counts, files, words
from cityanalysis.study import compare, shares

NAMES = list("abcdefgh")


def dealt(rows, seed=0):
    """Return counts of words drawn at random for passages of four cities, and their city; `rows` are added."""
    rng = np.random.default_rng(seed)
    passages = [f"{city}#{n}" for city in "abcd" for n in range(40)]
    drawn = [(passage, f"w{word}", 1) for passage in passages for word in set(rng.integers(0, 30, 6).tolist())]
    counted = pd.DataFrame([*drawn, *rows], columns=["passage_id", "word", "n"])
    return counted, pd.Series({passage: passage[0] for passage in passages})


def symmetric(seed, names=NAMES):
    """Return a random similarity of cities."""
    table = np.random.default_rng(seed).random((len(names), len(names)))
    return pd.DataFrame(table + table.T, names, names)


def above(table):
    """Return the values of all pairs."""
    return table.to_numpy()[np.triu_indices(len(table), 1)]


def test_telling_finds_what_is_planted():
    """A word of one city alone is found there, with its numbers; nothing else has a low rate of false finds."""
    counted, city = dealt([(f"a#{n}", "云", 2) for n in range(8)])
    found = compare.telling(counted, city)
    sure = found[found["q"] < 0.1]
    assert sure[["group", "word", "n", "passages", "expected"]].to_numpy().tolist() == [["a", "云", 16, 8, 0.0]]
    sums = counted.groupby([counted["passage_id"].str[0], "word"])["n"].sum().unstack(fill_value=0)
    here, rest = sums.loc["a"], sums.drop("a").sum()
    difference, z = counts.log_odds(here, here.sum(), rest, rest.sum(), sums.sum() / 4)
    at = sums.columns.get_loc("云")
    assert (sure["log_odds"].iloc[0], sure["z"].iloc[0]) == pytest.approx((difference[at], z[at]))
    assert (sure["high"] - sure["log_odds"]).iloc[0] == pytest.approx(1.645 * difference[at] / z[at], rel=1e-3)


def test_telling_leaves_out_what_is_in_few_passages():
    """However often a word stands in two passages, it is no mark of a city; in three it may be."""
    for passages, is_found in ((2, False), (3, True)):
        counted, city = dealt([(f"a#{n}", "云", 9) for n in range(passages)])
        assert ("云" in set(compare.telling(counted, city)["word"])) == is_found


@pytest.mark.parametrize("seed", range(3))
def test_telling_finds_little_by_chance(seed):
    """Passages that were dealt at random set no city apart, although they repeat their words."""
    counted, city = dealt([], seed)
    assert (compare.telling(counted.assign(n=3), city)["q"] < 0.1).sum() <= 1


def test_telling_rates_grow_down_the_list():
    """A less telling word has no smaller rate, and rates lie between 0 and 1."""
    counted, city = dealt([(f"b#{n}", "网", 1) for n in range(20)])
    found = compare.telling(counted, city).sort_values("z", ascending=False)
    assert found["q"].is_monotonic_increasing
    assert found["q"].between(0, 1).all()


def test_similarity_by_hand():
    """Logarithmic counts, times 1 + the logarithm of (1 + groups) / (1 + groups with the word), by the cosine."""
    table = pd.DataFrame({"云": [4, 1, 0], "网": [1, 2, 5]}, index=list("abc"))
    idf = np.log(np.array([4 / 3, 4 / 4])) + 1
    weights = np.where(table > 0, 1 + np.log(table.where(table > 0, 1)), 0) * idf
    assert np.allclose(compare.similarity(table), 1 - squareform(pdist(weights, "cosine")))


def test_neighbours():
    """Each city has its k nearest, never itself, the nearest first and ties by name."""
    table = pd.DataFrame(1.0, list("abcd"), list("abcd"))
    table.loc["a", "d"] = table.loc["d", "a"] = 2.0
    found = compare.neighbours(table, 2)
    assert found["city"].tolist() == list("aabbccdd")
    assert found["other"].tolist() == list("dbacabab")


def test_mantel_of_ranks_is_spearman():
    """Its value is that of the pairs; unrelated tables differ no more than permuted ones do, related ones do."""
    first, second = symmetric(1), symmetric(2)
    found = compare.mantel(first, second).loc[0]
    assert found["value"] == pytest.approx(spearmanr(above(first), above(second)).statistic)
    assert found["low"] < found["value"] < found["high"]
    assert found["p"] > 0.05
    alike = compare.mantel(first, first + 0.2 * second).loc[0]
    assert alike["p"] < 0.01
    assert alike["value"] > alike["chance"]


def test_mantel_of_groups_is_a_difference_of_means():
    """Of pairs that belong together and those that do not; order and surplus of cities do not matter."""
    values, group = symmetric(3), pd.Series(list("xxxyyyzz"), NAMES)
    together = compare.alike(group)
    found = compare.mantel(values, together).loc[0]
    mask = above(together)
    assert found["value"] == pytest.approx(above(values)[mask].mean() - above(values)[~mask].mean())
    assert found["n"] == len(NAMES)
    shuffled = together.loc[NAMES[::-1], NAMES[::-1]]
    more = compare.mantel(values.reindex(index=[*NAMES, "i"], columns=[*NAMES, "i"]), shuffled).loc[0]
    assert more.equals(found)
    planted = compare.mantel(values + 2 * together, together).loc[0]
    assert (planted["value"] - found["value"], planted["p"]) == pytest.approx((2, 0.001), abs=0.003)


def test_mantel_p_is_the_share_of_all_permutations():
    """Of four cities all 24 orders can be tried; drawing them comes near."""
    first, second = symmetric(4, NAMES[:5]), symmetric(5, NAMES[:5])
    rng = np.random.default_rng(0)
    value = spearmanr(above(first), above(second)).statistic
    orders = (rng.permutation(5) for _ in range(2000))
    drawn = [spearmanr(above(first), above(second.iloc[order, order])).statistic for order in orders]
    assert compare.mantel(first, second)["p"][0] == pytest.approx(np.mean(np.array(drawn) >= value - 1e-9), abs=0.04)


def test_by_kind():
    """Means of the pairs of a kind, their number, and an interval from cities drawn with replacement."""
    values, group = symmetric(6), pd.Series(list("xxxxyyyy"), NAMES)
    kinds = compare.alike(group).replace({True: "same", False: "other"})
    found = compare.by_kind(values, kinds).set_index("group")
    mask = above(kinds) == "same"
    assert found.loc["same", ["value", "n"]].tolist() == pytest.approx([above(values)[mask].mean(), 12])
    assert found.loc["other", ["value", "n"]].tolist() == pytest.approx([above(values)[~mask].mean(), 16])
    assert (found["low"] < found["value"]).all() and (found["value"] < found["high"]).all()
    times = np.random.default_rng(shares.SEED).multinomial(8, np.full(8, 1 / 8), size=shares.DRAWS)
    pairs = [(i, j) for i, j in combinations(range(8), 2) if kinds.iloc[i, j] == "same"]
    sums = [(sum(t[i] * t[j] * values.iloc[i, j] for i, j in pairs), sum(t[i] * t[j] for i, j in pairs)) for t in times]
    means = [total / n for total, n in sums if n]
    assert found.loc["same", ["low", "high"]].tolist() == pytest.approx(np.quantile(means, shares.INTERVAL).tolist())


def test_nearness():
    """Minus the kilometres on the sphere; a city is nearest to itself."""
    found = compare.nearness(words.cities())
    assert found.loc["ningbo", "ningbo"] == 0
    assert found.loc["shanghai", "suzhou"] == pytest.approx(-85, abs=5)
    assert found.loc["shanghai", "beijing"] == pytest.approx(-1067, abs=2)
    assert found.equals(found.T)


def test_clusters_that_many_words_carry_have_support():
    """Two pairs of cities that share all their words come together in every sample; a tree has n − 1 nodes."""
    rng = np.random.default_rng(0)
    table = pd.DataFrame(rng.integers(0, 3, (4, 60)), list("abcd"))
    table.iloc[:2, :30] += 9
    table.iloc[2:, 30:] += 9
    found = compare.clusters(table)
    support = found.set_index("members")["support"].to_dict()
    assert len(found) == 3
    assert {members: support[members] for members in (("a", "b"), ("c", "d"))} == {("a", "b"): 1, ("c", "d"): 1}
    assert found["size"].tolist()[-1] == 4
    assert found["height"].is_monotonic_increasing


def test_clusters_of_noise_have_little_support():
    """Cities that draw the same words at random form clusters that other samples of words do not repeat."""
    table = pd.DataFrame(np.random.default_rng(1).integers(0, 4, (12, 80)), NAMES + list("ijkl"))
    found = compare.clusters(table)
    assert (found.loc[found["size"] <= 6, "support"] < 0.9).all()


@pytest.fixture(scope="module")
def told():
    """Return which passages and events tell of which systems."""
    return compare.systems(corpus.load("records", second=True))


def test_systems_name_passages_and_events_that_are_there(told):
    """Each row is a passage of its city, in which the words stand; none stands twice; all eight systems occur."""
    records, events = corpus.load("records", second=True), files.table("data/events.csv")
    texts = dict(zip(records.passages["passage_id"], records.passages["text"], strict=True))
    cities = dict(zip(records.passages["passage_id"], records.passages["city"], strict=True))
    texts |= {f"events#{line}": row.summary_zh for line, row in zip(events.index, events.itertuples(), strict=True)}
    cities |= {f"events#{line}": row.city for line, row in zip(events.index, events.itertuples(), strict=True)}
    assert told["passage_id"].map(cities).equals(told["city"])
    for row in told.sample(200, random_state=0).itertuples():
        assert all(word.lower() in texts[row.passage_id].lower() for word in row.words.split("、"))
    assert not told.duplicated(["system", "passage_id"]).any()
    assert sorted(told["system"].unique()) == files.table("data/lexicon/systems.csv")["system"].tolist()


def test_systems_by_domain_and_by_plain_word(told):
    """What a domain's terms do not say a plain word does: 学校 is no term, but speaks of education."""
    of_word = told.assign(word=told["words"].str.split("、")).explode("word").groupby("word")["system"].unique()
    assert {word: of_word[word].tolist() for word in ("学校", "一网通办", "工厂")} == {
        "学校": ["3 智慧教育系统"],
        "一网通办": ["6 智慧公共服务系统"],
        "工厂": ["8 智慧制造系统"],
    }
