/*
 * The head of a request: it is read alike however it comes, and one that is
 * whole has one length, one host, and lines that everybody splits alike.
 */
#include <stdint.h>
#include <stdlib.h>

#include "app/serve/internal.h"
#include "base/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t count_lines(struct str head, const char *name)
{
    struct str line, rest = head;
    size_t n = 0, len = str_from(name).len;
    while (rest.len > 0) {
        line = str_cut(rest, '\n', &rest);
        if (str_equal_nocase(str_sub(line, 0, len), str_from(name)))
            n++;
    }
    return n;
}

static void expect_unambiguous(struct str came)
{
    size_t end = str_find(came, STR("\r\n\r\n"), 0);
    struct str head = str_sub(came, 0, end + 4);
    if (end == came.len || head.len > SERVE_HEAD_BYTES_MAX)
        abort();
    for (size_t i = 0; i < head.len; i++) {
        bool cr = i > 0 && head.ptr[i - 1] == '\r';
        if (head.ptr[i] == '\0' || (head.ptr[i] == '\n') != cr)
            abort();
    }
    if (count_lines(head, "Host:") != 1 ||
        count_lines(head, "Content-Length:") +
                count_lines(head, "Transfer-Encoding:") >
            1 ||
        count_lines(head, "Content-Length ") > 0 ||
        count_lines(head, " ") + count_lines(head, "\t") > 0)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str came = {(const char *)data, size};
    struct refusal refusal, earlier;
    enum head_state state = head_read(came, &refusal);
    if ((state == HEAD_REFUSED) != (refusal.status >= 400))
        abort();
    if (state == HEAD_WHOLE)
        expect_unambiguous(came);
    /* A part of it is no worse than all of it. */
    enum head_state part = head_read(str_sub(came, 0, size / 2), &earlier);
    if (part == HEAD_REFUSED &&
        (state != HEAD_REFUSED || earlier.status != refusal.status))
        abort();
    const struct serve_options o = {.names = NULL};
    const struct listener everywhere = {.everywhere = true, .host = "::"};
    (void)hosts_allow(&o, &everywhere, came);
    (void)origin_is(came, came);
    return 0;
}
