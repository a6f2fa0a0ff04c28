"""Is this English?"""

from __future__ import annotations

import pytest

from mtqa.text.language import looks_english

ENGLISH = [
    "The president said on Monday that the war in Ukraine had not ended and would go on for a while.",
    "What the president is concerned, he have regularly the war focused on, and are of the call glad.",
    "De oorlog is voorbij.",  # too short to tell
]
OTHER = [
    "De president zei dat de oorlog nog niet voorbij was en dat hij naar het land te gaan had, nu.",
    "Der Mann sagte am Montag, dass der Krieg noch nicht zu Ende sei und die Leute also nach Hause gehen.",
    "Il a dit lundi que la guerre est loin d'être finie et que les gens pensent à la paix sur le sol.",
    "El jefe dijo el lunes que la guerra no ha terminado y que los vecinos piensan en la paz de hoy.",
    "Президент сказал, что война на Украине не закончилась.",
    "总统说乌克兰的战争还没有结束而且城市的人们都在想着战争的结束",
]


@pytest.mark.parametrize("text", ENGLISH)
def test_english(text: str) -> None:
    assert looks_english([text])


@pytest.mark.parametrize("text", OTHER)
def test_not_english(text: str) -> None:
    assert not looks_english([text])
