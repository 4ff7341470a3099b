// Children: work in forked processes, so many at a time, of which each may fork more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <sys/types.h>

namespace ferry::rewriter {

/// Forks. How each child ended reaches the process that made this object as a message; what a child found out
/// goes through files.
///
/// A child may `start` children of its own: `processes` limits all of them together. The calling process
/// must have a single thread while it forks.
class Children {
 public:
  enum class Ended : unsigned char { Finished, Crashed };
  struct Message {
    std::uint32_t item = 0;
    Ended ended = Ended::Finished;
  };

  /// `on_message` is called in this process only, from `start` and `wait`.
  Children(unsigned processes, std::function<void(Message)> on_message);
  Children(const Children&) = delete;
  Children& operator=(const Children&) = delete;
  ~Children();

  /// Forks once there is room for another process. True in the child, which ends with `finish`; a message
  /// with `item`, if there is one, follows its end.
  [[nodiscard]] bool start(std::optional<std::uint32_t> item);
  /// Ends a child, without destructors.
  [[noreturn]] void finish();
  /// To be called in a child that from now on only starts others and waits: another may run instead.
  void make_room();
  /// Returns when no more than `most` of those that this process has started are left.
  void wait(std::size_t most = 0);

 private:
  void pause(bool wants_slot);
  void reap();
  void read_messages();
  bool take_slot();

  std::function<void(Message)> on_message_;
  int slots_[2] = {-1, -1};     // a pipe with one byte for each process that may run
  int messages_[2] = {-1, -1};  // a pipe to the process that made this object
  pid_t owner_;
  bool has_slot_ = false;                                  // of this process, if it is a child
  std::map<pid_t, std::optional<std::uint32_t>> running_;  // with its item
};

}  // namespace ferry::rewriter
