"""Who is let in: the password or token, the page that asks for it, and sessions."""
