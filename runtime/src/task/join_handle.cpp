#include <ostream>

#include <ferry/task/join_handle.hpp>

namespace ferry::task {

void JoinError::into_panic() const {
  if (exception_ == nullptr) throw std::logic_error("JoinError::into_panic: " + to_string());
  std::rethrow_exception(exception_);
}

std::string JoinError::to_string() const {
  std::string name = "task " + std::to_string(id_.value());
  if (name_ != nullptr) name += " (" + *name_ + ")";
  if (exception_ == nullptr) return name + " was cancelled";
  try {
    std::rethrow_exception(exception_);
  } catch (const std::exception& thrown) {
    return name + " threw: " + thrown.what();
  } catch (...) {
    return name + " threw";
  }
}

std::ostream& operator<<(std::ostream& out, const JoinError& error) { return out << error.to_string(); }

void throw_exception_from_error(const JoinError& error, const boost::source_location&) {
  if (error.is_panic()) error.into_panic();
  throw Cancelled(error.to_string());
}

}  // namespace ferry::task

namespace ferry::detail {
namespace {

TaskName name_of(const TaskHeader& task) noexcept {
  return task.vtable->name != nullptr ? task.vtable->name(&task) : nullptr;
}

}  // namespace

task::JoinError cancelled_of(const TaskHeader& task) noexcept {
  return task::JoinError::cancelled(task::Id(task.id), name_of(task));
}

task::JoinError panic_of(const TaskHeader& task) noexcept {
  return task::JoinError::panic(task::Id(task.id), std::current_exception(), name_of(task));
}

}  // namespace ferry::detail
