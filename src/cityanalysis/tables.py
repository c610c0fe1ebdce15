"""What every table of the project holds: one page to know the data.

Each constant is a pandera schema; its columns stand in the order of the file or frame. ``FILES`` says which
schema holds which file. The prose that goes with the columns is in ``data/README.md``.

Two kinds of columns occur. Files are read as text throughout (an empty cell is the empty string), so that a
fault can be named as it stands in the file; ``NUMBER`` marks the columns that must read as numbers. Frames that
the library makes (``PASSAGES``, ``TOKENS``, ``TAGS``, ``COUNTS``) carry integers where they count.
"""

from cityanalysis.cells import DATE, NUMBER, SHA256, SLUG, WRITER, count, table, text

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
CITIES = table(
    "cities",
    {
        "city": text(pattern=SLUG, unique=True),
        "name_zh": text(),  # as shown in figures
        "name_en": text(unique=True),
        "aliases": text(pattern=r"[^|]+(\|[^|]+)*"),  # every form that counts as the city in a text, parted by |
        "country": text(pattern="[A-Z]{2}"),
        "province": text(),
        "province_en": text(),
        "region": text(among=REGIONS),
        "level": text(among=LEVELS),
        "latitude": text(pattern=r"-?([0-8]?\d(\.\d+)?|90)"),
        "longitude": text(pattern=r"-?((1[0-7]\d|\d?\d)(\.\d+)?|180)"),
        "has_record": text(among=("yes", "no")),
        "has_report": text(among=("yes", "no")),
    },
)

DOCUMENTS = table(
    "documents",
    {
        "doc_id": text(pattern=SLUG, unique=True),
        "collection": text(pattern=SLUG),  # one of COLLECTIONS, or a user's own
        "city": text(pattern=SLUG),
        "title": text(),
        "issuer": text(),
        "published": text(pattern=DATE, empty=True),
        "genre": text(among=GENRES),
        "writer": text(pattern=WRITER, empty=True),
        "url": text(pattern=r"https?://\S+", empty=True),
        "rights": text(),
        "file": text(unique=True),  # below corpus/ for a record, else below the folder of originals
        "sha256": text(pattern=SHA256),
        "n_chars": text(pattern=r"[1-9]\d*"),
    },
)

REFERENCES = table(
    "references",
    {
        "ref_id": text(pattern=SLUG, unique=True),
        "city": text(pattern=SLUG),
        "title": text(),
        "issuer": text(empty=True),
        "published": text(pattern=DATE, empty=True),
        "genre": text(among=GENRES),
        "publisher_kind": text(among=PUBLISHER_KINDS),
        "url": text(pattern=r"https?://\S+", empty=True),
        "access": text(among=("full", "opening")),
    },
)

EVENTS = table(
    "events",
    {
        "city": text(pattern=SLUG),
        "date": text(pattern=DATE),
        "kind": text(among=EVENT_KINDS),
        "summary_zh": text(longest=60),
        "summary_en": text(longest=140),
        "ref_id": text(pattern=SLUG),
        "writer": text(pattern=WRITER),
    },
    unique=["city", "date", "summary_zh", "writer"],
)

INDICATORS = table(
    "indicators",
    {
        "city": text(pattern=SLUG),
        "year": text(pattern=r"\d{4}"),
        "name_zh": text(),
        "name_en": text(),
        "value": text(pattern=NUMBER),
        "unit": text(empty=True),
        "status": text(among=("actual", "target")),
        "ref_id": text(pattern=SLUG),
        "writer": text(pattern=WRITER),
    },
    unique=["city", "year", "name_zh", "value", "unit", "status", "ref_id", "writer"],
)

# When a city is first known to have had something; `date` and `ref_id` are given where it is found.
ADOPTIONS = table(
    "innovations",
    {
        "city": text(pattern=SLUG),
        "innovation": text(among=INNOVATIONS),
        "date": text(pattern=DATE, empty=True),
        "bound": text(among=("by",), empty=True),  # it was there by then, since when is not known
        "ref_id": text(pattern=SLUG, empty=True),
        "status": text(among=SEARCHED),
        "claim_refs": text(pattern=rf"{SLUG}( {SLUG})*", empty=True),  # which call it the first, parted by blanks
        "note": text(empty=True, longest=160),
    },
    unique=["city", "innovation"],
)

NATIONAL = table(
    "national",
    {
        "date_from": text(pattern=DATE),
        "date_to": text(pattern=DATE),
        "kind": text(among=("plan", "step")),
        "name_zh": text(unique=True),
        "name_en": text(),
        "url": text(pattern=r"https?://\S+"),
    },
)

SPLITS = table(
    "splits",
    {
        "collection": text(among=COLLECTIONS),
        "city": text(pattern=SLUG),
        "role": text(among=ROLES),
    },
    unique=["collection", "city"],
)

