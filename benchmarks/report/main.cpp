/// ferry-bench: runs the benchmarks of ferry and its peers in interleaved rounds, so that whatever else the
/// machine does hits all of them alike, and prints medians, ratios and missed bars as
/// Markdown.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include <CLI/CLI.hpp>
#include <boost/json/src.hpp>

#include "report/code_size.hpp"
#include "report/corpus.hpp"
#include "report/echo.hpp"
#include "report/headers.hpp"
#include "report/options.hpp"
#include "report/programs.hpp"
#include "report/rewriter.hpp"
#include "report/table.hpp"
#include "report/workloads.hpp"

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;
using bench::Options;
using bench::output_of;
using bench::progress;
using bench::split;
using bench::Table;

// --- micro benchmarks

/// Whom ferry is compared with: the programs ferry-bench-micro-NAME, and the peers that each of them has.
std::vector<bench::Baseline> micro_baselines() {
  return {{"tokio", {"tokio"}}, {"asio", {"asio", "asio-typed"}}, {"go", {"go"}}};
}

/// What the shims of 0.2 are compared with, in the one program ferry-bench-micro-compat.
std::vector<bench::Baseline> compat_baselines() { return {{"1.x", {"1.x"}}}; }

/// `WORKLOAD/THREADS/PEER`, and what Google Benchmark puts behind it.
struct Name {
  std::string workload, threads, peer;

  static Name parse(std::string_view text) {
    auto parts = split(text, '/');
    if (parts.size() < 3) throw std::runtime_error("not a benchmark's name: " + std::string(text));
    return {parts[0], parts[1], parts[2]};
  }
};

struct MicroBenchmark {
  Name name;
  fs::path program;
};

class MicroTables {
 public:
  MicroTables() {
    const std::string cpu = "Nanoseconds of CPU time per operation";
    add("tasks", "Spawning and joining", cpu);
    add("calls", "Yields and nested awaits", cpu + ", nested awaits per level");
    add("channels", "Channels", cpu);
    add("locks", "Locks and Notify", cpu);
    add("selects", "Select and timeout", cpu);
    add("timers", "Timers", cpu);
    add("lateness", "How late timers are", "Microseconds, of 100000 that end in one second");
    add("memory", "Memory", "Bytes of resident memory");
    add("compat", "The 0.2 API beside direct calls", cpu, "0.2", compat_baselines());
  }

  /// Adds what a benchmark measured.
  void add(const Name& name, const json::object& result) {
    const auto workload = std::ranges::find(bench::workloads(), name.workload, &bench::Workload::name);
    add(workload->table, name.workload, workload->bars, name,
        1e9 / result.at("items_per_second").to_number<double>());
    for (const bench::ExtraFigure& extra : bench::extra_figures()) {
      if (extra.workload != name.workload) continue;
      add(extra.table, std::string(extra.row), extra.bars, name, result.at(extra.figure).to_number<double>());
    }
  }

  [[nodiscard]] const std::vector<Table>& tables() const { return tables_; }

 private:
  void add(std::string id, std::string title, std::string unit, const std::string& first = "ferry",
           std::vector<bench::Baseline> baselines = micro_baselines()) {
    std::vector<std::string> peers{first};
    for (const bench::Baseline& baseline : baselines)
      peers.insert(peers.end(), baseline.peers.begin(), baseline.peers.end());
    tables_.push_back(
        {std::move(id), std::move(title), std::move(unit), std::move(peers), std::move(baselines)});
  }

  void add(std::string_view table, const std::string& label, const bench::Bars& bars, const Name& name,
           double value) {
    bench::Row& row = std::ranges::find(tables_, table, &Table::id)->row(label, name.threads);
    if (bars.to_direct != bench::kNoBar) {
      row.bars["1.x"] = bars.to_direct;
      row.is_noisy = true;
    }
    const double to_tokio = name.threads == "1" ? bars.to_tokio_1 : bars.to_tokio_2;
    if (to_tokio != bench::kNoBar) row.bars["tokio"] = to_tokio;
    if (bars.to_asio != bench::kNoBar) row.bars["asio"] = bars.to_asio;
    if (bars.most != bench::kNoBar) row.most = bars.most;
    row.samples[name.peer].push_back(value);
  }

  std::vector<Table> tables_;
};

/// All that there are, in the order in which they are run: those of a workload one after the other.
std::vector<MicroBenchmark> micro_benchmarks(const Options& options) {
  std::vector<MicroBenchmark> benchmarks;
  const std::regex filter(options.filter);
  std::vector<std::string> programs{"ferry", "compat"};
  for (const bench::Baseline& baseline : micro_baselines()) programs.push_back(baseline.name);
  for (const std::string& name : programs) {
    const fs::path program = options.programs / ("ferry-bench-micro-" + name);
    if (!fs::exists(program)) {
      progress(name + " is skipped: there is no " + program.string());
      continue;
    }
    for (const std::string& line : split(output_of({program, "--benchmark_list_tests"}), '\n')) {
      const Name name = Name::parse(line);
      if (std::ranges::find(bench::workloads(), name.workload, &bench::Workload::name) ==
          bench::workloads().end()) {
        throw std::runtime_error(line + " is not listed in report/workloads.cpp");
      }
      if (std::regex_search("micro/" + name.workload, filter)) benchmarks.push_back({name, program});
    }
  }
  std::ranges::sort(benchmarks, {}, [](const MicroBenchmark& benchmark) {
    const auto workload =
        std::ranges::find(bench::workloads(), benchmark.name.workload, &bench::Workload::name);
    return std::tuple(workload - bench::workloads().begin(), benchmark.name.threads, benchmark.name.peer);
  });
  return benchmarks;
}

