#include "analyse/lookup.hpp"

#include <algorithm>

#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/AST/StmtCXX.h>

#include "analyse/unit.hpp"

namespace ferry::rewriter {
namespace {

// A friend that only argument types can find, and other things without a name of their own.
bool is_findable(const clang::NamedDecl& declaration) {
  using clang::Decl;
  return (declaration.getIdentifierNamespace() & (Decl::IDNS_Ordinary | Decl::IDNS_Tag | Decl::IDNS_Type |
                                                  Decl::IDNS_Member | Decl::IDNS_Namespace)) != 0;
}

void add(Meaning& meaning, const clang::NamedDecl* declaration) {
  declaration = pattern_of(declaration->getUnderlyingDecl());
  if (std::ranges::find(meaning, declaration) == meaning.end()) meaning.push_back(declaration);
}

void add_all(Meaning& meaning, const Meaning& more) {
  for (const clang::NamedDecl* declaration : more) add(meaning, declaration);
}

// Where the members of what a name means are looked up; nullptr where it has none.
const clang::DeclContext* scope_of(const clang::NamedDecl* declaration) {
  if (const auto* alias = llvm::dyn_cast<clang::NamespaceAliasDecl>(declaration))
    return alias->getNamespace();
  if (const auto* type = llvm::dyn_cast<clang::TypedefNameDecl>(declaration)) {
    const clang::QualType underlying = type->getUnderlyingType();
    if (const clang::TagDecl* tag = underlying->getAsTagDecl()) return tag;
    const auto* specialization = underlying->getAs<clang::TemplateSpecializationType>();
    const auto* pattern = specialization ? specialization->getTemplateName().getAsTemplateDecl() : nullptr;
    return pattern ? llvm::dyn_cast_if_present<clang::CXXRecordDecl>(pattern->getTemplatedDecl()) : nullptr;
  }
  return llvm::dyn_cast<clang::DeclContext>(declaration);
}

class Search {
 public:
  Search(Unit& unit, llvm::StringRef name, clang::SourceLocation at, bool is_qualifier)
      : unit_(unit), identifier_(&unit.context.Idents.get(name)), at_(at), is_qualifier_(is_qualifier) {}

  Meaning around(Node node) {
    const clang::DeclContext* context = unit_.context.getTranslationUnitDecl();
    for (; node; node = unit_.parents.of(node)) {
      if (node.stmt) {
        if (Meaning found = in_statement(*node.stmt); !found.empty()) return found;
        continue;
      }
      if (const auto* pattern = llvm::dyn_cast<clang::TemplateDecl>(node.decl))
        if (Meaning found = in_list(*pattern->getTemplateParameters()); !found.empty()) return found;
      if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(node.decl))
        if (Meaning found = in_class(*record); !found.empty()) return found;
      if (const auto* function = llvm::dyn_cast<clang::FunctionDecl>(node.decl))
        if (Meaning found = in_parameters(*function); !found.empty()) return found;
      if (const auto* space = llvm::dyn_cast<clang::NamespaceDecl>(node.decl)) {
        context = space;
        break;
      }
      // What is defined outside of its class or namespace is looked up inside all the same.
      if (!unit_.parents.of(node) || node.decl->getDeclContext() != node.decl->getLexicalDeclContext()) {
        context = node.decl->getDeclContext();
        break;
      }
    }
    return in_contexts(context);
  }

  Meaning in(const clang::DeclContext& context) {
    std::vector<const clang::DeclContext*> seen;
    return in_scope(context, /*is_ordered=*/false, seen);
  }

 private:
  bool is_before(const clang::Decl& declaration) const {
    for (const clang::Decl* redeclaration : declaration.redecls()) {
      const clang::SourceLocation location = redeclaration->getLocation();
      if (location.isInvalid() || unit_.sources.isBeforeInTranslationUnit(location, at_)) return true;
    }
    return false;
  }

  // Before `::` only namespaces, types and templates count.
  bool is_wanted(const clang::NamedDecl& declaration) const {
    if (!is_findable(declaration)) return false;
    if (!is_qualifier_) return true;
    const clang::NamedDecl* underlying = declaration.getUnderlyingDecl();
    return llvm::isa<clang::NamespaceDecl, clang::NamespaceAliasDecl, clang::TypeDecl,
                     clang::ClassTemplateDecl, clang::TypeAliasTemplateDecl, clang::TemplateTemplateParmDecl>(
        underlying);
  }

  void offer(Meaning& meaning, const clang::NamedDecl* declaration) const {
    if (declaration && declaration->getIdentifier() == identifier_ && is_wanted(*declaration) &&
        is_before(*declaration))
      add(meaning, declaration);
  }

