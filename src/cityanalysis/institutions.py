"""Which named bodies a text speaks of: governments and their parts, parties, firms, universities, associations.

What counts stands in ``docs/marking.md``, section Institutions. A name is known, or ends in a head, and what stands
before the head says whether it is one and where it begins. There are five kinds of heads:

- **organ**: what every government has, right behind a level or a place (市 | 政府, 萧山区 | 人民政府);
- **office**: behind words for a field of administration (人力资源 | 和 | 社会 | 保障 | 局) or, if a level, a place or a
  body comes first, behind any nouns (市 | 旧城 | 改造 | 办公室); an *inner* one always wants what it belongs to;
- **village**: behind the name of a street, a community or a village;
- **group**: 领导小组 and its like, behind all that says what they are for;
- **open**: behind nouns, as far back as the first that is a place, a proper name or a known body. Without one of these
  it is a kind of body (电力公司), and no name, but for institutes told by what they study and groups by what they do.

Firms are also told by what they make, by a list of firms, or by their works in a list of projects (凌岳 | 叉车 | 二期),
but not by roads or parks. A name begins with the places and the body that it belongs to (杭州市萧山区人民政府,
市委政研室). Of names that overlap, the longest is kept. Heads, words for fields and trades, and words that look like
names and are none, stand in ``data/lexicon/institution_words.csv``.
"""

import functools
import re
from bisect import bisect_right

import numpy as np
import pandas as pd

from cityanalysis import files, words

COLUMNS = ("passage_id", "start", "end", "kind", "text")
LONGEST = 30  # characters before a head that are looked at

HEADS = ("organ", "office", "inner", "village", "group", "open")
NUMERALS = "一二三四五六七八九十"  # 市一中: an open head as well

# Whom an office belongs to, beside places and bodies.
LEVELS = ("自治区", *"省市区县州盟旗镇乡")
COUNTY = re.compile(  # behind a city, however it is cut: 长沙市 | 望 | 城区
    r"(?!.*(?:新区|片区|园区|辖区|主城|中心))[^\W城郊各全市本该设立由在的和与及委][^\W各全市本该设立成组由在的和与及委府]{0,2}[区县市旗]"
)
STATE = ("国家", "中央", "全国", "中国")
ZONAL = ("综合", "开发", "合作", "示范", "试验", "实验")
STREETS = ("社区", "街道", *"村镇乡")
BESIDE = tuple("各等级县市区乡镇")  # 各市政府, 三级政府, 市县政府: kinds
GOVERNING = ("政府", "人民政府", "法院", "检察院", "府办")  # not of the whole state: 全国法治政府
WITHIN = ("处", "司")  # of a body only
# What makes somebody or something else of a name (市人大代表, 合作办学), and who has an office in a body (市委书记).
RUNS_ON = re.compile("(?<=人大)代表|(?<=委)员|(?<=办)[医学理事案件结好证会厂]")
OFFICERS = re.compile("(?<=委)(?:副?书记|常委(?!会)|秘书长)")
AFTER_FUNCTION = tuple("后由向经与和在对从为据")  # 后市 | 大数据局 is 后 | 市大数据局

RAW = ("大数据", "信息", "资源", "计算")
ALONE = re.compile(  # with neither level nor place
    r"(?:城市运行(?:综合)?(?:管理|监测)?|城运|疾控|疾病预防控制|智慧\w{2}运行管理|社会治理(?:综合)?指挥)\Z"
)

VAGUE = ("工作", "专项", "专门", "重点", "联合")  # 专项工作领导小组 has no matter
GENERAL = tuple(str.split("人才 创新 成果 产业 服务 领域 行业 园 型 类 化"))  # behind a trade that belongs to no firm
FORM = "(?:[（(]集团[)）]|集团)?(?:股份|控股)?(?:有限(?:责任)?公司)?"  # the legal form of a firm, behind its trade
LEGAL = re.compile(r"(?:[（(]集团[)）]|集团|控股|股份|有限|责任|[总分])+\Z")  # before 公司
NAMING = ("自治区", *"省市区县州")
# A country or the world names what represents or studies something, not a firm, a school or a hospital.
WIDE = ("中国", "中华", "国家", "国际", "全国", "世界")
WIDELY = tuple(str.split("会 研究院 研究所 研究中心 交易所 联盟 银行 集团公司 总公司 有限公司"))
STUDYING = ("实验室", "研究中心", "幼儿园")  # a level does not name one
THEMED = ("研究院", "实验室")
BRANDS = ("数字", "智慧", "云上")  # 数字福州集团
BUILT = ("建设", "创建", "创成", "创三")  # between two names, not in one

