"""From tags to dated mentions, these held against coded events, and who was early.

A *dated mention* is a time that a text names and that is neither a target nor part of a title, with what stands in
the same sentence: titles, institutions, terms. A sentence ends at 。！？ and at ；, behind which another matter begins.
Where a passage has no text (studies and reports without their originals), the end of a sentence is not known, and what
stands within `WINDOW` characters takes its place.
"""

import re
from calendar import monthrange

from cityanalysis import counts, lexicon, words

SENTENCE = re.compile(r"[^。！？!?；;\n]*[。！？!?；;\n]*")
WINDOW = 40  # characters to either side: the median sentence of the records of develop cities has 40
MATTER = ("title", "institution", "term")

# The share of a summary's words, by letters, that a sentence must have in it to tell the same: where its time agrees
# with the event's, and where it does not. Set on develop cities, each the least step of 0.05 at which at most one event
# in twenty finds such a sentence in the record of another city.
SHARED, TOLD = 0.25, 0.55

# Why a coded event was not found: the first that holds. "The matter" is a share of `TOLD`.
REASONS = {
    "as a target": "the time is told with the matter, but as a target",
    "time open": "the matter is told with a time that no calendar has (近年来)",
    "another time": "the matter is told with other times",
    "no time": "the matter is told without a time",
    "matter not told": "the time is told, the matter in no sentence",
    "neither told": "neither the time nor the matter is told",
}


def interval(date):
    """Return the first and the last day of a date as exact as it is.

    Parameters
    ----------
    date : str
        ``2016``, ``2016-09`` or ``2016-09-08``.

    Returns
    -------
    (str, str)

    Examples
    --------
    >>> interval("2016-02")
    ('2016-02-01', '2016-02-29')
    """
    year, month, day = [*date.split("-"), "", ""][:3]
    last = day or f"{monthrange(int(year), int(month or 12))[1]:02d}"
    return f"{year}-{month or '01'}-{day or '01'}", f"{year}-{month or '12'}-{last}"


def agreement(span, told):
    """Say how the time that a text tells agrees with a span of days.

    Parameters
    ----------
    span, told : pair of str
        First and last day, ISO 8601; empty if a time that is told is open.

    Returns
    -------
    str
        ``equal``; ``wider`` if the one told has the span in it, ``narrower`` if it lies in the span; empty if neither.

    Examples
    --------
    >>> agreement(interval("2016-11"), interval("2016")), agreement(interval("2016"), interval("2017"))
    ('wider', '')
    """
    if told == span:
        return "equal"
    if told[0] and told[0] <= span[0] and span[1] <= told[1]:
        return "wider"
    return "narrower" if told[0] and span[0] <= told[0] and told[1] <= span[1] else ""


def mentions(tags, passages, *, targets=False, window=WINDOW):
    """Return the dated mentions of passages.

    Parameters
    ----------
    tags : pandas.DataFrame
        The columns of ``tables.TAGS``, times among them.
    passages : pandas.DataFrame
        With ``passage_id``, ``city`` and ``text``; an empty text is one that is not at hand.
    targets : bool
        Whether to give times that are targets, too, and those that no calendar date can be told of.
    window : int
        How many characters before and behind a time count as its sentence, where there is no text.

    Returns
    -------
    pandas.DataFrame
        A row a mention, in the order of the passages: ``city, date_from, date_to, precision, status, what,
        passage_id, start, end, text``. ``what`` are the titles, institutions and terms of the sentence, each once,
        parted by ``|``; ``text`` is the sentence, empty where there is none.

    Examples
    --------
    >>> import pandas as pd
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "city": ["ningbo"], "text": ["2016年印发规划。"]})
    >>> time = {"kind": "time", "start": 0, "end": 5, "date_from": "2016-01-01", "date_to": "2016-12-31"}
    >>> rows = [time | {"text": "2016年"}, {"kind": "term", "start": 7, "end": 9, "text": "规划"}]
    >>> tags = pd.DataFrame(rows).assign(passage_id="a#1", precision="year", status="achieved").fillna("")
    >>> mentions(tags, passages)[["city", "date_from", "what"]].iloc[0].tolist()
    ['ningbo', '2016-01-01', '规划']
    """
    import pandas as pd

    columns = ["city", "date_from", "date_to", "precision", "status", "what", "passage_id", "start", "end", "text"]
    marks = dict(list(tags[tags["kind"].isin((*MATTER, "time"))].groupby("passage_id", sort=False)))
    rows = []
    for passage, city, text in zip(passages["passage_id"], passages["city"], passages["text"], strict=True):
        here = list(marks[passage].itertuples()) if passage in marks else []
        titles = [mark for mark in here if mark.kind == "title"]
        for time in here:
            if time.kind != "time" or any(title.start <= time.start < title.end for title in titles):
                continue
            if not targets and (time.status == "target" or not time.date_from):
                continue
            start, end = _sentence(text, time.start) if text else (time.start - window, time.end + window)
            beside = [mark for mark in here if mark.kind != "time" and mark.start < end and mark.end > start]
            what = "|".join(dict.fromkeys(mark.text for mark in sorted(beside, key=lambda m: MATTER.index(m.kind))))
            date = (time.date_from, time.date_to, time.precision, time.status)
            rows.append((city, *date, what, passage, time.start, time.end, text[max(start, 0) : end]))
    return pd.DataFrame(rows, columns=columns).astype({"start": int, "end": int})


