"""Which named bodies a text speaks of: governments and their parts, parties, firms, universities, associations.

What counts stands in ``docs/marking.md``, section Institutions. A name is found in one of three ways:

- **known**: it stands in ``data/lexicon/institutions.csv``, and no dictionary word lies across its ends;
- **office**: a level of government and an organ (市委, 省政府), or words for a field of administration and a head
  (大数据 + 管理 + 局). A centre is a body only by certain words, and mostly with a level or a place before it;
- **open**: a head such as 公司 or 协会 and the nouns right before it, as far back as the first that is a place, a
  proper name or a known body. Without one of these it is a kind of body (电力公司), and no name.

What a name belongs to is part of it (宁波市, 市委). Of names that overlap, the longest is kept. The words that these
rules turn on stand in ``data/lexicon/institution_words.csv``.
"""

import re
from bisect import bisect_right

import pandas as pd

from cityanalysis import files, words

COLUMNS = ("passage_id", "start", "end", "kind", "text")
LONGEST = 30  # characters before a head that are looked at

# What names end in; with the heads of the last two lines only offices do.
HEAD = re.compile(
    "公司|集团|[分支]行|银行|交易所|交易中心|事务所|报社|通讯社|出版社"
    "|(?:研究|设计|规划|科学|工程|高研|工研|产研|信通)总?院|(?:研究|设计|计算)所|大学|学院|医院"
    "|协会|学会|研究会|商会|促进会|联合会|联盟|基金会|管委会|(?:管理)?委员会|政府|议会|法院|检察院"
    "|领导小组(?:办公室|办)?|指挥部"
    "|(?P<office>办公[厅室]|[局厅委办]|中心|人大|常委会|政协|[传织战]部|党校"
    "|总工会|工商联|科协|妇联)"
)
LEVEL = "自治区|[省市区县州盟旗]"
ORGAN = (
    "(?:党?委|党?工委)(?:办公厅|办公室|宣传部|组织部|统战部|政法委|党校)?|纪委监委|纪委|监委|管委会"
    "|(?:人民)?政府(?:办公厅|办公室)?|人大常委会|人大|政协|议会|总工会|工商联|科协|妇联"
    "|(?:(?:中级|高级)?人民)?法院|(?:人民)?检察院"
)
CENTRE = (
    "城市运行(?:综合)?(?:管理|监测)?|城运|疾控|疾病预防控制|计算|社会治理|城市治理"
    "|(?:政务)?大数据(?:资源)?(?:管理|发展|应用|运营)?(?:服务)?|数据资源(?:管理)?|(?:电子政务|政务数据)(?:管理|服务)?"
    "|(?:政务|经济|公共)?信息|公共信用(?:信息)?|信用信息|公共资源交易|(?:政务|行政|便民|公共|审批){1,2}服务(?:管理)?"
    "|(?:社会治理|城市管理|城市治理)?(?:应急|综合)?(?:运行)?(?:管理)?指挥(?:调度)?|网格化?(?:服务)?(?:综合)?管理"
    r"|(?:智慧\w\w)?运行管理|智慧城市(?:运行|运营|建设|管理|服务){1,2}"
)
ALONE = re.compile("(?:城市运行.*|城运|疾控|智慧.*运行管理|社会治理.*指挥)中心")  # need no level or place before them
PERSONS = ("代表", "员")  # 市人大代表 is somebody
BESIDE = tuple("各等级县市区乡镇")  # 各市政府, 三级政府, 市县政府: kinds

