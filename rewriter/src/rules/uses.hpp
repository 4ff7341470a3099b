// Uses: where the project's code names an annotated declaration.
#pragma once

#include <vector>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/NestedNameSpecifier.h>
#include <clang/AST/TypeLoc.h>

#include "analyse/parents.hpp"
#include "rules/annotations.hpp"
#include "rules/old_names.hpp"

namespace ferry::rewriter {

class Unit;

/// How a declaration is mentioned.
enum class Mention {
  Name,            ///< by its name
  Operator,        ///< by an operator between its arguments
  Conversion,      ///< by a conversion that nobody wrote
  Construction,    ///< a constructor, by making an object
  Declaration,     ///< declared again, as a friend or not
  Specialization,  ///< a template, specialised or instantiated by hand
  Override,        ///< by a member function that overrides it
  Forwarded,       ///< a constructor, by a function that makes the object from its own arguments
};

/// One mention of an annotated function, type, concept, variable, member or enumerator, in code as it is
/// written. One that carries several annotations is mentioned once for each.
struct Use {
  const clang::NamedDecl* target = nullptr;  ///< as the compiler resolved it; see pattern_of
  const Annotation* annotation = nullptr;
  Mention mention = Mention::Name;
  clang::SourceLocation name;               ///< the name's token
  clang::NestedNameSpecifierLoc qualifier;  ///< as written before the name
  const clang::Expr* expression = nullptr;  ///< what refers to it; nullptr in a type or a using-declaration
  const clang::Expr* object = nullptr;      ///< of a member access that is written
  clang::TypeLoc type;                      ///< the type's name without its qualifier, where it names a type
  Node parent;                              ///< around `expression`, or around the type
  bool is_using = false;                    ///< a using-declaration
  bool is_constructor = false;              ///< the second name in `using Base::Base;`
  const clang::BaseUsingDecl* through = nullptr;  ///< that declaration, or the one that brings the name here
  bool is_brought = false;  ///< it is the using-declaration that brings the name which is annotated
  std::vector<const clang::NamedDecl*> others;  ///< what `target` is in further instances of a template
  std::vector<const clang::CXXMemberCallExpr*> instances;  ///< of a call that a template leaves open
  std::string trouble;                                     ///< why it cannot be judged; empty when it can
  bool is_unsure = false;  ///< `trouble` is that the unit does not show it: another one may

  clang::SourceLocation begin() const {
    return object ? object->getBeginLoc() : qualifier ? qualifier.getBeginLoc() : name;
  }
  /// Where the name begins that stands for it: without the object.
  clang::SourceLocation name_begin() const { return qualifier ? qualifier.getBeginLoc() : name; }
};

/// A name in a template that means what the template's arguments make of it.
struct DependentUse {
  Use use;
  clang::DeclarationName spelled;
  const AnnotationList* candidates = nullptr;  ///< of what the name can mean, where that is known
  bool is_mixed = false;                       ///< not all of them are annotated alike
  bool asks_arguments = false;                 ///< argument types may find more
};

/// One mention of a namespace that has moved.
struct MovedUse {
  enum class Kind { Qualifier, Directive, Alias };
  Kind kind = Kind::Qualifier;
  const clang::NamespaceDecl* target = nullptr;
  const Annotation* annotation = nullptr;
  clang::NestedNameSpecifierLoc prefix;  ///< before the namespace's name
  clang::SourceLocation name;            ///< its token
  clang::SourceLocation end;             ///< the token behind it, `::`, for a qualifier
};

struct Uses {
  OldNames old_names;
  std::vector<std::string> looked_for;  ///< names that rules look for besides, by whoever declares them
  std::vector<Use> of_declarations;
  std::vector<DependentUse> dependents;
  std::vector<const clang::MemberExpr*> of_members;  ///< of classes that are annotated themselves
  llvm::DenseMap<const clang::VarDecl*, std::vector<const clang::DeclRefExpr*>>
      of_variables;  ///< of functions
  llvm::DenseMap<clang::SourceLocation, std::vector<const clang::FunctionDecl*>>
      of_functions;  ///< in instances of templates, by the name's place: what they refer to there
  std::vector<MovedUse> of_namespaces;
  std::vector<const clang::CXXMethodDecl*> methods;  ///< every declaration of a member function
  std::vector<const clang::NamespaceAliasDecl*> aliases;
  std::vector<const clang::UsingDirectiveDecl*> directives;
};

/// Walks the project's declarations as they are written: fills the unit's declarations, parents and uses,
/// those of dependent names excepted. Needs no instance of a function template.
void collect_written(Unit& unit);

/// Whether instances of templates can tell anything more: what a dependent name means that something old has,
/// or a call that nobody wrote; and where something old is used, what is referred to around it.
bool asks_instances(const Unit& unit);

/// Walks the instances of templates, and adds the uses of dependent names where these agree.
void collect_instances(Unit& unit);

}  // namespace ferry::rewriter
