// into_legacy and from_legacy: values that cross between 0.2 and 1.x, for the types that are not the same in
// both.
#pragma once

#include <type_traits>
#include <utility>

#include <ferry/net/tcp_split.hpp>
#include <ferry/net/unix_split.hpp>
#include <ferry/stream/timeout.hpp>
#include <ferry/time/timeout.hpp>
#include <ferry/v0_2/fs/file.hpp>
#include <ferry/v0_2/fs/read_dir.hpp>
#include <ferry/v0_2/io/any.hpp>
#include <ferry/v0_2/io/duplex.hpp>
#include <ferry/v0_2/net/tcp_listener.hpp>
#include <ferry/v0_2/net/tcp_split.hpp>
#include <ferry/v0_2/net/tcp_stream.hpp>
#include <ferry/v0_2/net/ucred.hpp>
#include <ferry/v0_2/net/udp_socket.hpp>
#include <ferry/v0_2/net/unix_datagram.hpp>
#include <ferry/v0_2/net/unix_listener.hpp>
#include <ferry/v0_2/net/unix_split.hpp>
#include <ferry/v0_2/net/unix_stream.hpp>
#include <ferry/v0_2/process/child.hpp>
#include <ferry/v0_2/process/child_pipes.hpp>
#include <ferry/v0_2/process/command.hpp>
#include <ferry/v0_2/runtime/handle.hpp>
#include <ferry/v0_2/runtime/runtime.hpp>
#include <ferry/v0_2/signal/signal.hpp>
#include <ferry/v0_2/sync/broadcast.hpp>
#include <ferry/v0_2/sync/mpsc.hpp>
#include <ferry/v0_2/sync/watch.hpp>
#include <ferry/v0_2/time/delay.hpp>
#include <ferry/v0_2/time/delay_queue.hpp>
#include <ferry/v0_2/time/interval.hpp>
#include <ferry/v0_2/util/bytes_mut.hpp>
#include <ferry/v0_2/util/codec/framed.hpp>
#include <ferry/v0_2/util/codec/framed_read.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::compat {
namespace detail {

/// What is `Modern` in 1.x, and made of it in 0.2: `Legacy`, which derives from it. A child only becomes one.
template <class Modern, class Legacy>
struct Pair {};

struct Classes : Pair<net::TcpStream, v0_2::net::TcpStream>,
                 Pair<net::ReadHalf, v0_2::net::ReadHalf>,
                 Pair<net::WriteHalf, v0_2::net::WriteHalf>,
                 Pair<net::OwnedReadHalf, v0_2::net::OwnedReadHalf>,
                 Pair<net::OwnedWriteHalf, v0_2::net::OwnedWriteHalf>,
                 Pair<net::TcpListener, v0_2::net::TcpListener>,
                 Pair<net::UdpSocket, v0_2::net::UdpSocket>,
                 Pair<net::UnixStream, v0_2::net::UnixStream>,
                 Pair<net::UnixReadHalf, v0_2::net::UnixReadHalf>,
                 Pair<net::UnixWriteHalf, v0_2::net::UnixWriteHalf>,
                 Pair<net::OwnedUnixReadHalf, v0_2::net::OwnedUnixReadHalf>,
                 Pair<net::OwnedUnixWriteHalf, v0_2::net::OwnedUnixWriteHalf>,
                 Pair<net::UnixListener, v0_2::net::UnixListener>,
                 Pair<net::UnixDatagram, v0_2::net::UnixDatagram>,
                 Pair<net::UCred, v0_2::net::UCred>,
                 Pair<io::AnyRead, v0_2::io::AnyRead>,
                 Pair<io::AnyWrite, v0_2::io::AnyWrite>,
                 Pair<io::AnyReadWrite, v0_2::io::AnyReadWrite>,
                 Pair<io::AnyBufRead, v0_2::io::AnyBufRead>,
                 Pair<io::DuplexStream, v0_2::io::DuplexStream>,
                 Pair<fs::File, v0_2::fs::File>,
                 Pair<fs::OpenOptions, v0_2::fs::OpenOptions>,
                 Pair<fs::ReadDir, v0_2::fs::ReadDir>,
                 Pair<process::Child, v0_2::process::Child>,
                 Pair<process::ChildStdin, v0_2::process::ChildStdin>,
                 Pair<process::ChildStdout, v0_2::process::ChildStdout>,
                 Pair<process::ChildStderr, v0_2::process::ChildStderr>,
                 Pair<process::Command, v0_2::process::Command>,
                 Pair<signal::Signal, v0_2::signal::Signal>,
                 Pair<util::BytesMut, v0_2::bytes::BytesMut>,
                 Pair<time::Interval, v0_2::time::Interval>,
                 Pair<runtime::Handle, v0_2::runtime::Handle>,
                 Pair<runtime::Runtime, v0_2::runtime::Runtime> {};

template <class T>
struct Templates : Pair<sync::mpsc::Sender<T>, v0_2::sync::mpsc::Sender<T>>,
                   Pair<sync::mpsc::Receiver<T>, v0_2::sync::mpsc::Receiver<T>>,
                   Pair<sync::mpsc::UnboundedReceiver<T>, v0_2::sync::mpsc::UnboundedReceiver<T>>,
                   Pair<sync::watch::Sender<T>, v0_2::sync::watch::Sender<T>>,
                   Pair<sync::watch::Receiver<T>, v0_2::sync::watch::Receiver<T>>,
                   Pair<sync::broadcast::Sender<T>, v0_2::sync::broadcast::Sender<T>>,
                   Pair<sync::broadcast::Receiver<T>, v0_2::sync::broadcast::Receiver<T>>,
                   Pair<time::DelayQueue<T>, v0_2::time::DelayQueue<T>> {};

/// The pairs among which that of `T` is.
template <class T>
struct PairsFor : Classes {};
template <template <class> class C, class T>
struct PairsFor<C<T>> : Classes, Templates<T> {};

template <class Modern, class Legacy>
std::type_identity<Legacy> legacy_of(const Pair<Modern, Legacy>&);
template <class Legacy, class Modern>
std::type_identity<Modern> modern_of(const Pair<Modern, Legacy>&);

}  // namespace detail

