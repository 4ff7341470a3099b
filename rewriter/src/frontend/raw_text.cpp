#include "frontend/raw_text.hpp"

#include <clang/Basic/LangOptions.h>
#include <clang/Lex/Lexer.h>
#include <llvm/ADT/StringSet.h>

namespace ferry::rewriter {
namespace {

// The tokens of a text, without comments.
class RawTokens {
 public:
  explicit RawTokens(llvm::StringRef text) : text_(text.str()) {}

  /// False at the end.
  bool next(clang::Token& token) {
    lexer_.LexFromRawLexer(token);
    return token.isNot(clang::tok::eof);
  }
  /// Of the token that came last, as if it were on one line.
  std::string spelling(const clang::Token& token) const {
    const char* const end = lexer_.getBufferLocation();
    const char* at = end - token.getLength();
    if (!token.needsCleaning() || token.isLiteral()) return {at, end};
    std::string result;
    for (clang::Lexer::SizedChar next{}; at < end; at += next.Size) {
      next = clang::Lexer::getCharAndSizeNoWarn(at, language_);
      result += next.Char;
    }
    return result;
  }

 private:
  static clang::LangOptions language() {
    clang::LangOptions options;
    options.CPlusPlus = options.CPlusPlus11 = options.CPlusPlus14 = options.CPlusPlus17 =
        options.CPlusPlus20 = true;
    options.LineComment = options.Bool = options.Digraphs = true;
    return options;
  }

  std::string text_;  // the lexer needs a zero behind it
  clang::LangOptions language_ = language();
  clang::Lexer lexer_{clang::SourceLocation(), language_, text_.data(), text_.data(),
                      text_.data() + text_.size()};
};

llvm::StringSet<> set_of(const std::vector<std::string>& words) {
  llvm::StringSet<> result;
  for (const std::string& word : words) result.insert(word);
  return result;
}

// Names and groups in parentheses, one after the other, from the first that has a macro to the last. The
// arguments of that macro are in it, too: whatever stands between them and the name expands to nothing, so it
// is a name or a macro's call.
class Run {
 public:
  explicit Run(const llvm::StringSet<>& macros) : macros_(macros) {}

  /// False where the token ends the run, and is no part of it.
  bool add(const clang::Token& token, llvm::StringRef spelling) {
    const bool is_name = token.is(clang::tok::raw_identifier);
    if (token.is(clang::tok::l_paren))
      ++open_;
    else if (open_ == 0 && !is_name)
      return false;
    else if (token.is(clang::tok::r_paren))
      --open_;
    if (open_ == 0 && is_name && !has_macro_) text_.clear();
    has_macro_ = has_macro_ || (is_name && macros_.contains(spelling));
    append(spelling);
    return true;
  }
  void append(llvm::StringRef spelling) { (text_ += spelling) += ' '; }
  bool is_empty() const { return text_.empty(); }

  /// What there is of it, if it has a macro; there is nothing afterwards.
  std::string take() {
    std::string text = has_macro_ ? text_ + "\n" : "";
    text_.clear();
    open_ = 0;
    has_macro_ = false;
    return text;
  }

 private:
  const llvm::StringSet<>& macros_;
  std::string text_;
  int open_ = 0;
  bool has_macro_ = false;
};

}  // namespace

bool may_say(const std::vector<std::string>& words, llvm::StringRef text) {
  if (text.contains("NOLINT") && text.contains("ferry-")) return true;
  if (text.contains("?\?/")) return true;  // a backslash in some languages
  const llvm::StringSet<> wanted = set_of(words);
  RawTokens tokens(text);
  for (clang::Token token; tokens.next(token);) {
    if (token.is(clang::tok::raw_identifier) && (token.hasUCN() || wanted.contains(tokens.spelling(token))))
      return true;
  }
  return false;
}

std::string expanded_with(const std::vector<std::string>& macros, llvm::StringRef text) {
  const llvm::StringSet<> wanted = set_of(macros);
  std::string result;
  bool has_any = false;
  const auto end = [&](Run& run) {
    const std::string taken = run.take();
    has_any = has_any || !taken.empty();
    result += taken;
  };
  RawTokens tokens(text);
  Run run(wanted);
  bool is_directive = false;
  for (clang::Token token; tokens.next(token);) {
    const std::string spelling = tokens.spelling(token);
    if (token.isAtStartOfLine()) is_directive = token.is(clang::tok::hash);
    if (is_directive) {
      (result += spelling) += ' ';
      if (!run.is_empty()) run.append(spelling);  // it may stand between a macro and its arguments
    } else if (!run.add(token, spelling)) {
      end(run);
    }
  }
  end(run);
  return has_any ? result : "";
}

}  // namespace ferry::rewriter
