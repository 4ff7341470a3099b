// An HTTP/1.1 server: Boost.Beast speaks the protocol, each connection is a task of ferry's.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <ferry/sync.hpp>
#include <ferry/task.hpp>

namespace greeter {

/// Greets whoever connects, until `stop` is cancelled. Requests that are being answered by then are answered.
ferry::Task<void> serve(boost::asio::ip::tcp::acceptor acceptor, ferry::sync::CancellationToken stop);

}  // namespace greeter
