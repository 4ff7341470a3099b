// A digest: what tells two contents apart.
#pragma once

#include <string>
#include <string_view>

namespace ferry::rewriter {

/// 32 hexadecimal digits of a cryptographic hash.
std::string digest(std::string_view content);

}  // namespace ferry::rewriter
