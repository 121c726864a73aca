/* Queries: a row each, with what reads its argument and what it finds. */
#include "base/text.h"
#include "expect/arguments.h"
#include "expect/rows.h"
#include "language/xpath.h"

static struct found find_status(const struct search *s)
{
    return found_number(s->arena, s->response->status);
}

static bool status_domain(struct domain *out, struct arena *a,
                          const struct check *c, const struct query *q)
{
    (void)c;
    (void)q;
    *out = (struct domain){domain_number(a, 100), domain_number(a, 599), true,
                           false, "a status is within 100 and 599"};
    return true;
}

static struct found find_version(const struct search *s)
{
    const char *version = s->response->http_version;
    return version == NULL ? found_nothing("the HTTP version is not known")
                           : found_string(str_from(version));
}

static bool read_header(struct lexer *x, struct token *t, struct query *q)
{
    return argument_quoted(x, t, q, "a header name") && lexer_next(x, t);
}

static struct found find_header(const struct search *s)
{
    struct str rest = s->response->head;
    struct str name = str_from(s->query->argument);
    while (rest.len > 0) {
        struct str value;
        struct str line = str_cut(rest, '\n', &rest);
        struct str key = str_cut(line, ':', &value);
        if (key.len < line.len && str_equal_nocase(key, name))
            return found_string(str_trim(value));
    }
    return found_nothing(""); /* "none" says it all */
}

static struct found find_body(const struct search *s)
{
    return found_string(s->response->body);
}

static struct found find_bytes(const struct search *s)
{
    return (struct found){.kind = FOUND_BYTES, .text = s->response->body};
}

static bool read_jsonpath(struct lexer *x, struct token *t, struct query *q)
{
    return argument_quoted(x, t, q, "a JSONPath") &&
           argument_path(x, t, &q->path) && lexer_next(x, t);
}

static struct found find_jsonpath(const struct search *s)
{
    const cJSON *root = subject_json(s->subject, s->arena);
    if (root == NULL)
        return found_unreadable(s->subject->json_problem);
    return found_at_path(s->arena, s->query->path, root);
}

static bool read_xpath(struct lexer *x, struct token *t, struct query *q)
{
    if (!argument_quoted(x, t, q, "an XPath"))
        return false;
    const char *problem = xpath_problem(t->text);
    if (problem != NULL)
        return lexer_refusef(x, t->at, "XPath: %s", problem);
    return lexer_next(x, t);
}

static struct found find_xpath(const struct search *s)
{
    struct xpath_found x =
        xpath_select(s->arena, str_from(s->query->argument), s->response->body,
                     subject_is_html(s->subject));
    switch (x.kind) {
    case XPATH_IS_UNREADABLE:
        return found_unreadable(x.text.ptr);
    case XPATH_IS_TOO_MUCH:
        break;
    case XPATH_IS_TEXT:
        return found_string(x.text);
    case XPATH_IS_NUMBER:
        return (struct found){.kind = FOUND_NUMBER, .text = x.text};
    case XPATH_IS_BOOLEAN:
        return (struct found){.kind = FOUND_BOOL, .boolean = x.boolean};
    case XPATH_IS_NODES:
        return (struct found){
            .kind = FOUND_TEXTS, .part = x.part, .count = x.count};
    }
    return found_too_much("the XPath gave up");
}

static bool read_regex(struct lexer *x, struct token *t, struct query *q)
{
    if (t->kind != TOKEN_REGEX && t->kind != TOKEN_STRING)
        return lexer_refuse(x, t->at, "expected a regex: /.../ after 'regex'");
    q->argument = str_dup(x->reader->arena, t->text);
    return argument_regex(x, t, &q->regex) && lexer_next(x, t);
}

static struct found find_regex(const struct search *s)
{
    return found_match(s->query->regex, s->response->body,
                       "the regex does not match the body");
}

static struct found find_digest(const struct search *s)
{
    struct buf text;
    buf_init(&text, 100);
    bool ok = text_sha256(&text, s->response->body);
    struct str digits = {buf_dup(s->arena, &text), text.len};
    buf_release(&text);
    return ok ? found_string(digits)
              : found_too_much("libcrypto has no SHA-256");
}

static struct found find_url(const struct search *s)
{
    return found_string(str_from(s->response->url));
}

static struct found find_redirects(const struct search *s)
{
    return (struct found){.kind = FOUND_TEXTS,
                          .part = s->response->redirect,
                          .count = s->response->redirect_count};
}

static struct found find_ip(const struct search *s)
{
    const char *ip = s->response->ip;
    return ip == NULL ? found_nothing("no address is known")
                      : found_string(str_from(ip));
}

/* What follows the word is its phase, or what comes after the query. */
enum duration_part {
    DURATION_ALL,
    DURATION_DNS,
    DURATION_CONNECT,
    DURATION_TLS,
    DURATION_FIRST_BYTE /* since the start */
};

static bool read_duration(struct lexer *x, struct token *t, struct query *q)
{
    static const char *const part[] = {"dns", "connect", "tls", "firstbyte"};
    for (size_t i = 0; i < ARRAY_COUNT(part); i++) {
        if (t->kind != TOKEN_WORD || !str_is(t->text, part[i]))
            continue;
        q->part = DURATION_DNS + (int)i;
        return lexer_next(x, t);
    }
    return true;
}

