// client: what the editor can do, as it says when it connects.
#pragma once

#include <string>
#include <vector>

#include <llvm/Support/JSON.h>

#include "lsp/text.hpp"

namespace ferry::rewriter::lsp {

struct Client {
  Encoding encoding = Encoding::Utf16;
  bool takes_versioned_edits = false;  ///< workspace edits with documentChanges
  bool takes_pointers = false;         ///< relatedInformation
  bool takes_tags = false;
  bool takes_versions = false;  ///< of documents, with diagnostics
  bool takes_markdown = false;
  bool takes_watchers = false;              ///< registers watchers of files when it is asked to
  bool shows_progress = false;              ///< window/workDoneProgress
  bool applies_edits = false;               ///< workspace/applyEdit
  std::vector<std::string> folders;         ///< of the workspace: absolute paths
  std::string reason = "accepted for now";  ///< of suppressions
};

/// Reads the parameters of `initialize`. What is missing or of another kind counts as not there.
Client read_client(const llvm::json::Object& params);

}  // namespace ferry::rewriter::lsp
