/* [Options] of Hurl: how one request is made. */
#include <string.h>

#include "base/text.h"
#include "import/hurl/hurl.h"

static bool is_true(const char *text)
{
    return strcmp(text, "true") == 0;
}

enum option_kind {
    OPTION_TEXT,
    OPTION_FLAG,
    OPTION_SECONDS,
    OPTION_VERSION,
    OPTION_OWN /* see read_own */
};

static const struct {
    const char *name, *key, *value;
    enum option_kind kind;
} option[] = {
    {"compressed", "compressed", NULL, OPTION_FLAG},
    {"insecure", "insecure", NULL, OPTION_FLAG},
    {"cacert", "ca", NULL, OPTION_TEXT},
    {"proxy", "proxy", NULL, OPTION_TEXT},
    {"unix-socket", "unix_socket", NULL, OPTION_TEXT},
    {"max-time", "timeout", NULL, OPTION_SECONDS},
    {"connect-timeout", "connect_timeout", NULL, OPTION_SECONDS},
    {"http1.1", "http_version", "1.1", OPTION_VERSION},
    {"http2", "http_version", "2", OPTION_VERSION},
};

#define NO_AUTH "only bearer and basic credentials are known"
#define OUTPUT  "it only changes what Hurl prints"

static const struct row option_rows[] = {
    CARRIED("location", "`redirects`", NULL),
    CARRIED("max-redirs", "`redirects`", NULL),
    CARRIED("insecure", "`insecure`", NULL),
    CARRIED("compressed", "`compressed`", NULL),
    CARRIED("retry", "`patience.attempts`", NULL),
    CARRIED("retry-interval", "`patience.interval`", NULL),
    CARRIED("max-time", "`timeout`", NULL),
    CARRIED("connect-timeout", "`connect_timeout`", NULL),
    CARRIED("cacert", "`ca`, if the file exists", NULL),
    CARRIED("cert", "`client_cert`, if the file exists", NULL),
    CARRIED("key", "`client_cert`, if the file exists", NULL),
    CARRIED("proxy", "`proxy`", NULL),
    CARRIED("unix-socket", "`unix_socket`", NULL),
    CARRIED("resolve", "`resolve`", NULL),
    CARRIED("user", "`auth.basic`", NULL),
    CARRIED("header", "`headers`", NULL),
    CARRIED("variable", "`${NAME:-value}`", NULL),
    CARRIED("http1.1", "`http_version`", NULL),
    CARRIED("http2", "`http_version`", NULL),
    CARRIED("skip", "no check, when it is true", NULL),
    CARRIED("verbose", "nothing: " OUTPUT, NULL),
    CARRIED("very-verbose", "nothing: " OUTPUT, NULL),
    CARRIED("verbosity", "nothing: " OUTPUT, NULL),
    LEFT("output", OUTPUT, "nothing to do"),
    LEFT("http1.0", "HTTP/1.0 is not supported", "nothing to do"),
    LEFT("http3", "HTTP/3 is not supported", "nothing to do"),
    LEFT("delay", "a check waits for what it needs, not for a time",
         "write 'patience'"),
    LEFT("repeat", "a check is probed once", "write 'patience: { passes: N }'"),
    LEFT("location-trusted", "another host never gets credentials",
         "nothing to do"),
    LEFT("connect-to", "a host is probed at its own port",
         "write 'resolve', or the URL"),
    LEFT("aws-sigv4", NO_AUTH, "use an 'exec' check"),
    LEFT("digest", NO_AUTH, "use an 'exec' check"),
    LEFT("ntlm", NO_AUTH, "use an 'exec' check"),
    LEFT("negotiate", NO_AUTH, "use an 'exec' check"),
    LEFT("netrc", NO_AUTH, "write 'auth' with ${secret:NAME}"),
    LEFT("netrc-file", NO_AUTH, "write 'auth' with ${secret:NAME}"),
    LEFT("netrc-optional", NO_AUTH, "write 'auth' with ${secret:NAME}"),
    LEFT("ipv4", "curl chooses between IPv4 and IPv6 by itself",
         "see 'addresses: each'"),
    LEFT("ipv6", "curl chooses between IPv4 and IPv6 by itself",
         "see 'addresses: each'"),
    LEFT("limit-rate", "a check does not slow itself", "nothing to do"),
    LEFT("path-as-is", "a URL is sent as curl writes it", "nothing to do"),
    LEFT("pinnedpubkey", "a certificate is checked by its fields",
         "expect 'certificate \"Serial-Number\"'"),
};

struct rows hurl_option_rows(void)
{
    return IN("option", option_rows);
}

