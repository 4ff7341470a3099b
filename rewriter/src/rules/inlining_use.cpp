// Whether a body does at a place of use what its function did there.
#include <algorithm>
#include <array>
#include <set>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/ExprCXX.h>

#include "analyse/effects.hpp"
#include "analyse/sequence.hpp"
#include "analyse/stable.hpp"
#include "rules/code_template.hpp"
#include "rules/inlining.hpp"
#include "rules/parsing.hpp"
#include "rules/requirements.hpp"
#include "rules/result_use.hpp"
#include "rules/template_arguments.hpp"
#include "support/names.hpp"

namespace ferry::rewriter {
namespace {

void collect_variables(const clang::Stmt* node, std::set<const clang::ValueDecl*>& variables) {
  if (!node) return;
  if (const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(node))
    if (llvm::isa<clang::VarDecl>(reference->getDecl())) variables.insert(reference->getDecl());
  for (const clang::Stmt* child : node->children()) collect_variables(child, variables);
}

bool names_the_same(const clang::Expr& one, const clang::Expr& other) {
  std::set<const clang::ValueDecl*> ones;
  std::set<const clang::ValueDecl*> others;
  collect_variables(&one, ones);
  collect_variables(&other, others);
  return std::ranges::any_of(ones,
                             [&](const clang::ValueDecl* variable) { return others.contains(variable); });
}

// Whether it may as well be written twice.
bool is_short(const clang::Expr& expression) {
  const clang::Expr* inner = expression.IgnoreUnlessSpelledInSource();
  if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(inner))
    return llvm::isa<clang::FieldDecl>(member->getMemberDecl()) &&
           (member->isImplicitAccess() || is_short(*member->getBase()));
  if (const auto* operation = llvm::dyn_cast<clang::UnaryOperator>(inner))
    return operation->getOpcode() == clang::UO_Deref && is_short(*operation->getSubExpr());
  return llvm::isa<clang::DeclRefExpr, clang::CXXThisExpr, clang::IntegerLiteral, clang::FloatingLiteral,
                   clang::CharacterLiteral, clang::CXXBoolLiteralExpr, clang::CXXNullPtrLiteralExpr>(inner);
}

// Whether a reference to it refers to what is there already.
bool is_name(const clang::Expr& argument) {
  const clang::Expr* inner = argument.IgnoreParens();
  while (const auto* cast = llvm::dyn_cast<clang::ImplicitCastExpr>(inner))
    inner = cast->getSubExpr()->IgnoreParens();
  return argument.isLValue() && !llvm::isa<clang::MaterializeTemporaryExpr>(inner);
}

// Whether it refers to what was there before, with or without a name.
bool is_reference(const clang::Expr& argument) {
  return !argument.IgnoreUnlessSpelledInSource()->isPRValue();
}

bool is_list(const clang::Expr& value) {
  const auto* made = llvm::dyn_cast<clang::CXXConstructExpr>(&value);
  return llvm::isa<clang::InitListExpr, clang::CXXStdInitializerListExpr>(value) ||
         (made && made->isListInitialization() && !llvm::isa<clang::CXXTemporaryObjectExpr>(made));
}

// Whether the class template's arguments are deduced from the constructor's.
bool is_deduced(const Unit& unit, const clang::Expr& made) {
  const Node parent = unit.parents.meaning(&made);
  const clang::TypeSourceInfo* written = nullptr;
  if (const auto* temporary = llvm::dyn_cast<clang::CXXTemporaryObjectExpr>(&made))
    written = temporary->getTypeSourceInfo();
  else if (const auto* cast = parent.as<clang::CXXFunctionalCastExpr>())
    written = cast->getTypeInfoAsWritten();
  else if (const auto* object = parent.as<clang::CXXNewExpr>())
    written = object->getAllocatedTypeSourceInfo();
  else if (const auto* variable = parent.as<clang::VarDecl>())
    written = variable->getTypeSourceInfo();
  return written && llvm::isa_and_nonnull<clang::DeducedTemplateSpecializationType>(
                        written->getType()->getContainedDeducedType());
}

// Whether another function may run than the one that is named.
bool is_dispatched(const Use& use, const Called& call) {
  const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(use.target);
  if (!method || !method->isVirtual() || use.qualifier) return false;
  return !call.object || const_cast<clang::CXXMethodDecl*>(method)->getDevirtualizedMethod(
                             call.object, /*IsAppleKext=*/false) != method;
}

bool takes_list(const clang::CXXRecordDecl& record) {
  return std::ranges::any_of(record.ctors(), [](const clang::CXXConstructorDecl* constructor) {
    if (constructor->getNumParams() == 0) return false;
    const auto* type = constructor->getParamDecl(0)->getType().getNonReferenceType()->getAsCXXRecordDecl();
    return type && type->isInStdNamespace() && type->getIdentifier() && type->getName() == "initializer_list";
  });
}

class Judge {
 public:
  Judge(Unit& unit, const InlineBody& body, const Use& use, const Called& call,
        const clang::FunctionDecl& function)
      : unit_(unit), body_(body), use_(use), call_(call), function_(function) {
    if (call.object)
      values_.push_back({.number = kObjectOfBody, .value = call.object, .is_name = !call.is_arrow});
    for (std::size_t i = 0; i < call.arguments.size(); ++i) {
      const int parameter = parameter_of(i);
      const bool is_reference = parameter >= 0 && type_of(parameter)->isReferenceType();
      values_.push_back({.number = parameter,
                         .value = call.arguments[i],
                         .is_name = is_reference && is_name(*call.arguments[i])});
    }
    for (auto i = static_cast<unsigned>(call.arguments.size()); i < function.getNumParams(); ++i)
      if (const clang::ParmVarDecl& parameter = *function.getParamDecl(i); has_default(parameter))
        values_.push_back({.number = static_cast<int>(i), .value = parameter.getDefaultArg()});
  }

