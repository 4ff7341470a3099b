// An echo server over TLS, and what it and its clients need.
#pragma once

#include <string>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <ferry/asio.hpp>
#include <ferry/result.hpp>
#include <ferry/task.hpp>

namespace echo {

/// What a connection is read from and written to, by the functions of ferry::io and what is built over them.
using Stream = ferry::asio::IoStream<boost::asio::ssl::stream<boost::asio::ip::tcp::socket>>;

/// A server that shows the certificate in the file `certificate`; `key` is the file with its key.
boost::asio::ssl::context server_context(const std::string& certificate, const std::string& key);
/// A client that trusts what the certificates in the file `authorities` have signed.
boost::asio::ssl::context client_context(const std::string& authorities);

/// Echoes what each connection sends, for as long as it is not cancelled. `tls` is borrowed.
ferry::Task<void> serve(boost::asio::ip::tcp::acceptor acceptor, boost::asio::ssl::context& tls);

/// Connects to the server that is called `host`, and makes sure that it is that. `tls` is borrowed, for as
/// long as the stream lives.
ferry::Task<ferry::io::Result<Stream>> connect(boost::asio::ip::tcp::endpoint server, std::string host,
                                               boost::asio::ssl::context& tls);

}  // namespace echo
