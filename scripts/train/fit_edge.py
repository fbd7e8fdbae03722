"""
Fits the classifier of edges: does a candidate's side win? It starts from the market's own probability, and trees add to its log odds what the
data support: with none, the answer is the market's.
"""

import sys

import lightgbm as lgb
import numpy as np
from common import (
    Calibration,
    check_of,
    days_between,
    golden_of,
    interval_by_day,
    load_settings,
    read_columns,
    write_json,
)
from graphs import edge_graph, market_log_odds, trees_in_32_bits
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

RANGES = {
    "side_yes": (0, 1),
    "market_probability": (0, 1),
    "advantage": (-3, 3),
    "gap": (0, 8),
    "price_age": (0, 600),
    "contracts": (0, 6),
}
INPUTS = list(RANGES)
MARKET = INPUTS.index("market_probability")
SETTINGS = {
    "objective": "binary",
    "learning_rate": 0.05,
    "num_leaves": 4,
    "min_data_in_leaf": 1000,
    "lambda_l2": 10,
    "feature_fraction": 0.8,
    "boost_from_average": False,
    "seed": 7,
    "deterministic": True,
    "force_row_wise": True,
    "num_threads": 1,
    "verbose": -1,
}
ROUNDS = 30
GAP = 1.5
DIRECTION = ["gap", "market_spread", "model_spread", "hours_to_end", "price_age", "contracts"]


def fit(features, won):
    start = market_log_odds(features[:, MARKET].astype(float))
    monotone = [1 if name == "advantage" else 0 for name in INPUTS] + [0] * (features.shape[1] - len(INPUTS))
    return lgb.train({**SETTINGS, "monotone_constraints": monotone}, lgb.Dataset(features, won, init_score=start), ROUNDS)


def raw(booster, features):
    return market_log_odds(features[:, MARKET].astype(float)) + trees_in_32_bits(booster).predict(features)


def log_loss(probability, won):
    kept = np.clip(probability, 1e-6, 1 - 1e-6)
    return float(-np.mean(np.where(won, np.log(kept), np.log(1 - kept))))


def direction(rows, train, check):
    """The price-free question: where both are apart by GAP or more, was the high on the model's side of the market's? A plain logistic."""
    first = rows["rung"] == 0
    apart = first & (rows["gap"] >= GAP) & np.isfinite(rows["nearer"])
    inputs = np.column_stack([rows[name] for name in DIRECTION])
    told = {"degrees": GAP}
    for name, which in {"train": train & apart, "validate": check & apart}.items():
        told[name] = {"looks": int(np.sum(which)), "modelsSide": round(float(np.mean(rows["nearer"][which])), 4)}
    if len(np.unique(rows["nearer"][check & apart])) == 2:
        logistic = make_pipeline(StandardScaler(), LogisticRegression())
        logistic.fit(inputs[train & apart], rows["nearer"][train & apart].astype(int))
        scores = logistic.predict_proba(inputs[check & apart])[:, 1]
        told["aucOfLogistic"] = round(float(roc_auc_score(rows["nearer"][check & apart], scores)), 4)
    return told


def main():
    settings = load_settings(sys.argv[1])
    high = load_settings(f"{settings['out']}/high.json")
    extra = [name for name in DIRECTION if name not in INPUTS]
    rows = read_columns(
        settings["candidates"],
        ["city", "event", "day", "hour", "rung", "won", "nearer", "cost", "wait", "fee", *INPUTS, *extra],
    )
    train = days_between(rows["day"], settings["train"])
    check = days_between(rows["day"], settings["validate"])
    cities = high["cities"]
    members = np.stack([rows["city"] == city for city in cities], axis=1)
    features = np.column_stack([*(rows[name] for name in INPUTS), members]).astype(np.float32)
    if not np.all(np.isfinite(features)):
        sys.exit("a candidate has a feature that is not known")
    won = rows["won"] > 0
    month = np.array([day[:7] for day in rows["day"]])

    scores = np.full(len(won), np.nan)
    for held in np.unique(month[train]):
        booster = fit(features[train & (month != held)], won[train & (month != held)])
        scores[train & (month == held)] = raw(booster, features[train & (month == held)])
    booster = fit(features[train], won[train])
    if check.any():
        scores[check] = raw(booster, features[check])
    calibration = Calibration.fit(scores[train], won[train])
    probability = calibration.apply(expit(scores))
    market = rows["market_probability"]
    net = won - rows["cost"] - rows["fee"]
    priced = np.isfinite(net)

    def scored(which):
        told = {
            "candidates": int(np.sum(which)),
            "days": len(np.unique(rows["day"][which])),
            "logLoss": round(log_loss(probability[which], won[which]), 5),
            "priceOnly": round(log_loss(np.clip(market[which], 0.005, 0.995), won[which]), 5),
        }
        if len(np.unique(won[which])) == 2:
            told["auc"] = round(float(roc_auc_score(won[which], probability[which])), 4)
            told["aucOfPriceOnly"] = round(float(roc_auc_score(won[which], market[which])), 4)
        return told

    def traded(which, least, value):
        """Cents a contract where the classifier is that sure and the executable price leaves that much: always no earns 0."""
        taken = which & priced & (probability >= least) & (probability - rows["cost"] - rows["fee"] >= value)
        return {"confidence": least, "leastValue": value, **interval_by_day(100 * net[taken], rows["day"][taken])}

    windows = {"train": train, "validate": check}
    values = [(0.7, 0.02), (0.5, 0.02), (0.3, 0.02), (0.3, 0.0)]
    path = f"{settings['out']}/edge-shared.onnx"
    with open(path, "wb") as file:
        file.write(edge_graph(booster, features.shape[1], MARKET).SerializeToString(deterministic=True))
    booster.save_model(f"{settings['out']}/edge-shared.txt")
    uncalibrated = lambda given: expit(raw(booster, given))[:, None]
    write_json(f"{settings['out']}/edge-shared-check.json", check_of(RANGES, cities, uncalibrated))
    write_json(
        f"{settings['out']}/edge.json",
        {
            "inputs": INPUTS,
            "cities": cities,
            "graph": {
                "file": path,
                "calibration": calibration.written(),
                "golden": golden_of(RANGES, cities, lambda given: calibration.apply(uncalibrated(given))),
            },
            "rounds": ROUNDS,
            "days": {
                city: len(np.unique(rows["day"][train & members[:, at]])) for at, city in enumerate(cities)
            },
            "withoutPrice": round(float(np.mean(~priced)), 4),
            "medianWaitMinutes": round(float(np.nanmedian(rows["wait"])), 1),
            "scores": {name: scored(which) for name, which in windows.items() if which.any()},
            "perCity": {
                city: scored(check & members[:, at]) for at, city in enumerate(cities) if np.any(check & members[:, at])
            },
            "traded": {
                name: [traded(which, least, value) for least, value in values] for name, which in windows.items() if which.any()
            },
            "everyCandidate": {
                name: interval_by_day(100 * net[which & priced], rows["day"][which & priced]) for name, which in windows.items() if which.any()
            },
            "direction": direction(rows, train, check),
        },
    )


main()
