"""The sidecar: Argo CD's own argocd-cmp-server with our plugin.yaml and our binary, confined as in deploy/kustomize.

Uid 999, no capabilities, no new privileges, a read-only root file system that holds what the image holds (and this machine's C
library, for argocd-cmp-server), /tmp in memory, the seeds as the kubelet mounts a Secret.
"""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

from processes import Processes

# Runs in a mount namespace of its own, so that nothing is left when it ends. $0: the root; then settings and the program.
CONFINE = r"""
mount --bind "$0" "$0"
file() { mkdir -p "$(dirname "$0/$2")"; touch "$0/$2"; mount --bind "$1" "$0/$2"; mount -o remount,bind,ro,nosuid "$0/$2"; }
folder() { mkdir -p "$0/$2"; mount --bind "$1" "$0/$2"; mount -o "remount,bind,nosuid,nodev$3" "$0/$2"; }
folder /usr/lib usr/lib ,ro
[ ! -e /usr/lib64 ] || folder /usr/lib64 usr/lib64 ,ro
for link in lib lib64; do [ -e "$0/$link" ] || ln -s "usr/$link" "$0/$link"; done
file "$ARGOCD" var/run/argocd/argocd-cmp-server
file "$HELM" var/run/argocd/helm
file "$BINARY" usr/local/bin/argocd-pin-plugin
file "$CONFIG" home/argocd/cmp-server/config/plugin.yaml
file /usr/bin/setpriv setpriv
folder "$PLUGINS" home/argocd/cmp-server/plugins ""
folder "$SEEDS" etc/argocd-pin-plugin ,ro
folder "$SCOPES" etc/argocd-pin-plugin-scopes ,ro
mkdir -p "$0/tmp" "$0/proc" "$0/dev"
mount -t tmpfs -o size=1g,mode=1777,nosuid,nodev tmpfs "$0/tmp"
mount -t proc proc "$0/proc"
for device in null zero random urandom; do touch "$0/dev/$device"; mount --bind "/dev/$device" "$0/dev/$device"; done
mount -o remount,bind,ro,nosuid "$0"
exec env --ignore-environment "$@"
"""


class Sidecar:
    """Settings and seeds of the sidecar, and the process."""

    def __init__(self, processes: Processes, directory: Path, tools: dict[str, str], config: Path) -> None:
        self.processes = processes
        self.directory = directory
        self.seeds = directory / "seeds"
        self.scopes = directory / "scopes"
        self.plugins = directory / "plugins"
        for folder in (self.seeds, self.scopes, self.plugins):
            folder.mkdir()
        self.plugins.chmod(0o777)
        self.environment = dict(
            os.environ,
            ARGOCD=tools["argocd"],
            HELM=tools["helm"],
            BINARY=tools["binary"],
            CONFIG=str(config),
            PLUGINS=str(self.plugins),
            SEEDS=str(self.seeds),
            SCOPES=str(self.scopes),
        )
        self.settings: dict[str, str] = {}

    def mount_seeds(self, seeds: dict[str, bytes]) -> None:
        """What the Secret holds, each under its key: links to a folder, as the kubelet lays them. The next start sees it."""
        for entry in self.seeds.iterdir():
            if entry.is_symlink():
                entry.unlink()
        generation = len(list(self.seeds.iterdir())) + 1
        data = self.seeds / f"..2026_01_01_00_00_00.{generation}"
        data.mkdir()
        for name, seed in seeds.items():
            (data / name).write_bytes(seed)
            (data / name).chmod(0o444)
            (self.seeds / name).symlink_to(f"..data/{name}")
        (self.seeds / "..data").symlink_to(data.name)

    def write_scopes(self, text: str) -> None:
        """The admin's file of scopes, which PIN_SCOPES_FILE names. It is read at each render."""
        (self.scopes / "scopes.yaml").write_text(text)

    def start(self, **settings: str) -> None:
        """Starts it with these settings; returns when repo-server can reach it."""
        self.settings = {
            "PATH": "/usr/local/bin",
            "HOME": "/home/argocd",
            "USER": "argocd",
            "PIN_HELM": "/var/run/argocd/helm",
            "PIN_PARALLELISM": "4",
            **settings,
        }
        command = self._confined(["/var/run/argocd/argocd-cmp-server"])
        self.processes.start("cmp-server", command, self.environment)
        self.processes.wait("cmp-server", self._listens)

    def stop(self) -> None:
        """Ends it, as when its container fails."""
        self.processes.stop("cmp-server")

    def restart(self, **settings: str) -> None:
        """Ends it, and starts it with these settings."""
        self.stop()
        self.start(**settings)

    def temporary(self) -> Path:
        """Its /tmp, seen from outside."""
        return Path(f"/proc/{self.processes.running['cmp-server'].pid}/root/tmp")

    def execute(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """The program with the sidecar's settings in its confinement: `kubectl exec`, or the startup probe."""
        return subprocess.run(
            self._confined(["/usr/local/bin/argocd-pin-plugin", *arguments]),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
        )

    def _confined(self, program: list[str]) -> list["str | Path"]:
        root = self.directory / "root"
        root.mkdir(exist_ok=True)
        settings = [f"{name}={value}" for name, value in self.settings.items()]
        command = ["unshare", "--mount", "--propagation", "private", "sh", "-euc", CONFINE, root, *settings]
        command += ["/usr/sbin/chroot", root, "/setpriv", "--reuid", "999", "--regid", "999", "--clear-groups"]
        command += ["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs", "--pdeathsig", "KILL", "--"]
        return [*command, *program]

    def _listens(self) -> bool:
        with socket.socket(socket.AF_UNIX) as client:
            try:
                client.connect(str(self.plugins / "argocd-pin-plugin.sock"))
            except OSError:
                return False
        return True
