"""Institutions are named bodies, longest names, and nothing else; the rules hold on any text."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cityanalysis import files, institutions, words

TEXTS = [
    # known bodies, and words that only look like them
    ("国务院同意工信部的方案", ["国务院", "工信部"]),
    ("由国家发展改革委、住房和城乡建设部批复", ["国家发展改革委", "住房和城乡建设部"]),
    ("党中央国务院决策部署", ["党中央", "国务院"]),
    ("与华为、腾讯和中兴通讯签约", ["华为", "腾讯", "中兴通讯"]),
    ("阿里巴巴与IBM的方案", ["阿里巴巴", "IBM"]),
    ("向北京东部延伸", []),
    ("中国移动、中国电信与中国联通", ["中国移动", "中国电信", "中国联通"]),
    ("移动、联通和电信都来了", ["移动", "联通", "电信"]),
    ("移动支付与电信服务", []),
    ("由新华社播发", ["新华社"]),
    ("联合国人居署的报告", ["联合国人居署"]),
    ("名单上有NB-IBMX", []),
    # levels of government and their organs
    ("市政府印发方案", ["市政府"]),
    ("省委、省政府和市委部署", ["省委", "省政府", "市委"]),
    ("省委省政府高度重视", ["省委", "省政府"]),
    ("在自治区党委、自治区人民政府领导下", ["自治区党委", "自治区人民政府"]),
    ("3月24日市人大常委会通过条例", ["市人大常委会"]),
    ("依法接受市人大及其常委会监督", ["市人大"]),
    ("省政府办公厅发文", ["省政府办公厅"]),
    ("宁波市政府的网站", ["宁波市政府"]),
    ("市中级人民法院判决", ["市中级人民法院"]),
    ("市委宣传部主办", ["市委宣传部"]),
    ("市委网信办牵头", ["市委网信办"]),
    ("新加坡政府的计划", ["新加坡政府"]),
    ("各级政府和各市政府", []),
    ("汉中、榆林等市政府", []),
    ("当地政府与城市政府", []),
    ("建设数字政府", []),
    ("宁波市数字政府方案", []),
    ("市委书记和市人大代表", []),
    ("与人大代表、政协委员座谈", []),
    # offices by their field
    ("市大数据局", ["市大数据局"]),
    ("宁波市大数据发展管理局挂牌", ["宁波市大数据发展管理局"]),
    ("2012年7月市经信委调研", ["市经信委"]),
    ("区发改委与市科技局", ["区发改委", "市科技局"]),
    ("省工信厅的报告", ["省工信厅"]),
    ("由市工业和信息化局负责", ["市工业和信息化局"]),
    ("行政审批服务局成立", ["行政审批服务局"]),
    ("国务院信息化工作办公室批复", ["国务院信息化工作办公室"]),
    ("大数据发展管理委员会", ["大数据发展管理委员会"]),
    ("我市大数据局", ["大数据局"]),
    ("全局布局和新格局", []),
    ("一网通办与跨省通办", []),
    ("政务服务办理时间", []),
    ("服务大厅和城市客厅", []),
    ("全部企业与西部地区", []),
    ("公安、交通、城管等部门", []),
    ("市县两级疾病预防控制局", []),
    # centres that are bodies, and plants that are none
    ("市大数据中心", ["市大数据中心"]),
    ("区城运中心接到工单", ["区城运中心"]),
    ("城运中心值守", ["城运中心"]),
    ("市政务服务中心", ["市政务服务中心"]),
    ("宁波市信息中心", ["宁波市信息中心"]),
    ("市应急指挥中心", ["市应急指挥中心"]),
    ("建设大数据中心和数据中心", []),
    ("国家超级计算无锡中心的机房", ["国家超级计算无锡中心"]),
    ("云计算中心动工", []),
    ("市中心的街道", []),
    # leading groups
    ("智慧城市建设领导小组办公室", ["智慧城市建设领导小组办公室"]),
    ("成立市智慧城市建设领导小组", ["市智慧城市建设领导小组"]),
    ("成立“数字宁波”领导小组", ["“数字宁波”领导小组"]),
    ("7月成立领导小组", []),
    # open names
    ("浙江大学与湖南大学", ["浙江大学", "湖南大学"]),
    ("大学生和大学城", []),
    ("宁波职业技术学院", ["宁波职业技术学院"]),
    ("一所大学和两家医院", []),
    ("市第一人民医院", ["市第一人民医院"]),
    ("由市第一人民医院试点", ["市第一人民医院"]),
    ("深化公立医院改革", []),
    ("浙江清华长三角研究院", ["浙江清华长三角研究院"]),
    ("中国软件行业协会", ["中国软件行业协会"]),
    ("宁波市物联网行业协会", ["宁波市物联网行业协会"]),
    ("行业协会和商会", []),
    ("杭州数据交易所揭牌", ["杭州数据交易所"]),
    ("与中国电信福建公司签约", ["中国电信福建公司"]),
    ("数字福州集团运营", ["数字福州集团"]),
    ("市数据集团", ["市数据集团"]),
    ("中兴（银川）智慧产业有限公司", ["中兴（银川）智慧产业有限公司"]),
    ("华为公司与苏宁集团", ["华为公司", "苏宁集团"]),
    ("）公司（宁波", []),
    ("电力公司和上市公司", []),
    ("三家电信运营商的公司", []),
    ("企业、运营商和各部门", []),
    ("宁波银行", ["宁波银行"]),
    ("银行业与商业银行", []),
    ("管委会研究办法", ["管委会"]),
    ("推行管委会+公司模式", []),
    # places, parks and platforms
    ("高新区、软件园和产业园", []),
    ("宁波市与海曙区", []),
    ("城市运行管理服务平台", []),
]


@pytest.fixture(scope="module")
def tagged(tokenizers):
    """Return a function that tags texts."""

    def tag(*texts):
        passages = pd.DataFrame({"passage_id": [f"a#{n}" for n in range(1, len(texts) + 1)], "text": texts}, dtype=str)
        return institutions.tag(passages, words.tokenize(passages, tokenizer=tokenizers("rjieba")))

    return tag


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_names(tagged, text, expected):
    """Named bodies are found whole; facilities, places, persons and kinds of bodies are not."""
    assert tagged(text)["text"].tolist() == expected


@pytest.mark.parametrize("texts", [(), ("",), ("没有机构。",)])
def test_nothing_to_find(tagged, texts):
    """Without passages, text or names the table is empty and has its columns, of their types."""
    found = tagged(*texts)
    assert len(found) == 0
    assert found.dtypes.astype(str).to_dict() == tagged("华为").dtypes.astype(str).to_dict()


def test_columns(tagged):
    """A row says where a name stands, passage by passage, in the order of the text."""
    assert tagged("百度和华为", "、腾讯").to_numpy().tolist() == [
        ["a#1", 0, 2, "institution", "百度"],
        ["a#1", 3, 5, "institution", "华为"],
        ["a#2", 1, 3, "institution", "腾讯"],
    ]


def test_every_known_name_is_found(tagged):
    """Each name of the lexicon is found, where nothing else stands."""
    names = files.table("data/lexicon/institutions.csv")["name"]
    assert tagged(*names)["text"].tolist() == names.tolist()


def test_records_named_as_sources(passages):
    """A name stands in the records that its row names, and these are of cities to develop on."""
    splits = files.table("data/splits.csv").query("collection == 'records' and role == 'develop'")
    texts = passages[passages["city"].isin(splits["city"])].groupby("doc_id")["text"].agg("\n".join)
    named = (
        files.table("data/lexicon/institutions.csv")
        .assign(record=lambda table: table["source"].str.split(";"))
        .explode("record")
    )
    named = named[named["record"] != "general"]
    assert [(row.name, row.record) for row in named.itertuples(index=False) if row.name not in texts[row.record]] == []


def test_words_play_one_role():
    """No word both begins an office's name and only goes on with one, and all are composed Unicode."""
    table = files.table("data/lexicon/institution_words.csv")
    offices = table[table["role"].isin(["field", "general"])]
    assert offices["word"].is_unique
    assert table["word"].map(files.is_nfc).all()


