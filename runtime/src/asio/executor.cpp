#include <stdexcept>

#include <boost/asio/io_context.hpp>
#include <ferry/asio/executor.hpp>

#include "driver/driver.hpp"
#include "runtime/context.hpp"

namespace ferry::asio {

Executor::Executor(const runtime::Handle& handle) : scheduler_(handle.scheduler()) {
  if (!scheduler_->driver().has_io())
    throw std::logic_error(
        "Handle::executor needs a runtime with I/O: call enable_io() or enable_all() on its Builder");
  scheduler_->driver().reactor().context();  // from now on it is run
}

boost::asio::execution_context& Executor::query(boost::asio::execution::context_t) const noexcept {
  return scheduler_->driver().reactor().context();
}

// Inside a poll, that is: not in the reactor, which waits for whoever runs there.
bool Executor::is_running_here() const noexcept {
  const detail::ThreadContext& context = detail::thread_context();
  return context.core_owner == scheduler_.get() && context.running != nullptr &&
         context.running->poll != nullptr;
}

}  // namespace ferry::asio

namespace ferry::runtime {

asio::Executor Handle::executor() const { return asio::Executor(*this); }

}  // namespace ferry::runtime
