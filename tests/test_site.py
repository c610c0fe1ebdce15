"""The rendered site: complete, self-contained, readable on a narrow screen, and searchable."""

import functools
import html.parser
import importlib.util
import json
import re
import shutil
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from urllib.parse import unquote, urlsplit

import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from lxml import html as markup

from cityanalysis import corpus, files
from cityanalysis.study import models

ROOT = Path(__file__).parents[1]
SITE = ROOT / "build" / "site"
PASSAGE = re.compile(r"\b[a-z]+(?:-[a-z]+)*-record(?:-second)?#\d+\b")
HAN = re.compile("[\u3400-\u9fff]")
CHINESE = re.compile(r"[\u2e80-\uabff\uf900-\uffef\U00020000-\U0003ffff]")  # Korean titles take a font of the system
LOADED = {"stylesheet", "preload", "prefetch", "modulepreload", "icon", "preconnect", "dns-prefetch", "manifest"}
CHROMIUM_FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
WIDTHS = (1280, 390)
# A page of each kind.
KINDS = (
    *("index.html", "notebooks/02_words_and_tags.html", "notebooks/03_timelines.html", "notebooks/05_models.html"),
    *("notebooks/08_indicators.html", "cities/shanghai.html", "corpus/records/nanjing.html", "docs/codebook.html"),
    *("docs/api/words.html", "search.html"),
)

pytestmark = pytest.mark.skipif(not (SITE / "index.html").is_file(), reason="build/site is missing; run 'make site'")


class Page(html.parser.HTMLParser):
    """What a page has: ids, links, what it loads, text, and passage ids that are not within a link."""

    def __init__(self, path):
        """Read a page."""
        super().__init__()
        self.ids, self.links, self.loads, self.unlinked, self.open = set(), [], [], [], []
        self.text = self.article = ""
        self.path = path
        self.feed(path.read_text(encoding="utf-8"))
        self.close()

    def handle_starttag(self, tag, attributes):
        """Note what a tag has in its attributes."""
        values = {name: value or "" for name, value in attributes}
        self.ids.add(values.get("id"))
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        if tag == "link" and LOADED & set(values.get("rel", "").split()):
            self.loads.append(values["href"])
        self.loads += [values[name] for name in ("src", "poster", "data") if name in values]
        self.loads += [part.split()[0] for part in values.get("srcset", "").split(",") if part.strip()]
        self.loads += imported(values.get("style", ""))
        if tag in ("a", "article", "script", "style"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        """Note the end of a tag that matters for the text in it."""
        if tag in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(tag)]

    def handle_data(self, data):
        """Note text, and what styles and scripts in the page load."""
        if "style" in self.open:
            self.loads += imported(data)
        elif "script" in self.open:
            self.loads += re.findall(r"""import\s*\(?\s*["']([^"']+)""", data)
        else:
            self.text += data
            self.article += data if "article" in self.open else ""
            if "article" in self.open and "a" not in self.open:
                self.unlinked += PASSAGE.findall(data)


def imported(css):
    """Return what a style sheet loads."""
    return re.findall(r"""(?:url\(\s*|@import\s+)["']?([^"')\s;]+)""", css)


def is_external(address):
    """Say whether an address leads out of the site."""
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme not in ("", "data", "file")


@functools.cache
def pages():
    """Return the pages of the site by their path in it."""
    paths = sorted(SITE.rglob("*.html"))
    return {path.relative_to(SITE).as_posix(): Page(path) for path in paths if "_static" not in path.parts}


def test_nothing_is_loaded_from_elsewhere():
    """No page and no style sheet loads anything from outside the site."""
    found = [(name, load) for name, page in pages().items() for load in page.loads if is_external(load)]
    for sheet in SITE.rglob("*.css"):
        loads = imported(sheet.read_text(encoding="utf-8"))
        found += [(sheet.relative_to(SITE).as_posix(), load) for load in loads if is_external(load)]
    assert not found


def test_everything_loaded_is_there():
    """What the pages load from the site is in it."""
    missing = [
        (name, load)
        for name, page in pages().items()
        for load in page.loads
        if not is_external(load) and not load.startswith("data:") and not target(page, load)[0].is_file()
    ]
    assert not missing


def target(page, address):
    """Return the file and the anchor that an address in a page leads to."""
    parts = urlsplit(address)
    file = page.path if not parts.path else (page.path.parent / unquote(parts.path)).resolve()
    return file, unquote(parts.fragment)