  InlineTrouble trouble() const {
    for (const auto check :
         {&Judge::of_function, &Judge::of_result, &Judge::of_parsing, &Judge::of_object, &Judge::of_arguments,
          &Judge::of_open_arguments, &Judge::of_order, &Judge::of_repetition, &Judge::of_surroundings})
      if (std::string found = (this->*check)(); !found.empty()) return {.reason = std::move(found)};
    if (lacks_instance())
      return {.reason = "what its body calls depends on a template's arguments, and no instance shows them",
              .is_unsure = true};
    return {};
  }

 private:
  // What is put in a parameter's place, or in the object's.
  struct Value {
    int number = kObjectOfBody;
    const clang::Expr* value = nullptr;
    bool is_name = false;  // of an object that is read only in the body
  };

  static bool has_default(const clang::ParmVarDecl& parameter) {
    return parameter.hasDefaultArg() && !parameter.hasUnparsedDefaultArg() &&
           !parameter.hasUninstantiatedDefaultArg();
  }

  // Of a written argument; behind the last one for what takes no more part.
  int parameter_of(std::size_t argument) const {
    const std::size_t count = function_.getNumParams();
    if (argument < count) return static_cast<int>(argument);
    const bool is_pack =
        count > 0 && function_.getParamDecl(static_cast<unsigned>(count - 1))->isParameterPack();
    return is_pack ? static_cast<int>(count) - 1 : -2;
  }
  clang::QualType type_of(int parameter) const {
    return function_.getParamDecl(static_cast<unsigned>(parameter))->getType();
  }
  // Whether the parameter's type is made from the argument's.
  bool has_deduced_type(int parameter) const {
    const auto* pattern = llvm::cast<clang::FunctionDecl>(pattern_of(&function_));
    const auto index = std::min(static_cast<unsigned>(parameter), pattern->getNumParams() - 1);
    return pattern->getParamDecl(index)->getType()->isDependentType();
  }
  const BodyUse* use_of(int number) const {
    const auto found = body_.uses.of.find(number);
    return found == body_.uses.of.end() ? nullptr : &found->second;
  }

  bool has_effects(const clang::Expr& expression) const { return !only_reads(unit_, expression); }
  bool is_stable(const Value& value) const {
    return value.is_name ? names_stable_object(unit_, *value.value) : has_stable_value(unit_, *value.value);
  }

  std::string of_function() const {
    if (is_dispatched(use_, call_)) return "it is virtual, so another body may run";
    const auto is_virtual = [](const clang::NamedDecl* target) {
      const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(target);
      return method && method->isVirtual();
    };
    if (const auto* constructor = llvm::dyn_cast<clang::CXXConstructorDecl>(&function_);
        constructor && takes_list(*constructor->getParent()) && unit_.text(call_.range).starts_with("{"))
      return "in braces its new arguments might be taken for a list";
    if (llvm::isa<clang::CXXConstructorDecl>(function_) && is_deduced(unit_, *call_.whole))
      return "its arguments say what the class template's are";
    if (use_.qualifier && function_.isCXXInstanceMember() && std::ranges::any_of(body_.calls, is_virtual))
      return "its qualifier would choose the body of a virtual function, too";
    return {};
  }

