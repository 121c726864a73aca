# The warning set of docs/STYLE.md, hardening and sanitizers, on one target.
add_library(flags INTERFACE)
target_compile_definitions(flags INTERFACE _POSIX_C_SOURCE=200809L)
target_compile_options(flags INTERFACE
    -fno-common -fvisibility=hidden
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion
    -Wstrict-prototypes -Wold-style-definition -Wmissing-prototypes
    -Wmissing-declarations -Wredundant-decls -Wwrite-strings -Wcast-qual
    -Wcast-align -Wpointer-arith -Wformat=2 -Wundef -Wvla
    -Wimplicit-fallthrough -Wnull-dereference -Wdouble-promotion
    -Wfloat-equal -Wdate-time)

if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
    target_compile_options(flags INTERFACE
        -Wlogical-op -Wduplicated-cond -Wduplicated-branches
        -Wjump-misses-init -Walloca -Wformat-signedness -Wformat-overflow=2
        -Wtrampolines -Wstringop-overflow=4 -Warith-conversion)
elseif(CMAKE_C_COMPILER_ID MATCHES "Clang")
    target_compile_options(flags INTERFACE
        -Wcomma -Wconditional-uninitialized -Wunreachable-code -Wassign-enum
        -Wextra-semi-stmt -Wmissing-variable-declarations -Wshorten-64-to-32
        -Wcast-function-type -Wbad-function-cast -Wloop-analysis)
endif()

if(POSTFLIGHT_WERROR)
    target_compile_options(flags INTERFACE -Werror)
endif()

if(POSTFLIGHT_SANITIZE)
    target_compile_options(flags INTERFACE
        -fsanitize=address,undefined -fno-sanitize-recover=all
        -fno-omit-frame-pointer)
    target_link_options(flags INTERFACE -fsanitize=address,undefined)
endif()

if(POSTFLIGHT_FUZZ)
    target_compile_options(flags INTERFACE -fsanitize=fuzzer-no-link)
endif()

if(CMAKE_BUILD_TYPE STREQUAL "Release")
    target_compile_options(flags INTERFACE
        -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
        # wherever it is built, the program is the same
        -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -ffile-prefix-map=${CMAKE_BINARY_DIR}/=)
    target_link_options(flags INTERFACE -pie -Wl,-z,relro,-z,now)
endif()
