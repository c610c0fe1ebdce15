"""Web pages and Markdown: their lines, a table's row on one, without the frame of a page.

The tree of a page is walked once. Every block ends a line, so that all is read as often as it stands there. What is
frame (menus, paths, tools, feet of pages), the links, names and words of a block tell when it ends.
"""

import re
from typing import NamedTuple

from cityanalysis import characters
from cityanalysis.files import ReadError

TAGS = {
    "begin and end lines": "address article aside blockquote body caption center dd details dialog dir div dl dt "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header html legend li main menu nav ol p pre section "
    "summary table tbody td tfoot th thead tr ul",
    # Of ruby the pinyin above the characters.
    "are not shown as text": "applet audio base button canvas datalist embed frame frameset head iframe img input link "
    "map meta noscript object option rp rt rtc script select style svg template textarea title video",
    "hold items": "ol ul menu dir",
}
BLOCKS, UNSEEN, LISTS = (frozenset(names.split()) for names in TAGS.values())
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
NAMES = (
    "nav navbar navigation menu crumb crumbs breadcrumb breadcrumbs footer foot copyright share bshare bdshare sharing "
    "sidebar aside related recommend toolbar tools qrcode ewm pagination pager search login"
)
FRAMES, NAME = frozenset(NAMES.split()), re.compile("[A-Z]?[a-z]+|[A-Z]+")
FOOT = re.compile(
    r"ICP(?:备|证)\s*\d|备案(?:编?号|序号)[:：]|公网安备\s*\d|网站标识码[:：]|版权所有(?:[\s:：©(（]|$)|copyright|©"
    r"|技术支持[:：]|建议使用.{0,20}(?:浏览器|分辨率)",
    re.IGNORECASE,
)
TOOLS = re.compile(
    r"""
    ^(?:首\s*页|更多)$ | ^您?(?:的|现在|当前|目前)*(?:所在)?的?位置\s*[:：].* | ^首\s*页\s*(?:[>＞»›/→]|-+>?).*
    | ^[上下前后]一(?:篇|条|页|则|章)(?:\s*[:：].*)?$ | ^返回(?:顶部|首页|列表|上页)$
    | ^(?:相关|推荐|延伸|热门|热点|更多)(?:文档|文件|链接|新闻|阅读|报道|稿件|信息|内容|推荐|文章|解读)?\s*[:：>》]*$
    | ^(?:请?用?(?:微信|手机)?)?扫[一码描].{0,30}$ | ^(?:分享|转发)(?:到|至)?\s*(?:[:：].*)?$
    | ^(?:长按|识别|点击)\S{0,12}(?:二维码|关注|蓝字|原文)\S{0,6}$ | ^阅读原文$ | ^预览时标签不可点$
    | ^(?:欢迎(?:您|访问|光临)|今天是|您是第).* | ^(?:无障碍|长者|适老)\S{0,6}$
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

PAGE_NUMBER = re.compile(r".*?(?:[.．·…•]{3,}\s*|\s)[-–—]?\s*(?:\d{1,3}|[ivxIVX]{1,5})\s*[-–—]?")
LEADERS = re.compile(r".*?(?:[.．·•]{4,}|…{2,})\s*[-–—]?\s*\d{1,3}\s*[-–—]?")
CONTENTS_LEFT = "lines of a table of contents left out"


class Line(NamedTuple):
    """A line of text; whether it belongs to the frame of a page, or is the row of a table."""

    text: str
    frame: bool = False
    row: bool = False


def read(markup):
    """Return the text of a web page and notes on what was left out."""
    tree = _tree(markup)
    found, hidden = _lines(tree, frames=True)
    shown = [line.text for line in found if not line.frame]
    plain = [line if len(line) > SHORT or SENTENCE.search(line) else TOOLS.sub("", line).strip() for line in shown]
    lines = [line for line in plain if line]
    whole = hidden + characters.count_han("".join(line.text for line in found))
    kept = characters.count_han("".join(lines))
    lines, contents = without_contents(lines)
    notes = [f"{CONTENTS_LEFT}: {contents}"] if contents else []
    if not lines:
        raise ReadError(_without_text(tree))
    if (lost := 1 - kept / max(whole, 1)) > NOTED:
        notes.append(f"left out as the frame of the page: {lost:.0%} of its Chinese characters")
    return "\n".join(lines), notes


def fragment(markup):
    """Return the lines of HTML that has no frame."""
    return [line.text for line in _lines(_tree(f"<div>{markup}</div>"), frames=False)[0]]


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


def table(rows, *, ruled=False):
    """Return the lines of a table: a row is one, rows of a table within it follow.

    Parameters
    ----------
    rows : list of list of list of Line
        Rows, their cells, the lines of these; a merged cell stands once.
    ruled : bool
        Whether lines, a header or a caption tell that it is no layout of a page: of this the lines stay lines.

    Examples
    --------
    >>> [line.text for line in table([[[Line("年份")], [Line("灯数")]], [[Line("2020年")], [Line("5"), Line("盏")]]])]
    ['年份 | 灯数', '2020年 | 5 盏']
    """
    lines = []
    filled = [[[line for line in cell if not line.frame] for cell in row] for row in rows]
    layout = any(_flows(cell, ruled) for row in filled for cell in row)
    for row, full in zip(rows, filled, strict=True):
        cells = [cell for cell in full if cell]
        if layout or len(cells) < 2:
            lines += [line for cell in row for line in cell]
            continue
        texts = [" ".join(line.text for line in cell if not line.row) for cell in cells]
        lines.append(Line(" | ".join(text for text in texts if text), row=True))
        lines += [line for cell in row for line in cell if line.row or line.frame]
    return lines


def without_contents(lines):
    """Leave out a table of contents: what stands below 目录 and ends in page numbers, and lines with dots before these.

    Examples
    --------
    >>> without_contents(["目 录", "一、光网 1", "二、水表 3", "一、光网", "铺网。"])
    (['一、光网', '铺网。'], 3)
    """
    kept, i = [], 0
    while i < len(lines):
        named = re.fullmatch(r"目\s*[录次]|CONTENTS|Contents", lines[i]) is not None
        end = i + named
        numbered = PAGE_NUMBER if named else LEADERS
        while end < len(lines) and len(lines[end]) < SHORT and numbered.fullmatch(lines[end]):
            end += 1
        if end - i < 3:
            end = i + 1
            kept.append(lines[i])
        i = end
    return kept, len(lines) - len(kept)


def _tree(markup):
    """Return the tree of a page."""
    from lxml import etree, html

    parser = html.HTMLParser(huge_tree=True)  # in depth; its size is limited before
    try:
        tree = html.document_fromstring(re.sub(r"\A\s*<\?xml[^>]*>", "", markup), parser=parser)
    except etree.ParserError:
        raise ReadError(NO_TEXT) from None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log):
        raise ReadError(": is nested too deep for a web page; copy its text from the browser into a text file")
    return tree


def _letters(text):
    """Count letters and Chinese characters."""
    return sum(map(str.isalpha, text))


def _without_text(tree):
    """Say why a page has no text."""
    if tree.xpath("//iframe[@src]|//frame[@src]"):
        return ": has its text in another page (a frame); open that by itself and save it"
    if tree.xpath("//script"):
        return ": has no text, a script would fetch it; copy it from the browser into a text file"
    return NO_TEXT


def _flows(cell, ruled):
    """Say whether what stands in a cell of a table is a text of its own."""
    headings = sum(HEADING.match(line.text) is not None for line in cell)
    return (
        headings > 1 and len(cell) > 2 * headings
        if ruled
        else headings > 1 or len(cell) > 5 or any(line.row for line in cell)
    )


def _raised(text, before):
    """Return what a raised text is: the mark of a footnote is none, a power is put in raised digits."""
    if RAISABLE.fullmatch(text) and POWER.search(f"{before}^{text}"):
        return text.translate(RAISED)
    return "" if MARK.fullmatch(text) else text


def _lines(tree, *, frames):
    """Return the lines of a tree, and how many Chinese characters of it are hidden."""
    from lxml import etree

    size = sum(_letters(part.text or "") for part in tree.iter("*") if part.tag not in UNSEEN)
    size += sum(_letters(part.tail or "") for part in tree.iter("*"))
    walk, hidden = _Walk(), 0
    events = etree.iterwalk(tree, events=("start", "end", "comment", "pi"))
    for event, element in events:
        if event == "start" and (element.tag in UNSEEN or element.tag == "sup" or _hidden(element, size)):
            text = "".join(element.itertext())
            if element.tag == "sup":
                walk.add(_raised(text.strip(), "".join(walk.pieces[-3:])))
            elif element.tag not in UNSEEN:
                hidden += characters.count_han(text)
            events.skip_subtree()
            walk.skipped = element
        elif event == "start":
            walk.open(element)
        else:
            if event == "end" and element is not walk.skipped:
                block = walk.close(element)
                judged = frames and block is not None and not (walk.tables and walk.tables[-1].ruled)
                walk.leave(block, frame=judged and _is_frame(element, block, size))
            walk.add(element.tail)
    walk.end()
    return walk.lines, hidden


def _hidden(element, size):
    """Say whether an element is hidden; what holds most of a page, a script will show."""
    hidden = element.get("hidden") is not None or HIDDEN.search(element.get("style", ""))
    return bool(hidden) and _letters(element.xpath("string()")) < size / 2


def _is_frame(element, block, size):
    """Say whether a block is frame, by its links, its name, or the words at the foot of a page."""
    if element.tag in ("nav", "body", "html"):
        return element.tag == "nav"
    if block.letters < SMALL * size:
        own = next(element.iterancestors("article", "main"), None) is not None  # its foot and its boxes are text
        names = f"{'' if own else element.tag} {element.get('class', '')} {element.get('id', '')}"
        if not FRAMES.isdisjoint(name.lower() for name in NAME.findall(names)):
            return True
    long = element.tag == "p" and block.linked >= MENU * block.links
    menu = block.links > 1 and block.linked >= LINKED * block.letters and not long
    return not block.text and (menu or (block.foot and block.letters < LONGEST_FOOT))


def _leads_away(link):
    """Say whether a link is one to another page, and not to a file that belongs to this."""
    return link.get("href") is not None and not (
        ATTACHED.match(link.get("href")) or ATTACHED.match("".join(link.itertext()).strip())
    )


class _Block:
    """What stands in an element so far, without what was frame in it."""

    def __init__(self, start):
        self.start = start  # among the lines
        self.letters, self.linked, self.links = 0, 0, 0  # letters that lead to other pages, and by how many links
        self.text, self.foot = False, False  # whether it has a sentence, or words of a foot

    def __iadd__(self, other):
        """Take in what stands in an element within it."""
        for name in ("letters", "linked", "links"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.text |= other.text
        return self


class _Table(NamedTuple):
    """The rows of an open table, their cells by first line and line after the last; whether it is no layout."""

    rows: list
    ruled: bool


class _Walk:
    """The lines of a page, as far as its tree is walked."""

    def __init__(self):
        self.lines, self.pieces = [], []
        self.number, self.linked, self.links = "", 0, 0  # of the line to come
        self.away, self.kept, self.skipped = [], [], None  # open links; open elements that keep their line ends
        self.blocks, self.lists, self.tables = [_Block(0)], [], []  # open ones

    def add(self, text):
        """Go on with the line; where line ends are kept, end it at each."""
        for i, piece in enumerate((text or "").split("\n") if self.kept else [text or ""]):
            if i:
                self.end()
            self.pieces.append(piece)
            self.linked += _letters(piece) if self.away else 0

    def end(self):
        """End the line."""
        text = "".join(self.pieces)
        self.pieces = []
        if not text or text.isspace():
            return
        text = BLANKS.sub(" ", characters.joined(text) if "\n" in text else text)
        for part in INDENT.split(text):
            if part := part.strip(" \u3000\ufeff\u200b"):
                number = "" if OWN_NUMBER.match(part) else self.number
                self.lines.append(Line(number + part))
                letters, foot = _letters(part), FOOT.search(part) is not None
                block = self.blocks[-1]
                block.text |= SENTENCE.search(part) is not None and self.linked < letters / 2 and not foot
                block.foot |= foot
                block.letters, block.linked = block.letters + letters, block.linked + self.linked
                block.links += self.links
                self.number, self.linked, self.links = "", 0, 0

    def open(self, element):
        """Begin an element."""
        tag, style = element.tag, element.get("style", "")
        if tag in BLOCKS or tag in ("br", "hr"):
            self.end()
        if tag in BLOCKS:
            self.blocks.append(_Block(len(self.lines)))
        if tag in ("pre", "xmp", "listing") or LINES_KEPT.search(style):
            self.kept.append(element)
        if tag == "a" and _leads_away(element):
            self.away.append(element)
            self.links += 1
        elif tag in LISTS:
            start = element.get("start", "1")
            counted = tag == "ol" and "none" not in style
            self.lists.append(int(start) if counted and start.isdecimal() else int(counted))
        elif tag == "li" and self.lists and self.lists[-1]:
            value = element.get("value", "")
            self.lists[-1] = int(value) if value.isdecimal() else self.lists[-1]
            self.number = f"{self.lists[-1]}{element.get('data-mark', '.')} "
            self.lists[-1] += 1
        elif tag == "table":
            self.tables.append(_Table([], _ruled(element)))
        elif tag == "tr" and self.tables:
            self.tables[-1].rows.append([])
        elif tag in ("td", "th") and self.tables and self.tables[-1].rows:
            self.tables[-1].rows[-1].append([len(self.lines), None])
        self.add(element.text)

    def close(self, element):
        """End an element; return what stands in it if it is a block."""
        tag = element.tag
        for opened in (self.away, self.kept):
            if opened and opened[-1] is element:
                opened.pop()
        if tag not in BLOCKS:
            return None
        self.end()
        if tag in ("td", "th") and self.tables and self.tables[-1].rows and self.tables[-1].rows[-1]:
            self.tables[-1].rows[-1][-1][1] = len(self.lines)
        elif tag == "table":
            places, ruled = self.tables.pop()
            if cells := [cell for row in places for cell in row]:
                rows = [[self.lines[slice(*cell)] for cell in row] for row in places]
                self.lines[cells[0][0] : cells[-1][1]] = table(rows, ruled=ruled)
            if ruled:
                self.blocks[-1].links = 0  # it is no menu
        elif tag in LISTS:
            self.lists.pop()
        elif tag == "li":
            self.number = ""
        return self.blocks.pop()

    def leave(self, block, *, frame):
        """Take what stood in an element for frame or for a part of the element round it."""
        if block is None:
            return
        self.blocks[-1].foot |= block.foot
        if frame:
            self.lines[block.start :] = [line._replace(frame=True) for line in self.lines[block.start :]]
        else:
            self.blocks[-1] += block


def _ruled(element):
    """Say whether a table has lines, a header or a caption, and so is no layout of a page."""
    cell = element.find(".//td")
    lines = "" if cell is None else cell.get("style", "")
    return (
        element.get("border", "0") not in ("", "0")
        or element.find(".//th") is not None
        or element.find("caption") is not None
        or re.search("border[^;]*solid", lines) is not None
    )
