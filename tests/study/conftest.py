"""What the tests of the study share, made once."""

import pytest

from cityanalysis import corpus
from cityanalysis.study import classify


@pytest.fixture(scope="session")
def records_and_reports():
    """Return the records and, from the shipped tables, the reports."""
    return corpus.load("records", "reports", second=True, originals=False)


@pytest.fixture(scope="session")
def described(records_and_reports):
    """Return their passages as a classifier sees them."""
    return classify.describe(records_and_reports)


@pytest.fixture(scope="session")
def learnt():
    """Return the coded passages from which the classifier may learn."""
    return classify.learnable()


@pytest.fixture(scope="session")
def held_out(described, learnt):
    """Return probabilities of these, by classifiers that did not see their city."""
    return classify.held_out(described, learnt)
