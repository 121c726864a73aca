/*
 * Any bytes as a file of logs: what unpacks gives the same lines in pieces of
 * any size, within bounds; an archive is opened, and its members are read. The
 * first byte is the size of the pieces.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "containers/containers.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static bool unpack(struct buf *out, struct str text, size_t piece)
{
    struct unpacker *u = unpacker_for(str_sub(text, 0, CONTAINER_HEAD_BYTES),
                                      text.len <= CONTAINER_HEAD_BYTES);
    if (u == NULL)
        return false;
    while (text.len > 0) {
        unpacker_add(u, str_sub(text, 0, piece), out);
        text = str_sub(text, piece, text.len);
    }
    unpacker_end(u, out);
    unpacker_close(u);
    return true;
}

static void read_lines(struct str text, size_t piece)
{
    struct buf whole, pieces;
    buf_init(&whole, (size_t)64 << 20);
    buf_init(&pieces, (size_t)64 << 20);
    bool any = unpack(&whole, text, text.len + 1);
    must(unpack(&pieces, text, piece) == any, "known by chance");
    must(str_equal(buf_view(&whole), buf_view(&pieces)),
         "lines that depend on where a piece ends");
    must(whole.len <= 8 * text.len + 1024 * (text.len / 8 + 1), "too much");
    buf_release(&whole);
    buf_release(&pieces);
}

static void read_members(struct archive *a)
{
    char out[4096];
    struct err e = {.set = false};
    for (size_t i = 0; i < archive_count(a); i++) {
        const char *name = archive_name(a, i);
        must(!text_has_control(str_from(name)) &&
                 utf8_check(str_from(name)) == str_from(name).len,
             "a name that does harm where it is shown");
        int64_t n = 0;
        if (!archive_begin(a, i, &e))
            continue;
        for (int pieces = 0; pieces < 100; pieces++)
            if ((n = archive_read(a, out, sizeof(out), &e)) <= 0)
                break;
        must(n >= 0 || e.set, "a refusal without a reason");
    }
}

static void read_archive(struct str text)
{
    struct archive *a = NULL;
    struct err e = {.set = false};
    if (!archive_is(text))
        return;
    must(archive_open_text(&a, text, &e) || e.set,
         "a refusal without a reason");
    if (a != NULL)
        read_members(a);
    archive_close(a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    if (size == 0)
        return 0;
    arena_init(&a);
    struct str text = {arena_dup(&a, (const char *)data + 1, size - 1),
                       size - 1};
    container_refused(text);
    read_lines(text, (size_t)data[0] + 1);
    read_archive(text);
    arena_release(&a);
    return 0;
}
