#include "lsp/uri.hpp"

#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>

#include "support/uri.hpp"

namespace ferry::rewriter::lsp {

std::optional<std::string> path_of_uri(std::string_view uri) {
  llvm::StringRef rest(uri);
  if (!rest.consume_front_insensitive("file://")) return std::nullopt;
  rest = rest.substr(std::min(rest.find('/'), rest.size()));  // another machine's name says nothing here
  rest = rest.take_until([](char c) { return c == '?' || c == '#'; });
  std::string path;
  for (std::size_t i = 0; i < rest.size(); ++i) {
    unsigned char byte = 0;
    if (rest[i] == '%' && i + 2 < rest.size() && llvm::tryGetHexFromNibbles(rest[i + 1], rest[i + 2], byte)) {
      path += static_cast<char>(byte);
      i += 2;
    } else {
      path += rest[i];
    }
  }
  if (path.empty() || path.find('\0') != std::string::npos) return std::nullopt;
  return path;
}

std::string uri_of(std::string_view path) { return "file://" + uri_path(path); }

}  // namespace ferry::rewriter::lsp