  std::string of_result() const {
    const bool is_thrown_away = is_unused(unit_, *call_.whole);
    if (body_.gives_what_was_void && !is_thrown_away) return "it gives nothing, and its body something";
    if (body_.only_computes && is_thrown_away)
      return "nothing uses its result, and the body does nothing else";
    if (body_.gives_name && !is_thrown_away && !is_taken_by_value(unit_, *call_.whole))
      return "its result is a value, and that of its body a name";
    const auto* type = function_.getType()->getAs<clang::FunctionProtoType>();
    const bool is_nothrow =
        type && !clang::isUnresolvedExceptionSpec(type->getExceptionSpecType()) && type->isNothrow();
    if (is_asked_about(unit_, *call_.whole) && is_nothrow == body_.may_throw)
      return "it is asked about here, and its body would give another answer";
    if (body_.is_name && !call_.whole->isPRValue() && is_asked_for_type(unit_, *call_.whole))
      return "its type is asked for here, and what its body names has another";
    if (body_.hands_back && call_.whole->isXValue() && !is_taken_by_value(unit_, *call_.whole) &&
        std::ranges::any_of(call_.arguments, [](const auto* argument) { return !is_reference(*argument); }))
      return "its result is a reference, and that of its body a value";
    return {};
  }

  // `Type(x)` declares an x where a declaration may stand, and `Type()` is a type where one may.
  std::string of_parsing() const {
    const clang::Expr* front = front_cast();
    if (!front || unit_.parents.meaning(call_.whole).as<clang::MemberExpr>()) return {};
    const std::vector<const clang::Expr*> inner = arguments_of_cast(*front);
    if (inner.size() > 1 || (inner.size() == 1 && is_clearly_expression(put_in(*inner.front())))) return {};
    if (!inner.empty() && begins_statement(unit_, *call_.whole)) return "it would declare a variable here";
    if (begins_parameters(unit_, *call_.whole)) return "it would declare a function here";
    if (inner.empty() && could_be_type(unit_, *call_.whole)) return "it would be a type here";
    return {};
  }

  // What takes the place of a part of the body.
  const clang::Expr& put_in(const clang::Expr& part) const {
    const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(part.IgnoreUnlessSpelledInSource());
    const auto* parameter = reference ? llvm::dyn_cast<clang::ParmVarDecl>(reference->getDecl()) : nullptr;
    for (const Value& value : values_)
      if (parameter && value.number == static_cast<int>(parameter->getFunctionScopeIndex()))
        return *value.value->IgnoreUnlessSpelledInSource();
    return part;
  }

  // The cast by a type's name and parentheses that what is written will begin with.
  const clang::Expr* front_cast() const {
    if (!body_.expression) return nullptr;
    llvm::StringRef rest(body_.code);
    if (!rest.consume_front("$")) return begins_with_cast(*body_.expression);
    rest = rest.drop_while(is_name_character);
    if (order_.empty() || rest.starts_with(".") || rest.starts_with("->")) return nullptr;
    for (const Value& value : values_)
      if (value.number == order_.front())
        return begins_with_cast(*value.value->IgnoreUnlessSpelledInSource());
    return nullptr;
  }

  std::string of_object() const {
    if (const auto* arrow = llvm::dyn_cast_if_present<clang::CXXOperatorCallExpr>(
            call_.object ? call_.object->IgnoreParenImpCasts() : nullptr);
        body_.hands_on_object && call_.is_arrow && arrow && arrow->getOperator() == clang::OO_Arrow)
      return "the body hands its object on, which is behind an overloaded `->` here";
    const auto* method = llvm::dyn_cast<clang::CXXMethodDecl>(&function_);
    if (method && body_.hands_on_object && !is_of_class(*method))
      return "the body hands its object on, which is of a class that inherits the function here";
    const BodyUse* use = use_of(kObjectOfBody);
    if (!method || !method->isInstance() || llvm::isa<clang::CXXConstructorDecl>(method) || !use) return {};
    if (!use->shows_kind) return {};
    const auto* member = llvm::dyn_cast_if_present<clang::MemberExpr>(use_.expression);
    const clang::Expr* object = call_.object ? call_.object : member ? member->getBase() : nullptr;
    if (!object) return "which of the body's functions are called depends on the object";
    const clang::Expr* inner = object->IgnoreParenImpCasts();
    const clang::QualType pointee = inner->getType()->getPointeeType();
    const clang::QualType type = pointee.isNull() ? inner->getType() : pointee;
    if (inner->isTypeDependent() || type.isConstQualified() != method->isConst())
      return "its object is const in the body, and may not be so here";
    if (call_.object && !call_.is_arrow && !inner->isLValue())
      return "its object has no name here, and has one in the body";
    return {};
  }

