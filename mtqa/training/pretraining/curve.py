"""The loss curve of a run as a picture: the losses and the health check over the tokens seen."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from mtqa.errors import InputError

_LOSSES = {
    "generator": "generator, masked tokens",
    "changed": "encoder, changed",
    "missing": "encoder, missing",
}


def read_log(path: Path) -> list[dict[str, Any]]:
    """The lines of a run's log. Raises :class:`InputError` if it cannot be read."""
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError) as error:
        raise InputError(f"{path} cannot be read ({error}).") from error


def draw_curve(log: Path, out: Path) -> None:
    """Draw a run's log to an image file; its kind is that of the name."""
    import matplotlib  # delayed: only this needs it

    matplotlib.use("Agg")
    from matplotlib import pyplot

    lines = read_log(log)
    figure, panels = pyplot.subplots(1, len(_LOSSES) + 1, figsize=(16, 4))
    for panel, (name, title) in zip(panels, _LOSSES.items(), strict=False):
        points = [(line["tokens"] / 1e6, line[name]) for line in lines if name in line]
        panel.plot(*zip(*points, strict=True) if points else ((), ()))
        panel.set(title=title, xlabel="million tokens", ylabel="loss")
    points = [(line["tokens"] / 1e6, 100 * line["grammar"]) for line in lines if "grammar" in line]
    panels[-1].plot(*zip(*points, strict=True) if points else ((), ()), marker="o")
    panels[-1].set(title="BLiMP (dev)", xlabel="million tokens", ylabel="% of pairs right")
    figure.tight_layout()
    figure.savefig(out, dpi=100)
    pyplot.close(figure)
