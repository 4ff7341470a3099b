"""A strict client of language servers: what is not as the protocol says is an error."""

import json
import os
import pathlib
import select
import subprocess
import time
import urllib.parse


class ProtocolError(AssertionError):
    """The server has sent what it may not."""


class Failed(Exception):
    """The server's answer to a request is an error."""

    def __init__(self, error):
        super().__init__(f"{error['code']}: {error['message']}")
        self.code = error["code"]


def uri_of(path):
    return "file://" + urllib.parse.quote(str(path))


def path_of(uri):
    if not uri.startswith("file:///"):
        raise ProtocolError(f"{uri} is no file")
    return pathlib.Path(urllib.parse.unquote(uri[len("file://") :]))


# What editors of today can do.
CAPABILITIES = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {
        "applyEdit": True,
        "workspaceEdit": {"documentChanges": True},
        "workspaceFolders": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
    },
    "window": {"workDoneProgress": True},
    "textDocument": {
        "publishDiagnostics": {
            "relatedInformation": True,
            "versionSupport": True,
            "codeDescriptionSupport": True,
            "tagSupport": {"valueSet": [1, 2]},
        },
        "codeAction": {"isPreferredSupport": True},
        "hover": {"contentFormat": ["markdown", "plaintext"]},
    },
}


class Client:
    """Runs a server, and keeps all that it sends."""

    def __init__(self, command, cwd, timeout=60):
        self.process = subprocess.Popen(
            command, cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        self.timeout = timeout
        self.bytes = b""
        self.next_id = 1
        self.asked = set()  # ids of requests without an answer
        self.answers = {}
        self.notifications = []
        self.requests = []  # of the server
        self.is_over = False

    # --- messages

    def send_bytes(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.send_bytes(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

    def notify(self, method, params):
        self.is_over |= method == "exit"
        self.send({"method": method, "params": params})

    def ask(self, method, params=None):
        """Sends a request, and gives its id."""
        number = self.next_id
        self.next_id += 1
        self.asked.add(number)
        self.send({"id": number, "method": method, **({} if params is None else {"params": params})})
        return number

    def answer(self, number):
        """Waits for the answer to a request."""
        self.wait_for(lambda: number in self.answers, f"an answer to request {number}")
        message = self.answers.pop(number)
        if "error" in message:
            raise Failed(message["error"])
        return message["result"]

    def request(self, method, params=None):
        return self.answer(self.ask(method, params))

    def wait_for(self, holds, what):
        deadline = time.monotonic() + self.timeout
        while not holds():
            left = deadline - time.monotonic()
            if left < 0 or not self.read(left):
                raise ProtocolError(f"the server has not sent {what}; it has sent {self.notifications}")

    def read(self, seconds):
        """Reads what comes next, for so long; False when nothing does."""
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        if not ready:
            return False
        data = os.read(self.process.stdout.fileno(), 1 << 16)
        if not data:
            return False
        self.bytes += data
        while self.take_message():
            pass
        return True

    def take_message(self):
        header, separator, rest = self.bytes.partition(b"\r\n\r\n")
        if not separator:
            if len(header) > 1000:
                raise ProtocolError(f"this is no header: {header[:100]}")
            return False
        fields = dict(line.split(b": ", 1) for line in header.split(b"\r\n"))
        length = int(fields[b"Content-Length"])
        if len(rest) < length:
            return False
        self.bytes = rest[length:]
        self.take(json.loads(rest[:length].decode("utf-8", "strict")))
        return True

    def take(self, message):
        if message.get("jsonrpc") != "2.0":
            raise ProtocolError(f"not JSON-RPC 2.0: {message}")
        if "method" in message:
            if "id" in message:
                self.requests.append(message)
                if not self.is_over:
                    self.send({"id": message["id"], "result": None})
            else:
                self.notifications.append(message)
            return
        if ("result" in message) == ("error" in message):
            raise ProtocolError(f"an answer has a result or an error: {message}")
        if message["id"] is not None and message["id"] not in self.asked:
            raise ProtocolError(f"nobody has asked for this, or it has been answered: {message}")
        self.asked.discard(message["id"])
        self.answers[message["id"]] = message

    # --- the conversation

    def initialize(self, folders=(), capabilities=None, options=None):
        result = self.request(
            "initialize",
            {
                "processId": os.getpid(),
                "rootUri": uri_of(folders[0]) if folders else None,
                "workspaceFolders": [{"uri": uri_of(f), "name": pathlib.Path(f).name} for f in folders],
                "capabilities": capabilities or CAPABILITIES,
                **({"initializationOptions": options} if options else {}),
            },
        )
        self.notify("initialized", {})
        return result

    def open(self, path, text=None, version=1):
        """Opens a file, and gives its diagnostics."""
        item = {"uri": uri_of(path), "languageId": "cpp", "version": version}
        item["text"] = pathlib.Path(path).read_bytes().decode() if text is None else text
        self.notify("textDocument/didOpen", {"textDocument": item})
        return self.diagnostics(path)

    def change(self, path, version, *changes):
        """Changes an open file, and gives its diagnostics."""
        document = {"uri": uri_of(path), "version": version}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": list(changes)})
        return self.diagnostics(path)

    def save(self, path):
        self.notify("textDocument/didSave", {"textDocument": {"uri": uri_of(path)}})
        return self.diagnostics(path)

    def diagnostics(self, path):
        """Waits for the next diagnostics of a file."""
        uri = uri_of(path)

        def published():
            return [n for n in self.notifications if self.is_published(n, uri)]

        self.wait_for(published, f"diagnostics of {path}")
        found = published()[0]
        self.notifications.remove(found)
        return found["params"]["diagnostics"]

    @staticmethod
    def is_published(message, uri):
        return message["method"] == "textDocument/publishDiagnostics" and message["params"]["uri"] == uri

    def actions(self, path, line, character=0, end=None, only=None):
        start = {"line": line, "character": character}
        context = {"diagnostics": []}
        if only:
            context["only"] = only
        return self.request(
            "textDocument/codeAction",
            {"textDocument": {"uri": uri_of(path)}, "range": {"start": start, "end": end or start}, "context": context},
        )

    def shown(self, method):
        return [n["params"]["message"] for n in self.notifications if n["method"] == method]

    def end(self):
        """Ends the conversation as it should be; gives the server's exit status."""
        self.request("shutdown")
        self.notify("exit", None)
        return self.close()

    def close(self):
        self.is_over = True
        if not self.process.stdin.closed:
            self.process.stdin.close()
        while self.read(self.timeout):
            pass
        status = self.process.wait(self.timeout)
        self.process.stdout.close()
        self.process.stderr.close()
        if self.asked:
            raise ProtocolError(f"requests without an answer: {self.asked}")
        return status


def offset_of(text, place, encoding):
    """Where a position is in a text, as Python counts."""
    lines = text.split("\n")
    line = lines[place["line"]]
    before = sum(len(each) + 1 for each in lines[: place["line"]])
    for count in range(len(line) + 1):
        units = len(line[:count].encode("utf-16-le")) // 2
        units = {"utf-8": len(line[:count].encode()), "utf-16": units, "utf-32": count}[encoding]
        if units == place["character"]:
            return before + count
    raise ProtocolError(f"{place} is no place in {line!r}")


def apply(text, edits, encoding="utf-16"):
    """A text with edits made, which must not overlap."""
    ranges = [
        (offset_of(text, e["range"]["start"], encoding), offset_of(text, e["range"]["end"], encoding), e["newText"])
        for e in edits
    ]
    ranges.sort(key=lambda each: each[:2])
    for (_, end, _), (start, _, _) in zip(ranges, ranges[1:]):
        if start < end:
            raise ProtocolError(f"edits overlap: {edits}")
    for start, end, replacement in reversed(ranges):
        text = text[:start] + replacement + text[end:]
    return text
