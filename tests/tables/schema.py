# SPDX-License-Identifier: GPL-3.0-or-later
"""Methods, rights, errors, settings and life cycles: the tables of the
programs against the database and the sources."""
import re

from facts import literals, read, sources, strip_c, strip_sql

# Rights that some function asks for by itself, besides its method's own.
INSIDE = {"customer.delete", "session.manage"}

# Rights of menus that are there, for steps that are not yet.
LATER_RIGHTS = {
    "invoice.update": "due date and note of an invoice",
    "payment.reverse": "undoing a payment",
    "package.delete": "packages are taken off sale instead",
    "user.delete": "users are made inactive instead",
    "audit.run": "export",
}

# Codes that are promised to clients before anything answers them.
LATER_ERRORS = {
    "totp_required": "authenticators",
    "approval_required": "the second person",
    "bad_rows": "import",
}

# Unique values that nobody types, by table or name: why a clash is our bug.
OWN_UNIQUES = {
    "app.session_token_key": "random",
    "app.invoice_number_key": "from the series",
    "app.payment_number_key": "from the series",
    "app.cash_session_number_key": "from the series",
    "app.service_customer_seq_key": "counted under the customer's lock",
    "app.word_key": "inserted on conflict",
    "app.customer_word_customer_key": "derived from the customer",
    "app.branch_code_key": "there is no method that makes a branch",
    "app.partner_code_key": "there is no method that makes a partner",
    "app.role_perm_pkey": "granted on conflict",
    "app.perm_pkey": "handed over by the program",
    "app.login_failure_pkey": "inserted on conflict",
    "app.schema_migration_pkey": "the migrator's own, under its lock",
    "app.op_pkey": "inserted on conflict",
    "app.setting_pkey": "handed over by the program",
    "app.counter_pkey": "inserted on conflict",
    "app.transition_pkey": "seed",
    "app.list_def_pkey": "declared once, as the schema is built",
    "app.list_col_pkey": "declared once, as the schema is built",
    "app.customer_pkey": "from a sequence",
    "app.balance_pkey": "one per customer, by trigger",
    "app.word_variant_pkey": "derived from the word",
    "app.customer_word_pkey": "derived from the customer",
    "app.account_pkey": "seed",
    "app.posting_pkey": "lines are counted",
    "app.invoice_line_pkey": "lines are counted",
    "app.invoice_tax_pkey": "one per rate, grouped",
    "app.allocation_pkey": "named twice is refused before",
    "app.receipt_print_pkey": "counted under the payment's lock",
}


def sql_name(method):
    return method.replace(".", "_")


def check_methods(t, f):
    fns = {}
    for x in f.db["functions"]:
        if x["schema"] == "api":
            fns.setdefault(x["name"], []).append(x["args"])
    known = {p["perm"] for p in f.server["perms"]} | {"*any", "*self"}
    names = [m["name"] for m in f.server["methods"]]
    t.none((n for n in set(names) if names.count(n) > 1),
           "every method stands once")
    t.none((n for n in names if not re.fullmatch(
        r"[a-z]+(_[a-z]+)*\.[a-z]+(_[a-z]+)*", n)),
        "methods are named object.verb")
    t.none((f"{m['name']}: {m['perm']}" for m in f.server["methods"]
            if m["perm"] not in known), "every method's right is known")
    t.none((m["name"] for m in f.server["methods"]
            if (m["perm"] == "*any") != ("open" in m["flags"])),
           "what needs no login is what asks for no session")
    t.none((m["name"] for m in f.server["methods"] if "opid" in m["flags"]
            and "write" not in m["flags"]), "op_id is asked of writes only")

    def code_of(m):
        got = fns.get(sql_name(m["name"]), [])
        if "run" in m["hook"]:
            return ["jsonb"] not in got or "both a run hook and a function"
        return got == [["jsonb"]] or f"api.{sql_name(m['name'])}: {got}"
    t.none((f"{m['name']}: {code_of(m)}" for m in f.server["methods"]
            if code_of(m) is not True),
           "every method is one function of one jsonb, or a run hook")
    t.none((h for h in f.server["hooked"] if h not in f.methods),
           "every hook belongs to a method")
    mine = {sql_name(n) for n in names}
    t.none((n for n, args in fns.items() if ["jsonb"] in args
            and n not in mine and not n.startswith("admin_")),
           "every function of one jsonb is a method's, or the command line's")
    t.none((m["name"] for m in f.server["methods"]
            if "opid" in m["flags"] and "run" not in m["hook"]
            and "op_begin('" + m["name"] + "'" not in
            f.source(sql_name(m["name"]))),
           "a function whose op_id is required begins that operation")
    t.none((f"{x['name']}: {got}" for x in f.db["functions"]
            if x["schema"] == "api"
            for got in re.findall(r"op_begin\('([^']*)'",
                                  strip_sql(x["source"]))
            if sql_name(got) != x["name"] and got in f.methods),
           "and under its own name")


