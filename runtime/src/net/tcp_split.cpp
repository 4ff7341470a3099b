#include <ferry/net/tcp_split.hpp>

namespace ferry::net {

Result<TcpStream, ReuniteError> OwnedReadHalf::reunite(OwnedWriteHalf other) && {
  if (stream_ != other.stream_) return ReuniteError(std::move(*this), std::move(other));
  other.stream_.reset();
  const std::shared_ptr<TcpStream> stream = std::move(stream_);
  return std::move(*stream);
}

OwnedWriteHalf::~OwnedWriteHalf() {
  if (stream_ == nullptr) return;
  Context cx(Waker::noop());
  // A connection that is gone already has nothing to shut down.
  static_cast<void>(stream_->poll_shutdown(cx));
}

}  // namespace ferry::net
