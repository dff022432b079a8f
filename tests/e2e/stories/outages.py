"""Caches are lost and processes fail: nothing is written."""

from __future__ import annotations

from typing import Callable, Iterator

from checks import nothing_changed, require
from world import World


def play(world: World) -> Iterator[str]:
    repository, application = world.deploy("outages", world.examples / "pinned-demo")
    before = application.snapshot()

    def after(event: str, act: "Callable[[], object]") -> str:
        act()
        for how in ("normal", "hard"):
            application.refresh(how).settle()
            nothing_changed(before, application.snapshot(), event)
        return f"{event}: nothing is written"

    yield after("redis is flushed", lambda: require(world.argo.redis("FLUSHALL") == "+OK", "redis was not flushed"))
    yield after("the sidecar is restarted", world.restart_usual_sidecar)

    world.sidecar.stop()
    application.refresh("hard").settle("Unknown")
    require("argocd-pin-plugin" in application.errors(), "the error without a sidecar does not name the plugin")
    nothing_changed(before, application.snapshot(), "without a sidecar")
    repository.write("README", "while the sidecar is gone\n")
    revision = repository.commit("nothing of the chart")
    application.refresh().settle("Unknown")
    nothing_changed(before, application.snapshot(), "a commit without a sidecar")
    yield "the sidecar is gone: an error, nothing is written"
    world.start_usual_sidecar()
    application.refresh().settle(revision=revision)
    yield after("the sidecar is back", lambda: None)

    yield after("repo-server is restarted", world.argo.restart_repo_server)

    def restart_redis() -> None:
        world.processes.stop("redis")
        world.argo.start_redis()

    yield after("redis is restarted, empty", restart_redis)
