"""Figures come out the same in every process; what they show is returned beside them."""

import os
import subprocess
import sys

PACKED = """
import networkx
from cityanalysis import plots
graph = networkx.Graph((f"词{i}", f"词{i * 7 % 41}") for i in range(1, 60))
place, height = plots._pack(graph)
print(round(height, 6), [(node, [round(float(x), 6) for x in place[node]]) for node in sorted(place)])
"""


def test_layout_does_not_depend_on_hashes():
    """Three processes with different hashes lay the same network out alike."""
    made = {
        subprocess.run(
            [sys.executable, "-c", PACKED],
            env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(made) == 1