def match(events, tags, passages, *, least=SHARED):
    """Look for coded events among the dated mentions of the same city.

    A mention tells an event if their intervals agree, that is, are equal or one lies within the other, and the sentence
    has in it at least a share of the words of the event's summary (by their letters; numbers, stop words and names of
    cities left aside). Where there is no text, titles, institutions and terms beside the time stand for the sentence.

    Parameters
    ----------
    events : pandas.DataFrame
        As ``data/events.csv``: ``city, date, summary_zh`` and others.
    tags, passages : pandas.DataFrame
        As `mentions` takes them.
    least : float
        The share, from 0 to 1.

    Returns
    -------
    pandas.DataFrame
        The events, indexed as they are, with ``outcome`` (``found``, or one of `REASONS`), ``exact`` (of those found:
        ``equal``; ``wider`` or ``narrower``, if the text is less or more exact than the coded date), ``shared`` (the
        largest share in a mention whose time agrees), that mention's ``passage_id, start, text``, and ``told`` (the
        largest share in any sentence).

    Examples
    --------
    >>> import pandas as pd
    >>> events = pd.DataFrame({"city": ["ningbo"], "date": ["2016-11"], "summary_zh": ["宁波建数据中心"]})
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "city": ["ningbo"], "text": ["2016年建数据中心。"]})
    >>> time = {"passage_id": "a#1", "kind": "time", "start": 0, "end": 5, "text": "2016年", "precision": "year"}
    >>> tags = pd.DataFrame([time | {"date_from": "2016-01-01", "date_to": "2016-12-31", "status": "achieved"}])
    >>> match(events, tags, passages)[["outcome", "exact", "shared"]].to_csv(index=False).split()[1]
    'found,wider,1.0'
    """
    told = mentions(tags, passages, targets=True)
    told = told.assign(matter=told["text"].where(told["text"] != "", told["what"]))
    by_city = {city: list(part.itertuples()) for city, part in told.groupby("city")}
    sentences = {
        city: [found for text in part["text"] for found in SENTENCE.findall(text)]
        for city, part in passages.groupby("city")
    }
    rows = [
        _look(interval(date), matter, by_city.get(city, ()), sentences.get(city, ()), least)
        for city, date, matter in zip(events["city"], events["date"], _matter(events["summary_zh"]), strict=True)
    ]
    columns = ["outcome", "exact", "shared", "passage_id", "start", "text", "told"]
    return events.assign(**{column: [row[i] for row in rows] for i, column in enumerate(columns)})


def _matter(summaries):
    """Return the words of each summary that tell what it is about."""
    import pandas as pd

    known = words.default_lexicon()
    aside = set(known.loc[known["domain"].isin([lexicon.STOP, lexicon.CITY]), "term"])
    ids = [str(i) for i in range(len(summaries))]
    tokens = words.tokenize(pd.DataFrame({"passage_id": ids, "text": list(summaries)}))
    tokens = tokens[tokens["word"].str.contains(counts.CONTENT) & ~tokens["word"].isin(aside)]
    found = tokens.groupby("passage_id")["word"].unique().to_dict()
    return [list(found.get(i, ())) for i in ids]


