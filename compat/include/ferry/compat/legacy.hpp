// into_legacy and from_legacy: values that cross between 0.2 and 1.x, for the types that are not the same in
// both.
#pragma once

#include <concepts>
#include <utility>

#include <ferry/stream/timeout.hpp>
#include <ferry/time/timeout.hpp>
#include <ferry/v0_2/fs/file.hpp>
#include <ferry/v0_2/fs/read_dir.hpp>
#include <ferry/v0_2/io/any.hpp>
#include <ferry/v0_2/io/duplex.hpp>
#include <ferry/v0_2/net/split.hpp>
#include <ferry/v0_2/net/tcp_listener.hpp>
#include <ferry/v0_2/net/tcp_stream.hpp>
#include <ferry/v0_2/net/ucred.hpp>
#include <ferry/v0_2/net/udp_socket.hpp>
#include <ferry/v0_2/net/unix_datagram.hpp>
#include <ferry/v0_2/net/unix_listener.hpp>
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

/// What 1.x has, for code of 0.2. A watch receiver has seen what it had seen; a timer keeps its deadline.
inline v0_2::net::TcpStream into_legacy(net::TcpStream stream) {
  return v0_2::net::TcpStream(std::move(stream));
}
inline v0_2::net::TcpListener into_legacy(net::TcpListener listener) {
  return v0_2::net::TcpListener(std::move(listener));
}
inline v0_2::time::Interval into_legacy(time::Interval interval) {
  return v0_2::time::Interval(std::move(interval));
}
inline v0_2::time::Delay into_legacy(Pin<time::Sleep> sleep) { return v0_2::time::Delay(sleep->deadline()); }
inline v0_2::runtime::Handle into_legacy(runtime::Handle handle) {
  return v0_2::runtime::Handle(std::move(handle));
}
inline v0_2::runtime::Runtime into_legacy(runtime::Runtime runtime) {
  return v0_2::runtime::Runtime(std::move(runtime));
}
template <class T>
v0_2::sync::watch::Sender<T> into_legacy(sync::watch::Sender<T> sender) {
  return v0_2::sync::watch::Sender<T>(std::move(sender));
}
template <class T>
v0_2::sync::watch::Receiver<T> into_legacy(sync::watch::Receiver<T> receiver) {
  return v0_2::sync::watch::Receiver<T>(std::move(receiver));
}
template <class T>
v0_2::sync::mpsc::Receiver<T> into_legacy(sync::mpsc::Receiver<T> receiver) {
  return v0_2::sync::mpsc::Receiver<T>(std::move(receiver));
}
template <class T>
v0_2::sync::mpsc::UnboundedReceiver<T> into_legacy(sync::mpsc::UnboundedReceiver<T> receiver) {
  return v0_2::sync::mpsc::UnboundedReceiver<T>(std::move(receiver));
}

/// What 0.2 has, for code of 1.x. A watch receiver that has not seen its first value will see it as a change.
inline net::TcpStream from_legacy(v0_2::net::TcpStream stream) { return stream; }
inline net::TcpListener from_legacy(v0_2::net::TcpListener listener) { return listener; }
inline time::Interval from_legacy(v0_2::time::Interval interval) { return interval; }
inline Pin<time::Sleep> from_legacy(v0_2::time::Delay delay) {
  return pin(time::sleep_until, delay.deadline());
}
inline runtime::Handle from_legacy(v0_2::runtime::Handle handle) { return handle; }
inline runtime::Runtime from_legacy(v0_2::runtime::Runtime runtime) { return runtime; }
template <class T>
sync::watch::Sender<T> from_legacy(v0_2::sync::watch::Sender<T> sender) {
  return sender;
}
template <class T>
sync::watch::Receiver<T> from_legacy(v0_2::sync::watch::Receiver<T> receiver) {
  return receiver;
}
template <class T>
sync::mpsc::Receiver<T> from_legacy(v0_2::sync::mpsc::Receiver<T> receiver) {
  return receiver;
}
template <class T>
sync::mpsc::UnboundedReceiver<T> from_legacy(v0_2::sync::mpsc::UnboundedReceiver<T> receiver) {
  return receiver;
}

/// Streams, and what util makes of sockets. What 1.x says of an item that is late is what 0.2 says of any
/// timeout.
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

