"""Which named bodies a text speaks of: governments and their parts, parties, firms, universities, associations.

What counts stands in ``docs/marking.md``, section Institutions. A name is known, or ends in a head, and what stands
before the head says whether it is one and where it begins. There are five kinds of heads (`HEADS`):

- **organ**: what every government has, right behind a level or a place (市 | 政府, 萧山区 | 人民政府);
- **office**: behind words for a field of administration (人力资源 | 和 | 社会 | 保障 | 局) or, if a level, a place or a
  body comes first, behind any nouns (市 | 旧城 | 改造 | 办公室); an *inner* one always wants what it belongs to;
- **village**: behind the name of a street, a community or a village;
- **group**: 领导小组 and its like, behind all that says what they are for;
- **open**: behind nouns, as far back as the first that is a place, a proper name or a known body. Without one of these
  it is a kind of body (电力公司), and no name.

Firms are also told by what they make (`TRADES`), or by a list of firms. A name begins with the places and the body that
it belongs to (杭州市萧山区人民政府, 市委政研室). Of names that overlap, the longest is kept. Words for fields, and
words that look like names and are none, stand in ``data/lexicon/institution_words.csv``.
"""

import functools
import re
from bisect import bisect_right

import pandas as pd

from cityanalysis import files, words

COLUMNS = ("passage_id", "start", "end", "kind", "text")
LONGEST = 30  # characters before a head that are looked at

HEADS = {
    "organ": "党委 工委 党工委 直机关工委 直属机关工委 纪委 监委 纪委监委 团委 管委会 政府 人民政府 府办 人大"
    " 人大常委会 政协 议会 海关 公安局 公安分局 总工会 工商联 科协 妇联 残联 文联 侨联 社科联 台联 记协 作协 贸促会"
    " 供销社 供销合作社联合社 供销合作社 红十字会 慈善会 慈善总会 关工委 爱卫会 安委会 消委会 计生协 农科院 中院"
    " 高院 法院 人民法院 中级法院 高级法院 中级人民法院 高级人民法院 互联网法院 知识产权法院 金融法院 海事法院"
    " 检察院 人民检察院",
    "office": "局 委 办 厅 委员会 办公室",
    "inner": "中心 署 总局 分局 办公厅 常委会 党组 党校 宣传部 组织部 统战部 社会工作部 武装部 研究室 政研室 参事室"
    " 督查室 秘书处 办事处 代表处 处 司 总队 支队 大队 检查站 边检站 监测站 纪检监察组 纪检组 巡察组",
    "village": "街道办事处 街道办 居委会 村委会 居民委员会 村民委员会 派出所 司法所 税务所",
    "group": "领导小组 领导小组办公室 领导小组办 协调小组 推进小组 工作小组 专项小组 指挥部 指挥部办公室 工作专班",
    "open": "公司 集团 银行 分行 支行 交易所 交易中心 事务所 报社 日报社 通讯社 出版社 电视台 广播电视台 研究院"
    " 研究总院 设计院 设计总院 规划院 科学院 工程院 高研院 工研院 产研院 信通院 研究生院 研究所 设计所 计算所"
    " 研究中心 实验室 大学 学院 中学 小学 学校 幼儿园 医院 协会 学会 研究会 商会 促进会 联合会 联盟 基金会 合作社",
}
KINDS = {head: kind for kind, heads in HEADS.items() for head in heads.split()}
NUMERALS = "一二三四五六七八九十"  # 市一中: an open head as well

# Whom an office belongs to, beside places and bodies.
LEVELS = ("自治区", *"省市区县州盟旗镇乡")
COUNTY = re.compile(  # behind a city, however it is cut: 长沙市 | 望 | 城区
    r"(?!.*(?:新区|片区|园区|辖区|主城|中心))[^\W城郊各全市本该设立由在的和与及委][^\W各全市本该设立成组由在的和与及委府]{0,2}[区县市旗]"
)
STATE = ("国家", "中央", "全国", "中国")
ZONES = tuple(
    str.split("新区 片区 开发区 高新区 经开区 综保区 保税区 自贸区 试验区 示范区 合作区 度假区 经济区 园区 新城")
)
ZONAL = ("综合", "开发", "合作", "示范", "试验", "实验")
STREETS = ("社区", "街道", *"村镇乡")
PARTIES = tuple(str.split("中共 共青团 民革 民盟 民建 民进 农工党 致公党 九三学社 台盟"))
BESIDE = tuple("各等级县市区乡镇")  # 各市政府, 三级政府, 市县政府: kinds
GOVERNING = ("政府", "人民政府", "法院", "检察院", "府办")  # not of the whole state: 全国法治政府
WITHIN = ("处", "司")  # of a body only
# Single characters for fields, as in 文广新局, behind a level.
FIELDS = frozenset(
    "文广新影旅体教科卫健计工信经商粮农林草水牧渔畜住建规土资环城管监医保民宗人社数政网应投促口岸港航公路"
    "交运金统审编台侨外残"
)
# What makes somebody or something else of a name (市人大代表, 合作办学), and who has an office in a body (市委书记).
RUNS_ON = re.compile("(?<=人大)代表|(?<=委)员|(?<=办)[医学理事案件结好证会厂]")
OFFICERS = re.compile("(?<=委)(?:副?书记|常委(?!会)|秘书长)")
AFTER_FUNCTION = tuple("后由向经与和在对从为据")  # 后市 | 大数据局 is 后 | 市大数据局

