/* Where we run, by the variables that each CI host documents. */
#include <string.h>

#include "base/text.h"
#include "evidence/evidence.h"
#include "model/ci_host.h"

#define VALUE_MAX ((size_t)500) /* bytes that are kept of a value */

/* An empty value tells as little as none. */
static struct str lookup(const char *const *environ, struct str name)
{
    for (; environ != NULL && *environ != NULL; environ++) {
        struct str line = str_from(*environ), value;
        if (str_equal(str_cut(line, '=', &value), name) && value.len > 0)
            return value;
    }
    return STR_NONE;
}

static bool is_on(struct str value)
{
    return value.len > 0 && !str_equal_nocase(value, STR("false")) &&
           !str_is(value, "0");
}

/* False when a part is missing. */
static bool join(struct buf *out, const char *const *environ, struct str form)
{
    while (form.len > 0) {
        size_t open = str_find(form, STR("{"), 0);
        buf_str(out, str_sub(form, 0, open));
        if (open == form.len)
            return true;
        struct str rest = str_sub(form, open + 1, form.len);
        struct str value = lookup(environ, str_cut(rest, '}', &form));
        if (value.len == 0)
            return false;
        buf_str(out, value);
    }
    return true;
}

static const char *read_value(struct arena *a, const char *const *environ,
                              const char *const *name)
{
    for (size_t i = 0; i < CI_NAMES_MAX && name[i] != NULL; i++) {
        struct buf text;
        const char *value = NULL;
        struct str form = str_from(name[i]);
        buf_init(&text, VALUE_MAX * 4);
        if (str_find(form, STR("{"), 0) == form.len)
            buf_str(&text, lookup(environ, form));
        else if (!join(&text, environ, form))
            buf_clear(&text);
        if (text.len > 0)
            value = text_elide(a, buf_view(&text), VALUE_MAX);
        buf_release(&text);
        if (value != NULL)
            return value;
    }
    return NULL;
}

/* Buildkite has "HEAD" for builds that were started by hand. */
static const char *read_commit(struct arena *a, const char *const *environ,
                               const char *const *name)
{
    const char *text = read_value(a, environ, name);
    size_t len = text == NULL ? 0 : strlen(text);
    bool is_hex = len > 0 && strspn(text, "0123456789abcdefABCDEF") == len;
    return is_hex && len >= 7 && len <= 64 ? text : NULL;
}

/* "refs/heads/main" and "origin/main" are main. */
static const char *read_branch(struct arena *a, const char *const *environ,
                               const char *const *name)
{
    static const char *const before[] = {"refs/heads/", "refs/tags/",
                                         "origin/"};
    const char *text = read_value(a, environ, name);
    for (size_t i = 0; text != NULL && i < ARRAY_COUNT(before); i++)
        if (strncmp(text, before[i], strlen(before[i])) == 0)
            return text + strlen(before[i]);
    return text;
}

void evidence_ci(struct ci_evidence *out, struct arena *a,
                 const char *const *environ)
{
    *out = (struct ci_evidence){.host = NULL};
    const struct ci_host *h;
    for (size_t i = 0; (h = ci_host_at(i)) != NULL; i++) {
        if (!is_on(lookup(environ, str_from(h->sign))))
            continue;
        out->host = h->name;
        out->commit = read_commit(a, environ, h->commit);
        out->branch = read_branch(a, environ, h->branch);
        out->run_url = read_value(a, environ, h->run_url);
        out->run_id = read_value(a, environ, h->run_id);
        out->actor = read_value(a, environ, h->actor);
        out->workflow = read_value(a, environ, h->workflow);
        out->job = read_value(a, environ, h->job);
        return;
    }
}
