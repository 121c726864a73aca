/* What a command of curl or wget would ask. */
#include <string.h>

#include "base/text.h"
#include "import/compose/compose.h"

enum takes { TAKES_NOTHING, TAKES_VALUE };

struct request {
    struct import *im;
    struct entry *e;
    struct pos pos;
    const char *url;
    bool fails, follows, known;
    const char *max_redirects;
};

typedef void read_option(struct request *r, const char *value);

struct option_row {
    const char *name;
    char letter;
    enum takes takes;
    read_option *read; /* NULL: it changes nothing that is asked */
};

static void set_fail(struct request *r, const char *value)
{
    (void)value;
    r->fails = true;
}

static void set_follow(struct request *r, const char *value)
{
    (void)value;
    r->follows = true;
}

static void set_max_redirects(struct request *r, const char *value)
{
    r->max_redirects = value;
}

static void set_insecure(struct request *r, const char *value)
{
    (void)value;
    put_bare(r->im, r->e, "insecure", "true", r->pos);
}

static void set_compressed(struct request *r, const char *value)
{
    (void)value;
    put_bare(r->im, r->e, "compressed", "true", r->pos);
}

static void set_method(struct request *r, const char *value)
{
    put(r->im, r->e, "method", value, r->pos);
}

static void set_head(struct request *r, const char *value)
{
    (void)value;
    put(r->im, r->e, "method", "HEAD", r->pos);
}

static void set_header(struct request *r, const char *value)
{
    const char *colon = strchr(value, ':');
    if (colon == NULL)
        r->known = false;
    else
        put_header(r->im, r->e,
                   arena_dup(r->im->arena, value, (size_t)(colon - value)),
                   str_dup(r->im->arena, str_trim(str_from(colon + 1))),
                   r->pos);
}

static void set_agent(struct request *r, const char *value)
{
    put_pair(r->im, r->e, "headers", "User-Agent", value, r->pos);
}

/* curl sends it as a form unless a header says otherwise. */
static void set_data(struct request *r, const char *value)
{
    const struct field *f = entry_field(r->e, "headers");
    bool typed = false;
    for (size_t i = 0; f != NULL && i < f->count; i++)
        typed = typed || str_equal_nocase(str_from(f->item[i].name),
                                          STR("content-type"));
    if (value[0] == '@') {
        r->known = false;
        return;
    }
    put(r->im, r->e, "body", value, r->pos);
    if (!typed)
        put_pair(r->im, r->e, "headers", "Content-Type",
                 "application/x-www-form-urlencoded", POS_NONE);
}

static void set_user(struct request *r, const char *value)
{
    struct str password, user = str_cut(str_from(value), ':', &password);
    put_basic(r->im, r->e, str_dup(r->im->arena, user),
              str_dup(r->im->arena, password), r->pos);
}

static void set_seconds(struct request *r, const char *key, const char *value)
{
    int64_t ms = 0;
    if (duration_ms(str_from(value), 1000, &ms) && ms > 0)
        put_duration(r->im, r->e, key, ms, r->pos);
    else
        r->known = false;
}

static void set_timeout(struct request *r, const char *value)
{
    set_seconds(r, "timeout", value);
}

static void set_connect_timeout(struct request *r, const char *value)
{
    set_seconds(r, "connect_timeout", value);
}

static void set_proxy(struct request *r, const char *value)
{
    put(r->im, r->e, "proxy", value, r->pos);
}

static void set_socket(struct request *r, const char *value)
{
    put(r->im, r->e, "unix_socket", value, r->pos);
}

static const struct option_row curl_option[] = {
    {"--fail", 'f', TAKES_NOTHING, set_fail},
    {"--fail-with-body", '\0', TAKES_NOTHING, set_fail},
    {"--location", 'L', TAKES_NOTHING, set_follow},
    {"--max-redirs", '\0', TAKES_VALUE, set_max_redirects},
    {"--insecure", 'k', TAKES_NOTHING, set_insecure},
    {"--compressed", '\0', TAKES_NOTHING, set_compressed},
    {"--request", 'X', TAKES_VALUE, set_method},
    {"--head", 'I', TAKES_NOTHING, set_head},
    {"--header", 'H', TAKES_VALUE, set_header},
    {"--user-agent", 'A', TAKES_VALUE, set_agent},
    {"--data", 'd', TAKES_VALUE, set_data},
    {"--data-raw", '\0', TAKES_VALUE, set_data},
    {"--user", 'u', TAKES_VALUE, set_user},
    {"--max-time", 'm', TAKES_VALUE, set_timeout},
    {"--connect-timeout", '\0', TAKES_VALUE, set_connect_timeout},
    {"--proxy", 'x', TAKES_VALUE, set_proxy},
    {"--unix-socket", '\0', TAKES_VALUE, set_socket},
    {"--silent", 's', TAKES_NOTHING, NULL},
    {"--show-error", 'S', TAKES_NOTHING, NULL},
    {"--output", 'o', TAKES_VALUE, NULL},
    {"--no-progress-meter", '\0', TAKES_NOTHING, NULL},
    {"--verbose", 'v', TAKES_NOTHING, NULL},
    {"--include", 'i', TAKES_NOTHING, NULL},
    {"--globoff", 'g', TAKES_NOTHING, NULL},
    {"--disable", 'q', TAKES_NOTHING, NULL},
};

