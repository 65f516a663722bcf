"""The encoder through onnxruntime: as sentence-transformers computes it, with its heads."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from eval.training.encoder import Encoder
from eval.training.examples import Document, Examples
from eval.training.export import export
from eval.training.texts import Texts
from rag.errors import ModelUnavailableError
from rag.models.embedding import torch_embedder
from rag.models.embedding.embedder import Embedder, Judgement, TextPass, highest, means
from rag.models.embedding.embedders import identify_embedder, load_embedder, runtime_of
from rag.models.embedding.encoder_files import (
    CLAIMS_GRAPH,
    ENCODER,
    GRAPH,
    HEADS,
    MANIFEST,
    WEIGHTS,
)
from rag.models.embedding.torch_embedder import TorchEmbedder
from rag.types import Paper

ROLES = ("problem", "approach", "gist")
LONG = "The encoder reads words. " * 1000
CHINESE = "我们提出了一种新的注意力机制。它在两个数据集上更好。"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The encoder with heads of random weights, exported without rounding."""
    made = tmp_path_factory.mktemp("exact") / "encoder"
    shutil.copytree(ENCODER, made)
    draw = np.random.default_rng(1)
    shapes = {"roles": (len(ROLES), 384), "judge.answer": (1, 384), "judge.sentence": (1, 384)}
    weights = {f"{name}.weight": draw.normal(0, 0.1, shape) for name, shape in shapes.items()}
    biases = {f"{name}.bias": draw.normal(0, 1, shape[0]) for name, shape in shapes.items()}
    vectors = {"roles.tokens": draw.normal(0, 1, (len(ROLES), 2, 384))}
    heads = {k: of.astype(np.float32) for k, of in {**weights, **biases, **vectors}.items()}
    save_file(heads, made / HEADS, {"roles": " ".join(ROLES)})
    export(made, "exact", exact=True)
    return made


@pytest.fixture(scope="module")
def exact(folder: Path) -> Embedder:
    return load_embedder(str(folder))


