// into_legacy and from_legacy: values that cross between 0.2 and 1.x, for the types that are not the same in
// both.
#pragma once

#include <utility>

#include <ferry/v0_2/net/tcp_listener.hpp>
#include <ferry/v0_2/net/tcp_stream.hpp>
#include <ferry/v0_2/runtime/handle.hpp>
#include <ferry/v0_2/runtime/runtime.hpp>
#include <ferry/v0_2/sync/broadcast.hpp>
#include <ferry/v0_2/sync/mpsc.hpp>
#include <ferry/v0_2/sync/watch.hpp>
#include <ferry/v0_2/time/delay.hpp>
#include <ferry/v0_2/time/delay_queue.hpp>
#include <ferry/v0_2/time/interval.hpp>

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

namespace ferry::compat {

/// What 1.x has, for code of 0.2. A watch receiver has seen what it had seen; a timer is registered from now
/// on.
inline v0_2::net::TcpStream into_legacy(net::TcpStream stream) {
  return v0_2::net::TcpStream(std::move(stream));
}
inline v0_2::net::TcpListener into_legacy(net::TcpListener listener) {
  return v0_2::net::TcpListener(std::move(listener));
}
inline v0_2::time::Interval into_legacy(time::Interval interval) {
  return v0_2::time::Interval(std::move(interval));
}
inline v0_2::time::Delay into_legacy(Pin<time::Sleep> sleep) { return v0_2::time::Delay(std::move(sleep)); }
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
inline Pin<time::Sleep> from_legacy(v0_2::time::Delay delay) { return std::move(delay).into_inner(); }
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