  // Whether the object is of the function's own class, as far as can be seen.
  bool is_of_class(const clang::CXXMethodDecl& method) const {
    const auto is_own = [&](const clang::Expr& object) {
      const clang::QualType type = object.IgnoreParenImpCasts()->getType();
      const clang::CXXRecordDecl* record =
          (type->isPointerType() ? type->getPointeeType() : type)->getAsCXXRecordDecl();
      return record && pattern_of(record) == pattern_of(method.getParent());
    };
    const auto* member = llvm::dyn_cast_if_present<clang::MemberExpr>(use_.expression);
    const clang::Expr* object = call_.object ? call_.object : member ? member->getBase() : nullptr;
    if (object && !object->isTypeDependent()) return is_own(*object);
    return !use_.instances.empty() &&
           std::ranges::all_of(use_.instances, [&](const clang::CXXMemberCallExpr* call) {
             return is_own(*call->getImplicitObjectArgument());
           });
  }

  // Whether what is called depends on the arguments' types.
  bool chooses() const {
    return body_.calls_template || std::ranges::any_of(body_.calls, [](const clang::NamedDecl* called) {
             const clang::FunctionDecl* function = called->getAsFunction();
             return function && !function->getDeclContext()
                                     ->getRedeclContext()
                                     ->lookup(function->getDeclName())
                                     .isSingleResult();
           });
  }

  bool is_open() const {
    return std::ranges::any_of(call_.arguments, &clang::Expr::isTypeDependent) && chooses();
  }
  bool lacks_instance() const { return is_open() && !unit_.uses.of_functions.contains(use_.name); }

  // What an argument's open type makes the body call shows in instances; what is only asked about has none
  // where the answer is no.
  std::string of_open_arguments() const {
    if (is_open() && (is_asked_about(unit_, *call_.whole) || !is_evaluated(unit_, *call_.whole)))
      return "it is asked about here, and what its body calls depends on a template's arguments";
    return {};
  }

  std::string of_arguments() const {
    for (std::size_t i = 0; i < call_.arguments.size(); ++i) {
      const int number = parameter_of(i);
      const BodyUse* use = number < 0 ? nullptr : use_of(number);
      if (!use) continue;
      if (std::string found = of_argument(*call_.arguments[i], number, *use); !found.empty()) return found;
    }
    for (unsigned i = static_cast<unsigned>(call_.arguments.size()); i < function_.getNumParams(); ++i)
      if (std::string found = of_default(*function_.getParamDecl(i), use_of(static_cast<int>(i)));
          !found.empty())
        return found;
    return {};
  }

  // One that the body leaves out had its effects all the same.
  std::string of_default(const clang::ParmVarDecl& parameter, const BodyUse* use) const {
    if (!has_default(parameter)) return {};
    const clang::Expr& value = *parameter.getDefaultArg();
    if (has_effects(value)) return "an argument that is left to its default has effects";
    if (use && use->is_disturbed && !has_stable_value(unit_, value))
      return "the body may change what a default says, before it is read";
    return {};
  }

