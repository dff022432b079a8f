"""By mistake another seed is mounted: with its id set, everything that would change is refused, and a pod does not get ready."""

from __future__ import annotations

import secrets
from typing import Iterator

from checks import nothing_changed, require
from world import World


def play(world: World) -> Iterator[str]:
    _, application = world.deploy("other-seed", world.examples / "pinned-demo")
    before = application.snapshot()
    require(world.sidecar.execute("check").returncode == 0, "the startup probe fails with the right seed")

    for what, seed in (("another seed", secrets.token_bytes(32)), ("an empty seed", b"")):
        world.sidecar.mount_seeds({"seed": seed})
        world.sidecar.restart(PIN_SEED_ID=world.seed_id)
        require(world.sidecar.execute("check").returncode == 1, f"the startup probe succeeds with {what}")
        application.refresh("hard").settle("Unknown")
        require("seed" in application.errors(), f"with {what} the error does not speak of it")
        nothing_changed(before, application.snapshot(), what)
        yield f"{what}: an error, no readiness, nothing is written"

    world.restart_usual_sidecar()
    application.refresh("hard").settle()
    nothing_changed(before, application.snapshot(), "the right seed again")
    yield "the right seed again: nothing is written"