def check_fields(t, f):
    words = {w["wire"] for w in f.client["words"]}

    def each():
        for m in f.server["methods"]:
            for p in m["params"]:
                yield m["name"], p
                for s in p.get("sub", []):
                    yield m["name"], s
    t.none((f"{n}.{p['key']}: {v}" for n, p in each()
            for v in p.get("values", []) if v not in words),
           "every choice of a parameter has a word")
    t.none((f"{n}.{p['key']}: {p['lookup']}" for n, p in each()
            if p["lookup"] and "list" not in
            f.methods.get(p["lookup"], {"flags": []})["flags"]),
           "every reference is looked up in a list")
    t.none((f"{n}.{p['key']}" for n, p in each()
            if p["type"] == "choice" and not p.get("values")
            or p["type"] == "list" and not p.get("sub")),
           "choices have values, arrays of objects their rows")
    t.none((f"{n}.{p['key']}: {p['preset']}" for n, p in each()
            if p["type"] == "choice" and p["preset"] is not None
            and p["preset"] not in p["values"]),
           "presets are choices")


def check_tested(t, f):
    """Every method is named by a test other than these, and has a sentence."""
    text = "\n".join(sources(
        "tests/rpc", "tests/sql", "tests/e2e", "tests/tui", "tests/print",
        ext=(".script", ".sql", ".sh")).values())
    t.none((n for n in f.methods if not re.search(
        rf"\b{re.escape(n)}\b|\bapi\.{sql_name(n)}\b", text)),
        "every method is called by a test")
    t.none((m["name"] for m in f.server["methods"]
            if not re.fullmatch(r"[A-Z].*\.", m["help"] or "")),
           "every method has a sentence")


def check_perms(t, f):
    perms = {p["perm"]: p for p in f.server["perms"]}
    names = [p["perm"] for p in f.server["perms"]]
    t.none((n for n in set(names) if names.count(n) > 1),
           "every right stands once")
    t.ok(f.db["perms"] == {n: p["used"] for n, p in perms.items()},
         "the database has the same rights in use")
    want = {f"{r} {p['perm']}" for p in f.server["perms"] for r in p["roles"]}
    t.none(sorted(want ^ set(f.db["role_perms"])),
           "a fresh database grants what the table grants")
    t.none((n for n, p in perms.items() if not p["roles"]),
           "every right belongs to a role")
    asked = {m["perm"] for m in f.server["methods"]}
    sql = " ".join(strip_sql(x["source"]) for x in f.db["functions"])
    inside = set(re.findall(r"app\.may\('([a-z_.]+)'\)", sql))
    inside |= {x["perm"] for x in f.db["transitions"]}
    inside |= set(re.findall(r"\.perm = '([a-z_.]+)'", sql))
    t.none(sorted(inside - set(perms)), "what functions ask for is a right")
    t.none((p for p in sorted(INSIDE) if p not in inside or p in asked),
           "the rights asked for by functions alone are asked for")
    t.none((n for n, p in perms.items()
            if p["used"] != (n in asked or n in INSIDE)),
           "a right is marked as used when something asks for it")
    here = {n.split(".")[0] for n in f.methods}
    t.none((n for n, p in perms.items() if not p["used"]
            and n.split(".")[0] in here and n not in LATER_RIGHTS
            and not any(o["object"] == n.split(".")[0]
                        and not any(a.startswith(o["object"] + ".")
                                    for a in asked)
                        for o in f.server["menus"])),
           "rights that nothing asks for belong to menus of later")
    t.none((n for n in LATER_RIGHTS if n not in perms or perms[n]["used"]),
           "what is kept for later is not there yet")


