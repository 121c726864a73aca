/* A query on a response, whose body is read as JSON at most once. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "expect/rows.h"

void subject_release(struct subject *s)
{
    cJSON_Delete(s->json);
    s->json = NULL;
    while (s->inner_count > 0)
        cJSON_Delete(s->inner[--s->inner_count]);
}

/* "text/html, 1.2 kB, starts with <!doctype html> (expected ... at 1:1)" */
static const char *describe_body(struct arena *a, const struct subject *s,
                                 const struct err *e)
{
    struct buf size;
    buf_init(&size, 64);
    text_size(&size, s->response->body.len);
    const char *at =
        e->pos.line == 0
            ? ""
            : arena_printf(a, " at %u:%u", e->pos.line, e->pos.column);
    const char *text = arena_printf(
        a, "the body is not JSON: %s, %s, starts with %s (%s%s)",
        s->content_type == NULL ? "no content type" : s->content_type, size.ptr,
        text_elide(a, s->response->body, 30), e->text, at);
    buf_release(&size);
    return text;
}

const cJSON *subject_json(struct subject *s, struct arena *a)
{
    if (s->json_tried)
        return s->json;
    s->json_tried = true;
    struct str body = s->response->body;
    if (str_starts(body, STR("\xEF\xBB\xBF")))
        body = str_sub(body, 3, body.len); /* RFC 8259, section 8.1 */
    struct source source = {"body", body};
    struct err e = {.set = false};
    if (s->response->body.len == 0)
        s->json_problem = "the body is empty";
    else if (!json_parse(&s->json, &source, &e))
        s->json_problem = describe_body(a, s, &e);
    return s->json;
}

bool subject_is_html(const struct subject *s)
{
    struct str start = str_trim(str_sub(s->response->body, 0, 200));
    if (s->content_type != NULL)
        return strstr(s->content_type, "html") != NULL &&
               strstr(s->content_type, "xhtml") == NULL;
    return str_equal_nocase(str_sub(start, 0, 14), STR("<!doctype html")) ||
           str_equal_nocase(str_sub(start, 0, 5), STR("<html"));
}

/* What a filter cannot be applied to becomes nothing. */
static struct found apply(struct subject *s, struct arena *a,
                          const struct filter *filter, struct found in)
{
    in = found_unwrap(&in);
    if (in.kind == FOUND_NOTHING || in.kind == FOUND_UNREADABLE ||
        in.kind == FOUND_TOO_MUCH)
        return in;
    if (filter->row->text_only && in.kind != FOUND_STRING)
        return found_nothing(
            arena_printf(a, "filter '%s': expected a text", filter->row->name));
    struct filtering f = {s, a, filter, in};
    return filter->row->apply(&f);
}

struct found query_find(struct subject *s, struct arena *a,
                        const struct query *q)
{
    struct search search = {s, s->response, a, q};
    struct found found = query_rows[q->kind].find(&search);
    for (size_t i = 0; i < q->filter_count; i++)
        found = apply(s, a, &q->filter[i], found);
    return found;
}
