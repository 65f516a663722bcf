"""The HTTP API: REST and, in `openai`, the chat completions of OpenAI; no browser is needed."""
