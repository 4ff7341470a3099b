#include "lsp/client.hpp"

#include <algorithm>
#include <initializer_list>

#include "lsp/uri.hpp"

namespace ferry::rewriter::lsp {
namespace {

namespace json = llvm::json;

// The object that nested names lead to.
const json::Object* find(const json::Object& object, std::initializer_list<llvm::StringRef> names) {
  const json::Object* at = &object;
  for (const llvm::StringRef name : names)
    if (at != nullptr) at = at->getObject(name);
  return at;
}

bool says(const json::Object* object, llvm::StringRef name) {
  return object != nullptr && object->getBoolean(name).value_or(false);
}

bool lists(const json::Object* object, llvm::StringRef name, llvm::StringRef word) {
  const json::Array* list = object == nullptr ? nullptr : object->getArray(name);
  return list != nullptr && std::ranges::find(*list, json::Value(word)) != list->end();
}

}  // namespace

Client read_client(const json::Object& params) {
  Client client;
  // Bytes are what ferry counts itself.
  const json::Object* general = find(params, {"capabilities", "general"});
  for (const Encoding encoding : {Encoding::Utf32, Encoding::Utf8})
    if (lists(general, "positionEncodings", to_string(encoding))) client.encoding = encoding;
  const json::Object* workspace = find(params, {"capabilities", "workspace"});
  client.takes_versioned_edits =
      says(find(params, {"capabilities", "workspace", "workspaceEdit"}), "documentChanges");
  client.takes_watchers =
      says(find(params, {"capabilities", "workspace", "didChangeWatchedFiles"}), "dynamicRegistration");
  client.shows_progress = says(find(params, {"capabilities", "window"}), "workDoneProgress");
  client.applies_edits = says(workspace, "applyEdit");
  const json::Object* published = find(params, {"capabilities", "textDocument", "publishDiagnostics"});
  client.takes_pointers = says(published, "relatedInformation");
  client.takes_versions = says(published, "versionSupport");
  client.takes_tags = published != nullptr && published->get("tagSupport") != nullptr;
  client.takes_markdown =
      lists(find(params, {"capabilities", "textDocument", "hover"}), "contentFormat", "markdown");
  if (const json::Array* folders = params.getArray("workspaceFolders")) {
    for (const json::Value& folder : *folders)
      if (const json::Object* object = folder.getAsObject())
        if (const auto path = path_of_uri(object->getString("uri").value_or("")))
          client.folders.push_back(*path);
  } else if (const auto path = path_of_uri(params.getString("rootUri").value_or(""))) {
    client.folders.push_back(*path);
  }
  if (const json::Object* options = params.getObject("initializationOptions"))
    if (const auto reason = options->getString("suppressionReason")) client.reason = reason->str();
  return client;
}

}  // namespace ferry::rewriter::lsp