# What a centre is for if it is a body, and with a level only; the others are plants and places to go to.
DUTIES = tuple(
    str.split(
        "管理 服务 事务 事业 保障 促进 发展 控制 监测 检测 检验 鉴定 交易 登记 经办 运行 救助 指导 推广 评审 指挥"
        " 调度 治理 疾控 城运 社保 医保 水文 测绘 应急 急救 融媒体 传媒 人才 仲裁 援助 核算 考试 保健 采购 结算"
        " 审批 支付 公积金 就业 应用 运营 网格"
    )
)
RAW = ("大数据", "信息", "资源", "计算")
ALONE = re.compile(  # with neither level nor place
    r"(?:城市运行(?:综合)?(?:管理|监测)?|城运|疾控|疾病预防控制|智慧\w{2}运行管理|社会治理(?:综合)?指挥)\Z"
)

GENERAL = ("工作", "专项", "专门", "重点", "联合")  # 专项工作领导小组 has no matter
# Before the matter of a leading group.
PUSHING = frozenset(str.split("推进 促进 全面 加快 深化 统筹 落实 推动 实施 预防 防范 处置 应对"))

LEGAL = re.compile(r"(?:[（(]集团[)）]|集团|控股|股份|有限|责任|[总分])+\Z")  # before 公司
NAMING = ("自治区", *"省市区县州")
# A country or the world names what represents or studies something, not a firm, a school or a hospital.
WIDE = ("中国", "中华", "国家", "国际", "全国", "世界")
WIDELY = tuple(str.split("会 研究院 研究所 研究中心 交易所 联盟 银行 集团公司 总公司 有限公司"))
STUDYING = ("实验室", "研究中心", "幼儿园")  # a level does not name one
THEMED = ("研究院", "实验室")
BRANDS = ("数字", "智慧", "云上")  # 数字福州集团
BUILT = ("建设", "创建", "创成", "创三")  # between two names, not in one

# What firms make, at the end of their short names: behind any name, or not behind a place.
MAKING = frozenset(
    str.split(
        "药业 制药 铜业 铝业 锂业 锌业 矿业 煤业 石化 化纤 股份 控股 重工 特钢 纸业 乳业 酒业 置业 光电 新材 重机 轻机"
    )
)
TRADES = MAKING.union(
    str.split(
        "科技 生物 医药 医疗 机械 精机 机电 电子 微电子 电气 电器 电力 光伏 半导体 通信 通讯 信息 数码 智能 汽车"
        " 轮胎 钢铁 稀土 能源 新能源 新材料 材料 化工 化学 焦化 水泥 建材 玻璃 陶瓷 纺织 服饰 家居 食品 粮油 牧业"
        " 农牧 农业 种业 物流 快递 航空 地产 资本 证券 传媒 影视 环保 水务 动力 电池 储能 氢能 精密 精工 仪器 智造"
        " 钛业 冶金 金属 碳素 橡胶 动漫 游戏 数科 实业"
    )
)
STAGES = ("一期", "二期", "三期", "四期")  # 恒逸三期
# Nouns that begin no name with what stands before them.
AFTER = (*STAGES, *str.split("项目 集团 公司 经理 董事长 总裁 负责人"))
CUES = TRADES.union(STAGES)
PARKS = tuple(str.split("产业园 工业园 科技园 园区 软件园 创新园 健康谷"))  # 伊利 | 健康谷 is no firm
LISTED = re.compile("等[^，。；：、给为向让把对]{0,10}?(?:企业|公司|央企|厂商|车企|药企|巨头|(?P<mixed>项目))")
# Known by their form.
FORMS = "中(?:铁|建|交)[一二三四五六七八九十]{1,3}[公航]?局|联合国[^，。、的和与]{2,8}(?:署|组织|基金会|委员会|大学)"
SECOND = re.compile("（[^（）]{2,8}(?:集团|中心|[局委办]|办公室)）")  # 市新闻中心（传媒集团）
LATIN = re.compile(r"(?<=[（(])[A-Z][A-Za-z]{1,7}(?=[)）])")  # a body's short form
OPERATORS = re.compile("移动|电信|联通")  # firms behind a place, or side by side
JOINED = ("、", "和", "与", "及")

