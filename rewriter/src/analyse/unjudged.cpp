#include "analyse/unjudged.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include <clang/AST/DeclCXX.h>
#include <clang/AST/DeclTemplate.h>
#include <clang/Lex/Lexer.h>

#include "analyse/unit.hpp"
#include "frontend/frontend.hpp"

namespace ferry::rewriter {
namespace {

// Words that may stand before an expression: behind any other, a function's name is declared.
constexpr std::array<llvm::StringLiteral, 13> kBeforeUse = {
    "return", "co_await", "co_return", "co_yield", "throw",  "else", "do",
    "case",   "not",      "and",       "or",       "delete", "new"};
// Members that the standard library's classes have, too: without a type a use is nearly always of those.
constexpr std::array<llvm::StringLiteral, 8> kCommonMembers = {"begin", "end",   "data",  "size",
                                                               "get",   "reset", "clear", "swap"};
// Types that the standard library's classes have as members, too: the class's name tells whose one is.
constexpr std::array<llvm::StringLiteral, 5> kCommonTypes = {"iterator", "const_iterator", "value_type",
                                                             "reference", "size_type"};
constexpr std::array<llvm::StringLiteral, 4> kTagKeys = {"class", "struct", "union", "enum"};

// Words that may stand before a type: behind any other, a variable or a function is declared.
constexpr std::array<llvm::StringLiteral, 34> kBeforeType = {
    "return",    "co_await",  "co_return", "co_yield",     "throw",   "else",     "do",
    "case",      "not",       "and",       "or",           "delete",  "new",      "const",
    "volatile",  "constexpr", "static",    "extern",       "inline",  "mutable",  "virtual",
    "explicit",  "friend",    "using",     "thread_local", "typedef", "typename", "operator",
    "constinit", "consteval", "public",    "protected",    "private", "sizeof"};

bool is_member(const clang::NamedDecl& declaration) {
  return declaration.isCXXClassMember() && !llvm::isa<clang::TypeDecl, clang::ClassTemplateDecl>(declaration);
}

bool is_function(const clang::NamedDecl& declaration) {
  return llvm::isa<clang::FunctionDecl, clang::FunctionTemplateDecl>(declaration);
}

bool is_any_of(llvm::StringRef word, const auto& words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_template(const clang::NamedDecl& declaration) {
  const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(&declaration);
  return llvm::isa<clang::TemplateDecl>(declaration) || (record && record->getDescribedClassTemplate()) ||
         llvm::isa<clang::ClassTemplateSpecializationDecl>(declaration);
}

// Whether a name between two tokens may be that of a type. A word in capitals may be a macro, which says
// nothing.
bool may_be_type(const clang::NamedDecl& declaration, const clang::Token& previous,
                 const clang::Token& next) {
  if (next.isOneOf(clang::tok::period, clang::tok::arrow, clang::tok::l_square, clang::tok::equal))
    return false;
  if (next.is(clang::tok::less) && !is_template(declaration)) return false;
  if (previous.isOneOf(clang::tok::amp, clang::tok::ampamp, clang::tok::star)) return false;
  if (previous.isNot(clang::tok::raw_identifier)) return true;
  const llvm::StringRef word = previous.getRawIdentifier();
  return is_any_of(word, kBeforeType) || word.upper() == word;
}

// Whether `qualifier::` names the class that the declaration is a member of, or what is called after it.
bool may_be_qualified(const clang::NamedDecl& declaration, const clang::Token& qualifier,
                      const clang::Token& previous) {
  const auto* record = llvm::dyn_cast<clang::CXXRecordDecl>(declaration.getDeclContext());
  return record && previous.is(clang::tok::coloncolon) && qualifier.is(clang::tok::raw_identifier) &&
         record->getName().contains_insensitive(qualifier.getRawIdentifier());
}

// Whether a name behind `qualifier` and `previous`, and before `next`, may be that of the declaration.
bool may_mean(const clang::NamedDecl& declaration, const clang::Token& qualifier,
              const clang::Token& previous, const clang::Token& next) {
  const bool is_of_object = previous.isOneOf(clang::tok::period, clang::tok::arrow);
  if (is_member(declaration))
    return (is_of_object && !is_any_of(declaration.getName(), kCommonMembers)) ||
           previous.is(clang::tok::coloncolon);
  if (is_of_object) return false;
  const llvm::StringRef word =
      previous.is(clang::tok::raw_identifier) ? previous.getRawIdentifier() : llvm::StringRef();
  if (is_function(declaration))
    return previous.isNot(clang::tok::greater) && (word.empty() || is_any_of(word, kBeforeUse));
  if (llvm::isa<clang::TypeDecl, clang::ClassTemplateDecl>(declaration))
    return may_be_type(declaration, previous, next) &&
           (!declaration.isCXXClassMember() || !is_any_of(declaration.getName(), kCommonTypes) ||
            may_be_qualified(declaration, qualifier, previous));
  return !is_any_of(word, kTagKeys);
}

class Reader {
 public:
  explicit Reader(Unit& unit) : unit_(unit) {}

  void read(clang::SourceRange range, Unseen::Why why) {
    const clang::SourceLocation begin = range.getBegin();
    if (!begin.isFileID() || !range.getEnd().isFileID() || !unit_.is_project(begin)) return;
    const auto [file, offset] = unit_.sources.getDecomposedLoc(begin);
    const auto [end_file, end] = unit_.sources.getDecomposedLoc(range.getEnd());
    if (file != end_file) return;
    const llvm::StringRef text = unit_.sources.getBufferData(file);
    clang::Lexer lexer(unit_.sources.getLocForStartOfFile(file), unit_.language, text.begin(),
                       text.begin() + offset, text.end());
    clang::Token qualifier;
    qualifier.startToken();
    clang::Token previous = qualifier;
    bool is_directive = false;
    clang::Token token;
    lexer.LexFromRawLexer(token);
    while (token.isNot(clang::tok::eof) && unit_.sources.getFileOffset(token.getLocation()) <= end) {
      clang::Token next;
      lexer.LexFromRawLexer(next);
      if (token.isAtStartOfLine()) is_directive = token.is(clang::tok::hash);
      if (!is_directive && token.is(clang::tok::raw_identifier))
        look_at(token, qualifier, previous, next, file, why);
      qualifier = std::exchange(previous, std::exchange(token, next));
    }
  }

  // Those that are unseen each time that their file is read.
  std::vector<Unjudged> take() {
    std::vector<Unjudged> names;
    if (found_.empty()) return names;
    std::map<const clang::FileEntry*, std::size_t> inclusions;
    for (unsigned i = 0; i < unit_.sources.local_sloc_entry_size(); ++i)
      if (const clang::SrcMgr::SLocEntry& entry = unit_.sources.getLocalSLocEntry(i); entry.isFile())
        if (const auto file = entry.getFile().getContentCache().OrigEntry)
          ++inclusions[&file->getFileEntry()];
    for (const auto& [name, files] : found_)
      if (files.size() == inclusions[unit_.sources.getFileEntryForID(*files.begin())]) names.push_back(name);
    return names;
  }

 private:
  void look_at(const clang::Token& token, const clang::Token& qualifier, const clang::Token& previous,
               const clang::Token& next, clang::FileID file, Unseen::Why why) {
    const llvm::StringRef name = token.getRawIdentifier();
    const auto known = unit_.context.Idents.find(name);
    if (known == unit_.context.Idents.end()) return;
    const auto old = unit_.uses.old_names.declarations.find(known->second);
    if (old == unit_.uses.old_names.declarations.end()) return;
    std::set<std::string> rules;
    for (const clang::NamedDecl* declaration : old->second)
      if (may_mean(*declaration, qualifier, previous, next))
        for (const Annotation* annotation : unit_.annotations.of(declaration)) rules.insert(annotation->id);
    if (rules.empty()) return;
    found_[{.file = path_of(unit_.sources, file),
            .line = unit_.sources.getSpellingLineNumber(token.getLocation()),
            .column = unit_.sources.getSpellingColumnNumber(token.getLocation()),
            .name = name.str(),
            .rules = {rules.begin(), rules.end()},
            .reason = place_of(why)}]
        .insert(file);
  }

  Unit& unit_;
  std::map<Unjudged, std::set<clang::FileID>> found_;  // with the inclusions of the file where it is unseen
};

}  // namespace

std::vector<Unjudged> unjudged_names(Unit& unit, const LeftOut& left_out) {
  if (unit.uses.old_names.declarations.empty()) return {};
  Reader reader(unit);
  for (const Unseen& unseen : left_out)
    if (unseen.why == Unseen::Why::Inactive) reader.read(unseen.range, unseen.why);
  for (const clang::SourceRange range : unit.preprocessed.macros.unused())
    reader.read(range, Unseen::Why::NeverExpanded);
  return reader.take();
}

}  // namespace ferry::rewriter