/// In a process of its own, so that none finds the memory that another left.
void run_micro(const MicroBenchmark& benchmark, const Options& options, MicroTables& tables) {
  const Name& name = benchmark.name;
  const std::string prefix = name.workload + "/" + name.threads + "/" + name.peer + "/";
  const json::value report =
      json::parse(output_of({benchmark.program, "--benchmark_filter=^" + prefix,
                             "--benchmark_min_time=" + options.min_time(), "--benchmark_format=json"}));
  const json::object& result = report.at("benchmarks").as_array().at(0).as_object();
  if (const json::value* error = result.if_contains("error_message")) {
    throw std::runtime_error(prefix + " says: " + std::string(error->as_string()));
  }
  tables.add(name, result);
}

MicroTables measure_micro(const Options& options) {
  MicroTables tables;
  const std::vector<MicroBenchmark> benchmarks = micro_benchmarks(options);
  for (int round = 0; round < options.rounds() && !benchmarks.empty(); ++round) {
    progress("micro benchmarks, round " + std::to_string(round + 1) + " of " +
             std::to_string(options.rounds()));
    for (const MicroBenchmark& benchmark : benchmarks) run_micro(benchmark, options, tables);
  }
  return tables;
}

// --- together

constexpr std::string_view kBegin = "<!-- figures -->\n";
constexpr std::string_view kEnd = "<!-- end of figures -->\n";

std::string replace_all(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
  return text;
}

/// Puts `report` between the marks of a page that has them, its headings below the page's, else makes it the
/// page.
void write_markdown(const fs::path& file, const std::string& report) {
  std::stringstream present;
  present << std::ifstream(file).rdbuf();
  std::string page = present.str();
  const std::size_t begin = page.find(kBegin);
  const std::size_t end = page.find(kEnd);
  if (begin == page.npos || end == page.npos) {
    page = "# ferry's benchmarks\n\n" + report;
  } else {
    const std::size_t from = begin + kBegin.size();
    page.replace(from, end - from, "\n" + replace_all(report, "\n## ", "\n### ") + "\n");
  }
  std::ofstream stream(file);
  stream << page;
  if (!stream.flush()) throw std::runtime_error("cannot write " + file.string());
}

void run(const Options& options) {
  double load = 0;
  (void)getloadavg(&load, 1);
  const MicroTables micro = measure_micro(options);
  const std::vector<Table> echo = bench::measure_echo(options);
  const Table code_size = bench::measure_code_size(options);
  const Table headers = bench::measure_headers(options);
  const Table rewriter = bench::measure_rewriter(options);
  const std::vector<Table> corpora = bench::measure_corpora(options);
  std::vector<const Table*> tables;
  for (const Table& table : micro.tables()) tables.push_back(&table);
  for (const Table& table : echo) tables.push_back(&table);
  tables.push_back(&code_size);
  tables.push_back(&headers);
  tables.push_back(&rewriter);
  for (const Table& table : corpora) tables.push_back(&table);

  std::array<char, 200> machine{};
  std::snprintf(
      machine.data(), machine.size(),
      "%u processors, load average %.1f at the start, %d rounds%s. Only ratios within one run carry over\n"
      "to another machine.\n",
      std::thread::hardware_concurrency(), load, options.rounds(), options.quick ? ", quick" : "");
  std::string report = machine.data();
  for (const Table* table : tables) report += bench::markdown(*table);
  if (std::ranges::any_of(micro.tables(), [](const Table& table) { return !table.rows.empty(); }))
    report += bench::explanation();
  report += bench::summary(tables);
  std::printf("# ferry's benchmarks\n\n%s", report.c_str());
  if (!options.markdown_file.empty()) write_markdown(options.markdown_file, report);
  if (options.json_file.empty()) return;
  json::object all{{"version", 1},
                   {"processors", std::thread::hardware_concurrency()},
                   {"rounds", options.rounds()},
                   {"quick", options.quick}};
  for (const Table* table : tables) all[table->id] = bench::to_json(*table);
  std::ofstream file(options.json_file);
  file << json::serialize(all) << '\n';
  if (!file.flush()) throw std::runtime_error("cannot write " + options.json_file);
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  CLI::App app{"Measures ferry beside its peers and prints Markdown"};
  app.add_flag("--quick", options.quick, "fewer and shorter rounds");
  app.add_option("--json", options.json_file, "write all measurements to FILE")->type_name("FILE");
  app.add_option("--markdown", options.markdown_file,
                 "write the report to FILE, between its marks for figures if it has them")
      ->type_name("FILE");
  app.add_option("--filter", options.filter,
                 "only micro/WORKLOAD, echo/ROW, code_size, headers, rewriter, corpus that match REGEX")
      ->type_name("REGEX");
  app.add_option("--rewriter", options.rewriter, "the program ferry")->type_name("PROGRAM");
  app.add_option("--compile-commands", options.compile_commands, "the code base for the rewriter")
      ->type_name("FILE");
  app.add_option("--code", options.code, "a folder of that code base; repeatable")
      ->type_name("FOLDER")
      ->allow_extra_args(false);
  app.add_option_function<std::vector<std::tuple<std::string, std::string, std::string>>>(
         "--corpus",
         [&](const auto& corpora) {
           for (const auto& [root, files, header] : corpora)
             options.corpora.push_back({.root = root, .files = files, .header = header});
         },
         "a large code base, built in DIR/build: those of its files that match REGEX; one of its headers")
      ->type_name("DIR REGEX HEADER");
  app.add_option("--twins", options.twins, "a program of the 0.2 API and the one that it migrates to")
      ->type_name("OLD NEW")
      ->expected(2);
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