@pytest.fixture(scope="module")
def reference(folder: Path) -> Embedder:
    """The same folder in float32, through sentence-transformers."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(torch_embedder, "_bfloat16_is_fast", lambda: False)
        return TorchEmbedder(str(folder))


@pytest.fixture(scope="module")
def texts(papers: list[Paper]) -> list[str]:
    return [f"{paper.title}\n{paper.abstract}" for paper in papers[::9]]


class TestAsSentenceTransformers:
    def test_without_rounding(self, exact: Embedder, reference: Embedder, texts: list[str]) -> None:
        texts = [*texts, "", "x", CHINESE, LONG]
        assert exact.limit == reference.limit
        assert _cosines(exact.embed(texts), reference.embed(texts)).min() > 0.9999
        both = zip(exact.embed_tokens(texts), reference.embed_tokens(texts), strict=True)
        for ours, theirs in both:
            assert ours.offsets == theirs.offsets
            assert _cosines(ours.states, theirs.states).min(initial=1) > 0.9999

    def test_with_rounding(self, embedder: Embedder, exact: Embedder, texts: list[str]) -> None:
        assert _cosines(embedder.embed(texts), exact.embed(texts)).min() > 0.99
        both = zip(embedder.embed_tokens(texts), exact.embed_tokens(texts), strict=True)
        assert np.mean([_cosines(a.states, b.states).mean() for a, b in both]) > 0.99

    def test_counts(self, exact: Embedder, reference: Embedder, texts: list[str]) -> None:
        for text in [*texts, "", CHINESE]:
            assert exact.count(text) == reference.count(text)


class TestPasses:
    def test_neighbours_change_nothing(self, embedder: Embedder, texts: list[str]) -> None:
        alone = np.stack([embedder.embed_query(text) for text in texts])
        assert np.array_equal(embedder.embed(texts), alone)

    def test_a_question_has_a_vector_and_tokens(self, embedder: Embedder) -> None:
        vector, tokens = embedder.ask("What is SINet?")
        assert np.array_equal(vector, embedder.embed_query("What is SINet?"))
        assert [tokens.text[a:b] for a, b in tokens.offsets] == ["What", "is", "SIN", "et", "?"]

    def test_a_long_text_is_cut(self, embedder: Embedder) -> None:
        [tokens] = embedder.embed_tokens([LONG])
        assert embedder.count(LONG) > len(tokens.offsets) == embedder.limit

    @pytest.mark.parametrize("text", ["", " ", CHINESE, "\0", "e\u0301" * 300, LONG])
    def test_any_text_has_a_unit_vector(self, embedder: Embedder, text: str) -> None:
        assert np.linalg.norm(embedder.embed_query(text)) == pytest.approx(1, abs=1e-5)

    def test_tokens_of_chunks_are_offsets_into_the_abstract(self, embedder: Embedder) -> None:
        [chunk] = embedder.embed_chunks(["A title\nOne. Two."], [[(8, 13), (13, 17)]], [8])
        [tokens] = embedder.embed_tokens(["A title\nOne. Two."])
        assert chunk.tokens.spans.tolist() == [[a - 8, b - 8] for a, b in tokens.offsets]
        assert np.array_equal(chunk.tokens.bits, np.packbits(tokens.states > 0, axis=1))

    def test_progress_counts_and_may_stop(self, embedder: Embedder, texts: list[str]) -> None:
        seen: list[tuple[int, int]] = []

        def stop(done: int, total: int) -> None:
            seen.append((done, total))
            if done == 3:
                raise InterruptedError

        with pytest.raises(InterruptedError):
            embedder.embed_chunks(texts, [[]] * len(texts), [0] * len(texts), stop)
        assert seen == [(done, len(texts)) for done in (1, 2, 3)]

    def test_means_and_highest_of_sentences(self) -> None:
        states = np.eye(4, dtype=np.float32)
        spans = np.array([[0, 2], [3, 5], [5, 6], [8, 9]], dtype=np.int32)
        read = TextPass(states[0], states, spans)
        bounds = read.bounds([(0, 5), (1, 6), (6, 8), (8, 9), (20, 30)])
        found = [[0.5, 0.5, 0, 0], [0, 0.5, 0.5, 0], [0] * 4, [0, 0, 0, 1], [0] * 4]
        assert means(states, bounds).tolist() == found
        assert np.array_equal(highest(2 * states - 1, bounds)[:2], 4 * np.array(found)[:2] - 1)
        assert highest(states - 1, bounds)[[2, 4]].tolist() == [[0] * 4] * 2
        assert means(states, read.bounds([])).shape == (0, 4)


class TestHeads:
    def test_roles_of_sentences(self, exact: Embedder, folder: Path, papers: list[Paper]) -> None:
        text, sentences = _abstract(papers[0])
        [chunk] = exact.embed_chunks([text], [sentences], [0])
        [tokens] = exact.embed_tokens([text])
        inside = [tokens.states[_within(tokens.offsets, span)] for span in sentences]
        heads = _heads(folder)
        means = np.array([states.mean(axis=0) for states in inside]) * np.sqrt(384)
        best = [(heads["roles.tokens"] @ states.T).max(axis=2).sum(axis=1) for states in inside]
        wanted = means @ heads["roles.weight"].T + best + heads["roles.bias"]
        assert chunk.roles.shape == (len(sentences), len(ROLES))
        assert np.allclose(chunk.roles, wanted, atol=1e-4)

    def test_roles_are_as_in_training(self, embedder: Embedder, papers: list[Paper]) -> None:
        """Up to rounding, torch's head in training and the one that is delivered agree."""
        student = Encoder.load(ENCODER).eval()
        for paper in papers[:20:5]:
            text, spans = _abstract(paper)
            said = tuple(text[start:end].strip() for start, end in spans)
            document = Document(paper.paper_id, paper.title, said, "train")
            texts = Texts(student.tokenizer, Examples((document,), ()), student.device)
            with torch.no_grad():
                wanted = student.role_logits(student.read(texts.document_batch([0])))[0].numpy()
            [chunk] = embedder.embed_chunks([text], [spans], [0])
            assert np.abs(chunk.roles - wanted).mean() < 0.1 * np.abs(wanted).mean()

    def test_a_sentence_that_was_not_read_has_the_bias(self, exact: Embedder, folder: Path) -> None:
        [chunk] = exact.embed_chunks([LONG], [[(0, 24), (20_000, 20_024)]], [0])
        assert np.allclose(chunk.roles[1], _heads(folder)["roles.bias"])
        assert not np.allclose(chunk.roles[0], chunk.roles[1])

    def test_judgements(
        self, exact: Embedder, reference: TorchEmbedder, folder: Path, papers: list[Paper]
    ) -> None:
        question = "Which networks segment portraits?"
        texts, sentences = zip(*map(_abstract, papers[:6]), strict=True)
        heads = _heads(folder)
        found = exact.judge(question, texts, sentences)
        for text, spans, judgement in zip(texts, sentences, found, strict=True):
            wanted = _judged(reference, heads, question, text, spans)
            assert judgement.answer == pytest.approx(wanted.answer, abs=1e-3)
            assert np.allclose(judgement.sentences, wanted.sentences, atol=1e-3)

    def test_a_question_of_any_length_leaves_room(self, exact: Embedder) -> None:
        [judgement] = exact.judge(LONG, ["One sentence. " * 20], [[(0, 13)]])
        assert np.isfinite([judgement.answer, *judgement.sentences]).all()

    def test_a_model_without_heads(self, reference: Embedder) -> None:
        assert not reference.has_heads
        [chunk] = reference.embed_chunks(["One. Two."], [[(0, 4), (5, 9)]], [0])
        assert chunk.roles.shape == (2, 0)
        with pytest.raises(NotImplementedError):
            reference.judge("One?", ["One."], [[(0, 4)]])