static struct found find_duration(const struct search *s)
{
    const struct timing *t = &s->response->timing;
    struct found found = {.kind = FOUND_DURATION};
    switch ((enum duration_part)s->query->part) {
    case DURATION_ALL:
        found.duration_us = s->response->duration_us;
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

/* Each phase ends within the limit of the check that bounds it. */
static bool duration_domain(struct domain *out, struct arena *a,
                            const struct check *c, const struct query *q)
{
    struct buf text;
    bool connecting = q->part != DURATION_ALL && q->part != DURATION_FIRST_BYTE;
    int64_t us = (connecting ? c->connect_timeout_ms : c->timeout_ms) * 1000;
    buf_init(&text, 64);
    text_duration(&text, us);
    *out = (struct domain){
        domain_duration(0), domain_duration(us), true, true,
        arena_printf(a, "the timeout of %s ends the exchange before",
                     text.ptr)};
    buf_release(&text);
    return true;
}

static bool read_variable(struct lexer *x, struct token *t, struct query *q)
{
    const struct expect_reader *r = x->reader;
    struct named_value named = {.late = false};
    if (!argument_quoted(x, t, q, "the name of a variable") ||
        !r->variable(r->context, yaml_pos_in(x->node, t->at), t->text, &named))
        return false;
    q->text = named.value;
    x->late = x->late || named.late;
    return lexer_next(x, t);
}

static struct found find_variable(const struct search *s)
{
    return found_string(s->query->text);
}

static struct found find_exit(const struct search *s)
{
    return found_number(s->arena, s->response->exit_code);
}

const struct query_row query_rows[] = {
    [QUERY_STATUS] = {"status", "status", "the status code, a number",
                      GIVES_NUMBER, .content = true, .find = find_status,
                      .domain = status_domain},
    [QUERY_VERSION] = {"version", "version",
                       "the HTTP version, a text: \"1.0\", \"1.1\", \"2\", "
                       "\"3\"",
                       GIVES_STRING, .find = find_version},
    [QUERY_HEADER] = {"header", "header \"NAME\"",
                      "the first such header, a text; the name in any case",
                      GIVES_STRING, .may_be_missing = true, .content = true,
                      .read = read_header, .find = find_header},
    [QUERY_COOKIE] = {"cookie", "cookie \"NAME\"",
                      "the value of a cookie that is set, a text; \"NAME[X]\" "
                      "an attribute of it: Expires, a date; Max-Age, a "
                      "number; Domain, Path, SameSite, Secure, HttpOnly, "
                      "texts",
                      GIVES_STRING, .may_be_missing = true, .content = true,
                      .read = cookie_read, .find = cookie_find},
    [QUERY_BODY] = {"body", "body", "the decoded body, a text", GIVES_STRING,
                    .content = true, .find = find_body},
    [QUERY_BYTES] = {"bytes", "bytes",
                     "the decoded body, as bytes; `count` is its length",
                     GIVES_BYTES, .content = true, .find = find_bytes},
    [QUERY_JSONPATH] = {"jsonpath", "jsonpath \"PATH\"",
                        "a value, or a list when the path can select several; "
                        "all of RFC 9535, filters and functions too",
                        GIVES_ANY, .may_be_missing = true, .content = true,
                        .read = read_jsonpath, .find = find_jsonpath},
    [QUERY_XPATH] = {"xpath", "xpath \"PATH\"",
                     "XPath 1.0 on an XML or HTML body: a text, a number, a "
                     "boolean, or the list of the texts of its nodes",
                     GIVES_ANY, .may_be_missing = true, .content = true,
                     .read = read_xpath, .find = find_xpath},
    [QUERY_REGEX] = {"regex", "regex /REGEX/",
                     "the first group of the match in the body, or all of it",
                     GIVES_STRING, .may_be_missing = true, .content = true,
                     .read = read_regex, .find = find_regex},
    [QUERY_SHA256] = {"sha256", "sha256",
                      "SHA-256 of the decoded body, 64 hexadecimal digits",
                      GIVES_DIGEST, .content = true, .find = find_digest},
    [QUERY_URL] = {"url", "url", "the URL that answered, after redirects",
                   GIVES_STRING, .find = find_url},
    [QUERY_REDIRECTS] = {"redirects", "redirects",
                         "the list of URLs that were redirected to", GIVES_ANY,
                         .find = find_redirects},
    [QUERY_IP] = {"ip", "ip", "the address that answered, without its port",
                  GIVES_STRING, .may_be_missing = true, .find = find_ip},
    [QUERY_DURATION] = {"duration", "duration",
                        "the time of the whole exchange; `duration dns`, "
                        "`connect`, `tls` of that phase; `duration "
                        "firstbyte` from the start to the first byte",
                        GIVES_DURATION, .read = read_duration,
                        .find = find_duration, .domain = duration_domain},
    [QUERY_CERTIFICATE] = {"certificate", "certificate \"FIELD\"",
                           "of the server's certificate: Subject, Issuer, "
                           "Serial-Number, Subject-Alt-Name, texts; "
                           "Start-Date, Expire-Date, dates; Chain-Expire-Date, "
                           "Verified-Expire-Date: the earliest end in the "
                           "chain that was shown, and in the one that was "
                           "relied on",
                           GIVES_STRING, .may_be_missing = true,
                           .read = certificate_field_read,
                           .find = certificate_field_find},
    [QUERY_VARIABLE] = {"variable", "variable \"NAME\"",
                        "the value of a variable, a text", GIVES_STRING,
                        .read = read_variable, .find = find_variable},
    [QUERY_EXIT] = {"exit", "exit", "the exit code of an `exec` check",
                    GIVES_NUMBER, .content = true, .find = find_exit},
    [QUERY_STDOUT] = {"stdout", "stdout", "the output of an `exec` check",
                      GIVES_STRING, .content = true, .find = find_body},
};
const size_t query_row_count = ARRAY_COUNT(query_rows);
