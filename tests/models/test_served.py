"""Lists of models in the shapes of many servers, and which of the models is asked."""

from __future__ import annotations

from typing import Any

import pytest
from scripted_server import ScriptedServer

from rag.errors import EndpointError
from rag.models.endpoints.chat import ChatModel
from rag.models.endpoints.sending.served import chat_models, same_model_name

ASKED = [{"role": "user", "content": "Capital?"}]


@pytest.mark.parametrize(
    "page",
    [
        {"object": "list", "data": [{"id": "a"}, {"id": "b"}]},
        {"data": ["a", "b"]},
        [{"id": "a"}, {"id": "b"}],
        ["a", "b"],
        {"models": [{"name": "a", "model": "a"}, {"name": "b"}]},
        {"result": [{"name": "a"}, {"name": "b"}], "success": True},
        {"data": [{"id": "a"}, {"id": None}, 7, {"x": 1}, {"id": "b"}, {"id": "a"}]},
    ],
)
def test_a_list_is_read_in_any_shape(page: object) -> None:
    assert chat_models(page) == ["a", "b"]


@pytest.mark.parametrize("page", [None, "<html>", 7, {}, {"error": "no"}, {"data": "x"}])
def test_what_is_no_list(page: object) -> None:
    assert chat_models(page) is None


def test_an_empty_list_is_one() -> None:
    assert chat_models({"data": []}) == chat_models({"object": "list", "data": None}) == []


@pytest.mark.parametrize(
    "said",
    [
        {"type": "embedding"},
        {"type": "embeddings"},
        {"type": "image"},
        {"type": "rerank"},
        {"type": "audio"},
        {"task": "text-to-speech"},
        {"task": {"name": "Automatic Speech Recognition"}},
        {"pipeline_tag": "feature-extraction"},
        {"capabilities": ["embedding"]},
        {"capabilities": {"completion_chat": False, "ocr": True}},
        {"capabilities": {"embeddings": True, "chat": False}},
        {"architecture": {"modality": "text->image", "output_modalities": ["image"]}},
        {"output_modalities": ["embeddings"]},
        {"supported_generation_methods": ["embedContent"]},
        {"supported_endpoint_types": ["embeddings"]},
        {"mode": "moderation"},
        {"pipeline_tag": "text-to-image"},
        {"modality": "audio->text"},
        {"active": False},
    ],
)
def test_what_a_list_says_cannot_chat_is_left_out(said: dict[str, Any]) -> None:
    assert chat_models({"data": [{"id": "a", **said}, {"id": "b"}]}) == ["b"]


@pytest.mark.parametrize(
    "said",
    [
        {"type": "chat"},
        {"type": "llm"},
        {"type": "vlm"},
        {"object": "model"},
        {"capabilities": {"completion_chat": True, "audio": True}},
        {"capabilities": ["completion", "vision"]},
        {"architecture": {"input_modalities": ["image", "text"], "output_modalities": ["text"]}},
        {"pipeline_tag": "image-text-to-text"},
        {"modalities": ["text", "image"]},
        {"architecture": {"modality": "text+image->text"}},
        {"features": ["tools", "image_input"]},
        {"capabilities": ["tools", "vision", "audio"]},
        {"capabilities": {"function_calling": True, "audio_input": True}},
        {"supported_generation_methods": ["generateContent", "embedContent"]},
    ],
)
def test_what_a_list_says_counts_more_than_a_name(said: dict[str, Any]) -> None:
    listed = chat_models([{"id": "a-embed", **said}, {"id": "b"}])
    assert listed == (["b", "a-embed"] if said == {"object": "model"} else ["a-embed", "b"])


@pytest.mark.parametrize(
    "name",
    [
        "acme-embed-text:latest", "text-embedding-9", "bge-m9", "gte-huge", "e5-mistral-7b",
        "all-minilm:l6", "whisper-large-v9", "distil-whisper", "tts-9-hd", "acme-rerank-v9",
        "stable-diffusion-9", "dall-e-9", "gpt-image-9", "omni-moderation", "acme-guard-8b",
        "flux-pro", "gpt-9-realtime", "acme-transcribe",
    ],
)  # fmt: skip
def test_what_a_name_says_cannot_chat_comes_last(name: str) -> None:
    assert chat_models([name, "acme-7b-instruct", "guardian-tales-9b"]) == [
        "acme-7b-instruct", "guardian-tales-9b", name,
    ]  # fmt: skip


def test_a_doubtful_model_comes_last() -> None:
    assert chat_models([{"id": "a", "capabilities": ["audio", "vision"]}, "b-embed", "c"]) == [
        "c", "a", "b-embed",
    ]  # fmt: skip


def test_names_of_one_model() -> None:
    assert same_model_name("acme3.2", "acme3.2:latest")
    assert same_model_name("models/acme-flash", "acme-flash")
    assert same_model_name("Org/Acme-7B", "org/acme-7b")
    assert not same_model_name("acme3.2:1b", "acme3.2:latest")


def test_the_next_model_is_tried_where_the_first_cannot_chat() -> None:
    with ScriptedServer("Paris.", models=["odd-one", "odd-two", "good"]) as server:
        server.unable = {"odd-one", "odd-two"}
        chat = ChatModel(server.endpoint())
        for _ in range(2):
            assert chat.complete(ASKED, max_tokens=9) == "Paris."
        assert chat.name == "good"
        chat.close()
    assert [body["model"] for body in server.requests][-2:] == ["good", "good"]
    assert "temperature" in server.requests[-1], "the next model is asked in the full form"


def test_a_model_that_was_swapped_is_found_by_a_new_list() -> None:
    with ScriptedServer("Paris.", models=["old"]) as server:
        chat = ChatModel(server.endpoint())
        for models in (["old"], ["new"], ["newer", "newest"]):
            server.models = models
            assert chat.complete(ASKED, max_tokens=9) == "Paris."
            assert chat.name == models[0]
        server.unable = {"newer", "newest"}
        with pytest.raises(EndpointError, match="newest does not support chat"):
            chat.complete(ASKED, max_tokens=9)
        server.unable = set()
        assert chat.complete(ASKED, max_tokens=9) == "Paris.", "what failed once is tried again"
        chat.close()


def test_a_named_model_is_not_replaced() -> None:
    with ScriptedServer("Paris.", models=["odd", "good"], unable={"odd"}) as server:
        chat = ChatModel(server.endpoint(model="odd"))
        with pytest.raises(EndpointError, match="odd does not support chat"):
            chat.complete(ASKED, max_tokens=9)
        chat.close()
    assert {body["model"] for body in server.requests} == {"odd"}
