#include "lsp/server.hpp"

#include <algorithm>
#include <utility>

#include "lsp/uri.hpp"
#include "model/scope.hpp"

namespace ferry::rewriter::lsp {
namespace {

// How long a text has to stay as it is before it is looked at.
constexpr std::chrono::milliseconds kPause(300);
constexpr unsigned kMaxRunning = 2;
// What takes longer is shown to be under way.
constexpr std::chrono::seconds kSlow(1);

// The protocol's numbers for messages to a person.
constexpr int kShowWarning = 2;
constexpr int kLogInfo = 3;

constexpr llvm::StringLiteral kSuppress = "ferry.suppress";

json::Object capabilities(const Client& client) {
  return json::Object{
      {"positionEncoding", llvm::StringRef(to_string(client.encoding))},
      {"textDocumentSync",
       json::Object{{"openClose", true}, {"change", 2}, {"save", json::Object{{"includeText", false}}}}},
      {"codeActionProvider",
       json::Object{{"codeActionKinds", json::Array{"quickfix", "source.fixAll.ferry"}}}},
      {"hoverProvider", true},
      {"executeCommandProvider", json::Object{{"commands", json::Array{kSuppress}}}},
      {"workspace",
       json::Object{{"workspaceFolders", json::Object{{"supported", true}, {"changeNotifications", true}}}}},
  };
}

Failure bad_params(std::string message) {
  return {.code = ErrorCode::InvalidParams, .message = std::move(message)};
}

const Mark* mark_at(const Document& document, Place place) {
  if (!document.report) return nullptr;
  const auto found = std::ranges::find_if(document.report->marks, [&](const Mark& mark) {
    return mark.range.start <= place && place <= mark.range.end;
  });
  return found == document.report->marks.end() ? nullptr : &*found;
}

}  // namespace

Server::Server(Engine& engine, Send send, std::string version)
    : engine_(engine), send_(std::move(send)), version_(std::move(version)) {}

const std::map<std::string_view, Server::Request>& Server::requests() {
  static const std::map<std::string_view, Request> known = {
      {"initialize", &Server::initialize},
      {"shutdown", &Server::shutdown},
      {"textDocument/codeAction", &Server::code_action},
      {"textDocument/hover", &Server::hover},
      {"workspace/executeCommand", &Server::execute},
  };
  return known;
}

const std::map<std::string_view, Server::Notification>& Server::notifications() {
  static const std::map<std::string_view, Notification> known = {
      {"initialized", &Server::initialized},
      {"textDocument/didOpen", &Server::opened},
      {"textDocument/didChange", &Server::changed},
      {"textDocument/didSave", &Server::saved},
      {"textDocument/didClose", &Server::closed},
      {"workspace/didChangeWorkspaceFolders", &Server::folders_changed},
      {"workspace/didChangeWatchedFiles", &Server::files_changed},
      {"$/cancelRequest", &Server::cancelled},
  };
  return known;
}

void Server::take(std::string_view body, Clock::time_point now) {
  now_ = now;
  auto message = read_message(body);
  if (auto* garbled = std::get_if<Garbled>(&message)) {
    send_(response(std::move(garbled->id), garbled->failure));
  } else if (const auto* answered = std::get_if<Answer>(&message)) {
    if (!answered->error.empty()) log("the editor says: " + answered->error);
    show_progress(*answered);
  } else if (auto& call = std::get<Call>(message); call.id) {
    answer(std::move(call));
  } else {
    tell(call);
  }
}

void Server::answer(Call call) {
  static const json::Object kNone;
  const json::Object* params = call.params.getAsObject();
  const auto found = requests().find(call.method);
  Reply reply = Later();
  if (state_ == State::ShutDown)
    reply = Failure{.code = ErrorCode::InvalidRequest, .message = "the server has been shut down"};
  else if (state_ == State::Begun && call.method != "initialize")
    reply = Failure{.code = ErrorCode::ServerNotInitialized, .message = "`initialize` comes first"};
  else if (found == requests().end())
    reply = Failure{.code = ErrorCode::MethodNotFound, .message = "unknown method `" + call.method + "`"};
  else if (params == nullptr && call.params.kind() != json::Value::Null)
    reply = bad_params("the parameters of `" + call.method + "` are an object");
  else
    reply = (this->*found->second)(params == nullptr ? kNone : *params, *call.id);
  if (auto* result = std::get_if<json::Value>(&reply))
    send_(response(std::move(*call.id), std::move(*result)));
  else if (const auto* failure = std::get_if<Failure>(&reply))
    send_(response(std::move(*call.id), *failure));
}

void Server::tell(const Call& call) {
  static const json::Object kNone;
  if (call.method == "exit") {
    exit_status_ = state_ == State::ShutDown ? 0 : 1;
    return;
  }
  if (state_ != State::Initialized) return;
  const json::Object* params = call.params.getAsObject();
  if (const auto found = notifications().find(call.method); found != notifications().end())
    (this->*found->second)(params == nullptr ? kNone : *params);
}

Server::Reply Server::initialize(const json::Object& params, const json::Value&) {
  if (state_ != State::Begun)
    return Failure{.code = ErrorCode::InvalidRequest, .message = "`initialize` comes once"};
  client_ = read_client(params);
  if (const std::string fault = engine_.fault_of_reason(client_.reason); !fault.empty())
    return bad_params("suppressionReason: " + fault);
  state_ = State::Initialized;
  return json::Value(json::Object{{"capabilities", capabilities(client_)},
                                  {"serverInfo", json::Object{{"name", "ferry"}, {"version", version_}}}});
}

void Server::initialized(const json::Object&) {
  if (!client_.takes_watchers) return;
  json::Array watchers;
  for (const char* pattern : {"**/.ferry.yaml", "**/compile_commands.json"})
    watchers.push_back(json::Object{{"globPattern", pattern}});
  send_(request(next_request_++, "client/registerCapability",
                json::Object{{"registrations",
                              json::Array{json::Object{
                                  {"id", "ferry-settings"},
                                  {"method", "workspace/didChangeWatchedFiles"},
                                  {"registerOptions", json::Object{{"watchers", std::move(watchers)}}}}}}}));
}

Server::Reply Server::shutdown(const json::Object&, const json::Value&) {
  for (auto& [path, task] : tasks_) stop(task);
  tasks_.clear();
  for (const auto& [path, document] : documents_) fail_waiting(path, "the server has been shut down");
  documents_.clear();
  state_ = State::ShutDown;
  return json::Value(nullptr);
}

Document* Server::document_of(const json::Object& params) {
  const json::Object* named = params.getObject("textDocument");
  if (named == nullptr) return nullptr;
  const auto path = path_of_uri(named->getString("uri").value_or(""));
  const auto found = documents_.find(path.value_or(""));
  return found == documents_.end() ? nullptr : &found->second;
}

void Server::opened(const json::Object& params) {
  const json::Object* item = params.getObject("textDocument");
  if (item == nullptr) return;
  const auto uri = item->getString("uri");
  const auto text = item->getString("text");
  const auto path = path_of_uri(uri.value_or(""));
  if (!path || !text) return;  // a text without a file has no command
  documents_[*path] = {
      .uri = uri->str(), .path = *path, .text = text->str(), .version = item->getInteger("version")};
  schedule(*path, now_);
}

void Server::changed(const json::Object& params) {
  Document* document = document_of(params);
  const json::Array* changes = params.getArray("contentChanges");
  if (document == nullptr || changes == nullptr) return;
  for (const json::Value& change : *changes)
    if (const json::Object* object = change.getAsObject();
        object == nullptr || !change_text(document->text, *object, client_.encoding))
      log("a change of " + document->path + " cannot be understood; it is left out");
  document->version = params.getObject("textDocument")->getInteger("version");
  fail_waiting(document->path, "the text has changed");
  schedule(document->path, now_ + kPause);
}

void Server::saved(const json::Object& params) {
  const Document* document = document_of(params);
  if (document == nullptr) return;
  schedule(document->path, now_);
  for (const auto& [path, other] : documents_)
    if (path != document->path && other.report &&
        std::ranges::binary_search(other.report->inputs, document->path))
      schedule(path, now_);
}

void Server::closed(const json::Object& params) {
  Document* document = document_of(params);
  if (document == nullptr) return;
  const std::string path = document->path;
  if (const auto task = tasks_.find(path); task != tasks_.end()) {
    stop(task->second);
    tasks_.erase(task);
  }
  fail_waiting(path, "the file has been closed");
  document->report.reset();
  publish(*document);
  documents_.erase(path);
}

void Server::folders_changed(const json::Object& params) {
  const json::Object* event = params.getObject("event");
  if (event == nullptr) return;
  const auto paths = [&](llvm::StringRef name) {
    std::vector<std::string> paths;
    if (const json::Array* folders = event->getArray(name))
      for (const json::Value& folder : *folders)
        if (const json::Object* object = folder.getAsObject())
          if (const auto path = path_of_uri(object->getString("uri").value_or(""))) paths.push_back(*path);
    return paths;
  };
  for (const std::string& removed : paths("removed")) std::erase(client_.folders, removed);
  for (const std::string& added : paths("added")) client_.folders.push_back(added);
  told_.clear();
  look_again({});
}

// A database or a configuration: several may be written at a time.
void Server::files_changed(const json::Object&) {
  told_.clear();
  look_again(kPause);
}

void Server::look_again(Clock::duration delay) {
  for (const auto& [path, document] : documents_) schedule(path, now_ + delay);
}

void Server::cancelled(const json::Object& params) {
  const json::Value* id = params.get("id");
  if (id == nullptr) return;
  const auto waiting = std::ranges::find(waiting_, *id, &Waiting::id);
  if (waiting == waiting_.end()) return;  // answered already
  waiting_.erase(waiting);
  send_(response(*id, Failure{.code = ErrorCode::RequestCancelled, .message = "cancelled"}));
}

Server::Reply Server::code_action(const json::Object& params, const json::Value& id) {
  const Document* document = document_of(params);
  if (document == nullptr) return bad_params("the file is not open");
  const auto range = read_range(params.getObject("range"));
  if (!range) return bad_params("`range` is no range");
  Asked asked{.range = *range, .only = std::nullopt};
  if (const json::Object* context = params.getObject("context"))
    if (const json::Array* only = context->getArray("only"))
      for (const json::Value& kind : (asked.only.emplace(), *only))
        if (const auto name = kind.getAsString()) asked.only->push_back(name->str());
  if (document->is_fresh) return json::Value(actions(*document, asked));
  waiting_.push_back({.id = id, .path = document->path, .asked = std::move(asked)});
  return Later();
}

json::Array Server::actions(const Document& document, const Asked& asked) {
  return actions_for(document, asked, documents_, client_,
                     [&](const Document& of, const std::vector<const Mark*>& marks) {
                       std::set<std::string> rules;
                       std::size_t offset = of.text.size();
                       for (const Mark* mark : marks) {
                         rules.insert(mark->rule);
                         offset = std::min(offset, mark->offset);
                       }
                       return engine_.suppress(of.path, of.text, offset, rules, client_.reason);
                     });
}

Server::Reply Server::hover(const json::Object& params, const json::Value&) {
  const Document* document = document_of(params);
  if (document == nullptr) return bad_params("the file is not open");
  const auto place = read_place(params.getObject("position"));
  if (!place) return bad_params("`position` is no position");
  const Mark* mark = document->is_fresh ? mark_at(*document, *place) : nullptr;
  const std::string card = mark == nullptr ? "" : engine_.explain(mark->rule);
  if (card.empty()) return json::Value(nullptr);
  return json::Value(
      json::Object{{"contents", json::Object{{"kind", client_.takes_markdown ? "markdown" : "plaintext"},
                                             {"value", json::fixUTF8(card)}}},
                   {"range", to_json(mark->range)}});
}

Server::Reply Server::execute(const json::Object& params, const json::Value&) {
  const std::string command = params.getString("command").value_or("").str();
  if (command != kSuppress) return bad_params("unknown command `" + command + "`");
  const json::Array* arguments = params.getArray("arguments");
  const json::Object* argument =
      arguments == nullptr || arguments->empty() ? nullptr : arguments->front().getAsObject();
  if (argument == nullptr) return bad_params("it takes an object with `uri`, `position` and `reason`");
  const auto path = path_of_uri(argument->getString("uri").value_or(""));
  const auto found = documents_.find(path.value_or(""));
  if (found == documents_.end()) return bad_params("the file is not open");
  const auto place = read_place(argument->getObject("position"));
  if (!place) return bad_params("`position` is no position");
  const std::string reason = argument->getString("reason").value_or("").str();
  if (std::string fault = engine_.fault_of_reason(reason); !fault.empty())
    return bad_params(std::move(fault));
  const Document& document = found->second;
  const Mark* mark = document.is_fresh ? mark_at(document, *place) : nullptr;
  if (mark == nullptr)
    return Failure{.code = ErrorCode::RequestFailed, .message = "there is no finding at this place"};
  if (!client_.applies_edits)
    return Failure{.code = ErrorCode::RequestFailed, .message = "the editor does not take edits"};
  const Edit edit = engine_.suppress(document.path, document.text, mark->offset, {mark->rule}, reason);
  send_(request(
      next_request_++, "workspace/applyEdit",
      json::Object{{"label", "Suppress " + mark->rule},
                   {"edit", to_edit({to_change(edit, document, client_.encoding)}, documents_, client_)}}));
  return json::Value(nullptr);
}

void Server::schedule(const std::string& path, Clock::time_point when) {
  Task& task = tasks_[path];
  stop(task);
  task.due = when;
  documents_.at(path).is_fresh = false;
}

void Server::stop(Task& task) {
  if (!task.running) return;
  engine_.cancel(*task.running);
  end_progress(task);
  task.running.reset();
}

// The editor first has to make a place for it.
void Server::show_slow(Clock::time_point now) {
  for (auto& [path, task] : tasks_) {
    if (!task.running || !task.slow_from || now < *task.slow_from) continue;
    task.slow_from.reset();
    progress_[next_request_] = *task.running;
    send_(request(next_request_++, "window/workDoneProgress/create",
                  json::Object{{"token", "ferry-" + std::to_string(*task.running)}}));
  }
}

void Server::show_progress(const Answer& created) {
  const auto asked = progress_.find(created.id.getAsInteger().value_or(0));
  if (asked == progress_.end()) return;
  const unsigned work = asked->second;
  progress_.erase(asked);
  for (auto& [path, task] : tasks_) {
    if (task.running != work || !created.error.empty()) continue;
    task.is_shown = true;
    send_progress(work, json::Object{{"kind", "begin"},
                                     {"title", "ferry"},
                                     {"message", json::fixUTF8(path.substr(path.rfind('/') + 1))}});
  }
}

void Server::send_progress(unsigned work, json::Object value) {
  send_(notification("$/progress",
                     json::Object{{"token", "ferry-" + std::to_string(work)}, {"value", std::move(value)}}));
}

void Server::end_progress(Task& task) {
  if (task.is_shown) send_progress(*task.running, json::Object{{"kind", "end"}});
  task.is_shown = false;
}

void Server::tick(Clock::time_point now) {
  show_slow(now);
  for (;;) {
    const auto running =
        std::ranges::count_if(tasks_, [](const auto& task) { return task.second.running.has_value(); });
    if (running >= kMaxRunning) return;
    auto next = tasks_.end();
    for (auto task = tasks_.begin(); task != tasks_.end(); ++task)
      if (task->second.due && *task->second.due <= now &&
          (next == tasks_.end() || *task->second.due < *next->second.due))
        next = task;
    if (next == tasks_.end()) return;
    auto& [path, task] = *next;
    task.due.reset();
    task.running = next_work_++;
    if (client_.shows_progress) task.slow_from = now + kSlow;
    Work work{.id = *task.running,
              .path = path,
              .folder = folder_of(path),
              .open = {},
              .encoding = client_.encoding};
    for (const auto& [name, document] : documents_) work.open.emplace(name, document.text);
    engine_.start(std::move(work));
  }
}

std::optional<Server::Clock::time_point> Server::due() const {
  std::optional<Clock::time_point> earliest;
  const auto take = [&](std::optional<Clock::time_point> time) {
    if (time && (!earliest || *time < *earliest)) earliest = time;
  };
  unsigned running = 0;
  for (const auto& [path, task] : tasks_)
    if (task.running) ++running, take(task.slow_from);
  if (running < kMaxRunning)
    for (const auto& [path, task] : tasks_) take(task.due);
  return earliest;
}

void Server::finish(unsigned id, std::optional<Report> report) {
  const auto task =
      std::ranges::find_if(tasks_, [&](const auto& known) { return known.second.running == id; });
  if (task == tasks_.end()) return;
  const std::string path = task->first;
  end_progress(task->second);
  tasks_.erase(task);
  Document& document = documents_.at(path);
  document.is_fresh = true;
  if (report) {
    document.report = std::move(report);
    report_trouble(document);
  } else {
    document.report.reset();
    log(path + ": ferry crashed on this file");
  }
  publish(document);
  answer_waiting(path);
}

// What is wrong with a project is shown once for each folder; everything goes to the log.
void Server::report_trouble(const Document& document) {
  const Report& report = *document.report;
  if (report.trouble.empty()) return;
  const std::string folder = folder_of(document.path);
  const bool is_of_workspace = client_.folders.empty() || !folder.empty();
  if (report.is_setup && is_of_workspace && told_.insert(folder).second) return show(report.trouble);
  log(report.trouble);
}

void Server::publish(const Document& document) {
  send_(notification("textDocument/publishDiagnostics", diagnostics_of(document, documents_, client_)));
}

void Server::answer_waiting(const std::string& path) {
  std::vector<Waiting> ready;
  std::erase_if(waiting_, [&](Waiting& waiting) {
    if (waiting.path != path) return false;
    ready.push_back(std::move(waiting));
    return true;
  });
  for (Waiting& waiting : ready)
    send_(response(std::move(waiting.id), actions(documents_.at(path), waiting.asked)));
}

void Server::fail_waiting(const std::string& path, std::string_view why) {
  for (const Waiting& waiting : waiting_)
    if (waiting.path == path)
      send_(response(waiting.id, Failure{.code = ErrorCode::ContentModified, .message = std::string(why)}));
  std::erase_if(waiting_, [&](const Waiting& waiting) { return waiting.path == path; });
}

std::string Server::folder_of(const std::string& path) const {
  std::string innermost;
  for (const std::string& folder : client_.folders)
    if (is_below(path, folder) && folder.size() > innermost.size()) innermost = folder;
  return innermost;
}

void Server::show(std::string_view message) {
  send_(notification("window/showMessage",
                     json::Object{{"type", kShowWarning}, {"message", json::fixUTF8(message)}}));
}

void Server::log(std::string_view message) {
  send_(notification("window/logMessage",
                     json::Object{{"type", kLogInfo}, {"message", json::fixUTF8(message)}}));
}

}  // namespace ferry::rewriter::lsp