STAGES = ("一期", "二期", "三期", "四期")
PLACES = tuple("湖城谷港岛")  # what no firm is, but a place with a firm's name
# Nouns that begin no name with what stands before them.
AFTER = (*STAGES, *str.split("项目 集团 公司 经理 董事长 总裁 负责人"))
LISTED = re.compile(
    "等(?P<sort>[^，。；：、给为向让把对的域类]{0,10}?)"  # not 新能源等领域的企业
    "(?:(?P<firms>企业|公司|央企|厂商|车企|药企|巨头)|项目|(?=投产|竣工|开工|投运|签约))|项目(?![化制库法部])"
)
LEADING = re.compile(r"^(?:头部|龙头|骨干|重点上市|\d+余?家)")  # firms, not kinds of them
BESIDES = tuple("（）()和与")  # in the name of a park
BREAKS = frozenset([*"，。；：！？“”《》等", "大力支持"])
LEADS = ("v", "vn", "p", "uj", "d", "w", "c", "u")  # before the first item of a list
# Known by their form.
FORMS = "|".join(
    (
        "国家[^，。；、的级和与]{2,8}大数据中心(?:（[^（）]{2,4}）)?",
        "国家(?!级|产业|综合|区域|科技|制造业创|技术创)[^，。；、的和与“”]{2,14}?(?<!产业科技)创新中心",
        "(?:中科院|中国科学院)(?!研究生|软件园)[^，。、和与的]{2,8}?(?:研究所|所(?=[^，。、]))",
        "中(?:铁|建|交)[一二三四五六七八九十]{1,3}[公航]?局",
        "联合国[^，。、的和与]{2,8}(?:署|组织|基金会|委员会|大学)",
    )
)
SECOND = re.compile("（[^（）]{2,8}(?:集团|中心|联盟|[局委办]|办公室)）")  # 市新闻中心（传媒集团）
LATIN = re.compile(r"(?<=[（(])[A-Z][A-Za-z]{1,7}(?=[)）])")  # a body's short form
OPERATORS = re.compile("移动|电信|联通")  # firms behind a place, or side by side
JOINED = ("、", "和", "与", "及")

# Parts of speech, as in jieba's dictionary, of words in an open name, and of own names.
NOUNS = frozenset(str.split("n nr nrt nrfg ns nt nz ng vn an j eng b s f"))
PROPER = ("nr", "nrt", "ns", "eng")
COMMON = NOUNS.difference(PROPER, ["vn"]).union(["m"])
UNKNOWN = "x"
# The tokenizer leaves function words and dates in unknown words; a name begins and ends with none of these.
LOOSE = frozenset(
    "由与和在为及从向对把让将被给等该各每全其这那某本我日年月号时后前再又先另有可能获新设建已也还经按以称是含作约"
    "一二三四五六七八九十两几多的了到共个好做强系投创"
)
BRANDED = ("x", "nz", "nr", "nrt")  # parts of speech of what may be a brand
UNBRANDED = ("规并提守做引厚稳兴老抓跨", "基上市村户碳")  # at either end of what is no brand
SITES = "路延航段桥站坝沟岛山河湖海港街村镇乡县园馆院校区城楼寺塔仓"  # at the end of names of works and places
# What an unknown word that is a name does not end in: function words, and what only tells a sort.
ASSORTED = (*LOOSE.difference("创投新能强"), *"型级性式类系态")


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
    rules, none = _rules(), ((), (), (), (), ())
    cuts = _cuts(tokens, rules.cues)
    ids, texts = passages["passage_id"].tolist(), passages["text"].tolist()
    rows = [
        (passage, start, end, "institution", text[start:end])
        for passage, text in files.watched(zip(ids, texts, strict=True), texts)
        for start, end in _Finder(rules, text, cuts.get(passage, none)).find()
    ]
    found = pd.DataFrame(rows, columns=list(COLUMNS))
    return found.astype({column: int if column in ("start", "end") else str for column in COLUMNS})


