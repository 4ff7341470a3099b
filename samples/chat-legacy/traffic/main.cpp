// chat_traffic PROGRAM: puts a chat server through what a day brings, and looks at every line.
#include <csignal>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>
#include <sstream>
#include <thread>
#include <vector>

#include "client.hpp"
#include "pattern.hpp"
#include "script.hpp"

namespace traffic {
namespace {

using namespace std::chrono_literals;

constexpr unsigned kTimeLimitSeconds = 30;
constexpr auto kRate = 20ms;
constexpr auto kMute = 300ms;
constexpr auto kIdle = 400ms;
constexpr int kBurst = 6;

std::chrono::milliseconds since(Deadline start) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
}

/// A directory that goes with this object.
class TempDir {
 public:
  TempDir() {
    if (::mkdtemp(path_.data()) == nullptr) throw Failure("mkdtemp failed");
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = (std::filesystem::temp_directory_path() / "chat_traffic.XXXXXX").string();
};

/// A server that runs.
class Server {
 public:
  Server(const std::string& program, const std::string& directory, const std::vector<std::string>& options,
         std::string& messages)
      : child_(command(program, directory, options)),
        recorder_(child_, messages),
        port_(port_of(child_.read_line("listening on ", in(5s)))),
        path_(child_.read_line("unix on ", in(5s))) {}

  std::uint16_t port() const { return port_; }
  const std::string& path() const { return path_; }
  Sums& sums() { return sums_; }
  std::unique_ptr<Client> connect() { return std::make_unique<Client>(port_, sums_); }
  std::unique_ptr<Client> connect_locally() { return std::make_unique<Client>(path_, sums_); }

  void interrupt() { child_.signal(SIGINT); }
  /// Its last words, once it has ended well.
  std::string end() {
    std::string words = child_.read_rest(in(8s));
    check(child_.wait(in(5s)) == 0, "an interrupted server does not exit with 0");
    return words;
  }

 private:
  static std::vector<std::string> command(const std::string& program, const std::string& directory,
                                          const std::vector<std::string>& options) {
    std::vector<std::string> words{program, "--listen", "127.0.0.1:0", "--data", directory};
    words.insert(words.end(), options.begin(), options.end());
    return words;
  }

