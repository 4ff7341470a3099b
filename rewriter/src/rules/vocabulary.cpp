#include "rules/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Lex/MacroInfo.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/DenseSet.h>
#include <llvm/ADT/STLExtras.h>
#include <llvm/ADT/StringExtras.h>

#include "analyse/unit.hpp"
#include "frontend/frontend.hpp"
#include "frontend/raw_text.hpp"
#include "model/digest.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter {
namespace {

// What the compiler calls or looks up for code that does not name it: range-for, coroutines, structured
// bindings.
constexpr std::array<llvm::StringLiteral, 19> kCalledByItself = {"await_ready",
                                                                 "await_resume",
                                                                 "await_suspend",
                                                                 "await_transform",
                                                                 "begin",
                                                                 "coroutine_traits",
                                                                 "end",
                                                                 "final_suspend",
                                                                 "get",
                                                                 "get_return_object",
                                                                 "get_return_object_on_allocation_failure",
                                                                 "initial_suspend",
                                                                 "promise_type",
                                                                 "return_value",
                                                                 "return_void",
                                                                 "tuple_element",
                                                                 "tuple_size",
                                                                 "unhandled_exception",
                                                                 "yield_value"};

// What two sides of `##` tell of the name that they make.
struct Glued {
  llvm::StringRef begin;  // empty: anything
  llvm::StringRef end;

  bool can_be(llvm::StringRef name) const {
    return name.size() >= std::max(begin.size(), end.size()) && name.starts_with(begin) &&
           name.ends_with(end);
  }
};

class Words {
 public:
  explicit Words(Unit& unit) : unit_(unit) {}

  std::optional<Vocabulary> run() {
    if (is_open()) return std::nullopt;
    for (const auto& [name, declarations] : unit_.uses.old_names.declarations) {
      words_.insert(name);
      for (const clang::NamedDecl* declaration : declarations) add(*declaration);
    }
    for (const std::string& word : unit_.uses.looked_for) add(word);
    if (unit_.packs != nullptr)
      for (const Pack& pack : unit_.packs->packs)
        for (const PackChange& change : pack.changes)
          add(change.of == PackChange::Of::Macro || change.designation.path.empty()
                  ? change.name
                  : change.designation.path.back());
    add_macros();
    return Vocabulary{.words = names_of(words_),
                      .pasting = names_of(pasting_),
                      .marks = unit_.uses.old_names.marking,
                      .texts = texts()};
  }

 private:
  using Names = llvm::DenseSet<const clang::IdentifierInfo*>;

  bool is_open() const {
    const OldNames& old = unit_.uses.old_names;
    if (old.has_nameless || !unit_.moved.empty()) return true;
    const auto is_old = [&](llvm::StringRef name) { return old.contains(&unit_.context.Idents.get(name)); };
    if (std::ranges::any_of(kCalledByItself, is_old)) return true;
    return unit_.packs != nullptr &&
           std::ranges::any_of(unit_.packs->packs, [](const Pack& pack) { return is_open(pack); });
  }

  static bool is_open(const Pack& pack) {
    const auto needs_no_name = [](const PackChange& change) {
      return change.of == PackChange::Of::Match || change.of == PackChange::Of::Namespace ||
             (!change.designation.path.empty() &&
              llvm::StringRef(change.designation.path.back()).starts_with("operator"));
    };
    return std::ranges::any_of(pack.changes, needs_no_name) ||
           (!pack.changes.empty() && std::ranges::any_of(native_rules(), [&](const NativeRule& rule) {
             return rule.pack == pack.name;
           }));
  }

  void add(llvm::StringRef word) { words_.insert(&unit_.context.Idents.get(word)); }

  // Its own name is known; a class's members may be used where the class is not named.
  void add(const clang::NamedDecl& declaration) {
    for (const clang::Decl* each : declaration.redecls()) note_declaration(each->getLocation());
    const auto* pattern = llvm::dyn_cast<clang::ClassTemplateDecl>(&declaration);
    const auto* record =
        pattern ? pattern->getTemplatedDecl() : llvm::dyn_cast<clang::CXXRecordDecl>(&declaration);
    if (record == nullptr || (record = record->getDefinition()) == nullptr) return;
    for (const clang::Decl* member : record->decls()) {
      const auto* named = llvm::dyn_cast<clang::NamedDecl>(member);
      const clang::IdentifierInfo* name = named ? named->getIdentifier() : nullptr;
      if (name == nullptr || name == record->getIdentifier() ||
          std::ranges::find(kCalledByItself, name->getName()) != kCalledByItself.end())
        continue;
      words_.insert(name);
      note_declaration(named->getLocation());
    }
  }

  // By what a name is written with, also in a macro's argument.
  std::pair<clang::FileID, unsigned> place_of(clang::SourceLocation name) const {
    return unit_.sources.getDecomposedSpellingLoc(name);
  }

  void note_declaration(clang::SourceLocation name) { declared_.insert(place_of(name)); }

