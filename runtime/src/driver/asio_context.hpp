// AsioContext: an io_context that can be emptied before it is destroyed.
#pragma once

#include <boost/asio/io_context.hpp>

namespace ferry::detail {

class AsioContext : public boost::asio::io_context {
 public:
  /// Destroys all handlers. Asio does it in the destructor, which never comes when one of them owns what
  /// keeps the context alive.
  using execution_context::shutdown;
};

}  // namespace ferry::detail
