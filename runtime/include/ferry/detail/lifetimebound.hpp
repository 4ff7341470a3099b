// Says that a function's result refers to an argument, so that Clang warns where the result outlives it.
#pragma once

#if __has_cpp_attribute(clang::lifetimebound)
#define FERRY_DETAIL_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define FERRY_DETAIL_LIFETIMEBOUND
#endif
