/* Data folders that were built into the binary (cmake/embed.cmake). */
#ifndef BASE_EMBEDDED_H
#define BASE_EMBEDDED_H

#include <stddef.h>

struct embedded_file {
    const char *name;
    const unsigned char *text; /* NUL-terminated */
    size_t len;
};

struct embedded_folder {
    const struct embedded_file *file;
    size_t count;
};

extern const struct embedded_folder signatures_data;

#endif
