"""Copy the figure of the README out of the stored findings: `python docs/figure.py`."""

import base64
import json
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOTEBOOK, NAME, FIGURE = (
    ROOT / "notebooks" / "00_findings.ipynb",
    "fig-findings-regions",
    ROOT / "docs" / "findings.png",
)


def figure():
    """Return the PNG of the figure of this name."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    (cell,) = [cell for cell in cells if cell["metadata"].get("mystnb", {}).get("figure", {}).get("name") == NAME]
    (image,) = [output["data"]["image/png"] for output in cell["outputs"] if "image/png" in output.get("data", {})]
    return base64.b64decode(image)


if __name__ == "__main__":
    FIGURE.write_bytes(figure())
