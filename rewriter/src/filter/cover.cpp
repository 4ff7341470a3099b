#include "filter/cover.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include <clang/Frontend/CompilerInstance.h>
#include <clang/Frontend/FrontendActions.h>
#include <clang/Lex/Preprocessor.h>
#include <llvm/ADT/DenseMap.h>
#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringRef.h>

#include "frontend/frontend.hpp"
#include "model/digest.hpp"
#include "model/scope.hpp"
#include "support/parallel.hpp"

namespace ferry::rewriter {
namespace {

// What a job makes of a file.
struct Seen {
  std::string tokens;  // their spellings, then the digest of these
  bool has_templates = false;
};

// Finds templates: `template`, and `auto` for a parameter.
class TemplateWatch {
 public:
  bool sees(const clang::Token& token) {
    const clang::tok::TokenKind previous = std::exchange(previous_, token.getKind());
    if (token.is(clang::tok::l_paren)) openers_.push_back(previous);
    if (token.is(clang::tok::r_paren) && !openers_.empty()) openers_.pop_back();
    return token.is(clang::tok::kw_template) ||
           (token.is(clang::tok::kw_auto) && !openers_.empty() &&
            std::ranges::find(kNoParameters, openers_.back()) == kNoParameters.end());
  }

 private:
  // What stands before parentheses that hold no parameters.
  static constexpr auto kNoParameters =
      std::to_array({clang::tok::kw_for, clang::tok::kw_if, clang::tok::kw_while, clang::tok::kw_switch,
                     clang::tok::kw_decltype});
  std::vector<clang::tok::TokenKind> openers_;
  clang::tok::TokenKind previous_ = clang::tok::unknown;
};

class TokenAction : public clang::PreprocessOnlyAction {
 public:
  TokenAction(const std::vector<std::string>& headers, const std::vector<std::string>& annotated)
      : headers_(headers), annotated_(annotated) {}

  std::map<std::string, Seen> take() {
    for (auto& [path, file] : files_) file.seen.tokens = digest(file.seen.tokens);
    std::map<std::string, Seen> result;
    for (auto& [path, file] : files_) result.emplace(path, std::move(file.seen));
    return result;
  }

 protected:
  void ExecuteAction() override {
    clang::Preprocessor& preprocessor = getCompilerInstance().getPreprocessor();
    preprocessor.setTokenWatcher([&](const clang::Token& token) { take_token(preprocessor, token); });
    PreprocessOnlyAction::ExecuteAction();
  }

 private:
  struct File {
    Seen seen;
    TemplateWatch templates;
  };

  void take_token(const clang::Preprocessor& preprocessor, const clang::Token& token) {
    const clang::SourceManager& sources = preprocessor.getSourceManager();
    File* file = file_of(sources, sources.getFileID(sources.getExpansionLoc(token.getLocation())));
    if (file == nullptr || token.isAnnotation()) return;
    llvm::SmallString<64> storage;
    file->seen.tokens += preprocessor.getSpelling(token, storage).str();
    file->seen.tokens += '\0';
    file->seen.has_templates |= file->templates.sees(token);
  }

  File* file_of(const clang::SourceManager& sources, clang::FileID id) {
    const auto [known, is_new] = known_.try_emplace(id, nullptr);
    if (!is_new) return known->second;
    const std::string path = path_of(sources, id);
    if (std::ranges::find(annotated_, path) != annotated_.end() ||
        std::ranges::any_of(headers_, [&](const std::string& header) { return is_below(path, header); }))
      known->second = &files_[path];
    return known->second;
  }

