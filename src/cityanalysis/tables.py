"""What every table of the project holds: one page to know the data.

Each constant is a pandera schema; its columns stand in the order of the file or frame. ``FILES`` says which
schema holds which file. The prose that goes with the columns is in ``data/README.md``.

Two kinds of columns occur. Files are read as text throughout (an empty cell is the empty string), so that a
fault can be named as it stands in the file; ``NUMBER`` marks the columns that must read as numbers. Frames that
the library makes (``PASSAGES``, ``TOKENS``, ``TAGS``, ``COUNTS``) carry integers where they count.
"""

import pandera.pandas as pa

COLLECTIONS = ("records", "studies", "reports")
ROLES = ("develop", "judge", "exemplar")
GENRES = (
    "plan",
    "policy",
    "regulation",
    "report",
    "news",
    "speech",
    "research",
    "encyclopedia",
    "evaluation",
    "record",
)
EVENT_KINDS = (
    *("plan", "policy", "regulation", "institution", "platform"),
    *("infrastructure", "industry", "application", "evaluation", "partnership"),
)
PUBLISHER_KINDS = ("official", "press", "company", "research", "other")
LEVELS = ("municipality", "sub-provincial", "prefecture", "county-level", "district", "new-area", "city-state", "city")
REGIONS = ("east", "central", "west", "northeast", "overseas")
LABELS = ("", "infrastructure", "industry", "application", "governance")
TAG_KINDS = ("city", "title", "term", "time", "quantity", "institution")
INSTITUTION_KINDS = ("government", "party", "company", "research", "association", "international", "press")
WORD_ROLES = ("field", "general", "verb", "kind", "no-place", "no-stem")
VERDICTS = ("supported", "contradicted", "not shown", "not found")
SAMPLES = ("random", "doubtful")
INNOVATIONS = ("plan", "bureau", "open-data", "portal", "brain", "regulation", "network", "ai")
SEARCHED = ("found", "not found", "not looked for")
FAULTS = (
    *("year of article", "target as result", "report day as event day", "bound lost"),
    *("cumulative as yearly", "citation does not carry", "contradiction", "too exact"),
    *("duplicate", "wrong kind", "copied words", "wording"),
    *("not confirmable", "wrong fact", "metadata"),
)

WAYS = ("design", "support", "integration", "governance", "service")  # Liu & Xia (2025)
SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
DATE = r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?"
NUMBER = r"-?\d+(\.\d+)?"
SHA256 = r"[0-9a-f]{64}"
WRITER = r"[a-z][a-z0-9-]*"  # of a record: g1 to g6, second1 and second2, and whoever comes after them
NOTHING = ""  # what an optional pattern also allows


def _text(*, pattern=None, among=None, empty=False, longest=None, unique=False):
    """Return a text column: matching a whole pattern, among given values, at most so long, empty or not."""
    checks = []
    if pattern is not None:
        checks.append(pa.Check.str_matches(rf"(?:{pattern}){'?' if empty else ''}\Z", error=f"matches {pattern}"))
    elif not empty and among is None:
        checks.append(pa.Check.str_length(min_value=1, error="is not empty"))
    if among is not None:
        allowed = [*among, NOTHING] if empty else list(among)
        checks.append(pa.Check.isin(allowed, error=f"is one of {', '.join(a or '(empty)' for a in allowed)}"))
    if longest is not None:
        checks.append(pa.Check.str_length(max_value=longest, error=f"has at most {longest} characters"))
    return pa.Column(str, checks, unique=unique)


def _count(least=0):
    """Return a column of whole numbers from `least` upwards."""
    return pa.Column(int, pa.Check.ge(least))


def _table(name, columns, *, unique=None):
    """Return a schema that asks for just these columns in this order."""
    return pa.DataFrameSchema(columns, strict=True, ordered=True, unique=unique, name=name)


CITIES = _table(
    "cities",
    {
        "city": _text(pattern=SLUG, unique=True),
        "name_zh": _text(),  # as shown in figures
        "name_en": _text(unique=True),
        "aliases": _text(pattern=r"[^|]+(\|[^|]+)*"),  # every form that counts as the city in a text, parted by |
        "country": _text(pattern="[A-Z]{2}"),
        "province": _text(),
        "province_en": _text(),
        "region": _text(among=REGIONS),
        "level": _text(among=LEVELS),
        "latitude": _text(pattern=r"-?([0-8]?\d(\.\d+)?|90)"),
        "longitude": _text(pattern=r"-?((1[0-7]\d|\d?\d)(\.\d+)?|180)"),
        "has_record": _text(among=("yes", "no")),
        "has_report": _text(among=("yes", "no")),
    },
)

