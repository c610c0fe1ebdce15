"""How many headings of work reports are found: `CITYANALYSIS_ORIGINALS=folder python benchmarks/headings.py`.

Holds the sections of `cityanalysis.documents.passages` against ``data/gold/headings.csv``. `found` is the share of its
headings at which a section begins, `wrong` the share of sections that begin elsewhere, `number` the share of its
headings with the right number, `passages` the share of passages in the right section. The texts are others' and not
in the repository.

=======  =====================  ========  =====  =====  ======  ========
use      rules                  headings  found  wrong  number  passages
=======  =====================  ========  =====  =====  ======  ========
build    by length and number   199       54 %   0 %    34 %    42 %
build    these                  199       100 %  0 %    100 %   100 %
measure  by length and number   171       30 %   0 %    29 %    42 %
measure  these, without 一是    171       89 %   0 %    89 %    93 %
measure  these                  171       100 %  0 %    100 %   100 %
=======  =====================  ========  =====  =====  ======  ========

By length and number: a heading was a paragraph of at most forty characters, one clause, that begins with a number, and
its depth was that of the number's form. Without 一是: as the rules were when the reports were first held against them;
that such paragraphs head text was seen there, and is so in every fifth report.
"""

import sys

from cityanalysis import corpus, files


def outcomes(passages, gold):
    """Return the counts behind the shares: headings, sections begun, headings met, numbered, passages, in place.

    Both have ``doc_id, start, section``; the passages are those of these reports, in order.
    """
    key = ["doc_id", "start"]
    wanted = passages[key].merge(gold, how="left", on=key)["section"].groupby(passages["doc_id"].to_numpy()).ffill()
    before = passages.groupby("doc_id")["section"].shift(fill_value="")
    begun = passages[passages["section"] != before]
    met = gold.merge(begun, on=key, suffixes=("", "_found"))
    in_place = wanted.fillna("").to_numpy() == passages["section"].to_numpy()
    numbered = met["section"] == met["section_found"]
    return len(gold), len(begun), len(met), numbered.sum(), len(passages), in_place.sum()


def main():
    """Measure and print."""
    gold = files.table("data/gold/headings.csv").astype({"start": int})
    try:
        passages = corpus.load("reports", originals=True).passages
    except files.ReadError as error:
        sys.exit(str(error))
    for use, rows in gold.groupby("use"):
        own = passages[passages["doc_id"].isin(rows["doc_id"])].reset_index(drop=True)
        headings, begun, met, numbered, n, in_place = outcomes(own, rows)
        print(
            f"{use:7} {rows['doc_id'].nunique()} reports, {headings} headings: found {met / headings:.0%}, "
            f"wrong {1 - met / begun:.0%}, number {numbered / headings:.0%}; {n} passages: {in_place / n:.0%}"
        )


if __name__ == "__main__":
    main()
