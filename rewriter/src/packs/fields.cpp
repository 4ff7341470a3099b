#include "packs/fields.hpp"

#include <algorithm>

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/YAMLParser.h>

#include "support/hint.hpp"

namespace ferry::rewriter {

using Kind = yaml::Node::Kind;

void FieldReader::fail(unsigned line, unsigned column, std::string message) {
  if (!error_) error_ = {.file = file_, .line = line, .column = column, .message = std::move(message)};
}

void FieldReader::fail(const yaml::Node& at, std::string message) {
  fail(at.line, at.column, std::move(message));
}

std::string FieldReader::substitute(const yaml::Node& node) {
  std::string result;
  for (llvm::StringRef rest(node.text); !rest.empty();) {
    const std::size_t begin = rest.find("${");
    result += rest.take_front(begin);
    if (begin == llvm::StringRef::npos) break;
    const auto [name, behind] = rest.drop_front(begin + 2).split('}');
    const auto value = variables.find(std::string_view(name));
    if (value == variables.end()) {
      std::vector<std::string> names;
      for (const auto& [known, ignored] : variables) names.push_back(known);
      fail(node, "unknown name '${" + name.str() + "}'" + hint(std::string_view(name), names) +
                     "; the names are " + llvm::join(names, ", "));
      break;
    }
    result += value->second;
    rest = behind;
  }
  return result;
}

std::string FieldReader::text(const yaml::Node& node, std::string_view what) {
  if (node.kind == Kind::Scalar) return substitute(node);
  fail(node, "`" + std::string(what) + "` takes a text, but " + yaml::describe(node));
  return {};
}

std::vector<std::string> FieldReader::texts(const yaml::Node& node, std::string_view what) {
  std::vector<std::string> result;
  if (node.kind == Kind::Scalar) {
    result.push_back(substitute(node));
  } else if (node.kind == Kind::Sequence) {
    for (const yaml::Node& item : node.items) result.push_back(text(item, what));
  } else {
    fail(node, "`" + std::string(what) + "` takes a text or a list of them, but " + yaml::describe(node));
  }
  return result;
}

bool FieldReader::flag(const yaml::Node& node, std::string_view what) {
  const auto value = node.kind == Kind::Scalar ? llvm::yaml::parseBool(node.text) : std::nullopt;
  if (!value) fail(node, "`" + std::string(what) + "` takes true or false, but " + yaml::describe(node));
  return value.value_or(false);
}

Fields::Fields(FieldReader& reader, const yaml::Node& node, std::string_view what,
               const std::vector<std::string_view>& keys)
    : reader_(reader), node_(node), what_(what) {
  if (node.kind != Kind::Mapping)
    reader.fail(node, what_ + " is a mapping, as in `" + std::string(keys.front()) + ": ...`, but " +
                          yaml::describe(node));
  for (const yaml::Node& key : node.keys) {
    if (std::ranges::find(keys, std::string_view(key.text)) != keys.end()) continue;
    const std::vector<std::string> names(keys.begin(), keys.end());
    reader.fail(key, "unknown key '" + key.text + "'" + hint(key.text, names) + "; the keys of " + what_ +
                         " are " + llvm::join(names, ", "));
  }
}

const yaml::Node* Fields::find(std::string_view key) const { return yaml::find(node_, key); }

std::string Fields::text(std::string_view key) const {
  const yaml::Node* value = find(key);
  return value == nullptr ? std::string() : reader_.text(*value, key);
}

std::vector<std::string> Fields::texts(std::string_view key) const {
  const yaml::Node* value = find(key);
  return value == nullptr ? std::vector<std::string>() : reader_.texts(*value, key);
}

bool Fields::flag(std::string_view key) const {
  const yaml::Node* value = find(key);
  return value != nullptr && reader_.flag(*value, key);
}

std::string Fields::required(std::string_view key) const {
  const yaml::Node* value = find(key);
  std::string result = text(key);
  if (value == nullptr)
    reader_.fail(node_, what_ + " needs `" + std::string(key) + "`, and this has none");
  else if (result.empty())
    reader_.fail(*value, "`" + std::string(key) + "` is empty");
  return result;
}

}  // namespace ferry::rewriter
