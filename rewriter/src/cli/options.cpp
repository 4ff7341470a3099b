#include "cli/options.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <thread>
#include <utility>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/ADT/StringRef.h>
#include <llvm/Support/Error.h>
#include <llvm/Support/FileSystem.h>
#include <llvm/Support/GlobPattern.h>
#include <llvm/Support/raw_ostream.h>

#include "cli/config.hpp"
#include "cli/words.hpp"
#include "discover/paths.hpp"
#include "packs/load.hpp"
#include "resolve/accept.hpp"
#include "resolve/nolint.hpp"
#include "rules/matching.hpp"

namespace ferry::rewriter {
namespace {

constexpr const char* kFooter =
    "Exit status: 0 nothing left to do; 1 findings remain or could not all be fixed; 2 bad usage or "
    "configuration;\n"
    "3 something could not be analysed, verified or written.";

constexpr std::pair<const char*, Format> kFormats[] = {
    {"text", Format::Text},   {"concise", Format::Concise},      {"json", Format::Json},
    {"sarif", Format::Sarif}, {"github", Format::Github},        {"gitlab", Format::Gitlab},
    {"junit", Format::Junit}, {"clang-yaml", Format::ClangYaml},
};

// Formats whose output is a document: nothing else may stand beside it.
bool is_document(Format format) {
  return format != Format::Text && format != Format::Concise && format != Format::Github;
}

std::string read_format(const std::string& text, std::vector<Output>& outputs) {
  const std::size_t equals = text.find('=');
  const std::string name = text.substr(0, equals);
  Output output;
  if (equals != std::string::npos) output.file = text.substr(equals + 1);
  const auto format = std::ranges::find_if(kFormats, [&](const auto& known) { return name == known.first; });
  if (format == std::end(kFormats)) {
    std::vector<std::string> names;
    std::string all;
    for (const auto& [known, value] : kFormats) {
      names.emplace_back(known);
      all += (all.empty() ? "" : ", ") + names.back();
    }
    return "unknown format '" + name + "'" + hint(name, names) + "; it is one of " + all;
  }
  output.format = format->second;
  if (equals != std::string::npos && output.file.empty())
    return "--format " + name + "= needs the name of a file";
  outputs.push_back(std::move(output));
  return {};
}

std::string read_rule(const std::string& text, std::vector<RuleSetting>& rules) {
  const std::size_t equals = text.find('=');
  const std::string word = equals == std::string::npos ? "" : text.substr(equals + 1);
  RuleSetting setting{.prefix = text.substr(0, equals), .applicability = parse_applicability(word)};
  if (setting.prefix.empty() || (!setting.applicability && word != "off"))
    return "'" + text + "' is no rule with what it is taken for" +
           hint(word, {"safe", "unsafe", "manual", "off"}) +
           "; write for instance TIME-03=safe; the words are safe, unsafe, manual and off";
  rules.push_back(std::move(setting));
  return {};
}

// Reads FILE:LINE[:COLUMN]; a file's name may hold colons.
std::optional<Place> parse_place(const std::string& text) {
  Place place;
  llvm::StringRef file(text);
  const auto take_number = [&](unsigned& number) {
    const auto [before, digits] = file.rsplit(':');
    if (digits.empty() || before.empty() || digits.getAsInteger(10, number) || number == 0) return false;
    file = before;
    return true;
  };
  unsigned last = 0;
  if (!take_number(last)) return std::nullopt;
  place.line = last;
  if (unsigned line = 0; take_number(line)) place.line = line, place.column = last;
  place.file = file.str();
  return place;
}

std::string not_empty(const std::string& name) { return name.empty() ? "the name of a file is missing" : ""; }

// Whether all outputs can be told apart.
std::string check_outputs(const RunOptions& options) {
  std::set<std::string> files;
  unsigned documents = 0;
  unsigned others = 0;
  for (const Output& output : options.outputs) {
    if (!output.file.empty()) {
      if (!files.insert(output.file).second)
        return "two outputs go to " + output.file + "; give each a file of its own";
    } else {
      ++(is_document(output.format) ? documents : others);
    }
  }
  if (files.contains(options.output_file))
    return "two outputs go to " + options.output_file + "; give each a file of its own";
  if (documents > 1 || (documents == 1 && others > 0))
    return "two outputs go to one place, and one is a document of its own; give it a file, as in --format "
           "sarif=FILE";
  return {};
}

std::string check_glob(const std::string& glob) {
  llvm::Expected<llvm::GlobPattern> pattern = llvm::GlobPattern::create(glob);
  return pattern ? "" : "'" + glob + "' is no glob: " + llvm::toString(pattern.takeError());
}

void add_color_option(CLI::App& command, std::string& color) {
  command.add_option("--color", color, "auto, always or never")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
}

// Which files are looked at.
void add_paths(CLI::App& command, DiscoverOptions& discover, std::vector<std::string>& files_from) {
  command.add_option("PATH", discover.paths,
                     "files and directories to look at; the whole project without one");
  command
      .add_option("--files-from", files_from,
                  "look at the files that FILE lists, one a line; - is standard input")
      ->type_name("FILE")
      ->allow_extra_args(false);
  command.footer("PATH... -- FLAGS compiles the paths with these flags, without a compile database.\n\n" +
                 std::string(kFooter));
}

void add_since_option(CLI::App& command, DiscoverOptions& discover) {
  command.add_option("--since", discover.since, "only findings on lines changed since this git revision")
      ->type_name("REV");
}

void add_rule_options(CLI::App& command, RunOptions& options) {
  command.add_option("--select", options.select, "only these rules, by identifier or prefix")
      ->type_name("ID,...")
      ->delimiter(',')
      ->allow_extra_args(false);
  command.add_option("--ignore", options.ignore, "all but these rules")
      ->type_name("ID,...")
      ->delimiter(',')
      ->allow_extra_args(false);
}

void add_extra_arg_option(CLI::App& command, DiscoverOptions& discover) {
  command.add_option("--extra-arg", discover.extra_args, "add this to every compile command")
      ->type_name("ARG")
      ->allow_extra_args(false);
}

void add_threads_option(CLI::App& command, RunOptions& options) {
  command
      .add_option("-j", options.threads, "how many translation units at a time; default: one per processor")
      ->type_name("N")
      ->check(CLI::Range(1U, 4096U));
}

void add_pack_option(CLI::App& command, RunOptions& options) {
  command
      .add_option("--pack", options.pack_names,
                  "the rules: a built-in pack (" + llvm::join(built_in_packs(), ", ") +
                      ") or a YAML file; repeatable; default: ferry-0.2")
      ->type_name("PACK")
      ->allow_extra_args(false);
}

// How files are compiled, and for which rules they are looked at.
void add_choices(CLI::App& command, RunOptions& options) {
  DiscoverOptions& discover = options.discover;
  command
      .add_option(
          "-p", discover.builds,
          "directory of compile_commands.json; repeatable, one for each configuration; default: build*/ "
          "and above")
      ->type_name("DIR")
      ->allow_extra_args(false);
  command.add_option("--root", discover.root, "nothing outside is reported or edited; default: the git root")
      ->type_name("DIR");
  command.add_option("--exclude", discover.excludes, "leave out files, by their path below the root")
      ->type_name("GLOB")
      ->check(check_glob)
      ->allow_extra_args(false);
  add_rule_options(command, options);
  add_pack_option(command, options);
  command
      .add_option_function<std::vector<std::string>>(
          "--rule",
          [&options](const std::vector<std::string>& settings) {
            options.rules.clear();
            for (const std::string& setting : settings)
              if (const std::string error = read_rule(setting, options.rules); !error.empty())
                throw CLI::ValidationError("--rule", error);
          },
          "what the edits of a rule are taken for: safe, unsafe, manual, or off")
      ->type_name("ID=WHAT")
      ->allow_extra_args(false);
  add_extra_arg_option(command, discover);
  command
      .add_option("--analysis-extra-arg", discover.analysis_args,
                  "add this where files are analysed, and not where the result is compiled")
      ->type_name("ARG")
      ->allow_extra_args(false);
  command
      .add_option("--verify-extra-arg", discover.verify_args,
                  "add this where the result is compiled, and not where files are analysed")
      ->type_name("ARG")
      ->allow_extra_args(false);
}

void add_baseline_option(CLI::App& command, RunOptions& options) {
  command.add_option("--baseline", options.baseline, "accept the findings that this file lists")
      ->type_name("FILE")
      ->check(not_empty);
}

// What is printed, and where.
void add_report_options(CLI::App& command, RunOptions& options) {
  command
      .add_option_function<std::vector<std::string>>(
          "--format",
          [&options](const std::vector<std::string>& formats) {
            for (const std::string& format : formats)
              if (const std::string error = read_format(format, options.outputs); !error.empty())
                throw CLI::ValidationError("--format", error);
          },
          "text, concise, json, sarif, github, gitlab, junit or clang-yaml; repeatable, each may have a file")
      ->type_name("FORMAT[=FILE]")
      ->allow_extra_args(false);
  command.add_option("-o", options.output_file, "write there instead of to standard output")
      ->type_name("FILE");
  command.add_flag("--statistics", options.statistics, "count by rule and directory instead of listing");
  command.add_flag("--show-suppressed", options.show_suppressed, "also list what comments suppress");
  add_baseline_option(command, options);
}

// How it is looked at.
void add_run_options(CLI::App& command, RunOptions& options) {
  add_threads_option(command, options);
  command
      .add_option("--cache", options.cache,
                  "what earlier runs found out; default: in the user's cache directory")
      ->type_name("DIR");
  command.add_flag("!--no-cache", options.use_cache, "ask and fill no cache");
  command.add_flag("!--no-shortcuts", options.shortcuts,
                   "parse every translation unit whole and by itself: slower, same findings");
  command.add_option("--progress", options.progress, "auto, always or never; to standard error")
      ->type_name("WHEN")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  command
      .add_option("--today", options.today, "the date that `until=` is compared with; default: that of UTC")
      ->type_name("YYYY-MM-DD")
      ->check([](const std::string& date) {
        return is_date(date) ? "" : "'" + date + "' is no date, YYYY-MM-DD";
      });
  add_color_option(command, options.color);
  command.add_option("--config", options.config_file, "read this instead of the nearest .ferry.yaml")
      ->type_name("FILE")
      ->check(CLI::ExistingFile);
  command.add_flag("--no-config", options.no_config, "read no .ferry.yaml");
  command.add_flag("--print-config", options.print_config,
                   "say what is in effect, and where from; do no more");
}

void add_fix_options(CLI::App& command, RunOptions& options) {
  command.add_flag("--unsafe", options.unsafe, "also make edits that may change behaviour");
  command.add_flag("--diff", options.diff, "print a patch, write nothing");
  CLI::Option* add_nolint = command
                                .add_option("--add-nolint", options.add_nolint,
                                            "rewrite nothing: suppress what is found, with this reason")
                                ->type_name("REASON")
                                ->check(fault_of_reason);
  command.add_flag("!--no-verify", options.verify, "do not compile the result before it is written");
  command.add_flag("--allow-dirty", options.allow_dirty,
                   "also write files with changes that git does not have");
  CLI::Option* interactive =
      command.add_flag("--interactive", options.interactive, "ask about each place, with its diff")
          ->excludes(add_nolint);
  command
      .add_flag("--ask-again", options.ask_again, "forget what was answered in a session that was broken off")
      ->needs(interactive);
  command.add_flag("--per-rule-commits", options.per_rule_commits, "commit each rule's edits by themselves")
      ->excludes(interactive)
      ->excludes(add_nolint)
      ->excludes("--diff");
}

// What CLI11 says, and the nearest name where one was mistyped.
std::string explain(const CLI::ParseError& error, const CLI::App& app,
                    const std::vector<std::string>& arguments) {
  const CLI::App* command = &app;
  for (const CLI::App* chosen : app.get_subcommands()) command = chosen;
  std::vector<std::string> options;
  for (const CLI::Option* option : command->get_options())
    for (const std::string& name : option->get_lnames()) options.push_back("--" + name);
  std::vector<std::string> commands;
  for (const CLI::App* subcommand : app.get_subcommands([](const CLI::App*) { return true; }))
    commands.push_back(subcommand->get_name());

  if (command == &app) {
    const auto word =
        std::ranges::find_if(arguments, [](const auto& argument) { return !argument.starts_with('-'); });
    if (word != arguments.end())
      return "unknown command '" + *word + "'" + hint(*word, commands) + "; see ferry --help";
  }
  for (const std::string& argument : arguments) {
    const std::string name = argument.substr(0, argument.find('='));
    if (name.starts_with("--") && std::ranges::find(options, name) == options.end())
      return "unknown option '" + name + "'" + hint(name, options) + "; see ferry " +
             (command == &app ? "" : command->get_name() + " ") + "--help";
  }
  return std::string(error.what()) + "; see ferry --help";
}

}  // namespace

std::optional<Options> parse_command_line(int argc, const char* const* argv, ExitStatus& status) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  Options options;
  options.run.threads = std::max(1U, std::thread::hardware_concurrency());
  llvm::SmallString<256> current;
  llvm::sys::fs::current_path(current);
  options.run.working_directory = std::string(current);
  options.run.discover.working_directory = options.run.working_directory;
  if (const auto dashes = std::ranges::find(arguments, "--"); dashes != arguments.end()) {
    options.run.discover.flags.emplace(dashes + 1, arguments.end());
    arguments.erase(dashes, arguments.end());
  }

