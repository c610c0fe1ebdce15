"""Web pages and Markdown keep their text, as often as it stands there, and lose their frame."""

import re

import pytest

from cityanalysis import pages
from cityanalysis.files import ReadError

SENTENCES = [f"镇上把{what}接到一张网上，居民用手机就能查到，每个季度核对一遍。" for what in ("路灯", "水表", "站牌")]
BODY = "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)


def lines(markup, *, read=pages.read):
    """Return the lines of a page, without the sentences that stand in every one."""
    return [line for line in read(markup)[0].split("\n") if line not in SENTENCES]


KEPT = {
    "what stands twice": ("<p>牵头：数据局</p><p>甲</p>" * 2, ["牵头：数据局", "甲"] * 2),
    "headings": (
        "<h2>一、网络</h2><div>二、应用</div><dl><dt>甲</dt><dd>乙</dd></dl>",
        ["一、网络", "二、应用", "甲", "乙"],
    ),
    "breaks": ("<p>一、网络<br>　　铺网。<br/>　<br></p>", ["一、网络", "铺网。"]),
    "full-width spaces": ("<p>铺网。　　建台。第一章　　总则</p>", ["铺网。", "建台。第一章　　总则"]),
    "lines of source": ("<p>光\n  <b>网</b>\n<!-- 注 -->通了5<i>G</i>\nSmart\nCity</p>", ["光网通了5G Smart City"]),
    "lines kept": ("<pre>第一条 铺网。\n　第二条 建台。</pre>", ["第一条 铺网。", "第二条 建台。"]),
    "lines kept by style": ("<p style='white-space:pre-wrap'>甲\n乙</p>", ["甲", "乙"]),
    "numbered items": (
        "<ol start=3><li>甲</li><li><p>乙</p><ol><li>丙</li></ol></li><li value=9>丁</li><li>10.戊</li></ol>",
        ["3. 甲", "4. 乙", "1. 丙", "9. 丁", "10.戊"],
    ),
    "other items": ("<ul><li>甲</li></ul><ol style='list-style:none'><li>乙</li></ol>", ["甲", "乙"]),
    "ruby": ("<p><ruby>溪<rp>(</rp><rt>xī</rt><rp>)</rp></ruby>水</p>", ["溪水"]),
    "particulars": (
        "<table><tr><td>文号：</td><td>镇发〔2031〕2号</td></tr></table>",
        ["文号： | 镇发〔2031〕2号"],
    ),
    "attachments": (
        "<ul><li><a href=a.pdf>名单</a></li><li><a href=/x>附件2：分工</a></li></ul>",
        ["名单", "附件2：分工"],
    ),
    "a link": ("<p><a href=/x>管理办法</a></p>", ["管理办法"]),
    "signature outside": ("<p align=right>镇政府</p><p>2031年2月3日</p>", ["镇政府", "2031年2月3日"]),
    "box and foot of an article": ("<article><aside>专栏</aside><footer>镇政府</footer></article>", ["专栏", "镇政府"]),
    "what a style makes visible later": ("<div style='visibility: hidden'>甲</div>", ["甲"]),
    "declaration": ("<?xml version='1.0' encoding='utf-8'?><html><p>甲</p></html>", ["甲"]),
    "open tags": ("<p>甲<p>乙<table><tr><td>丙<td>丁<tr><td>戊</table>己", ["甲", "乙", "丙 | 丁", "戊", "己"]),
    "tag without an end": ("<embed src=a><p>甲</p><wbr>乙", ["甲", "乙"]),
    "full-width foot": ("<p>铺网。　　版权所有：县</p>", ["铺网。", "版权所有：县"]),
    "blanks": ("<p>甲\n乙" + "&nbsp;" * 99_999 + "a" + "\n " * 99_999 + "b</p>", ["甲乙 a b"]),
    "deep": ("<div>" * 1500 + "甲" + "</div>" * 1500, ["甲"]),
}


@pytest.mark.parametrize(("part", "kept"), KEPT.values(), ids=KEPT)
def test_what_is_kept(part, kept):
    """Whatever stands in the body comes out, a paragraph a line, as often as it stands there."""
    assert lines(part + BODY) == kept
    assert pages.read(part + BODY)[1] == []


@pytest.mark.parametrize(
    ("raised", "text"),
    [
        ("占30%<sup>1</sup>，", "占30%，"),
        ("<sup><a href=#a>[12]</a></sup>据统计<sup>注2</sup><sup>*</sup><sup>③</sup>", "据统计"),
        ("5km<sup>2</sup>、6米<sup>3</sup>、10<sup>8</sup>、10<sup>-3</sup>", "5km²、6米³、10⁸、10⁻³"),
        ("2031<sup>2</sup>年，310<sup>2</sup>", "2031年，310"),
        ("第1<sup>st</sup>，CO<sub>2</sub>", "第1st，CO2"),
    ],
)
def test_what_stands_raised(raised, text):
    """The mark of a footnote does not become a digit of the number before it; a power stays one."""
    assert lines(f"<p>{raised}</p>{BODY}") == [text]


