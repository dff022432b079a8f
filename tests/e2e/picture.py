"""The picture of the seed story: how often Pods were replaced, event by event, natively and with the plugin."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Callable

WIDTH, HEIGHT = 880, 380
LEFT, RIGHT, TOP, BOTTOM = 56, 560, 72, 318
# Each Application, the words beside its line, its colour, and the line's dashes where two lie upon each other.
LINES = [
    ("native-heal", "Argo CD's Helm, selfHeal", "#c2410c", ""),
    ("native", "Argo CD's Helm", "#d97706", ""),
    ("pinned", "the plugin", "#1d4ed8", ""),
    ("pinned-heal", "the plugin, selfHeal", "#60a5fa", "6 6"),
]
TITLE = "Pods replaced although nothing of the chart has changed"


def write(events: "list[dict]", folder: Path, copy: "str | None") -> None:
    """Writes what was seen as JSON, and the picture of it (also to `copy`)."""
    (folder / "seed.json").write_text(json.dumps(events, indent=1) + "\n")
    file = folder / "seed.svg"
    file.write_text(draw(events))
    if copy:
        shutil.copyfile(file, copy)


def draw(events: "list[dict]") -> str:
    """The picture."""
    top = max(1, *(event[name]["replaced"] for event in events for name, *_ in LINES))

    def x(event: int) -> float:
        return LEFT + (RIGHT - LEFT) * event / len(events)

    def y(replaced: int) -> float:
        return BOTTOM - (BOTTOM - TOP) * replaced / top

    body = "\n".join([heading(), *axes(events, top, x, y), *(part for line in LINES for part in curve(events, line, x, y))])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'font-family="system-ui, sans-serif" font-size="13" role="img" aria-label="{TITLE}">\n{body}\n</svg>\n'
    )


def heading() -> str:
    return (
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#ffffff" stroke="#d4d4d8"/>\n'
        f'<text x="24" y="28" font-size="16" font-weight="600" fill="#18181b">{TITLE}</text>\n'
        '<text x="24" y="48" fill="#52525b">Deployments, DaemonSets and StatefulSets under automated sync, recorded from a real '
        "Argo CD by make e2e</text>"
    )


def curve(events: "list[dict]", line: "tuple[str, str, str, str]", x: Callable, y: Callable) -> "list[str]":
    """One Application's steps, and the words at their end."""
    name, words, colour, dashes = line
    steps = "".join(f"H{x(number):.0f}V{y(event[name]['replaced']):.0f}" for number, event in enumerate(events, 1))
    style = f' stroke-dasharray="{dashes}"' if dashes else ""
    last = events[-1][name]
    # Beside each other where two lines end at one height.
    height = y(last["replaced"]) + (20 if dashes else 4)
    text = f"{words}: {last['replaced']} ({last['writes']} writes)"
    return [
        f'<path d="M{x(0):.0f},{y(0):.0f}{steps}" fill="none" stroke="{colour}" stroke-width="3"{style}/>',
        f'<text x="{RIGHT + 14}" y="{height:.0f}" fill="{colour}" font-weight="600">{text}</text>',
    ]


def axes(events: "list[dict]", top: int, x: Callable, y: Callable) -> "list[str]":
    """Lines for numbers, marks for events, and a word under each kind of event."""
    parts = []
    for number in range(0, top + 1, max(1, top // 5)):
        height = y(number)
        parts.append(f'<path d="M{LEFT},{height:.0f}H{RIGHT}" stroke="#e4e4e7"/>')
        parts.append(f'<text x="{LEFT - 10}" y="{height + 4:.0f}" text-anchor="end" fill="#52525b">{number}</text>')
    for number in range(1, len(events) + 1):
        parts.append(f'<text x="{x(number):.0f}" y="{BOTTOM + 20}" text-anchor="middle" fill="#52525b">{number}</text>')
    kinds = [event["event"] for event in events]
    for kind, many in (("hard refresh", "hard refreshes"), ("commit", "commits elsewhere in the repository")):
        places = [number for number, one in enumerate(kinds, 1) if one == kind]
        middle = sum(x(number) for number in places) / len(places)
        parts.append(f'<text x="{middle:.0f}" y="{BOTTOM + 42}" text-anchor="middle" fill="#18181b">{many}</text>')
    return parts
