"""Which development model passages are about: codes, mixes, verdicts, and how far each can be trusted.

`codes` reads the coded passages (``docs/codebook.md`` says how they are coded). A *mix* is the shares of the three
models among them, shrunk towards that of all cities; a *verdict* follows from it by a rule that was fixed before any
result (``docs/analysis_plan.md``), and `decisive` tells which passages decided. `simulate` and `alike` say what such
verdicts are worth, `naming` tests a study's exemplars. `events` and `indicators` are two other views of a city, by
rules. `agreement` tells how far coders agree; `sheet` and `take` are how a person becomes one.
"""

import itertools
import re

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import digamma, gammainc, gammaincinv, gammaln
from scipy.stats import beta

from cityanalysis import corpus, files, readers, words
from cityanalysis.study import shares

LABELS = ("infrastructure", "industry", "application", "governance", "other")
MODELS = LABELS[:3]
CODERS = ("reader_a", "reader_b", "settled", "human")
SURE, LEANING = 0.90, 0.75  # p_largest from which a model is given as the verdict, and as one leant to
LEAST = 12  # predicted passages on the models that a verdict needs: there is no prior for documents of one's own
NODES, MASS = np.polynomial.legendre.leggauss(32)
LEADS = {"clear 55 : 25 : 20": (0.55, 0.25, 0.2), "slight 42 : 33 : 25": (0.42, 0.33, 0.25), "none": (1 / 3,) * 3}
# Whom the study of Hu Bin and colleagues names for each model.
EXEMPLARS = {
    **dict.fromkeys(("dubuque", "nanjing"), "infrastructure"),
    **dict.fromkeys(("singapore", "ningbo"), "industry"),
    **dict.fromkeys(("yokohama", "beijing"), "application"),
}

# What a code of each gold table consists of.
PARTS = {"models": ("primary", "secondary", "instrumented"), "orientation": ("orientation", "stage")}
OWN = "data/own/codes.csv"  # a person's codes: passage_id, sha1 of its text, models (the code)
SHEET = ("passage_id", "sha1", "text", *PARTS["models"])


def codes(*, coder="settled", second=True):
    """Return the passages that a coder (of `CODERS`) has coded, those of second records only with `second`.

    Columns ``passage_id, doc_id, city, collection, role, writer, stratum, weight`` (how many passages of its role and
    stratum a passage stands for), ``primary, secondary`` (empty where there is none), ``instrumented`` (bool).

    Examples
    --------
    >>> codes().loc[3, ["passage_id", "city", "writer", "primary"]].tolist()
    ['barcelona-record#4', 'barcelona', 'g6', 'infrastructure']
    """
    coded = parts("models", coder)
    coded["doc_id"] = coded["passage_id"].str.replace(r"#\d+\Z", "", regex=True)
    if not second:
        coded = coded[~coded["doc_id"].str.endswith("-second")]
    coded = coded.merge(corpus.registry()[["doc_id", "city", "writer"]], on="doc_id", how="left")
    coded = coded.assign(weight=coded["weight"].astype(float), instrumented=coded["instrumented"] == "yes")
    place = ["passage_id", "doc_id", "city", "collection", "role", "writer", "stratum", "weight"]
    return coded[[*place, *PARTS["models"]]]


def parts(name, coder):
    """Return the rows of a gold table (of `PARTS`) that a coder has coded, with a column a part of the code.

    Examples
    --------
    >>> parts("orientation", "settled").loc[3, ["passage_id", "orientation", "stage"]].tolist()
    ['barcelona-record#4', 'supply', 'networks']
    """
    if coder not in CODERS:
        raise ValueError(f"coder {coder!r} is unknown; choose one of {', '.join(CODERS)}")
    gold = files.table(f"data/gold/{name}.csv")
    if name == "models":
        gold["human"] = _own(gold)
    coded = gold[gold[coder] != ""].reset_index(drop=True)
    split = coded[coder].str.split("|", expand=True).reindex(columns=range(len(PARTS[name])))
    coded[list(PARTS[name])] = split.astype(str).to_numpy()
    return coded


def _own(gold):
    """Return a person's code of each passage; one given to another text than the passage has now does not count."""
    own = files.table(OWN) if (files.home() / OWN).is_file() else gold.head(0).assign(models="")
    code = own.set_index(["passage_id", "sha1"])["models"].to_dict()
    return [code.get(key, "") for key in zip(gold["passage_id"], gold["sha1"], strict=True)]


