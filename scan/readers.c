/* One of each. */
#include "scan/readers.h"

#include <stdlib.h>

#include "base/arena.h"
#include "scan/error_shape.h"
#include "scan/error_words.h"
#include "scan/excerpt_words.h"
#include "scan/internal.h"
#include "scan/last_words.h"
#include "scan/short_words.h"
#include "scan/speakers.h"

struct readers *readers_open(void)
{
    struct readers *r = heap_zeroed(sizeof(*r));
    r->line = line_reader_open();
    r->shapes = shape_reader_open();
    r->words = error_words_open();
    r->excerpt = excerpt_words_open();
    r->last = last_words_open();
    r->brief = short_words_open();
    r->speakers = speakers_open();
    return r;
}

void readers_close(struct readers *r)
{
    if (r == NULL)
        return;
    line_reader_close(r->line);
    shape_reader_close(r->shapes);
    error_words_close(r->words);
    excerpt_words_close(r->excerpt);
    last_words_close(r->last);
    short_words_close(r->brief);
    speakers_close(r->speakers);
    free(r);
}
