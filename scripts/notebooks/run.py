"""
Runs every notebook from its first cell. With --write their outputs are kept in them, made from what the project ships alone; without it recorded
data is used where it is at hand, and nothing is changed. A cell that fails ends it.
"""

import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parent.parent.parent
NOTEBOOKS = ROOT / "notebooks"


def main():
    write = "--write" in sys.argv
    data = tempfile.mkdtemp(prefix="tapedeck-notebooks-")
    os.environ["TAPEDECK_NOTEBOOK_DATA"] = data
    if write:
        os.environ["TAPEDECK_REAL_DATA"] = "/nowhere"
    try:
        for path in sorted(NOTEBOOKS.glob("*.ipynb")):
            started = time.monotonic()
            notebook = nbformat.read(path, as_version=4)
            NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOKS)}}).execute()
            plots = sum("image/png" in output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", []))
            print(f"{path.name}: {len(notebook.cells)} cells, {plots} plots, {time.monotonic() - started:.0f} s", flush=True)
            if plots == 0:
                sys.exit(f"{path.name} drew nothing")
            if write:
                for cell in notebook.cells:
                    cell.metadata.pop("execution", None)
                notebook.metadata.pop("language_info", None)
                nbformat.write(notebook, path)
    finally:
        shutil.rmtree(data, ignore_errors=True)


main()
