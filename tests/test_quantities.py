"""Figures are found as docs/marking.md has it, in clean and damaged text; no text breaks or delays the search."""

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cityanalysis import files, quantities

# A text of our own, and each figure in it: its text without spaces, number, unit, bound, direction; - for empty.
FORMS = [
    ("光纤到户达185万户", "185万户 1850000 户 - -"),
    ("投资近300亿元", "300亿元 30000000000 元 about -"),
    ("花费不到20亿元", "20亿元 2000000000 元 under -"),
    ("产值5929.91亿元", "5929.91亿元 592991000000 元 - -"),
    ("比例为94.91%", "94.91% 94.91 % - -"),
    ("速率41.95Mbit/s", "41.95Mbit/s 41.95 Mbit/s - -"),
    ("布点6339个", "6339个 6339 个 - -"),
    ("约三分之一的人", "三分之一 0.3333 1 about -"),
    ("由54.5%降至48.3%", "54.5% 54.5 % - -", "48.3% 48.3 % - fall"),
    ("采用“1+17”平台", "1+17 18 - - -"),
    ("换车3000多辆", "3000多辆 3000 辆 over -"),
    ("位列第12名", "第12名 12 第…名 - -"),
    ("长100公里以上", "100公里 100 公里 over -"),
    ("排名第五。", "第五 5 第…名 - -"),
    ("居全国第二，", "第二 2 第…名 - -"),
    ("进入全球前十名", "前十名 10 第…名 under -"),
    ("列全省第3位", "第3位 3 第…名 - -"),
    ("位居全市前三，", "前三 3 第…名 under -"),
    ("进入前30%", "30% 30 % - -"),
    ("１２个，占５０％", "１２个 12 个 - -", "５０％ 50 % - -"),
    ("面积３．５平方公里", "３．５平方公里 3.5 平方公里 - -"),
    ("新设3 000家店", "3000家 3000 家 - -"),
    ("共1,234个点", "1,234个 1234 个 - -"),
    ("共5，300家店", "5，300家 5300 家 - -"),
    ("共1,23家店", "23家 23 家 - -"),
    ("共 185 万户", "185万户 1850000 户 - -"),
    ("二百三十万人", "二百三十万人 2300000 人 - -"),
    ("一百二十三万五千户", "一百二十三万五千户 1235000 户 - -"),
    ("事项一千多项", "一千多项 1000 项 over -"),
    ("职工两千多万人", "两千多万人 20000000 人 over -"),
    ("党员两万余名", "两万余名 20000 名 over -"),
    ("3千余家店", "3千余家 3000 家 over -"),
    ("规模1.2万亿元", "1.2万亿元 1200000000000 元 - -"),
    ("一亿多元开支", "一亿多元 100000000 元 over -"),
    ("3亿5000万元", "3亿5000万元 350000000 元 - -"),
    ("1.5个亿", "1.5个亿 150000000 - - -"),
    ("峰值十亿亿次", "十亿亿次 100000000000000000 次 - -"),
    ("每秒181.9千万亿次", "181.9千万亿次 181900000000000000 次 - -"),
    ("装机662.1万千瓦", "662.1万千瓦 6621000 千瓦 - -"),
    ("深3千米", "3千米 3 千米 - -"),
    ("百分之五的人", "百分之五 5 % - -"),
    ("千分之三", "千分之三 3 ‰ - -"),
    ("百分之五十点五", "百分之五十点五 50.5 % - -"),
    ("死亡率1.5‰", "1.5‰ 1.5 ‰ - -"),
    ("提高5个百分点", "5个百分点 5 百分点 - rise"),
    ("平均4.24个工作日", "4.24个工作日 4.24 工作日 - -"),
    ("用了3个月", "3个月 3 个月 - -"),
    ("占三成以上", "三成 0.3 1 over -"),
    ("只占一成", "一成 0.1 1 - -"),
    ("覆盖2/3以上", "2/3 0.6667 1 over -"),
    ("翻两番", "两番 2 番 - -"),
    ("增长2.5倍", "2.5倍 2.5 倍 - rise"),
    ("扶持3—5家", "3 3 家 - -", "5家 5 家 - -"),
    ("占20%至30%", "20% 20 % - -", "30% 30 % - -"),
    ("用3到5年", "3 3 年 - -", "5年 5 年 - -"),
    ("用三到五年", "三 3 年 - -", "五年 5 年 - -"),
    ("投20—30亿元", "20 2000000000 元 - -", "30亿元 3000000000 元 - -"),
    ("投5000—1万元", "5000 5000 元 - -", "1万元 10000 元 - -"),
    ("约3至5家", "3 3 家 about -", "5家 5 家 - -"),
    ("0-6岁儿童", "0 0 岁 - -", "6岁 6 岁 - -"),
    ("两三个园区", "两 2 个 - -", "三个 3 个 - -"),
    ("高出45.9、20.7个百分点", "45.9 45.9 百分点 - -", "20.7个百分点 20.7 百分点 - -"),
    ("减少52.9%59.8%", "52.9% 52.9 % - fall", "59.8% 59.8 % - fall"),
    ("分别增长4.1%、7%和5%", "4.1% 4.1 % - rise", "7% 7 % - rise", "5% 5 % - rise"),
    ("售价2万元/平方米", "2万元/平方米 20000 元/平方米 - -"),
    ("客流5万人次/日", "5万人次/日 50000 人次/日 - -"),
    ("浓度36微克/立方米", "36微克/立方米 36 微克/立方米 - -"),
    ("贷款50万美元", "50万美元 500000 美元 - -"),
    ("上百家企业", "百家 100 家 over -"),
    ("近万户居民", "万户 10000 户 about -"),
    ("百余项", "百余项 100 项 over -"),
    ("十余家", "十余家 10 家 over -"),
    ("超百亿元", "百亿元 10000000000 元 over -"),
    ("招千名人才", "千名 1000 名 - -"),
    ("办会千场以上", "千场 1000 场 over -"),
    ("二十来天里", "二十来天 20 天 about -"),
    ("两小时内办结", "两小时 2 小时 under -"),
    ("3年内建成", "3年 3 年 under -"),
    ("30日内答复", "30日 30 日 under -"),
    ("24小时内办结", "24小时 24 小时 under -"),
    ("失业率5.5%以内", "5.5% 5.5 % under -"),
    ("不少于40个", "40个 40 个 over -"),
    ("不超过10天", "10天 10 天 under -"),
    ("增长20.1%左右", "20.1% 20.1 % about rise"),
    ("增至5万个", "5万个 50000 个 - rise"),
    ("由20天缩短到5天", "20天 20 天 - -", "5天 5 天 - fall"),
    ("由2010年的27家升到2012年底的73家", "27家 27 家 - -", "73家 73 家 - rise"),
    ("新增就业约5.6万人", "5.6万人 56000 人 about rise"),
    ("补助提高到每人每月800元", "800元 800 元 - rise"),
    ("物价涨幅控制在3%左右", "3% 3 % about rise"),
    ("压减审批材料60%", "60% 60 % - fall"),
    ("增加值3000亿元", "3000亿元 300000000000 元 - -"),
    ("以年均20%的速度增长", "20% 20 % - rise"),
    ("节约300万元", "300万元 3000000 元 - -"),
    ("35个街镇", "35个 35 个 - -"),
    ("连接120城市", "120 120 - - -"),
    ("指数达45，", "45 45 - - -"),
    ("日活55万以上", "55万 550000 - over -"),
    ("带宽由220G提到334G", "220G 220 G - -", "334G 334 G - rise"),
    ("算力300P", "300P 300 P - -"),
    ("算力126EFlops", "126EFlops 126 EFlops - -"),
    ("GDP占3.50%", "3.50% 3.5 % - -"),
    ("历时10年", "10年 10 年 - -"),
    ("成立25周年", "25周年 25 周年 - -"),
]