DOCUMENTS = _table(
    "documents",
    {
        "doc_id": _text(pattern=SLUG, unique=True),
        "collection": _text(pattern=SLUG),  # one of COLLECTIONS, or a user's own
        "city": _text(pattern=SLUG),
        "title": _text(),
        "issuer": _text(),
        "published": _text(pattern=DATE, empty=True),
        "genre": _text(among=GENRES),
        "writer": _text(pattern=WRITER, empty=True),
        "url": _text(pattern=r"https?://\S+", empty=True),
        "rights": _text(),
        "file": _text(unique=True),  # below corpus/ for a record, else below the folder of originals
        "sha256": _text(pattern=SHA256),
        "n_chars": _text(pattern=r"[1-9]\d*"),
    },
)

REFERENCES = _table(
    "references",
    {
        "ref_id": _text(pattern=SLUG, unique=True),
        "city": _text(pattern=SLUG),
        "title": _text(),
        "issuer": _text(empty=True),
        "published": _text(pattern=DATE, empty=True),
        "genre": _text(among=GENRES),
        "publisher_kind": _text(among=PUBLISHER_KINDS),
        "url": _text(pattern=r"https?://\S+", empty=True),
        "access": _text(among=("full", "opening")),
    },
)

EVENTS = _table(
    "events",
    {
        "city": _text(pattern=SLUG),
        "date": _text(pattern=DATE),
        "kind": _text(among=EVENT_KINDS),
        "summary_zh": _text(longest=60),
        "summary_en": _text(longest=140),
        "ref_id": _text(pattern=SLUG),
        "writer": _text(pattern=WRITER),
    },
    unique=["city", "date", "summary_zh", "writer"],
)

INDICATORS = _table(
    "indicators",
    {
        "city": _text(pattern=SLUG),
        "year": _text(pattern=r"\d{4}"),
        "name_zh": _text(),
        "name_en": _text(),
        "value": _text(pattern=NUMBER),
        "unit": _text(empty=True),
        "status": _text(among=("actual", "target")),
        "ref_id": _text(pattern=SLUG),
        "writer": _text(pattern=WRITER),
    },
    unique=["city", "year", "name_zh", "value", "unit", "status", "ref_id", "writer"],
)

# When a city is first known to have had something; `date` and `ref_id` are given where it is found.
ADOPTIONS = _table(
    "innovations",
    {
        "city": _text(pattern=SLUG),
        "innovation": _text(among=INNOVATIONS),
        "date": _text(pattern=DATE, empty=True),
        "bound": _text(among=("by",), empty=True),  # it was there by then, since when is not known
        "ref_id": _text(pattern=SLUG, empty=True),
        "status": _text(among=SEARCHED),
        "claim_refs": _text(pattern=rf"{SLUG}( {SLUG})*", empty=True),  # which call it the first, parted by blanks
        "note": _text(empty=True, longest=160),
    },
    unique=["city", "innovation"],
)

NATIONAL = _table(
    "national",
    {
        "date_from": _text(pattern=DATE),
        "date_to": _text(pattern=DATE),
        "kind": _text(among=("plan", "step")),
        "name_zh": _text(unique=True),
        "name_en": _text(),
        "url": _text(pattern=r"https?://\S+"),
    },
)

SPLITS = _table(
    "splits",
    {
        "collection": _text(among=COLLECTIONS),
        "city": _text(pattern=SLUG),
        "role": _text(among=ROLES),
    },
    unique=["collection", "city"],
)

# A fact that was looked up again, and what came of it.
FACT_CHECKS = _table(
    "fact checks",
    {
        "writer": _text(pattern=WRITER),
        "sample": _text(among=SAMPLES),
        "city": _text(pattern=SLUG),
        "table": _text(among=("events", "indicators", "record")),
        "ref_id": _text(pattern=SLUG, empty=True),
        "fact": _text(longest=80),
        "verdict": _text(among=VERDICTS),
        "url": _text(empty=True),
        "note": _text(empty=True),
    },
)

# What was changed in the records and tables after reading them against one another.
MENDED = _table(
    "mended",
    {
        "writer": _text(pattern=WRITER),
        "city": _text(pattern=SLUG),
        "where": _text(among=("record", "events", "indicators", "sources")),
        "fault": _text(among=FAULTS),
        "before": _text(empty=True),
        "after": _text(empty=True),
        "evidence": _text(empty=True),
    },
)

