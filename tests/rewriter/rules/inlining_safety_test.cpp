// Calls whose body would mean something else at their place: each stays, and says why.
#include <doctest/doctest.h>

#include "rewriter/support/fix.hpp"
#include "rewriter/support/moves.hpp"

using namespace ferry::rewriter;

namespace {

const test::WithLibrary kLibrary("#include <ferry/annotate.hpp>" + test::kMoves + R"cpp(
  namespace std {
  template <class T>
  class initializer_list {
    const T* begin_;
    unsigned long size_;
  };
  }  // namespace std
  namespace lib {
  extern int counter;
  int fresh(int a, int b = 0);
  int milli(int a);
  int& counted_ref();
  struct Text {
    Text(const char*);
    Text(const Text&);
    Text(Text&&);
    ~Text();
    int size() const;
    int at(int) const;
    int at(int);
    int kind() const&;
    int kind() &&;
  };
  int take(Text&&);
  int take(const Text&);
  int keep(const Text&);
  template <class T>
  int take_any(T&& value) {
    return 0;
  }
  template <class T>
  int take_const(const T& value) {
    return 0;
  }
  struct Object;
  int taken(Object&, int);
  int taken(const Object&, int);
  int pointed(Object*);
  struct Object {
    int total;
    int bump();
    int find(int) const;
    int find(int);
    int only(int) const;
    FERRY_INLINE("IS-01", safe) int Total(int a) { return total + a; }
    FERRY_INLINE("IS-02", safe) int Find(int a) const { return find(a); }
    FERRY_INLINE("IS-03", safe) int Only(int a) const { return only(a); }
    FERRY_INLINE("IS-04", safe) int Both() { return bump() + only(1); }
    FERRY_INLINE("IS-71", safe) int Handed(int a) { return taken(*this, a); }
    FERRY_INLINE("IS-72", safe) Object& Self() { return *this; }
    FERRY_INLINE("IS-73", safe) int HandedConst(int a) const { return taken(*this, a); }
    FERRY_INLINE("IS-74", safe) int Pointed() { return pointed(this); }
    int Twice() const;
  };
  template <class T>
  inline constexpr bool is_new_v = sizeof(T) > 2;
  template <class T>
  FERRY_INLINE("IS-75", safe)
  inline constexpr bool is_old_v = is_new_v<T>;
  template <class T>
  FERRY_INLINE("IS-76", safe)
  inline constexpr bool not_new_v = !is_new_v<T>;
  template <class T>
  FERRY_INLINE("IS-77", safe)
  inline constexpr int other_type_v = is_new_v<T>;
  template <class T>
  FERRY_INLINE("IS-78", safe)
  inline constexpr bool special_v = is_new_v<T>;
  template <>
  inline constexpr bool special_v<char> = true;
  struct Base {
    void lock();
  };
  class Hidden : Base {
   public:
    FERRY_INLINE("IS-05", safe) void Lock() { lock(); }
  };
  FERRY_INLINE("IS-10", safe) inline int add(int a) { return counter + a; }
  FERRY_INLINE("IS-11", safe) inline int bump_and(Object& o, int a) { return o.bump() + a; }
  FERRY_INLINE("IS-12", safe) inline int raise(int& c, int a) { return ++c + a; }
  FERRY_INLINE("IS-13", safe) inline int swapped(int a, int b) { return fresh(b, a); }
  FERRY_INLINE("IS-14", safe) inline int plus(const int& a, int b) { return a + b; }
  FERRY_INLINE("IS-15", safe) inline void set(int* to, int value) { *to = fresh(value); }
  FERRY_INLINE("IS-16", safe) inline int nested(int ms, int n) { return fresh(n, milli(ms)); }
  FERRY_INLINE("IS-17", safe) inline int both(bool a, bool b) { return a && b ? 1 : 0; }
  FERRY_INLINE("IS-18", safe) inline int twice(int a) { return a * a; }
  FERRY_INLINE("IS-19", safe) inline int sized(int a) { return static_cast<int>(sizeof(a)); }
  FERRY_INLINE("IS-20", safe) inline int move_from(Text& t) { return take(std::move(t)); }
  FERRY_INLINE("IS-21", safe) inline int give(Text t) { return take(std::move(t)); }
  FERRY_INLINE("IS-22", safe) inline int any(const Text& t) { return take_any(t); }
  FERRY_INLINE("IS-23", safe) inline int at(const Text& t) { return t.at(1); }
  FERRY_INLINE("IS-24", safe) inline int kind(const Text& t) { return t.kind(); }
  FERRY_INLINE("IS-25", safe) inline int kept(const Text& t) { return keep(t); }
  FERRY_INLINE("IS-26", safe) inline int constant(const Text& t) { return take_const(t); }
  FERRY_INLINE("IS-27", safe) inline const Text& same(const Text& t) { return t; }
  FERRY_INLINE("IS-30", safe) inline int counted() { return counted_ref(); }
  FERRY_INLINE("IS-31", safe) inline int quiet(int a) noexcept { return a + 1; }
  inline int loud(int a) noexcept;
  FERRY_INLINE("IS-32", safe) inline int unsure(int a) { return loud(a); }
  enum class Color { Red, Blue };
  FERRY_INLINE("IS-48", safe) inline const int& kView = counter;
  FERRY_INLINE("IS-33", safe) inline constexpr Color kRed = Color::Red;
  FERRY_INLINE("IS-34", safe) inline int unused(int a, int b) {
    static_assert(sizeof(int) >= 2);
    (void)b;
    return fresh(a);
  }
  struct Pair {
    int a;
    int b;
    int sum() const;
  };
  int plain(Pair pair);
  FERRY_INLINE("IS-35", safe) inline int sum(Pair pair) { return pair.sum(); }
  FERRY_INLINE("IS-36", safe) inline int listed(Pair pair) { return plain(pair); }
  FERRY_INLINE("IS-37", safe) inline int bits(unsigned a) { return fresh(a > 5 ? 1 : 2); }
  FERRY_INLINE("IS-40", safe) inline int counted_size(Text t) { return t.size(); }
  int loud_default();
  FERRY_INLINE("IS-41", safe) inline int with_default(int a, int b = loud_default()) { return fresh(a); }
  template <class T, class U>
  int first_of(T, U) {
    return 0;
  }
  template <class T, class U>
  FERRY_INLINE("IS-42", safe)
  inline int same_order(T t, U u) {
    return lib::first_of(t, u);
  }
  template <class T, class U>
  FERRY_INLINE("IS-43", safe)
  inline int other_order(T t, U u) {
    return lib::first_of(u, t);
  }
  template <class T, class U = int>
  struct Long {};
  template <class T>
  using Short FERRY_INLINE("IS-44", safe) = Long<T>;
  struct Listed {
    Listed(int, int);
    Listed(std::initializer_list<int>);
    FERRY_INLINE("IS-45", safe) explicit Listed(long) : Listed(1, 1) {}
    FERRY_INLINE("IS-47", safe) Listed(Text* t, int n) : Listed(n, 1) {}
  };
  template <class T>
  struct Boxed {
    Boxed(T, int) {}
    FERRY_INLINE("IS-46", safe) explicit Boxed(T value) : Boxed(value, 2) {}
  };
  template <class T>
  int open(const T&) {
    return 0;
  }
  template <class T>
  FERRY_INLINE("IS-38", safe)
  inline int opened(const T& value) {
    return open(value);
  }
  FERRY_INLINE("IS-50", safe) inline int read() { return counter; }
  FERRY_INLINE("IS-51", safe) inline int& reach() { return counter; }
  FERRY_INLINE("IS-52", safe) inline int sum_of(int a, int b) { return a + b; }
  FERRY_INLINE("IS-53", safe) inline int only_call(int a) { return fresh(a); }
  FERRY_INLINE("IS-54", safe) inline int less_one(const int& a) { return a - 1; }
  FERRY_INLINE("IS-55", safe) inline int step(int& a) { return a++; }
  int defaulting(int a, int b = loud_default());
  FERRY_INLINE("IS-56", safe) inline int hidden_default(int a) { return defaulting(a); }
  FERRY_INLINE("IS-57", safe) inline int other_way(int a, int b = counter) { return fresh(b, a); }
  int swallow(Text);
  int take_perhaps(Text&&);
  FERRY_INLINE("IS-201", safe) inline int taken_perhaps(Text t) { return take_perhaps(std::move(t)); }
  FERRY_INLINE("IS-58", safe) inline int copied(const Text& t) { return swallow(t); }
  FERRY_INLINE("IS-59", safe) inline int stale(Text&& t) { return swallow(t); }
  FERRY_INLINE("IS-60", safe) inline int looked_at(Text&& t) { return t.size(); }
  FERRY_INLINE("IS-61", safe) inline int given_twice(Text t) {
    return swallow(std::move(t)) + swallow(std::move(t));
  }
  FERRY_INLINE("IS-62", safe) inline bool given_and_seen(int a, int b) {
    return fresh(a) == fresh(std::move(b), b);
  }
  template <class T>
  FERRY_INLINE("IS-63", safe)
  inline int copied_any(const T& t) {
    return swallow(t);
  }
  struct Guard {
    explicit Guard(int);
    ~Guard();
    int run() const;
  };
  int under(const Guard&);
  FERRY_INLINE("IS-64", safe) inline int guarded(int a) { return under(Guard(a)); }
  FERRY_INLINE("IS-65", safe) constexpr int one() { return 1; }
  FERRY_INLINE("IS-66", safe) inline int run_of(Guard guard) { return guard.run(); }
  int choose(int);
  int choose(long);
  FERRY_INLINE("IS-67", safe) inline int chosen(int a) { return choose(a); }
  FERRY_INLINE("IS-68", safe) inline int plain_of(int a) { return fresh(a); }
  FERRY_INLINE("IS-69", safe) inline int negated(int a) { return -a; }
  FERRY_INLINE("IS-70", safe) inline Pair paired(int a, int b) { return Pair{b, a}; }
  FERRY_INLINE("IS-81", safe) inline Pair braced(int a, int b) { return {a, b}; }
  FERRY_INLINE("IS-82", safe) inline Pair braced_one() { return {}; }
  struct View {
    const int& of;
  };
  FERRY_INLINE("IS-83", safe) inline View viewed(const int& a) { return {a}; }
  FERRY_INLINE("IS-84", safe) inline Guard guard(int a) { return Guard(a); }
  int three(int a, int b, int c);
  FERRY_INLINE("IS-85", safe) inline int defaults(int a, int b = 7, int c = 9) { return three(a, b, c); }
  int choose(unsigned);
  FERRY_INLINE("IS-86", safe) inline int chosen_unsigned(unsigned a) { return choose(a); }
  FERRY_INLINE("IS-87", safe) inline int enclosed(int a, int b) { return (a + b); }
  FERRY_INLINE("IS-87", safe) inline int enclosed_one(int a) { return ((a)); }
  FERRY_INLINE("IS-87", safe) inline int begins_enclosed(int a, int b) { return (a + b) * 2; }
  FERRY_INLINE("IS-88", safe) inline int& same_int(int& a) { return a; }
  FERRY_INLINE("IS-89", safe) inline Text&& passed_on(Text&& a) { return std::move(a); }
  int doubled(const Object&, const Object&);
  FERRY_INLINE("IS-90", safe) inline int Object::Twice() const { return doubled(*this, *this); }
  FERRY_INLINE("IS-95", safe) inline int shifted(int a, int b) { return a << b; }
  FERRY_INLINE("IS-96", safe) inline int bumped(int a, Object& o) { return o.only(a); }
  int* place(int*);
  FERRY_INLINE("IS-97", safe) inline int& first_at(int* p) { return *place(p); }
  FERRY_INLINE("IS-97", safe) inline int minus(int a) { return -milli(a); }
  FERRY_INLINE("IS-97", safe) inline int* fresh_at(int a) { return new int(a); }
  template <class T>
  struct Parts {
    T value;
    static inline int all = 0;
    typedef T Type;
    FERRY_INLINE("IS-98", safe) int count() const { return all; }
    FERRY_INLINE("IS-98", safe) Type typed() const { return Type(value); }
    FERRY_INLINE("IS-98", safe) static Parts self(T t) { return Parts{t}; }
    static int of(T) { return 1; }
  };
  template <class T>
  FERRY_INLINE("IS-99", safe)
  inline int named_part(T t) {
    return Parts<T>::of(t);
  }
  int named(const char*, int);
  FERRY_INLINE("IT-01", safe) inline int dollar(int a) { return named("$a", a); }
  struct Social {
    int value;
    friend int hidden_friend(const Social& s) { return s.value; }
  };
  FERRY_INLINE("IT-02", safe) inline int befriended(const Social& s) { return hidden_friend(s); }
  struct Equal {
    int value;
    FERRY_INLINE("IS-91", safe) bool operator==(const Equal& other) const { return value == other.value; }
    FERRY_INLINE("IS-92", safe) bool operator==(int other) const { return value == other; }
  };
  struct Order {
    int way;
    friend bool operator<(Order order, int) { return order.way < 0; }
  };
  struct Alike {
    bool like(const Alike&) const;
    Order ordered(const Alike&) const;
    FERRY_INLINE("IS-93", safe) bool operator==(const Alike& other) const { return like(other); }
    FERRY_INLINE("IS-94", safe) Order operator<=>(const Alike& other) const { return ordered(other); }
  };
  }  // namespace lib
  namespace user {
  struct Own {};
  int open(const Own&);
  struct Bits {
    unsigned low : 3;
  };
  }  // namespace user
  int effect();
  lib::Text text();
  lib::Object& object();
  extern int global;
  int pass(int&&);
  int pass(const int&);
)cpp");

}  // namespace

