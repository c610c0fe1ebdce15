"""The command ``cityanalysis``: tag files, derive tables, check the data."""

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
        help="when the files were published (2020, 2020-07 or 2020-07-27); checked now, of use once times are tagged",
    )
    tagging.set_defaults(run=_tag)

    checking = commands.add_parser("check", help="hold the files of corpus/ and data/ against their schemas")
    checking.set_defaults(run=_check)

    deriving = commands.add_parser("derive", help="make the tables in corpus/derived/ from the original texts")
    deriving.set_defaults(run=_derive)

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
        tagged.append(tags.tag(passages, tokens[-1], lexicon=terms))
    for name, parts in (("tokens", tokens), ("tags", tagged)) if tokens else ():
        table = pd.concat(parts, ignore_index=True).rename(columns={"passage_id": "file"})
        readers.write_table(out / f"{name}.csv", table)
        print(f"{out / f'{name}.csv'}: {len(table)} rows")
    return status


def _derive(options):
    """Derive the tables that are shipped of the studies and reports, and say how large they are."""
    from cityanalysis import corpus, derive

    documents, passages = corpus.load(derive.COLLECTIONS, originals=True)
    print(f"{len(documents)} documents, {len(passages)} passages")
    for file, size in derive.write(derive.tables(passages)).items():
        print(f"{corpus.DERIVED}/{file}: {size / 1e6:.2f} MB")
    return 0


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