static void set_wget_get(struct request *r, const char *value)
{
    (void)r;
    (void)value;
}

static void set_agent_or_user(struct request *r, const char *value)
{
    set_agent(r, value);
}

static const struct option_row wget_option[] = {
    {"--spider", '\0', TAKES_NOTHING, set_head},
    {"--quiet", 'q', TAKES_NOTHING, NULL},
    {"--no-verbose", '\0', TAKES_NOTHING, NULL},
    {"-nv", '\0', TAKES_NOTHING, NULL},
    {"--output-document", 'O', TAKES_VALUE, set_wget_get},
    {"--tries", 't', TAKES_VALUE, NULL},
    {"--timeout", 'T', TAKES_VALUE, set_timeout},
    {"--server-response", 'S', TAKES_NOTHING, NULL},
    {"--no-check-certificate", '\0', TAKES_NOTHING, set_insecure},
    {"--header", '\0', TAKES_VALUE, set_header},
    {"--user-agent", 'U', TAKES_VALUE, set_agent_or_user},
    {"--post-data", '\0', TAKES_VALUE, set_data},
    {"--no-cache", '\0', TAKES_NOTHING, NULL},
    {"--max-redirect", '\0', TAKES_VALUE, set_max_redirects},
};

struct options {
    const struct option_row *row;
    size_t count;
};

static void use_option(struct request *r, const struct option_row *row,
                       const char *value)
{
    if (row->read != NULL)
        row->read(r, value);
}

static const char *next_word(const struct words *w, size_t *at)
{
    return *at + 1 < w->count ? w->item[++*at] : NULL;
}

/* "--name value", "--name=value" */
static void read_long(struct request *r, struct options o,
                      const struct words *w, size_t *at)
{
    struct str value, name = str_cut(str_from(w->item[*at]), '=', &value);
    bool joined = name.len < strlen(w->item[*at]);
    for (size_t i = 0; i < o.count; i++) {
        if (!str_is(name, o.row[i].name))
            continue;
        const char *given = joined                          ? value.ptr
                            : o.row[i].takes == TAKES_VALUE ? next_word(w, at)
                                                            : "";
        if (given == NULL)
            r->known = false;
        else
            use_option(r, &o.row[i], given);
        return;
    }
    r->known = false;
}

/* "-fsS", "-o file", "-m5" */
static void read_letters(struct request *r, struct options o,
                         const struct words *w, size_t *at)
{
    const char *word = w->item[*at];
    for (const char *c = word + 1; *c != '\0'; c++) {
        size_t i = 0;
        while (i < o.count && o.row[i].letter != *c)
            i++;
        if (i == o.count) {
            r->known = false;
            return;
        }
        if (o.row[i].takes == TAKES_NOTHING) {
            use_option(r, &o.row[i], "");
            continue;
        }
        const char *value = c[1] != '\0' ? c + 1 : next_word(w, at);
        if (value == NULL)
            r->known = false;
        else
            use_option(r, &o.row[i], value);
        return;
    }
}

static void read_words(struct request *r, struct options o,
                       const struct words *w)
{
    for (size_t at = 1; at < w->count && r->known; at++) {
        const char *word = w->item[at];
        if (strncmp(word, "--", 2) == 0 || strcmp(word, "-nv") == 0)
            read_long(r, o, w, &at);
        else if (word[0] == '-' && word[1] != '\0')
            read_letters(r, o, w, &at);
        else if (r->url == NULL)
            r->url = word;
        else
            r->known = false;
    }
}

static const char *program_of(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static void finish(struct request *r, bool wget)
{
    const char *url =
        strstr(r->url, "://") == NULL && strncmp(r->url, "${", 2) != 0
            ? arena_printf(r->im->arena, "http://%s", r->url)
            : r->url;
    put(r->im, r->e, "url", url, r->pos);
    if (wget || r->follows)
        put_bare(r->im, r->e, "redirects",
                 r->max_redirects != NULL ? r->max_redirects
                 : wget                   ? "20"
                                          : "50",
                 POS_NONE);
    if (wget || r->follows)
        expect_text(r->im, r->e, POS_NONE, "status in 200..299");
    else if (r->fails)
        expect_text(r->im, r->e, POS_NONE, "status in 200..399");
    else
        need_expectation(r->im, r->e, r->pos);
}

bool command_request(struct import *im, struct entry *e,
                     const struct words *words, struct pos pos)
{
    const char *program = program_of(words->item[0]);
    bool wget = strcmp(program, "wget") == 0;
    struct request r = {.im = im, .e = e, .pos = pos, .known = true};
    if (!wget && strcmp(program, "curl") != 0)
        return false;
    read_words(&r,
               wget ? (struct options){wget_option, ARRAY_COUNT(wget_option)}
                    : (struct options){curl_option, ARRAY_COUNT(curl_option)},
               words);
    if (!r.known || r.url == NULL) {
        e->count = 0;
        return false;
    }
    finish(&r, wget);
    return true;
}
