"""Git repositories and the charts in them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path


class Repository:
    """A Git repository that Argo CD reads by its path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"file://{path}"
        path.mkdir(parents=True)
        self._git("init", "--quiet", "--initial-branch", "main")

    def copy(self, chart: Path, folder: str = "chart") -> None:
        """Puts a copy of a chart into a folder."""
        shutil.copytree(chart, self.path / folder)

    def write(self, path: str, text: str) -> None:
        """Writes a file."""
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def replace(self, path: str, old: str, new: str) -> None:
        """Replaces what stands in a file, once."""
        text = (self.path / path).read_text()
        assert text.count(old) == 1, f"{path} holds {text.count(old)} times {old}"
        (self.path / path).write_text(text.replace(old, new))

    def commit(self, message: str) -> str:
        """Commits all files, and returns the revision."""
        self._git("add", "--all")
        self._git("commit", "--quiet", "--allow-empty", "--message", message)
        return self._git("rev-parse", "HEAD")

    def _git(self, *arguments: str) -> str:
        identity = ["-c", "user.name=e2e", "-c", "user.email=e2e@example.com", "-c", "commit.gpgsign=false"]
        command = ["git", "-C", self.path, *identity, *arguments]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
