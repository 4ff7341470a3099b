#include "frontend/frontend.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendAction.h>
#include <clang/Lex/PreprocessorOptions.h>
#include <clang/Tooling/Tooling.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/Support/Path.h>
#include <llvm/Support/VirtualFileSystem.h>

#include "frontend/foreign_options.hpp"
#include "frontend/overlay.hpp"

namespace ferry::rewriter {
namespace {

class ErrorCollector : public clang::DiagnosticConsumer {
 public:
  explicit ErrorCollector(const Job& job) : job_(job) {}

  void HandleDiagnostic(clang::DiagnosticsEngine::Level level, const clang::Diagnostic& info) override {
    if (level < clang::DiagnosticsEngine::Error || is_foreign_option(info.getID())) return;
    DiagnosticConsumer::HandleDiagnostic(level, info);
    llvm::SmallString<128> message;
    info.FormatDiagnostic(message);
    problems.push_back(at(info, std::string(message)));
  }

  Problems problems;

 private:
  Problem at(const clang::Diagnostic& info, std::string message) const {
    if (!info.hasSourceManager() || info.getLocation().isInvalid())
      return {.file = job_.file, .message = std::move(message)};
    const clang::SourceManager& sources = info.getSourceManager();
    const auto [file, offset] = sources.getDecomposedLoc(sources.getFileLoc(info.getLocation()));
    std::string path = path_of(sources, file);
    return {.file = path.empty() ? job_.file : path,
            .line = sources.getLineNumber(file, offset),
            .column = sources.getColumnNumber(file, offset),
            .message = std::move(message)};
  }

  const Job& job_;
};

// Nothing is written, nothing is loaded, nothing but errors is said.
void keep_in_memory(clang::CompilerInvocation& invocation) {
  invocation.getDependencyOutputOpts() = {};
  invocation.getFrontendOpts().OutputFile.clear();
  invocation.getFrontendOpts().Plugins.clear();
  invocation.getFrontendOpts().PluginArgs.clear();
  invocation.getFrontendOpts().DisableFree = false;
  invocation.getDiagnosticOpts().DiagnosticSerializationFile.clear();
  invocation.getDiagnosticOpts().IgnoreWarnings = true;
  invocation.getDiagnosticOpts().ShowCarets = false;
  invocation.getDiagnosticOpts().VerifyDiagnostics = false;

  // A precompiled header is stale once a header in it is edited, and may be another compiler's: read its
  // source.
  clang::PreprocessorOptions& preprocessor = invocation.getPreprocessorOpts();
  const llvm::StringRef pch = preprocessor.ImplicitPCHInclude;
  if (const std::string source =
          llvm::sys::path::parent_path(pch).str() + "/" + llvm::sys::path::stem(pch).str();
      !pch.empty() && std::ranges::find(preprocessor.Includes, source) == preprocessor.Includes.end())
    preprocessor.Includes.insert(preprocessor.Includes.begin(), source);
  preprocessor.ImplicitPCHInclude.clear();
}

class RunAction : public clang::tooling::ToolAction {
 public:
  RunAction(clang::FrontendAction& action, const llvm::MemoryBuffer* text) : action_(action), text_(text) {}

  bool runInvocation(std::shared_ptr<clang::CompilerInvocation> invocation, clang::FileManager* files,
                     std::shared_ptr<clang::PCHContainerOperations> pch_operations,
                     clang::DiagnosticConsumer* diagnostics) override {
    keep_in_memory(*invocation);
    if (text_ != nullptr)
      for (clang::FrontendInputFile& input : invocation->getFrontendOpts().Inputs)
        input = clang::FrontendInputFile(text_->getMemBufferRef(), input.getKind());
    clang::CompilerInstance compiler(std::move(pch_operations));
    compiler.setInvocation(std::move(invocation));
    compiler.setFileManager(files);
    compiler.createDiagnostics(diagnostics, /*ShouldOwnClient=*/false);
    compiler.createSourceManager(*files);
    return compiler.ExecuteAction(action_);
  }

