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
    # Not each comparison of two numbers: that took half the time. Texts are
    # compared by memcmp, where the fuzzer sees them.
    target_compile_options(flags INTERFACE -fsanitize=fuzzer-no-link
        -fno-sanitize-coverage=trace-cmp)
endif()

include(CheckCCompilerFlag)
include(CheckCSourceCompiles)

# flag_if_known(FLAG): in release builds, where compiler and processor have it
function(flag_if_known flag)
    string(MAKE_C_IDENTIFIER "has${flag}" has)
    set(CMAKE_REQUIRED_FLAGS -Werror)
    check_c_compiler_flag(${flag} ${has})
    if(${has})
        target_compile_options(flags INTERFACE ${flag})
    endif()
endfunction()

if(CMAKE_BUILD_TYPE STREQUAL "Release" AND NOT POSTFLIGHT_SANITIZE)
    # Debian's compilers may define _FORTIFY_SOURCE themselves. 3 needs gcc 12 or
    # clang 15 and the glibc of then; the headers of others take it for 2.
    target_compile_options(flags INTERFACE
        -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fPIE
        # wherever it is built, the program is the same
        -ffile-prefix-map=${PROJECT_SOURCE_DIR}/= -ffile-prefix-map=${CMAKE_BINARY_DIR}/=)
    flag_if_known(-fstack-clash-protection)
    flag_if_known(-fcf-protection=full)       # x86-64: IBT and SHSTK
    flag_if_known(-mbranch-protection=standard) # arm64: PAC and BTI
    target_link_options(flags INTERFACE
        -pie -Wl,-z,relro,-z,now,-z,noexecstack)
endif()

# Can the program have a malloc of its own (base/memory.c)? With glibc's it can.
if(NOT POSTFLIGHT_SANITIZE)
    check_c_source_compiles("
        #include <stddef.h>
        void *real(size_t size) __asm__(\"__libc_malloc\");
        void *malloc(size_t size) { return real(size); }
        int main(void) { return malloc(1) == NULL; }" POSTFLIGHT_OWN_MALLOC)
endif()
