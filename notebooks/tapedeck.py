"""What the notebooks share: the program, its files as DuckDB tables, and one look for every plot."""

import json
import os
import subprocess
from pathlib import Path

import duckdb
import matplotlib.pyplot as plt

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("TAPEDECK_NOTEBOOK_DATA", ROOT / "data"))
REAL = Path(os.environ.get("TAPEDECK_REAL_DATA", ROOT.parent / "shared" / "data"))

BLUE, ORANGE, GREY, GREEN = "#2f6db5", "#d9822b", "#8a8f98", "#3b8f5a"


def tapedeck(*words):
    """Runs the program and gives what it printed."""
    command = ["node", ROOT / "dist/src/cli/main.js", *words, "--data", DATA, "--quiet"]
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return done.stdout


def backtest(*words):
    """Runs a backtest; gives its summary and the folder of the run."""
    summary = json.loads(tapedeck("backtest", *words, "--json"))
    return summary, DATA / "runs" / summary["run"]["id"]


def tape(name):
    """A DuckDB connection with the views `events` and `markets` of a tape."""
    connection = duckdb.connect()
    for view in ("events", "markets"):
        connection.execute(f"CREATE VIEW {view} AS SELECT * FROM '{DATA / 'tapes' / name / f'{view}.parquet'}'")
    return connection


def real(folder):
    """Whether a set of recorded data is at hand: it is never part of the project."""
    return (REAL / folder).exists()


def axes(title, x, y, width=9, height=3.6):
    """One plot with a title that says what is to be seen."""
    figure, axis = plt.subplots(figsize=(width, height))
    axis.set_title(title, loc="left", fontsize=11)
    axis.set_xlabel(x)
    axis.set_ylabel(y)
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(axis="y", color="#e5e7eb", linewidth=0.8)
    axis.set_axisbelow(True)
    figure.set_layout_engine("constrained")
    return axis
