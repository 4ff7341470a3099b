#include "codec.hpp"

#include <algorithm>

namespace chat {
namespace {

std::string take_word(std::string& text) {
  const auto end = std::min(text.find(' '), text.size());
  std::string word = text.substr(0, end);
  text.erase(0, end + 1);
  return word;
}

rt::io::Result<std::optional<Command>> as_command(rt::io::Result<std::optional<std::string>> line) {
  if (!line) return line.error();
  if (!*line) return std::optional<Command>();
  return std::optional(Command(std::move(**line)));
}

}  // namespace

Command::Command(std::string line) : verb_(take_word(line)), rest_(std::move(line)) {}

std::string Command::next_word() { return take_word(rest_); }

ChatCodec::ChatCodec(std::size_t line_limit)
    : lines_(rt::util::codec::LinesCodec::new_with_max_length(line_limit)) {}

rt::io::Result<std::optional<Command>> ChatCodec::decode(rt::util::BytesMut& buffer) {
  return as_command(lines_.decode(buffer));
}

rt::io::Result<std::optional<Command>> ChatCodec::decode_eof(rt::util::BytesMut& buffer) {
  return as_command(lines_.decode_eof(buffer));
}

rt::io::Result<void> ChatCodec::encode(const Reply& reply, rt::util::BytesMut& buffer) {
  return lines_.encode(reply.line(), buffer);
}

}  // namespace chat
