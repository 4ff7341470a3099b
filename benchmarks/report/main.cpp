/// ferry-bench: runs the benchmarks of ferry and its peers in interleaved rounds, so that whatever else the
/// machine does hits all of them alike, and prints medians and ratios as Markdown.
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json/src.hpp>

#include "support/process.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

struct Options {
  bool quick = false;
  std::string json_file;
  std::string filter = ".*";
  fs::path programs;  // where the benchmarks are
  fs::path rewriter;
  fs::path compile_commands;
  std::vector<std::string> code;  // folders with files in there

  [[nodiscard]] int rounds() const { return quick ? 3 : 7; }
  [[nodiscard]] std::string min_time() const { return quick ? "0.05" : "0.2"; }
  [[nodiscard]] std::string requests() const { return quick ? "30000" : "100000"; }
};

/// One line of a table: what was done, and the measurements each peer made of it.
struct Row {
  std::string workload;
  std::string threads;
  std::map<std::string, std::vector<double>> samples;  // by peer
};

/// One table. The first peer is ours; ratios are of it to each other one.
struct Table {
  std::string id;  // in the JSON file
  std::string title;
  std::string unit;
  std::vector<std::string> peers;
  std::vector<Row> rows = {};
  bool is_more_better = false;

  Row& row(const std::string& workload, const std::string& threads) {
    for (Row& row : rows) {
      if (row.workload == workload && row.threads == threads) return row;
    }
    return rows.emplace_back(Row{workload, threads, {}});
  }
};

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::optional<double> median_of(const Row& row, const std::string& peer) {
  const auto found = row.samples.find(peer);
  return found == row.samples.end() ? std::nullopt : std::optional(median(found->second));
}

/// How `ours` compares with `theirs`: below 1 is in our favour.
std::optional<double> ratio(const Table& table, const Row& row, const std::string& peer) {
  const auto ours = median_of(row, table.peers[0]);
  const auto theirs = median_of(row, peer);
  if (!ours || !theirs) return std::nullopt;
  return table.is_more_better ? *theirs / *ours : *ours / *theirs;
}

std::string number(std::optional<double> value) {
  if (!value) return "–";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), *value < 10 ? "%.2f" : *value < 100 ? "%.1f" : "%.0f", *value);
  return text.data();
}

void print(const Table& table) {
  if (table.rows.empty()) return;
  std::printf("\n## %s\n\n%s; medians of the rounds. Ratios below 1 are in ferry's favour.\n\n",
              table.title.c_str(), table.unit.c_str());
  std::string header = "| workload | threads |";
  std::string rule = "| --- | --- |";
  for (const std::string& peer : table.peers) {
    header += " " + peer + " |";
    rule += " ---: |";
  }
  for (std::size_t i = 1; i < table.peers.size(); ++i) {
    const std::string &ours = table.peers[0], &theirs = table.peers[i];
    header += " " + (table.is_more_better ? theirs + " / " + ours : ours + " / " + theirs) + " |";
    rule += " ---: |";
  }
  std::printf("%s\n%s\n", header.c_str(), rule.c_str());
  for (const Row& row : table.rows) {
    std::string line = "| " + row.workload + " | " + row.threads + " |";
    for (const std::string& peer : table.peers) line += " " + number(median_of(row, peer)) + " |";
    for (std::size_t i = 1; i < table.peers.size(); ++i)
      line += " " + number(ratio(table, row, table.peers[i])) + " |";
    std::printf("%s\n", line.c_str());
  }
}

json::object to_json(const Table& table) {
  json::array rows;
  for (const Row& row : table.rows) {
    json::object peers;
    for (const auto& [peer, samples] : row.samples) {
      peers[peer] = {{"median", median(samples)}, {"samples", json::value_from(samples)}};
    }
    rows.push_back({{"workload", row.workload}, {"threads", row.threads}, {"peers", std::move(peers)}});
  }
  return {{"title", table.title}, {"unit", table.unit}, {"rows", std::move(rows)}};
}

