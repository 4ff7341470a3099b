// The pack for Asio: what it leaves, and what it says then.
#include <doctest/doctest.h>

#include "rewriter/support/program.hpp"

using ferry::rewriter::test::has;
using ferry::rewriter::test::Program;
using ferry::rewriter::test::Ran;

namespace {

// A project that uses a library `boost/asio.hpp` with `declarations` in its namespace.
class Project : public Program {
 public:
  Project(const std::string& declarations, const std::string& code) {
    tree.write("system/boost/asio.hpp",
               "#pragma once\n#include <chrono>\n#include <memory>\n#include <string>\nnamespace boost { "
               "namespace asio {\n" +
                   declarations + "\n} }\n");
    write("a.cpp", "#include <boost/asio.hpp>\n" + code);
    write_database({"a.cpp"}, "-isystem ../system");
  }

  Ran fix() const { return run("fix --pack asio --unsafe --no-cache"); }
};

constexpr const char* kStrands = R"(
struct io_context {
  struct executor_type {};
  struct strand {
    explicit strand(io_context& io);
    template <class Handler>
    Handler wrap(Handler handler) {
      return handler;
    }
  };
  executor_type get_executor();
};
template <class Executor>
struct strand {
  explicit strand(const Executor& executor);
};
template <class Executor, class Handler>
Handler bind_executor(const Executor&, Handler handler) {
  return handler;
}
struct steady_timer {
  template <class Handler>
  void async_wait(Handler handler) {}
};
)";

constexpr const char* kResolver = R"(
namespace ip {
struct resolver_base {
  enum flags { address_configured };
};
template <class Protocol>
struct basic_resolver_query : resolver_base {
  basic_resolver_query(const std::string& host, const std::string& service);
};
template <class Protocol>
struct basic_resolver : resolver_base {
  using query = basic_resolver_query<Protocol>;
  void resolve(const query&);
  void resolve(const std::string& host, const std::string& service, flags);
};
struct tcp {
  using resolver = basic_resolver<tcp>;
};
}
)";

constexpr const char* kIterators = R"(
namespace ip {
template <class Protocol>
struct basic_resolver_iterator {
  basic_resolver_iterator& operator++();
};
template <class Protocol>
struct basic_resolver_results : basic_resolver_iterator<Protocol> {
  typedef basic_resolver_iterator<Protocol> iterator;
};
template <class Protocol>
struct basic_resolver {
  typedef basic_resolver_iterator<Protocol> iterator;
  typedef basic_resolver_results<Protocol> results_type;
};
struct tcp {
  typedef basic_resolver<tcp> resolver;
};
}
)";

constexpr const char* kTimers = R"(
struct io_context {};
struct system_timer {
  system_timer(io_context& io, std::chrono::seconds pause);
  void expires_after(std::chrono::seconds pause);
};
}
namespace posix_time {
enum special_values { neg_infin, pos_infin };
struct time_duration {};
struct ptime {
  ptime(special_values value);
};
struct seconds : time_duration {
  explicit seconds(long);
};
}
namespace asio {
template <class Time>
struct basic_deadline_timer {
  basic_deadline_timer(io_context& io, const posix_time::time_duration& pause);
  void expires_from_now(const posix_time::time_duration& pause);
  void expires_at(const posix_time::ptime& time);
};
typedef basic_deadline_timer<int> deadline_timer;
)";

}  // namespace

