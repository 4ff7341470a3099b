/// The echo server on libuv, which has one loop and so one thread.
#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <netinet/in.h>
#include <uv.h>
#include <vector>

#include "echo/arguments.hpp"

namespace {

struct Session {
  explicit Session(std::size_t buffer_bytes) : buffer(buffer_bytes) { socket.data = this; }

  uv_tcp_t socket{};
  std::vector<char> buffer;
};

uv_stream_t* stream_of(uv_tcp_t& socket) { return reinterpret_cast<uv_stream_t*>(&socket); }

Session* session_of(void* handle) { return static_cast<Session*>(static_cast<uv_handle_t*>(handle)->data); }

void end(Session& session) {
  uv_close(reinterpret_cast<uv_handle_t*>(&session.socket),
           [](uv_handle_t* handle) { delete session_of(handle); });
}

void read(Session& session);

// What the socket has no room for is written when it has; until then, nothing is read.
void write(Session& session, std::size_t length) {
  auto all = uv_buf_init(session.buffer.data(), static_cast<unsigned>(length));
  const int written = uv_try_write(stream_of(session.socket), &all, 1);
  if (written == static_cast<int>(length)) return;
  if (written < 0 && written != UV_EAGAIN) return end(session);
  const std::size_t begin = written < 0 ? 0 : static_cast<std::size_t>(written);
  auto rest = uv_buf_init(session.buffer.data() + begin, static_cast<unsigned>(length - begin));
  uv_read_stop(stream_of(session.socket));
  uv_write(new uv_write_t, stream_of(session.socket), &rest, 1, [](uv_write_t* request, int status) {
    Session& writer = *session_of(request->handle);
    delete request;
    if (status == 0) {
      read(writer);
    } else {
      end(writer);
    }
  });
}

void read(Session& session) {
  uv_read_start(
      stream_of(session.socket),
      [](uv_handle_t* handle, std::size_t, uv_buf_t* buffer) {
        std::vector<char>& own = session_of(handle)->buffer;
        *buffer = uv_buf_init(own.data(), static_cast<unsigned>(own.size()));
      },
      [](uv_stream_t* stream, ssize_t count, const uv_buf_t*) {
        Session& reader = *session_of(stream);
        if (count < 0) {
          end(reader);
        } else if (count > 0) {
          write(reader, static_cast<std::size_t>(count));
        }
      });
}

void accept(uv_stream_t* listener, int status) {
  if (status < 0) return;
  const auto& arguments = *static_cast<const bench::Arguments*>(listener->data);
  auto* const session = new Session(arguments.buffer_bytes);
  uv_tcp_init(listener->loop, &session->socket);
  if (uv_accept(listener, stream_of(session->socket)) != 0) return end(*session);
  uv_tcp_nodelay(&session->socket, 1);
  read(*session);
}

}  // namespace

int main(int argc, char** argv) {
  auto arguments = bench::Arguments::parse(argc, argv);
  if (arguments.threads != 1) {
    std::fprintf(stderr, "uv_server: a loop of libuv has one thread\n");
    return 2;
  }
  uv_loop_t& loop = *uv_default_loop();
  uv_tcp_t listener{};
  uv_tcp_init(&loop, &listener);
  listener.data = &arguments;
  sockaddr_in address{};
  uv_ip4_addr("127.0.0.1", arguments.port, &address);
  int length = sizeof address;
  auto* const name = reinterpret_cast<sockaddr*>(&address);
  int error = uv_tcp_bind(&listener, name, 0);
  if (error == 0) error = uv_listen(stream_of(listener), 1024, accept);
  if (error == 0) error = uv_tcp_getsockname(&listener, name, &length);
  if (error != 0) {
    std::fprintf(stderr, "uv_server: %s\n", uv_strerror(error));
    return EXIT_FAILURE;
  }
  bench::say_ready(ntohs(address.sin_port));
  uv_run(&loop, UV_RUN_DEFAULT);
}
