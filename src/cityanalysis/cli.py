"""The command ``cityanalysis``: tag files, add and remove documents, derive tables, check the data, tell agreement."""

import argparse
import datetime
import sys
from pathlib import Path

from cityanalysis import __version__


def main(arguments=None):
    """Run the command.

    Parameters
    ----------
    arguments : list of str, optional
        What stands behind ``cityanalysis`` on the command line.

    Returns
    -------
    int
        The exit status: 0 where all went well, 1 where a file or a row is at fault, 2 where the call is.
    """
    parser = argparse.ArgumentParser(prog="cityanalysis", description="Read, tokenise and tag Chinese city documents.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {__version__}")
    commands = parser.add_subparsers(dest="command", required=True)

    tagging = commands.add_parser("tag", help="cut UTF-8 text files into words and tag them")
    tagging.add_argument("files", nargs="+", metavar="FILE", help="a UTF-8 text file")
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

    modelling = commands.add_parser("models", help="print which model each passage of files is about, as CSV")
    modelling.add_argument("files", nargs="+", metavar="FILE", help="a text, Markdown, HTML, PDF or DOCX file")
    modelling.add_argument("--summary", action="store_true", help="a row a file: its mix, intervals and verdict")
    modelling.set_defaults(run=_models)

    checking = commands.add_parser("check", help="hold the files of corpus/ and data/ against their schemas")
    checking.set_defaults(run=_check)

    deriving = commands.add_parser("derive", help="make the tables in corpus/derived/ from the original texts")
    deriving.set_defaults(run=_derive)

    agreeing = commands.add_parser("agreement", help="print how far the readers of coded passages agree, as CSV")
    agreeing.add_argument("--filled", metavar="FILE", help="first take the codes of a sheet that a person has filled")
    agreeing.add_argument(
        "--sheet",
        metavar="FILE",
        help="write the sheet for a person to fill instead of printing; with the text of reports, which is not ours to "
        "pass on, only where CITYANALYSIS_ORIGINALS names their folder",
    )
    agreeing.set_defaults(run=_agreement)

    adding = commands.add_parser("add", help="put documents of your own into the corpus")
    adding.add_argument("files", nargs="*", metavar="FILE", help="a text, Markdown, HTML, PDF or DOCX file")
    adding.add_argument(
        "--from",
        dest="listed",
        metavar="LIST",
        help="a CSV file instead, file,city,title,published,genre and if wished url,issuer,collection,id; "
        "its files lie in its folder",
    )
    adding.add_argument("--city", metavar="NAME", help="in any form of data/cities.csv")
    adding.add_argument("--title")
    adding.add_argument("--published", metavar="DATE", help="2020, 2020-07 or 2020-07-27")
    adding.add_argument("--genre", help="plan, policy, regulation, report, news, speech, research, ...")
    adding.add_argument("--url", help="where the document comes from")
    adding.add_argument("--issuer", metavar="NAME", help="who published it")
    adding.add_argument("--collection", default="own", metavar="NAME", help="default: %(default)s")
    adding.add_argument("--id", metavar="DOC_ID", help="default: city, collection and the next free number")
    adding.add_argument("--simplify", action="store_true", help="convert traditional characters to simplified ones")
    adding.add_argument("--again", action="store_true", help="add it even if the same text is registered")
    adding.set_defaults(run=_add, parser=adding)

    removing = commands.add_parser("remove", help="take documents of your own out of the corpus")
    removing.add_argument("doc_ids", nargs="+", metavar="DOC_ID")
    removing.set_defaults(run=_remove)

    options = parser.parse_args(arguments)
    from cityanalysis import readers

    try:
        return options.run(options)
    except (readers.ReadError, OSError) as error:
        print(f"cityanalysis: {error}", file=sys.stderr)
        return 1


def _date(value):
    """Return a date of the command line, as exact as it was given."""
    try:
        datetime.date.fromisoformat((value + "-01-01")[:10] if len(value) in (4, 7) else value)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{value!r} is no date; write it as 2020, 2020-07 or 2020-07-27") from None
    return value