LEXICON = _table(
    "lexicon",
    {
        "term": _text(pattern=r"\S(.*\S)?"),
        "domain": _text(pattern=SLUG),
        "gloss_en": _text(empty=True, longest=40),
        "source": _text(empty=True),
    },
    unique=["term"],
)

DOMAINS = _table(
    "domains",
    {
        "domain": _text(pattern=SLUG, unique=True),
        "name_zh": _text(),
        "name_en": _text(),
        "label": _text(among=LABELS),  # the codebook's label that passages about it mostly get
        "system": _text(empty=True),  # the application system of the Hu Bin study
    },
)

TERM_SOURCES = _table(
    "term sources",
    {
        "source": _text(pattern=SLUG, unique=True),
        "title": _text(),
        "issuer": _text(),
        "year": _text(pattern=r"\d{4}", empty=True),
        "url": _text(pattern=r"https?://\S+", empty=True),
    },
)

PASSAGES = _table(
    "passages",
    {
        "passage_id": _text(pattern=rf"{SLUG}#[1-9]\d*", unique=True),
        "doc_id": _text(pattern=SLUG),
        "city": _text(pattern=SLUG),
        "section": _text(empty=True),
        "start": _count(),
        "end": _count(1),
        "text": _text(empty=True),  # of studies and reports only where their texts are read
        "refs": _text(empty=True),  # parted by blanks
        "date_from": _text(pattern=DATE, empty=True),
        "date_to": _text(pattern=DATE, empty=True),
    },
)

TOKENS = _table(
    "tokens",
    {"passage_id": _text(), "start": _count(), "end": _count(1), "word": _text(), "pos": _text()},
)

TAGS = _table(
    "tags",
    {
        "passage_id": _text(),
        "start": _count(),
        "end": _count(1),
        "kind": _text(among=TAG_KINDS),
        "text": _text(),
        **{
            column: _text(empty=True)
            for column in (
                *("city", "term", "domain", "title"),
                *("date_from", "date_to", "precision", "status"),
                *("number", "unit", "bound", "direction"),
            )
        },
    },
)

COUNTS = _table(
    "counts",
    {"passage_id": _text(), "word": _text(), "pos": _text(), "n": _count(1)},
    unique=["passage_id", "word", "pos"],
)

# What was cut away of a text as frame, and what was put right in it.
FRAMES = _table(
    "frames",
    {
        "doc_id": _text(pattern=SLUG),
        "start": _text(pattern=r"\d+"),
        "end": _text(pattern=r"[1-9]\d*"),
        "reason": _text(),
    },
)

CORRECTIONS = _table(
    "corrections",
    {"doc_id": _text(pattern=SLUG), "wrong": _text(), "right": _text(), "reason": _text()},
    unique=["doc_id", "wrong"],
)

DIGITAL = _table("digital", {"stretch": _text(unique=True)})

UNITS = _table(
    "units",
    {
        "unit": _text(pattern=r"\S+", unique=True),
        "after": _text(among=("any", "digits")),
        "not_before": _text(empty=True),
    },
)

INSTITUTIONS = _table(
    "institutions",
    {
        "name": _text(pattern=r"\S(.*\S)?", unique=True),
        "kind": _text(among=INSTITUTION_KINDS),
        "gloss_en": _text(longest=60),
        "source": _text(pattern=rf"general|{SLUG}(;{SLUG})*"),
    },
)

INSTITUTION_WORDS = _table(
    "institution words",
    {"word": _text(), "role": _text(among=WORD_ROLES)},
    unique=["word", "role"],
)

# Passages of reports, read for whether they are about digital matters; a human reader may fill the last column.
GOLD_DIGITAL = _table(
    "gold: digital",
    {
        "passage_id": _text(pattern=rf"{SLUG}#[1-9]\d*", unique=True),
        "sha1": _text(pattern=r"[0-9a-f]{40}"),
        "role": _text(among=ROLES),
        "stratum": _text(among=("hit", "near", "rest")),
        "weight": _text(pattern=NUMBER),
        "reader_a": _text(among=("yes", "no")),
        "reader_b": _text(among=("yes", "no")),
        "settled": _text(among=("yes", "no")),
        "human": _text(among=("yes", "no"), empty=True),
    },
)

