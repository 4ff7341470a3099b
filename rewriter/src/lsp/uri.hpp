// uri: files as the protocol names them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace ferry::rewriter::lsp {

/// The path that a `file:` URI names; empty for any other URI, such as that of a text that has no file yet.
std::optional<std::string> path_of_uri(std::string_view uri);

/// The URI of an absolute path.
std::string uri_of(std::string_view path);

}  // namespace ferry::rewriter::lsp
