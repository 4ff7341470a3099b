"""The configurations of editors that docs/editors.md shows start `ferry lsp`. Editors themselves are stand-ins.
usage: editors_test.py SOURCE_DIR"""

import pathlib
import shutil
import subprocess
import sys
import tempfile
import tomllib

FOLDER = pathlib.Path(sys.argv[1]) / "tests/lsp/editors"


def helix():
    languages = tomllib.loads((FOLDER / "languages.toml").read_text())
    server = languages["language-server"]["ferry"]
    assert [server["command"], *server["args"]] == ["ferry", "lsp"], server
    assert "ferry" in languages["language"][0]["language-servers"], languages


def visual_studio_code():
    with tempfile.TemporaryDirectory() as directory:
        package = pathlib.Path(directory) / "node_modules/vscode-languageclient"
        package.mkdir(parents=True)
        (package / "node.js").write_text(
            "exports.LanguageClient = class {\n"
            "  constructor(id, name, server, client) { this.seen = [server.command, ...server.args].join(' ') +\n"
            "    ' for ' + client.documentSelector[0].language; }\n"
            "  start() { console.log(this.seen); }\n"
            "};\n"
        )
        extension = shutil.copy(FOLDER / "extension.js", directory)
        said = subprocess.run(
            ["node", "-e", f"require({str(extension)!r}).activate()"], capture_output=True, text=True, check=True
        ).stdout
        assert said == "ferry lsp for cpp\n", said


def emacs():
    said = subprocess.run(
        ["emacs", "-Q", "--batch", "--eval", "(defvar eglot-server-programs nil)", "-l", FOLDER / "eglot.el",
         "--eval", "(prin1 (alist-get 'c++-mode eglot-server-programs))"],
        capture_output=True, text=True, check=True,
    ).stdout
    assert said == '("ferry" "lsp")', said


helix()
for program, test in {"node": visual_studio_code, "emacs": emacs}.items():
    if shutil.which(program):
        test()
    else:
        print(f"left out: {program} is not installed")
