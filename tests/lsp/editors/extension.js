// [extension]
const { LanguageClient } = require("vscode-languageclient/node");

exports.activate = () =>
  new LanguageClient("ferry", "ferry", { command: "ferry", args: ["lsp"] }, {
    documentSelector: [{ scheme: "file", language: "cpp" }],
  }).start();
// [extension]
