// What tests of the door to Asio share: sockets, giving operations up, and one that is completed by hand.
#pragma once

#include <memory>
#include <string>
#include <tuple>
#include <utility>

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <doctest/doctest.h>
#include <ferry/asio.hpp>

#include "support/runtimes.hpp"
#include "support/spawn.hpp"

namespace ferry::test {

using LocalSocket = boost::asio::local::stream_protocol::socket;
using boost::asio::ip::tcp;

/// Two sockets that are connected with each other.
template <class Executor>
std::pair<LocalSocket, LocalSocket> socket_pair(const Executor& executor) {
  LocalSocket a(executor);
  LocalSocket b(executor);
  boost::asio::local::connect_pair(a, b);
  return {std::move(a), std::move(b)};
}
/// The same on the current runtime.
inline std::pair<LocalSocket, LocalSocket> socket_pair() {
  return socket_pair(runtime::Handle::current().executor());
}

/// Where a listener on this machine, with a port of its own, listens.
inline tcp::endpoint any_port() { return {boost::asio::ip::make_address("127.0.0.1"), 0}; }

/// What went wrong, in words; nothing if nothing did: `CHECK(trouble_of(result) == "")`.
template <class T>
std::string trouble_of(const io::Result<T>& result) {
  return result ? std::string() : result.error().message();
}

/// Starts the operation that `make` gives and destroys it while it waits.
template <class Make>
void give_up(Make&& make) {
  auto operation = test::spawn(std::forward<Make>(make));
  REQUIRE(operation.poll().is_pending());
}

/// An operation of Asio's that is completed by hand, and counts how often it is told to end. It does when it
/// has been told as often as it wants to be.
class ByHand {
 public:
  template <class Token>
  auto async_wait(Token&& token) {
    return boost::asio::async_initiate<Token, void(io::Error, int)>(
        [this](auto handler) {
          using Handler = decltype(handler);
          auto slot = boost::asio::get_associated_cancellation_slot(handler);
          waiting_ = std::make_unique<Waiting<Handler>>(std::move(handler));
          if (slot.is_connected())
            slot.assign([this](boost::asio::cancellation_type) {
              if (++cancellations == heeds_cancellation) complete(boost::asio::error::operation_aborted, 0);
            });
        },
        token);
  }
  /// Has the handler called on its executor, if it waits.
  void complete(io::Error error, int value) {
    if (const auto waiting = std::exchange(waiting_, nullptr)) waiting->complete(error, value);
  }
  /// Destroys the handler.
  void abandon() { waiting_.reset(); }
  bool is_started() const noexcept { return waiting_ != nullptr; }

  int heeds_cancellation = 1;
  int cancellations = 0;

 private:
  struct AnyWaiting {
    virtual ~AnyWaiting() = default;
    virtual void complete(io::Error error, int value) = 0;
  };
  template <class Handler>
  struct Waiting final : AnyWaiting {
    explicit Waiting(Handler handler) : handler(std::move(handler)) {}
    void complete(io::Error error, int value) override {
      auto executor = boost::asio::get_associated_executor(handler);
      boost::asio::post(executor, [handler = std::move(handler), error, value]() mutable {
        std::move(handler)(error, value);
      });
    }
    Handler handler;
  };

  std::unique_ptr<AnyWaiting> waiting_;
};

}  // namespace ferry::test
