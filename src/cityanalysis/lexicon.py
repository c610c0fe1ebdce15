"""The field's words: domain terms, stop words, and the names of cities.

A lexicon is a table of four columns, ``term, domain, gloss_en, source``. Rows of the domain `STOP` are stop words,
rows of the domain `CITY` are names of cities, with their slug as source; all others are terms, whose domains
``data/lexicon/domains.csv`` explains. Anybody's own terms and stop words are a CSV of the same form.
"""

from cityanalysis import readers

STOP = "stop"
CITY = "city"
COLUMNS = ("term", "domain", "gloss_en", "source")


def load(*paths):
    """Load the project's lexicon, and lay one's own over it.

    Parameters
    ----------
    *paths : str or os.PathLike
        CSV files with the columns ``term,domain`` and, if wanted, ``gloss_en,source``. Where a term stands in
        several, the last one counts; a term of the project that should not count is taken out by giving it the
        domain `stop`.

    Returns
    -------
    pandas.DataFrame
        Columns ``term, domain, gloss_en, source``, one row a term, sorted by domain and term.

    Raises
    ------
    cityanalysis.readers.ReadError
        Names the file and line of a missing column, an empty term or domain, a term with a line break or a
        tabulator, or one that is no composed Unicode (NFC).

    Examples
    --------
    >>> terms = load()
    >>> terms.set_index("term").loc["一网通办", ["domain", "gloss_en"]].tolist()
    ['public-service', 'one-stop online services']
    """
    import pandas as pd

    parts = [readers.table(f"data/lexicon/{name}.csv") for name in ("terms", "stopwords")]
    parts += [_own(path) for path in paths]
    terms = pd.concat(parts, ignore_index=True).drop_duplicates("term", keep="last")
    return terms.sort_values(["domain", "term"], ignore_index=True)[list(COLUMNS)]


def _own(path):
    """Return somebody's own lexicon, checked."""
    terms = readers.table(path if readers.Path(path).is_absolute() else readers.Path(path).absolute())
    missing = [column for column in COLUMNS[:2] if column not in terms]
    unknown = [column for column in terms if column not in COLUMNS]
    if missing or unknown:
        raise readers.ReadError(
            f"{path}:1: expected the columns {','.join(COLUMNS)} (the last two may be left out), "
            f"found {','.join(terms.columns)}"
        )
    for row in terms.itertuples():
        if not row.term.strip() or not row.domain.strip():
            raise readers.ReadError(f"{path}:{row.Index}: a term and its domain are needed; fill the empty one")
        if row.term != row.term.strip() or not row.term.replace(" ", "").isprintable():
            raise readers.ReadError(f"{path}:{row.Index}: {row.term!r} has blanks around it or a line break in it")
        if row.domain == CITY and not getattr(row, "source", ""):
            raise readers.ReadError(
                f"{path}:{row.Index}: {row.term!r} is a city's name; put its slug into the column source"
            )
        if not readers.is_nfc(row.term):
            raise readers.ReadError(f"{path}:{row.Index}: {row.term!r} is not composed Unicode (NFC); save it so")
    return terms.reindex(columns=list(COLUMNS), fill_value="")


def domains():
    """Return what the domains of the project's terms mean.

    Returns
    -------
    pandas.DataFrame
        Columns ``domain, name_zh, name_en, label, system``: ``label`` is the codebook's label that passages about the
        domain mostly get, ``system`` the application system of the Hu Bin study that it answers to.
    """
    return readers.table("data/lexicon/domains.csv")


def cities():
    """Return the cities of the project.

    Returns
    -------
    pandas.DataFrame
        The columns of ``tables.CITIES``, with ``latitude`` and ``longitude`` as numbers (degrees) and ``has_record``
        and ``has_report`` as truth values.

    Examples
    --------
    >>> city = cities().set_index("city").loc["fuzhou-jx"]
    >>> city["name_zh"], city["province"], bool(city["has_record"])
    ('抚州', '江西省', False)
    """
    table = readers.table("data/cities.csv")
    return table.assign(
        latitude=table["latitude"].astype(float),
        longitude=table["longitude"].astype(float),
        has_record=table["has_record"] == "yes",
        has_report=table["has_report"] == "yes",
    )


def city_names(table=None):
    """Return every form under which a city is named in a text.

    Parameters
    ----------
    table : pandas.DataFrame, optional
        Cities, as `cities` gives them (the default).

    Returns
    -------
    pandas.DataFrame
        A lexicon of the domain `CITY`: ``term`` a form of the name, ``gloss_en`` the English name, ``source`` the
        city's slug. A form stands for one city only; what could be two (吉林, a city and a province) is left out.

    Examples
    --------
    >>> names = city_names().set_index("term")["source"]
    >>> names["沪"], names["上海市"], names["抚州"]
    ('shanghai', 'shanghai', 'fuzhou-jx')
    """
    table = cities() if table is None else table
    names = table.assign(term=table["aliases"].str.split("|")).explode("term")
    names = names.assign(domain=CITY, gloss_en=names["name_en"], source=names["city"])
    return names[list(COLUMNS)].reset_index(drop=True)


def glosses(terms):
    """Return the English gloss of each term, for labels in two languages.

    Parameters
    ----------
    terms : pandas.DataFrame
        A lexicon.

    Returns
    -------
    dict of str to str
        From term to gloss; a term without a gloss is left out.
    """
    glossed = terms[terms["gloss_en"] != ""]
    return dict(zip(glossed["term"], glossed["gloss_en"], strict=True))
