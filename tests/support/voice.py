"""A fake microphone that talks without a pause: the browser's own only beeps, too short for anybody to be speaking."""

from __future__ import annotations

import math
import wave
from array import array
from pathlib import Path

RATE_HZ = 48_000
SECONDS = 4


def talking(folder: Path) -> str:
    """Write a voice into a file and return the browser's flag that makes it the microphone."""
    path = folder / "voice.wav"
    samples = array("h", (int(12_000 * _voice(index / RATE_HZ)) for index in range(RATE_HZ * SECONDS)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples.tobytes())
    return f"--use-file-for-fake-audio-capture={path}"


def _voice(at: float) -> float:
    """Syllables on a gliding tone with overtones: what only hums is taken for noise and suppressed."""
    pitch = 2 * math.pi * (140 * at + 6 * math.sin(2 * math.pi * 0.5 * at))
    syllables = 0.55 + 0.45 * math.sin(2 * math.pi * 4 * at)
    return syllables * sum(math.sin(pitch * overtone) / overtone for overtone in (1, 2, 3, 4, 5)) / 2.3