  std::string of_argument(const clang::Expr& argument, int number, const BodyUse& use) const {
    const clang::Expr* value = argument.IgnoreUnlessSpelledInSource();
    const clang::QualType wanted = type_of(number);
    InlineBody::Parameter parameter{.is_named = true, .is_converted = false};
    if (!body_.parameters.empty())
      parameter = body_.parameters[std::min(static_cast<std::size_t>(number), body_.parameters.size() - 1)];
    if (is_list(*value) && (parameter.is_converted || body_.calls_template || use.shows_kind))
      return "an argument is a list, whose type only the parameter gives";
    if (value->isXValue() && !parameter.is_moved && (wanted->isRecordType() || use.is_copied))
      return "an argument is moved into it, and the body does not take it";
    if (value->isXValue() && parameter.is_lent && !wanted->isScalarType() && !wanted->isReferenceType())
      return "an argument is moved into it, and what the body calls might not take it";
    const bool is_open = wanted->isDependentType() || value->isTypeDependent();
    if (!is_open) {
      const bool is_same = !value->refersToBitField() && unit_.context.hasSameUnqualifiedType(
                                                             wanted.getNonReferenceType(), value->getType());
      if (value->refersToBitField() && chooses())
        return "an argument is a bit-field, which overloads may take for another type";
      if (!is_same && (parameter.is_converted || parameter.is_moved || body_.calls_template))
        return "an argument is converted on its way into the body";
    } else if (!has_deduced_type(number) &&
               (parameter.is_converted || parameter.is_moved || body_.calls_template)) {
      return "an argument may be converted on its way into the body, as a template's arguments say";
    }
    if (!use.shows_kind) return {};
    if (parameter.is_moved && !parameter.is_named)
      return wanted->isReferenceType() || !value->isLValue()
                 ? ""
                 : "an argument is copied on its way into the body";
    if (!value->isLValue()) return "an argument has no name here, and has one in the body";
    if (!is_open && value->getType().isConstQualified() != wanted.getNonReferenceType().isConstQualified())
      return "an argument is const in the body, and not here";
    return is_open ? "what an argument is depends on a template's arguments" : "";
  }

  // What is written is evaluated where it stands, and no longer before the body.
  std::string of_order() const {
    for (const Value& value : values_) {
      const BodyUse* use = use_of(value.number);
      if (!use) continue;
      const bool has_effect = has_effects(*value.value);
      if (has_effect && (use->is_disturbed || use->is_watched))
        return "an argument with effects would be evaluated in the midst of the body";
      if (use->is_disturbed && !is_stable(value))
        return "the body may change what an argument says, before it is read";
      if (value.number >= 0 && use->is_bound && !body_.only_reads && is_copied(value))
        return "the body works on a copy, which nobody else can change";
      if (!has_effect) continue;
      for (const Value& other : values_)
        if (&other != &value && use_of(other.number) && !may_stand_beside(value, other, *use))
          return "an argument with effects may change what another one says";
    }
    return {};
  }

  // Whether the function got a copy of something that others may change meanwhile.
  bool is_copied(const Value& value) const {
    const clang::Expr& copied = *value.value->IgnoreUnlessSpelledInSource();
    return !type_of(value.number)->isReferenceType() && copied.isLValue() && !has_stable_value(unit_, copied);
  }

  // Whether `other` may be read at another time than before, as seen from `value`, which has effects.
  bool may_stand_beside(const Value& value, const Value& other, const BodyUse& use) const {
    if (use.mixed_with.contains(other.number) &&
        (has_effects(*other.value) || !is_stable(other) || names_the_same(*value.value, *other.value)))
      return false;
    // The order of a function's arguments is open: compilers differ in it.
    const bool was_open = value.number != kObjectOfBody && other.number != kObjectOfBody;
    if (was_open && use.ordered_with.contains(other.number) &&
        (has_effects(*other.value) || !is_stable(other)))
      return false;
    if (has_effects(*other.value)) return !body_.assigns;  // their order is looked at where they are written
    const bool is_read_beside = use.read_beside.contains(other.number) && other.is_name;
    if (is_read_beside) return false;
    const bool is_first = other.number == kObjectOfBody && !llvm::StringRef(body_.code).starts_with("$this");
    if (is_first && !(is_stable(other) && (other.is_name || !names_the_same(*value.value, *other.value))))
      return false;
    const auto place = place_in_body(value.number);
    const auto other_place = place_in_body(other.number);
    const bool is_turned = &value < &other ? place > other_place : place < other_place;
    if (!is_turned && !body_.assigns) return true;
    return is_stable(other) && (other.is_name || !names_the_same(*value.value, *other.value));
  }

  // What a pack's parameters stand for keeps its order.
  std::ptrdiff_t place_in_body(int number) const {
    const auto found = std::ranges::find(order_, number);
    return found != order_.end() || number <= 0 ? found - order_.begin() : place_in_body(number - 1);
  }

