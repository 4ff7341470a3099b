#include "support/yaml.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/SourceMgr.h>
#include <llvm/Support/YAMLParser.h>

namespace ferry::rewriter::yaml {
namespace {

namespace ly = llvm::yaml;

constexpr unsigned kMaxDepth = 32;

class Reader {
 public:
  explicit Reader(std::string_view text)
      : text_(text), stream_(llvm::StringRef(text_), messages_, /*ShowColors=*/false) {
    messages_.setDiagHandler(keep_first, this);
  }

  std::optional<Node> read(Error& error) {
    Node root;
    auto document = stream_.begin();
    if (document != stream_.end()) {
      if (ly::Node* node = document->getRoot()) root = read_node(*node, 0);
      if (!is_failed() && ++document != stream_.end())
        fail(1, 1, "there is more than one document; keep one, without `---` after it");
    }
    if (stream_.failed() && !error_) fail(1, 1, "this is no YAML");
    if (!error_) return root;
    error = std::move(*error_);
    return std::nullopt;
  }

 private:
  static void keep_first(const llvm::SMDiagnostic& said, void* reader) {
    static_cast<Reader*>(reader)->fail(static_cast<unsigned>(std::max(said.getLineNo(), 1)),
                                       static_cast<unsigned>(std::max(said.getColumnNo(), 0)) + 1,
                                       said.getMessage().str());
  }

  void fail(unsigned line, unsigned column, std::string message) {
    if (!error_) error_ = {.line = line, .column = column, .message = std::move(message)};
  }
  bool is_failed() const { return error_.has_value(); }

  Node at(const ly::Node& node) const {
    Node result;
    const char* place = node.getSourceRange().Start.getPointer();
    if (place == nullptr) return result;
    // LLVM has the place behind a bracket, and behind an alias.
    if (const auto* alias = llvm::dyn_cast<ly::AliasNode>(&node)) {
      place = alias->getName().data() - 1;
    } else if (llvm::isa<ly::MappingNode, ly::SequenceNode>(node)) {
      const char* before = place;
      while (before != text_.data() && llvm::isSpace(before[-1])) --before;
      if (before != text_.data() && (before[-1] == '[' || before[-1] == '{')) place = before - 1;
    }
    std::tie(result.line, result.column) = messages_.getLineAndColumn(llvm::SMLoc::getFromPointer(place));
    return result;
  }

  Node read_node(ly::Node& node, unsigned depth) {
    Node result = at(node);
    if (is_failed()) return result;
    if (depth == kMaxDepth) {
      fail(result.line, result.column, "this is nested too deeply");
    } else if (auto* scalar = llvm::dyn_cast<ly::ScalarNode>(&node)) {
      llvm::SmallString<64> storage;
      result.kind = Node::Kind::Scalar;
      result.text = scalar->getValue(storage).str();
      if (scalar->getRawValue() == "~") result.kind = Node::Kind::Null;
    } else if (auto* block = llvm::dyn_cast<ly::BlockScalarNode>(&node)) {
      result.kind = Node::Kind::Scalar;
      result.text = block->getValue().str();
    } else if (auto* sequence = llvm::dyn_cast<ly::SequenceNode>(&node)) {
      result.kind = Node::Kind::Sequence;
      for (ly::Node& item : *sequence) {
        result.items.push_back(read_node(item, depth + 1));
        if (is_failed()) break;
      }
    } else if (auto* mapping = llvm::dyn_cast<ly::MappingNode>(&node)) {
      result.kind = Node::Kind::Mapping;
      for (ly::KeyValueNode& entry : *mapping) {
        read_entry(entry, result, depth);
        if (is_failed()) break;
      }
    } else if (llvm::isa<ly::AliasNode>(node)) {
      fail(result.line, result.column, "an alias (`*name`) is not followed here; write the value itself");
    }
    return result;
  }

  void read_entry(ly::KeyValueNode& entry, Node& mapping, unsigned depth) {
    ly::Node* written = entry.getKey();
    if (written == nullptr || is_failed()) return;
    Node key = read_node(*written, depth + 1);
    if (is_failed()) return;
    if (key.kind != Node::Kind::Scalar)
      return fail(key.line, key.column, "a key is a word, as in `key: value`");
    if (find(mapping, key.text) != nullptr)
      return fail(key.line, key.column, "`" + key.text + "` is set twice; keep one");
    Node value;
    value.line = key.line;
    value.column = key.column;
    if (ly::Node* given = entry.getValue(); given != nullptr && !llvm::isa<ly::NullNode>(given))
      value = read_node(*given, depth + 1);
    mapping.keys.push_back(std::move(key));
    mapping.items.push_back(std::move(value));
  }

  std::string_view text_;
  llvm::SourceMgr messages_;
  ly::Stream stream_;
  std::optional<Error> error_;
};

}  // namespace

std::optional<Node> parse(std::string_view text, Error& error) { return Reader(text).read(error); }

const Node* find(const Node& mapping, std::string_view key) {
  const auto found = std::ranges::find(mapping.keys, key, &Node::text);
  return found == mapping.keys.end() ? nullptr
                                     : &mapping.items[static_cast<std::size_t>(found - mapping.keys.begin())];
}

std::string describe(const Node& node) {
  switch (node.kind) {
    case Node::Kind::Null:
      return "there is none";
    case Node::Kind::Scalar:
      return "this is '" + node.text + "'";
    case Node::Kind::Sequence:
      return "this is a list";
    case Node::Kind::Mapping:
      return "this is a mapping";
  }
  return {};
}

std::string scalar(std::string_view text) {
  const auto is_plain = [](char c) {
    return llvm::isAlnum(c) || std::string_view("_./+-").find(c) != std::string_view::npos;
  };
  const bool begins_plainly =
      !text.empty() && (llvm::isAlnum(text.front()) || text.front() == '/' || text.front() == '.');
  if (begins_plainly && std::ranges::all_of(text, is_plain)) return std::string(text);
  return '"' + ly::escape(text) + '"';
}

}  // namespace ferry::rewriter::yaml
