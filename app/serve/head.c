/*
 * The head of a request, as strict as RFC 9112 allows a server to be. It is
 * read line by line as it comes, so that what is wrong is refused at once.
 */
#include <string.h>

#include "app/serve/internal.h"
#include "base/text.h"

/* Headers that decide how a request is read, or who sent it. */
enum counted {
    COUNTED_HOST,
    COUNTED_LENGTH,
    COUNTED_CODING,
    COUNTED_EXPECT,
    COUNTED_UPGRADE,
    COUNTED_AUTHORIZATION,
    COUNTED_ORIGIN,
    COUNTED_SITE,
    COUNTED_TYPE,
    COUNTED_COUNT
};

static const char *const counted_name[COUNTED_COUNT] = {
    [COUNTED_HOST] = "Host",
    [COUNTED_LENGTH] = "Content-Length",
    [COUNTED_CODING] = "Transfer-Encoding",
    [COUNTED_EXPECT] = "Expect",
    [COUNTED_UPGRADE] = "Upgrade",
    [COUNTED_AUTHORIZATION] = "Authorization",
    [COUNTED_ORIGIN] = "Origin",
    [COUNTED_SITE] = "Sec-Fetch-Site",
    [COUNTED_TYPE] = "Content-Type",
};

struct head {
    struct str method, target;
    bool old; /* HTTP/1.0 */
    size_t lines;
    bool given[COUNTED_COUNT];
    struct str value[COUNTED_COUNT];
    struct refusal *refusal;
};

static bool refuse(const struct head *h, unsigned status, const char *why)
{
    *h->refusal = (struct refusal){status, why};
    return false;
}

static bool is_token_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') ||
           (c != '\0' && strchr("!#$%&'*+-.^_`|~", c) != NULL);
}

static bool is_token(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_token_byte(s.ptr[i]))
            return false;
    return s.len > 0;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Escapes that are whole, and none of a NUL byte. */
static bool escapes_are_whole(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] != '%')
            continue;
        int high = i + 1 < s.len ? hex_digit(s.ptr[i + 1]) : -1;
        int low = i + 2 < s.len ? hex_digit(s.ptr[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0)
            return false;
    }
    return true;
}

static bool read_target(struct head *h)
{
    struct str query, path = str_cut(h->target, '?', &query);
    for (size_t i = 0; i < h->target.len; i++)
        if (h->target.ptr[i] <= ' ' || h->target.ptr[i] > '~' ||
            h->target.ptr[i] == '#')
            return refuse(h, 400,
                          "the target contains a byte that needs an "
                          "escape");
    if (h->target.ptr[0] != '/' && !str_starts(h->target, STR("http://")))
        return refuse(h, 400, "the target must be a path, such as /verify");
    if (str_find(path, STR("%"), 0) < path.len)
        return refuse(h, 400, "the path must be written without escapes");
    return escapes_are_whole(query) ||
           refuse(h, 400, "the query contains a broken escape or a NUL byte");
}

static bool read_version(struct head *h, struct str version)
{
    h->old = str_is(version, "HTTP/1.0");
    if (h->old || str_is(version, "HTTP/1.1"))
        return true;
    if (version.len == 8 && str_starts(version, STR("HTTP/")))
        return refuse(h, 505, "use HTTP/1.1");
    return refuse(h, 400, "the request line must end with HTTP/1.1");
}

static bool read_request_line(struct head *h, struct str line)
{
    struct str rest, version;
    h->method = str_cut(line, ' ', &rest);
    h->target = str_cut(rest, ' ', &version);
    if (!is_token(h->method) || h->target.len == 0)
        return refuse(h, 400,
                      "the request line must be METHOD PATH HTTP/1.1, "
                      "with single spaces");
    return read_version(h, version) && read_target(h);
}

