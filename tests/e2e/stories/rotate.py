"""One value has leaked and is replaced alone, with all that is made of it."""

from __future__ import annotations

from typing import Iterator

from applications import plugin
from checks import different, nothing_changed, only_changed, require, rolled_once
from world import World

PIN = "Secret/rotate-cluster-agent/token"


def play(world: World) -> Iterator[str]:
    _, application = world.deploy("rotate", world.examples / "pinned-demo")
    before, token = application.snapshot(), application.value("rotate-cluster-agent", "token")

    application.set_source(plugin(rotate={PIN: "1"})).settle()
    after = application.snapshot()
    workloads = {"Deployment/rotate-cluster-agent", "DaemonSet/rotate-agent"}
    only_changed(before, after, {"Secret/rotate-cluster-agent", *workloads}, "one value is rotated")
    rolled_once(before, after, workloads, "one value is rotated")
    rotated = application.value("rotate-cluster-agent", "token")
    different(rotated, token, "the token")
    require(len(rotated) == len(token), "the token has another length")
    yield "its Secret is written, and the two that hash it: their Pods are replaced once"

    application.set_source(plugin(rotate={"Secret/rotate-cluster-agent/tokn": "1"})).settle("Unknown")
    require(PIN in application.errors(), "the error of a wrong pattern names no near one")
    nothing_changed(after, application.snapshot(), "a pattern that fits nothing")
    yield "a pattern that fits nothing: an error, nothing is written"
