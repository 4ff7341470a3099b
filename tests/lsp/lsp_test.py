#!/usr/bin/env python3
"""`ferry lsp`, as a strict client sees it. usage: lsp_test.py FERRY_PROGRAM SOURCE_DIR"""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import unittest

from client import CAPABILITIES, Client, Failed, apply, path_of, uri_of

FERRY, SOURCE_DIR = sys.argv[1:3]

API = """#pragma once
#include <ferry/annotate.hpp>
namespace api {
int rest(int ms);
FERRY_REPLACE("MOCK-01", safe, "api::rest($ms)") int delay(int ms);
FERRY_REPLACE("MOCK-02", unsafe, "api::rest($ms)") int nap(int ms);
FERRY_REPLACE("MOCK-03", manual, "look whether it still has to wait") int doze(int ms);
}  // namespace api
"""
SHARED = """#pragma once
#include <api.hpp>
inline int shared() { return api::delay(5) + api::delay(6); }
"""
A = """#include "shared.hpp"
int f() { return api::delay(1) + api::delay(api::delay(2)); }
int g() { return api::nap(3) + /* größe, 日本, 😀 */ api::delay(4); }
int h() { return api::doze(5); }
int i() { return api::delay(6); }  // NOLINT(ferry-MOCK-01): why not
"""


def codes(diagnostics):
    return [d["code"] for d in diagnostics if "code" in d]


class Case(unittest.TestCase):
    def setUp(self):
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="ferry lsp ")).resolve()
        self.addCleanup(shutil.rmtree, self.root)
        self.project = self.root / "project"
        for name, text in {
            "include/api.hpp": API,
            "src/shared.hpp": SHARED,
            "src/a.cpp": A,
            "src/b.cpp": '#include "shared.hpp"\r\nint b() {\r\n  return api::delay(\r\n      8);\r\n}\r\n',
        }.items():
            self.write(name, text)
        self.write_database()
        subprocess.run(["git", "init", "-q", str(self.project)], check=True)
        self.clients = []
        self.addCleanup(self.stop)

    def stop(self):
        for client in self.clients:
            if client.process.poll() is None:
                client.process.kill()
                client.process.wait()
            for stream in (client.process.stdin, client.process.stdout, client.process.stderr):
                try:
                    stream.close()
                except BrokenPipeError:
                    pass

    def path(self, name):
        return self.project / name

    def write(self, name, text):
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
        return path

    def write_database(self):
        include = self.project / "include"
        entries = [
            {
                "directory": str(self.project),
                "file": str(file),
                "arguments": ["c++", "-std=c++20", f"-I{include}", f"-I{SOURCE_DIR}/compat/include", "-c", str(file)],
            }
            for file in sorted((self.project / "src").glob("*.cpp"))
        ]
        self.write("build/compile_commands.json", json.dumps(entries))

    def start(self, *arguments):
        cache = str(self.root / "cache")
        client = Client([FERRY, "lsp", "--cache", cache, *arguments], self.root)
        self.clients.append(client)
        return client

    def connect(self, *arguments, capabilities=None, options=None):
        client = self.start(*arguments)
        client.initialize([self.project], capabilities, options)
        return client

    def fixed_by_ferry(self, name, *arguments):
        """What `ferry fix` makes of a file."""
        copy = self.root / "copy"
        shutil.copytree(self.project, copy)
        database = copy / "build/compile_commands.json"
        database.write_text(database.read_text().replace(str(self.project), str(copy)))
        command = [FERRY, "fix", "--no-cache", "--allow-dirty", *arguments, str(copy / name)]
        subprocess.run(command, check=False, capture_output=True, cwd=copy)
        return (copy / name).read_bytes().decode()


