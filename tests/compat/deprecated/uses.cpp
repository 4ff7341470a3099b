// Compiled by check.cmake: the compiler warns once about each line that says so, and about no other.
#include <array>
#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include <ferry/compat/legacy.hpp>
#include <ferry/compat/shared_runtime.hpp>
#include <ferry/compat/streams.hpp>
#include <ferry/io.hpp>
#include <ferry/v0_2.hpp>

namespace rt = ferry::v0_2;
using namespace std::chrono_literals;

rt::Task<void> timers() {
  co_await rt::time::delay_for(1ms);                         // warns
  co_await rt::time::delay_until(rt::time::Instant::now());  // warns
  auto kept = rt::time::delay_for(1ms);                      // warns
  kept.reset(rt::time::Instant::now());
  co_await kept;
  auto ticks = rt::time::interval(1ms);
  co_await ticks.tick();
  co_await ticks.next();  // warns
  co_await rt::stream::next(ticks);
  co_await rt::time::sleep(1ms);

  (void)co_await rt::time::timeout(1ms, rt::time::sleep(1s));
  auto limited = rt::time::timeout_at(rt::time::Instant::now(), std::move(kept));
  rt::time::Elapsed elapsed = (co_await limited).error();  // warns
  rt::time::Error error;                                   // warns
  (void)elapsed.into_io();
  (void)error.what();
  auto slow = rt::time::throttle(1ms, std::move(ticks));  // warns
  (void)co_await rt::stream::next(slow);
  rt::time::DelayQueue<int> queue;
  queue.insert(1, 1ms);
  co_await queue.next();  // warns
  co_await rt::stream::next(queue);
  auto expire = [&](rt::Context& cx) {
    return queue.poll_expired(cx);  // warns
  };
  co_await rt::poll_fn(expire);
  rt::time::pause();               // warns
  co_await rt::time::advance(1s);  // warns
  rt::time::resume();              // warns
}

class Limited {
  rt::time::Timeout<rt::time::Sleep&> timeout_;  // warns

 public:
  explicit Limited(rt::time::Sleep& sleep) : timeout_(rt::time::Instant::now(), sleep) {}
  rt::Task<void> wait() { (void)co_await timeout_; }
};

class Holder {
  rt::time::Delay delay_;  // warns

 public:
  explicit Holder(ferry::Pin<ferry::time::Sleep> sleep)
      : delay_(ferry::compat::into_legacy(std::move(sleep))) {}
  rt::Task<void> wait() { co_await delay_; }
};

rt::Task<void> channels() {
  auto [tx, rx] = rt::sync::watch::channel(1);
  (void)tx.broadcast(2);  // warns
  (void)tx.send(3);
  co_await rx.recv();  // warns
  (void)co_await rx.changed();
  auto [sender, receiver] = rt::sync::mpsc::channel<int>(1);
  (void)co_await sender.send(1);
  co_await receiver.next();  // warns
  co_await receiver.recv();
  const bool is_end = receiver.try_recv().error() == rt::sync::mpsc::error::TryRecvError::Closed;  // warns
  rt::sync::Notify notify;
  if (is_end) notify.notify();  // warns
  notify.notify_one();
  co_await notify.notified();

  co_await rx.next();  // warns
  auto look = [&](rt::Context& cx) {
    return rx.poll_recv_ref(cx);  // warns
  };
  (void)co_await rt::poll_fn(look);
  auto reserve = [&](rt::Context& cx) {
    return sender.poll_ready(cx);  // warns
  };
  (void)co_await rt::poll_fn(reserve);
  (void)sender.try_send(1);
  (void)sender.disarm();                      // warns
  rt::sync::mpsc::error::ClosedError closed;  // warns
  (void)closed.what();

  auto [all, one] = rt::sync::broadcast::channel<int>(1);
  auto two = all.subscribe();
  (void)co_await one.recv();
  co_await one.next();  // warns
  auto receive = [&](rt::Context& cx) {
    return one.poll_recv(cx);  // warns
  };
  (void)co_await rt::poll_fn(receive);
  auto stream = std::move(two).into_stream();   // warns
  rt::sync::broadcast::RecvError lost;          // warns
  rt::sync::broadcast::TryRecvError none;       // warns
  rt::sync::broadcast::SendError<int> refused;  // warns
  (void)lost.what();
  (void)none.what();
  (void)refused.what();
}

void write(rt::sync::RwLockWriteGuard<int> guard) { *guard = 1; }  // warns

