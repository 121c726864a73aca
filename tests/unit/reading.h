/* Expectations read without a plan, and judged on one response. */
#ifndef TESTS_UNIT_READING_H
#define TESTS_UNIT_READING_H

#include "base/yaml.h"
#include "expect/rows.h"
#include "tests/unit/testing.h"

/* What names are worth here: N and S are variables, P is a secret,
   L is captured later. */
static inline bool look_up(struct str name, struct named_value *out)
{
    *out = (struct named_value){.late = str_is(name, "L"),
                                .secret = str_is(name, "P")};
    if (str_is(name, "N"))
        out->value = STR("200");
    if (str_is(name, "S"))
        out->value = STR("say hello");
    if (out->secret)
        out->value = STR("hunter2");
    if (out->late)
        out->value = STR("${L}");
    return out->value.ptr != NULL;
}

static inline bool find_variable(void *context, struct pos pos, struct str name,
                                 struct named_value *out)
{
    struct diags *d = context;
    if (!look_up(name, out))
        diags_add(d, pos, "variable '%.*s' is not set", STR_ARGS(name));
    return out->value.ptr != NULL;
}

/* ${NAME} and ${NAME:-default} */
static inline bool find_reference(void *context, const struct yaml_node *n,
                                  size_t *at, struct named_value *out)
{
    struct str fallback;
    size_t end = str_find(n->text, STR("}"), *at);
    struct pos pos = yaml_pos_in(n, *at);
    struct str name =
        str_cut(str_sub(n->text, *at + 2, end - *at - 2), ':', &fallback);
    *at = end + 1;
    if (fallback.len == 0)
        return find_variable(context, pos, name, out);
    *out = (struct named_value){.value = str_sub(fallback, 1, fallback.len)};
    return true;
}

/* A check of default limits, for which one expectation is read and checked. */
struct reading {
    struct diags diags;
    struct regex_list *regexes;
    struct expect expect;
    struct check check;
};

static inline void begin(struct reading *r, struct expect_reader *reader,
                         struct arena *a)
{
    *r = (struct reading){.check = {.id = "e",
                                    .kind = KIND_HTTP,
                                    .url = "http://h/",
                                    .timeout_ms = 10000,
                                    .connect_timeout_ms = 5000,
                                    .max_body_bytes = 4 << 20,
                                    .expect = &r->expect,
                                    .expect_count = 1}};
    diags_init(&r->diags, a);
    *reader = (struct expect_reader){.arena = a,
                                     .diags = &r->diags,
                                     .regexes = &r->regexes,
                                     .reference = find_reference,
                                     .variable = find_variable,
                                     .context = &r->diags};
}

static inline struct yaml_node node_of(struct arena *a, const char *text)
{
    const struct source *source = test_source(a, "e", text);
    return (struct yaml_node){.kind = YAML_SCALAR,
                              .plain = true,
                              .pos = {source, 1, 1},
                              .text = source->text};
}

static inline bool read_one(struct reading *r, struct arena *a,
                            const char *text)
{
    struct expect_reader reader;
    struct yaml_node n = node_of(a, text);
    begin(r, &reader, a);
    return expect_read(&reader, &n, &r->expect) &&
           truth_check(a, &r->diags, &r->check);
}

static inline bool read_query(struct reading *r, struct arena *a,
                              const char *text, struct query *out)
{
    struct expect_reader reader;
    struct yaml_node n = node_of(a, text);
    begin(r, &reader, a);
    return query_read(&reader, &n, out);
}

/* The rows that cases have used: by whether they were met. */
struct used {
    bool query[WORDS_MAX], filter[WORDS_MAX], met[WORDS_MAX], missed[WORDS_MAX];
};

static inline void note_used(struct used *used, const struct expect *e,
                             int status)
{
    size_t p = (size_t)(e->predicate - predicate_rows);
    if (status == STATUS_PASS && !e->negated)
        used->met[p] = true;
    if (status == STATUS_FAIL && !e->negated)
        used->missed[p] = true;
    if (status != STATUS_PASS)
        return;
    used->query[e->query.kind] = true;
    for (size_t i = 0; i < e->query.filter_count; i++)
        used->filter[e->query.filter[i].row - filter_rows] = true;
}

static inline int judged(struct arena *a, const char *text, const char *body,
                         struct used *used)
{
    struct reading r;
    if (!read_one(&r, a, text))
        fail_msg("%s: %s", text, r.diags.item[0].text);
    const struct str redirect[] = {STR("http://h.test/a"),
                                   STR("http://h.test/b")};
    struct response response = {
        .status = 200,
        .head = STR("HTTP/1.1 200 OK\r\nContent-Type: text/html \r\n"
                    "Date: 8 Jan 2026 10:00:00 GMT\r\n"
                    "Set-Cookie: id=a=b; Path=/x; Secure; Max-Age=60;"
                    " Expires=Sun, 04 Jan 2026 15:18:29 GMT\r\n"
                    "Set-Cookie: empty=\r\n\r\n"),
        .body = str_from(body),
        .http_version = "1.1",
        .url = "http://h.test/health",
        .ip = "127.0.0.1",
        .redirect = redirect,
        .redirect_count = ARRAY_COUNT(redirect),
        .timing = {1000, 2000, 3000, 4000, 5000, 6000},
        .certificate = {"CN = h.test", "CN = ca", "Jan  1 00:00:00 2026 GMT",
                        "Jan 24 15:18:29 2026 GMT", "0badcafe", "DNS:h.test",
                        "Jan  9 15:18:29 2026 GMT", "Jan 10 15:18:29 2026 GMT"},
        .duration_us = 250000,
        .exit_code = 3,
        .now_ms = INT64_C(1767539909000)}; /* 2026-01-04T15:18:29Z */
    struct result result = {.cause = -1};
    expect_judge(&result, a, &r.check, &response);
    note_used(used, &r.expect, result.status);
    regexes_close(&r.regexes);
    return result.status;
}

#endif