def test_internal_links_resolve():
    """Every link within the site leads to a file, and to an anchor in it where it names one."""
    broken = []
    for name, page in pages().items():
        for link in page.links:
            if is_external(link) or link in ("", "#"):
                continue
            file, anchor = target(page, link)
            at = pages().get(file.relative_to(SITE).as_posix()) if file.is_relative_to(SITE) else None
            if not file.is_file() or (anchor and at and anchor not in at.ids):
                broken.append((name, link))
    assert not broken


def test_every_passage_has_its_anchor(records):
    """The page of each record has an anchor for each of its passages."""
    names = records.documents.set_index("doc_id")["file"].str.removesuffix(".md")
    missing = [
        passage.passage_id
        for passage in records.passages.itertuples()
        if f"p{passage.passage_id.partition('#')[2]}" not in pages()[f"corpus/{names[passage.doc_id]}.html"].ids
    ]
    assert not missing


def test_passage_ids_are_links():
    """Every passage id in the page of a notebook or a city is within a link."""
    found = {name: page.unlinked for name, page in pages().items() if name.startswith(("notebooks/", "cities/"))}
    assert {name: ids for name, ids in found.items() if ids} == {}


def from_docs(name):
    """Return a module of the folder docs."""
    spec = importlib.util.spec_from_file_location(Path(name).stem, ROOT / "docs" / name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_city_has_a_page_that_its_records_lead_to(records):
    """Every city has a page; its records and the list of cities lead there, and it leads to both records."""
    lost = []
    for document in records.documents.itertuples():
        city, record = f"cities/{document.city}.html", f"corpus/{document.file.removesuffix('.md')}.html"
        ways = [(city, f"../{record}"), (record, f"../../{city}"), ("cities/index.html", f"{document.city}.html")]
        lost += [(page, link) for page, link in ways if link not in pages()[page].links]
    empty = re.compile(r"\bnan\b|\bNone\b|no side")
    told = [(name, page.article) for name, page in pages().items() if name.startswith("cities/")]
    assert len(told) == 37
    assert lost == []
    assert [name for name, text in told if empty.search(text)] == []


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("events", ["ref_id"]),
        ("indicators", ["ref_id"]),
        ("contradictions", ["ref_first", "ref_second"]),
        ("innovations", ["ref_id"]),
    ],
)
def test_what_a_city_page_tells_leads_to_its_source(records, name, columns):
    """The work that tells an event, a figure, a contradiction or an innovation is linked on the page of its city."""
    works, lost = corpus.references().set_index("ref_id"), []
    table = files.table(f"data/{name}.csv")
    for city, ref in table.melt("city", columns, value_name="ref")[["city", "ref"]].itertuples(index=False):
        address = ref and (works.at[ref, "url"] or f"{works.at[ref, 'city']}.html#{ref}")
        if address and unquote(address) not in map(unquote, pages()[f"cities/{city}.html"].links):
            lost.append((city, ref))
    assert lost == []


def test_decisive_passages_and_works_stand_on_the_city_page(records):
    """A city's page has the text of every passage with a label on a model, and lists every work found for the city."""
    coded = models.codes()
    typed = models.weigh(coded)[list(models.MODELS)].sum(axis=1) > 0
    texts = records.passages.set_index("passage_id")["text"]
    lost = []
    for row in coded[typed & (coded["collection"] == "records")].itertuples():
        page = pages()[f"cities/{row.city}.html"]
        lost += [row.passage_id] * (row.passage_id not in page.text or texts[row.passage_id] not in page.text)
    for work in corpus.references().itertuples():
        lost += [work.ref_id] * (work.ref_id not in pages()[f"cities/{work.city}.html"].ids)
    assert lost == []


def test_cities_have_the_verdicts_of_the_notebook():
    """The list of cities gives each the probability that the notebook of models gives."""

    def told(page, column):
        rows = trees()[page].xpath("//table/tbody/tr[td[1]/a[not(contains(@href, 'records/'))]]")
        names = (Path(row.xpath("string(td[1]/a/@href)")).stem for row in rows)
        return dict(zip(names, (row.xpath("string(td[$n])", n=column) for row in rows), strict=True))

    notebook, listed = told("notebooks/05_models.html", 6), told("cities/index.html", 3)
    assert len(notebook) == 36
    assert listed == notebook


def plain(text):
    """Return text without Markdown's marks, its links or blanks."""
    return re.sub(r"\]\([^)]*\)|[*\[\s]", "", text)


