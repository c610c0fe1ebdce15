"""Web pages and Markdown: their lines, a table's row on one, without the frame of a page.

The tree of a page is walked once. Every block ends a line, so that all is read as often as it stands there. What is
frame (menus, paths, tools, feet of pages), the links, names and words of a block tell when it ends.
"""

import re
from collections import Counter
from itertools import groupby
from typing import NamedTuple

from lxml import etree, html

from cityanalysis import characters
from cityanalysis.files import ReadError

LARGEST = 20_000_000  # bytes of a page or of what is read of a Word file, of which a tree takes many times as much
BLOCKS, UNSEEN, FRAMES = (
    frozenset(names.split())
    for names in (
        # What begins and ends lines.
        "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption "
        "figure footer form h1 h2 h3 h4 h5 h6 header html legend li main menu nav ol p pre section summary table tbody "
        "td tfoot th thead tr ul",
        # What is not shown as text, of ruby the pinyin; none that never ends, as the parser puts what follows into it.
        "applet audio button canvas datalist head iframe map noscript object option rp rt rtc script select style svg "
        "template textarea title video",
        # Names of what is frame.
        "nav navbar navigation menu crumb crumbs breadcrumb breadcrumbs footer foot copyright share bshare bdshare "
        "sharing sidebar aside related recommend toolbar tools qrcode ewm pagination pager search login",
    )
)
NAME = re.compile("[A-Z]?[a-z]+|[A-Z]+")
# A table that has lines, a header or a caption is no layout of a page.
RULED = etree.XPath(
    "boolean(@border[. != '' and . != '0'] | caption | tr/th | */tr/th | (.//td)[1][contains(@style, 'solid')])"
)
HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
LINES_KEPT = re.compile(r"white-space\s*:\s*(?:pre|break)", re.IGNORECASE)
BLANKS = re.compile(r"[ \t\xa0\u2002-\u200a]+")
INDENT = re.compile(r"(?<=[。！？；：”）])\u3000{2,}")  # some pages part paragraphs by full-width spaces only
SENTENCE = re.compile("[。！？；]")
HEADING = re.compile("(?:第N+[章节部分]|N{1,3}、|[（(]N{1,3}[）)])".replace("N", "[一二三四五六七八九十百]"))
OWN_NUMBER = re.compile(r"[(（]?\d")
NUMBERED = re.compile(f"{HEADING.pattern}|{OWN_NUMBER.pattern}|第")

# What tells a page's frame.
LINKED, MENU = 0.6, 8  # a block is a list of links from this share of its letters on; in a menu these are shorter
SMALL = 0.3  # a block named as frame is none if it holds more than this share of the page
LONGEST_FOOT = 150  # letters
SHORT = 200  # characters; tools and entries of a table of contents are
NOTED = 0.05  # a person should know if more than this share of a page was left out
ATTACHED = re.compile(r"附[件表图]|mailto:|.*\.(?:docx?|xlsx?|pptx?|wps|et|pdf|ofd|rtf|txt|zip|rar)\b", re.IGNORECASE)
FOOT = re.compile(
    r"ICP(?:备|证)\s*\d|备案(?:编?号|序号)[:：]|公网安备\s*\d|网站标识码[:：]|版权所有(?:[\s:：©(（]|$)|copyright|©"
    r"|技术支持[:：]|建议使用.{0,20}(?:浏览器|分辨率)",
    re.IGNORECASE,
)
TOOLS = re.compile(
    r"""
    ^(?:首\s*页|更多|阅读原文|预览时标签不可点|返回(?:顶部|首页|列表|上页))$ | ^(?:无障碍|长者|适老)\S{0,6}$
    | ^您?(?:的|现在|当前|目前)*(?:所在)?的?位置\s*[:：].* | ^首\s*页\s*(?:[>＞»›/→]|-+>?).*
    | ^[上下前后]一(?:篇|条|页|则|章)(?:\s*[:：].*)?$ | ^(?:欢迎(?:您|访问|光临)|今天是|您是第).*
    | ^(?:相关|推荐|延伸|热门|热点|更多)(?:文档|文件|链接|新闻|阅读|报道|稿件|信息|内容|推荐|文章|解读)?\s*[:：>》]*$
    | ^(?:请?用?(?:微信|手机)?)?扫[一码描].{0,30}$ | ^(?:分享|转发)(?:到|至)?\s*(?:[:：].*)?$
    | ^(?:长按|识别|点击)\S{0,12}(?:二维码|关注|蓝字|原文)\S{0,6}$
    | (?:^|(?<=[\s|｜】\])）]))[\[【(（]?\s*
      (?: (?:字体|字号|文字)(?:大小)?\s*[:：]?\s*[\[【(（]?\s*
          (?:(?:超大|特大|较大|默认|放大|缩小|正常|大|中|小|A?[+-])[\s|｜/]*)+
        | (?:打印|关闭|收藏|纠错|分享)(?:本页|本文|此页|网页|页面|窗口|本窗口)?
        | (?:浏览|阅读|访问|点击)(?:次数|人次|量|数|率)\s*[:：]\s*[\d,]*\s*次? )
      \s*[\]】)）]?(?=[\s|｜\[【(（]|$)
    """,
    re.VERBOSE,
)
NO_TEXT = ": has no main text that could be found; copy it from the browser into a text file"

