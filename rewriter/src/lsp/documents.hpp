// documents: the files that are open in the editor.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include <llvm/Support/JSON.h>

#include "lsp/report.hpp"
#include "lsp/text.hpp"

namespace ferry::rewriter::lsp {

/// An open file.
struct Document {
  std::string uri;   ///< as the client spells it
  std::string path;  ///< absolute
  std::string text;
  std::optional<std::int64_t> version;
  std::optional<Report> report;  ///< the latest
  bool is_fresh = false;         ///< nothing has happened since that may change the report
};

/// Open files, by path.
using Documents = std::map<std::string, Document>;

/// Makes a change of textDocument/didChange. False when it is none.
bool change_text(std::string& text, const llvm::json::Object& change, Encoding encoding);

/// Reads a position or a range; empty when it is none.
std::optional<Place> read_place(const llvm::json::Object* place);
std::optional<Range> read_range(const llvm::json::Object* range);

llvm::json::Value to_json(const Range& range);

}  // namespace ferry::rewriter::lsp
