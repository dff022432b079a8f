"""After all that: no log holds a seed or a value of a Secret, and the sidecar's temporary directory is empty of our files."""

from __future__ import annotations

import base64
import os
from typing import Iterator

from checks import require
from processes import wait
from world import World

# Below this a text is found by chance, or is a word such as a type.
SHORTEST = 16


def live_values(world: World) -> "set[bytes]":
    """What the cluster's Secrets hold, as it is and in base64; of long texts, such as keys, a line."""
    found = set()
    for item in world.cluster.request("GET", "/api/v1/secrets").get("items", []):
        if item["metadata"]["namespace"] == "argocd":
            continue
        for encoded in item.get("data", {}).values():
            value = base64.b64decode(encoded)
            found |= {encoded.encode(), max(value.splitlines(), key=len, default=b"")}
    return {value for value in found if len(value) >= SHORTEST}


def play(world: World) -> Iterator[str]:
    world.deploy("secrecy", world.examples / "pinned-demo")
    values = live_values(world)
    require(values, "there is no Secret to look for")
    seeds = {world.seed, base64.b64encode(world.seed), world.seed.hex().encode()}
    logs = sorted(world.processes.logs.iterdir())
    for log in logs:
        text = log.read_bytes()
        require(not any(value in text for value in values), f"a value of a Secret stands in {log}")
        require(not any(seed in text for seed in seeds), f"the seed stands in {log}")
    yield f"{len(values)} texts of Secrets, {len(logs)} logs: none stands in one"

    temporary = world.sidecar.temporary()
    wait("the sidecar to clear its /tmp", lambda: not [name for name in os.listdir(temporary) if "pin-plugin" in name], 10)
    yield "nothing of ours is left in the sidecar's /tmp"
