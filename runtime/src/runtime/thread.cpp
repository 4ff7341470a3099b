#include "runtime/thread.hpp"

#include <memory>
#include <pthread.h>
#include <system_error>
#include <utility>

#include <ferry/assert.hpp>

#include "runtime/config.hpp"

namespace ferry::detail {
namespace {

struct Start {
  std::function<void()> body;
  std::string name;
  std::function<void()> on_start;
  std::function<void()> on_stop;
};

void* run(void* argument) {
  const std::unique_ptr<Start> start(static_cast<Start*>(argument));
  if (!start->name.empty()) ::pthread_setname_np(::pthread_self(), start->name.substr(0, 15).c_str());
  if (start->on_start) start->on_start();
  start->body();
  if (start->on_stop) start->on_stop();
  return nullptr;
}

}  // namespace

NativeThread::NativeThread(const RuntimeConfig& config, std::function<void()> body) {
  auto start = std::make_unique<Start>(Start{std::move(body),
                                             config.thread_name ? config.thread_name() : "ferry-worker",
                                             config.on_thread_start, config.on_thread_stop});
  pthread_attr_t attributes;
  ::pthread_attr_init(&attributes);
  if (config.thread_stack_size != 0) ::pthread_attr_setstacksize(&attributes, config.thread_stack_size);
  const int error = ::pthread_create(&handle_, &attributes, &run, start.get());
  ::pthread_attr_destroy(&attributes);
  if (error != 0) throw std::system_error(error, std::generic_category(), "ferry could not start a thread");
  start.release();
  is_joinable_ = true;
}

NativeThread::NativeThread(NativeThread&& other) noexcept
    : handle_(other.handle_), is_joinable_(std::exchange(other.is_joinable_, false)) {}
NativeThread& NativeThread::operator=(NativeThread&& other) noexcept {
  FERRY_ASSERT(!is_joinable_, "a thread is joined or detached before it is replaced");
  handle_ = other.handle_;
  is_joinable_ = std::exchange(other.is_joinable_, false);
  return *this;
}
NativeThread::~NativeThread() {
  FERRY_ASSERT(!is_joinable_, "a thread is joined or detached before it goes");
}

void NativeThread::join() {
  ::pthread_join(handle_, nullptr);
  is_joinable_ = false;
}
void NativeThread::detach() {
  ::pthread_detach(handle_);
  is_joinable_ = false;
}

}  // namespace ferry::detail
