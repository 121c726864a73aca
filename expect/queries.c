/* What a query finds in a response. */
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "expect/value.h"
#include "language/jsonpath.h"
#include "language/regex.h"
#include "language/xpath.h"

void subject_release(struct subject *s)
{
    cJSON_Delete(s->json);
    s->json = NULL;
    while (s->inner_count > 0)
        cJSON_Delete(s->inner[--s->inner_count]);
}

struct found found_nothing(const char *why)
{
    return (struct found){.kind = FOUND_NOTHING, .text = str_from(why)};
}

struct found found_unreadable(const char *why)
{
    return (struct found){.kind = FOUND_UNREADABLE, .text = str_from(why)};
}

static struct found find_header(const struct response *r, const char *name)
{
    struct str rest = r->head;
    while (rest.len > 0) {
        struct str value;
        struct str line = str_cut(rest, '\n', &rest);
        struct str key = str_cut(line, ':', &value);
        if (key.len < line.len && str_equal_nocase(key, str_from(name)))
            return (struct found){.kind = FOUND_STRING,
                                  .text = str_trim(value)};
    }
    return found_nothing(""); /* "none" says it all */
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

static struct found find_jsonpath(struct subject *s, struct arena *a,
                                  const struct query *q)
{
    struct jsonpath_nodes nodes;
    if (subject_json(s, a) == NULL)
        return found_unreadable(s->json_problem);
    if (!jsonpath_select(&nodes, a, q->path, s->json))
        return (struct found){.kind = FOUND_TOO_MUCH,
                              .text = STR("more nodes than are looked at")};
    if (!jsonpath_is_singular(q->path))
        return (struct found){
            .kind = FOUND_LIST, .item = nodes.item, .count = nodes.count};
    if (nodes.count == 0)
        return found_nothing(jsonpath_explain_missing(a, q->path, s->json));
    return (struct found){.kind = FOUND_JSON, .json = nodes.item[0]};
}

static struct found text_found(struct str text)
{
    return (struct found){.kind = FOUND_STRING, .text = text};
}

/* An HTML body has its own grammar; anything else is read as XML. */
static bool is_html(const struct subject *s)
{
    struct str start = str_trim(str_sub(s->response->body, 0, 200));
    if (s->content_type != NULL)
        return strstr(s->content_type, "html") != NULL &&
               strstr(s->content_type, "xhtml") == NULL;
    return str_equal_nocase(str_sub(start, 0, 14), STR("<!doctype html")) ||
           str_equal_nocase(str_sub(start, 0, 5), STR("<html"));
}

static struct found find_xpath(const struct subject *s, struct arena *a,
                               const struct query *q)
{
    struct xpath_found x =
        xpath_select(a, str_from(q->argument), s->response->body, is_html(s));
    switch (x.kind) {
    case XPATH_IS_UNREADABLE:
        return found_unreadable(x.text.ptr);
    case XPATH_IS_TOO_MUCH:
        break;
    case XPATH_IS_TEXT:
        return text_found(x.text);
    case XPATH_IS_NUMBER:
        return (struct found){.kind = FOUND_NUMBER, .text = x.text};
    case XPATH_IS_BOOLEAN:
        return (struct found){.kind = FOUND_BOOL, .boolean = x.boolean};
    case XPATH_IS_NODES:
        return (struct found){
            .kind = FOUND_TEXTS, .part = x.part, .count = x.count};
    }
    return (struct found){.kind = FOUND_TOO_MUCH,
                          .text = STR("the XPath gave up")};
}

static struct found find_regex(const struct response *r, const struct query *q)
{
    enum regex_answer answer = regex_match(q->regex, r->body);
    if (answer == REGEX_GAVE_UP)
        return (struct found){.kind = FOUND_TOO_MUCH,
                              .text = STR("the regex gave up")};
    if (answer == REGEX_NO)
        return found_nothing("the regex does not match the body");
    bool grouped = regex_group(q->regex, r->body, 1).ptr != NULL;
    return text_found(regex_group(q->regex, r->body, grouped ? 1 : 0));
}

static struct found find_digest(const struct response *r, struct arena *a)
{
    struct buf text;
    buf_init(&text, 100);
    bool ok = text_sha256(&text, r->body);
    struct found found = text_found((struct str){buf_dup(a, &text), text.len});
    buf_release(&text);
    return ok ? found
              : (struct found){.kind = FOUND_TOO_MUCH,
                               .text = STR("libcrypto has no SHA-256")};
}

static struct found find_duration(const struct response *r,
                                  const struct query *q)
{
    const struct timing *t = &r->timing;
    struct found found = {.kind = FOUND_DURATION};
    switch ((enum duration_part)q->part) {
    case DURATION_ALL:
        found.duration_us = r->duration_us;
        break;
    case DURATION_DNS:
        found.duration_us = t->dns_us;
        break;
    case DURATION_CONNECT:
        found.duration_us = t->connect_us;
        break;
    case DURATION_TLS:
        found.duration_us = t->tls_us;
        break;
    case DURATION_FIRST_BYTE:
        found.duration_us =
            t->dns_us + t->connect_us + t->tls_us + t->send_us + t->wait_us;
        break;
    }
    return found;
}

/* OpenSSL's dates, as libcurl passes them on: "Nov 21 07:05:09 2026 GMT" */
static struct found find_certificate(const struct response *r,
                                     const struct query *q)
{
    const char *text = r->certificate[q->part];
    struct found found = {.kind = FOUND_DATE};
    if (text == NULL)
        return found_nothing("the server showed no certificate with this");
    if (!certificate_is_date(q->part))
        return text_found(str_from(text));
    if (clock_parse_format(str_from(text), STR("%b %e %H:%M:%S %Y %Z"),
                           &found.date_ms))
        return found;
    return found_nothing("the certificate's date cannot be read");
}

static struct found find_unfiltered(struct subject *s, struct arena *a,
                                    const struct query *q)
{
    const struct response *r = s->response;
    switch (q->kind) {
    case QUERY_STATUS:
        return (struct found){
            .kind = FOUND_NUMBER,
            .text = str_from(arena_printf(a, "%lld", (long long)r->status))};
    case QUERY_VERSION:
        return r->http_version == NULL
                   ? found_nothing("the HTTP version is not known")
                   : text_found(str_from(r->http_version));
    case QUERY_HEADER:
        return find_header(r, q->argument);
    case QUERY_COOKIE:
        return cookie_find(r, q->text, (enum cookie_attribute)q->part);
    case QUERY_BODY:
        return text_found(r->body);
    case QUERY_BYTES:
        return (struct found){.kind = FOUND_BYTES, .text = r->body};
    case QUERY_JSONPATH:
        return find_jsonpath(s, a, q);
    case QUERY_XPATH:
        return find_xpath(s, a, q);
    case QUERY_REGEX:
        return find_regex(r, q);
    case QUERY_SHA256:
        return find_digest(r, a);
    case QUERY_URL:
        return text_found(str_from(r->url));
    case QUERY_REDIRECTS:
        return (struct found){.kind = FOUND_TEXTS,
                              .part = r->redirect,
                              .count = r->redirect_count};
    case QUERY_IP:
        return r->ip == NULL ? found_nothing("no address is known")
                             : text_found(str_from(r->ip));
    case QUERY_DURATION:
        return find_duration(r, q);
    case QUERY_CERTIFICATE:
        return find_certificate(r, q);
    case QUERY_VARIABLE:
        return text_found(q->text);
    case QUERY_EXIT:
        return (struct found){
            .kind = FOUND_NUMBER,
            .text = str_from(arena_printf(a, "%lld", (long long)r->exit_code))};
    case QUERY_STDOUT:
        return text_found(r->body);
    }
    return found_unreadable("");
}

struct found query_find(struct subject *s, struct arena *a,
                        const struct query *q)
{
    struct found found = find_unfiltered(s, a, q);
    for (size_t i = 0; i < q->filter_count; i++)
        found = filter_apply(s, a, &q->filter[i], &found);
    return found;
}