// Sockets besides those of TCP, and halves. A half that owns is one of a pair of the same kind.
inline v0_2::net::UdpSocket into_legacy(net::UdpSocket socket) {
  return v0_2::net::UdpSocket(std::move(socket));
}
inline v0_2::net::UnixStream into_legacy(net::UnixStream stream) {
  return v0_2::net::UnixStream(std::move(stream));
}
inline v0_2::net::UnixListener into_legacy(net::UnixListener listener) {
  return v0_2::net::UnixListener(std::move(listener));
}
inline v0_2::net::UnixDatagram into_legacy(net::UnixDatagram socket) {
  return v0_2::net::UnixDatagram(std::move(socket));
}
inline v0_2::net::UCred into_legacy(const net::UCred& cred) { return v0_2::net::UCred(cred); }
inline net::UdpSocket from_legacy(v0_2::net::UdpSocket socket) { return socket; }
inline net::UnixStream from_legacy(v0_2::net::UnixStream stream) { return stream; }
inline net::UnixListener from_legacy(v0_2::net::UnixListener listener) { return listener; }
inline net::UnixDatagram from_legacy(v0_2::net::UnixDatagram socket) { return socket; }
inline net::UCred from_legacy(const v0_2::net::UCred& cred) { return cred; }

namespace detail {
/// The stream of 0.2 over one of 1.x.
template <class Stream>
using LegacyStream = decltype(into_legacy(std::declval<Stream>()));
}  // namespace detail

template <class Stream>
v0_2::net::StreamReadHalf<detail::LegacyStream<Stream>> into_legacy(net::StreamReadHalf<Stream> half) {
  return v0_2::net::StreamReadHalf<detail::LegacyStream<Stream>>(half);
}
template <class Stream>
v0_2::net::StreamWriteHalf<detail::LegacyStream<Stream>> into_legacy(net::StreamWriteHalf<Stream> half) {
  return v0_2::net::StreamWriteHalf<detail::LegacyStream<Stream>>(half);
}
template <class Stream>
v0_2::net::OwnedStreamReadHalf<detail::LegacyStream<Stream>> into_legacy(
    net::OwnedStreamReadHalf<Stream> half) {
  return v0_2::net::OwnedStreamReadHalf<detail::LegacyStream<Stream>>(std::move(half));
}
template <class Stream>
v0_2::net::OwnedStreamWriteHalf<detail::LegacyStream<Stream>> into_legacy(
    net::OwnedStreamWriteHalf<Stream> half) {
  return v0_2::net::OwnedStreamWriteHalf<detail::LegacyStream<Stream>>(std::move(half));
}
template <class Stream>
net::StreamReadHalf<typename Stream::Modern> from_legacy(v0_2::net::StreamReadHalf<Stream> half) {
  return half;
}
template <class Stream>
net::StreamWriteHalf<typename Stream::Modern> from_legacy(v0_2::net::StreamWriteHalf<Stream> half) {
  return half;
}
template <class Stream>
net::OwnedStreamReadHalf<typename Stream::Modern> from_legacy(v0_2::net::OwnedStreamReadHalf<Stream> half) {
  return half;
}
template <class Stream>
net::OwnedStreamWriteHalf<typename Stream::Modern> from_legacy(v0_2::net::OwnedStreamWriteHalf<Stream> half) {
  return half;
}

// Streams, files, processes, signals and bytes. A type-erased stream that crosses is not wrapped again.
template <std::same_as<io::AnyRead> Any>
v0_2::io::AnyRead into_legacy(Any reader) {
  return v0_2::io::AnyRead(std::move(reader));
}
template <std::same_as<io::AnyWrite> Any>
v0_2::io::AnyWrite into_legacy(Any writer) {
  return v0_2::io::AnyWrite(std::move(writer));
}
template <std::same_as<io::AnyReadWrite> Any>
v0_2::io::AnyReadWrite into_legacy(Any stream) {
  return v0_2::io::AnyReadWrite(std::move(stream));
}
template <std::same_as<io::AnyBufRead> Any>
v0_2::io::AnyBufRead into_legacy(Any reader) {
  return v0_2::io::AnyBufRead(std::move(reader));
}
inline v0_2::io::DuplexStream into_legacy(io::DuplexStream stream) {
  return v0_2::io::DuplexStream(std::move(stream));
}
inline v0_2::fs::File into_legacy(fs::File file) { return v0_2::fs::File(std::move(file)); }
inline v0_2::fs::OpenOptions into_legacy(const fs::OpenOptions& options) {
  return v0_2::fs::OpenOptions(options);
}
inline v0_2::fs::ReadDir into_legacy(fs::ReadDir dir) { return v0_2::fs::ReadDir(std::move(dir)); }
inline v0_2::process::ChildStdin into_legacy(process::ChildStdin pipe) {
  return v0_2::process::ChildStdin(std::move(pipe));
}
template <int kNumber>
v0_2::process::ChildOutput<kNumber> into_legacy(process::ChildOutput<kNumber> pipe) {
  return v0_2::process::ChildOutput<kNumber>(std::move(pipe));
}
inline v0_2::process::Child into_legacy(process::Child child) {
  return v0_2::process::Child(std::move(child));
}
inline v0_2::process::Command into_legacy(process::Command command) {
  return v0_2::process::Command(std::move(command));
}
inline v0_2::signal::Signal into_legacy(signal::Signal signal) {
  return v0_2::signal::Signal(std::move(signal));
}
inline v0_2::bytes::BytesMut into_legacy(util::BytesMut bytes) {
  return v0_2::bytes::BytesMut(std::move(bytes));
}

