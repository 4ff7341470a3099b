#include <cstring>
#include <netinet/in.h>
#include <sys/socket.h>

#include <ferry/io/error.hpp>
#include <ferry/net/udp_socket.hpp>

#include "net/first_that_works.hpp"
#include "net/options.hpp"
#include "net/socket.hpp"

namespace ferry::net {

using ferry::detail::IoSource;

namespace {

io::Result<IoSource> bind_socket(const SocketAddr& addr) {
  io::Result<detail::OwnedFd> fd = detail::open_for(addr, SOCK_DGRAM);
  if (!fd) return fd.error();
  if (auto bound = detail::bind_to(fd->get(), detail::to_native(addr)); !bound) return bound.error();
  return detail::adopt(*std::move(fd));
}

io::Result<void> set_membership_v4(int fd, int name, const IpAddr& group, const IpAddr& interface) noexcept {
  if (!group.is_v4() || !interface.is_v4()) return io::Error(io::ErrorKind::InvalidInput);
  ip_mreq request{};
  std::memcpy(&request.imr_multiaddr, group.bytes().data(), sizeof(request.imr_multiaddr));
  std::memcpy(&request.imr_interface, interface.bytes().data(), sizeof(request.imr_interface));
  return detail::set_option(fd, IPPROTO_IP, name, request);
}

io::Result<void> set_membership_v6(int fd, int name, const IpAddr& group, std::uint32_t interface) noexcept {
  if (!group.is_v6()) return io::Error(io::ErrorKind::InvalidInput);
  ipv6_mreq request{};
  std::memcpy(&request.ipv6mr_multiaddr, group.bytes().data(), sizeof(request.ipv6mr_multiaddr));
  request.ipv6mr_interface = interface;
  return detail::set_option(fd, IPPROTO_IPV6, name, request);
}

}  // namespace

Poll<UdpSocket::Bind::Output> UdpSocket::Bind::poll(Context& cx) {
  return detail::first_that_works(lookup_, cx, [](const SocketAddr& addr) -> Output {
    io::Result<IoSource> source = bind_socket(addr);
    if (!source) return source.error();
    return UdpSocket(*std::move(source));
  });
}

Poll<UdpSocket::Connect::Output> UdpSocket::Connect::poll(Context& cx) {
  return detail::first_that_works(lookup_, cx, [this](const SocketAddr& addr) {
    return detail::connect_to(socket_->as_raw_fd(), detail::to_native(addr));
  });
}

Poll<UdpSocket::SendToName::Output> UdpSocket::SendToName::poll(Context& cx) {
  if (!sending_) {
    const Poll<LookupHost::Output> found = lookup_.poll(cx);
    if (found.is_pending()) return pending;
    if (!*found) return Output(found->error());
    if ((*found)->empty()) return Output(io::ErrorKind::InvalidInput);
    const IoSource& source = socket_->source();
    sending_.emplace(source, io::Interest::Writable,
                     ferry::detail::SendToCall<SocketAddr>(source, data_.span(), (*found)->front()));
  }
  return sending_->poll(cx);
}

io::Result<UdpSocket> UdpSocket::from_std(int fd) {
  io::Result<IoSource> source = detail::adopt_foreign(fd, "UdpSocket::from_std");
  if (!source) return source.error();
  return UdpSocket(*std::move(source));
}

io::Result<bool> UdpSocket::broadcast() const { return detail::flag(as_raw_fd(), SOL_SOCKET, SO_BROADCAST); }
io::Result<void> UdpSocket::set_broadcast(bool is_on) const {
  return detail::set_flag(as_raw_fd(), SOL_SOCKET, SO_BROADCAST, is_on);
}

io::Result<bool> UdpSocket::multicast_loop_v4() const {
  return detail::flag(as_raw_fd(), IPPROTO_IP, IP_MULTICAST_LOOP);
}
io::Result<void> UdpSocket::set_multicast_loop_v4(bool is_on) const {
  return detail::set_flag(as_raw_fd(), IPPROTO_IP, IP_MULTICAST_LOOP, is_on);
}
io::Result<bool> UdpSocket::multicast_loop_v6() const {
  return detail::flag(as_raw_fd(), IPPROTO_IPV6, IPV6_MULTICAST_LOOP);
}
io::Result<void> UdpSocket::set_multicast_loop_v6(bool is_on) const {
  return detail::set_flag(as_raw_fd(), IPPROTO_IPV6, IPV6_MULTICAST_LOOP, is_on);
}
io::Result<std::uint32_t> UdpSocket::multicast_ttl_v4() const {
  return detail::number(as_raw_fd(), IPPROTO_IP, IP_MULTICAST_TTL);
}
io::Result<void> UdpSocket::set_multicast_ttl_v4(std::uint32_t ttl) const {
  return detail::set_number(as_raw_fd(), IPPROTO_IP, IP_MULTICAST_TTL, ttl);
}
io::Result<void> UdpSocket::join_multicast_v4(IpAddr group, IpAddr interface) const {
  return set_membership_v4(as_raw_fd(), IP_ADD_MEMBERSHIP, group, interface);
}
io::Result<void> UdpSocket::leave_multicast_v4(IpAddr group, IpAddr interface) const {
  return set_membership_v4(as_raw_fd(), IP_DROP_MEMBERSHIP, group, interface);
}
io::Result<void> UdpSocket::join_multicast_v6(IpAddr group, std::uint32_t interface) const {
  return set_membership_v6(as_raw_fd(), IPV6_ADD_MEMBERSHIP, group, interface);
}
io::Result<void> UdpSocket::leave_multicast_v6(IpAddr group, std::uint32_t interface) const {
  return set_membership_v6(as_raw_fd(), IPV6_DROP_MEMBERSHIP, group, interface);
}

io::Result<std::uint32_t> UdpSocket::ttl() const { return detail::ttl_of(as_raw_fd()); }
io::Result<void> UdpSocket::set_ttl(std::uint32_t ttl) const { return detail::set_ttl_of(as_raw_fd(), ttl); }
io::Result<std::uint32_t> UdpSocket::tos_v4() const {
  return detail::number(as_raw_fd(), IPPROTO_IP, IP_TOS);
}
io::Result<void> UdpSocket::set_tos_v4(std::uint32_t tos) const {
  return detail::set_number(as_raw_fd(), IPPROTO_IP, IP_TOS, tos);
}
io::Result<std::uint32_t> UdpSocket::tclass_v6() const {
  return detail::number(as_raw_fd(), IPPROTO_IPV6, IPV6_TCLASS);
}
io::Result<void> UdpSocket::set_tclass_v6(std::uint32_t tclass) const {
  return detail::set_number(as_raw_fd(), IPPROTO_IPV6, IPV6_TCLASS, tclass);
}

io::Result<std::optional<std::string>> UdpSocket::device() const { return detail::device_of(as_raw_fd()); }
io::Result<void> UdpSocket::bind_device(std::optional<std::string_view> interface) const {
  return detail::bind_device_of(as_raw_fd(), interface);
}

}  // namespace ferry::net
