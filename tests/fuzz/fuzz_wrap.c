/*
 * Logs that are wrapped: whatever was learnt, a width is none or one of those
 * that count, and a line goes on only where there is a width and a next line.
 */
#include <stdint.h>
#include <stdlib.h>

#include "scan/log_wrap.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size}, rest = text;
    struct log_wrap wrap = {.lines = 0};
    log_wrap_learn(&wrap, text);
    size_t width = log_wrap_width(&wrap);
    if (width != 0 && (width < WRAP_LEAST || width > WRAP_MOST))
        abort();
    while (rest.len > 0) {
        struct str next, line = str_cut(rest, '\n', &rest);
        struct str behind;
        next = str_cut(rest, '\n', &behind);
        if (log_wrap_joins(0, line, next))
            abort();
        (void)log_wrap_joins(width, line, next);
        if (width != 0 && log_wrap_is_full(width, line) && line.len == 0)
            abort();
    }
    return 0;
}