# A fact that was looked up again, and what came of it.
FACT_CHECKS = table(
    "fact checks",
    {
        "writer": text(pattern=WRITER),
        "sample": text(among=SAMPLES),
        "city": text(pattern=SLUG),
        "table": text(among=("events", "indicators", "record")),
        "ref_id": text(pattern=SLUG, empty=True),
        "fact": text(longest=80),
        "verdict": text(among=VERDICTS),
        "url": text(empty=True),
        "note": text(empty=True),
    },
)

# What was changed in the records and tables after reading them against one another.
MENDED = table(
    "mended",
    {
        "writer": text(pattern=WRITER),
        "city": text(pattern=SLUG),
        "where": text(among=("record", "events", "indicators", "sources")),
        "fault": text(among=FAULTS),
        "before": text(empty=True),
        "after": text(empty=True),
        "evidence": text(empty=True),
    },
)

LEXICON = table(
    "lexicon",
    {
        "term": text(pattern=r"\S(.*\S)?"),
        "domain": text(pattern=SLUG),
        "gloss_en": text(empty=True, longest=40),
        "source": text(empty=True),
    },
    unique=["term"],
)

DOMAINS = table(
    "domains",
    {
        "domain": text(pattern=SLUG, unique=True),
        "name_zh": text(),
        "name_en": text(),
        "label": text(among=LABELS),  # the codebook's label that passages about it mostly get
        "system": text(empty=True),  # the application system of the Hu Bin study
    },
)

TERM_SOURCES = table(
    "term sources",
    {
        "source": text(pattern=SLUG, unique=True),
        "title": text(),
        "issuer": text(),
        "year": text(pattern=r"\d{4}", empty=True),
        "url": text(pattern=r"https?://\S+", empty=True),
    },
)

PASSAGES = table(
    "passages",
    {
        "passage_id": text(pattern=rf"{SLUG}#[1-9]\d*", unique=True),
        "doc_id": text(pattern=SLUG),
        "city": text(pattern=SLUG),
        "section": text(empty=True),
        "start": count(),
        "end": count(1),
        "text": text(empty=True),  # of studies and reports only where their texts are read
        "refs": text(empty=True),  # parted by blanks
        "date_from": text(pattern=DATE, empty=True),
        "date_to": text(pattern=DATE, empty=True),
    },
)

TOKENS = table(
    "tokens",
    {"passage_id": text(), "start": count(), "end": count(1), "word": text(), "pos": text()},
)

TAGS = table(
    "tags",
    {
        "passage_id": text(),
        "start": count(),
        "end": count(1),
        "kind": text(among=TAG_KINDS),
        "text": text(),
        **{
            column: text(empty=True)
            for column in (
                *("city", "term", "domain", "title"),
                *("date_from", "date_to", "precision", "status"),
                *("number", "unit", "bound", "direction"),
            )
        },
    },
)

COUNTS = table(
    "counts",
    {"passage_id": text(), "word": text(), "pos": text(), "n": count(1)},
    unique=["passage_id", "word", "pos"],
)

# What was cut away of a text as frame, and what was put right in it.
FRAMES = table(
    "frames",
    {
        "doc_id": text(pattern=SLUG),
        "start": text(pattern=r"\d+"),
        "end": text(pattern=r"[1-9]\d*"),
        "reason": text(),
    },
)

CORRECTIONS = table(
    "corrections",
    {"doc_id": text(pattern=SLUG), "wrong": text(), "right": text(), "reason": text()},
    unique=["doc_id", "wrong"],
)

DIGITAL = table("digital", {"stretch": text(unique=True)})

UNITS = table(
    "units",
    {
        "unit": text(pattern=r"\S+", unique=True),
        "after": text(among=("any", "digits")),
        "not_before": text(empty=True),
    },
)

INSTITUTIONS = table(
    "institutions",
    {
        "name": text(pattern=r"\S(.*\S)?", unique=True),
        "kind": text(among=INSTITUTION_KINDS),
        "gloss_en": text(longest=60),
        "source": text(pattern=rf"general|{SLUG}(;{SLUG})*"),
    },
)

INSTITUTION_WORDS = table(
    "institution words",
    {"word": text(), "role": text(among=WORD_ROLES)},
    unique=["word", "role"],
)

# Passages of reports, read for whether they are about digital matters; a human reader may fill the last column.
GOLD_DIGITAL = table(
    "gold: digital",
    {
        "passage_id": text(pattern=rf"{SLUG}#[1-9]\d*", unique=True),
        "sha1": text(pattern=r"[0-9a-f]{40}"),
        "role": text(among=ROLES),
        "stratum": text(among=("hit", "near", "rest")),
        "weight": text(pattern=NUMBER),
        "reader_a": text(among=("yes", "no")),
        "reader_b": text(among=("yes", "no")),
        "settled": text(among=("yes", "no")),
        "human": text(among=("yes", "no"), empty=True),
    },
)

