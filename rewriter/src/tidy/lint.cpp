#include "tidy/lint.hpp"

#include <utility>

#include <clang/Lex/Preprocessor.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/Path.h>

#include "frontend/frontend.hpp"
#include "model/compose.hpp"
#include "packs/load.hpp"
#include "resolve/resolve.hpp"

namespace ferry::rewriter {
namespace {

// The repository that the file is in; without one the directory that the command runs in, or the file's own.
std::string root_of(const std::string& file, const std::string& directory) {
  const llvm::StringRef parent = llvm::sys::path::parent_path(file);
  for (llvm::StringRef at = parent; !at.empty(); at = llvm::sys::path::parent_path(at)) {
    llvm::SmallString<256> git(at);
    llvm::sys::path::append(git, ".git");
    if (llvm::sys::fs::exists(git)) return at.str();
  }
  return is_below(file, directory) ? directory : parent.str();
}

std::string working_directory(const clang::SourceManager& sources) {
  const auto directory = sources.getFileManager().getVirtualFileSystem().getCurrentWorkingDirectory();
  return directory ? *directory : std::string();
}

// Where clang-tidy knows the place; invalid for a file that the unit does not read.
clang::SourceLocation location_of(const clang::SourceManager& sources, const std::string& file,
                                  std::size_t offset) {
  const auto entry = sources.getFileManager().getOptionalFileRef(file);
  if (!entry) return {};
  const clang::FileID id = sources.translateFile(*entry);
  if (id.isInvalid()) return {};
  return sources.getLocForStartOfFile(id).getLocWithOffset(static_cast<int>(offset));
}

clang::CharSourceRange range_of(const clang::SourceManager& sources, const std::string& file,
                                std::size_t offset, std::size_t length) {
  return clang::CharSourceRange::getCharRange(location_of(sources, file, offset),
                                              location_of(sources, file, offset + length));
}

std::vector<clang::FixItHint> hints(const Finding& finding, const Plan& plan,
                                    const clang::SourceManager& sources) {
  std::vector<clang::FixItHint> hints;
  for (const Edit& edit : finding.edits)
    hints.push_back(
        clang::FixItHint::CreateReplacement(range_of(sources, edit.file, edit.offset, edit.length),
                                            with_line_ends_of(plan.texts.at(edit.file), edit.replacement)));
  return hints;
}

}  // namespace

std::string check_name(const std::string& rule) { return "ferry-" + rule; }

void Lint::watch(clang::Preprocessor& preprocessor) {
  if (observer_) return;
  const clang::SourceManager& sources = preprocessor.getSourceManager();
  const std::string file = path_of(sources, sources.getMainFileID());
  static const Packs packs = load_built_in_packs();
  options_.emplace(AnalyseOptions{
      .scope = {.root = root_of(file, working_directory(sources)), .paths = {}, .excludes = {}},
      .overlay = overlay_,
      .is_selected = {},
      .packs = &packs});
  observer_ = std::make_unique<Observer>(preprocessor, *options_);
}

void Lint::look(clang::ASTContext& parsed) {
  if (!observer_) return;
  const clang::SourceManager& sources = parsed.getSourceManager();
  Analysis analysis = observer_->look(parsed);
  observer_.reset();
  analysis.compiled = !parsed.getDiagnostics().hasUncompilableErrorOccurred();
  take_options(analysis.findings);
  const Jobs jobs{{.file = path_of(sources, sources.getMainFileID()), .directory = {}, .arguments = {}}};
  const Plan plan = resolve(jobs, {std::move(analysis)}, {.scope = options_->scope});
  for (const PlannedFinding& planned : plan.findings) report(planned, plan, sources);
}

// A rule that is off is no reason to leave a place alone; but what waits for its findings waits on.
void Lint::take_options(Findings& findings) const {
  for (Finding& finding : findings) {
    const std::string check = check_name(finding.rule);
    if (!context_.isCheckEnabled(check)) {
      finding.applicability = Applicability::Manual;
      continue;
    }
    const clang::tidy::ClangTidyCheck::OptionsView options(check, context_.getOptions().CheckOptions,
                                                           &context_);
    if (finding.applicability == Applicability::Unsafe && options.getLocalOrGlobal("Unsafe", false))
      finding.applicability = Applicability::Safe;
  }
}

void Lint::report(const PlannedFinding& planned, const Plan& plan, const clang::SourceManager& sources) {
  using clang::DiagnosticIDs;
  const Finding& finding = planned.finding;
  const std::string check = check_name(finding.rule);
  const clang::SourceLocation at = location_of(sources, finding.file, finding.offset);
  if (at.isInvalid()) return;
  const std::size_t end =
      offset_of(plan.texts.at(finding.file), {.line = finding.end_line, .column = finding.end_column});
  {
    const clang::DiagnosticBuilder warning = context_.diag(check, at, "%0", DiagnosticIDs::Warning);
    warning << finding.message << range_of(sources, finding.file, finding.offset, end - finding.offset);
    if (planned.decision == Decision::Apply) warning << hints(finding, plan, sources);
  }
  if (planned.decision == Decision::Apply || planned.decision == Decision::Suppressed) return;
  const bool is_unsafe =
      finding.applicability == Applicability::Unsafe && planned.decision == Decision::Report;
  const clang::DiagnosticBuilder note = context_.diag(check, at, "%0", DiagnosticIDs::Note);
  if (is_unsafe)
    // Of notes, clang-tidy makes the edits only when it is asked to.
    note << "behaviour may change: -fix leaves it alone; -fix-notes, or the option Unsafe, rewrites it"
         << hints(finding, plan, sources);
  else
    note << planned.reason;
}

}  // namespace ferry::rewriter