# What stands raised: the mark of a footnote, or a power.
MARK = re.compile(r"[\[［【(（〔]?\s*(?:注\s*)?(?:\d{1,3}(?:\s*[,，、–-]\s*\d{1,3})*|[*＊†‡]+|[①-⑳])\s*[\]］】)）〕]?")
RAISED = str.maketrans("0123456789+-−–n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻ⁿ")
RAISABLE = re.compile("[-+−–]?[0-9]+|n")
POWER = re.compile(r"(?:[A-Za-zμ米]\^[23n]|(?<!\d)10\^[-+−–]?\d{1,2})\Z")

LEFT_MARKS = re.compile(rf"(\*|(?<!\w)_{{1,2}})(?=\S)([^*_\n]*{characters.HAN}[^*_\n]*)(?<=\S)\1")

# A table of contents: what stands below 目录 and ends in page numbers, and lines with dots before these.
PAGE_NUMBER = r"(?:[^\S\n]*[-–—])?[^\S\n]*(?:\d{1,3}|[ivxIVX]{1,5})[^\S\n]*[-–—]?\n"
CONTENTS = re.compile(
    rf"""
    ^(?: (?:目[^\S\n]*[录次]|CONTENTS|Contents)\n (?:[^\n]{{0,{SHORT}}}?(?:[.．·•…]{{3,}}|[^\S\n]){PAGE_NUMBER}){{2,}}
       | (?:[^\n]{{0,{SHORT}}}?(?<![.．·•…])(?:[.．·•]{{4,}}|…{{2,}}){PAGE_NUMBER}){{3,}} )
    """,
    re.VERBOSE | re.MULTILINE,
)
CONTENTS_LEFT = "lines of a table of contents left out"


class Line(NamedTuple):
    """A line of text; whether it is the row of a table, and the row and cell in which it stands."""

    text: str
    row: bool = False
    cell: tuple = ()


def read(markup):
    """Return the text of a web page and notes on what was left out."""
    tree = _tree(markup)
    whole = characters.count_han(tree.text_content())
    lines = [line.text for line in _lines(tree, frames=True)]
    lines = [line if len(line) > SHORT or SENTENCE.search(line) else TOOLS.sub("", line).strip() for line in lines]
    text = "\n".join(line for line in lines if line)
    lost = 1 - characters.count_han(text) / max(whole, 1)
    text, contents = without_contents(text)
    if not text:
        raise ReadError(_without_text(markup))
    notes = {
        f"{CONTENTS_LEFT}: {contents}": contents,
        f"left out as the frame of the page: {lost:.0%} of its Chinese characters": lost > NOTED,
    }
    return text, [note for note, holds in notes.items() if holds]


def fragment(markup):
    """Return the lines of HTML that has no frame."""
    return [line.text for line in _lines(_tree(f"<div>{markup}</div>"), frames=False)]


def markdown(text):
    """Return the text of Markdown and notes on what was left out; it is read as the web page that it stands for."""
    from markdown_it import MarkdownIt
    from markdown_it.common.utils import escapeHtml

    text = re.sub(r"\A---\n.*?\n(---|\.\.\.)\n", "", text, count=1, flags=re.DOTALL)
    text, notes = re.subn(r"(?m)^\[\^[^\[\]\n]{1,60}\]:.*\n?(?:(?: {2,}|\t).*\n?)*", "", text)
    text = re.sub(r"\[\^[^\[\]\n]{1,60}\]", "", text)
    text = re.sub(r"(?<=\d)\*(?=\d)", r"\\*", text)  # 2*3 is a product
    text = re.sub(r"(?m)^(\s*(?:[-*+]|\d+[.)])\s+)\[[ xX]\]\s+", r"\1", text)
    text = re.sub(rf"(?m)^(?=(?:\u3000| {{4,}}|\t)\s*{characters.WIDE})", "\n", text)  # an indented line is a paragraph
    parser = MarkdownIt().enable(["table", "strikethrough"]).disable("code")
    parser.add_render_rule("image", lambda _, tokens, i, *__: escapeHtml(tokens[i].content))
    tokens = parser.parse(text)
    for token in tokens:
        if token.type == "list_item_open":
            token.attrSet("data-mark", token.markup)
    lines = fragment(parser.renderer.render(tokens, parser.options, {}))
    # Next to Chinese marks (**要点。**文) CommonMark takes the stars for text, so some are left.
    lines = [LEFT_MARKS.sub(r"\2", line.replace("**", "")) for line in lines]
    return "\n".join(lines), (f"footnotes left out: {notes}",) if notes else ()


