# SPDX-License-Identifier: GPL-3.0-or-later
"""What the table tests and docgen know: the tables of both programs, the
database's account of itself, the sources, and a line to a live daemon."""
import json
import os
import re
import socket
import struct
import subprocess
import traceback

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))


class Tap:
    """Checks with TAP output; the plan comes last."""

    def __init__(self):
        self.n = self.bad = 0

    def none(self, found, what):
        """Passes when the list of findings is empty."""
        found = list(found)
        self.n += 1
        self.bad += bool(found)
        print(f"{'not ' if found else ''}ok {self.n} - {what}", flush=True)
        for line in found[:40]:
            print("# " + str(line).replace("\n", "\n# "), flush=True)

    def ok(self, good, what):
        self.none([] if good else ["false"], what)

    def run(self, check, *args):
        """A check that a broken table makes fall over fails by itself."""
        try:
            check(self, *args)
        except (Refused, EOFError, OSError, KeyError, IndexError, TypeError,
                ValueError, AttributeError):
            self.none(traceback.format_exc().splitlines(),
                      check.__name__ + " ran to its end")

    def plan(self):
        print(f"1..{self.n}", flush=True)
        return 1 if self.bad else 0


def read(path):
    with open(os.path.join(TOP, path), encoding="utf-8") as f:
        return f.read()


def sources(*places, ext=()):
    """{path: text} of the files below some directories, by their endings."""
    out = {}
    for place in places:
        for where, dirs, names in os.walk(os.path.join(TOP, place)):
            dirs.sort()
            for name in sorted(names):
                if name.endswith(tuple(ext)):
                    path = os.path.relpath(os.path.join(where, name), TOP)
                    out[path] = read(path)
    return out


def strip_c(text):
    """C without its comments; strings stay."""
    return re.sub(r'("(?:\\.|[^"\\\n])*")|/\*.*?\*/', lambda m: m[1] or " ",
                  text, flags=re.S)


def strip_sql(text):
    return re.sub(r"--[^\n]*", " ", text)


def tool(path):
    return json.loads(subprocess.run([path], check=True,
                                     stdout=subprocess.PIPE).stdout)


def catalog(path):
    """{msgid: msgstr} of a .po file."""
    out, key, texts = {}, None, {}

    def flush():
        if texts.get("msgid"):
            out[texts["msgid"]] = texts.get("msgstr", "")

    for line in read(path).splitlines():
        m = re.match(r'(msgid|msgstr) "(.*)"$', line)
        if m:
            if m[1] == "msgid":
                flush()
                texts = {}
            key = m[1]
            texts[key] = json.loads('"' + m[2] + '"')
        elif line.startswith('"') and key:
            texts[key] += json.loads(line)
    flush()
    return out


def literals(sql):
    """The quoted words of an SQL expression, in order."""
    return re.findall(r"'([a-z_-]+)'", sql)


class Facts:
    def __init__(self, server, client, database):
        self.server, self.client, self.db = server, client, database
        self.methods = {m["name"]: m for m in server["methods"]}
        self.screens = {s["id"]: s for s in client["screens"]}
        self.errors = {e["name"]: e for e in server["errors"]}

    def params(self, method):
        """{key: field} of everything that a method takes."""
        m = self.methods[method]
        out = {f["key"]: f for f in m["params"]}
        if "list" in m["flags"]:
            out.update({f["key"]: f for f in self.server["list_params"]})
        if "write" in m["flags"]:
            out["op_id"] = self.server["op_id"]
        return out

    def source(self, name, schema="api"):
        return " ".join(strip_sql(f["source"]) for f in self.db["functions"]
                        if (f["schema"], f["name"]) == (schema, name))


class Refused(Exception):
    def __init__(self, error):
        super().__init__(json.dumps(error))
        self.error = error


class Line:
    """One logged-in connection to the daemon's socket."""

    def __init__(self, path, name, password):
        self.s = socket.socket(socket.AF_UNIX)
        self.s.settimeout(60)
        self.s.connect(path)
        self.id = 0
        self.send({"k": "hello", "proto": 1, "min": 1, "app": "tables",
                   "lang": "id"})
        self.receive()
        self.granted = self.call("session.login", {
            "name": name, "password": password})["granted"]

    def send(self, msg):
        raw = json.dumps(msg).encode()
        self.s.sendall(struct.pack(">I", len(raw)) + raw)

    def exactly(self, n):
        out = b""
        while len(out) < n:
            part = self.s.recv(n - len(out))
            if not part:
                raise EOFError("the daemon closed the line")
            out += part
        return out

    def receive(self):
        n = struct.unpack(">I", self.exactly(4))[0]
        return json.loads(self.exactly(n))

    def call(self, method, params=None):
        self.id += 1
        self.send({"k": "req", "id": self.id, "m": method, "p": params or {}})
        while True:
            msg = self.receive()
            if msg.get("id") != self.id:
                continue
            if msg["k"] == "err":
                raise Refused(msg["e"])
            return msg["r"]

    def try_call(self, method, params=None):
        """(answer, None) or (None, error)."""
        try:
            return self.call(method, params), None
        except Refused as e:
            return None, e.error
