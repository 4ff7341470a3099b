#include "analyse/observer.hpp"

#include <set>
#include <string>

#include <clang/Lex/Preprocessor.h>

#include "analyse/unjudged.hpp"
#include "frontend/frontend.hpp"
#include "rules/headers.hpp"
#include "rules/matching.hpp"
#include "rules/moved.hpp"
#include "rules/native/native.hpp"
#include "rules/overriding.hpp"
#include "rules/replace.hpp"
#include "rules/replace_macros.hpp"
#include "rules/vocabulary.hpp"

namespace ferry::rewriter {

Observer::Observer(clang::Preprocessor& preprocessor, const AnalyseOptions& options)
    : preprocessor_(preprocessor), options_(options) {
  const clang::SourceManager& sources = preprocessor.getSourceManager();
  preprocessor.addPPCallbacks(preprocessed_.macros.recorder(sources));
  preprocessor.addPPCallbacks(include_recorder(preprocessed_.includes, sources));
  if (auto recorder = macro_name_recorder(options.packs, preprocessed_.macro_names))
    preprocessor.addPPCallbacks(std::move(recorder));
  preprocessor.addPPCallbacks(left_out_recorder(left_out_, sources));
  if (options.written == nullptr) preprocessed_.texts.record(preprocessor, options.scope.root);
}

bool Observer::asks_instances(clang::ASTContext& context) {
  if (!asks_instances_) {
    const Unit& unit = read(context);
    asks_instances_ =
        options_.written != nullptr || rewriter::asks_instances(unit) || unseen_lines_->asks_instances();
  }
  return *asks_instances_;
}

Unit& Observer::read(clang::ASTContext& context) {
  if (!unit_) {
    unit_.emplace(context, preprocessor_, options_, preprocessed_);
    collect_written(*unit_);
    if (options_.written == nullptr) unseen_lines_.emplace(*unit_);
  }
  return *unit_;
}

Analysis Observer::look(clang::ASTContext& context) {
  Unit& unit = read(context);
  if (asks_instances(context)) collect_instances(unit);
  Analysis analysis;
  if (options_.written != nullptr) {
    analysis.references = unit.take_references({});
    return analysis;
  }
  std::set<std::string> claimed;
  for (const NativeRule& rule : native_rules())
    if (unit.packs == nullptr || unit.packs->has(rule.pack)) rule.run(unit, claimed);
  replace_uses(unit, claimed);
  retarget_moved(unit);
  replace_overriders(unit);
  replace_matches(unit);
  replace_headers(unit);
  replace_macros(unit);
  analysis.findings = unit.take_findings();
  analysis.denials = unit.take_denials();
  analysis.references = unit.take_references(analysis.findings);
  analysis.unseen = unseen_lines_->take(left_out_);
  analysis.unjudged = unjudged_names(unit, left_out_);
  if (analysis.findings.empty() && analysis.denials.empty() && analysis.unseen.empty() &&
      analysis.unjudged.empty())
    analysis.vocabulary = vocabulary_of(unit);
  record_inputs(context.getSourceManager(), options_.scope, analysis);
  return analysis;
}

}  // namespace ferry::rewriter
