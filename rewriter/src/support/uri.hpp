// URIs, as RFC 3986 has them.
#pragma once

#include <string>
#include <string_view>

namespace ferry::rewriter {

/// A path as it stands in a URI: each byte that is no unreserved character is written in hexadecimal.
std::string uri_path(std::string_view path);

}  // namespace ferry::rewriter