FRAME = {
    "menu": "<div class=a><a href=#>首页</a> <a href=#>概况</a></div>",
    "menu in a cell": "<table><tr><td><a href=/>首页</a><br><a href=/a>概况</a></td><td></td></tr></table>",
    "nav": "<nav>首页 概况</nav>",
    "path": "<p>您现在的位置：<a href=/>首页</a> &gt; 概况</p>",
    "path without a word": "<p>首页 &gt; 概况 &gt; 正文</p>",
    "list of news": "<h3>相关新闻</h3><ul>"
    + "".join(f"<li><a href=/{i}>镇上召开第{i}次数字化推进会</a><span>2031-02-0{i}</span></li>" for i in (1, 2, 3))
    + "</ul>",
    "tools": "<div>【字体：<a href=#>大</a> <a href=#>中</a> 小】 【打印】 [关闭窗口]</div><div>浏览次数：31 次</div>",
    "neighbours": "<p>上一篇：<a href=/1>通知</a></p><p>下一篇：没有了</p><div>扫一扫，用手机看本页</div>",
    "share": "<div class='share-bar'>分享<b>微信</b></div><p>分享到：</p>",
    "foot": "<div><p>主办：镇政府</p><p>地址：湖滨路1号</p><p>湖ICP备10000001号</p></div>",
    "foot by name": "<div id=pageFooter>主办：镇政府。电话见上。</div>",
    "hidden": "<div style='DISPLAY:none'>采集用</div><p hidden>草稿</p>",
    "not text": "<button>提交</button><select><option>选</option></select><svg><text>图</text></svg><style>网</style>",
}


@pytest.mark.parametrize("frame", FRAME.values(), ids=FRAME)
@pytest.mark.parametrize("page", ["{0}{1}", "{1}{0}", "<div><article>{1}</article>{0}</div>"])
def test_what_is_left_out(frame, page):
    """The frame goes wherever it stands, and how much it was is said if it was more than a little."""
    text, notes = pages.read(page.format(frame, BODY))
    assert text.split("\n") == SENTENCES
    assert all(
        re.fullmatch(r"left out as the frame of the page: \d+% of its Chinese characters", note) for note in notes
    )


def test_share_left_out_is_true():
    """Characters that are not in the text, hidden ones among them, in a hundred of the page's."""
    assert pages.read("<nav>首页</nav><p hidden>隐</p><p>路灯通网了。又</p>")[1] == [
        "left out as the frame of the page: 33% of its Chinese characters"
    ]


def test_tools_beside_what_tells_something():
    """Of a line of particulars and tools the particulars stay; a sentence that speaks of such things is whole."""
    line = "网站须有公网安备号和网站标识码，版权所有者不变。"
    tools = "<p>发布：2031-02-03 来源：镇政府 浏览量：9 字号：大 中 小 打印</p>"
    page = f"{tools}<p>关闭小煤矿</p><p>{line}</p>{BODY}"
    assert lines(page) == ["发布：2031-02-03 来源：镇政府", "关闭小煤矿", line]


def test_page_shown_by_a_script():
    """A page that is hidden until a script shows it is read."""
    assert lines(f"<div style='display:none'>{BODY}</div>") == []
    assert pages.read(f"<div style='display:none'>{BODY}</div>")[1] == []


TABLES = {
    "merged cells": (
        "<tr><th rowspan=2>类<th colspan=2>年</tr><tr><td>2030<td>2031</tr><tr><td>灯<td>5<td></tr>",
        ["类 | 年", "2030 | 2031", "灯 | 5"],
    ),
    "paragraphs in a cell": ("<tr><td>网<td><p>1.铺网。<p>2.建台。<p>3.通户。", ["网 | 1.铺网。 2.建台。 3.通户。"]),
    "links in cells": ("<tr><th>项目<td><a href=/a>光网</a><td><a href=/b>数据局</a>", ["项目 | 光网 | 数据局"]),
    "caption": (
        "<caption>表1</caption><thead><tr><td>年<td>灯<tbody><tr><td>2030<td>5",
        ["表1", "年 | 灯", "2030 | 5"],
    ),
    "table in a cell": (
        "<tr><th>网<td>光网<table><tr><td>甲<td>1<tr><td>乙<td>2</table><tr><th>台<td>云",
        ["网 | 光网", "甲 | 1", "乙 | 2", "台 | 云"],
    ),
    "layout": (
        "<tr><td><a href=/>首页</a> <a href=/a>概况</a><td>左栏<td><p>一、网络<p>铺网。<p>二、平台<p>建台。"
        "<table border=1><tr><td>年<td>灯</table>",
        ["左栏", "一、网络", "铺网。", "二、平台", "建台。", "年 | 灯"],
    ),
    "layout with a header within": (
        "<tr><td><a href=/>首页</a></td><td><a href=/a>概况</a></td></tr><tr><td>左"
        "<table><tr><th>年<th>灯<tr><td>2030<td>5</table></td></tr>",
        ["左", "年 | 灯", "2030 | 5"],
    ),
    "between rows and cells": (
        "<tr><td>甲</td><td>乙</td></tr><p>说明</p><tr><form>表</form><td>丙</td><td>丁</td></tr>",
        ["甲 | 乙", "说明", "表", "丙 | 丁"],
    ),
    "rows in a cell": ("<tr><td>甲<div><tr><td>乙</td><td>丙</td></tr></div></td></tr>", ["甲", "乙", "丙"]),
    "cells without a row": ("<td>甲<td>乙", ["甲 | 乙"]),
    "tables side by side": (
        "<tr><th><table><tr><td>甲<td>1</table><th><table><tr><td>乙<td>2</table>",
        ["甲 | 1", "乙 | 2"],
    ),
    "a row a paragraph": ("<tr><td>&nbsp;<td>铺网。<tr><td>&nbsp;<td>建台。", ["铺网。", "建台。"]),
}


