#include "lsp/server.hpp"

#include <doctest/doctest.h>

#include "lsp/uri.hpp"

namespace ferry::rewriter::lsp {
namespace {

using namespace std::chrono_literals;

// Notes what it is asked for; the test decides what comes of it.
class NotingEngine : public Engine {
 public:
  void start(Work work) override { started.push_back(std::move(work)); }
  void cancel(unsigned id) override { cancelled.push_back(id); }
  std::string explain(const std::string& rule) override { return "# " + rule; }
  std::string fault_of_reason(const std::string& reason) override {
    return reason.empty() ? "a reason is missing" : "";
  }
  Edit suppress(const std::string& path, const std::string&, std::size_t, const std::set<std::string>&,
                const std::string& reason) override {
    return {.file = path, .offset = 0, .length = 0, .replacement = "// " + reason + "\n"};
  }

  std::vector<Work> started;
  std::vector<unsigned> cancelled;
};

struct Talk {
  explicit Talk(const std::string& capabilities = "{}")
      : server(engine, [this](const json::Value& message) { sent.push_back(message); }, "1") {
    take(R"({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"capabilities": )" + capabilities +
         "}}");
    sent.clear();
  }
  void take(const std::string& body) { server.take(body, now); }
  void tell(const std::string& method, const std::string& params) {
    take(R"({"jsonrpc": "2.0", "method": ")" + method + R"(", "params": )" + params + "}");
  }
  void open(const std::string& path) {
    tell("textDocument/didOpen",
         R"({"textDocument": {"uri": ")" + uri_of(path) + R"(", "version": 1, "text": "x\n"}})");
  }
  void change(const std::string& path) {
    tell("textDocument/didChange", R"({"textDocument": {"uri": ")" + uri_of(path) +
                                       R"(", "version": 2}, "contentChanges": [{"text": "y\n"}]})");
  }
  void wait(Server::Clock::duration time) {
    now += time;
    server.tick(now);
  }

  NotingEngine engine;
  std::vector<json::Value> sent;
  Server::Clock::time_point now;
  Server server;
};

