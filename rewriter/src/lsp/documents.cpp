#include "lsp/documents.hpp"

#include <limits>

namespace ferry::rewriter::lsp {

namespace json = llvm::json;

std::optional<Place> read_place(const json::Object* place) {
  if (place == nullptr) return std::nullopt;
  const auto number = [&](llvm::StringRef name) -> std::optional<unsigned> {
    const auto value = place->getInteger(name);
    if (!value || *value < 0 || *value > std::numeric_limits<std::int32_t>::max()) return std::nullopt;
    return static_cast<unsigned>(*value);
  };
  const auto line = number("line");
  const auto character = number("character");
  if (!line || !character) return std::nullopt;
  return Place{.line = *line, .character = *character};
}

std::optional<Range> read_range(const json::Object* range) {
  if (range == nullptr) return std::nullopt;
  const auto start = read_place(range->getObject("start"));
  const auto end = read_place(range->getObject("end"));
  if (!start || !end || *end < *start) return std::nullopt;
  return Range{.start = *start, .end = *end};
}

bool change_text(std::string& text, const json::Object& change, Encoding encoding) {
  const auto replacement = change.getString("text");
  if (!replacement) return false;
  if (change.get("range") == nullptr) {
    text = replacement->str();
    return true;
  }
  const auto range = read_range(change.getObject("range"));
  if (!range) return false;
  const Lines lines(text, encoding);
  const std::size_t begin = lines.offset(range->start);
  text.replace(begin, lines.offset(range->end) - begin, replacement->str());
  return true;
}

json::Value to_json(const Range& range) {
  const auto place = [](Place at) { return json::Object{{"line", at.line}, {"character", at.character}}; };
  return json::Object{{"start", place(range.start)}, {"end", place(range.end)}};
}

}  // namespace ferry::rewriter::lsp
