"""The stories, in the order in which they are played. Each takes the world, yields lines to print, and fails by `Failure`."""

from __future__ import annotations

from typing import Callable, Iterator

from world import World

from . import (
    adopt,
    application_set,
    certificates,
    local_diff,
    other_seed,
    outages,
    rotate,
    secrecy,
    seed,
    stand_in,
    upgrade,
    whole_life,
)

STORIES: "dict[str, Callable[[World], Iterator[str]]]" = {
    "seed": seed.play,
    "upgrade": upgrade.play,
    "adopt": adopt.play,
    "rotate": rotate.play,
    "certificates": certificates.play,
    "outages": outages.play,
    "other-seed": other_seed.play,
    "stand-in": stand_in.play,
    "local-diff": local_diff.play,
    "application-set": application_set.play,
    "whole-life": whole_life.play,
    "secrecy": secrecy.play,
}
