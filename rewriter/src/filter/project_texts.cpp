#include "filter/project_texts.hpp"

#include <algorithm>
#include <string_view>

#include <clang/Basic/LangOptions.h>
#include <clang/Lex/DependencyDirectivesScanner.h>
#include <clang/Lex/Lexer.h>
#include <llvm/ADT/StringSet.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

#include "filter/filter.hpp"
#include "model/digest.hpp"
#include "model/marks.hpp"

namespace ferry::rewriter {
namespace {

clang::LangOptions language() {
  clang::LangOptions options;
  options.CPlusPlus = options.CPlusPlus11 = options.CPlusPlus14 = options.CPlusPlus17 = options.CPlusPlus20 =
      true;
  options.LineComment = options.Bool = options.Digraphs = true;
  return options;
}

}  // namespace

std::optional<std::string> directives_of(llvm::StringRef text) {
  namespace scan = clang::dependency_directives_scan;
  // What it expands to depends on the text before it.
  if (text.contains("__COUNTER__") || has_mark(text) || may_name_replacement(text)) return std::nullopt;
  llvm::SmallVector<scan::Token, 0> tokens;
  llvm::SmallVector<scan::Directive, 0> directives;
  if (clang::scanSourceForDependencyDirectives(text, tokens, directives)) return std::nullopt;
  std::string result;
  llvm::raw_string_ostream out(result);
  clang::printDependencyDirectivesAsSource(text, directives, out);
  return result;
}

std::optional<std::vector<std::size_t>> places_of(const std::vector<std::string>& words,
                                                  llvm::StringRef text) {
  if (text.contains("NOLINT") && text.contains("ferry-")) return std::nullopt;
  llvm::StringSet<> wanted;
  for (const std::string& word : words) wanted.insert(word);
  const std::string ended = text.str();  // the lexer needs a zero behind it
  const clang::LangOptions options = language();
  clang::Lexer lexer(clang::SourceLocation(), options, ended.data(), ended.data(),
                     ended.data() + ended.size());
  std::vector<std::size_t> places;
  for (clang::Token token;;) {
    lexer.LexFromRawLexer(token);
    if (token.is(clang::tok::eof)) return places;
    if (token.isNot(clang::tok::raw_identifier)) continue;
    if (token.needsCleaning() || token.hasUCN()) return std::nullopt;
    if (wanted.contains(token.getRawIdentifier()))
      places.push_back(static_cast<std::size_t>(token.getRawIdentifier().data() - ended.data()));
  }
}

std::optional<std::string> ProjectTexts::read(FileStates::Number file) {
  const auto buffer = llvm::MemoryBuffer::getFile(states_.path(file));
  if (!buffer || digest(std::string_view((*buffer)->getBuffer())) != states_.digest(file))
    return std::nullopt;
  return (*buffer)->getBuffer().str();
}

std::string ProjectTexts::directives(FileStates::Number file) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = directives_.find(file); known != directives_.end()) return known->second;
  }
  const auto text = read(file);
  const auto directives = text ? directives_of(*text) : std::nullopt;
  const std::lock_guard lock(mutex_);
  return directives_.try_emplace(file, directives ? digest(*directives) : std::string()).first->second;
}

bool ProjectTexts::may_say(const std::vector<std::string>& words, FileStates::Number file,
                           llvm::ArrayRef<std::size_t> declared) {
  const auto may = [&](const Places& places) { return !places || !std::ranges::includes(declared, *places); };
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = places_.find({words, file}); known != places_.end()) return may(known->second);
  }
  const auto text = read(file);
  Places places = text ? places_of(words, *text) : std::nullopt;
  const std::lock_guard lock(mutex_);
  return may(places_.try_emplace({words, file}, std::move(places)).first->second);
}

}  // namespace ferry::rewriter