POLITY = ("政府", "议会", "法院", "检察院")  # named by a place alone
GROUP = ("领导小组", "指挥部")  # named by their matter alone
NAMING = ("省", "市", "区", "县", "州", "自治区")
# A country or the world names what represents or studies something, not a firm, a school or a hospital.
WIDE = ("中国", "中华", "国家", "国际", "全国", "世界")
WIDELY = ("会", "研究院", "研究所", "交易所", "联盟", "银行")
BRANDS = ("数字", "智慧", "云上")  # 数字福州集团
BUILT = ("建设", "创建", "创成", "创三")  # between two names, not in one
# Two of the three operators side by side; one alone is a field or a verb as well.
OPERATORS = re.compile(
    "(移动|电信|联通)(?=[、和与及](?:移动|电信|联通))|(?<=(?:移动|电信|联通)[、和与及])(移动|电信|联通)"
)
# Parts of speech, as in jieba's dictionary, of words in an open name, and of own names.
NOUNS = ("n", "nr", "nrt", "nrfg", "ns", "nt", "nz", "ng", "vn", "an", "j", "eng", "b", "s", "f")
PROPER = ("nr", "nrt", "ns", "eng")
UNKNOWN = "x"
# The tokenizer leaves function words and dates in unknown words; a name begins and ends with none of these.
LOOSE = frozenset(
    "由与和在为及从向对把让将被给等该各每全其这那某本我日年月号时后前再又先另有可能获新设建已也还经按以称是含作约"
    "一二三四五六七八九十两几多的了到共个好做强系投创"
)


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
    rules = _Rules(files.table("data/lexicon/institutions.csv")["name"])
    cuts, none = _cuts(tokens), ((), (), (), ())
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
    """What names are told by: known ones, places, and words in their roles."""

    def __init__(self, names):
        table = files.table("data/lexicon/institution_words.csv")
        roles = {role: frozenset(words) for role, words in table.groupby("role")["word"]}
        self.known = re.compile(_either(names) or "(?!)")
        self.office = re.compile(  # to be searched up to the end of a head
            rf"(?:(?P<organ>(?:{LEVEL})(?:{ORGAN}))|(?P<level>{LEVEL}|国家|中央|全国)?(?:(?P<centre>{CENTRE})中心"
            rf"|(?:{_either(roles['field'])})(?:[和与]?(?:{_either(roles['field'] | roles['general'])})){{0,8}}"
            r"(?:委员会|局|(?<!市政)厅|委|办公室|办)(?:办公室)?|(?<=[省市区县])建设[局厅委]))\Z"
        )
        provinces = set(words.cities()["province"])
        short = {re.sub("(?:省|市|(?:壮族|回族|维吾尔)?自治区)$", "", name) for name in provinces}
        self.places = provinces | short | set(words.city_names()["term"])
        self.kinds, self.verbs = roles["kind"], roles["verb"]  # a name reaches back to a kind at most
        self.no_names = roles["no-place"].union(self.kinds, WIDE)
        self.no_stems = roles["no-stem"]


