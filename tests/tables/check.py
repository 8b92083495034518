#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table tests: TAP.

    check.py DIRECTORY

The directory is the one of a running daemon with demo data (tests/lib/
daemon.sh); the environment names the build (B) and how a client reaches it.
"""
import difflib
import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import docgen  # noqa: E402
import schema  # noqa: E402
import screens  # noqa: E402
from facts import TOP, Facts, Tap, read, tool  # noqa: E402


def check_docs(t, f, out):
    docgen.write(f, out)
    for name in docgen.PAGES:
        with open(os.path.join(out, name), encoding="utf-8") as r:
            want = r.read()
        try:
            have = read("docs/" + name)
        except FileNotFoundError:
            have = ""
        t.none((x.rstrip("\n") for x in difflib.unified_diff(
            have.splitlines(), want.splitlines(), "docs/" + name,
            "the tables (make docs)", lineterm="", n=0)),
            f"docs/{name} is what the tables say")


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    here = sys.argv[1]
    os.chdir(TOP)
    build = os.path.realpath(os.environ["B"])
    out = os.path.join(here, "tables")
    os.makedirs(out, exist_ok=True)
    with open(os.path.join(here, "database.json"), encoding="utf-8") as r:
        database = json.load(r)
    f = Facts(tool(build + "/tests/server_tables"),
              tool(build + "/tests/client_tables"), database)
    t = Tap()
    for check in schema.ALL:
        t.run(check, f)
    t.run(screens.run, f, os.environ["SOCKET"],
          os.path.join(here, "passwords"), build + "/jabbar",
          dict(os.environ), out)
    t.run(check_docs, f, out)
    return t.plan()


if __name__ == "__main__":
    sys.exit(main())