class Lifecycle(Case):
    def test_a_conversation_that_ends_as_it_should(self):
        client = self.start()
        result = client.initialize([self.project])
        self.assertEqual(result["serverInfo"]["name"], "ferry")
        self.assertEqual(result["capabilities"]["positionEncoding"], "utf-16")
        self.assertEqual(client.end(), 0)

    def test_an_exit_without_shutdown_is_an_error(self):
        client = self.connect()
        client.notify("exit", None)
        self.assertEqual(client.close(), 1)

    def test_an_editor_that_is_gone_is_an_error(self):
        client = self.connect()
        self.assertEqual(client.close(), 1)

    def test_a_message_of_what_is_wrong_with_the_command_line(self):
        ran = subprocess.run([FERRY, "lsp", "--selct", "X"], check=False, capture_output=True, text=True)
        self.assertEqual(ran.returncode, 2)
        self.assertIn("did you mean '--select'", ran.stderr)

    def expect_code(self, code, ask):
        with self.assertRaises(Failed) as raised:
            ask()
        self.assertEqual(raised.exception.code, code)

    def test_requests_at_the_wrong_time(self):
        client = self.start()
        self.expect_code(-32002, lambda: client.request("textDocument/hover", {}))
        client.initialize([self.project])
        self.expect_code(-32600, lambda: client.request("initialize", {"capabilities": {}}))
        client.request("shutdown")
        self.expect_code(-32600, lambda: client.request("shutdown"))
        client.notify("exit", None)
        self.assertEqual(client.close(), 0)

    def test_requests_that_are_none(self):
        client = self.connect()
        self.expect_code(-32601, lambda: client.request("textDocument/definition", {}))
        self.expect_code(-32601, lambda: client.request("$/unknown", {}))
        self.expect_code(-32602, lambda: client.request("textDocument/codeAction", {}))
        self.expect_code(-32602, lambda: client.request("textDocument/codeAction", [1]))
        self.expect_code(-32602, lambda: client.request("textDocument/hover", {"textDocument": {"uri": 7}}))
        self.expect_code(-32602, lambda: client.request("workspace/executeCommand", {"command": "rm"}))
        self.expect_code(-32602, lambda: client.request("workspace/executeCommand", {"command": "ferry.suppress"}))
        for notification in ("textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "$/x"):
            for params in (None, {}, [], {"textDocument": {"uri": "untitled:1", "text": 3}}):
                client.notify(notification, params)
        self.assertEqual(client.end(), 0)

    def test_messages_that_are_none(self):
        client = self.connect()
        for body, code in (
            (b"{", -32700),
            (b"[" * 100000, -32700),
            (b"\xff\xfe", -32700),
            (b"[]", -32600),
            (b"7", -32600),
            (b'{"jsonrpc": "1.0", "id": null, "method": "shutdown"}', -32600),
            (b'{"jsonrpc": "2.0"}', -32600),
            (b'{"jsonrpc": "2.0", "method": {}}', -32600),
        ):
            client.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
            with self.assertRaises(Failed) as raised:
                client.answer(None)
            self.assertEqual(raised.exception.code, code)
        body = b'{"jsonrpc": "2.0", "id": 77, "result": null}'  # to a request that was none
        client.send_bytes(b"Content-Type: x\r\ncontent-length:%d\r\n\r\n%s" % (len(body), body))
        self.assertEqual(client.end(), 0)

    def test_a_header_that_is_none_ends_the_conversation(self):
        for header in (b"Content-Length: -1\r\n\r\n", b"Length: 1\r\n\r\n", b"x" * 5000):
            client = self.connect()
            client.is_over = True
            client.send_bytes(header)
            with self.assertRaises(Failed):
                client.answer(None)
            self.assertEqual(client.close(), 1)

    def test_a_message_may_come_in_pieces(self):
        client = self.start()
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {"capabilities": {}}})
        client.asked.add(1)
        for byte in b"Content-Length: %d\r\n\r\n%s" % (len(body), body.encode()):
            client.send_bytes(bytes([byte]))
        self.assertIn("capabilities", client.answer(1))