/// Has a class of its own in 0.2, and is not the same in both.
template <class T>
concept HasLegacyCounterpart = requires(const detail::PairsFor<T>& pairs) { detail::legacy_of<T>(pairs); };
/// Is of 0.2, and has another class in 1.x.
template <class T>
concept HasModernCounterpart = requires(const detail::PairsFor<T>& pairs) { detail::modern_of<T>(pairs); };

/// The class of 0.2 that takes the place of `T`.
template <HasLegacyCounterpart T>
using LegacyOf = typename decltype(detail::legacy_of<T>(detail::PairsFor<T>()))::type;
/// The class of 1.x that takes the place of `T`.
template <HasModernCounterpart T>
using ModernOf = typename decltype(detail::modern_of<T>(detail::PairsFor<T>()))::type;

/// What 1.x has, for code of 0.2. A watch receiver has seen what it had seen. A half that owns is one of a
/// pair of the same kind. A type-erased stream is not wrapped again.
template <HasLegacyCounterpart T>
auto into_legacy(T modern) {
  return LegacyOf<T>(std::move(modern));
}

/// What 0.2 has, for code of 1.x. A watch receiver that has not seen its first value will see it as a change;
/// a place that an mpsc sender's `poll_ready` has reserved is given up.
template <HasModernCounterpart T>
auto from_legacy(T legacy) {
  return ModernOf<T>(static_cast<ModernOf<T>&&>(legacy));
}

inline process::Child from_legacy(v0_2::process::Child child) { return child; }

/// A timer keeps its deadline.
inline v0_2::time::Delay into_legacy(Pin<time::Sleep> sleep) { return v0_2::time::Delay(sleep->deadline()); }
inline Pin<time::Sleep> from_legacy(v0_2::time::Delay delay) {
  return pin(time::sleep_until, delay.deadline());
}

/// What 1.x says of an item that is late is what 0.2 says of any timeout.
inline time::error::Elapsed into_legacy(stream::Elapsed) { return {}; }

template <class T, class U>
v0_2::util::codec::Framed<T, U> into_legacy(util::codec::Framed<T, U> framed) {
  return v0_2::util::codec::Framed<T, U>(std::move(framed));
}
template <class T, class D>
v0_2::util::codec::FramedRead<T, D> into_legacy(util::codec::FramedRead<T, D> framed) {
  return v0_2::util::codec::FramedRead<T, D>(std::move(framed));
}
template <class T, class U>
util::codec::Framed<T, U> from_legacy(v0_2::util::codec::Framed<T, U> framed) {
  return static_cast<util::codec::Framed<T, U>&&>(framed);
}
template <class T, class D>
util::codec::FramedRead<T, D> from_legacy(v0_2::util::codec::FramedRead<T, D> framed) {
  return static_cast<util::codec::FramedRead<T, D>&&>(framed);
}

}  // namespace ferry::compat

#pragma GCC diagnostic pop