def test_tags_of_records(passages, tokens):
    """Names in the records are stretches of their passages in order, and none overlaps another."""
    found = institutions.tag(passages, tokens)
    assert found.columns.tolist() == ["passage_id", "start", "end", "kind", "text"]
    assert set(found["kind"]) == {"institution"}
    texts = passages.set_index("passage_id")["text"]
    assert [texts[row.passage_id][row.start : row.end] for row in found.itertuples()] == found["text"].tolist()
    following = found["passage_id"].eq(found["passage_id"].shift())
    assert (found["start"] >= found["end"].shift())[following].all()
    assert found["passage_id"].drop_duplicates().tolist() == [
        passage for passage in passages["passage_id"] if passage in set(found["passage_id"])
    ]


PIECES = st.sampled_from(
    (
        *("省市区县局厅委办部和与、，。（）()由第一的 \n𠮷"),
        *(
            "管委会",
            "政府",
            "公司",
            "领导小组",
            "大学",
            "医院",
            "中心",
            "研究院",
            "宁波",
            "华为",
            "IBM",
            "移动",
            "联通",
        ),
        *("大数据", "管理", "服务", "建设", "信息化", "数字", "国家", "中国", "人民"),
    )
)


@settings(max_examples=150)
@given(st.lists(PIECES | st.text(max_size=3), max_size=25).map("".join))
def test_any_text(tagged, text):
    """Whatever the text, names are stretches of it, in order and apart."""
    found = tagged(text)
    assert [text[start:end] for start, end in zip(found["start"], found["end"], strict=True)] == found["text"].tolist()
    assert (found["start"].iloc[1:].to_numpy() >= found["end"].iloc[:-1].to_numpy()).all()
    assert (found["start"] < found["end"]).all()


POS = st.sampled_from(["n", "x", "ns", "nt", "v"])


@settings(max_examples=100)
@given(st.lists(PIECES, max_size=15), st.lists(st.tuples(st.integers(1, 4), POS), max_size=20))
def test_any_tokens(pieces, cuts):
    """Whatever the tokens, and where there are none, nothing is raised."""
    text, tokens, start = "".join(pieces), [], 0
    for size, pos in cuts:
        end = min(len(text), start + size)
        if end > start:
            tokens.append(("a#1", start, end, text[start:end], pos))
        start = end
    columns = ["passage_id", "start", "end", "word", "pos"]
    passages = pd.DataFrame({"passage_id": ["a#1"], "text": [text]})
    found = institutions.tag(passages, pd.DataFrame(tokens, columns=columns))
    assert found["text"].map(text.__contains__).all()


@pytest.mark.parametrize("unit", ["大数据", "宁波市", "华为公司", "网信办", "市委", "省委省政府", "大数据管理局"])
def test_names_are_bounded(tagged, unit):
    """In a long run of what names are made of, each head looks back over a bounded stretch."""
    lengths = tagged(unit * 2000 + "，市财政局")["text"].str.len()
    assert 2 <= lengths.max() <= 2 * institutions.LONGEST
