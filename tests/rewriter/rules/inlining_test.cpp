// FERRY_INLINE and Abseil's mark: where a body may take a call's place.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"
#include "rewriter/support/moves.hpp"

using namespace ferry::rewriter;

namespace {

const test::WithLibrary kLibrary("#pragma once\n#include <ferry/annotate.hpp>" + test::kMoves + R"cpp(
  namespace lib {
  struct Text {
    Text(const char* = "");
    Text(const Text&);
    Text(Text&&);
    ~Text();
    int size() const;
  };
  int fresh(int value, int scale = 1);
  int fresh(long value);
  template <class T>
  int fresh_of(const T& value);
  int take(Text text);
  template <class T>
  int take_any(T&& value);
  int state();
  const char* name();
  const Text& stored();
  int quiet() noexcept;
  int take_pointer(const Text* text);
  namespace detail {
  int hidden(int);
  }
  namespace text_internal {
  int hidden(int);
  }
  template <class T, class U>
  struct Pair {
    T first;
    U second;
  };
  struct Fresh {
    int run();
  };
  inline constexpr int kFresh = 1;
  constexpr int kOwn = 2;
  FERRY_INLINE("IN-60", safe) constexpr int kOldOwn = kOwn;
  FERRY_INLINE("IN-60", safe) static const int kOldConst = kOwn;
  FERRY_INLINE("IN-60", safe) constexpr int own() { return kOwn; }
  struct Limits {
    static const int most = 7;
    FERRY_INLINE("IN-60", safe) static const int max = most;
    FERRY_INLINE("IN-60", safe) static constexpr int top() { return most; }
  };
  extern const int kUnknown;
  FERRY_INLINE("IN-60", safe) static const int kOldUnknown = kUnknown;
  enum class Level { High, Top FERRY_INLINE("IN-30", safe) = High };

  FERRY_INLINE("IN-01", safe) inline int stale(int value) { return fresh(value); }
  FERRY_INLINE("IN-02", safe) inline int swapped(int a, int b) { return fresh(b, a); }
  FERRY_INLINE("IN-03", safe) inline int first(int a, int) { return fresh(a); }
  FERRY_INLINE("IN-04", safe) inline int sum(int a, int b) { return a + b; }
  FERRY_INLINE("IN-05", safe) inline int twice(int a) { return a + a; }
  FERRY_INLINE("IN-06", safe) inline int of(long value) { return fresh_of(value); }
  FERRY_INLINE("IN-07", safe) inline int give(Text text) { return take(std::move(text)); }
  FERRY_INLINE("IN-08", safe) inline int give_any(Text text) { return take_any(std::move(text)); }
  template <class T>
  FERRY_INLINE("IN-09", safe)
  inline int forward_any(T&& value) {
    return take_any(std::forward<T>(value));
  }
  FERRY_INLINE("IN-10", safe) inline int with_state(int a) { return fresh(state(), a); }
  FERRY_INLINE("IN-11", safe) inline Text named() { return name(); }
  FERRY_INLINE("IN-12", safe) inline Text copy() { return stored(); }
  FERRY_INLINE("IN-13", safe) inline int sure() noexcept { return state(); }
  FERRY_INLINE("IN-14", safe) inline int calm() noexcept { return quiet(); }
  FERRY_INLINE("IN-15", safe) inline int secret(int a) { return detail::hidden(a); }
  FERRY_INLINE("IN-59", safe) inline int secret_text(int a) { return text_internal::hidden(a); }
  FERRY_INLINE("IN-16", safe) inline int counted() {
    static int n = 0;
    return ++n;
  }
  FERRY_INLINE("IN-17", safe) int elsewhere(int a);
  FERRY_INLINE("IN-18", safe) inline int again(int a) { return a > 0 ? again(a - 1) : 0; }
  FERRY_INLINE("IN-19", safe) inline int third(int a) { return stale(a); }
  template <class T>
  FERRY_INLINE("IN-20", safe)
  inline int generic(const T& value) {
    return fresh_of(value);
  }
  FERRY_INLINE("IN-21", safe) inline Fresh* cast(void* p) { return static_cast<Fresh*>(p); }
  FERRY_INLINE("IN-22", safe) inline unsigned where() { return __builtin_LINE(); }
  struct Mutex {
    void lock();
    int level() const;
    FERRY_INLINE("IN-23", safe) void Lock() { lock(); }
    FERRY_INLINE("IN-24", safe) void LockIt() { this->lock(); }
    FERRY_INLINE("IN-25", safe) virtual void Virtual() { lock(); }
    FERRY_INLINE("IN-26", safe) void Hidden() { secret_ = 1; }

   private:
    int secret_;
  };
  using Stale [[clang::annotate("inline-me")]] = Fresh;
  using IntPair FERRY_INLINE("IN-27", safe) = Pair<int, Fresh>;
  template <class A, class B>
  using Couple FERRY_INLINE("IN-28", safe) = Pair<A, B>;
  template <class A>
  using Twins FERRY_INLINE("IN-29", safe) = Pair<A, A>;
  FERRY_INLINE("IN-31", safe) inline constexpr const int& kStale = kFresh;
  FERRY_INLINE("IN-32", safe) inline int bump(int a) { return fresh(++a); }
  FERRY_INLINE("IN-33", safe) inline int raise(int& a) { return fresh(++a); }
  FERRY_INLINE("IN-34", safe) inline int sized(Text text) { return text.size(); }
  template <class T>
  FERRY_INLINE("IN-35", safe)
  inline int named_any(T&& value) {
    return take_any(value);
  }
  FERRY_INLINE("IN-36", safe) inline int handed(Text text) { return take(text); }
  struct Handler {
    virtual ~Handler();
    virtual void on(int event);
    void plain(int event);
    FERRY_INLINE("IN-37", safe) virtual void On(int event) { on(event); }
    FERRY_INLINE("IN-38", safe) virtual void Plain(int event) { plain(event); }
  };
  struct Last final : Handler {};
  FERRY_INLINE("IN-40", safe) inline void store(int* to, int value) { *to = value; }
  FERRY_INLINE("IN-41", safe) inline int length(Text* text) { return text->size(); }
  FERRY_INLINE("IN-42", safe) inline int size_of(const Text& text) { return take_pointer(&text); }
  FERRY_INLINE("IN-43", safe) inline int times(int a, int* b) { return a * *b; }
  struct Inner : Mutex {
    void lock();
    FERRY_INLINE("IN-44", safe) void LockBase() { Mutex::lock(); }
  };
  template <class... A>
  int many(A&&... arguments) {
    return 0;
  }
  template <class... A>
  FERRY_INLINE("IN-45", safe)
  inline int old_many(A&&... arguments) {
    return lib::many(std::forward<A>(arguments)..., 1);
  }
  struct Pointer {
    Mutex* operator->() const;
    Mutex& operator*() const;
  };
  struct Number {
    int value() const;
    Number plus(const Number& other) const;
    FERRY_INLINE("IN-46", safe) Number operator+(const Number& other) const { return plus(other); }
    FERRY_INLINE("IN-47", safe) operator int() const { return value(); }
    FERRY_INLINE("IN-48", safe) int operator()() const { return value(); }
  };
  template <class F>
  struct Callable {};
  using Callback FERRY_INLINE("IN-55", safe) = Callable<void(int*)>;
  using Handling FERRY_INLINE("IN-58", safe) = Callable<void(const Fresh&)>;
  using Name = Text;
  FERRY_INLINE("IN-56", safe) inline Name called(const char* text) { return Name(text); }
  struct Any {
    template <class T>
    T as(int) const {
      return T();
    }
    template <class T>
    FERRY_INLINE("IN-57", safe)
    T As(int n) const {
      return as<T>(n);
    }
  };
  struct Guard {
    explicit Guard(Mutex& mutex);
    Guard(Mutex& mutex, int level);
    Guard(int a, int b, int c);
    FERRY_INLINE("IN-50", safe) explicit Guard(Mutex* mutex) : Guard(*mutex) {}
    FERRY_INLINE("IN-51", safe) Guard(int level, Mutex& mutex) : Guard(mutex, level) {}
    FERRY_INLINE("IN-52", safe) Guard(long) : mutex_(nullptr) {}
    FERRY_INLINE("IN-53", safe) Guard(int a) : Guard{a, kFresh, 3} {}
    FERRY_INLINE("IN-54", safe) Guard(char a) : Guard(a, 1, 2) { mutex_ = nullptr; }

   private:
    Mutex* mutex_;
  };
  struct Cell {
    Cell(long value, long scale);
    FERRY_INLINE("IN-61", safe) explicit Cell(long value) : Cell(value, 1) {}
  };
  FERRY_INLINE("IN-62", safe) inline void nothing() {}
  FERRY_INLINE("IN-63", safe) inline void steps(int a) {
    fresh(a);
    fresh(a);
  }
  FERRY_INLINE("IN-64", safe) inline void chosen(int a) {
    if (a > 0) fresh(a);
  }
  template <class T>
  inline constexpr int constant = 1;
  template <class T>
  FERRY_INLINE("IN-65", safe)
  inline constexpr int old_constant = constant<T>;
  FERRY_INLINE("IN-66", safe) constexpr int one() { return kFresh; }
  inline int total = 0;
  FERRY_INLINE("IN-67", safe) inline int bump() { return ++total; }
  FERRY_INLINE("IN-68", safe) inline Level highest() { return Level::High; }
  FERRY_INLINE("IN-69", safe) inline int chosen_of(bool b, int x, int y) { return b ? x : y; }
  struct Token {
    Token(int number);
    Token(Token&&);
    ~Token();
    bool is_held() const;
    int number;
  };
  FERRY_INLINE("IN-70", safe) inline int number_of(Token token) { return fresh(token.number); }
  FERRY_INLINE("IN-71", safe) inline bool holds(Token token) { return token.is_held(); }
  struct Cabin {
    int level;
    bool empty() const;
    template <class T>
    T as() const;
    FERRY_INLINE("IN-72", safe) void SetLevel(int value) { level = value; }
    FERRY_INLINE("IN-73", safe) bool IsUsed() const { return !empty(); }
    template <class T>
    FERRY_INLINE("IN-74", safe)
    T As() const {
      return as<T>();
    }
  };
  Cabin cabin();
  namespace origin {
  template <class T>
  int renamed(T value) {
    return 0;
  }
  struct Named {};
  }  // namespace origin
  using origin::renamed [[clang::annotate("inline-me")]];
  using origin::Named [[clang::annotate("inline-me")]];
  int dep_new(int a);
  __attribute__((deprecated("use dep_new", "dep_new"))) int dep_old(int a);
  __attribute__((deprecated("none", "int"))) int dep_none(int a);
  struct Dep {
    int g() const;
    __attribute__((deprecated("", "g"))) int f() const;
  };
  using Old __attribute__((deprecated("", "Dep"))) = Dep;
  enum Shade { kDark, kBlack __attribute__((deprecated("", "kDark"))) = kDark };
  }  // namespace lib
  namespace std {
  template <class T, class... A>
  T* make_unique(A&&... arguments) {
    return new T(static_cast<A&&>(arguments)...);
  }
  struct in_place_t {};
  inline constexpr in_place_t in_place;
  template <class T>
  struct optional {
    template <class... A>
    explicit optional(in_place_t, A&&... arguments) : value(static_cast<A&&>(arguments)...) {}
    template <class U>
    explicit optional(U&& other) : value(static_cast<U&&>(other)) {}
    T value;
  };
  template <class K, class V>
  struct map {
    template <class... A>
    void emplace(A&&... arguments);
    template <class... A>
    void try_emplace(const K& key, A&&... arguments);
  };
  template <class T>
  struct vector {
    template <class... A>
    void emplace_back(A&&... arguments);
    void push_back(T&& value);
  };
  template <class T, class... A>
  T* construct_at(T* place, A&&... arguments);
  }  // namespace std
  int side_effect();
)cpp");

}  // namespace