/// What a program prints. Throws when it fails.
std::string output_of(const std::vector<std::string>& command) {
  auto process = bench::Process::start(command);
  std::string output = process.read_all();
  if (const int status = process.wait().status; status != 0) {
    throw std::runtime_error(command[0] + " exited with " + std::to_string(status));
  }
  return output;
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream{std::string(text)};
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(std::move(part));
  return parts;
}

void progress(const std::string& what) { std::fprintf(stderr, "bench: %s\n", what.c_str()); }

// --- micro benchmarks

/// `WORKLOAD/THREADS/PEER`, and what Google Benchmark puts behind it.
struct Name {
  std::string workload, threads, peer;

  static Name parse(std::string_view text) {
    auto parts = split(text, '/');
    if (parts.size() < 3) throw std::runtime_error("not a benchmark's name: " + std::string(text));
    return {parts[0], parts[1], parts[2]};
  }
};

Table micro_table(std::string id, std::string title) {
  return {std::move(id),
          std::move(title),
          "Nanoseconds of CPU time per operation",
          {"ferry", "asio", "asio-typed", "tokio"}};
}

struct MicroTables {
  Table tasks = micro_table("tasks", "Tasks and channels");
  // Apart, because Rust makes one state machine of the nested calls where C++ has a frame each; boxed, so has
  // Rust.
  Table calls = micro_table("calls", "Nested awaits, per level");

  Table& of(const std::string& workload) { return workload.starts_with("nested") ? calls : tasks; }
};

/// Nanoseconds of CPU time per operation of every benchmark of `program` that begins with `workload`.
void run_micro(const fs::path& program, const std::string& workload, const Options& options, Table& table) {
  const json::value report =
      json::parse(output_of({program, "--benchmark_filter=^" + workload + "/",
                             "--benchmark_min_time=" + options.min_time(), "--benchmark_format=json"}));
  for (const json::value& result : report.at("benchmarks").as_array()) {
    const Name name = Name::parse(std::string_view(result.at("name").as_string()));
    if (const json::value* error = result.as_object().if_contains("error_message")) {
      throw std::runtime_error(name.workload + " on " + name.peer + ": " + std::string(error->as_string()));
    }
    table.row(name.workload, name.threads)
        .samples[name.peer]
        .push_back(1e9 / result.at("items_per_second").to_number<double>());
  }
}

MicroTables measure_micro(const Options& options) {
  MicroTables tables;
  struct Workload {
    std::string name;
    std::vector<fs::path> programs;  // that have it
  };
  std::vector<Workload> workloads;  // in order of appearance
  for (const char* peer : {"ferry", "asio", "tokio"}) {
    const fs::path program = options.programs / (std::string("ferry-bench-micro-") + peer);
    if (!fs::exists(program)) {
      progress(std::string(peer) + " is skipped: there is no " + program.string());
      continue;
    }
    for (const std::string& line : split(output_of({program, "--benchmark_list_tests"}), '\n')) {
      const Name name = Name::parse(line);
      if (!std::regex_search("micro/" + name.workload, std::regex(options.filter))) continue;
      auto found = std::ranges::find(workloads, name.workload, &Workload::name);
      if (found == workloads.end()) found = workloads.insert(found, {name.workload, {}});
      if (found->programs.empty() || found->programs.back() != program) found->programs.push_back(program);
    }
  }
  for (int round = 0; round < options.rounds() && !workloads.empty(); ++round) {
    progress("micro benchmarks, round " + std::to_string(round + 1) + " of " +
             std::to_string(options.rounds()));
    for (const Workload& workload : workloads) {
      for (const fs::path& program : workload.programs) {
        run_micro(program, workload.name, options, tables.of(workload.name));
      }
    }
  }
  return tables;
}

// --- TCP echo

Table echo_table(std::string id, const std::string& what, std::string unit, bool is_more_better = false) {
  return {std::move(id), "TCP echo: " + what, std::move(unit), {"ferry", "epoll", "asio", "tokio"}, {},
          is_more_better};
}

struct EchoTables {
  Table cpu = echo_table("echo_cpu", "server's CPU time",
                         "Nanoseconds of the server's CPU time per request of 64 bytes");
  Table p50 = echo_table("echo_p50", "median latency", "Microseconds");
  Table p99 = echo_table("echo_p99", "99th percentile of latency", "Microseconds");
  Table throughput = echo_table("echo_throughput", "throughput", "Requests per second", true);
};