# Topics that were read and named, each with its heaviest words; and the task of word intrusion set with them.
TOPICS = table(
    "topics",
    {
        "topic": text(pattern=SLUG, unique=True),
        "name_zh": text(unique=True),
        "name_en": text(unique=True, longest=30),
        "way": text(among=WAYS, empty=True),
        "stable": text(among=("yes", "no")),
        "words": text(pattern=r"[^|]+(\|[^|]+)*"),
        "weights": text(pattern=r"0\.\d{4}(\|0\.\d{4})*"),
    },
)

GOLD_INTRUSION = table(
    "gold: intrusion",
    {
        "topic": text(pattern=SLUG),
        "item": text(among=("weight", "frex")),
        "words": text(pattern=r"[^|]+(\|[^|]+)*", unique=True),
        "intruder": text(),
        **{reader: text(empty=True) for reader in ("reader_a", "reader_b", "human")},
    },
    unique=["topic", "item"],
)

# Passages of which every time, quantity and institution was marked, and the marks; see docs/marking.md.
GOLD_PASSAGES = table(
    "gold: passages",
    {
        "passage_id": text(pattern=rf"{SLUG}#[1-9]\d*", unique=True),
        "sha1": text(pattern=r"[0-9a-f]{40}"),
        "collection": text(among=COLLECTIONS),
        "role": text(among=ROLES),
        "drawn": text(among=("any", "dated")),
    },
)


def _marks(name, value, forms=None):
    """Return the schema of a table of marks: where they stand, and what each reader put down."""
    form = {"form": text(among=forms)} if forms else {}
    return table(
        f"gold: {name}",
        {
            "passage_id": text(pattern=rf"{SLUG}#[1-9]\d*"),
            "start": text(pattern=r"\d+"),
            "end": text(pattern=r"[1-9]\d*"),
            **form,
            **{reader: text(pattern=value, empty=True) for reader in ("reader_a", "reader_b", "settled", "human")},
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

GOLD_SEGMENTATION = table(
    "gold: segmentation",
    {
        "passage_id": text(pattern=rf"{SLUG}#[1-9]\d*"),
        "start": text(pattern=r"\d+"),
        "end": text(pattern=r"[1-9]\d*"),
        "sha1": text(pattern=r"[0-9a-f]{40}"),
        "role": text(among=ROLES),
        **{reader: text() for reader in ("reader_a", "reader_b", "settled")},
        "terms": text(empty=True),
        "human": text(empty=True),
    },
    unique=["passage_id", "start"],
)

# Passages coded by the codebook: primary label, secondary one, instrumented; orientation and stage.
_FOUR = "infrastructure|industry|application|governance"
CODE = rf"(other\|\||({_FOUR})\|({_FOUR})?\|)(yes|no)"
ORIENTATION = r"(supply|demand|neither|other)\|(networks|applications|domain|integrated|none)"


def _codes(name, value, columns):
    """Return the schema of a table of coded passages."""
    return table(
        f"gold: {name}",
        {
            "passage_id": text(pattern=rf"{SLUG}#[1-9]\d*", unique=True),
            "sha1": text(pattern=r"[0-9a-f]{40}"),
            **columns,
            **{reader: text(pattern=value) for reader in ("reader_a", "reader_b", "settled")},
            "human": text(pattern=value, empty=True),
        },
    )


GOLD_MODELS = _codes(
    "models",
    CODE,
    {
        "collection": text(among=COLLECTIONS),
        "role": text(among=ROLES),
        "stratum": text(among=("all", "rich", "hit", "near", "rest")),
        "weight": text(pattern=NUMBER),
    },
)
GOLD_ORIENTATION = _codes("orientation", ORIENTATION, {"role": text(among=ROLES)})

# The first figures of the tagger on the marked passages, as cityanalysis.gold.scores gives them.
SHARE = r"([01](\.\d+)?)?"
GOLD_FIRST = table(
    "gold: first figures",
    {
        "kind": text(among=("times", "quantities", "institutions")),
        "collection": text(among=COLLECTIONS),
        "role": text(among=ROLES),
        "marked": text(pattern=r"\d+"),
        **{f"precision{end}": text(pattern=SHARE, empty=True) for end in ("", "_low", "_high")},
        **{f"recall{end}": text(pattern=SHARE, empty=True) for end in ("", "_low", "_high")},
        "told": text(pattern=SHARE, empty=True),
    },
    unique=["kind", "collection", "role"],
)

CHECKSUMS = table("checksums", {"file": text(unique=True), "sha256": text(pattern=SHA256)})

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