  void offer_statement(Meaning& meaning, const clang::Stmt* statement) {
    const auto* declarations = llvm::dyn_cast_if_present<clang::DeclStmt>(statement);
    if (!declarations) return;
    for (const clang::Decl* declaration : declarations->decls()) {
      if (const auto* directive = llvm::dyn_cast<clang::UsingDirectiveDecl>(declaration))
        if (is_before(*directive)) directives_.push_back(directive);
      if (const auto* introducer = llvm::dyn_cast<clang::BaseUsingDecl>(declaration))
        for (const clang::UsingShadowDecl* shadow : introducer->shadows()) offer(meaning, shadow);
      if (const auto* enumeration = llvm::dyn_cast<clang::EnumDecl>(declaration);
          enumeration && !enumeration->isScoped())
        for (const clang::EnumConstantDecl* enumerator : enumeration->enumerators())
          offer(meaning, enumerator);
      if (const auto* bindings = llvm::dyn_cast<clang::DecompositionDecl>(declaration))
        for (const clang::BindingDecl* binding : bindings->bindings()) offer(meaning, binding);
      offer(meaning, llvm::dyn_cast<clang::NamedDecl>(declaration));
    }
  }

  Meaning in_statement(const clang::Stmt& statement) {
    Meaning found;
    if (const auto* lambda = llvm::dyn_cast<clang::LambdaExpr>(&statement)) {
      add_all(found, in_parameters(*lambda->getCallOperator()));
      for (const clang::LambdaCapture& capture : lambda->captures())
        if (capture.capturesVariable() && capture.getCapturedVar()->isInitCapture())
          offer(found, capture.getCapturedVar());
      return found;
    }
    if (const auto* handler = llvm::dyn_cast<clang::CXXCatchStmt>(&statement))
      offer(found, handler->getExceptionDecl());
    if (const auto* expression = llvm::dyn_cast<clang::RequiresExpr>(&statement))
      for (const clang::ParmVarDecl* parameter : expression->getLocalParameters()) offer(found, parameter);
    // Declarations of a block, and those in the heads of if, switch, while and for. The begin and end of a
    // loop over a range have names that nobody can write.
    for (const clang::Stmt* child : statement.children()) offer_statement(found, child);
    return found;
  }

  Meaning in_list(const clang::TemplateParameterList& parameters) const {
    Meaning found;
    for (const clang::NamedDecl* parameter : parameters) offer(found, parameter);
    return found;
  }

  Meaning in_parameters(const clang::FunctionDecl& function) const {
    Meaning found;
    for (const clang::ParmVarDecl* parameter : function.parameters()) offer(found, parameter);
    if (found.empty())
      if (const clang::FunctionTemplateDecl* pattern = function.getDescribedFunctionTemplate())
        found = in_list(*pattern->getTemplateParameters());
    return found;
  }

  // From the inside out, each with what using-directives make visible in it.
  Meaning in_contexts(const clang::DeclContext* innermost) {
    for (const clang::DeclContext* context = innermost; context; context = context->getLookupParent()) {
      if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(context))
        if (Meaning found = in_class(*record); !found.empty()) return found;
      if (!context->isFileContext()) continue;
      std::vector<const clang::DeclContext*> seen;
      Meaning found = in_scope(*context, /*is_ordered=*/true, seen);
      for (const clang::UsingDirectiveDecl* directive : context->using_directives())
        if (is_before(*directive)) directives_.push_back(directive);
      for (const clang::UsingDirectiveDecl* directive : directives_)
        if (is_as_if_in(*directive, *context))
          add_all(found, in_scope(*directive->getNominatedNamespace(), /*is_ordered=*/true, seen));
      if (!found.empty()) return found;
    }
    return {};
  }

  // Names of a nominated namespace are found where the directive and it have their nearest namespace in
  // common.
  static bool is_as_if_in(const clang::UsingDirectiveDecl& directive, const clang::DeclContext& context) {
    return context.Encloses(directive.getNominatedNamespace()) &&
           context.Encloses(directive.getDeclContext());
  }

  Meaning in_class(const clang::CXXRecordDecl& record) const {
    Meaning found = in_members(record);
    if (const clang::ClassTemplateDecl* pattern = record.getDescribedClassTemplate();
        pattern && found.empty())
      found = in_list(*pattern->getTemplateParameters());
    return found;
  }

