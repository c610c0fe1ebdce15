"""Notebook methods/tagging: what coders have marked in passages, held against what the library finds there.

``data/gold/passages.csv`` lists the passages that were read in full; ``times.csv``, ``quantities.csv`` and
``institutions.csv`` what was marked in them, ``segmentation.csv`` sentences that were cut into words. The coders were
language models, two of the same kind and blind to each other, a third where they differ (``settled``);
``docs/marking.md`` is what they were asked.
"""

import itertools
import re
from collections import defaultdict

import numpy as np
import pandas as pd

from cityanalysis import files
from cityanalysis.study import shares

KINDS = {"times": "time", "quantities": "quantity", "institutions": "institution"}  # tables of marks, kinds of tags
# The value of a mark, which must be right, and what is told of it, which is looked at by itself.
PARTS = {
    "times": r"(?P<value>\S+) ?(?P<told>.*)",  # interval or "open"; status
    "quantities": r"(?P<value>[^|]*\|[^|]*)\|(?P<told>.*)",  # number and unit; bound and direction
    "institutions": r"(?P<value>.*)(?P<told>)",  # extent
}


def passages():
    """Return the passages that were read: columns ``passage_id, sha1, collection, role, drawn``.

    ``sha1`` of the text that was read, ``role`` of its city, ``drawn`` from which passages it was drawn (``any``, or
    ``dated``: those with 年 or 月 in them).
    """
    return files.table("data/gold/passages.csv").reset_index(drop=True)


def marks(coder="settled"):
    """Return what a coder (``reader_a``, ``reader_b``, ``settled``, ``human``) has marked.

    Columns ``kind`` (of `KINDS`), ``passage_id, start, end, form, value, told``.

    Examples
    --------
    >>> marks().query("kind == 'quantities'")[["passage_id", "value", "told"]].iloc[0].tolist()
    ['barcelona-record#4', '300 公里', 'over']
    """
    parts = []
    for kind in KINDS:
        table = files.table(f"data/gold/{kind}.csv").astype({"start": int, "end": int})
        table = table[table[coder] != ""]
        parts.append(_marks(kind, table, table[coder]))
    return pd.concat(parts, ignore_index=True)


def values(tags):
    """Return tags in the form of `marks`."""
    interval = (tags["date_from"] + "/" + tags["date_to"]).where(tags["date_from"] != "", "open")
    figure = tags["number"] + "|" + tags["unit"] + "|" + tags["bound"] + "|" + tags["direction"]
    cells = {"times": interval + " " + tags["status"], "quantities": figure, "institutions": tags["text"]}
    chosen = {kind: tags["kind"] == name for kind, name in KINDS.items()}
    return pd.concat([_marks(kind, tags[chosen[kind]], cells[kind]) for kind in KINDS], ignore_index=True)


def _marks(kind, table, cells):
    """Return places with their values, read from the cells of a table of marks."""
    if kind == "institutions":
        cells = table["start"].astype(str) + "–" + table["end"].astype(str)
    parts = cells.str.extract(PARTS[kind]).apply(lambda part: part.str.replace("|", " ").str.strip())
    columns = ["kind", "passage_id", "start", "end", "form", "value", "told"]
    return table.assign(kind=kind, value=parts["value"], told=parts["told"]).reindex(columns=columns, fill_value="")


def compare(wanted, found):
    """Hold what was found against what should have been, both as `marks` gives them, in the passages that were read.

    A tag answers to a mark if it covers part of it, each to one. A row a mark, and a row a tag that answers to no mark:
    ``kind, passage_id, start, end, form, value, told, outcome, found, found_told, collection, role``. ``outcome`` is
    ``right`` if the values are the same, else ``wrong``; ``missed`` (a mark alone) or ``extra`` (a tag alone).

    Examples
    --------
    >>> compared = compare(marks("reader_a"), marks("reader_b"))
    >>> compared.query("kind == 'times'")["outcome"].value_counts().sort_index().to_dict()
    {'extra': 2, 'missed': 2, 'right': 842, 'wrong': 2}
    """
    tags, rows = defaultdict(list), []
    for tag in found.itertuples(index=False):
        tags[tag.kind, tag.passage_id].append(tag)
    for mark in wanted.itertuples(index=False):
        here = tags[mark.kind, mark.passage_id]
        tag = next((tag for tag in here if tag.start < mark.end and tag.end > mark.start), None)
        if tag is None:
            rows.append((*mark, "missed", "", ""))
        else:
            here.remove(tag)
            rows.append((*mark, "right" if tag.value == mark.value else "wrong", tag.value, tag.told))
    left = (tag for here in tags.values() for tag in here)
    rows += [(*tag._replace(value="", told=""), "extra", tag.value, tag.told) for tag in left]
    compared = pd.DataFrame(rows, columns=[*wanted.columns, "outcome", "found", "found_told"])
    return compared.merge(passages()[["passage_id", "collection", "role"]], on="passage_id")


