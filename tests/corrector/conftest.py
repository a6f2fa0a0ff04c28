from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny BERT folder."""
    from tiny_models import write_bert

    return write_bert(tmp_path_factory.mktemp("bert"))


@pytest.fixture(scope="session")
def native(bert: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained corrector folder of the shipped kind."""
    from mtqa.training.corrector_folder import write_folder
    from mtqa.training.corrector_model import build_tokenizer, warm_start

    folder = tmp_path_factory.mktemp("models") / "corrector"
    tokenizer = build_tokenizer(bert)
    record = {
        "base": "tiny",
        "recipe": "none",
        "commit": "none",
        "hardware": "none",
        "progress": {"step": 0, "tokens": 0, "seconds": 0.0},
        "data": {"examples": 0, "files": {}},
    }
    write_folder(folder, warm_start(bert, tokenizer), tokenizer, record)
    return folder
