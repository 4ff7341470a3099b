#include "rules/code_template.hpp"

#include <algorithm>

#include "support/names.hpp"

namespace ferry::rewriter {

CodeTemplate parse_template(llvm::StringRef code) {
  CodeTemplate result;
  while (!code.empty()) {
    const std::size_t dollar = code.find('$');
    if (dollar != 0) result.parts.push_back({code.substr(0, dollar).str(), false});
    if (dollar == llvm::StringRef::npos) break;
    code = code.drop_front(dollar + 1);
    const llvm::StringRef name = code.take_while(is_name_character);
    result.parts.push_back({name.str(), true});
    code = code.drop_front(name.size());
    code.consume_front("...");
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

bool is_expression(llvm::StringRef code) {
  if (code.empty() || llvm::isDigit(code.front()) || code == "true" || code == "false" || code == "nullptr")
    return true;
  if (code.contains("operator")) return false;
  int depth = 0;  // of template arguments
  for (std::size_t at = 0; at < code.size(); ++at) {
    const char c = code[at];
    if (c == '<' && at > 0 && is_name_character(code[at - 1]))
      ++depth;
    else if (c == '>' && depth > 0)
      --depth;
    else if (depth == 0 && !is_name_character(c) && c != ':' && c != '~' && c != '.')
      return true;
  }
  return depth != 0;
}

bool loses_comment(llvm::StringRef written, llvm::StringRef code) {
  const auto comments = [](llvm::StringRef text) { return text.count("/*") + text.count("//"); };
  return comments(written) > comments(code);
}

std::vector<std::string> new_names(llvm::StringRef code) {
  std::vector<std::string> names;
  for (std::size_t at = 0; at < code.size();) {
    const bool is_member = code.substr(at).starts_with("$this.");
    if (is_member) at += 6;
    std::size_t end = at;
    while (end < code.size() && (is_name_character(code[end]) || code.substr(end).starts_with("::")))
      end += code[end] == ':' ? 2 : 1;
    const llvm::StringRef name = code.slice(at, end);
    const bool is_placeholder = at > 0 && code[at - 1] == '$';
    if ((is_member || name.contains("::")) && !name.empty() && !is_placeholder &&
        std::ranges::find(names, name) == names.end())
      names.push_back(name.str());
    at = std::max(end, at + 1);
  }
  return names;
}

}  // namespace ferry::rewriter
