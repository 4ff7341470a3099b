#include "packs/designation.hpp"

#include <algorithm>

#include "support/names.hpp"

namespace ferry::rewriter {
namespace {

bool is_name(llvm::StringRef text) {
  return !text.empty() && !llvm::isDigit(text.front()) && std::ranges::all_of(text, is_name_character);
}

// Code between commas that stand in no brackets.
std::vector<llvm::StringRef> split_list(llvm::StringRef text) {
  std::vector<llvm::StringRef> items;
  int depth = 0;
  std::size_t begin = 0;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    if (at == text.size() || (text[at] == ',' && depth == 0)) {
      items.push_back(text.slice(begin, at).trim());
      begin = at + 1;
    } else if (llvm::StringRef("(<[{").contains(text[at])) {
      ++depth;
    } else if (llvm::StringRef(")>]}").contains(text[at])) {
      --depth;
    }
  }
  if (items.size() == 1 && items.front().empty()) items.clear();
  return items;
}

class Reader {
 public:
  explicit Reader(std::string& error) : error_(error) {}

  std::optional<Designation> read(llvm::StringRef text) {
    llvm::StringRef rest = text.trim();
    rest.consume_front("::");
    for (;;) {
      const llvm::StringRef name = take_name(rest);
      if (name.empty())
        return fail("`" + text.str() + "` is no name; write for instance `lib::Type::member(int, _)`");
      result_.path.push_back(name.str());
      rest = rest.ltrim();
      if (!rest.consume_front("::")) break;
    }
    if (rest.empty()) return std::move(result_);
    if (!rest.consume_front("(") || !rest.consume_back(")"))
      return fail("behind the name of `" + text.str() + "` parameters are expected, as in `(int, _)`");
    return read_parameters(rest);
  }

 private:
  std::nullopt_t fail(std::string message) {
    error_ = std::move(message);
    return std::nullopt;
  }

  // The next name of the path; an operator's name reaches to its parameters.
  static llvm::StringRef take_name(llvm::StringRef& rest) {
    rest = rest.ltrim();
    llvm::StringRef name = rest.take_while(is_name_character);
    if (name == "operator") {
      const llvm::StringRef behind = rest.drop_front(name.size());
      std::size_t end = behind.starts_with("()") ? 2 : std::min(behind.find('('), behind.size());
      name = rest.take_front(name.size() + end).rtrim();
      if (name == "operator") name = {};
    } else if (!is_name(name)) {
      name = {};
    }
    rest = rest.drop_front(name.size());
    return name;
  }

  std::optional<Designation> read_parameters(llvm::StringRef text) {
    result_.has_parameters = true;
    for (llvm::StringRef item : split_list(text)) {
      if (result_.is_open) return fail("`...` stands for all further parameters: it comes last");
      if (item == "...") {
        result_.is_open = true;
        continue;
      }
      Designation::Parameter parameter;
      if (const std::size_t dollar = item.rfind('$'); dollar != llvm::StringRef::npos) {
        llvm::StringRef name = item.drop_front(dollar + 1);
        name.consume_back("...");
        if (!is_name(name)) return fail("behind the `$` in `" + item.str() + "` a name is expected");
        parameter.name = name.str();
        item = item.take_front(dollar).rtrim();
      }
      if (item.empty()) return fail("a parameter is empty; write `_` for one of any type");
      parameter.type = item.str();
      result_.parameters.push_back(std::move(parameter));
    }
    return std::move(result_);
  }

  std::string& error_;
  Designation result_;
};

// Names and other characters of code, without white space; a qualified name is one token.
std::vector<llvm::StringRef> tokens_of(llvm::StringRef code) {
  std::vector<llvm::StringRef> tokens;
  while (!(code = code.ltrim()).empty()) {
    std::size_t length = 0;
    while (length < code.size() && (is_name_character(code[length]) || code.substr(length).starts_with("::")))
      length += code[length] == ':' ? 2 : 1;
    length = std::min(std::max(length, std::size_t{1}), code.size());
    const llvm::StringRef token = code.take_front(length);
    code = code.drop_front(length);
    // What a type is declared by says nothing of it.
    if (token != "typename" && token != "class" && token != "struct" && token != "enum")
      tokens.push_back(token);
  }
  return tokens;
}

}  // namespace

std::optional<Designation> parse_designation(llvm::StringRef text, std::string& error) {
  return Reader(error).read(text);
}

bool is_same_type_text(llvm::StringRef declared, llvm::StringRef wanted) {
  return std::ranges::equal(tokens_of(declared), tokens_of(wanted), [](llvm::StringRef a, llvm::StringRef b) {
    b.consume_front("::");
    a.consume_front("::");
    return a == b || (a.consume_back(b) && a.ends_with("::"));
  });
}

}  // namespace ferry::rewriter
