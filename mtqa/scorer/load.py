"""Loading a scorer from a model folder or a hub id."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from mtqa.errors import ModelError
from mtqa.scorer.calibration import Calibration
from mtqa.scorer.encode import SegmentEncoder, load_tokenizer
from mtqa.scorer.evidence import CountTable
from mtqa.scorer.folder import (
    COUNTS,
    NATIVE_KIND,
    Manifest,
    check_weights,
    is_local,
    quiet_transformers,
    read_manifest,
    shipped_folder,
    signature_of,
)
from mtqa.scorer.scorer import Scorer
from mtqa.scorer.scores import Thresholds


def load_scorer(model: str | Path | None = None, device: str | None = None, *, packed: bool = True) -> Scorer:
    """Load the shipped scorer, a model folder, or a hub id of an ELECTRA discriminator or token classifier.

    ``packed``: on a CPU, multiply mtqa's own network by the faster library (:mod:`.packed`).
    Raises :class:`ModelError` if there is no such model, it is damaged, or of another kind.
    """
    target = torch.device(device or "cpu")
    folder = shipped_folder("scorer") if model is None else Path(model)
    if not folder.exists():
        return _load_foreign(str(model), Manifest(Path(str(model)), {}), target)
    manifest = read_manifest(folder)
    if manifest.kind == NATIVE_KIND:
        return _load_native(manifest, target, packed)
    if manifest.kind:
        raise ModelError(f"{folder} holds a model of kind {manifest.kind!r}, not a scorer.")
    return _load_foreign(str(folder), manifest, target)


def _load_native(manifest: Manifest, device: torch.device, packed: bool) -> Scorer:
    from mtqa.scorer.model import NARROW_LAYERS, ScorerModel
    from mtqa.scorer.native import NativeJudge
    from mtqa.scorer.packed import pack

    folder = manifest.folder
    check_weights(folder)
    try:
        model = ScorerModel.from_pretrained(folder)
        tokenizer = load_tokenizer(folder / "tokenizer.json")
        counts = folder / COUNTS
        table = CountTable.load(counts) if counts.exists() else None
        if table is None and manifest.values.get("counts", True):
            raise ModelError(f"{counts} is missing; restore the model folder.")
        calibration = Calibration.from_dict(manifest.values["calibration"])
        thresholds = Thresholds.from_dict(manifest.values["thresholds"])
    except ModelError:
        raise
    except Exception as error:  # whatever a damaged file makes a library raise
        raise ModelError(f"{folder} is damaged ({_first_line(error)}); restore the model folder.") from error
    if packed and device.type == "cpu":
        pack(model, keep=NARROW_LAYERS)
    encoder = SegmentEncoder(
        tokenizer,
        table,
        context_tokens=model.config.context_tokens,
        window_tokens=model.config.window_tokens,
    )
    return Scorer(
        NativeJudge(model, encoder, device),
        calibration,
        thresholds,
        name=manifest.name,
        signature=signature_of(folder, manifest.name),
    )


def _load_foreign(name: str, manifest: Manifest, device: torch.device) -> Scorer:
    from mtqa.scorer.foreign import ForeignJudge, bad_label

    quiet_transformers()
    local = is_local(name, "scorer")
    config = _config(name, local)
    tokenizer_class, model_class = _classes(config, name)
    try:
        tokenizer = tokenizer_class.from_pretrained(name, local_files_only=local)
        model = model_class.from_pretrained(name, dtype=torch.float32, local_files_only=local)
    except Exception as error:  # whatever a damaged file makes a library raise
        raise ModelError(f"the scorer {name} cannot be loaded ({_first_line(error)}).") from error
    if getattr(model.config, "num_labels", 0) and "TokenClassification" in type(model).__name__:
        bad = bad_label(model.config.id2label)

        def logits(output: Any) -> torch.Tensor:
            scores = output.logits
            others = torch.cat([scores[..., :bad], scores[..., bad + 1 :]], -1)
            return scores[..., bad] - torch.logsumexp(others, -1)  # type: ignore[no-any-return]
    else:

        def logits(output: Any) -> torch.Tensor:
            return output.logits  # type: ignore[no-any-return]

    folder = Path(name)
    label = folder.name if folder.exists() else name
    return Scorer(
        ForeignJudge(tokenizer, model, logits, device),
        Calibration(),
        Thresholds.from_dict(manifest.values["thresholds"]) if manifest.values else Thresholds(),
        name=label,
        signature=signature_of(folder, label) if folder.exists() else label,
    )


def _config(name: str, local: bool) -> Any:
    from transformers import AutoConfig

    try:
        return AutoConfig.from_pretrained(name, local_files_only=local)
    except Exception as error:  # not a folder of transformers, not cached, not on the hub, or no network
        if Path(name).exists():
            raise ModelError(f"{name} is not a model folder ({_first_line(error)}).") from error
        raise ModelError(f"the scorer {name!r} cannot be loaded ({_first_line(error)}).") from error


def _classes(config: Any, name: str) -> tuple[Any, Any]:
    import transformers

    architectures = " ".join(config.architectures or ())
    if "TokenClassification" in architectures:
        return transformers.AutoTokenizer, transformers.AutoModelForTokenClassification
    if config.model_type == "electra" and ("PreTraining" in architectures or not architectures):
        return transformers.AutoTokenizer, transformers.ElectraForPreTraining
    raise ModelError(
        f"{name} is a {config.model_type} model ({architectures or 'no architecture named'});"
        " a scorer must be a token classifier or an ELECTRA discriminator."
    )


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
