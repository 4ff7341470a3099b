#include <cerrno>
#include <charconv>
#include <cstring>
#include <mutex>
#include <netdb.h>
#include <utility>

#include <ferry/detail/scheduler.hpp>
#include <ferry/io/error.hpp>
#include <ferry/net/lookup.hpp>

#include "net/sockaddr.hpp"

namespace ferry::net {
namespace {

class LookupCategory final : public boost::system::error_category {
 public:
  constexpr LookupCategory() noexcept : error_category(0x51e7a90c44d2b8f3) {}
  const char* name() const noexcept override { return "ferry.lookup"; }
  std::string message(int code) const override { return ::gai_strerror(code); }
};

constexpr LookupCategory kLookupCategory;

io::Result<std::vector<SocketAddr>> resolve(const std::string& host, std::uint16_t port) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (const int code = ::getaddrinfo(host.c_str(), nullptr, &hints, &found); code != 0)
    return code == EAI_SYSTEM ? io::last_os_error() : io::Error(code, kLookupCategory);

  std::vector<SocketAddr> addrs;
  for (const addrinfo* info = found; info != nullptr; info = info->ai_next) {
    detail::NativeAddr native;
    native.size = info->ai_addrlen;
    std::memcpy(&native.storage, info->ai_addr, info->ai_addrlen);
    if (io::Result<SocketAddr> addr = detail::from_native<SocketAddr>(native)) {
      addr->set_port(port);
      addrs.push_back(*addr);
    }
  }
  ::freeaddrinfo(found);
  return addrs;
}

}  // namespace

ToSocketAddrs::ToSocketAddrs(std::string_view host_and_port) : what_(io::Error(io::ErrorKind::InvalidInput)) {
  if (const io::Result<SocketAddr> literal = SocketAddr::parse(host_and_port)) {
    what_ = std::vector{*literal};
    return;
  }
  const std::size_t colon = host_and_port.rfind(':');
  if (colon == std::string_view::npos) return;
  const std::string_view host = host_and_port.substr(0, colon);
  const std::string_view digits = host_and_port.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return;
  if (host.empty() || host.find_first_of(std::string_view(":[]\0", 4)) != std::string_view::npos) return;
  what_ = Name(host, port);
}

ToSocketAddrs::ToSocketAddrs(std::string_view host, std::uint16_t port) {
  if (const io::Result<IpAddr> literal = IpAddr::parse(host))
    what_ = std::vector{SocketAddr(*literal, port)};
  else if (host.find('\0') == std::string_view::npos)
    what_ = Name(host, port);
  else
    what_ = io::Error(io::ErrorKind::InvalidInput);
}

// What the future and the job on the blocking pool have in common.
class LookupHost::Shared {
 public:
  Poll<Output> poll(Context& cx) {
    Waker waker = cx.waker();
    std::lock_guard lock(mutex_);
    if (result_) return std::move(*result_);
    std::swap(waker_, waker);
    return pending;
  }

  void finish(Output result) {
    Waker waker = Waker::noop();
    {
      std::lock_guard lock(mutex_);
      result_.emplace(std::move(result));
      std::swap(waker_, waker);
    }
    std::move(waker).wake();
  }

  class Job;

 private:
  std::mutex mutex_;
  std::optional<Output> result_;
  Waker waker_ = Waker::noop();
};

class LookupHost::Shared::Job final : public ferry::detail::BlockingJob {
 public:
  Job(std::shared_ptr<Shared> shared, std::string host, std::uint16_t port)
      : shared_(std::move(shared)), host_(std::move(host)), port_(port) {}

  void run() noexcept override { shared_->finish(resolve(host_, port_)); }
  void cancel() noexcept override { shared_->finish(io::Error(ECANCELED, boost::system::system_category())); }

 private:
  std::shared_ptr<Shared> shared_;
  std::string host_;
  std::uint16_t port_;
};

LookupHost::LookupHost(ToSocketAddrs what) : what_(std::move(what)) {}
LookupHost::~LookupHost() = default;

Poll<LookupHost::Output> LookupHost::poll(Context& cx) {
  if (auto* addrs = std::get_if<std::vector<SocketAddr>>(&what_.what_)) return Output(std::move(*addrs));
  if (const auto* error = std::get_if<io::Error>(&what_.what_)) return Output(*error);
  if (!running_) {
    ferry::detail::Scheduler& scheduler = ferry::detail::require_scheduler("net::lookup_host");
    const auto& name = std::get<ToSocketAddrs::Name>(what_.what_);
    auto running = std::make_shared<Shared>();
    scheduler.spawn_blocking(std::make_unique<Shared::Job>(running, name.host, name.port));
    running_ = std::move(running);
  }
  return running_->poll(cx);
}

}  // namespace ferry::net
