"""ONNX graphs around LightGBM's trees: raw features go in, probabilities come out, one float32 tensor each."""

import lightgbm as lgb
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxmltools import convert_lightgbm
from onnxmltools.convert.common.data_types import FloatTensorType

OPSET = 15
ML_OPSET = 1


def trees_in_32_bits(booster):
    """The same booster, raw: its thresholds are rounded down to 32 bits, which changes no comparison with a 32-bit feature."""
    lines = []
    for line in booster.model_to_string().split("\n"):
        if line.startswith("tree_sizes="):
            continue  # They would no longer be true; without them the trees are read one after the other.
        if line.startswith("threshold="):
            values = np.array(line[len("threshold=") :].split(), dtype=np.float64)
            rounded = values.astype(np.float32)
            rounded = np.where(rounded > values, np.nextafter(rounded, np.float32(-np.inf)), rounded)
            line = "threshold=" + " ".join(repr(float(each)) for each in rounded)
        elif line.startswith("objective="):
            line = "objective=regression"
        lines.append(line)
    return lgb.Booster(model_str="\n".join(lines))


def tree_node(raw, columns, given, made):
    """The booster as one node that reads `given` and makes `made`, shaped rows × 1."""
    graph = convert_lightgbm(
        raw, initial_types=[("x", FloatTensorType([None, columns]))], target_opset=OPSET, zipmap=False
    ).graph
    (node,) = [each for each in graph.node if each.op_type == "TreeEnsembleRegressor"]
    node.input[:] = [given]
    node.output[:] = [made]
    node.name = "trees"
    return node


def model_of(nodes, constants, columns, outputs):
    """A graph from `features` (rows × columns) to `probability` (rows × outputs)."""
    graph = helper.make_graph(
        nodes,
        "tapedeck",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["rows", columns])],
        [helper.make_tensor_value_info("probability", TensorProto.FLOAT, ["rows", outputs])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    model = helper.make_model(
        graph,
        producer_name="tapedeck",
        ir_version=8,
        opset_imports=[helper.make_opsetid("", OPSET), helper.make_opsetid("ai.onnx.ml", ML_OPSET)],
    )
    onnx.checker.check_model(model)
    return model


FLOAT = np.float32


def class_inputs(features, classes):
    """
    What the booster of the high sees of rows (forecast, bias, spread, one column a city), one row a class:
    threshold less forecast and bias, the same over the spread, the spread, the cities. In 32 bits, step by step as the graph has it.
    """
    forecast, bias, spread = (features[:, at : at + 1].astype(FLOAT) for at in range(3))
    spread = np.maximum(spread, FLOAT(0.5))
    threshold = (np.floor(forecast + FLOAT(0.5)) + (classes + 0.5).astype(FLOAT)) - forecast - bias
    rest = np.repeat(np.concatenate([spread, features[:, 3:].astype(FLOAT)], axis=1)[:, None, :], len(classes), axis=1)
    both = np.stack([threshold, threshold / spread], axis=2)
    return np.concatenate([both, rest], axis=2).reshape(-1, rest.shape[2] + 2)


def high_graph(booster, columns, classes):
    """The graph of the ordinal model: as `class_inputs` then the booster, for every class at once."""
    count = len(classes)
    node = helper.make_node
    wide = columns - 3
    nodes = [
        node("Slice", ["features", "at0", "at1", "axis1"], ["forecast"]),
        node("Slice", ["features", "at1", "at2", "axis1"], ["bias"]),
        node("Slice", ["features", "at2", "at3", "axis1"], ["measured_spread"]),
        node("Slice", ["features", "at3", "at_end", "axis1"], ["cities"]),
        node("Max", ["measured_spread", "least_spread"], ["spread"]),
        node("Add", ["forecast", "half"], ["raised"]),
        node("Floor", ["raised"], ["origin"]),
        node("Add", ["origin", "classes"], ["degrees"]),
        node("Sub", ["degrees", "forecast"], ["above_forecast"]),
        node("Sub", ["above_forecast", "bias"], ["threshold"]),
        node("Div", ["threshold", "spread"], ["scaled"]),
        node("Unsqueeze", ["threshold", "axis2"], ["threshold3"]),
        node("Unsqueeze", ["scaled", "axis2"], ["scaled3"]),
        node("Concat", ["spread", "cities"], ["rest2"], axis=1),
        node("Unsqueeze", ["rest2", "axis1"], ["rest3"]),
        node("Tile", ["rest3", "tiles"], ["rest"]),
        node("Concat", ["threshold3", "scaled3", "rest"], ["stacked"], axis=2),
        node("Reshape", ["stacked", "flat"], ["rows_by_class"]),
        tree_node(trees_in_32_bits(booster), 3 + wide, "rows_by_class", "raw"),
        node("Sigmoid", ["raw"], ["flat_probability"]),
        node("Reshape", ["flat_probability", "by_row"], ["probability"]),
    ]
    integers = lambda *values: np.array(values, dtype=np.int64)
    constants = {
        **{f"at{at}": integers(at) for at in range(4)},
        "at_end": integers(columns),
        "axis1": integers(1),
        "axis2": integers(2),
        "half": np.array([0.5], dtype=FLOAT),
        "least_spread": np.array([0.5], dtype=FLOAT),
        "classes": (classes + 0.5).astype(FLOAT)[None, :],
        "tiles": integers(1, count, 1),
        "flat": integers(-1, 3 + wide),
        "by_row": integers(-1, count),
    }
    return model_of(nodes, constants, columns, count)


LEAST = 0.005


def market_log_odds(probability):
    """Where the classifier starts from: the market's own probability as log odds, kept away from certainty."""
    kept = np.clip(probability, LEAST, 1 - LEAST)
    return np.log(kept / (1 - kept))


def edge_graph(booster, columns, market):
    """The graph of the classifier: the market's log odds (column `market`) plus what the booster adds to them."""
    node = helper.make_node
    integers = lambda *values: np.array(values, dtype=np.int64)
    nodes = [
        node("Slice", ["features", "from", "to", "axis1"], ["price"]),
        node("Clip", ["price", "least", "most"], ["kept"]),
        node("Sub", ["one", "kept"], ["against"]),
        node("Div", ["kept", "against"], ["odds"]),
        node("Log", ["odds"], ["log_odds"]),
        tree_node(trees_in_32_bits(booster), columns, "features", "added"),
        node("Add", ["log_odds", "added"], ["raw"]),
        node("Sigmoid", ["raw"], ["probability"]),
    ]
    constants = {
        "from": integers(market),
        "to": integers(market + 1),
        "axis1": integers(1),
        "least": np.array(LEAST, dtype=FLOAT),
        "most": np.array(1 - LEAST, dtype=FLOAT),
        "one": np.array([1], dtype=FLOAT),
    }
    return model_of(nodes, constants, columns, 1)