def weigh(coded, *, instrumented=False, secondary=True):
    """Return how much each coded passage counts for each label: a column a label, indexed like `coded`.

    The primary label counts 1, or 2/3 beside a secondary one, which counts 1/3; without `secondary` it always counts 1.
    With `instrumented`, the second reading, application counts as infrastructure in passages with that mark.

    Examples
    --------
    >>> coded = pd.DataFrame({"primary": ["application"], "secondary": ["governance"], "instrumented": [True]})
    >>> weigh(coded).round(2).loc[0].tolist()
    [0.0, 0.0, 0.67, 0.33, 0.0]
    >>> weigh(coded, instrumented=True, secondary=False).loc[0].tolist()
    [1.0, 0.0, 0.0, 0.0, 0.0]
    """
    if coded.empty:
        raise ValueError("no passage of these is coded by this coder; choose another, or fill in the sheet of codes")
    other = coded["secondary"] if secondary else pd.Series("", index=coded.index)
    share = pd.Series(1 / 3, index=coded.index).where(other != "", 0.0)
    columns = {label: (coded["primary"] == label) * (1 - share) + (other == label) * share for label in LABELS}
    weights = pd.DataFrame(columns, index=coded.index, dtype=float)
    if instrumented:
        moved = weights["application"].where(coded["instrumented"], 0.0)
        weights["infrastructure"] += moved
        weights["application"] -= moved
    return weights


def by_record(coded, weights):
    """Return the passages' weights (`weigh`) on `MODELS` summed over each city: of first records, and of second ones.

    Two tables with a row a city and a column a model, 0 where a record has no such passage. Together they give the
    cities' mixes (`design_effect`, `mix`).

    Examples
    --------
    >>> coded = codes()
    >>> first, second = by_record(coded, weigh(coded))
    >>> verdicts(mix(first + second, effect=design_effect(first, second))).loc["tianjin", "verdict"]
    'infrastructure'
    """
    coded = coded[coded["collection"] == "records"]
    is_second = coded["doc_id"].str.endswith("-second")
    sums = weights.loc[coded.index, list(MODELS)].groupby([is_second, coded["city"]]).sum()
    sums = sums.unstack("city", fill_value=0.0).reindex([False, True], fill_value=0.0).stack("city")
    return [sums.xs(which) for which in (False, True)]


def prior(counts):
    """Return the prior of the mixes of many groups: a Dirichlet's three parameters, by marginal likelihood.

    `counts` has a row a group and a column a model; fractions are allowed. Empirical Bayes for a Dirichlet-multinomial:
    the larger the parameters are together, the more alike the groups, and the more each is shrunk to their mean.

    References
    ----------
    Minka, T. (2000). Estimating a Dirichlet distribution. MIT.

    Examples
    --------
    >>> prior([[9, 0, 1], [1, 8, 1], [0, 2, 8], [5, 5, 0]]).round(1).tolist()
    [0.5, 0.6, 0.4]
    """
    counts = np.asarray(counts, dtype=float)
    n = counts.sum(axis=1)

    def lost(logs):
        alpha = np.exp(logs)
        total = alpha.sum()
        value = (gammaln(total) - gammaln(n + total)).sum() + (gammaln(counts + alpha) - gammaln(alpha)).sum()
        slope = (digamma(total) - digamma(n + total)).sum() + (digamma(counts + alpha) - digamma(alpha)).sum(axis=0)
        return -value, -slope * alpha

    start = np.log(6 * (counts.sum(axis=0) + 1) / (counts.sum() + counts.shape[1]))
    bounds = [(np.log(0.01), np.log(1000))] * counts.shape[1]  # where all are alike, the likelihood rises for ever
    return np.exp(minimize(lost, start, jac=True, bounds=bounds, method="L-BFGS-B").x)


