"""The answer in words: drafts, the claims checked from them, their Markdown, or the refusal."""
