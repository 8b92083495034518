#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every method as every role, and every scope against objects of others: TAP.

    rights.py DIRECTORY

The directory is the one of a running daemon with demo data (tests/lib/
daemon.sh) and the users and objects that tests/e2e/rights.sh made in it.
"""
import json
import os
import sys
import uuid

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from facts import TOP, Line, Refused, Tap, tool  # noqa: E402

PASSWORD = "kopi-tubruk-manis"


def attempt(line, method, params=None):
    """"ok", or the error object."""
    try:
        line.call(method, params)
        return "ok"
    except Refused as e:
        return e.error


def code(answer):
    return answer if answer == "ok" else answer["code"]


def login(here, name):
    path = os.path.join(here, "passwords", name)
    with open(path, encoding="utf-8") as f:
        return Line(os.environ["SOCKET"], name, f.readline().rstrip("\n"))


def expected(tables):
    """{role: {method: may}}, from the tables and nothing else."""
    has = {p["perm"]: set(p["roles"]) for p in tables["perms"]}
    out = {}
    for role in tables["roles"]:
        out[role["id"]] = {
            m["name"]: m["perm"].startswith("*") or
            role["id"] in has[m["perm"]] for m in tables["methods"]}
    return out


def matrix(t, here, tables):
    """With no parameters a call is either denied or gets past the right."""
    cells = 0
    for role, methods in expected(tables).items():
        wrong = []
        line = login(here, role)
        granted = set(line.granted)
        # This one ends the line itself.
        for m in sorted(methods, key=lambda m: m == "session.end"):
            got = code(attempt(line, m))
            cells += 1
            if (got == "denied") == methods[m]:
                wrong.append(f"{m}: {got}, should "
                             f"{'be allowed' if methods[m] else 'be denied'}")
            if not m.startswith("session.") and \
                    (m in granted) != methods[m]:
                wrong.append(f"{m}: granted says {m in granted}")
        t.none(wrong, f"{role}: {len(methods)} methods as the table says")
    t.ok(cells == len(tables["roles"]) * len(tables["methods"]),
         f"{cells} cells")


def bare_role(t, here, tables):
    """A role without a right may do what everybody may, and nothing else."""
    line = Line(os.environ["SOCKET"], "tamu", PASSWORD)
    wrong = [m["name"] for m in tables["methods"]
             if m["name"] != "session.end" and
             (code(attempt(line, m["name"])) == "denied") ==
             m["perm"].startswith("*")]
    t.none(wrong, "a role without rights is denied every method that has one")
    t.ok(here and all(m.split(".")[0] in ("session", "user", "event", "search",
                                          "branch", "partner", "staff")
                      for m in line.granted),
         "and is granted no other")


# Method and parameters for each kind of object; @ is the number, * a new
# operation. Nothing of it may tell that somebody else's object exists.
PROBES = {
    "customer": [
        ("customer.get", {"number": "@"}),
        ("customer.update", {"number": "@", "name": "Bukan Milik"}),
        ("customer.status", {"op_id": "*", "customer": "@",
                             "status": "suspended", "note": "x"}),
        ("service.create", {"op_id": "*", "customer": "@",
                            "package": "HOME-20"}),
        ("service.update", {"op_id": "*", "customer": "@", "price": 1}),
        ("service.status", {"op_id": "*", "customer": "@",
                            "status": "suspended", "note": "x"}),
        ("invoice.create", {"op_id": "*", "customer": "@",
                            "due": "2099-01-01", "lines": [
                                {"text": "x", "qty": 1, "unit_price": 1}]}),
        ("payment.take", {"op_id": "*", "customer": "@", "method": "cash",
                          "tendered": 1000}),
        ("counter.bill", {"customer": "@"}),
    ],
    "invoice": [
        ("invoice.get", {"number": "@"}),
        ("invoice.cancel", {"op_id": "*", "number": "@", "reason": "x y z"}),
    ],
    "payment": [
        ("payment.get", {"number": "@"}),
        ("payment.verify", {"op_id": "*", "number": "@"}),
        ("payment.confirm", {"op_id": "*", "number": "@"}),
        ("payment.reject", {"op_id": "*", "number": "@", "reason": "x y z"}),
        ("receipt.render", {"payment": "@", "width": 58, "format": "text"}),
        ("receipt.print", {"op_id": "*", "payment": "@",
                           "to": "file:/dev/null"}),
    ],
    "cash": [("cash.get", {"number": "@"})],
}
ABSENT = {"customer": "9999999", "invoice": "INV-209901-99999",
          "payment": "PAY-209901-99999", "cash": "CASH-209901-99999"}
LISTS = {"customer": "customer.list", "invoice": "invoice.list",
         "payment": "payment.list", "cash": "cash.list"}


def filled(params, number):
    out = {}
    for k, v in params.items():
        out[k] = number if v == "@" else str(uuid.uuid4()) if v == "*" else v
    return out


def hidden(t, who, line, kind, number):
    """Somebody else's object answers as one that was never there."""
    wrong = []
    tried = 0
    for method, params in PROBES[kind]:
        there = attempt(line, method, filled(params, number))
        gone = attempt(line, method, filled(params, ABSENT[kind]))
        tried += code(there) == "not_found"
        text = json.dumps(there, sort_keys=True).replace(number, "N")
        same = json.dumps(gone, sort_keys=True).replace(ABSENT[kind], "N")
        if there == "ok" or text != same:
            wrong.append(f"{method}: {text}, an absent one {same}")
    t.none(wrong, f"{who}: {kind} {number} answers as an absent one")
    t.ok(tried > 0, f"... and {tried} of {len(PROBES[kind])} looked for it")
    if LISTS[kind] in line.granted:
        rows = line.call(LISTS[kind], {"filter": {"number": number}})["rows"]
        t.none(rows, f"{who}: {LISTS[kind]} does not show it")
    if kind != "cash":
        found = [r for r in line.call("search.all", {"q": number})["results"]
                 if r["number"] == number]
        t.none(found, f"{who}: the search does not find it")