TEST_SUITE("lsp.server") {
  TEST_CASE("a text is looked at when it has stayed as it is for a while") {
    Talk talk;
    talk.open("/a.cpp");
    talk.wait(0ms);
    REQUIRE(talk.engine.started.size() == 1);
    talk.server.finish(talk.engine.started[0].id, Report());
    CHECK(talk.server.due() == std::nullopt);
    for (int i = 0; i < 5; ++i) {
      talk.change("/a.cpp");
      talk.wait(200ms);
    }
    CHECK(talk.engine.started.size() == 1);
    CHECK(talk.server.due().has_value());
    talk.wait(200ms);
    REQUIRE(talk.engine.started.size() == 2);
    CHECK(talk.engine.started[1].open.at("/a.cpp") == "y\n");
  }

  TEST_CASE("work on an outdated text is given up, and what comes of it is not told") {
    Talk talk;
    talk.open("/a.cpp");
    talk.wait(0ms);
    talk.change("/a.cpp");
    REQUIRE(talk.engine.cancelled == std::vector<unsigned>{talk.engine.started[0].id});
    talk.server.finish(talk.engine.started[0].id, Report());
    CHECK(talk.sent.empty());
  }

  TEST_CASE("two files at a time are looked at, the others wait") {
    Talk talk;
    for (const char* path : {"/a.cpp", "/b.cpp", "/c.cpp"}) talk.open(path);
    talk.wait(0ms);
    REQUIRE(talk.engine.started.size() == 2);
    CHECK(talk.server.due() == std::nullopt);
    talk.server.finish(talk.engine.started[0].id, Report());
    talk.wait(0ms);
    CHECK(talk.engine.started.size() == 3);
  }

  TEST_CASE("who reads a file that is saved is looked at again") {
    Talk talk;
    for (const char* path : {"/a.cpp", "/b.cpp"}) talk.open(path);
    talk.wait(0ms);
    Report report;
    report.inputs = {"/a.cpp", "/h.hpp"};
    talk.server.finish(talk.engine.started[0].id, report);
    talk.server.finish(talk.engine.started[1].id, Report());
    talk.open("/h.hpp");
    talk.wait(0ms);
    talk.server.finish(talk.engine.started[2].id, Report());
    talk.tell("textDocument/didSave", R"({"textDocument": {"uri": "file:///h.hpp"}})");
    talk.wait(0ms);
    REQUIRE(talk.engine.started.size() == 5);
    CHECK(talk.engine.started[3].path == "/a.cpp");
    CHECK(talk.engine.started[4].path == "/h.hpp");
  }

  TEST_CASE("a crash is told of, and old findings go") {
    Talk talk;
    talk.open("/a.cpp");
    talk.wait(0ms);
    talk.server.finish(talk.engine.started[0].id, std::nullopt);
    REQUIRE(talk.sent.size() == 2);
    CHECK(to_text(talk.sent[0]).find("crashed") != std::string::npos);
    CHECK(to_text(talk.sent[1]).find(R"("diagnostics":[])") != std::string::npos);
  }

  TEST_CASE("what takes long is shown, once the editor has made a place for it") {
    Talk talk(R"({"window": {"workDoneProgress": true}})");
    talk.open("/a.cpp");
    talk.wait(0ms);
    REQUIRE(talk.server.due() == talk.now + 1s);
    talk.wait(999ms);
    CHECK(talk.sent.empty());
    talk.wait(1ms);
    REQUIRE(talk.sent.size() == 1);
    CHECK(talk.sent[0].getAsObject()->getString("method") ==
          llvm::StringRef("window/workDoneProgress/create"));
    CHECK(talk.server.due() == std::nullopt);
    const auto id = talk.sent[0].getAsObject()->getInteger("id");
    REQUIRE(id);
    talk.take(R"({"jsonrpc": "2.0", "result": null, "id": )" + std::to_string(*id) + "}");
    REQUIRE(talk.sent.size() == 2);
    CHECK(to_text(talk.sent[1]).find(R"("kind":"begin","message":"a.cpp")") != std::string::npos);
    talk.server.finish(talk.engine.started[0].id, Report());
    REQUIRE(talk.sent.size() == 4);
    CHECK(to_text(talk.sent[2]).find(R"("kind":"end")") != std::string::npos);
  }

  TEST_CASE("what is over before the editor has made a place is not shown") {
    Talk talk(R"({"window": {"workDoneProgress": true}})");
    talk.open("/a.cpp");
    talk.wait(0ms);
    talk.wait(1s);
    talk.change("/a.cpp");
    const auto id = talk.sent.at(0).getAsObject()->getInteger("id");
    talk.take(R"({"jsonrpc": "2.0", "result": null, "id": )" + std::to_string(id.value_or(0)) + "}");
    CHECK(talk.sent.size() == 1);
  }

  TEST_CASE("texts that are no UTF-8 are told of all the same") {
    Talk talk;
    talk.open("/a.cpp");
    talk.wait(0ms);
    Report report;
    report.marks.push_back(
        {.rule = "X-01", .message = "\xff", .changes = {{.file = "/a.cpp", .text = "\xfe"}}});
    talk.server.finish(talk.engine.started[0].id, report);
    REQUIRE(talk.sent.size() == 1);
    CHECK(llvm::json::isUTF8(to_text(talk.sent[0])));
  }

  TEST_CASE("a report as bytes reads back, and anything else is none") {
    Report report;
    report.marks.push_back({.rule = "X-01", .applicability = Applicability::Unsafe, .message = "old"});
    report.marks[0].changes.push_back({.file = "/a", .range = {{1, 2}, {3, 4}}, .text = "new"});
    report.inputs = {"/a", "/b"};
    report.trouble = "none";
    const std::string bytes = pack(report);
    const auto read = unpack_report(bytes);
    REQUIRE(read);
    CHECK(pack(*read) == bytes);
    CHECK(read->marks[0].changes[0].range == Range{{1, 2}, {3, 4}});
    for (std::size_t length = 0; length < bytes.size(); ++length)
      CHECK(unpack_report(std::string_view(bytes).substr(0, length)) == std::nullopt);
    CHECK(unpack_report("garbage") == std::nullopt);
  }
}

}  // namespace
}  // namespace ferry::rewriter::lsp
