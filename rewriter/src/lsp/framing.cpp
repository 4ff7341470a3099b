#include "lsp/framing.hpp"

#include <tuple>

#include <llvm/ADT/StringRef.h>

namespace ferry::rewriter::lsp {
namespace {

constexpr std::size_t kMaxHeader = 4096;
constexpr std::size_t kMaxLength = std::size_t{256} << 20;  // no source file is that large
constexpr llvm::StringLiteral kHeaderEnd = "\r\n\r\n";

}  // namespace

bool MessageReader::read_header() {
  const llvm::StringRef rest = llvm::StringRef(bytes_).substr(at_);
  const std::size_t end = rest.take_front(kMaxHeader).find(kHeaderEnd);
  if (end == llvm::StringRef::npos) {
    if (rest.size() >= kMaxHeader) fault_ = "a message's header does not end";
    return false;
  }
  for (llvm::StringRef lines = rest.take_front(end); !lines.empty();) {
    llvm::StringRef line;
    std::tie(line, lines) = lines.split("\r\n");
    const auto [name, value] = line.split(':');
    if (!name.equals_insensitive("Content-Length")) continue;
    std::size_t length = 0;
    if (value.trim().getAsInteger(10, length) || length > kMaxLength) {
      fault_ = "a message's Content-Length is no length of a message";
      return false;
    }
    length_ = length;
  }
  if (!length_) fault_ = "a message's header has no Content-Length";
  at_ += end + kHeaderEnd.size();
  return length_.has_value();
}

std::optional<std::string> MessageReader::next() {
  if (!fault_.empty() || (!length_ && !read_header())) return std::nullopt;
  if (bytes_.size() - at_ < *length_) return std::nullopt;
  std::string body = bytes_.substr(at_, *length_);
  bytes_.erase(0, at_ + *length_);
  at_ = 0;
  length_.reset();
  return body;
}

std::string framed(std::string_view body) {
  return "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

}  // namespace ferry::rewriter::lsp