@pytest.mark.parametrize(("rows", "text"), TABLES.values(), ids=TABLES)
def test_tables(rows, text):
    """A row is a line and stays together, a merged cell stands once; a table that lays a page out is none."""
    assert lines(f"<table>{rows}</table>{BODY}") == text


@pytest.mark.parametrize(
    ("page", "complaint"),
    [
        ("<html></html>", ": has no main text that could be found; copy it from the browser"),
        ("<!-- 城 -->", ": has no main text that could be found; copy it from the browser"),
        ("<div id=app></div><script>var 城 = 1</script>", ": has no text, a script would fetch it; copy it from"),
        ("<iframe src=a.htm></iframe>", ": has its text in another page (a frame); open that by itself and save it"),
        ("<b>" * 3000 + "城", ": is nested too deep for a web page; copy its text from the browser"),
    ],
)
def test_pages_without_text(page, complaint):
    """A page that has no text of its own is refused, and where it is sought is said."""
    with pytest.raises(ReadError, match=f"^{re.escape(complaint)}"):
        pages.read(page)


def test_contents_are_left_out():
    """Lines with page numbers below 目录, and with dots before them, are no headings; others stay."""
    contents = "目　录\n一、网络……………… 1\n二、平台 12\n附录 iv\n"
    assert pages.without_contents(f"{contents}一、网络\n铺网 12") == ("一、网络\n铺网 12", 4)
    assert pages.without_contents("一、网络....1\n二、平台....2\n三、保障....3\n尾") == ("尾", 3)
    assert pages.without_contents(kept := "目录\n铺网 12\n尾\n用时…… 3") == (kept, 0)
    assert pages.read(f"<p>目录</p><p>一、网络…… 1</p><p>二、平台…… 9</p>{BODY}")[1] == [f"{pages.CONTENTS_LEFT}: 3"]


MARKDOWN = {
    "front matter and headings": ("---\ntitle: 不要\n---\n# 一、光网 #\n\n二、平台\n===\n", ["一、光网", "二、平台"]),
    "lines of a paragraph": (
        "用三年\n时间接到\nsmart\ngrid 上  \n换行\\\n又一行",
        ["用三年时间接到smart grid 上", "换行", "又一行"],
    ),
    "marks": ("湖边**小城**的[路灯](http://a.cn)`码`~~旧~~ <b>好</b>&nbsp;<!-- 不要 -->", ["湖边小城的路灯码旧 好"]),
    "marks next to Chinese marks": (
        "**要点。**文，*强调，*又，_斜体。_尾，**“数”**治理",
        ["要点。文，强调，又，斜体。尾，“数”治理"],
    ),
    "no marks": ("2*3*4，文件_名称_2031", ["2*3*4，文件_名称_2031"]),
    "items": ("3. 第三\n4. 第四\n   - 甲\n\n     乙\n1) 丙", ["3. 第三", "4. 第四", "甲", "乙", "1) 丙"]),
    "tasks": ("- [x] 已办\n- [ ] 待办 [x]\n1. [X] 三", ["已办", "待办 [x]", "1. 三"]),
    "table": ("| 年 | 数 |\n|---|--:|\n| 一 | **二** |", ["年 | 数", "一 | 二"]),
    "table in HTML": ("<table>\n<tr><td>年</td><td>数</td></tr>\n</table>\n\n尾<br>行", ["年 | 数", "尾", "行"]),
    "indented": ("    一段。\n    二段。\n　　三段。\n\t四段。", ["一段。", "二段。", "三段。", "四段。"]),
    "code": ("```\n代码\n\n二行\n```", ["代码", "二行"]),
    "picture and quote": ("![图](a.png)\n\n> 引文\n> 又引", ["图", "引文又引"]),
}


@pytest.mark.parametrize(("text", "found"), MARKDOWN.values(), ids=MARKDOWN)
def test_markdown(text, found):
    """Marks go, text stays; rows, numbers and paragraphs come out as of a web page."""
    assert lines(text, read=pages.markdown) == found
    assert pages.markdown(text)[1] == ()


def test_markdown_footnotes():
    """Footnotes are left out, with a note, and leave no digit behind."""
    text = "建了3座。[^1]又建。[^甲]\n\n[^1]: 脚注\n    续行\n\n[^甲]: 又一条\n\n尾"
    assert pages.markdown(text) == ("建了3座。又建。\n尾", ("footnotes left out: 2",))