def test_chinese_page_says_what_the_notebooks_say():
    """The page in Chinese has the Chinese sentences of each notebook, and the contents of the site begin with it."""
    page = pages()["docs/chinese.html"]
    told = plain(page.article)
    notebooks = sorted((ROOT / "notebooks").rglob("[0-9a-z]*.ipynb"))
    firsts = ["".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"]) for path in notebooks]
    sentences = [
        line for first in firsts for line in first.partition("**三句话**\n\n")[2].split("\n\n")[0].splitlines()
    ]
    assert len(sentences) == 3 * len(notebooks)
    assert [line for line in sentences if plain(line.removeprefix("- ")) not in told] == []
    assert '<html lang="zh-Hans"' in page.path.read_text(encoding="utf-8")
    assert "docs/chinese.html" in pages()["index.html"].links
    assert pages()["index.html"].text.index("中文") < pages()["index.html"].text.index("Study 研究")


def test_terms_lead_to_the_glossary_once_a_page():
    """A notebook links each term where it first has it in text; the glossary has no entry that none links."""
    link = re.compile(r'<a class="glossary[^"]*" href="[^"]*(#[^"]*)" title="[^"]+"[^>]*>([^<]+)</a>')
    closed, linked = re.compile(r"<(h\d|pre|table|code)\b.*?</\1>", re.DOTALL), set()
    for name, page in pages().items():
        markup = page.path.read_text(encoding="utf-8")
        found = link.findall(markup)
        assert bool(found) == (name in ("index.html", "docs/chinese.html") or name.startswith("notebooks/")), name
        assert len({word.lower() for _, word in found}) == len(found), name
        assert [part[0] for part in closed.finditer(markup) if link.search(part[0])] == [], name
        linked |= {anchor for anchor, _ in found}
    glossary = pages()["docs/glossary.html"].path.read_text(encoding="utf-8")
    entries = re.findall(r'(?<!</dt>)<dt id="([^"]+)"', glossary.replace("\n", ""))
    assert len(entries) > 20
    assert {f"#{entry}" for entry in entries} == linked


def test_terms_are_found_whole():
    """A Latin term is found as a word, in the plural too; one of a letter only as it is; Chinese within a sentence."""
    glossary = from_docs("_ext/glossary.py")
    cases = [("mix", "Mixes, mixed", "Mixes"), ("p", "P p-value p = 0.1", "p"), ("占比", "平均占比为", "占比")]
    for term, text, word in cases:
        assert re.findall(glossary.pattern(term), text) == [word], term


def test_rules_stand_in_both_languages():
    """Each rule of the codebook, and each thing the model is not to be used for, is told in Chinese as well."""
    codebook, card = ((ROOT / "docs" / f"{name}.md").read_text(encoding="utf-8") for name in ("codebook", "model_card"))
    uses = re.split(r"\n- ", card.partition("## What it must not")[2])[1:]
    rules = re.split(r"\n- |\n(?=\| `)", codebook)[1:]
    assert len(uses) == 5
    assert len(rules) == 25
    assert [told for told in uses + rules if not re.search(r"<br>\n?\s*\W*[\u4e00-\u9fff]", told)] == []


def test_text_from_elsewhere_stays_text():
    """No text, title or address of a work becomes markup on the page of a city or a record."""
    cities = from_docs("cities.py")
    bad = '</p>\n\n# x\n\n[x](y) {{x}} $x$ "><script>alert(1)</script>&amp;'
    work = {"ref_id": "x", "city": "y", "title": bad, "issuer": bad, "published": "2016", "url": f"https://x/{bad}"}
    cited = cities.citations(pd.DataFrame([work]))
    shown = cities.passage(SimpleNamespace(text=bad, refs="x"), cited, mark="")
    shown += cities.table(["x"], cities.escaped(pd.DataFrame({"note": [bad]})).to_numpy())
    tags = re.findall(r"<(\w+)", shown)
    assert set(tags) == {"p", "a", "div", "table", "thead", "tbody", "tr", "th", "td"}
    assert shown.count("&lt;script&gt;") == 5
    assert "\n\n" not in shown
    assert '"><' not in cited["x"].replace("</a>", "")


def test_linking_leaves_attributes_links_and_scripts():
    """Only ids in text are linked, and only those of passages that exist."""
    passages = from_docs("_ext/passages.py")

    def address(doc_id, n):
        return f"{doc_id}.html#p{n}" if n < 9 else None

    kept = '<td title="a > b x-record#1"><a href="y"><b>x-record#1</b></a><script>x-record#1</script>x-record#9</td>'
    assert passages.link(kept, address) == kept
    linked = '<td><a class="passage-id" href="x-record-second.html#p2">x-record-second#2</a>, 1 < 2</td>'
    assert passages.link("<td>x-record-second#2, 1 < 2</td>", address) == linked


def test_font_has_every_chinese_character():
    """The font of the site has a glyph for every Chinese character of its pages."""
    with TTFont(SITE / "_static" / "noto-sans-sc.woff2") as font:
        glyphs = set(map(chr, font.getBestCmap()))
    shown = {character for page in pages().values() for character in CHINESE.findall(page.text)}
    assert len(shown) > 1000
    assert "".join(sorted(shown - glyphs)) == ""


def test_no_path_of_the_machine():
    """No page tells where it was made."""
    assert [name for name, page in pages().items() if str(ROOT) in page.path.read_text(encoding="utf-8")] == []


@functools.cache
def trees():
    """Return the body of each page as a tree."""
    return {name: markup.parse(str(page.path), markup.HTMLParser(encoding="utf-8")) for name, page in pages().items()}


def test_headings_form_an_outline():
    """A page has one title, and no heading is more than one level below the one before it."""
    faults = {}
    for name, tree in trees().items():
        heads = tree.xpath("//article//*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6]")
        levels = [int(head.tag[1]) for head in heads]
        if name != "search.html" and (
            levels[:1] != [1] or levels.count(1) != 1 or any(b > a + 1 for a, b in pairwise(levels))
        ):
            faults[name] = levels
    assert faults == {}


def test_tables_have_names_and_scopes():
    """Every table has a name that no other of its page has; every head says what it heads, with words in it."""
    faults = []
    for name, tree in trees().items():
        names = tree.xpath("//table/@aria-label")
        if len(set(filter(str.strip, names))) != len(tree.xpath("//table")):
            faults.append((name, names))
        faults += [(name, head.get("scope")) for head in tree.xpath("//th[not(@scope='col' or @scope='row')]")]
        faults += [(name, "empty", head.sourceline) for head in tree.xpath("//th[not(normalize-space())]")]
    assert faults == []


def test_chinese_is_marked_as_such():
    """Chinese text is in an element that says so, and the English frame of a Chinese page in one that says that."""
    faults = {}
    for name, tree in trees().items():
        for text in tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]"):
            element = text.getparent() if text.is_text else text.getparent().getparent()
            spoken = element.xpath("ancestor-or-self::*[@lang][1]/@lang")[0]
            if HAN.search(text) and not spoken.startswith(("zh", "ja")):
                faults.setdefault(name, []).append(text)
    assert faults == {}
    record = trees()["corpus/records/nanjing.html"]
    assert (record.xpath("//body/@lang"), record.xpath("//article/@lang")) == (["en"], ["zh-Hans"])