def design_effect(first, second):
    """Return by how much passages of one record are less than independent: the design effect, at least 1.

    `first` and `second` hold the counts of the two records of the same groups, a row a group and a column a model. How
    far the two lie apart is held against what independent passages with the shares of both together would give; groups
    with an empty record are left out.

    Examples
    --------
    >>> design_effect([[6, 0, 0], [0, 6, 0]], [[0, 6, 0], [6, 0, 0]]), design_effect([[3, 1, 2]], [[3, 1, 2]])
    (12.0, 1.0)
    """
    pair = np.array([first, second], dtype=float)
    pair = pair[:, (pair.sum(axis=2) > 0).all(axis=0)]
    both = shares.proportions(pair.sum(axis=0))
    apart = (np.diff(shares.proportions(pair), axis=0) ** 2).sum()
    expected = (both * (1 - both)).sum(axis=1) @ (1 / pair.sum(axis=2)).sum(axis=0)
    return max(float(apart / expected), 1.0) if expected else 1.0


def mix(counts, *, effect=1.0, alpha=None):
    """Return the mix of each group: the posterior of the shares of the three models among its passages.

    Parameters
    ----------
    counts : pandas.DataFrame
        The passages' weights (`weigh`) summed over each group; a row a group, the columns `MODELS`.
    effect : float
        What counts are divided by, since passages of one record are not independent (`design_effect`).
    alpha : array of 3, or of groups × 3, optional
        The prior, of all groups or of each; unless given, that of the groups themselves (`prior`).

    Returns
    -------
    pandas.DataFrame
        A row a group and model: `shares.COLUMNS` (``share`` is the mean of the posterior, its interval the central
        90 %, ``n`` the group's sum), ``raw`` (its part of that sum, missing where it is 0), ``p_largest`` (how likely
        the share is the largest).

    Examples
    --------
    >>> counts = pd.DataFrame([[6, 1, 1]], ["x"], MODELS)
    >>> mix(counts, alpha=[4, 4, 4]).round(2)
      group           label  share   low  high  n   raw  p_largest
    0     x  infrastructure   0.50  0.32  0.68  8  0.75       0.85
    1     x        industry   0.25  0.11  0.42  8  0.12       0.08
    2     x     application   0.25  0.11  0.42  8  0.12       0.08
    """
    counts = counts[list(MODELS)]
    held = counts.to_numpy(dtype=float) / effect
    after = held + (prior(held) if alpha is None else np.asarray(alpha, dtype=float))
    rest = after.sum(axis=1, keepdims=True) - after
    found = {"group": np.repeat(counts.index.to_numpy(), len(MODELS)), "label": np.tile(MODELS, len(counts))}
    found |= {"share": shares.proportions(after).ravel()}
    found |= {end: beta.ppf(q, after, rest).ravel() for end, q in zip(("low", "high"), shares.INTERVAL, strict=True)}
    found |= {"n": np.repeat(counts.sum(axis=1).to_numpy(), len(MODELS)), "raw": shares.proportions(counts).ravel()}
    return pd.DataFrame(found).assign(p_largest=_largest(after).ravel())


def _largest(after):
    """Return how likely each share is the largest under each Dirichlet; its parameters are the last axis.

    Shares are gammas over their sum: the density of one, times how likely each of the others is smaller, integrated by
    Gauss–Legendre quadrature over its quantiles.
    """
    at = gammaincinv(after[..., None], (NODES + 1) / 2)
    below = gammainc(after[..., None, :, None], at[..., :, None, :])  # (…, label, other label, node)
    same = np.eye(after.shape[-1], dtype=bool)[..., None]
    return np.where(same, 1.0, below).prod(axis=-2) @ (MASS / 2)


def from_sums(sums, drawn):
    """Return mixes of predicted passages, from each group's sums over labels and from bootstrap draws of these.

    `sums` has a row a group and the columns `MODELS`; `drawn` gives for each group an array of draws × labels, of which
    `MODELS` are the first, with as many draws of every group. Columns `shares.COLUMNS` and ``p_largest``, in how many
    draws the share is the largest, ties counting in part; missing where ``n`` is 0.
    """
    draws = np.stack([np.asarray(drawn[group])[:, : len(MODELS)] for group in sums.index], axis=1)
    low, high = shares.bounds(shares.proportions(draws))
    typed, p_largest = sums[list(MODELS)], _leads_in(draws)
    n = np.repeat(typed.sum(axis=1).to_numpy(), len(MODELS))
    found = {"group": np.repeat(sums.index.to_numpy(), len(MODELS)), "label": np.tile(MODELS, len(sums))}
    found |= {"share": shares.proportions(typed).ravel(), "low": low.ravel(), "high": high.ravel(), "n": n}
    return pd.DataFrame(found).assign(p_largest=np.where(n > 0, p_largest.ravel(), np.nan))