TEST_SUITE("rewriter.rules.inlining") {
  TEST_CASE("a call becomes what its body calls") {
    kLibrary.becomes(
        "int a = lib::stale(1);\nint b = lib::swapped(1, 2);\nint c = lib::first(1, 2);\nint d = "
        "-lib::sum(1, 2);\n",
        "int a = lib::fresh(1);\nint b = lib::fresh(2, 1);\nint c = lib::fresh(1);\nint d = -(1 + 2);\n");
    kLibrary.becomes("void f(lib::Mutex& m, lib::Mutex* p) { m.Lock(); p->Lock(); p->LockIt(); }\n",
                     "void f(lib::Mutex& m, lib::Mutex* p) { m.lock(); p->lock(); p->lock(); }\n");
    kLibrary.becomes("lib::Fresh* f(void* p) { return lib::cast(p); }\n",
                     "lib::Fresh* f(void* p) { return static_cast<lib::Fresh*>(p); }\n");
    kLibrary.becomes("int a = lib::calm();\n", "int a = lib::quiet();\n");
  }

  TEST_CASE("an address that the body takes back is not taken") {
    kLibrary.becomes(
        "int f(int i, lib::Text t, lib::Text* p) {\n  lib::store(&i, 1);\n  lib::store((&i), 1);\n  "
        "lib::store(&i + 1, 1);\n  return lib::length(&t) + lib::length(p);\n}\nint g(int i) { return "
        "lib::times(2, &i) + 1; }\n",
        "int f(int i, lib::Text t, lib::Text* p) {\n  i = 1;\n  i = 1;\n  *(&i + 1) = 1;\n  "
        "return t.size() + p->size();\n}\nint g(int i) { return (2 * i) + 1; }\n");
    kLibrary.becomes("int f(const lib::Text* p) { return lib::size_of(*p); }\n",
                     "int f(const lib::Text* p) { return lib::take_pointer(p); }\n");
  }

  TEST_CASE("a body that chooses a base's function stays") {
    kLibrary.stays("void f(lib::Inner& i) { i.LockBase(); }\n", {{1, "IN-44", "of which class"}});
  }

  TEST_CASE("a chain of bodies is followed to its end") {
    kLibrary.becomes("int a = lib::third(lib::third(1));\n", "int a = lib::fresh(lib::fresh(1));\n");
  }

  TEST_CASE("arguments keep their effects, their order and their number") {
    kLibrary.stays(
        "int a = lib::swapped(side_effect(), side_effect());\nint b = lib::first(1, side_effect());\nint c = "
        "lib::twice(side_effect());\n",
        {{1, "IN-02", "evaluated in another order"}, {2, "IN-03", "dropped"}, {3, "IN-05", "repeated"}});
    kLibrary.becomes("int a = lib::with_state(1);\n", "int a = lib::fresh(lib::state(), 1);\n");
    kLibrary.stays("int a = lib::with_state(side_effect());\n", {{1, "IN-10", "in the midst of the body"}});
  }

  TEST_CASE("what is converted on its way to another overload or template stays") {
    kLibrary.becomes("int f(long x) { return lib::of(x); }\n",
                     "int f(long x) { return lib::fresh_of(x); }\n");
    kLibrary.stays("int a = lib::of(1);\n", {{1, "IN-06", "converted"}});
    kLibrary.stays("int f(long x) { return lib::stale(x); }\n",
                   {{1, "IN-01", "the new name would mean `lib::fresh(long)` here"}});
    kLibrary.stays("int f(char x) { return lib::sum(x, 1); }\n", {{1, "IN-04", "converted"}});
  }

  TEST_CASE("what the body moves is the body's, and not the caller's") {
    kLibrary.becomes(
        "int f(lib::Text t) { return lib::give(t) + lib::give(lib::Text(\"x\")) + lib::give(std::move(t)); "
        "}\n",
        "int f(lib::Text t) { return lib::take(t) + lib::take(lib::Text(\"x\")) + lib::take(std::move(t)); "
        "}\n");
    kLibrary.stays("int f(lib::Text t) { return lib::give_any(t); }\n", {{1, "IN-08", "copied on its way"}});
    kLibrary.becomes(
        "int f(lib::Text t) { return lib::forward_any(t) + lib::forward_any(std::move(t)) + "
        "lib::forward_any(1); }\n",
        "int f(lib::Text t) { return lib::take_any(t) + lib::take_any(std::move(t)) + lib::take_any(1); }\n");
  }

  TEST_CASE("a body that does more than it says stays") {
    kLibrary.stays(
        "lib::Text a = lib::named();\nlib::Text b = lib::copy();\nint c = lib::sure();\nint d = "
        "lib::secret(1);\n"
        "int e = lib::counted();\nint f = lib::elsewhere(1);\nint g = lib::again(1);\nint h = "
        "lib::where();\nint i = lib::secret_text(1);\n",
        {{1, "IN-11", "converted to another type"},
         {2, "IN-12", "a copy of what its body names"},
         {3, "IN-13", "it is noexcept"},
         {4, "IN-15", "internal"},
         {5, "IN-16", "more than one statement"},
         {6, "IN-17", "its body is not in sight"},
         {7, "IN-18", "it calls itself"},
         {8, "IN-22", "asks where it is"},
         {9, "IN-59", "internal"}});
    kLibrary.stays("void f(lib::Mutex& m) {\n  m.Virtual();\n  m.Hidden();\n}\n",
                   {{2, "IN-25", "it is virtual"}, {3, "IN-26", "a private member"}});
  }

  TEST_CASE("what a body changes is its own copy, or the caller's through a reference") {
    kLibrary.stays("int f(int i) { return lib::bump(i); }\n", {{1, "IN-32", "may change a parameter"}});
    kLibrary.becomes("int f(int i) { return lib::raise(i); }\n",
                     "int f(int i) { return lib::fresh(++i); }\n");
    kLibrary.becomes("int f(lib::Text t) { return lib::sized(t); }\n",
                     "int f(lib::Text t) { return t.size(); }\n");
  }

  TEST_CASE("what has a name in the body has one in its place") {
    kLibrary.becomes("int f(lib::Text t) { return lib::named_any(t); }\n",
                     "int f(lib::Text t) { return lib::take_any(t); }\n");
    kLibrary.stays("int a = lib::named_any(1);\n", {{1, "IN-35", "has no name here"}});
  }

  TEST_CASE("what is converted on its way to the same parameter is converted there") {
    kLibrary.becomes("int a = lib::handed(\"x\");\n", "int a = lib::take(\"x\");\n");
  }

  TEST_CASE("a virtual function is inlined where no other can run") {
    kLibrary.stays("void f(lib::Handler& h) { h.Plain(1); }\n", {{1, "IN-38", "another body may run"}});
    kLibrary.becomes(
        "void f(lib::Last& last) {\n  lib::Handler h;\n  h.Plain(1);\n  h.On(2);\n  last.On(3);\n  "
        "last.lib::Handler::Plain(4);\n}\n",
        "void f(lib::Last& last) {\n  lib::Handler h;\n  h.plain(1);\n  h.on(2);\n  last.on(3);\n  "
        "last.lib::Handler::plain(4);\n}\n");
    kLibrary.stays("void f(lib::Handler& h) { h.lib::Handler::On(1); }\n",
                   {{1, "IN-37", "choose the body of a virtual function"}});
  }

  TEST_CASE("a template's body is read where it is instantiated") {
    kLibrary.becomes(
        "int a = lib::generic(1);\ntemplate <class T> int f(T t) { return lib::generic(t); }\nint b = "
        "f(1L);\n",
        "int a = lib::fresh_of(1);\ntemplate <class T> int f(T t) { return lib::fresh_of(t); }\nint b = "
        "f(1L);\n");
  }

  TEST_CASE("a constructor that leaves all to another one gives way to that one") {
    kLibrary.becomes(
        "void f(lib::Mutex& m, lib::Mutex* p) {\n  lib::Guard a(&m);\n  lib::Guard b(p);\n  lib::Guard "
        "c{&m};\n  "
        "auto d = lib::Guard(&m);\n  auto* e = new lib::Guard(p);\n  lib::Guard g(1, m);\n  lib::Guard h{2, "
        "m};\n  "
        "lib::Guard i(4);\n}\nstruct S : lib::Guard {\n  S(lib::Mutex* p) : lib::Guard(p), inner(p) {}\n  "
        "lib::Guard inner;\n};\n",
        "void f(lib::Mutex& m, lib::Mutex* p) {\n  lib::Guard a(m);\n  lib::Guard b(*p);\n  lib::Guard "
        "c{m};\n  "
        "auto d = lib::Guard(m);\n  auto* e = new lib::Guard(*p);\n  lib::Guard g(m, 1);\n  lib::Guard h{m, "
        "2};\n  "
        "lib::Guard i(4, lib::kFresh, 3);\n}\nstruct S : lib::Guard {\n  S(lib::Mutex* p) : lib::Guard(*p), "
        "inner(*p) {}\n  lib::Guard inner;\n};\n");
  }

  TEST_CASE("a constructor stays where it does more, and where its arguments are not written for it") {
    kLibrary.stays(
        "lib::Guard a(1L);\nlib::Guard b('a');\nlib::Guard c = 3;\n"
        "lib::Guard* d(lib::Mutex& m) { return std::make_unique<lib::Guard>(&m); }\n",
        {{1, "IN-52", "does not leave all"},
         {2, "IN-54", "does more than call"},
         {3, "IN-53", "no list of arguments"},
         {4, "IN-50", "is made from the arguments of `make_unique`"}});
    kLibrary.stays("lib::Mutex& m();\nlib::Guard a(side_effect(), m());\n", {{2, "IN-51", "another order"}});
  }

  TEST_CASE("a constructor that is called out of sight is reported where its arguments are handed on") {
    kLibrary.stays(
        "void f(lib::Mutex& m, lib::Cell* place, std::map<int, lib::Guard>& map, std::vector<lib::Guard>& v) "
        "{\n"
        "  std::optional<lib::Guard> a(std::in_place, &m);\n"
        "  std::optional<lib::Guard> b(&m);\n"
        "  map.emplace(1, &m);\n"
        "  map.try_emplace(1, &m);\n"
        "  v.emplace_back(&m);\n"
        "  std::construct_at(place, 7);\n"
        "  v.push_back(lib::Guard(m));\n"
        "  v.emplace_back(m, 1);\n"
        "  std::construct_at(place, *place);\n}\n",
        {{2, "IN-50", "is made from the arguments of `optional`"},
         {3, "IN-50", "is made from the arguments of `optional`"},
         {4, "IN-50", "is made from the arguments of `emplace`"},
         {5, "IN-50", "is made from the arguments of `try_emplace`"},
         {6, "IN-50", "is made from the arguments of `emplace_back`"},
         {7, "IN-61", "is made from the arguments of `construct_at`"}});
  }

  TEST_CASE("what a body names without calling it takes the place of the whole call") {
    kLibrary.becomes("int a = lib::one() + lib::bump();\nlib::Level b = lib::highest();\n",
                     "int a = lib::kFresh + (++lib::total);\nlib::Level b = lib::Level::High;\n");
  }

  TEST_CASE("parameters that are chosen from, and parts of them, are only read") {
    kLibrary.becomes(
        "int a(bool b, int c) { return lib::chosen_of(b, c, 1) + 2; }\nint d(int c) { return "
        "lib::number_of(lib::Token(c)); }\n",
        "int a(bool b, int c) { return (b ? c : 1) + 2; }\nint d(int c) { return "
        "lib::fresh(lib::Token(c).number); }\n");
  }

  TEST_CASE(
      "what is moved into a parameter that the body leaves alone is gone after the call, and stays a call") {
    kLibrary.becomes(
        "bool a(lib::Token t) { return lib::holds(std::move(t)) || lib::holds(2); }\n"
        "bool b() { return lib::holds(lib::Token(1)); }\n",
        "bool a(lib::Token t) { return lib::holds(std::move(t)) || lib::holds(2); }\n"
        "bool b() { return lib::Token(1).is_held(); }\n",
        {{1, "IN-71", "is moved into it, and the body does not take it"},
         {1, "IN-71", "is converted on its way"}});
  }

  TEST_CASE("a part of what has no name is not assigned to") {
    kLibrary.becomes("void f(lib::Cabin& c) { c.SetLevel(c.level + 1); lib::cabin().SetLevel(2); }\n",
                     "void f(lib::Cabin& c) { c.level = c.level + 1; lib::cabin().SetLevel(2); }\n",
                     {{1, "IN-72", "has no name here, and has one in the body"}});
  }

  TEST_CASE("a negation needs no parentheses in a condition, and a member template of who knows what stays") {
    kLibrary.becomes(
        "bool f(const lib::Cabin& c) { return (c.IsUsed() && !c.IsUsed()) || c.IsUsed() == true; }\n"
        "template <class T>\nauto g(const T& t) { return t.template As<int>(); }\nint a = g(lib::cabin());\n",
        "bool f(const lib::Cabin& c) { return (!c.empty() && !(!c.empty())) || (!c.empty()) == true; }\n"
        "template <class T>\nauto g(const T& t) { return t.template As<int>(); }\nint a = g(lib::cabin());\n",
        {{3, "IN-74", "a template's arguments say of what it is a member template"}});
  }

  TEST_CASE("what is no expression is told by what it is") {
    kLibrary.stays("void f(int a) { lib::nothing(); lib::steps(a); lib::chosen(a); }\n",
                   {{1, "IN-62", "its body is empty"},
                    {1, "IN-63", "its body has more than one statement"},
                    {1, "IN-64", "its body is a statement, and no expression"}});
    kLibrary.becomes("int b = lib::old_constant<int>;\n", "int b = lib::constant<int>;\n");
  }

  TEST_CASE("a pack of parameters takes as many arguments as there are") {
    kLibrary.becomes(
        "int f(lib::Text t) { return lib::old_many() + lib::old_many(1) + lib::old_many(t, std::move(t), "
        "side_effect()); "
        "}\n",
        "int f(lib::Text t) { return lib::many(1) + lib::many(1, 1) + lib::many(t, std::move(t), "
        "side_effect(), 1); }\n");
  }

  TEST_CASE("a member is inlined through whatever the object comes by") {
    kLibrary.becomes(
        "void f(lib::Pointer p, lib::Pointer* q) { p->Lock(); (*p).Lock(); (*q)->Lock(); }\nstruct S : "
        "lib::Mutex {\n  "
        "void g() { Lock(); this->Lock(); }\n};\n",
        "void f(lib::Pointer p, lib::Pointer* q) { p->lock(); (*p).lock(); (*q)->lock(); }\nstruct S : "
        "lib::Mutex {\n  "
        "void g() { lock(); this->lock(); }\n};\n");
    kLibrary.stays("struct S : lib::Mutex {\n  void lock();\n  void g() { Lock(); }\n};\n",
                   {{3, "IN-23", ""}});
  }

  TEST_CASE("names of types are written as a person would") {
    kLibrary.becomes("lib::Callback a;\nint f(const char* t) { return lib::called(t).size(); }\n",
                     "lib::Callable<void(int *)> a;\nint f(const char* t) { return lib::Name(t).size(); }\n");
    kLibrary.stays("lib::Handling a;\n", {{1, "IN-58", "a function's parameters"}});
    kLibrary.becomes("int f(lib::Any a) { return a.As<int>(1); }\n",
                     "int f(lib::Any a) { return a.as<int>(1); }\n");
  }

  TEST_CASE("operators and conversions are calls") {
    kLibrary.becomes(
        "int f(lib::Number a, lib::Number b) { int c = a + b; return c + a(); }\n",
        "int f(lib::Number a, lib::Number b) { int c = (a.plus(b)).value(); return c + a.value(); }\n");
  }

  TEST_CASE("a call is inlined wherever it stands") {
    kLibrary.becomes(
        "namespace l = lib;\n#define PASS(x) (x)\nint f(bool b, int n) {\n  auto g = [&] { return l::sum(n, "
        "1) * 2; };\n  "
        "int c = b ? l::sum(n, 1) : -l::sum(n, 2);\n  return PASS(l::sum(n, 3)) + l::stale(l::sum(n, "
        "4));\n}\n",
        "namespace l = lib;\n#define PASS(x) (x)\nint f(bool b, int n) {\n  auto g = [&] { return (n + 1) * "
        "2; };\n  "
        "int c = b ? n + 1 : -(n + 2);\n  return PASS(n + 3) + l::fresh(n + 4);\n}\n");
    kLibrary.becomes(
        "int a = lib::swapped(1,  // one\r\n                     2);\r\nint b = lib::stale(1 /* one */);\r\n",
        "int a = lib::swapped(1,  // one\r\n                     2);\r\nint b = lib::fresh(1 /* one */);\r\n",
        {{1, "IN-02", "a comment between the arguments"}});
  }

  TEST_CASE("what is no call of it keeps the name, or takes the same function's") {
    kLibrary.becomes("auto a = &lib::calm;\nvoid (lib::Mutex::*b)() = &lib::Mutex::Lock;\n",
                     "auto a = &lib::quiet;\nvoid (lib::Mutex::*b)() = &lib::Mutex::lock;\n");
    kLibrary.stays(
        "int (*a)(int) = lib::stale;\nint (*b)(int, int) = lib::sum;\nnamespace user {\nusing "
        "lib::stale;\n}\nstruct H : "
        "lib::Handler {\n  void On(int) override;\n};\n",
        {{1, "IN-01", "it is not called here"},
         {2, "IN-04", "it is not called here"},
         {4, "IN-01", "can go once none is left"},
         {7, "IN-37", "overrides it"}});
  }

  TEST_CASE("a name that an annotated using-declaration brings is that of where it comes from") {
    kLibrary.becomes(
        "int a = lib::renamed<int>(1) + lib::renamed(2);\nlib::Named b;\nnamespace user {\nusing "
        "lib::renamed;\nint "
        "c = renamed(3);\n}\ntemplate <class T>\nint d(T t) {\n  return lib::renamed(t);\n}\nint e = d(1);\n",
        "int a = lib::origin::renamed<int>(1) + lib::origin::renamed(2);\nlib::origin::Named b;\nnamespace "
        "user "
        "{\nusing lib::origin::renamed;\nint c = renamed(3);\n}\ntemplate <class T>\nint d(T t) {\n  return "
        "lib::origin::renamed(t);\n}\nint e = d(1);\n");
  }

  TEST_CASE("an alias, a constant or an enumerator is another name") {
    kLibrary.becomes(
        "lib::Stale a;\nlib::IntPair b;\nlib::Couple<int, long> c;\nint d = lib::kStale;\nauto e = "
        "lib::Level::Top;\n",
        "lib::Fresh a;\nlib::Pair<int, lib::Fresh> b;\nlib::Pair<int, long> c;\nint d = lib::kFresh;\nauto e "
        "= lib::Level::High;\n");
    kLibrary.stays("lib::Twins<int> a;\nint b = lib::kOldUnknown;\n",
                   {{1, "IN-29", "changes its arguments"}, {2, "IN-60", "a variable of its own"}});
    kLibrary.becomes(
        "int a = lib::kOldOwn + lib::kOldConst + lib::own();\nint b = lib::Limits::max + "
        "lib::Limits::top();\n",
        "int a = lib::kOwn + lib::kOwn + lib::kOwn;\nint b = lib::Limits::most + lib::Limits::most;\n");
  }
}