def check_errors(t, f):
    codes = set(f.errors)
    t.ok(all(e["in_place"] for e in f.server["errors"]),
         "the error table is in the order of its codes")
    c = {p: strip_c(x) for p, x in sources(
        "common", "server", "tui-client", ext=(".c", ".h")).items()
        if p not in ("common/base/err.h", "common/api/errors.c")}
    in_c = {x.lower() for text in c.values()
            for x in re.findall(r"\bERR_([A-Z_]+)\b", text)}
    # Codes that functions answer as text, and those of constraints.
    sql = {p: strip_sql(x) for p, x in sources(
        "sql", ext=(".sql",)).items()}
    in_sql, odd = {}, []
    for path, text in sql.items():
        for m in re.finditer(r"app\.fail\(\s*('([a-z_]+)')?", text):
            if m[2]:
                in_sql.setdefault(m[2], path)
            elif "function app.fail(" not in text[max(0, m.start() - 30):
                                                  m.end()]:
                odd.append(f"{path}: {text[m.start():m.start() + 40]}")
        for m in re.finditer(r"'refused',\s*'([a-z_]+)'", text):
            in_sql.setdefault(m[1], path)
    t.none(odd, "every app.fail names its code")
    t.none((f"{p}: {n}" for n, p in in_sql.items() if n not in codes),
           "every code that SQL raises is in the table")
    mapped = {c["code"] for c in f.server["constraints"]}
    used = in_c | set(in_sql) | mapped
    t.none((n for n in codes - {"none"} - set(LATER_ERRORS)
            if n not in used), "every code is used")
    t.none((n for n in LATER_ERRORS if n in used or n not in codes),
           "codes kept for later are not used yet")
    rules = {r["rule"] for r in f.server["rules"]}
    raised = {}
    for path, text in sql.items():
        for m in re.finditer(r"app\.fail_field\([^;]*?'([a-z_]+)'\s*\)",
                             text):
            raised.setdefault(m[1], path)
        for m in re.finditer(r"v_rule := '([a-z]+)'|'rule', '([a-z]+)'",
                             text):
            raised.setdefault(m[1] or m[2], path)
        # A rule chosen by a case expression.
        for m in re.finditer(r"(?:then|else) '(min|max|format|value|length|"
                             r"type|integer|control|required|weak|same)'",
                             text):
            raised.setdefault(m[1], path)
    for path, text in c.items():
        for m in re.finditer(r"err_field\([^;]*?,\s*[^,\"]*(?:\"\w+\",\s*)?"
                             r"\"([a-z]+)\",", text):
            raised.setdefault(m[1], path)
        for m in re.finditer(r"\? \"([a-z]+)\" : \"([a-z]+)\",", text):
            raised.setdefault(m[1], path)
            raised.setdefault(m[2], path)
    t.none((f"{p}: {r}" for r, p in raised.items() if r not in rules
            and p.startswith("sql/")),
           "every rule that SQL names has a sentence")
    t.none(sorted(rules - set(raised)), "every rule is used")


def check_constraints(t, f):
    names = {c["name"] for c in f.db["constraints"]}
    uniques = {u["name"]: u for u in f.db["uniques"]}
    short = {n.split(".")[-1] for n in uniques}
    rows = f.server["constraints"]
    t.none((r["constraint"] for r in rows
            if r["constraint"] not in names | short),
           "every constraint of the table exists")
    mapped = {"app." + r["constraint"] for r in rows}
    t.none((f"{n} on {u['table']}" for n, u in uniques.items()
            if n not in mapped and n not in OWN_UNIQUES
            and not u["identity"]),
           "every unique value that somebody types is in the table")
    t.none(sorted((set(OWN_UNIQUES) - set(uniques))
                  | (set(OWN_UNIQUES) & mapped)),
           "the others are there, and not in the table")


