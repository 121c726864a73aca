/*
 * Cookies (RFC 6265): libcurl's jar keeps them, as Netscape lines. What comes
 * in is read here, so that their ends are judged by the time of the run, and
 * for an exchange that libcurl does not see we say which go along.
 */
#include <string.h>

#include "base/clock.h"
#include "base/http_date.h"
#include "base/text.h"
#include "probe/transfer.h"

#define LINE_MAX_BYTES 8192

/* libcurl drops what has ended by the wall clock, which may be set meanwhile:
   in its jar each end lies so much later, in seconds. */
#define LATER_S (INT64_C(1) << 40)

/* One line of the jar, or one Set-Cookie. */
struct cookie {
    struct str domain, path, name, value;
    bool tail, secure; /* tail: hosts below the domain, too */
    int64_t expires_s; /* 0: with the session */
};

static bool is_below(struct str host, struct str domain)
{
    struct str end = str_sub(host, host.len - domain.len, domain.len);
    return host.len > domain.len && str_equal_nocase(end, domain) &&
           host.ptr[host.len - domain.len - 1] == '.';
}

static bool covers_host(const struct cookie *c, struct str host)
{
    return str_equal_nocase(c->domain, host) ||
           (c->tail && is_below(host, c->domain));
}

/* Section 5.1.4 */
static bool covers_path(struct str prefix, struct str path)
{
    return str_starts(path, prefix) &&
           (path.len == prefix.len || str_ends(prefix, STR("/")) ||
            path.ptr[prefix.len] == '/');
}

static struct str without_dot(struct str domain)
{
    return str_starts(domain, STR(".")) ? str_sub(domain, 1, domain.len)
                                        : domain;
}

static struct cookie read_line(struct str line)
{
    struct str field[6] = {STR_NONE};
    uint64_t expires_s = 0;
    if (str_starts(line, STR("#HttpOnly_")))
        line = str_sub(line, 10, line.len);
    for (size_t i = 0; i < 6; i++)
        field[i] = str_cut(line, '\t', &line);
    if (!text_to_u64(field[4], INT64_MAX, &expires_s))
        expires_s = 0;
    if (expires_s > LATER_S && expires_s != INT64_MAX)
        expires_s -= LATER_S;
    return (struct cookie){.domain = without_dot(field[0]),
                           .tail = str_is(field[1], "TRUE"),
                           .path = field[2],
                           .secure = str_is(field[3], "TRUE"),
                           .expires_s = (int64_t)expires_s,
                           .name = field[5],
                           .value = line};
}

static bool has_expired(const struct cookie *c, int64_t now_ms)
{
    return c->expires_s != 0 && c->expires_s <= now_ms / 1000;
}

bool jar_is_over(const char *line, int64_t now_ms)
{
    struct cookie c = read_line(str_from(line));
    return has_expired(&c, now_ms);
}

const char *jar_header(struct arena *a, const struct curl_slist *line,
                       const struct target *to, int64_t now_ms)
{
    struct buf out;
    struct str query, path = str_cut(str_from(to->path), '?', &query);
    buf_init(&out, LINE_MAX_BYTES);
    for (; line != NULL; line = line->next) {
        struct cookie c = read_line(str_from(line->data));
        if (!covers_host(&c, str_from(to->host)) ||
            !covers_path(c.path, path) ||
            (c.secure && strcmp(to->scheme, "https") != 0) ||
            has_expired(&c, now_ms))
            continue;
        buf_printf(&out, "%s%.*s=%.*s", out.len == 0 ? "" : "; ",
                   STR_ARGS(c.name), STR_ARGS(c.value));
    }
    const char *text = out.len == 0 || out.full ? NULL : buf_dup(a, &out);
    buf_release(&out);
    return text;
}

static void read_age(struct cookie *c, struct str value, int64_t now_ms)
{
    uint64_t seconds = 0;
    if (text_to_u64(value, INT32_MAX, &seconds) && seconds > 0)
        c->expires_s = now_ms / 1000 + (int64_t)seconds;
    else
        c->expires_s = 1; /* it is gone */
}

static void read_date(struct cookie *c, struct str value, int64_t now_ms)
{
    int64_t ms = 0;
    if (http_date_read(value, now_ms, &ms))
        c->expires_s = ms < 1000 ? 1 : ms / 1000;
}

static void read_attributes(struct cookie *c, struct str rest, int64_t now_ms)
{
    bool aged = false;
    while (rest.len > 0) {
        struct str value;
        struct str key =
            str_trim(str_cut(str_cut(rest, ';', &rest), '=', &value));
        value = str_trim(value);
        if (str_equal_nocase(key, STR("domain")) && value.len > 0) {
            c->domain = without_dot(value);
            c->tail = true;
        } else if (str_equal_nocase(key, STR("path")) &&
                   str_starts(value, STR("/"))) {
            c->path = value;
        } else if (str_equal_nocase(key, STR("secure"))) {
            c->secure = true;
        } else if (str_equal_nocase(key, STR("max-age"))) {
            read_age(c, value, now_ms);
            aged = true;
        } else if (str_equal_nocase(key, STR("expires")) && !aged) {
            read_date(c, value, now_ms);
        }
    }
}

/* The folder of the path (section 5.1.4) */
static struct str default_path(struct str path)
{
    struct str rest, plain = str_cut(path, '?', &rest);
    size_t end = plain.len;
    while (end > 0 && plain.ptr[end - 1] != '/')
        end--;
    return end < 2 ? STR("/") : str_sub(plain, 0, end - 1);
}

/* Of this host, or of a domain above it that is no top level. */
static bool is_allowed(const struct cookie *c, struct str host)
{
    bool whole = str_find(c->domain, STR("."), 0) < c->domain.len;
    return !text_has_control(c->name) && !text_has_control(c->value) &&
           !text_has_control(c->path) && c->name.len > 0 &&
           (str_equal_nocase(c->domain, host) ||
            (whole && is_below(host, c->domain)));
}

static void take(CURL *easy, const struct target *from, struct str text,
                 int64_t now_ms)
{
    struct str rest, value, host = str_from(from->host);
    struct str pair = str_cut(text, ';', &rest);
    struct cookie c = {.domain = host,
                       .path = default_path(str_from(from->path))};
    struct buf line;
    c.name = str_trim(str_cut(pair, '=', &value));
    c.value = str_trim(value);
    read_attributes(&c, rest, now_ms);
    if (!is_allowed(&c, host))
        return;
    bool over = has_expired(&c, now_ms); /* libcurl takes the one before out */
    int64_t ends_s = over ? 1 : c.expires_s == 0 ? 0 : c.expires_s + LATER_S;
    buf_init(&line, LINE_MAX_BYTES);
    buf_printf(&line, "%s%.*s\t%s\t%.*s\t%s\t%lld\t%.*s\t%.*s",
               c.tail ? "." : "", STR_ARGS(c.domain), c.tail ? "TRUE" : "FALSE",
               STR_ARGS(c.path), c.secure ? "TRUE" : "FALSE", (long long)ends_s,
               STR_ARGS(c.name), STR_ARGS(c.value));
    if (!line.full)
        (void)curl_easy_setopt(easy, CURLOPT_COOKIELIST, line.ptr);
    buf_release(&line);
}

void jar_take(CURL *easy, const struct target *from, struct str head,
              int64_t now_ms)
{
    while (head.len > 0) {
        struct str value;
        struct str line = str_trim(str_cut(head, '\n', &head));
        if (str_equal_nocase(str_cut(line, ':', &value), STR("set-cookie")))
            take(easy, from, value, now_ms);
    }
}
