"""Programs that run for the tests: started with a log each, waited for, measured, and ended whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path
from typing import Callable


class Failure(Exception):
    """What was expected did not come; the message says what came."""


def free_ports(number: int) -> list[int]:
    """Ports of the loopback address that nobody listens on now."""
    sockets = [socket.socket() for _ in range(number)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def wait(what: str, ready: Callable[[], object], seconds: float = 60, pause: float = 0.1) -> object:
    """Asks until the answer is true, and returns it."""
    end = time.monotonic() + seconds
    while True:
        answer = ready()
        if answer:
            return answer
        if time.monotonic() > end:
            raise Failure(f"waited {seconds:.0f} s for {what}")
        time.sleep(pause)


def in_sessions(sessions: set[int]) -> list[int]:
    """All processes of these sessions: what was started, and what that has started, which stays in its session."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z" and int(fields[3]) in sessions:
            found.append(int(entry.name))
    return found


def memory(sessions: set[int]) -> int:
    """What the sessions' processes hold, in KiB; what several share is counted once (`Pss` of proc_pid_smaps(5))."""
    total = 0
    for pid in in_sessions(sessions):
        try:
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total


class Processes:
    """All that runs for one run of the tests. As a context it ends them, and takes note of the most memory they had."""

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.sessions: set[int] = set()
        self.peak_kib = 0
        self.ended = threading.Event()
        self.sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Processes:
        self.sampler.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended.set()
        self.sampler.join()
        for process in self.running.values():
            process.terminate()
        end = time.monotonic() + 3
        while in_sessions(self.sessions) and time.monotonic() < end:
            self._reap()
            time.sleep(0.05)
        self._kill(self.sessions)
        self._reap()

    def start(self, name: str, command: list[str | Path], environment: dict[str, str]) -> None:
        """Starts a program. It ends with us even if we are killed."""
        # The program appends to the log of its former run.
        with open(self.logs / f"{name}.log", "ab") as log:
            process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *command],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.running[name] = process
        self.sessions.add(process.pid)

    def stop(self, name: str) -> None:
        """Ends a program and what it has started, at once, as when a node fails; if it runs."""
        process = self.running.pop(name, None)
        if process is not None:
            self._kill({process.pid})
            process.wait()

    def check(self, name: str) -> None:
        """Fails if a program has ended by itself."""
        status = self.running[name].poll()
        if status is not None:
            raise Failure(f"{name} has ended with {status}: {self.logs / name}.log")

    def wait(self, name: str, ready: Callable[[], object], seconds: float = 60) -> None:
        """Waits until a program that was started is ready."""

        def answer() -> object:
            self.check(name)
            return ready()

        wait(f"{name}, whose log is {self.logs / name}.log", answer, seconds)

    def _kill(self, sessions: set[int]) -> None:
        # Again, since what is to be killed may start something.
        while pids := in_sessions(sessions):
            for pid in pids:
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            self._reap()
            time.sleep(0.01)

    def _reap(self) -> None:
        for process in self.running.values():
            process.poll()

    def _sample(self) -> None:
        while not self.ended.wait(1):
            self.peak_kib = max(self.peak_kib, memory(set(self.sessions)))