def _leads_in(draws):
    """Return in how many draws each label is the largest, ties counting in part; labels are the last axis."""
    draws = draws.round(9)  # thirds must tie as they should
    first = draws == draws.max(axis=-1, keepdims=True)
    return (first / first.sum(axis=-1, keepdims=True)).mean(axis=0)


def verdicts(mixes, *, least=0):
    """Return the verdict on each mix: a row a group, ``n, largest, share, p_largest, verdict``.

    ``largest`` is the model with the largest share. The verdict is that model where its ``p_largest`` is at least
    `SURE`, ``leaning`` to it from `LEANING` on, else ``open``; where ``n`` is below `least`, it is always ``open``.

    Examples
    --------
    >>> coded = codes()
    >>> records = coded[coded["collection"] == "records"]
    >>> verdicts(mix(weigh(records).groupby(records["city"]).sum()))["verdict"].value_counts().index[0]
    'open'
    """
    share = mixes["share"].fillna(0).round(9).reset_index(drop=True)
    at = share.groupby(mixes["group"].to_numpy(), sort=False).idxmax()
    found = mixes.iloc[at].set_index("group").rename(columns={"label": "largest"})
    found["largest"] = found["largest"].where(found["n"] > 0, "")
    p, largest = found["p_largest"], found["largest"]
    rules = [(found["n"].round(9) < least) | (found["n"] == 0), p >= SURE, p >= LEANING]
    found["verdict"] = np.select(rules, ["open", largest, "leaning " + largest], "open")
    return found[["n", "largest", "share", "p_largest", "verdict"]]


def judge(weights, by, *, effect, alpha):
    """Return the verdict of each group of passages, from their weights; the options are those of `mix`."""
    return verdicts(mix(weights.groupby(by).sum(), effect=effect, alpha=alpha))["verdict"]


def simulate(counts, *, effect, alpha, rounds=200):
    """Simulate cities as spread as the prior says, with the groups' own numbers of passages, and judge them.

    Returns
    -------
    pandas.DataFrame
        A row a simulated group and model: ``true`` (its share), ``share, low, high, p_largest`` as of `mix`, and
        ``first`` (whether it truly is the largest). Coverage, calibration and the number of verdicts follow from it.
    """
    rng = np.random.default_rng(shares.SEED)
    n = np.maximum((counts[list(MODELS)].sum(axis=1) / effect).round().astype(int), 1).to_numpy()
    true = rng.dirichlet(alpha, size=(rounds, len(n)))
    after = rng.multinomial(n, true) + np.asarray(alpha)
    low, high = (beta.ppf(q, after, after.sum(axis=-1, keepdims=True) - after) for q in shares.INTERVAL)
    values = {"true": true, "share": shares.proportions(after), "low": low, "high": high}
    values |= {"p_largest": _largest(after), "first": true == true.max(axis=-1, keepdims=True)}
    return pd.DataFrame({name: value.ravel() for name, value in values.items()})


def alike(weights, by, rule, *, within=None, rounds=500):
    """Return how many verdicts a rule gives, and would give if all groups were alike: passages dealt at random.

    With `within`, the stratum of each passage, only the groups of a stratum are alike. `rule` leads from weights and
    groups to verdicts, as `former` does. Indexed by ``kind`` (``verdicts``, ``leaning``): ``groups``, how many there
    are; ``chance, low, high``, how many by chance, and where 90 % of rounds lie; ``p``. A rule should keep the prior
    that was fitted to what is real: one fitted to such data would find that all groups are alike, and call them all by
    one name.
    """
    orders = shares.deals(np.zeros(len(weights)) if within is None else within, rounds)
    drawn = pd.DataFrame([_count(rule(weights.iloc[order].set_axis(weights.index), by)) for order in orders])
    given, (low, high) = pd.Series(_count(rule(weights, by))), shares.bounds(drawn)
    found = {"groups": given, "chance": drawn.mean(), "low": low, "high": high}
    found |= {"p": shares.reached(given.to_numpy(), drawn)}
    return pd.DataFrame(found).rename_axis("kind")


