"""Two other views of a city's mix, beside its coded passages: its dated events by kind and its figures by name.

Both follow from a rule and were read by nobody. The rules were made on events and figures of ``develop`` cities.
"""

import functools
import re

from cityanalysis import lexicon, readers

# The codebook's mapping; kinds that do not stand here are governance.
EVENT_LABELS = {
    "infrastructure": "infrastructure",
    "platform": "infrastructure",
    "industry": "industry",
    "application": "application",
}
# What a platform is for, where no term of the lexicon says so.
PURPOSES = ("大脑", "驾驶舱", "热线", "大厅", "运行管理", "参与", "交易", "资金", "元宇宙")
BASES = ("BIM", "CIM", "信息库", "底座", "中枢", "统一连接")  # what other systems stand on, whatever else is named
# What a figure counts, the first that fits: what earns before what carries (5G产业规模), that before what is used.
MEASURES = (
    (
        "industry",
        *(
            "产业",
            "产值",
            "增加值",
            "经济(?!区)",
            "企业(?!开办)",
            "(?:营业|业务|业)收入",
            "营收",
            "从业",
            "交易额",
            "电子商务",
            "电商",
        ),
        *(
            "软件(?!开发预算)",
            "两化",
            "智能制造",
            "灯塔工厂",
            "智能化改造",
            "数字化转型",
            "高新技术",
            "众创",
            "产量",
            "签约",
            "出口额",
        ),
        *("投融资", "基金", "交易平台产品", "模型培育"),
    ),
    (
        "infrastructure",
        *(
            r"\dG(?!.*(?:应用|场景))",
            "基站",
            "光纤",
            "光缆",
            "宽带",
            "带宽",
            "Wi-?Fi",
            "WLAN",
            "无线",
            "机柜",
            "服务器",
            "数据中心",
        ),
        *(
            "IDC",
            "超算",
            "超级计算",
            "智算",
            "算力",
            "计算中心",
            "计算平台",
            "速率",
            "峰值",
            "持续速度",
            "政务云",
            "私有云",
            "上云",
            "政务外网",
        ),
        *(
            "感知",
            "物联网",
            "智联网",
            "基础设施",
            "新基建",
            "信息库",
            "管网",
            "管廊",
            "数字化道路",
            "测试道路",
            "测试场景",
            "视频(?!.*看)",
        ),
        *(
            "IPv6",
            "移动电话普及",
            "互联网用户",
            "有线电视",
            "数字电视",
            "数据中枢",
            "共享数据",
            "数据共享",
            "归集",
            "S-Net",
        ),
    ),
    (
        "application",
        *(
            "办理",
            "可办",
            "网办",
            "一网",
            "事项",
            "市民卡",
            "电子健康",
            "健康码",
            "医院",
            "看病",
            "学",
            "课程",
            "公交",
            "公共自行车",
            "泊位",
        ),
        *(
            "停车",
            "车辆",
            "车流",
            "路口",
            "乘客",
            "信号灯",
            "热线",
            "来电",
            "诉求",
            "12345",
            "注册",
            "服务人次",
            "应用场景",
            "人民币",
            "APP",
        ),
        *(
            "小程序",
            "信息屏",
            "监测",
            "监管",
            "摄像",
            "参与家庭",
            "满意率",
            "居家",
            "接诊",
            "镇街",
            "提案",
            "城市大脑",
            "数字界面",
            "审批",
        ),
    ),
    (
        "governance",
        *(
            "排名",
            "位次",
            "指数",
            "得分",
            "预算",
            "专项",
            "奖",
            "试点",
            "标准",
            "规划",
            "机构",
            "资助",
            "资金",
            "罚款",
            "开放",
        ),
    ),
)


@functools.cache
def _purpose():
    """Return the pattern of what a platform for one purpose is for."""
    domains = lexicon.domains()
    used = set(domains.loc[domains["label"] == "application", "domain"])
    terms = lexicon.load()
    words = {*terms.loc[terms["domain"].isin(used), "term"], *PURPOSES} - {"市政"}  # mostly a part of 市政府
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))


def event_label(kind, summary):
    """Return the codebook's label for an event.

    Parameters
    ----------
    kind : str
        As in ``data/events.csv``.
    summary : str
        What happened, in Chinese. A platform is infrastructure, but application where this names what it is for (a
        term of one of the lexicon's domains of application, or one of `PURPOSES`) and none of `BASES`.

    Returns
    -------
    str

    Examples
    --------
    >>> event_label("platform", "市民健康信息系统启用"), event_label("platform", "政务云计算中心投用")
    ('application', 'infrastructure')
    >>> event_label("evaluation", "入选试点")
    'governance'
    """
    if kind == "platform" and _purpose().search(summary) and not any(base in summary for base in BASES):
        return "application"
    return EVENT_LABELS.get(kind, "governance")


def measure_label(name):
    """Return the codebook's label for a figure, by the first of `MEASURES` that fits its Chinese name.

    What stands in brackets does not count.

    Examples
    --------
    >>> [measure_label(name) for name in ("5G产业规模", "5G基站（累计）", "政务服务网上可办率", "松岛人口")]
    ['industry', 'infrastructure', 'application', 'other']
    """
    bare = _bare(name)
    return next((label for label, *patterns in MEASURES if re.search("|".join(patterns), bare)), "other")


def _bare(name):
    """Return a name without what stands in brackets."""
    return re.sub(r"[（(][^）)]*[）)]", "", name)


def events(*, second=False):
    """Return the events with the codebook's labels.

    Parameters
    ----------
    second : bool
        Whether to give those that came with the second records, too.

    Returns
    -------
    pandas.DataFrame
        The columns of ``data/events.csv`` and ``primary, secondary, instrumented``, so that
        `cityanalysis.models.weigh` takes it; no event has a secondary label or a mark.

    Examples
    --------
    >>> events().loc[0, ["city", "kind", "primary"]].tolist()
    ['barcelona', 'plan', 'governance']
    """
    table = _first(readers.table("data/events.csv"), second)
    labels = [event_label(*row) for row in zip(table["kind"], table["summary_zh"], strict=True)]
    return table.assign(primary=labels, secondary="", instrumented=False)


def indicators(*, second=False):
    """Return what is measured, with the codebook's labels: each name once a city, however many years there are.

    Parameters
    ----------
    second : bool
        Whether to give those that came with the second records, too.

    Returns
    -------
    pandas.DataFrame
        Columns ``city, name_zh`` (without what stands in brackets)``, primary, secondary, instrumented``, as `events`.
    """
    table = _first(readers.table("data/indicators.csv"), second)
    table = table.assign(name_zh=table["name_zh"].map(_bare)).drop_duplicates(["city", "name_zh"], ignore_index=True)
    labels = table["name_zh"].map(measure_label)
    return table[["city", "name_zh"]].assign(primary=labels, secondary="", instrumented=False)


def _first(table, second):
    """Leave out what came with second records, unless it is asked for."""
    return (table if second else table[~table["writer"].str.startswith("second")]).reset_index(drop=True)