template <std::same_as<v0_2::io::AnyRead> Any>
io::AnyRead from_legacy(Any reader) {
  return static_cast<io::AnyRead&&>(reader);
}
template <std::same_as<v0_2::io::AnyWrite> Any>
io::AnyWrite from_legacy(Any writer) {
  return static_cast<io::AnyWrite&&>(writer);
}
template <std::same_as<v0_2::io::AnyReadWrite> Any>
io::AnyReadWrite from_legacy(Any stream) {
  return static_cast<io::AnyReadWrite&&>(stream);
}
template <std::same_as<v0_2::io::AnyBufRead> Any>
io::AnyBufRead from_legacy(Any reader) {
  return static_cast<io::AnyBufRead&&>(reader);
}
inline io::DuplexStream from_legacy(v0_2::io::DuplexStream stream) {
  return static_cast<io::DuplexStream&&>(stream);
}
inline fs::File from_legacy(v0_2::fs::File file) { return static_cast<fs::File&&>(file); }
inline fs::OpenOptions from_legacy(const v0_2::fs::OpenOptions& options) { return options; }
inline fs::ReadDir from_legacy(v0_2::fs::ReadDir dir) { return static_cast<fs::ReadDir&&>(dir); }
inline process::ChildStdin from_legacy(v0_2::process::ChildStdin pipe) { return pipe; }
template <int kNumber>
process::ChildOutput<kNumber> from_legacy(v0_2::process::ChildOutput<kNumber> pipe) {
  return pipe;
}
inline process::Child from_legacy(v0_2::process::Child child) { return child; }
inline process::Command from_legacy(v0_2::process::Command command) {
  return static_cast<process::Command&&>(command);
}
inline signal::Signal from_legacy(v0_2::signal::Signal signal) {
  return static_cast<signal::Signal&&>(signal);
}
inline util::BytesMut from_legacy(v0_2::bytes::BytesMut bytes) {
  return static_cast<util::BytesMut&&>(bytes);
}

// Timers and channels.
template <class T>
v0_2::time::DelayQueue<T> into_legacy(time::DelayQueue<T> queue) {
  return v0_2::time::DelayQueue<T>(std::move(queue));
}
template <class T>
v0_2::sync::mpsc::Sender<T> into_legacy(sync::mpsc::Sender<T> sender) {
  return v0_2::sync::mpsc::Sender<T>(std::move(sender));
}
template <class T>
v0_2::sync::broadcast::Sender<T> into_legacy(sync::broadcast::Sender<T> sender) {
  return v0_2::sync::broadcast::Sender<T>(std::move(sender));
}
template <class T>
v0_2::sync::broadcast::Receiver<T> into_legacy(sync::broadcast::Receiver<T> receiver) {
  return v0_2::sync::broadcast::Receiver<T>(std::move(receiver));
}
template <class T>
time::DelayQueue<T> from_legacy(v0_2::time::DelayQueue<T> queue) {
  return queue;
}
/// A place that `poll_ready` has reserved is given up.
template <class T>
sync::mpsc::Sender<T> from_legacy(v0_2::sync::mpsc::Sender<T> sender) {
  return sender;
}
template <class T>
sync::broadcast::Sender<T> from_legacy(v0_2::sync::broadcast::Sender<T> sender) {
  return sender;
}
template <class T>
sync::broadcast::Receiver<T> from_legacy(v0_2::sync::broadcast::Receiver<T> receiver) {
  return receiver;
}

}  // namespace ferry::compat

#pragma GCC diagnostic pop
