"""Copy the figure of the README out of the stored notebook: `python docs/figure.py`."""

import base64
import json
from pathlib import Path

ROOT = Path(__file__).parents[1]
NOTEBOOK, TAG, FIGURE = ROOT / "notebooks" / "01_corpus.ipynb", "readme-figure", ROOT / "docs" / "cities.png"


def figure():
    """Return the PNG that the tagged cell shows."""
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    (cell,) = [cell for cell in cells if TAG in cell["metadata"].get("tags", [])]
    (image,) = [output["data"]["image/png"] for output in cell["outputs"] if "image/png" in output.get("data", {})]
    return base64.b64decode(image)


if __name__ == "__main__":
    FIGURE.write_bytes(figure())
