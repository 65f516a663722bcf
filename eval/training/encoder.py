"""The student: one transformer that reads documents, queries, and pairs of both.

One pass over a document gives its pooled vector (the mean of the token states), unit token states
for MaxSim, of which only the signs are kept, and for every sentence its roles and whether it is the
gist. One pass over a query and a document together gives whether the document answers, and which
sentences do.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from eval.reader.data import ROLES
from eval.training.texts import LONGEST_DOCUMENT, Batch


@dataclass(frozen=True, slots=True)
class Read:
    """A batch of texts after one pass.

    ``pooled`` (texts, dimensions), unit; ``states`` (texts, tokens, dimensions), unit, zeros for
    special tokens and padding; ``inside`` and ``sentence`` as in `Batch`.
    """

    pooled: Tensor
    states: Tensor
    inside: Tensor
    sentence: Tensor


@dataclass(frozen=True, slots=True)
class Judged:
    """Log-odds of pairs: that the document answers (pairs,), and of its sentences (pairs, most).

    -inf where a document has no such sentence.
    """

    answer: Tensor
    sentences: Tensor


class Encoder(nn.Module):
    """A transformer with heads for sentence roles and the gist, and for judging pairs.

    ``role_tokens``, shape (roles + 1, vectors, dimensions), are zeros until `refit_roles`.
    """

    def __init__(self, transformer: Any, tokenizer: Any, base: Path) -> None:
        super().__init__()
        self.transformer = transformer
        self.tokenizer = tokenizer
        self.base = base
        size = int(transformer.config.hidden_size)
        self.roles = nn.Linear(size, len(ROLES) + 1)  # the last output is the gist's
        self.role_tokens = nn.Parameter(torch.zeros(len(ROLES) + 1, _VECTORS, size), False)
        self.answer = nn.Linear(size, 1)
        self.sentence = nn.Linear(size, 1)

    @classmethod
    def load(cls, folder: Path, layers: int | None = None) -> Encoder:
        """A folder in the layout of transformers; ``layers`` keeps so many, evenly spread."""
        from transformers import AutoModel, AutoTokenizer

        transformer = AutoModel.from_pretrained(folder, dtype=torch.float32)
        if layers is not None:
            every = transformer.encoder.layer
            step = len(every) / layers
            transformer.encoder.layer = nn.ModuleList(
                [every[int(step * (at + 1)) - 1] for at in range(layers)]
            )
            transformer.config.num_hidden_layers = layers
        made = cls(transformer, AutoTokenizer.from_pretrained(folder), folder)
        heads = folder / "heads.safetensors"
        if heads.exists():
            from safetensors.torch import load_file

            made.load_state_dict(_named(load_file(heads)), strict=False)
        return made

    def save(self, folder: Path) -> None:
        """Write the layout of sentence-transformers, in half precision, and the heads beside it."""
        folder.mkdir(parents=True, exist_ok=True)
        half = {name: value.half() for name, value in self.transformer.state_dict().items()}
        self.transformer.save_pretrained(folder, state_dict=half)
        self.tokenizer.save_pretrained(folder)
        for name in ("modules.json", "config_sentence_transformers.json", "1_Pooling/config.json"):
            if (self.base / name).exists():
                (folder / name).parent.mkdir(exist_ok=True)
                shutil.copyfile(self.base / name, folder / name)
        limits = {"max_seq_length": LONGEST_DOCUMENT, "do_lower_case": False}
        (folder / "sentence_bert_config.json").write_text(json.dumps(limits))
        self.save_heads(folder)

    def save_heads(self, folder: Path) -> None:
        """Write the heads alone."""
        from safetensors.torch import save_file

        heads = {
            _HEADS[name]: value.contiguous().cpu()
            for name, value in self.state_dict().items()
            if name in _HEADS
        }
        roles = " ".join((*ROLES, "gist"))
        save_file(heads, folder / "heads.safetensors", metadata={"roles": roles})

    @property
    def device(self) -> torch.device:
        """Where the weights are."""
        return next(self.parameters()).device

    def heads(self) -> Iterator[nn.Parameter]:
        """The parameters beside the transformer that are trained with it."""
        for head in (self.roles, self.answer, self.sentence):
            yield from head.parameters()

    def read(self, batch: Batch) -> Read:
        """One pass over documents or over queries."""
        hidden = self._hidden(batch)
        mask = batch.mask[..., None].to(hidden.dtype)
        pooled = (hidden * mask).sum(1) / mask.sum(1)
        states = nn.functional.normalize(hidden, dim=-1) * batch.inside[..., None]
        return Read(nn.functional.normalize(pooled, dim=-1), states, batch.inside, batch.sentence)

    def role_logits(self, read: Read) -> Tensor:
        """Log-odds of each role and of the gist; shape (texts, most sentences, roles + 1)."""
        near = torch.einsum("btd,rkd->brkt", read.states, self.role_tokens)
        best = _best_in_sentences(near.flatten(1, 2), read.sentence)
        summed = best.reshape(*near.shape[:3], -1).sum(2)
        linear: Tensor = self.roles(sentence_means(read.states, read.sentence))
        return linear + summed.transpose(1, 2)

    def judge(self, batch: Batch) -> Judged:
        """One pass over pairs."""
        hidden = self._hidden(batch)
        answer = self.answer(hidden[:, 0]).squeeze(-1)
        states = nn.functional.normalize(hidden, dim=-1)
        scores = self.sentence(sentence_means(states, batch.sentence)).squeeze(-1)
        missing = ~sentences_there(batch.sentence)
        return Judged(answer.float(), scores.float().masked_fill(missing, float("-inf")))

    def _hidden(self, batch: Batch) -> Tensor:
        more = {"token_type_ids": batch.types} if self._has_types else {}
        found: Tensor = self.transformer(
            input_ids=batch.ids, attention_mask=batch.mask, **more
        ).last_hidden_state
        return found

    @property
    def _has_types(self) -> bool:
        return "token_type_ids" in self.tokenizer.model_input_names


_VECTORS = 4  # for each role
_HEADS = {
    "role_tokens": "roles.tokens",
    "roles.weight": "roles.weight",
    "roles.bias": "roles.bias",
    "answer.weight": "judge.answer.weight",
    "answer.bias": "judge.answer.bias",
    "sentence.weight": "judge.sentence.weight",
    "sentence.bias": "judge.sentence.bias",
}


def _named(heads: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: heads[stored] for name, stored in _HEADS.items() if stored in heads}


def sentence_means(states: Tensor, sentence: Tensor) -> Tensor:
    """The mean unit state of each sentence, times the root of the dimensions.

    Shape (texts, most sentences, dimensions); zeros where a text has no such sentence.
    """
    member = nn.functional.one_hot(sentence + 1, int(sentence.max()) + 2)[..., 1:].to(states.dtype)
    total = torch.einsum("bts,btd->bsd", member, states)
    scale: float = states.shape[-1] ** 0.5
    return total / member.sum(1).clamp(min=1)[..., None] * scale


def sentences_there(sentence: Tensor) -> Tensor:
    """Which sentences a text has after it was cut; shape (texts, most sentences)."""
    member = nn.functional.one_hot(sentence + 1, int(sentence.max()) + 2)[..., 1:]
    there: Tensor = member.amax(1) > 0
    return there


def signs(states: Tensor) -> Tensor:
    """The signs of states as unit vectors, with the gradient of the states (straight-through)."""
    hard = torch.sign(states.detach()) / states.shape[-1] ** 0.5
    through: Tensor = states + (hard - states.detach())
    return through


def maxsim(query: Read, document: Read) -> Tensor:
    """MaxSim of each query with each document's signs; shape (queries, documents)."""
    found = torch.einsum("qtd,nsd->qnts", query.states, signs(document.states))
    best = found.masked_fill(~document.inside[None, :, None, :], -1.0).amax(-1).float()
    return _mean_over(best, query.inside[:, None, :])


def sentence_maxsim(query: Read, document: Read) -> Tensor:
    """MaxSim of each query with the sentences of the document beside it; shape (pairs, most).

    -inf where the document has no such sentence.
    """
    found = torch.einsum("btd,bsd->bts", query.states, signs(document.states))
    best = _best_in_sentences(found, document.sentence)
    scores = _mean_over(best.transpose(1, 2).float(), query.inside[:, None, :])
    return scores.masked_fill(~sentences_there(document.sentence), float("-inf"))


def _best_in_sentences(found: Tensor, sentence: Tensor) -> Tensor:
    """(texts, any, tokens) to (texts, any, most sentences); 0 where there is no such sentence."""
    places = (sentence + 1)[:, None, :].expand(found.shape)
    start = found.new_zeros((*found.shape[:2], int(sentence.max()) + 2))
    return start.scatter_reduce(2, places, found, "amax", include_self=False)[..., 1:]


def _mean_over(values: Tensor, kept: Tensor) -> Tensor:
    weights = kept.to(values.dtype)
    mean: Tensor = (values * weights).sum(-1) / weights.sum(-1).clamp(min=1)
    return mean