  // Numbers of parameters.
  std::vector<int> order_in_body() const {
    std::vector<int> order;
    for (const CodeTemplate::Part& part : parse_template(body_.code).parts) {
      if (!part.is_placeholder) continue;
      const int parameter = parameter_index(*use_.annotation, &function_, part.text);
      if (part.text == "this" || parameter >= 0)
        order.push_back(part.text == "this" ? kObjectOfBody : parameter);
    }
    return order;
  }

  std::string of_repetition() const {
    for (const Value& value : values_) {
      if (std::ranges::count(order_, value.number) < 2) continue;
      if (!is_short(*value.value)) return "an argument would be repeated";
      const auto number = static_cast<std::size_t>(value.number);
      if (value.number >= 0 && number < body_.parameters.size() && body_.parameters[number].is_moved)
        return "the body gives a parameter away, and uses it elsewhere";
    }
    return {};
  }

  // A call is evaluated in one go. What takes its place may mix with what is evaluated around it.
  std::string of_surroundings() const {
    const bool is_part = unit_.parents.of(unit_.parents.whole(call_.whole)).as<clang::Expr>() != nullptr;
    if (is_part && body_.uses.leaves_temporaries)
      return "what the body makes for itself would outlive the call";
    if (is_part && std::ranges::any_of(values_, [&](const Value& value) { return outlives_call(value); }))
      return "an argument that is the function's own would outlive the call";
    const std::vector<BodyStep>& steps = body_.uses.steps;
    if (steps.empty() || (steps.size() == 1 && steps.front().is_call)) return {};
    const bool has_effect = std::ranges::any_of(steps, &BodyStep::has_effect);
    for (const clang::Expr* other : mixed_with(unit_, *call_.whole)) {
      const auto can_be_read_beside = [&](const BodyStep& step) { return is_read_apart(step, *other); };
      if (has_effects(*other) && !std::ranges::all_of(steps, can_be_read_beside))
        return "what has effects beside it could run in the midst of the body";
      if (has_effect && !has_stable_value(unit_, *other))
        return "what is read beside it could be read in the midst of the body";
    }
    return {};
  }

  // Whether it was destroyed with the function's parameters, and would now be at the end of all.
  bool outlives_call(const Value& value) const {
    const BodyUse* use = value.number < 0 ? nullptr : use_of(value.number);
    return use && use->is_bound && !value.value->isLValue() && type_of(value.number)->isRecordType() &&
           !body_.parameters[static_cast<std::size_t>(value.number)].is_moved &&
           is_destroyed_with_effects(type_of(value.number));
  }

  // Whether the step only reads what nobody can change, and `other` does not name it.
  bool is_read_apart(const BodyStep& step, const clang::Expr& other) const {
    return step.parameter && std::ranges::all_of(values_, [&](const Value& value) {
             return value.number != *step.parameter ||
                    (has_stable_value(unit_, *value.value) && !names_the_same(*value.value, other));
           });
  }

  Unit& unit_;
  const InlineBody& body_;
  const Use& use_;
  const Called& call_;
  const clang::FunctionDecl& function_;
  std::vector<int> order_ = order_in_body();  // as written in the body
  std::vector<Value> values_;
};

}  // namespace

InlineTrouble trouble_of(Unit& unit, const InlineBody& body, const Use& use) {
  for (const clang::NamedDecl* other : use.others)
    if (std::string trouble = inline_body(unit, *other).trouble; !trouble.empty())
      return {.reason = std::move(trouble)};
  if (body.needs_template_arguments && !(use.type && use.type.getAs<clang::TemplateSpecializationTypeLoc>()))
    return {.reason = "it is named without its template's arguments here"};
  const auto* function = llvm::dyn_cast<clang::FunctionDecl>(use.target);
  if (use.is_using) return {.reason = "its uses are, and it can go once none is left"};
  if (body.has_other_template_arguments && use.expression && template_arguments(use))
    return {.reason = "its template arguments are written here"};
  if (body.gives_name && !function && use.expression && !is_read(unit, *use.expression))
    return {.reason = "it is used as an object here, and stands for a value"};
  if (!function) return {};
  const auto call =
      llvm::isa<clang::CXXConstructorDecl>(function) ? constructed(unit, use) : called(unit, use);
  return call ? Judge(unit, body, use, *call, *function).trouble() : InlineTrouble();
}

}  // namespace ferry::rewriter
