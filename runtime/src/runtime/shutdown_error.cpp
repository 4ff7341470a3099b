#include "runtime/shutdown_error.hpp"

#include <string>

#include <boost/system/errc.hpp>
#include <boost/system/error_category.hpp>
#include <ferry/runtime/handle.hpp>

namespace ferry {
namespace {

constexpr int kShutDown = 1;

class Category final : public boost::system::error_category {
 public:
  constexpr Category() noexcept : error_category(0x4b1e9d60a72f38c5) {}

  const char* name() const noexcept override { return "ferry.runtime"; }
  std::string message(int) const override { return "the runtime has been shut down"; }
  boost::system::error_condition default_error_condition(int) const noexcept override {
    return make_error_condition(boost::system::errc::operation_canceled);
  }
};

constexpr Category kCategory;

}  // namespace

io::Error detail::shutdown_error() noexcept { return io::Error(kShutDown, kCategory); }

bool runtime::is_rt_shutdown_err(const io::Error& error) noexcept { return error.category() == kCategory; }

}  // namespace ferry
