"""What sets a city apart, which cities write alike, and who shares passages with whom (notebooks 07, likeness).

Words are counted a passage, and a city is the sum of its passages. So chance is what is left when passages are dealt to
cities at random (`telling`), or when cities change places (`mantel`).
"""

import numpy as np
import pandas as pd
from scipy.cluster import hierarchy
from scipy.spatial.distance import squareform
from scipy.stats import norm, rankdata
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.metrics.pairwise import cosine_similarity, haversine_distances

from cityanalysis import corpus, counts, files, tags, words
from cityanalysis.study import shares, topics

LEAST = 3  # passages in which a word stands that marks a city
RICH = 4  # digital terms in a passage that is coded because of them
DEALS = 40  # of passages to groups
PERMUTATIONS = 9999
DRAWS = 300  # of the words of a clustering
EARTH = 6371  # its mean radius in km


def digital(loaded):
    """Return how often each digital term of the lexicon stands in each passage of a corpus, for `telling`.

    Columns ``passage_id, word, n``. Names of bodies and people are left aside (`topics.ACTOR`).

    Examples
    --------
    >>> from cityanalysis import documents
    >>> own = corpus.Corpus.of(documents.passages("智慧交通和数据中心，智慧交通。"))
    >>> digital(own)[["word", "n"]].to_numpy().tolist()
    [['数据中心', 1], ['智慧交通', 2]]
    """
    lexicon = words.domain_terms(words.read_lexicon()).query(f"domain != '{topics.ACTOR}'")
    terms = lexicon["term"][lexicon["term"].map(tags.is_digital)]
    counted = loaded.counts[loaded.counts["word"].isin(terms)]
    return counted.groupby(["passage_id", "word"], as_index=False)["n"].sum()


def content(counted, *, without):
    """Return counts of the content words (`topics.vocabulary`) that a pattern does not match: ``passage_id, word, n``.

    Examples
    --------
    >>> "智慧城市" in set(content(corpus.load("records").counts, without="智慧")["word"])
    False
    """
    kept = counted["word"].isin(topics.vocabulary(counted)) & ~counted["word"].str.contains(without)
    return counted[kept].groupby(["passage_id", "word"], as_index=False)["n"].sum()


def rich(tagged):
    """Return the ids of the passages with at least `RICH` digital terms, those within others not counted, from tags.

    Examples
    --------
    >>> places = pd.DataFrame([(0, 4), (0, 2), (4, 8), (8, 12), (12, 14)], columns=["start", "end"])
    >>> tagged = places.assign(passage_id="a#1", kind="term", term="数据")
    >>> list(rich(tagged)), list(rich(tagged[:-1]))
    (['a#1'], [])
    """
    terms = tagged[tagged["kind"] == "term"].sort_values(["passage_id", "start", "end"], ascending=[True, True, False])
    terms = terms[terms["term"].map(tags.is_digital)].drop_duplicates(["passage_id", "start"])
    reached = terms.groupby("passage_id")["end"].transform(lambda end: end.cummax().shift(fill_value=0))
    return terms[terms["end"] > reached].groupby("passage_id").size().loc[lambda n: n >= RICH].index


