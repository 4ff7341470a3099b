#include "report/corpus.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <numeric>
#include <regex>
#include <spawn.h>
#include <sstream>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>

#include <boost/json.hpp>

#include "report/compiling.hpp"
#include "report/programs.hpp"

namespace bench {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr int kFound = 1;
const std::string kFerry = "ferry check";
const std::string kClang = "clang++ -fsyntax-only";
const std::string kTidy = "run-clang-tidy";
const std::string kTidyProgram = "/usr/bin/run-clang-tidy-19";

unsigned processors() { return std::max(1U, std::thread::hardware_concurrency()); }

std::string text_of(const fs::path& file) {
  std::stringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

/// Calls `work(i)` for each i below `count`, as many at a time as there are processors.
void for_each(std::size_t count, const auto& work) {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::mutex mutex;
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 0; i < processors(); ++i)
      threads.emplace_back([&] {
        for (std::size_t at = 0; (at = next++) < count;) try {
            work(at);
          } catch (...) {
            const std::lock_guard lock(mutex);
            failure = std::current_exception();
          }
      });
  }
  if (failure) std::rethrow_exception(failure);
}

/// A directory of its own, for as long as this lives.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string name = (fs::temp_directory_path() / "ferry-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make a temporary directory");
    path = name;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  fs::path path;
};

const std::string kComment = "// One line more.";
const std::string kNothingOld = "inline int ferry_bench_more() { return 1; }";
const std::string kWithOldName = ", an old name in it";
const std::string kOldName = "static_assert(sizeof(ferry_mark::old_sum()) > 1);";

/// A file with `line` more, for as long as this lives.
class Touched {
 public:
  Touched(fs::path file, const std::string& line) : file_(std::move(file)), text_(text_of(file_)) {
    std::ofstream(file_, std::ios::app) << "\n" << line << "\n";
  }
  Touched(const Touched&) = delete;
  Touched& operator=(const Touched&) = delete;
  ~Touched() { std::ofstream(file_) << text_; }

 private:
  fs::path file_;
  std::string text_;
};

/// `ferry check --watch`, for as long as this lives. Every report ends with how many old call sites there
/// are.
class Watching {
 public:
  Watching(std::vector<std::string> command, fs::path reports) : reports_(std::move(reports)) {
    std::ofstream{reports_};  // none yet, also where another had its reports
    command.insert(
        command.begin(),
        {"/bin/sh", "-c", R"(exec >"$0" 2>/dev/null; cd "$1" && shift && exec "$@")", reports_.string()});
    std::vector<char*> arguments;
    for (std::string& argument : command) arguments.push_back(argument.data());
    arguments.push_back(nullptr);
    if (posix_spawn(&process_, arguments[0], nullptr, nullptr, arguments.data(), environ) != 0)
      throw std::runtime_error("cannot start ferry check --watch");
  }
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;
  ~Watching() {
    kill(process_, SIGTERM);
    waitpid(process_, nullptr, 0);
  }

  /// Returns when there is one report more; how long that took, in milliseconds.
  double wait() {
    using clock = std::chrono::steady_clock;
    const clock::time_point begin = clock::now();
    ++expected_;
    for (;;) {
      if (reports() >= expected_) break;
      if (clock::now() - begin > std::chrono::minutes(10))
        throw std::runtime_error("ferry check --watch says nothing");
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return std::chrono::duration<double, std::milli>(clock::now() - begin).count();
  }

 private:
  std::ptrdiff_t reports() const {
    static const std::regex end("old call sites?[^\n]*\n");
    const std::string text = text_of(reports_);
    return std::distance(std::sregex_iterator(text.begin(), text.end(), end), std::sregex_iterator());
  }

  fs::path reports_;
  pid_t process_ = -1;
  std::ptrdiff_t expected_ = 0;
};

struct Tables {
  Table cpu{"corpus",
            "Large code bases: CPU time",
            "Seconds of CPU time for all files",
            {kFerry, kClang, kTidy},
            {{kClang, {kClang}}, {kTidy, {kTidy}}}};
  Table clock{"corpus_clock",
              "Large code bases: one file touched",
              "Milliseconds on the clock",
              {kFerry, kClang},
              {{kClang, {kClang}}}};
  Table memory{"corpus_memory",
               "Large code bases: memory",
               "Megabytes of the largest process at its peak",
               {kFerry, kClang},
               {{kClang, {kClang}}}};
};

class CorpusRun {
 public:
  CorpusRun(const Corpus& corpus, const Options& options)
      : options_(options), root_(fs::canonical(corpus.root)), header_(root_ / corpus.header) {
    const std::regex files(corpus.files);
    const json::value database = json::parse(text_of(root_ / "build/compile_commands.json"));
    for (const json::value& entry : database.as_array())
      if (std::regex_search(std::string(entry.at("file").as_string()), files)) entries_.push_back(entry);
    if (entries_.empty()) throw std::runtime_error(root_.string() + " has no compile commands that match");
    prepare("all", 1);
    prepare("tenth", 10);
    commands_ = read_compile_commands(directory_.path / "all/compile_commands.json");
    name_ = root_.filename().string() + ", " + std::to_string(commands_.size()) + " files";
  }

