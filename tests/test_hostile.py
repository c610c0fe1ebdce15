"""Text from elsewhere is text on the site: in pages that are rendered of spoilt data no script stands or runs."""

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest
from lxml import html

from cityanalysis import corpus, figures, files, tags, words
from cityanalysis.study import lanes

ROOT = Path(__file__).parents[1]
SCRIPT = "window.hacked=1"
LINE = (
    f"<script>{SCRIPT}</script><img src=x onerror='{SCRIPT}'>\"><svg onload={SCRIPT}> [x](javascript:{SCRIPT}) "
    f"`a` ```{{raw}} html ``` {{raw}}`x` {{{{cite}}}} $x$ --> ]]> </p></details></div> &lt;b&gt; *b* \u202eabc <x>"
)
TEXT = f"{LINE}\n\n```{{raw}} html\n<script>{SCRIPT}</script>\n```\n\n:::{{raw}} html\n<script>{SCRIPT}</script>\n:::\n"
LONG = "w" * 10_000
CITY = "nanjing"


def spoil(home):
    """Put hostile text wherever data and a record of a city hold text."""
    columns = {
        "corpus/references.csv": ["title", "issuer"],
        "corpus/documents.csv": ["title", "issuer"],
        "data/cities.csv": ["name_zh", "name_en", "province", "province_en"],
        "data/events.csv": ["summary_zh", "summary_en"],
        "data/indicators.csv": ["name_en", "unit"],
        "data/innovations.csv": ["note"],
        "data/contradictions.csv": ["matter_en", "first", "second", "note"],
    }
    for name, spoilt in columns.items():
        table = files.table(name)
        table.loc[table["city"] == CITY, spoilt] += TEXT + LONG
        if "url" in table:
            table.loc[table["city"] == CITY, "url"] = f"javascript:{SCRIPT}"
        if "documents" in name:
            table.loc[table["doc_id"] == f"{CITY}-record-second", "writer"] += TEXT
        files.write_table(home / name, table)
    record = home / "corpus" / "records" / f"{CITY}.md"
    text = re.sub(r"(?m)^(## .*)$", lambda head: f"{head[1]} {LINE}", record.read_text(encoding="utf-8"))
    files.write_text(record, re.sub(r"(?m)^(\w.*?)( *\[@)", lambda line: f"{line[1]}{LINE}{line[2]}", text))


