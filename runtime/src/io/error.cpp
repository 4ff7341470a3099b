#include <cerrno>
#include <string>

#include <ferry/io/error.hpp>

namespace ferry::io {
namespace {

class Category final : public boost::system::error_category {
 public:
  constexpr Category() noexcept : error_category(0x9d0c5f3b7a2e4416) {}

  const char* name() const noexcept override { return "ferry.io"; }

  std::string message(int code) const override {
    switch (static_cast<ErrorKind>(code)) {
      case ErrorKind::UnexpectedEof:
        return "unexpected end of input";
      case ErrorKind::WriteZero:
        return "the writer takes no more data";
      case ErrorKind::InvalidData:
        return "the data is not valid UTF-8";
      case ErrorKind::InvalidInput:
        return "invalid input";
    }
    return "unknown error";
  }
};

constexpr Category kCategory;

}  // namespace

const boost::system::error_category& error_category() noexcept { return kCategory; }

Error last_os_error() noexcept { return Error(errno, boost::system::system_category()); }

}  // namespace ferry::io
