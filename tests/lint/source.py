#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the C sources that no compiler makes.

    source.py arrows|sql|banned|spdx|names FILE...

Prints `file:line: sentence` for each finding; exit 1 if there is any.
"""
import fnmatch
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
FOUND = 0

# Calls that are never right here, and what to use instead.
BANNED = {
    "sprintf": "talloc_asprintf or snprintf", "vsprintf": "talloc_vasprintf",
    "strcpy": "talloc_strdup", "strcat": "talloc_strdup_append",
    "strncpy": "talloc_strndup", "strncat": "talloc_strndup_append",
    "strtok": "text_split", "strtok_r": "text_split", "gets": "io_read_file",
    "system": "posix_spawn", "popen": "posix_spawn",
    "atoi": "strtol with its end checked", "atol": "strtol", "atof": "no floats",
    "malloc": "talloc", "calloc": "talloc", "realloc": "talloc",
    "free": "talloc_free", "strdup": "talloc_strdup",
    "strndup": "talloc_strndup", "asprintf": "talloc_asprintf",
    "time": "clock_now", "gettimeofday": "clock_now",
    "clock_gettime": "clock_mono_ms", "localtime": "common/fmt/date.h",
    "localtime_r": "common/fmt/date.h", "setlocale": "formats of our own",
}

# The shape of SQL in a string; a sentence that says "select" is none.
SQL = re.compile(
    r"""\bselect\s+(distinct\s+)?(\*|[\w.()$'*]+(\s+as\s+\w+)?
            (\s*,\s*[\w.()$'*]+(\s+as\s+\w+)?)*)\s+from\s+\w
      | \bselect\s+[a-z_]+\.[a-z_]+\s*\(
      | \binsert\s+into\s+\w | \bupdate\s+[\w.]+\s+set\b
      | \bdelete\s+from\s+\w
      | \b(create|alter|drop)\s+(or\s+replace\s+)?(temp\s+)?
        (table|view|function|schema|role|user|database|index|type|domain|
         extension|policy|trigger|sequence)\b\s+\w
      | ^\s*(begin|commit|rollback|listen\s+\w+|notify\s+\w+|reset\s+\w+|
             set\s+(local|role|session|search_path)\b.*)\s*;?\s*$
      | \b(grant|revoke)\s+\w+\s+on\s""", re.I | re.X)

TOKEN = re.compile(
    r"""(?P<comment>/\*.*?\*/|//[^\n]*)
      | (?P<string>"(?:\\.|[^"\\\n])*")
      | (?P<char>'(?:\\.|[^'\\\n])*')""", re.S | re.X)


def say(path, line, text):
    global FOUND
    FOUND = 1
    print(f"{path}:{line}: {text}")


def read(path):
    with open(path, encoding="utf-8") as f:
        return f.read()


def blank(text):
    """As many newlines as text has, so that line numbers stay."""
    return "\n" * text.count("\n")


def code_only(text):
    """The program without comments and without what is in quotes."""
    def sub(m):
        return blank(m.group()) if m["comment"] else '""' if m["string"] else "' '"
    return TOKEN.sub(sub, text)


def strings(text):
    """(line, content) of each literal; neighbours are one, as for a compiler."""
    out, line, last = [], 1, 0
    for m in TOKEN.finditer(text):
        between = text[last:m.start()]
        line += between.count("\n")
        if m["string"]:
            body = re.sub(r"\\[nt]", " ", m["string"][1:-1])
            if out and between.strip() == "" and out[-1][2]:
                out[-1] = (out[-1][0], out[-1][1] + body, True)
            else:
                out.append((line, body, True))
        elif out and not m["comment"]:
            out[-1] = (*out[-1][:2], False)
        line += m.group().count("\n")
        last = m.end()
    return [(n, s) for n, s, _ in out]


def unit_of(path):
    """"server/db" for server/db/pool.c, "server" for server/core.c."""
    parts = path.split("/")
    if parts[0] not in ("common", "server", "tui-client"):
        return None
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


def arrows_read():
    units, libs = {}, {}
    for line in read(os.path.join(HERE, "arrows.txt")).splitlines():
        line = line.split("#")[0].strip()
        if line:
            left, right = line.split(":", 1)
            (libs if left.startswith("<") else units)[left] = right.split()
    return units, libs


def resolve(path, name):
    """The file of the tree that #include "name" in path means."""
    top = path.split("/")[0]
    for d in (os.path.dirname(path), ".", "common", top):
        p = os.path.normpath(os.path.join(d, name))
        if os.path.exists(p):
            return p
    return None


def may_see(row, to, target):
    """A row names units, single files, and with ! what is excepted."""
    return ("!" + target not in row and
            any(fnmatch.fnmatch(to, p) or target == p for p in row))


def arrows(path, units, libs):
    unit = unit_of(path)
    if unit is None:
        return
    if unit not in units:
        return say(path, 1, f"{unit} is not in tests/lint/arrows.txt")
    first = None
    text = TOKEN.sub(lambda m: blank(m.group()) if m["comment"] else m.group(), read(path))
    for n, line in enumerate(text.splitlines(), 1):
        m = re.match(r'\s*#\s*include\s+(?:"([^"]+)"|(<[^>]+>))', line)
        if not m:
            continue
        if m[2]:
            first = first or m[2]
            if m[2] in libs and unit not in libs[m[2]]:
                say(path, n, f"{unit} may not include {m[2]}")
            continue
        target = resolve(path, m[1])
        first = first or target
        if target is None:
            say(path, n, f'"{m[1]}" is not in the tree')
            continue
        to = unit_of(target)
        if to is None:
            say(path, n, f"{unit} may not include {target}")
        elif to != unit and not may_see(units[unit], to, target):
            say(path, n, f"{unit} may not include {to} ({target})")
    own = path[:-2] + ".h"
    if path.endswith(".c") and os.path.exists(own) and first != own:
        say(path, 1, f"its own header {own} must be included first")


def sql(path):
    if path.split("/")[0] in ("server", "tui-client", "common"):
        for n, s in strings(read(path)):
            if SQL.search(s):
                say(path, n, f"SQL in C: {s[:60]!r}")


def exceptions():
    out = {}
    for line in read(os.path.join(HERE, "banned.txt")).splitlines():
        line = line.split("#")[0].split()
        if line:
            out.setdefault(line[0], set()).update(line[1:])
    return out


def banned(path, allowed):
    text = code_only(read(path))
    for m in re.finditer(r"(?<![\w.>])([a-z_]\w*)\s*\(", text):
        if m[1] in BANNED and m[1] not in allowed.get(path, ()):
            say(path, text.count("\n", 0, m.start()) + 1,
                f"{m[1]}(): use {BANNED[m[1]]}")


def spdx(path):
    with open(path, "rb") as f:
        head = b"".join(f.readline() for _ in range(3))
    if b"SPDX-License-Identifier: GPL-3.0-or-later" not in head:
        say(path, 1, "no SPDX line")


def names():
    """What may stand at the top of the tree; names with a dot in front may."""
    may = {"server", "tui-client", "common", "sql", "docs", "tests", "build",
           "Makefile", "LICENSE", "README.md", "CHANGELOG.md",
           "CONTRIBUTING.md", "SECURITY.md"}
    for name in sorted(os.listdir(".")):
        if not name.startswith(".") and name not in may:
            say(name, 1, "does not belong at the top of the tree")


def main():
    what, files = sys.argv[1], sys.argv[2:]
    if what == "names":
        names()
    elif what == "arrows":
        units, libs = arrows_read()
        for f in files:
            arrows(f, units, libs)
    elif what == "banned":
        allowed = exceptions()
        for f in files:
            banned(f, allowed)
    else:
        for f in files:
            {"sql": sql, "spdx": spdx}[what](f)
    sys.exit(FOUND)


main()
