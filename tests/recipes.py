"""The programs of ``scripts/`` as modules, to test them."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

SCRIPTS = Path(__file__).parents[1] / "scripts"


def load_script(name: str) -> ModuleType:
    """The module of ``scripts/NAME.py``, run anew."""
    spec = importlib.util.spec_from_file_location(name, SCRIPTS / f"{name}.py")
    assert spec and spec.loader
    script = importlib.util.module_from_spec(spec)
    sys.modules[name] = script  # where its dataclasses look for their types
    spec.loader.exec_module(script)
    return script