def output(shown):
    """Return a cell of a notebook that shows this."""
    data = {"text/html": shown if isinstance(shown, str) else shown._repr_html_()}
    outputs = [{"output_type": "display_data", "data": data, "metadata": {}}]
    return {"cell_type": "code", "id": "x", "metadata": {}, "execution_count": 1, "outputs": outputs, "source": "x"}


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory):
    """Render pages of spoilt data, through the functions that make those of the site; return their folder."""
    folder = tmp_path_factory.mktemp("hostile")
    home, source = folder / "home", folder / "source"
    for part in ("corpus", "data"):
        shutil.copytree(ROOT / part, home / part, ignore=lambda *_: {"originals", "own"})
    shutil.copy(ROOT / "datapackage.yaml", home)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CITYANALYSIS_HOME", str(home))
        patch.syspath_prepend(str(ROOT / "docs"))
        spoil(home)
        import cities
        import stage

        records, works = corpus.load("records", second=True), corpus.references()
        cited, names = cities.citations(works, "../../cities/"), figures.city_labels(words.cities())
        for row in records.documents[records.documents["city"] == CITY].itertuples():
            passages = records.passages[records.passages["doc_id"] == row.doc_id]
            files.write_text(source / "corpus" / row.file, stage.record(row, passages, cited, names[CITY]))
        own = records.documents[records.documents["city"] == CITY]
        files.write_text(source / "corpus" / "records" / "index.md", stage.records_index(own, names))
        files.write_text(source / "cities" / f"{CITY}.md", cities.pages(records)[f"{CITY}.md"])

        events, known = files.table("data/events.csv"), words.cities()
        here = [table[table["city"] == CITY].reset_index(drop=True) for table in (events, known)]
        here[1]["region"] = "east"
        steps = files.table("data/national.csv").assign(name_zh=TEXT, name_en=TEXT)
        marked = records.tags[records.tags["passage_id"] == f"{CITY}-record#1"]
        text = records.passages.set_index("passage_id").at[f"{CITY}-record#1", "text"]
        table = pd.DataFrame({"x": [TEXT], "link": ['<a href="https://a.cn">a</a>']})
        shown = [
            lanes.lanes_html(*here, steps, works, start=2008),
            figures.show(table),
            figures.show(table, html=["link"]),
            f"<p>{tags.mark_up(text, marked, {})}</p>",
        ]
        cells = [{"cell_type": "markdown", "id": "m", "metadata": {}, "source": "# x"}, *map(output, shown)]
        cells = [cell | {"id": f"c{n}"} for n, cell in enumerate(cells)]
        notebook = {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        files.write_text(source / "shown.ipynb", json.dumps(notebook))
        glossary = files.text(ROOT / "docs" / "glossary.md")
        files.write_text(source / "docs" / "glossary.md", glossary)
        pages = "\n".join(
            ["# x\n\n```{toctree}\n", "shown", "docs/glossary", f"cities/{CITY}", "corpus/records/index", "```\n"]
        )
        files.write_text(source / "index.md", pages)
        site = folder / "site"
        command = [sys.executable, "-m", "sphinx", "--quiet", "--conf-dir", ROOT / "docs", source, site]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        assert done.returncode == 0, done.stderr[-2000:]
    return site


def test_text_from_elsewhere_becomes_no_markup(spoilt):
    """No element, attribute or address of a page holds the script, which stands there as text; nothing is cut off."""
    for name in (*PAGES, "corpus/records/index", "index"):
        tree = html.parse(str(spoilt / f"{name}.html"), html.HTMLParser(encoding="utf-8"))
        assert [part.text for part in tree.iter("script", "style") if SCRIPT in (part.text or "")] == [], name
        addresses = tree.xpath("//@href | //@src")
        assert [address for address in addresses if address.lower().startswith("javascript")] == [], name
        assert tree.xpath("//article//img[@src='x'] | //*[@onload] | //x | //*[@onerror]") == [], name
        text = "".join(tree.xpath("//article//text()"))
        if name in PAGES:
            assert text.count(f"<script>{SCRIPT}</script><img src=x") > 3, name
            assert "*b*" in text and "&lt;b&gt;" in text and "{{cite}}" in text and "$x$" in text, name
    page = (spoilt / f"cities/{CITY}.html").read_text(encoding="utf-8")
    assert "\u202e" not in page and "javascript:" not in "".join(re.findall(r'href="[^"]*"', page))
    heads = files.text(spoilt.parent / "source" / "cities" / f"{CITY}.md").count("\n## ")
    assert len(html.fromstring(page).xpath("//article//h2")) == heads > 5


PAGES = ("shown", f"cities/{CITY}", f"corpus/records/{CITY}", f"corpus/records/{CITY}.second")


def test_no_script_of_theirs_runs(spoilt):
    """A browser that opens the pages runs no script from elsewhere, and no long word makes a page scroll sideways."""
    names = ("chromium", "chromium-browser", "google-chrome")
    browser = next(filter(None, map(shutil.which, names)), None)
    if browser is None:
        pytest.skip(f"no browser: none of {', '.join(names)} is installed")
    ask = "document.title = [window.hacked, document.documentElement.scrollWidth <= innerWidth].join()"
    for name in PAGES:
        page = (spoilt / f"{name}.html").read_text(encoding="utf-8")
        path = spoilt / f"{name}-asked.html"
        path.write_text(page + f"<script>addEventListener('load', () => {{ {ask} }})</script>", encoding="utf-8")
        flags = ("--headless", "--no-sandbox", "--disable-gpu", "--window-size=1280,900", "--dump-dom")
        done = subprocess.run([browser, *flags, path.as_uri()], capture_output=True, encoding="utf-8", check=False)
        assert re.search("<title>(.*?)</title>", done.stdout, re.DOTALL)[1] == ",true", name