rt::Task<void> locks() {
  const auto semaphore = std::make_shared<rt::sync::Semaphore>(1);
  {
    auto permit = co_await semaphore->acquire();  // warns
  }
  auto owned = co_await rt::sync::Semaphore::acquire_owned(semaphore);  // warns
  (void)semaphore->try_acquire();
  const rt::sync::RwLock<int> lock(1);
  write(co_await lock.write());
  auto guard = co_await lock.write();
  auto part = std::move(guard).map([](int& value) -> int& { return value; });
  *part = 2;
}

rt::Task<int> tasks() {
  auto joined = co_await rt::spawn([]() -> rt::Task<int> { co_return 1; }());
  const rt::task::JoinError error = joined.error();
  (void)rt::task::JoinError::cancelled();     // warns
  (void)rt::task::JoinError::panic(nullptr);  // warns
  (void)error.is_panic();
  co_return joined.value();
}

rt::Task<void> sockets(int fd) {
  auto listener = rt::net::TcpListener::from_std(fd).value();  // warns
  auto incoming = listener.incoming();                         // warns
  co_await incoming.next();                                    // warns
  co_await listener.next();                                    // warns
  auto accepted = (co_await listener.accept()).value();
  auto stream = rt::net::TcpStream::from_std(fd).value();  // warns
  std::array<std::byte, 8> buffer;
  (void)co_await rt::io::read(stream, buffer);
  (void)co_await rt::io::copy(stream, accepted.first);
  auto fill = [&](rt::Context& cx) {
    return stream.poll_read(cx, std::span(buffer));  // warns
  };
  (void)co_await rt::poll_fn(fill);
}

rt::Task<void> streams(rt::net::TcpStream socket) {
  auto words = rt::stream::iter({std::string("a")});
  auto timed = words | rt::stream::timeout(1ms);  // warns
  (void)co_await rt::stream::next(timed);
  (void)co_await (words | rt::stream::throttle(1ms) | rt::stream::collect<std::string>());
  auto bytes = words | rt::stream::collect<rt::util::BytesMut>();  // warns
  (void)co_await std::move(bytes);
  using All = rt::io::Result<rt::util::BytesMut>;
  auto chunks = rt::util::ReaderStream(std::move(socket)) | rt::stream::collect<All>();  // warns
  (void)co_await std::move(chunks);
  auto [left, right] = ferry::io::duplex(8);
  rt::util::codec::Framed framed(std::move(left), rt::util::codec::LinesCodec());
  (void)co_await framed.send("line");
  (void)co_await framed.next();
  ferry::util::codec::Framed modern = ferry::compat::from_legacy(std::move(framed));
  (void)co_await ferry::compat::into_legacy(std::move(modern)).next();
}

rt::Task<void> other_sockets(int fd, rt::net::SocketAddr addr) {
  auto stream = (co_await rt::net::TcpStream::connect_std(fd, addr)).value();  // warns
  (void)stream.shutdown(rt::net::Shutdown::Both);                              // warns
  (void)co_await stream.shutdown();
  (void)stream.set_recv_buffer_size(1);  // warns
  (void)stream.set_keepalive(1s);        // warns
  (void)stream.set_nodelay(true);
  auto [reader, writer] = std::move(stream).into_split();
  rt::net::tcp::OwnedReadHalf old_name = std::move(reader);  // warns
  (void)co_await rt::io::copy(old_name, writer);

  auto listener = rt::net::UnixListener::bind("socket").value();
  (void)co_await listener.next();                    // warns
  auto adopted = rt::net::UnixStream::try_from(fd);  // warns
  auto cred = adopted->peer_cred().value();
  const uid_t uid = cred.uid;                                               // warns
  if (uid == cred.uid()) (void)adopted->shutdown(rt::net::Shutdown::Read);  // warns

  auto socket = (co_await rt::net::UdpSocket::bind(addr)).value();
  (void)socket.try_send("x");  // warns
  (void)co_await socket.send("x");
  std::array<std::byte, 8> buffer;
  const auto receive = [&](rt::Context& cx) {
    return socket.poll_recv(cx, std::span(buffer));  // warns
  };
  (void)co_await rt::poll_fn(receive);
  auto [receiving, sending] = std::move(socket).split();  // warns
  (void)co_await receiving.recv_from(buffer);
  (void)std::move(sending).reunite(std::move(receiving));
  rt::net::udp::RecvHalf* half = nullptr;  // warns
  (void)half;

  auto datagrams = rt::net::UnixDatagram::unbound().value();
  (void)datagrams.try_recv(buffer);                // warns
  auto borrowed = datagrams.split();               // warns
  auto owned = std::move(datagrams).into_split();  // warns
  (void)co_await owned.first.recv(buffer);
  (void)borrowed;
}