def _count(given):
    """Return how many verdicts name a model, and how many lean to one."""
    return {"verdicts": int(given.isin(MODELS).sum()), "leaning": int(given.str.startswith("leaning").sum())}


def naming(mixes, named):
    """Test whether cities have the models that a study names them for, among all ways of naming as many of each.

    Parameters
    ----------
    mixes : pandas.DataFrame
        Shares, a row a city and the columns `MODELS`; a city without any passage has thirds, and no largest.
    named : dict
        From each city to the model that it is named for.

    Returns
    -------
    dict
        ``share`` (mean share of the named models), ``largest`` (how many cities have theirs as the largest), ``ways``,
        ``p`` (how many of the ways, the study's among them, do as well).

    Examples
    --------
    >>> mixes = pd.DataFrame(np.eye(3), ["x", "y", "z"], MODELS)
    >>> naming(mixes, {"x": "infrastructure", "y": "industry", "z": "application"})["largest"]
    3
    """
    given = mixes.reindex(index=list(named), columns=list(MODELS))
    table = given.fillna(1 / 3).to_numpy()
    own = [MODELS.index(model) for model in named.values()]
    ways = sorted(set(itertools.permutations(own)))
    fits = table[np.arange(len(own)), np.array(ways)].mean(axis=1)
    share = float(table[np.arange(len(own)), own].mean())
    largest = int((given.notna().all(axis=1) & (table.round(9).argmax(axis=1) == own)).sum())
    return {"share": share, "largest": largest, "ways": len(ways), "p": float((fits >= share - 1e-12).mean())}


def naming_power(n, named, *, rounds=2000):
    """Simulate what `naming` finds where the named models truly lead, with so many passages a city.

    Parameters
    ----------
    n : pandas.Series
        Passages on the models, by city; those of a city without any are thirds.
    named : dict
        As for `naming`.

    Returns
    -------
    pandas.DataFrame
        A row for each of `LEADS`: ``exemplars``, ``share, low, high`` (mean share of the named models, and where 90 %
        of it lie), ``power`` (how often p is at most 0.05).
    """
    rng, rows = np.random.default_rng(shares.SEED), []
    size = n.reindex(list(named)).fillna(0).round().astype(int).to_numpy()
    own = np.array([MODELS.index(model) for model in named.values()])
    ways = np.array(sorted(set(itertools.permutations(own))))
    for name, true in LEADS.items():
        order = np.array([np.insert(true[1:], model, true[0]) for model in own])  # the named model leads
        drawn = shares.proportions(rng.multinomial(size, order, size=(rounds, len(own))))
        fits = np.nan_to_num(drawn, nan=1 / 3)[:, np.arange(len(own)), ways].mean(axis=-1)
        share = np.nan_to_num(drawn, nan=1 / 3)[:, np.arange(len(own)), own].mean(axis=-1)
        p = (fits >= share[:, None] - 1e-12).mean(axis=1)
        rows.append((name, share.mean(), *shares.bounds(share), (p <= 0.05).mean()))
    return pd.DataFrame(rows, columns=["exemplars", "share", "low", "high", "power"])


def turnover(weights, by, second, *, rounds=200):
    """Return in how many groups the largest model of the second record is not that of the first.

    `weights` has a row a passage, `by` is its group, `second` says whether it is of the second record. A dict:
    ``groups``, how many there are; ``chance, low, high``, how many when a group's passages are dealt at random between
    its two records.
    """
    rows, member, split = weights[list(MODELS)].to_numpy(dtype=float), shares.member(by), second.to_numpy()

    def changed(split):
        sums = [member @ (rows * part[:, None]) for part in (~split, split)]
        first, last = ((part + prior(part)).argmax(axis=1) for part in sums)
        return int((first != last).sum())

    drawn = [changed(split[order]) for order in shares.deals(by, rounds)]
    low, high = shares.bounds(drawn).tolist()
    return {"groups": changed(split), "chance": float(np.mean(drawn)), "low": low, "high": high}