def _tag(options):
    """Write tokens.csv and tags.csv for the files that can be read."""
    import pandas as pd
    from tqdm import tqdm

    from cityanalysis import readers, tags, words

    out = Path(options.out)
    if out.exists() and not out.is_dir():
        raise readers.ReadError(f"{out}: is a file; name a folder after --out")
    terms = words.default_lexicon(*filter(None, [options.lexicon]))
    tokenizer = words.Tokenizer(options.engine, terms)
    status, tokens, tagged = 0, [], []
    for file in tqdm(list(dict.fromkeys(options.files)), unit="file", disable=None, leave=False):
        try:
            name = file.encode("utf-8", "backslashreplace").decode("utf-8")  # some names are no UTF-8
            passages = pd.DataFrame({"passage_id": [name], "text": [readers.text(file)]})
        except readers.ReadError as error:
            print(f"cityanalysis: {error}", file=sys.stderr)
            status = 1
            continue
        tokens.append(words.tokenize(passages, tokenizer=tokenizer))
        tagged.append(tags.tag(passages, tokens[-1], lexicon=terms, published=options.published or ""))
    for name, parts in (("tokens", tokens), ("tags", tagged)) if tokens else ():
        table = pd.concat(parts, ignore_index=True).rename(columns={"passage_id": "file"})
        readers.write_table(out / f"{name}.csv", table)
        print(f"{out / f'{name}.csv'}: {len(table)} rows")
    return status


def _models(options):
    """Print the predicted labels of the passages of files, or the mix of each file."""
    from tqdm import tqdm

    from cityanalysis import quantify, readers

    status, tables = 0, []
    for file in tqdm(list(dict.fromkeys(options.files)), unit="file", disable=None, leave=False):
        try:
            tables.append(quantify.file(file, summary=options.summary))
        except (readers.ReadError, OSError) as error:
            print(f"cityanalysis: {error}", file=sys.stderr)
            status = 1
    for i, table in enumerate(tables):
        table.to_csv(sys.stdout, index=False, header=i == 0, lineterminator="\n")
    return status


def _derive(options):
    """Derive the tables that are shipped of the studies and reports, and say how large they are."""
    from cityanalysis import corpus, derive

    documents, passages = corpus.load(derive.COLLECTIONS, originals=True)
    print(f"{len(documents)} documents, {len(passages)} passages")
    for file, size in derive.write(derive.tables(passages, published=corpus.published(documents))).items():
        print(f"{corpus.DERIVED}/{file}: {size / 1e6:.2f} MB")
    return 0


def _agreement(options):
    """Take a filled sheet; write an empty one, or print the table of agreement."""
    from cityanalysis import agreement, readers

    if options.filled:
        print(f"{options.filled}: {agreement.take(options.filled)} passages taken", file=sys.stderr)
    if options.sheet:
        sheet = agreement.sheet()
        readers.write_table(options.sheet, sheet)
        print(f"{options.sheet}: {len(sheet)} passages, {(sheet['text'] != '').sum()} with their text", file=sys.stderr)
    else:
        print(agreement.table().round(3).to_csv(index=False, lineterminator="\n"), end="")
    return 0


def _add(options):
    """Register documents, and say of each what was found."""
    names = ("city", "title", "published", "genre", "url", "issuer", "collection", "id")
    given = {name: value for name in names if (value := getattr(options, name))}
    lacking = [f"--{name}" for name in names[:4] if name not in given]
    if bool(options.files) == bool(options.listed):
        options.parser.error("name either files or, with --from, a list of them")
    if options.files and lacking:
        options.parser.error(f"needed with files: {', '.join(lacking)}")
    if options.id and (options.listed or len(options.files) > 1):
        options.parser.error("--id is for a single file")
    from tqdm import tqdm

    from cityanalysis import readers, registry

    files = [(file, {}) for file in dict.fromkeys(options.files)]
    jobs = registry.listed(options.listed) if options.listed else files
    adder, status = registry.Adder(), 0
    for file, fields in tqdm(jobs, unit="file", disable=None, leave=False):
        try:
            if isinstance(file, readers.ReadError):
                raise file
            flags = {
                "again": options.again,
                "simplify": options.simplify,
                "skip": bool(options.listed) and not options.again,
            }
            print(adder.add(file, **flags, **(given | fields)))
        except (readers.ReadError, OSError) as error:
            print(f"cityanalysis: {error}", file=sys.stderr)
            status = 1
    return status


def _remove(options):
    """Take documents out of the corpus."""
    from cityanalysis import readers, registry

    status = 0
    for doc_id in dict.fromkeys(options.doc_ids):
        try:
            registry.remove(doc_id)
            print(f"{doc_id}: removed")
        except (readers.ReadError, OSError) as error:
            print(f"cityanalysis: {error}", file=sys.stderr)
            status = 1
    return status


def _check(options):
    """Print the faults of the data, one a line."""
    from cityanalysis import checks

    faults = checks.check()
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults" if faults else "all files of corpus/ and data/ are sound", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
