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

void throw_exception_from_error(const JoinError& error, const boost::source_location&) {
  if (error.is_panic()) error.into_panic();
  throw Cancelled(error.to_string());
}

}  // namespace ferry::task
