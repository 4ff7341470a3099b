// What everybody in a room hears.
#pragma once

#include <string>
#include <utility>

namespace chat {

class Message {
 public:
  enum class Kind { Said, Entered };

  Message(Kind kind, std::string nick, std::string text = {})
      : kind_(kind), nick_(std::move(nick)), text_(std::move(text)) {}

  Kind kind() const { return kind_; }
  const std::string& nick() const { return nick_; }
  const std::string& text() const { return text_; }

 private:
  Kind kind_;
  std::string nick_;
  std::string text_;
};

}  // namespace chat