  void round(Tables& tables) {
    measure_clang();
    Row& all = tables.cpu.row(name_ + ": every one parsed", "–");
    all.bars = {{kClang, 0.35}};
    add(all, kClang, total(compiling_));
    if (fs::exists(kTidyProgram)) add(all, kTidy, tidy_ms() / 1000);
    const fs::path cache = directory_.path / "cache";
    fs::remove_all(cache);
    const Cost cold = check("all", cache);
    add(all, kFerry, cold.cpu_ms / 1000);

    Row& memory = tables.memory.row(name_, "–");
    memory.bars = {{kClang, 1.5}};
    add(memory, kFerry, cold.resident);
    add(memory, kClang, std::ranges::max(compiling_, {}, &Cost::resident).resident);

    Row& warm = tables.cpu.row(name_ + ": nothing changed", "–");
    warm.most = 0.002 * static_cast<double>(commands_.size());
    add(warm, kFerry, check("all", cache).cpu_ms / 1000);
    add(warm, kClang, total(compiling_));

    choose_sources();
    for (const auto& [which, number] :
         {std::pair("a file of median size", median_), std::pair("the largest file", largest_)}) {
      measure_touched(std::string(which), number, kNothingOld, cache, tables.clock);
      measure_touched(which + kWithOldName, number, kOldName, cache, tables.clock);
      measure_watched(which + kWithOldName + ", --watch", number, cache, tables.clock);
    }
    measure_header(cache, tables.cpu);

    fs::remove_all(cache);
    Row& tenth = tables.cpu.row(name_ + ": every tenth can have findings", "–");
    tenth.bars = {{kClang, 0.12}};
    add(tenth, kFerry, check("tenth", cache).cpu_ms / 1000);
    add(tenth, kClang, total(compiling_));
  }

 private:
  static void add(Row& row, const std::string& peer, double value) { row.samples[peer].push_back(value); }

  static double total(const std::vector<Cost>& costs) {
    return std::accumulate(costs.begin(), costs.end(), 0.0,
                           [](double sum, const Cost& cost) { return sum + cost.cpu_ms / 1000; });
  }

  // A database in which every `step`-th file reads a declaration with an annotation, of a function that
  // nobody calls.
  void prepare(const std::string& name, std::size_t step) {
    const fs::path mark = directory_.path / "mark.hpp";
    std::ofstream(mark)
        << "namespace ferry_mark {\n"
           "int sum();\n"
           "[[clang::annotate(\"ferry:replace:MARK-01:safe:ferry_mark::sum()\")]] int old_sum();\n"
           "}  // namespace ferry_mark\n";
    json::array database;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      json::object entry = entries_[i].as_object();
      if (i % step == 0)
        entry["command"] = std::string(entry.at("command").as_string()) + " -include " + mark.string();
      database.push_back(std::move(entry));
    }
    fs::create_directories(directory_.path / name);
    std::ofstream(directory_.path / name / "compile_commands.json") << json::serialize(database);
  }

  fs::path dependencies(std::size_t number) const {
    return directory_.path / (std::to_string(number) + ".d");
  }

  void measure_clang() {
    compiling_.resize(commands_.size());
    for_each(commands_.size(), [&](std::size_t i) {
      compiling_[i] = cost_of_syntax_only(commands_[i], "-MD -MF " + dependencies(i).string());
    });
  }

