"""The command ``cityanalysis``. It stands above the library and the study, and nothing imports it."""

import argparse
import contextlib
import os
import sys
import warnings
from concurrent import futures
from pathlib import Path

import cityanalysis


def main(arguments=None):
    """Run the command.

    Parameters
    ----------
    arguments : list of str, optional
        What stands behind ``cityanalysis`` on the command line, unless given.

    Returns
    -------
    int
        The exit status: 0 where all went well, 1 where a file or a row is at fault, 2 where the call is.
    """
    options = _parser().parse_args(arguments)
    for stream in (sys.stdout, sys.stderr):  # names and texts are Chinese, whatever the terminal's encoding
        stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    with warnings.catch_warnings():
        warnings.showwarning = lambda message, *rest: _complain(message)
        try:
            return _run(options)
        except (
            BrokenPipeError
        ):  # who reads what is printed, such as head, has enough; what is left to print goes nowhere
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return 1
        except (cityanalysis.ReadError, OSError) as error:
            _complain(error)
            return 1


def _parser():
    """Return what the command understands."""
    parser = argparse.ArgumentParser(prog="cityanalysis", description="Read, tokenise and tag Chinese city documents.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {cityanalysis.__version__}")
    commands = parser.add_subparsers(dest="command", required=True)

    documents = argparse.ArgumentParser(add_help=False)
    documents.add_argument("files", nargs="+", metavar="FILE", help="a text, Markdown, HTML, PDF or DOCX file")
    documents.add_argument("--simplify", action="store_true", help="convert traditional to simplified characters")
    documents.add_argument("--bom", action="store_true", help="begin CSV with a byte-order mark, for Chinese in Excel")
    documents.add_argument("--workers", metavar="N", type=int, default=1, help="processes (default: %(default)s)")
    documents.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster that works in their place")

    reading = commands.add_parser(
        "read", parents=[documents], help="print the passages of files, as CSV; notes go to standard error"
    )
    reading.add_argument("--out", metavar="DIR", help="write the text of each file and passages.csv there instead")
    reading.set_defaults(run=_read)

    tagging = commands.add_parser("tag", parents=[documents], help="cut files into words and tag them")
    tagging.add_argument("--out", required=True, metavar="DIR", help="where tokens and tags are written")
    tagging.add_argument("--format", default="csv", choices=("csv", "parquet"), help="parquet: any number of files")
    tagging.add_argument("--lexicon", metavar="FILE", help="your own terms, laid over the project's (CSV: term,domain)")
    tagging.add_argument("--engine", default="rjieba", choices=("rjieba", "jieba"), help="default: %(default)s")
    tagging.add_argument(
        "--published",
        metavar="DATE",
        type=_date,
        help="when the files were published (2020, 2020-07 or 2020-07-27): from then 去年 and the like are counted",
    )
    tagging.add_argument(
        "--genre",
        metavar="GENRE",
        default="",
        help="what kind of documents they are; from a report of January or February parts of a year look back",
    )
    tagging.set_defaults(run=_tag)

    indexing = commands.add_parser("index", help="list the files of a folder in its documents.csv, to be filled in")
    indexing.add_argument("folder", metavar="FOLDER", help="what is listed already stays as it is")
    indexing.set_defaults(run=_index)

    modelling = commands.add_parser(
        "models", parents=[documents], help="print which development model each passage is about, as CSV"
    )
    kind = modelling.add_mutually_exclusive_group()
    kind.add_argument("--summary", action="store_true", help="a row a file: its mix, intervals and verdict")
    kind.add_argument("--out", metavar="DIR", help="write Parquet tables there instead, in parts like those of tag")
    modelling.set_defaults(run=_models)

    checking = commands.add_parser("check", help="hold the files of corpus/ and data/ against their schemas")
    checking.set_defaults(run=_check)

    deriving = commands.add_parser("derive", help="make the tables in corpus/derived/ from the original texts")
    deriving.set_defaults(run=_derive)

    agreeing = commands.add_parser("agreement", help="print how far the coders of passages agree, as CSV")
    agreeing.add_argument("--filled", metavar="FILE", help="first take the codes of a sheet that a person has filled")
    agreeing.add_argument(
        "--sheet",
        metavar="FILE",
        help="write the sheet for a person to fill instead of printing; with the text of reports, which is not ours to "
        "pass on, only where CITYANALYSIS_ORIGINALS names their folder",
    )
    agreeing.set_defaults(run=_agreement)
    return parser


def _date(value):
    """Return a date of the command line, as exact as it was given."""
    from cityanalysis import files

    if not files.is_date(value):
        raise argparse.ArgumentTypeError(f"{value!r} is no date; write it as 2020, 2020-07 or 2020-07-27")
    return value


def _complain(fault):
    """Tell a fault on standard error."""
    print(f"cityanalysis: {fault}", file=sys.stderr)


