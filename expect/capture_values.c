/* What a response gives to the names of a check. */
#include "base/text.h"
#include "expect/found.h"

#define CAPTURED_BYTES_MAX ((size_t)64 * 1024)

static const char *problem_of(struct arena *run, const struct found *found)
{
    switch (found->kind) {
    case FOUND_STRING:
    case FOUND_NUMBER:
        break;
    case FOUND_NOTHING:
    case FOUND_UNREADABLE:
    case FOUND_TOO_MUCH:
        return found_text(run, found);
    case FOUND_BOOL:
    case FOUND_DURATION:
    case FOUND_JSON:
    case FOUND_LIST:
    case FOUND_TEXTS:
    case FOUND_DATE:
    case FOUND_BYTES:
        return arena_printf(run, "%s, which is neither a string nor a number",
                            found_text(run, found));
    }
    if (found->text.len == 0)
        return "an empty string";
    return found->text.len > CAPTURED_BYTES_MAX ? "more than 64 KiB" : NULL;
}

size_t expect_captures(struct captured *out, struct arena *run,
                       const struct check *check, const char *content_type,
                       const struct response *response, const char **problem)
{
    struct subject s = {.response = response, .content_type = content_type};
    size_t i = 0;
    *problem = NULL;
    for (; i < check->capture_count; i++) {
        const struct capture *c = &check->capture[i];
        struct found found = query_find(&s, run, &c->query);
        found = found_unwrap(&found);
        const char *why = problem_of(run, &found);
        if (why != NULL) {
            *problem =
                arena_printf(run, "capture %s: %s found %s", c->name,
                             text_elide(run, c->query.written, 200), why);
            break;
        }
        out[i] = (struct captured){c->name,
                                   {str_dup(run, found.text), found.text.len}};
    }
    subject_release(&s);
    return i;
}
