// ferry/annotate.hpp: a deprecated declaration that carries its own migration.
//
// Includes nothing and depends on nothing: any library may copy this one file. To a compiler, each macro is
// the standard `deprecated` attribute, whose message names the rule and the replacement; under Clang it is
// also an annotation, which `ferry check` and `ferry fix` read from the user's own translation unit.
//
//   FERRY_REPLACE("TIME-01", unsafe, "ferry::time::sleep($duration)")
//   Delay delay_for(Duration duration);
//
// `applicability` is one of `safe` (behaviour is kept), `unsafe` (mechanical, but behaviour may change) and
// `manual` (a person decides; the replacement text then says what to look at).
//
// The replacement is C++ with fully qualified names and placeholders: `$name` is the argument for the
// parameter `name`, `$this` the object of a member call. On a class, an alias, an enumerator or a variable it
// is the new name.
//
// FERRY_INLINE(id, applicability): the replacement is the declaration's own body, one return or expression
// statement.
//
// FERRY_MOVED(id, applicability, name): for a namespace whose members live on under the same names in the
// namespace `name`. Says nothing at compile time: what did not change is not deprecated.
//
// FERRY_NATIVE(id, applicability, name): like FERRY_REPLACE, but the use decides, so a rule that is written
// in C++ and called `id` rewrites it; `name` goes into the compiler's message only.
//
// FERRY_REVIEW(id, text): for a name that stays while its meaning changes for some uses. Says nothing at
// compile time; `ferry check` shows each use to a person, with `text`.
//
// FERRY_CONCEPT(id, applicability, name): like FERRY_NATIVE, after the name of a concept. Says nothing at
// compile time, and is an annotation only where a concept can have one: from Clang 19 on.
//
//   template <class R>
//   concept AsyncRead FERRY_CONCEPT("IOT-01", unsafe, "ferry::io::AsyncRead") = ...;
//
// Defining FERRY_NO_DEPRECATED silences the compiler's messages; the annotations stay.
#ifndef FERRY_ANNOTATE_HPP
#define FERRY_ANNOTATE_HPP

#if defined(FERRY_NO_DEPRECATED)
#define FERRY_DETAIL_DEPRECATED(message)
#else
#define FERRY_DETAIL_DEPRECATED(message) [[deprecated(message)]]
#endif

#if defined(__clang__)
#define FERRY_DETAIL_ANNOTATE(text) [[clang::annotate(text)]]
#else
#define FERRY_DETAIL_ANNOTATE(text)
#endif

#define FERRY_REPLACE(id, applicability, replacement)           \
  FERRY_DETAIL_DEPRECATED("use " replacement " [ferry " id "]") \
  FERRY_DETAIL_ANNOTATE("ferry:replace:" id ":" #applicability ":" replacement)

#define FERRY_INLINE(id, applicability)                             \
  FERRY_DETAIL_DEPRECATED("use what its body calls [ferry " id "]") \
  FERRY_DETAIL_ANNOTATE("ferry:inline:" id ":" #applicability ":")

#define FERRY_MOVED(id, applicability, name) \
  FERRY_DETAIL_ANNOTATE("ferry:moved:" id ":" #applicability ":" name)

#define FERRY_NATIVE(id, applicability, name)            \
  FERRY_DETAIL_DEPRECATED("use " name " [ferry " id "]") \
  FERRY_DETAIL_ANNOTATE("ferry:native:" id ":" #applicability ":" name)

#define FERRY_REVIEW(id, text) FERRY_DETAIL_ANNOTATE("ferry:native:" id ":manual:" text)

#if defined(__clang__) && __clang_major__ >= 19
#define FERRY_CONCEPT(id, applicability, name) \
  FERRY_DETAIL_ANNOTATE("ferry:native:" id ":" #applicability ":" name)
#else
#define FERRY_CONCEPT(id, applicability, name)
#endif

#endif  // FERRY_ANNOTATE_HPP