  CLI::App app("Finds old call sites of an API and rewrites them.", "ferry");
  app.set_version_flag("--version", "ferry " FERRY_VERSION);
  app.require_subcommand(1);
  app.footer(kFooter);
  CLI::App& check = *app.add_subcommand("check", "report old call sites");
  add_paths(check, options.run.discover, options.run.files_from);
  add_since_option(check, options.run.discover);
  add_choices(check, options.run);
  add_report_options(check, options.run);
  add_run_options(check, options.run);
  CLI::Option* write_baseline =
      check
          .add_option("--write-baseline", options.run.write_baseline,
                      "accept what is found: list it in this file; with --baseline, forget what is fixed")
          ->type_name("FILE")
          ->check(not_empty);
  CLI::Option* shard = check
                           .add_option_function<std::string>(
                               "--shard",
                               [&options](const std::string& text) {
                                 std::string error;
                                 options.run.shard = parse_shard(text, error);
                                 if (!options.run.shard) throw CLI::ValidationError("--shard", error);
                               },
                               "look at the K-th of N parts, and write what `ferry merge` needs to -o FILE")
                           ->type_name("K/N");
  check.add_flag("--watch", options.run.watch, "look again whenever a file has changed, until interrupted")
      ->excludes(write_baseline)
      ->excludes(shard);
  CLI::App& fix = *app.add_subcommand("fix", "rewrite them in place");
  add_paths(fix, options.run.discover, options.run.files_from);
  add_since_option(fix, options.run.discover);
  add_choices(fix, options.run);
  add_report_options(fix, options.run);
  add_run_options(fix, options.run);
  add_fix_options(fix, options.run);
  CLI::App& why = *app.add_subcommand("why", "say why a place was rewritten or was not");
  why.add_option_function<std::string>(
         "FILE:LINE[:COLUMN]",
         [&options](const std::string& text) {
           const auto place = parse_place(text);
           if (!place)
             throw CLI::ValidationError("why",
                                        "'" + text + "' is no place; write FILE:LINE or FILE:LINE:COLUMN");
           options.place = *place;
           options.run.discover.place = place->file;
         },
         "the place, as reports name it")
      ->required();
  add_choices(why, options.run);
  add_run_options(why, options.run);
  add_baseline_option(why, options.run);
  why.add_flag("--unsafe", options.run.unsafe, "as `ferry fix --unsafe` would decide");
  why.add_flag("!--no-verify", options.run.verify, "do not compile what would result");
  why.footer("FILE:LINE -- FLAGS compiles the file with these flags, without a compile database.");
  CLI::App& lsp =
      *app.add_subcommand("lsp", "serve an editor: a language server on standard input and output");
  add_choices(lsp, options.run);
  add_run_options(lsp, options.run);
  add_baseline_option(lsp, options.run);
  lsp.footer("lsp -- FLAGS compiles every file with these flags, without a compile database.");
  CLI::App& status_command = *app.add_subcommand("status", "count what is left, now and over the history");
  add_paths(status_command, options.run.discover, options.run.files_from);
  add_choices(status_command, options.run);
  add_run_options(status_command, options.run);
  status_command.add_option("--format", options.run.status_format, "table, json or html")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"table", "json", "html"}));
  status_command.add_option("-o", options.run.output_file, "write there instead of to standard output")
      ->type_name("FILE");
  CLI::Option* history =
      status_command
          .add_option("--history", options.run.history, "also count at up to N commits, evenly spread")
          ->type_name("N")
          ->check(CLI::Range(1U, 1000U));
  status_command
      .add_option("--from", options.run.from, "where --history begins; default: with the first commit")
      ->type_name("REV")
      ->needs(history);
  CLI::App& undo = *app.add_subcommand("undo", "take the last run of fix back");
  undo.add_option("--root", options.undo.directory,
                  "a directory in the tree that is meant; default: the working one")
      ->type_name("DIR")
      ->check(CLI::ExistingDirectory);
  undo.add_flag("--diff", options.undo.diff, "print a patch, write nothing");
  add_color_option(undo, options.undo.color);
  CLI::App& merge = *app.add_subcommand("merge", "join what all shards of a check have found");
  merge.add_option("REPORT", options.reports, "what `ferry check --shard` has written, of every shard")
      ->required()
      ->check(CLI::ExistingFile);
  merge.add_flag("--fix", options.fix, "rewrite what has been found, as `ferry fix` does");
  add_report_options(merge, options.run);
  add_run_options(merge, options.run);
  add_fix_options(merge, options.run);
  for (const char* name :
       {"--unsafe", "--diff", "--add-nolint", "--allow-dirty", "--interactive", "--per-rule-commits"})
    merge.get_option(name)->needs("--fix");
  merge.footer(kFooter);
  CLI::App& rules = *app.add_subcommand("rules", "list the rules");
  add_pack_option(rules, options.run);
  rules
      .add_option("--write-pages", options.pages,
                  "write a page of Markdown for each rule, and a list of them, into DIR")
      ->type_name("DIR");
  CLI::App& test = *app.add_subcommand("test", "run the examples of packs");
  test.add_option("PACK", options.run.pack_names, "a built-in pack, or a YAML file")->required();
  add_rule_options(test, options.run);
  add_extra_arg_option(test, options.run.discover);
  add_threads_option(test, options.run);
  add_color_option(test, options.run.color);
  CLI::App& init = *app.add_subcommand("init", "write a .ferry.yaml with every setting explained");
  init.add_option("DIR", options.directory, "where to; default: the working directory")
      ->check(CLI::ExistingDirectory);
  init.add_flag("--schema", options.schema,
                "print the JSON schema of such files, for editors; write nothing");
  CLI::App& explain_command = *app.add_subcommand("explain", "say what a rule does and why");
  explain_command.add_option("RULE", options.rule, "its identifier")->required();
  add_pack_option(explain_command, options.run);

  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(reversed);
  } catch (const CLI::Success& asked) {
    app.exit(asked);  // --help, --version
    status = ExitStatus::Done;
    return std::nullopt;
  } catch (const CLI::ParseError& error) {
    print_usage_error(explain(error, app, arguments));
    status = ExitStatus::BadUsage;
    return std::nullopt;
  }
  options.run.line = options.undo.line = "ferry " + llvm::join(argv + 1, argv + argc, " ");
  if (options.undo.directory.empty()) options.undo.directory = std::string(current);
  CLI::App& command = *app.get_subcommands().front();
  options.command = command.get_name();
  // The server reads the configuration of each file.
  if (options.command == "lsp" && !options.run.print_config) {
    options.arguments.assign(argv + 2, argv + argc);
    return options;
  }
  if (!apply_config(command, options.run)) {
    status = ExitStatus::BadUsage;
    return std::nullopt;
  }
  if (!load_packs(options.run)) {
    status = ExitStatus::BadUsage;
    return std::nullopt;
  }
  Problem error;
  for (const std::string& list : options.run.files_from) {
    const auto names = read_list(list, options.run.discover.working_directory, error);
    if (!names) {
      print_error(error);
      status = ExitStatus::BadUsage;
      return std::nullopt;
    }
    std::vector<std::string>& listed =
        options.run.discover.listed ? *options.run.discover.listed : options.run.discover.listed.emplace();
    listed.insert(listed.end(), names->begin(), names->end());
  }
  if (options.run.print_config) {
    print_config(llvm::outs(), command, options.run);
    status = ExitStatus::Done;
    return std::nullopt;
  }
  if (options.run.outputs.empty()) options.run.outputs.push_back({});
  if (const std::string error = check_outputs(options.run); !error.empty()) {
    print_usage_error(error);
    status = ExitStatus::BadUsage;
    return std::nullopt;
  }
  return options;
}

