#include "rules/rewritten.hpp"

#include <algorithm>

#include <clang/AST/DeclTemplate.h>
#include <clang/AST/ExprCXX.h>
#include <clang/Basic/CharInfo.h>
#include <llvm/ADT/StringExtras.h>

#include "analyse/effects.hpp"
#include "analyse/gaps.hpp"
#include "analyse/spelling.hpp"
#include "rules/code_template.hpp"
#include "rules/inlining.hpp"
#include "rules/parentheses.hpp"
#include "rules/requirements.hpp"
#include "rules/template_arguments.hpp"

namespace ferry::rewriter {
namespace {

constexpr int kObject = -1;

// Code between arguments, or an argument by its number.
struct Part {
  std::string code;
  bool is_value = false;
  int value = 0;
  const clang::Expr* operand = nullptr;  // which is all that is written of it, if anything
};

// White space and comments at both ends of code, in bytes.
struct Margins {
  std::size_t front = 0;
  std::size_t back = 0;
};

Margins margins_of(llvm::StringRef text) {
  Margins margins{.front = text.size(), .back = text.size()};
  for (std::size_t at = 0; at < text.size();) {
    const llvm::StringRef rest = text.substr(at);
    if (rest.starts_with("/*"))
      at += std::min(rest.find("*/"), rest.size() - 2) + 2;
    else if (rest.starts_with("//"))
      at += std::min(rest.find('\n'), rest.size() - 1) + 1;
    else if (const std::size_t blank = rest.find_first_not_of(" \t\r\n\\"); blank != 0)
      at += std::min(blank, rest.size());
    else {
      margins.front = std::min(margins.front, at);
      ++at;
      margins.back = text.size() - at;
    }
  }
  if (margins.front == text.size()) margins.back = 0;
  return margins;
}

bool has_comment(llvm::StringRef text) { return text.contains("/*") || text.contains("//"); }

// Whether what takes the place of a call of `target` binds loosely.
bool becomes_loose(Unit& unit, const Annotation& annotation, const clang::NamedDecl& target) {
  // The object alone may be what a pointer points to.
  const auto is_loose = [](llvm::StringRef code) { return code == "$this" || binds_loosely(code); };
  return annotation.kind == Annotation::Kind::Inline
             ? is_loose(inline_body(unit, target).code)
             : annotation.kind == Annotation::Kind::Replace && binds_loosely(annotation.text);
}

// The same once what it calls has been rewritten, too.
bool will_bind_loosely(Unit& unit, const clang::Expr& expression) {
  if (binds_loosely(expression)) return true;
  const auto* call = llvm::dyn_cast<clang::CallExpr>(expression.IgnoreImplicit());
  if (!call) return false;
  const clang::Expr* callee = call->getCallee()->IgnoreParenImpCasts();
  if (llvm::isa<clang::CXXDependentScopeMemberExpr>(callee))
    return std::ranges::any_of(unit.uses.of_declarations, [&](const Use& use) {
      return use.expression == callee && becomes_loose(unit, *use.annotation, *use.target);
    });
  const auto* overloaded = llvm::dyn_cast<clang::OverloadExpr>(callee);
  const clang::NamedDecl* target = call->getDirectCallee();
  if (overloaded && overloaded->getNumDecls() > 0) target = *overloaded->decls().begin();
  return target && std::ranges::any_of(unit.annotations.of(target), [&](const Annotation* annotation) {
           return becomes_loose(unit, *annotation, *target);
         });
}

class Writer {
 public:
  Writer(Unit& unit, const Use& use, const Called& call, const clang::FunctionDecl* function,
         llvm::StringRef code)
      : unit_(unit), use_(use), call_(call), function_(function), code_(code) {}

  Rewritten run() {
    level_ = unit_.level(use_.mention == Mention::Name ? use_.name : call_.range.getBegin());
    const auto whole = unit_.at_level(call_.range, level_);
    if (!whole) return {.trouble = "part of it comes from a macro"};
    whole_ = *whole;
    is_in_macro_ = unit_.sources.getSLocEntry(level_.file).isExpansion();
    is_around_known_ = !is_in_macro_ || is_around_written_here();
    fill_parts();
    for (std::size_t i = 0; i < parts_.size(); ++i) cancel_address(i);
    if (result_.trouble.empty()) check_effects();
    if (!result_.trouble.empty()) return std::move(result_);
    parenthesise();
    if (!level_.arguments.empty() && has_open_comma())
      return {.trouble = "a comma would part the macro's argument that it stands in"};
    is_in_order() ? write_between() : write_anew();
    return std::move(result_);
  }

