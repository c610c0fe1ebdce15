"""Times are found, resolved by the rules that the docstring of ``dates`` states, and left open where these end."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityanalysis import times

PRECISIONS = ("day", "ten days", "month", "quarter", "half-year", "year", "five-year plan", "decade")

# Expression, the interval that is named, precision. Resolved by itself.
ABSOLUTE = [
    ("2018年", "2018-01-01", "2018-12-31", "year"),
    ("2018年度", "2018-01-01", "2018-12-31", "year"),
    ("2016年9月", "2016-09-01", "2016-09-30", "month"),
    ("2016年2月", "2016-02-01", "2016-02-29", "month"),
    ("2018年12月份", "2018-12-01", "2018-12-31", "month"),
    ("2011年9月8日", "2011-09-08", "2011-09-08", "day"),
    ("2011年9月8号", "2011-09-08", "2011-09-08", "day"),
    ("2018 年 12 月", "2018-12-01", "2018-12-31", "month"),
    ("２０１８年９月８日", "2018-09-08", "2018-09-08", "day"),
    ("二〇二〇年", "2020-01-01", "2020-12-31", "year"),
    ("二○二○年十二月三十一日", "2020-12-31", "2020-12-31", "day"),
    ("一九九八年", "1998-01-01", "1998-12-31", "year"),
    ("08年", "2008-01-01", "2008-12-31", "year"),
    ("201911月", "2019-11-01", "2019-11-30", "month"),
    ("20197月", "2019-07-01", "2019-07-31", "month"),
    ("20181212日", "2018-12-12", "2018-12-12", "day"),
    ("2012.12.5", "2012-12-05", "2012-12-05", "day"),
    ("2012/12/05", "2012-12-05", "2012-12-05", "day"),
    ("2019-11-05", "2019-11-05", "2019-11-05", "day"),
    ("2012.12", "2012-12-01", "2012-12-31", "month"),
    ("2011-2013年", "2011-01-01", "2013-12-31", "year"),
    ("2016—2019年", "2016-01-01", "2019-12-31", "year"),
    ("2016——2020年", "2016-01-01", "2020-12-31", "year"),
    ("2016至2020年", "2016-01-01", "2020-12-31", "year"),
    ("2016年至2019年", "2016-01-01", "2019-12-31", "year"),
    ("二〇一一至二〇一三年", "2011-01-01", "2013-12-31", "year"),
    ("2023年1月至11月", "2023-01-01", "2023-11-30", "month"),
    ("2018年9月至2019年3月", "2018-09-01", "2019-03-31", "month"),
    ("2018年9月6日至8日", "2018-09-06", "2018-09-08", "day"),
    ("2018年9月6—8日", "2018-09-06", "2018-09-08", "day"),
    ("2019年底至2020年6月", "2019-12-01", "2020-06-30", "month"),
    ("2018年初", "2018-01-01", "2018-01-31", "month"),
    ("2018年年中", "2018-06-01", "2018-06-30", "month"),
    ("2018年底", "2018-12-01", "2018-12-31", "month"),
    ("2018年末", "2018-12-01", "2018-12-31", "month"),
    ("2018年上半年", "2018-01-01", "2018-06-30", "half-year"),
    ("2018年的下半年", "2018-07-01", "2018-12-31", "half-year"),
    ("2018年第三季度", "2018-07-01", "2018-09-30", "quarter"),
    ("2018年一季度", "2018-01-01", "2018-03-31", "quarter"),
    ("2018年前三季度", "2018-01-01", "2018-09-30", "quarter"),
    ("2009年春", "2009-03-01", "2009-05-31", "quarter"),
    ("2009年冬", "2009-12-01", "2010-02-28", "quarter"),
    ("2016年9月上旬", "2016-09-01", "2016-09-10", "ten days"),
    ("2016年9月中旬", "2016-09-11", "2016-09-20", "ten days"),
    ("2016年9月底", "2016-09-21", "2016-09-30", "ten days"),
    ("“十二五”", "2011-01-01", "2015-12-31", "five-year plan"),
    ("十二五", "2011-01-01", "2015-12-31", "five-year plan"),
    ("“九五”", "1996-01-01", "2000-12-31", "five-year plan"),
    ("“十五”", "2001-01-01", "2005-12-31", "five-year plan"),
    ("“十三五”末", "2020-01-01", "2020-12-31", "year"),
    ("“十三五”初", "2016-01-01", "2016-12-31", "year"),
    ("20世纪90年代", "1990-01-01", "1999-12-31", "decade"),
    ("上世纪八十年代", "1980-01-01", "1989-12-31", "decade"),
    ("90年代初", "1990-01-01", "1993-12-31", "decade"),
    ("90年代中期", "1994-01-01", "1996-12-31", "decade"),
    ("21世纪20年代", "2020-01-01", "2029-12-31", "decade"),
    ("党的十八大", "2012-11-08", "2012-11-14", "day"),
    ("党的十八届三中全会", "2013-11-09", "2013-11-12", "day"),
]
# Counted from 18 September 2020.
FROM_DOCUMENT = [
    ("去年", "2019-01-01", "2019-12-31"),
    ("今年", "2020-01-01", "2020-12-31"),
    ("前年", "2018-01-01", "2018-12-31"),
    ("明年初", "2021-01-01", "2021-01-31"),
    ("今年9月", "2020-09-01", "2020-09-30"),
    ("去年底", "2019-12-01", "2019-12-31"),
    ("今年前三季度", "2020-01-01", "2020-09-30"),
    ("近三年", "2018-01-01", "2020-12-31"),
    ("最近三年", "2018-01-01", "2020-12-31"),
    ("三年来", "2018-01-01", "2020-12-31"),
    ("两年多来", "2018-01-01", "2020-12-31"),
    ("过去五年", "2015-01-01", "2019-12-31"),
    ("过去的一年", "2019-01-01", "2019-12-31"),
    ("未来五年", "2020-01-01", "2024-12-31"),
    ("9月份", "2020-09-01", "2020-09-30"),
    ("上半年", "2020-01-01", "2020-06-30"),
    ("年底", "2020-12-01", "2020-12-31"),
    ("年内", "2020-01-01", "2020-12-31"),
]
# What follows 2018年9月6日 in the same text.
FROM_TEXT = [
    ("同年", "2018-01-01", "2018-12-31"),
    ("当年底", "2018-12-01", "2018-12-31"),
    ("次年3月", "2019-03-01", "2019-03-31"),
    ("上年", "2017-01-01", "2017-12-31"),
    ("全年", "2018-01-01", "2018-12-31"),
    ("11月", "2018-11-01", "2018-11-30"),
    ("下半年", "2018-07-01", "2018-12-31"),
    ("年底", "2018-12-01", "2018-12-31"),
    ("同月", "2018-09-01", "2018-09-30"),
    ("当月17日", "2018-09-17", "2018-09-17"),
    ("月底", "2018-09-21", "2018-09-30"),
    ("次月", "2018-10-01", "2018-10-31"),
    ("8日", "2018-09-08", "2018-09-08"),
    ("次日", "2018-09-07", "2018-09-07"),
]
OPEN = [
    "近年来",
    "多年来",
    "前三年",
    "近十年",
    "21世纪初",
    "去年",
    "近三年",
    "9月",
    "年底",
    "同年",
    "2013年2月30日",
    "2020—2016年",
]
NONE = [
    "三年行动计划",
    "3年内",
    "每年",
    "青年和中年",
    "年龄",
    "5年",
    "十五个",
    "九五折",
    "六十大",
    "中国制造2025",
    "〔2018〕5号",
    "12345热线",
    "3个月",
    "提前两年",
    "今后",
    "当日办结",
    "“八五”普法",
    "三月三",
    "学前三年入园",
]


@pytest.mark.parametrize(("text", "first", "last", "precision"), ABSOLUTE, ids=[case[0] for case in ABSOLUTE])
def test_resolved_by_itself(text, first, last, precision):
    """Each form has its interval and precision, alone and within a sentence."""
    assert [time[:6] for time in times.find(text)] == [(0, len(text), first, last, precision, "own")]
    assert [time[2:5] for time in times.find(f"在，{text}，建成")] == [(first, last, precision)]


@pytest.mark.parametrize("around", ["截至{}", "到{}", "{}以来", "{}前后", "{}前", "自{}起", "力争到{}"])
@pytest.mark.parametrize("text", ["2020年7月27日", "2022年", "2025年底", "党的十八大"])
def test_interval_is_the_dates_own(text, around):
    """What stands round a date does not change its interval."""
    assert [time[2:5] for time in times.find(around.format(text))] == [times.find(text)[0][2:5]]


@pytest.mark.parametrize(("text", "first", "last"), FROM_DOCUMENT, ids=[case[0] for case in FROM_DOCUMENT])
def test_resolved_by_the_document(text, first, last):
    """What is counted from the document's date takes it from there."""
    assert [time[2:4] + time[5:6] for time in times.find(text, published="2020-09-18")] == [(first, last, "document")]