void readiness(int fd, rt::Context& cx) {
  auto evented = rt::io::PollEvented<int>::create(fd).value();  // warns
  (void)evented.poll_write_ready(cx);
  const auto ready = rt::mio::Ready::readable();  // warns
  (void)evented.poll_read_ready(cx, ready);
  auto registration = rt::io::Registration::create(fd);  // warns
  (void)registration->take_read_ready();
}

rt::Task<void> bytes_and_streams(rt::io::DuplexStream stream, rt::bytes::BytesMut bytes) {
  std::array<std::byte, 8> memory;
  std::array<std::span<const std::byte>, 1> pieces;
  rt::Context nobody(rt::Waker::noop());
  (void)stream.poll_read(nobody, memory);             // warns
  (void)stream.prepare_uninitialized_buffer(memory);  // warns
  (void)stream.poll_read_buf(nobody, bytes);          // warns
  (void)stream.poll_write_buf(nobody, bytes);         // warns
  (void)stream.poll_write(nobody, memory);
  (void)co_await rt::io::read_buf(stream, bytes);
  (void)co_await rt::io::write_buf(stream, bytes);
  (void)co_await stream.read_u16();
  (void)bytes.bytes();                 // warns
  (void)bytes.bytes_vectored(pieces);  // warns
  (void)bytes.to_bytes();              // warns
  (void)bytes.bytes_mut();             // warns
  std::array<std::span<std::byte>, 1> room;
  (void)bytes.bytes_vectored_mut(room);  // warns
  rt::io::Cursor cursor(std::string("a"));
  (void)cursor.start_seek(nobody, rt::io::SeekFrom::start(0));  // warns
  (void)cursor.start_seek(rt::io::SeekFrom::start(0));
  (void)co_await rt::io::copy(cursor, stream);
  auto reader = rt::io::BufReader(std::move(stream));
  auto lines = rt::io::lines(reader);
  co_await lines.next();  // warns
  (void)co_await lines.next_line();
  auto split = reader.split(';');
  co_await split.next();                                 // warns
  auto chunks = rt::io::reader_stream(rt::io::empty());  // warns
  auto back = rt::io::stream_reader(std::move(chunks));  // warns
  std::string text;
  (void)co_await rt::io::read_to_string(back, text);
}

rt::Task<void> files(rt::fs::File file) {
  (void)co_await file.seek(rt::io::SeekFrom::start(0));
  (void)co_await file.sync_all();
  (void)co_await file.flush();
  (void)co_await file.shutdown();  // warns
  (void)co_await rt::io::shutdown(file);
  auto dir = (co_await rt::fs::read_dir("/")).value();
  co_await dir.next();                                  // warns
  (void)co_await rt::fs::os::unix_::symlink("a", "b");  // warns
  rt::fs::os::unix_::OpenOptionsExt options;            // warns
  (void)co_await options.read(true).open("/dev/null");
}

rt::Task<void> children() {
  auto child = rt::process::Command("true").spawn().value();
  (void)child.id();    // warns
  (void)child.kill();  // warns
  (void)child.start_kill();
  (void)co_await child.wait();
  co_await child;
  auto stdin = child.stdin.take();  // warns
  child.stdout().reset();           // warns
  (void)child.stderr->read_u8();
  auto signal = rt::signal::signal(rt::signal::SignalKind::hangup()).value();
  co_await signal.next();  // warns
  co_await signal.recv();
}

class Job {
  rt::process::Child child_;  // warns

 public:
  explicit Job(ferry::process::Child child) : child_(ferry::compat::into_legacy(std::move(child))) {}
};

int main() {
  auto runtime = rt::runtime::Builder()     // warns
                     .threaded_scheduler()  // warns
                     .core_threads(1)       // warns
                     .max_threads(4)        // warns
                     .enable_all()
                     .build()
                     .value();
  runtime.enter([] {});           // warns
  runtime.handle().enter([] {});  // warns
  runtime.block_on(timers());
  runtime.block_on(channels());
  runtime.block_on(sockets(-1));
  runtime.block_on(other_sockets(-1, rt::net::SocketAddr(rt::net::IpAddr::localhost_v4(), 0)));
  rt::Context nobody(ferry::Waker::noop());
  readiness(-1, nobody);
  runtime.block_on(bytes_and_streams(rt::io::duplex(8).first, {}));
  runtime.block_on(files(rt::fs::File::from_std(-1)));
  runtime.block_on(children());
  runtime.block_on(locks());
  const rt::task::LocalSet set;
  set.block_on(runtime, tasks());
  rt::run(tasks());
  const auto options = rt::MainOptions()           // warns
                           .core_threads(1)        // warns
                           .max_threads(4)         // warns
                           .basic_scheduler()      // warns
                           .threaded_scheduler();  // warns
  const auto for_test = rt::test_options();        // warns
  rt::run(tasks(), for_test);
  return rt::run(tasks(), options);
}
