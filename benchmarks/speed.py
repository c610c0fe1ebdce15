"""How fast: `python benchmarks/speed.py` prints the table of benchmarks/README.md; with ``--large`` that below it too.

What this library takes stands beside what one would use instead, on the same text: the records, their passages drawn
again and again with a fixed seed. Both are measured in turn, round by round, and the ratio is the median of those of
the rounds. Times are of the processor (user and system), so that other work on the machine counts little, but for
those of two processes, which are of the clock.
"""

import argparse
import cProfile
import os
import platform
import pstats
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import jieba
import jieba.posseg
import pandas as pd
import rjieba
from sklearn.feature_extraction.text import CountVectorizer

import cityanalysis as ca
from cityanalysis import quantities, times

ROUNDS = 5
COMMAND = [sys.executable, "-m", "cityanalysis.cli"]

# What one would write with jieba alone: word, part of speech, positions, as CSV.
POSSEG = """
import csv, sys
import jieba.posseg
text, start = open(sys.argv[1], encoding="utf-8").read(), 0
with open(sys.argv[2], "w", encoding="utf-8", newline="") as file:
    writer = csv.writer(file)
    for pair in jieba.posseg.cut(text):
        writer.writerow([start, start + len(pair.word), pair.word, pair.flag])
        start += len(pair.word)
"""
FIRST = "import cityanalysis as ca; ca.Tokenizer().cut('城市')"
FIRST_POSSEG = "import jieba.posseg; list(jieba.posseg.cut('城市'))"


def drawn(size, seed=0):
    """Return passages of the records, drawn with replacement until they have so many bytes."""
    texts, rng, chosen = ca.load("records", second=True).passages["text"].tolist(), random.Random(seed), []
    while size > 0:
        chosen.append(rng.choice(texts))
        size -= len(chosen[-1].encode()) + 1
    return pd.DataFrame({"passage_id": [f"{seed}#{i}" for i in range(len(chosen))], "text": chosen})


def posseg(passages):
    """Return word, part of speech and positions as one would with jieba alone."""
    rows = []
    for passage, text in zip(passages["passage_id"], passages["text"], strict=True):
        start = 0
        for pair in jieba.posseg.cut(text):
            rows.append((passage, start, start + len(pair.word), pair.word, pair.flag))
            start += len(pair.word)
    return pd.DataFrame(rows, columns=["passage_id", "start", "end", "word", "pos"])


def tagged(passages, tokenizer):
    """Return all tags of passages."""
    return ca.tag(passages, ca.tokenize(passages, tokenizer=tokenizer), lexicon=tokenizer.lexicon)


def found(passages):
    """Return times and figures of passages."""
    return [(times.find(text), quantities.find(text)) for text in passages["text"]]


def numerals(passages):
    """Convert Chinese numerals, and these alone, with cn2an."""
    import cn2an

    return [cn2an.transform(text, "cn2an") for text in passages["text"]]


