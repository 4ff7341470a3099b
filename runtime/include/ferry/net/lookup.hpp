// Names to addresses.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <ferry/future.hpp>
#include <ferry/net/addr.hpp>
#include <ferry/result.hpp>

namespace ferry::net {

/// What `bind`, `connect` and `lookup_host` take: addresses, or "host:port" whose host is a literal or a
/// name. Tokio: `net::ToSocketAddrs`.
class ToSocketAddrs {
 public:
  ToSocketAddrs(SocketAddr addr) : what_(std::vector{addr}) {}
  ToSocketAddrs(std::vector<SocketAddr> addrs) : what_(std::move(addrs)) {}
  ToSocketAddrs(std::string_view host_and_port);
  ToSocketAddrs(const char* host_and_port) : ToSocketAddrs(std::string_view(host_and_port)) {}
  ToSocketAddrs(const std::string& host_and_port) : ToSocketAddrs(std::string_view(host_and_port)) {}
  ToSocketAddrs(std::string_view host, std::uint16_t port);

 private:
  friend class LookupHost;
  class Name {
   public:
    Name(std::string_view host, std::uint16_t port) : host(host), port(port) {}
    std::string host;
    std::uint16_t port;
  };

  std::variant<std::vector<SocketAddr>, Name, io::Error> what_;
};

/// Completes with the addresses of a name; at the first poll when there is nothing to look up.
///
/// Cancelling: safe; a lookup that runs on the blocking pool runs on, for nobody.
class [[nodiscard]] LookupHost {
 public:
  using Output = io::Result<std::vector<SocketAddr>>;

  explicit LookupHost(ToSocketAddrs what);
  LookupHost(const LookupHost&) = delete;
  LookupHost& operator=(const LookupHost&) = delete;
  ~LookupHost();

  Poll<Output> poll(Context& cx);

 private:
  class Shared;

  ToSocketAddrs what_;
  std::shared_ptr<Shared> running_;
};

/// Looks a name up on the blocking pool; literals are answered on the spot.
///
/// Errors: InvalidInput for text without a port; the resolver's errors, in a category named "ferry.lookup".
/// Throws: std::logic_error, when a name is polled outside a runtime.
/// Cancelling: safe.
/// Tokio: `net::lookup_host`.
inline LookupHost lookup_host(ToSocketAddrs what) { return LookupHost(std::move(what)); }

}  // namespace ferry::net