class Diagnostics(Case):
    def test_what_is_old_in_a_file_that_is_opened(self):
        client = self.connect()
        path = self.path("src/a.cpp")
        found = client.open(path)
        self.assertEqual(codes(found), ["MOCK-01", "MOCK-01", "MOCK-01", "MOCK-02", "MOCK-01", "MOCK-03"])
        first = found[0]
        self.assertEqual(first["range"], {"start": {"line": 1, "character": 17}, "end": {"line": 1, "character": 27}})
        self.assertEqual(first["source"], "ferry")
        self.assertEqual(first["severity"], 2)
        self.assertEqual(first["tags"], [2])
        self.assertEqual(first["message"], "`delay` is now `api::rest(ms)`")
        self.assertIn("unsafe", found[3]["message"])
        places = [(path_of(p["location"]["uri"]).name, p["message"]) for p in first["relatedInformation"]]
        self.assertIn(("api.hpp", "`api::delay` is declared here"), places)
        declared = first["relatedInformation"][0]["location"]["range"]["start"]
        self.assertEqual(API.split("\n")[declared["line"]][declared["character"] :][:5], "delay")
        self.assertEqual(client.end(), 0)

    def test_positions_count_what_the_editor_offers(self):
        line = A.split("\n")[2]
        at = line.index("api::delay")
        for offered, used in ((["utf-16"], "utf-16"), (["utf-16", "utf-8"], "utf-8"), (["utf-32", "utf-16"], "utf-32")):
            client = self.start()
            capabilities = {**CAPABILITIES, "general": {"positionEncodings": offered}}
            result = client.initialize([self.project], capabilities)
            self.assertEqual(result["capabilities"]["positionEncoding"], used)
            start = client.open(self.path("src/a.cpp"))[4]["range"]["start"]
            width = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[used]
            encoded = line[:at].encode(used if used == "utf-8" else used + "-le")
            self.assertEqual(start, {"line": 2, "character": len(encoded) // width})
            everything = {"line": 9, "character": 0}
            fix = client.actions(self.path("src/a.cpp"), 0, end=everything, only=["source.fixAll"])[0]
            edits = fix["edit"]["documentChanges"][0]["edits"]
            self.assertEqual(apply(A, edits, used), self.fixed_by_ferry("src/a.cpp"))
            shutil.rmtree(self.root / "copy")
            self.assertEqual(client.end(), 0)

    def test_a_text_that_is_not_saved(self):
        client = self.connect()
        path = self.path("src/a.cpp")
        client.open(path)
        at = {"line": 3, "character": 17}
        change = {"range": {"start": at, "end": {"line": 3, "character": 26}}, "text": "/* 😀 */ api::delay"}
        found = client.change(path, 2, change)
        self.assertEqual(codes(found)[-1], "MOCK-01")
        self.assertEqual(found[-1]["range"]["start"], {"line": 3, "character": 26})
        found = client.change(path, 3, {"text": "int nothing();\n"})
        self.assertEqual(found, [])
        text = "#include <api.hpp>\nint z = api::delay(1);\n"
        self.assertEqual(codes(client.change(path, 4, {"text": text})), ["MOCK-01"])
        path.write_text(text)
        self.assertEqual(codes(client.save(path)), ["MOCK-01"])
        self.assertEqual(client.end(), 0)

    def test_many_changes_in_a_row_are_looked_at_once(self):
        client = self.connect()
        path = self.path("src/a.cpp")
        client.open(path)
        document = {"uri": uri_of(path)}
        for version in range(2, 52):
            change = {"range": {"start": {"line": 5, "character": 0}, "end": {"line": 5, "character": 0}}, "text": "// x\n"}
            client.notify(
                "textDocument/didChange", {"textDocument": {**document, "version": version}, "contentChanges": [change]}
            )
        client.diagnostics(path)
        client.request("textDocument/hover", {"textDocument": document, "position": {"line": 0, "character": 0}})
        self.assertEqual([n for n in client.notifications if client.is_published(n, uri_of(path))], [])
        self.assertEqual(client.end(), 0)

    def test_a_header_and_who_reads_it(self):
        client = self.connect()
        header = self.path("src/shared.hpp")
        self.assertEqual(codes(client.open(header)), ["MOCK-01", "MOCK-01"])
        api = self.path("include/api.hpp")
        self.assertEqual(client.open(api), [])
        text = API.replace('FERRY_REPLACE("MOCK-01", safe, "api::rest($ms)") ', "")
        self.write("include/api.hpp", text)
        client.change(api, 2, {"text": text})
        client.notify("textDocument/didSave", {"textDocument": {"uri": uri_of(api)}})
        self.assertEqual(client.diagnostics(header), [])
        self.assertEqual(client.end(), 0)

    def test_a_closed_file_has_none(self):
        client = self.connect()
        path = self.path("src/a.cpp")
        client.open(path)
        client.notify("textDocument/didClose", {"textDocument": {"uri": uri_of(path)}})
        self.assertEqual(client.diagnostics(path), [])
        self.assertEqual(client.end(), 0)

    def test_what_does_not_compile_says_why_it_is_not_edited(self):
        client = self.connect()
        path = self.write("src/a.cpp", A + "int j() { return missing; }\n")
        found = client.open(path)
        self.assertIn("MOCK-01", codes(found))
        problem = [d for d in found if "code" not in d]
        self.assertEqual([d["range"]["start"] for d in problem], [{"line": 5, "character": 17}])
        self.assertIn("use of undeclared identifier 'missing'", problem[0]["message"])
        self.assertEqual([a for a in client.actions(path, 1, 17) if "Suppress" not in a["title"]], [])
        self.assertEqual(client.end(), 0)

    def test_a_crash_costs_one_look(self):
        client = self.connect()
        path = self.path("src/a.cpp")
        client.open(path)
        client.change(path, 2, {"text": A + "#pragma clang __debug crash\n"})
        self.assertEqual(codes(client.change(path, 3, {"text": A}))[0], "MOCK-01")
        self.assertEqual(client.end(), 0)

    def test_suppressions_of_no_use(self):
        client = self.connect()
        path = self.write("src/a.cpp", "#include <api.hpp>\nint z = api::rest(1);  // NOLINT(ferry-MOCK-01)\n")
        found = client.open(path)
        self.assertEqual(codes(found), ["NOLINT-01"])
        self.assertEqual(found[0]["tags"], [1])
        action = client.actions(path, 1, found[0]["range"]["start"]["character"])[0]
        text = apply(path.read_text(), action["edit"]["documentChanges"][0]["edits"])
        self.assertEqual(text, "#include <api.hpp>\nint z = api::rest(1);\n")
        self.assertEqual(client.end(), 0)

    def test_files_by_a_link(self):
        link = self.root / "link"
        link.symlink_to(self.project)
        client = self.start()
        client.initialize([link])
        path = link / "src/a.cpp"
        self.assertIn("MOCK-01", codes(client.open(path)))
        edit = client.actions(path, 1, 17)[0]["edit"]["documentChanges"][0]
        self.assertEqual(edit["textDocument"], {"uri": uri_of(path), "version": 1})
        self.assertEqual(client.end(), 0)


class Actions(Case):
    def test_a_fix_for_each_finding(self):
        client = self.connect()
        path = self.path("src/a.cpp")
        client.open(path, version=7)
        action, suppress, everything = client.actions(path, 1, 17)
        self.assertEqual(action["title"], "MOCK-01: `delay` is now `api::rest(ms)`")
        self.assertEqual(action["kind"], "quickfix")
        self.assertTrue(action["isPreferred"])
        self.assertEqual(codes(action["diagnostics"]), ["MOCK-01"])
        change = action["edit"]["documentChanges"][0]
        self.assertEqual(change["textDocument"], {"uri": uri_of(path), "version": 7})
        self.assertEqual(apply(A, change["edits"]), A.replace("api::delay(1)", "api::rest(1)"))
        self.assertEqual(suppress["kind"], "quickfix")
        self.assertEqual(everything["kind"], "source.fixAll.ferry")
        unsafe = client.actions(path, 2, 17)[0]
        self.assertIn("unsafe", unsafe["title"])
        self.assertFalse(unsafe["isPreferred"])
        manual = client.actions(path, 3, 17)
        self.assertEqual([a["title"] for a in manual if a["kind"] == "quickfix"], ["Suppress MOCK-03 in this line with NOLINT"])
        self.assertEqual(client.end(), 0)

    def test_all_that_is_safe_at_once(self):
        client = self.connect()
        for name in ("src/a.cpp", "src/b.cpp", "src/shared.hpp"):
            path = self.path(name)
            client.open(path)
            for only in (["source.fixAll"], ["source.fixAll.ferry"], ["source"]):
                actions = client.actions(path, 0, only=only)
                self.assertEqual([a["kind"] for a in actions], ["source.fixAll.ferry"])
            text = path.read_bytes().decode()
            edits = actions[0]["edit"]["documentChanges"]
            self.assertEqual([e["textDocument"]["uri"] for e in edits], [uri_of(path)])
            self.assertEqual(apply(text, edits[0]["edits"]), self.fixed_by_ferry(name))
            shutil.rmtree(self.root / "copy")
            self.assertEqual(client.actions(path, 0, only=["source.organizeImports"]), [])
        self.assertEqual(client.end(), 0)

    def test_actions_wait_for_the_text_as_it_is(self):
        client = self.connect()
        path = self.path("src/a.cpp")
        client.open(path)
        text = "// new\n" + A
        document = {"uri": uri_of(path), "version": 2}
        client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})
        fix = client.actions(path, 0, only=["source.fixAll.ferry"])[0]["edit"]["documentChanges"][0]
        self.assertEqual(fix["textDocument"]["version"], 2)
        self.assertEqual(apply(text, fix["edits"]), "// new\n" + self.fixed_by_ferry("src/a.cpp"))
        self.assertEqual(client.end(), 0)

    def test_a_request_that_is_cancelled_or_outdated(self):
        client = self.connect()
        path = self.path("src/a.cpp")
        client.open(path)
        document = {"uri": uri_of(path), "version": 2}
        change = {"textDocument": document, "contentChanges": [{"text": A + "\n"}]}
        place = {"line": 1, "character": 17}
        params = {"textDocument": document, "range": {"start": place, "end": place}, "context": {"diagnostics": []}}
        client.notify("textDocument/didChange", change)
        for code, interrupt in (
            (-32800, lambda number: client.notify("$/cancelRequest", {"id": number})),
            (-32801, lambda number: client.notify("textDocument/didChange", change)),
            (-32801, lambda number: client.notify("textDocument/didClose", {"textDocument": document})),
        ):
            number = client.ask("textDocument/codeAction", params)
            interrupt(number)
            with self.assertRaises(Failed) as raised:
                client.answer(number)
            self.assertEqual(raised.exception.code, code)
        client.notify("$/cancelRequest", {"id": 12345})
        self.assertEqual(client.end(), 0)

    def test_editors_of_long_ago_get_plain_edits(self):
        client = self.connect(capabilities={"textDocument": {}})
        path = self.path("src/a.cpp")
        found = client.open(path)
        self.assertNotIn("tags", found[0])
        self.assertNotIn("relatedInformation", found[0])
        edit = client.actions(path, 1, 17)[0]["edit"]
        self.assertEqual(list(edit), ["changes"])
        self.assertEqual(apply(A, edit["changes"][uri_of(path)]), A.replace("api::delay(1)", "api::rest(1)"))
        self.assertEqual(client.end(), 0)

    def test_suppressions_with_a_reason(self):
        client = self.connect(options={"suppressionReason": "kept until spring"})
        path = self.path("src/a.cpp")
        client.open(path)
        suppress = client.actions(path, 3, 17, only=["quickfix"])[0]
        text = apply(A, suppress["edit"]["documentChanges"][0]["edits"])
        self.assertIn("api::doze(5); }  // NOLINT(ferry-MOCK-03): kept until spring\n", text)
        self.assertNotIn("MOCK-03", codes(client.change(path, 2, {"text": text})))
        argument = {"uri": uri_of(path), "position": {"line": 2, "character": 17}, "reason": "measured: 3 ms"}
        client.request("workspace/executeCommand", {"command": "ferry.suppress", "arguments": [argument]})
        applied = [r for r in client.requests if r["method"] == "workspace/applyEdit"]
        self.assertEqual(len(applied), 1)
        text = apply(text, applied[0]["params"]["edit"]["documentChanges"][0]["edits"])
        self.assertIn("(ferry-MOCK-02): measured: 3 ms\n", text)
        argument["reason"] = ""
        with self.assertRaises(Failed):
            client.request("workspace/executeCommand", {"command": "ferry.suppress", "arguments": [argument]})
        self.assertEqual(client.end(), 0)

    def test_cards_where_the_pointer_rests(self):
        include = f"-I{SOURCE_DIR}/compat/include"
        path = self.write("src/c.cpp", "#include <ferry/v0_2/time.hpp>\n")
        client = self.start("--", "-std=c++20", include, f"-I{SOURCE_DIR}/runtime/include")
        client.initialize([self.project])
        found = client.open(path)
        self.assertEqual(codes(found), ["FEAT-15"])
        params = {"textDocument": {"uri": uri_of(path)}, "position": found[0]["range"]["start"]}
        hover = client.request("textDocument/hover", params)
        self.assertEqual(hover["contents"]["kind"], "markdown")
        self.assertIn("FEAT-15: the namespace", hover["contents"]["value"])
        params["position"] = {"line": 1, "character": 0}
        self.assertIsNone(client.request("textDocument/hover", params))
        self.assertEqual(client.end(), 0)