 private:
  clang::FrontendAction& action_;
  const llvm::MemoryBuffer* text_;
};

Compiled run(const Job& job, const llvm::MemoryBuffer* text, clang::FrontendAction& action,
             llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> file_system) {
  llvm::IntrusiveRefCntPtr<clang::FileManager> files(
      new clang::FileManager(clang::FileSystemOptions(), std::move(file_system)));
  RunAction run(action, text);
  ErrorCollector errors(job);
  clang::tooling::ToolInvocation invocation(for_clang(job.arguments), &run, files.get(),
                                            std::make_shared<clang::PCHContainerOperations>());
  invocation.setDiagnosticConsumer(&errors);
  const bool ok = invocation.run() && errors.problems.empty();
  if (!ok && errors.problems.empty())
    errors.problems.push_back({.file = job.file, .message = "Clang cannot run this compile command"});
  return {.ok = ok, .problems = std::move(errors.problems)};
}

}  // namespace

std::vector<std::string> for_clang(std::vector<std::string> command) {
  clang::tooling::addTargetAndModeForProgramName(command, command.front());
  command.insert(command.begin() + 1, {"-fsyntax-only", "-resource-dir", FERRY_CLANG_RESOURCE_DIR});
  return command;
}

Compiled run_frontend(const Job& job, clang::FrontendAction& action, const Texts& overlay) {
  return run(job, nullptr, action, overlaid_file_system(overlay, job.directory));
}

Compiled run_frontend(const Job& job, std::string_view text, clang::FrontendAction& action,
                      const Texts& overlay) {
  const auto buffer = llvm::MemoryBuffer::getMemBuffer(llvm::StringRef(text), "ferry-prefix.cpp", false);
  return run(job, buffer.get(), action, overlaid_file_system(overlay, job.directory));
}

Compiled run_frontend(const Job& job, clang::FrontendAction& action,
                      llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> file_system) {
  return run(job, nullptr, action, std::move(file_system));
}

std::string path_of(const clang::SourceManager& sources, clang::FileEntryRef entry) {
  clang::FileManager& files = sources.getFileManager();
  llvm::SmallString<256> path(entry.getName());
  files.makeAbsolutePath(path);
  llvm::SmallString<256> plain(path);
  if (!llvm::sys::path::remove_dots(plain, /*remove_dot_dot=*/true)) return std::string(path);
  // `link/..` is not where `link` is: only the disk knows.
  if (const auto status = files.getVirtualFileSystem().status(plain);
      status && status->getUniqueID() == entry.getUniqueID())
    return std::string(plain);
  llvm::SmallString<256> real;
  return std::string(files.getVirtualFileSystem().getRealPath(path, real) ? plain : real);
}

std::string path_of(const clang::SourceManager& sources, clang::FileID file) {
  const clang::OptionalFileEntryRef entry = sources.getFileEntryRefForID(file);
  return entry ? path_of(sources, *entry) : std::string();
}

void record_inputs(const clang::SourceManager& sources, const Scope& scope, Analysis& analysis) {
  for (auto entry = sources.fileinfo_begin(); entry != sources.fileinfo_end(); ++entry)
    if (std::string path = path_of(sources, entry->first); is_below(path, scope.root))
      analysis.inputs.push_back(std::move(path));
  std::ranges::sort(analysis.inputs);

  const auto keep_text = [&](const std::string& path) {
    if (analysis.texts.contains(path)) return;
    const clang::OptionalFileEntryRef entry = sources.getFileManager().getOptionalFileRef(path);
    if (!entry) return;
    // The manager of sources is not const-correct about reading a buffer that it holds already.
    auto& readable = const_cast<clang::SourceManager&>(sources);
    if (const auto buffer = readable.getMemoryBufferForFileOrNone(*entry))
      analysis.texts.emplace(path, buffer->getBuffer().str());
  };
  for (const Finding& finding : analysis.findings) {
    keep_text(finding.file);
    for (const Edit& edit : finding.edits) keep_text(edit.file);
  }
}

}  // namespace ferry::rewriter
