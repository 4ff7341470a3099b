// .ferry.yaml: what a project sets once for everybody who runs ferry in it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.hpp"

namespace ferry::rewriter {

/// A key that .ferry.yaml may have. Each stands for an option of the command line.
struct ConfigKey {
  enum class Type {
    Text,
    Path,    ///< relative to the file's directory
    Pack,    ///< a name, or a path
    Output,  ///< FORMAT or FORMAT=PATH
    Number,
    Flag,   ///< true or false
    Rules,  ///< a mapping from rules to applicabilities; its values are read as `RULE=APPLICABILITY`
  };

  std::string_view name;
  std::string_view option;  ///< the option's name, without dashes
  Type type = Type::Text;
  bool is_list = false;       ///< a single value may then stand without brackets
  std::string_view about;     ///< one line
  std::string_view example;   ///< a value, in YAML
  std::string_view fallback;  ///< what holds without it, in YAML; empty for nothing or what is found
};

/// The keys, in the order in which `ferry init` writes them.
std::span<const ConfigKey> config_keys();

/// What the file says for one key.
struct Setting {
  struct Value {
    std::string text;  ///< as on the command line; paths are absolute
    unsigned line = 0;
    unsigned column = 0;
  };

  const ConfigKey* key = nullptr;
  std::vector<Value> values;
};

struct Config {
  std::string path;  ///< absolute
  std::vector<Setting> settings;
};

/// The path of the nearest .ferry.yaml, in `directory` (absolute) or above; empty when there is none.
std::string find_config(const std::string& directory);

/// Reads the text of a configuration file. On failure `error` says what is wrong, where, and what to do.
std::optional<Config> read_config(const std::string& path, std::string_view text, Problem& error);

}  // namespace ferry::rewriter
