"""The characters of Chinese texts: the many ways to write the same, and what spoils them.

One text can be wrapped at a width, have a blank between all characters, full-width letters, or characters that nobody
sees; `clean` and `unwrapped` give all of these one form, and say what they changed. `noise` tells of what cannot be
mended, `misread` of a text that was once read in a wrong encoding.
"""

import functools
import re
import unicodedata
from collections import Counter

HAN = r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
WIDE = r"[·—‘’“”…\u2e80-\uffef\U00020000-\U0003ffff]"
NOISE = 0.002  # what a person should know is reported when it is more than this share of all Chinese characters

# Radicals that some files have for the characters that look like them; the first 214 Unicode itself folds.
RADICALS = "⺝月⺟母⺠民⻁虎⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻚页⻛风⻜飞⻝食⻢马⻣骨⻥鱼⻦鸟⻨麦⻩黄⻬齐⻮齿⻰龙"
FOLD = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)}
FOLD |= str.maketrans(RADICALS[::2], RADICALS[1::2])
# The commonest characters and marks of Chinese, here simplified.
COMMON = (
    "一人大是国中不在了业和有上个全建为发地新的市年会化以生工产成进这动实家民区行他我展力来等高设作出要政到能城加学长时推"
    "开用体主经道公下重就务们心子面对自说代于方增分好平制理也后提之部现合得水过持多入定强点事法可天目项资机省治着文三本级"
    "同保小改安里量创你企都万前造通而外门度深质性北日与品基元位山表施军社所场数去快其两关各那种还然第科起系海向服明农口院"
    "物十内济路南金升特东总电当打如名二员西色共完教头规战技间更领立府程统育活最从坚老村应期委次利只无管将江想么县正集意商"
    "手常者四此又见任运及没月先看达问范投相交美把流型优续放革风计些示支已做办导但争决气首效落身域湖州由使比义解武源她态亿"
    "标情式联并题信果台样结线园术知因精石原专才清五回乡智慧"
    "，。、；：？！“”‘’（）《》—…　·"
)

_LINE_END = re.compile("\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")
_RADICAL = re.compile(f"[{''.join(map(chr, FOLD))}]")
# Full-width signs are Chinese punctuation, but for those that stand within a Latin word or a number.
_LATIN = "[0-9A-Za-z０-９Ａ-Ｚａ-ｚ]"
_FULL_WIDTH = re.compile(f"[０-９Ａ-Ｚａ-ｚ％＋]|(?<={_LATIN})[＆－．／＠＿](?={_LATIN})")
# Joiners, marks of direction, soft hyphens, variants of a form, and control characters.
_UNSEEN = re.compile(
    "[\0-\x08\x0e-\x1b\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0000-\U000e01ef]"
)
# At least four characters with a blank between all, or a line of two or three, such as 目　录.
_SPACED = re.compile(
    r"(?<!\S)[^\s|](?:[^\S\n]{1,2}[^\s|]){3,}(?!\S)" rf"|(?m:(?<=^)[^\S\n]*{HAN}(?:[^\S\n]+{HAN}){{1,2}}[^\S\n]*$)"
)
_UNIT = re.compile("[!-~]+|.[，。、；：？！”’）》」』…]*")  # a line is not wrapped within it
_NUMBERED = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[、）).．]|第[一二三四五六七八九十\d]{1,3}[章节条]")
_INDENTED = re.compile(r"[^\S\n]{2}|\u3000")
_ENDED = re.compile(r"[。！？；：!?;:][”’）》]*\Z")
# With the mark of a tone, so that (pm) or (km) are not taken for pinyin.
_TONE = "à-ǿ\u0300-\u036f"
_PINYIN = re.compile(rf"[(（](?:(?<={HAN}[(（])|(?<={HAN}\s[(（]))(?=[^)）]*[{_TONE}])[a-zɡ{_TONE}]{{1,8}}[)）]")
_DOUBLED = re.compile(rf"(?:({HAN})\1){{3,}}")  # 轰轰烈烈 is a word, three pairs in a row are none
_CUT_NUMBER = re.compile(rf"(?<={WIDE})(\d[\d.,]*)\s*\n\s*(?=[\d.,]*\d(?:%|{WIDE}))")
LOST = re.compile("[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]|锟斤拷|烫烫烫|屯屯屯")
ESCAPED = re.compile(r"\\u[0-9a-fA-F]{4}|&#?\w{2,8};|(?:%[0-9a-fA-F]{2}){3}")
# An encoding in which a text was wrongly read, and its own.
MISREAD = (
    *(("gb18030", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "utf-8"), ("cp950", "utf-8")),
    *(("cp1252", "gb18030"), ("latin-1", "gb18030"), ("cp950", "gb18030"), ("gb18030", "cp950"), ("latin-1", "cp950")),
)
PLAUSIBLE = 0.2  # of 10 characters in their right encoding, 99 % of samples reach it; in a wrong one, 1 %