def _look(span, matter, mentioned, sentences, least):
    """Return the cells that `match` adds, for an event with its span of days and its words."""
    size = sum(map(len, matter))

    def shared(text):
        return sum(len(word) for word in matter if word in text) / size if size else 0.0

    shares = [(shared(mention.matter), mention) for mention in mentioned]
    told = max(map(shared, sentences), default=max((share for share, _ in shares), default=0.0))
    agreeing = [
        (share, exact == "equal", -i, exact, mention)
        for i, (share, mention) in enumerate(shares)
        if (exact := agreement(span, (mention.date_from, mention.date_to)))
    ]
    dated = [row for row in agreeing if row[-1].status != "target"]
    share, _, _, exact, best = max(dated, default=(0.0, False, 0, "", None), key=lambda row: row[:3])
    if best is not None and share >= least:
        return "found", exact, share, best.passage_id, best.start, best.text, told
    near = [mention for share, mention in shares if share >= TOLD]
    holds = (
        any(row[0] >= least for row in agreeing),  # each of these is a target
        any(not mention.date_from for mention in near),
        bool(near),
        told >= TOLD,
        bool(dated),
        True,
    )
    reason = next(reason for reason, held in zip(REASONS, holds, strict=True) if held)
    return reason, "", share, "", 0, "", told


def earliest(innovations):
    """Return, of each innovation, the cities that may be the earliest found.

    Parameters
    ----------
    innovations : pandas.DataFrame
        As ``data/innovations.csv``.

    Returns
    -------
    pandas.DataFrame
        ``innovation, city, date, bound, ref_id, claim``: a row for each city whose date may be the earliest, since
        dates are not equally exact (2016 may be before 2016-10 or after). ``claim`` is ``first`` where two references
        or more call the city so, else ``earliest found``.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("wuhan", "2015", ""), ("wuxi", "2015-03", "a b"), ("jinan", "2016", "")]
    >>> table = pd.DataFrame(rows, columns=["city", "date", "claim_refs"])
    >>> table = table.assign(innovation="portal", bound="", ref_id="x", status="found")
    >>> earliest(table)[["city", "claim"]].to_numpy().tolist()
    [['wuhan', 'earliest found'], ['wuxi', 'first']]
    """
    found = innovations[innovations["status"] == "found"]
    spans = found["date"].map(interval)
    last = spans.str[1].groupby(found["innovation"]).transform("min")
    head = found[spans.str[0] <= last]
    claim = head["claim_refs"].str.split().str.len().ge(2).map({True: "first", False: "earliest found"})
    head = head.assign(claim=claim)[["innovation", "city", "date", "bound", "ref_id", "claim"]]
    return head.sort_values(["innovation", "date", "city"], ignore_index=True)


def adoption(innovations, years):
    """Return how many cities are known to have had an innovation at the end of each year, and how many may have had it.

    Parameters
    ----------
    innovations : pandas.DataFrame
        As ``data/innovations.csv``.
    years : iterable of int
        The years.

    Returns
    -------
    pandas.DataFrame
        ``innovation, year, at_least, at_most, cities``. ``at_least``: found with a date up to then. ``at_most``: with
        those, too, of which only a later date is known by which they had it, and those not found or not looked for; it
        takes the other dates as they are, though an earlier one may be found.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("a", "2015", "", "found"), ("b", "2018-03", "by", "found"), ("c", "", "", "not looked for")]
    >>> table = pd.DataFrame(rows, columns=["city", "date", "bound", "status"]).assign(innovation="ai")
    >>> adoption(table, [2014, 2018])[["at_least", "at_most"]].to_numpy().tolist()
    [[0, 2], [2, 3]]
    """
    import pandas as pd

    rows = []
    for innovation, part in innovations.groupby("innovation", sort=False):
        known = part["status"] == "found"
        first = part.loc[known, "date"].str[:4].astype(int)
        loose = first[part.loc[known, "bound"] == "by"]
        for year in years:
            at_least = int((first <= year).sum())
            rows.append((innovation, year, at_least, at_least + int((loose > year).sum() + (~known).sum()), len(part)))
    return pd.DataFrame(rows, columns=["innovation", "year", "at_least", "at_most", "cities"])


def _sentence(text, place):
    """Return start and end of the sentence in which a position lies."""
    return next(found.span() for found in SENTENCE.finditer(text) if found.start() <= place < found.end())
