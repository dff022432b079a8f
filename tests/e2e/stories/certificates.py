"""Time passes: certificates are issued again, all that belongs together at once, with the same keys; Pods are replaced once."""

from __future__ import annotations

import subprocess
from typing import Iterator

from applications import Application
from checks import different, nothing_changed, only_changed, require, rolled_once, same
from world import World

DAY = 86400
START = 1767225600
# Certificates of 60 days are issued again every 30 days.
PERIOD = 30 * DAY


def verify(world: World, application: Application, now: int) -> None:
    """OpenSSL takes the certificate at this time, by its CA."""
    for key in ("ca.crt", "tls.crt"):
        (world.directory / key).write_text(application.value("certificates-tls", key))
    command = ["openssl", "verify", "-attime", str(now), "-CAfile", "ca.crt", "tls.crt"]
    done = subprocess.run(command, cwd=world.directory, capture_output=True, text=True)
    require(done.returncode == 0, f"openssl refuses the certificate: {done.stdout} {done.stderr}")


def play(world: World) -> Iterator[str]:
    def set_clock(now: int) -> None:
        world.sidecar.restart(PIN_SEED_ID=world.seed_id, PIN_CERTIFICATE_TIME=str(now))

    set_clock(START)
    _, application = world.deploy("certificates", world.charts / "certificates")
    before = application.snapshot()
    verify(world, application, START)
    application.refresh("hard").settle()
    nothing_changed(before, application.snapshot(), "a hard refresh in the same window")

    for number in (1, 2):
        now = START + number * PERIOD
        old = {key: application.value("certificates-tls", key) for key in ("ca.crt", "tls.crt", "tls.key")}
        set_clock(now)
        application.refresh("hard").settle()
        after = application.snapshot()
        only_changed(before, after, {"Secret/certificates-tls", "Deployment/certificates"}, f"window {number}")
        rolled_once(before, after, {"Deployment/certificates"}, f"window {number}")
        new = {key: application.value("certificates-tls", key) for key in old}
        same(new["tls.key"], old["tls.key"], "the key")
        for key in ("ca.crt", "tls.crt"):
            different(new[key], old[key], key)
        verify(world, application, now)
        application.refresh("hard").settle()
        nothing_changed(after, application.snapshot(), f"a hard refresh in window {number}")
        before = after
        yield f"{30 * number} days later: the certificates' Secret is written, Pods are replaced once, the key stays"
    world.restart_usual_sidecar()
