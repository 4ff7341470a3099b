// Fields: the keys of a YAML mapping, read one by one, with messages about what is not as it should be.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/finding.hpp"
#include "support/yaml.hpp"

namespace ferry::rewriter {

/// What a file's values are read with: the variables that `${name}` stands for, and the first thing that is
/// wrong.
class FieldReader {
 public:
  using Variables = std::map<std::string, std::string, std::less<>>;

  explicit FieldReader(std::string file) : file_(std::move(file)) {}

  const std::string& file() const { return file_; }
  Variables variables;

  /// Notes what is wrong, unless something was before.
  void fail(const yaml::Node& at, std::string message);
  void fail(unsigned line, unsigned column, std::string message);
  bool has_failed() const { return error_.has_value(); }
  const Problem& error() const { return *error_; }

  /// A scalar's text, with `${name}` replaced. `what` is what it belongs to, for the message.
  std::string text(const yaml::Node& node, std::string_view what);
  /// One text, or a list of them.
  std::vector<std::string> texts(const yaml::Node& node, std::string_view what);
  bool flag(const yaml::Node& node, std::string_view what);

 private:
  std::string substitute(const yaml::Node& node);

  std::string file_;
  std::optional<Problem> error_;
};

/// A mapping whose keys are known.
class Fields {
 public:
  /// `what` it is, for messages: "a rule". An unknown key, or no mapping at all, is an error.
  Fields(FieldReader& reader, const yaml::Node& node, std::string_view what,
         const std::vector<std::string_view>& keys);

  const yaml::Node& node() const { return node_; }
  /// The value of a key; nullptr where it is not set.
  const yaml::Node* find(std::string_view key) const;
  bool has(std::string_view key) const { return find(key) != nullptr; }
  std::string text(std::string_view key) const;
  std::vector<std::string> texts(std::string_view key) const;
  bool flag(std::string_view key) const;
  /// The same, and an error where it is not set.
  std::string required(std::string_view key) const;

 private:
  FieldReader& reader_;
  const yaml::Node& node_;
  std::string what_;
};

}  // namespace ferry::rewriter