class Projects(Case):
    def test_no_database_is_said_once(self):
        os.remove(self.path("build/compile_commands.json"))
        client = self.connect()
        self.assertEqual(client.open(self.path("src/a.cpp")), [])
        self.assertEqual(client.open(self.path("src/b.cpp")), [])
        self.assertEqual(len(client.shown("window/showMessage")), 1)
        self.assertIn("no compile_commands.json", client.shown("window/showMessage")[0])
        self.write_database()
        change = {"uri": uri_of(self.path("build/compile_commands.json")), "type": 1}
        client.notify("workspace/didChangeWatchedFiles", {"changes": [change]})
        self.assertIn("MOCK-01", codes(client.diagnostics(self.path("src/a.cpp"))))
        self.assertEqual(client.end(), 0)

    def test_watchers_are_asked_for(self):
        client = self.connect()
        client.open(self.path("src/a.cpp"))
        registered = [r["params"]["registrations"][0] for r in client.requests if r["method"] == "client/registerCapability"]
        self.assertEqual([r["method"] for r in registered], ["workspace/didChangeWatchedFiles"])
        patterns = [w["globPattern"] for w in registered[0]["registerOptions"]["watchers"]]
        self.assertEqual(patterns, ["**/.ferry.yaml", "**/compile_commands.json"])
        self.assertEqual(client.end(), 0)

    def test_the_configuration_of_each_project(self):
        self.write(".ferry.yaml", "rules: {MOCK-02: safe}\nignore: [MOCK-03]\n")
        client = self.connect()
        path = self.path("src/a.cpp")
        found = client.open(path)
        self.assertNotIn("MOCK-03", codes(found))
        self.assertTrue(client.actions(path, 2, 17)[0]["isPreferred"])
        self.write(".ferry.yaml", "rule: {}\n")
        client.notify("workspace/didChangeWatchedFiles", {"changes": []})
        self.assertEqual(client.diagnostics(path), [])
        self.assertEqual(len(client.shown("window/showMessage")), 1)
        self.assertIn(".ferry.yaml:1:1: unknown key 'rule'", client.shown("window/showMessage")[0])
        self.write(".ferry.yaml", "select: [MICK]\n")
        client.notify("workspace/didChangeWatchedFiles", {"changes": []})
        self.assertEqual(client.diagnostics(path), [])
        self.assertIn("unknown rule 'MICK'", client.shown("window/showMessage")[1])
        self.assertEqual(client.end(), 0)

    def test_baselines_hold(self):
        path = self.path("src/a.cpp")
        baseline = str(self.project / "ferry.baseline")
        subprocess.run([FERRY, "check", "--write-baseline", baseline, str(path)], check=False, capture_output=True, cwd=self.project)
        self.write(".ferry.yaml", "baseline: ferry.baseline\n")
        client = self.connect()
        self.assertEqual(client.open(path), [])
        self.assertEqual(codes(client.change(path, 2, {"text": A + "int k() { return api::nap(99); }\n"})), ["MOCK-02"])
        self.assertEqual(client.end(), 0)

    def test_files_of_no_project_are_left_alone(self):
        client = self.connect()
        self.assertEqual(client.open(self.write("src/unused.hpp", "int x;\n")), [])
        self.assertEqual(client.open(self.path("src/new.cpp"), text="int x;\n"), [])
        outside = self.root / "outside.cpp"
        outside.write_text("int x;\n")
        self.assertEqual(client.open(outside), [])
        self.assertEqual(client.shown("window/showMessage"), [])
        log = client.shown("window/logMessage")
        self.assertTrue(any("unused.hpp: no command of the compile database reads it" in m for m in log), log)
        self.assertEqual(client.end(), 0)

    def test_several_folders(self):
        other = self.root / "other"
        shutil.copytree(self.project, other)
        database = other / "build/compile_commands.json"
        database.write_text(database.read_text().replace(str(self.project), str(other)))
        (other / ".ferry.yaml").write_text("select: [MOCK-03]\n")
        client = self.start()
        client.initialize([self.project, other])
        self.assertEqual(len(client.open(self.path("src/a.cpp"))), 6)
        self.assertEqual(codes(client.open(other / "src/a.cpp")), ["MOCK-03"])
        event = {"added": [], "removed": [{"uri": uri_of(other), "name": "other"}]}
        client.notify("workspace/didChangeWorkspaceFolders", {"event": event})
        self.assertEqual(codes(client.diagnostics(other / "src/a.cpp")), ["MOCK-03"])
        self.assertEqual(client.end(), 0)

    def test_nothing_is_left_behind(self):
        temporary = self.root / "tmp"
        temporary.mkdir()
        os.environ["TMPDIR"] = str(temporary)
        self.addCleanup(os.environ.pop, "TMPDIR")
        client = self.connect()
        path = self.path("src/a.cpp")
        client.open(path)
        # One that is being looked at when the conversation ends.
        self.write("src/a.cpp", "#include <regex>\n#include <filesystem>\n" + A)
        client.notify("textDocument/didSave", {"textDocument": {"uri": uri_of(path)}})
        self.assertEqual(client.end(), 0)
        self.assertEqual(list(temporary.iterdir()), [])
        client = self.connect()
        client.notify("textDocument/didOpen", {"textDocument": {"uri": uri_of(path), "version": 1, "text": A}})
        client.request("textDocument/hover", {"textDocument": {"uri": uri_of(path)}, "position": {"line": 0, "character": 0}})
        client.process.terminate()
        self.assertEqual(client.close(), 1)
        self.assertEqual(list(temporary.iterdir()), [])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1] + sys.argv[3:])
