/*
 * THE table of check keys: name, type, standard value, meaning, reader.
 * Errors, --help, docs/CHECKS.md and the JSON Schema come from it.
 */
#include <string.h>

#include "base/text.h"
#include "plan/internal.h"

static bool wrong_kind(struct loader *l, const struct yaml_node *n,
                       const char *expected)
{
    diags_add(l->diags, n->pos, "expected %s, found %s", expected,
              yaml_kind_name(n));
    return false;
}

/* An expanded, non-empty text. */
static bool read_text(struct loader *l, const struct yaml_node *n,
                      const char **out)
{
    struct str text;
    if (n->kind != YAML_SCALAR || yaml_is_null(n))
        return wrong_kind(l, n, "a text");
    if (!vars_expand(l, n, &text))
        return false;
    if (text.len == 0) {
        diags_add(l->diags, n->pos, "empty, expected a text");
        return false;
    }
    *out = text.ptr;
    return true;
}

static bool refuse_control(struct loader *l, const struct yaml_node *n,
                           const char *text, const char *what)
{
    if (!text_has_control(str_from(text)))
        return true;
    diags_add(l->diags, n->pos, "a control character in %s", what);
    return false;
}

static bool read_id(struct loader *l, const struct yaml_node *n,
                    struct check *out)
{
    if (!read_text(l, n, &out->id))
        return false;
    size_t good = strspn(out->id, "abcdefghijklmnopqrstuvwxyz0123456789._/-");
    if (out->id[good] == '\0' && good <= 100)
        return true;
    diags_add(l->diags, n->pos,
              "the id '%.100s' may hold a-z 0-9 . _ / - only, and 100 of them",
              out->id);
    return false;
}

static bool read_title(struct loader *l, const struct yaml_node *n,
                       struct check *out)
{
    return read_text(l, n, &out->title) &&
           refuse_control(l, n, out->title, "the title");
}

static bool read_url(struct loader *l, const struct yaml_node *n,
                     struct check *out)
{
    if (!read_text(l, n, &out->url) ||
        !refuse_control(l, n, out->url, "the URL"))
        return false;
    struct str url = str_from(out->url);
    struct str rest;
    struct str scheme = str_cut(url, ':', &rest);
    if ((str_is(scheme, "http") || str_is(scheme, "https")) &&
        str_starts(rest, STR("//")) && rest.len > 2 &&
        str_find(url, STR(" "), 0) == url.len)
        return true;
    diags_add(l->diags, n->pos,
              "expected a URL that begins with http:// or https://, found "
              "'%.100s'",
              out->url);
    return false;
}

