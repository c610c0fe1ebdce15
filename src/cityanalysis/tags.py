"""From words to tags: marked stretches of text and what they stand for.

Cities and terms are tagged where the tokens say so, so that a name inside a longer word (苏州 in 苏州河) is none;
titles where 《》 do; times, quantities and institutions as their modules say. A term within a longer one counts for
itself as well (智慧城市 in 新型智慧城市), unless a more usual word lies across it (市政 in 市政府: there it is 政府).

A term is *digital* if it has one of the stretches of ``data/lexicon/digital.csv`` in it (数据 in 数据中心), a passage
if at least `DIGITAL` of its characters stand in clauses with a digital term: a rule for documents that are about
everything, measured on the passages of ``data/gold/digital.csv``.
"""

import functools
import re
from collections import Counter
from html import escape

import pandas as pd

from cityanalysis import documents, files, institutions, quantities, times, words

COLUMNS = (
    *("passage_id", "start", "end", "kind", "text"),
    *("city", "term", "domain", "title"),
    *("date_from", "date_to", "precision", "status"),
    *("number", "unit", "bound", "direction"),
)

MARKS = {
    "city": "background:#d9efe3",
    "term": "background:#d8e8f6",
    "title": "background:none;border-bottom:2px solid #d55e00",
    "time": "background:#fbe6c8",
    "quantity": "background:#eadcf0",
    "institution": "background:#e6e6e6",
}

# Why a term that stands in a text as a string is not tagged there.
REASONS = ("crossed in a longer term", "overlaps another term", "inside a longer word", "across a word boundary")


def tag(passages, tokens, *, lexicon=None, published="", genre=""):
    """Tag cities, titles, domain terms, times, quantities and institutions.

    Parameters
    ----------
    passages : pandas.DataFrame
        With the columns ``passage_id`` and ``text``.
    tokens : pandas.DataFrame
        Their tokens, as `cityanalysis.words.tokenize` gives them.
    lexicon : pandas.DataFrame, optional
        The lexicon with which the tokens were made; `cityanalysis.words.read_lexicon`, unless given.
    published, genre : str or dict of str to str
        The date and the genre of the documents, as `cityanalysis.times.tag` takes them.

    Returns
    -------
    pandas.DataFrame
        Ordered by passage, start, and the longer first: `COLUMNS`, of which ``kind`` is ``city`` (with ``city``, its
        slug), ``title`` (with ``title``, without the brackets), ``term`` (with ``term, domain``), ``time`` (with
        ``date_from, date_to, precision, status``, see `cityanalysis.times`), ``quantity`` (with ``number, unit, bound,
        direction``, see `cityanalysis.quantities`) or ``institution``; what does not apply is empty.

    Examples
    --------
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["宁波印发《智慧城市书》"]})
    >>> tags = tag(passages, words.tokenize(passages))
    >>> tags[["start", "end", "kind", "city", "term", "title"]].to_csv(index=False).split()
    ['start,end,kind,city,term,title', '0,2,city,ningbo,,', '4,11,title,,,智慧城市书', '5,9,term,,智慧城市,']
    """
    lexicon = words.read_lexicon() if lexicon is None else lexicon
    named = times.tag(passages, published=published, genre=genre)
    parts = [_cities(tokens, lexicon), _terms(tokens, lexicon), _titles(passages), named]
    parts += [quantities.tag(passages, named), institutions.tag(passages, tokens)]
    found = pd.concat([part.reindex(columns=list(COLUMNS), fill_value="") for part in parts], ignore_index=True)
    found = found.astype({column: int if column in ("start", "end") else str for column in COLUMNS})
    order = {passage: i for i, passage in enumerate(passages["passage_id"])}
    found = found.assign(order=found["passage_id"].map(order), length=found["start"] - found["end"])
    found = found.sort_values(["order", "start", "length", "kind", "term"], kind="stable")
    return found[list(COLUMNS)].reset_index(drop=True)


def _cities(tokens, lexicon):
    """Return the tokens that name a city."""
    names = lexicon[lexicon["domain"] == words.CITY].set_index("term")["source"]
    hits = tokens[tokens["word"].isin(names.index)]
    return hits.assign(kind="city", text=hits["word"], city=hits["word"].map(names))


def _terms(tokens, lexicon):
    """Return the tokens that are terms, and the terms nested in these."""
    domains = words.domain_terms(lexicon).set_index("term")["domain"].to_dict()
    spelled = {term.lower(): term for term in domains}
    vocabulary = [word for word in tokens["word"].unique() if word.lower() in spelled]
    hits = tokens.loc[tokens["word"].isin(vocabulary), ["passage_id", "start", "word"]]
    frequency = words.dictionary_frequency()
    rows = [
        (word, start, end, word[start:end], term, domains[term])
        for word in vocabulary
        for start, end, term in nested(spelled[word.lower()], domains, frequency=frequency)
    ]
    inside = pd.DataFrame(rows, columns=["word", "from", "to", "text", "term", "domain"])
    found = hits.merge(inside.astype({"word": str}), on="word")
    return found.assign(kind="term", end=found["start"] + found["to"], start=found["start"] + found["from"])


