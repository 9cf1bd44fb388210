# A build target is a sentence about the architecture: ephor_library(name SRCS ... DEPS ...).
#
# src/CMakeLists.txt adds the folders in the order of docs/architecture.md, and a library may name only
# libraries that stand above it there; anything else stops the configuration.

function(_ephor_check_layers name)
  foreach(dep ${ARGN})
    if(dep MATCHES "^ephor::" AND NOT TARGET ${dep})
      message(FATAL_ERROR "${name} names ${dep}, which is not above it in src/CMakeLists.txt")
    endif()
  endforeach()
endfunction()

# DEPS: what the headers show. PRIVATE_DEPS: what only the .cc files use.
function(ephor_library name)
  cmake_parse_arguments(arg "" "" "SRCS;DEPS;PRIVATE_DEPS" ${ARGN})
  _ephor_check_layers(${name} ${arg_DEPS} ${arg_PRIVATE_DEPS})
  add_library(ephor_${name} STATIC ${arg_SRCS})
  add_library(ephor::${name} ALIAS ephor_${name})
  target_include_directories(ephor_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(ephor_${name} PUBLIC ${arg_DEPS} PRIVATE ${arg_PRIVATE_DEPS})
endfunction()

# One test program a library, of the *_test.cc beside its code. It runs in the source folder, so that tests find
# their data by a relative path.
function(ephor_test name)
  if(NOT EPHOR_TESTS)
    return()
  endif()
  cmake_parse_arguments(arg "THREADED" "" "SRCS;DEPS" ${ARGN})
  add_executable(${name} ${arg_SRCS})
  target_link_libraries(${name} PRIVATE ${arg_DEPS} GTest::gmock GTest::gtest_main)
  add_test(NAME ${name} COMMAND ${name} --gtest_brief=1 WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 300
    ENVIRONMENT "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/cmake/leaks.txt:print_suppressions=0")
  if(arg_THREADED)
    if(NOT TARGET threaded_tests)
      add_custom_target(threaded_tests)
    endif()
    add_dependencies(threaded_tests ${name})
    set_tests_properties(${name} PROPERTIES LABELS threaded)
  endif()
endfunction()

# A fuzz target of one file fuzz/NAME.cc with its corpus in fuzz/corpus/NAME. With EPHOR_FUZZERS it is a libFuzzer
# program; otherwise it is linked with a plain main and replays its corpus in the ordinary test run.
function(ephor_fuzz name)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  add_executable(fuzz_${name} ${name}.cc)
  target_link_libraries(fuzz_${name} PRIVATE ${arg_DEPS})
  if(EPHOR_FUZZERS)
    target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
    set(replay fuzz_${name} -runs=0 ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  else()
    target_sources(fuzz_${name} PRIVATE replay_main.cc)
    set(replay fuzz_${name} ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
  endif()
  if(EPHOR_TESTS)
    add_test(NAME fuzz_${name} COMMAND ${replay})
    set_tests_properties(fuzz_${name} PROPERTIES TIMEOUT 300)
  endif()
endfunction()

# A benchmark program bench/NAME.cc.
function(ephor_bench name)
  cmake_parse_arguments(arg "" "" "DEPS" ${ARGN})
  add_executable(bench_${name} ${name}.cc allocations.cc)
  target_include_directories(bench_${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_link_libraries(bench_${name} PRIVATE ${arg_DEPS} benchmark::benchmark_main)
endfunction()