class _Finder:
    """Finds the institutions of one text."""

    def __init__(self, rules, text, cut):
        self.rules, self.text = rules, text
        self.starts, self.ends, self.words, self.pos = cut
        self.bodies = {}  # from the end of a name to its start

    def find(self):
        """Return the start and end of each name, in order, without overlap."""
        for hit in self.rules.known.finditer(self.text):
            if self._begin(hit.start()) == hit.start() and self._closed(hit.end()):
                self.bodies[hit.end()] = hit.start()
        for name in OPERATORS.finditer(self.text):
            self.bodies[name.end()] = name.start()
        for head in HEAD.finditer(self.text):
            if not self._closed(head.end()):
                continue
            start = self._office(head)
            if start is None and not head["office"]:
                start = self._open(head)
            if start is not None and head.end() - start <= 2 * LONGEST:
                self.bodies[head.end()] = min(start, self.bodies.get(head.end(), start))
        chosen = []
        for start, end in sorted((start, end) for end, start in self.bodies.items()):
            if not chosen or start >= chosen[-1][1]:
                chosen.append((start, end))
            elif end - start > chosen[-1][1] - chosen[-1][0]:
                chosen[-1] = (start, end)
        return chosen

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
        return i < 0 or self.ends[i] <= end or self.pos[i] in (UNKNOWN, "nt")

    def _is_place(self, i):
        """Say whether a token names a place."""
        word = self.words[i]
        return word in self.rules.places or (self.pos[i] == "ns" and len(word) > 1 and word not in self.rules.no_names)

    def _located(self, start):
        """Return where a name begins with the places right before it."""
        first = start
        while (i := self._before(start)) >= 0 and first - start < LONGEST and self._is_place(i):
            start = self.starts[i]
        return start

    def _office(self, head):
        """Return where the office's name begins that ends in a head, None if it is none."""
        position = max(0, head.start() - LONGEST)
        while hit := self.rules.office.search(self.text, position, head.end()):
            first = self._begin(hit.start())
            if first is not None:
                return self._belonging(hit, first)
            position = hit.start() + 1
        return None

    def _belonging(self, hit, first):
        """Return where an office's name begins with the places and bodies that it belongs to."""
        beside = BESIDE if hit["organ"] else "级"
        if self.text.endswith(beside, 0, first) or (hit["organ"] and self.text.startswith(PERSONS, hit.end())):
            return None
        level = hit["level"] or hit["organ"] or first < hit.start()
        start = self._located(first if level else self.bodies.get(first, first))
        return None if hit["centre"] and not level and start == first and not ALONE.fullmatch(hit[0]) else start

    def _open(self, head):
        """Return where an open name begins: with its leftmost own name, None if it has none."""
        i = self._at(head.start())
        start = self.starts[i] if i >= 0 else head.start()
        stem = self.text[start : head.start()]  # what stands before the head in the same word
        if stem and (not self.rules.kinds.isdisjoint((stem, self.words[i])) or self.pos[i] == UNKNOWN):
            return None
        if stem and head.start() in self.bodies:
            return self._located(self.bodies[head.start()])
        begin, polity = None, head[0] in POLITY
        if stem and (
            head[0].startswith(GROUP)
            or stem[:2] in self.rules.places
            or (stem in NAMING and not polity)
            or (self.pos[i] == "nt" and (polity or head[0] == "大学") and stem not in self.rules.no_stems)
        ):
            begin = start
        if not (stem and polity):
            begin = self._back(head, start, begin, parts=int(bool(stem)))
        if begin is None and head[0] == "管委会" and not self.text.startswith(("+", "＋"), head.end()):
            return head.start()  # the short form of the committee that the text is about
        return begin

    def _back(self, head, start, begin, *, parts):
        """Go back from a head over the words of its name, and return where it begins."""
        group, polity, wide = head[0].startswith(GROUP), head[0] in POLITY, head[0].endswith(WIDELY)
        placed = False
        if group and self.text[start - 1 : start] == "”" and self.text.find("“", max(0, start - LONGEST), start) >= 0:
            return self.text.rindex("“", 0, start)  # “数字宁波”领导小组
        while head.start() - start < LONGEST and (i := self._before(start)) >= 0:
            if start in self.bodies and not polity:
                return self._located(self.bodies[start])
            if i > 1 and self.words[i] in (")", "）") and self.words[i - 2] in ("(", "（") and self._is_place(i - 1):
                start = self.starts[i - 2]
                continue
            if self.pos[i] == UNKNOWN and self.words[i][-1] in NAMING and LOOSE.issuperset(self.words[i][:-1]):
                return start - 1 if parts else begin  # 由市 | 第一 | 人民 | 医院
            own = self._own(i, placed)
            fits = own or (self._fits(i) and not placed)
            if not fits or (polity and not self._is_place(i)) or self._ends(i, start):
                break
            word, start, parts, placed = self.words[i], self.starts[i], parts + 1, self._is_place(i)
            if group or (own and (parts > 1 or word not in NAMING)) or (wide and word in WIDE and parts > 1):
                begin = start
        return begin

    def _own(self, i, placed):
        """Say whether a token is an own name or a level; before a place (`placed`) fewer words are, and brands."""
        word, pos = self.words[i], self.pos[i]
        if word in self.rules.no_names:
            return False
        if pos == UNKNOWN:
            return not placed and 2 <= len(word) <= 4 and LOOSE.isdisjoint((word[0], word[-1]))
        proper = pos in PROPER and len(word) > 1
        return proper or word in NAMING or word in self.rules.places or (placed and word in BRANDS)

    def _fits(self, i):
        """Say whether a token can stand in an open name."""
        word = self.words[i]
        fits = self.pos[i] in NOUNS or word in self.rules.verbs or word in WIDE or word.startswith("第")
        return fits and word not in self.rules.kinds

    def _ends(self, i, start):
        """Say whether a token ends another name, which is the subject of a verb that follows."""
        return self.text.startswith(BUILT, start) and HEAD.search(self.words[i]) is not None
