"""Assemble the source tree of the site: ``python docs/stage.py EXECUTED SOURCE``.

The tree mirrors the repository, so that a link such as ``../corpus/records/nanjing.md`` leads to the same place from
a notebook and from its page. Four things differ: the notebooks are the executed ones of the folder EXECUTED; the
records are written anew, with every passage numbered and every cited work named; ``cities/`` has a page a city; and
``docs/api/`` has a page for each module of the library, and one for the study.
"""

import json
import posixpath
import re
import shutil
import sys
from pathlib import Path

import cities

from cityanalysis import corpus, figures, files, words

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
    *(
        "CONTRIBUTING.md",
        "README.zh-CN.md",
        "LICENSE*",
        "Makefile",
        "pyproject.toml",
        "requirements.txt",
        "datapackage.yaml",
    ),
    *("docs/*.md", "docs/*.png", "docs/*.svg", "data/*.md", "data/**/*.csv", "corpus/*.*"),
    *("src/**/*.py", "tests/*.py", "benchmarks/*.*"),
)
LINK = re.compile(r"(?<=\]\()(?!\w+:|[#/<])[^)\s]+")
ENTRY = re.compile(r"^(?:\w.* <)?/([^\s>]+)>?\n", re.MULTILINE)  # of a table of contents
NOTEBOOK = re.compile(r"^(\w.*) </(notebooks/\S+)>$", re.MULTILINE)  # an entry with its name
LEAD = re.compile(r"- ([^：；。]+)")  # what a sentence says first

NOTE = """\
:::{{note}}
A digest: the language model {writer} wrote it from the works linked below each passage. The words are the model's,
the evidence is in those works. Passage *n* is cited as {doc_id}#n.

本记录是语言模型{writer}依据各段所列文献写成的综述，并非原文；第*n*段记作{doc_id}#n。引用前请核对所列文献。
:::
"""

INDEX = """\
# Records 案例记录

{records} records of {cities} cities, written by language models from the works that they cite; the second of a city is
another writer's. What they and other sources say together stands on [a page a city](../../cities/index.md).

{cities}座城市的{records}份案例记录，由语言模型依据所列文献写成；同城第二份出自另一位撰写者。综合情况见[城市](../../cities/index.md)。

```{{toctree}}
:maxdepth: 1

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


def record(document, passages, cited, name):
    """Return the page of a record."""
    parts = [
        f"# {cities.markdown(document.title)}",
        f"{len(passages)} passages · [all about 总览 {cities.markdown(name)}](../../cities/{document.city}.md)",
        NOTE.format(writer=cities.markdown(document.writer), doc_id=cities.markdown(document.doc_id)),
    ]
    for section, group in passages.groupby("section", sort=False):
        parts.append(f"## {cities.markdown(section)}")
        for passage in group.itertuples():
            n = passage.passage_id.partition("#")[2]
            parts.append(cities.passage(passage, cited, mark=f'<a href="#p{n}" id="p{n}">{n}</a>'))
    return "\n\n".join(parts) + "\n"


def records_index(documents, names):
    """Return the page that lists the records."""
    entries = []
    for document in documents.itertuples():
        second = " (second 第二份)" if document.doc_id.endswith("-second") else ""
        name = cities.plain(names[document.city]).translate(str.maketrans("<>", "‹›"))  # those set off the address
        entries.append(f"{name}{second} <{Path(document.file).stem}>")
    return INDEX.format(records=len(documents), cities=documents["city"].nunique(), entries="\n".join(entries))


def moved(text, folder, to):
    """Return text of the folder `folder` with its links as they lead from the folder `to`."""
    return LINK.sub(lambda link: posixpath.relpath(posixpath.join(folder, link[0]), to), text)


def index(findings, contents, source):
    """Return the notebook of the findings as the page at the root of `source`, with the contents of docs/index.md.

    Links lead on from the root, and contents to what there is.
    """
    page = json.loads(files.text(findings))
    for cell in page["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = moved("".join(cell["source"]), "notebooks", ".")
    there = ENTRY.sub(lambda entry: entry[0] if list(source.glob(f"{entry[1]}.*")) else "", contents)
    page["cells"].append({"cell_type": "markdown", "id": "contents", "metadata": {}, "source": there})
    return json.dumps(page, ensure_ascii=False)


def in_chinese(notebook, folder):
    """Return the Chinese lines of a notebook's first cell, with links as they lead from `docs`."""
    text = "".join(json.loads(files.text(notebook))["cells"][0]["source"])
    lines = [line for line in text.splitlines() if 3 * sum(c >= "\u2e80" for c in line) > len(line)]
    return [moved(line, folder, "docs") for line in lines]


def chinese(page, contents, findings, executed):
    """Return the Chinese page with what the notebooks say in Chinese.

    The findings stand in full; of the others the sentences, folded beneath what the first of them says first.
    """
    folds = []
    for name, path in NOTEBOOK.findall(contents):
        lines = in_chinese(executed.parent / f"{path}.ipynb", posixpath.dirname(path))
        told = [line for line in lines if line.startswith("- ")]
        lead = LEAD.match(told[0].replace("*", ""))[1]
        number, *_, title = name.split()
        summary = f"{number if number.isdigit() else '方法'} {title}"
        sentences = "\n".join([*told, f"- [打开“{title}” →](../{path}.ipynb)"])
        folds.append(f"<details><summary>{summary}：{lead}</summary>\n\n{sentences}\n\n</details>")
    whole = "\n".join(line if line.startswith("- ") else f"\n{line}\n" for line in in_chinese(findings, "notebooks"))
    return page.replace("<!-- findings -->", whole).replace("<!-- notebooks -->", "\n\n".join(folds))


def stage(executed, source):
    """Assemble the tree `source`, with the notebooks of the folder `executed`."""
    home = files.home()
    copied = {path.relative_to(home): path for pattern in MIRRORED for path in home.glob(pattern)}
    copied |= {Path("notebooks", path.relative_to(executed)): path for path in executed.rglob("*.ipynb")}
    contents = files.text(copied.pop(Path("docs/index.md")))
    findings = copied.pop(Path("notebooks/00_findings.ipynb"))
    for name, path in copied.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, source / name)

    records = corpus.load("records", second=True)
    cited, names = cities.citations(corpus.references(), "../../cities/"), figures.city_labels(words.cities())
    groups = dict(list(records.passages.groupby("doc_id")))
    for row in records.documents.itertuples():
        files.write_text(source / "corpus" / row.file, record(row, groups[row.doc_id], cited, names[row.city]))
    files.write_text(source / "corpus" / "records" / "index.md", records_index(records.documents, names))
    for name, page in cities.pages(records).items():
        files.write_text(source / "cities" / name, page)
    for name, page in module_pages(home / "src" / "cityanalysis").items():
        files.write_text(source / "docs" / "api" / name, page)
    files.write_text(source / "index.ipynb", index(findings, contents, source))
    page = source / "docs" / "chinese.md"
    files.write_text(page, chinese(files.text(page), contents, findings, executed))


if __name__ == "__main__":
    stage(*map(Path, sys.argv[1:]))
