// Which way includes point: read from the #include lines of the sources.
#include <algorithm>
#include <regex>

#include <doctest/doctest.h>

#include "files.hpp"

namespace ferry::test {
namespace {

struct Include {
  std::string file;  ///< that has the line
  unsigned line = 0;
  std::string name;  ///< as it is spelled, without its delimiters
  bool is_angled = false;
};

std::vector<Include> includes_in(const std::string& file, const std::string& text) {
  static const std::regex pattern(R"(\s*#\s*include\s*([<"])([^>"]+)[>"].*)");
  std::vector<Include> includes;
  unsigned number = 0;
  for (const std::string& line : lines_of(text)) {
    ++number;
    std::smatch match;
    if (std::regex_match(line, match, pattern))
      includes.push_back({.file = file, .line = number, .name = match[2], .is_angled = match[1] == "<"});
  }
  return includes;
}

// `folder: pattern` over the names of files and of what they include, in <> or "".
struct Rule {
  const char* files;    ///< regular expression over the file's path
  const char* may_not;  ///< over the spelled include, with its delimiters
  const char* except;   ///< over the spelled include: allowed all the same
  const char* why;
};

constexpr const char* kNothing = "(?!)";

// STYLE's arrows, as the code has them: docs/architecture.md explains.
constexpr Rule kRules[] = {
    // samples -> compat -> runtime -> Boost
    {"runtime/.*", R"(<ferry/(v0_2|compat|annotate)\b.*)", kNothing,
     "the runtime knows nothing of the 0.2 API"},
    {"compat/.*", R"(<ferry/detail/.*)", kNothing, "compat uses the runtime's public headers only"},
    {"compat/.*", R"(<boost/asio.*)", kNothing, "Asio is the runtime's affair"},
    {"compat/include/ferry/annotate\\.hpp", ".*", kNothing,
     "annotate.hpp may be copied by anyone: it includes nothing"},
    {"samples/.*", R"(<ferry/detail/.*)", kNothing, "samples show what users can do"},
    {"(runtime|compat)/include/.*", R"(".*)", kNothing, "public headers are included by their public names"},
    {R"(runtime/include/(?!ferry/(asio(\.hpp|/.*)|detail/asio_.*)).*)", R"(<(boost/asio|ferry/asio)\b.*)",
     kNothing, "only ferry/asio.hpp opens the door to Asio"},
    {"runtime/src/(?!driver/|asio/).*", R"(<boost/asio.*)", kNothing, "Asio is seen by the driver alone"},

    // vocabulary <- task <- scheduler and driver <- time, sync, io, net <- stream
    {"runtime/include/ferry/(assert|poll|waker|future|result)\\.hpp", "<ferry/.*",
     "<ferry/(assert|poll|waker|future|result)\\.hpp>", "the vocabulary stands on nothing else"},
    {"runtime/(include/ferry|src)/task/.*",
     R"([<"](ferry/)?(time|sync|io|net|stream|signal|driver|scheduler)/.*)", kNothing,
     "a task knows no module that is built on tasks"},
    {"runtime/src/scheduler/.*", R"([<"](ferry/)?(time|sync|io|net|stream|signal)/.*|"driver/.*)",
     "\"driver/driver\\.hpp\"", "the scheduler knows a driver to park in, no timer and no socket"},
    {"runtime/src/driver/.*", R"([<"](ferry/)?(sync|io|net|stream|signal|task|scheduler)/.*)", kNothing,
     "the driver wakes wakers; it knows nobody who waits"},
    {"runtime/(include/ferry|src)/sync/.*",
     R"([<"](ferry/)?(time|io|net|stream|signal|runtime|driver|scheduler|task)/.*)", kNothing,
     "sync knows no socket, no clock and no runtime"},
    {"runtime/(include/ferry|src)/time/.*", R"([<"](ferry/)?(sync|io|net|stream|signal)/.*)", kNothing,
     "time knows no other module"},
    {"runtime/(include/ferry|src)/io/.*", R"([<"](ferry/)?(time|sync|net|stream|signal|driver)/.*)", kNothing,
     "io is traits and helpers over any reader and writer"},
    {"runtime/(include/ferry|src)/net/.*", R"([<"](ferry/)?(time|sync|stream|process)/.*)", kNothing,
     "net knows no streams and no processes"},
    {"runtime/(include/ferry|src)/fs/.*", R"([<"](ferry/)?(time|sync|net|stream|process|signal)/.*)",
     kNothing, "fs knows no other module than io"},
    {"runtime/(include/ferry|src)/(?!util(/|\\.hpp)|detail/|ferry\\.hpp).*", R"([<"](ferry/)?util[/.].*)",
     kNothing, "util stands on all other modules"},

    // the rewriter
    {"rewriter/.*", R"(<(ferry|boost)/.*)", kNothing, "the rewriter knows runtime and compat as text only"},
    {"rewriter/src/model/.*", R"("(?!model/).*)", kNothing, "the model is what all stages share"},
    {"rewriter/src/support/.*", R"("(?!support/).*)", kNothing, "support knows nothing of ferry"},
    {"rewriter/src/frontend/.*", R"("(?!(model|support|frontend)/).*)", kNothing,
     "the front end serves stages"},
    {"rewriter/src/(discover|resolve|apply|report)/.*",
     R"("(?!(model|support|discover|resolve|apply|report)/).*)", kNothing, "these stages need no AST"},
    {"rewriter/src/lsp/.*", R"("(?!(model|support|lsp)/).*)", kNothing,
     "the conversation with an editor is held without those who do the work"},
    {"rewriter/src/discover/.*", R"("(resolve|apply|report)/.*)", kNothing,
     "a stage includes model/ and itself"},
    {"rewriter/src/resolve/.*", R"("(discover|apply|report)/.*)", kNothing,
     "a stage includes model/ and itself"},
    {"rewriter/src/apply/.*", R"("(discover|resolve|report)/.*)", kNothing,
     "a stage includes model/ and itself"},
    {"rewriter/src/report/.*", R"("(discover|resolve|apply)/.*)", kNothing,
     "a stage includes model/ and itself"},
    {"rewriter/src/filter/.*", R"("(?!(model|support|frontend|filter)/).*)", kNothing,
     "filter preprocesses, no more"},
    {"rewriter/src/verify/.*", R"("(?!(model|support|frontend|verify)/).*)", kNothing,
     "verify compiles, no more"},
    {"rewriter/src/(analyse|rules)/.*", R"("(?!(model|support|frontend|packs|analyse|rules)/).*)", kNothing,
     "analyse and rules are one stage"},
    {"rewriter/src/packs/.*", R"("(?!(model|support|packs)/).*)", kNothing,
     "packs and cards are read without an AST"},
    {R"(rewriter/src/(?!(analyse|rules)/|frontend/doubts\.).*)", R"(<clang/(AST|ASTMatchers)/.*)", kNothing,
     "only analyse and rules look at ASTs, and what doubts a shared prefix"},
    {"rewriter/src/(model|support|packs|discover|resolve|report|lsp|cli)/.*", R"(<clang/.*)", kNothing,
     "this needs LLVM's support library only"},
    {"rewriter/src/tidy/.*", R"("(?!(model|frontend|analyse/observer|resolve/resolve|packs/load|tidy)\b).*)",
     kNothing, "clang-tidy runs the rules over a unit, no more"},
    {"rewriter/src/(?!tidy/).*", R"(<clang-tidy/.*)", kNothing, "only tidy/ knows clang-tidy"},
    {"rewriter/src/apply/.*", R"(<clang/.*)",
     "<clang/(Format/Format|Lex/Lexer|Tooling/Core/Replacement)\\.h>",
     "apply formats and compares tokens, and needs no more of Clang"},
    {"rewriter/src/(?!cli/).*", R"(<CLI/.*)", kNothing, "only cli/ reads the command line"},
};

