"""`argocd app diff` with files from a developer's disk: refused unless the admin allows it, and then right."""

from __future__ import annotations

import shutil
from typing import Iterator

from checks import nothing_changed, require
from world import World


def play(world: World) -> Iterator[str]:
    repository, application = world.deploy("local", world.examples / "pinned-demo")
    before = application.snapshot()
    local = world.directory / "local-diff"
    shutil.copytree(repository.path / "chart", local / "chart")
    # The server takes the folder for the repository. Without the last flag it gets no *.tpl.
    arguments = ["app", "diff", "local", "--local", str(local), "--server-side-generate", "--local-include", "*"]

    refused = world.argo.cli(*arguments)
    require(refused.returncode not in (0, 1), f"local files are rendered: {refused.returncode}")
    require("PIN_ALLOW_LOCAL" in refused.stderr, f"the refusal does not name the setting: {refused.stderr[-800:]}")
    yield "without the admin's word: refused, and the setting is named"

    world.sidecar.restart(PIN_SEED_ID=world.seed_id, PIN_ALLOW_LOCAL="true")
    none = world.argo.cli(*arguments)
    require(none.returncode == 0 and not none.stdout.strip(), f"the same files differ: {none.stdout} {none.stderr[-800:]}")
    file = local / "chart/values.yaml"
    file.write_text(file.read_text().replace("cluster-agent:1.0", "cluster-agent:1.1"))
    shown = world.argo.cli(*arguments)
    require(shown.returncode == 1, f"another image does not differ: {shown.returncode} {shown.stderr[-800:]}")
    changed = [line for line in shown.stdout.splitlines() if line.startswith(("<", ">"))]
    expected = len(changed) == 2 and all("image:" in line for line in changed)
    require(expected, f"{len(changed)} lines differ, not those of the image")
    yield "with it: the same files show nothing, another image shows its line"

    world.restart_usual_sidecar()
    nothing_changed(before, application.snapshot(), "diffs")
