#include "packs/read_pack.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <llvm/ADT/SmallString.h>
#include <llvm/ADT/StringExtras.h>
#include <llvm/Support/GlobPattern.h>
#include <llvm/Support/Path.h>

#include "packs/card_text.hpp"
#include "packs/fields.hpp"
#include "support/hint.hpp"

namespace ferry::rewriter {
namespace {

using Kind = yaml::Node::Kind;
using Variables = FieldReader::Variables;

const std::vector<std::string_view> kHeadKeys = {
    "pack",  "title", "headers",      "umbrella-headers", "names",      "prelude",
    "parts", "rules", "example-args", "analysis-args",    "verify-args"};
const std::vector<std::string_view> kPartKeys = {"prelude", "rules"};
const std::vector<std::string_view> kExampleKeys = {"before", "after", "unchanged", "prelude"};

// What says what becomes of something old, at a rule, at one of its changes and at an alternative.
constexpr std::array<std::string_view, 6> kOutcomeKeys = {"new",           "inline",  "native",
                                                          "applicability", "message", "add-include"};

// What says what is old.
constexpr std::array<std::pair<std::string_view, PackChange::Of>, 6> kOldKeys = {{
    {"old", PackChange::Of::Declaration},
    {"namespace", PackChange::Of::Namespace},
    {"header", PackChange::Of::Header},
    {"macro", PackChange::Of::Macro},
    {"override", PackChange::Of::Override},
    {"match", PackChange::Of::Match},
}};

std::vector<std::string_view> keys_of_change() {
  std::vector<std::string_view> keys(kOutcomeKeys.begin(), kOutcomeKeys.end());
  for (const auto& [key, of] : kOldKeys) keys.push_back(key);
  keys.insert(keys.end(), {"if", "when"});
  return keys;
}

std::vector<std::string_view> keys_of_rule() {
  std::vector<std::string_view> keys = {"id", "title", "why", "changes", "examples", "prelude"};
  for (const std::string_view key : keys_of_change()) keys.push_back(key);
  return keys;
}

std::vector<std::string_view> keys_of_alternative() {
  std::vector<std::string_view> keys(kOutcomeKeys.begin(), kOutcomeKeys.end());
  keys.push_back("if");
  return keys;
}

bool is_id(std::string_view id) {
  return !id.empty() &&
         std::ranges::all_of(id, [](char c) { return llvm::isAlnum(c) || c == '-' || c == '_'; });
}

// A file of the pack.
struct Source {
  FieldReader reader;
  yaml::Node root;
};

class Reader {
 public:
  Reader(const std::string& path, const ReadPart& read_part, Problem& error)
      : path_(path), read_part_(read_part), error_(error) {}

  std::optional<Pack> read(std::string_view text) {
    auto head = parse(path_, text);
    if (!head) return std::nullopt;
    if (!read_head(*head)) return std::nullopt;
    std::vector<Source> parts;
    for (const yaml::Node& node : part_names_) {
      const std::string name = head->reader.text(node, "parts");
      llvm::SmallString<256> file(llvm::sys::path::parent_path(path_));
      llvm::sys::path::append(file, name);
      const auto part = read_part_(std::string(file));
      if (!part) {
        head->reader.fail(node, "there is no file `" + std::string(file) + "` to read rules from");
        return failed(head->reader);
      }
      auto source = parse(std::string(file), *part);
      if (!source) return std::nullopt;
      Fields(source->reader, source->root, "a part of a pack", kPartKeys);
      if (source->reader.has_failed()) return failed(source->reader);
      parts.push_back(*std::move(source));
    }
    if (!read_rules(*head)) return std::nullopt;
    for (Source& part : parts)
      if (!read_rules(part)) return std::nullopt;
    return std::move(pack_);
  }

 private:
  std::nullopt_t failed(const FieldReader& reader) {
    error_ = reader.error();
    return std::nullopt;
  }

  std::optional<Source> parse(const std::string& file, std::string_view text) {
    yaml::Error error;
    auto root = yaml::parse(text, error);
    if (root) return Source{.reader = FieldReader(file), .root = *std::move(root)};
    error_ = {.file = file, .line = error.line, .column = error.column, .message = error.message};
    return std::nullopt;
  }