# Parts of speech, as in jieba's dictionary, of words in an open name, and of own names.
NOUNS = frozenset(str.split("n nr nrt nrfg ns nt nz ng vn an j eng b s f"))
PROPER = ("nr", "nrt", "ns", "eng")
UNKNOWN = "x"
# Behind these a word is not all of a name: 新 | 明珠 | 二期.
COMMON = NOUNS.difference(PROPER, ["vn"]).union(["m", UNKNOWN])
# The tokenizer leaves function words and dates in unknown words; a name begins and ends with none of these.
LOOSE = frozenset(
    "由与和在为及从向对把让将被给等该各每全其这那某本我日年月号时后前再又先另有可能获新设建已也还经按以称是含作约"
    "一二三四五六七八九十两几多的了到共个好做强系投创"
)
UNBRANDED = (tuple("规并提守做引厚稳兴老抓跨"), tuple("基上市村户碳"))  # at either end of what is no brand
WORKS = tuple("线路延港河航湖区城站桥")  # at the end of roads and the like, which have stages as well
ASSORTED = tuple("型级性式类系态")  # at the end of what only tells a sort


def tag(passages, tokens):
    """Tag institutions.

    Parameters
    ----------
    passages : pandas.DataFrame
        With the columns ``passage_id`` and ``text``.
    tokens : pandas.DataFrame
        Their tokens, as `cityanalysis.words.tokenize` gives them.

    Returns
    -------
    pandas.DataFrame
        The columns ``passage_id, start, end, kind, text``, in the order of the passages and of the text; ``kind`` is
        ``institution``. No two overlap.

    Examples
    --------
    >>> passages = pd.DataFrame({"passage_id": ["a#1"], "text": ["宁波市大数据局与华为、浙江大学签约"]})
    >>> tag(passages, words.tokenize(passages))["text"].tolist()
    ['宁波市大数据局', '华为', '浙江大学']
    """
    rules, cuts, none = _rules(), _cuts(tokens), ((), (), (), ())
    rows = [
        (passage, start, end, "institution", text[start:end])
        for passage, text in zip(passages["passage_id"], passages["text"], strict=True)
        for start, end in _Finder(rules, text, cuts.get(passage, none)).find()
    ]
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    return found.astype({column: int if column in ("start", "end") else str for column in COLUMNS})


def _cuts(tokens):
    """Return each passage's tokens: starts, ends, words, parts of speech."""
    first = tokens["passage_id"].ne(tokens["passage_id"].shift()).to_numpy().nonzero()[0].tolist()
    passages = tokens["passage_id"].iloc[first].tolist()
    columns = [tokens[column].tolist() for column in ("start", "end", "word", "pos")]
    ends = [*first, len(tokens)][1:]
    return {passage: [c[i:j] for c in columns] for passage, i, j in zip(passages, first, ends, strict=True)}


def _either(names):
    """Return a pattern of names, the longest first; by first characters, which is tried far faster."""
    first = {}
    for name in sorted(set(names), key=lambda name: (-len(name), name)):
        first.setdefault(name[:1], []).append(re.escape(name[1:]))
    return "|".join(f"{re.escape(character)}(?:{'|'.join(rest)})" for character, rest in first.items())


