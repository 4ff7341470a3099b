#include "rules/replace_macros.hpp"

#include <algorithm>

#include <llvm/ADT/StringExtras.h>

#include "analyse/spelling.hpp"
#include "rules/add_include.hpp"
#include "rules/code_template.hpp"
#include "rules/parentheses.hpp"

namespace ferry::rewriter {
namespace {

bool is_identifier(llvm::StringRef text) {
  return !text.empty() && !llvm::isDigit(text.front()) &&
         std::ranges::all_of(text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

// Whether the new macro takes what the old one takes: NEW($1, $2).
bool takes_the_same(const CallTemplate& call) {
  for (std::size_t i = 0; i < call.arguments.size(); ++i) {
    const std::string& argument = call.arguments[i];
    if (argument != "$" + std::to_string(i + 1) && !llvm::StringRef(argument).ends_with("...")) return false;
  }
  return call.is_call && is_identifier(call.callee);
}

// What takes the name's place; empty with the reason in `trouble`.
std::string new_text(Unit& unit, const MacroName& mention, const std::string& code, std::string& trouble) {
  if (is_identifier(code)) return code;
  if (!mention.is_expansion) {
    trouble = "a directive names it";
  } else if (mention.is_function_like) {
    const CallTemplate call = parse_call(code);
    if (takes_the_same(call)) return call.callee;
    trouble = "its arguments would have to be written anew";
  } else {
    const std::string spelled = spell_all(unit, code, mention.name).text;
    return binds_loosely(code) ? "(" + spelled + ")" : spelled;
  }
  return {};
}

// A definition is renamed where it sets the macro for somebody else; the library's own stays.
bool is_own_definition(const Unit& unit, const MacroName& mention, const std::string& code) {
  return mention.is_definition &&
         (!is_identifier(code) || unit.context.Idents.get(code).hadMacroDefinition());
}

void report(Unit& unit, const MacroName& mention, const Annotation& annotation) {
  Draft draft{.rule = annotation.id,
              .applicability = annotation.applicability,
              .where = clang::SourceRange(mention.name, mention.name),
              .message = "`" + mention.macro + "`" +
                         (annotation.message.empty() ? " is now `" + annotation.text + "`"
                                                     : ": " + annotation.message)};
  if (annotation.applicability != Applicability::Manual) {
    std::string trouble;
    const std::string text = new_text(unit, mention, annotation.text, trouble);
    if (trouble.empty()) {
      draft.change.replace(draft.where, text);
      for (const std::string& header : annotation.added)
        add_include(unit, mention.name, header, annotation.umbrellas, draft.change);
    } else {
      draft.leave(trouble);
    }
  }
  unit.report(std::move(draft));
}

}  // namespace

void replace_macros(Unit& unit) {
  if (unit.packs == nullptr) return;
  for (const Pack& pack : unit.packs->packs)
    for (const PackChange& change : pack.changes)
      if (change.of == PackChange::Of::Macro)
        for (const MacroName& mention : unit.preprocessed.macro_names)
          if (mention.macro == change.name && unit.is_project(mention.name) &&
              !is_own_definition(unit, mention, change.annotation.text))
            report(unit, mention, change.annotation);
}

}  // namespace ferry::rewriter
