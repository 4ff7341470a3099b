/// The echo server on ferry's runtime; one thread is `current_thread`.
#include <cstddef>
#include <cstdlib>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <ferry/io.hpp>
#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

#include "echo/arguments.hpp"

namespace {

ferry::Task<void> echo(ferry::net::TcpStream socket, std::size_t buffer_bytes) {
  std::vector<std::byte> buffer(buffer_bytes);
  for (;;) {
    auto count = co_await socket.read(buffer);
    if (!count || *count == 0) co_return;
    if (!co_await socket.write_all(std::span(buffer).first(*count))) co_return;
  }
}

ferry::Task<void> echo_by_copy(ferry::net::TcpStream socket) {
  auto [reader, writer] = socket.split();
  (void)co_await ferry::io::copy(reader, writer);
}

ferry::Task<int> serve(bench::Arguments arguments) {
  auto listener = co_await ferry::net::TcpListener::bind("127.0.0.1:" + std::to_string(arguments.port));
  if (!listener) co_return EXIT_FAILURE;
  bench::say_ready(listener->local_addr().value().port());
  for (;;) {
    auto accepted = co_await listener->accept();
    if (!accepted || !accepted->first.set_nodelay(true)) continue;
    (void)ferry::spawn(arguments.buffer_bytes == 0
                           ? echo_by_copy(std::move(accepted->first))
                           : echo(std::move(accepted->first), arguments.buffer_bytes));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const auto arguments = bench::Arguments::parse(argc, argv);
  auto builder = arguments.threads == 1 ? ferry::runtime::Builder::new_current_thread()
                                        : ferry::runtime::Builder::new_multi_thread();
  auto runtime =
      builder.worker_threads(static_cast<std::size_t>(arguments.threads)).enable_all().build().value();
  return runtime.block_on(runtime.spawn(serve(arguments))).value();
}
