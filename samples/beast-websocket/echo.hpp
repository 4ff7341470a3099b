// Echoing web sockets: Boost.Beast speaks the protocol, each connection is a task of ferry's.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <ferry/task.hpp>

namespace echo {

/// Sends each message of each connection back, for as long as it is not cancelled. Its connections end with
/// it.
ferry::Task<void> serve(boost::asio::ip::tcp::acceptor acceptor);

}  // namespace echo
