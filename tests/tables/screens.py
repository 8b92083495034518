# SPDX-License-Identifier: GPL-3.0-or-later
"""Screens, keys and texts: the client's tables against what a live daemon
with demo data answers, and against what the client draws."""
import os
import re
import subprocess
import uuid

from facts import Line, catalog, read, sources, strip_c

PAGE = 200

# What lists answer for other programs, and for clients older than a setting.
FURTHER = {
    "setting.list": ("type", "values"),
}


def list_rows(line, method, params=None, pages=50):
    """Every row of a list as objects, and its cols."""
    p = dict(params or {}, limit=PAGE)
    rows = []
    for _ in range(pages):
        got = line.call(method, p)
        rows += [dict(zip(got["cols"], r)) for r in got["rows"]]
        if got["next"] is None:
            break
        p["after"] = got["next"]
    return got["cols"], rows


def members_of(action):
    """What an action reads of its row, and of the object above it."""
    row, above = set(), set()
    for p in action["presets"]:
        m = re.match(r"([\^=@<~\[]?)(.*?)\]?$", p["from"])
        if m[1] in ("", "~", "["):
            row.add(m[2])
        elif m[1] == "^":
            above.add(m[2])
    row |= {action[k] for k in ("when", "from", "screen_key") if action[k]}
    return row, above


def used_columns(s):
    """The members of a list's rows that the screen needs."""
    used = {c["key"] for c in s["columns"]} | {s["key"]}
    used |= {s["open_key"]} if s["open_key"] else set()
    for a in s["actions"]:
        used |= members_of(a)[0]
    return used


# A setting's value is a word of a list in some rows and free text in others.
FREE = {"settings.value", "settings.preset"}


def type_wrong(kind, v):
    if v is None:
        return False
    if kind in ("money", "count", "micros", "seconds", "percent"):
        return not isinstance(v, int) or isinstance(v, bool)
    if kind == "bool":
        return not isinstance(v, bool)
    shapes = {"date": r"\d{4}-\d\d-\d\d", "period": r"\d{4}-\d\d",
              "instant": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ",
              "phone": r"62\d{6,13}", "status": r"[a-z-]+"}
    return kind in shapes and not re.fullmatch(shapes[kind], str(v))


class Live:
    """What several checks look at, asked for once."""

    def __init__(self, f, line):
        self.f, self.line = f, line
        self.lists = {}

    def of(self, method, fixed=None):
        if method == "role.rights" and fixed is None:
            fixed = {"role": "finance"}
        if (method, str(fixed)) not in self.lists:
            self.lists[method, str(fixed)] = list_rows(
                self.line, method, {"filter": fixed} if fixed else None)
        return self.lists[method, str(fixed)]


def values_of(live, filt):
    """Values that somebody may choose in a filter."""
    kind = filt["type"]
    if kind == "choice":
        return filt["values"]
    if kind == "boolean":
        return [True, False]
    if kind == "period":
        return ["2026-01"]
    if kind == "reference":
        rows = live.of(filt["lookup"])[1]
        return [rows[0][filt["lookup_key"] or "number"]]
    return {"integer": [1], "money": [1], "date": ["2026-01-31"]}.get(
        kind, ["x"])


def check_lists(t, f, live):
    missing, wrong, empty, refused, labels = [], [], [], [], []
    texts = catalog("tui-client/po/id.po")
    shown = {}
    for s in f.screens.values():
        if not s["list"]:
            continue
        cols, rows = live.of(s["list"])
        shown.setdefault(s["list"], set()).update(used_columns(s))
        missing += [f"{s['id']}: {k}" for k in used_columns(s) - set(cols)]
        if not rows:
            empty.append(s["id"])
        for c in s["columns"]:
            for r in rows:
                v = r.get(c["key"])
                if f"{s['id']}.{c['key']}" in FREE:
                    break
                if type_wrong(c["type"], v):
                    wrong.append(f"{s['id']}.{c['key']}: {v!r} as "
                                 f"{c['type']}")
                    break
            if c["type"] == "label":
                labels += [f"{s['id']}.{c['key']}: {r[c['key']]}"
                           for r in rows if r.get(c["key"]) not in texts]
        for filt in s["filters"]:
            for v in values_of(live, filt):
                p = {"filter": {filt["key"]: v}}
                if s["fixed"]:
                    p["filter"][s["fixed"]] = "finance"
                e = live.line.try_call(s["list"], p)[1]
                if e:
                    refused.append(f"{s['id']} {p}: {e}")
        m = re.fullmatch(r"([a-z_]+):(.*)", s["preset"] or "")
        if m and live.line.try_call(
                s["list"], {"filter": {m[1]: m[2]}})[1]:
            refused.append(f"{s['id']}: {s['preset']}")
    t.none(missing, "every list answers what its screens show and use")
    t.none(empty, "and has rows in the demo")
    t.none(wrong, "of the type that the column says")
    t.none(labels, "labels that are translated have a translation")
    t.none(refused, "every filter that a screen offers is accepted")
    t.none((f"{m}: {k}" for m, used in shown.items()
            for k in set(live.of(m)[0]) - used
            if k not in FURTHER.get(m, ()) and not picked(f, m, k)),
           "no list answers a column that nothing shows")