class _Rules:
    """What names are told by: known ones, heads, places, and words in their roles."""

    def __init__(self):
        known = files.table("data/lexicon/institutions.csv")
        self.known = re.compile(f"{FORMS}|{_either(known['name'])}")
        first = "".join(sorted({*NUMERALS, *(head[0] for head in KINDS)}))  # looked at before all else, for speed
        self.head = re.compile(f"(?=[{first}])(?:{_either(KINDS)}|[{NUMERALS}]中(?!学))")
        self.pairs = frozenset(known["name"].str[:2]).union(["中铁", "中建", "中交"])
        first, second = ("".join(sorted({re.escape(pair[i]) for pair in self.pairs})) for i in (0, 1))
        self.pair = re.compile(f"[{first}](?=[{second}])")  # far faster than to try the names everywhere
        self.firms = frozenset(known.loc[known["kind"] == "company", "name"])
        provinces = set(words.cities()["province"])
        short = {re.sub("(?:省|市|(?:壮族|回族|维吾尔)?自治区)$", "", name) for name in provinces}
        self.places = provinces | short | set(words.city_names()["term"])
        self.located = re.compile(_either(self.places.union(WIDE)))
        roles = files.table("data/lexicon/institution_words.csv").groupby("role")["word"]
        roles = {role: frozenset(words) for role, words in roles}
        self.fields, self.matters = roles["field"], roles["field"] | roles["general"]
        self.sizes = sorted({len(word) for word in self.matters})
        self.kinds, self.verbs = roles["kind"], roles["verb"]  # a name reaches back to a kind at most
        self.no_names = roles["no-place"].union(self.kinds, WIDE)
        self.no_stems = roles["no-stem"]
        self.terms = frozenset(words.read_lexicon()["term"])


_rules = functools.cache(_Rules)


