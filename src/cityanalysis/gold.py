"""How well tags and words are found: what readers have marked in passages, held against what the library finds there.

``data/gold/passages.csv`` lists the passages that were read in full; ``times.csv``, ``quantities.csv`` and
``institutions.csv`` what was marked in them, ``segmentation.csv`` sentences that were cut into words. The readers were
language models, two of the same kind and blind to each other, a third where they differ; ``docs/marking.md`` is what
they were asked.
"""

import re

from cityanalysis import readers

KINDS = ("times", "quantities", "institutions")
TAG_KIND = {"times": "time", "quantities": "quantity", "institutions": "institution"}
OUTCOMES = ("right", "wrong", "missed", "extra")
READERS = ("reader_a", "reader_b", "settled", "human")


def passages():
    """Return the passages that were read.

    Returns
    -------
    pandas.DataFrame
        Columns ``passage_id, sha1, collection, role, drawn``; ``sha1`` of the text that was read, ``role`` of its city,
        ``drawn`` from which passages it was drawn (``any``, or ``dated``: those with 年 or 月 in them).
    """
    return readers.table("data/gold/passages.csv").reset_index(drop=True)


def marks(kind, *, reader="settled"):
    """Return what was marked.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    reader : str
        Whose marks, of `READERS`.

    Returns
    -------
    pandas.DataFrame
        Columns ``passage_id, start, end, form, value, told``, in the terms of `values`.

    Raises
    ------
    ValueError
        If kind or reader is unknown.

    Examples
    --------
    >>> marks("quantities").loc[0, ["passage_id", "value", "told"]].tolist()
    ['barcelona-record#4', '300 公里', 'over']
    """
    for name, value, known in (("kind", kind, KINDS), ("reader", reader, READERS)):
        if value not in known:
            raise ValueError(f"{name} {value!r} is unknown; choose one of {', '.join(known)}")
    table = readers.table(f"data/gold/{kind}.csv").astype({"start": int, "end": int})
    table = table[table[reader] != ""].reset_index(drop=True)
    cell = table[reader]
    if kind == "times":
        parts = cell.str.partition(" ")
        return _marks(table, parts[0], parts[2])
    if kind == "quantities":
        parts = cell.str.split("|", expand=True)
        return _marks(table, parts[0] + " " + parts[1], (parts[2] + " " + parts[3]).str.strip())
    return _marks(table.assign(form=""), table["start"].astype(str) + "–" + table["end"].astype(str), "")


def values(tags, kind):
    """Return tags of a kind in the form of the marks.

    Parameters
    ----------
    tags : pandas.DataFrame
        Tags, as `cityanalysis.tags.tag` gives them.
    kind : str
        One of `KINDS`.

    Returns
    -------
    pandas.DataFrame
        Columns ``passage_id, start, end, form, value, told``. ``value`` must be right: the interval of a time, or
        ``open``; number and unit of a quantity; the extent of an institution. ``told`` is looked at by itself: a time's
        status, a quantity's bound and direction.
    """
    tags = tags[tags["kind"] == TAG_KIND[kind]].reset_index(drop=True)
    if kind == "times":
        interval = (tags["date_from"] + "/" + tags["date_to"]).where(tags["date_from"] != "", "open")
        return _marks(tags.assign(form=""), interval, tags["status"])
    if kind == "quantities":
        value, told = tags["number"] + " " + tags["unit"], (tags["bound"] + " " + tags["direction"]).str.strip()
        return _marks(tags.assign(form=""), value, told)
    return _marks(tags.assign(form=""), tags["start"].astype(str) + "–" + tags["end"].astype(str), "")


def _marks(table, value, told):
    """Return the columns that are compared."""
    return table[["passage_id", "start", "end", "form"]].assign(value=value, told=told)


def compare(gold, found):
    """Hold what was found against what should have been.

    Parameters
    ----------
    gold, found : pandas.DataFrame
        As `marks` and `values` give them. Of `found` only passages that were read count.

    Returns
    -------
    pandas.DataFrame
        A row a mark, and a row a tag that answers to no mark: ``passage_id, start, end, form, outcome, value, found,
        told, found_told, collection, role``. A tag answers to a mark if it covers part of it, each to one; the outcome
        is ``right`` if the values are the same, else ``wrong``, ``missed`` (a mark alone) or ``extra`` (a tag alone).

    Examples
    --------
    >>> gold = marks("times")
    >>> compare(gold, gold)["outcome"].unique().tolist()
    ['right']
    """
    import pandas as pd

    read = passages()
    there = {passage: group for passage, group in found.groupby("passage_id", sort=False)}
    wanted = {passage: group for passage, group in gold.groupby("passage_id", sort=False)}
    rows = []
    for passage in read["passage_id"]:
        tags = list(there[passage].itertuples()) if passage in there else []
        for mark in wanted[passage].itertuples() if passage in wanted else ():
            tag = next((tag for tag in tags if tag.start < mark.end and tag.end > mark.start), None)
            if tag is not None:
                tags.remove(tag)
            outcome = "missed" if tag is None else "right" if tag.value == mark.value else "wrong"
            answer = ("", "") if tag is None else (tag.value, tag.told)
            rows.append((*mark[1:5], outcome, mark.value, answer[0], mark.told, answer[1]))
        rows += [(*tag[1:5], "extra", "", tag.value, "", tag.told) for tag in tags]
    columns = ["passage_id", "start", "end", "form", "outcome", "value", "found", "told", "found_told"]
    return pd.DataFrame(rows, columns=columns).merge(read.drop(columns=["sha1", "drawn"]), on="passage_id")


