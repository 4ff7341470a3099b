// Lookup: what a name would mean at a place of the unit, were it written there.
#pragma once

#include <vector>

#include <clang/AST/Decl.h>
#include <clang/Basic/SourceLocation.h>
#include <llvm/ADT/StringRef.h>

#include "analyse/parents.hpp"

namespace ferry::rewriter {

class Unit;

/// What a name means: nothing, one declaration, or overloads. Each as pattern_of gives it, none twice.
using Meaning = std::vector<const clang::NamedDecl*>;

/// The names of "a::b<c::d>::e()" without what is in brackets: a, b, e. A leading `::` gives an empty first
/// name.
std::vector<llvm::StringRef> names_in(llvm::StringRef path);

/// What `path` ("lib::f", "::lib::f") means to unqualified lookup around `around`, before `at`. Knows no
/// lookup by argument types.
Meaning look_up(Unit& unit, llvm::StringRef path, Node around, clang::SourceLocation at);

/// What `path` means from outside of all namespaces, wherever it is declared.
Meaning look_up_globally(Unit& unit, llvm::StringRef path);

/// What `name` means there in front of `::`, where only namespaces and types count.
Meaning look_up_scope(Unit& unit, llvm::StringRef name, Node around, clang::SourceLocation at);

/// What `path` means behind `context::`.
Meaning look_up_in(Unit& unit, const clang::DeclContext& context, llvm::StringRef path);

/// What `name` means as a member of `context` or of its bases.
Meaning look_up_member(Unit& unit, const clang::DeclContext& context, llvm::StringRef name);

/// Whether `found` means something, and nothing that `wanted` does not.
bool is_part_of(const Meaning& found, const Meaning& wanted);

}  // namespace ferry::rewriter
