#include <cstdint>

#include <llvm/Support/JSON.h>

#include "report/status.hpp"

namespace ferry::rewriter {
namespace {

using llvm::json::OStream;

// JSON holds text; a file's name may hold anything.
llvm::json::Value text(std::string_view bytes) { return llvm::json::fixUTF8(llvm::StringRef(bytes)); }

std::int64_t number(std::size_t count) { return static_cast<std::int64_t>(count); }

void print_tally(OStream& json, const Tally& tally) {
  json.attribute("safe", number(tally.safe));
  json.attribute("unsafe", number(tally.unsafe));
  json.attribute("manual", number(tally.manual));
  json.attribute("total", number(tally.total()));
}

void print_list(OStream& json, llvm::StringRef list, llvm::StringRef name,
                const std::map<std::string, Tally>& tallies) {
  json.attributeArray(list, [&] {
    for (const auto& [key, tally] : tallies)
      json.object([&, &counts = tally, &what = key] {
        json.attribute(name, text(what));
        print_tally(json, counts);
      });
  });
}

}  // namespace

void print_status_json(llvm::raw_ostream& out, const MigrationStatus& status) {
  OStream json(out, /*IndentSize=*/2);
  json.object([&] {
    json.attribute("version", 1);
    json.attributeObject("summary", [&] {
      print_tally(json, total(status));
      json.attribute("files", number(status.files.size()));
      json.attribute("errors", number(status.errors));
    });
    print_list(json, "rules", "rule", status.rules);
    print_list(json, "directories", "directory", by_directory(status));
    print_list(json, "files", "file", status.files);
    json.attributeArray("history", [&] {
      for (const Measure& measure : status.history)
        json.object([&] {
          json.attribute("commit", text(measure.commit));
          json.attribute("time", measure.time);
          if (measure.mentions) json.attribute("mentions", number(*measure.mentions));
          if (measure.findings)
            json.attributeObject("findings", [&] { print_tally(json, *measure.findings); });
        });
    });
    json.attributeArray("not_counted", [&] {
      for (const std::string& name : status.not_counted) json.value(text(name));
    });
  });
  out << '\n';
}

}  // namespace ferry::rewriter
