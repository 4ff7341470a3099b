// server: the conversation with an editor, without the processes that do the work.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lsp/actions.hpp"
#include "lsp/client.hpp"
#include "lsp/documents.hpp"
#include "lsp/report.hpp"
#include "lsp/rpc.hpp"
#include "model/texts.hpp"

namespace ferry::rewriter::lsp {

/// A file to look at.
struct Work {
  unsigned id = 0;
  std::string path;
  std::string folder;  ///< of the workspace, that the file is in; empty when it is in none
  Texts open;          ///< the texts of all open files, saved or not
  Encoding encoding = Encoding::Utf16;
};

/// What the server has others do.
class Engine {
 public:
  virtual ~Engine() = default;
  /// Begins to look at a file; Server::finish gets what comes of it.
  virtual void start(Work work) = 0;
  /// Nobody waits for this any more.
  virtual void cancel(unsigned id) = 0;
  /// The card of a rule; empty for one that has none.
  virtual std::string explain(const std::string& rule) = 0;
  /// What keeps a text from being the reason of a suppression; empty when nothing does.
  virtual std::string fault_of_reason(const std::string& reason) = 0;
  /// The edit that suppresses findings of these rules in the line of the byte at `offset`.
  virtual Edit suppress(const std::string& path, const std::string& text, std::size_t offset,
                        const std::set<std::string>& rules, const std::string& reason) = 0;
};

/// Answers messages, keeps the open files and decides when which of them is looked at.
class Server {
 public:
  using Clock = std::chrono::steady_clock;
  using Send = std::function<void(const json::Value& message)>;

  /// All outlive the server.
  Server(Engine& engine, Send send, std::string version);

  /// Takes the body of one message.
  void take(std::string_view body, Clock::time_point now);
  /// Takes what came of a piece of work; nothing if it crashed.
  void finish(unsigned id, std::optional<Report> report);
  /// Starts what is due.
  void tick(Clock::time_point now);
  /// When something will be due; empty while nothing will.
  std::optional<Clock::time_point> due() const;

  /// Says what is wrong where no request can be answered with it.
  void log(std::string_view message);
  /// The program's exit status, once the client has asked it to end.
  std::optional<int> exit_status() const { return exit_status_; }

 private:
  struct Later {};
  using Reply = std::variant<json::Value, Failure, Later>;
  // What is under way or waits for a file.
  struct Task {
    std::optional<Clock::time_point> due;
    std::optional<unsigned> running;
    std::optional<Clock::time_point> slow_from;  // when the editor is to show that it takes long
    bool is_shown = false;
  };
  // A request that a report is needed for.
  struct Waiting {
    json::Value id;
    std::string path;
    Asked asked;
  };
  using Request = Reply (Server::*)(const json::Object& params, const json::Value& id);
  using Notification = void (Server::*)(const json::Object& params);

  static const std::map<std::string_view, Request>& requests();
  static const std::map<std::string_view, Notification>& notifications();

  void answer(Call call);
  void tell(const Call& call);

  Reply initialize(const json::Object& params, const json::Value& id);
  Reply shutdown(const json::Object& params, const json::Value& id);
  Reply code_action(const json::Object& params, const json::Value& id);
  Reply hover(const json::Object& params, const json::Value& id);
  Reply execute(const json::Object& params, const json::Value& id);

  void initialized(const json::Object& params);
  void opened(const json::Object& params);
  void changed(const json::Object& params);
  void saved(const json::Object& params);
  void closed(const json::Object& params);
  void folders_changed(const json::Object& params);
  void files_changed(const json::Object& params);
  void cancelled(const json::Object& params);

  Document* document_of(const json::Object& params);
  void show_progress(const Answer& created);
  void show_slow(Clock::time_point now);
  void send_progress(unsigned work, json::Object value);
  void stop(Task& task);
  void end_progress(Task& task);
  void schedule(const std::string& path, Clock::time_point when);
  void look_again(Clock::duration delay);
  void publish(const Document& document);
  void report_trouble(const Document& document);
  void answer_waiting(const std::string& path);
  void fail_waiting(const std::string& path, std::string_view why);
  json::Array actions(const Document& document, const Asked& asked);
  std::string folder_of(const std::string& path) const;
  void show(std::string_view message);

  Engine& engine_;
  Send send_;
  std::string version_;
  Client client_;
  Documents documents_;
  std::map<std::string, Task> tasks_;  // by path
  std::vector<Waiting> waiting_;
  std::map<std::int64_t, unsigned> progress_;  // requests to show progress -> work
  std::set<std::string> told_;                 // folders whose trouble has been shown
  Clock::time_point now_;                      // of the message at hand
  unsigned next_work_ = 1;
  std::int64_t next_request_ = 1;
  enum class State { Begun, Initialized, ShutDown } state_ = State::Begun;
  std::optional<int> exit_status_;
};

}  // namespace ferry::rewriter::lsp
