# Compiler, linker and sanitizer settings that every target shares.

find_program(CCACHE ccache)
if(CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD AND NOT CMAKE_INTERPROCEDURAL_OPTIMIZATION)
  add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Werror -Wnon-virtual-dtor
  -Wno-missing-field-initializers -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  add_link_options(-Wno-stringop-overflow -Wno-stringop-overread)  # link-time optimization warns again
  add_compile_options(-Wshadow=local)
  # GCC 12 reports these falsely through std::expected and std::string at -O2.
  add_compile_options(-Wno-maybe-uninitialized -Wno-restrict -Wno-dangling-pointer -Wno-array-bounds
    -Wno-stringop-overflow -Wno-stringop-overread)
else()
  # Clang reports std::get_temporary_buffer inside libstdc++'s own std::stable_sort.
  add_compile_options(-Wno-deprecated-declarations)
endif()
# Hot loops are laid out on cache-line boundaries, so that a change elsewhere does not move them.
add_compile_options($<$<CONFIG:Release>:-falign-functions=32>)

# Profile-guided optimization (scripts/build-profiled). The notes stand beside the object files, so both steps happen
# in one build folder, and no cache may answer for the compiler.
if(EPHOR_PROFILE)
  unset(CMAKE_CXX_COMPILER_LAUNCHER)
  if(EPHOR_PROFILE STREQUAL "record")
    add_compile_options(-fprofile-generate -fprofile-update=prefer-atomic)
    add_link_options(-fprofile-generate)
  else()
    # What the training did not run is optimized as without a profile, not for size.
    add_compile_options(-fprofile-use -fprofile-partial-training -Wno-missing-profile -Wno-coverage-mismatch)
    add_link_options(-fprofile-use -fprofile-partial-training)
  endif()
endif()

if(EPHOR_SANITIZE)
  add_compile_options(-fsanitize=${EPHOR_SANITIZE} -fno-sanitize-recover=all -g1)
  add_link_options(-fsanitize=${EPHOR_SANITIZE})
  add_compile_definitions(EPHOR_SANITIZED)
endif()