static void read_retry(struct hurl *h, const char *text, struct pos pos)
{
    uint64_t count = 0;
    if (text_to_u64(str_from(text), 999, &count)) {
        put_patience(h->im, h->e, "attempts",
                     arena_printf(h->im->arena, "%d", (int)count + 1), pos);
    } else {
        put_patience(h->im, h->e, "attempts", "100", pos);
        remark(h->im, pos, str_from(text), "a check ends some time",
               "it is tried 100 times: write 'deadline'");
    }
    put_patience(h->im, h->e, "retry",
                 "[connect, timeout, closed, dns, tls, protocol, status, 4xx, "
                 "assertion]",
                 POS_NONE);
}

static void read_interval(struct hurl *h, const char *text, struct pos pos)
{
    int64_t ms = 0;
    if (duration_ms(str_from(text), 1, &ms) && ms > 0)
        put_patience(h->im, h->e, "interval", duration_text(h->im->arena, ms),
                     pos);
    else
        remark(h->im, pos, str_from(text), "not a duration",
               "write 'patience: { interval: 1s }'");
}

/* "host:port:address" */
static void read_resolve(struct hurl *h, const char *text, struct pos pos)
{
    struct str port, address;
    struct str host = str_cut(str_from(text), ':', &port);
    str_cut(port, ':', &address);
    put_pair(h->im, h->e, "resolve", str_dup(h->im->arena, host),
             str_dup(h->im->arena, address), pos);
}

static void read_user(struct hurl *h, const char *text, struct pos pos)
{
    struct str password, user = str_cut(str_from(text), ':', &password);
    put_basic(h->im, h->e, str_dup(h->im->arena, user),
              str_dup(h->im->arena, password), pos);
}

static void read_variable(struct hurl *h, const char *text, struct pos pos)
{
    struct str value, name = str_cut(str_from(text), '=', &value);
    define_variable(h->im, str_trim(name),
                    str_dup(h->im->arena, str_trim(value)), false);
    h->im->record->carried++;
    (void)pos;
}

static void read_header(struct hurl *h, const char *text, struct pos pos)
{
    struct str key, value;
    if (pair_split(str_from(text), &key, &value))
        put_header(h->im, h->e, str_dup(h->im->arena, key),
                   str_dup(h->im->arena, value), pos);
}

static bool read_own(struct hurl *h, const char *name, const char *text,
                     struct pos pos)
{
    static const struct {
        const char *name;
        void (*read)(struct hurl *h, const char *text, struct pos pos);
    } own[] = {{"retry", read_retry},       {"retry-interval", read_interval},
               {"resolve", read_resolve},   {"user", read_user},
               {"variable", read_variable}, {"header", read_header}};
    for (size_t i = 0; i < ARRAY_COUNT(own); i++)
        if (strcmp(name, own[i].name) == 0) {
            own[i].read(h, text, pos);
            return true;
        }
    if (strcmp(name, "cert") == 0 || strcmp(name, "key") == 0)
        put_pair(h->im, h->e, "client_cert", name, text, pos);
    else if (strcmp(name, "location") == 0)
        h->follows = is_true(text);
    else if (strcmp(name, "max-redirs") == 0)
        h->max_redirects = text;
    else if (strcmp(name, "skip") == 0)
        h->skip = is_true(text);
    else
        return false;
    return true;
}

static void read_simple(struct hurl *h, size_t index, const char *text,
                        struct pos pos)
{
    const char *key = option[index].key;
    int64_t ms = 0;
    switch (option[index].kind) {
    case OPTION_TEXT:
        put(h->im, h->e, key, text, pos);
        break;
    case OPTION_FLAG:
        if (is_true(text))
            put_bare(h->im, h->e, key, "true", pos);
        break;
    case OPTION_VERSION:
        if (is_true(text))
            put(h->im, h->e, key, option[index].value, pos);
        break;
    case OPTION_SECONDS:
        if (duration_ms(str_from(text), 1000, &ms) && ms > 0)
            put_duration(h->im, h->e, key, ms, pos);
        break;
    case OPTION_OWN:
        break;
    }
}

void option_read(struct hurl *h, struct line line)
{
    struct str key, value;
    if (!pair_split(line.text, &key, &value)) {
        remark_row(h->im, line.pos, line.text, NULL);
        return;
    }
    const struct row *row = rows_find(ROWS(option_rows), key);
    const char *text = hurl_value_text(h, value, line.pos);
    if (row == NULL || row->ours == NULL) {
        remark_row(h->im, line.pos, line.text, row);
        return;
    }
    for (size_t i = 0; i < ARRAY_COUNT(option); i++)
        if (str_is(key, option[i].name)) {
            read_simple(h, i, text, line.pos);
            return;
        }
    if (!read_own(h, row->theirs, text, line.pos))
        h->im->record->carried++;
}

void options_finish(struct hurl *h, struct pos pos)
{
    const char *count = h->max_redirects == NULL ? "50" : h->max_redirects;
    if (h->follows)
        put_bare(h->im, h->e, "redirects", count, pos);
}
