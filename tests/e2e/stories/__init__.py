"""The stories, in the order in which they are played. Each takes the world, yields lines to print, and fails by `Failure`."""

from __future__ import annotations

from typing import Callable, Iterator

from world import World

from . import seed

STORIES: "dict[str, Callable[[World], Iterator[str]]]" = {
    "seed": seed.play,
}