  // ---- the head

  bool read_head(Source& head) {
    FieldReader& reader = head.reader;
    const Fields fields(reader, head.root, "a pack", kHeadKeys);
    if (reader.has_failed()) return failed(reader), false;
    const std::string directory = llvm::sys::path::parent_path(path_).str();
    read_names(fields, reader, directory);
    if (reader.has_failed()) return failed(reader), false;
    if (const yaml::Node* parts = fields.find("parts")) {
      if (parts->kind == Kind::Sequence)
        part_names_ = parts->items;
      else
        reader.fail(*parts, "`parts` takes a list of files, but " + yaml::describe(*parts));
    }
    reader.variables = variants_.front();
    pack_.name = fields.required("pack");
    pack_.title = fields.text("title");
    for (const Variables& variant : variants_) {
      reader.variables = variant;
      add(pack_.headers, fields.texts("headers"));
      umbrellas_.push_back(fields.texts("umbrella-headers"));
      add(pack_.example_arguments, fields.texts("example-args"));
      add(pack_.analysis_arguments, fields.texts("analysis-args"));
      add(pack_.verify_arguments, fields.texts("verify-args"));
    }
    for (const std::string& glob : pack_.headers)
      if (auto pattern = llvm::GlobPattern::create(glob); !pattern)
        reader.fail(*fields.find("headers"),
                    "'" + glob + "' is no glob: " + llvm::toString(pattern.takeError()));
    shared_prelude_ = fields.find("prelude");
    if (reader.has_failed()) return failed(reader), false;
    return true;
  }

  static void add(std::vector<std::string>& all, std::vector<std::string> more) {
    for (std::string& item : more)
      if (std::ranges::find(all, item) == all.end()) all.push_back(std::move(item));
  }

  // `names` is one mapping, or a list of those that hold one besides the other.
  void read_names(const Fields& fields, FieldReader& reader, const std::string& directory) {
    const yaml::Node* names = fields.find("names");
    const auto read = [&](const yaml::Node& node) {
      if (node.kind != Kind::Mapping)
        return reader.fail(node,
                           "`names` takes a mapping, as in `{lib: boost::lib}`, or a list of them, but " +
                               yaml::describe(node));
      Variables variant{{"pack-dir", directory}};
      for (std::size_t i = 0; i < node.keys.size(); ++i)
        variant[node.keys[i].text] = reader.text(node.items[i], node.keys[i].text);
      if (!variants_.empty())
        for (const auto& [name, value] : variants_.front())
          if (!variant.contains(name))
            return reader.fail(node, "`" + name + "` is missing, which the first of `names` has");
      variants_.push_back(std::move(variant));
    };
    if (names == nullptr)
      variants_.push_back({{"pack-dir", directory}});
    else if (names->kind == Kind::Sequence && !names->items.empty())
      for (const yaml::Node& node : names->items) read(node);
    else
      read(*names);
  }

  // ---- the rules

  bool read_rules(Source& source) {
    FieldReader& reader = source.reader;
    const yaml::Node* rules = yaml::find(source.root, "rules");
    if (rules == nullptr) return true;
    const yaml::Node* own = yaml::find(source.root, "prelude");
    prelude_ = own != nullptr ? own : shared_prelude_;
    if (rules->kind != Kind::Sequence)
      reader.fail(*rules,
                  "`rules` takes a list of rules, as in `- id: LIB-01`, but " + yaml::describe(*rules));
    for (const yaml::Node& rule : rules->items) {
      if (reader.has_failed()) break;
      read_rule(reader, rule);
    }
    if (reader.has_failed()) return failed(reader), false;
    return true;
  }