void run_echo(const std::string& peer, const std::string& connections, const std::string& threads,
              const Options& options, EchoTables& tables) {
  const fs::path server = options.programs / ("ferry-bench-echo-" + peer);
  if (!fs::exists(server)) return;
  std::vector<std::string> command{options.programs / "ferry-bench-load", "--connections", connections,
                                   "--requests", options.requests()};
  if (threads == "1") command.emplace_back("--pin");
  command.insert(command.end(), {"--", server, threads});
  const json::value result = json::parse(output_of(command));
  const std::string workload = connections + (connections == "1" ? " connection" : " connections");
  const auto add = [&](Table& table, double value) {
    table.row(workload, threads).samples[peer].push_back(value);
  };
  add(tables.cpu, result.at("server_cpu_ns_per_request").to_number<double>());
  add(tables.p50, result.at("p50_us").to_number<double>());
  add(tables.p99, result.at("p99_us").to_number<double>());
  add(tables.throughput, result.at("requests_per_second").to_number<double>());
}

EchoTables measure_echo(const Options& options) {
  EchoTables tables;
  if (!std::regex_search("echo", std::regex(options.filter))) return tables;
  for (int round = 0; round < options.rounds(); ++round) {
    progress("TCP echo, round " + std::to_string(round + 1) + " of " + std::to_string(options.rounds()));
    for (const char* threads : {"1", "2"}) {
      for (const char* connections : {"1", "100"}) {
        for (const char* peer : {"ferry", "epoll", "asio", "tokio"}) {
          if (std::string_view(peer) == "epoll" && std::string_view(threads) != "1") continue;
          run_echo(peer, connections, threads, options, tables);
        }
      }
    }
  }
  return tables;
}

// --- the rewriter

struct CompileCommand {
  std::string directory, command, file;
};

std::vector<CompileCommand> read_compile_commands(const fs::path& file) {
  std::ifstream stream(file);
  std::stringstream text;
  text << stream.rdbuf();
  std::vector<CompileCommand> commands;
  const json::value database = json::parse(text.str());
  for (const json::value& entry : database.as_array()) {
    commands.push_back({std::string(entry.at("directory").as_string()),
                        std::string(entry.at("command").as_string()),
                        std::string(entry.at("file").as_string())});
  }
  return commands;
}

/// CPU time in milliseconds. `may_find` is for `ferry check`, which exits with 1 when it has found something.
double cpu_ms(const std::vector<std::string>& command, bool may_find = false) {
  auto process = bench::Process::start(command);
  (void)process.read_all();
  const auto exit = process.wait();
  if (exit.status != 0 && !(may_find && exit.status == 1)) {
    throw std::runtime_error(command.back() + " exited with " + std::to_string(exit.status));
  }
  return std::chrono::duration<double, std::milli>(exit.cpu).count();
}

void run_rewriter(const std::string& folder, const std::vector<CompileCommand>& commands,
                  const Options& options, Table& table) {
  double compiling = 0;
  for (const CompileCommand& command : commands) {
    // Of several things to do, clang does the one that stops earliest.
    compiling += cpu_ms(
        {"/bin/sh", "-c", R"(cd "$1" && eval "$2 -fsyntax-only")", "sh", command.directory, command.command});
  }
  const double checking = cpu_ms(
      {options.rewriter, "check", "-j", "1", "-p", options.compile_commands.parent_path(), folder}, true);
  Row& row = table.row(folder + ", " + std::to_string(commands.size()) + " files", "1");
  row.samples["ferry check"].push_back(checking);
  row.samples["clang++ -fsyntax-only"].push_back(compiling);
}