bool load_packs(RunOptions& options) {
  Problem error;
  auto packs = load_packs(options.pack_names, options.working_directory, error);
  const std::optional<Problem> fault = packs ? fault_of_matchers(*packs) : error;
  if (fault) {
    print_error(*fault);
    return false;
  }
  const auto add = [](std::vector<std::string>& all, const std::vector<std::string>& more) {
    if (std::ranges::search(all, more).empty()) all.insert(all.end(), more.begin(), more.end());
  };
  for (const Pack& pack : packs->packs) {
    add(options.discover.analysis_args, pack.analysis_arguments);
    add(options.discover.verify_args, pack.verify_arguments);
  }
  options.packs = std::make_shared<const Packs>(*std::move(packs));
  return true;
}

Rules rules_of(const RunOptions& options) {
  return options.packs ? options.packs->rules() : load_built_in_packs().rules();
}

const RuleSetting* setting_of(const RunOptions& options, std::string_view rule) {
  const auto last =
      std::ranges::find_if(options.rules.rbegin(), options.rules.rend(),
                           [rule](const RuleSetting& setting) { return rule.starts_with(setting.prefix); });
  return last == options.rules.rend() ? nullptr : &*last;
}

bool is_selected(const RunOptions& options, std::string_view rule) {
  const RuleSetting* setting = setting_of(options, rule);
  if (setting != nullptr && !setting->applicability) return false;
  const auto names = [rule](const std::string& prefix) { return rule.starts_with(prefix); };
  return (options.select.empty() || std::ranges::any_of(options.select, names)) &&
         std::ranges::none_of(options.ignore, names);
}

Applicability applicability_of(const RunOptions& options, std::string_view rule, Applicability found) {
  const RuleSetting* setting = setting_of(options, rule);
  if (setting == nullptr || !setting->applicability || found == Applicability::Manual) return found;
  return *setting->applicability;
}

}  // namespace ferry::rewriter