 private:
  void fail(std::string reason) {
    if (result_.trouble.empty()) result_.trouble = std::move(reason);
  }

  // ---- what is to be written

  void fill_parts() {
    const CodeTemplate pieces = parse_template(code_);
    for (std::size_t i = 0; i < pieces.parts.size(); ++i) {
      const CodeTemplate::Part& piece = pieces.parts[i];
      if (!piece.is_placeholder) {
        add_code(piece.text);
      } else if (piece.text == "this") {
        const bool is_access = i + 1 < pieces.parts.size() && pieces.parts[i + 1].text.front() == '.';
        add_object(is_access);
        if (is_access && (!call_.object || call_.is_arrow)) {
          parts_.back().code += "->";
          add_code(llvm::StringRef(pieces.parts[i + 1].text).drop_front());
          ++i;
        }
      } else {
        add_argument(piece.text);
      }
    }
  }

  void add_code(llvm::StringRef code) {
    // A member that was called has no namespace that could be kept as it is written.
    const Spelled spelled =
        spell_all(unit_, code, use_.name, around(use_), use_.object ? Functions::Qualified : Functions::Bare);
    result_.needs_move = result_.needs_move || spelled.needs_move;
    if (!spelled.trouble.empty()) fail(spelled.trouble);
    add_text(with_gaps(spelled.text, gap_before_arguments()));
  }

  // As the call has blanks before its own parentheses.
  std::string gap_before_arguments() const {
    if (use_.mention != Mention::Name || !llvm::isa_and_present<clang::CallExpr>(call_.whole)) return {};
    const clang::SourceLocation end = unit_.end_of(use_.expression->getEndLoc());
    if (end.isInvalid() || !end.isFileID()) return {};
    bool is_invalid = false;
    const llvm::StringRef text(unit_.sources.getCharacterData(end, &is_invalid));
    const std::size_t length = is_invalid ? 0 : text.find_first_not_of(" \t");
    return length != llvm::StringRef::npos && text[length] == '(' ? text.take_front(length).str() : "";
  }

  void add_text(std::string text) {
    if (std::exchange(drops_next_comma_, false) && llvm::StringRef(text).ltrim().starts_with(","))
      text = llvm::StringRef(text).ltrim().drop_front().ltrim().str();
    if (parts_.empty() || parts_.back().is_value) parts_.push_back({});
    parts_.back().code += text;
  }

  void add_value(int value) { parts_.push_back({.is_value = true, .value = value}); }

  void add_object(bool is_access) {
    if (!call_.object) return add_text(is_access ? "this" : "*this");
    if (!is_access && call_.is_arrow) add_text("*");
    add_value(kObject);
    if (is_access && call_.is_arrow) add_text("");
  }

  void add_argument(llvm::StringRef name) {
    const int index = parameter_index(*use_.annotation, function_, name);
    if (index < 0) return add_template_argument(name);
    const auto first = static_cast<std::size_t>(index);
    if (!function_) return add_value(index);
    const clang::ParmVarDecl& parameter = *function_->getParamDecl(static_cast<unsigned>(index));
    const std::size_t count = call_.arguments.size();
    if (parameter.isParameterPack()) {
      for (std::size_t i = first; i < count; ++i) {
        if (i > first) add_text(", ");
        add_value(static_cast<int>(i));
      }
      if (first >= count) drop_comma();
      return;
    }
    if (first < count) return add_value(index);
    const std::string code = default_of(unit_, parameter);
    if (code.empty()) return fail("an argument is left to its default");
    add_code(code);
  }

  // An empty pack takes the comma before it along, or the one behind it.
  void drop_comma() {
    if (parts_.empty() || parts_.back().is_value) return;
    const llvm::StringRef text = llvm::StringRef(parts_.back().code).rtrim();
    if (text.ends_with(","))
      parts_.back().code.resize(text.size() - 1);
    else
      drops_next_comma_ = true;
  }

  void add_template_argument(llvm::StringRef name) {
    if (llvm::isa_and_nonnull<clang::CXXDependentScopeMemberExpr>(use_.expression))
      return fail("a template's arguments say of what it is a member template");
    std::string trouble = function_ ? "" : "its template names the unknown parameter " + name.str();
    std::string text;
    if (function_) text = template_argument(unit_, use_, *function_, name, call_.range.getEnd(), trouble);
    trouble.empty() ? add_text(std::move(text)) : fail(std::move(trouble));
  }

