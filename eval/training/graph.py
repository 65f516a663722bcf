"""The graph of a BERT for onnxruntime, over one text, with its weights left in model.safetensors.

It is written by hand with onnxruntime's own fused operators, so that nothing depends on how an
exporter spells a layer. A text is a pass of its own: there is no padding, and no attention mask.

The weights of linear maps become whole numbers, by a scale for each output, in the graph itself:
onnxruntime computes them once, when it loads the graph. Their inputs become bytes in every pass.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from rag.models.embedding.encoder_files import WEIGHTS

_FUSED = "com.microsoft"
# Whole numbers from -63 to 63. Processors without an instruction for sums of products of bytes add
# pairs of them in 16 bits, which 255 * 127 * 2 overflows. So the same vectors come out everywhere.
_LEVELS = 63.0
_TYPES = {"F16": TensorProto.FLOAT16, "F32": TensorProto.FLOAT}


def bert_graph(folder: Path, *, exact: bool = False, upper: str = "") -> ModelProto:
    """The model in ``folder`` (a BERT with erf-GELU, in safetensors); ``exact`` without rounding.

    The tensors in the file ``upper`` of the folder stand in for those of the same names.

    From ``input_ids`` and ``token_type_ids``, int64, shape (1, tokens), to ``last_hidden_state``,
    float32, shape (1, tokens, dimensions).
    """
    config = json.loads((folder / "config.json").read_text("utf-8"))
    if (config["model_type"], config["hidden_act"]) != ("bert", "gelu"):
        raise ValueError(f"{folder} holds no BERT with GELU")
    graph = _Graph([folder / name for name in (WEIGHTS, upper) if name], exact=exact)
    states = _embeddings(graph, config)
    shape = graph.op("Shape", [states])
    flat = graph.constant([-1, config["hidden_size"]], np.int64)
    states = graph.op("Reshape", [states, flat])
    for layer in range(config["num_hidden_layers"]):
        states = _layer(graph, config, f"encoder.layer.{layer}", states, shape, flat)
    graph.op("Reshape", [states, shape], out="last_hidden_state")
    return graph.model(config["hidden_size"])


def _embeddings(graph: _Graph, config: dict[str, Any]) -> str:
    positions = graph.op(
        "Range",
        [
            graph.constant(0, np.int64),
            graph.op("Gather", [graph.op("Shape", ["input_ids"]), graph.constant(1, np.int64)]),
            graph.constant(1, np.int64),
        ],
    )
    total = ""
    for kind, ids in (
        ("word", "input_ids"),
        ("token_type", "token_type_ids"),
        ("position", positions),
    ):
        rows = graph.op("Gather", [graph.stored(f"embeddings.{kind}_embeddings.weight"), ids])
        rows = graph.op("Cast", [rows], to=TensorProto.FLOAT)
        total = graph.op("Add", [total, rows]) if total else rows
    return graph.norm(total, "embeddings.LayerNorm", config)


def _layer(
    graph: _Graph, config: dict[str, Any], name: str, states: str, shape: str, flat: str
) -> str:
    """One layer over ``states`` of shape (tokens, dimensions); of the same shape."""
    heads = [f"{name}.attention.self.{kind}" for kind in ("query", "key", "value")]
    parts = graph.split(graph.linear(states, heads), len(heads))
    mixed = graph.op(
        "MultiHeadAttention",
        [graph.op("Reshape", [part, shape]) for part in parts],
        domain=_FUSED,
        num_heads=config["num_attention_heads"],
    )
    mixed = graph.linear(graph.op("Reshape", [mixed, flat]), [f"{name}.attention.output.dense"])
    states = graph.norm(
        graph.op("Add", [mixed, states]), f"{name}.attention.output.LayerNorm", config
    )
    wide = graph.linear(states, [f"{name}.intermediate.dense"], by_row=True)
    wide = graph.op("Gelu", [wide], domain=_FUSED)
    wide = graph.linear(wide, [f"{name}.output.dense"], by_row=True)
    return graph.norm(graph.op("Add", [wide, states]), f"{name}.output.LayerNorm", config)


class _Graph:
    """A graph that grows node by node; a method gives the name of what it added."""

    def __init__(self, weights: Sequence[Path], *, exact: bool) -> None:
        self._exact = exact
        # Of each tensor its entry, its file, and where the tensors begin there.
        self._tensors: dict[str, tuple[dict[str, Any], str, int]] = {}
        for path in weights:
            with path.open("rb") as file:
                length = int.from_bytes(file.read(8), "little")
                entries: dict[str, Any] = json.loads(file.read(length))
            self._tensors |= {key: (entries[key], path.name, 8 + length) for key in entries}
        self._nodes: list[NodeProto] = []
        self._initializers: dict[str, TensorProto] = {}

    def op(
        self, kind: str, inputs: Sequence[str], *, domain: str = "", out: str = "", **how: Any
    ) -> str:
        """A node with one output."""
        name = out or f"{kind}{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], name=name, domain=domain, **how))
        return name

    def split(self, whole: str, parts: int) -> list[str]:
        """Equal parts along the last axis."""
        names = [f"{whole}_{part}" for part in range(parts)]
        self._nodes.append(
            helper.make_node("Split", [whole], names, f"{whole}_split", axis=-1, num_outputs=parts)
        )
        return names

    def constant(self, value: Any, kind: type[np.generic]) -> str:
        """A small constant."""
        name = f"constant{len(self._initializers)}"
        self._initializers[name] = numpy_helper.from_array(np.array(value, dtype=kind), name)
        return name

    def stored(self, name: str) -> str:
        """A tensor of the weights' file, as it is stored there."""
        entry, location, begin = self._tensors[name]
        start, end = entry["data_offsets"]
        tensor = TensorProto(name=name, data_type=_TYPES[entry["dtype"]], dims=entry["shape"])
        tensor.data_location = TensorProto.EXTERNAL
        place = {"location": location, "offset": begin + start, "length": end - start}
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
        self._initializers[name] = tensor
        return name

    def weight(self, name: str) -> str:
        """A stored tensor as float32; onnxruntime computes it once, when it loads the graph."""
        return self.op("Cast", [self.stored(name)], to=TensorProto.FLOAT)

    def linear(self, states: str, names: Sequence[str], *, by_row: bool = False) -> str:
        """The linear maps ``names`` side by side, with their biases.

        The inputs have one scale, or one for each token ``by_row``: that costs two passes over them
        and pays where few tokens are far larger than the others.
        """
        weight, bias = (
            self._joined([self.weight(f"{name}.{part}") for name in names])
            for part in ("weight", "bias")
        )
        if self._exact:
            return self.op("Gemm", [states, weight, bias], transB=1)
        scales = self.op("Div", [self._largest(weight), self.constant(_LEVELS, np.float32)])
        whole = self.op("Round", [self.op("Div", [weight, scales])])
        whole = self.op("Cast", [self.op("Transpose", [whole])], to=TensorProto.INT8)
        scales = self.op("Reshape", [scales, self.constant([-1], np.int64)])
        if not by_row:
            return self._product(states, whole, scales, bias)
        sizes = self._largest(states)
        product = self._product(self.op("Div", [states, sizes]), whole, scales)
        return self.op("Add", [self.op("Mul", [product, sizes]), bias])

    def _product(self, states: str, weight: str, scales: str, bias: str = "") -> str:
        inputs = [states, weight, scales, "", bias]
        return self.op("DynamicQuantizeMatMul", inputs, domain=_FUSED)

    def _largest(self, matrix: str) -> str:
        """The largest size of a number in each row; shape (rows, 1)."""
        axis = self.constant([1], np.int64)
        return self.op("ReduceMax", [self.op("Abs", [matrix]), axis], keepdims=1)

    def norm(self, states: str, name: str, config: dict[str, Any]) -> str:
        """Layer normalisation."""
        weights = [self.weight(f"{name}.{part}") for part in ("weight", "bias")]
        epsilon = config["layer_norm_eps"]
        return self.op("LayerNormalization", [states, *weights], axis=-1, epsilon=epsilon)

    def model(self, dimensions: int) -> ModelProto:
        """The finished model."""
        inputs = [
            helper.make_tensor_value_info(name, TensorProto.INT64, [1, "tokens"])
            for name in ("input_ids", "token_type_ids")
        ]
        output = helper.make_tensor_value_info(
            "last_hidden_state", TensorProto.FLOAT, [1, "tokens", dimensions]
        )
        graph = helper.make_graph(
            self._nodes, "encoder", inputs, [output], list(self._initializers.values())
        )
        domains = [helper.make_opsetid("", 20), helper.make_opsetid(_FUSED, 1)]
        return helper.make_model(graph, opset_imports=domains, ir_version=9)

    def _joined(self, parts: Sequence[str]) -> str:
        return parts[0] if len(parts) == 1 else self.op("Concat", parts, axis=0)
