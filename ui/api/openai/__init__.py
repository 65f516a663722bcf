"""Chat completions as OpenAI's clients speak them, over the engine's `stream`."""
