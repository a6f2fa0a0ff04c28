"""The corrector's model folder: a transformers sequence-to-sequence model with an ``mtqa.json`` beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from mtqa.corrector.prompt import Prompt, read_prompt
from mtqa.errors import ModelError
from mtqa.scorer.folder import Manifest, check_weights, read_manifest, signature_of

#: What ``kind`` in ``mtqa.json`` says in a corrector's folder; a folder without ``mtqa.json`` is external.
CORRECTOR_KIND = "mtqa-corrector"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Coefficients of the logistic that gives a suggestion's score; see :mod:`mtqa.corrector.rank`.

    There is one for every field of :class:`mtqa.corrector.rank.Features`; 0 for those that a folder's
    ``mtqa.json``, written before they were there, does not name. ``min_score`` is the score from which a
    suggestion may be applied unseen, ``show_from`` that from which it is shown at all. The defaults are for
    models without fitted coefficients.
    """

    bias: float = -0.4
    log_probability: float = 0.5
    suspicion_drop: float = 2.0
    confidence_gain: float = 1.0
    confidence: float = 0.0
    share: float = 0.0
    likeness: float = 0.0
    fluency_gain: float = 0.0
    min_score: float = 0.5
    show_from: float = 0.0


@dataclass(frozen=True, slots=True)
class CorrectorFolder:
    """What a corrector's folder holds beside the weights; ``source`` is the folder or the hub id."""

    source: str
    name: str
    signature: str
    prompt: Prompt
    ranking: Ranking
    values: Mapping[str, Any]


def open_folder(source: str | Path) -> CorrectorFolder:
    """Read and check a model folder's ``mtqa.json``; a hub id gets the defaults of an external model.

    Raises :class:`ModelError` if the folder is damaged or holds another kind of model.
    """
    folder = Path(source)
    if not folder.exists():
        if folder.is_absolute() or str(source).startswith(".") or str(source).count("/") != 1:
            raise ModelError(f"There is no corrector at {source}.")
        return CorrectorFolder(str(source), str(source), str(source), read_prompt(None), Ranking(), {})
    manifest = read_manifest(folder)
    if manifest.values and manifest.kind != CORRECTOR_KIND:
        raise ModelError(f"{folder} holds a model of kind {manifest.kind!r}, not a corrector.")
    if manifest.values or (folder / "model.safetensors").exists():
        check_weights(folder)
    return CorrectorFolder(
        source=str(folder),
        name=manifest.name,
        signature=signature_of(folder, manifest.name),
        prompt=read_prompt(manifest.values.get("prompt")),
        ranking=_read_ranking(manifest),
        values=manifest.values,
    )


def _read_ranking(manifest: Manifest) -> Ranking:
    entry = manifest.values.get("ranking", {})
    try:
        ranking = Ranking(**entry)
        return Ranking(**{field.name: float(getattr(ranking, field.name)) for field in fields(Ranking)})
    except (TypeError, ValueError) as error:
        raise ModelError(f"The ranking in {manifest.folder}/mtqa.json cannot be used: {error}.") from error


def manifest_values(
    name: str, prompt: Prompt, ranking: Ranking, training: Mapping[str, Any]
) -> dict[str, Any]:
    """What goes into the ``mtqa.json`` of a corrector."""
    return {
        "format": "mtqa.model/1",
        "kind": CORRECTOR_KIND,
        "name": name,
        "prompt": prompt.to_dict(),
        "ranking": asdict(ranking),
        "training": dict(training),
    }