class TestFiles:
    def test_weights_stand_once(self) -> None:
        assert all((ENCODER / graph).stat().st_size < 100_000 for graph in (GRAPH, CLAIMS_GRAPH))
        assert sum(path.stat().st_size for path in ENCODER.rglob("*")) < 65_000_000

    def test_identity_is_read_from_the_manifest(self, folder: Path) -> None:
        said = json.loads((ENCODER / MANIFEST).read_text("utf-8"))
        assert identify_embedder(None, None) == (said["name"], said["revision"])
        assert identify_embedder(str(folder), None)[0] == "exact"
        assert identify_embedder("minilm", None)[0] == "all-MiniLM-L6-v2"
        assert identify_embedder("some/model", None) == ("some/model", "main")

    def test_an_embedder_without_roles_is_told_to_decide_plainly(self) -> None:
        assert "plain" not in runtime_of(None)
        assert "plain decisions" in runtime_of("minilm")

    def test_another_graph_or_another_head_is_another_revision(self, folder: Path) -> None:
        assert identify_embedder(None, None)[1] != identify_embedder(str(folder), None)[1]

    def test_one_changed_byte_is_seen(self, copy: Path) -> None:
        with (copy / WEIGHTS).open("r+b") as file:
            file.seek(20_000_000)
            byte = file.read(1)[0]
            file.seek(20_000_000)
            file.write(bytes([byte ^ 1]))
        _refused(copy, "is not the file of the encoder")

    @pytest.mark.parametrize("name", [WEIGHTS, GRAPH, "tokenizer.json"])
    def test_a_missing_file_is_named(self, copy: Path, name: str) -> None:
        (copy / name).unlink()
        _refused(copy, f"{name} cannot be read")

    def test_files_of_another_model_are_refused(self, copy: Path, folder: Path) -> None:
        shutil.copyfile(folder / GRAPH, copy / GRAPH)
        _refused(copy, "is not the file of the encoder")

    @pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": "x"}', "\0"])
    def test_a_manifest_that_is_none(self, copy: Path, text: str) -> None:
        (copy / MANIFEST).write_text(text, "utf-8")
        _refused(copy, "does not describe an encoder")

    def test_a_folder_without_a_model(self, tmp_path: Path) -> None:
        _refused(tmp_path, "cannot be loaded")

    def test_without_a_folder(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("rag.models.embedding.embedders.ENCODER", tmp_path)
        with pytest.raises(ModelUnavailableError, match="cannot be read"):
            load_embedder()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the encoder, to be damaged."""
    return Path(shutil.copytree(ENCODER, tmp_path / "encoder"))


def _refused(folder: Path, words: str) -> None:
    with pytest.raises(ModelUnavailableError, match=words) as refused:
        load_embedder(str(folder))
    assert "\n" not in str(refused.value)


def _abstract(paper: Paper) -> tuple[str, list[tuple[int, int]]]:
    """A text with its title, and the offsets of the abstract's sentences, roughly."""
    text = f"{paper.title}\n{paper.abstract}"
    ends = [i + 1 for i in range(len(paper.title), len(text)) if text[i : i + 2] == ". "]
    return text, list(zip([len(paper.title) + 1, *ends], [*ends, len(text)], strict=True))


def _within(offsets: Sequence[tuple[int, int]], span: tuple[int, int]) -> list[int]:
    return [i for i, (a, b) in enumerate(offsets) if a >= span[0] and b <= span[1]]


def _heads(folder: Path) -> dict[str, Any]:
    from safetensors.numpy import load_file

    return dict(load_file(folder / HEADS))


def _judged(
    model: TorchEmbedder,
    heads: dict[str, Any],
    question: str,
    text: str,
    spans: Sequence[tuple[int, int]],
) -> Judgement:
    """The same by transformers: its tokenizer makes the pair, its BERT reads it."""
    bert: Any = model._model[0].auto_model
    tokenizer = model._model.tokenizer
    pair = tokenizer(
        question, text, truncation="only_second", max_length=448, return_offsets_mapping=True,
        return_tensors="pt",
    )  # fmt: skip
    offsets, kinds = pair.pop("offset_mapping")[0].tolist(), pair["token_type_ids"][0].tolist()
    states = bert(**pair).last_hidden_state[0].detach().numpy()
    unit = states / np.linalg.norm(states, axis=1, keepdims=True)
    ours = [
        (a, b) if kind and b > a else (-1, -1) for (a, b), kind in zip(offsets, kinds, strict=True)
    ]
    means = np.array([unit[_within(ours, span)].mean(axis=0) for span in spans]) * np.sqrt(384)
    answer = heads["judge.answer.weight"] @ states[0] + heads["judge.answer.bias"]
    by_sentence = means @ heads["judge.sentence.weight"].T + heads["judge.sentence.bias"]
    return Judgement(float(answer[0]), by_sentence[:, 0])


def _cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.asarray((one * other).sum(axis=1))
