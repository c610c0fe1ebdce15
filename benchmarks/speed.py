"""How fast: `python benchmarks/speed.py` prints a table; run it on a machine that does nothing else.

Times are wall-clock seconds, the least of some runs. Beside each stands the usual alternative, measured in the same
run, and the ratio between the two. The folder build/ is removed and made again.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent

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

PARSED = """
import sys
from cityanalysis import quantities, times
text = open(sys.argv[1], encoding="utf-8").read()
times.find(text), quantities.find(text)
"""
NUMERALS = """
import sys
import cn2an
cn2an.transform(open(sys.argv[1], encoding="utf-8").read(), "cn2an")
"""


def seconds(command, *, runs=3):
    """Return the least time that a command takes in some runs."""
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    """Measure and print."""
    rows = []
    bare = seconds([sys.executable, "-c", ""], runs=9)
    imported = seconds([sys.executable, "-c", "import cityanalysis"], runs=9)
    rows.append(("import cityanalysis", imported, "bare Python", bare))
    with tempfile.TemporaryDirectory() as folder:
        text, out = Path(folder, "text.txt"), Path(folder, "out")
        records = "".join(
            path.read_text(encoding="utf-8") for path in sorted((ROOT / "corpus" / "records").glob("*.md"))
        )
        text.write_bytes((records * 5).encode()[:1_000_000].decode("utf-8", "ignore").encode())
        ours = seconds([str(BIN / "cityanalysis"), "tag", str(text), "--out", str(out)])
        posseg = seconds([sys.executable, "-c", POSSEG, str(text), str(out / "posseg.csv")], runs=1)
        rows.append(("cityanalysis tag, 1 MB", ours, "jieba.posseg, words only", posseg))
        jieba = seconds([str(BIN / "cityanalysis"), "tag", str(text), "--out", str(out), "--engine", "jieba"])
        rows.append(("cityanalysis tag, 1 MB", ours, "the same with --engine jieba", jieba))
        parsed = seconds([sys.executable, "-c", PARSED, str(text)])
        numerals = seconds([sys.executable, "-W", "ignore", "-c", NUMERALS, str(text)])
        rows.append(("times and quantities, 1 MB", parsed, "cn2an, Chinese numerals only", numerals))
    shutil.rmtree(ROOT / "build", ignore_errors=True)
    warm = seconds(["make"], runs=1)
    again = seconds(["make"], runs=1)
    rows.append(("make with nothing changed", again, "make with build/ removed", warm))
    for what, ours, other, theirs in rows:
        print(f"{what:28} {ours:7.3f} s   {other:30} {theirs:7.3f} s   ratio {theirs / ours:6.2f}")


if __name__ == "__main__":
    main()