  // `*&x` is `x` and `(&x)->` is `x.`; the same for `&*p` and `(*p).`.
  void cancel_address(std::size_t at) {
    if (!parts_[at].is_value || (parts_[at].value == kObject && call_.is_arrow)) return;
    const clang::Expr& whole = value(parts_[at].value);
    const auto* operation = llvm::dyn_cast<clang::UnaryOperator>(whole.IgnoreParens()->IgnoreImplicit());
    if (!operation || operation->isTypeDependent() ||
        (parts_[at].value != kObject &&
         !unit_.context.hasSameUnqualifiedType(operation->getType(), whole.getType())))
      return;
    const bool is_address = operation->getOpcode() == clang::UO_AddrOf;
    if (!is_address && operation->getOpcode() != clang::UO_Deref) return;
    std::string* before = at > 0 ? &parts_[at - 1].code : nullptr;
    std::string* behind = at + 1 < parts_.size() ? &parts_[at + 1].code : nullptr;
    if (before && ends_with_prefix(*before, is_address ? '*' : '&', /*is_first=*/at == 1)) {
      before->pop_back();
      llvm::StringRef outer(*before);
      if (behind && behind->starts_with(").") && outer.consume_back("(") &&
          ends_before_operand(outer, at == 1)) {
        before->pop_back();
        behind->erase(0, 1);
      }
    } else if (const llvm::StringRef access = is_address ? "->" : ".";
               behind && llvm::StringRef(*behind).starts_with(access)) {
      behind->replace(0, access.size(), is_address ? "." : "->");
    } else {
      return;
    }
    parts_[at].operand = operation->getSubExpr();
  }

  // Whether `code` ends with an operator before its only operand, and not between two.
  static bool ends_with_prefix(llvm::StringRef code, char prefix, bool is_first) {
    const llvm::StringRef written(&prefix, 1);
    return code.consume_back(written) && !code.ends_with(written) && ends_before_operand(code, is_first);
  }
  static bool ends_before_operand(llvm::StringRef code, bool is_first) {
    code = code.rtrim();
    return code.empty() ? is_first : llvm::StringRef("(,{[=!*&+-/%?:|^~").contains(code.back());
  }

  // ---- what must not change

  const clang::Expr& value(const Part& part) const {
    return part.operand ? *part.operand : value(part.value);
  }
  const clang::Expr& value(int index) const {
    return index == kObject ? *call_.object : *call_.arguments[static_cast<std::size_t>(index)];
  }

  std::vector<int> written_order() const {
    std::vector<int> order;
    if (call_.object) order.push_back(kObject);
    for (std::size_t i = 0; i < call_.arguments.size(); ++i) order.push_back(static_cast<int>(i));
    return order;
  }

  std::vector<int> new_order() const {
    std::vector<int> order;
    for (const Part& part : parts_)
      if (part.is_value) order.push_back(part.value);
    return order;
  }

  bool is_in_order() const { return new_order() == written_order(); }

  // The order in which what has effects is written must stay; what has none may go, move or come twice.
  void check_effects() {
    // How often counts also where the time does not: what is moved from is so once.
    const auto counted = [&](std::vector<int> indices) {
      std::erase_if(indices, [&](int index) { return !value(index).HasSideEffects(unit_.context); });
      return indices;
    };
    const auto timed = [&](std::vector<int> indices) {
      std::erase_if(indices, [&](int index) { return !has_effects(value(index), unit_.context); });
      return indices;
    };
    std::vector<int> before = counted(written_order());
    std::vector<int> after = counted(new_order());
    std::ranges::sort(before);
    std::ranges::sort(after);
    const std::vector<int> effects = timed(written_order());
    if (before != after || timed(new_order()) != effects)
      return fail("an argument with effects would be dropped, repeated or evaluated in another order");
    if (before.empty()) return;
    for (const std::string_view conditional : {"&&", "||", "?", "["})
      if (code_.contains(conditional)) return fail("an argument with effects might not be evaluated");
    // As an argument the object is evaluated at any time before the call, and no longer first.
    if (effects.empty() || effects.front() != kObject || code_.starts_with("$this")) return;
    for (const int index : effects)
      if (index != kObject && !may_be_unsequenced(unit_, *call_.object, value(index)) &&
          !may_be_unsequenced_in_instances(static_cast<unsigned>(index)))
        return fail("the object and an argument have effects, whose order would be open");
  }

  // What a template leaves open shows in what is made of it.
  bool may_be_unsequenced_in_instances(unsigned argument) const {
    return !use_.instances.empty() &&
           std::ranges::all_of(use_.instances, [&](const clang::CXXMemberCallExpr* call) {
             return argument < call->getNumArgs() &&
                    may_be_unsequenced(unit_, *call->getImplicitObjectArgument(), *call->getArg(argument));
           });
  }

