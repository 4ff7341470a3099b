#include "discover/database.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/SmallVector.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/JSON.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/StringSaver.h>

#include "model/compose.hpp"

namespace ferry::rewriter {
namespace {

constexpr std::string_view kRegenerate =
    "; generate it again, with CMake by -DCMAKE_EXPORT_COMPILE_COMMANDS=ON";

// Where the entry with this number begins, for a message: JSON values do not know.
std::size_t offset_of_entry(std::string_view text, std::size_t number) {
  int depth = 0;
  bool is_string = false;
  bool expects_entry = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_string) {
      if (c == '\\') ++i;
      is_string = c != '"';
      continue;
    }
    if (expects_entry && !llvm::isSpace(c)) {
      if (number-- == 0) return i;
      expects_entry = false;
    }
    if (c == '"') is_string = true;
    if (c == '{' || c == '[') expects_entry = depth++ == 0;
    if (c == '}' || c == ']') --depth;
    if (c == ',' && depth == 1) expects_entry = true;
  }
  return 0;
}

std::nullopt_t fail(Problem& error, const std::string& path, Position position, std::string message) {
  error = {.file = path, .line = position.line, .column = position.column, .message = std::move(message)};
  return std::nullopt;
}

// LLVM says "[line:column, byte=offset]: what".
std::nullopt_t fail_to_parse(Problem& error, const std::string& path, llvm::Error cause) {
  const std::string said = llvm::toString(std::move(cause));
  llvm::StringRef rest(said);
  Position position;
  std::size_t byte = 0;
  if (rest.consume_front("[") && !rest.consumeInteger(10, position.line) && rest.consume_front(":") &&
      !rest.consumeInteger(10, position.column) && rest.consume_front(", byte=") &&
      !rest.consumeInteger(10, byte))
    rest.consume_front("]: ");
  return fail(error, path, position, "malformed compile database: " + rest.str() + std::string(kRegenerate));
}

std::string absolute(llvm::StringRef path, llvm::StringRef directory) {
  llvm::SmallString<256> result(path);
  llvm::sys::fs::make_absolute(directory, result);
  llvm::sys::path::remove_dots(result, /*remove_dot_dot=*/true);
  return std::string(result);
}

// Expands `@file`, relative to the command's directory, at any depth. One that is missing goes, and answers
// true: CMake names files that only a build writes.
bool expand_response_files(std::vector<std::string>& command, const std::string& directory) {
  const auto is_file = [](const std::string& argument) {
    return argument.size() > 1 && argument.starts_with('@');
  };
  if (std::ranges::none_of(command, is_file)) return false;
  llvm::SmallVector<const char*, 32> arguments;
  for (const std::string& argument : command) arguments.push_back(argument.c_str());
  llvm::BumpPtrAllocator memory;
  llvm::cl::ExpansionContext context(memory, llvm::cl::TokenizeGNUCommandLine);
  context.setCurrentDir(directory);
  llvm::consumeError(context.expandResponseFiles(arguments));
  command = std::vector<std::string>(arguments.begin(), arguments.end());
  return std::erase_if(command, is_file) != 0;
}

// The language that the last -x names; empty without one.
std::string language_of(const std::vector<std::string>& command) {
  std::string language;
  for (std::size_t i = 0; i < command.size(); ++i) {
    llvm::StringRef argument = command[i];
    if (argument == "-x")
      language = i + 1 < command.size() ? command[i + 1] : "";
    else if (argument.consume_front("-x") || argument.consume_front("--language="))
      language = argument.str();
    else if (argument == "/TP" || argument == "-TP")
      language = "c++";
  }
  return language == "none" ? "" : language;
}

bool is_cpp(const Job& job) {
  constexpr auto kSources = std::to_array<std::string_view>(
      {".cpp", ".cc", ".cxx", ".c++", ".C",   ".CPP", ".cp",  ".cppm", ".ccm", ".cxxm", ".c++m", ".ixx",
       ".mpp", ".mm", ".ii",  ".hh",  ".hpp", ".hxx", ".h++", ".H",    ".ipp", ".inl",  ".tpp",  ".txx"});
  if (const std::string language = language_of(job.arguments); !language.empty())
    return language.find("c++") != std::string::npos;
  const std::string_view extension = llvm::sys::path::extension(job.file);
  if (std::ranges::find(kSources, extension) != kSources.end()) return true;
  // g++ takes C for C++.
  return (extension == ".c" || extension == ".h") && compiler_name(job.arguments).ends_with("++");
}

// Where Windows wrote the database.
bool is_windows_path(llvm::StringRef path) {
  return path.size() > 2 && llvm::isAlpha(path[0]) && path[1] == ':' && (path[2] == '\\' || path[2] == '/');
}

