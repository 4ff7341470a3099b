/// The echo server on raw Boost.Asio, with callbacks: the least that Asio can cost. A connection has one
/// operation at a time, and one block of memory for all of them.
#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include "echo/arguments.hpp"

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// With io_context's own executor: what is type-erased costs more.
using Executor = asio::io_context::executor_type;
using Acceptor = asio::basic_socket_acceptor<tcp, Executor>;
using Socket = asio::basic_stream_socket<tcp, Executor>;

namespace {

/// Memory for one operation at a time; one that is too large for it gets its memory elsewhere.
class OperationMemory {
 public:
  void* allocate(std::size_t bytes) {
    if (bytes > block_.size()) return ::operator new(bytes);
    return block_.data();
  }
  void deallocate(void* memory) {
    if (memory != block_.data()) ::operator delete(memory);
  }

 private:
  alignas(std::max_align_t) std::array<std::byte, 256> block_;
};

template <typename T>
class OperationAllocator {
 public:
  using value_type = T;

  explicit OperationAllocator(OperationMemory& memory) noexcept : memory_(&memory) {}
  template <typename U>
  OperationAllocator(const OperationAllocator<U>& other) noexcept : memory_(other.memory_) {}

  T* allocate(std::size_t count) { return static_cast<T*>(memory_->allocate(count * sizeof(T))); }
  void deallocate(T* memory, std::size_t /*count*/) { memory_->deallocate(memory); }

  friend bool operator==(const OperationAllocator&, const OperationAllocator&) = default;

 private:
  template <typename U>
  friend class OperationAllocator;

  OperationMemory* memory_;
};

/// `handler`, whose operation has its memory from `memory`.
template <typename Handler>
auto with_memory(OperationMemory& memory, Handler handler) {
  return asio::bind_allocator(OperationAllocator<Handler>(memory), std::move(handler));
}

/// A connection, which belongs to the handler of its operation.
class Session {
 public:
  Session(Socket socket, std::size_t buffer_bytes) : socket_(std::move(socket)), buffer_(buffer_bytes) {}

  static void read(std::unique_ptr<Session> self) {
    Session& session = *self;
    session.socket_.async_read_some(
        asio::buffer(session.buffer_),
        with_memory(session.memory_, [self = std::move(self)](error_code error, std::size_t count) mutable {
          if (!error) write(std::move(self), count);
        }));
  }

 private:
  static void write(std::unique_ptr<Session> self, std::size_t count) {
    Session& session = *self;
    asio::async_write(
        session.socket_, asio::buffer(session.buffer_, count),
        with_memory(session.memory_, [self = std::move(self)](error_code error, std::size_t) mutable {
          if (!error) read(std::move(self));
        }));
  }

  Socket socket_;
  std::vector<char> buffer_;
  OperationMemory memory_;
};

void accept(Acceptor& acceptor, std::size_t buffer_bytes) {
  acceptor.async_accept([&acceptor, buffer_bytes](error_code error, Socket socket) {
    if (!error && !socket.set_option(tcp::no_delay(true), error))
      Session::read(std::make_unique<Session>(std::move(socket), buffer_bytes));
    accept(acceptor, buffer_bytes);
  });
}

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = bench::Arguments::parse(argc, argv);
  asio::io_context context(arguments.threads);
  Acceptor acceptor(context, tcp::endpoint(asio::ip::address_v4::loopback(), arguments.port));
  bench::say_ready(acceptor.local_endpoint().port());
  accept(acceptor, arguments.buffer_bytes);
  std::vector<std::jthread> others;
  for (int i = 1; i < arguments.threads; ++i) others.emplace_back([&] { context.run(); });
  context.run();
}