def _cuts(tokens, cues):
    """Return each passage's tokens: starts, ends, words, parts of speech, and which of them are cues."""
    first = tokens["passage_id"].ne(tokens["passage_id"].shift()).to_numpy().nonzero()[0].tolist()
    passages, ends = tokens["passage_id"].iloc[first].tolist(), [*first, len(tokens)][1:]
    columns = [tokens["start"].tolist(), tokens["end"].tolist()]
    for column in ("word", "pos"):  # the same object for the same word: faster, and in a tenth of the memory
        codes, names = pd.factorize(tokens[column])
        columns.append(names.to_numpy(dtype=object)[codes].tolist())
    cued = tokens["word"].isin(cues).to_numpy().nonzero()[0]
    hints = [(cued[i:j] - at).tolist() for at, i, j in zip(first, *np.searchsorted(cued, (first, ends)), strict=True)]
    cuts = [[column[i:j] for column in columns] for i, j in zip(first, ends, strict=True)]
    return {passage: (*cut, hint) for passage, cut, hint in zip(passages, cuts, hints, strict=True)}


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
        table = files.table("data/lexicon/institution_words.csv")
        self.roles = roles = {role: tuple(words) for role, words in table.groupby("role")["word"]}
        self.heads = {head: role for role in HEADS for head in roles[role]}
        first = "".join(sorted({*NUMERALS, *(head[0] for head in self.heads)}))  # looked at before all else, for speed
        self.head = re.compile(f"(?=[{first}])(?:{_either(self.heads)}|[{NUMERALS}]中(?!学))")
        self.pairs = frozenset(known["name"].str[:2]).union(["中铁", "中建", "中交"])
        first, second = ("".join(sorted({re.escape(pair[i]) for pair in self.pairs})) for i in (0, 1))
        self.pair = re.compile(f"[{first}](?=[{second}])")  # far faster than to try the names everywhere
        self.firms = frozenset(known.loc[known["kind"] == "company", "name"])
        provinces = set(words.cities()["province"])
        short = {re.sub("(?:省|市|(?:壮族|回族|维吾尔)?自治区)$", "", name) for name in provinces}
        self.places = provinces | short | set(words.city_names()["term"])
        self.located = re.compile(_either(self.places.union(WIDE)))
        self.matters = frozenset(roles["field"] + roles["general"])
        self.fitting = self.matters.union(roles["verb"], WIDE)
        fields, matters = _either([*roles["field"], "管理"]), _either(self.matters)
        short = "".join(roles["short"])
        self.endings = [tuple(self.matters), (*self.matters, *short)]
        self.runs = [
            re.compile(rf"(?:{f})(?:[和与]?(?:{m}))*\Z")
            for f, m in ((fields, matters), (f"{fields}|[{short}]", f"{matters}|[{short}]"))
        ]
        self.kinds = frozenset(roles["kind"])  # a name reaches back to one at most
        self.no_names = self.kinds.union(roles["no-place"], WIDE)
        self.common = self.matters.union(roles["common"])  # what no firm is called
        self.party = re.compile(f"(?:{_either(roles['party'])})\\Z")
        self.trades = frozenset(roles["trade"] + roles["make"])
        self.cues = self.trades.union(STAGES, ["新"])  # 新 | 材料
        self.trade = re.compile(f"(?:{_either(self.trades)})(?:科技)?{FORM}")
        self.works = re.compile(f"{_either(roles['works'] + roles['park'])}|[{SITES}](?=[一二三四五]期|[（(]|\\Z)")
        self.terms = frozenset(words.read_lexicon()["term"])


_rules = functools.cache(_Rules)