def test_what_may_scroll_is_reached_by_keyboard():
    """Code, tables, figures and lanes stand in boxes that Tab reaches, with a name that no other of the page has."""
    boxes = "//*[@role='region'][@tabindex='0'][normalize-space(@aria-label)]"
    parts = "//article//pre | //article//table | //article//figure/img | //*[@class='lanes']/div//svg"
    faults = []
    for name, tree in trees().items():
        reached = set(tree.xpath(boxes))
        lost = [part for part in tree.xpath(parts) if not reached & {part, *part.iterancestors()}]
        faults += [(name, part.sourceline) for part in lost]
        names = [box.get("aria-label") for box in reached]
        faults += [(name, label) for label in set(names) if names.count(label) > 1]
    assert faults == []


def test_figures_offer_their_numbers():
    """A figure links the tables folded below it as CSV files, each with a row for each of theirs."""
    counted = 0
    for name, tree in trees().items():
        for figure in tree.xpath("//div[@class='cell_output docutils container']//figure"):
            below = figure.xpath("ancestor::div[starts-with(@class, 'cell ')]/following-sibling::*[1]//table")
            rows = [len(table.xpath("tbody/tr")) for table in below]
            files = [target(pages()[name], link)[0] for link in figure.xpath("figcaption/p[@class='data']/a/@href")]
            assert [len(pd.read_csv(file, encoding="utf-8-sig")) for file in files] == rows, (name, figure.get("id"))
            counted += len(rows)
    assert counted > 30