def former(weights, by):
    """Return verdicts by the rule before second records were coded: bootstrap, and twelve passages at least.

    From passages' weights and groups to the verdict of each group: a model, ``leaning`` to one, ``mixed``, or
    ``insufficient evidence``.
    """
    typed = weights[list(MODELS)]
    sums, drawn = typed.groupby(by).sum(), shares.resample(typed, by)
    p = _leads_in(np.stack([drawn[group] for group in sums.index], axis=1))
    at = sums.to_numpy().round(9).argmax(axis=1)
    p, largest = p[np.arange(len(at)), at], np.array(MODELS, dtype=object)[at]
    rules = [sums.sum(axis=1).round(9) < LEAST, p >= SURE, p >= LEANING]
    return pd.Series(np.select(rules, ["insufficient evidence", largest, "leaning " + largest], "mixed"), sums.index)


def decisive(loaded, coded, weights):
    """Rank the passages of a loaded corpus by how much each city's mix leans on them, given `codes` and their `weigh`.

    A row a passage of the corpus with some weight on a model: ``city, rank, passage_id, label`` (the model it speaks
    for most), ``weight`` (for that model), ``lead``, ``primary, secondary, instrumented, section, text`` (empty where
    it is not loaded), ``refs, terms`` (of the lexicon, in the order of their first place, separated by blanks).
    ``lead`` is leave-one-out influence: by how much the passage raises the lead of the city's largest model over the
    next one, in share; negative where it lowers it. Within a city the largest absolute lead comes first.

    Examples
    --------
    >>> reports, coded = corpus.load("reports", originals=False), codes()
    >>> found = decisive(reports, coded, weigh(coded)).round(2)
    >>> found.loc[found["city"] == "beijing", ["rank", "passage_id", "label", "lead"]].head(2)
       rank              passage_id           label  lead
    6     1  beijing-report-2025#23  infrastructure -0.17
    7     2  beijing-report-2024#70        industry  0.13
    """
    passages = loaded.passages.set_index("passage_id")
    terms = loaded.tags[loaded.tags["kind"] == "term"].drop_duplicates(["passage_id", "term"])
    terms = terms.groupby("passage_id")["term"].agg(" ".join)
    coded = coded[coded["passage_id"].isin(passages.index)]
    ranked = []
    for _, rows in coded.groupby("city"):
        typed = weights.loc[rows.index, list(MODELS)]
        part = rows.assign(label=typed.idxmax(axis=1), weight=typed.max(axis=1), lead=_leads(typed.to_numpy()))
        part = part[part["weight"] > 0].sort_values("lead", key=lambda lead: -lead.abs(), kind="stable")
        ranked.append(part.assign(rank=range(1, len(part) + 1)))
    found = pd.concat(ranked, ignore_index=True).join(passages[["section", "text", "refs"]], on="passage_id")
    found["terms"] = [terms.get(passage, "") for passage in found["passage_id"]]
    head = ["city", "rank", "passage_id", "label", "weight", "lead", *PARTS["models"]]
    return found[[*head, "section", "text", "refs", "terms"]]


def _leads(typed):
    """Return the lead of the largest model with each passage less the lead without it; a row of `typed` a passage."""
    sums = typed.sum(axis=0)
    largest = int(np.argmax(sums.round(9)))
    share = np.nan_to_num(shares.proportions(np.vstack([sums, sums - typed])))
    lead = share[:, largest] - np.delete(share, largest, axis=1).max(axis=1)
    return (lead[0] - lead[1:]).round(9)


# The codebook's mapping of events; kinds that do not stand here are governance.
EVENT_LABELS = {label: label for label in MODELS} | {"platform": "infrastructure"}
# What a platform is for, where no term of the lexicon says so.
PURPOSES = ("大脑", "驾驶舱", "热线", "大厅", "运行管理", "参与", "交易", "资金", "元宇宙")
BASES = ("BIM", "CIM", "信息库", "底座", "中枢", "统一连接")  # what other systems stand on, whatever else is named


def events():
    """Return the events that came with first records, with the codebook's label as ``primary``, for `weigh` to take.

    The columns of ``data/events.csv`` and ``primary, secondary, instrumented``: none has a secondary label or a mark.

    Examples
    --------
    >>> events().loc[0, ["city", "kind", "primary"]].tolist()
    ['barcelona', 'plan', 'governance']
    """
    table = _first("data/events.csv")
    return table.assign(primary=event_labels(table["kind"], table["summary_zh"]), secondary="", instrumented=False)