class _Finder:
    """Finds the institutions of one text."""

    def __init__(self, rules, text, cut):
        self.rules, self.text = rules, text
        self.starts, self.ends, self.words, self.pos, self.cues = cut
        self.bodies = {}  # from the end of a name to its start
        self.firms = set()  # the ends of firms' names that are told by rule

    def find(self):
        """Return the start and end of each name, in order, without overlap."""
        self._known()
        for head in self.rules.head.finditer(self.text):
            start = self._start(head)
            if start is not None and head.end() - start <= 2 * LONGEST:
                self.bodies[head.end()] = min(start, self.bodies.get(head.end(), start))
        self._firms()
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
        text, pairs, known, end = self.text, self.rules.pairs, self.rules.known, 0
        for pair in self.rules.pair.finditer(text):
            start = pair.start()
            if start < end or text[start : start + 2] not in pairs or not (hit := known.match(text, start)):
                continue
            after = self._at(hit.end())
            if self._begin(start) == start and not (after >= 0 and self.words[after] in PLACES):
                end, i = hit.end(), self._at(hit.end() - 1)
                longer = i >= 0 and hit[0] in self.rules.firms and self.starts[i] == start  # 宝武特冶
                if longer and self.pos[i] == UNKNOWN and not self.words[i].endswith(ASSORTED):
                    end = self.ends[i]
                self.bodies[end] = start  # 腾讯云 is none in 腾讯 | 云计算
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
        """Say whether a firm's name goes on as that of a park (华为 | 产业园, 京东 | （钟祥）物流园)."""
        i, firm = self._at(end), end in self.firms or self.text[start:end] in self.rules.firms
        while firm and 0 <= i < len(self.words) and self.ends[i] < end + 20:
            if self.text.endswith(self.rules.roles["park"], end, self.ends[i]) or self.words[i] in PLACES:
                return True
            firm = self._fits(i) or self._is_named(i) or self.words[i] in BESIDES or self.pos[i] == "t"
            i += 1
        return False

    def _is_place(self, i):
        """Say whether a token names a place."""
        word, pos = self.words[i], self.pos[i]
        if word in self.rules.places:
            return True
        if word in self.rules.no_names or len(word) == 1:
            return False
        county = len(word) > 2 and word.endswith(LEVELS) and not word.endswith(self.rules.roles["zone"])
        return (
            pos == "ns"
            or (county and (pos in ("n", "nr") if len(word) == 3 else pos == "nr"))
            or (county and pos == UNKNOWN and LOOSE.isdisjoint(word))
        )

    def _is_named(self, i):
        """Say whether a token may be a proper name."""
        word, pos = self.words[i], self.pos[i]
        if pos == UNKNOWN:
            loose = word[0] in LOOSE or word.endswith(ASSORTED) or "与" in word or word in self.rules.no_names
            return 2 <= len(word) <= 4 and not loose
        return self._is_place(i) or (pos in PROPER and len(word) > 1 and word not in self.rules.no_names)

    def _fits(self, i):
        """Say whether a token can stand in a name."""
        word = self.words[i]
        fits = self.pos[i] in NOUNS or word in self.rules.fitting or word.startswith(("第", "驻"))
        fits = fits or (self.pos[i] == "l" and len(word) > 2)
        return fits and word not in self.rules.kinds

    # What a name belongs to

    def _placed(self, start):
        """Return where a name begins with the places and the party right before it."""
        first = start
        while (i := self._before(start)) >= 0 and first - start < LONGEST:
            word, begin = self.words[i], self.starts[i]
            if word.endswith(self.rules.roles["zone"]):
                start = self._walk(begin, self._in_zone)
            elif self._is_place(i):
                start = begin
            elif word in LEVELS and self._before(begin) >= 0 and self._is_named(i - 1):
                start = self.starts[i - 1]
            elif word in LEVELS and start < first and not self.text.endswith(BESIDE, 0, begin):
                start = begin
            else:
                break
        party = self.rules.party.search(self.text, max(0, start - 4), start)
        return party.start() if party else start

    def _walk(self, start, fits):
        """Go back over the tokens that fit, and return where the first of them begins."""
        end = start
        while end - start < LONGEST and (i := self._before(start)) >= 0 and fits(i):
            start = self.starts[i]
        return start

    def _in_zone(self, i):
        """Say whether a token can stand in the name of a zone (临港 | 新 | 片区)."""
        part = self._fits(i) and len(self.words[i]) > 1 and (self.pos[i] != "vn" or self.words[i] in ZONAL)
        return not self._is_place(i) and (part or self._is_named(i) or self.words[i] == "新")

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
        kind, i = self.rules.heads.get(head[0], "open"), self._at(head.start())
        if i >= 0 and head[0] != "中心" and self.pos[i] in ("nt", "ns") and self.ends[i] == head.end():
            first = self.starts[i]  # one word of the dictionary: 上海海关
            ends = range(first, first + 3 * LONGEST)
            within = self.rules.located.match(self.words[i]) or any(self.bodies.get(end) == first for end in ends)
            if first < head.start() and within and head.end() not in self.bodies:
                return self._attached(self._placed(first))
        start = getattr(self, f"_{'office' if kind in ('organ', 'inner') else kind}")(head)
        return None if start == -1 else start

    def _office(self, head):
        """Return where an office's name begins: with its level, place or body, else with its matter."""
        text, end, organ = self.text, head.start(), self.rules.heads[head[0]] == "organ"
        if end in self.bodies or head[0] == "委" or (organ and not self._unruly(head)):
            owner = self._owner(end)
            if owner is not None:
                return owner
        if head[0] == "中心":
            return self._centre(head)
        if head[0] == "管委会" and not text.startswith(("+", "＋"), head.end()):
            owner = self._through(head)
            return end if owner is None else owner  # alone the one that the text is about
        if (organ and not head[0].endswith("委")) or (head[0] == "厅" and text.endswith("市政", 0, end)):
            return None
        begins = self._matters(end, short=False)
        owner = self._owned(begins, within=head[0] in WITHIN)
        if owner is None:
            owner = self._owned(self._matters(end, short=True), within=True)
        if owner is None and self.rules.heads[head[0]] == "office" and begins and not text.endswith("级", 0, begins[0]):
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

    def _centre(self, head):
        """Return where the name of a centre begins that is a body: with a duty and an owner, or known by its duty."""
        text, end = self.text, head.start()
        alone = ALONE.search(text, max(0, end - LONGEST), end)
        begins = self._matters(end, short=False) if text.endswith((*self.rules.roles["duty"], *RAW), 0, end) else []
        owner = self._owned([alone.start()] if alone else begins, within=text.endswith(RAW, 0, end))
        if alone and owner in (None, -1):
            return alone.start()
        return self._through(head) if owner is None and text.endswith(self.rules.roles["duty"], 0, end) else owner

    def _unruly(self, head):
        """Say whether an organ stands behind what has none: the whole state, or, for customs, a level alone."""
        end = head.start()
        if head[0] == "海关":
            return self.text.endswith(LEVELS, 0, end) and self._begin(end - 1) == end - 1
        return head[0] in GOVERNING and self.text.endswith(STATE, 0, end)

    def _matters(self, end, *, short):
        """Return where words for fields of administration begin that run up to a position, the outermost first."""
        pattern, begins, at = self.rules.runs[short], [], max(0, end - LONGEST)
        ends = self.text.endswith(self.rules.endings[short], 0, end)  # for speed
        while ends and (hit := pattern.search(self.text, at, end)):
            begins.append(hit.start())
            at = hit.start() + 1
        return begins

    def _through(self, head):
        """Return where the owner begins that an office has before its nouns, None if it has none."""
        i = self._at(head.start())
        stem = self.text[self.starts[i] : head.start()] if i >= 0 else ""
        if len(head[0]) == 1 and stem and stem not in self.rules.matters:
            return None
        return self._stretch(head)[0]

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
                fits = self._fits(i) or word in self.rules.roles["aim"] or word in self.rules.matters
                if not (fits or (self.pos[i] == UNKNOWN and self._is_named(i))):
                    break
                matter = matter or (word not in VAGUE and head[0] != "工作专班")
            start = self.starts[i]
        return state, start, matter

    def _village(self, head):
        """Return where the name of a street's or village's body begins: with its name and the places before."""
        start = head.start()
        start -= next((len(street) for street in STREETS if self.text.endswith(street, 0, start)), 0)
        i = self._before(start)
        if i < 0 or self.words[i] in self.rules.matters or self.words[i] in self.rules.kinds:
            return None
        fits = self._is_named(i) or (self._fits(i) and self.pos[i] != "vn" and len(self.words[i]) > 1)
        start = self._placed(self.starts[i])
        return self.bodies.get(start, start) if fits or (self.pos[i] == UNKNOWN and start < self.starts[i]) else None

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
            or (self.pos[i] == "nt" and head[0] == "大学" and stem not in self.rules.roles["no-stem"])
        )
        parts = bool(stem) + head[0].endswith("中")  # 市 | 一中, but 市 | 医院 is a kind
        begin = self._back(self.text[at : head.end()], start, start if own else None, parts=parts)
        told = begin is None and (head[0] == "集团" or (head[0] in THEMED and not stem))
        return self._by_matter(at, head[0]) if told else begin

    def _by_matter(self, end, head):
        """Return where the name of an institute or group begins that only says what it is for, None if a kind."""
        text, rules, group, i = self.text, self.rules, head == "集团", self._at(end - 1)
        unknown = i >= 0 and self.pos[i] == UNKNOWN and self.words[i] not in rules.common
        if group and not (text.endswith(rules.roles["matter"], 0, end) or self._brand(i, any_name=True) or unknown):
            return None
        start = self._walk(
            self.starts[i] if group else end, lambda i: self._tells(i) or (group and self.pos[i] == UNKNOWN)
        )
        before, word = self._before(start), self.words[self._at(start)] if start < end else ""
        kind = self._of_kind(before) or word in WIDE or (before >= 0 and self.words[before] in BESIDES[:4])
        if kind or text.endswith(("产业", "产业技术", "企业", "联合", "新型"), start, end):
            return None
        term = len(word) > 2 and word in rules.terms and not word.startswith("产业")
        return start if group or term or (head == "研究院" and end - start >= 4) else None

    def _tells(self, i):
        """Say whether a token can stand in what an institute or a group is for (技术 | 及 | 装备)."""
        joins = self.words[i] in JOINED[1:] and i > 0 and self._fits(i - 1)
        return joins or self.words[i] in ("联合", "协同", "现代") or (self._fits(i) and self.pos[i] != "vn")

    def _of_kind(self, i):
        """Say whether a token makes a kind of what follows (国有 | 旅游集团); a verb does not."""
        return i >= 0 and self.words[i] in self.rules.kinds and self.pos[i] not in ("v", "vn")

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
            legal = "有限" in head and (word in self.rules.kinds or (self.pos[i] == "v" and len(word) == 1))
            built = self.text.startswith(BUILT, start) and self.rules.head.search(word)
            if built or (not own and (placed or not (self._fits(i) or legal))):
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
        """Find firms by what they make or a stage of their works, by lists, and the Latin short forms of bodies."""
        rules, text, self.begun = self.rules, self.text, set(self.bodies.values())
        for i in self.cues:
            start, make = self.starts[i], self.words[i] in rules.roles["make"]
            end = start if self.words[i] in STAGES else self._made(start)
            brand, after = self._before(start), self._at(end) if end else -1
            if start in self.bodies and (name := text[self.bodies[start] : start]) in rules.firms:
                if end and name[-2:] not in rules.trades and self._apart(after):
                    self._add(self.bodies[start], end)
            elif end and self._brand(brand, any_name=make) and not self._part(brand):
                sure = (self.pos[brand] == UNKNOWN or make) and not self._general(after)
                if sure or self._apart(after):
                    self._add(self.starts[brand], end)
        for hit in LISTED.finditer(text):
            if self.ends[self._at(hit.end() - 1)] == hit.end() and not rules.works.search(hit["sort"] or ""):
                self._list(hit)
        for name in LATIN.finditer(text):
            if name.start() - 1 in self.bodies:
                self.bodies[name.end()] = name.start()

    def _add(self, start, end):
        """Note a firm's name."""
        if self.bodies.setdefault(end, start) == start:
            self.begun.add(start)
        self.firms.add(end)

    def _made(self, start):
        """Return where the words end that say what a firm makes, None if none begin at a position."""
        hit = self.rules.trade.match(self.text, start)
        return hit.end() if hit and self.ends[self._at(hit.end() - 1)] == hit.end() else None

    def _general(self, i):
        """Say whether a token tells of firms or people of a kind, or of works (科技 | 企业, 储能 | 电站)."""
        word = self.words[i] if 0 <= i < len(self.words) else ""
        return word in self.rules.kinds or word in GENERAL or bool(self.rules.works.match(word))

    def _part(self, i):
        """Say whether a token goes on with a noun (离心 | 球墨 | 铸造)."""
        before = self._before(self.starts[i])
        return before >= 0 and self.pos[before] in COMMON and self.words[before] not in self.rules.kinds

    def _brand(self, i, *, any_name=False):
        """Say whether a token may be what a firm is called: an unknown word, or a name that nothing else has."""
        rules, word, pos = self.rules, self.words[i], self.pos[i]
        if i < 0 or not (any_name or pos in BRANDED) or word in rules.common:
            return False
        if word[0] in UNBRANDED[0] or word[-1] in UNBRANDED[1]:
            return False
        if pos == "nz":
            return len(word) == 2 and word not in rules.terms and word not in rules.no_names
        if not self._is_named(i) or (not any_name and (self._is_place(i) or rules.works.search(word))):
            return False
        return any_name or pos == UNKNOWN or (pos in ("nr", "nrt") and len(word) == 3)

    def _list(self, hit):
        """Find the firms of a list (…、…和…等企业), or those whose works it names (… 铜箔、… 二期等项目)."""
        items = self._items(hit.start())
        sure = bool(LEADING.search(hit["sort"] or ""))
        sure = sure or any(self._brand(first) or self.ends[last] in self.bodies for first, last in items)
        for start, last in items:
            placed = not hit["firms"] and start < last and self._is_place(start) and self._brand(start + 1)
            first = start + placed
            end = self._named_by(first, last, firms=bool(hit["firms"]), sure=sure and (hit["firms"] or len(items) > 1))
            if end and self.starts[first] not in self.begun:
                self._add(self.starts[first], end)

    def _items(self, end):
        """Return the items of the list that ends at a position, each by its first and last token."""
        items, i = [], self._before(end)
        last = i
        while i >= 0 and self.ends[i] == (self.starts[i + 1] if i < last else self.ends[last]):
            if self.words[i] in JOINED:
                items.append((i + 1, last))
                last = i - 1
            elif self.words[i] in BREAKS:
                break
            i -= 1
        leads = [j for j in range(i + 1, last + 1) if j == i + 1 or self.pos[j - 1] in LEADS]
        branded = [j for j in leads if self._brand(j) or self.starts[j] in self.begun]
        items += [((branded or leads[-1:])[0], last)] if leads else []
        return [(first, last) for first, last in items if first <= last]

    def _named_by(self, first, last, *, firms, sure):
        """Return where the name of a firm ends that an item of a list begins with, None if it begins with none."""
        rules, begin, end, words = self.rules, self.starts[first], self.ends[last], self.words[first : last + 1]
        if not (sure or not firms) or (firms and not rules.kinds.isdisjoint(words)):
            return None
        brand = self._brand_of(first, last)
        if brand is None:
            kinds = all(word in rules.terms or word in rules.common for word in words) or words[-1] == "强"  # 500强
            return end if firms and 2 <= end - begin <= 8 and not kinds and self.pos[last] not in ("v", "vn") else None
        if firms:
            return self._made(self.ends[brand]) or (end if end - self.ends[brand] <= 4 else self.ends[brand])
        alone = brand == last and not sure
        if alone or (brand < last and self.pos[brand + 1] == "uj") or rules.works.search(self.text, begin, end):
            return None
        return self._made(self.ends[brand]) or self.ends[brand]

    def _brand_of(self, first, last):
        """Return the last token of what a firm is called at the head of an item, None if nothing there is a brand."""
        i, brand = first, self._brand(first)
        while i < last and (
            (self.pos[i + 1] == UNKNOWN and self._is_named(i + 1))
            or (self.pos[i + 1] == "nrt" and i + 1 == last)
            or (not brand and len(self.words[i]) == len(self.words[i + 1]) == 1)
        ):
            i += 1
        pieces = i > first and len(self.words[first]) == 1 and self.words[first] not in LOOSE  # 圣 | 钒
        made = (pieces or (i == first < last and self.pos[i] in ("nr", "nrt"))) and self._made(self.ends[i])
        return i if brand or made or (pieces and self.pos[first] in ("zg", "g")) else None
