// The protocol: commands one way and replies the other, each a line of UTF-8.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include <ferry/v0_2/io.hpp>
#include <ferry/v0_2/util.hpp>

#include "rt.hpp"

namespace chat {

/// What a client asks for, as in "SAY kitchen the soup is ready".
class Command {
 public:
  explicit Command(std::string line);

  const std::string& verb() const { return verb_; }
  /// Takes the next word of what follows; empty at its end.
  std::string next_word();
  /// All that follows the words taken.
  const std::string& rest() const { return rest_; }

 private:
  std::string verb_;
  std::string rest_;
};

/// What a client is told.
class Reply {
 public:
  explicit Reply(std::string line) : line_(std::move(line)) {}
  static Reply ok(const std::string& verb) { return Reply("ok " + verb); }
  static Reply err(const std::string& verb, const std::string& why) {
    return Reply("err " + verb + " " + why);
  }

  const std::string& line() const { return line_; }

 private:
  std::string line_;
};

/// A line that is too long or not UTF-8 is an error, after which the next line comes.
class ChatCodec {
 public:
  using Item = Command;
  using Error = rt::io::Error;

  /// Parameters: `line_limit` in bytes.
  explicit ChatCodec(std::size_t line_limit);

  rt::io::Result<std::optional<Command>> decode(rt::util::BytesMut& buffer);
  rt::io::Result<std::optional<Command>> decode_eof(rt::util::BytesMut& buffer);
  rt::io::Result<void> encode(const Reply& reply, rt::util::BytesMut& buffer);

 private:
  rt::util::codec::LinesCodec lines_;
};

}  // namespace chat