@pytest.mark.parametrize(("text", "first", "last"), FROM_TEXT, ids=[case[0] for case in FROM_TEXT])
def test_resolved_by_the_text_before(text, first, last):
    """What is counted from the last date named takes it from there, whatever the document's."""
    for published in ("", "2020-09-18"):
        found = times.find(f"2018年9月6日开工，{text}完成", published=published)
        assert [time[2:4] + time[5:6] for time in found[1:]] == [(first, last, "text")]


@pytest.mark.parametrize("text", OPEN)
def test_left_open(text):
    """What cannot be known without a date is tagged and left open."""
    assert [time[:6] for time in times.find(text)] == [(0, len(text), "", "", "", "")]


@pytest.mark.parametrize("text", NONE)
def test_no_time(text):
    """Durations, names, ordinals and words with 年 in them are no times."""
    assert times.find(text) == []


def test_parts_of_a_year_need_to_have_begun():
    """A month that lies ahead of the document, or may be either year's, is left open."""
    assert times.find("11月", published="2020-09-18")[0].date_from == ""
    assert times.find("上半年", published="2024")[0].date_from == ""


def test_january_looks_back():
    """In a document of January a part of a year is the last one's, told as lying ahead this one's."""
    assert [time.date_from for time in times.find("上半年开工，全年达标", published="2024-01")] == ["2023-01-01"] * 2
    assert times.find("力争6月底完成", published="2024-01")[0].date_from == "2024-06-21"
    assert times.find("年底前建成", published="2024-01")[0].date_from == "2024-12-01"
    assert times.find("全年达标", published="2024-09")[0].date_from == ""


