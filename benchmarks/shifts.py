"""How often the intervals of the common path hold the truth: `python benchmarks/shifts.py` simulates it.

Cities are drawn from a population that is known, with about as few passages a period as the records have. `coverage`
is in how many of the sets the central 90 % of the draws hold the true share of the average city, and its true change
from the first period to the last.
"""

import numpy as np
import pandas as pd

from cityanalysis.study import shares, shifts

SETS, CITIES, PASSAGES = 48, 36, 3  # passages a period, on average
LEVEL, SLOPE = 0.7, 0.7  # standard deviations between cities of each label's logit
MIXES = np.array([[0.4, 0.25, 0.35], [0.37, 0.28, 0.35], [0.33, 0.3, 0.37], [0.3, 0.3, 0.4]])
PERIODS, LABELS = ("1", "2", "3", "4"), ("infrastructure", "industry", "application")


def population(cities, rng):
    """Return the shares (cities, periods, labels) of cities about `MIXES`."""
    level, slope = (rng.normal(0, sd, (cities, 1, len(LABELS))) for sd in (LEVEL, SLOPE))
    place = np.linspace(-0.5, 0.5, len(PERIODS))[:, None]
    return shares.proportions(np.exp(np.log(MIXES) + level + slope * place))


def held(table, truth):
    """Return how many of the intervals hold the truth."""
    return ((table["low"] <= truth) & (truth <= table["high"])).mean()


def main():
    """Simulate and print."""
    rng = np.random.default_rng(shares.SEED)
    truth = population(100_000, rng).mean(axis=0)
    index = pd.MultiIndex.from_product([range(CITIES), PERIODS], names=["city", "period"])
    found = {"share": [], "change": []}
    for _ in range(SETS):
        n = rng.poisson(PASSAGES, (CITIES, len(PERIODS)))
        drawn = rng.multinomial(n, population(CITIES, rng)).reshape(len(index), -1)
        path = shifts.pooled(pd.DataFrame(drawn, index, LABELS))
        found["share"].append(held(path.shares, truth.ravel()))
        found["change"].append(held(path.change, truth[-1] - truth[0]))
    print(f"{SETS} sets of {CITIES} cities with about {PASSAGES} passages a period; intervals of 90 %")
    for name, coverage in found.items():
        print(f"{name:7} coverage {np.mean(coverage):.0%} ± {np.std(coverage) / np.sqrt(SETS):.0%}")


if __name__ == "__main__":
    main()
