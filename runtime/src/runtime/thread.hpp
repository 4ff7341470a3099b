// Starting threads the way a Builder asks for.
#pragma once

#include <functional>
#include <thread>

namespace ferry::detail {

struct RuntimeConfig;

/// A joinable thread with the configured stack size. Throws std::system_error when there can be none.
class NativeThread {
 public:
  NativeThread() = default;
  NativeThread(const RuntimeConfig& config, std::function<void()> body);
  NativeThread(NativeThread&& other) noexcept;
  NativeThread& operator=(NativeThread&& other) noexcept;
  ~NativeThread();

  bool is_joinable() const noexcept { return is_joinable_; }
  void join();
  void detach();

 private:
  pthread_t handle_{};
  bool is_joinable_ = false;
};

}  // namespace ferry::detail