# Topics that were read and named, each with its heaviest words; and the task of word intrusion set with them.
TOPICS = _table(
    "topics",
    {
        "topic": _text(pattern=SLUG, unique=True),
        "name_zh": _text(unique=True),
        "name_en": _text(unique=True, longest=30),
        "way": _text(among=WAYS, empty=True),
        "stable": _text(among=("yes", "no")),
        "words": _text(pattern=r"[^|]+(\|[^|]+)*"),
        "weights": _text(pattern=r"0\.\d{4}(\|0\.\d{4})*"),
    },
)

GOLD_INTRUSION = _table(
    "gold: intrusion",
    {
        "topic": _text(pattern=SLUG),
        "item": _text(among=("weight", "frex")),
        "words": _text(pattern=r"[^|]+(\|[^|]+)*", unique=True),
        "intruder": _text(),
        **{reader: _text(empty=True) for reader in ("reader_a", "reader_b", "human")},
    },
    unique=["topic", "item"],
)

# Passages of which every time, quantity and institution was marked, and the marks; see docs/marking.md.
GOLD_PASSAGES = _table(
    "gold: passages",
    {
        "passage_id": _text(pattern=rf"{SLUG}#[1-9]\d*", unique=True),
        "sha1": _text(pattern=r"[0-9a-f]{40}"),
        "collection": _text(among=COLLECTIONS),
        "role": _text(among=ROLES),
        "drawn": _text(among=("any", "dated")),
    },
)


def _marks(name, value, forms=None):
    """Return the schema of a table of marks: where they stand, and what each reader put down."""
    form = {"form": _text(among=forms)} if forms else {}
    return _table(
        f"gold: {name}",
        {
            "passage_id": _text(pattern=rf"{SLUG}#[1-9]\d*"),
            "start": _text(pattern=r"\d+"),
            "end": _text(pattern=r"[1-9]\d*"),
            **form,
            **{reader: _text(pattern=value, empty=True) for reader in ("reader_a", "reader_b", "settled", "human")},
        },
        unique=["passage_id", "start", "end"],
    )


DAY = r"\d{4}-\d\d-\d\d"
TIME_FORMS = ("day", "month", "part", "year", "range", "plan", "counted", "open")
QUANTITY_FORMS = (
    *("plain", "万, 亿", "percentage", "fraction", "rank", "sum", "duration", "Latin unit", "Chinese numeral"),
)
GOLD_TIMES = _marks("times", rf"(open|{DAY}/{DAY})( (achieved|planned|target))?", TIME_FORMS)
GOLD_QUANTITIES = _marks("quantities", rf"{NUMBER}\|[^|]*\|(about|over|under)?\|(rise|fall)?", QUANTITY_FORMS)
GOLD_INSTITUTIONS = _marks("institutions", "yes")

GOLD_SEGMENTATION = _table(
    "gold: segmentation",
    {
        "passage_id": _text(pattern=rf"{SLUG}#[1-9]\d*"),
        "start": _text(pattern=r"\d+"),
        "end": _text(pattern=r"[1-9]\d*"),
        "sha1": _text(pattern=r"[0-9a-f]{40}"),
        "role": _text(among=ROLES),
        **{reader: _text() for reader in ("reader_a", "reader_b", "settled")},
        "terms": _text(empty=True),
        "human": _text(empty=True),
    },
    unique=["passage_id", "start"],
)

# Passages coded by the codebook: primary label, secondary one, instrumented; orientation and stage.
_FOUR = "infrastructure|industry|application|governance"
CODE = rf"(other\|\||({_FOUR})\|({_FOUR})?\|)(yes|no)"
ORIENTATION = r"(supply|demand|neither|other)\|(networks|applications|domain|integrated|none)"


def _codes(name, value, columns):
    """Return the schema of a table of coded passages."""
    return _table(
        f"gold: {name}",
        {
            "passage_id": _text(pattern=rf"{SLUG}#[1-9]\d*", unique=True),
            "sha1": _text(pattern=r"[0-9a-f]{40}"),
            **columns,
            **{reader: _text(pattern=value) for reader in ("reader_a", "reader_b", "settled")},
            "human": _text(pattern=value, empty=True),
        },
    )


GOLD_MODELS = _codes(
    "models",
    CODE,
    {
        "collection": _text(among=COLLECTIONS),
        "role": _text(among=ROLES),
        "stratum": _text(among=("all", "rich", "hit", "near", "rest")),
        "weight": _text(pattern=NUMBER),
    },
)
GOLD_ORIENTATION = _codes("orientation", ORIENTATION, {"role": _text(among=ROLES)})

