#include "client.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "services/archive.hpp"

namespace chat {
namespace {

constexpr std::size_t kLongestName = 32;

/// Names become names of files.
bool is_name(const std::string& text) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= kLongestName && std::all_of(text.begin(), text.end(), fits);
}

}  // namespace

Client::~Client() {
  for (const auto& [name, room] : rooms_) room->leave(member_->nick());
  if (member_) app_.limiter.forget(member_->nick());
}

rt::Task<bool> Client::execute(Command command) {
  const std::string& verb = command.verb();
  if (verb == "QUIT") co_return false;
  if (verb == "PONG") co_return true;
  if (verb == "NICK") co_return co_await nick(std::move(command));
  if (verb == "WHO") co_return co_await who(std::move(command));
  if (verb == "HISTORY") co_return co_await history(std::move(command));
  if (verb == "FILES") co_return co_await files(std::move(command));
  if (verb == "BOT") co_return co_await bot(std::move(command));
  const bool is_for_members =
      verb == "JOIN" || verb == "PART" || verb == "SAY" || verb == "AWAY" || verb == "BACK";
  if (!is_for_members) co_return co_await reply(Reply::err(verb, "unknown"));
  if (!member_) co_return co_await reply(Reply::err(verb, "who are you? say NICK"));
  if (verb == "JOIN") co_return co_await join(std::move(command));
  if (verb == "PART") co_return co_await part(std::move(command));
  if (verb == "SAY") co_return co_await say(std::move(command));
  show(verb == "AWAY" ? Presence::Away : Presence::Here);
  co_return co_await reply(Reply::ok(verb));
}

void Client::show(Presence presence) {
  if (member_) member_->show(presence);
}

template <class Streams>
rt::Task<typename Streams::Item> Client::next_of(Streams& streams) {
  const auto poll = [&](rt::Context& cx) -> rt::Poll<std::optional<typename Streams::Item>> {
    auto polled = streams.poll_next(cx);
    if (polled.is_ready() && !*polled) return rt::pending;
    return polled;
  };
  auto next = co_await rt::poll_fn(poll);
  co_return *std::move(next);
}

rt::Task<std::optional<Reply>> Client::next_message() {
  const auto [room, received] = co_await next_of(messages_);
  if (!received) co_return Reply("missed " + room + " " + std::to_string(received.error().skipped()));
  if (received->kind() == Message::Kind::Said) {
    co_return Reply("msg " + room + " " + received->nick() + " " + received->text());
  }
  meet(received->nick());
  co_return std::nullopt;
}

rt::Task<Reply> Client::next_presence() {
  const auto [nick, presence] = co_await next_of(presences_);
  if (presence == Presence::Gone) presences_.remove(nick);
  co_return Reply("presence " + nick + " " + name_of(presence));
}

void Client::meet(const std::string& nick) {
  if (nick == member_->nick() || presences_.contains_key(nick)) return;
  if (auto updates = app_.members.watch(nick)) presences_.insert(nick, *std::move(updates));
}

rt::Task<bool> Client::reply(Reply reply) {
  const bool is_there = co_await outbox_.ready();
  co_return is_there&& outbox_.put(std::move(reply));
}

rt::Task<bool> Client::nick(Command command) {
  const auto nick = command.next_word();
  if (member_) co_return co_await reply(Reply::err("NICK", "you have one"));
  if (!is_name(nick)) co_return co_await reply(Reply::err("NICK", "not a name"));
  member_ = app_.members.enter(nick);
  if (!member_) co_return co_await reply(Reply::err("NICK", "taken"));
  co_return co_await reply(Reply::ok("NICK"));
}

rt::Task<bool> Client::join(Command command) {
  const auto name = command.next_word();
  if (!is_name(name)) co_return co_await reply(Reply::err("JOIN", "not a name"));
  if (!rooms_.contains(name)) {
    auto room = co_await app_.directory.open(name);
    messages_.insert(name, room->enter(member_->nick()));
    for (const auto& member : room->members()) meet(member);
    rooms_.emplace(name, std::move(room));
  }
  co_return co_await reply(Reply::ok("JOIN"));
}

rt::Task<bool> Client::part(Command command) {
  const auto name = command.next_word();
  const auto found = rooms_.find(name);
  if (found == rooms_.end()) co_return co_await reply(Reply::err("PART", "you are not there"));
  found->second->leave(member_->nick());
  rooms_.erase(found);
  messages_.remove(name);
  co_return co_await reply(Reply::ok("PART"));
}

rt::Task<bool> Client::say(Command command) {
  const auto found = rooms_.find(command.next_word());
  if (found == rooms_.end()) co_return co_await reply(Reply::err("SAY", "you are not there"));
  if (!app_.limiter.allows(member_->nick())) co_return co_await reply(Reply::err("SAY", "muted"));
  ++app_.totals.messages;
  app_.log.write(found->first, member_->nick() + " " + command.rest());
  found->second->say(member_->nick(), command.rest());
  co_return co_await reply(Reply::ok("SAY"));
}

rt::Task<bool> Client::who(Command command) {
  const auto room = co_await app_.directory.find(command.next_word());
  std::string line = "ok WHO";
  if (room) {
    for (const auto& nick : room->members()) line += " " + nick;
  }
  co_return co_await reply(Reply(std::move(line)));
}

rt::Task<bool> Client::history(Command command) {
  const auto room = command.next_word();
  const auto wanted = command.next_word();
  std::size_t count = 0;
  std::from_chars(wanted.data(), wanted.data() + wanted.size(), count);
  if (!is_name(room) || count == 0) co_return co_await reply(Reply::err("HISTORY", "of what, how much?"));
  co_await app_.log.flush();
  const auto lines = co_await last_lines(app_.options.logs() / (room + ".log"), count);
  if (!lines) co_return co_await reply(Reply::err("HISTORY", lines.error().message()));
  for (const auto& line : *lines) {
    const bool is_there = co_await reply(Reply("history " + room + " " + line));
    if (!is_there) co_return false;
  }
  co_return co_await reply(Reply::ok("HISTORY"));
}

rt::Task<bool> Client::files(Command) {
  co_await app_.log.flush();
  const auto files = co_await list_files(app_.options.logs());
  if (!files) co_return co_await reply(Reply::err("FILES", files.error().message()));
  for (const auto& [name, size] : *files) {
    const bool is_there = co_await reply(Reply("file " + name + " " + std::to_string(size)));
    if (!is_there) co_return false;
  }
  co_return co_await reply(Reply::ok("FILES"));
}

rt::Task<bool> Client::bot(Command command) {
  auto answer = co_await ask_bot(app_.bot, command.rest());
  co_return co_await reply(answer.empty() ? Reply::err("BOT", "no answer") : Reply("bot " + answer));
}

}  // namespace chat
