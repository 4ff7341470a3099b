#include "rules/code_template.hpp"

#include <cctype>

namespace ferry::rewriter {

std::size_t CodeTemplate::count(llvm::StringRef placeholder) const {
  std::size_t found = 0;
  for (const Part& part : parts) found += part.is_placeholder && part.text == placeholder ? 1 : 0;
  return found;
}

CodeTemplate parse_template(llvm::StringRef code) {
  CodeTemplate result;
  while (!code.empty()) {
    const std::size_t dollar = code.find('$');
    if (dollar != 0) result.parts.push_back({code.substr(0, dollar).str(), false});
    if (dollar == llvm::StringRef::npos) break;
    code = code.drop_front(dollar + 1);
    const llvm::StringRef name =
        code.take_while([](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; });
    result.parts.push_back({name.str(), true});
    code = code.drop_front(name.size());
  }
  return result;
}

CallTemplate parse_call(llvm::StringRef code) {
  CallTemplate result;
  const std::size_t open = code.find('(');
  if (open == llvm::StringRef::npos || !code.ends_with(")")) return result;
  result.callee = code.take_front(open).str();
  int depth = 0;
  std::size_t start = open + 1;
  for (std::size_t at = open; at < code.size(); ++at) {
    const char c = code[at];
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    const bool is_end = depth == 0;
    if (!is_end && !(depth == 1 && c == ',')) continue;
    if (is_end && at + 1 != code.size()) return {};  // what opens first does not close last: more than a call
    const llvm::StringRef argument = code.slice(start, at).trim();
    if (!argument.empty() || !is_end || !result.arguments.empty()) result.arguments.push_back(argument.str());
    start = at + 1;
  }
  result.is_call = depth == 0;
  return result;
}

}  // namespace ferry::rewriter
