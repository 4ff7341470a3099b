#include "discover/shards.hpp"

#include <doctest/doctest.h>

#include "support/temp_tree.hpp"

using namespace ferry::rewriter;

namespace {

ShardFile file(unsigned number, unsigned count) {
  return {.name = "r" + std::to_string(number),
          .result = {.program = "p", .number = number, .count = count, .root = "/r", .jobs = "j"}};
}

std::string join_error(std::vector<ShardFile> files) {
  Problem error;
  CHECK_FALSE(join(std::move(files), error));
  return (error.file.empty() ? "" : error.file + ": ") + error.message;
}

using Numbers = std::vector<std::size_t>;

}  // namespace

TEST_SUITE("rewriter.discover.shards") {
  TEST_CASE("every job is in one part, and parts are of one size but for one") {
    const Numbers jobs = {10, 11, 12, 13, 14, 15, 16};
    CHECK((part_of(jobs, {.number = 1, .count = 3}) == Numbers{10, 13, 16}));
    CHECK((part_of(jobs, {.number = 2, .count = 3}) == Numbers{11, 14}));
    CHECK((part_of(jobs, {.number = 3, .count = 3}) == Numbers{12, 15}));
    CHECK((part_of(jobs, {.number = 1, .count = 1}) == jobs));
    CHECK(part_of({1}, {.number = 2, .count = 2}).empty());
  }

  TEST_CASE("a shard is written K/N, and is told what is wrong otherwise") {
    std::string error;
    CHECK(parse_shard("2/5", error)->number == 2);
    CHECK(parse_shard("2/5", error)->count == 5);
    for (const char* text : {"", "2", "/", "2/", "/5", "a/b", "-1/5", "1/0", "1/5x", "1.5/2"}) {
      CAPTURE(text);
      CHECK_FALSE(parse_shard(text, error));
      CHECK(error.find("write for instance 2/5") != std::string::npos);
    }
    CHECK_FALSE(parse_shard("6/5", error));
    CHECK(error == "there is no shard 6 of 5; they are counted from 1");
    CHECK_FALSE(parse_shard("0/5", error));
  }

  TEST_CASE("a result comes out of its bytes as it went in, and out of no others") {
    ShardResult result = file(2, 3).result;
    result.discover = {.working_directory = "/w",
                       .builds = {"b"},
                       .paths = {"p", "q"},
                       .listed = std::vector<std::string>{"l"},
                       .since = "main",
                       .flags = std::vector<std::string>{"-DX"}};
    result.rules = {"--select=TIME"};
    result.units = {
        {.job = 7, .is_scanned = true, .is_candidate = true, .annotated = {"/a"}, .analysis = "x\0y"}};
    result.files = {{.path = "/r/a.cpp", .digest = "d"}};
    const std::string bytes = pack(result);
    const auto again = unpack_shard(bytes);
    REQUIRE(again);
    CHECK(pack(*again) == bytes);
    CHECK(again->discover.since == "main");
    CHECK(again->units.at(0).job == 7);
    for (std::size_t length = 0; length < bytes.size(); ++length)
      CHECK_FALSE(unpack_shard(std::string_view(bytes).substr(0, length)));
    CHECK_FALSE(unpack_shard("{\"version\": 1}"));
    result.number = 4;
    CHECK_FALSE(unpack_shard(pack(result)));
  }

  TEST_CASE("all shards of one run are joined, in any order") {
    ShardFile first = file(1, 2);
    ShardFile second = file(2, 2);
    first.result.units = {{.job = 2}, {.job = 5, .analysis = "less"}};
    second.result.units = {{.job = 1}, {.job = 5, .is_candidate = true, .analysis = "more"}};
    first.result.files = {{.path = "/r/a", .digest = "1"}};
    second.result.files = {{.path = "/r/b", .digest = "2"}, {.path = "/r/a", .digest = "1"}};
    Problem error;
    const auto joined = join({second, first}, error);
    REQUIRE_MESSAGE(joined, error.message);
    CHECK(joined->units.size() == 3);
    CHECK(joined->units[0].job == 1);
    CHECK(joined->units[2].analysis == "more");
    CHECK(joined->files.size() == 2);
    CHECK(pack(*join({first, second}, error)).size() == pack(*joined).size());
  }

  TEST_CASE("what does not go together is told by the names of the files") {
    CHECK(join_error({file(1, 3), file(3, 3)}) == "shard 2 of 3 is missing; name all results");
    CHECK(join_error({file(4, 30)})
              .starts_with("shards 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, ... of 30 are missing"));
    CHECK(join_error({file(1, 2), file(1, 2)}) ==
          "r1: this is shard 1 of 2, as r1 is; leave one of them out");
    CHECK(join_error({file(1, 2), file(2, 3)}) == "r2: this is shard 2 of 3, but r1 is shard 1 of 2");
    ShardFile other = file(2, 2);
    other.result.program = "q";
    CHECK(join_error({file(1, 2), other}).starts_with("r2: written by another build of ferry than r1;"));
    other = file(2, 2);
    other.result.root = "/s";
    CHECK(join_error({file(1, 2), other}).starts_with("r2: its root is /s, but that of r1 is /r;"));
    other = file(2, 2);
    other.result.rules = {"--select=TIME"};
    CHECK(join_error({file(1, 2), other}).starts_with("r2: run with other options than r1;"));
    other = file(2, 2);
    other.result.discover.paths = {"src"};
    CHECK(join_error({file(1, 2), other}).starts_with("r2: run with other options than r1;"));
    other = file(2, 2);
    other.result.jobs = "k";
    CHECK(join_error({file(1, 2), other}).starts_with("r2: its compile commands"));
    ShardFile first = file(1, 2);
    first.result.files = {{.path = "/r/a.hpp", .digest = "1"}};
    other = file(2, 2);
    other.result.files = {{.path = "/r/a.hpp", .digest = "2"}};
    CHECK(join_error({first, other}) ==
          "/r/a.hpp: this file has changed between r1 and r2; run all shards over one tree");
  }

  TEST_CASE("a tree that has changed since is another one") {
    const test::TempTree tree;
    const std::string path = tree.write("a.cpp", "one");
    Problem error;
    ShardResult result = file(1, 1).result;
    result.files = {{.path = path, .digest = "0"}};
    CHECK_FALSE(is_same_tree(result, error));
    CHECK(error.file == path);
    result.files = {{.path = tree.path("none.cpp"), .digest = "0"}};
    CHECK_FALSE(is_same_tree(result, error));
  }

  TEST_CASE("commands, choices and changed lines are told apart by one word") {
    Discovery a;
    a.jobs = {{.file = "/r/a.cpp", .directory = "/r", .arguments = {"c++", "a.cpp"}}};
    Discovery b = a;
    CHECK(digest_of(a) == digest_of(b));
    b.jobs[0].arguments.emplace_back("-DX");
    CHECK(digest_of(a) != digest_of(b));
    b = a;
    b.selected = {0};
    CHECK(digest_of(a) != digest_of(b));
    b = a;
    b.scope.changed.emplace();
    (*b.scope.changed)["/r/a.cpp"] = {{.first = 1, .last = 2}};
    CHECK(digest_of(a) != digest_of(b));
  }
}
