// net::tcp, net::udp and net::unix: 0.2's modules. Their names are found in net itself, too.
#pragma once

#include <ferry/annotate.hpp>
#include <ferry/v0_2/moved.hpp>
#include <ferry/v0_2/net/datagram_split.hpp>
#include <ferry/v0_2/net/tcp_listener.hpp>
#include <ferry/v0_2/net/tcp_split.hpp>
#include <ferry/v0_2/net/ucred.hpp>
#include <ferry/v0_2/net/unix_listener.hpp>
#include <ferry/v0_2/net/unix_split.hpp>

namespace ferry::v0_2::net {

/// Tokio: 0.2's `net::tcp`.
namespace tcp {

using Incoming FERRY_NATIVE("TCP-02", safe,
                            "ferry::stream::wrappers::TcpListenerStream, or none") = net::Incoming;
using ReadHalf FERRY_REPLACE("NET-07", safe, "ferry::net::ReadHalf") = net::ReadHalf;
using WriteHalf FERRY_REPLACE("NET-07", safe, "ferry::net::WriteHalf") = net::WriteHalf;
using OwnedReadHalf FERRY_REPLACE("NET-07", safe, "ferry::net::OwnedReadHalf") = net::OwnedReadHalf;
using OwnedWriteHalf FERRY_REPLACE("NET-07", safe, "ferry::net::OwnedWriteHalf") = net::OwnedWriteHalf;
using ReuniteError FERRY_REPLACE("NET-07", safe, "ferry::net::ReuniteError") = net::ReuniteError;

}  // namespace tcp

/// Tokio: 0.2's `net::udp`.
namespace udp {

using RecvHalf FERRY_NATIVE("UDP-02", safe, "std::shared_ptr<ferry::net::UdpSocket>") = UdpRecvHalf;
using SendHalf FERRY_NATIVE("UDP-02", safe, "std::shared_ptr<ferry::net::UdpSocket>") = UdpSendHalf;
using ReuniteError FERRY_NATIVE("UDP-02", safe, "none: halves cannot be reunited") = UdpReuniteError;

}  // namespace udp

/// `unix` is a macro in the GNU dialects of C++: it is the namespace's other name where it is none. Tokio:
/// 0.2's `net::unix`.
namespace unix_ {

using Incoming FERRY_NATIVE("UNIX-02", safe,
                            "ferry::stream::wrappers::UnixListenerStream, or none") = UnixIncoming;
using ReadHalf FERRY_REPLACE("NET-07", safe, "ferry::net::UnixReadHalf") = UnixReadHalf;
using WriteHalf FERRY_REPLACE("NET-07", safe, "ferry::net::UnixWriteHalf") = UnixWriteHalf;
using OwnedReadHalf FERRY_REPLACE("NET-07", safe, "ferry::net::OwnedUnixReadHalf") = OwnedUnixReadHalf;
using OwnedWriteHalf FERRY_REPLACE("NET-07", safe, "ferry::net::OwnedUnixWriteHalf") = OwnedUnixWriteHalf;
using ReuniteError FERRY_REPLACE("NET-07", safe, "ferry::net::UnixReuniteError") = UnixReuniteError;
using UCred FERRY_REPLACE("NET-07", safe, "ferry::net::UCred") = net::UCred;

/// Tokio: 0.2's `net::unix::datagram`.
namespace datagram {

using RecvHalf FERRY_NATIVE("DGRAM-02", safe, "ferry::net::UnixDatagram&") = UnixDatagramRecvHalf;
using SendHalf FERRY_NATIVE("DGRAM-02", safe, "ferry::net::UnixDatagram&") = UnixDatagramSendHalf;
using OwnedRecvHalf FERRY_NATIVE("DGRAM-03", unsafe,
                                 "std::shared_ptr<ferry::net::UnixDatagram>") = OwnedUnixDatagramRecvHalf;
using OwnedSendHalf FERRY_NATIVE("DGRAM-03", unsafe,
                                 "std::shared_ptr<ferry::net::UnixDatagram>") = OwnedUnixDatagramSendHalf;
using ReuniteError FERRY_NATIVE("DGRAM-03", unsafe,
                                "none: halves cannot be reunited") = UnixDatagramReuniteError;

}  // namespace datagram
}  // namespace unix_

#if !defined(unix)
namespace unix = unix_;
#endif

}  // namespace ferry::v0_2::net
