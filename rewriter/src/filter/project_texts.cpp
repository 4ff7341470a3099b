#include "filter/project_texts.hpp"

#include <string_view>
#include <utility>

#include <clang/Lex/DependencyDirectivesScanner.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>

#include "filter/filter.hpp"
#include "frontend/raw_text.hpp"
#include "model/digest.hpp"
#include "model/marks.hpp"

namespace ferry::rewriter {

std::optional<std::string> directives_of(llvm::StringRef text) {
  namespace scan = clang::dependency_directives_scan;
  // What it expands to depends on the text before it.
  if (text.contains("__COUNTER__") || has_mark(text) || may_name_replacement(text)) return std::nullopt;
  llvm::SmallVector<scan::Token, 0> tokens;
  llvm::SmallVector<scan::Directive, 0> directives;
  if (clang::scanSourceForDependencyDirectives(text, tokens, directives)) return std::nullopt;
  // Code behind an include guard has the file read again, for nothing.
  llvm::erase_if(directives, [](const scan::Directive& directive) {
    return directive.Kind == scan::tokens_present_before_eof;
  });
  std::string result;
  llvm::raw_string_ostream out(result);
  clang::printDependencyDirectivesAsSource(text, directives, out);
  return result;
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

std::shared_ptr<const std::string> ProjectTexts::changed(FileStates::Number file) {
  {
    const std::lock_guard lock(mutex_);
    if (const auto known = changed_.find(file); known != changed_.end()) return known->second;
  }
  auto text = read(file);
  auto shared = text ? std::make_shared<const std::string>(*std::move(text)) : nullptr;
  const std::lock_guard lock(mutex_);
  return changed_.try_emplace(file, std::move(shared)).first->second;
}

bool ProjectTexts::may_say(const Vocabulary& vocabulary, const Vocabulary::Text& text,
                           FileStates::Number file) {
  const auto now = changed(file);
  return !now || rewriter::may_say(vocabulary.words, *now) || rewriter::may_say(vocabulary.marks, *now) ||
         digest(expanded_with(vocabulary.pasting, *now)) != text.expansions;
}

}  // namespace ferry::rewriter
