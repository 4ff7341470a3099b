#include "cli/config.hpp"

#include <algorithm>
#include <utility>

#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/MemoryBuffer.h>

#include "cli/words.hpp"
#include "discover/config.hpp"
#include "discover/paths.hpp"
#include "support/yaml.hpp"

namespace ferry::rewriter {
namespace {

// Whether the file's values hold besides those of the command line.
bool is_joined(const ConfigKey& key) {
  return key.name == "exclude" || key.name == "extra-args" || key.name == "rules";
}

template <class App>
auto* option_of(App& command, const ConfigKey& key) {
  return command.get_option_no_throw((key.option.size() == 1 ? "-" : "--") + std::string(key.option));
}

std::string place_of(const Config& config, const Setting::Value& value) {
  return config.path + ":" + std::to_string(value.line) + ":" + std::to_string(value.column);
}

bool apply_setting(CLI::App& command, const Config& config, const Setting& setting, RunOptions& options) {
  CLI::Option* option = option_of(command, *setting.key);
  if (option == nullptr || setting.values.empty()) return true;  // another command's
  const bool is_of_findings = setting.key->name == "format" || setting.key->name == "output";
  if (is_of_findings && command.get_name() == "status") return true;  // which prints counts
  std::vector<std::string> given = option->results();
  if (!given.empty() && !is_joined(*setting.key)) return true;
  try {
    option->clear();
    for (const Setting::Value& value : setting.values) option->add_result(value.text);
    for (std::string& value : given) option->add_result(std::move(value));
    option->run_callback();
  } catch (const CLI::ParseError& error) {
    const std::string said = error.what();
    const auto culprit = std::ranges::find_if(
        setting.values, [&](const auto& value) { return said.find("'" + value.text + "'") != said.npos; });
    const Setting::Value& value = culprit == setting.values.end() ? setting.values.front() : *culprit;
    llvm::StringRef message(said);
    message.consume_front(option->get_name() + ": ");
    print_usage_error(place_of(config, value) + ": `" + std::string(setting.key->name) +
                      "`: " + message.str());
    return false;
  }
  options.origins[std::string(setting.key->option)] =
      place_of(config, setting.values.front()) + (given.empty() ? "" : " and the command line");
  return true;
}

std::string value_of(const ConfigKey& key, const std::vector<std::string>& values) {
  std::vector<std::string> scalars;
  for (const std::string& value : values) {
    const auto [rule, applicability] = llvm::StringRef(value).split('=');
    scalars.push_back(key.type == ConfigKey::Type::Rules ? yaml::scalar(rule) + ": " + applicability.str()
                                                         : yaml::scalar(value));
  }
  const std::string joined = llvm::join(scalars, ", ");
  if (key.type == ConfigKey::Type::Rules) return "{" + joined + "}";
  return key.is_list ? "[" + joined + "]" : joined;
}

}  // namespace

bool apply_config(CLI::App& command, RunOptions& options) {
  if (command.get_option_no_throw("--config") == nullptr || options.no_config) return true;
  const std::string path = options.config_file.empty()
                               ? find_config(start_directory(options.discover))
                               : absolute_path(options.config_file, options.discover.working_directory);
  if (path.empty()) return true;
  const auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer) {
    print_usage_error(path + ": the configuration cannot be read: " + buffer.getError().message() +
                      "; name another with --config, or none with --no-config");
    return false;
  }
  Problem error;
  const auto config = read_config(path, std::string_view((*buffer)->getBuffer()), error);
  if (!config) {
    print_error(error);
    return false;
  }
  options.config_file = path;
  return std::ranges::all_of(config->settings, [&](const Setting& setting) {
    return apply_setting(command, *config, setting, options);
  });
}

void print_config(llvm::raw_ostream& out, const CLI::App& command, const RunOptions& options) {
  Problem error;
  const auto found = discover(options.discover, error);
  out << "# "
      << (options.config_file.empty() ? "There is no .ferry.yaml here or above."
                                      : "With " + options.config_file + ".")
      << '\n';
  for (const ConfigKey& key : config_keys()) {
    const CLI::Option* option = option_of(command, key);
    if (option == nullptr) continue;
    std::vector<std::string> values = option->results();
    const auto set = options.origins.find(std::string(key.option));
    std::string origin = set != options.origins.end() ? set->second
                         : values.empty()             ? "default"
                                                      : "command line";
    if (found && values.empty() && key.name == "build") values = found->databases, origin = "found";
    if (found && values.empty() && key.name == "root") values = {found->scope.root}, origin = "found";
    if (values.empty() && key.name == "jobs") values = {std::to_string(options.threads)};
    if (values.empty() && key.fallback.empty())
      out << "# " << key.name << " is not set\n";
    else
      out << key.name << ": " << (values.empty() ? std::string(key.fallback) : value_of(key, values))
          << "  # " << origin << '\n';
  }
  if (!found) out << "# error: " << describe(error) << '\n';
}

}  // namespace ferry::rewriter