  Meaning in_members(const clang::CXXRecordDecl& record) const {
    Meaning found;
    for (const clang::NamedDecl* declaration : record.lookup(identifier_))
      if (is_wanted(*declaration)) add(found, declaration);
    if (!found.empty() || !record.hasDefinition()) return found;
    for (const clang::CXXBaseSpecifier& base : record.getDefinition()->bases()) {
      const clang::CXXRecordDecl* parent = base.getType()->getAsCXXRecordDecl();
      if (!parent)
        if (const auto* specialization = base.getType()->getAs<clang::TemplateSpecializationType>())
          if (const auto* pattern = specialization->getTemplateName().getAsTemplateDecl())
            parent = llvm::dyn_cast_if_present<clang::CXXRecordDecl>(pattern->getTemplatedDecl());
      if (parent) add_all(found, in_members(*parent));
    }
    return found;
  }

  Meaning in_scope(const clang::DeclContext& context, bool is_ordered,
                   std::vector<const clang::DeclContext*>& seen) const {
    const clang::DeclContext* primary = context.getPrimaryContext();
    if (std::ranges::find(seen, primary) != seen.end()) return {};
    seen.push_back(primary);
    if (const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(&context)) return in_members(*record);
    Meaning found;
    for (const clang::NamedDecl* declaration : context.lookup(identifier_))
      if (is_wanted(*declaration) && (!is_ordered || is_before(*declaration))) add(found, declaration);
    if (!found.empty() || !context.isFileContext()) return found;
    for (const clang::UsingDirectiveDecl* directive : context.using_directives())
      add_all(found, in_scope(*directive->getNominatedNamespace(), is_ordered, seen));
    return found;
  }

  Unit& unit_;
  const clang::IdentifierInfo* identifier_;
  clang::SourceLocation at_;
  bool is_qualifier_;
  std::vector<const clang::UsingDirectiveDecl*> directives_;
};

Meaning members(Unit& unit, const clang::DeclContext& context, llvm::StringRef name, bool is_qualifier) {
  return Search(unit, name, {}, is_qualifier).in(context);
}

// The rest of a path, whose first name means `first`.
Meaning follow(Unit& unit, Meaning first, llvm::ArrayRef<llvm::StringRef> rest) {
  while (!rest.empty()) {
    if (first.size() != 1) return {};
    const clang::DeclContext* scope = scope_of(first.front());
    if (!scope) return {};
    first = members(unit, *scope, rest.front(), rest.size() > 1);
    rest = rest.drop_front();
  }
  return first;
}

}  // namespace

std::vector<llvm::StringRef> names_in(llvm::StringRef path) {
  std::vector<llvm::StringRef> names;
  int depth = 0;
  std::size_t begin = 0;
  std::size_t end = llvm::StringRef::npos;  // of the name, where brackets follow it
  for (std::size_t at = 0; at <= path.size(); ++at) {
    const bool is_separator = at == path.size() || (depth == 0 && path.substr(at).starts_with("::"));
    if (is_separator) {
      names.push_back(path.slice(begin, std::min(end, at)).trim());
      begin = at + 2;
      end = llvm::StringRef::npos;
      ++at;
      continue;
    }
    const char c = path[at];
    if (c == '<' || c == '(' || c == '{' || c == '[') {
      if (depth++ == 0) end = std::min(end, at);
    } else if (c == '>' || c == ')' || c == '}' || c == ']') {
      --depth;
    }
  }
  return names;
}

Meaning look_up(Unit& unit, llvm::StringRef path, Node around, clang::SourceLocation at) {
  const std::vector<llvm::StringRef> names = names_in(path);
  if (names.front().empty()) return look_up_globally(unit, path.drop_front(2));
  Meaning first = Search(unit, names.front(), at, names.size() > 1).around(around);
  return follow(unit, std::move(first), llvm::ArrayRef(names).drop_front());
}

Meaning look_up_globally(Unit& unit, llvm::StringRef path) {
  return look_up_in(unit, *unit.context.getTranslationUnitDecl(), path);
}

Meaning look_up_scope(Unit& unit, llvm::StringRef name, Node around, clang::SourceLocation at) {
  return Search(unit, name, at, /*is_qualifier=*/true).around(around);
}

Meaning look_up_in(Unit& unit, const clang::DeclContext& context, llvm::StringRef path) {
  const std::vector<llvm::StringRef> names = names_in(path);
  Meaning first = members(unit, context, names.front(), names.size() > 1);
  return follow(unit, std::move(first), llvm::ArrayRef(names).drop_front());
}

Meaning look_up_member(Unit& unit, const clang::DeclContext& context, llvm::StringRef name) {
  return members(unit, context, name, /*is_qualifier=*/false);
}

bool is_part_of(const Meaning& found, const Meaning& wanted) {
  return !found.empty() && std::ranges::all_of(found, [&](const clang::NamedDecl* declaration) {
    return std::ranges::find(wanted, declaration) != wanted.end();
  });
}

}  // namespace ferry::rewriter