# Parted by spaces.
NONE = (
    "2018年 2018年底 12月 2016—2019 2016—2019年 2016年9月8日 22日至24日 1—11月 “十二五” 2012.12 2019-11-05 "
    "201911月 二〇一八年 98年 近三年 过去五年 三年来 两年多来 前11个月 前三季度 年均 20世纪90年代 第一批 "
    "二次创业 八项规定 五次全体会议 "
    "第3届 第二产业 第一阶段 一是 一个 一批 一系列 一半 首个 5G 4K 5G基站 IPv6 PM2.5浓度 T3以上 3935战役 "
    "12345热线 提升12345政务服务 “135”架构 一网通办 两化融合 三大运营商 八大系统 6大工程 “四个自信” “30条” "
    "7×24小时 24小时服务 2.0版 V3 V3.0 《若干政策33条》 1号文 〔2018〕5号 数百家 几十家 十几个 若干 千万级 "
    "300亿级 千兆 百亿电子城 千亿元园区 1+N 1+4+X 1:500 2.28∶1 8:30 22@项目 （5） 1.坚持 四川 三亚 "
    "千家万户 九成为"
)


ALPHABET = (
    "0123456789０９.,，+-—~至到/%％‰ \u3000\n:年月日第前个家户元亿万千百十两二三一〇余多近约超增长降不到以上内"
    "成倍分之《》“”（）GMPkWN名位\0"
)