  // ---- what operators around it would make of it

  // In a macro's body what stands around its expansions does not count: the next one stands elsewhere.
  bool is_around_written_here() const {
    const Node around = unit_.parents.meaning(call_.whole);
    return around.stmt != nullptr && unit_.level(around.stmt->getBeginLoc()) == level_;
  }
  // Nor does what is handed to a parameter. The object of an access stood before one.
  bool may_bind_loosely(std::size_t part) const {
    const clang::Expr& expression = before_arrow(value(parts_[part]));
    if (will_bind_loosely(unit_, expression)) return true;
    const llvm::StringRef behind = part + 1 == parts_.size() ? "" : llvm::StringRef(parts_[part + 1].code);
    return is_in_macro_ && unit_.level(expression.getBeginLoc()) != level_ &&
           !(parts_[part].value == kObject && (behind.starts_with(".") || behind.starts_with("->")));
  }

  void parenthesise() {
    bool is_enclosed = is_around_known_ && is_delimited(unit_, *call_.whole);
    const bool is_pointed_at = code_ == "$this" && (!call_.object || call_.is_arrow);
    const llvm::StringRef shape = is_pointed_at ? llvm::StringRef("*this") : code_;
    if (is_around_known_ ? needs_parentheses(unit_, *call_.whole, shape) : binds_loosely(shape)) {
      parts_.insert(parts_.begin(), Part{.code = "("});
      parts_.push_back({.code = ")"});
      is_enclosed = true;
    }
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      if (!parts_[i].is_value) continue;
      const bool is_delimited = opens(i, is_enclosed) && closes(i, is_enclosed);
      if (is_delimited && !is_in_macro_ && parts_[i].value == kObject)
        parts_[i].operand =
            value(parts_[i]).IgnoreImplicit()->IgnoreParens();  // no access needs them any more
      if (is_delimited || !may_bind_loosely(i)) continue;
      parts_.insert(parts_.begin() + static_cast<std::ptrdiff_t>(i) + 1, Part{.code = ")"});
      parts_.insert(parts_.begin() + static_cast<std::ptrdiff_t>(i), Part{.code = "("});
      ++i;
    }
    join_code();
  }

  bool opens(std::size_t i, bool is_enclosed) const {
    const llvm::StringRef before = i == 0 ? "" : llvm::StringRef(parts_[i - 1].code).rtrim();
    if (before.empty()) return i == 0 && is_enclosed;
    return llvm::StringRef("(,{[").contains(before.back()) || before.ends_with(" =");
  }
  bool closes(std::size_t i, bool is_enclosed) const {
    const llvm::StringRef behind = i + 1 == parts_.size() ? "" : llvm::StringRef(parts_[i + 1].code).ltrim();
    if (behind.empty()) return i + 1 == parts_.size() && is_enclosed;
    return llvm::StringRef("),}]").contains(behind.front());
  }

  void join_code() {
    std::vector<Part> joined;
    for (Part& part : parts_) {
      if (!part.is_value && part.code.empty()) continue;
      if (!joined.empty() && !joined.back().is_value && !part.is_value)
        joined.back().code += part.code;
      else
        joined.push_back(std::move(part));
    }
    parts_ = std::move(joined);
  }

