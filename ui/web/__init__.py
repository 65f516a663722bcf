"""The window: one page over one engine. Importing this is quick; `ui.web.server` serves it."""