def telling(counted, groups):
    """Find the words that set each group apart from all others together, and how many of them would be so by chance.

    Parameters
    ----------
    counted : pandas.DataFrame
        Columns ``passage_id, word, n``: of all groups that are compared, the words that are to compete.
    groups : pandas.Series
        The group (a city) by passage id.

    Returns
    -------
    pandas.DataFrame
        Columns ``group, word, n, passages, expected, log_odds, low, high, z, q``, the most telling first: occurrences
        in the group, and in how many passages of it (a word in fewer than `LEAST` is no mark of a group); occurrences
        if it stood there as often as elsewhere; `cityanalysis.counts.log_odds` with its 90 % interval, the prior being
        the mean group; and what share of the words of all groups with this z or more would be found if passages were
        dealt to the groups at random. Words that stand here no more often than elsewhere are left out.

    References
    ----------
    Tusher, V. G., Tibshirani, R. & Chu, G. (2001). Significance analysis of microarrays applied to the ionizing
    radiation response. PNAS 98(9), 5116–5121: the false discovery rate by permutation. Passages repeat their words, so
    that the normal p-values of single words, corrected as usual, find hundreds where there is nothing.

    Examples
    --------
    >>> rows = [(f"a#{i}", "云", 3) for i in range(9)] + [(f"b#{i}", "网", 3) for i in range(9)]
    >>> counted = pd.DataFrame(rows, columns=["passage_id", "word", "n"])
    >>> found = telling(counted, pd.Series({passage: passage[0] for passage in counted["passage_id"]}))
    >>> found[["group", "word", "n", "passages", "q"]].to_csv(index=False).split()
    ['group,word,n,passages,q', 'a,云,27,9,0.0', 'b,网,27,9,0.0']
    """
    rows, passages = pd.factorize(counted["passage_id"])
    columns, names = pd.factorize(counted["word"], sort=True)
    codes, labels = pd.factorize(groups.loc[passages], sort=True)
    cells = columns, len(names), counted["n"].to_numpy()
    found = _marks(codes[rows], len(labels), *cells)
    rng = np.random.default_rng(shares.SEED)
    dealt = [_marks(rng.permutation(codes)[rows], len(labels), *cells)["z"] for _ in range(DEALS)]
    chance = np.sort(np.concatenate(dealt))
    found = found.sort_values("z", ascending=False, kind="stable", ignore_index=True)
    false = (len(chance) - np.searchsorted(chance, found["z"].to_numpy())) / DEALS / np.arange(1, len(found) + 1)
    # The rate of the best list of which the word is a part, so that it does not fall from a word to a lesser one.
    found = found.assign(q=np.minimum.accumulate(false[::-1])[::-1].clip(max=1))
    found = found.assign(group=labels[found["group"]], word=names[found["word"]])
    order = ["group", "word", "n", "passages", "expected", "log_odds", "low", "high", "z", "q"]
    return found.sort_values(["group", "z", "word"], ascending=[True, False, True], ignore_index=True)[order]


def _marks(group, n_groups, word, n_words, n):
    """Return what `telling` does, but for q; groups and words are numbers, a row a word in a passage."""
    here, spread = np.zeros((2, n_groups, n_words))
    np.add.at(here, (group, word), n)
    np.add.at(spread, (group, word), 1)
    total, size = here.sum(axis=0), here.sum(axis=1, keepdims=True)
    rest = total - here, size.sum() - size
    difference, z = counts.log_odds(here, size, *rest, total / n_groups)
    kept = np.nonzero((z > 0) & (spread >= LEAST))
    found = {"n": here, "passages": spread, "expected": rest[0] / rest[1] * size, "log_odds": difference, "z": z}
    found = pd.DataFrame({"group": kept[0], "word": kept[1]} | {name: table[kept] for name, table in found.items()})
    half = found["log_odds"] / found["z"] * norm.ppf(shares.INTERVAL[1])
    found = found.assign(low=found["log_odds"] - half, high=found["log_odds"] + half)
    return found.astype({"n": int, "passages": int})


def crossed(counted, groups):
    """Return how often each word stands in each group, groups × words; arguments as of `telling`."""
    return counted.groupby([counted["passage_id"].map(groups).rename("group"), "word"])["n"].sum().unstack(fill_value=0)


def weighted(table):
    """Return the tf–idf weights (logarithmic counts) of a table groups × words; rows have length 1."""
    if table.empty:
        raise ValueError("no word is left to compare by; leave fewer words or passages out")
    found = TfidfTransformer(sublinear_tf=True).fit_transform(table.to_numpy(dtype=float))
    return pd.DataFrame(found.toarray(), table.index, table.columns)


def similarity(table):
    """Return the cosine of the tf–idf weights of each two groups, groups × groups.

    Examples
    --------
    >>> table = pd.DataFrame({"云": [2, 2, 0], "网": [0, 0, 1]}, index=["a", "b", "c"])
    >>> similarity(table).round(2).loc["b"].to_dict()
    {'a': 1.0, 'b': 1.0, 'c': 0.0}
    """
    return pd.DataFrame(cosine_similarity(weighted(table)), table.index, table.index)


def neighbours(similarity, k=5):
    """Return the `k` most similar others of each city: columns ``city, other, similarity``, the most similar first.

    Examples
    --------
    >>> neighbours(pd.DataFrame([[1, 0.2], [0.2, 1]], index=["a", "b"], columns=["a", "b"])).values.tolist()
    [['a', 'b', 0.2], ['b', 'a', 0.2]]
    """
    pairs = similarity.rename_axis(index="city", columns="other").stack().rename("similarity").reset_index()
    pairs = pairs[pairs["city"] != pairs["other"]]
    pairs = pairs.sort_values(["city", "similarity", "other"], ascending=[True, False, True])
    return pairs.groupby("city").head(k).reset_index(drop=True)