def _titles(passages):
    """Return the titles in 《》."""
    rows = [
        (passage, title.start(), title.end(), title[0], title[1])
        for passage, text in zip(passages["passage_id"].tolist(), passages["text"].tolist(), strict=True)
        for title in times.TITLE.finditer(text)
    ]
    return pd.DataFrame(rows, columns=["passage_id", "start", "end", "text", "title"]).assign(kind="title")


def nested(term, terms, *, frequency):
    """Return every term that stands in a term, itself included.

    Parameters
    ----------
    term : str
        The term to look into.
    terms : collection of str
        The terms to look for.
    frequency : callable
        From a word to its frequency in a general dictionary, 0 for what it lacks. A term that the dictionary has does
        not count where a more frequent word of the same length or longer crosses its beginning or end.

    Returns
    -------
    list of (int, int, str)
        Start, end and term, in order of start, the longer first.

    Examples
    --------
    >>> usual = {"市政": 25, "政府": 900}
    >>> nested("市政府", {"市政府", "市政"}, frequency=lambda word: usual.get(word, 0))
    [(0, 3, '市政府')]
    >>> nested("新型智慧城市", {"新型智慧城市", "智慧城市"}, frequency=lambda word: usual.get(word, 0))
    [(0, 6, '新型智慧城市'), (2, 6, '智慧城市')]
    """
    found = _occurrences(term, terms, longest=len(term))
    return [(start, end, inner) for start, end, inner in found if not _crossed(term, start, end, frequency)]


def _crossed(term, start, end, frequency):
    """Say whether a more frequent word lies across the beginning or the end of a stretch of a term."""
    own, size = frequency(term[start:end]), end - start
    return own > 0 and any(
        frequency(term[i:j]) > own
        for i in range(len(term))
        for j in range(i + size, len(term) + 1)
        if i < start < j < end or start < i < end < j
    )


def audit(passages, tokens, tags, *, lexicon=None):
    """Hold every term's raw hits (the term as a string of the text) against its tags, and explain each miss.

    Parameters
    ----------
    passages, tokens, tags : pandas.DataFrame
        Passages, their tokens, and the tags made from these.
    lexicon : pandas.DataFrame, optional
        The lexicon with which they were made; `cityanalysis.words.read_lexicon`, unless given.

    Returns
    -------
    summary : pandas.DataFrame
        A row a term that stands in the text: ``term, domain, raw, tagged, nested, missed``. ``nested`` counts those of
        ``tagged`` that are part of a longer term's token.
    misses : pandas.DataFrame
        A row a raw hit that was not tagged: ``passage_id, start, end, term, cut, reason``. ``cut`` shows the words at
        the place, separated by ``|``; ``reason`` is one of `REASONS`.

    Examples
    --------
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["大数据中心和数据中心"]})
    >>> tokens = words.tokenize(passages)
    >>> summary, misses = audit(passages, tokens, tag(passages, tokens))
    >>> summary[summary["term"] == "数据中心"].iloc[0, 2:].tolist(), len(misses)
    ([2, 2, 1, 0], 0)
    """
    lexicon = words.read_lexicon() if lexicon is None else lexicon
    domains = words.domain_terms(lexicon).set_index("term")["domain"].to_dict()
    places = {}
    for hit in tags[tags["kind"] == "term"].itertuples():
        places.setdefault(hit.passage_id, set()).add((hit.start, hit.end, hit.term))
    spans = {
        passage: list(zip(group["start"], group["end"], group["word"], strict=True))
        for passage, group in tokens.groupby("passage_id", sort=False)
    }
    longest = max(map(len, domains), default=0)
    raw, inner, lost, misses = Counter(), Counter(), Counter(), []
    for passage, text in zip(passages["passage_id"], passages["text"], strict=True):
        here = places.get(passage, set())
        for start, end, term in sorted(here.union(_occurrences(text, domains, longest=longest))):
            raw[term] += 1
            at = [span for span in spans[passage] if span[0] < end and span[1] > start]
            if (start, end, term) in here:
                inner[term] += at[0][:2] != (start, end)
                continue
            lost[term] += 1
            cut = "|".join(word for _, _, word in at)
            misses.append((passage, start, end, term, cut, _reason(at, domains)))
    rows = [(term, domains[term], n, n - lost[term], inner[term], lost[term]) for term, n in raw.items()]
    summary = pd.DataFrame(rows, columns=["term", "domain", "raw", "tagged", "nested", "missed"])
    missed = pd.DataFrame(misses, columns=["passage_id", "start", "end", "term", "cut", "reason"])
    return summary.sort_values(["raw", "term"], ascending=[False, True], ignore_index=True), missed