  void read_rule(FieldReader& reader, const yaml::Node& node) {
    CardText text;
    Card card{.rule = {.pack = pack_.name}};
    for (std::size_t variant = 0; variant < variants_.size(); ++variant) {
      reader.variables = variants_[variant];
      const Fields fields(reader, node, "a rule", keys_of_rule());
      if (reader.has_failed()) return;
      variant_ = variant;
      if (variant == 0) read_card(reader, fields, card, text);
      if (reader.has_failed()) return;
      read_changes(reader, fields, card.rule);
      read_examples(reader, fields, card, variant == 0 ? &text : nullptr);
      if (reader.has_failed()) return;
    }
    card.rule.card = text.take();
    pack_.cards.push_back(std::move(card));
  }

  void read_card(FieldReader& reader, const Fields& fields, Card& card, CardText& text) {
    card.rule.id = fields.required("id");
    card.rule.title = fields.required("title");
    card.rule.applicability = read_applicability(reader, fields, Applicability::Manual);
    if (!fields.has("applicability"))
      reader.fail(fields.node(), "a rule needs `applicability`: safe, unsafe or manual");
    if (!card.rule.id.empty() && !is_id(card.rule.id))
      reader.fail(*fields.find("id"),
                  "'" + card.rule.id + "' is no identifier of a rule: use letters, digits and `-`");
    if (!ids_.insert(card.rule.id).second)
      reader.fail(*fields.find("id"), "there is another rule '" + card.rule.id + "'; each needs its own");
    text.add_heading(card.rule);
    text.add_text(fields.text("why"));
  }

  static Applicability read_applicability(FieldReader& reader, const Fields& fields,
                                          Applicability otherwise) {
    if (!fields.has("applicability")) return otherwise;
    const std::string word = fields.text("applicability");
    if (const auto value = parse_applicability(word)) return *value;
    reader.fail(*fields.find("applicability"), "'" + word + "' is no applicability" +
                                                   hint(word, {"safe", "unsafe", "manual"}) +
                                                   "; it is safe, unsafe or manual");
    return otherwise;
  }

  void read_changes(FieldReader& reader, const Fields& fields, const Rule& rule) {
    Annotation base{.id = rule.id,
                    .applicability = rule.applicability,
                    .umbrellas = umbrellas_[variant_],
                    .is_of_pack = true};
    const yaml::Node* changes = fields.find("changes");
    if (changes == nullptr) return read_change(reader, fields, rule, std::move(base));
    if (changes->kind != Kind::Sequence)
      return reader.fail(
          *changes, "`changes` takes a list, as in `- {old: a, new: b}`, but " + yaml::describe(*changes));
    read_outcome(reader, fields, base);
    for (const auto& [key, of] : kOldKeys)
      if (fields.has(key))
        return reader.fail(*fields.find(key),
                           "a rule with `changes` has its `" + std::string(key) + "` in there");
    for (const yaml::Node& node : changes->items) {
      const Fields change(reader, node, "a change", keys_of_change());
      if (reader.has_failed()) return;
      read_change(reader, change, rule, base);
    }
  }

  // One or more old things, with one outcome.
  void read_change(FieldReader& reader, const Fields& fields, const Rule& rule, Annotation base) {
    const yaml::Node* old = nullptr;
    PackChange change;
    std::string names;
    for (const auto& [key, of] : kOldKeys) {
      names += (names.empty() ? "`" : ", `") + std::string(key) + "`";
      const yaml::Node* found = fields.find(key);
      if (found == nullptr) continue;
      if (old != nullptr)
        return reader.fail(*found, "a change is about one kind of thing; keep one of " + names);
      old = found;
      change.of = of;
    }
    if (old == nullptr && fields.flag("native")) return;  // its code knows
    if (old == nullptr) return reader.fail(fields.node(), "a rule says what is old by one of " + names);
    const std::vector<std::string> olds = reader.texts(*old, "old");
    if (reader.has_failed()) return;
    change.file = reader.file();
    change.line = old->line;
    change.column = old->column;
    for (const std::string& name : olds) {
      change.name = name;
      const bool is_declared = change.of == PackChange::Of::Declaration ||
                               change.of == PackChange::Of::Namespace ||
                               change.of == PackChange::Of::Override;
      if (is_declared) {
        std::string error;
        auto designation = parse_designation(name, error);
        if (!designation) return reader.fail(*old, std::move(error));
        change.designation = *std::move(designation);
      } else if (llvm::StringRef(name).trim().empty()) {
        return reader.fail(*old, "a name is expected, and this is empty");
      }
      change.annotation = base;
      for (const Designation::Parameter& parameter : change.designation.parameters)
        change.annotation.parameters.push_back(parameter.name);
      read_alternatives(reader, fields, rule, change);
      if (reader.has_failed()) return;
      pack_.changes.push_back(change);
    }
  }

