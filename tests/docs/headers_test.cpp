// Whatever can be awaited says what cancelling it does.
#include <map>
#include <optional>
#include <regex>
#include <set>

#include <doctest/doctest.h>

#include "files.hpp"

namespace ferry::test {
namespace {

/// A class, or a function, and the `///` lines before it.
struct Declaration {
  unsigned line = 0;
  std::string name;
  std::string result;  ///< of a function: the last part of its type's name
  std::string comment;
};

// Declarations are recognised by how they are written here: clang-format sees to that. Code inside functions'
// bodies looks like declarations, too; it has no doc comment before it and no future's name in front.
struct Header {
  std::vector<Declaration> futures;    ///< classes with `using Output`
  std::vector<Declaration> functions;  ///< all others that might give one
};

Header parse(const std::string& text) {
  static const std::regex class_head(
      R"(\s*(?:class|struct) (?:\[\[nodiscard\]\] )?(?:FERRY_\w+\(.*\) )?((?:\w+(?:<\w+>)?::)*\w+)(?:<.*>)?(?: final)?(?: : .*)?\s*\{?\s*)");
  static const std::regex output(R"(\s*using Output = .*)");
  static const std::regex function(
      R"(\s*(?:\[\[nodiscard\]\] )?(?:(?:static|inline|constexpr|friend|virtual) )*((?:\w+::)*(\w+)(?:<.*>)?(?:::(\w+))?) (\w+)\(.*)");
  static const std::regex prefix(R"(\s*(template <.*>|requires[ (].*|FERRY_\w+\(.*\)|\[\[nodiscard\]\])\s*)");
  Header header;
  std::string comment;
  std::optional<Declaration> last_class;
  unsigned number = 0;
  bool is_detail = false;
  for (const std::string& line : lines_of(text)) {
    ++number;
    if (line == "namespace detail {") is_detail = true;
    if (line == "}  // namespace detail") is_detail = false;
    if (is_detail) continue;
    const std::size_t begin = line.find_first_not_of(' ');
    if (begin != line.npos && line.compare(begin, 3, "///") == 0) {
      comment += line.substr(begin) + "\n";
      continue;
    }
    std::smatch match;
    if (std::regex_match(line, match, class_head) && line.find(';') == line.npos) {
      last_class = Declaration{.line = number, .name = match[1], .result = {}, .comment = comment};
    } else if (std::regex_match(line, output)) {
      if (last_class) header.futures.push_back(*last_class);
    } else if (std::regex_match(line, prefix)) {
      continue;  // the comment is for what follows
    } else if (std::regex_match(line, match, function)) {
      header.functions.push_back({.line = number,
                                  .name = match[4],
                                  .result = match[3].matched ? match[3] : match[2],
                                  .comment = comment});
    }
    comment.clear();
  }
  return header;
}

std::string last_part(const std::string& name) {
  const std::size_t colons = name.rfind("::");
  return colons == name.npos ? name : name.substr(colons + 2);
}

bool has_label(const Declaration& declaration) {
  return declaration.comment.find("Cancelling:") != std::string::npos;
}

// `runtime/include/ferry/sync/` for a header in it and for those below it.
std::string module_of(const std::string& path) {
  static const std::regex pattern("(runtime/include/ferry/[a-z_]+)(/.*|\\.hpp)");
  std::smatch match;
  return std::regex_match(path, match, pattern) ? match[1].str() : path;
}

// Where `Cancelling:` is missing in headers, given as path -> text. A future says it itself, or every
// function of its module that gives one does.
std::vector<std::string> faults(const std::map<std::string, std::string>& headers) {
  std::map<std::string, Header> parsed;
  for (const auto& [path, text] : headers) parsed[path] = parse(text);
  std::vector<std::string> faults;
  const auto blame = [&](const std::string& path, const Declaration& declaration) {
    faults.push_back(path + ":" + std::to_string(declaration.line) + ": " + declaration.name +
                     ": its comment needs `Cancelling:`");
  };
  for (const auto& [path, header] : parsed)
    for (const Declaration& future : header.futures) {
      if (has_label(future)) continue;
      bool is_given = false;
      for (const auto& [other, functions] : parsed) {
        if (module_of(other) != module_of(path)) continue;
        for (const Declaration& function : functions.functions) {
          if (function.result != last_part(future.name)) continue;
          is_given = true;
          if (!has_label(function)) blame(other, function);
        }
      }
      if (!is_given) blame(path, future);
    }
  return faults;
}

TEST_SUITE("docs.headers") {
  TEST_CASE("whatever can be awaited says what cancelling it does") {
    std::map<std::string, std::string> headers;
    std::size_t futures = 0;
    for (const std::string& path : files_below("runtime/include", {".hpp"})) {
      if (path.find("/detail/") != path.npos) continue;
      headers[path] = read(path);
      futures += parse(headers[path]).futures.size();
    }
    CHECK(futures > 20);
    for (const std::string& fault : faults(headers)) FAIL_CHECK(fault);
  }

  TEST_CASE("a future without the label is found, and so is a function that gives one") {
    const std::string nap =
        "/// Waits.\n/// Cancelling: safe.\ntemplate <class T>\nclass [[nodiscard]] Nap {\n public:\n  using "
        "Output = T;\n};\n";
    const std::string bare = "class Nap {\n public:\n  using Output = void;\n};\n";
    CHECK(faults({{"a.hpp", nap}}).empty());
    CHECK(faults({{"a.hpp", bare}}).size() == 1);
    CHECK(faults({{"a.hpp", bare + "/// Waits.\n[[nodiscard]] Nap<int> nap(int n);\n"}}).size() == 1);
    CHECK(faults({{"a.hpp",
                   bare + "/// Cancelling: safe.\ntemplate <class T>\nstatic time::Nap<T> nap(T n);\n"}})
              .empty());
    CHECK(faults({{"a.hpp", bare}, {"b.hpp", "/// Cancelling: safe.\nNap nap(int n);\n"}}).size() == 1);
    CHECK(faults({{"a.hpp", "class [[nodiscard]] Bed<T>::Nap {\n public:\n  using Output = void;\n};\n"}})
              .size() == 1);
    CHECK(faults({{"a.hpp", "/// No future.\nclass Map {\n};\nMap map(int n);\n"}}).empty());
    CHECK(faults({{"a.hpp", "namespace detail {\n" + bare + "}  // namespace detail\n"}}).empty());
  }
}

}  // namespace
}  // namespace ferry::test