# The first figures of the tagger on the marked passages, as cityanalysis.gold.scores gives them.
SHARE = r"([01](\.\d+)?)?"
GOLD_FIRST = _table(
    "gold: first figures",
    {
        "kind": _text(among=("times", "quantities", "institutions")),
        "collection": _text(among=COLLECTIONS),
        "role": _text(among=ROLES),
        "marked": _text(pattern=r"\d+"),
        **{f"precision{end}": _text(pattern=SHARE, empty=True) for end in ("", "_low", "_high")},
        **{f"recall{end}": _text(pattern=SHARE, empty=True) for end in ("", "_low", "_high")},
        "told": _text(pattern=SHARE, empty=True),
    },
    unique=["kind", "collection", "role"],
)

CHECKSUMS = _table("checksums", {"file": _text(unique=True), "sha256": _text(pattern=SHA256)})

FILES = {
    "corpus/documents.csv": DOCUMENTS,
    "corpus/references.csv": REFERENCES,
    "corpus/derived/sha256.csv": CHECKSUMS,
    "data/cities.csv": CITIES,
    "data/events.csv": EVENTS,
    "data/indicators.csv": INDICATORS,
    "data/innovations.csv": ADOPTIONS,
    "data/national.csv": NATIONAL,
    "data/splits.csv": SPLITS,
    "data/fact_checks.csv": FACT_CHECKS,
    "data/mended.csv": MENDED,
    "data/frames.csv": FRAMES,
    "data/corrections.csv": CORRECTIONS,
    "data/topics.csv": TOPICS,
    "data/gold/digital.csv": GOLD_DIGITAL,
    "data/gold/intrusion.csv": GOLD_INTRUSION,
    "data/gold/passages.csv": GOLD_PASSAGES,
    "data/gold/times.csv": GOLD_TIMES,
    "data/gold/quantities.csv": GOLD_QUANTITIES,
    "data/gold/institutions.csv": GOLD_INSTITUTIONS,
    "data/gold/segmentation.csv": GOLD_SEGMENTATION,
    "data/gold/first.csv": GOLD_FIRST,
    "data/gold/models.csv": GOLD_MODELS,
    "data/gold/orientation.csv": GOLD_ORIENTATION,
    "data/lexicon/digital.csv": DIGITAL,
    "data/lexicon/terms.csv": LEXICON,
    "data/lexicon/stopwords.csv": LEXICON,
    "data/lexicon/domains.csv": DOMAINS,
    "data/lexicon/institutions.csv": INSTITUTIONS,
    "data/lexicon/institution_words.csv": INSTITUTION_WORDS,
    "data/lexicon/sources.csv": TERM_SOURCES,
    "data/lexicon/units.csv": UNITS,
}


def faults(table, schema):
    """List where a table departs from its schema.

    Parameters
    ----------
    table : pandas.DataFrame
        The table, as read.
    schema : pandera.pandas.DataFrameSchema
        One of this module's constants.

    Returns
    -------
    list of (int or None, str)
        The position of the row (from 0; None where the fault is the table's as a whole) and what is wrong.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({"collection": ["records"], "city": ["nanjing"], "role": ["tuned"]})
    >>> faults(table, SPLITS)
    [(0, "role: 'tuned' is not so: is one of develop, judge, exemplar")]
    """
    try:
        schema.validate(table.reset_index(drop=True), lazy=True)
    except pa.errors.SchemaErrors as error:
        cases = error.failure_cases
    else:
        return []
    found = []
    for case in cases.to_dict("records"):
        row = None if case["index"] is None or case["index"] != case["index"] else int(case["index"])
        column = case["column"] if isinstance(case["column"], str) else schema.name
        found.append((row, _explain(case, column)))
    return sorted(set(found), key=lambda fault: (-1 if fault[0] is None else fault[0], fault[1]))


def _explain(case, column):
    """Return pandera's failure case in plain words."""
    check, value = str(case["check"]), case["failure_case"]
    if check in ("field_uniqueness", "multiple_fields_uniqueness"):
        return f"{column}: {value!r} stands here more than once"
    if check == "column_in_dataframe":
        return f"column {value!r} is missing"
    if check == "column_in_schema":
        return f"column {value!r} is not expected"
    if check == "column_ordered":
        return f"column {value!r} is out of order"
    return f"{column}: {value!r} is not so: {check}"