TEST_SUITE("rewriter.rules.inlining_safety") {
  TEST_CASE("an argument with effects is evaluated before the body reads anything") {
    kLibrary.stays(
        "int a = lib::add(effect());\nint f(lib::Object& o) { return o.Total(effect()); }\n"
        "int g(int x) { return lib::plus(x, ++x); }\n",
        {{1, "IS-10", "in the midst of the body"},
         {2, "IS-01", "in the midst of the body"},
         {3, "IS-14", "may change what another one says"}});
    kLibrary.becomes("int a = lib::add(1);\nint f(int x) { return lib::plus(1, ++x); }\n",
                     "int a = lib::counter + 1;\nint f(int x) { return 1 + (++x); }\n");
    kLibrary.becomes("int a = lib::nested(effect(), 2);\n", "int a = lib::fresh(2, lib::milli(effect()));\n");
  }

  TEST_CASE("an argument is read before the body changes anything") {
    kLibrary.stays(
        "int f(lib::Object& o) { return lib::bump_and(o, o.total); }\nint g(int x) { return lib::raise(x, "
        "x); }\n"
        "int h(int x) { return lib::nested(1, global); }\n",
        {{1, "IS-11", "before it is read"},
         {2, "IS-12", "before it is read"},
         {3, "IS-16", "before it is read"}});
    kLibrary.becomes(
        "int f(lib::Object& o, int n) { return lib::bump_and(o, n) + 1; }\nint g(int n) { return "
        "lib::nested(global, n); "
        "}\n",
        "int f(lib::Object& o, int n) { return (o.bump() + n) + 1; }\nint g(int n) { return lib::fresh(n, "
        "lib::milli(global)); }\n");
  }

  TEST_CASE("a local variable that others can get at counts as what they may change") {
    kLibrary.stays("void reach(int&);\nint f(int n) {\n  reach(n);\n  return lib::nested(1, n);\n}\n",
                   {{4, "IS-16", "before it is read"}});
    kLibrary.stays("int f(int n) {\n  auto g = [&] { ++n; };\n  g();\n  return lib::nested(1, n);\n}\n",
                   {{4, "IS-16", "before it is read"}});
  }

  TEST_CASE("what reads does not change places with what may change it") {
    kLibrary.stays(
        "int a = lib::swapped(effect(), global);\nint f(int x) { return lib::swapped(++x, x); }\n",
        {{1, "IS-13", "may change what another one says"}, {2, "IS-13", "may change what another one says"}});
    kLibrary.becomes(
        "int a = lib::swapped(effect(), 1);\nint f(int x) { return lib::swapped(effect(), x); }\n",
        "int a = lib::fresh(1, effect());\nint f(int x) { return lib::fresh(x, effect()); }\n");
    kLibrary.stays("int* place();\nvoid f(lib::Object& o) { lib::set(place(), effect()); }\n",
                   {{2, "IS-15", "in the midst of the body"}});
  }

  TEST_CASE("what has effects is evaluated once, always, and as an expression") {
    kLibrary.stays(
        "int a = lib::both(true, effect() != 0);\nint b = lib::sized(effect());\nint c = lib::twice(global + "
        "1);\n",
        {{1, "IS-17", "might not be evaluated"},
         {2, "IS-19", "without evaluating it"},
         {3, "IS-18", "repeated"}});
    kLibrary.becomes("int f(int x) { return lib::twice(x) + lib::twice(3); }\n",
                     "int f(int x) { return (x * x) + (3 * 3); }\n");
    kLibrary.stays("void f(lib::Object& o) {\n  object().Both();\n}\n", {{2, "IS-04", ""}});
    kLibrary.becomes("int f(lib::Object& o) { return o.Both(); }\n",
                     "int f(lib::Object& o) { return o.bump() + o.only(1); }\n");
  }

  TEST_CASE("what is evaluated beside a call does not get into the midst of its body") {
    kLibrary.stays(
        "int a = lib::read() + (global = 3);\nint b = effect() - lib::read();\nint f(int x) { return "
        "lib::step(x) + "
        "x; }\nint g(int x) { return lib::step(x) * lib::step(x); }\nint h(int x) { return lib::less_one(x) "
        "+ x++; "
        "}\nint i = lib::nested(1, 2) + effect();\n",
        {{1, "IS-50", "beside it"},
         {2, "IS-50", "beside it"},
         {3, "IS-55", "beside it"},
         {4, "IS-55", "beside it"},
         {4, "IS-55", "beside it"},
         {5, "IS-54", "beside it"},
         {6, "IS-16", "beside it"}});
    kLibrary.becomes(
        "int a = lib::read() + global;\nint b = lib::only_call(1) + effect();\nint c = global + "
        "(lib::reach() = 3);\n"
        "int f(int x, int y) { return lib::less_one(x) + y++; }\nint g(int x) { return lib::step(x) + "
        "lib::one(); }\n",
        "int a = lib::counter + global;\nint b = lib::fresh(1) + effect();\nint c = global + (lib::counter = "
        "3);\n"
        "int f(int x, int y) { return (x - 1) + y++; }\nint g(int x) { return (x++) + 1; }\n");
  }

  TEST_CASE("what is sequenced with a call is so with its body") {
    kLibrary.becomes(
        "bool f() { return lib::read() && (global = 3); }\nint g(int x) { return lib::step(x), lib::read(); "
        "}\n"
        "int h() { return lib::read() << (lib::reach() = 3); }\nvoid i(int x) { x = lib::step(x); }\n"
        "int j = lib::read() ? effect() : lib::read();\nint k[] = {lib::read(), effect()};\n"
        "int l = pass(lib::read() + 1);\n",
        "bool f() { return lib::counter && (global = 3); }\nint g(int x) { return (x++), lib::counter; }\n"
        "int h() { return lib::counter << (lib::counter = 3); }\nvoid i(int x) { x = x++; }\n"
        "int j = lib::counter ? effect() : lib::counter;\nint k[] = {lib::counter, effect()};\n"
        "int l = pass(lib::counter + 1);\n");
  }

  TEST_CASE("before C++17, what a compound assignment changes may be read before its right side is known") {
    const std::string text =
        "#include <ferry/annotate.hpp>\nnamespace lib {\nextern int counter;\nFERRY_INLINE(\"IX-01\", safe) "
        "inline "
        "void "
        "add(int& a, int b) { a += b; }\nFERRY_INLINE(\"IX-02\", safe) inline void count(int b) { counter += "
        "b; "
        "}\nFERRY_INLINE(\"IX-03\", safe) inline void set(int& a, int b) { a = b; }\n}\n";
    const std::string use =
        "#include <lib.hpp>\nint effect();\nextern int global;\nvoid f() {\n  lib::add(global, effect());\n  "
        "lib::count(effect());\n  lib::set(global, effect());\n  lib::add(global, 1);\n}\n";
    const std::string set = "  global = effect();\n  global += 1;\n}\n";
    const std::string begin = use.substr(0, use.find("  lib::add"));
    test::check_fix(
        {.before = {{"lib/lib.hpp", text}, {"a.cpp", use}},
         .after = {{"a.cpp", begin + "  lib::add(global, effect());\n  lib::count(effect());\n" + set}},
         .left = {{5, "IX-01", "what another one says"}, {6, "IX-02", "in the midst of the body"}},
         .flags = {"-std=c++14"}});
    test::check_fix(
        {.before = {{"lib/lib.hpp", text}, {"a.cpp", use}},
         .after = {{"a.cpp", begin + "  global += effect();\n  lib::counter += effect();\n" + set}},
         .flags = {"-std=c++17"}});
  }

  TEST_CASE("before C++17, arguments and assignments are mixed as well") {
    const std::string text =
        "namespace lib {\nextern int counter;\nint fresh(int, int);\nFERRY_INLINE(\"IX-01\", safe) inline "
        "int "
        "step(int& a) { return a++; }\nFERRY_INLINE(\"IX-02\", safe) inline int read() { return counter; "
        "}\n}\n";
    const std::string use =
        "#include <lib.hpp>\nint effect();\nvoid f(int x) { x = lib::step(x); }\nint a = "
        "lib::fresh(lib::read(), "
        "effect());\n";
    test::check_fix({.before = {{"lib/lib.hpp", "#include <ferry/annotate.hpp>\n" + text}, {"a.cpp", use}},
                     .left = {{3, "IX-01", "beside it"}, {4, "IX-02", "beside it"}},
                     .flags = {"-std=c++14"}});
  }

  TEST_CASE("arguments that could not be mixed are not made operands that are") {
    kLibrary.stays(
        "int f(int x) { return lib::sum_of(x++, x); }\nint a = lib::sum_of(effect(), effect());\n"
        "int b = lib::sum_of(global, effect());\nint c = lib::sum_of(lib::read(), effect());\n",
        {{1, "IS-52", "what another one says"},
         {2, "IS-52", "what another one says"},
         {3, "IS-52", "what another one says"},
         {4, "IS-52", "what another one says"},
         {4, "IS-50", "beside it"}});
    kLibrary.becomes("int f(int x) { return lib::sum_of(x, effect()); }\n",
                     "int f(int x) { return x + effect(); }\n");
  }

  TEST_CASE("defaults take part in the order") {
    kLibrary.stays("int a = lib::hidden_default(effect());\nint b = lib::other_way(effect());\n",
                   {{1, "IS-56", "in the midst of the body"}, {2, "IS-57", "what another one says"}});
    kLibrary.becomes("int a = lib::hidden_default(1);\nint b = lib::other_way(1);\n",
                     "int a = lib::defaulting(1);\nint b = lib::fresh(lib::counter, 1);\n");
  }

  TEST_CASE("what is only offered to be moved from is not") {
    kLibrary.stays(
        "int f(lib::Text t) { return lib::copied(std::move(t)); }\nint g(lib::Text t) { return "
        "lib::stale(std::move(t)); }\nint h(lib::Text t) { return lib::copied_any(std::move(t)); }\n"
        "template <class T>\nint i(T t) { return lib::copied_any(std::move(t)); }\n",
        {{1, "IS-58", "does not take it"},
         {2, "IS-59", "does not take it"},
         {3, "IS-63", "does not take it"},
         {5, "IS-63", ""}});
    kLibrary.becomes(
        "int f(lib::Text t) { return lib::looked_at(std::move(t)); }\nint g(lib::Text t) { return "
        "lib::copied(t); }\n",
        "int f(lib::Text t) { return std::move(t).size(); }\nint g(lib::Text t) { return lib::swallow(t); "
        "}\n");
  }

  TEST_CASE("what a function takes is gone, whatever its body offers it to") {
    kLibrary.stays("int f(lib::Text t) { return lib::taken_perhaps(std::move(t)); }\n",
                   {{1, "IS-201", "might not take it"}});
    kLibrary.becomes("int f() { return lib::taken_perhaps(lib::Text(\"a\")); }\n",
                     "int f() { return lib::take_perhaps(lib::Text(\"a\")); }\n");
  }

  TEST_CASE("what the body gives away twice is there once") {
    kLibrary.stays(
        "int f(lib::Text t) { return lib::given_twice(t); }\nbool g(int x) { return lib::given_and_seen(1, "
        "x); }\n",
        {{1, "IS-61", ""}, {2, "IS-62", "gives a parameter away"}});
  }

  TEST_CASE("what the body makes for itself goes with the call") {
    kLibrary.stays("int a = lib::guarded(1) + effect();\nint b = pass(lib::guarded(1));\n",
                   {{1, "IS-64", "outlive the call"}, {2, "IS-64", "outlive the call"}});
    kLibrary.becomes(
        "int a = lib::guarded(1);\nint f() {\n  lib::guarded(2);\n  return lib::guarded(3);\n}\n",
        "int a = lib::under(lib::Guard(1));\nint f() {\n  lib::under(lib::Guard(2));\n  return "
        "lib::under(lib::Guard(3));\n}\n");
  }

  TEST_CASE("what a function owns goes with the call") {
    kLibrary.stays("int a = lib::run_of(lib::Guard(1)) + effect();\n", {{1, "IS-66", "outlive the call"}});
    kLibrary.becomes("int a = lib::run_of(lib::Guard(1));\n", "int a = lib::Guard(1).run();\n");
  }

  TEST_CASE("what is asked about an open type gets the same answer") {
    kLibrary.stays(
        "template <class T>\nconcept Can = requires(T t) { lib::chosen(t); };\n"
        "template <class T>\nauto f(T t) -> decltype(lib::chosen(t));\nbool a = Can<unsigned long>;\n",
        {{2, "IS-67", "asked about"}, {4, "IS-67", "asked about"}});
    kLibrary.becomes("template <class T>\nconcept Can = requires(T t) { lib::plain_of(t); };\n",
                     "template <class T>\nconcept Can = requires(T t) { lib::fresh(t); };\n");
  }

  TEST_CASE("an argument of an open type is not converted, and chooses nothing else") {
    kLibrary.stays(
        "template <class T>\nauto f(T t) { return lib::negated(t); }\nauto a = f(1L);\n"
        "template <class T>\nint g(T t) { return lib::chosen(t); }\n",
        {{2, "IS-69", "may be converted"}, {5, "IS-67", "no instance"}});
    kLibrary.becomes(
        "template <class T>\nint f(T t) { return lib::plain_of(t) + lib::chosen(t); }\nint a = f(1);\n",
        "template <class T>\nint f(T t) { return lib::fresh(t) + lib::choose(t); }\nint a = f(1);\n");
  }

  TEST_CASE("a body hands its object on") {
    kLibrary.becomes(
        "int f(lib::Object& o, lib::Object* p) { return o.Handed(1) + p->Handed(2); }\n"
        "lib::Object& g(lib::Object* p) { return p->Self(); }\nint h(lib::Object* p) { return "
        "p->Self().only(1); }\n",
        "int f(lib::Object& o, lib::Object* p) { return lib::taken(o, 1) + lib::taken(*p, 2); }\n"
        "lib::Object& g(lib::Object* p) { return *p; }\nint h(lib::Object* p) { return (*p).only(1); }\n");
    kLibrary.stays(
        "int f(lib::Object* p, lib::Object* q) { return p->Handed((p = q)->total); }\n"
        "int g() { return 1; }\nint h(lib::Object& o) { return o.HandedConst(1); }\n"
        "struct Pointer {\n  lib::Object* operator->() const;\n};\nint i(Pointer p) { return p->Handed(1); "
        "}\n"
        "int j(lib::Object& o) { return o.Pointed(); }\n",
        {{1, "IS-71", "what another one says"},
         {3, "IS-73", "const in the body"},
         {7, "IS-71", "overloaded `->`"},
         {8, "IS-74", "as a pointer"}});
  }

  TEST_CASE("a template of constants is another name for one of the same type") {
    kLibrary.becomes(
        "bool a = lib::is_old_v<int>;\ntemplate <class T>\nbool f() { return lib::is_old_v<T>; }\nbool b = "
        "f<int>();\n",
        "bool a = lib::is_new_v<int>;\ntemplate <class T>\nbool f() { return lib::is_new_v<T>; }\nbool b = "
        "f<int>();\n");
    kLibrary.stays(
        "bool a = lib::not_new_v<int>;\nauto b = lib::other_type_v<int>;\nbool c = lib::special_v<int>;\n",
        {{1, "IS-76", "more than another one's name"},
         {2, "IS-77", "another type"},
         {3, "IS-78", "specialised"}});
  }

  TEST_CASE("a cast to a class has no list of arguments") {
    kLibrary.stays("auto a = static_cast<lib::Listed>(1L);\nauto b = (lib::Listed)1L;\n",
                   {{1, "IS-45", "no list of arguments"}, {2, "IS-45", "no list of arguments"}});
  }

  TEST_CASE("an object that is made of a list of parameters is made at the place of use") {
    kLibrary.becomes(
        "lib::Pair a = lib::paired(1, effect());\nlib::Pair b = lib::braced(effect(), 2);\nlib::Pair c = "
        "lib::braced_one();\n",
        "lib::Pair a = lib::Pair{effect(), 1};\nlib::Pair b = lib::Pair{effect(), 2};\nlib::Pair c = "
        "lib::Pair{};\n");
    kLibrary.stays(
        "lib::Pair a = lib::paired(effect(), effect());\nauto b = lib::viewed(global);\nlib::Pair c = "
        "lib::braced(1L, 2);\n",
        {{1, "IS-70", "what another one says"},
         {2, "IS-83", "a list that refers to"},
         {3, "IS-81", "converted"}});
  }

  TEST_CASE("a body in parentheses is written with those that it needs") {
    kLibrary.becomes(
        "int a = lib::enclosed(1, 2) * 2 + lib::enclosed_one(3);\nint b = lib::begins_enclosed(1, 2);\n",
        "int a = (1 + 2) * 2 + 3;\nint b = (1 + 2) * 2;\n");
  }

  TEST_CASE("what has a name is not asked for its type in the place of what refers to it") {
    kLibrary.stays(
        "decltype(lib::reach()) a = global;\ndecltype(auto) b = lib::reach();\ndecltype(auto) f() { return "
        "lib::reach(); }\nauto g = [](int& x) -> decltype(auto) { return lib::same_int(x); };\n"
        "auto h() -> decltype(lib::reach()) { return global; }\n",
        {{1, "IS-51", "its type is asked for"},
         {2, "IS-51", "its type is asked for"},
         {3, "IS-51", "its type is asked for"},
         {4, "IS-88", "its type is asked for"},
         {5, "IS-51", "its type is asked for"}});
    kLibrary.becomes("auto& a = lib::reach();\nint f() { return lib::reach() + 1; }\n",
                     "auto& a = lib::counter;\nint f() { return lib::counter + 1; }\n");
    kLibrary.stays("auto&& a = lib::passed_on(text());\n", {{1, "IS-89", "of its body a value"}});
    kLibrary.becomes("lib::Text f(lib::Text t) { return lib::passed_on(std::move(t)); }\n",
                     "lib::Text f(lib::Text t) { return std::move(t); }\n");
  }

  TEST_CASE("what begins like a type does not declare anything") {
    kLibrary.stays(
        "struct Locked {\n  explicit Locked(lib::Guard);\n  ~Locked();\n};\nvoid f(int x) {\n"
        "  if (x > 1) lib::guard(x);\n  Locked a(lib::guard(x));\n  lib::guard(x), x;\n}\n",
        {{6, "IS-84", "declare a variable"},
         {7, "IS-84", "declare a function"},
         {8, "IS-84", "declare a variable"}});
    kLibrary.becomes(
        "struct Two {\n  Two(lib::Guard, int);\n};\nint f(int x) {\n  lib::guard(x).run();\n  Two "
        "a(lib::guard(x), "
        "1);\n  return lib::guard(x).run();\n}\n",
        "struct Two {\n  Two(lib::Guard, int);\n};\nint f(int x) {\n  lib::Guard(x).run();\n  Two "
        "a(lib::Guard(x), "
        "1);\n  return lib::Guard(x).run();\n}\n");
  }

  TEST_CASE("arguments whose order was open are not put in one that is fixed where that could show") {
    kLibrary.stays(
        "int a = lib::shifted(effect(), effect());\nint b = lib::shifted(global, effect());\nlib::Pair c = "
        "lib::braced(effect(), effect());\nint d = lib::bumped(effect(), object());\n",
        {{1, "IS-95", "what another one says"},
         {2, "IS-95", "what another one says"},
         {3, "IS-81", "what another one says"},
         {4, "IS-96", "what another one says"}});
    kLibrary.becomes("int f(int x) { return lib::shifted(x, effect()) + lib::bumped(x, object()); }\n",
                     "int f(int x) { return (x << effect()) + object().only(x); }\n");
  }

  TEST_CASE("what looks like a call and is an operator's operand binds as that") {
    kLibrary.becomes(
        "void f(int* p) {\n  lib::first_at(p)++;\n  int a = 1 - lib::minus(2);\n  int b = "
        "lib::fresh_at(3)[0];\n}\n",
        "void f(int* p) {\n  (*lib::place(p))++;\n  int a = 1 - (-lib::milli(2));\n  int b = (new "
        "int(3))[0];\n}\n");
  }

  TEST_CASE("a sign of a parameter in a body's text stays what it is") {
    kLibrary.stays("int f(int n) { return lib::dollar(n) + n; }\n", {{1, "IT-01", "a `$` in it"}});
  }

  TEST_CASE("an object that is handed on as its base stays one") {
    kLibrary.stays(
        "struct Heir : lib::Object {\n  int total;\n  int g() { return Self().total; }\n};\nint f(Heir& h) "
        "{\n  "
        "h.Self().total = 1;\n  return h.Twice();\n}\n",
        {{3, "IS-72", "inherits the function"},
         {6, "IS-72", "inherits the function"},
         {7, "IS-90", "inherits the function"}});
    kLibrary.becomes(
        "template <class T>\nint f(T& t) { return t.Twice(); }\nstruct Heir : lib::Object {};\nint "
        "g(lib::Object& o, "
        "Heir& h) { return h.total + f(o); }\n",
        "template <class T>\nint f(T& t) { return lib::doubled(t, t); }\nstruct Heir : lib::Object {};\nint "
        "g(lib::Object& o, Heir& h) { return h.total + f(o); }\n");
    kLibrary.stays(
        "template <class T>\nint f(T& t) { return t.Twice(); }\nstruct Heir : lib::Object {};\nint "
        "g(lib::Object& o, "
        "Heir& h) { return f(h) + f(o); }\n",
        {{2, "IS-90", "inherits the function"}});
  }

  TEST_CASE("a friend that is declared in its class alone is called by nobody else's qualified name") {
    kLibrary.stays("int f(lib::Social s) { return lib::befriended(s); }\n", {{1, "IT-02", "types find"}});
  }

  TEST_CASE("a comma does not part a macro's argument") {
    kLibrary.stays(
        "#define ANY(...) count(#__VA_ARGS__, __VA_ARGS__)\n#define ONE(x) (x)\nint count(const char*, "
        "int);\nint f(int "
        "n) { return ANY(lib::braced(1, n).a) + ONE(lib::braced(n, 1).b); }\n",
        {{4, "IS-81", ""}, {4, "IS-81", "part the macro's argument"}});
    kLibrary.becomes("#define ONE(x) (x)\nint f(int n) { return ONE(lib::plus(n, 1)); }\n",
                     "#define ONE(x) (x)\nint f(int n) { return ONE(n + 1); }\n");
  }

  TEST_CASE("a body that names parts of what depends on a template's arguments stays") {
    kLibrary.stays(
        "int a(lib::Parts<int> p) { return p.count() + p.typed() + lib::Parts<int>::self(1).value; }\n"
        "using namespace lib;\ntemplate <class T>\nint f(T* t, int i) { return named_part(i); }\nint b = "
        "f<char>(nullptr, 1);\n",
        {{1, "IS-98", "a part of its class template"},
         {1, "IS-98", "a part of its class template"},
         {1, "IS-98", "its own class template"},
         {4, "IS-99", "depends on its arguments"}});
  }

  TEST_CASE("several defaults are written in their order") {
    kLibrary.becomes("int a = lib::defaults(1) + lib::defaults(1, 2);\n",
                     "int a = lib::three(1, 7, 9) + lib::three(1, 2, 9);\n");
  }

  TEST_CASE("a bit-field stays where overloads would see it") {
    kLibrary.stays(
        "int f(user::Bits b) { return lib::chosen_unsigned(b.low); "
        "}\n",
        {{1, "IS-86", "a bit-field"}});
  }

  TEST_CASE("the object may be handed on more than once where it is named shortly") {
    kLibrary.becomes(
        "int f(lib::Object& o, lib::Object* p) { return o.Twice() + p->Twice() + (*p).Twice(); }\n",
        "int f(lib::Object& o, lib::Object* p) { return lib::doubled(o, o) + lib::doubled(*p, *p) + "
        "lib::doubled(*p, "
        "*p); }\n");
    kLibrary.stays("int a = object().Twice();\n", {{1, "IS-90", "repeated"}});
  }

  TEST_CASE("an operator that is made of another one gives way to its negation, or says what it calls") {
    kLibrary.becomes(
        "bool f(lib::Equal a, lib::Equal b) { return a != b && !(a == b); }\nint g(lib::Equal a, lib::Equal "
        "b) { "
        "return (a != b) + 1; }\nbool h(lib::Alike a, lib::Alike b) { return a != b; }\n",
        "bool f(lib::Equal a, lib::Equal b) { return !(a.value == b.value) && !(a.value == b.value); }\nint "
        "g(lib::Equal a, lib::Equal b) { return (!(a.value == b.value)) + 1; }\nbool h(lib::Alike a, "
        "lib::Alike b) { "
        "return !a.like(b); }\n");
    kLibrary.stays(
        "bool f(lib::Equal a) { return 1 == a; }\nbool g(lib::Equal a) { return 1 != a; }\n"
        "bool h(lib::Alike a) { return a < a; }\ntemplate <class T>\nbool i(T a) { return a != a; }\nbool j "
        "= "
        "i(lib::Equal{});\n",
        {{1, "IS-92", "`==` calls it here, with its operands the other way round"},
         {2, "IS-92", "`!=` calls it here, with its operands the other way round"},
         {3, "IS-94", "`<` calls it here to compare its result"},
         {5, "IS-91", "an instance of the template calls it"}});
  }

  TEST_CASE("a part of `*this` is written as a person would") {
    kLibrary.becomes(
        "struct Heir : lib::Equal {\n  bool f(lib::Equal b) { return *this == b; }\n};\n",
        "struct Heir : lib::Equal {\n  bool f(lib::Equal b) { return this->value == b.value; }\n};\n");
  }

  TEST_CASE("the body's move from the caller's object stays a move") {
    kLibrary.becomes("int f(lib::Text t) { return lib::move_from(t); }\n",
                     "int f(lib::Text t) { return lib::take(std::move(t)); }\n");
    kLibrary.stays("int f(lib::Text t) { return lib::give(t); }\n", {{1, "IS-21", "copied on its way"}});
    kLibrary.becomes("int f() { return lib::give(text()); }\n", "int f() { return lib::take(text()); }\n");
  }

  TEST_CASE("what is const in the body, or has a name there, is so at its place where that shows") {
    kLibrary.stays(
        "int f(lib::Text t) { return lib::any(t); }\nint g(lib::Text t) { return lib::at(t); }\n"
        "int h() { return lib::kind(text()); }\nint i(lib::Object& o) { return o.Find(1); }\n"
        "auto&& j = lib::same(text());\n",
        {{1, "IS-22", "const in the body"},
         {2, "IS-23", "const in the body"},
         {3, "IS-24", "has no name here"},
         {4, "IS-02", "its object is const in the body"},
         {5, "IS-27", "has no name here"}});
    kLibrary.becomes(
        "int f(lib::Text t, const lib::Text& c) { return lib::kept(t) + lib::kept(text()) + lib::constant(t) "
        "+ "
        "lib::any(c) + lib::at(c); }\nint g(lib::Object& o, const lib::Object& c) { return o.Only(1) + "
        "c.Find(1); }\n",
        "int f(lib::Text t, const lib::Text& c) { return lib::keep(t) + lib::keep(text()) + "
        "lib::take_const(t) + "
        "lib::take_any(c) + c.at(1); }\nint g(lib::Object& o, const lib::Object& c) { return o.only(1) + "
        "c.find(1); }\n");
  }

  TEST_CASE("a value does not become a name where that shows") {
    kLibrary.stays(
        "auto&& a = lib::counted();\ndecltype(lib::counted()) b = 1;\nint c = pass(lib::counted());\n"
        "decltype(auto) d() { return lib::counted(); }\nconst int& e = lib::counted();\n",
        {{1, "IS-30", "a name"},
         {2, "IS-30", "a name"},
         {3, "IS-30", "a name"},
         {4, "IS-30", "a name"},
         {5, "IS-30", "a name"}});
    kLibrary.becomes(
        "int a = lib::counted() + 1;\nauto b = lib::counted();\nint f() { return lib::counted(); }\n",
        "int a = lib::counted_ref() + 1;\nauto b = lib::counted_ref();\nint f() { return lib::counted_ref(); "
        "}\n");
  }

  TEST_CASE("a constant that becomes a value is not referred to as an object") {
    kLibrary.stays("const lib::Color& f() { return lib::kRed; }\nconst lib::Color* g = &lib::kRed;\n",
                   {{1, "IS-33", "used as an object"}, {2, "IS-33", "used as an object"}});
    kLibrary.stays("auto& f() { return lib::kView; }\n", {{1, "IS-48", "used as an object"}});
    kLibrary.becomes("int f() { return lib::kView; }\n", "int f() { return lib::counter; }\n");
    kLibrary.becomes("lib::Color f() { return lib::kRed; }\n",
                     "lib::Color f() { return lib::Color::Red; }\n");
  }

  TEST_CASE("what is asked about a call gets the same answer") {
    kLibrary.stays("static_assert(!noexcept(lib::unsure(1)));\n", {{1, "IS-32", "another answer"}});
    kLibrary.becomes("static_assert(noexcept(lib::quiet(1)));\n", "static_assert(noexcept(1 + 1));\n");
  }

  TEST_CASE("a statement stays one that does something") {
    kLibrary.stays("void f() { lib::quiet(1); }\n", {{1, "IS-31", "nothing uses its result"}});
    kLibrary.stays("auto f = [](int* p) { return lib::set(p, 1); };\n", {{1, "IS-15", "it gives nothing"}});
    kLibrary.becomes("void f(int* p) { lib::set(p, 1); }\n", "void f(int* p) { *p = lib::fresh(1); }\n");
  }

  TEST_CASE("what a body says to the compiler alone is left out") {
    kLibrary.becomes("int a = lib::unused(1, 2);\n", "int a = lib::fresh(1);\n");
  }

  TEST_CASE("a copy that the body refers to is one of what nobody else changes") {
    kLibrary.becomes(
        "int f(lib::Text t) { return lib::counted_size(t); }\nint g() { return lib::counted_size(text()); "
        "}\n",
        "int f(lib::Text t) { return t.size(); }\nint g() { return text().size(); }\n");
    kLibrary.stays("extern lib::Text shared;\nint a = lib::counted_size(shared);\n",
                   {{2, "IS-40", "a copy"}});
  }

  TEST_CASE("an argument that is left to its default has its effects") {
    kLibrary.stays("int a = lib::with_default(1);\n", {{1, "IS-41", "left to its default"}});
    kLibrary.becomes("int a = lib::with_default(1, 2);\n", "int a = lib::fresh(1);\n");
  }

  TEST_CASE("template arguments that are written go with the name where they mean the same") {
    kLibrary.becomes("int a = lib::same_order<int, long>(1, 2L);\n",
                     "int a = lib::first_of<int, long>(1, 2L);\n");
    kLibrary.stays("int a = lib::other_order<int, long>(1, 2L);\n", {{1, "IS-43", "template arguments"}});
    kLibrary.becomes("int a = lib::other_order(1, 2L);\n", "int a = lib::first_of(2L, 1);\n");
  }

  TEST_CASE("an alias template leaves out what has a default") {
    kLibrary.becomes("lib::Short<int> a;\n", "lib::Long<int> a;\n");
    kLibrary.stays("template <template <class> class T>\nstruct Takes {};\nTakes<lib::Short> a;\n",
                   {{3, "IS-44", "without its template's arguments"}});
  }

  TEST_CASE("in braces, a constructor's arguments do not become a list") {
    kLibrary.becomes("lib::Listed a(1L);\n", "lib::Listed a(1, 1);\n", {});
    kLibrary.becomes("lib::Listed f(lib::Text* t) { return lib::Listed(t, 2); }\n",
                     "lib::Listed f(lib::Text* t) { return lib::Listed(2, 1); }\n");
    kLibrary.stays("lib::Listed f(lib::Text* t) { return lib::Listed{t, 2}; }\n",
                   {{1, "IS-47", "for a list"}});
  }

  TEST_CASE("a constructor of a class template gives way as well") {
    kLibrary.becomes("lib::Boxed<int> a(1);\n", "lib::Boxed<int> a(1, 2);\n");
    kLibrary.stays("lib::Boxed a(1);\nauto b = lib::Boxed(1L);\nauto* c = new lib::Boxed{'c'};\n",
                   {{1, "IS-46", "the class template's"},
                    {2, "IS-46", "the class template's"},
                    {3, "IS-46", "the class template's"}});
  }

  TEST_CASE("a list and a bit-field have a parameter's type only on their way into it") {
    kLibrary.stays("int a = lib::sum({1, 2});\nint f(user::Bits b) { return lib::bits(b.low); }\n",
                   {{1, "IS-35", "is a list"}, {2, "IS-37", "converted"}});
    kLibrary.becomes("int a = lib::listed({1, 2});\n", "int a = lib::plain({1, 2});\n");
  }

  TEST_CASE("a body in a template means what its instances mean by it") {
    kLibrary.stays("int a = lib::opened(user::Own{});\n", {{1, "IS-38", "types choose"}});
    kLibrary.stays(
        "template <class T>\nint f(const T& t) { return lib::opened(t); }\nint a = f(1) + f(user::Own{});\n",
        {{2, "IS-38", "types choose"}});
    kLibrary.becomes(
        "template <class T>\nint f(const T& t) { return lib::opened(t); }\nint a = f(1) + f(2L);\n",
        "template <class T>\nint f(const T& t) { return lib::open(t); }\nint a = f(1) + f(2L);\n");
  }

  TEST_CASE("what the class alone may do stays in it") {
    kLibrary.stays("void f(lib::Hidden& h) { h.Lock(); }\n", {{1, "IS-05", "private"}});
  }
}