def test_mending_a_page():
    """What pandas and MyST-NB write becomes legible to a machine that reads it out; what is right stays."""
    access = from_docs("_ext/accessible.py")
    frame = pd.DataFrame({"n": [1]}, index=pd.Index(["上海 Shanghai"], name="city 城市")).to_html()
    page = f"""<html lang="en"><body><article><h1>One 一<a class="headerlink">#</a></h1><p>共36座城市，其中7座。</p>
    <p>WeChat (微信) of 基于5G的, “yes”.</p><p lang="zh">中文</p><script>"中文"</script>
    <svg viewBox="0 0 1 1"><text>甲 A</text></svg><p>x</p><details><summary><i></i></summary></details>
    <div class="output text_html">{frame}</div></article></body></html>"""
    tree = markup.document_fromstring(access.mend(page, "index", None))
    assert [(part.tag, part.text) for part in tree.xpath("//*[starts-with(@lang, 'zh')]")] == [
        *(("span", "一"), ("p", "共36座城市，其中7座。"), ("span", "微信"), ("span", "基于5G的"), ("p", "中文")),
        *(("text", "甲 A"), ("span", "城市"), ("span", "上海")),
    ]
    assert [[head.get("scope"), head.text_content()] for head in tree.iter("th")] == [
        *(["col", "city 城市"], ["col", "n"], ["row", "上海 Shanghai"])
    ]
    assert tree.xpath("//table/@aria-label") == ["One 一"]
    assert tree.xpath("//*[@role='region']/@aria-label") == ["Box 框: One 一"]
    assert tree.xpath("//summary/@aria-label") == ["x: pages 页面"]


@pytest.fixture(scope="module")
def browser():
    """Give a headless Chromium, the one of the system."""
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    if path is None:
        pytest.skip(f"no browser: none of {', '.join(names)} is installed")
    with api.sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=list(CHROMIUM_FLAGS))
        except api.Error as error:
            pytest.skip(f"{path} does not start: {str(error).splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def visit(browser):
    """Give a function that opens a page from its file at a width, and hold what went wrong there against the test."""
    faults, tab = [], browser.new_page()
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: faults.append(str(error)))
    tab.on("request", lambda request: faults.append(request.url) if is_external(request.url) else None)

    def open_page(name, width, query=""):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.goto((SITE / name).as_uri() + query)
        return tab

    yield open_page
    tab.close()
    assert not faults


@pytest.mark.parametrize("width", WIDTHS)
def test_pages_fit_the_screen(visit, width):
    """No page scrolls sideways, and each opens from its file without an error or a request."""
    wide = []
    for name in pages():
        extent = visit(name, width).evaluate("document.documentElement.scrollWidth")
        if extent > width:
            wide.append((name, extent))
    assert not wide


def asked(tab):
    """Return the pages that a search found, in their order."""
    tab.wait_for_function("/\\d/.test(document.querySelector('.search-summary')?.innerText)")
    links = tab.eval_on_selector_all("ul.search > li > a", "all => all.map(a => a.getAttribute('href'))")
    return list(dict.fromkeys(link.partition("#")[0] for link in links))


@pytest.mark.parametrize("query", ["智慧城市", "新型智慧城市", "一网通办", "smart"])
def test_search_finds_the_pages_with_the_word(visit, query):
    """A search in pages opened from their files lists those that have the word, also within another, only."""
    found = set(asked(visit("search.html", WIDTHS[0], f"?q={query}")))
    word = re.compile(query if CHINESE.match(query) else rf"\b{query}\b", re.IGNORECASE)
    having = {name for name, page in pages().items() if word.search(page.article)}
    assert found <= having
    assert len(having - found) <= len(having) // 20  # a word may be cut elsewhere: 创新型|智慧城市


@pytest.mark.parametrize("query", ["杭州", "Hangzhou"])
def test_search_for_a_city_leads_to_its_page(visit, query):
    """The first page that a search for a city finds is the city's."""
    assert asked(visit("search.html", WIDTHS[0], f"?q={query}"))[0] == "cities/hangzhou.html"