static bool is_value(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool keep_counted(struct head *h, struct str name, struct str value)
{
    for (size_t i = 0; i < COUNTED_COUNT; i++) {
        if (!str_equal_nocase(name, str_from(counted_name[i])))
            continue;
        if (h->given[i])
            return refuse(h, 400,
                          "a header is given twice that may be given "
                          "once");
        h->given[i] = true;
        h->value[i] = str_trim(value);
    }
    return true;
}

static bool read_header(struct head *h, struct str line)
{
    struct str value, name = str_cut(line, ':', &value);
    if (line.ptr[0] == ' ' || line.ptr[0] == '\t')
        return refuse(h, 400, "a header line must not be folded");
    if (name.len == line.len || !is_token(name))
        return refuse(h, 400,
                      "a header line must be NAME: VALUE, without a "
                      "space before the colon");
    if (!is_value(value))
        return refuse(h, 400, "a header contains a control character");
    if (h->lines++ == SERVE_HEADERS_MAX)
        return refuse(h, 431, "a request has at most 64 header lines");
    return keep_counted(h, name, value);
}

/* http://HOST/PATH: the host must be the one of the header. */
static bool check_host(const struct head *h)
{
    struct str path, target = str_sub(h->target, 7, h->target.len);
    if (!h->given[COUNTED_HOST])
        return refuse(h, 400, "a request needs a Host header");
    if (h->target.ptr[0] == '/')
        return true;
    struct str host = str_cut(str_cut(target, '?', &path), '/', &path);
    return str_equal_nocase(host, h->value[COUNTED_HOST]) ||
           refuse(h, 400,
                  "the hosts of the target and of the Host header "
                  "differ");
}

static bool is_length(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0 && s.len < 19;
}

static bool has_body(const struct head *h)
{
    struct str length = h->value[COUNTED_LENGTH];
    bool zero = true;
    for (size_t i = 0; i < length.len; i++)
        zero = zero && length.ptr[i] == '0';
    return h->given[COUNTED_CODING] || !zero;
}

static bool check_body(const struct head *h)
{
    bool coded = h->given[COUNTED_CODING], sized = h->given[COUNTED_LENGTH];
    if (coded && sized)
        return refuse(h, 400,
                      "a body has a Content-Length or a "
                      "Transfer-Encoding, not both");
    if (sized && !is_length(h->value[COUNTED_LENGTH]))
        return refuse(h, 400, "Content-Length must be one number");
    if (coded &&
        (h->old || !str_equal_nocase(h->value[COUNTED_CODING], STR("chunked"))))
        return refuse(h, 400,
                      "the only Transfer-Encoding is chunked, in "
                      "HTTP/1.1");
    if (has_body(h) && !str_is(h->method, "POST"))
        return refuse(h, 400, "only a POST has a body");
    return true;
}

static bool check_whole(const struct head *h)
{
    if (!check_host(h) || !check_body(h))
        return false;
    if (h->given[COUNTED_UPGRADE])
        return refuse(h, 400,
                      "this server speaks HTTP/1.1 only: send no "
                      "Upgrade header");
    if (h->given[COUNTED_EXPECT] &&
        (h->old ||
         !str_equal_nocase(h->value[COUNTED_EXPECT], STR("100-continue"))))
        return refuse(h, 417,
                      "the only expectation is 100-continue, in "
                      "HTTP/1.1");
    return true;
}

/* A line that has ended; false: a bare CR or LF, or a NUL byte, is in it. */
static bool next_line(struct str came, size_t *at, struct str *line,
                      bool *ended)
{
    size_t from = *at;
    *ended = false;
    for (size_t i = from; i < came.len; i++) {
        char c = came.ptr[i];
        bool end = c == '\r' && i + 1 < came.len;
        if (c == '\n' || c == '\0' || (end && came.ptr[i + 1] != '\n'))
            return false;
        if (!end)
            continue;
        *line = str_sub(came, from, i - from);
        *at = i + 2;
        *ended = true;
        return true;
    }
    return true;
}

static enum head_state refuse_long(const struct head *h, bool in_target)
{
    if (in_target)
        (void)refuse(h, 414, "path and query take at most 2048 bytes");
    else
        (void)refuse(h, 431,
                     "request line and headers take at most 8192 "
                     "bytes");
    return HEAD_REFUSED;
}

enum head_state head_read(struct str came, struct refusal *refusal)
{
    struct head h = {.refusal = refusal};
    struct str line = STR_NONE, within = str_sub(came, 0, SERVE_HEAD_BYTES_MAX);
    size_t at = 0;
    bool ended, first = true;
    *refusal = (struct refusal){0, NULL};
    for (;;) {
        if (!next_line(within, &at, &line, &ended)) {
            (void)refuse(&h, 400,
                         "lines must end with CR LF and contain no "
                         "NUL byte");
            return HEAD_REFUSED;
        }
        if (!ended)
            return came.len > within.len ? refuse_long(&h, first) : HEAD_MORE;
        if (!first && line.len == 0)
            return check_whole(&h) ? HEAD_WHOLE : HEAD_REFUSED;
        if (first ? !read_request_line(&h, line) : !read_header(&h, line))
            return HEAD_REFUSED;
        first = false;
    }
}