  void read_alternatives(FieldReader& reader, const Fields& fields, const Rule& rule, PackChange& change) {
    Annotation& first = change.annotation;
    if (change.of == PackChange::Of::Namespace) first.kind = Annotation::Kind::Moved;
    if (change.of == PackChange::Of::Override) first.kind = Annotation::Kind::Override;
    read_outcome(reader, fields, first);
    if (const yaml::Node* condition = fields.find("if")) read_requirements(reader, *condition, first);
    const yaml::Node* when = fields.find("when");
    for (const char* key : {"if", "when"})
      if (change.of == PackChange::Of::Match && fields.has(key))
        return reader.fail(*fields.find(key), "with `match`, conditions stand in the matcher");
    if (when == nullptr) return check_outcome(reader, fields.node(), rule, change, first);
    if (when->kind != Kind::Sequence || when->items.empty())
      return reader.fail(*when, "`when` takes a list of alternatives, as in `- if: {result: unused}`, but " +
                                    yaml::describe(*when));
    std::vector<Annotation> alternatives;
    for (const yaml::Node& node : when->items) {
      const Fields alternative(reader, node, "an alternative", keys_of_alternative());
      if (reader.has_failed()) return;
      Annotation annotation = first;
      read_outcome(reader, alternative, annotation);
      if (const yaml::Node* condition = alternative.find("if"))
        read_requirements(reader, *condition, annotation);
      else if (&node != &when->items.back())
        reader.fail(node, "an alternative without `if` always holds: it comes last");
      check_outcome(reader, node, rule, change, annotation);
      alternatives.push_back(std::move(annotation));
    }
    for (std::size_t i = alternatives.size() - 1; i > 0; --i)
      alternatives[i - 1].otherwise = std::make_shared<const Annotation>(std::move(alternatives[i]));
    first = std::move(alternatives.front());
  }

  void read_outcome(FieldReader& reader, const Fields& fields, Annotation& annotation) {
    if (fields.has("new")) annotation.text = llvm::StringRef(fields.required("new")).trim().str();
    if (fields.flag("inline")) annotation.kind = Annotation::Kind::Inline;
    if (fields.flag("native"))
      annotation.kind = Annotation::Kind::Native;
    else if (fields.has("native") && annotation.kind == Annotation::Kind::Native)
      annotation.kind = Annotation::Kind::Replace;
    annotation.applicability = read_applicability(reader, fields, annotation.applicability);
    if (fields.has("message")) annotation.message = llvm::StringRef(fields.required("message")).trim().str();
    if (fields.has("add-include")) annotation.added = fields.texts("add-include");
  }

  static void check_outcome(FieldReader& reader, const yaml::Node& at, const Rule& rule,
                            const PackChange& change, Annotation& annotation) {
    if (annotation.message.empty() &&
        (annotation.applicability == Applicability::Manual || change.of == PackChange::Of::Match))
      annotation.message = rule.title;
    const bool is_edited = annotation.applicability != Applicability::Manual &&
                           annotation.kind != Annotation::Kind::Inline &&
                           annotation.kind != Annotation::Kind::Native;
    if (is_edited && annotation.text.empty() && change.of != PackChange::Of::Header)
      reader.fail(at, "what is " + std::string(to_string(annotation.applicability)) +
                          " needs `new`, which takes the place of `" + change.name +
                          "`; where a person is to decide, write `applicability: manual`");
  }