def nearness(cities):
    """Return how near cities lie to each other, as minus the kilometres between them: cities × cities.

    Examples
    --------
    >>> nearness(words.cities()).loc["beijing", ["tianjin", "shanghai"]].round(-1).tolist()
    [-110.0, -1070.0]
    """
    places = np.radians(cities.set_index("city")[["latitude", "longitude"]])
    return pd.DataFrame(-EARTH * haversine_distances(places), places.index, places.index)


def alike(values):
    """Return which units have the same value, units × units, from a Series."""
    return pd.DataFrame(values.to_numpy()[:, None] == values.to_numpy(), values.index, values.index)


def mantel(first, second):
    """Test whether pairs of cities that are closer in one table are so in another, by the test of Mantel (1967).

    Parameters
    ----------
    first, second : pandas.DataFrame
        Cities × cities, symmetric, the closer the larger; cities that are not in both are left out. If `second` is of
        bool (pairs that belong together, `alike`), two groups of pairs are compared; else ranks.

    Returns
    -------
    pandas.DataFrame
        One row: ``value`` (how much closer the pairs are that belong together, or Spearman's rho), ``low, high`` (the
        90 % interval: cities are resampled, and a city drawn twice makes no pair with itself), ``chance`` (what one in
        twenty permutations of the cities reaches), ``p`` (one-sided) and ``n`` (cities).

    References
    ----------
    Mantel, N. (1967). The detection of disease clustering and a generalized regression approach. Cancer Research 27(2),
    209–220.

    Examples
    --------
    >>> cities = pd.Series([1, 2, 3, 5, 8, 13], index=list("abcdef"))
    >>> near = pd.DataFrame(-abs(cities.to_numpy()[:, None] - cities.to_numpy()), cities.index, cities.index)
    >>> mantel(near, near).round(3).loc[0, ["value", "p", "n"]].tolist()
    [1.0, 0.002, 6.0]
    """
    names = first.index[first.index.isin(second.index)]
    n, pairs, grouped = len(names), 1 - np.eye(len(names)), second.dtypes.eq(bool).all()
    x, y = (table.loc[names, names].to_numpy(dtype=float) for table in (first, second))
    if not grouped:
        x, y = (rankdata(np.where(pairs, values.round(9), -np.inf)).reshape(n, n) for values in (x, y))
    x, y = x * pairs, y * pairs
    total, *sums = _drawn(n, [pairs, x, y, x * y, x * x, y * y])
    mean_x, mean_y, product, square_x, square_y = sums / np.where(total > 0, total, np.nan)  # one city has no pairs
    # Regression on a bool gives the difference of two means; among ranks, scaled by both deviations, the correlation.
    scale = square_y - mean_y**2
    if grouped and n > 1 and scale[0] <= 1e-12:
        raise ValueError("all pairs belong together, or none does: nothing to compare; choose another bound")
    scale = scale if grouped else np.sqrt(np.maximum(scale * (square_x - mean_x**2), 0))
    value, *drawn = np.divide(product - mean_x * mean_y, scale, out=np.full_like(scale, np.nan), where=scale > 1e-12)
    rng = np.random.default_rng(shares.SEED)
    orders = (rng.permutation(n) for _ in range(PERMUTATIONS))
    permuted = np.array([(x * y[np.ix_(order, order)]).sum() for order in orders]) / total[0]
    permuted = (permuted - mean_x[0] * mean_y[0]) / scale[0]
    low, high = shares.bounds(drawn)
    found = {"value": value, "low": low, "high": high, "chance": np.quantile(permuted, shares.INTERVAL[1])}
    return pd.DataFrame([found | {"p": shares.reached(value, permuted), "n": n}])


