"""The picture of the seed story: how often Pods were replaced, event by event, natively and with the plugin."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

WIDTH, HEIGHT = 760, 380
LEFT, RIGHT, TOP, BOTTOM = 56, 560, 66, 318
# Each Application, its words beside its line, its colour, and the line's dashes where two lie upon each other.
LINES = [
    ("native-heal", "Argo CD's Helm, selfHeal", "#c2410c", ""),
    ("native", "Argo CD's Helm", "#d97706", ""),
    ("pinned", "the plugin", "#1d4ed8", ""),
    ("pinned-heal", "the plugin, selfHeal", "#60a5fa", "6 6"),
]


def highest(events: "list[dict]", name: str) -> "list[int]":
    """The highest generation of an Application's objects after each event; 1 before the first one."""
    return [1, *(max(event["generations"][name].values(), default=1) for event in events)]


def write(events: "list[dict]", folder: Path, copy: "str | None") -> None:
    """Writes what was seen as JSON, and the picture of it (also to `copy`)."""
    (folder / "seed.json").write_text(json.dumps(events, indent=1) + "\n")
    file = folder / "seed.svg"
    file.write_text(draw(events))
    if copy:
        shutil.copyfile(file, copy)


def draw(events: "list[dict]") -> str:
    """The picture."""
    series = {name: highest(events, name) for name, *_ in LINES}
    top = max(max(values) for values in series.values())

    def x(event: int) -> float:
        return LEFT + (RIGHT - LEFT) * event / len(events)

    def y(generation: int) -> float:
        return BOTTOM - (BOTTOM - TOP) * (generation - 1) / max(top - 1, 1)

    parts = [heading(), *axes(events, top, x, y)]
    for name, words, colour, dashes in LINES:
        values = series[name]
        steps = [f"M{x(0):.0f},{y(values[0]):.0f}"]
        for event, value in enumerate(values[1:], 1):
            steps.append(f"H{x(event):.0f}V{y(value):.0f}")
        style = f' stroke-dasharray="{dashes}"' if dashes else ""
        parts.append(f'<path d="{"".join(steps)}" fill="none" stroke="{colour}" stroke-width="3"{style}/>')
        below = 18 if dashes else 0
        written = events[-1]["writes"][name]
        parts.append(
            f'<text x="{RIGHT + 12}" y="{y(values[-1]) + 4 + below:.0f}" fill="{colour}" font-weight="600">{words}: '
            f"{written} writes</text>"
        )
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="{LABEL}">\n{body}\n</svg>\n'
    )


LABEL = "How often Pods were replaced: again and again with Argo CD's own Helm, never with the plugin"


def heading() -> str:
    return (
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#ffffff" stroke="#d4d4d8"/>\n'
        f'<text x="{LEFT - 32}" y="28" font-size="16" font-weight="600" fill="#18181b">Generation of a Deployment: '
        "each step replaces its Pods</text>\n"
        f'<text x="{LEFT - 32}" y="47" fill="#52525b">Nothing of the chart has changed. Recorded from a real Argo CD by make e2e.'
        "</text>"
    )


def axes(events: "list[dict]", top: int, x, y) -> "list[str]":
    """Lines for generations, marks for events, and a word under each kind of event."""
    parts = []
    for generation in range(1, top + 1, max(1, (top - 1) // 5)):
        height = y(generation)
        parts.append(f'<path d="M{LEFT},{height:.0f}H{RIGHT}" stroke="#e4e4e7"/>')
        parts.append(f'<text x="{LEFT - 10}" y="{height + 4:.0f}" text-anchor="end" fill="#52525b">{generation}</text>')
    for number in range(1, len(events) + 1):
        parts.append(f'<text x="{x(number):.0f}" y="{BOTTOM + 20}" text-anchor="middle" fill="#52525b">{number}</text>')
    kinds = [event["event"] for event in events]
    for kind, many in (("hard refresh", "hard refreshes"), ("commit", "commits elsewhere")):
        places = [number for number, one in enumerate(kinds, 1) if one == kind]
        middle = sum(x(number) for number in places) / len(places)
        parts.append(f'<text x="{middle:.0f}" y="{BOTTOM + 42}" text-anchor="middle" fill="#18181b">{many}</text>')
    return parts