  static void read_requirements(FieldReader& reader, const yaml::Node& node, Annotation& annotation) {
    if (node.kind != Kind::Mapping)
      return reader.fail(
          node, "`if` takes a mapping, as in `{result: unused}` or `{$1: int}`, but " + yaml::describe(node));
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const yaml::Node& key = node.keys[i];
      const std::string wanted = reader.text(node.items[i], key.text);
      Requirement requirement{.wanted = wanted};
      if (key.text == "result") {
        requirement.of = Requirement::Of::Result;
        if (wanted != "used" && wanted != "unused")
          reader.fail(node.items[i], "`result` is used or unused, but this is '" + wanted + "'" +
                                         hint(wanted, {"used", "unused"}));
      } else if (key.text == "arguments") {
        requirement.of = Requirement::Of::Arguments;
        if (unsigned count = 0; llvm::StringRef(wanted).getAsInteger(10, count))
          reader.fail(node.items[i], "`arguments` takes a number, but this is '" + wanted + "'");
      } else if (key.text.starts_with('$') && key.text.size() > 1) {
        requirement.name = key.text.substr(1);
        if (wanted.empty()) reader.fail(node.items[i], "`" + key.text + "` takes a type, but this is empty");
      } else {
        reader.fail(
            key, "unknown condition '" + key.text + "'" + hint(key.text, {"result", "arguments", "$this"}) +
                     "; it is `result`, `arguments`, or the name of a value, as `$this`, `$1`, `$name`");
      }
      annotation.requirements.push_back(std::move(requirement));
    }
  }

  // ---- the examples

  void read_examples(FieldReader& reader, const Fields& fields, Card& card, CardText* text) {
    const yaml::Node* examples = fields.find("examples");
    if (examples == nullptr) return;
    if (examples->kind != Kind::Sequence)
      return reader.fail(*examples,
                         "`examples` takes a list, as in `- before: f();`, but " + yaml::describe(*examples));
    const yaml::Node* prelude = fields.find("prelude");
    if (prelude == nullptr) prelude = prelude_;
    for (const yaml::Node& node : examples->items) {
      const Fields example(reader, node, "an example", kExampleKeys);
      if (reader.has_failed()) return;
      const bool is_unchanged = example.has("unchanged");
      if (is_unchanged == example.has("before") || (is_unchanged && example.has("after")) ||
          (!is_unchanged && !example.has("after")))
        return reader.fail(node, "an example is `before` and `after`, or `unchanged`");
      const yaml::Node* own = example.find("prelude");
      if (own == nullptr) own = prelude;
      const yaml::Node& code = *example.find(is_unchanged ? "unchanged" : "before");
      Example made{.prelude = own == nullptr ? "" : with_newline(reader.text(*own, "prelude")),
                   .before = with_newline(reader.text(code, "before")),
                   .after = std::nullopt,
                   .file = reader.file(),
                   .line = code.line,
                   .variant = variant_name()};
      if (!is_unchanged) made.after = with_newline(example.text("after"));
      if (text != nullptr) text->add_before(made.before);
      if (text != nullptr && made.after) text->add_after(*made.after);
      card.examples.push_back(std::move(made));
    }
  }

  static std::string with_newline(std::string code) {
    if (!code.empty() && !code.ends_with('\n')) code += '\n';
    return code;
  }

  // What tells this one of `names` from the others.
  std::string variant_name() const {
    if (variants_.size() < 2) return {};
    for (const auto& [name, value] : variants_[variant_])
      if (name != "pack-dir") return value;
    return {};
  }

  const std::string path_;
  const ReadPart& read_part_;
  Problem& error_;
  Pack pack_;
  std::vector<Variables> variants_;
  std::vector<std::vector<std::string>> umbrellas_;  // by variant
  std::vector<yaml::Node> part_names_;
  const yaml::Node* shared_prelude_ = nullptr;
  const yaml::Node* prelude_ = nullptr;  // of the file that is read
  std::size_t variant_ = 0;
  std::set<std::string> ids_;
};

}  // namespace

std::optional<Pack> read_pack(const std::string& path, std::string_view text, const ReadPart& read_part,
                              Problem& error) {
  return Reader(path, read_part, error).read(text);
}

}  // namespace ferry::rewriter
