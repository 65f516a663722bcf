"""Writes an adapter of peft as the GGUF file that llama.cpp loads beside its base.

Tensors are named as in llama.cpp's convert_lora_to_gguf: ``blk.N.attn_q.weight.lora_a`` with shape
(rank, inputs) and ``.lora_b`` with (outputs, rank), here in float16.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import numpy as np

_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
}
_TENSOR = re.compile(r"layers\.(\d+)\.([a-z_.]+)\.lora_([AB])\.weight$")


def to_gguf(folder: Path, out: Path, architecture: str = "qwen2") -> str:
    """Write ``folder``'s adapter, as peft saves it, to ``out``; returns the file's sha256.

    Raises ValueError for a tensor that belongs to no linear layer.
    """
    import gguf
    from safetensors.numpy import load_file

    config: dict[str, Any] = json.loads((folder / "adapter_config.json").read_text("utf-8"))
    writer = gguf.GGUFWriter(str(out), architecture)
    writer.add_type("adapter")
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", float(config["lora_alpha"]))
    for name, values in sorted(load_file(folder / "adapter_model.safetensors").items()):
        writer.add_tensor(_gguf_name(name), values.astype(np.float16))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return hashlib.sha256(out.read_bytes()).hexdigest()


def _gguf_name(name: str) -> str:
    found = _TENSOR.search(name)
    if found is None or found[2] not in _NAMES:
        raise ValueError(f"{name} belongs to no linear layer")
    return f"blk.{found[1]}.{_NAMES[found[2]]}.weight.lora_{found[3].lower()}"
