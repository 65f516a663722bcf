"""The web app: one page, a conversation beside its sources."""

from ui.web.server import serve

__all__ = ["serve"]
