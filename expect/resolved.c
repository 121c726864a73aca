/*
 * An expectation as people should read it: with the values of its variables.
 * A secret keeps its reference, so that no spelling of it can be missed by
 * the redactor.
 */
#include "expect/lexer.h"

/* Where offset `at` of the expectation is in what is resolved. */
static size_t place_of(const struct resolved *r, size_t at)
{
    return r->text.len + (at > r->copied ? at - r->copied : 0);
}

void resolved_begin(struct resolved *r)
{
    *r = (struct resolved){.copied = 0};
    buf_init(&r->text, TOKEN_BYTES_MAX);
}

void resolved_note(struct lexer *x, size_t start,
                   const struct named_value *named, bool quoted)
{
    struct resolved *r = x->resolved;
    struct str reference = str_sub(x->text, start, x->at - start);
    if (named->secret || str_equal(reference, named->value))
        return; /* copied as it is written */
    buf_str(&r->text, str_sub(x->text, r->copied, start - r->copied));
    buf_text(&r->text, quoted ? "\"" : "");
    buf_str(&r->text, named->value);
    buf_text(&r->text, quoted ? "\"" : "");
    r->copied = x->at;
    r->changed = true;
}

void resolved_mark(struct lexer *x, enum resolved_part part, size_t at)
{
    x->resolved->part[part] = place_of(x->resolved, at);
}

static struct str cut(struct str all, size_t from, size_t to)
{
    if (to > all.len)
        to = all.len;
    return str_trim(str_sub(all, from, to > from ? to - from : 0));
}

void resolved_end(struct lexer *x, struct expect *e)
{
    struct resolved *r = x->resolved;
    struct str all = x->text;
    if (r->changed) {
        buf_str(&r->text, str_sub(x->text, r->copied, x->text.len));
        all.ptr = buf_dup(x->reader->arena, &r->text);
        all.len = r->text.len;
    }
    e->resolved = all;
    e->subject = cut(all, r->part[RESOLVED_QUERY], r->part[RESOLVED_PREDICATE]);
    e->wanted = cut(all, r->part[RESOLVED_VALUE], all.len);
}

void resolved_release(struct resolved *r)
{
    buf_release(&r->text);
}