def indicators():
    """Return the figures that came with first records, labelled by ``data/measure_names.csv``: each name once a city.

    Columns ``city, name_zh`` (without what stands in brackets), ``primary, secondary, instrumented``.
    """
    table = _first("data/indicators.csv").merge(files.table("data/measure_names.csv"), on="name_zh")
    bare = table["name_zh"].str.replace(r"[（(][^）)]*[）)]", "", regex=True)
    table = table.assign(name_zh=bare, primary=table["label"], secondary="", instrumented=False)
    table = table.drop_duplicates(["city", "name_zh"], ignore_index=True)
    return table[["city", "name_zh", "primary", "secondary", "instrumented"]]


def _first(name):
    """Return the rows of a table that did not come with second records."""
    table = files.table(name)
    return table[~table["writer"].str.startswith("second")].reset_index(drop=True)


def event_labels(kinds, summaries):
    """Return the codebook's label for each event, from its kind and its summary in Chinese.

    A platform is infrastructure, but application where the summary names what it is for (a term of one of the lexicon's
    domains of application, or one of `PURPOSES`) and none of `BASES`.

    Examples
    --------
    >>> summaries = pd.Series(["市民健康信息系统启用", "政务云计算中心投用"])
    >>> event_labels(pd.Series(["platform", "platform"]), summaries).tolist()
    ['application', 'infrastructure']
    """
    domains, lexicon = words.domains(), words.read_lexicon()
    used = set(domains.loc[domains["label"] == "application", "domain"])
    terms = {*lexicon.loc[lexicon["domain"].isin(used), "term"], *PURPOSES} - {"市政"}  # mostly a part of 市政府
    purpose, base = ("|".join(map(re.escape, sorted(some))) for some in (terms, BASES))
    applied = (kinds == "platform") & summaries.str.contains(purpose) & ~summaries.str.contains(base)
    return kinds.map(EVENT_LABELS).fillna("governance").mask(applied, "application")


def agreement():
    """Return how far each two coders agree who coded the same passages independently, with Krippendorff's alpha.

    These are the first two, and a person with each of them and with what was settled. Between two language models of
    one kind agreement measures how repeatable the coding is, not whether people would agree.

    Columns ``part`` (of `PARTS`), ``collection, first, second, label`` (as in `alpha`; ``none`` is an empty part),
    ``passages, used, agreement, alpha, low, high``.
    """
    rows = []
    for name, parts_of in PARTS.items():
        coded = {coder: parts(name, coder).set_index("passage_id") for coder in CODERS}
        collections = coded["settled"].get("collection", pd.Series("records", index=coded["settled"].index))
        pairs = [("reader_a", "reader_b"), *(("human", coder) for coder in CODERS[:3])]
        for part, collection, (first, second) in itertools.product(parts_of, collections.unique(), pairs):
            both = pd.concat([coded[first][part], coded[second][part]], axis=1, join="inner").replace("", "none")
            both = both[collections[both.index] == collection].to_numpy()
            if len(both):
                places = {"part": part, "collection": collection, "first": first, "second": second}
                rows.append(alpha(*both.T).assign(**places, passages=len(both)))
    head = ["part", "collection", "first", "second", "label", "passages", "used", "agreement", "alpha", "low", "high"]
    return pd.concat(rows, ignore_index=True)[head]


def alpha(first, second):
    """Return Krippendorff's alpha of two coders, from the labels of each: over all, and for each against the rest.

    Columns ``label`` (``all`` first, the others only if there are more than two), ``used`` (how often it was given, by
    the two together), ``agreement`` (the share of passages on which they agree), ``alpha, low, high`` (bootstrap over
    passages); alpha is missing where nobody used more than one label.

    References
    ----------
    Krippendorff, K. (2019). Content Analysis, 4th ed., ch. 12: nominal data, two coders, none missing.

    Examples
    --------
    >>> alpha("aabbbbcc", "aabbbccc").round(3).head(2)
      label  used  agreement  alpha    low  high
    0   all    16      0.875  0.819  0.416   1.0
    1     a     4      1.000  1.000  1.000   1.0
    """
    pairs, times = np.unique([list(first), list(second)], axis=1, return_counts=True)
    n, labels = times.sum(), np.unique(pairs)
    given = (pairs[:, :, None] == labels).sum(axis=0)
    # Where they differ, over all labels and for each: on a single one, where one of the two gave it.
    differ = np.column_stack([pairs[0] != pairs[1], given == 1])
    drawn = np.random.default_rng(shares.SEED).multinomial(n, times / n, size=shares.DRAWS)
    used, differ = (np.vstack([times, drawn]) @ table for table in (given, differ))  # the first row as it is
    found = []
    for k, label in enumerate(["all", *(labels if len(labels) > 2 else ())]):
        counts = used if label == "all" else np.column_stack([used[:, k - 1], 2 * n - used[:, k - 1]])
        chance = 1 - (counts * (counts - 1)).sum(axis=1) / (2 * n * (2 * n - 1))
        value = 1 - np.divide(differ[:, k] / n, chance, out=np.full(len(used), np.nan), where=chance > 0)
        total = 2 * n if label == "all" else counts[0, 0]
        found.append((label, total, 1 - differ[0, k] / n, value[0], *shares.bounds(value[1:])))
    return pd.DataFrame(found, columns=["label", "used", "agreement", "alpha", "low", "high"])