def rows(text):
    """Return what is found in a text, a line a figure."""
    return [
        " ".join([text[q.start : q.end].replace(" ", ""), *(value or "-" for value in q[2:])])
        for q in quantities.find(text)
    ]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form[0])
def test_form(form):
    """Each form is found with its number, unit, bound and direction, and nothing else is."""
    text, *expected = form
    assert rows(text) == expected


@pytest.mark.parametrize("text", NONE.split())
def test_no_quantity(text):
    """Times, ordinals and names are no figures."""
    assert rows(text) == []


@given(st.one_of(st.text(ALPHABET), st.text()))
def test_any_text_is_parsed(text):
    """No text makes it raise; figures stand in the text in order without overlap, and their values can be read."""
    end = 0
    for found in quantities.find(text):
        assert end <= found.start < found.end <= len(text)
        assert f"{Decimal(found.number):f}" == found.number
        assert found.bound in ("", "about", "over", "under")
        assert found.direction in ("", "rise", "fall")
        end = found.end


@given(st.integers(0, 10**12), st.integers(0, 9999))
def test_decimals_are_exact(whole, part):
    """A decimal comes out as it stands, without zeros at its end, and times 万 exactly."""
    (plain,), (many,) = (quantities.find(f"共{whole}.{part:04}{unit}") for unit in ("户", "万户"))
    assert Decimal(plain.number) == Decimal(f"{whole}.{part:04}")
    assert Decimal(many.number) == whole * 10**4 + part
    assert not plain.number.endswith(".") and ("." not in plain.number or not plain.number.endswith("0"))


REPEATED = [
    "1",
    "一",
    " ",
    "1+",
    "1 + ",
    "1,234",
    "1 234 ",
    "《",
    "“",
    "十万",
    "1—",
    "A+",
    "增长",
    "1:",
    "百分之",
    "3至",
]


@pytest.mark.parametrize("tail", ["", "X", "个"])
@pytest.mark.parametrize("piece", REPEATED)
def test_long_repetitions_end(piece, tail):
    """No piece, repeated, makes a pattern go back and forth; each would take hours if it did."""
    assert isinstance(quantities.find(piece * (20_000 // len(piece)) + tail), list)


@pytest.fixture
def passages():
    """Return two passages."""
    return pd.DataFrame({"passage_id": ["a#1", "a#2"], "text": ["用3年建成近300个站", "到100家，没有别的"]})


def test_tags_are_the_text(passages):
    """A tag's text is what stands at its place; columns and kind are as the table of tags has them."""
    tagged = quantities.tag(passages)
    texts = passages.set_index("passage_id")["text"]
    assert tuple(tagged.columns) == quantities.COLUMNS
    assert set(tagged["kind"]) == {"quantity"}
    assert [texts[row.passage_id][row.start : row.end] for row in tagged.itertuples()] == tagged["text"].tolist()
    assert tagged["text"].tolist() == ["3年", "300个", "100家"]


def test_times_come_first(passages):
    """A figure that overlaps a time of the same passage is none; one that only touches it, or elsewhere, is kept."""
    times = pd.DataFrame({"passage_id": ["a#1", "a#2"], "start": [2, 5], "end": [5, 9]})
    assert quantities.tag(passages, times)["text"].tolist() == ["300个", "100家"]


def test_no_figures_give_an_empty_table():
    """Without passages or figures the table has its columns, and numbers where it counts."""
    tagged = quantities.tag(pd.DataFrame({"passage_id": ["a#1"], "text": ["没有数字"]}))
    assert tuple(tagged.columns) == quantities.COLUMNS
    assert (len(tagged), tagged["start"].dtype.kind, tagged["end"].dtype.kind) == (0, "i", "i")


UNITS = [unit for unit in files.table("data/lexicon/units.csv")["unit"] if unit not in ("成", "路")]


@pytest.mark.parametrize("unit", UNITS)
def test_every_unit_is_read(unit):
    """Each unit of the list is found whole after digits, so that no shorter one takes its place."""
    assert rows(f"共17{unit}内") == [f"17{unit} 17 {unit} under -"]


def test_blanked_text_keeps_its_length():
    """What is blanked out leaves every other character at its place."""
    text = "《某某规划（2016—2020年）》定于２０１８年建５个"
    assert len(quantities._plain_mark(text)) == len(text)
    assert quantities._plain_mark(text)[-3:] == "建5个"