  // One cheap check.
  double tidy_ms() const {
    return cost_of(
               {"/bin/sh", "-c",
                R"(exec run-clang-tidy-19 -quiet -p "$1" -j "$2" -checks='-*,misc-unused-alias-decls' 2>&1)",
                "sh", directory_.path / "all", std::to_string(processors())},
               kFound)
        .cpu_ms;
  }

  // In the directory that comes first.
  std::vector<std::string> command(const std::string& database, const fs::path& cache) const {
    return {root_, options_.rewriter,          "check",   "--no-config", "--root", root_,
            "-p",  directory_.path / database, "--cache", cache};
  }

  Cost check(const std::string& database, const fs::path& cache) const {
    std::vector<std::string> line = command(database, cache);
    line.insert(line.begin(), {"/bin/sh", "-c", R"(cd "$1" && shift && exec "$@")", "sh"});
    return cost_of(line, kFound);
  }

  // In every round the same.
  void choose_sources() {
    if (!by_size_.empty()) return;
    by_size_.resize(commands_.size());
    std::iota(by_size_.begin(), by_size_.end(), 0U);
    std::ranges::sort(by_size_, {}, [&](std::size_t i) { return compiling_[i].cpu_ms; });
    median_ = by_size_[by_size_.size() / 2];
    largest_ = by_size_.back();
  }

  void measure_touched(const std::string& which, std::size_t number, const std::string& line,
                       const fs::path& cache, Table& table) {
    check("all", cache);  // what was touched before is as it was, and not to be paid for here
    const Touched touched(commands_[number].file, line);
    Row& row = table.row(name_ + ": " + which, "–");
    row.most = 1000;
    add(row, kFerry, check("all", cache).clock_ms);
    add(row, kClang, cost_of_syntax_only(commands_[number]).clock_ms);
  }

  // Changed for the second time, as files are that somebody works on.
  void measure_watched(const std::string& which, std::size_t number, const fs::path& cache, Table& table) {
    Row& row = table.row(name_ + ": " + which, "–");
    row.most = 1000;
    std::vector<std::string> line = command("all", cache);
    line.insert(line.end(), {"--watch", "--format", "concise"});
    Watching watching(std::move(line), directory_.path / "reports");
    watching.wait();
    const Touched once(commands_[number].file, kOldName);
    watching.wait();
    const Touched again(commands_[number].file, kOldName);
    add(row, kFerry, watching.wait());
    add(row, kClang, cost_of_syntax_only(commands_[number]).clock_ms);
  }

  void measure_header(const fs::path& cache, Table& table) {
    std::vector<Cost> readers;
    for (std::size_t i = 0; i < commands_.size(); ++i)
      if (text_of(dependencies(i)).find(header_.filename().string()) != std::string::npos)
        readers.push_back(compiling_[i]);
    check("all", cache);
    const Touched touched(header_, kComment);
    Row& row =
        table.row(name_ + ": a header touched that " + std::to_string(readers.size()) + " of them read", "–");
    add(row, kFerry, check("all", cache).cpu_ms / 1000);
    add(row, kClang, total(readers));
  }

  const Options& options_;
  fs::path root_;
  fs::path header_;
  TemporaryDirectory directory_;
  json::array entries_;
  std::vector<CompileCommand> commands_;
  std::string name_;
  std::vector<Cost> compiling_;  // of this round, by command
  std::vector<std::size_t> by_size_;
  std::size_t median_ = 0;
  std::size_t largest_ = 0;
};

}  // namespace

std::vector<Table> measure_corpora(const Options& options) {
  constexpr int kRounds = 3;
  Tables tables;
  if (std::regex_search("corpus", std::regex(options.filter)) && fs::exists(options.rewriter)) {
    std::vector<std::unique_ptr<CorpusRun>> runs;
    for (const Corpus& corpus : options.corpora) runs.push_back(std::make_unique<CorpusRun>(corpus, options));
    for (int round = 0; round < (options.quick ? 1 : kRounds); ++round)
      for (const auto& run : runs) {
        progress("large code bases, round " + std::to_string(round + 1));
        run->round(tables);
      }
  }
  return {tables.cpu, tables.clock, tables.memory};
}

}  // namespace bench
