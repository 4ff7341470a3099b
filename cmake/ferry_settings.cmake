# What every part of ferry builds with.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

add_library(ferry-settings INTERFACE)
target_compile_options(ferry-settings INTERFACE -Wall -Wextra -Wpedantic -Wno-missing-field-initializers)

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 takes the empty std::optional inside a Poll for a value that is read, and `"text" + string` for a copy that
  # overlaps; and it tells of GCC 4.6 where a parameter is aligned beyond the usual.
  target_compile_options(ferry-settings INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-psabi)
endif()

if(FERRY_DEVELOPER)
  target_compile_options(ferry-settings INTERFACE -Werror)
  find_program(CCACHE_PROGRAM ccache)
  if(CCACHE_PROGRAM)
    # The sloppiness is what makes ccache and precompiled headers work together.
    set(ferry_launcher "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime "${CCACHE_PROGRAM}")
    set(CMAKE_C_COMPILER_LAUNCHER ${ferry_launcher})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${ferry_launcher})
  endif()
  if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
    add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")
    add_link_options(-fuse-ld=lld)
  endif()
endif()
