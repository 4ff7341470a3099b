#include "frontend/prefix.hpp"

#include <set>

#include <doctest/doctest.h>

using namespace ferry::rewriter;

namespace {

// Jobs of one command each, in files of their own.
Jobs make_jobs(std::size_t count) {
  Jobs jobs;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string file = "/p/" + std::to_string(i) + ".cpp";
    jobs.push_back(
        {.file = file, .directory = "/p", .arguments = {"c++", "-I.", "-c", file, "-o", file + ".o"}});
  }
  return jobs;
}

constexpr std::size_t kLarge = 1 << 20;

// Files 0 to count - 1 are headers; the unit's own file is `count`.
std::vector<IncludedFile> make_files(std::size_t count, std::size_t size = kLarge) {
  std::vector<IncludedFile> files;
  for (std::size_t i = 0; i < count; ++i)
    files.push_back({.include = "<" + std::to_string(i) + ">", .size = size, .id = {1, i}});
  files.push_back({.id = {1, count}});
  return files;
}

Inclusions unit(std::uint32_t main, const std::vector<std::uint32_t>& headers) {
  Inclusions inclusions{.is_known = true};
  for (const std::uint32_t header : headers) inclusions.directives.push_back({main, header});
  return inclusions;
}

std::vector<std::size_t> all(std::size_t count) {
  std::vector<std::size_t> numbers(count);
  for (std::size_t i = 0; i < count; ++i) numbers[i] = i;
  return numbers;
}

using Includes = std::vector<std::string>;

}  // namespace

TEST_SUITE("rewriter.frontend.prefix") {
  TEST_CASE("what all include is one prefix, in the order in which they include it") {
    const auto prefixes = plan_prefixes(make_jobs(3), all(3), make_files(4),
                                        {unit(4, {2, 0, 1}), unit(4, {3, 2, 1, 0}), unit(4, {0, 2, 1})}, {});
    REQUIRE(prefixes.size() == 1);
    CHECK(prefixes[0].includes == Includes{"<2>", "<0>", "<1>"});
    CHECK(prefixes[0].jobs == std::vector<std::size_t>{0, 1, 2});
  }

  TEST_CASE("what some include is a branch, if that is worth another process") {
    const Jobs jobs = make_jobs(4);
    const std::vector<Inclusions> units = {unit(2, {0, 1}), unit(2, {0}), unit(2, {0, 1}), unit(2, {0})};
    const auto prefixes = plan_prefixes(jobs, all(4), make_files(2), units, {});
    REQUIRE(prefixes.size() == 1);
    CHECK(prefixes[0].includes == Includes{"<0>"});
    CHECK(prefixes[0].jobs == std::vector<std::size_t>{1, 3});
    REQUIRE(prefixes[0].branches.size() == 1);
    CHECK(prefixes[0].branches[0].includes == Includes{"<1>"});
    CHECK(prefixes[0].branches[0].jobs == std::vector<std::size_t>{0, 2});

    const auto small = plan_prefixes(jobs, all(4), make_files(2, 100), units, {});
    REQUIRE(small.size() == 1);
    CHECK(small[0].branches.empty());
    CHECK(small[0].jobs == all(4));
  }

  TEST_CASE("a header that another one brings along is not named again") {
    std::vector<Inclusions> units = {unit(2, {0, 1}), unit(2, {0, 1})};
    units[0].directives.insert(units[0].directives.begin() + 1, {0, 1});  // <0> includes <1>
    const auto prefixes = plan_prefixes(make_jobs(2), all(2), make_files(2), units, {});
    REQUIRE(prefixes.size() == 1);
    CHECK(prefixes[0].includes == Includes{"<0>"});
  }

  TEST_CASE("units of different commands share nothing, nor do those of which nothing is known") {
    Jobs jobs = make_jobs(4);
    jobs[1].arguments.insert(jobs[1].arguments.begin() + 1, "-DNDEBUG");
    std::vector<Inclusions> units(4, unit(1, {0}));
    units[3].is_known = false;
    const auto prefixes = plan_prefixes(jobs, all(4), make_files(1), units, {});
    std::set<std::size_t> alone;
    for (const Prefix& prefix : prefixes)
      if (prefix.jobs.size() == 1) alone.insert(prefix.jobs[0]);
    REQUIRE(!prefixes.empty());
    CHECK(prefixes[0].jobs.size() + prefixes.back().jobs.size() + alone.size() >= 4);
    for (const Prefix& prefix : prefixes) CHECK_FALSE((prefix.jobs == std::vector<std::size_t>{0, 1}));
  }

  TEST_CASE("a header is in no prefix when it is read anew each time, or has another text than the disk") {
    std::vector<IncludedFile> files = make_files(2);
    files[0].is_guarded = false;
    const std::vector<Inclusions> units(2, unit(2, {0, 1}));
    const auto prefixes = plan_prefixes(make_jobs(2), all(2), files, units, {});
    REQUIRE(prefixes.size() == 1);
    CHECK(prefixes[0].includes == Includes{"<1>"});
  }

  TEST_CASE("every unit that is asked for is there once") {
    std::vector<Inclusions> units;
    for (std::uint32_t i = 0; i < 60; ++i) {
      std::vector<std::uint32_t> headers;
      for (std::uint32_t header = 0; header < 12; ++header)
        if ((i * 2654435761U >> header & 3U) != 0) headers.push_back(header);
      units.push_back(unit(12, headers));
    }
    std::vector<std::size_t> which;
    for (std::size_t i = 0; i < 60; i += 2) which.push_back(i);
    std::multiset<std::size_t> seen;
    const auto collect = [&](const auto& self, const Prefix& prefix, std::set<std::string> headers) -> void {
      headers.insert(prefix.includes.begin(), prefix.includes.end());
      for (const std::size_t job : prefix.jobs) {
        seen.insert(job);
        for (const std::string& header : headers) {
          const auto number = static_cast<std::uint32_t>(std::stoul(header.substr(1)));
          CHECK(std::ranges::find(units[job].directives, Inclusion{12, number}) !=
                units[job].directives.end());
        }
      }
      for (const Prefix& branch : prefix.branches) self(self, branch, headers);
    };
    for (const Prefix& prefix : plan_prefixes(make_jobs(60), which, make_files(12), units, {}))
      collect(collect, prefix, {});
    CHECK(std::vector<std::size_t>(seen.begin(), seen.end()) == which);
  }
}
