# Lists the native rules: each src/rules/native/NAME.cpp of the pack ferry-0.2, and src/rules/native/PACK/NAME.cpp of
# another one, defines native::NAME. Sets FERRY_NATIVE_RULES_CPP.
file(GLOB native_sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_LIST_DIR}/../src/rules/native/*.cpp"
     "${CMAKE_CURRENT_LIST_DIR}/../src/rules/native/*/*.cpp")
set(native_declarations "")
set(native_entries "")
list(LENGTH native_sources native_count)
foreach(source IN LISTS native_sources)
  cmake_path(GET source STEM name)
  cmake_path(GET source PARENT_PATH folder)
  cmake_path(GET folder FILENAME pack)
  if(pack STREQUAL "native")
    set(pack "ferry-0.2")
  endif()
  string(APPEND native_declarations "void ${name}(Unit& unit, std::set<std::string>& claimed);\n")
  string(APPEND native_entries "    NativeRule{\"${pack}\", native::${name}},\n")
endforeach()
set(FERRY_NATIVE_RULES_CPP "${CMAKE_CURRENT_BINARY_DIR}/native_rules.cpp")
file(CONFIGURE OUTPUT "${FERRY_NATIVE_RULES_CPP}" CONTENT "// Generated from the names of the files in rules/native/.
#include \"rules/native/native.hpp\"

#include <array>

namespace ferry::rewriter {
namespace native {

${native_declarations}
}  // namespace native

std::span<const NativeRule> native_rules() {
  static constexpr std::array<NativeRule, ${native_count}> rules = {
${native_entries}  };
  return rules;
}

}  // namespace ferry::rewriter
" @ONLY)
