/*
 * Docker's attach and logs streams: eight bytes before each piece, of which
 * the first is the stream and the last four its length, as the Engine's API
 * has it.
 */
#include <stdlib.h>
#include <string.h>

#include "containers/internal.h"

#define HEADER      8
#define STREAMS     4
#define PIECE_MAX   ((uint32_t)16 << 20)
#define PENDING_MAX ((size_t)1 << 20) /* of a line that is not whole */

struct frames {
    char header[HEADER];
    size_t have;   /* bytes of it */
    uint32_t left; /* of the piece */
    bool broken;   /* no header came where one was due */
    struct buf pending[STREAMS];
};

static uint32_t length_of(const char *header)
{
    uint32_t n = 0;
    for (size_t i = 4; i < HEADER; i++)
        n = n << 8 | (unsigned char)header[i];
    return n;
}

static bool is_header(const char *h)
{
    return (unsigned char)h[0] < STREAMS && h[1] == 0 && h[2] == 0 &&
           h[3] == 0 && length_of(h) <= PIECE_MAX;
}

/* Each header of the head stands where the one before it says. */
static bool are_frames(struct str head, bool whole)
{
    size_t count = 0, bytes = 0;
    while (head.len >= HEADER) {
        if (!is_header(head.ptr))
            return false;
        uint32_t length = length_of(head.ptr);
        head = str_sub(head, HEADER, head.len);
        if (length > head.len && whole && count == 0)
            return false;
        count++;
        bytes += length;
        head = str_sub(head, length, head.len);
    }
    return count > 0 && bytes > 0;
}

static void *open(struct str head, bool whole)
{
    if (!are_frames(head, whole))
        return NULL;
    struct frames *f = heap_zeroed(sizeof(*f));
    for (size_t i = 0; i < STREAMS; i++)
        buf_init(&f->pending[i], PENDING_MAX);
    return f;
}

/* Streams are mixed by whole lines. */
static void add_piece(struct buf *line, struct str piece, struct buf *out)
{
    while (piece.len > 0) {
        size_t at = str_find(piece, STR("\n"), 0);
        bool ends = at < piece.len;
        struct str part = str_sub(piece, 0, ends ? at + 1 : at);
        if (line->len + part.len > line->max || ends) {
            buf_str(out, buf_view(line));
            buf_clear(line);
            buf_str(out, part);
        } else {
            buf_str(line, part);
        }
        piece = str_sub(piece, part.len, piece.len);
    }
}

static size_t take_header(struct frames *f, struct str input, struct buf *out)
{
    size_t n = HEADER - f->have < input.len ? HEADER - f->have : input.len;
    memcpy(f->header + f->have, input.ptr, n);
    f->have += n;
    if (f->have < HEADER)
        return n;
    f->broken = !is_header(f->header);
    if (f->broken)
        buf_add(out, f->header, HEADER);
    else
        f->left = length_of(f->header);
    f->have = f->left > 0 ? HEADER : 0;
    return n;
}

static void add(void *state, struct str input, struct buf *out)
{
    struct frames *f = state;
    while (input.len > 0 && !f->broken) {
        size_t used;
        if (f->left == 0) {
            used = take_header(f, input, out);
        } else {
            struct str piece = str_sub(input, 0, f->left);
            used = piece.len;
            f->left -= (uint32_t)used;
            add_piece(&f->pending[(unsigned char)f->header[0]], piece, out);
            f->have = f->left > 0 ? HEADER : 0;
        }
        input = str_sub(input, used, input.len);
    }
    buf_str(out, input);
}

static void end(void *state, struct buf *out)
{
    struct frames *f = state;
    for (size_t i = 0; i < STREAMS; i++) {
        lines_write(out, buf_view(&f->pending[i]));
        buf_clear(&f->pending[i]);
    }
}

static void close(void *state)
{
    struct frames *f = state;
    for (size_t i = 0; i < STREAMS; i++)
        buf_release(&f->pending[i]);
    free(f);
}

const struct unpacking frames_unpacking = {
    "frames of Docker",
    "headers of eight bytes (`GET /containers/ID/logs` and `attach`)",
    "each stream by whole lines",
    open,
    add,
    end,
    close};