  void add_macros() {
    for_each_definition(unit_.preprocessor, [&](const clang::IdentifierInfo& name,
                                                const clang::MacroInfo& macro) { read(name, macro); });
    std::vector<const clang::IdentifierInfo*> reached;
    const auto reach = [&](Names& names, const clang::IdentifierInfo* macro) {
      if (names.insert(macro).second) reached.push_back(macro);
    };
    for (const Names* names : {&words_, &loose_, &pasting_})
      reached.insert(reached.end(), names->begin(), names->end());
    while (!reached.empty()) {
      const clang::IdentifierInfo* name = reached.back();
      reached.pop_back();
      Names& kind = words_.contains(name) ? words_ : loose_.contains(name) ? loose_ : pasting_;
      if (const auto mentioning = mentioned_by_.find(name); mentioning != mentioned_by_.end())
        for (const clang::IdentifierInfo* macro : mentioning->second) reach(kind, macro);
      for (const auto& [glued, macro] : paste_)
        if (glued.can_be(name->getName())) reach(pasting_, macro);
    }
    // A number in a name may be that of the line.
    if (llvm::any_of(words_, has_digit)) words_.insert(pasting_.begin(), pasting_.end());
    words_.insert(loose_.begin(), loose_.end());
    for (const clang::IdentifierInfo* word : words_) pasting_.erase(word);
  }

  static bool has_digit(const clang::IdentifierInfo* name) {
    return std::ranges::any_of(name->getName(), llvm::isDigit);
  }

  void read(const clang::IdentifierInfo& name, const clang::MacroInfo& macro) {
    const llvm::ArrayRef<clang::Token> tokens = macro.tokens();
    int open = 0;
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      open += static_cast<int>(tokens[i].is(clang::tok::l_paren));
      open -= static_cast<int>(tokens[i].is(clang::tok::r_paren));
      if (const clang::IdentifierInfo* mentioned = tokens[i].getIdentifierInfo())
        mentioned_by_[mentioned].push_back(&name);
      if (i + 1 == tokens.size() || tokens[i + 1].isNot(clang::tok::hashhash)) continue;
      const clang::Token& first = tokens[i];
      for (; i + 2 < tokens.size() && tokens[i + 1].is(clang::tok::hashhash); i += 2)
        if (const clang::IdentifierInfo* mentioned = tokens[i + 2].getIdentifierInfo())
          mentioned_by_[mentioned].push_back(&name);
      // No name begins with anything else.
      if (first.isNot(clang::tok::r_paren) && !first.getIdentifierInfo()) continue;
      const Glued glued{.begin = literal(macro, first), .end = literal(macro, tokens[i])};
      if (glued.begin.empty() && glued.end.empty())
        pasting_.insert(&name);
      else
        paste_.emplace_back(glued, &name);
    }
    if (open != 0) loose_.insert(&name);
  }

  static llvm::StringRef literal(const clang::MacroInfo& macro, const clang::Token& token) {
    const clang::IdentifierInfo* name = token.getIdentifierInfo();
    const bool is_written = name && macro.getParameterNum(name) < 0 && !name->isStr("__VA_OPT__");
    return is_written ? name->getName() : llvm::StringRef();
  }

  std::vector<Vocabulary::Text> texts() const {
    std::set<clang::FileID> saying;
    for (const clang::IdentifierInfo* word : words_)
      for (const clang::SourceLocation place : unit_.preprocessed.texts.places(word))
        if (!declared_.contains(place_of(place)))
          saying.insert(unit_.sources.getFileID(unit_.sources.getExpansionLoc(place)));
    std::set<std::string> old;
    for (const clang::FileID file : saying) old.insert(path_of(unit_.sources, file));
    const std::vector<std::string> pasting = names_of(pasting_);
    const std::string nothing = digest("");
    std::vector<Vocabulary::Text> result;
    for (const auto& [path, text] : unit_.preprocessed.texts.by_file()) {
      const bool pastes = std::ranges::any_of(
          text.macros, [&](const clang::IdentifierInfo* macro) { return pasting_.contains(macro); });
      result.push_back(
          {.file = path,
           .says_old = old.contains(path),
           .expansions =
               pastes ? digest(expanded_with(pasting, unit_.sources.getBufferData(text.file))) : nothing});
    }
    return result;
  }

  static std::vector<std::string> names_of(const Names& names) {
    std::vector<std::string> result;
    for (const clang::IdentifierInfo* name : names) result.push_back(name->getName().str());
    std::ranges::sort(result);
    return result;
  }

  Unit& unit_;
  Names words_;
  Names pasting_;  // macros that may make words of their arguments, or macros that do
  Names loose_;    // macros with which another's arguments may begin or end
  llvm::DenseMap<const clang::IdentifierInfo*, std::vector<const clang::IdentifierInfo*>> mentioned_by_;
  std::vector<std::pair<Glued, const clang::IdentifierInfo*>> paste_;  // macros with what they paste
  std::set<std::pair<clang::FileID, unsigned>> declared_;              // by file and offset
};

}  // namespace

std::optional<Vocabulary> vocabulary_of(Unit& unit) { return Words(unit).run(); }

}  // namespace ferry::rewriter