def test_search_finds_notebooks_before_cities_before_records(visit):
    """What tells findings comes first; an excerpt is of the article alone."""
    tab = visit("search.html", WIDTHS[0], "?q=智慧城市")
    found = asked(tab)
    places = ("index|notebooks|docs/(?!api)", "cities", "corpus|data", "docs/api")
    order = [next(rank for rank, place in enumerate(places) if re.match(place, page)) for page in found]
    assert order == sorted(order)
    assert set(order) >= {0, 1, 2}
    page = pages()["notebooks/05_models.html"].path.read_text(encoding="utf-8")
    excerpt = tab.evaluate("page => Search.htmlToText(page)", page)
    assert excerpt.strip().startswith("In one minute")
    assert "import matplotlib" not in excerpt


def test_numbers_unfold_and_code_is_shown_by_the_switch(visit):
    """Below a figure its numbers are folded, under their name; code is out of sight until the switch shows it."""
    tab = visit("notebooks/05_models.html", WIDTHS[0])
    numbers, code = (
        tab.locator(".tag_hide-cell details.above-input"),
        tab.locator(".tag_hide-input details.above-input"),
    )
    shown = [one.inner_text() for one in numbers.locator("summary").all() if one.is_visible()]
    assert len(shown) >= 5
    assert set(shown) == {"Numbers 数字"}
    assert not any(one.is_visible() for one in code.all())
    tab.check(".show-code input")
    assert all(one.get_attribute("open") is not None for one in code.all())
    assert all(one.get_attribute("open") is None for one in numbers.all())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", KINDS)
def test_axe_finds_nothing_serious(visit, name, width):
    """Of the rules of axe-core none that is serious or critical is broken, all unfolded, in the light and the dark."""
    package = importlib.util.find_spec("axe_playwright_python")
    if package is None:
        pytest.skip("axe_playwright_python is not installed")
    tab, faults = visit(name, width), []
    tab.add_style_tag(content="* { animation: none !important; transition: none !important; }")
    tab.evaluate("document.querySelector('.show-code input')?.click()")
    tab.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true; })")
    tab.evaluate(Path(package.submodule_search_locations[0], "axe.min.js").read_text(encoding="utf-8"))
    for mode, only in {"light": {}, "dark": {"runOnly": ["color-contrast"]}}.items():
        tab.evaluate("mode => { document.documentElement.dataset.theme = mode; }", mode)
        options = {"resultTypes": ["violations"], "preload": False} | only
        for rule in tab.evaluate("options => axe.run(options)", options)["violations"]:
            if rule["impact"] in ("serious", "critical"):
                faults += [(name, mode, rule["id"], node["target"], node["failureSummary"]) for node in rule["nodes"]]
    assert faults == []


@pytest.mark.parametrize("width", [*WIDTHS, 1100, 1600])
def test_contents_of_a_page_are_in_reach(visit, width):
    """At every width the contents of a page are beside it or behind a button, and lead to its sections."""
    tab = visit("notebooks/05_models.html", width)
    if not tab.is_visible("#pst-page-toc-nav"):
        tab.click(".secondary-toggle")
    tab.click("#pst-page-toc-nav a >> nth=2")
    assert "#" in tab.url
    assert not tab.is_visible("dialog")


def test_lanes_tell_by_keyboard_what_they_tell_by_pointer(visit):
    """Tab goes from city to city, arrow keys from event to event; each shows its text, and a link to its source."""
    tab = visit("notebooks/03_timelines.html", WIDTHS[0])
    tab.focus("[name=lanes-shanghai]")
    focused = "document.activeElement.labels[0].querySelector('span')"
    told = []
    for key in ("ArrowRight", "ArrowRight"):
        tab.keyboard.press(key)
        told.append(tab.evaluate(f"{focused}.innerText"))
        box = tab.evaluate(f"(({{ x, y, right, bottom }}) => [x, y, right, bottom])({focused}.getBoundingClientRect())")
        assert 0 <= box[0] < box[2] <= WIDTHS[0] and 0 <= box[1] < box[3] <= 900
    assert len(set(told)) == 2 and all("上海 Shanghai" in text and "source 来源" in text for text in told)
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "source 来源"
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.name") == "lanes-xiamen"


MAIN = [f"notebooks/{path.stem}.html" for path in (ROOT / "notebooks").glob("[0-9]*.ipynb") if "-Copy" not in path.name]


@pytest.mark.parametrize("name", sorted(MAIN))
def test_main_pages_are_nine_screens_at_most(visit, name):
    """A main notebook is read in ten minutes: what is more is folded, or stands under methods."""
    tab = visit(name.replace("notebooks/00_findings", "index"), WIDTHS[0])
    assert tab.evaluate("document.querySelector('article').offsetHeight / innerHeight") <= 9