  // Whether there will be a comma that no parentheses are around.
  bool has_open_comma() const {
    int depth = 0;
    char quote = 0;
    for (const Part& part : parts_) {
      const std::string text = part.is_value ? unit_.text(value(part).getSourceRange()) : part.code;
      for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quote != 0) {
          if (c == '\\') ++i;
          if (c == quote) quote = 0;
          continue;
        }
        if (c == '"' || (c == '\'' && (i == 0 || !clang::isAsciiIdentifierContinue(text[i - 1])))) quote = c;
        if (c == '(') ++depth;
        if (c == ')') --depth;
        if (c == ',' && depth == 0) return true;
      }
    }
    return false;
  }

  // ---- the edits

  std::optional<clang::SourceRange> range_of(const Part& part) {
    auto range = unit_.at_level(before_arrow(value(part)).getSourceRange(), level_);
    if (!range) fail("an argument comes from a macro");
    return range;
  }

  // The arguments stay; what is between them changes.
  void write_between() {
    clang::SourceLocation last;  // of the argument before
    std::string code;
    for (const Part& part : parts_) {
      if (!part.is_value) {
        code = part.code;
        continue;
      }
      const auto range = range_of(part);
      if (!range) return;
      if (last.isInvalid() && range->getBegin() == whole_.getBegin())
        insert(/*is_before=*/true, range->getBegin(), code);
      else
        replace({.begin = last.isValid() ? last : whole_.getBegin(),
                 .end = range->getBegin(),
                 .text = code,
                 .keeps_first = last.isValid(),
                 .keeps_last = true});
      last = range->getEnd();
      code.clear();
    }
    if (last.isInvalid()) return result_.change.replace(whole_, code);
    if (last == whole_.getEnd()) return insert(/*is_before=*/false, last, code);
    replace({.begin = last, .end = whole_.getEnd(), .text = code, .keeps_first = true});
  }

  void insert(bool is_before, clang::SourceLocation token, const std::string& code) {
    if (code.empty()) return;
    is_before ? result_.change.insert_before(token, code) : result_.change.insert_after(token, code);
  }

  // Comments and line breaks beside what changes stay where they are.
  void replace(Change::Piece piece) {
    const std::string old = unit_.text(piece);
    const llvm::StringRef old_code(old);
    const Margins margins = margins_of(old);
    if (has_comment(old_code.drop_front(margins.front).drop_back(margins.back)))
      return fail("a comment between the arguments would be lost");
    const auto stays = [](llvm::StringRef margin, bool is_wanted) {
      return is_wanted || has_comment(margin) || margin.contains('\n');
    };
    const llvm::StringRef wanted(piece.text);
    const bool keeps_front = stays(old_code.take_front(margins.front), wanted.starts_with(" "));
    const bool keeps_back = stays(old_code.take_back(margins.back), wanted.ends_with(" "));
    std::string text = piece.text;
    if (keeps_front && margins.front > 0) {
      text.erase(0, text.find_first_not_of(' '));
      piece.keep_front = margins.front;
    }
    if (keeps_back && margins.back > 0) {
      text.erase(text.find_last_not_of(' ') + 1);
      if (wanted.ends_with(" ") && !llvm::isSpace(old_code.take_back(margins.back).front())) text += ' ';
      piece.keep_back = margins.back;
    }
    if (text == old_code.drop_front(piece.keep_front).drop_back(piece.keep_back)) return;
    piece.text = std::move(text);
    result_.change.add(std::move(piece));
  }

  // The whole is replaced, arguments and all.
  void write_anew() {
    std::string text;
    for (const Part& part : parts_) {
      if (!part.is_value) {
        text += part.code;
        continue;
      }
      const auto range = range_of(part);
      if (!range) return;
      const std::string written = unit_.text(*range);
      if (written.empty()) return fail("an argument comes from a macro");
      text += written;
    }
    if (loses_comment(unit_.text(whole_), text)) return fail("a comment between the arguments would be lost");
    result_.change.replace(whole_, std::move(text));
  }

  Unit& unit_;
  const Use& use_;
  const Called& call_;
  const clang::FunctionDecl* function_;
  llvm::StringRef code_;
  Level level_;
  clang::SourceRange whole_;
  bool is_in_macro_ = false;
  bool is_around_known_ = true;  // otherwise what stands around it differs with a macro's expansions
  bool drops_next_comma_ = false;
  std::vector<Part> parts_;
  Rewritten result_;
};

}  // namespace

Rewritten rewrite_call(Unit& unit, const Use& use, const Called& call, const clang::FunctionDecl* function,
                       llvm::StringRef code) {
  return Writer(unit, use, call, function, code).run();
}

std::string default_of(const Unit& unit, const clang::ParmVarDecl& parameter) {
  if (!parameter.hasDefaultArg() || parameter.hasUninstantiatedDefaultArg() ||
      parameter.hasUnparsedDefaultArg())
    return {};
  const clang::Expr* value = parameter.getDefaultArg()->IgnoreImplicit();
  const clang::Expr* inner = value;
  if (const auto* negative = llvm::dyn_cast<clang::UnaryOperator>(value);
      negative && negative->getOpcode() == clang::UO_Minus)
    inner = negative->getSubExpr()->IgnoreImplicit();
  if (llvm::isa<clang::IntegerLiteral, clang::FloatingLiteral, clang::CharacterLiteral, clang::StringLiteral,
                clang::CXXBoolLiteralExpr, clang::CXXNullPtrLiteralExpr>(inner))
    return unit.text(value->getSourceRange());
  const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(value);
  const bool is_global = reference && reference->getDecl()->getFormalLinkage() == clang::Linkage::External &&
                         reference->getDecl()->getAccess() != clang::AS_private &&
                         reference->getDecl()->getAccess() != clang::AS_protected;
  return is_global ? reference->getDecl()->getQualifiedNameAsString() : std::string();
}

}  // namespace ferry::rewriter
