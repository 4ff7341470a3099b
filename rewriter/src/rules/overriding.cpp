#include "rules/overriding.hpp"

#include <algorithm>

#include "rules/code_template.hpp"
#include "rules/requirements.hpp"

namespace ferry::rewriter {
namespace {

class Overrider {
 public:
  Overrider(Unit& unit, const clang::CXXMethodDecl& method, const Annotation& annotation)
      : unit_(unit), method_(method), annotation_(annotation) {}

  void report() {
    Draft draft{.rule = annotation_.id,
                .applicability = annotation_.applicability,
                .where = clang::SourceRange(method_.getLocation()),
                .message = "`" + method_.getNameAsString() + "`" +
                           (annotation_.message.empty() ? " is to override `" + shown() + "` now"
                                                        : ": " + annotation_.message)};
    if (annotation_.applicability != Applicability::Manual) {
      draft.group = override_group(unit_, method_);
      rewrite(draft.change);
      if (!trouble_.empty()) {
        draft.leave(trouble_);
        draft.change = {};
      }
    } else if (!method_.isFirstDecl()) {
      return;  // a person looks at one of them
    }
    unit_.report(std::move(draft));
  }

 private:
  std::string shown() const {
    std::string text = annotation_.text;
    std::erase(text, '$');
    return text;
  }

  void rewrite(Change& change) {
    const CallTemplate wanted = parse_call(annotation_.text);
    const llvm::StringRef declared = wanted.is_call ? wanted.callee : annotation_.text;
    const std::string name = overriding_name(annotation_.text);
    if (const llvm::StringRef result = declared.drop_back(name.size()).rtrim(); !result.empty()) {
      const clang::SourceRange type = method_.getReturnTypeSourceRange();
      if (type.isInvalid()) return fail("its return type cannot be seen");
      if (unit_.text(type) != result) change.replace(type, result.str());
    }
    if (method_.getName() != name) change.replace(method_.getLocation(), name);
    if (wanted.is_call) rewrite_parameters(wanted.arguments, change);
  }

  void rewrite_parameters(const std::vector<std::string>& wanted, Change& change) {
    std::vector<bool> is_kept(method_.getNumParams());
    std::string text;
    for (const std::string& parameter : wanted) {
      text += text.empty() ? "" : ", ";
      llvm::StringRef name(parameter);
      if (!name.consume_front("$")) {
        text += parameter;
        continue;
      }
      const int index = parameter_index(annotation_, &method_, name);
      if (index < 0) return fail("its template names the unknown parameter " + name.str());
      const auto& kept = *method_.getParamDecl(static_cast<unsigned>(index));
      is_kept[static_cast<std::size_t>(index)] = true;
      const std::string written = unit_.text(kept.getSourceRange());
      if (written.empty()) return fail("a parameter comes from a macro");
      text += written;
    }
    for (unsigned i = 0; i < method_.getNumParams(); ++i)
      if (!is_kept[i] && unit_.uses.of_variables.contains(method_.getParamDecl(i)))
        return fail("it uses a parameter that goes");
    const clang::FunctionTypeLoc type = method_.getFunctionTypeLoc();
    if (!type || type.getLParenLoc().isInvalid()) return fail("its parameters cannot be seen");
    const clang::SourceRange parentheses(type.getLParenLoc(), type.getRParenLoc());
    if (unit_.text(parentheses) != "(" + text + ")") change.replace(parentheses, "(" + text + ")");
  }

  void fail(std::string reason) {
    if (trouble_.empty()) trouble_ = std::move(reason);
  }

  Unit& unit_;
  const clang::CXXMethodDecl& method_;
  const Annotation& annotation_;
  std::string trouble_;
};

}  // namespace

void replace_overriders(Unit& unit) {
  for (const clang::CXXMethodDecl* method : unit.uses.methods) {
    if (method->getCanonicalDecl()->size_overridden_methods() == 0) continue;
    for (const Annotation* annotation : unit.annotations.of(method))
      if (annotation->kind == Annotation::Kind::Override) Overrider(unit, *method, *annotation).report();
  }
}

std::string overriding_name(llvm::StringRef code) {
  const llvm::StringRef declared = code.take_until([](char c) { return c == '('; }).rtrim();
  return declared.drop_front(declared.rfind(' ') + 1).str();
}

std::string override_group(const Unit& unit, const clang::NamedDecl& target) {
  return "overriders like " + unit.key(*pattern_of(&target));
}

}  // namespace ferry::rewriter