def scores(compared, *, by=()):
    """Return precision and recall, with the 95 % intervals of Wilson (1927).

    Parameters
    ----------
    compared : pandas.DataFrame
        As `compare` gives it.
    by : sequence of str
        Columns of it to tell apart. By ``form`` only recall has a meaning, for what answers to no mark has none.

    Returns
    -------
    pandas.DataFrame
        A row a group, in order of its names: ``marked, precision, precision_low, precision_high, recall, recall_low,
        recall_high, told`` — ``marked`` is the number of marks, ``told`` the share of the found ones of which it is
        right what is told.

    Notes
    -----
    The intervals take marks for independent; those of one passage are not quite.

    Examples
    --------
    >>> gold = marks("times")
    >>> scores(compare(gold, gold))["precision"].tolist()
    [1.0]
    """
    import pandas as pd

    groups = compared.groupby(list(by), sort=True) if by else [(("all",), compared)]
    rows = {}
    for names, group in groups:
        n = group["outcome"].value_counts().reindex(OUTCOMES, fill_value=0)
        both = group[group["outcome"].isin(("right", "wrong"))]
        marked, found = n["right"] + n["wrong"] + n["missed"], n["right"] + n["wrong"] + n["extra"]
        told = (both["told"] == both["found_told"]).mean()
        name = names if len(names) > 1 else names[0]
        rows[name] = (marked, *_share(n["right"], found), *_share(n["right"], marked), told)
    ends = [f"{what}{end}" for what in ("precision", "recall") for end in ("", "_low", "_high")]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["marked", *ends, "told"])
    if len(by) > 1:
        table.index = pd.MultiIndex.from_tuples(table.index, names=by)
    return table.rename_axis(list(by) or None)


def _share(k, n):
    """Return a share and its interval; not a number where there is nothing to count."""
    from scipy import stats

    if n == 0:
        return (float("nan"),) * 3
    interval = stats.binomtest(int(k), int(n)).proportion_ci(method="wilson")
    return k / n, interval.low, interval.high


def first():
    """Return the first figures: what was reached before anything was mended with the help of the marked passages.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``kind, collection, role``; the columns of `scores`.

    Examples
    --------
    >>> first().index.names
    FrozenList(['kind', 'collection', 'role'])
    """
    return readers.table("data/gold/first.csv").set_index(["kind", "collection", "role"]).astype(float)


def sentences():
    """Return the sentences that were cut into words.

    Returns
    -------
    pandas.DataFrame
        Columns ``passage_id, start, end, sha1, role``; a column a reader (`READERS`) with the words parted by ``|``;
        ``terms``, of cities kept for judging those words that readers took for terms of the field.
    """
    return readers.table("data/gold/segmentation.csv").astype({"start": int, "end": int}).reset_index(drop=True)


def cut(text, tokenizer):
    """Cut a text as the readers did: words parted by ``|``, without blanks.

    Examples
    --------
    >>> from cityanalysis.words import Tokenizer
    >>> cut("推进 智慧城市。", Tokenizer())
    '推进|智慧城市|。'
    """
    return "|".join(re.sub(r"\s", "", word) for _, _, word, _ in tokenizer.cut(text))


def spans(words_of):
    """Return the extents of words parted by ``|``.

    Examples
    --------
    >>> spans("推进|智慧城市")
    [(0, 2), (2, 6)]
    """
    ends, position = [], 0
    for word in words_of.split("|"):
        ends.append((position, position + len(word)))
        position += len(word)
    return ends


def segmentation(gold, found, *, resamples=1000, seed=1):
    """Return how well sentences are cut: precision, recall and F1 of words that are cut alike at both ends.

    Parameters
    ----------
    gold, found : sequence of str
        Sentences, each as words parted by ``|``.
    resamples, seed : int
        For the interval, a bootstrap over sentences.

    Returns
    -------
    dict of str to float
        ``precision, recall, f1, low, high``; the last two are the central 95 % of F1.

    References
    ----------
    Sproat, R. and Emerson, T. (2003). The first international Chinese word segmentation bakeoff. SIGHAN, 133–143.

    Examples
    --------
    >>> round(segmentation(["推进|智慧城市"], ["推进|智慧|城市"])["f1"], 3)
    0.4
    """
    import numpy as np

    counts = np.array(
        [
            (len(set(spans(right)) & set(spans(made))), len(spans(right)), len(spans(made)))
            for right, made in zip(gold, found, strict=True)
        ]
    )
    rows = np.random.default_rng(seed).integers(0, len(counts), (resamples, len(counts)))
    drawn = counts[rows].sum(axis=1)
    f1 = 2 * drawn[:, 0] / (drawn[:, 1] + drawn[:, 2])
    same, right, made = counts.sum(axis=0)
    low, high = np.quantile(f1, (0.025, 0.975))
    return {
        "precision": float(same / made),
        "recall": float(same / right),
        "f1": float(2 * same / (right + made)),
        "low": float(low),
        "high": float(high),
    }