// The command without what does not change what is compiled, to know duplicates by.
std::vector<std::string> essence(const Job& job) {
  constexpr auto kOutputs = std::to_array<std::string_view>({"-o", "-MF", "-MT", "-MQ", "-MJ"});
  std::vector<std::string> result = {job.file, job.directory};
  for (std::size_t i = 1; i < job.arguments.size(); ++i)
    if (std::ranges::find(kOutputs, job.arguments[i]) != kOutputs.end())
      ++i;
    else
      result.push_back(job.arguments[i]);
  return result;
}

// What a person should know about commands, as one note for each kind.
class Remarks {
 public:
  void add(std::string_view what, const std::string& file) {
    auto [known, is_new] = kinds_.try_emplace(std::string(what), Kind{.first = file});
    ++known->second.count;
  }
  std::size_t count() const {
    std::size_t all = 0;
    for (const auto& [what, kind] : kinds_) all += kind.count;
    return all;
  }
  Problems notes(const std::string& path) const {
    Problems notes;
    for (const auto& [what, kind] : kinds_)
      notes.push_back({.file = path,
                       .message = std::to_string(kind.count) +
                                  (kind.count == 1 ? " command " : " commands ") + what +
                                  " (the first is for " + kind.first + ")"});
    return notes;
  }

 private:
  struct Kind {
    std::string first;
    std::size_t count = 0;
  };
  std::map<std::string, Kind> kinds_;
};

std::optional<std::vector<std::string>> command_of(const llvm::json::Object& entry) {
  std::vector<std::string> command;
  if (const llvm::json::Array* arguments = entry.getArray("arguments")) {
    for (const llvm::json::Value& argument : *arguments) {
      const auto text = argument.getAsString();
      if (!text) return std::nullopt;
      command.push_back(text->str());
    }
  } else if (const auto line = entry.getString("command")) {
    llvm::BumpPtrAllocator memory;
    llvm::StringSaver saver(memory);
    llvm::SmallVector<const char*, 32> words;
    llvm::cl::TokenizeGNUCommandLine(*line, saver, words);
    command.assign(words.begin(), words.end());
  }
  if (command.empty()) return std::nullopt;
  return command;
}

}  // namespace

std::optional<Database> read_database(const std::string& path, std::string_view text, Problem& error) {
  llvm::Expected<llvm::json::Value> database = llvm::json::parse(text);
  if (!database) return fail_to_parse(error, path, database.takeError());
  const llvm::json::Array* entries = database->getAsArray();
  if (entries == nullptr)
    return fail(error, path, {},
                "malformed compile database: not an array of commands" + std::string(kRegenerate));

  Database result;
  Remarks left_out;
  Remarks kept;
  std::set<std::vector<std::string>> known;
  for (std::size_t i = 0; i < entries->size(); ++i) {
    const llvm::json::Object* entry = (*entries)[i].getAsObject();
    const auto file = entry == nullptr ? std::nullopt : entry->getString("file");
    const auto directory = entry == nullptr ? std::nullopt : entry->getString("directory");
    auto command = entry == nullptr ? std::nullopt : command_of(*entry);
    if (!file || !directory || !command)
      return fail(error, path, position_of(text, offset_of_entry(text, i)),
                  "malformed compile database: a command needs \"directory\", \"file\" and \"arguments\" or "
                  "\"command\"" +
                      std::string(kRegenerate));
    if (is_windows_path(*directory) || is_windows_path(*file)) {
      left_out.add("left out: written on Windows, for its paths; write the database on this machine",
                   file->str());
      continue;
    }
    Job job{.directory = absolute(*directory, llvm::sys::path::parent_path(path))};
    job.file = absolute(*file, job.directory);
    job.arguments = std::move(*command);
    const bool is_short = expand_response_files(job.arguments, job.directory);
    remove_wrappers(job.arguments);
    if (job.arguments.empty()) {
      left_out.add("left out: there is no compiler in them", job.file);
      continue;
    }
    if (compiler_name(job.arguments) == "nvcc") {
      left_out.add("left out: Clang cannot imitate nvcc", job.file);
      continue;
    }
    if (!is_cpp(job)) continue;
    if (is_short)
      kept.add("without their `@file`: it is not there; build the project if it is generated", job.file);
    if (const std::string compiler = compiler_name(job.arguments); compiler == "cl" || compiler == "clang-cl")
      kept.add("in the style of cl: read as clang-cl does, for Windows, whose headers they need", job.file);
    if (known.insert(essence(job)).second) result.jobs.push_back(std::move(job));
  }
  if (result.jobs.empty() && left_out.count() != 0) {
    error = left_out.notes(path).front();
    return std::nullopt;
  }
  result.notes = left_out.notes(path);
  std::ranges::move(kept.notes(path), std::back_inserter(result.notes));
  std::ranges::sort(result.jobs, {}, [](const Job& job) { return std::tie(job.file, job.arguments); });
  return result;
}

}  // namespace ferry::rewriter
