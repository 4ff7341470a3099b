#include <algorithm>
#include <stdexcept>
#include <utility>
#include <vector>

#include <ferry/task/task.hpp>

namespace ferry::detail {

void Chain::describe(WaitNotes& notes) const {
  // Between polls it has a leaf, unless it has not begun.
  if (leaf_ == nullptr) return notes.leaf("its first poll");
  std::vector<std::source_location> frames;
  for (std::coroutine_handle<> at = resume_; at; at = PromiseBase::of(at).continuation_)
    frames.push_back(PromiseBase::of(at).where_);
  std::for_each(frames.rbegin(), frames.rend(), [&](const auto& where) { notes.frame(where); });
  leaf_ops_->describe(leaf_, notes);
}

void Chain::destroy_until(std::coroutine_handle<> outer) noexcept {
  if (leaf_ == nullptr) return;  // nothing is suspended inside of it
  leaf_ = nullptr;
  for (std::coroutine_handle<> inner = std::exchange(resume_, nullptr); inner != outer;) {
    const PromiseBase& promise = PromiseBase::of(inner);
    const std::coroutine_handle<> waiting = promise.continuation_;
    *promise.owner_ = nullptr;  // what holds it, in the frame of who awaits it, has nothing left to destroy
    inner.destroy();
    inner = waiting;
  }
}

std::source_location Chain::resumes_at() const noexcept {
  return leaf_ != nullptr ? PromiseBase::of(resume_).where_ : std::source_location();
}

void throw_body_left_out() {
  throw std::logic_error(
      "the compiler has left out the body of a coroutine: g++ 12 does so where it has a co_await in the "
      "condition of an "
      "`if` or a loop and declares no variable; keep what is awaited in a variable, and test that");
}

}  // namespace ferry::detail