def table(lines, *, ruled=False):
    """Return the lines of a table: a row is one, rows of a table within it follow.

    Parameters
    ----------
    lines : list of Line
        Each with its row and cell; a merged cell stands once.
    ruled : bool
        Whether the table is no layout of a page: of this the lines stay lines.

    Examples
    --------
    >>> cells = {"年份": (1, 1), "灯数": (1, 2), "2020年": (2, 1), "5": (2, 2), "盏": (2, 2)}
    >>> [line.text for line in table([Line(text, cell=cell) for text, cell in cells.items()])]
    ['年份 | 灯数', '2020年 | 5 盏']
    """
    rows = (row for _, row in groupby(lines, lambda line: line.cell[:1]))
    rows = [[list(cell) for _, cell in groupby(row, lambda line: line.cell)] for row in rows]
    if any(_flows(cell, ruled) for row in rows for cell in row):
        return lines
    found = []
    for row in rows:
        if len(row) == 1:
            found += row[0]
            continue
        texts = (" ".join(line.text for line in cell if not line.row) for cell in row)
        found.append(Line(" | ".join(filter(None, texts)), row=True))
        found += (line for cell in row for line in cell if line.row)
    return [line for line in found if line.text]


def without_contents(text):
    r"""Leave out tables of contents; say how many lines these had.

    Examples
    --------
    >>> without_contents("目 录\n一、光网 1\n二、水表 3\n一、光网\n铺网。")
    ('一、光网\n铺网。', 3)
    """
    kept = CONTENTS.sub("", text + "\n")
    return kept.removesuffix("\n"), text.count("\n") + 1 - kept.count("\n")


def integer(text, default):
    """Return a number, or another if there is none.

    >>> integer("12", 1), integer("", 1), integer(None, 1)
    (12, 1, 1)
    """
    return int(text) if text and text.isdecimal() else default