def clean(text, *, wrapped=False):
    r"""Give a text one form, however it is written.

    Line ends of all kinds become ``\n``; characters are composed (NFC); what cannot be seen is taken out, and so are
    blanks where one stands between all characters; radicals become the characters that they look like, full-width
    letters, digits, ``％`` and ``＋`` half-width ones.

    Parameters
    ----------
    text : str
    wrapped : bool
        Whether lines may have been wrapped at a width, so that they are joined, see `unwrapped`.

    Returns
    -------
    str, list of str
        The text, and a note on each change but those of line ends and composition.

    Examples
    --------
    >>> clean("⼀、５Ｇ\u200b网\r\n城 市 大 脑")
    ('一、5G网\n城市大脑', ['characters that cannot be seen taken out: 1',
     'radicals replaced by the characters they stand for: 1', 'blanks between all characters taken out: 3',
     'full-width letters and digits made half-width: 2'])
    """
    text, notes = unicodedata.normalize("NFC", _LINE_END.sub("\n", text)), []

    def change(what, pattern, replacement):
        nonlocal text
        text, count = pattern.subn(replacement, text)
        notes.extend([f"{what}: {count}"] * (count > 0))

    change("characters that cannot be seen taken out", _UNSEEN, "")
    change("radicals replaced by the characters they stand for", _RADICAL, lambda found: found[0].translate(FOLD))
    size, text = len(text), _SPACED.sub(_closed, text)
    notes += [f"blanks between all characters taken out: {size - len(text)}"] * (len(text) < size)
    if wrapped:
        text, joined = unwrapped(text)
        notes += joined
    change("full-width letters and digits made half-width", _FULL_WIDTH, lambda found: chr(ord(found[0]) - 0xFEE0))
    return text, notes


def _closed(spaced):
    """Take the blanks out of a stretch of characters, unless these are Latin letters or digits alone."""
    return re.sub(r"\s", "", spaced[0]) if re.search(WIDE, spaced[0]) else spaced[0]


