#include "runtime/function_name.hpp"

namespace ferry::detail {
namespace {

bool opens(char c) noexcept { return c == '(' || c == '<' || c == '[' || c == '{'; }
bool closes(char c) noexcept { return c == ')' || c == '>' || c == ']' || c == '}'; }

// Where the bracket that `text` ends with was opened.
std::size_t opening_of_last(std::string_view text) noexcept {
  std::size_t depth = 0;
  for (std::size_t i = text.size(); i-- > 0;) {
    if (closes(text[i])) ++depth;
    if (opens(text[i]) && --depth == 0) return i;
  }
  return std::string_view::npos;
}

}  // namespace

std::string_view function_name(std::string_view signature) noexcept {
  std::string_view name = signature;
  if (name.ends_with(']')) {  // " [with T = int]", " [T = int]"
    const std::size_t opening = opening_of_last(name);
    if (opening != std::string_view::npos && opening > 0) name = name.substr(0, opening - 1);
  }
  // Behind the parameters: " const", " &", " noexcept". g++ may say "main()::<lambda(int)>" for a closure.
  if (!name.ends_with('>')) {
    const std::size_t end = name.rfind(')');
    if (end == std::string_view::npos) return signature;
    const std::size_t parameters = opening_of_last(name.substr(0, end + 1));
    if (parameters == std::string_view::npos || parameters == 0) return signature;
    name = name.substr(0, parameters);
  }
  // Before it, the result: up to the last space that is in no bracket.
  std::size_t depth = 0;
  for (std::size_t i = name.size(); i-- > 0;) {
    if (closes(name[i])) ++depth;
    if (opens(name[i]) && depth > 0) --depth;
    if (name[i] == ' ' && depth == 0) return name.substr(i + 1);
  }
  return name;
}

std::string type_name(std::string_view source) {
  std::string_view type = source;
  if (const std::size_t begin = type.find("T = "); begin != std::string_view::npos) {
    type.remove_prefix(begin + 4);
    if (type.ends_with(']')) type.remove_suffix(1);
  }
  std::string name(type);
  constexpr std::string_view kNamespace = "ferry::";
  for (std::size_t at = name.find(kNamespace); at != std::string::npos; at = name.find(kNamespace, at))
    name.erase(at, kNamespace.size());
  return name;
}

}  // namespace ferry::detail