class _Finder:
    """Finds the institutions of one text."""

    def __init__(self, rules, text, cut):
        self.rules, self.text = rules, text
        self.starts, self.ends, self.words, self.pos = cut
        self.bodies = {}  # from the end of a name to its start

    def find(self):
        """Return the start and end of each name, in order, without overlap."""
        self._known()
        for head in self.rules.head.finditer(self.text):
            start = self._start(head)
            if start is not None and head.end() - start <= 2 * LONGEST:
                self.bodies[head.end()] = min(start, self.bodies.get(head.end(), start))
        self._firms()
        self._lists()
        for second in SECOND.finditer(self.text):
            if second.start() in self.bodies and second.end() - 1 not in self.bodies:
                self.bodies[second.end()] = self.bodies[second.start()]
        chosen = []
        for start, end in sorted((start, end) for end, start in self.bodies.items() if self._closed(end)):
            if not chosen or start >= chosen[-1][1]:
                chosen.append((start, end))
            elif end - start > chosen[-1][1] - chosen[-1][0]:
                chosen[-1] = (start, end)
        return [(start, end) for start, end in chosen if not self._in_park(start, end)]

    def _known(self):
        """Find the known names and the operators."""
        text, known, end = self.text, self.rules.known, 0
        for pair in self.rules.pair.finditer(text):
            start = pair.start()
            hit = known.match(text, start) if start >= end and text[start : start + 2] in self.rules.pairs else None
            if hit and self._begin(start) == start:
                end = hit.end()
                self.bodies[end] = start
                i = self._at(end - 1)  # 腾讯云 is none in 腾讯 | 云计算
                if not self._closed(end) and known.fullmatch(text, start, self.starts[i]):
                    self.bodies[self.starts[i]] = start
        for name in OPERATORS.finditer(self.text):
            beside = self.text[name.end() : name.end() + 1] in JOINED and OPERATORS.match(self.text, name.end() + 1)
            before = self.text[name.start() - 1 : name.start()] in JOINED and name.start() - 1 in self.bodies
            i = self._at(name.start())
            start = self.starts[i] if i >= 0 and self.rules.located.match(self.words[i]) else self._placed(name.start())
            if beside or before or (start < name.start() and self._apart(self._at(name.end()))):
                self.bodies[name.end()] = start

    # Tokens

    def _at(self, position):
        """Return which token holds a character, -1 if none does."""
        i = bisect_right(self.starts, position) - 1
        return i if i >= 0 and position < self.ends[i] else -1

    def _before(self, start):
        """Return which token ends at a position, -1 if none does."""
        i = self._at(start - 1)
        return i if i >= 0 and self.ends[i] == start else -1

    def _begin(self, start):
        """Return where a name begins that is found from a position on, None if that is within another word."""
        i = self._at(start)
        if i < 0 or self.starts[i] == start or self.pos[i] == UNKNOWN:
            return start
        return self.starts[i] if self._is_place(i) or self.pos[i] == "nt" else None

    def _closed(self, end):
        """Say whether no word runs on over the end of a name, but an unknown one or a body's (华为公司)."""
        i = self._at(end - 1)
        whole = i < 0 or self.ends[i] <= end or self.pos[i] in (UNKNOWN, "nt")
        return bool((whole or OFFICERS.match(self.text, end)) and not RUNS_ON.match(self.text, end))

    def _apart(self, i):
        """Say whether a name can end before a token: before no noun but 项目 and the like."""
        return i < 0 or i >= len(self.words) or self.pos[i] not in NOUNS or self.words[i].endswith(AFTER)

    def _in_park(self, start, end):
        """Say whether a firm's name goes on as that of a park."""
        i, firm = self._before(end), self.text[start:end] in self.rules.firms
        while firm and 0 <= i < len(self.words) - 1 and self.ends[i] == self.starts[i + 1] < end + 8:
            i += 1
            if self.text.endswith(PARKS, end, self.ends[i]):
                return True
            firm = self.pos[i] in NOUNS.union("t") - {"vn"}
        return False

    def _is_place(self, i):
        """Say whether a token names a place."""
        word, pos = self.words[i], self.pos[i]
        if word in self.rules.places:
            return True
        if word in self.rules.no_names or len(word) == 1:
            return False
        county = len(word) > 2 and word.endswith(LEVELS) and not word.endswith(ZONES)
        return (
            pos == "ns"
            or (county and (pos in ("n", "nr") if len(word) == 3 else pos == "nr"))
            or (county and pos == UNKNOWN and LOOSE.isdisjoint(word))
        )

    def _is_named(self, i):
        """Say whether a token may be a proper name."""
        word, pos = self.words[i], self.pos[i]
        if pos == UNKNOWN:
            loose = word.endswith(ASSORTED) or word in self.rules.no_names
            return 2 <= len(word) <= 4 and LOOSE.isdisjoint((word[0], word[-1])) and not loose and "与" not in word
        return self._is_place(i) or (pos in PROPER and len(word) > 1 and word not in self.rules.no_names)

    def _fits(self, i):
        """Say whether a token can stand in a name."""
        word = self.words[i]
        fits = self.pos[i] in NOUNS or word in self.rules.verbs or word in self.rules.matters or word in WIDE
        fits = fits or word.startswith(("第", "驻")) or (self.pos[i] == "l" and len(word) > 2)
        return fits and word not in self.rules.kinds

    # What a name belongs to

    def _placed(self, start):
        """Return where a name begins with the places and the party right before it."""
        first = start
        while (i := self._before(start)) >= 0 and first - start < LONGEST:
            word, begin = self.words[i], self.starts[i]
            if word.endswith(ZONES):
                start = self._zone(begin)
            elif self._is_place(i):
                start = begin
            elif word in LEVELS and self._before(begin) >= 0 and self._is_named(i - 1):
                start = self.starts[i - 1]
            elif word in LEVELS and start < first and not self.text.endswith(BESIDE, 0, begin):
                start = begin
            else:
                break
        return start - next((len(party) for party in PARTIES if self.text.endswith(party, 0, start)), 0)

    def _zone(self, end):
        """Return where the name of a zone begins that goes on at a position (临港 | 新 | 片区)."""
        start = end
        while end - start < LONGEST and (i := self._before(start)) >= 0 and not self._is_place(i):
            part = self._fits(i) and len(self.words[i]) > 1 and (self.pos[i] != "vn" or self.words[i] in ZONAL)
            if not part and not self._is_named(i) and self.words[i] != "新":
                break
            start = self.starts[i]
        return start

    def _owner(self, position):
        """Return where the level, place or body begins that ends at a position: None if none does, -1 if a kind."""
        if position in self.bodies:
            i = self._at(position)
            within = i >= 0 and self.bodies[position] < self.starts[i] < position  # 教育部 in 教育 | 部署
            return None if within else self._placed(self.bodies[position])
        for first in range(position - 2, max(0, position - 5), -1):  # 长沙市 | 望 | 城区
            i = self._before(first)
            county = i >= 0 and self.words[i].endswith(LEVELS) and COUNTY.fullmatch(self.text, first, position)
            if county and self._is_place(i):
                return self._placed(first)
        start = self._placed(position)
        level = next((level for level in (*LEVELS, *STATE) if self.text.endswith(level, 0, position)), "")
        if start < position or not level:
            return start if start < position else None
        begin = self._begin(position - len(level))
        if begin is None:
            i = self._before(position)
            return position - 1 if i >= 0 and self.words[i][:-1] in AFTER_FUNCTION else None
        if level in STATE and (i := self._before(begin)) >= 0 and self.words[i] in LEVELS:
            return self._owner(begin)  # 市 | 国家 | 保密局
        return -1 if begin + len(level) == position and self.text.endswith(BESIDE, 0, begin) else self._placed(begin)

    def _attached(self, start):
        """Return where the body begins to which an office in a place belongs (国家税务总局 | 宁波市 | 税务局)."""
        return self.bodies.get(start, start) if start >= 0 and self.rules.located.match(self.text, start) else start

    # Heads

    def _start(self, head):
        """Return where the name begins that ends in a head, None if it is none."""
        kind, i = KINDS.get(head[0], "open"), self._at(head.start())
        if i >= 0 and head[0] != "中心" and self.pos[i] in ("nt", "ns") and self.ends[i] == head.end():
            first = self.starts[i]  # one word of the dictionary: 上海海关
            within = self.rules.located.match(self.words[i]) or first in self.bodies.values()
            if first < head.start() and within and head.end() not in self.bodies:
                return self._attached(self._placed(first))
        start = getattr(self, f"_{'office' if kind in ('organ', 'inner') else kind}")(head)
        return None if start == -1 else start

    def _office(self, head):
        """Return where an office's name begins: with its level, place or body, else with its matter."""
        text, end, organ = self.text, head.start(), KINDS[head[0]] == "organ"
        if end in self.bodies or head[0] == "委" or (organ and not self._unruly(head)):
            owner = self._owner(end)
            if owner is not None:
                return owner
        if head[0] == "中心":
            return self._centre(end)
        if head[0] == "管委会" and not text.startswith(("+", "＋"), head.end()):
            owner = self._through(head)
            return end if owner is None else owner  # alone the one that the text is about
        if (organ and not head[0].endswith("委")) or (head[0] == "厅" and text.endswith("市政", 0, end)):
            return None
        begins = self._matters(end, short=False)
        owner = self._owned(begins, within=head[0] in WITHIN)
        if owner is None:
            owner = self._owned(self._matters(end, short=True), within=True)
        if owner is None and KINDS[head[0]] == "office" and begins and not text.endswith("级", 0, begins[0]):
            fields = (first for first in begins if not text.startswith("管理", first))
            owner = next((first for first in fields if self._begin(first) is not None), None)
        elif owner is None and not organ:
            owner = self._through(head)
        return owner

    def _owned(self, begins, *, within):
        """Return where the first begins that has an owner, of which `within` only levels and bodies count."""
        for first in begins:
            owned = not within or first in self.bodies or self.text.endswith(LEVELS, 0, first)
            if owned and (owner := self._owner(first)) is not None:
                return self._attached(owner)
        return None

    def _centre(self, end):
        """Return where the name of a centre begins that is a body: with a duty and an owner, or known by its duty."""
        text, alone = self.text, ALONE.search(self.text, max(0, end - LONGEST), end)
        begins = self._matters(end, short=False) if text.endswith((*DUTIES, *RAW), 0, end) else []
        owner = self._owned([alone.start()] if alone else begins, within=text.endswith(RAW, 0, end))
        return alone.start() if alone and owner in (None, -1) else owner

    def _unruly(self, head):
        """Say whether an organ stands behind what has none: the whole state, or, for customs, a level alone."""
        end = head.start()
        if head[0] == "海关":
            return self.text.endswith(LEVELS, 0, end) and self._begin(end - 1) == end - 1
        return head[0] in GOVERNING and self.text.endswith(STATE, 0, end)

    def _matters(self, end, *, short):
        """Return where words for fields of administration begin that run up to a position, the outermost first."""
        reached, todo, begins = {end}, [end], []
        while todo:
            at = todo.pop()
            for first in range(at - 1, max(0, at - self.rules.sizes[-1], end - LONGEST) - 1, -1):
                word = self.text[first:at]
                if first not in reached and (word in self.rules.matters or (short and word in FIELDS)):
                    reached.add(first)
                    todo += [first, first - 1] if self.text[first - 1 : first] in ("和", "与") else [first]
                    if word in self.rules.fields or len(word) == 1 or word == "管理":
                        begins.append(first)
        return sorted(begins)

    def _through(self, head):
        """Return where the level, place or body begins that an office has before its nouns, None if it has none."""
        i = self._at(head.start())
        stem = self.text[self.starts[i] : head.start()] if i >= 0 else ""
        if len(head[0]) == 1 and stem and stem not in self.rules.matters:
            return None
        owner, _, _ = self._stretch(head)
        return owner

    def _group(self, head):
        """Return where a leading group's name begins: before all that says what it is for."""
        owner, start, matter = self._stretch(head)
        return owner if owner is not None and owner >= 0 else (start if matter else None)

    def _stretch(self, head):
        """Go back from a head over all that says what it is for; return whose it is, its start, and if it says any."""
        text, start, matter, state, i = self.text, head.start(), False, None, self._at(head.start())
        if i >= 0 and self.starts[i] < start and self.pos[i] != UNKNOWN:
            start, matter = self.starts[i], True
        while start > 0 and head.start() - start < LONGEST:
            if text[start - 1] == "”" and (quote := text.rfind("“", max(0, start - LONGEST), start)) >= 0:
                start, matter = quote, True
                continue
            if start < head.start() and (start in self.bodies or head[0] not in WITHIN):
                owner = self._owner(start)
                if owner is not None and not text.endswith(STATE, 0, start):
                    return owner, start, matter
                state = owner if state is None else state
            i = self._before(start)
            if i < 0:
                break
            word = self.words[i]
            if not (word in ("和", "与") and start < head.start() and i and self._fits(i - 1)):
                fits = self._fits(i) or word in PUSHING or word in self.rules.matters
                if not (fits or (self.pos[i] == UNKNOWN and self._is_named(i))):
                    break
                matter = matter or (word not in GENERAL and head[0] != "工作专班")
            start = self.starts[i]
        return state, start, matter

    def _village(self, head):
        """Return where the name of a street's or village's body begins: with its name and the places before."""
        start = head.start()
        start -= next((len(street) for street in STREETS if self.text.endswith(street, 0, start)), 0)
        i = self._before(start)
        if i < 0 or self.words[i] in self.rules.matters or self.words[i] in self.rules.kinds:
            return None
        fits = self._fits(i) and self.pos[i] != "vn" and len(self.words[i]) > 1
        if not (
            fits or self._is_named(i) or (self.pos[i] == UNKNOWN and self._placed(self.starts[i]) < self.starts[i])
        ):
            return None
        start = self._placed(self.starts[i])
        return self.bodies.get(start, start)

    def _open(self, head):
        """Return where an open name begins: with its leftmost own name, None if it has none."""
        at = head.start()
        if head[0] == "公司" and (legal := LEGAL.search(self.text, max(0, at - LONGEST), at)):
            at = legal.start()
            body = next((self.bodies[end] for end in range(at, head.start() + 1) if end in self.bodies), None)
            if body is not None:
                return self._placed(body)
        i = self._at(at)
        start = self.starts[i] if i >= 0 else at
        stem = self.text[start:at]  # what stands before the head in the same word
        if stem and (not self.rules.kinds.isdisjoint((stem, self.words[i])) or self.pos[i] == UNKNOWN):
            return None
        if stem and at in self.bodies:
            return self._placed(self.bodies[at])
        own = stem and (
            stem[:2] in self.rules.places
            or (stem in NAMING and head[0] not in STUDYING)
            or (head[0] in THEMED and stem in self.rules.terms)
            or (self.pos[i] == "nt" and head[0] == "大学" and stem not in self.rules.no_stems)
        )
        parts = bool(stem) + head[0].endswith("中")  # 市 | 一中, but 市 | 医院 is a kind
        begin = self._back(self.text[at : head.end()], start, start if own else None, parts=parts)
        return self._themed(start) if begin is None and head[0] in THEMED and not stem else begin

    def _themed(self, start):
        """Return where a name begins that only says, in a term of the field, what is studied (智慧城市 | 研究院)."""
        end = start
        while (i := self._before(start)) >= 0 and (self._fits(i) or self.words[i] == "联合") and self.pos[i] != "vn":
            start = self.starts[i]
        word = self.words[self._at(start)] if start < end else ""
        return start if len(word) > 2 and word in self.rules.terms and not word.startswith("产业") else None

    def _back(self, head, start, begin, *, parts):
        """Go back from a head over the words of its name, and return where it begins."""
        wide, placed, bracket, end = head.endswith(WIDELY), False, False, start
        while end - start < LONGEST and (i := self._before(start)) >= 0:
            if start in self.bodies:
                return begin if self.text.startswith(BUILT, start) else self._placed(self.bodies[start])
            word = self.words[i]
            if i > 1 and word in (")", "）") and self.words[i - 2] in ("(", "（"):
                start, bracket = self.starts[i - 2], True
                continue
            if word in ("和", "与"):  # 大学 | 软件 | 与 | 微电子 | 学院
                return begin if begin is not None else self._joined(i)
            if word == "附属":
                start = self.starts[i]
                continue
            if self.pos[i] == UNKNOWN and word[-1] in NAMING and LOOSE.issuperset(word[:-1]):
                return start - 1 if parts else begin  # 由市 | 第一 | 人民 | 医院
            own = self._own(i, placed) or (bracket and self.pos[i] == UNKNOWN)
            if not own and (
                placed
                or not (
                    self._fits(i)
                    or ("有限" in head and (word in self.rules.kinds or (self.pos[i] == "v" and len(word) == 1)))
                )
            ):
                break
            if self.text.startswith(BUILT, start) and self.rules.head.search(word):
                break
            start, parts = self.starts[i], parts + 1
            placed = self._is_place(i) and self.text[self.ends[i]] not in "路街湖山江河"  # 桂林 | 路 is a street
            named = own and (word not in NAMING or (parts > 1 and head not in STUDYING))
            if named or (wide and word in WIDE and parts > 1):
                begin = start
        return begin

    def _joined(self, i):
        """Return where the body begins whose part has a name of two matters, the first before a joining word."""
        for j in range(i - 1, max(0, i - 4), -1):
            if not self._fits(j):
                return None
            if self.starts[j] in self.bodies:
                return self._placed(self.bodies[self.starts[j]])
        return None

    def _own(self, i, placed):
        """Say whether a token is an own name or a level; before a place (`placed`) fewer words are, and brands."""
        word = self.words[i]
        if word in self.rules.no_names or (placed and self.pos[i] == UNKNOWN):
            return False
        located = self.pos[i] == "nz" and len(word) > 3 and self.rules.located.match(word)  # 天津泰达
        return bool(self._is_named(i) or located or word in NAMING or (placed and word in BRANDS))

    # Firms

    def _firms(self):
        """Find firms by what they make or by a stage of their works, and the Latin short forms of bodies."""
        for i in [i for i, word in enumerate(self.words) if word in CUES]:
            start, word = self.starts[i], self.words[i]
            if word in TRADES and self._apart(i + 1):
                known = start in self.bodies and self.text[self.bodies[start] : start] in self.rules.firms
                if known or self._branded(i - 1, start, any_name=word in MAKING):
                    self.bodies.setdefault(self.ends[i], self.bodies[start] if known else self.starts[i - 1])
            elif (
                word in STAGES
                and not self.text.endswith(WORKS, 0, start)
                and self._branded(i - 1, start, any_name=False)
            ):
                before = self._before(self.starts[i - 1])
                if before < 0 or self.pos[before] not in COMMON:
                    self.bodies.setdefault(start, self.starts[i - 1])
        for name in LATIN.finditer(self.text):
            if name.start() - 1 in self.bodies:
                self.bodies[name.end()] = name.start()

    def _branded(self, i, start, *, any_name):
        """Say whether the token before a position may be what a firm is called."""
        if i < 0 or self.ends[i] != start:
            return False
        word, pos = self.words[i], self.pos[i]
        if pos == "nz":
            return len(word) == 2 and word not in self.rules.terms and word not in self.rules.no_names
        if not self._is_named(i) or word.startswith(UNBRANDED[0]) or word.endswith(UNBRANDED[1]):
            return False
        return any_name or pos == UNKNOWN or (pos in ("nr", "nrt") and len(word) == 3)

    def _lists(self):
        """Find the firms of a list (…、…和…等企业); of a list of projects, if one of them is a firm."""
        for hit in LISTED.finditer(self.text):
            items, end = [], hit.start()
            while (last := self._before(end)) >= 0:
                i = last
                while i >= 0 and (self._is_named(i) or self.words[i] in TRADES) and self.ends[i] == self.starts[i + 1]:
                    i -= 1
                listed = i >= 0 and self.words[i] in JOINED
                if i < last and (listed or i < 0 or self.pos[i] in ("v", "vn", "p", "m", "d", "w")):
                    items.append((i + 1, last))
                if not listed:
                    break
                end = self.starts[i]
            if hit["mixed"] and not any(self.ends[last] in self.bodies for _, last in items):
                continue
            for first, last in items:
                named = any(self.pos[i] in (UNKNOWN, "nr", "nrt") for i in range(first, last + 1))
                if named and self.words[first] not in TRADES:
                    self.bodies.setdefault(self.ends[last], self.starts[first])