def _occurrences(text, terms, *, longest):
    """Yield where terms stand in a text as strings, Latin words and numbers whole: start, end, term."""
    for start in range(len(text)):
        for end in range(min(len(text), start + longest), start, -1):
            if text[start:end] in terms and not any(_inside_latin(text, i) for i in (start, end)):
                yield start, end, text[start:end]


def _inside_latin(text, i):
    """Say whether a Latin word or a number runs on over a position, as over that between Pv and 6 in IPv6."""
    return 0 < i < len(text) and all(c.isascii() and c.isalnum() for c in text[i - 1 : i + 1])


def _reason(at, domains):
    """Return why a raw hit was not tagged, given the words at its place."""
    if len(at) == 1 and at[0][2] in domains:
        return "crossed in a longer term"
    if any(word in domains for _, _, word in at):
        return "overlaps another term"
    return "inside a longer word" if len(at) == 1 else "across a word boundary"


def mark_up(text, tags, glosses):
    """Return a text as HTML with its tags marked, tags within tags, too.

    A tag that begins within another and ends behind it is left out, since marks cannot cross. Where the pointer rests,
    a term shows its gloss and domain, a time its interval, a figure its number and unit.

    Parameters
    ----------
    text : str
        A passage's text.
    tags : pandas.DataFrame
        The tags of this passage, as `tag` gives them.
    glosses : dict of str to str
        From term to English gloss.

    Examples
    --------
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["<宁波>"]})
    >>> mark_up("<宁波>", tag(passages, words.tokenize(passages)), {})
    '&lt;<mark style="background:#d9efe3;color:inherit" title="ningbo">宁波</mark>&gt;'
    """
    opened, closed, ends = {}, {}, []
    for mark in tags.sort_values(["start", "end"], ascending=[True, False]).itertuples():
        while ends and ends[-1] <= mark.start:
            ends.pop()
        if ends and mark.end > ends[-1]:
            continue
        ends.append(mark.end)
        about = [glosses.get(mark.term, ""), mark.domain]
        time = [" – ".join(filter(None, [mark.date_from, mark.date_to])), mark.status]
        figure = [mark.bound, mark.number, mark.unit, mark.direction]
        note = mark.city or " · ".join(filter(None, [*about, *time])) or " ".join(filter(None, figure)) or mark.kind
        opening = f'<mark style="{MARKS[mark.kind]};color:inherit" title="{escape(note)}">'
        opened[mark.start] = opened.get(mark.start, "") + opening
        closed[mark.end] = closed.get(mark.end, "") + "</mark>"
    pieces = [closed.get(i, "") + opened.get(i, "") + escape(text[i : i + 1]) for i in range(len(text) + 1)]
    return "".join(pieces)


DIGITAL = 0.3  # set on passages of cities kept for building
CLAUSE = re.compile(rf"[^{documents.CLAUSE_END}]+[{documents.CLAUSE_END}]*")


@functools.cache
def _digital_stretch():
    """Return the pattern of what makes a term digital."""
    return re.compile("|".join(map(re.escape, files.table("data/lexicon/digital.csv")["stretch"])))


def is_digital(term):
    """Say whether a term is digital.

    Examples
    --------
    >>> is_digital("数据中心"), is_digital("领导小组")
    (True, False)
    """
    return bool(_digital_stretch().search(term))


def digital_share(passages, tags):
    """Return the share of each passage's characters that stand in clauses with a digital term.

    Parameters
    ----------
    passages : pandas.DataFrame
        With the columns ``passage_id`` and ``text``.
    tags : pandas.DataFrame
        Their tags.

    Returns
    -------
    pandas.Series
        From 0 to 1, indexed like the passages. A passage counts as digital from `DIGITAL` upwards.

    Examples
    --------
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["修路，建数据中心。"]})
    >>> tags = pd.DataFrame({"passage_id": ["a#1"], "kind": ["term"], "start": [4], "term": ["数据中心"]})
    >>> digital_share(passages, tags).round(3).tolist()
    [0.667]
    """
    terms = tags[tags["kind"] == "term"]
    digital = terms[terms["term"].map(is_digital)] if len(terms) else terms
    starts = digital.groupby("passage_id")["start"].agg(list).to_dict()
    here = (starts.get(passage, ()) for passage in passages["passage_id"])
    return pd.Series(map(_digital_share, passages["text"], here), passages.index, dtype=float)


def _digital_share(text, starts):
    """Return the share of a text in clauses in which one of the positions lies."""
    within = [clause.span() for clause in CLAUSE.finditer(text)]
    lit = sum(end - start for start, end in within if any(start <= place < end for place in starts))
    return lit / len(text) if text else 0.0
