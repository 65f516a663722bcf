"""What an encoder is worth on held-out papers, and on SciFact's held-out claims."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from eval.reader.data import ROLES, Split
from eval.training.encoder import Encoder, Read, maxsim, sentence_maxsim, sentences_there
from eval.training.examples import Document, Examples, Query, split_claim
from eval.training.mining import embed_documents
from eval.training.texts import Texts, half_precision

Figures = dict[str, float]
_ASKED = ("fact", "para", "search")
_FALSE = 0.04  # of the answerable questions that may be declined


@torch.no_grad()
def measure(
    encoder: Encoder, texts: Texts, examples: Examples, folder: Path, split: Split = "held_out"
) -> Figures:
    """Every figure by name; shares and AUROCs, 0 to 1."""
    encoder.eval()
    with half_precision(encoder.device):
        figures = {
            **_sentence_figures(encoder, texts, examples, split),
            **_paper_figures(encoder, texts, examples, split),
            **_answer_figures(encoder, texts, examples, split),
            **_role_figures(encoder, texts, examples, split),
            **_scifact_figures(encoder, folder),
        }
    return {name: round(value, 4) for name, value in figures.items()}


def _of_kind(examples: Examples, split: Split, *kinds: str) -> list[int]:
    return [i for i in examples.of(split) if examples.queries[i].kind in kinds]


def _sentence_figures(encoder: Encoder, texts: Texts, examples: Examples, split: Split) -> Figures:
    """The share of queries whose best sentence, given the paper, is one that answers."""
    figures = {}
    for kind in (*_ASKED, "sup"):
        places = [i for i in _of_kind(examples, split, kind) if examples.queries[i].sentences]
        late = judged = 0
        for part in _parts(places, 64):
            queries = [examples.queries[i] for i in part]
            own = [query.document for query in queries]
            read = encoder.read(texts.document_batch(own))
            best = sentence_maxsim(encoder.read(texts.query_batch(part)), read).argmax(-1)
            late += _right(best, queries)
            judged += _right(
                encoder.judge(texts.pair_batch(part, own)).sentences.argmax(-1), queries
            )
        figures[f"sentence/{kind}/maxsim"] = late / max(1, len(places))
        figures[f"sentence/{kind}/judge"] = judged / max(1, len(places))
    return figures


def _right(best: Tensor, queries: Sequence[Query]) -> int:
    return sum(at in q.sentences for at, q in zip(best.tolist(), queries, strict=True))


def _paper_figures(encoder: Encoder, texts: Texts, examples: Examples, split: Split) -> Figures:
    """The right paper first among all documents: by the vector, and by MaxSim over its best 50."""
    vectors = embed_documents(encoder, texts)
    figures = {}
    for kind in _ASKED:
        places = _of_kind(examples, split, kind)
        dense = late = 0
        for part in _parts(places, 64):
            read = encoder.read(texts.query_batch(part))
            most = min(50, len(vectors))
            best = (read.pooled.float() @ vectors.T).topk(most, -1).indices.tolist()
            for row, (at, near) in enumerate(zip(part, best, strict=True)):
                wanted = examples.queries[at].document
                dense += near[0] == wanted
                scores = maxsim(_row(read, row), encoder.read(texts.document_batch(near)))[0]
                late += near[int(scores.argmax())] == wanted
        figures[f"paper/{kind}/dense"] = dense / max(1, len(places))
        figures[f"paper/{kind}/maxsim"] = late / max(1, len(places))
    return figures


def _answer_figures(encoder: Encoder, texts: Texts, examples: Examples, split: Split) -> Figures:
    """Given the paper: answered against unanswered.

    The AUROC, and the share of unanswered ones that are declined at 4% of answered ones.
    """
    figures = {}
    for name, positive, negative in (
        ("questions", _ASKED, ("near",)),
        ("facts", ("fact",), ("near",)),
        ("topics", ("topic",), ("nottopic",)),
        ("claims", ("sup",), ("nei",)),
    ):
        places = _of_kind(examples, split, *positive, *negative)
        scores: list[float] = []
        for part in _parts(places, 64):
            own = [examples.queries[i].document for i in part]
            scores += encoder.judge(texts.pair_batch(part, own)).answer.tolist()
        labels = [examples.queries[i].kind in positive for i in places]
        figures[f"answers/{name}/auroc"] = auroc(scores, labels)
        figures[f"answers/{name}/declined"] = declined(scores, labels)
    return figures


def _role_figures(encoder: Encoder, texts: Texts, examples: Examples, split: Split) -> Figures:
    """F1 of each role over sentences at even odds, their mean, and how often the gist is found."""
    held = [i for i, d in enumerate(examples.documents) if d.split == split and d.roles is not None]
    hits = {role: [0, 0, 0] for role in ROLES}  # right, said, true
    gist = 0
    for part in _parts(held, 64):
        read = encoder.read(texts.document_batch(part))
        logits = encoder.role_logits(read).float().cpu()
        counts = sentences_there(read.sentence).sum(-1).tolist()
        for row, (place, count) in enumerate(zip(part, counts, strict=True)):
            document = examples.documents[place]
            gist += int(logits[row, :count, -1].argmax()) == document.gist
            for at, role in enumerate(ROLES):
                said = {n for n in range(count) if logits[row, n, at] > 0}
                true = {n for n in (document.roles or ())[at] if n < count}
                for column, value in enumerate((len(said & true), len(said), len(true))):
                    hits[role][column] += value
    f1 = {role: 2 * h[0] / max(1, h[1] + h[2]) for role, h in hits.items()}
    return {
        **{f"roles/{role}": value for role, value in f1.items()},
        "roles/macro": sum(f1.values()) / len(f1),
        "roles/gist": gist / max(1, len(held)),
    }


def _scifact_figures(encoder: Encoder, folder: Path) -> Figures:
    """nDCG@10 of the held-out claims over all abstracts: dense, MaxSim of its best 50, both."""
    if not (folder / "scifact_corpus.jsonl.gz").exists():
        return {}
    with gzip.open(folder / "scifact_corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        raws = [json.loads(line) for line in lines]
    documents = [Document(r["id"], r["title"], tuple(r["sentences"]), "train") for r in raws]
    with (folder / "scifact_claims.jsonl").open(encoding="utf-8") as claims:
        held: list[Any] = [
            c for c in map(json.loads, claims) if split_claim(str(c["_id"])) == "held_out"
        ]
    queries = tuple(Query(claim["claim"], "scifact", 0) for claim in held)
    texts = Texts(encoder.tokenizer, Examples(tuple(documents), queries), encoder.device)
    place = {document.id: at for at, document in enumerate(documents)}
    vectors = embed_documents(encoder, texts)
    found: dict[str, list[float]] = {"dense": [], "maxsim": [], "both": []}
    for part in _parts(range(len(held)), 64):
        read = encoder.read(texts.query_batch(part))
        best = (read.pooled.float() @ vectors.T).topk(50, -1)
        for row, at in enumerate(part):
            wanted = {place[str(i)] for i in held[at]["cited_doc_ids"] if str(i) in place}
            near = best.indices[row]
            scores = maxsim(_row(read, row), encoder.read(texts.document_batch(near.tolist())))[0]
            found["dense"].append(_ndcg(near, wanted))
            found["maxsim"].append(_ndcg(near[scores.argsort(descending=True)], wanted))
            both = best.values[row] + 1.5 * scores
            found["both"].append(_ndcg(near[both.argsort(descending=True)], wanted))
    return {f"scifact/{name}": sum(values) / len(values) for name, values in found.items()}


def _ndcg(ranked: Tensor, wanted: set[int], depth: int = 10) -> float:
    """nDCG at a depth with gains of 0 and 1 (Jarvelin & Kekalainen 2002)."""
    first = ranked[:depth].tolist()
    gained = sum(1 / math.log2(at + 2) for at, i in enumerate(first) if i in wanted)
    ideal = sum(1 / math.log2(at + 2) for at in range(min(depth, len(wanted))))
    return gained / ideal if ideal else 0.0


def auroc(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The chance that a positive scores higher than a negative, ties counting half."""
    yes = torch.tensor([s for s, label in zip(scores, labels, strict=True) if label])
    no = torch.tensor([s for s, label in zip(scores, labels, strict=True) if not label])
    if not len(yes) or not len(no):
        return 0.5
    higher = (yes[:, None] > no).float() + 0.5 * (yes[:, None] == no).float()
    return float(higher.mean())


def declined(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """The share of negatives below the score that 4% of the positives are below."""
    yes = sorted(s for s, label in zip(scores, labels, strict=True) if label)
    no = [s for s, label in zip(scores, labels, strict=True) if not label]
    if not yes or not no:
        return 0.0
    floor = yes[int(_FALSE * len(yes))]
    return sum(score < floor for score in no) / len(no)


def _parts(places: Sequence[int], size: int) -> list[list[int]]:
    return [list(places[start : start + size]) for start in range(0, len(places), size)]


def _row(read: Read, row: int) -> Read:
    one = slice(row, row + 1)
    return Read(read.pooled[one], read.states[one], read.inside[one], read.sentence[one])