def picked(f, method, key):
    """A picker shows all columns of a list and takes one."""
    return any(p["lookup"] == method for m in f.server["methods"]
               for p in m["params"] for p in [p] + p.get("sub", [])) or any(
        b["list"] == method and key in {c["key"] for c in b["columns"]}
        for s in f.screens.values() for tab in s["tabs"]
        for b in tab["blocks"])


def check_lookups(t, f, live):
    found = []
    for m in f.server["methods"]:
        for p in m["params"]:
            if p["lookup"]:
                key = p["lookup_key"] or "number"
                if key not in live.of(p["lookup"])[0]:
                    found.append(f"{m['name']}.{p['key']}: {p['lookup']} "
                                 f"has no {key}")
    t.none(found, "every picker's list has the column that it takes")


def check_sorts(t, f, live):
    """Each sort key, both ways, page by page: the same rows as unsorted."""
    refused, lost = [], []
    for d in f.db["lists"]:
        method = d["list"] if "." in d["list"] else d["list"] + ".list"
        if method not in f.methods:
            continue
        fixed = {"role": "finance"} if method == "role.rights" else None
        cols, rows = live.of(method)
        # Sessions and the audit grow with what these tests do.
        total = len(rows)
        for c in d["cols"]:
            if not c["sort"]:
                continue
            for key in (c["key"], "-" + c["key"]):
                p = {"sort": key, "limit": 37}
                if fixed:
                    p["filter"] = fixed
                n = 0
                seen = set()
                while True:
                    got, e = live.line.try_call(method, p)
                    if e:
                        refused.append(f"{method} {key}: {e}")
                        break
                    n += len(got["rows"])
                    seen |= {str(r) for r in got["rows"]}
                    if got["next"] is None or n > 4000:
                        break
                    p["after"] = got["next"]
                if not e and (n < total or len(seen) < n):
                    lost.append(f"{method} {key}: {n} rows, {len(seen)} "
                                f"different, of {total}")
    t.none(refused, "every sort key of a list sorts")
    t.none(lost, "and its pages together are all rows, each once")


def check_stats(t, f, live):
    found = []
    for s in f.screens.values():
        if s["stats"]:
            got = live.line.call(s["stats"])
            for c in s["stat_columns"]:
                if c["key"] not in got or type_wrong(c["type"],
                                                     got[c["key"]]):
                    found.append(f"{s['id']}: {c['key']} in {got}")
    t.none(found, "every figure above a list is answered")


def find_objects(f, live, s):
    """Answers of a detail's get, for the rows that lead to it."""
    if s["get"] == "system.stats":
        return [live.line.call("system.stats")]
    param = s["get_key"] or "number"
    out = []
    for opener in f.screens.values():
        if opener["open"] != s["id"] or not opener["list"]:
            continue
        key = opener["open_key"] or opener["key"]
        for r in live.of(opener["list"])[1][:80]:
            out.append(live.line.call(s["get"], {param: r[key]}))
        break
    return out


def rows_of(objects, block):
    if not block["member"]:
        return objects
    out = []
    for o in objects:
        v = o.get(block["member"])
        out += v if isinstance(v, list) else [v] if v else []
    return out


