"""What both fits share: settings, columns, calibration."""

import json

import numpy as np
import pyarrow.parquet as pq
from scipy.special import expit, logit
from sklearn.linear_model import LogisticRegression


def load_settings(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def write_json(path, value):
    with open(path, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=2)
        file.write("\n")


def read_columns(path, names):
    """Columns as arrays: numbers with NaN for what is not known, texts and lists as objects."""
    table = pq.read_table(path, columns=names)
    columns = {}
    for name in names:
        values = table.column(name).to_pylist()
        texts = any(isinstance(value, (str, list)) for value in values)
        columns[name] = np.array(values, dtype=object) if texts and isinstance(next(v for v in values if v is not None), str) else (
            values if texts else np.array([np.nan if value is None else value for value in values], dtype=float)
        )
    return columns


def days_between(days, window):
    """Which days lie in a window, both ends included. Days are text, year first."""
    return np.array([window[0] <= day <= window[1] for day in days])


class Calibration:
    """Platt scaling: probability = sigmoid(slope x log odds + intercept), fitted to what models said of days they had not seen."""

    LEAST = 1e-6

    def __init__(self, slope, intercept):
        self.slope = slope
        self.intercept = intercept

    @classmethod
    def fit(cls, log_odds, outcomes):
        regression = LogisticRegression(C=1e6, solver="lbfgs", tol=1e-10, max_iter=1000)
        regression.fit(np.asarray(log_odds)[:, None], np.asarray(outcomes).astype(int))
        return cls(round(float(regression.coef_[0, 0]), 9), round(float(regression.intercept_[0]), 9))

    def apply(self, probability):
        kept = np.clip(probability, self.LEAST, 1 - self.LEAST)
        return expit(self.slope * logit(kept) + self.intercept)

    def written(self):
        return {"method": "platt", "slope": self.slope, "intercept": self.intercept}


GOLDEN = 4
CHECKED = 1000


def invented(ranges, cities, rows, seed):
    """Rows that nobody has recorded, in 32 bits: each input evenly over its range, the city in turn."""
    random = np.random.default_rng(seed)
    inputs = np.column_stack([random.uniform(low, high, rows) for low, high in ranges.values()])
    inputs = np.where(list(whole(ranges)), np.round(inputs), inputs)
    return np.column_stack([inputs, np.eye(cities)[np.arange(rows) % cities]]).astype(np.float32)


def whole(ranges):
    """Which inputs are a yes or no."""
    return (name == "side_yes" for name in ranges)


def golden_of(ranges, cities, answer):
    """For each city some invented rows by name, and what the training library says of them."""
    told = {}
    for at, city in enumerate(cities):
        rows = invented(ranges, 1, GOLDEN, at)[:, :-1]
        rows = np.column_stack([rows, np.tile(np.eye(len(cities))[at], (GOLDEN, 1))]).astype(np.float32)
        said = answer(rows)
        told[city] = [
            {"inputs": {name: float(row[place]) for place, name in enumerate(ranges)}, "outputs": [round(float(each), 9) for each in values]}
            for row, values in zip(rows, said)
        ]
    return told


def check_of(ranges, cities, answer):
    """A thousand invented rows and what the library says of them before calibration."""
    rows = invented(ranges, len(cities), CHECKED, 99)
    return {"rows": [[float(each) for each in row] for row in rows], "outputs": [[float(each) for each in row] for row in answer(rows)]}


def interval_by_day(values, days, draws=2000):
    """Mean with a 95 % bootstrap interval that draws whole days, all cities of a day together. None of both on fewer than ten days."""
    names, at = np.unique(days, return_inverse=True)
    told = {"trades": int(len(values)), "days": int(len(names)), "cents": None, "lower": None, "upper": None}
    if len(names) < 10:
        return told
    sums = np.bincount(at, weights=values)
    counts = np.bincount(at)
    random = np.random.default_rng(7)
    picks = random.integers(0, len(names), size=(draws, len(names)))
    means = sums[picks].sum(axis=1) / counts[picks].sum(axis=1)
    lower, upper = np.quantile(means, [0.025, 0.975])
    return {**told, "cents": round(float(np.mean(values)), 3), "lower": round(float(lower), 3), "upper": round(float(upper), 3)}