def unwrapped(text):
    r"""Join the lines of a text that was wrapped at a width, as mail and ``pdftotext`` do.

    A line was wrapped if nothing more would have fitted into it. That many lines are so is no proof, as names and
    verses are of one length, too: some of them must also end within a word, or with a comma.

    Returns
    -------
    str, list of str
        The text, and a note if lines were joined.

    Examples
    --------
    >>> unwrapped("小城用三年时间把路灯和公\n交站牌都接到一张网上，居\n民用手机就能看到，并且可\n以随时投诉。")
    ('小城用三年时间把路灯和公交站牌都接到一张网上，居民用手机就能看到，并且可以随时投诉。',
     ['lines joined, the text being wrapped at a width: 3'])
    """
    lines = text.split("\n")
    inside = [at for at in range(len(lines) - 1) if lines[at].strip() and lines[at + 1].strip()]
    for size in (len, _columns):
        sizes = sorted(size(line) for line in lines if line.strip())
        if len(sizes) < 4:
            break
        # Marks may hang over the edge, and a line may be longer that could not be wrapped.
        width = sizes[-1 - len(sizes) // 20] - 2 * size("，")
        reach = {at: size(lines[at]) + size(_UNIT.match(lines[at + 1].lstrip())[0]) for at in inside}
        full = {at for at in inside if reach[at] > width}
        cut = sorted(reach[at] for at in full if _is_cut(lines[at].rstrip(), lines[at + 1].lstrip()))
        if len(full) >= max(3, 0.3 * len(sizes)) and len(cut) >= max(2, len(full) / 6):
            indented = sum(bool(_INDENTED.match(line)) for line in lines) < len(sizes) / 2
            ended = {at for at in full if _ENDED.search(lines[at].rstrip())}
            begun = {at for at in ended if _NUMBERED.match(lines[at + 1].lstrip()) or reach[at] < cut[len(cut) // 20]}
            begun |= {at for at in full if indented and _INDENTED.match(lines[at + 1])}
            marked = "\n".join(line + "\0" * (at in full and at not in begun) for at, line in enumerate(lines))
            if len({len(lines[at]) for at in full - ended}) > 1:  # else cut within words, too, and all blanks are there
                marked = re.sub(r"(?<=[A-Za-z,;:.)])[^\S\n]*(?=\0\n\s*[!-~])", " ", marked)  # between Latin words
            joined = re.sub(r"\0\n\s*", "", marked)
            return joined, [f"lines joined, the text being wrapped at a width: {marked.count(chr(0))}"]
    return text, []


def _columns(line):
    """Return how many columns a line takes in a terminal."""
    return len(line) + _beyond(line)


def _is_cut(line, after):
    """Say whether a sentence goes on in the next line: by the marks around the break, or for a word that it cuts."""
    import rjieba

    if line[-1] in "，、（“《" or after[0] in "，。、；：！？）”》":
        return True
    if not re.match(HAN, line[-1]) or not re.match(HAN, after[0]):
        return False
    if re.search("[，。；]", line):
        return True
    end, ends = 0, set()
    for word in rjieba.cut(line[-4:] + after[:4]):
        end += len(word)
        ends.add(end)
    return len(line[-4:]) not in ends


def joined(text):
    r"""Put the lines of a paragraph together, with a blank only between letters or digits.

    A hyphen at the end of a line, which pdfium gives as ``\2``, goes where it parts a word; so does the end of a line
    within a number between Chinese characters.

    >>> joined("智慧\n城市 Smart\nCity infor\2mation 5\2G，到20\n24年")
    '智慧城市 Smart City information 5-G，到2024年'
    """
    lines = (line.strip() for line in _CUT_NUMBER.sub(r"\1", text).split("\n"))
    text = re.sub(rf"(?<={WIDE})\n|\n(?={WIDE})", "", "\n".join(line for line in lines if line)).replace("\n", " ")
    return re.sub("(?<=[a-z])\2(?=[a-z])", "", text).replace("\2", "-")


def plausibility(text):
    """Return the share of `COMMON`, simplified or traditional, among all characters that are not ASCII.

    >>> plausibility("智慧城市"), plausibility("鏅烘収鍩庡競")
    (1.0, 0.0)
    """
    return sum(map(_common().__contains__, text)) / max(_beyond(text), 1)


def _beyond(text):
    """Count the characters that are not ASCII."""
    return len(text) - len(text.encode("ascii", "ignore"))


@functools.cache
def _common():
    """Return `COMMON` in both scripts."""
    return frozenset(COMMON + opencc("s2t")(COMMON))


def misread(text):
    """Name the encoding in which a text was once wrongly read, and its own; None for a sound text.

    >>> misread("智慧城市".encode().decode("gb18030")), misread("智慧城市")
    (('gb18030', 'utf-8'), None)
    """
    sound = plausibility(text)
    if sound >= PLAUSIBLE:
        return None
    for wrong, right in MISREAD:
        again = text.encode(wrong, "ignore").decode(right, "ignore")
        if 3 * len(again) > len(text) and _beyond(again) > 3 and plausibility(again) > 2 * PLAUSIBLE:
            return wrong, right
    return None


def count_han(text):
    """Count the Chinese characters of a text."""
    return sum(n for character, n in Counter(text).items() if re.match(HAN, character))


def noise(text, *, han):
    """Return notes on what mirrors and broken converters leave in a text of so many Chinese characters."""
    counts = {
        "pinyin between characters": len(_PINYIN.findall(text)),
        "doubled glyphs": sum(len(stretch[0]) // 2 for stretch in _DOUBLED.finditer(text)),
        "characters lost before (U+FFFD, 锟斤拷) or of private use": sum(map(len, LOST.findall(text))),
        "characters escaped (such as &nbsp; or \\u667a)": len(ESCAPED.findall(text)),
    }
    return tuple(
        f"{what}: {count} to {han} Chinese characters" for what, count in counts.items() if count > NOISE * han
    )


def script(text, simplify, *, han):
    """Convert traditional characters if asked to, and note how many there are."""
    simple = unicodedata.normalize("NFC", opencc("t2s")(text))
    if simple == text:
        return text, ()
    changed = sum(map(str.__ne__, text, simple))
    if simplify:
        return simple, (f"converted to simplified characters (OpenCC t2s): {changed}",)
    note = f"traditional characters: {changed} of {han}; simplify=True (--simplify) converts them"
    return text, (note,) if changed > NOISE * han else ()


@functools.cache
def opencc(config):
    """Return OpenCC's function for a conversion."""
    from opencc import OpenCC

    return OpenCC(config).convert
