"""Mend the finished pages where neither Sphinx nor the theme has an option: for screen readers, keyboards and reuse.

Chinese in English pages (and English in Chinese ones) is marked as such; tables have a name and scopes, boxes that
scroll a name and a place in the order of Tab, and the table folded below a figure is offered as a CSV file.
"""

import io
import re
from html import escape
from itertools import pairwise
from pathlib import Path

import pandas as pd
from lxml import html
from lxml.html import builder as E

from cityanalysis import files

HAN = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"  # with kana, and with Chinese punctuation
RUN = re.compile(  # of Chinese, with the figures and Latin words inside it
    rf"((?:\d[\d.,%]*)?[{HAN}](?:[{HAN}]|(?:[^\W{HAN}]|[.,%+·“”‘’–-])+(?=[{HAN}])| [\d.,%]+ (?=[{HAN}]))*)"
)
LETTER = re.compile("[\u3040-\u30fa\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
KANA = re.compile("[\u3040-\u30fa]")
SILENT = {"script", "style", "textarea", "option"}
WITHOUT_SPANS = {"title", "text"}  # of SVG
HEADING = re.compile("h[1-6]$")
SCROLLS = (
    "//div[contains(@style, 'overflow:auto')] | //section[@class='lanes']/div | //div[@class='picture']"
    "| //div[contains(@class, 'pst-scrollable-table-container')] | //div[contains(@class, 'text_html')]"
    "[not(.//div[contains(@style, 'overflow:auto')] or .//section[@class='lanes'])] | //article//pre"
)


def words(element):
    """Return the text of an element without the mark that links to it."""
    return " ".join("".join(element.xpath(".//text()[not(ancestor::a[contains(@class, 'headerlink')])]")).split())


def language(text):
    """Return the language of a text with Chinese letters."""
    return "ja" if KANA.search(text) else "zh-Hans"


def cut(text):
    """Return the text up to the first run of Chinese, and each run as an element with what follows it."""
    first, *rest = RUN.split(text or "")
    runs = []
    for run, tail in zip(rest[::2], rest[1::2], strict=True):
        if LETTER.search(run):
            runs.append(E.SPAN(run, lang=language(run)))
            runs[-1].tail = tail
        elif runs:
            runs[-1].tail += run + tail
        else:
            first += run + tail
    return first, runs


def mark(element, outside):
    """Mark Chinese text within an element as Chinese, unless it is marked already."""
    inside = element.get("lang", outside)
    if not isinstance(element.tag, str) or element.tag in SILENT:
        return
    children = list(element)
    for child in children:
        mark(child, inside)
    if inside.startswith(("zh", "ja")):
        return
    own = (element.text or "").strip()
    if LETTER.search(own) and not children and (element.tag in WITHOUT_SPANS or RUN.fullmatch(own)):
        element.set("lang", language(own))
        return
    for child in children:
        child.tail, runs = cut(child.tail)
        place = element.index(child) + 1
        element[place:place] = runs
    element.text, runs = cut(element.text)
    element[0:0] = runs


def name_heads(table):
    """Give the head cells of a table their scopes, and leave none empty.

    pandas writes the name of an index on a row of its own, below that of the columns: the two become one.
    """
    for above, below in pairwise(table.xpath("./thead/tr")):
        if len(above) == len(below) and not words(below[-1]):
            for one, other in zip(above, below, strict=True):
                one.text = " / ".join(filter(None, (words(other), words(one))))
            below.drop_tree()
    for head in table.xpath("./thead[not(normalize-space())]"):
        head.drop_tree()
    for cell in table.iter("th"):
        cell.set("scope", "col" if cell.xpath("ancestor::thead") else "row")
        if not words(cell):
            cell.append(E.SPAN("item 项目", E.CLASS("visually-hidden")))


def name_all(body):
    """Name tables and boxes that scroll after the heading, the figure or the bold line above them."""
    boxes, title, used = set(body.xpath(SCROLLS)), "", {}

    def label(element, kind=""):
        used[kind, title] = count = used.get((kind, title), 0) + 1
        element.set("aria-label", f"{kind}{title}" + f" ({count})" * (count > 1))

    for element in body.iter(html.etree.Element):
        bold = element.tag == "p" and words(element) == " ".join(map(words, element.findall("strong")))
        if HEADING.match(element.tag) or (bold and words(element)) or "caption-text" in element.get("class", ""):
            title = words(element)
        elif element.tag == "table":
            name_heads(element)
            label(element)
        elif element in boxes:
            element.set("tabindex", "0")
            element.set("role", "region")
            label(element, "Code 代码: " if element.tag == "pre" else "Box 框: ")


def offer_data(body, pagename, site):
    """Write the tables of the cell below a figure as CSV files, and link them below its caption."""
    up, cell = "../" * pagename.count("/"), "div[starts-with(@class, 'cell ')]"
    for figure in body.xpath(f"//{cell}//figure[@id][figcaption]"):
        below = figure.xpath(f"ancestor::{cell}/following-sibling::*[1]/self::{cell}//table")
        links = []
        for number, table in enumerate(below, start=1):
            name = f"{Path(pagename).name}-{figure.get('id')}" + f"-{number}" * (number > 1) + ".csv"
            text = io.StringIO(html.tostring(table, encoding="unicode"))
            (rows,) = pd.read_html(text, flavor="lxml", keep_default_na=False, thousands=None)
            if rows.columns.nlevels > 1:
                rows.columns = [" / ".join(dict.fromkeys(names)) for names in rows.columns]
            files.write_table(site / "_downloads" / name, rows, bom=True)
            links += [E.A(f"CSV {number}" if number > 1 else "data 数据 (CSV)", href=f"{up}_downloads/{name}"), " "]
        if links:
            figure.find("figcaption").append(E.P(E.CLASS("data"), *links))


def mend(text, pagename, site):
    """Return the text of a page, mended."""
    root = html.document_fromstring(text)
    body = root.find("body")
    for image in body.xpath("//figure/img"):
        box = E.DIV(E.CLASS("picture"))
        image.addprevious(box)
        box.append(image)
    for summary in body.xpath("//summary"):  # MyST-NB's name hides the text, the sidebar's has none
        summary.attrib.pop("aria-label", None)
        if not words(summary):
            summary.set("aria-label", f"{words(summary.getparent().getprevious())}: pages 页面")
    for sidebar in body.xpath("//div[@id='pst-primary-sidebar']"):
        sidebar.attrib.update({"role": "complementary", "aria-label": "Site 全站"})
    name_all(body)
    offer_data(body, pagename, site)
    if root.get("lang").startswith("zh"):  # a Chinese article in an English frame
        body.set("lang", "en")
        (article,) = body.xpath("//article")
        article.set("lang", root.get("lang"))
        for part in article.xpath(".//p"):
            if len(re.findall("[A-Za-z]", words(part))) > len(LETTER.findall(words(part))):
                part.set("lang", "en")
    mark(body, root.get("lang"))
    return html.tostring(root, encoding="unicode", doctype="<!DOCTYPE html>")


def on_page_context(app, pagename, templatename, context, doctree):
    """Note a page that is being written; its title, which the theme prints as it is, becomes HTML."""
    app.written.append(pagename)
    context["pagetitle"] = escape(context.get("pagetitle", ""))


def on_build_finished(app, exception):
    """Mend the pages that were written."""
    if exception or app.builder.format != "html":
        return
    site = Path(app.outdir)
    for pagename in app.written:
        path = site / f"{pagename}.html"
        path.write_text(mend(path.read_text(encoding="utf-8"), pagename, site), encoding="utf-8")


def setup(app):
    """Register the hooks."""
    app.written = []
    app.connect("html-page-context", on_page_context, priority=900)  # behind the theme, which sets the title
    app.connect("build-finished", on_build_finished)
    return {"parallel_read_safe": True, "parallel_write_safe": False}
