#include "analyse/inspect.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/MacroInfo.h>
#include <clang/Lex/PPCallbacks.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/Support/FileSystem.h>

#include "analyse/unit.hpp"
#include "analyse/unseen.hpp"
#include "frontend/frontend.hpp"
#include "support/parallel.hpp"

namespace ferry::rewriter {
namespace {

// Whether locations lie in the line.
class Line {
 public:
  Line(const clang::SourceManager& sources, const Place& place) : sources_(sources), place_(place) {
    is_known_ = !llvm::sys::fs::getUniqueID(place.file, id_);
  }

  bool is_in(const clang::FileEntry* file) const {
    return is_known_ && file != nullptr && file->getUniqueID() == id_;
  }
  bool is_in(clang::SourceRange range) {
    const clang::SourceLocation begin = sources_.getExpansionLoc(range.getBegin());
    const clang::SourceLocation end = sources_.getExpansionRange(range.getEnd()).getEnd();
    if (begin.isInvalid() || end.isInvalid() || !is_in(sources_.getFileEntryForID(sources_.getFileID(begin))))
      return false;
    return sources_.getSpellingLineNumber(begin) <= place_.line &&
           place_.line <= sources_.getSpellingLineNumber(end);
  }

 private:
  const clang::SourceManager& sources_;
  const Place& place_;
  llvm::sys::fs::UniqueID id_;  // links lead to one file by several names
  bool is_known_ = false;
};

class MacroRecorder : public clang::PPCallbacks {
 public:
  MacroRecorder(const clang::SourceManager& sources, const Place& place, std::set<ExpandedMacro>& macros)
      : sources_(sources), line_(sources, place), macros_(macros) {}

  void MacroExpands(const clang::Token& token, const clang::MacroDefinition& definition,
                    clang::SourceRange range, const clang::MacroArgs*) override {
    const clang::MacroInfo* info = definition.getMacroInfo();
    if (!info || !line_.is_in(range)) return;
    ExpandedMacro macro{.name = token.getIdentifierInfo()->getName().str()};
    if (const clang::SourceLocation defined = info->getDefinitionLoc(); defined.isFileID()) {
      macro.file = path_of(sources_, sources_.getFileID(defined));
      macro.first_line = sources_.getSpellingLineNumber(defined);
      macro.last_line = sources_.getSpellingLineNumber(info->getDefinitionEndLoc());
      macro.is_system = sources_.isInSystemHeader(defined);
    }
    macros_.insert(std::move(macro));
  }

 private:
  const clang::SourceManager& sources_;
  Line line_;
  std::set<ExpandedMacro>& macros_;
};

class Consumer : public clang::ASTConsumer {
 public:
  Consumer(clang::CompilerInstance& compiler, const Place& place, const AnalyseOptions& options,
           Inspection& inspection)
      : compiler_(compiler), place_(place), options_(options), inspection_(inspection) {
    clang::Preprocessor& preprocessor = compiler.getPreprocessor();
    const clang::SourceManager& sources = compiler.getSourceManager();
    preprocessor.addPPCallbacks(preprocessed_.macros.recorder(sources));
    preprocessor.addPPCallbacks(include_recorder(preprocessed_.includes, sources));
    preprocessor.addPPCallbacks(left_out_recorder(left_out_, sources));
    preprocessor.addPPCallbacks(std::make_unique<MacroRecorder>(sources, place, macros_));
  }

  void HandleTranslationUnit(clang::ASTContext& context) override {
    Unit unit(context, compiler_.getPreprocessor(), options_, preprocessed_);
    collect_written(unit);
    Line line(unit.sources, place_);
    look_at_file(unit.sources, line);
    std::set<std::string> sentences;
    for (const Unseen& unseen : unseen_code(unit, left_out_))
      if (line.is_in(unseen.range)) sentences.insert(place_of(unseen.why));
    inspection_.unseen.assign(sentences.begin(), sentences.end());
    inspection_.macros.assign(macros_.begin(), macros_.end());
    for (const clang::NamespaceDecl* moved : unit.moved)
      for (const clang::NamespaceDecl* part : moved->redecls())
        if (line.is_in(part->getSourceRange())) inspection_.library = part->getQualifiedNameAsString();
  }

 private:
  void look_at_file(const clang::SourceManager& sources, const Line& line) {
    for (auto entry = sources.fileinfo_begin(); entry != sources.fileinfo_end(); ++entry) {
      if (!line.is_in(&entry->first.getFileEntry())) continue;
      inspection_.is_read = true;
      if (const clang::FileID file = sources.translateFile(entry->first); file.isValid())
        inspection_.is_system = sources.isInSystemHeader(sources.getLocForStartOfFile(file));
    }
  }

  clang::CompilerInstance& compiler_;
  const Place& place_;
  const AnalyseOptions& options_;
  Inspection& inspection_;
  Preprocessed preprocessed_;
  LeftOut left_out_;
  std::set<ExpandedMacro> macros_;
};

class Action : public clang::ASTFrontendAction {
 public:
  Action(const Place& place, const AnalyseOptions& options, Inspection& inspection)
      : place_(place), options_(options), inspection_(inspection) {}

  std::unique_ptr<clang::ASTConsumer> CreateASTConsumer(clang::CompilerInstance& compiler,
                                                        llvm::StringRef) override {
    return std::make_unique<Consumer>(compiler, place_, options_, inspection_);
  }

 private:
  const Place& place_;
  const AnalyseOptions& options_;
  Inspection& inspection_;
};

}  // namespace

std::optional<Inspection> inspect(const Job& job, const Place& place, const AnalyseOptions& options) {
  Inspection inspection;
  Action action(place, options, inspection);
  if (!survives([&] { run_frontend(job, action, options.overlay); })) return std::nullopt;
  return inspection;
}

}  // namespace ferry::rewriter
