"""Assemble the source tree of the site: ``python docs/stage.py EXECUTED SOURCE``.

The tree mirrors the repository, so that a link such as ``../corpus/records/nanjing.md`` leads to the same place from
a notebook and from its page. Four things differ: the notebooks are the executed ones of the folder EXECUTED; the
records are written anew, with every passage numbered and every cited work named; ``docs/evidence/`` has a page a city
with the passages that decided its mix; and ``docs/api/`` has a page for each module of the library, and one for the
study.
"""

import posixpath
import re
import shutil
import sys
from pathlib import Path

import pandas as pd

from cityanalysis import corpus, files, words
from cityanalysis.study import classify, models

MODULE = """\
# {title}

```{{eval-rst}}
.. automodule:: cityanalysis.{name}
   :members:
   :exclude-members: set_fit_request, set_transform_request
```
"""

# What pages link to. CSV files and code become downloads where a page links to them.
MIRRORED = (
    *("CONTRIBUTING.md", "LICENSE*", "Makefile", "pyproject.toml", "requirements.txt", "datapackage.yaml"),
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

EVIDENCE = """\
# {name}: evidence 证据

**{verdict}** · infrastructure 基础设施 {infrastructure:.0%} · industry 产业 {industry:.0%} ·
application 应用 {application:.0%} · {n:.1f} typed passages of {passages} · P(largest) {p_largest:.2f} ·
[the record](../../corpus/{file}) · [how this is found](../../notebooks/05_models.ipynb)

The passages of the record that speak for one of the three models, the most telling first: *lead* is by how many points
of share the passage raises the lead of the model that is largest here, or lowers it. Coded by language models, by the
[codebook](../codebook.md). *p* is the probability that the [classifier](../model_card.md) gives to the same label, and
*weighed* the words and marks that weighed most for the label it would have given; passages of cities kept for building
it has learnt from.
"""

EVIDENCE_REPORTS = """\
## Coded passages of the work report

Of the report the text is not ours to show: a passage's id, its section, what weighed, and the field's terms in it. Only
passages rich in digital matter and a sample of the rest were coded, so that they give no mix.
"""

EVIDENCE_INDEX = """\
# Evidence by city 各城市证据

Which passages of its record decided what is said of a city, the most telling first.

| 城市 | City | Verdict | Typed passages |
|---|---|---|---|
{rows}

```{{toctree}}
:hidden:

{entries}
```
"""


def module_pages(package):
    """Return the pages of the modules, from the name of each file to its text; those of the study on one page."""
    names = sorted(path.stem for path in package.glob("[a-z]*.py"))
    pages = {f"{name}.md": MODULE.format(title=name, name=name) for name in names}
    inside = sorted(path.stem for path in (package / "study").glob("[a-z]*.py"))
    parts = [MODULE.format(title="study", name="study").partition("   :members:")[0] + "```\n"]
    parts += ["#" + MODULE.format(title=name, name=f"study.{name}") for name in inside]
    return pages | {"study.md": "\n".join(parts)}


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


def coded_as(passage):
    """Return the code of a passage as words."""
    second = f", also {passage.secondary}" if passage.secondary else ""
    return f"{passage.primary}{second}{', instrumented' if passage.instrumented else ''}"


def evidence_page(facts, decided, told, *, works):
    """Return the page with the passages that decided a city's mix: of its record, then of its report, if any."""
    parts = [EVIDENCE.format(**facts)]
    for passage in decided.itertuples():
        head = (
            f"**{passage.rank}. {coded_as(passage)}** · lead {100 * passage.lead:+.0f} · p {passage.p:.2f} · "
            f"{passage.passage_id} · "
        )
        sources = " · ".join(cite(works[ref]) for ref in passage.refs.split())
        parts += [
            f"{head}{escape(passage.section)}",
            f"{{.passage}}\n{escape(passage.text)}",
            f"{{.sources}}\nweighed: {escape(passage.weighed)}",
            f"{{.sources}}\n{sources}",
        ]
    if len(told):
        parts += [EVIDENCE_REPORTS, "| passage | section | code | p | weighed | terms |\n|---|---|---|---|---|---|"]
        rows = (
            f"| {escape(row.passage_id)} | {escape(row.section)} | {coded_as(row)} | {row.p:.2f} "
            f"| {escape(row.weighed)} | {escape(row.terms)} |"
            for row in told.itertuples()
        )
        parts[-1] += "\n" + "\n".join(rows)
    return "\n\n".join(parts) + "\n"


def as_classified(told):
    """Return coded passages with what the classifier says: the probability of the label, and what weighed."""
    described = classify.describe(corpus.load("records", "reports", second=True, originals=False))
    model = classify.fit(described, classify.learnable())
    described = described.loc[told["passage_id"]]
    odds, weighed = classify.probabilities(model, described), classify.contributions(model, described, top=5)
    own = [odds.loc[row.passage_id, row.primary] for row in told.itertuples()]
    return told.assign(p=own, weighed=weighed.to_numpy())


def evidence_pages(documents, works, cities):
    """Return the pages of evidence, from the name of each file to its text."""
    coded = models.codes(second=False)
    weights = models.weigh(coded)
    ranked = [models.decisive(corpus.load(name, originals=False), coded, weights) for name in ("records", "reports")]
    told = as_classified(pd.concat(ranked, keys=["records", "reports"], names=["collection"]).reset_index("collection"))
    in_records = coded["collection"] == "records"
    mixes = models.mix(weights[in_records], coded.loc[in_records, "city"])
    share = mixes.pivot(index="group", columns="label", values="share")
    passages = coded[in_records].groupby("city").size()
    registered = {row.city: row for row in documents[~documents["doc_id"].str.endswith("-second")].itertuples()}
    pages, rows = {}, []
    for verdict in models.verdicts(mixes).itertuples():
        slug, city = verdict.Index, cities[verdict.Index]
        facts = {"name": escape(f"{city.name_zh} {city.name_en}"), "file": registered[slug].file}
        facts |= verdict._asdict() | share.loc[slug].to_dict() | {"passages": passages[slug]}
        here = told[told["city"] == slug]
        of_record = here["collection"] == "records"
        pages[slug] = evidence_page(facts, here[of_record], here[~of_record], works=works)
        rows.append(f"| {city.name_zh} | [{city.name_en}]({slug}.md) | {verdict.verdict} | {verdict.n:.1f} |")
    pages["index"] = EVIDENCE_INDEX.format(rows="\n".join(rows), entries="\n".join(share.index))
    return {f"{name}.md": page for name, page in pages.items()}


def index(text, source):
    """Return docs/index.md as the page at the root of `source`: links lead on from there, contents to what there is."""
    text = LINK.sub(lambda link: posixpath.normpath(posixpath.join("docs", link[0])), text)
    return ENTRY.sub(lambda entry: entry[0] if list(source.glob(f"{entry[1]}.*")) else "", text)


def stage(executed, source):
    """Assemble the tree `source`, with the notebooks of the folder `executed`."""
    home = files.home()
    copied = {path.relative_to(home): path for pattern in MIRRORED for path in home.glob(pattern)}
    copied |= {Path("notebooks", path.relative_to(executed)): path for path in executed.rglob("*.ipynb")}
    home_page = files.text(copied.pop(Path("docs/index.md")))
    for name, path in copied.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, source / name)

    records = corpus.load("records", second=True)
    works = {work.ref_id: work for work in corpus.references().itertuples()}
    cities = {city.city: city for city in words.cities().itertuples()}
    groups = dict(list(records.passages.groupby("doc_id")))
    for row in records.documents.itertuples():
        files.write_text(source / "corpus" / row.file, record(row, groups[row.doc_id], works, cities[row.city]))
    files.write_text(source / "corpus" / "records" / "index.md", records_index(records.documents, cities))
    for name, page in evidence_pages(records.documents, works, cities).items():
        files.write_text(source / "docs" / "evidence" / name, page)
    for name, page in module_pages(home / "src" / "cityanalysis").items():
        files.write_text(source / "docs" / "api" / name, page)
    files.write_text(source / "index.md", index(home_page, source))


if __name__ == "__main__":
    stage(*map(Path, sys.argv[1:]))
