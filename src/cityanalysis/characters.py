"""The characters of Chinese texts: what they are, how they are put together, and what spoils them."""

import functools
import re
import unicodedata
from collections import Counter

HAN = r"[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
WIDE = r"[·—‘’“”…\u2e80-\uffef\U00020000-\U0003ffff]"
NOISE = 0.002  # what a person should know is reported when it is more than this share of all Chinese characters

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


def joined(text):
    r"""Put the lines of a paragraph together, with a blank only between letters or digits.

    A hyphen at the end of a line, which pdfium gives as ``\2``, goes where it parts a word.

    >>> joined("智慧\n城市 Smart\nCity infor\2mation 5\2G")
    '智慧城市 Smart City information 5-G'
    """
    text = re.sub(rf"(?<={WIDE})\s*\n\s*|\s*\n\s*(?={WIDE})", "", text.strip())
    return re.sub("(?<=[a-z])\2(?=[a-z])", "", re.sub(r"\s*\n\s*", " ", text)).replace("\2", "-")


def noise(text):
    """Return notes on what mirrors and broken converters leave in a text."""
    han = len(re.findall(HAN, text))
    # With the mark of a tone, so that (pm) or (km) are not taken for pinyin.
    pinyin = rf"(?<={HAN})\s?[(（](?=[^)）]*[à-ǿ\u0300-\u036f])[a-zɡà-ǿ\u0300-\u036f]{{1,8}}[)）]"
    doubled = rf"(?:({HAN})\1){{3,}}"  # 轰轰烈烈 is a word, three pairs in a row are none
    lost = r"[\ufffd\ue000-\uf8ff\U000f0000-\U0010ffff]"
    counts = {
        "pinyin between characters": len(re.findall(pinyin, text)),
        "doubled glyphs": sum(len(stretch[0]) // 2 for stretch in re.finditer(doubled, text)),
        "characters lost before (U+FFFD) or of private use": len(re.findall(lost, text)),
    }
    return tuple(
        f"{what}: {count} to {han} Chinese characters" for what, count in counts.items() if count > NOISE * han
    )


def script(text, simplify):
    """Convert traditional characters if asked to, and note how many there are."""
    simple = unicodedata.normalize("NFC", opencc("t2s")(text))
    changed, han = sum(map(str.__ne__, text, simple)), len(re.findall(HAN, text))
    if simplify:
        return simple, (f"converted to simplified characters (OpenCC t2s): {changed}",) if changed else ()
    note = f"traditional characters: {changed} of {han}; simplify=True converts them"
    return text, (note,) if changed > NOISE * han else ()


@functools.cache
def opencc(config):
    """Return OpenCC's function for a conversion."""
    from opencc import OpenCC

    return OpenCC(config).convert


def plausibility(text):
    """Return the share of `COMMON`, simplified or traditional, among all characters that are not ASCII."""
    counts = Counter(text)
    beyond = sum(count for character, count in counts.items() if character > "\x7f")
    return sum(counts[character] for character in {*COMMON, *opencc("s2t")(COMMON)}) / max(beyond, 1)