def check_details(t, f, live):
    missing, wrong, empty, labels, acts = [], [], [], [], []
    texts = catalog("tui-client/po/id.po")
    for s in f.screens.values():
        if not s["get"]:
            continue
        objects = find_objects(f, live, s)
        if not objects:
            empty.append(s["id"])
            continue
        missing += [f"{s['id']}: head {m}" for m in s["head"]
                    if any(m not in o for o in objects)]
        arrays = {}
        for b in (b for tab in s["tabs"] for b in tab["blocks"]):
            at = f"{s['id']}.{b['member'] or b['list'] or 'itself'}"
            if b["list"]:
                cols, rows = live.of(b["list"])
                if b["filter"] not in {
                        c["key"] for d in f.db["lists"] for c in d["cols"]
                        if d["list"] + ".list" == b["list"] and c["filter"]}:
                    missing.append(f"{at}: no filter {b['filter']}")
            elif b["kind"] in ("note", "changes"):
                missing += [at for o in objects if b["member"] not in o][:1]
                continue
            else:
                rows = rows_of(objects, b)
                arrays[b["member"]] = rows
            if not rows:
                empty.append(at)
            need = {c["key"] for c in b["columns"]}
            if b["screen"]:
                need.add(b["screen_key"] or "number")
            missing += [f"{at}: {k}" for k in need
                        if any(k not in r for r in rows)]
            for c in b["columns"]:
                wrong += [f"{at}.{c['key']}: {r[c['key']]!r} as {c['type']}"
                          for r in rows if type_wrong(c["type"],
                                                      r.get(c["key"]))][:1]
                if c["type"] == "label":
                    labels += [f"{at}.{c['key']}: {r[c['key']]}" for r in rows
                               if r.get(c["key"]) and
                               r[c["key"]] not in texts]
        for a in s["actions"]:
            row, above = members_of(a)
            rows = arrays.get(a["block"], objects) if a["block"] else objects
            acts += [f"{s['id']}.{a['id']}: {k}" for k in row
                     if any(k not in r for r in rows)]
            acts += [f"{s['id']}.{a['id']}: ^{k}" for k in above
                     if any(k not in o for o in objects)]
            if "update" in a["flags"] and not a["get"] and "version" in \
                    f.params(a["method"]) and any(
                        "version" not in r for r in rows):
                acts.append(f"{s['id']}.{a['id']}: no version to send")
    t.none(missing, "every detail gets the members that it shows")
    t.none(empty, "and the demo has each of them")
    t.none(wrong, "of the type that the field says")
    t.none(labels, "with a translation where it is one")
    t.none(acts, "its actions find what they send")


def check_updates(t, f, live):
    """An update in a list asks for the current values first."""
    found = []
    for s in f.screens.values():
        for a in s["actions"]:
            if "update" not in a["flags"] or not a["get"]:
                continue
            row = live.of(s["list"])[1][0]
            key = a["get_key"] or "number"
            from_ = {p["field"]: p["from"] for p in a["presets"]}[key]
            got, e = live.line.try_call(a["get"], {key: row[from_]})
            if e:
                found.append(f"{s['id']}.{a['id']}: {e}")
                continue
            found += [f"{s['id']}.{a['id']}: {a['get']} has no {k}"
                      for k, p in f.params(a["method"]).items()
                      if k != "op_id" and k not in got]
    t.none(found, "a form that changes something starts from all its values")


def check_roles(t, f, enter):
    """What each role may: granted at login, refused by the gate."""
    open_ = {m["name"] for m in f.server["methods"] if m["perm"] == "*any"}
    grants, denials = [], []
    for r in f.server["roles"]:
        line = enter(r["id"])
        may = {p["perm"] for p in f.server["perms"] if r["id"] in p["roles"]}
        want = {m["name"] for m in f.server["methods"]
                if m["perm"] in may or m["perm"] == "*self"}
        grants += [f"{r['id']}: {n}" for n in
                   (set(line.granted) - open_) ^ want]
        for n in set(f.methods) - want - open_:
            e = line.try_call(n, {})[1]
            if not e or e["code"] != "denied":
                denials.append(f"{r['id']} {n}: {e}")
    t.none(grants, "each role is granted the methods of its rights")
    t.none(denials, "and refused every other one")


