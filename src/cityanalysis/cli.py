"""The command ``cityanalysis``. It stands above the library and the study, and nothing imports it."""

import argparse
import sys
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
    try:
        return options.run(options)
    except (cityanalysis.ReadError, OSError) as error:
        _complain(error)
        return 1


def _parser():
    """Return what the command understands."""
    parser = argparse.ArgumentParser(prog="cityanalysis", description="Read, tokenise and tag Chinese city documents.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {cityanalysis.__version__}")
    commands = parser.add_subparsers(dest="command", required=True)
    forms = "a text, Markdown, HTML, PDF or DOCX file"

    reading = commands.add_parser("read", help="print the passages of files, as CSV; notes go to standard error")
    reading.add_argument("files", nargs="+", metavar="FILE", help=forms)
    reading.add_argument("--out", metavar="DIR", help="write the text of each file and passages.csv there instead")
    reading.set_defaults(run=_read)

    tagging = commands.add_parser("tag", help="cut files into words and tag them")
    tagging.add_argument("files", nargs="+", metavar="FILE", help=forms)
    tagging.add_argument("--out", required=True, metavar="DIR", help="where tokens.csv and tags.csv are written")
    tagging.add_argument("--lexicon", metavar="FILE", help="your own terms, laid over the project's (CSV: term,domain)")
    tagging.add_argument("--engine", default="rjieba", choices=("rjieba", "jieba"), help="default: %(default)s")
    tagging.add_argument(
        "--published",
        metavar="DATE",
        type=_date,
        help="when the files were published (2020, 2020-07 or 2020-07-27): from then 去年 and the like are counted",
    )
    tagging.set_defaults(run=_tag)

    indexing = commands.add_parser("index", help="list the files of a folder in its documents.csv, to be filled in")
    indexing.add_argument("folder", metavar="FOLDER", help="what is listed already stays as it is")
    indexing.set_defaults(run=_index)

    modelling = commands.add_parser("models", help="print which development model each passage is about, as CSV")
    modelling.add_argument("files", nargs="+", metavar="FILE", help=forms)
    modelling.add_argument("--summary", action="store_true", help="a row a file: its mix, intervals and verdict")
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


def _each(options, work):
    """Do something with each file, with a progress bar where somebody looks; return results and the exit status."""
    from tqdm import tqdm

    results, status = [], 0
    for file in tqdm(list(dict.fromkeys(options.files)), unit="file", disable=None, leave=False):
        try:
            results.append(work(file))
        except (cityanalysis.ReadError, OSError) as error:
            _complain(error)
            status = 1
    return results, status


def _reading(file):
    """Return the text of a file and its name as it can be written, and tell what a person should know of it."""
    reading = cityanalysis.read(file)
    for note in reading.notes:
        print(f"{file}: {note}", file=sys.stderr)
    return file.encode("utf-8", "backslashreplace").decode("utf-8"), reading.text  # some names are not UTF-8


def _folder(name):
    """Return the folder to write into."""
    if name and Path(name).exists() and not Path(name).is_dir():
        raise cityanalysis.ReadError(f"{name}: is a file; name a folder after --out")
    return Path(name) if name else None


def _print(table, *, header):
    """Print a table as CSV, in UTF-8 whatever the terminal says."""
    sys.stdout.reconfigure(encoding="utf-8")
    table.to_csv(sys.stdout, index=False, header=header, lineterminator="\n")


def _read(options):
    """Print the passages of files, or write them beside the texts to which their positions refer."""
    import pandas as pd

    from cityanalysis import files

    out, columns = _folder(options.out), ["file", "n", "section", "start", "end", "text"]

    def work(file):
        name, text = _reading(file)
        passages = cityanalysis.passages(text)
        table = passages.assign(file=name, n=range(1, len(passages) + 1))[columns]
        if out is None:
            _print(table, header=not done)
            done.append(name)
        else:
            files.write_text(out / f"{Path(name).name}.txt", text)
        return table

    done = []
    tables, status = _each(options, work)
    if out is not None and tables:
        files.write_table(out / "passages.csv", pd.concat(tables))
        print(f"{out / 'passages.csv'}: {sum(map(len, tables))} rows", file=sys.stderr)
    return status


def _tag(options):
    """Write tokens.csv and tags.csv for the files that can be read."""
    import pandas as pd

    from cityanalysis import files

    out = _folder(options.out)
    lexicon = cityanalysis.read_lexicon(*filter(None, [options.lexicon]))
    tokenizer = cityanalysis.Tokenizer(options.engine, lexicon)

    def work(file):
        name, text = _reading(file)
        passages = pd.DataFrame({"passage_id": [name], "text": [text]})
        tokens = cityanalysis.tokenize(passages, tokenizer=tokenizer)
        return tokens, cityanalysis.tag(passages, tokens, lexicon=lexicon, published=options.published or "")

    tables, status = _each(options, work)
    for name, parts in zip(("tokens", "tags"), zip(*tables, strict=True), strict=False):
        table = pd.concat(parts, ignore_index=True).rename(columns={"passage_id": "file"})
        files.write_table(out / f"{name}.csv", table)
        print(f"{out / f'{name}.csv'}: {len(table)} rows")
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
    """Print the predicted labels of the passages of files, or the mix of each file."""
    from cityanalysis.study import classify, models

    done = []

    def work(file):
        name, text = _reading(file)
        own = cityanalysis.Corpus.of(cityanalysis.passages(text, doc_id=name))
        if options.summary:
            mix = classify.mix_of(own).rename(columns={"group": "file"}).round(4)
            table = mix.assign(verdict=models.verdicts(mix.rename(columns={"file": "group"}))["verdict"].item())
        else:
            table = classify.labels_of(own).drop(columns="passage_id")
            table.insert(0, "n", range(1, len(table) + 1))
            table.insert(0, "file", name)
        _print(table, header=not done)
        done.append(file)

    return _each(options, work)[1]


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
        files.write_table(options.sheet, sheet)
        print(f"{options.sheet}: {len(sheet)} passages, {(sheet['text'] != '').sum()} with their text", file=sys.stderr)
    else:
        _print(models.agreement().round(3), header=True)
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
