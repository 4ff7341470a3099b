#include "rules/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <map>
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

#include "analyse/unit.hpp"
#include "frontend/frontend.hpp"
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
    Vocabulary result{.marks = unit_.uses.old_names.marking};
    for (const clang::IdentifierInfo* word : words_) result.words.push_back(word->getName().str());
    std::ranges::sort(result.words);
    for (auto& [file, offsets] : declared_)
      result.declarations.push_back({file, {offsets.begin(), offsets.end()}});
    return result;
  }

 private:
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

  void note_declaration(clang::SourceLocation name) {
    const auto [file, offset] = unit_.sources.getDecomposedSpellingLoc(name);
    if (file.isInvalid() || !unit_.is_below_root(file)) return;
    declared_[path_of(unit_.sources, file)].insert(offset);
  }

  // A macro's name stands for the names in its body, and for those that it can build.
  void add_macros() {
    for_each_definition(unit_.preprocessor,
                        [&](const clang::IdentifierInfo& name, const clang::MacroInfo& macro) {
                          read(name, macro);
                          defined_[&name].push_back(macro.getDefinitionLoc());
                        });
    std::vector<const clang::IdentifierInfo*> reached(words_.begin(), words_.end());
    const auto reach = [&](const clang::IdentifierInfo* macro) {
      if (words_.insert(macro).second) reached.push_back(macro);
    };
    for (const clang::IdentifierInfo* macro : build_any_) reach(macro);
    while (!reached.empty()) {
      const clang::IdentifierInfo* word = reached.back();
      reached.pop_back();
      if (const auto named = named_by_.find(word); named != named_by_.end())
        for (const clang::IdentifierInfo* macro : named->second) reach(macro);
      for (const auto& [glued, macro] : build_)
        if (glued.can_be(word->getName())) reach(macro);
      for (const clang::SourceLocation definition : defined_.lookup(word)) note_declaration(definition);
    }
  }

  void read(const clang::IdentifierInfo& name, const clang::MacroInfo& macro) {
    const llvm::ArrayRef<clang::Token> tokens = macro.tokens();
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (const clang::IdentifierInfo* named = tokens[i].getIdentifierInfo())
        named_by_[named].push_back(&name);
      if (i + 1 == tokens.size() || tokens[i + 1].isNot(clang::tok::hashhash)) continue;
      const clang::Token& first = tokens[i];
      for (; i + 2 < tokens.size() && tokens[i + 1].is(clang::tok::hashhash); i += 2)
        if (const clang::IdentifierInfo* named = tokens[i + 2].getIdentifierInfo())
          named_by_[named].push_back(&name);
      // No name begins with anything else.
      if (first.isNot(clang::tok::r_paren) && !first.getIdentifierInfo()) continue;
      const Glued glued{.begin = literal(macro, first), .end = literal(macro, tokens[i])};
      if (glued.begin.empty() && glued.end.empty())
        build_any_.push_back(&name);
      else
        build_.emplace_back(glued, &name);
    }
  }

  static llvm::StringRef literal(const clang::MacroInfo& macro, const clang::Token& token) {
    const clang::IdentifierInfo* name = token.getIdentifierInfo();
    const bool is_written = name && macro.getParameterNum(name) < 0 && !name->isStr("__VA_OPT__");
    return is_written ? name->getName() : llvm::StringRef();
  }

  using Macros = std::vector<const clang::IdentifierInfo*>;

  Unit& unit_;
  llvm::DenseSet<const clang::IdentifierInfo*> words_;
  llvm::DenseMap<const clang::IdentifierInfo*, Macros> named_by_;      // in their bodies
  std::vector<std::pair<Glued, const clang::IdentifierInfo*>> build_;  // macros with what they build
  Macros build_any_;
  llvm::DenseMap<const clang::IdentifierInfo*, llvm::SmallVector<clang::SourceLocation, 1>> defined_;
  std::map<std::string, std::set<std::size_t>> declared_;
};

}  // namespace

std::optional<Vocabulary> vocabulary_of(Unit& unit) { return Words(unit).run(); }

}  // namespace ferry::rewriter