@pytest.mark.parametrize(
    "text",
    ["到2020年建成，9月", "《2011—2013年计划》，9月", "“十二五”期间，9月", "2016—2019年，9月"],
    ids=["target", "title", "plan", "range"],
)
def test_no_anchor(text):
    """A target, a date in a title, a plan and a range of years tell no year to what follows."""
    assert times.find(text)[-1].date_from == ""


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("2018年12月发布了条例", "achieved"),
        ("截至2020年7月27日，累计开放数据集4000个", "achieved"),
        ("由2016年的15个增到2019年的40个", "achieved"),
        ("到2022年，5G基站达到3万个", "target"),
        ("力争2030年跻身前列", "target"),
        ("2025年底前建成", "target"),
        ("方案要求2020年覆盖率达到90%", "target"),
        ("条例定于2023年3月1日起施行", "planned"),
        ("园区计划于2019年9月动工", "planned"),
        ("《2011—2013年行动计划》", ""),
        ("比2018年增长一成", ""),
        ("由2018年的15个", ""),
        ("从2018年起施行", "achieved"),
        ("贯彻党的二十大精神", ""),
        ("2018年", ""),
    ],
)
def test_status(text, status):
    """What is told of the (last) time: done, aimed at, announced, or nothing."""
    assert times.find(text)[-1].status == status


def test_after_the_document_is_ahead():
    """A year behind the document's is no achievement, one before it no target."""
    assert times.find("2025年投产", published="2024")[0].status != "achieved"
    assert times.find("到2012年，全面覆盖", published="2014")[0].status == "achieved"


def test_tag_takes_a_date_for_each_document():
    """Passages of several documents are counted each from its own date."""
    passages = pd.DataFrame({"passage_id": ["a#1", "b#1"], "doc_id": ["a", "b"], "text": ["去年", "去年"]})
    tagged = times.tag(passages, published={"a": "2013", "b": ""})
    assert tagged["date_from"].tolist() == ["2012-01-01", ""]
    assert times.tag(passages.iloc[:0]).empty


def test_spans_leave_out_targets():
    """A passage's dates are those of its times that are no targets, else its heading's, else none."""
    texts = ["2014年建成，到2020年全覆盖", "没有日期", "没有日期", "没有日期"]
    sections = ["2013", "2015—2017年", "2020年以来", "2.3"]
    passages = pd.DataFrame({"passage_id": list("abcd"), "section": sections, "text": texts})
    found = times.spans(passages, times.tag(passages)).to_numpy().tolist()
    assert found[0] == ["2014-01-01", "2014-12-31"]
    assert found[1:] == [["2015-01-01", "2017-12-31"], ["2020-01-01", ""], ["", ""]]


def test_every_passage_of_the_records_is_dated(records):
    """Text or heading tells when; the first day is not behind the last."""
    assert records.spans["date_from"].ne("").all()
    closed = records.spans[records.spans["date_to"] != ""]
    assert (closed["date_from"] <= closed["date_to"]).all()


PIECES = st.sampled_from(
    [
        *"0123456789年月日号旬初底末中上下前后至到—-～.、，。《》“”第 〇一二三四五六七八九十两多余来近今去同次",
        "2018年",
        "十二五",
        "世纪",
        "年代",
    ]
)


@settings(max_examples=500, deadline=None)
@given(
    st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)),
    st.sampled_from(["", "2020", "2020-02", "2020-02-29"]),
)
def test_any_text(text, published):
    """No text makes the parser raise; times are in order and apart, and say how they are known."""
    end = 0
    for time in times.find(text, published=published):
        assert end <= time.start < time.end <= len(text)
        end = time.end
        assert time.date_from <= time.date_to
        known = bool(time.date_from)
        assert [bool(time.date_to), time.precision in PRECISIONS, time.anchor in times.ANCHORS] == [known] * 3
        assert time.status in ("", "achieved", "planned", "target")


@pytest.mark.parametrize("text", ["1", "一", "十", " ", "《", "年", "2018-", "2018年至", "近", "“十五"])
def test_long_repetitions_end(text):
    """No piece, repeated, makes the search go back and forth."""
    assert isinstance(times.find(text * 50_000), list)
