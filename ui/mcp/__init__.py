"""The MCP server: the engine's tools, resources and prompts for programs that speak MCP.

Only this room imports the `mcp` SDK. Start reading at server.py; tools.py lists the tools.
"""