  Child child_;
  Recorder recorder_;
  std::uint16_t port_;
  std::string path_;
  Sums sums_;
};

void check_arguments(const std::string& program) {
  const TempDir directory;
  expect_refusal({program}, 2, "--listen");
  expect_refusal({program, "--listen", "127.0.0.1:0"}, 2, "--data");
  expect_refusal({program, "--listen", "nowhere", "--data", "/tmp"}, 2, "nowhere");
  expect_refusal({program, "--listen", "127.0.0.1:0", "--data", "/proc/none"}, 1, "cannot listen");
  const auto taken = listen_on(0, 1);
  expect_refusal({program, "--listen", "127.0.0.1:" + std::to_string(taken.port), "--data", directory.path()},
                 1, "cannot listen");
}

/// Words that follow from who says them and when.
std::string text_of(int sender, int number) {
  Pattern pattern(static_cast<std::uint64_t>(sender) * 1000 + static_cast<std::uint64_t>(number));
  std::string text(1 + pattern.next() % 200u, ' ');
  for (char& c : text) c = static_cast<char>('!' + pattern.next() % 90);
  return std::to_string(number) + " " + text;
}

/// Presence is first seen as it is, then as it changes, over both kinds of sockets.
void meet(Server& server) {
  const auto anna = server.connect();
  const auto bert = server.connect_locally();
  anna->send("JOIN kitchen");
  anna->expect("err JOIN");
  anna->enter("anna", "kitchen");
  bert->send("NICK anna");
  bert->expect("err NICK taken");
  bert->command("NICK bert");
  bert->command("AWAY");
  bert->command("JOIN kitchen");
  check(anna->expect("presence ") == "bert away", "the first presence seen is not the present one");
  check(bert->expect("presence ") == "anna here", "who comes does not see who is there");
  bert->command("BACK");
  check(anna->expect("presence ") == "bert here", "a change of presence is not seen");
  check(bert->command("WHO kitchen") == " anna bert", "WHO does not tell who is there");
  anna->say("kitchen", "hello, bert");
  check(bert->expect("msg ") == "kitchen anna hello, bert", "a message changed");
  check(anna->expect("msg ") == "kitchen anna hello, bert", "who speaks does not hear it");
  bert->command("PART kitchen");
  anna->say("kitchen", "are you there?");
  anna->expect("msg kitchen anna are");
  bert->send("SAY kitchen yes");
  bert->expect("err SAY");
  check(bert->is_silent_for(50ms), "who has left a room still hears it");
  bert->quit();
  check(anna->expect("presence ") == "bert gone", "nobody sees who goes");
  anna->quit();
}

/// Everybody hears everything that is said in their rooms once, in each speaker's order.
void crowd(Server& server) {
  constexpr int kClients = 24, kRooms = 6, kMessages = 20, kSpeakers = kClients / kRooms;
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(i % 2 == 0 ? server.connect() : server.connect_locally());
    clients.back()->enter("guest" + std::to_string(i), "room" + std::to_string(i % kRooms));
    clients.back()->command("JOIN room" + std::to_string((i + 1) % kRooms));
  }
  on_threads(kClients, [&](int i) {
    auto& client = *clients[static_cast<std::size_t>(i)];
    std::map<int, int> heard;
    for (int number = 0; number < kMessages; ++number) {
      client.say("room" + std::to_string(i % kRooms), text_of(i, number));
      // Nobody is far ahead of others, so nobody misses anything.
      for (int count = 0; count < 2 * kSpeakers; ++count) {
        std::istringstream line(client.expect("msg room"));
        int room = 0, sender = 0;
        std::string guest, text;
        line >> room >> guest;
        std::getline(line.ignore(), text);
        sender = std::stoi(guest.substr(5));
        check(room == sender % kRooms, "a message is heard in another room");
        check(text == text_of(sender, heard[sender]++), "a message is lost, doubled or changed: " + text);
      }
    }
    check(heard.size() == 2 * kSpeakers, "somebody was never heard");
    for (const auto& [sender, count] : heard) check(count == kMessages, "a message is lost or doubled");
  });
  on_threads(kClients, [&](int i) { clients[static_cast<std::size_t>(i)]->quit(); });
}

/// Who does not read is told how much they missed, and nobody waits for them.
void fall_behind(Server& server) {
  constexpr int kMessages = 200;
  const auto slow = server.connect_locally();
  slow->enter("slow", "hall");
  const auto talker = server.connect();
  talker->enter("talker", "hall");
  const std::string filling(4000, 'x');
  for (int i = 0; i < kMessages; ++i) {
    talker->say("hall", std::to_string(i) + " " + filling);
    talker->expect("msg hall talker " + std::to_string(i));
  }
  int missed = 0;
  for (int next = 0; next < kMessages;) {
    const auto line = slow->next_line();
    if (line.starts_with("presence ")) continue;
    if (line.starts_with("missed hall ")) {
      missed += std::stoi(line.substr(12));
      next += std::stoi(line.substr(12));
    } else {
      check(line == "msg hall talker " + std::to_string(next) + " " + filling,
            "not the message that is due: " + line.substr(0, 40));
      ++next;
    }
  }
  check(missed > 0, "who does not read misses nothing");
  slow->say("hall", "I am back");
  talker->expect("msg hall slow I am back");
  slow->quit();
  talker->quit();
}

/// Of a long log the end is there, from a whole line on: what `fall_behind` has said.
void look_far_back(Server& server) {
  const auto client = server.connect();
  client->send("HISTORY hall 1000");
  std::vector<std::string> lines;
  for (std::string line; (line = client->next_line()) != "ok HISTORY";) lines.push_back(std::move(line));
  check(!lines.empty() && lines.back() == "history hall slow I am back", "the end of a log is not there");
  lines.pop_back();
  check(!lines.empty() && lines.size() < 20, "not the end of a long log, but all of it");
  int number = 200 - static_cast<int>(lines.size());
  for (const auto& line : lines) {
    check(line == "history hall talker " + std::to_string(number++) + " " + std::string(4000, 'x'),
          "a line of a log is cut, or another one: " + line.substr(0, 40));
  }
  client->quit();
}

/// A bad line is an error, after which the next one counts.
void mumble(Server& server) {
  const auto client = server.connect();
  client->send(std::string(9000, 'x'));
  client->expect("err LINE");
  client->command("NICK mumbler");
  client->send("SAY \xff\xfe");
  client->expect("err LINE");
  client->send("DANCE");
  client->expect("err DANCE unknown");
  client->command("JOIN attic");
  client->quit();
}

void look_back(Server& server) {
  const auto client = server.connect();
  client->send("HISTORY ../secret 1");
  client->expect("err HISTORY");
  client->send("HISTORY nowhere 1");
  client->expect("err HISTORY");
  client->enter("reader", "library");
  for (const char* text : {"one", "two", "three"}) client->say("library", text);
  client->command("HISTORY library 2");
  check(client->expect("history library ") == "reader two", "the last lines are others");
  check(client->expect("history library ") == "reader three", "the last lines are others");
  client->command("FILES");
  const auto size = std::to_string(std::string("reader one\nreader two\nreader three\n").size());
  check(client->expect("file library.log ") == size, "a file has another size");
  client->expect("file kitchen.log ");
  client->quit();
}

/// The bot answers, and comes back when it is killed. Gives the number of its process.
pid_t talk_to_bot(Server& server) {
  const auto client = server.connect();
  client->send("BOT good morning");
  client->expect("bot GOOD MORNING");
  client->send("BOT");
  const pid_t first = std::stoi(client->expect("bot pid "));
  check(::kill(first, SIGKILL) == 0, "the bot's process is not there");
  std::string answer;
  for (const auto deadline = in(5s); answer != "bot HELLO";) {
    check(Clock::now() < deadline, "a bot that was killed does not come back");
    client->send("BOT hello");
    answer = client->next_line();
  }
  client->send("BOT");
  const pid_t second = std::stoi(client->expect("bot pid "));
  check(second != first, "a bot that was killed has the same process");
  client->quit();
  return second;
}

void part_with_all(Server& server, pid_t bot) {
  constexpr int kClients = 8;
  std::vector<std::unique_ptr<Client>> clients;
  for (int i = 0; i < kClients; ++i) {
    clients.push_back(i % 2 == 0 ? server.connect() : server.connect_locally());
    clients.back()->enter("last" + std::to_string(i), "door");
  }
  server.interrupt();
  for (const auto& client : clients) {
    client->expect("bye shutdown");
    client->expect_end();
  }
  const std::string words = server.end();
  check(!try_connect(server.port(), in(1s)), "a server that has ended accepts");
  check(!std::filesystem::exists(server.path()), "a server that has ended leaves its socket");
  check(::kill(bot, 0) != 0, "a server that has ended leaves its bot");
  const auto& sums = server.sums();
  const std::string expected = "clients " + std::to_string(sums.clients) + "\nmessages " +
                               std::to_string(sums.messages) + "\nbytes_in " +
                               std::to_string(sums.bytes_sent) + "\nbytes_out " +
                               std::to_string(sums.bytes_received) + "\n";
  check(words == expected, "the last words are not the totals: " + words + "expected: " + expected);
}

/// Lines are taken at a rate; who says too much is muted, and unmuted again.
void talk_too_much(Server& server) {
  const auto client = server.connect();
  client->enter("talker", "hall");
  const auto start = Clock::now();
  for (int i = 0; i < 2 * kBurst; ++i) client->send("SAY hall " + std::to_string(i));
  for (int i = 0; i < kBurst; ++i) client->expect("ok SAY");
  for (int i = 0; i < kBurst; ++i) client->expect("err SAY muted");
  check(since(start) >= kRate * (2 * kBurst - 1), "lines are taken faster than at their rate");
  for (std::string answer; answer != "ok SAY";) {
    check(since(start) < 5s, "who is muted stays so");
    std::this_thread::sleep_for(kRate);
    client->send("SAY hall again");
    while (!answer.ends_with("SAY") && !answer.ends_with("muted")) answer = client->next_line();
    if (answer.ends_with("muted")) answer.clear();
  }
  check(since(start) >= kRate * kBurst + kMute, "who is muted does not stay so for long enough");
  client->quit();
}

/// Who is muted stays so when they go and come back, each for themselves.
void come_back_muted(Server& server) {
  on_threads(2, [&](int i) {
    const std::string nick = "guest" + std::to_string(i);
    const auto start = Clock::now();
    {
      const auto client = server.connect();
      client->enter(nick, "hall");
      for (int said = 0; said < 2 * kBurst; ++said) client->send("SAY hall " + std::to_string(said));
      client->expect("err SAY muted");
      client->quit();
    }
    const auto client = server.connect();
    client->enter(nick, "hall");
    for (bool is_heard = false; !is_heard;) {
      check(since(start) < 5s, "who was muted and came back stays so");
      client->send("SAY hall again");
      std::string answer;
      while (!answer.ends_with("SAY") && !answer.ends_with("muted")) answer = client->next_line();
      is_heard = answer == "ok SAY";
    }
    check(since(start) >= kRate * kBurst + kMute, "who is muted is heard when they come back");
    client->quit();
  });
}

/// Who says nothing is asked, then parted with; who answers stays.
void fall_asleep(Server& server) {
  const auto quick = server.connect();
  quick->enter("quick", "hall");
  const auto start = Clock::now();
  const auto sleeper = server.connect();
  sleeper->enter("sleeper", "hall");
  on_threads(2, [&](int i) {
    if (i == 0) {
      sleeper->expect("ping");
      check(since(start) >= kIdle, "a client is asked too early");
      sleeper->expect("bye idle");
      check(since(start) >= 2 * kIdle, "a client is parted with too early");
      sleeper->expect_end();
    } else {
      std::vector<std::string> seen;
      while (seen.empty() || seen.back() != "presence sleeper gone") {
        const auto line = quick->next_line();
        if (line == "ping") quick->send("PONG");
        if (line.starts_with("presence sleeper ")) seen.push_back(line);
      }
      check(seen == std::vector<std::string>{"presence sleeper here", "presence sleeper away",
                                             "presence sleeper gone"},
            "not what a sleeper's presence should be");
    }
  });
  quick->command("WHO hall");
  quick->quit();
}

/// Who comes when all places are taken waits for one.
void wait_for_a_place(Server& server) {
  auto first = server.connect();
  first->command("NICK first");
  const auto second = server.connect_locally();
  second->command("NICK second");
  const auto third = server.connect();
  third->send("NICK third");
  check(third->is_silent_for(100ms), "more clients are served than there are places");
  first->quit();
  third->expect("ok NICK");
  second->send("QUIT");
  third->send("QUIT");
}

void run(const std::string& program, std::string& messages) {
  const auto start = Clock::now();
  check_arguments(program);
  const TempDir directory;
  std::uint64_t clients = 0, said = 0;
  {
    Server server(program, directory.path(),
                  {"--bot", "while read -r line; do echo \"$line\" | tr a-z A-Z; done"}, messages);
    meet(server);
    crowd(server);
    fall_behind(server);
    look_far_back(server);
    mumble(server);
    look_back(server);
    part_with_all(server, talk_to_bot(server));
    clients = server.sums().clients;
    said = server.sums().messages;
  }
  Server strict(program, directory.path(),
                {"--rate", std::to_string(kRate.count()), "--burst", std::to_string(kBurst), "--mute",
                 std::to_string(kMute.count()), "--idle", std::to_string(kIdle.count()), "--clients", "2"},
                messages);
  talk_too_much(strict);
  come_back_muted(strict);
  fall_asleep(strict);
  wait_for_a_place(strict);
  strict.interrupt();
  strict.end();
  std::cout << clients << " clients, " << said << " messages, nothing lost, nothing twice, in "
            << since(start).count() << " ms\n";
}

}  // namespace
}  // namespace traffic

int main(int argc, char** argv) {
  return traffic::run_script({"chat_traffic", "the server", traffic::kTimeLimitSeconds}, argc, argv,
                             traffic::run);
}
