// YAML as a tree of values that know where they stand, for messages about them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ferry::rewriter::yaml {

/// A value of a document.
struct Node {
  enum class Kind { Null, Scalar, Sequence, Mapping };

  Kind kind = Kind::Null;
  unsigned line = 1;  ///< 1-based
  unsigned column = 1;
  std::string text;         ///< of a scalar
  std::vector<Node> keys;   ///< of a mapping: scalars, each text once
  std::vector<Node> items;  ///< of a sequence; of a mapping: the values, in the order of its keys
};

/// Why a text is no YAML, and where.
struct Error {
  unsigned line = 1;
  unsigned column = 1;
  std::string message;
};

/// Reads the one document of `text`. Without any, the result is null. What settings have no use for is an
/// error: aliases, keys that are no scalars or given twice, more than one document, deep nesting.
std::optional<Node> parse(std::string_view text, Error& error);

/// The value of `key` in a mapping; null when it has none.
const Node* find(const Node& mapping, std::string_view key);

/// What a value is, for a message about it: "this is a list".
std::string describe(const Node& node);

/// `text` as a scalar that reads back as such, in quotes where it needs them.
std::string scalar(std::string_view text);

}  // namespace ferry::rewriter::yaml
