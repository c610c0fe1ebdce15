"""How cities build themselves as smart cities: read, tokenise and tag Chinese city documents.

The modules are flat, one noun each, and are imported by name, so that what is not used is not loaded:

>>> from cityanalysis import corpus, lexicon, words, tags

``tables`` says what every table holds; the data flows
files → `corpus` → `words` → `tags` → `counts` → `keyness` → `plots`.
"""

__version__ = "0.1.0"
