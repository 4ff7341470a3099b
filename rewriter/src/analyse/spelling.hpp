// Spelling: how a name would be written at a place, through the aliases and using-directives in effect there.
#pragma once

#include <string>

#include <llvm/ADT/StringRef.h>

#include "analyse/change.hpp"
#include "analyse/parents.hpp"
#include "rules/uses.hpp"

namespace ferry::rewriter {

class Unit;

/// A name as written.
struct Spelled {
  std::string text;
  bool needs_move = false;  ///< means the right thing only once the namespace it goes through is retargeted
  std::string trouble;      ///< why it cannot be written here; empty when it can
};

/// The qualified name of `declaration` after every FERRY_MOVED around it: `ferry::time` for
/// `ferry::v0_2::time`.
std::string name_after_move(Unit& unit, const clang::NamedDecl* declaration);

/// Whether `declaration` lies in a namespace that has moved.
bool is_legacy(Unit& unit, const clang::Decl* declaration);

/// Whether `name` can be written after `context::`, or as a member of it.
bool has_member(Unit& unit, const clang::DeclContext& context, llvm::StringRef name);

/// How the name of a function is written that a using-directive makes known.
enum class Functions {
  Bare,       ///< by itself, as any other name
  Qualified,  ///< with a namespace: what the arguments' namespaces have is never found instead
};

/// `qualified` ("ferry::time::sleep") as it would be written at `at`: through an alias or a using-directive
/// in effect there. Where `around` is given, the name is one that means the same there, whatever local names
/// hide.
Spelled spell(Unit& unit, llvm::StringRef qualified, clang::SourceLocation at, Node around = {},
              Functions functions = Functions::Bare);

/// `code`, with each qualified name in it spelled as at `at`.
Spelled spell_all(Unit& unit, llvm::StringRef code, clang::SourceLocation at, Node around = {},
                  Functions functions = Functions::Bare);

/// The qualified name that takes the old one's place wherever that is named; empty where more changes.
std::string new_name(const Annotation& annotation);

/// The group of the using-declaration that brings an unqualified name here, if that is to be renamed.
std::string using_group(Unit& unit, const Use& use);

/// Where names at `use` are looked up from.
Node around(const Use& use);

/// Changes the name at `use` into `qualified`: only its last part where what stands before it stays right.
struct Renaming {
  Change change;  ///< empty when the name stays as it is
  bool needs_move = false;
  std::string group;    ///< of the using-declaration that must be renamed with it
  std::string trouble;  ///< why it cannot be done; empty when it can
};
Renaming rename(Unit& unit, const Use& use, llvm::StringRef qualified);

}  // namespace ferry::rewriter
