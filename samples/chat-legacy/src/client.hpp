// What is known about a client, and what its commands do.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>

#include <ferry/v0_2/stream.hpp>

#include "app.hpp"
#include "net/outbox.hpp"

namespace chat {

class Client {
 public:
  Client(App& app, Outbox& outbox) : app_(app), outbox_(outbox) {}
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  /// Does what the client asks for. False when it wants to go.
  rt::Task<bool> execute(Command command);

  /// Tells others that the client is there, or that it does nothing.
  void show(Presence presence);

  /// Waits for what happens next in a room; for ever while the client is in none. Nothing when somebody came:
  /// `next_presence` has to be called again then.
  rt::Task<std::optional<Reply>> next_message();
  /// Waits for news of people met in rooms; for ever while there are none.
  rt::Task<Reply> next_presence();

 private:
  template <class Streams>
  static rt::Task<typename Streams::Item> next_of(Streams& streams);

  rt::Task<bool> reply(Reply reply);
  rt::Task<bool> nick(Command command);
  rt::Task<bool> join(Command command);
  rt::Task<bool> part(Command command);
  rt::Task<bool> say(Command command);
  rt::Task<bool> who(Command command);
  rt::Task<bool> history(Command command);
  rt::Task<bool> files(Command command);
  rt::Task<bool> bot(Command command);

  void meet(const std::string& nick);

  App& app_;
  Outbox& outbox_;
  std::unique_ptr<Member> member_;
  std::map<std::string, RoomPtr> rooms_;
  rt::stream::StreamMap<std::string, Messages> messages_;
  rt::stream::StreamMap<std::string, PresenceUpdates> presences_;
};

}  // namespace chat
