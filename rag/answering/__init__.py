"""The flow of one question: rewrite, select, draft, verify, cite, abstain, suggest."""
