// actions: a report as diagnostics and code actions.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <llvm/Support/JSON.h>

#include "lsp/client.hpp"
#include "lsp/documents.hpp"
#include "model/edit.hpp"

namespace ferry::rewriter::lsp {

/// What a client asks for with textDocument/codeAction.
struct Asked {
  Range range;
  std::optional<std::vector<std::string>> only;  ///< kinds; empty: any
};

/// The edit that suppresses these findings of a document, which are in one line.
using Suppress = std::function<Edit(const Document&, const std::vector<const Mark*>&)>;

/// The parameters of textDocument/publishDiagnostics. `documents` spell the names of files that are open.
llvm::json::Value diagnostics_of(const Document& document, const Documents& documents, const Client& client);

/// The actions for what the document's report, which must be of its present text, has in a range.
llvm::json::Array actions_for(const Document& document, const Asked& asked, const Documents& documents,
                              const Client& client, const Suppress& suppress);

/// A WorkspaceEdit.
llvm::json::Value to_edit(const std::vector<TextChange>& changes, const Documents& documents,
                          const Client& client);

/// An edit of a document's text as a change.
TextChange to_change(const Edit& edit, const Document& document, Encoding encoding);

}  // namespace ferry::rewriter::lsp
