"""Where a notebook differs from what is stored, say what it is made from that changed since."""

from cityanalysis.study import results


def pytest_terminal_summary(terminalreporter):
    """Name the changed files and packages below the cells that differ."""
    if terminalreporter.stats.get("failed"):
        terminalreporter.section("changed since the notebooks were stored")
        terminalreporter.line(f"{results.changed()}\nIf that is meant: make refresh")