def scores(compared, *, by):
    """Return how well the rows of `compare` do, for each group of the columns `by`.

    Columns ``*by, label, share, low, high, n``: ``label`` is ``precision``, ``recall`` or ``told``, the share of the
    found ones of which it is right what is told; the interval is Wilson's, which takes marks for independent, though
    those of one passage are not quite. By ``form`` only recall has a meaning, for what answers to no mark has none.

    Examples
    --------
    >>> compared = pd.DataFrame({"kind": "times", "outcome": ["right", "wrong", "extra"], "told": "", "found_told": ""})
    >>> scores(compared, by=["kind"]).round(2)
        kind      label  share   low  high  n
    0  times  precision   0.33  0.08  0.75  3
    1  times     recall   0.50  0.12  0.88  2
    2  times       told   1.00  0.43  1.00  2
    """
    outcome = compared["outcome"]
    right, tagged, marked = outcome == "right", outcome != "missed", outcome != "extra"
    as_told = compared["told"] == compared["found_told"]
    cases = {"precision": (right, tagged), "recall": (right, marked), "told": (as_told, tagged & marked)}
    parts = [compared[[*by]].assign(label=label, hits=hit & of, n=of) for label, (hit, of) in cases.items()]
    sums = pd.concat(parts).groupby([*by, "label"])[["hits", "n"]].sum()
    return shares.wilson(sums["hits"], sums["n"]).reset_index()


def first():
    """Return the first scores: what was reached before anything was mended with the help of the marked passages.

    Columns as of `scores` by ``kind, collection, role``; over how many marks ``told`` was taken, nobody has noted.
    """
    table = files.table("data/gold/first.csv").reset_index(drop=True)
    return table.assign(**table[["share", "low", "high", "n"]].apply(pd.to_numeric))


def sentences():
    """Return the sentences that were cut into words.

    Columns ``passage_id, start, end, sha1, role``; a column a coder with the words separated by ``|``; ``terms``, of
    cities kept for judging those words that coders took for terms of the field.
    """
    return files.table("data/gold/segmentation.csv").astype({"start": int, "end": int}).reset_index(drop=True)


def cut(text, tokenizer):
    """Cut a text as the coders did: words separated by ``|``, without blanks.

    Examples
    --------
    >>> from cityanalysis.words import Tokenizer
    >>> cut("推进 智慧城市。", Tokenizer())
    '推进|智慧城市|。'
    """
    return "|".join(re.sub(r"\s", "", word) for _, _, word, _ in tokenizer.cut(text))


def segmentation(wanted, made):
    """Return how well sentences, each as words separated by ``|``, are cut.

    Columns ``label, share, low, high, n``: precision, recall and F1 of words that are cut alike at both ends (Sproat &
    Emerson 2003, The first international Chinese word segmentation bakeoff); the interval is a bootstrap over the ``n``
    sentences.

    Examples
    --------
    >>> segmentation(["推进|智慧城市"], ["推进|智慧|城市"])["share"].round(2).tolist()
    [0.33, 0.5, 0.4]
    """
    pairs = [(_extents(right), _extents(ours)) for right, ours in zip(wanted, made, strict=True)]
    counted = pd.DataFrame([(len(right & ours), len(right), len(ours)) for right, ours in pairs])
    drawn = shares.resample(counted, pd.Series("all", index=counted.index))["all"]
    low, high = shares.bounds(_measures(drawn))
    found = {"share": _measures(counted.sum().to_numpy()), "low": low, "high": high, "n": len(counted)}
    return pd.DataFrame({"label": ["precision", "recall", "F1"], **found})


def _extents(words):
    """Return the start and end of words separated by ``|``."""
    return set(itertools.pairwise(itertools.accumulate(map(len, words.split("|")), initial=0)))


def _measures(sums):
    """Return precision, recall and F1, given how many words are the same, wanted and made."""
    same, wanted, made = np.moveaxis(sums, -1, 0)
    return np.stack([same / made, same / wanted, 2 * same / (wanted + made)], axis=-1)
