// Mentions: where names stand in C++ code, as text.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace ferry::rewriter {

/// Calls `found` with each identifier of the code and its offset. What comments and literals say does not
/// count; names of included files do, part by part.
void for_each_name(std::string_view code,
                   const std::function<void(std::string_view name, std::size_t offset)>& found);

}  // namespace ferry::rewriter