def processor():
    """Return the processor's seconds of this process and those that it has waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def run(*command):
    """Run a command."""
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def seconds(work, clock):
    """Return how long something takes by a clock."""
    start = clock()
    work()
    return clock() - start


def compared(what, ours, instead, theirs, *, clock=processor, rounds=ROUNDS):
    """Print a row: medians of some rounds, in each of which both are measured."""
    pairs = [(seconds(ours, clock), seconds(theirs, clock)) for _ in range(rounds)]
    one, other = (statistics.median(column) for column in zip(*pairs, strict=True))
    ratio = statistics.median(theirs / ours for ours, theirs in pairs)
    print(f"| {what} | {one:.2f} s | {instead} | {other:.2f} s | {ratio:.1f} |", flush=True)


def table(folder):
    """Print what this library takes beside what one would use instead."""
    passages, text, out = drawn(1_000_000), folder / "text.txt", folder / "out"
    text.write_text("\n".join(passages["text"]), encoding="utf-8")
    tokenizer, joined = ca.Tokenizer(lexicon=ca.read_lexicon()), "\n".join(passages["text"])
    tagged(passages.head(9), tokenizer), posseg(passages.head(9)), numerals(passages.head(9))  # load what they need

    def words():
        return ca.tokenize(passages, tokenizer=tokenizer)

    def vectorized(analyzer):
        return lambda: CountVectorizer(analyzer=analyzer).fit_transform(passages["text"])

    def command(*more):
        return lambda: run(*COMMAND, "tag", text, "--out", out, *more)

    def python(*code):
        return lambda: run(sys.executable, "-c", *code)

    print("| what, on 1 MB of text | time | instead | time | times as fast |\n|---|--:|---|--:|--:|")
    compared("words and parts of speech, as a table", words, "`jieba.posseg`", lambda: posseg(passages))
    compared("the same", words, "`rjieba.tag`, bare: its list of words", lambda: rjieba.tag(joined))
    own = "words and all tags", lambda: tagged(passages, tokenizer)
    compared(*own, "`jieba.posseg`: words only", lambda: posseg(passages))
    own = "words and parts of speech counted by passage", lambda: ca.count(words())
    compared(*own, "`CountVectorizer` with `jieba.posseg`", vectorized(jieba.posseg.lcut))
    compared(*own, "`CountVectorizer` with `jieba.lcut`: words only", vectorized(jieba.lcut))
    own = "times and figures", lambda: found(passages)
    compared(*own, "`cn2an`: Chinese numerals only", lambda: numerals(passages))
    own = "`cityanalysis tag`, start-up and files included", command()
    compared(*own, "a script with `jieba.posseg`", python(POSSEG, text, folder / "posseg.csv"))
    compared(*own, "`--engine jieba`", command("--engine", "jieba"))
    compared("first word, start-up included", python(FIRST), "`jieba.posseg`", python(FIRST_POSSEG))
    compared("`import cityanalysis`", python("import cityanalysis"), "`import pandas`", python("import pandas"))
    compared("`cityanalysis --help`", lambda: run(*COMMAND, "--help"), "`import pandas`", python("import pandas"))
    bounds(lambda: tagged(passages, tokenizer))


def bounds(work):
    """Print which functions take most of the time."""
    profile = cProfile.Profile()
    profile.runcall(work)
    stats = pstats.Stats(profile).stats
    whole = sum(own for _, _, own, _, _ in stats.values())
    print("\n| what bounds the rest: words and all tags | calls | share of the time |\n|---|--:|--:|")
    for (path, _, name), (_, calls, own, _, _) in sorted(stats.items(), key=lambda item: -item[1][2])[:10]:
        label = name.strip("<>") if path == "~" else f"{Path(path).stem}.{name}"
        print(f"| `{label}` | {calls:,} | {own / whole:.0%} |")


def large(folder):
    """Print how much faster two processes are."""
    names = [folder / f"{i}.txt" for i in range(50)]
    for i, name in enumerate(names):
        name.write_text("\n".join(drawn(2_000_000, i)["text"]), encoding="utf-8")
    print("\n| by the clock | time | instead | time | times as fast |\n|---|--:|---|--:|--:|")
    for n in (29, 50):
        one, two = (
            lambda workers=workers, n=n: run(*COMMAND, "tag", *names[:n], "--out", folder / "o", "--workers", workers)
            for workers in ("1", "2")
        )
        compared(
            f"`cityanalysis tag --workers 2`, {2 * n} MB", two, "one process", one, clock=time.perf_counter, rounds=1
        )


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--large", action="store_true", help="two processes on much text, too")
    options = parser.parse_args()
    warnings.simplefilter("ignore")  # of jieba's own source
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {time.strftime('%F')}\n")
    with tempfile.TemporaryDirectory() as folder:
        table(Path(folder))
        if options.large:
            large(Path(folder))


if __name__ == "__main__":
    main()
