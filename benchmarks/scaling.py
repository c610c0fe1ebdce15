"""Whether much text takes more memory, or longer a megabyte: `python benchmarks/scaling.py 10 100 1000`.

Records are drawn again and again, with a fixed seed, in parts of the size that `cityanalysis tag --format parquet`
makes, and never stored; each part is tagged, counted and written as Parquet, and in the end the counts of all parts are
added up. Each size (megabytes) runs in a process of its own. What was measured goes to ``benchmarks/scaling.csv``, from
which ``docs/scaling.png`` is drawn; without a size it is only drawn. ``--cluster 2 3`` prints what a Dask cluster of so
many workers on this machine takes for 16 MB (in a folder that goes when the run ends), and what it sends.
"""

import argparse
import functools
import json
import re
import resource
import subprocess
import sys
import tempfile
import time
import unittest.mock
from pathlib import Path

import joblib
import matplotlib.pyplot as plt
import pandas as pd
import psutil
from speed import drawn

import cityanalysis as ca
from cityanalysis import files, parts

MEASURED, CHART = Path(__file__).with_suffix(".csv"), Path(__file__).parents[1] / "docs" / "scaling.png"
COLUMNS = ["size", "done", "seconds", "clock", "peak"]  # MB; of the processor, and of the clock, so far; GB
LIMIT = 2  # GB
SHORT = 400  # parts of a single line, by which the scheduler's own work is measured


def made(tokenizer, documents):
    """Return the tables that `cityanalysis tag --format parquet` makes."""
    tokens = ca.tokenize(documents, tokenizer=tokenizer)
    tags = ca.tag(documents, tokens, lexicon=tokenizer.lexicon)
    return {"tokens": tokens, "tags": tags, "counts": ca.count(tokens)}


def clustered(workers, folder):
    """Print what so many workers take for four parts."""
    from distributed import Client

    place, names = folder / "scheduler.json", [folder / f"{n}.txt" for n in range(4)]
    short = [folder / f"short{n}.txt" for n in range(SHORT)]
    for n, name in enumerate(names):
        name.write_text("\n".join(drawn(parts.SIZE * 0.99, n)["text"]), encoding="utf-8")
    for name in short:
        name.write_text("建设数据中心。", encoding="utf-8")
    dask, own = [sys.executable, "-m", "distributed.cli.dask_"], ["--no-dashboard", "--scheduler-file", place]
    hidden = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    started = [subprocess.Popen([*dask[:2], f"{dask[2]}scheduler", "--port", "0", *own], **hidden)]
    worker = [*dask[:2], f"{dask[2]}worker", "--nthreads", "1", "--no-nanny", *own]
    started += [subprocess.Popen(worker, **hidden) for _ in range(workers)]
    try:
        while not place.exists():
            time.sleep(0.1)
        address = json.loads(place.read_text())["address"]
        with Client(address) as client, joblib.parallel_config(backend="dask"):
            client.wait_for_workers(workers)
            start = time.perf_counter()
            work = functools.partial(made, ca.Tokenizer(lexicon=ca.read_lexicon()))
            list(parts.store(names, folder / f"out{workers}", work))
            clock = time.perf_counter() - start
            ends = ["ss", "-tinH", f"sport = :{address.rpartition(':')[2]}"]  # those of the scheduler
            sockets = subprocess.run(ends, check=True, capture_output=True, text=True).stdout
            sent = sum(int(n) for n in re.findall(r"bytes_(?:sent|received):(\d+)", sockets))
            each = [psutil.Process(process.pid) for process in started]
            spent = [sum(process.cpu_times()[:2]) for process in each]
            with unittest.mock.patch.object(parts, "SIZE", 1):
                list(parts.store(short, folder / f"short{workers}", work))
            each_short = (sum(each[0].cpu_times()[:2]) - spent[0]) / SHORT * 1000
            peak = max(
                int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{p.pid}/status").read_text())[1]) for p in each[1:]
            )
    finally:
        for process in started:
            process.kill()
            process.wait()
    took = f"{clock:.0f} s | {sum(spent[1:]):.1f} s | {peak / 1e6:.2f} GB | {sent / len(names) / 1000:,.0f} KB"
    print(f"| {workers} | {took} | {each_short:.1f} ms |")