def _run(options):
    """Run what the command line asks for, on a Dask cluster where it names one."""
    address = getattr(options, "scheduler", None)
    try:
        with _cluster(address) if address else contextlib.nullcontext():
            return options.run(options)
    except (futures.BrokenExecutor, futures.CancelledError):
        raise cityanalysis.ReadError("workers were lost (memory?); run it again, with fewer at a time") from None


@contextlib.contextmanager
def _cluster(address):
    """Let a Dask cluster work in the place of processes."""
    try:
        import joblib
        from distributed import Client, KilledWorker
        from joblib._dask import DaskDistributedBackend
    except ImportError:
        raise cityanalysis.ReadError("--scheduler needs Dask; run pip install 'cityanalysis[cluster]'") from None

    class Backend(DaskDistributedBackend):
        """Joblib's own (1.6) waits for ever for a task that has ended too many workers, and so is given up."""

        def submit(self, func, callback=None):
            future = super().submit(func, callback)
            future.add_done_callback(lambda done: done.exception() and callback(done.exception()))
            return future

    with Client(address) as client, joblib.parallel_config(backend=Backend(client=client)):
        try:
            yield
        except KilledWorker as error:
            raise futures.BrokenExecutor(error) from None


def _each(options, work, take):
    """Make something of each document, and take it; return the exit status."""
    import joblib

    names, one, faults = list(dict.fromkeys(options.files)), joblib.delayed(_one), []

    def take_in(result):
        """Take a result; after a fault begin no file and take none, but let end what is begun: joblib cannot stop."""
        try:
            if not faults:
                take(result)
        except OSError as fault:
            faults.append(fault)

    each = joblib.Parallel(options.workers, return_as="generator")
    each = each(one(name, Path.cwd(), options.simplify, work) for name in names if not faults)
    status = _take(each, len(names), take_in)
    for fault in faults:
        raise fault
    return status


def _one(file, home, simplify, work):
    """Return what became of a file, and what is made of it."""
    from cityanalysis import files, parts

    done, documents = parts.read({files.legible(file): file}, home=home, simplify=simplify)
    try:
        return done, work(documents) if len(documents) else None
    except (cityanalysis.ReadError, OSError) as error:
        return done.assign(fault=str(error)), None


def _take(results, total, take):
    """Take results as they come, each with the files of which it is made; return the exit status.

    A progress bar stands where somebody looks; notes and faults on standard error, a line each; none keeps the others.
    """
    from tqdm import tqdm

    status = 0
    with tqdm(total=total, unit="file", disable=None, leave=False) as bar:
        for done, result in results:
            bar.update(len(done))
            notes = [f"{row.file}: {note}" for row in done.itertuples() for note in row.notes.splitlines()]
            faults = done.loc[done["fault"] != "", "fault"].tolist()
            if result is not None:
                take(result)
            for line in notes + faults:
                tqdm.write(line, file=sys.stderr)
            status = 1 if faults else status
    return status


def _store(options, make, **made_with):
    """Keep what is made of documents as Parquet tables, in parts; return the exit status."""
    from cityanalysis import parts

    out, names, read = _folder(options.out), list(dict.fromkeys(options.files)), []
    made = parts.store(names, out, make, simplify=options.simplify, workers=options.workers, **made_with)
    status = _take(((done, (done["fault"] == "").sum()) for done in made), len(names), read.append)
    print(f"{out}: {sum(read)} files")
    return status


class _Output(contextlib.ExitStack):
    """A table of results that grows file by file: in a CSV file, replaced once all is there, or on standard output."""

    def __init__(self, options, path=None):
        super().__init__()
        self.path, self.bom, self.rows, self.file = path, options.bom, 0, None

    def add(self, table):
        """Add the rows of a file; the first bring their head, and without any there is no file."""
        from cityanalysis import files

        text = files.csv_text(table, bom=self.bom, header=self.file is None)
        if self.file is None and self.path:
            half = self.enter_context(files.whole(self.path))
            self.file = self.enter_context(half.open("w", encoding="utf-8", newline=""))
        self.file = self.file or sys.stdout
        self.file.write(text)
        self.file.flush()
        self.rows += len(table)


def _folder(name):
    """Return the folder to write into."""
    if name and Path(name).exists() and not Path(name).is_dir():
        raise cityanalysis.ReadError(f"{name}: is a file; name a folder after --out")
    return Path(name) if name else None


def _flat(names):
    """Return names without folders for files, by their names: with those of their folders where two would be alike."""
    names, found = list(names), {}
    bases = [Path(name).name for name in names]
    for name, base in sorted(zip(names, bases, strict=True), key=lambda pair: bases.count(pair[1])):
        flat = base if bases.count(base) == 1 else "_".join(Path(name).parts).lstrip("/_.")
        while flat in found.values():
            flat = f"_{flat}"
        found[name] = flat
    return found


