#include "rules/template_arguments.hpp"

#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>

namespace ferry::rewriter {
namespace {

template <class Expression>
std::optional<TemplateArguments> arguments_of(const Expression& expression) {
  if (!expression.hasExplicitTemplateArgs()) return std::nullopt;
  return TemplateArguments{
      .left = expression.getLAngleLoc(),
      .right = expression.getRAngleLoc(),
      .written = {expression.template_arguments().begin(), expression.template_arguments().end()}};
}

// Between what separates it from its neighbours: where a type has qualifiers at its ends, its own range
// leaves them out.
std::string text_of(const Unit& unit, const TemplateArguments& arguments, std::size_t i,
                    clang::SourceLocation place) {
  const bool is_first = i == 0;
  const bool is_last = i + 1 == arguments.written.size();
  const clang::SourceRange range(
      is_first ? arguments.left : arguments.written[i - 1].getSourceRange().getEnd(),
      is_last ? arguments.right : arguments.written[i].getSourceRange().getEnd());
  const std::string whole = unit.text_at(place, range);
  llvm::StringRef text(whole);
  if (is_first && !text.consume_front("<")) return {};
  if (!is_first) text = text.drop_front(std::min(text.find(',') + 1, text.size()));
  if (is_last && !text.consume_back(">")) return {};
  return text.trim().str();
}

}  // namespace

std::optional<TemplateArguments> template_arguments(const Use& use) {
  if (const auto* reference = llvm::dyn_cast_if_present<clang::DeclRefExpr>(use.expression))
    return arguments_of(*reference);
  if (const auto* member = llvm::dyn_cast_if_present<clang::MemberExpr>(use.expression))
    return arguments_of(*member);
  if (const auto* overloaded = llvm::dyn_cast_if_present<clang::OverloadExpr>(use.expression))
    return arguments_of(*overloaded);
  const auto type = use.type ? use.type.getAs<clang::TemplateSpecializationTypeLoc>()
                             : clang::TemplateSpecializationTypeLoc();
  if (!type) return std::nullopt;
  TemplateArguments arguments{.left = type.getLAngleLoc(), .right = type.getRAngleLoc(), .written = {}};
  for (unsigned i = 0; i < type.getNumArgs(); ++i) arguments.written.push_back(type.getArgLoc(i));
  return arguments;
}

std::string template_argument(const Unit& unit, const Use& use, const clang::NamedDecl& pattern,
                              llvm::StringRef name, clang::SourceLocation place, std::string& trouble) {
  const clang::TemplateDecl* described = pattern.getDescribedTemplate();
  const std::optional<TemplateArguments> arguments = template_arguments(use);
  const bool is_function = llvm::isa<clang::FunctionDecl>(pattern);
  for (unsigned i = 0; described && i < described->getTemplateParameters()->size(); ++i) {
    const clang::NamedDecl& parameter = *described->getTemplateParameters()->getParam(i);
    if (parameter.getName() != name && (is_function || name != std::to_string(i + 1))) continue;
    const bool is_written =
        arguments && i < arguments->written.size() && !parameter.isTemplateParameterPack();
    std::string text = is_written ? text_of(unit, *arguments, i, place) : "";
    if (text.empty()) trouble = "its template argument `" + name.str() + "` is not written here";
    return text;
  }
  trouble = "its template names the unknown parameter " + name.str();
  return {};
}

}  // namespace ferry::rewriter