static bool read_method(struct loader *l, const struct yaml_node *n,
                        struct check *out)
{
    if (!read_text(l, n, &out->method))
        return false;
    size_t good = strspn(out->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");
    if (out->method[good] == '\0' && good <= 20)
        return true;
    diags_add(l->diags, n->pos,
              "expected a method such as GET, HEAD or POST, found '%.40s'",
              out->method);
    return false;
}

static bool is_header_name(const char *name)
{
    size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789!#$%&'*+-.^_`|~");
    return good > 0 && name[good] == '\0';
}

/* A header of the check replaces that of the defaults. */
static void put_header(struct loader *l, struct check *out,
                       struct header header)
{
    struct header *all =
        arena_array(l->arena, out->header_count + 1, sizeof(*all));
    size_t count = 0;
    for (size_t i = 0; i < out->header_count; i++)
        if (!str_equal_nocase(str_from(out->header[i].name),
                              str_from(header.name)))
            all[count++] = out->header[i];
    all[count++] = header;
    out->header = all;
    out->header_count = count;
}

static bool read_headers(struct loader *l, const struct yaml_node *n,
                         struct check *out)
{
    if (n->kind != YAML_MAP)
        return wrong_kind(l, n, "a map of header names and values");
    bool ok = true;
    for (size_t i = 0; i < n->count; i++) {
        const struct yaml_node *key = n->item[2 * i];
        struct header header = {.name = key->text.ptr};
        if (!is_header_name(header.name)) {
            diags_add(l->diags, key->pos, "'%.60s' is no header name",
                      header.name);
            ok = false;
        } else if (!read_text(l, n->item[2 * i + 1], &header.value) ||
                   !refuse_control(l, n->item[2 * i + 1], header.value,
                                   "a header")) {
            ok = false;
        } else {
            put_header(l, out, header);
        }
    }
    return ok;
}

static bool read_body(struct loader *l, const struct yaml_node *n,
                      struct check *out)
{
    return read_text(l, n, &out->body);
}

static bool read_duration(struct loader *l, const struct yaml_node *n,
                          int64_t *out_ms)
{
    const char *text = NULL;
    int64_t us = 0;
    if (!read_text(l, n, &text))
        return false;
    if (text_to_duration_us(str_from(text), &us) && us >= 1000 &&
        us <= INT64_C(3600000000)) {
        *out_ms = us / 1000;
        return true;
    }
    diags_add(l->diags, n->pos,
              "expected a duration from 1ms to 1h such as 5s, found '%.40s'",
              text);
    return false;
}

static bool read_timeout(struct loader *l, const struct yaml_node *n,
                         struct check *out)
{
    return read_duration(l, n, &out->timeout_ms);
}

static bool read_connect_timeout(struct loader *l, const struct yaml_node *n,
                                 struct check *out)
{
    return read_duration(l, n, &out->connect_timeout_ms);
}

static bool read_max_body(struct loader *l, const struct yaml_node *n,
                          struct check *out)
{
    const char *text = NULL;
    uint64_t bytes = 0;
    if (!read_text(l, n, &text))
        return false;
    if (text_to_size(str_from(text), &bytes) && bytes >= 1 &&
        bytes <= (UINT64_C(1) << 28)) {
        out->max_body_bytes = (int64_t)bytes;
        return true;
    }
    diags_add(l->diags, n->pos,
              "expected a size from 1B to 256MiB such as 4MiB, found '%.40s'",
              text);
    return false;
}

static bool read_severity(struct loader *l, const struct yaml_node *n,
                          struct check *out)
{
    const char *text = NULL;
    int severity;
    if (!read_text(l, n, &text))
        return false;
    if (name_find(&severity_names, str_from(text), &severity)) {
        out->severity = (enum severity)severity;
        return true;
    }
    diags_add(l->diags, n->pos,
              "expected critical, major, minor or info, found '%.40s'", text);
    return false;
}

static bool read_expects(struct loader *l, const struct yaml_node *n,
                         const struct expect **out, size_t *count)
{
    const struct yaml_node *const *item = n->item;
    *count = n->count;
    if (n->kind == YAML_MAP || yaml_is_null(n))
        return wrong_kind(l, n, "a list of expectations");
    if (n->kind == YAML_SCALAR) {
        item = &n;
        *count = 1;
    }
    if (*count == 0 || *count > EXPECTATIONS_MAX) {
        diags_add(l->diags, n->pos, "expected 1 to %d expectations, found %zu",
                  EXPECTATIONS_MAX, *count);
        return false;
    }
    struct expect *all = arena_array(l->arena, *count, sizeof(*all));
    bool ok = true;
    for (size_t i = 0; i < *count; i++)
        ok = expect_parse(l, item[i], &all[i]) && ok;
    *out = all;
    return ok;
}

static bool read_expect(struct loader *l, const struct yaml_node *n,
                        struct check *out)
{
    return read_expects(l, n, &out->expect, &out->expect_count);
}

static bool read_degraded(struct loader *l, const struct yaml_node *n,
                          struct check *out)
{
    return read_expects(l, n, &out->degraded, &out->degraded_count);
}

static bool read_identity(struct loader *l, const struct yaml_node *n,
                          struct check *out)
{
    struct query *query = arena_alloc(l->arena, sizeof(*query));
    out->identity = query;
    return query_parse(l, n, query);
}

/* Tags add to those of the defaults. */
static bool read_tags(struct loader *l, const struct yaml_node *n,
                      struct check *out)
{
    if (n->kind != YAML_LIST)
        return wrong_kind(l, n, "a list of tags");
    const char **all =
        arena_array(l->arena, out->tag_count + n->count, sizeof(const char *));
    for (size_t i = 0; i < out->tag_count; i++)
        all[i] = out->tag[i];
    bool ok = true;
    for (size_t i = 0; i < n->count; i++)
        ok = read_text(l, n->item[i], &all[out->tag_count + i]) && ok;
    out->tag = all;
    out->tag_count += n->count;
    return ok;
}

static const struct check_key keys[] = {
    {"id", "text", NULL, "unique name of the check: a-z 0-9 . _ / -", true,
     false, read_id},
    {"title", "text", "the id", "name for people", false, false, read_title},
    {"url", "url", NULL, "what to ask: http:// or https://", true, false,
     read_url},
    {"method", "text", "GET, or POST with a body", "request method", false,
     true, read_method},
    {"headers", "map", "none",
     "request headers; a check's replace those of "
     "the defaults by name",
     false, true, read_headers},
    {"body", "text", "none", "request body", false, false, read_body},
    {"timeout", "duration", "10s", "limit of one attempt, all of it", false,
     true, read_timeout},
    {"connect_timeout", "duration", "5s",
     "limit of name look-up, connection and TLS handshake", false, true,
     read_connect_timeout},
    {"max_body", "size", "4MiB",
     "limit of the decoded body; a longer one fails as too-large", false, true,
     read_max_body},
    {"severity", "severity", "critical",
     "what a failure means: critical is down, major is degraded; minor and "
     "info are only reported",
     false, true, read_severity},
    {"expect", "expectations", NULL, "what must hold, all of it; at least one",
     true, false, read_expect},
    {"degraded", "expectations", "none",
     "the same language; failing here is degraded, not failed", false, false,
     read_degraded},
    {"identity", "query", "none", "how the service tells which build answered",
     false, false, read_identity},
    {"tags", "list", "none", "labels; they add to those of the defaults", false,
     true, read_tags},
};

const struct check_key *check_key_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++)
        if (str_is(name, keys[i].name))
            return &keys[i];
    return NULL;
}

size_t plan_key_count(void)
{
    return ARRAY_COUNT(keys);
}

struct key_doc plan_key(size_t index)
{
    const struct check_key *k = &keys[index];
    return (struct key_doc){.name = k->name,
                            .type = k->type,
                            .standard = k->standard,
                            .help = k->help,
                            .required = k->required,
                            .in_defaults = k->in_defaults};
}

void check_set_standards(struct check *check)
{
    *check = (struct check){
        .timeout_ms = 10000,
        .connect_timeout_ms = 5000,
        .max_body_bytes = INT64_C(4) << 20,
        .severity = SEVERITY_CRITICAL,
    };
}
