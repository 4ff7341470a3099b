// UDP-02, DGRAM-02, DGRAM-03: a datagram socket is not split into halves any more: two owners share one, or
// two names mean one. All that goes from hand to hand changes together.
#include <algorithm>
#include <array>

#include <clang/AST/ExprCXX.h>

#include "analyse/spelling.hpp"
#include "rules/add_include.hpp"
#include "rules/called.hpp"
#include "rules/native/leave.hpp"
#include "rules/native/native.hpp"

namespace ferry::rewriter::native {
namespace {

struct Kind {
  llvm::StringLiteral id;
  llvm::StringLiteral socket;
  std::array<llvm::StringLiteral, 2> halves;
  Applicability applicability;
  bool is_shared;  // by owners; otherwise borrowed
};

constexpr std::array kKinds{
    Kind{"UDP-02", "ferry::net::UdpSocket", {"UdpRecvHalf", "UdpSendHalf"}, Applicability::Safe, true},
    Kind{"DGRAM-02",
         "ferry::net::UnixDatagram",
         {"UnixDatagramRecvHalf", "UnixDatagramSendHalf"},
         Applicability::Safe,
         false},
    Kind{"DGRAM-03",
         "ferry::net::UnixDatagram",
         {"OwnedUnixDatagramRecvHalf", "OwnedUnixDatagramSendHalf"},
         Applicability::Unsafe,
         true}};

class Halves {
 public:
  Halves(Unit& unit, const Kind& kind) : unit_(unit), kind_(kind) {}

  void run() {
    for (const Use& use : unit_.uses.of_declarations)
      if (use.annotation->id == kind_.id) use.type || use.is_using ? judge_type(use) : judge_split(use);
    for (const clang::Stmt* statement : unit_.parents.statements())
      if (const auto* member = llvm::dyn_cast<clang::MemberExpr>(statement);
          member && is_half(*member->getBase()))
        judge_member(*member);
  }

 private:
  Draft start(clang::SourceRange where) const {
    Draft draft{.rule = kind_.id.str(),
                .applicability = kind_.applicability,
                .where = where,
                .message = kind_.is_shared ? "a socket is shared by its owners, and not split"
                                           : "a socket is lent twice, and not split",
                .group = kind_.id.str()};
    if (kind_.id == "DGRAM-03")
      draft.message +=
          "; where the sending half ended it shut the socket down: call "
          "`shutdown(Shutdown::Write)` there";
    return draft;
  }

  bool is_half(const clang::Expr& expression) {
    clang::QualType type = expression.IgnoreParenImpCasts()->getType().getNonReferenceType();
    if (const clang::QualType pointee = type->getPointeeType(); !pointee.isNull()) type = pointee;
    const clang::CXXRecordDecl* record = type->getAsCXXRecordDecl();
    return record && is_legacy(unit_, record) && std::ranges::any_of(kind_.halves, [&](llvm::StringRef half) {
             return record->getDeclName().isIdentifier() && record->getName() == half;
           });
  }

  // `auto [receiver, sender] = std::move(socket).split();`
  void judge_split(const Use& use) {
    Draft draft = start(clang::SourceRange(use.name, use.name));
    const clang::CallExpr* call = call_of(unit_, use.expression);
    if (!call || !use.object || !use.trouble.empty())
      return leave(unit_, std::move(draft),
                   use.trouble.empty() ? "it is not called on an object here" : use.trouble);
    const auto* pair = unit_.parents.meaning(call).as<clang::DecompositionDecl>();
    const auto* statement = pair ? unit_.parents.of(pair).as<clang::DeclStmt>() : nullptr;
    const std::string object = unit_.text(use.object->getSourceRange());
    if (!statement || !statement->isSingleDecl() || pair->bindings().size() != 2 || object.empty())
      return leave(unit_, std::move(draft), "the halves are not taken apart where they are made");
    const std::string receiver = pair->bindings()[0]->getNameAsString();
    const std::string sender = pair->bindings()[1]->getNameAsString();
    const std::string line = "\n" + unit_.indent(statement->getBeginLoc());
    if (kind_.is_shared) {
      const Spelled socket = spell(unit_, kind_.socket, use.name);
      draft.last = socket.needs_move;
      draft.change.replace(statement->getSourceRange(), "auto " + receiver + " = std::make_shared<" +
                                                            socket.text + ">(" + object + ");" + line +
                                                            "auto " + sender + " = " + receiver + ";");
      add_include(unit_, use.name, "memory", {}, draft.change);
    } else {
      if (use.object->HasSideEffects(unit_.context) || !are_called_only(*pair))
        return leave(unit_, std::move(draft), "the halves are handed on");
      const auto* member = llvm::cast<clang::MemberExpr>(use.expression);
      const std::string name = (member->isArrow() ? "*" : "") + object;
      draft.change.replace(statement->getSourceRange(), "auto& " + receiver + " = " + name + ";" + line +
                                                            "auto& " + sender + " = " + name + ";");
    }
    unit_.report(std::move(draft));
  }

  // Whether nothing is done with the bindings but calling their members.
  bool are_called_only(const clang::DecompositionDecl& pair) const {
    return std::ranges::all_of(unit_.parents.statements(), [&](const clang::Stmt* statement) {
      const auto* reference = llvm::dyn_cast<clang::DeclRefExpr>(statement);
      const auto* binding = reference ? llvm::dyn_cast<clang::BindingDecl>(reference->getDecl()) : nullptr;
      return !binding || binding->getDecomposedDecl() != &pair ||
             unit_.parents.meaning(reference).as<clang::MemberExpr>();
    });
  }

  void judge_type(const Use& use) {
    Draft draft = start(clang::SourceRange(use.name_begin(), use.name));
    if (use.target->getNameAsString() == "ReuniteError")
      return leave(unit_, std::move(draft),
                   "halves cannot be reunited any more: the last owner has the socket");
    if (!kind_.is_shared || use.is_using)
      return leave(unit_, std::move(draft),
                   "a half that is stored or handed on is a reference to the socket now");
    const Spelled socket = spell(unit_, kind_.socket, use.name);
    draft.change.replace(draft.where, "std::shared_ptr<" + socket.text + ">");
    add_include(unit_, use.name, "memory", {}, draft.change);
    draft.last = socket.needs_move;
    unit_.report(std::move(draft));
  }

  void judge_member(const clang::MemberExpr& member) {
    const std::string name = member.getMemberDecl()->getNameAsString();
    Draft draft = start(clang::SourceRange(member.getMemberLoc(), member.getMemberLoc()));
    if (name == "reunite")
      return leave(unit_, std::move(draft),
                   "halves cannot be reunited any more: the last owner has the socket");
    if (name == "forget" || name == "as_ref")
      return leave(unit_, std::move(draft), "`" + name + "` has no counterpart");
    if (!kind_.is_shared || member.isImplicitAccess()) return;
    if (member.isArrow()) {
      draft.change.insert_before(member.getBase()->getBeginLoc(), "(*");
      draft.change.insert_after(member.getBase()->getEndLoc(), ")");
    } else {
      draft.change.replace(clang::SourceRange(member.getOperatorLoc(), member.getOperatorLoc()), "->");
    }
    unit_.report(std::move(draft));
  }

  Unit& unit_;
  const Kind& kind_;
};

}  // namespace

void udp_02(Unit& unit, std::set<std::string>& claimed) {
  for (const Kind& kind : kKinds) {
    claimed.insert(kind.id.str());
    if (!unit.moved.empty()) Halves(unit, kind).run();
  }
}

}  // namespace ferry::rewriter::native
