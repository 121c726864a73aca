/*
 * A compressed or UTF-16 log: bytes in pieces of any size give what they give
 * as one, every step gets on or says why not, and UTF-16 gives UTF-8. The
 * first byte chooses the pieces, the second the form, if the rest has none.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scan/decode.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define OUT_MAX ((size_t)1 << 18) /* of more, the beginning is compared */

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* All of it into out; NULL, or what the decoder said. */
static const char *decode(struct buf *out, struct str text, size_t piece,
                          size_t room)
{
    static char into[65536];
    const char *problem = NULL;
    struct decoder *d = decoder_for(str_sub(text, 0, DECODER_MAGIC_BYTES));
    size_t at = 0, idle = 0;
    while (d != NULL && problem == NULL && !out->full) {
        struct str part = str_sub(text, at, piece);
        bool ended = at + part.len == text.len;
        struct decoded got = decoder_step(d, part, ended, into, room);
        must(got.used <= part.len && got.made <= room, "a step is too long");
        at += got.used;
        problem = got.problem;
        buf_add(out, into, got.made);
        idle = got.used + got.made > 0 ? 0 : idle + 1;
        if (idle > 0 && ended)
            break;
        /* what it does not take is asked for with more behind it */
        piece = idle > 0 ? piece * 2 : piece;
        must(idle < 64, "no step gets on");
    }
    decoder_close(d);
    return problem;
}

static void try_text(struct str text, size_t piece, size_t room)
{
    struct buf whole, parts;
    buf_init(&whole, OUT_MAX);
    buf_init(&parts, OUT_MAX);
    const char *one = decode(&whole, text, text.len, 65536);
    const char *other = decode(&parts, text, piece, room);
    if (!whole.full && !parts.full) {
        must((one == NULL) == (other == NULL), "pieces have another end");
        /* how much is given before an error depends on the pieces */
        size_t least = whole.len < parts.len ? whole.len : parts.len;
        must(str_equal(str_sub(buf_view(&whole), 0, least),
                       str_sub(buf_view(&parts), 0, least)),
             "pieces give other bytes");
        must(one != NULL || whole.len == parts.len, "pieces give less");
    }
    unsigned char mark = (unsigned char)text.ptr[0];
    if (mark >= 0xFE && !whole.full)
        must(utf8_check(buf_view(&whole)) == whole.len, "no UTF-8");
    buf_release(&whole);
    buf_release(&parts);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const magic[] = {"\x1f\x8b\x08", "\x28\xb5\x2f\xfd",
                                        "\xff\xfe", "\xfe\xff"};
    struct buf text;
    if (size < 3)
        return 0;
    buf_init(&text, size + 4);
    struct str rest = {(const char *)data + 2, size - 2};
    struct decoder *d = decoder_for(str_sub(rest, 0, DECODER_MAGIC_BYTES));
    if (d == NULL)
        buf_text(&text, magic[data[1] % ARRAY_COUNT(magic)]);
    decoder_close(d);
    buf_str(&text, rest);
    try_text(buf_view(&text), (size_t)1 << data[0] % 12,
             (size_t)8 << (data[0] >> 4) % 12);
    buf_release(&text);
    return 0;
}
