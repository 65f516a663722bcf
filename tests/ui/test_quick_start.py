"""The window's imports: Gradio writes no stub files, and everything is as it was afterwards."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import ast, gc, inspect
read, parse = [], ast.parse
ast.parse = lambda source, *args, **more: (read.append(source), parse(source, *args, **more))[1]
from ui.web.quick_start import import_serve
serve = import_serve()
import gradio
from ui.web.server import serve as own
assert serve is own and gc.isenabled()
assert inspect.getfile(gradio.HTML).endswith("html.py")
with gradio.Blocks() as window:
    gradio.HTML("hello")
print(len([source for source in read if "class " in str(source)]))
"""


def test_no_component_s_source_is_read_at_the_start() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stderr == ""
    assert done.stdout.strip() == "0"
