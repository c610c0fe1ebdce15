"""How cities build themselves as smart cities: read, tokenise and tag Chinese city documents.

The way data goes, each step a function from tables to tables (pandas):

    files ──▶ documents, passages ──▶ tokens ──▶ tags ──▶ counts

>>> import cityanalysis as ca
>>> passages = ca.passages("宁波建设数据中心。")
>>> tokens = ca.tokenize(passages)
>>> ca.tag(passages, tokens)["text"].tolist()
['宁波', '数据中心']

`load` does all this for a collection of the project, or for a folder of one's own documents:

>>> records = ca.load("records")
>>> records
<Corpus records: 36 documents, 649 passages>

The public names are all here; `times`, `quantities`, `institutions` and `figures` are modules, the others only order
the code. `cityanalysis.study` holds what the notebooks of this study compute: a city's verdict is
`cityanalysis.study.models.verdicts`.
"""

import importlib

__version__ = "0.3.0"

# From the public name to its module; a module is imported when one of its names is first used.
_PUBLIC = {
    # read
    "read": "readers",
    "ReadError": "files",
    "passages": "documents",
    "load": "corpus",
    "Corpus": "corpus",
    "references": "corpus",
    "cities": "words",
    # words and tags
    "read_lexicon": "words",
    "glosses": "words",
    "Tokenizer": "words",
    "tokenize": "words",
    "concordance": "words",
    "tag": "tags",
    "digital_share": "tags",
    "audit": "tags",
    "mark_up": "tags",
    # counts
    "count": "counts",
    "dispersion": "counts",
    "collocations": "counts",
    "keyness": "counts",
    # modules: what a text says of the calendar, figures with units, named bodies; drawing
    "times": "",
    "quantities": "",
    "institutions": "",
    "figures": "",
}
__all__ = list(_PUBLIC)


def __getattr__(name):
    """Import what is first asked for."""
    if name not in _PUBLIC:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    if not _PUBLIC[name]:
        return importlib.import_module(f"{__name__}.{name}")
    found = getattr(importlib.import_module(f"{__name__}.{_PUBLIC[name]}"), name)
    globals()[name] = found
    return found


def __dir__():
    """Name what there is."""
    return [*globals(), *__all__]