def check_topics(t, f):
    page = read("docs/protocol.md")
    known = set(re.findall(r"`([a-z_]+)`", page[page.index("Topics:"):]))
    t.none((f"{s['id']}: {s['topic']}" for s in f.screens.values()
            if s["topic"] and s["topic"] not in known),
           "screens watch topics that the protocol names")
    sql = "\n".join(sources("sql/api", ext=(".sql",)).values())
    told = set(re.findall(r"app\.op_end\(p,\s*'([a-z_]+)'", sql))
    told |= set(re.findall(r"app\.notify\('([a-z_]+)'", sql))
    t.none((f"{s['id']}: {s['topic']}" for s in f.screens.values()
            if s["topic"] and s["topic"] not in told),
           "and that some function tells")


def check_search(t, f):
    sql = "\n".join(f.source(x["name"], "app") for x in f.db["functions"]
                    if x["name"].startswith("search_"))
    kinds = set(re.findall(r"'kind', '([a-z_]+)'", sql))
    t.ok(len(kinds) >= 5, "the search finds several kinds")
    words = {w["wire"] for w in f.client["words"]}
    t.none(sorted(kinds - words), "every kind that it finds has a word")
    c = strip_c(read("tui-client/commands.c"))
    opened = dict(re.findall(r'\{ "([a-z_]+)", "([a-z-]+)"',
                             c[c.index("found_screens"):]))
    t.none(sorted(kinds - set(opened)), "and a screen that opens it")
    t.none((s for s in opened.values() if s not in f.screens),
           "which exists")


# ---------------------------------------------------------------- keys

FILES = {
    "list": ("view/list.c",), "board": ("view/list.c",),
    "form": ("view/form.c", "ui/edit.c"), "detail": ("view/detail.c",),
    "menu": ("view/menu.c",), "login": ("view/login.c", "ui/edit.c"),
    "popup": ("view/popup.c", "view/picker.c", "ui/edit.c"),
    "custom": ("screens/custom/counter_keys.c", "screens/custom/counter.c",
               "screens/custom/dashboard.c", "ui/edit.c"),
}


def commands(f):
    """The names of the commands by their numbers."""
    text = strip_c(read("tui-client/keys.h"))
    body = re.search(r"enum command \{(.*?)\}", text, flags=re.S)[1]
    return re.findall(r"\bCMD_\w+", body)


def check_keys(t, f):
    names = commands(f)
    rows = f.client["commands"]
    t.ok(len(names) == f.client["command_count"] + 1,
         "the commands of keys.h are counted right")
    twice, used = [], {}
    for r in rows:
        for c in r["contexts"]:
            if c == "noc":
                continue
            for k in (r["key"], r["key2"], r["ch"]):
                if not k:
                    continue
                other = used.setdefault((c, k), r["id"])
                if other != r["id"]:
                    twice.append(f"{c}: {k} is {names[other]} and "
                                 f"{names[r['id']]}")
    t.none(twice, "a key means one thing in each place")
    have = {r["id"] for r in rows}
    t.none((n for i, n in enumerate(names) if 0 < i < len(names) - 1
            and i not in have), "every command has a row")
    idle = []
    for r in rows:
        if r["run"] or not r["help"]:
            continue
        name = names[r["id"]]
        hits = [c for c in r["contexts"] if c != "noc" and any(
            re.search(rf"\b{name}\b", read("tui-client/" + p))
            for p in FILES[c])]
        # A bar leaves out what its screen does not do; nowhere is a lie.
        if not hits:
            idle.append(name)
    t.none(idle, "every command of the help is carried out somewhere")
    text = "\n".join(strip_c(x) for p, x in sources(
        "tui-client", ext=(".c",)).items() if not p.endswith("/keys.c"))
    t.none((names[r["id"]] for r in rows if not r["run"]
            and not re.search(rf"\b{names[r['id']]}\b", text)),
           "every command without a function of its own is dispatched")


# ---------------------------------------------------------------- texts

