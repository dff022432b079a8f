"""A real Argo CD on a real API server, with the plugin in its sidecar: `make e2e`.

    python3 tests/e2e [options] [STORY...]     the stories of tests/e2e/stories, all unless some are named

Everything runs on loopback and ends with this program. Logs are kept in target/e2e/logs, what was seen in target/e2e.
It needs root, since the sidecar is confined as in a pod.
"""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.dont_write_bytecode = True

import picture
from argo import Argo
from cluster import Cluster
from processes import Failure, Processes
from sidecar import Sidecar
from stories import STORIES
from world import World

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "target" / "e2e"


def tool(name: str) -> str:
    """The path of a program that tools/get-tool finds or builds."""
    done = subprocess.run([ROOT / "tools" / "get-tool", name], stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"error: there is no {name}")
    return done.stdout.strip()


def build_world(processes: Processes, directory: Path, arguments: argparse.Namespace) -> World:
    """Starts everything."""
    tools = {name: tool(name) for name in ("argocd", "kube-apiserver", "etcd", "redis-server", "kustomize")}
    tools.update(binary=arguments.binary, helm=arguments.helm, kubectl=arguments.kubectl)
    begin = time.monotonic()
    cluster = Cluster(processes, directory, tools)
    sidecar = Sidecar(processes, directory, tools, ROOT / "plugin.yaml")
    argo = Argo(processes, directory, tools, cluster, sidecar)
    world = World(
        directory=directory,
        tools=tools,
        chart=Path(arguments.chart).resolve(),
        values=arguments.values.read_text() if arguments.values else "",
        examples=ROOT / "examples" / "charts",
        charts=Path(__file__).parent / "charts",
        processes=processes,
        cluster=cluster,
        argo=argo,
        sidecar=sidecar,
        seed=secrets.token_bytes(32),
        seed_id="",
    )
    world.seed_id = world.binary("seed", "id", world.seed_file()).strip()
    cluster.start()
    print(f"kube-apiserver and etcd are ready after {time.monotonic() - begin:.1f} s", flush=True)
    world.start_usual_sidecar()
    argo.start()
    print(f"Argo CD is ready after {time.monotonic() - begin:.1f} s", flush=True)
    return world


def tell(names: "list[str]", world: World) -> "list[str]":
    """Plays stories; returns the names of those that failed."""
    failed = []
    for name in names:
        begin = time.monotonic()
        try:
            for line in STORIES[name](world):
                print(f"{name}: {line}", flush=True)
            result = "ok"
        except Failure as failure:
            result = f"FAILED: {failure}"
            failed.append(name)
            world.recover()
        print(f"{name}: {result} ({time.monotonic() - begin:.1f} s)", flush=True)
    return failed


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tests/e2e", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--binary", required=True, help="our program")
    parser.add_argument("--helm", required=True, help="the helm of Argo CD and of the sidecar")
    parser.add_argument("--kubectl", required=True)
    parser.add_argument("--chart", default=str(ROOT / "examples/charts/pinned-demo"), help="the seed story's chart, a folder")
    parser.add_argument("--values", type=Path, help="a values file for it; what four installations would share has to be off")
    parser.add_argument("--picture", metavar="FILE", help="also put the picture of the seed story there")
    parser.add_argument("stories", nargs="*", metavar="STORY", help=", ".join(STORIES))
    arguments = parser.parse_args()
    unknown = [name for name in arguments.stories if name not in STORIES]
    if unknown:
        parser.error(f"no story is called {unknown[0]}, there are {', '.join(STORIES)}")
    return arguments


def main() -> int:
    arguments = parse()
    if os.geteuid() != 0:
        sys.exit("error: not root, which the sidecar's confinement needs")
    for number in (signal.SIGINT, signal.SIGTERM):
        # By an exception, so that everything is ended.
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    names = arguments.stories or list(STORIES)
    shutil.rmtree(OUT, ignore_errors=True)
    (OUT / "logs").mkdir(parents=True)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="pin-e2e-") as directory, Processes(OUT / "logs") as processes:
        # The sidecar's user has to come through.
        Path(directory).chmod(0o755)
        try:
            world = build_world(processes, Path(directory), arguments)
            failed = tell(names, world)
        except Failure as failure:
            print(f"error: {failure}", file=sys.stderr)
            return 1
    if world.events:
        picture.write(world.events, OUT, arguments.picture)
    print(f"{time.monotonic() - begin:.0f} s, {processes.peak_kib / 1024:.0f} MiB of memory at most; logs are in {OUT / 'logs'}")
    print(f"{len(names) - len(failed)} passed, {len(failed)} failed", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
