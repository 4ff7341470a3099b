// What an editor sends to the language server, as a stream and message by message: any bytes get an answer
// where one is due, one for each request, and never end the conversation but by `exit`.
#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "lsp/framing.hpp"
#include "lsp/server.hpp"

namespace ferry::rewriter::lsp {
namespace {

void expect(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "not so: %s\n", what);
  std::abort();
}

class NotingEngine : public Engine {
 public:
  void start(Work work) override { started.push_back(std::move(work)); }
  void cancel(unsigned id) override {
    std::erase_if(started, [&](const Work& work) { return work.id == id; });
  }
  std::string explain(const std::string& rule) override { return rule; }
  std::string fault_of_reason(const std::string& reason) override { return reason.empty() ? "none" : ""; }
  Edit suppress(const std::string& path, const std::string& text, std::size_t offset,
                const std::set<std::string>& rules, const std::string& reason) override {
    expect(offset <= text.size() && !rules.empty() && !reason.empty(), "what is suppressed is in the text");
    return {.file = path, .offset = offset, .length = 0, .replacement = "// " + reason + "\n"};
  }

  std::vector<Work> started;
};

// A report with findings at the beginning and at the end of the text.
Report report_on(const Work& work) {
  const std::string& text = work.open.at(work.path);
  const Lines lines(text, work.encoding);
  Report report;
  for (const std::size_t offset : {std::size_t{0}, text.size()}) {
    Mark mark{.rule = "FUZZ-01", .applicability = Applicability::Safe, .message = text};
    mark.range = lines.range(offset, text.size());
    mark.offset = lines.offset(mark.range.start);
    expect(mark.offset <= text.size() && lines.place(mark.offset) == mark.range.start, "places read back");
    mark.changes.push_back({.file = work.path, .range = mark.range, .text = text});
    mark.pointers.push_back({.file = "/h.hpp", .range = mark.range, .message = text});
    report.marks.push_back(std::move(mark));
  }
  report.all_safe = report.marks.front().changes;
  report.inputs = {"/a.cpp", "/h.hpp"};
  expect(unpack_report(pack(report)).has_value(), "a report reads back");
  return report;
}

class Conversation {
 public:
  Conversation() : server_(engine_, [this](const json::Value& message) { note(message); }, "1") {}

  void take(std::string_view body) {
    if (server_.exit_status()) return;
    auto message = read_message(body);
    if (const auto* call = std::get_if<Call>(&message); call && call->id) ++open_[to_text(*call->id)];
    if (const auto* garbled = std::get_if<Garbled>(&message)) ++open_[to_text(garbled->id)];
    server_.take(body, now_);
    now_ += std::chrono::milliseconds(200);
    server_.tick(now_);
    if (engine_.started.size() < 2) return;
    const Work work = std::move(engine_.started.front());
    engine_.started.erase(engine_.started.begin());
    server_.finish(work.id, report_on(work));
  }

  void end() {
    now_ += std::chrono::hours(1);
    server_.tick(now_);
    while (!engine_.started.empty()) {
      const Work work = std::move(engine_.started.front());
      engine_.started.erase(engine_.started.begin());
      server_.finish(work.id, report_on(work));
      server_.tick(now_);
    }
    if (server_.exit_status()) return;
    for (const auto& [id, count] : open_) expect(count == 0, "each request gets one answer");
  }

 private:
  void note(const json::Value& message) {
    const std::string text = to_text(message);
    expect(json::isUTF8(text), "messages are UTF-8");
    const json::Object& object = *message.getAsObject();
    if (object.get("method") != nullptr) return;
    expect(--open_[to_text(*object.get("id"))] >= 0, "nothing is answered that was not asked");
  }

  NotingEngine engine_;
  std::map<std::string, int> open_;  // by id: requests without an answer
  Server::Clock::time_point now_;
  Server server_;
};

}  // namespace
}  // namespace ferry::rewriter::lsp

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size);
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace ferry::rewriter::lsp;
  const std::string_view input(reinterpret_cast<const char*>(bytes), size);

  MessageReader reader;
  for (std::size_t at = 0; at < size; at += 7) {
    reader.feed(input.substr(at, 7));
    while (reader.next()) {
    }
  }

  // A line is a message: so it takes no luck to get past the header.
  Conversation talk;
  talk.take(R"({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": {"capabilities": {"workspace":
      {"applyEdit": true, "workspaceEdit": {"documentChanges": true}}, "window": {"workDoneProgress": true}}}})");
  std::size_t begin = 0;
  while (begin < size) {
    const std::size_t end = std::min(input.find('\n', begin), size);
    const std::string frame = framed(input.substr(begin, end - begin));
    MessageReader again;
    again.feed(frame);
    const auto body = again.next();
    expect(body && again.fault().empty() && *body == input.substr(begin, end - begin), "a frame reads back");
    talk.take(*body);
    begin = end + 1;
  }
  talk.end();
  return 0;
}