  const std::vector<std::string>& headers_;
  const std::vector<std::string>& annotated_;
  std::map<std::string, File> files_;
  llvm::DenseMap<clang::FileID, File*> known_;
};

// What of a command decides about meaning, once the tokens are known.
std::vector<std::string> language_of(const Job& job) {
  constexpr auto kWithValue = std::to_array<std::string_view>(
      {"-o", "-MF", "-MT", "-MQ", "-MJ", "-I", "-D", "-U", "-isystem", "-iquote", "-idirafter", "-include"});
  constexpr auto kPrefixes = std::to_array<std::string_view>({"-I", "-D", "-U", "-isystem", "-W", "-M"});
  std::vector<std::string> language = {job.configuration};
  for (std::size_t i = 0; i < job.arguments.size(); ++i) {
    const std::string& argument = job.arguments[i];
    if (std::ranges::find(kWithValue, argument) != kWithValue.end())
      ++i;
    else if (argument.starts_with('-') &&
             std::ranges::none_of(kPrefixes, [&](auto prefix) { return argument.starts_with(prefix); }))
      language.push_back(argument);
  }
  return language;
}

// Something that one job at least has to see.
using Sight = std::vector<std::string>;

class Cover {
 public:
  Cover(const Jobs& jobs, const CoverRequest& request) : jobs_(jobs), request_(request) {}

  std::vector<std::size_t> choose(unsigned threads) {
    look(threads);
    find_unlike();
    std::set<std::size_t> chosen(request_.chosen.begin(), request_.chosen.end());
    std::map<std::size_t, std::set<Sight>> sights;
    for (const std::size_t job : request_.readers)
      if (!seen_[job])
        chosen.insert(job);
      else
        sights[job] = sights_of(job, chosen);
    std::set<Sight> left;
    for (const auto& [job, all] : sights) left.insert(all.begin(), all.end());
    for (const std::size_t job : chosen)
      for (const Sight& sight : sights[job]) left.erase(sight);
    while (!left.empty()) {
      // The job that sees most of what is left; of several the first.
      const auto value = [&](const auto& entry) {
        return std::ranges::count_if(entry.second, [&](const Sight& sight) { return left.contains(sight); });
      };
      const auto best = std::ranges::max_element(sights, {}, value);
      for (const Sight& sight : best->second) left.erase(sight);
      chosen.insert(best->first);
    }
    return {chosen.begin(), chosen.end()};
  }

 private:
  using Files = std::map<std::string, Seen>;

  void look(unsigned threads) {
    seen_.resize(jobs_.size());
    parallel_for(request_.readers.size(), threads, [&](std::size_t i) {
      const std::size_t job = request_.readers[i];
      const Texts no_overlay;
      TokenAction action(request_.headers, request_.annotated[job]);
      bool is_complete = false;
      survives([&] { is_complete = run_frontend(jobs_[job], action, no_overlay).ok; });
      if (is_complete) seen_[job] = action.take();
    });
  }

  bool is_annotated(std::size_t job, const std::string& path) const {
    return std::ranges::find(request_.annotated[job], path) != request_.annotated[job].end();
  }

  // The files with annotations of which not all jobs make the same.
  void find_unlike() {
    std::map<std::string, std::string> first;
    for (const std::size_t job : request_.readers)
      if (seen_[job])
        for (const auto& [path, seen] : *seen_[job])
          if (is_annotated(job, path) && first.emplace(path, seen.tokens).first->second != seen.tokens)
            unlike_.insert(path);
  }

  // What the job sees of the headers. Adds it to `chosen` if it has to be asked itself.
  std::set<Sight> sights_of(std::size_t job, std::set<std::size_t>& chosen) const {
    Sight common = language_of(jobs_[job]);
    for (const std::string& path : unlike_)
      if (const auto file = seen_[job]->find(path); file != seen_[job]->end()) {
        common.push_back(path);
        common.push_back(file->second.tokens);
      }
    std::set<Sight> sights;
    for (const auto& [path, seen] : *seen_[job]) {
      if (std::ranges::none_of(request_.headers, [&](const auto& header) { return is_below(path, header); }))
        continue;
      if (seen.has_templates) chosen.insert(job);
      Sight sight = common;
      sight.push_back(path);
      sight.push_back(seen.tokens);
      sights.insert(std::move(sight));
    }
    return sights;
  }

  const Jobs& jobs_;
  const CoverRequest& request_;
  std::vector<std::optional<Files>> seen_;  // by job; empty for one that cannot be preprocessed
  std::set<std::string> unlike_;
};

}  // namespace

std::vector<std::size_t> cover(const Jobs& jobs, const CoverRequest& request, unsigned threads) {
  return Cover(jobs, request).choose(threads);
}

}  // namespace ferry::rewriter
