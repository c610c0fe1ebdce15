"""Assemble the source tree of the site: ``python docs/stage.py EXECUTED SOURCE``.

The tree mirrors the repository, so that a link such as ``../corpus/records/nanjing.md`` leads to the same place from
a notebook and from its page. Two things differ: the notebooks are the executed ones of the folder EXECUTED, and the
records are written anew, with every passage numbered and every cited work named.
"""

import posixpath
import re
import shutil
import sys
from pathlib import Path

from cityanalysis import corpus, lexicon, readers

# What pages link to. CSV files and code become downloads where a page links to them.
MIRRORED = (
    *("CONTRIBUTING.md", "LICENSE*", "Makefile", "pyproject.toml", "requirements.txt"),
    *("docs/*.md", "docs/*.png", "docs/*.svg", "data/*.md", "data/**/*.csv", "corpus/*.*"),
    *("src/**/*.py", "tests/*.py", "benchmarks/*.*"),
)
LINK = re.compile(r"(?<=\]\()(?!\w+:|[#/<])[^)\s]+")
ENTRY = re.compile(r"^(?:\w.* <)?/([^\s>]+)>?\n", re.MULTILINE)  # of a table of contents
SPECIAL = re.compile(r"([!-/:-@\[-`{-~])")  # ASCII punctuation, each of which Markdown lets one escape

NOTE = """\
:::{{note}}
A digest: the language model `{writer}` wrote it from the works linked below each passage. The words are the model's,
the evidence is in those works. Passage *n* is cited as `{doc_id}#n`.

本记录由语言模型依据各段所列文献摘写，并非原文；引用前请核对所列文献。
:::
"""

INDEX = """\
# Records 案例记录

{records} records of {cities} cities, written by language models from the works that they cite. Where a city has two,
the second one is another writer's.

| 城市 | City | Province | Record |
|---|---|---|---|
{rows}

```{{toctree}}
:hidden:

{entries}
```
"""


def escape(text):
    """Return text that Markdown leaves as it is."""
    return SPECIAL.sub(r"\\\1", text)


def cite(work):
    """Return a work as a citation: title, linked where it has an address, issuer, date."""
    title = f"[{escape(work.title)}](<{work.url}>)" if work.url else escape(work.title)
    return ", ".join([title, *(escape(part) for part in (work.issuer, work.published) if part)])


def record(document, passages, works, city):
    """Return the page of a record."""
    place = ", ".join(dict.fromkeys(filter(None, [city.name_en, city.province_en])))
    parts = [
        f"# {escape(document.title)}",
        f"{escape(place)} · {len(passages)} passages",
        NOTE.format(**document._asdict()),
    ]
    for section, group in passages.groupby("section", sort=False):
        parts.append(f"## {escape(section)}")
        for passage in group.itertuples():
            n = passage.passage_id.partition("#")[2]
            sources = " · ".join(cite(works[ref]) for ref in passage.refs.split())
            parts += [f"{{#p{n} .passage}}\n[{n}](#p{n}) {escape(passage.text)}", f"{{.sources}}\n{sources}"]
    return "\n\n".join(parts) + "\n"


def records_index(documents, cities):
    """Return the page that lists the records."""
    rows, entries = [], []
    for document in documents.itertuples():
        city, name = cities[document.city], Path(document.file).stem
        second = " (second)" if document.doc_id.endswith("-second") else ""
        rows.append(f"| {city.name_zh} | {city.name_en} | {city.province_en} | [{document.title}]({name}.md) |")
        entries.append(f"{city.name_zh} {city.name_en}{second} <{name}>")
    numbers = {"records": len(documents), "cities": documents["city"].nunique()}
    return INDEX.format(rows="\n".join(rows), entries="\n".join(entries), **numbers)


def index(text, source):
    """Return docs/index.md as the page at the root of `source`: links lead on from there, contents to what there is."""
    text = LINK.sub(lambda link: posixpath.normpath(posixpath.join("docs", link[0])), text)
    return ENTRY.sub(lambda entry: entry[0] if list(source.glob(f"{entry[1]}.*")) else "", text)


def stage(executed, source):
    """Assemble the tree `source`, with the notebooks of the folder `executed`."""
    home = readers.home()
    files = {path.relative_to(home): path for pattern in MIRRORED for path in home.glob(pattern)}
    files |= {Path("notebooks", path.name): path for path in executed.glob("*.ipynb")}
    home_page = readers.text(files.pop(Path("docs/index.md")))
    for name, path in files.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, source / name)

    documents, passages = corpus.load(second=True)
    works = {work.ref_id: work for work in corpus.references().itertuples()}
    cities = {city.city: city for city in lexicon.cities().itertuples()}
    groups = dict(list(passages.groupby("doc_id")))
    for row in documents.itertuples():
        readers.write_text(source / "corpus" / row.file, record(row, groups[row.doc_id], works, cities[row.city]))
    readers.write_text(source / "corpus" / "records" / "index.md", records_index(documents, cities))
    readers.write_text(source / "index.md", index(home_page, source))


if __name__ == "__main__":
    stage(*map(Path, sys.argv[1:]))