def shown(t, who, line, kind, number):
    """What is his he sees: else the checks above would prove nothing."""
    answer = attempt(line, PROBES[kind][0][0],
                     filled(PROBES[kind][0][1], number))
    t.none([] if answer == "ok" else [json.dumps(answer)],
           f"{who}: {kind} {number} is there for its own people")


def named_across(t, line, own, foreign):
    """A payment for one's own customer that names a foreign invoice."""
    take = {"op_id": str(uuid.uuid4()), "customer": own, "method": "transfer",
            "tendered": 1000, "reference": "uji"}
    there = attempt(line, "payment.take", dict(take, invoices=[foreign]))
    take["op_id"] = str(uuid.uuid4())
    gone = attempt(line, "payment.take",
                   dict(take, invoices=[ABSENT["invoice"]]))
    t.none([] if there == gone != "ok" else [json.dumps([there, gone])],
           "naming a foreign invoice answers as naming an absent one")


def scopes(t, here):
    with open(os.path.join(here, "objects.json"), encoding="utf-8") as f:
        objects = json.load(f)
    for check in objects["checks"]:
        line = Line(os.environ["SOCKET"], check["user"], PASSWORD)
        who = check["user"]
        for kind, number in check["sees"].items():
            shown(t, who, line, kind, number)
        for kind, number in check["not"].items():
            hidden(t, who, line, kind, number)
    line = Line(os.environ["SOCKET"], "kas-cbg", PASSWORD)
    named_across(t, line, objects["own"], objects["foreign"])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    here = os.path.abspath(sys.argv[1])
    os.chdir(TOP)
    tables = tool(os.path.realpath(os.environ["B"]) + "/tests/server_tables")
    t = Tap()
    t.run(matrix, here, tables)
    t.run(bare_role, here, tables)
    t.run(scopes, here)
    return t.plan()


if __name__ == "__main__":
    sys.exit(main())
