/* Header fields of responses: which are there, and which keep their value. */
#include <string.h>

#include "base/text.h"
#include "compare/baseline/internal.h"

#define COMPARED_SAMPLES_MIN 3 /* for a value to be called steady */

/* Another value each time, or with each body: their presence is compared. */
static const char *const varying[] = {
    "age",        "content-length", "date",       "etag",
    "expires",    "last-modified",  "set-cookie", "server-timing",
    "x-runtime",  "x-request-id",   "x-trace-id", "traceparent",
    "x-served-by"};

static bool varies(const char *name)
{
    for (size_t i = 0; i < ARRAY_COUNT(varying); i++)
        if (strcmp(name, varying[i]) == 0)
            return true;
    return false;
}

static struct sampled_header *find(const struct sampled_check *c,
                                   const char *name)
{
    for (size_t i = 0; i < c->header_count; i++)
        if (strcmp(c->header[i].name, name) == 0)
            return &c->header[i];
    return NULL;
}

static const char *lower(struct arena *a, struct str s)
{
    char *text = str_dup(a, s);
    for (size_t i = 0; i < s.len; i++)
        if (text[i] >= 'A' && text[i] <= 'Z')
            text[i] = (char)(text[i] - 'A' + 'a');
    return text;
}

static void add_one(struct sampled_check *c, struct arena *a, struct str name,
                    struct str value)
{
    const char *key = lower(a, str_sub(name, 0, 100));
    struct sampled_header *h = find(c, key);
    const char *shown = text_elide(a, value, 300);
    if (h != NULL) {
        h->seen++;
        if (h->value != NULL && strcmp(h->value, shown) != 0)
            h->value = NULL;
        return;
    }
    if (c->header_count == HEADERS_MAX)
        return;
    c->header = arena_grow(a, c->header, c->header_count, &c->header_cap,
                           sizeof(*c->header));
    c->header[c->header_count++] =
        (struct sampled_header){key, varies(key) ? NULL : shown, 1};
}

/* A field that is repeated counts once, by its first value. */
static bool is_first(struct str head, struct str line, struct str name)
{
    while (head.len > 0 && head.ptr < line.ptr) {
        struct str value;
        struct str before = str_cut(head, '\n', &head);
        struct str other = str_cut(before, ':', &value);
        if (before.ptr < line.ptr && str_equal_nocase(other, name))
            return false;
    }
    return true;
}

void headers_add(struct sampled_check *c, struct arena *a, struct str head)
{
    struct str rest = head;
    while (rest.len > 0) {
        struct str value;
        struct str line = str_cut(rest, '\n', &rest);
        struct str name = str_cut(line, ':', &value);
        if (name.len == line.len || !is_first(head, line, name))
            continue;
        add_one(c, a, str_trim(name), str_trim(value));
    }
}

/* A value that tells the build is another one after a deploy. */
static bool tells_build(const struct sampled_check *c, const char *value)
{
    for (size_t i = 0; i < c->sample_count; i++)
        if (c->sample[i].identity != NULL &&
            strstr(value, c->sample[i].identity) != NULL)
            return true;
    return false;
}

static void compare_one(struct comparison *out, struct arena *a,
                        const struct sampled_check *before,
                        const struct sampled_check *after,
                        const struct sampled_header *b)
{
    const struct sampled_header *now = find(after, b->name);
    struct difference d = {.check = before->id,
                           .kind = DIFFERENCE_HEADER,
                           .worse = true,
                           .before = b->value};
    bool steady = b->value != NULL && before->answers >= COMPARED_SAMPLES_MIN;
    if (now == NULL && b->seen >= before->answers) {
        d.text = arena_printf(a, "the header %s is not sent any more", b->name);
        difference_add(out, a, d);
    }
    if (now == NULL || !steady || now->value == NULL ||
        strcmp(b->value, now->value) == 0 || tells_build(after, now->value))
        return;
    d.text = arena_printf(a, "the header %s has another value", b->name);
    d.after = now->value;
    difference_add(out, a, d);
}

void headers_compare(struct comparison *out, struct arena *a,
                     const struct sampled_check *before,
                     const struct sampled_check *after)
{
    if (before->answers == 0 || after->answers == 0)
        return;
    for (size_t i = 0; i < before->header_count; i++)
        compare_one(out, a, before, after, &before->header[i]);
    for (size_t i = 0; i < after->header_count; i++) {
        const struct sampled_header *h = &after->header[i];
        if (find(before, h->name) != NULL)
            continue;
        difference_add(
            out, a,
            (struct difference){
                .check = before->id,
                .kind = DIFFERENCE_HEADER,
                .text = arena_printf(a, "the header %s is new", h->name),
                .after = h->value});
    }
}