Table measure_rewriter(const Options& options) {
  Table table{"rewriter",
              "The rewriter beside the compiler",
              "Milliseconds of CPU time for all files",
              {"ferry check", "clang++ -fsyntax-only"}};
  if (!std::regex_search("rewriter", std::regex(options.filter))) return table;
  if (!fs::exists(options.rewriter) || !fs::exists(options.compile_commands)) {
    progress("the rewriter is skipped: it needs --rewriter, --compile-commands and --code");
    return table;
  }
  const std::vector<CompileCommand> database = read_compile_commands(options.compile_commands);
  for (int round = 0; round < options.rounds(); ++round) {
    progress("rewriter, round " + std::to_string(round + 1) + " of " + std::to_string(options.rounds()));
    for (const std::string& folder : options.code) {
      const std::string prefix = fs::canonical(folder).string() + "/";
      std::vector<CompileCommand> commands;
      std::ranges::copy_if(database, std::back_inserter(commands),
                           [&](const CompileCommand& command) { return command.file.starts_with(prefix); });
      if (commands.empty()) throw std::runtime_error("the compile database has no files below " + prefix);
      run_rewriter(folder, commands, options, table);
    }
  }
  return table;
}

// --- together

/// One line per comparison: what a reader looks for first.
void print_summary(const std::vector<const Table*>& tables) {
  std::printf(
      "\n## Summary\n\nGeometric means of the ratios above.\n\n| | compared with | ratio |\n| --- | --- | "
      "---: |\n");
  for (const Table* table : tables) {
    for (std::size_t i = 1; i < table->peers.size(); ++i) {
      double logarithms = 0;
      int count = 0;
      for (const Row& row : table->rows) {
        const auto value = ratio(*table, row, table->peers[i]);
        if (!value) continue;
        logarithms += std::log(*value);
        ++count;
      }
      if (count == 0) continue;
      std::printf("| %s | %s | %s |\n", table->title.c_str(), table->peers[i].c_str(),
                  number(std::exp(logarithms / count)).c_str());
    }
  }
}

void run(const Options& options) {
  double load = 0;
  (void)getloadavg(&load, 1);
  std::printf(
      "# ferry's benchmarks\n\n%u processors, load average %.1f at the start, %d rounds%s. Only ratios "
      "within one run "
      "carry over to another machine.\n",
      std::thread::hardware_concurrency(), load, options.rounds(), options.quick ? ", quick" : "");
  const MicroTables micro = measure_micro(options);
  const EchoTables echo = measure_echo(options);
  const Table rewriter = measure_rewriter(options);
  const std::vector<const Table*> tables{&micro.tasks, &micro.calls,     &echo.cpu, &echo.p50,
                                         &echo.p99,    &echo.throughput, &rewriter};
  for (const Table* table : tables) print(*table);
  print_summary(tables);
  if (options.json_file.empty()) return;
  json::object report{{"version", 1},
                      {"processors", std::thread::hardware_concurrency()},
                      {"rounds", options.rounds()},
                      {"quick", options.quick}};
  for (const Table* table : tables) report[table->id] = to_json(*table);
  std::ofstream file(options.json_file);
  file << json::serialize(report) << '\n';
  if (!file.flush()) throw std::runtime_error("cannot write " + options.json_file);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Measures ferry beside its peers and prints Markdown"};
  app.add_flag("--quick", options.quick, "fewer and shorter rounds");
  app.add_option("--json", options.json_file, "write all measurements to FILE")->type_name("FILE");
  app.add_option("--filter", options.filter, "only micro/WORKLOAD, echo, rewriter that match REGEX")
      ->type_name("REGEX");
  app.add_option("--rewriter", options.rewriter, "the program ferry")->type_name("PROGRAM");
  app.add_option("--compile-commands", options.compile_commands, "the code base for the rewriter")
      ->type_name("FILE");
  app.add_option("--code", options.code, "a folder of that code base; repeatable")
      ->type_name("FOLDER")
      ->allow_extra_args(false);
  app.add_option("--programs", options.programs, "where the benchmarks are; beside this program by default");
  CLI11_PARSE(app, argc, argv);
  try {
    if (options.programs.empty()) options.programs = fs::read_symlink("/proc/self/exe").parent_path();
    run(options);
    return 0;
  } catch (const std::exception& error) {
    std::fflush(stdout);
    std::fprintf(stderr, "bench: %s\n", error.what());
    return 1;
  }
}
