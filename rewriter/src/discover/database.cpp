#include <algorithm>
#include <array>
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

#include "discover/discover.hpp"
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

void expand_response_files(std::vector<std::string>& command, const std::string& directory) {
  if (std::ranges::none_of(command, [](const std::string& argument) { return argument.starts_with('@'); }))
    return;
  llvm::SmallVector<const char*, 32> arguments;
  for (const std::string& argument : command) arguments.push_back(argument.c_str());
  llvm::BumpPtrAllocator memory;
  llvm::cl::ExpansionContext context(memory, llvm::cl::TokenizeGNUCommandLine);
  context.setCurrentDir(directory);
  // A file that is missing leaves its argument as it is: the compiler's message then names it.
  llvm::consumeError(context.expandResponseFiles(arguments));
  command = std::vector<std::string>(arguments.begin(), arguments.end());
}

bool is_cpp(const Job& job) {
  constexpr std::array<std::string_view, 8> kOther = {".c", ".s", ".S", ".sx", ".asm", ".rc", ".f90", ".f"};
  const std::string_view extension = llvm::sys::path::extension(job.file);
  return std::ranges::find(kOther, extension) == kOther.end() ||
         std::ranges::any_of(job.arguments,
                             [](const std::string& argument) { return argument.starts_with("-x"); });
}

// The command without what does not change what is compiled, to know duplicates by.
std::vector<std::string> essence(const Job& job) {
  std::vector<std::string> result = {job.file, job.directory};
  for (std::size_t i = 1; i < job.arguments.size(); ++i)
    if (job.arguments[i] == "-o" || job.arguments[i] == "-MF" || job.arguments[i] == "-MT")
      ++i;
    else
      result.push_back(job.arguments[i]);
  return result;
}

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

std::optional<Jobs> read_database(const std::string& path, std::string_view text, Problem& error) {
  llvm::Expected<llvm::json::Value> database = llvm::json::parse(text);
  if (!database) return fail_to_parse(error, path, database.takeError());
  const llvm::json::Array* entries = database->getAsArray();
  if (entries == nullptr)
    return fail(error, path, {},
                "malformed compile database: not an array of commands" + std::string(kRegenerate));

  Jobs jobs;
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
    Job job{.directory = absolute(*directory, llvm::sys::path::parent_path(path))};
    job.file = absolute(*file, job.directory);
    job.arguments = std::move(*command);
    remove_wrappers(job.arguments);
    expand_response_files(job.arguments, job.directory);
    if (!job.arguments.empty() && is_cpp(job) && known.insert(essence(job)).second)
      jobs.push_back(std::move(job));
  }
  std::ranges::sort(jobs, {}, [](const Job& job) { return std::tie(job.file, job.arguments); });
  return jobs;
}

}  // namespace ferry::rewriter
