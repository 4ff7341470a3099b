// What compilers call functions and types, made readable.
#pragma once

#include <string>
#include <string_view>

namespace ferry::detail {

/// The qualified name in what std::source_location::function_name() gives: without result, parameters and
/// list of template arguments. For a coroutine g++ gives its own name of the frame as the parameter.
std::string_view function_name(std::string_view signature) noexcept;

/// The type in what type_source() gives, without `ferry::`.
std::string type_name(std::string_view source);

}  // namespace ferry::detail