def _tree(markup):
    """Return the tree of what a page shows."""
    # Its depth the parser limits if not told otherwise; its size is limited before.
    parser = html.HTMLParser(huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(re.sub(r"\A\s*<\?xml[^>]*>", "", markup), parser=parser)
    except etree.ParserError:
        raise ReadError(NO_TEXT) from None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise ReadError(": is nested too deep for a web page; copy its text from the browser into a text file")
    etree.strip_elements(tree, *UNSEEN, with_tail=False)
    return tree


def _without_text(markup):
    """Say why a page has no text."""
    if re.search(r"<i?frame\s[^>]*src", markup, re.IGNORECASE):
        return ": has its text in another page (a frame); open that by itself and save it"
    if re.search("<script", markup, re.IGNORECASE):
        return ": has no text, a script would fetch it; copy it from the browser into a text file"
    return NO_TEXT


def _letters(text):
    """Count letters and Chinese characters."""
    return sum(map(str.isalpha, text))


def _flows(cell, ruled):
    """Say whether what stands in a cell of a table is a text of its own."""
    headings = sum(HEADING.match(line.text) is not None for line in cell)
    if ruled:
        return headings > 1 and len(cell) > 2 * headings
    return headings > 1 or len(cell) > 5 or any(line.row for line in cell)


def _raised(text, before):
    """Return what a raised text is: the mark of a footnote is none, a power is put in raised digits."""
    if RAISABLE.fullmatch(text) and POWER.search(f"{before}^{text}"):
        return text.translate(RAISED)
    return "" if MARK.fullmatch(text) else text


def _lines(tree, *, frames):
    """Return the lines of a tree, with or without what is frame."""
    size = _letters(tree.text_content())
    for element in tree.xpath("//*[@hidden or @style]"):
        hidden = element.get("hidden") is not None or HIDDEN.search(element.get("style", ""))
        if hidden and _letters(element.text_content()) < size / 2:  # what holds most of a page, a script will show
            element.drop_tree()
    walk = _Walk(size, frames)
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            walk.open(element)
        else:
            walk.close(element)
            walk.add(element.tail or "")
    walk.end()
    return walk.lines


def _is_frame(element, block, size):
    """Say whether a block is frame, by its links, its name, or the words at the foot of a page."""
    if element.tag in ("nav", "body", "html"):
        return element.tag == "nav"
    if block["letters"] < SMALL * size:
        own = next(element.iterancestors("article", "main"), None) is not None  # its foot and its boxes are text
        names = f"{'' if own else element.tag} {element.get('class', '')} {element.get('id', '')}"
        if not FRAMES.isdisjoint(name.lower() for name in NAME.findall(names)):
            return True
    long = element.tag == "p" and block["linked"] >= MENU * block["links"]
    menu = block["links"] > 1 and block["linked"] >= LINKED * block["letters"] and not long
    return not block["sentences"] and (menu or (block["feet"] > 0 and block["letters"] < LONGEST_FOOT))


def _leads_away(link):
    """Say whether a link is one to another page, and not to a file that belongs to this."""
    target = link.get("href")
    return target is not None and not (ATTACHED.match(target) or ATTACHED.match(link.text_content().strip()))


class _Walk:
    """The lines of a page, as far as its tree is walked."""

    def __init__(self, size, frames):
        self.size, self.frames = size, frames
        self.lines, self.pieces, self.linked = [], [], 0  # pieces of the line to come, and their letters in links
        # Whether open elements lie in a link to another page, in text that keeps its line ends, in a table with lines.
        self.within = [(False, False, False)]
        self.blocks = [Counter(start=0)]  # first line, letters, links, sentences, and words of a foot in open blocks
        self.counts, self.number = {}, ""  # of the items of lists; what stands before the line to come

    def add(self, text):
        """Go on with the line; where line ends are kept, end it at each."""
        link, kept, _ = self.within[-1]
        for i, piece in enumerate(text.split("\n") if kept else [text]):
            if i:
                self.end()
            self.pieces.append(piece)
            letters = _letters(piece)
            self.linked += link * letters
            self.blocks[-1]["letters"] += letters
            self.blocks[-1]["linked"] += link * letters

    def end(self):
        """End the line."""
        text, linked = "".join(self.pieces), self.linked
        self.pieces, self.linked = [], 0
        if not text.strip():
            return
        text = BLANKS.sub(" ", characters.joined(text) if "\n" in text else text)
        told = linked < _letters(text) / 2
        for part in INDENT.split(text):
            if part := part.strip(" \u3000\ufeff\u200b"):
                self.lines.append(Line(part if OWN_NUMBER.match(part) else self.number + part))
                self.number = ""
                foot = FOOT.search(part) is not None
                self.blocks[-1]["feet"] += foot
                self.blocks[-1]["sentences"] += told and not foot and SENTENCE.search(part) is not None

    def open(self, element):
        """Begin an element."""
        tag, style, (link, kept, ruled) = element.tag, element.get("style", ""), self.within[-1]
        if tag in BLOCKS or tag in ("br", "hr"):
            self.end()
        if tag in BLOCKS:
            self.blocks.append(Counter(start=len(self.lines)))
        if tag == "a" and _leads_away(element):
            self.blocks[-1]["links"] += 1
            link = True
        kept = kept or tag in ("pre", "xmp", "listing") or LINES_KEPT.search(style) is not None
        self.within.append((link, kept, RULED(element) if tag == "table" else ruled))
        if tag == "sup":
            text = element.text_content().strip()
            del element[:]
            element.text = _raised(text, "".join(self.pieces[-3:]))
        elif tag == "ol" and "none" not in style:
            self.counts[element] = integer(element.get("start"), 1)
        elif tag == "li" and (items := element.getparent()) in self.counts:
            number = integer(element.get("value"), self.counts[items])
            self.counts[items] = number + 1
            self.number = f"{number}{element.get('data-mark', '.')} "
        self.add(element.text or "")

    def close(self, element):
        """End an element; what is frame goes."""
        tag, (*_, ruled), (*_, within_ruled) = element.tag, self.within.pop(), self.within[-1]
        if tag not in BLOCKS:
            return
        self.end()
        block = self.blocks.pop()
        start = block.pop("start")
        if tag in ("td", "th"):
            cell = (element.getparent(), element)
            self.lines[start:] = [line._replace(cell=cell) for line in self.lines[start:]]
        elif tag == "table":
            self.lines[start:] = table(self.lines[start:], ruled=ruled)
            block["links"] *= not ruled  # it is no menu
        elif tag == "li":
            self.number = ""
        if self.frames and not within_ruled and _is_frame(element, block, self.size):
            del self.lines[start:]
            block = {"feet": block["feet"]}
        self.blocks[-1].update(block)
