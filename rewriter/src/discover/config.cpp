#include "discover/config.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/YAMLParser.h>

#include "support/hint.hpp"
#include "support/yaml.hpp"

namespace ferry::rewriter {
namespace {

using Type = ConfigKey::Type;
using Kind = yaml::Node::Kind;

constexpr auto kKeys = std::to_array<ConfigKey>({
    {"build", "p", Type::Path, true, "directories of compile_commands.json, one for each configuration",
     "[build]", ""},
    {"root", "root", Type::Path, false, "nothing outside is reported or edited", ".", ""},
    {"exclude", "exclude", Type::Text, true, "files left out, by their path below the root",
     "[third_party, \"*.pb.h\"]", "[]"},
    {"packs", "pack", Type::Pack, true, "the rules: built-in packs, and YAML files by their path",
     "[asio, rules/mine.yaml]", "[ferry-0.2]"},
    {"select", "select", Type::Text, true, "only these rules, by identifier or prefix", "[TIME, SYNC-01]",
     "[]"},
    {"ignore", "ignore", Type::Text, true, "all rules but these", "[STRM-03]", "[]"},
    {"rules", "rule", Type::Rules, false,
     "what the edits of a rule are taken for: safe, unsafe, manual, or off", "{TIME-03: safe}", "{}"},
    {"unsafe", "unsafe", Type::Flag, false, "whether `ferry fix` makes edits that may change behaviour",
     "true", "false"},
    {"verify", "no-verify", Type::Flag, false, "whether `ferry fix` compiles the result before it is written",
     "false", "true"},
    {"baseline", "baseline", Type::Path, false, "the file of findings that are accepted", "ferry.baseline",
     ""},
    {"extra-args", "extra-arg", Type::Text, true, "added to every compile command", "[-DMIGRATING]", "[]"},
    {"format", "format", Type::Output, true, "what is printed, and where to", "[text, json=ferry.json]",
     "[text]"},
    {"output", "o", Type::Path, false, "written there instead of to standard output", "ferry.txt", ""},
    {"cache", "cache", Type::Path, false, "where what earlier runs found out is kept", ".ferry-cache", ""},
    {"jobs", "j", Type::Number, false, "how many translation units at a time", "4", "one per processor"},
});

std::string_view to_string(Type type) {
  switch (type) {
    case Type::Path:
      return "a path";
    case Type::Number:
      return "a number";
    case Type::Flag:
      return "true or false";
    case Type::Rules:
      return "a rule and an applicability on each line";
    default:
      return "a word";
  }
}

class Reader {
 public:
  Reader(const std::string& path, Problem& error) : path_(path), error_(error) {}

  std::optional<Config> read(std::string_view text) {
    yaml::Error error;
    const auto root = yaml::parse(text, error);
    if (!root) return fail(error.line, error.column, error.message), std::nullopt;
    Config config{.path = path_, .settings = {}};
    if (root->kind == Kind::Null) return config;
    if (root->kind != Kind::Mapping)
      return fail(root->line, root->column,
                  "a configuration is a mapping, as in `select: [TIME]`, but " + describe(*root)),
             std::nullopt;
    for (std::size_t i = 0; i < root->keys.size(); ++i) {
      Setting setting{.key = find_key(root->keys[i]), .values = {}};
      if (setting.key == nullptr || !read_values(root->items[i], setting)) return std::nullopt;
      config.settings.push_back(std::move(setting));
    }
    return config;
  }

 private:
  bool fail(unsigned line, unsigned column, std::string message) {
    error_ = {.file = path_, .line = line, .column = column, .message = std::move(message)};
    return false;
  }

  const ConfigKey* find_key(const yaml::Node& written) {
    const auto key = std::ranges::find(kKeys, std::string_view(written.text), &ConfigKey::name);
    if (key != kKeys.end()) return &*key;
    std::vector<std::string> names;
    for (const ConfigKey& known : kKeys) names.emplace_back(known.name);
    fail(written.line, written.column,
         "unknown key '" + written.text + "'" + hint(written.text, names) + "; the keys are " +
             llvm::join(names, ", "));
    return nullptr;
  }

  bool mismatch(const ConfigKey& key, const yaml::Node& node) {
    std::string expected(to_string(key.type));
    if (key.is_list) expected += ", or a list of them";
    return fail(node.line, node.column,
                "`" + std::string(key.name) + "` takes " + expected + ", but " + describe(node) +
                    "; write for instance `" + std::string(key.name) + ": " + std::string(key.example) + "`");
  }

  bool read_values(const yaml::Node& node, Setting& setting) {
    const ConfigKey& key = *setting.key;
    if (key.type == Type::Rules) return read_rules(node, setting);
    if (node.kind == Kind::Sequence && key.is_list)
      return std::ranges::all_of(node.items, [&](const auto& item) { return read_value(item, setting); });
    return read_value(node, setting);
  }

  bool read_rules(const yaml::Node& node, Setting& setting) {
    if (node.kind != Kind::Mapping) return mismatch(*setting.key, node);
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const yaml::Node& value = node.items[i];
      if (value.kind != Kind::Scalar) return mismatch(*setting.key, value);
      setting.values.push_back({.text = node.keys[i].text + "=" + value.text,
                                .line = node.keys[i].line,
                                .column = node.keys[i].column});
    }
    return true;
  }

  bool read_value(const yaml::Node& node, Setting& setting) {
    const ConfigKey& key = *setting.key;
    if (node.kind != Kind::Scalar || node.text.empty()) return mismatch(key, node);
    std::string text = node.text;
    unsigned number = 0;
    switch (key.type) {
      case Type::Flag: {
        const auto flag = llvm::yaml::parseBool(text);
        if (!flag) return mismatch(key, node);
        text = *flag ? "true" : "false";
        break;
      }
      case Type::Number:
        if (llvm::StringRef(text).getAsInteger(10, number)) return mismatch(key, node);
        break;
      case Type::Pack:
        if (text.find('/') != std::string::npos || text.ends_with(".yaml") || text.ends_with(".yml"))
          text = absolute(text);
        break;
      case Type::Path:
        text = absolute(text);
        break;
      case Type::Output:
        if (const std::size_t equals = text.find('=');
            equals != std::string::npos && equals + 1 < text.size())
          text = text.substr(0, equals + 1) + absolute(text.substr(equals + 1));
        break;
      default:
        break;
    }
    setting.values.push_back({.text = std::move(text), .line = node.line, .column = node.column});
    return true;
  }

  std::string absolute(const std::string& name) const {
    llvm::SmallString<256> result(name);
    llvm::sys::fs::make_absolute(llvm::sys::path::parent_path(path_), result);
    llvm::sys::path::remove_dots(result, /*remove_dot_dot=*/true);
    return std::string(result);
  }

  const std::string& path_;
  Problem& error_;
};

}  // namespace

std::span<const ConfigKey> config_keys() { return kKeys; }

std::string find_config(const std::string& directory) {
  for (llvm::StringRef at = directory; !at.empty(); at = llvm::sys::path::parent_path(at)) {
    llvm::SmallString<256> path(at);
    llvm::sys::path::append(path, ".ferry.yaml");
    if (llvm::sys::fs::exists(path)) return std::string(path);
  }
  return {};
}

std::optional<Config> read_config(const std::string& path, std::string_view text, Problem& error) {
  return Reader(path, error).read(text);
}

}  // namespace ferry::rewriter
