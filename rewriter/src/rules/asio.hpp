// Asio: what the native rules of the pack `asio` share. Boost.Asio and standalone Asio differ in the
// namespace around them and in the folder of their headers, and in nothing else.
#pragma once

#include <set>
#include <string>

#include <llvm/ADT/ArrayRef.h>
#include <llvm/ADT/StringRef.h>

#include "analyse/spelling.hpp"
#include "analyse/unit.hpp"

namespace ferry::rewriter::asio {

/// Whether the pack of these rules is to be used.
bool is_loaded(const Unit& unit);

/// The qualified name of `declaration` (of its pattern) behind Asio's namespace: "ip::basic_resolver"; empty
/// for what is not Asio's.
std::string name_of(const clang::NamedDecl* declaration);
/// The same for the class of `type`, references and qualifiers aside.
std::string class_name(clang::QualType type);

/// Asio's namespace around `declaration`: "boost::asio" or "asio"; empty for what is not Asio's.
std::string root_of(const clang::NamedDecl* declaration);
/// The same for the class of `type`.
std::string root_of(clang::QualType type);

/// The class that a value, a pointer or a reference to it is of, as written or converted; nullptr for no
/// class.
const clang::CXXRecordDecl* class_of(clang::QualType type);
/// Whether `type` is the class `name` ("io_context") of Asio, or derived from it.
bool is_a(clang::QualType type, llvm::StringRef name);

/// `code` with `$asio` in it for `root`, spelled as at `use`.
Spelled spell_code(Unit& unit, llvm::StringRef code, llvm::StringRef root, clang::SourceLocation at,
                   Node around);

/// Includes `header` ("post.hpp", below Asio's folder) in the file of `place`, unless that file includes it
/// or Asio's own umbrella, by itself or through other headers of the project.
void add_header(Unit& unit, clang::SourceLocation place, llvm::StringRef root, llvm::StringRef header,
                Change& change);

/// Makes `io`, an expression for an io_context, one for its executor: `io.get_executor()`,
/// `p->get_executor()` for `*p`, and `IO(x).get_executor()` for a macro that is all of it.
void to_executor(const Unit& unit, const clang::Expr& io, Change& change);

/// Has `judge` look at the uses of these rules that the pack leaves to native ones, and does to the others
/// what it says.
void judge_uses(Unit& unit, llvm::ArrayRef<llvm::StringRef> rules, void (*judge)(Unit& unit, const Use& use),
                std::set<std::string>& claimed);

/// Appends `.name()` to `expression`, in parentheses where it needs them; `->name()` to what `*` is taken of.
/// Blanks before the parentheses are those of the calls around.
void append_member(const Unit& unit, const clang::Expr& expression, llvm::StringRef member, Change& change);

/// Outermost first: what encloses nothing but `expression`, written or not, such as conversions and copies
/// that are left out.
const clang::Expr* without_wrappers(const clang::Expr* expression);

}  // namespace ferry::rewriter::asio