def _read(options):
    """Print the passages of files, or write them beside the texts to which their positions refer."""
    from cityanalysis import files

    out = _folder(options.out)
    flat = _flat(map(files.legible, dict.fromkeys(options.files)))

    def work(documents):
        ((name, text),) = documents.itertuples(index=False)
        table = cityanalysis.passages(text)
        table = table.assign(file=name, n=range(1, len(table) + 1))
        if out is not None:
            files.write_text(out / f"{flat[name]}.txt", text)
        return table[["file", "n", "section", "start", "end", "text"]]

    with _Output(options, out and out / "passages.csv") as passages:
        status = _each(options, work, passages.add)
    if passages.path and passages.file:
        print(f"{passages.path}: {passages.rows} rows", file=sys.stderr)
    return status


def _tag(options):
    """Write the tokens and tags of the files that can be read: tokens.csv and tags.csv, or Parquet tables."""
    tokenizer = cityanalysis.Tokenizer(options.engine, cityanalysis.read_lexicon(*filter(None, [options.lexicon])))
    when, parquet = {"published": options.published or "", "genre": options.genre}, options.format == "parquet"

    def make(documents):
        tokens = cityanalysis.tokenize(documents, tokenizer=tokenizer)
        tags = cityanalysis.tag(documents, tokens, lexicon=tokenizer.lexicon, **when)
        tables = {"tokens": tokens, "tags": tags} | ({"counts": cityanalysis.count(tokens)} if parquet else {})
        return {name: table.rename(columns={"passage_id": "file"}) for name, table in tables.items()}

    if parquet:
        return _store(options, make, tokenizer=tokenizer, **when)
    out = _folder(options.out)
    with _Output(options, out / "tokens.csv") as tokens, _Output(options, out / "tags.csv") as tags:
        status = _each(options, make, lambda tables: (tokens.add(tables["tokens"]), tags.add(tables["tags"])))
    for output in filter(lambda output: output.file, (tokens, tags)):
        print(f"{output.path}: {output.rows} rows")
    return status


def _index(options):
    """List the files of a folder in its index."""
    from cityanalysis import corpus

    added, refused = corpus.index(options.folder)
    for error in refused:
        _complain(error)
    print(f"{Path(options.folder) / corpus.INDEX}: {len(added)} added; fill in city, date and what else is known")
    return 1 if refused else 0


def _models(options):
    """Print the predicted labels of the passages of files, or the mix of each file; or keep the labels as Parquet."""
    import pandas as pd

    from cityanalysis import files, parts
    from cityanalysis.study import classify, models

    def corpus(documents):
        each = [cityanalysis.passages(text, doc_id=name) for name, text in documents.itertuples(index=False)]
        return cityanalysis.Corpus.of(pd.concat(each, ignore_index=True))

    def labels(documents):
        own = corpus(documents)
        table = classify.labels_of(own).drop(columns="passage_id").assign(text=own.passages["text"])
        table.insert(0, "n", own.passages.groupby("doc_id").cumcount() + 1)
        table.insert(0, "file", own.passages["doc_id"])
        return table

    def mix(documents):
        found = classify.mix_of(corpus(documents)).round(4)
        verdict = models.verdicts(found, least=models.LEAST)["verdict"].item()
        return found.rename(columns={"group": "file"}).assign(verdict=verdict)

    if options.out:
        coded = parts.sha256(files.home() / "data/gold/models.csv")
        return _store(options, lambda documents: {"labels": labels(documents)}, labels_learnt_from=coded)
    return _each(options, mix if options.summary else labels, _Output(options).add)


def _derive(options):
    """Derive the tables that are shipped of the studies and reports, and say how large they are."""
    from cityanalysis import corpus
    from cityanalysis.study import shipped

    theirs = corpus.load(*corpus.PROTECTED, originals=True)
    print(f"{len(theirs.documents)} documents, {len(theirs.passages)} passages")
    for file, size in shipped.write(shipped.tables(theirs)).items():
        print(f"{corpus.DERIVED}/{file}: {size / 1e6:.2f} MB")
    return 0


def _agreement(options):
    """Take a filled sheet; write an empty one, or print the table of agreement."""
    from cityanalysis import files
    from cityanalysis.study import models

    if options.filled:
        print(f"{options.filled}: {models.take(options.filled)} passages taken", file=sys.stderr)
    if options.sheet:
        sheet = models.sheet()
        files.write_table(options.sheet, sheet, bom=True)
        print(f"{options.sheet}: {len(sheet)} passages, {(sheet['text'] != '').sum()} with their text", file=sys.stderr)
    else:
        print(files.csv_text(models.agreement().round(3)), end="")
    return 0


def _check(options):
    """Print the faults of the data, one a line."""
    from cityanalysis.study import check

    faults = check.faults()
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults" if faults else "all files of corpus/ and data/ are sound", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