def by_kind(similarity, kinds):
    """Return the mean similarity of each kind of pair of cities, from two tables cities × cities.

    Columns ``group`` (the kind), ``value, low, high, n`` (pairs), intervals as of `mantel`; pairs without a kind (an
    empty text) are left out.

    Examples
    --------
    >>> near = pd.DataFrame([[1, 0.2, 0.4], [0.2, 1, 0.6], [0.4, 0.6, 1]], index=list("abc"), columns=list("abc"))
    >>> kinds = near.map(lambda value: "low" if value < 0.5 else "")
    >>> by_kind(near, kinds)[["group", "value", "n"]].round(2).values.tolist()
    [['low', 0.3, 2]]
    """
    pairs, parts = 1 - np.eye(len(similarity)), []
    for kind in sorted(set(np.unique(kinds.to_numpy(dtype=str))) - {""}):
        some = (kinds == kind).to_numpy() * pairs
        total, summed = _drawn(len(pairs), [some, similarity.to_numpy() * some])
        value, *drawn = np.divide(summed, total, out=np.full_like(total, np.nan), where=total > 0)
        low, high = shares.bounds(drawn)
        parts.append({"group": kind, "value": value, "low": low, "high": high, "n": int(some.sum() / 2)})
    return pd.DataFrame(parts)


def _drawn(n, tables):
    """Return the sums of tables n × n over all pairs of cities: of all cities, then of draws with replacement."""
    times = np.random.default_rng(shares.SEED).multinomial(n, np.full(n, 1 / n), size=shares.DRAWS)
    times = np.vstack([np.ones(n), times])
    return np.array([((times @ table) * times).sum(axis=1) for table in tables])


def clusters(table):
    """Cluster groups by their words (average linkage of the cosine), and see which clusters do not hang on a few words.

    From a table groups × words to a row a cluster, the closest first: ``members`` (tuple of groups), ``size, height``
    (1 − cosine) and ``support``: the share of `DRAWS` bootstrap samples of the words in which the same groups are a
    cluster (Felsenstein 1985, Evolution 39(4), 783–791).
    """
    weights = weighted(table)
    tree = _tree(weights.to_numpy())
    rng, found = np.random.default_rng(shares.SEED), _members(tree)
    hits, n = dict.fromkeys(found, 0), weights.shape[1]
    for _ in range(DRAWS):
        times = rng.multinomial(n, np.full(n, 1 / n))
        for members in _members(_tree(weights.to_numpy() * np.sqrt(times))):
            hits[members] = hits.get(members, 0) + 1
    rows = [(tuple(table.index[sorted(members)]), len(members), hits[members] / DRAWS) for members in found]
    return pd.DataFrame(rows, columns=["members", "size", "support"]).assign(height=tree[:, 2])


def _tree(weights):
    """Return the average linkage of rows by the cosine."""
    return hierarchy.average(squareform(1 - cosine_similarity(weights).round(9), checks=False))


def _members(tree):
    """Return the leaves below each node of a tree."""
    sets = [frozenset([leaf]) for leaf in range(len(tree) + 1)]
    for first, second in tree[:, :2].astype(int):
        sets.append(sets[first] | sets[second])
    return sets[len(tree) + 1 :]


def systems(records):
    """Return which passages and events speak of the eight application systems of the Hu Bin study.

    From the `cityanalysis.Corpus` of the records to columns ``city, system, passage_id, words``, a row a passage and
    system; a passage is one of the corpus, or ``events#n``, line n of ``data/events.csv``. It speaks of a system by a
    term of a domain that answers to it (``data/lexicon/domains.csv``), or by a word of ``data/lexicon/systems.csv``.
    """
    events = files.table("data/events.csv")
    told = pd.DataFrame({"passage_id": [f"events#{line}" for line in events.index], "doc_id": "events"})
    told = told.assign(city=events["city"].to_numpy(), text=events["summary_zh"].to_numpy())
    by_domain = words.domains().set_index("domain")["system"]
    plain = files.table("data/lexicon/systems.csv").set_index("system")["words"].str.split("|").explode()
    by_word = pd.Series(plain.index, plain)
    parts = []
    for some in (records, corpus.Corpus.of(told)):
        parts.append(some.tags.assign(system=some.tags["domain"].map(by_domain), word=some.tags["term"]))
        parts.append(some.counts.assign(system=some.counts["word"].map(by_word)))
    found = pd.concat(parts).dropna(subset="system").query("system != ''").sort_values("word")
    found = found.groupby(["system", "passage_id"])["word"].agg(lambda some: "、".join(some.unique())).rename("words")
    cities = pd.concat([records.passages, told]).set_index("passage_id")["city"]
    found = found.reset_index().assign(city=lambda table: table["passage_id"].map(cities))
    order = ["city", "system", "passage_id"]
    return found.sort_values(order, ignore_index=True)[[*order, "words"]]