def check_texts(t, f):
    po = catalog("tui-client/po/id.po")
    en = catalog("tui-client/po/en.po")
    labels = set(f.client["texts"])
    labels |= {e["text"] for e in f.server["errors"] if e["name"] != "none"}
    labels |= {r["text"] for r in f.server["rules"]}
    labels |= {p["label"] for p in f.server["perms"]}
    labels |= {r["label"] for r in f.server["roles"]}
    for m in f.server["methods"]:
        for p in m["params"]:
            for x in [p] + p.get("sub", []):
                labels |= {x["label"], x["help"]} - {None}
    for s in f.server["settings"]:
        labels |= {s["label"], s["help"]} - {None}
    t.none(sorted(x for x in labels if not po.get(x)),
           "every text of the tables has an Indonesian one")
    t.none(sorted(x for x in labels if not en.get(x)),
           "and an English one")
    args = re.compile(r"\{\w+\}")
    t.none((f"{k} -> {v}" for k, v in po.items()
            if sorted(args.findall(k)) != sorted(args.findall(v))),
           "with the same arguments")
    got = subprocess.run(["tests/lint/msgids.sh"], text=True, check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    t.none(got.stdout.splitlines() or ["?"] if got.returncode else [],
           "every msgid of the sources is in the catalogue, and no other")


# ---------------------------------------------------------------- drawing

def draw_script(f, lang, out):
    """Opens every screen of the menu, and what Enter opens of a list."""
    lines = ["expect " + ("Pilihan" if lang == "id" else "Choice"),
             f"save {out}/{lang}-menu"]
    home = f"expect {'Pilihan' if lang == 'id' else 'Choice'}"
    for s in f.screens.values():
        if s["number"] < 0:
            continue
        lines += [f"type {s['number']}", "key Enter", "wait",
                  f"save {out}/{lang}-{s['id']}"]
        opened = f.screens.get(s["open"] or "")
        if s["kind"] == "list" and opened:
            lines += ["key Enter", "wait", f"save {out}/{lang}-{opened['id']}"]
            lines += ["key F3"]
        lines += ["key F3", home]
    return "\n".join(lines) + "\n"


def check_drawing(t, f, jabbar, env, out):
    for lang in ("id", "en"):
        script = os.path.join(out, lang + ".keys")
        with open(script, "w", encoding="utf-8") as w:
            w.write(draw_script(f, lang, out))
        got = subprocess.run(
            [jabbar, "--lang", lang, "--script", script], env=env, text=True,
            check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        t.none(got.stdout.splitlines()[:30] or ["?"] if got.returncode else [],
               f"{lang}: every screen of the menu opens and closes")
        cut, lost, untitled = [], [], []
        for s in [None] + list(f.screens.values()):
            name = s["id"] if s else "menu"
            path = os.path.join(out, f"{lang}-{name}")
            if not os.path.exists(path):
                if s and (s["number"] >= 0 or any(
                        o["open"] == name for o in f.screens.values())):
                    lost.append(name)
                continue
            with open(path, encoding="utf-8") as r:
                screen = r.read().rstrip("\n").split("\n")
            bar = screen[-1]
            if "~" in bar or len(bar) > 80 or "F1" not in bar:
                cut.append(f"{name}: {bar}")
            if "~" in screen[0]:
                cut.append(f"{name}: {screen[0]}")
            if not s and any("~" in x for x in screen):
                cut += [x for x in screen if "~" in x]
            if s and f.client["texts"][s["title"]][lang].lower() not in \
                    screen[0].lower():
                untitled.append(f"{name}: {screen[0]}")
            for b in columns_of(s) if s else []:
                heads = [f.client["texts"][c["label"]][lang] for c in b
                         if c["drop"] == 0]
                if not any(all(h in x for h in heads) for x in screen):
                    cut.append(f"{name}: {heads}")
        t.none(lost, f"{lang}: each was seen")
        t.none(cut, f"{lang}: bar, head line and column heads are whole "
               "in 80 columns")
        t.none(untitled, f"{lang}: and its title is above it")


def columns_of(s):
    return [s["columns"]] if s["kind"] == "list" else []


def prepare(line):
    """What the demo lacks: a slip that was printed."""
    rows = line.call("payment.list", {
        "limit": 1, "filter": {"status": "confirmed"}})
    number = dict(zip(rows["cols"], rows["rows"][0]))["number"]
    line.call("receipt.print", {"op_id": str(uuid.uuid4()),
                                "payment": number, "to": "file:/dev/null"})


def run(t, f, socket_path, passwords, jabbar, env, out):
    def enter(role):
        with open(os.path.join(passwords, role), encoding="utf-8") as r:
            return Line(socket_path, role, r.read().strip("\n"))
    line = enter("super-admin")
    prepare(line)
    live = Live(f, line)
    for check in (check_lists, check_lookups, check_stats, check_details,
                  check_updates, check_sorts):
        t.run(check, f, live)
    t.run(check_roles, f, enter)
    for check in (check_topics, check_search, check_keys, check_texts):
        t.run(check, f)
    t.run(check_drawing, f, jabbar, env, out)
