#include "discover/config.hpp"

#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

Problem error_in(std::string_view text) {
  Problem error;
  CHECK_FALSE(read_config("/p/.ferry.yaml", text, error));
  CHECK(error.file == "/p/.ferry.yaml");
  return error;
}

std::vector<std::string> values_of(const Config& config, std::string_view key) {
  for (const Setting& setting : config.settings)
    if (setting.key->name == key) {
      std::vector<std::string> values;
      for (const Setting::Value& value : setting.values) values.push_back(value.text);
      return values;
    }
  FAIL("no setting for ", key);
  return {};
}

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

using Words = std::vector<std::string>;

}  // namespace

TEST_SUITE("rewriter.discover.config") {
  TEST_CASE("the nearest file upwards is the one that counts") {
    const test::TempTree tree;
    CHECK(find_config(tree.path("a/b")).empty());
    tree.write(".ferry.yaml", "");
    tree.write("a/b/c.cpp", "");
    CHECK(find_config(tree.path("a/b")) == tree.path(".ferry.yaml"));
    tree.write("a/.ferry.yaml", "");
    CHECK(find_config(tree.path("a/b")) == tree.path("a/.ferry.yaml"));
  }

  TEST_CASE("each key has the words of its option, paths as seen from the file") {
    Problem error;
    const auto config = read_config("/p/.ferry.yaml",
                                    "build: [build/debug, /abs]\nroot: ..\nexclude: third_party\n"
                                    "select:\n  - TIME\n  - SYNC-01\nrules: {TIME-03: safe, SYNC: off}\n"
                                    "unsafe: yes\njobs: 3\nformat: [text, json=out/ferry.json]\n",
                                    error);
    REQUIRE_MESSAGE(config, error.message);
    CHECK(values_of(*config, "build") == Words{"/p/build/debug", "/abs"});
    CHECK(values_of(*config, "root") == Words{"/"});
    CHECK(values_of(*config, "exclude") == Words{"third_party"});
    CHECK(values_of(*config, "select") == Words{"TIME", "SYNC-01"});
    CHECK(values_of(*config, "rules") == Words{"TIME-03=safe", "SYNC=off"});
    CHECK(values_of(*config, "unsafe") == Words{"true"});
    CHECK(values_of(*config, "jobs") == Words{"3"});
    CHECK(values_of(*config, "format") == Words{"text", "json=/p/out/ferry.json"});
    CHECK(config->settings[3].values[1].line == 6);
    CHECK(config->settings[3].values[1].column == 5);
  }

  TEST_CASE("a file without settings says nothing") {
    Problem error;
    CHECK(read_config("/p/.ferry.yaml", "", error)->settings.empty());
    CHECK(read_config("/p/.ferry.yaml", "# later\n", error)->settings.empty());
    CHECK(read_config("/p/.ferry.yaml", "select: []\n", error)->settings.front().values.empty());
  }

  TEST_CASE("a key that is not known is told with its place and the nearest one") {
    const Problem error = error_in("jobs: 2\nselct: [TIME]\n");
    CHECK(error.line == 2);
    CHECK(error.column == 1);
    CHECK(has(error.message, "unknown key 'selct' (did you mean 'select'?); the keys are build, root"));
  }

  TEST_CASE("a value of the wrong kind is told with what is expected and an example") {
    Problem error = error_in("jobs: many\n");
    CHECK(error.line == 1);
    CHECK(error.column == 7);
    CHECK(error.message == "`jobs` takes a number, but this is 'many'; write for instance `jobs: 4`");
    error = error_in("root: [a, b]\n");
    CHECK(has(error.message, "`root` takes a path, but this is a list"));
    error = error_in("exclude:\n  - {a: b}\n");
    CHECK(error.line == 2);
    CHECK(error.column == 5);
    CHECK(has(error.message, "or a list of them, but this is a mapping"));
    CHECK(has(error_in("select:\n").message, "there is none"));
    CHECK(has(error_in("unsafe: perhaps\n").message, "true or false"));
    CHECK(has(error_in("rules: [TIME-03]\n").message,
              "this is a list; write for instance `rules: {TIME-03: safe}`"));
    CHECK(has(error_in("- a\n").message, "a configuration is a mapping"));
    CHECK(error_in("a: [\n").line >= 1);
  }

  TEST_CASE("every key's example and fallback is one") {
    for (const ConfigKey& key : config_keys()) {
      Problem error;
      CAPTURE(key.name);
      const std::string line = std::string(key.name) + ": " + std::string(key.example) + "\n";
      CHECK_MESSAGE(read_config("/p/.ferry.yaml", line, error), error.message);
      CHECK(key.about.find('\n') == key.about.npos);
    }
  }
}
