// framing: messages out of a stream of bytes, and into one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ferry::rewriter::lsp {

/// Cuts what comes in into the bodies of messages, as their headers say.
class MessageReader {
 public:
  /// Takes the next bytes, however many.
  void feed(std::string_view bytes) { bytes_ += bytes; }
  /// The next message that is there as a whole.
  std::optional<std::string> next();
  /// Why nothing that comes can be read any more, as nobody knows where the next message begins; empty while
  /// that is not so.
  const std::string& fault() const { return fault_; }

 private:
  bool read_header();

  std::string bytes_;
  std::size_t at_ = 0;  // what is before has been taken
  std::optional<std::size_t> length_;
  std::string fault_;
};

/// A message with its header.
std::string framed(std::string_view body);

}  // namespace ferry::rewriter::lsp