def sheet():
    """Return the sheet for a person to fill: `SHEET`, a row a coded passage, with what this person filled in before.

    The text of a report's passage is there only if ``CITYANALYSIS_ORIGINALS`` names the folder of the texts. Nobody
    else's code is shown, so that the coding stays independent.
    """
    gold = files.table("data/gold/models.csv")[["passage_id", "sha1"]]
    own = parts("models", "human")[["passage_id", *PARTS["models"]]]
    texts = corpus.load("records", "reports", second=True).passages.set_index("passage_id")["text"]
    found = gold.merge(own, on="passage_id", how="left").assign(text=gold["passage_id"].map(texts).to_numpy())
    return found[list(SHEET)].fillna("")


def take(path):
    """Put a filled sheet into `OWN` and return how many passages are coded in it.

    Rows without a primary label are passages not coded; an empty ``instrumented`` is taken for no; ``text`` may be left
    out. Passages that are not in the sheet keep what they have. A `cityanalysis.files.ReadError` names every line at
    fault; then nothing is changed.
    """
    filled = readers.table(path)
    missing = [name for name in SHEET if name not in filled and name != "text"]
    if missing:
        raise files.ReadError(f"{path}:1: expected the columns {', '.join(SHEET)}; add {', '.join(missing)}")
    gold = files.table("data/gold/models.csv")
    sha1, found, faults = dict(zip(gold["passage_id"], gold["sha1"], strict=True)), {}, []
    for row in filled.itertuples():
        primary, secondary, instrumented = (getattr(row, part).strip() for part in PARTS["models"])
        fault = _fault(primary, secondary, instrumented)
        if row.passage_id not in sha1:
            fault = f"passage {row.passage_id!r} is none of data/gold/models.csv"
        elif row.sha1 != sha1[row.passage_id]:
            fault = f"the text of {row.passage_id} has changed since this sheet was written; write a new one"
        elif row.passage_id in found:
            fault = f"passage {row.passage_id!r} stands twice"
        if fault:
            faults.append(f"{path}:{row.Index}: {fault}")
        found[row.passage_id] = f"{primary}|{secondary}|{instrumented or 'no'}" if primary else ""
    if faults:
        raise files.ReadError("\n".join([*faults, f"{path}: nothing was taken; mend these lines and try again"]))
    gold["models"] = [found.get(*pair) for pair in zip(gold["passage_id"], _own(gold), strict=True)]
    files.write_table(files.home() / OWN, gold.loc[gold["models"] != "", ["passage_id", "sha1", "models"]])
    return sum(map(bool, found.values()))


def _fault(primary, secondary, instrumented):
    """Say what is wrong with a code, if anything."""
    if not primary:
        return "a secondary label or a mark without a primary label; give one" if secondary or instrumented else ""
    if primary not in LABELS:
        return f"primary {primary!r}; expected one of {', '.join(LABELS)}"
    if secondary not in ("", *LABELS[:4]):
        return f"secondary {secondary!r}; expected nothing or one of {', '.join(LABELS[:4])}"
    if secondary == primary:
        return f"secondary {secondary!r} repeats the primary label; leave it empty"
    if instrumented not in ("", "yes", "no"):
        return f"instrumented {instrumented!r}; expected yes, no or nothing"
    return "a passage that is other has no secondary label; leave it empty" if primary == "other" and secondary else ""
