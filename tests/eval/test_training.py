"""Training of the encoder, on a CPU: a tiny transformer and a toy set."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertModel

from eval.training.__main__ import average
from eval.training.encoder import Encoder, maxsim, sentence_maxsim
from eval.training.examples import Examples, load
from eval.training.losses import divergence, softmax_loss
from eval.training.measure import auroc, declined, measure
from eval.training.mining import candidates
from eval.training.roles import refit_roles
from eval.training.student import Recipe, train
from eval.training.teacher import CrossEncoder, Scores, TeacherRecipe, score, train_teacher
from eval.training.texts import Texts
from rag.models.embedding.packaged import packaged_minilm

CPU = torch.device("cpu")
SUBJECTS = ("owls", "glaciers", "violins", "bridges", "bees", "comets", "rice", "clocks")
DATASET = 12  # papers; some fall into each split


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A transformer of two narrow layers with MiniLM's tokenizer."""
    folder = tmp_path_factory.mktemp("base")
    torch.manual_seed(0)
    config = BertConfig(
        hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=32
    )
    BertModel(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(packaged_minilm()).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Examples:
    """Both forms of written data, summaries and titles."""
    folder = tmp_path_factory.mktemp("data")
    rows = [_with_roles(subject) for subject in SUBJECTS]
    rows += [_without_roles(f"{subject} again", number) for number, subject in enumerate(SUBJECTS)]
    (folder / "reader.jsonl").write_text("\n".join(map(json.dumps, rows)))
    summary = {"sentences": ["We weigh moths.", "They are light."], "summary": "Moths are light."}
    (folder / "scitldr.jsonl").write_text(json.dumps(summary))
    return load(folder)


def _with_roles(subject: str) -> object:
    asked = {"q": f"Who counts {subject}?", "s": [1]}
    claim = {"c": f"The {subject} were counted.", "s": [1]}
    return {
        "id": f"paper:{subject}",
        "title": f"On {subject}",
        "sentences": [f"Nobody knows {subject}.", f"We count {subject}.", "There are nine."],
        "items": {
            **dict.fromkeys(("fact", "para", "search", "near"), asked),
            **dict.fromkeys(("sup", "con", "nei"), claim),
            "topic": f"count {subject}",
            "nottopic": f"paint {subject}",
        },
        "roles": {"gist": 1, "problem": [0], "approach": [1], "result": [2]},
    }


def _without_roles(subject: str, number: int) -> object:
    return {
        "id": f"paper:{subject}:{number}",
        "title": subject,
        "sentences": [f"We hear {subject}.", "They are loud."],
        "ask": [{"q": f"How loud are {subject}?", "s": [1], "kind": "fact"}],
        "near": [f"How old are {subject}?"],
        "topic": [f"hear {subject}"],
        "nottopic": [f"smell {subject}"],
    }


def test_both_forms_are_read_and_papers_are_held_out_as_a_whole(examples: Examples) -> None:
    kinds = {query.kind for query in examples.queries}
    assert {"fact", "para", "topic", "near", "nottopic", "con", "tldr"} <= kinds
    trained, held = examples.of("train"), examples.of("held_out")
    assert trained and held
    assert not {examples.queries[i].document for i in trained} & {
        examples.queries[i].document for i in held
    }
    assert any(query.text == "Which papers count owls?" for query in examples.queries)


def test_a_pair_is_one_text_whose_sentences_are_numbered(base: Path, examples: Examples) -> None:
    texts = Texts(AutoTokenizer.from_pretrained(base), examples, CPU)
    batch = texts.pair_batch([0], [0])
    asked, read = texts.queries[0], texts.documents[0]
    assert batch.mask.sum() == len(asked) + len(read.ids) + 3
    assert batch.types[0, : len(asked) + 2].sum() == 0
    assert set(batch.sentence[0].tolist()) == {-1, 0, 1, 2}
    untitled = texts.document_batch([0], [True])
    assert untitled.mask.sum() < texts.document_batch([0], [False]).mask.sum()


def test_maxsim_of_a_sentence_is_that_of_its_tokens(base: Path, examples: Examples) -> None:
    encoder = Encoder.load(base).eval()
    texts = Texts(encoder.tokenizer, examples, CPU)
    with torch.no_grad():
        asked, read = (
            encoder.read(make([0])) for make in (texts.query_batch, texts.document_batch)
        )
        by_sentence = sentence_maxsim(asked, read)[0]
        whole = maxsim(asked, read)[0, 0]
    own = np.sign(read.states[0][read.sentence[0] == 1].numpy()) / 32**0.5
    states = asked.states[0][asked.inside[0]].numpy()
    assert by_sentence[1] == pytest.approx((states @ own.T).max(axis=1).mean(), abs=1e-5)
    assert whole >= by_sentence.max() - 1e-6


def test_a_teacher_and_a_student_are_trained_saved_and_averaged(
    base: Path, examples: Examples, tmp_path: Path
) -> None:
    student = Encoder.load(base)
    texts = Texts(student.tokenizer, examples, CPU)
    near = candidates(student, texts, examples, examples.of("train"), near=6)
    assert all(examples.queries[at].document not in places for at, places in near.items())
    teacher = CrossEncoder.load(base)
    recipe = TeacherRecipe(title_steps=1, epochs=1, groups=4, group=3, unanswered=2, seconds=5)
    train_teacher(teacher, texts, examples, near, recipe)
    scores = score(teacher, texts, examples, examples.of("train"), near, candidates=4)
    scores.save(tmp_path / "scores.safetensors")
    scores = Scores.load(tmp_path / "scores.safetensors")
    before = {name: value.clone() for name, value in student.state_dict().items()}
    few = Recipe(steps=4, batch=6, negatives=2, judged=4, unanswered=4)
    train(student, texts, examples, few, near, scores)
    after = student.state_dict()
    for name in ("roles.weight", "answer.weight", "sentence.weight"):
        assert not torch.equal(before[name], after[name])
    student.save(tmp_path / "one")
    average([tmp_path / "one", tmp_path / "one"], tmp_path / "mean")
    again = Encoder.load(tmp_path / "mean").state_dict()
    for name, value in after.items():
        assert torch.allclose(value, again[name], atol=1e-2), name
    figures = measure(student, texts, examples, tmp_path)
    assert {"sentence/fact/maxsim", "answers/questions/auroc", "roles/macro"} <= set(figures)
    assert all(0 <= value <= 1 for value in figures.values())


def test_roles_are_fitted_once_more_and_the_gist_stays(
    base: Path, examples: Examples, tmp_path: Path
) -> None:
    Encoder.load(base).save(tmp_path)
    before = Encoder.load(tmp_path)
    assert not before.role_tokens.any()
    assert 0 <= refit_roles(tmp_path, examples) <= 1
    after = Encoder.load(tmp_path)
    assert after.role_tokens[:-1].any(-1).all() and not after.role_tokens[-1].any()
    assert torch.equal(after.roles.weight[-1], before.roles.weight[-1])
    assert not torch.equal(after.roles.weight[:-1], before.roles.weight[:-1])
    assert torch.equal(after.answer.weight, before.answer.weight)


def test_the_losses_prefer_what_they_should() -> None:
    scores = torch.tensor([[2.0, 0.0, float("-inf")]])
    wanted = torch.tensor([[True, False, False]])
    assert softmax_loss(scores, wanted) < softmax_loss(-scores.nan_to_num(0, 0, 0), wanted)
    assert divergence(scores, scores) == pytest.approx(0.0, abs=1e-5)
    assert divergence(scores, torch.tensor([[0.0, 2.0, float("-inf")]])) > 0.5


def test_figures_of_answering() -> None:
    assert auroc([3.0, 2.0, 1.0], [True, False, False]) == 1.0
    assert declined([3.0, 2.0, 1.0, 0.0], [True, True, False, False]) == 1.0
    assert declined([1.0, 2.0, 3.0], [True, True, False]) == 0.0
