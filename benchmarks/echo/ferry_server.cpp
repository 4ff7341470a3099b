/// The echo server on ferry's runtime. usage: ferry_server [THREADS]; one thread is `current_thread`.
#include <array>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <utility>

#include <ferry/net.hpp>
#include <ferry/runtime.hpp>
#include <ferry/task.hpp>

namespace {

ferry::Task<void> echo(ferry::net::TcpStream socket) {
  std::array<std::byte, 1024> buffer;
  for (;;) {
    auto count = co_await socket.read(buffer);
    if (!count || *count == 0) co_return;
    if (!co_await socket.write_all(std::span(buffer).first(*count))) co_return;
  }
}

ferry::Task<int> serve() {
  auto listener = co_await ferry::net::TcpListener::bind("127.0.0.1:0");
  if (!listener) co_return EXIT_FAILURE;
  std::printf("%u\n", static_cast<unsigned>(listener->local_addr().value().port()));
  std::fflush(stdout);
  for (;;) {
    auto accepted = co_await listener->accept();
    if (accepted) (void)ferry::spawn(echo(std::move(accepted->first)));
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 1;
  auto builder = threads == 1 ? ferry::runtime::Builder::new_current_thread()
                              : ferry::runtime::Builder::new_multi_thread();
  auto runtime = builder.worker_threads(static_cast<std::size_t>(threads)).enable_all().build().value();
  return runtime.block_on(runtime.spawn(serve())).value();
}
