"""What the program is made of: for the lists of licences and of components."""

import json
import re
import subprocess


def linked(target):
    """The packages that the program for a Rust target is linked with, by name: no tools of tests and builds, and not itself."""
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    metadata = json.loads(output(*command))
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    root = metadata["resolve"]["root"]
    found, open_ = set(), [root]
    while open_:
        package = open_.pop()
        if package in found:
            continue
        found.add(package)
        for dependency in nodes[package]["deps"]:
            if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                open_.append(dependency["pkg"])
    found.discard(root)
    packages = [package for package in metadata["packages"] if package["id"] in found]
    return sorted(packages, key=lambda package: (package["name"], package["version"]))


def output(*command):
    """What a command prints that succeeds."""
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True).stdout


def libraries():
    """What is linked besides crates: name, version, licence and supplier of each. The C library is this machine's."""
    rust = re.search(r"^release: (.+)$", output("rustc", "--version", "--verbose"), re.MULTILINE).group(1)
    yield "rust-std", rust, "MIT OR Apache-2.0", "The Rust Project"
    yield "glibc", output("getconf", "GNU_LIBC_VERSION").split()[1], "LGPL-2.1-or-later", "The GNU Project"