def measured(size):
    """Return what a run of so many megabytes takes: a row a part, and one for adding up the counts."""
    tokenizer, rows, start = ca.Tokenizer(lexicon=ca.read_lexicon()), [], (time.process_time(), time.perf_counter())
    done, drawing = 0, [0, 0]

    def note():
        spent = time.process_time() - start[0] - drawing[0], time.perf_counter() - start[1] - drawing[1]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # KB, as Linux has it
        rows.append((size, round(done / 1e6, 1), *(round(seconds, 1) for seconds in spent), round(peak, 3)))

    with tempfile.TemporaryDirectory() as folder:
        while done < size * 1e6:
            before = time.process_time(), time.perf_counter()
            documents = drawn(min(parts.SIZE, size * 1e6 - done), len(rows))
            done += documents["text"].str.encode("utf-8").str.len().sum() + len(documents)
            drawing = [drawing[0] + time.process_time() - before[0], drawing[1] + time.perf_counter() - before[1]]
            for name, table in made(tokenizer, documents).items():
                with files.whole(Path(folder, name, f"part-{len(rows):05d}.parquet")) as temporary:
                    table.to_parquet(temporary, index=False, compression="zstd")
            note()
        sums = pd.Series(dtype=int)
        for path in sorted(Path(folder, "counts").iterdir()):
            sums = sums.add(pd.read_parquet(path).groupby("word")["n"].sum(), fill_value=0)
        note()
    return pd.DataFrame(rows, columns=COLUMNS)


def draw(table):
    """Draw throughput and memory."""
    ca.figures.use_style()
    figure, (above, below) = plt.subplots(2, figsize=(7, 5), sharex=True, constrained_layout=True)
    for size, run in table.groupby("size"):
        last = run.iloc[-1]
        above.plot(
            run["done"], run["done"] / run["seconds"], label=f"{size:g} MB: {last['done'] / last['seconds']:.2f} MB/s"
        )
        below.plot(run["done"], run["peak"], label=f"{size:g} MB: {last['peak']:.2f} GB")
    below.axhline(LIMIT, color="grey", linestyle="--")
    below.text(4, LIMIT, "goal 目标", va="bottom", color="grey")
    above.set(ylabel="MB a second of a core 每核吞吐量", ylim=(0, 1.1), xscale="log")
    above.set_xticks([10, 100, 1000], ["10", "100", "1,000"])
    below.set(
        ylabel="peak memory, GB 内存峰值",
        ylim=(0, LIMIT * 1.2),
        xlabel="text tagged and counted, MB 已标注并计数的文本",
    )
    above.legend(loc="lower right")
    below.legend(loc="center right")
    figure.savefig(CHART, dpi=110, metadata={"Software": None})


def main():
    """Measure and draw."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("sizes", nargs="*", type=int, metavar="MB", help="sizes to measure")
    parser.add_argument("--cluster", nargs="+", type=int, metavar="N", help="clusters of so many workers to measure")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return measured(options.sizes[0]).to_csv(sys.stdout, index=False)
    if options.cluster:
        print(
            "| workers | clock | their processor | peak of one | a part through the scheduler | its processor a part |"
        )
        print("|--:|--:|--:|--:|--:|--:|")
        with tempfile.TemporaryDirectory() as folder:
            for workers in options.cluster:
                clustered(workers, Path(folder))
        return None
    if options.sizes:
        runs = [[sys.executable, __file__, "--one", str(size)] for size in options.sizes]
        outputs = [subprocess.run(run, check=True, stdout=subprocess.PIPE, text=True).stdout for run in runs]
        MEASURED.write_text(outputs[0] + "".join(output.partition("\n")[2] for output in outputs[1:]), encoding="utf-8")
    return draw(pd.read_csv(MEASURED))


if __name__ == "__main__":
    main()
