"""Fits the ordinal model of the high: P(high <= forecast's degree + k) for k = -10 ... 10, pooled over cities or one by one."""

import sys

import lightgbm as lgb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from common import Calibration, check_of, days_between, golden_of, load_settings, read_columns, write_json
from graphs import class_inputs, high_graph, trees_in_32_bits
from scipy.special import expit

CLASSES = np.arange(-10, 11)
# Weak on purpose: a day in a city is one observation, whatever the number of its classes.
SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 8,
    "min_data_in_leaf": 400,
    "lambda_l2": 5,
    "feature_fraction": 0.9,
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
ROUNDS = 100
RANGES = {"forecast": (10, 110), "bias_90": (-4, 4), "spread_30": (0.3, 7)}
INPUTS = list(RANGES)
LEAST_DAYS = 150
# Fewer rows of one city than of five: leaves must be allowed to be smaller.
ALONE = {"min_data_in_leaf": 100}


def fit(features, highs, alone):
    origin = np.floor(features[:, 0].astype(np.float32) + np.float32(0.5))
    reached = (highs[:, None] <= origin[:, None] + CLASSES).astype(float).ravel()
    inputs = class_inputs(features, CLASSES)
    settings = {**SETTINGS, **(ALONE if alone else {}), "monotone_constraints": [1, 1] + [0] * (inputs.shape[1] - 2)}
    return lgb.train(settings, lgb.Dataset(inputs, reached), ROUNDS)


def raw(booster, features):
    return trees_in_32_bits(booster).predict(class_inputs(features, CLASSES)).reshape(-1, len(CLASSES))


def brier(cumulative, origin, ladders, highs):
    """Mean over events of the sum over rungs of (probability - outcome) squared."""
    scores = []
    for row, start, ladder, high in zip(cumulative, origin, ladders, highs):
        if ladder is None:
            continue
        at = np.array(ladder) - start
        below = np.where(at < -10, row[0] * 0.5 ** (-10 - at), np.where(at > 10, 1 - (1 - row[-1]) * 0.5 ** (at - 10), np.interp(at, CLASSES, row)))
        rungs = np.diff(np.concatenate([[0], below, [1]]))
        came = np.searchsorted(ladder, high)
        scores.append(np.sum((rungs - (np.arange(len(rungs)) == came)) ** 2))
    return float(np.mean(scores))


def main():
    settings = load_settings(sys.argv[1])
    rows = read_columns(settings["features"], ["city", "event", "day", "hour", "high", "ladder", *INPUTS])
    train = days_between(rows["day"], settings["train"])
    check = days_between(rows["day"], settings["validate"])
    known = np.all([np.isfinite(rows[name]) for name in [*INPUTS, "high"]], axis=0)
    # A forecast is the same at every look of the evening: the first look of each event teaches, all of them are asked.
    first = rows["hour"] == min(settings["hours"])
    cities = [city for city in settings["cities"] if np.sum(known & train & first & (rows["city"] == city)) >= LEAST_DAYS]
    if not cities:
        sys.exit(f"no city has {LEAST_DAYS} days to learn from")
    members = np.stack([rows["city"] == city for city in cities], axis=1)
    taught = known & np.any(members, axis=1)
    features = np.column_stack([*(rows[name] for name in INPUTS), members]).astype(np.float32)
    highs = rows["high"]
    month = np.array([day[:7] for day in rows["day"]])

    def cross_fitted(group, alone):
        """Raw scores: of train rows by models that have not seen their month, of later rows by the model of all train rows."""
        scores = np.full((len(highs), len(CLASSES)), np.nan)
        for held in np.unique(month[train & group]):
            booster = fit(features[train & group & first & (month != held)], highs[train & group & first & (month != held)], alone)
            scores[train & group & (month == held)] = raw(booster, features[train & group & (month == held)])
        booster = fit(features[train & group & first], highs[train & group & first], alone)
        later = group & check
        if later.any():
            scores[later] = raw(booster, features[later])
        return scores, booster

    origin = np.floor(features[:, 0] + np.float32(0.5))

    def calibrated(scores, group):
        fitted = train & group & first
        reached = highs[fitted][:, None] <= origin[fitted][:, None] + CLASSES
        calibration = Calibration.fit(scores[fitted].ravel(), reached.ravel())
        return calibration, calibration.apply(expit(scores))

    def score(cumulative, which):
        at = np.flatnonzero(which & first)
        return brier(cumulative[at], origin[at], [rows["ladder"][each] for each in at], highs[at])

    pooled_scores, pooled_booster = cross_fitted(taught, False)
    pooled_calibration, pooled = calibrated(pooled_scores, taught)
    alone = np.full_like(pooled, np.nan)
    parts = {}
    for at, city in enumerate(cities):
        group = taught & members[:, at]
        scores, booster = cross_fitted(group, True)
        calibration, values = calibrated(scores, group)
        alone[group] = values[group]
        parts[city] = (booster, calibration)
    compared = {
        "pooled": {"train": score(pooled, taught & train), "validate": score(pooled, taught & check)},
        "per_city": {"train": score(alone, taught & train), "validate": score(alone, taught & check)},
    }
    use_pooled = compared["pooled"]["validate"] <= compared["per_city"]["validate"]
    chosen = pooled if use_pooled else alone

    graphs = {}
    for city in ["shared"] if use_pooled else cities:
        booster, calibration = (pooled_booster, pooled_calibration) if use_pooled else parts[city]
        path = f"{settings['out']}/high-{city}.onnx"
        with open(path, "wb") as file:
            file.write(high_graph(booster, features.shape[1], CLASSES).SerializeToString(deterministic=True))
        booster.save_model(f"{settings['out']}/high-{city}.txt")
        uncalibrated = lambda given: expit(raw(booster, given))
        graphs[city] = {
            "file": path,
            "calibration": calibration.written(),
            "golden": golden_of(RANGES, cities, lambda given: calibration.apply(uncalibrated(given))),
        }
        write_json(f"{settings['out']}/high-{city}-check.json", check_of(RANGES, cities, uncalibrated))
    said = taught & (train | check)
    table = pa.table(
        {
            "event": rows["event"][said],
            "hour": rows["hour"][said],
            "forecast": rows["forecast"][said],
            "cumulative": list(chosen[said]),
        }
    )
    pq.write_table(table, f"{settings['out']}/predictions.parquet")
    write_json(
        f"{settings['out']}/high.json",
        {
            "inputs": INPUTS,
            "cities": cities,
            "pooled": bool(use_pooled),
            "graphs": graphs,
            "compared": compared,
            "rounds": ROUNDS,
            "events": {"train": int(np.sum(taught & train & first)), "validate": int(np.sum(taught & check & first))},
            "days": {city: int(np.sum(taught & train & first & members[:, at])) for at, city in enumerate(cities)},
        },
    )


main()
