"""Give the site a font with the Chinese characters of its pages, for machines that have none."""

import html
import importlib.metadata
from pathlib import Path

import pylopdf_fonts_zh_cn
from fontTools import subset
from sphinx.util import logging

PACKAGE = "pylopdf-fonts-zh-cn"
FILE = "noto-sans-sc.woff2"  # site.css names it, too
FIRST = "\u2e80"  # the first character of its range in site.css


def characters(site):
    """Return the characters of a folder of HTML pages that a machine may lack."""
    text = {c for page in Path(site).rglob("*.html") for c in html.unescape(page.read_text(encoding="utf-8"))}
    return {c for c in text if c >= FIRST}


def make(wanted, path):
    """Write a font with the wanted characters.

    Returns
    -------
    set of str
        Those for which the font has no glyph.
    """
    options = subset.Options(flavor="woff2", name_IDs=["*"], notdef_outline=True, layout_features=["kern", "locl"])
    font = subset.load_font(str(pylopdf_fonts_zh_cn.sans_path()), options, lazy=True)
    missing = {c for c in wanted if ord(c) not in font.getBestCmap()}
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=map(ord, wanted))
    subsetter.subset(font)
    subset.save_font(font, str(path), options)
    return missing


def licence():
    """Return the licence of the font, which goes with it."""
    found = [file for file in importlib.metadata.files(PACKAGE) if file.name == "LICENSE"]
    return found[0].read_text(encoding="utf-8")


def on_build_finished(app, exception):
    """Write the font and its licence beside the pages."""
    if exception or app.builder.format != "html":
        return
    folder = Path(app.outdir, "_static")
    missing = make(characters(app.outdir), folder / FILE)
    (folder / f"{FILE}.licence.txt").write_text(licence(), encoding="utf-8")
    logging.getLogger(__name__).info("font: no glyph for %s", "".join(sorted(missing)) or "nothing")


def setup(app):
    """Register the hook."""
    app.connect("build-finished", on_build_finished)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
