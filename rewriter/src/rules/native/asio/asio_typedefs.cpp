// STRAND-07, RESOLVE-13: typedefs that have gone, of classes in a class that is declared beside them.
#include <optional>

#include <clang/AST/RecursiveASTVisitor.h>
#include <clang/Lex/Lexer.h>

#include "rules/asio.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

// The rule of a typedef of Asio's, and what stands for it where it is declared.
struct Successor {
  llvm::StringRef rule;
  llvm::StringRef name;
};

// Found by what is named: a template has the name `strand` now, and code that is not compiled may mean that.
Successor successor_of(const clang::TypedefNameDecl& declared) {
  const std::string name = asio::name_of(&declared);
  if (name == "strand") return {"STRAND-07", "io_context::strand"};
  llvm::StringRef rest(name);
  if (!rest.consume_front("ip::tcp::") && !rest.consume_front("ip::udp::") &&
      !rest.consume_front("ip::icmp::"))
    return {};
  if (rest == "resolver_query") return {"RESOLVE-13", "resolver::query"};
  if (rest == "resolver_iterator") return {"RESOLVE-13", "resolver::iterator"};
  return {};
}

class Visitor : public clang::RecursiveASTVisitor<Visitor> {
 public:
  explicit Visitor(Unit& unit) : unit_(unit) {}

  bool VisitElaboratedTypeLoc(clang::ElaboratedTypeLoc type) {
    const auto named = type.getNamedTypeLoc().getAs<clang::TypedefTypeLoc>();
    if (named) judge(*named.getTypedefNameDecl(), type.getQualifierLoc(), named.getNameLoc());
    return true;
  }
  bool VisitUsingDecl(clang::UsingDecl* declaration) {
    for (const clang::UsingShadowDecl* shadow : declaration->shadows())
      if (const auto* declared = llvm::dyn_cast<clang::TypedefNameDecl>(shadow->getTargetDecl()))
        if (std::optional<Draft> draft =
                this->draft(*declared, declaration->getQualifierLoc(), declaration->getLocation())) {
          become_alias(*declaration, *declared, *draft);
          unit_.report(*std::move(draft));
        }
    return true;
  }

 private:
  // A using-declaration cannot name a class in a class. A typedef gives it the name that it brings.
  void become_alias(const clang::UsingDecl& declaration, const clang::TypedefNameDecl& declared,
                    Draft& draft) const {
    const clang::SourceLocation name = declaration.getLocation();
    const auto behind =
        clang::Lexer::findNextToken(unit_.sources.getSpellingLoc(name), unit_.sources, unit_.language);
    const clang::SourceLocation begin = declaration.getUsingLoc();
    if (!behind || behind->isNot(clang::tok::semi) ||
        llvm::StringRef(unit_.text(clang::SourceRange(begin, name))).contains(','))
      return draft.leave("its using-declaration brings other names, too, and cannot name a class in a class");
    const std::string own = declared.getNameAsString();
    const std::string successor = successor_of(declared).name.str();
    const bool has_alias = unit_.language.CPlusPlus11;
    draft.change.replace(clang::SourceRange(begin), has_alias ? "using " + own + " =" : "typedef");
    draft.change.replace(clang::SourceRange(name), has_alias ? successor : successor + " " + own);
  }

  std::optional<Draft> draft(const clang::TypedefNameDecl& declared, clang::NestedNameSpecifierLoc qualifier,
                             clang::SourceLocation name) const {
    const Successor successor = successor_of(declared);
    if (successor.rule.empty() || !unit_.is_project(name)) return std::nullopt;
    return Draft{.rule = successor.rule.str(),
                 .applicability = Applicability::Safe,
                 .where = clang::SourceRange(qualifier ? qualifier.getBeginLoc() : name, name),
                 .message = "`" + declared.getNameAsString() + "` is `" + successor.name.str() +
                            "`; the typedef has gone"};
  }

  void judge(const clang::TypedefNameDecl& declared, clang::NestedNameSpecifierLoc qualifier,
             clang::SourceLocation name) {
    std::optional<Draft> draft = this->draft(declared, qualifier, name);
    if (!draft) return;
    const llvm::StringRef successor = successor_of(declared).name;
    if (qualifier) {
      draft->change.replace(clang::SourceRange(name), successor.str());
      return unit_.report(*std::move(draft));
    }
    const auto& scope = llvm::cast<clang::NamedDecl>(*declared.getDeclContext()->getRedeclContext());
    Spelled spelled = spell(unit_, scope.getQualifiedNameAsString() + "::" + successor.str(), name);
    if (spelled.trouble.empty())
      draft->change.replace(clang::SourceRange(name), std::move(spelled.text));
    else
      draft->leave(spelled.trouble);
    unit_.report(*std::move(draft));
  }

  Unit& unit_;
};

}  // namespace

void asio_typedefs(Unit& unit, std::set<std::string>&) {
  if (!asio::is_loaded(unit)) return;
  Visitor visitor(unit);
  for (clang::Decl* declaration : unit.declarations) visitor.TraverseDecl(declaration);
}

}  // namespace ferry::rewriter::native