std::string fault(const Include& include) {
  const std::string spelled = include.is_angled ? "<" + include.name + ">" : "\"" + include.name + "\"";
  for (const Rule& rule : kRules)
    if (std::regex_match(include.file, std::regex(rule.files)) &&
        std::regex_match(spelled, std::regex(rule.may_not)) &&
        !std::regex_match(spelled, std::regex(rule.except)))
      return include.file + ":" + std::to_string(include.line) + ": " + spelled + ": " + rule.why;
  return {};
}

std::vector<Include> all_includes(const std::string& folder) {
  std::vector<Include> all;
  for (const std::string& file : files_below(folder, {".hpp", ".cpp"}))
    std::ranges::move(includes_in(file, read(file)), std::back_inserter(all));
  return all;
}

TEST_SUITE("docs.includes") {
  TEST_CASE("includes point one way: samples, compat, runtime, Boost, model, stages, cli") {
    std::size_t seen = 0;
    for (const char* folder : {"runtime", "compat", "samples", "rewriter"})
      for (const Include& include : all_includes(folder)) {
        ++seen;
        const std::string wrong = fault(include);
        CHECK_MESSAGE(wrong.empty(), wrong);
      }
    CHECK(seen > 500);
  }

  TEST_CASE("an include that points the other way is found") {
    const auto is_fault = [](const char* file, const char* line) {
      const auto includes = includes_in(file, line);
      REQUIRE(includes.size() == 1);
      return !fault(includes.front()).empty();
    };
    CHECK(is_fault("runtime/include/ferry/time/sleep.hpp", "#include <boost/asio/steady_timer.hpp>"));
    CHECK(is_fault("runtime/include/ferry/runtime/handle.hpp", "#include <ferry/asio/executor.hpp>"));
    CHECK(is_fault("runtime/include/ferry/time/sleep.hpp", "#include \"driver/driver.hpp\""));
    CHECK(is_fault("runtime/include/ferry/sync/notify.hpp", "#  include <ferry/time/sleep.hpp>  // why not"));
    CHECK(is_fault("runtime/src/scheduler/worker.cpp", "#include \"driver/timer_wheel.hpp\""));
    CHECK(is_fault("runtime/src/net/tcp_stream.cpp", "#include <boost/asio/ip/tcp.hpp>"));
    CHECK(is_fault("compat/include/ferry/annotate.hpp", "#include <string>"));
    CHECK(is_fault("compat/include/ferry/v0_2/time/delay.hpp", "#include <ferry/detail/timer.hpp>"));
    CHECK(is_fault("rewriter/src/rules/uses.cpp", "#include <ferry/annotate.hpp>"));
    CHECK(is_fault("rewriter/src/resolve/resolve.cpp", "#include \"apply/apply.hpp\""));
    CHECK(is_fault("rewriter/src/resolve/resolve.cpp", "#include <clang/AST/Decl.h>"));
    CHECK(is_fault("rewriter/src/verify/verify.cpp", "#include \"analyse/analyse.hpp\""));
    CHECK(is_fault("rewriter/src/lsp/server.cpp", "#include \"cli/options.hpp\""));
    CHECK(is_fault("rewriter/src/tidy/lint.cpp", "#include \"apply/apply.hpp\""));
    CHECK(is_fault("rewriter/src/analyse/unit.cpp", "#include <clang-tidy/ClangTidyCheck.h>"));
    CHECK_FALSE(is_fault("runtime/include/ferry/asio.hpp", "#include <boost/asio/post.hpp>"));
    CHECK_FALSE(
        is_fault("runtime/include/ferry/asio/use_task.hpp", "#include <boost/asio/async_result.hpp>"));
    CHECK_FALSE(is_fault("runtime/src/scheduler/worker.cpp", "#include \"driver/driver.hpp\""));
    CHECK_FALSE(is_fault("rewriter/src/verify/verify.cpp", "#include \"frontend/frontend.hpp\""));
  }
}

}  // namespace
}  // namespace ferry::test