def check_values(t, f):
    v = f.server["values"]

    def of(table, column):
        for c in f.db["constraints"]:
            if c["table"] == table and re.match(
                    rf"CHECK \(\({column} = ANY", c["def"]):
                return literals(c["def"])
        return None
    generated = {g["column"]: literals(g["expr"]) for g in f.db["generated"]}
    derived = literals(f.source("customer_archived", "app"))
    take = re.search(r"'method' not in\s*\(([^)]*)\)", f.source("payment_take"))
    for what, ours, theirs in (
            ("services", v["service_states"], of("app.service", "status")),
            ("invoices", v["invoice_states"],
             [s for s in generated.get("app.invoice.status", [])]),
            ("payments", v["payment_states"], of("app.payment", "status")),
            ("means of payment", v["payment_methods"],
             literals(take[1]) if take else None),
            ("scopes of users", v["scope_values"],
             of("app.app_user", "scope")),
            ("scopes of roles", v["scope_values"], of("app.role", "scope")),
            ("languages", v["lang_values"], of("app.app_user", "lang"))):
        t.none([] if theirs is not None and sorted(ours) == sorted(
            set(theirs)) else [f"program: {ours}", f"database: {theirs}"],
            f"{what}: the same values in program and database")
    t.ok(v["customer_states"] == v["service_states"] + ["archived"]
         and set(derived) <= set(v["customer_states"]),
         "a customer has his services' states, and archived")
    order = literals(f.source("service_order", "app"))
    t.ok(order == v["customer_states"],
         "SQL orders the states as the program does")


def check_lifecycle(t, f):
    v = f.server["values"]
    states = {"service": set(v["service_states"]),
              "customer": set(v["customer_states"])}
    perms = {p["perm"]: p for p in f.server["perms"]}
    edges = f.db["transitions"]
    t.none((e for e in edges if e["from"] not in states.get(e["object"], ())
            or e["to"] not in states[e["object"]] or e["from"] == e["to"]),
           "every edge leads from one known state to another")
    t.none((e for e in edges if not perms.get(e["perm"], {}).get("used")),
           "every edge asks for a right in use")
    seen, fresh = set(), {v["service_states"][0]}
    while fresh:
        seen |= fresh
        fresh = {e["to"] for e in edges if e["object"] == "service"
                 and e["from"] in seen} - seen
    t.none(sorted(states["service"] - seen),
           "every state of a service can be reached from the first")
    t.none((s for s in sorted(states["service"]) if not any(
        e["object"] == "service" and e["from"] == s for e in edges)),
        "and left again")
    words = {w["wire"] for w in f.client["words"]}
    t.none(sorted(set().union(*states.values()) - words),
           "every state has a word")


def check_settings(t, f):
    keys = [s["key"] for s in f.server["settings"]]
    t.ok(f.db["settings"] == keys, "the database has the same settings")
    text = "\n".join(strip_sql(x) for x in sources(
        "sql", ext=(".sql",)).values())
    read_by = set(re.findall(r"app\.setting(?:_int|_at)?\(\s*'([a-z_]+)'",
                             text))
    t.none(sorted(read_by - set(keys)), "what SQL reads is a setting")
    t.none((k for k in keys if k not in read_by),
           "every setting is read by a function")
    words = {w["wire"] for w in f.client["words"]}
    t.none((f"{s['key']}: {v}" for s in f.server["settings"]
            for v in s.get("values", []) if v not in words),
           "every choice of a setting has a word")
    t.none((s["key"] for s in f.server["settings"] if s["preset"] is None
            or not s["label"]), "every setting has a preset and a label")


def check_options(t, f):
    page = read("docs/man/jabbard.conf.5")
    parts = dict(re.findall(r"^\.Ss \[([a-z]+)\]\n(.*?)(?=^\.S[sh] |\Z)", page,
                            flags=re.S | re.M))
    documented = {(s, k) for s, text in parts.items()
                  for k in re.findall(r"^\.It Ic (\w+)", text, flags=re.M)}
    ours = {(o["section"], o["key"]) for o in f.server["options"]}
    t.none(sorted(ours ^ documented),
           "jabbard.conf(5) has the options of the parser, and no others")
    t.none((f"[{o['section']}] {o['key']} = {o['def']}"
            for o in f.server["options"]
            if o["def"] and o["type"] == "int" and not re.search(
                rf"^\.It Ic {o['key']}\n(?:(?!^\.It).)*"
                rf"^Default {o['def']}\.$", parts.get(o["section"], ""),
                flags=re.S | re.M)),
           "and their defaults")
    c = "\n".join(strip_c(x) for x in sources(
        "server", ext=(".c",)).values())
    rows = re.findall(r'\{ "\w+", "\w+", OPT_\w+, AT\((\w+)\)', c)
    t.ok(len(rows) == len(ours), "every option has a member of its own")
    t.none((m for m in rows if not re.search(rf"(?:->|\.){m}\b", c)),
           "that the daemon reads")


ALL = (check_methods, check_fields, check_tested, check_perms, check_errors,
       check_constraints, check_values, check_lifecycle, check_settings,
       check_options)