TEST_SUITE("rewriter.packs.asio") {
  TEST_CASE("null_buffers that a project's own stream takes are the project's business") {
    const Project project(R"(
class null_buffers {};
struct mutable_buffer {};
)",
                          R"(using boost::asio::null_buffers;
struct Stream {
  template <class Handler>
  void async_read_some(const null_buffers& buffers, Handler handler) {
    start(buffers, handler);
  }
  template <class Buffers, class Handler>
  void async_read_some(const Buffers& buffers, Handler handler) {}
  template <class Handler>
  void start(null_buffers, Handler handler) {
    handler();
  }
  template <class Handler>
  void async_wait(Handler handler) {
    async_read_some(boost::asio::null_buffers(), [handler] { handler(0); });
  }
};
)");
    const Ran ran = project.run("check --pack asio --no-cache");
    CHECK(has(ran.out, "No old call sites."));
    CHECK(ran.status == 0);
  }

  TEST_CASE("null_buffers that go on to Asio are reported where they are declared") {
    const Project project(R"(
class null_buffers {};
struct socket {
  template <class Buffers>
  void receive(const Buffers& buffers) {}
};
)",
                          R"(void wait(boost::asio::socket& socket,
          const boost::asio::null_buffers& buffers) {
  socket.receive(buffers);
}
)");
    const Ran ran = project.run("check --pack asio --no-cache");
    CHECK_MESSAGE(has(ran.out, ": BUF-08 [manual]"), ran.out << ran.err);
    CHECK(ran.status == 1);
  }

  TEST_CASE("a strand's class stays while something that it alone can do is left to a person") {
    const Project project(kStrands, R"(struct Session {
  boost::asio::io_context::strand strand_;
  int next();
  auto choose() { return &boost::asio::io_context::strand::wrap<int (*)()>; }
};
)");
    const Ran ran = project.fix();
    CHECK_MESSAGE(has(ran.out, ": STRAND-05 [manual]"), ran.out << ran.err);
    CHECK(has(ran.out, "right only together with STRAND-05 in line 5, which is not rewritten"));
    CHECK(has(project.read("a.cpp"), "io_context::strand strand_;"));
  }

  TEST_CASE("a strand that a getter of an open class gives is bound as what the instances show") {
    const Project project(kStrands, R"(template <class Config>
struct Connection {
  std::shared_ptr<boost::asio::io_context::strand> get_strand() { return strand_; }
  std::shared_ptr<boost::asio::io_context::strand> strand_;
};
template <class Config>
struct Endpoint {
  using pointer = std::shared_ptr<Connection<Config>>;
  boost::asio::steady_timer timer_;
  void wait(pointer connection) { timer_.async_wait(connection->get_strand()->wrap(Config::handler())); }
};
struct Plain {
  static int handler() { return 1; }
};
void start(Endpoint<Plain>& endpoint) { endpoint.wait(nullptr); }
)");
    const Ran ran = project.fix();
    CHECK(
        has(project.read("a.cpp"),
            "timer_.async_wait(boost::asio::bind_executor(*connection->get_strand(), Config::handler()));"));
    CHECK(has(project.read("a.cpp"),
              "std::shared_ptr<boost::asio::strand<boost::asio::io_context::executor_type>> strand_;"));
    CHECK_MESSAGE(ran.status == 0, ran.out << ran.err);
  }

  TEST_CASE("a handler that changes what a getter of an open class gives is left") {
    const Project project(kStrands, R"(template <class Config>
struct Connection {
  std::shared_ptr<boost::asio::io_context::strand> get_strand() { return ++asked_, strand_; }
  int asked_ = 0;
  std::shared_ptr<boost::asio::io_context::strand> strand_;
};
template <class Config>
void wait(std::shared_ptr<Connection<Config>> connection,
          boost::asio::steady_timer& timer) {
  timer.async_wait(connection->get_strand()->wrap([n = ++connection->asked_] {}));
}
void start(std::shared_ptr<Connection<int>> connection, boost::asio::steady_timer& timer) {
  wait(connection, timer);
}
)");
    const Ran ran = project.fix();
    CHECK(has(ran.out, "whose order would be open"));
    CHECK(has(project.read("a.cpp"), "->wrap("));
  }

  TEST_CASE("work that an optional makes in place is made from an executor, without its reference") {
    const Project project(R"(
struct io_context {
  struct executor_type {};
  struct work {
    explicit work(io_context& io);
  };
  executor_type get_executor();
};
template <class Executor>
struct executor_work_guard {
  explicit executor_work_guard(const Executor& executor);
};
}  // namespace asio
template <class Argument>
struct typed_in_place {
  Argument argument;
};
template <class Argument>
typed_in_place<Argument> in_place(const Argument& argument);
template <class T>
struct optional {
  template <class Argument>
  optional& operator=(const typed_in_place<Argument>& factory) {
    new (this) T(factory.argument);
    return *this;
  }
};
namespace asio {
)",
                          R"(#include <functional>
boost::optional<boost::asio::io_context::work> work;
void start(boost::asio::io_context& io) { work = boost::in_place(std::ref(io)); }
)");
    const Ran ran = project.fix();
    CHECK(has(project.read("a.cpp"), "{ work = boost::in_place(io.get_executor()); }"));
    CHECK_MESSAGE(ran.status == 0, ran.out << ran.err);
  }

  TEST_CASE("a macro that gives a context is followed by the call for its executor") {
    const Project project(kStrands, R"(#define CONTEXT_OF(session) ((boost::asio::io_context&)(session).io_)
struct Session {
  boost::asio::io_context io_;
  boost::asio::io_context& context() { return CONTEXT_OF(*this); }
  boost::asio::io_context::strand strand_{CONTEXT_OF(*this)};
};
)");
    const Ran ran = project.fix();
    CHECK(has(project.read("a.cpp"), "> strand_{CONTEXT_OF(*this).get_executor()};"));
    CHECK_MESSAGE(ran.status == 0, ran.out << ran.err);
  }

  TEST_CASE("what a template's stream does with a handler is what its instances show") {
    const Project project(kStrands, R"(template <class Config>
struct Session {
  typename Config::timer timer_;
  boost::asio::io_context::strand strand_;
  void wait() { timer_.async_wait(strand_.wrap([] {})); }
};
struct Plain {
  using timer = boost::asio::steady_timer;
};
void start(Session<Plain>& session) { session.wait(); }
)");
    const Ran ran = project.fix();
    CHECK(has(project.read("a.cpp"), "timer_.async_wait(boost::asio::bind_executor(strand_, [] {}));"));
    CHECK_MESSAGE(ran.status == 0, ran.out << ran.err);
  }

  TEST_CASE("a part of a header gets no includes that the header has") {
    const Project project(kStrands, R"(#include "session.hpp"
)");
    project.write("session.hpp", "#pragma once\n#include <boost/asio.hpp>\n#include \"session.inl\"\n");
    project.write("session.inl", R"(#include <boost/asio/detail.hpp>
inline void wait(boost::asio::steady_timer& timer, boost::asio::io_context::strand& strand) {
  timer.async_wait(strand.wrap([] {}));
}
)");
    project.tree.write("system/boost/asio/detail.hpp", "#pragma once\n");
    project.fix();
    CHECK(has(project.read("session.inl"), "boost::asio::bind_executor(strand, [] {})"));
    CHECK(!has(project.read("session.inl"), "bind_executor.hpp"));
  }

  TEST_CASE("a query that goes leaves one empty line where it had one on both sides") {
    const Project project(kResolver,
                          R"(using boost::asio::ip::tcp;
void lookup(tcp::resolver& resolver, int n) {
  ++n;

  tcp::resolver::query query("host", "80");

  resolver.resolve(query);
}
void again(tcp::resolver& resolver) {
  tcp::resolver::query query("host", "80");

  resolver.resolve(query);
}
)");
    const Ran ran = project.fix();
    CHECK_MESSAGE(project.read("a.cpp") == R"(#include <boost/asio.hpp>
using boost::asio::ip::tcp;
void lookup(tcp::resolver& resolver, int n) {
  ++n;

  resolver.resolve("host", "80", tcp::resolver::address_configured);
}
void again(tcp::resolver& resolver) {
  resolver.resolve("host", "80", tcp::resolver::address_configured);
}
)",
                  ran.out << ran.err << project.read("a.cpp"));
  }

  TEST_CASE("the iterator of a function that is defined elsewhere is judged there, or else by a person") {
    const Project project(kIterators, "#include \"step.hpp\"\n");
    const std::string head = "#include <boost/asio.hpp>\nvoid step(boost::asio::ip::tcp::resolver::";
    project.write("step.hpp", "#pragma once\n" + head + "iterator at);\n");
    Ran ran = project.fix();
    CHECK_MESSAGE(has(ran.out, "step.hpp:3:11: RESOLVE-08 [manual]"), ran.out << ran.err);
    CHECK_MESSAGE(has(ran.out, "the function's definition, which was not seen"), ran.out << ran.err);
    CHECK(project.read("step.hpp") == "#pragma once\n" + head + "iterator at);\n");

    project.write("b.cpp", "#include \"step.hpp\"\n" + head + "iterator at) { ++at; }\n");
    project.write_database({"a.cpp", "b.cpp"}, "-isystem ../system");
    ran = project.fix();
    CHECK_MESSAGE(ran.status == 0, ran.out << ran.err);
    CHECK(project.read("step.hpp") == "#pragma once\n" + head + "results_type::iterator at);\n");
    CHECK(project.read("b.cpp") ==
          "#include \"step.hpp\"\n" + head + "results_type::iterator at) { ++at; }\n");
  }

  TEST_CASE("a query in braces that begins on a line of its own leaves its parts there") {
    const Project project(kResolver, R"(using boost::asio::ip::tcp;
void lookup(tcp::resolver& resolver) {
  resolver.resolve({
      "host", "80"});
}
)");
    const Ran ran = project.fix();
    CHECK_MESSAGE(has(project.read("a.cpp"),
                      "resolver.resolve(\n      \"host\", \"80\", boost::asio::ip::resolver_base::address_"
                      "configured);\n"),
                  ran.out << ran.err << project.read("a.cpp"));
  }

  TEST_CASE("headers that have gone are included by their new names") {
    const Project project("struct io_context {};", R"(#include <boost/asio/io_service.hpp>
#include <boost/asio/io_service_strand.hpp>
#include <boost/asio/impl/src.cpp>
)");
    for (const char* header : {"io_service.hpp", "io_service_strand.hpp", "impl/src.cpp", "io_context.hpp",
                               "io_context_strand.hpp", "impl/src.hpp"})
      project.tree.write(std::string("system/boost/asio/") + header, "#pragma once\n");
    const Ran ran = project.fix();
    CHECK(project.read("a.cpp") ==
          "#include <boost/asio.hpp>\n#include <boost/asio/io_context.hpp>\n#include "
          "<boost/asio/io_context_strand.hpp>\n#include <boost/asio/impl/src.hpp>\n");
    CHECK_MESSAGE(ran.status == 0, ran.out << ran.err);
  }

  TEST_CASE("the template strand is no plain class, compiled or not") {
    const Project project(kStrands, R"(using executor = boost::asio::io_context::executor_type;
boost::asio::strand<executor>* strand;
#if 0
boost::asio::strand<executor> other(executor());
#endif
)");
    const Ran ran = project.run("check --pack asio --select STRAND-07 --no-cache");
    CHECK_MESSAGE(ran.out == "No old call sites.\n", ran.out << ran.err);
    CHECK(ran.status == 0);
  }

  TEST_CASE("handlers are posted to an executor where there was a context") {
    const Project project(R"(
struct io_context {
  struct executor_type {};
  template <class Handler>
  void post(Handler handler) {}
};
template <class Executor, class Handler>
void post(const Executor&, Handler handler) {}
struct tcp;
template <class Protocol>
struct basic_stream_socket {
  io_context& get_io_service();
  io_context::executor_type get_executor();
};
)",
                          R"(using Socket = boost::asio::basic_stream_socket<boost::asio::tcp>;
void start(Socket& socket) { socket.get_io_service().post([] {}); }
)");
    const Ran ran = project.fix();
    CHECK_MESSAGE(has(project.read("a.cpp"), "boost::asio::post(socket.get_executor(), [] {});"),
                  ran.out << ran.err << project.read("a.cpp"));
  }

  TEST_CASE("a deadline timer made with a duration is a system timer made with one of std::chrono's") {
    const Project project(kTimers, R"(void wait(boost::asio::io_context& io) {
  boost::asio::deadline_timer timer(io, boost::posix_time::seconds(1));
}
)");
    const Ran ran = project.fix();
    CHECK_MESSAGE(has(project.read("a.cpp"), "boost::asio::system_timer timer(io, std::chrono::seconds(1));"),
                  ran.out << ran.err << project.read("a.cpp"));
    CHECK(has(ran.out, "TIMER-08 1"));
  }

  TEST_CASE("a timer in a header stays while one unit leaves its uses, and is said to stay for those") {
    const Project project(kTimers,
                          "#include \"session.hpp\"\nvoid first(Session& session) { session.timer_; }\n");
    project.write("session.hpp",
                  "#pragma once\n#include <boost/asio.hpp>\n"
                  "struct Session { boost::asio::deadline_timer timer_; };\n");
    project.write("b.cpp",
                  "#include \"session.hpp\"\n"
                  "void wait(Session& session, boost::posix_time::seconds pause) {\n"
                  "  session.timer_.expires_from_now(pause);\n}\n");
    project.write_database({"a.cpp", "b.cpp"}, "-isystem ../system");
    const Ran ran = project.fix();
    CHECK_MESSAGE(has(ran.out, "other uses in `b.cpp` are left to a person"), ran.out << ran.err);
    CHECK(!has(ran.out, "need different edits"));
    CHECK(has(project.read("session.hpp"), "deadline_timer timer_;"));
  }

  TEST_CASE("a timer's infinite times are left, and what they are in std::chrono is said") {
    const Project project(kTimers, R"(void stop(boost::asio::deadline_timer& timer, bool now) {
  timer.expires_at(boost::posix_time::pos_infin);
  timer.expires_at(now ? boost::posix_time::neg_infin : boost::posix_time::pos_infin);
}
)");
    const Ran ran = project.fix();
    CHECK_MESSAGE(
        has(ran.out, "`pos_infin` is `time_point::max()` with std::chrono, to which nothing may be added"),
        ran.out << ran.err);
    CHECK(has(ran.out, "`neg_infin` is `time_point::min()`"));
  }

  TEST_CASE("calls that are written have the blanks of those around them") {
    const Project project(kStrands, R"(struct Session {
  boost::asio::io_context& context ();
  boost::asio::io_context::strand strand_ { context () };
};
)");
    const Ran ran = project.fix();
    CHECK_MESSAGE(has(project.read("a.cpp"), "{ context ().get_executor () };"), ran.out << ran.err);
  }
}
