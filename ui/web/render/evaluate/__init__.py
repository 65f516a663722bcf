"""The Evaluate page as HTML: questions, cases, and the report with its figures."""
