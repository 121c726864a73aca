/*
 * Any bytes as the texts and numbers of a status page: both documents are
 * written, the page is well-formed and made of our elements alone, and both
 * are built as they are with harmless texts in the places of those. An input is
 * written as a document or, one of thirty-two, as a page, and mostly with a row
 * of each kind, since a service alone has ninety days.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmark.h>

#include "base/text.h"
#include "report/status_page/status_view.h"
#include "tests/fuzz/sometimes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ROWS_MOST 6
#define DEPTH_MAX 100

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* Bytes are taken from the front; when none are left, zeros. */
struct input {
    struct arena *arena;
    struct str rest;
    bool plain;    /* give harmless texts where there are others */
    unsigned rows; /* fewer than so many of each kind */
};

static unsigned take(struct input *in)
{
    if (in->rest.len == 0)
        return 0;
    unsigned byte = (unsigned char)in->rest.ptr[0];
    in->rest = str_sub(in->rest, 1, in->rest.len);
    return byte;
}

static int64_t take_number(struct input *in)
{
    uint64_t n = 0;
    unsigned bytes = take(in) % 9;
    for (unsigned i = 0; i < bytes; i++)
        n = n << 8 | take(in);
    return bytes > 5 ? (int64_t)n : (int64_t)n * 1000; /* times, mostly */
}

static int take_enum(struct input *in)
{
    return (int)(take(in) % 10) - 1;
}

static const char *take_any(struct input *in)
{
    size_t len = take(in);
    if (len == 255)
        return NULL;
    struct str s = str_sub(in->rest, 0, len);
    in->rest = str_sub(in->rest, s.len, in->rest.len);
    s.len = s.len == 0 ? 0 : strnlen(s.ptr, s.len);
    return str_dup(in->arena, s);
}

/* A text that is shown, whatever it is; a plain one is a word. */
static const char *take_text(struct input *in)
{
    const char *text = take_any(in);
    return !in->plain || status_text(in->arena, text, NULL) == NULL ? text
                                                                    : "word";
}

/* Is it linked, shown or not there? A plain one is the same. */
static const char *take_path(struct input *in)
{
    const char *path = take_any(in);
    if (!in->plain || str_trim(str_from(path)).len == 0)
        return path;
    return status_link(in->arena, path) != NULL ? "word.md" : "/word";
}

/* How many lines with something on them stays. */
static const char *take_checks(struct input *in)
{
    struct buf out;
    const char *checks = take_any(in);
    struct str rest = str_from(checks);
    if (!in->plain)
        return checks;
    buf_init(&out, 4096);
    while (rest.len > 0)
        if (str_trim(str_cut(rest, '\n', &rest)).len > 0)
            buf_text(&out, "word\n");
    checks = buf_dup(in->arena, &out);
    buf_release(&out);
    return checks;
}

static struct service_status take_service(struct input *in)
{
    struct service_status s = {.check = take_text(in), .title = take_text(in)};
    s.status = take_enum(in);
    s.failing_since_ms = take_number(in);
    s.flapping = take(in) % 2;
    for (unsigned n = take(in) % 16; n > 0; n--) {
        struct day *d = &s.day[take(in) % STATUS_DAYS];
        d->rounds = take_number(in);
        d->failed = take_number(in);
        d->degraded = take_number(in);
        d->duration_us = take_number(in);
    }
    return s;
}

static struct incident_row take_incident(struct input *in)
{
    struct incident_row i = {.status = take_enum(in),
                             .severity = take_enum(in)};
    i.id = take_text(in);
    i.title = take_text(in);
    i.service = take_text(in);
    i.checks = take_checks(in);
    i.document = take_path(in);
    i.started_ms = take_number(in);
    i.detected_ms = take_number(in);
    i.resolved_ms = take_number(in);
    i.verified_ms = take_number(in);
    i.closed_ms = take_number(in);
    return i;
}

static struct deployment_row take_deployment(struct input *in)
{
    struct deployment_row d = {.verdict = take_enum(in),
                               .state = take_enum(in)};
    d.started_ms = take_number(in);
    d.finished_ms = take_number(in);
    d.committed_ms = take_number(in);
    d.rework = take(in) % 2;
    return d;
}

static struct status_page take_page(struct input *in)
{
    struct status_page p = {.service = take_text(in), .build = take_text(in)};
    struct service_status *s = arena_array(in->arena, ROWS_MOST, sizeof(*s));
    struct incident_row *i = arena_array(in->arena, ROWS_MOST, sizeof(*i));
    struct deployment_row d[ROWS_MOST];
    size_t count;
    p.now_ms = take_number(in);
    p.late_ms = take_number(in);
    p.production = take_enum(in);
    p.deployment = take_enum(in);
    p.days = take_number(in);
    int64_t from = take_number(in), to = take_number(in);
    p.count = take(in) % in->rows;
    p.incident_count = take(in) % in->rows;
    count = take(in) % in->rows;
    for (size_t n = 0; n < p.count; n++)
        s[n] = take_service(in);
    for (size_t n = 0; n < p.incident_count; n++)
        i[n] = take_incident(in);
    for (size_t n = 0; n < count; n++)
        d[n] = take_deployment(in);
    p.item = s;
    p.incident = i;
    status_figures(p.figure, in->arena, d, count, from, to);
    return p;
}

static bool is_one_of(struct str s, const char *const *word)
{
    for (; *word != NULL; word++)
        if (s.len > 0 && s.ptr[0] == **word && str_is(s, *word))
            return true;
    return false;
}

/* name="value" pairs, each name known, no quote or '<' in a value. */
static void attributes(struct str rest)
{
    static const char *const known[] = {"id",
                                        "class",
                                        "href",
                                        "rel",
                                        "role",
                                        "scope",
                                        "tabindex",
                                        "aria-label",
                                        "x",
                                        "y",
                                        "width",
                                        "height",
                                        "points",
                                        "viewBox",
                                        "aria-labelledby",
                                        "preserveAspectRatio",
                                        NULL};
    rest = str_trim(rest);
    while (rest.len > 0 && !str_is(rest, "/")) {
        size_t n = str_find(rest, STR("=\""), 0);
        must(is_one_of(str_sub(rest, 0, n), known), "an attribute of others");
        size_t end = str_find(rest, STR("\""), n + 2);
        must(end < rest.len, "a value that never ends");
        struct str value = str_sub(rest, n + 2, end - n - 2);
        must(!str_is(str_sub(rest, 0, n), "href") || value.ptr[0] == '#' ||
                 str_find(value, STR(":"), 0) == value.len,
             "a link to elsewhere");
        rest = str_trim(str_sub(rest, end + 1, rest.len));
    }
}

/* Elements nest; their names, in order, go to `built`. */
static void elements(struct buf *built, struct str body)
{
    static const char *const known[] = {
        "h1",      "h2",       "h3",      "p",     "ul",    "li",
        "code",    "strong",   "span",    "nav",   "main",  "section",
        "article", "figure",   "svg",     "rect",  "title", "figcaption",
        "details", "polyline", "summary", "table", "thead", "tbody",
        "tr",      "th",       "td",      "a",     "div",   NULL};
    struct str open[DEPTH_MAX];
    size_t depth = 0;
    for (size_t i = str_find(body, STR("<"), 0); i < body.len;
         i = str_find(body, STR("<"), i + 1)) {
        size_t end = str_find(body, STR(">"), i), n = i + 1;
        must(end < body.len, "an element that never ends");
        bool close = body.ptr[n] == '/', empty = body.ptr[end - 1] == '/';
        n += close;
        size_t stop = n;
        while (stop < end && body.ptr[stop] != ' ')
            stop++;
        struct str name = str_sub(body, n, stop - n);
        must(is_one_of(name, known), "an element of others");
        if (close) {
            must(depth > 0 && str_equal(open[depth - 1], name),
                 "elements are crossed");
            depth--;
            continue;
        }
        attributes(str_sub(body, stop, end - stop));
        buf_str(built, name);
        buf_char(built, ' ');
        must(depth < DEPTH_MAX, "too deep");
        if (!empty)
            open[depth++] = name;
    }
    must(depth == 0, "an element was left open");
}

static void page_built(struct buf *built, struct str page)
{
    size_t body = str_find(page, STR("<main>"), 0);
    size_t end = str_find(page, STR("</body>"), 0);
    must(end < page.len, "no body");
    elements(built, str_sub(page, body, end - body));
    must(utf8_check(page) == page.len, "no UTF-8");
    for (size_t i = 0; i < page.len; i++)
        must((unsigned char)page.ptr[i] >= ' ' || page.ptr[i] == '\n',
             "a control byte");
}

/* The blocks, and the links. */
static void document_built(struct buf *built, struct str text)
{
    cmark_node *document =
        cmark_parse_document(text.ptr, text.len, CMARK_OPT_DEFAULT);
    cmark_iter *iter = cmark_iter_new(document);
    while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        must(type != CMARK_NODE_HTML_BLOCK && type != CMARK_NODE_HTML_INLINE &&
                 type != CMARK_NODE_IMAGE,
             "what we never write");
        if (type <= CMARK_NODE_LAST_BLOCK || type == CMARK_NODE_LINK)
            buf_printf(built, "%s ", cmark_node_get_type_string(node));
    }
    cmark_iter_free(iter);
    cmark_node_free(document);
}

static size_t count_of(struct str text, struct str what)
{
    size_t n = 0;
    for (size_t at = str_find(text, what, 0); at < text.len;
         at = str_find(text, what, at + what.len))
        n++;
    return n;
}

static void write_document(struct buf *built, struct arena *a,
                           const struct status_page *page)
{
    struct str markdown;
    struct err e = {.set = false};
    must(status_markdown(&markdown, a, page, &e), e.text);
    document_built(built, markdown);
}

static void write_page(struct buf *built, struct arena *a,
                       const struct status_page *page, bool twice)
{
    struct str html, again;
    struct err e = {.set = false};
    must(status_html(&html, a, page, &e), e.text);
    page_built(built, html);
    must(count_of(html, STR("<rect ")) == page->count * STATUS_DAYS,
         "a day without a bar");
    must(count_of(html, STR("<li class=\"incident\">")) == page->incident_count,
         "an incident is missing");
    must(!twice || (status_html(&again, a, page, &e) && str_equal(html, again)),
         "other bytes");
}

static void write_some(struct buf *built, struct input in, uint32_t chosen)
{
    in.rows = chosen / 64 % 64 == 0 ? ROWS_MOST : 2;
    struct status_page page = take_page(&in);
    if (chosen % 32 == 0)
        write_page(built, in.arena, &page, chosen / 32 % 4 == 0);
    else
        write_document(built, in.arena, &page);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct buf built, plain;
    arena_init(&a);
    buf_init(&built, (size_t)1 << 20);
    buf_init(&plain, (size_t)1 << 20);
    struct str bytes = {arena_dup(&a, (const char *)data, size), size};
    uint32_t chosen = sometimes(data, size);
    write_some(&built, (struct input){.arena = &a, .rest = bytes}, chosen);
    write_some(&plain,
               (struct input){.arena = &a, .rest = bytes, .plain = true},
               chosen);
    must(str_equal(buf_view(&built), buf_view(&plain)),
         "a text has changed how a page is built");
    buf_release(&built);
    buf_release(&plain);
    arena_release(&a);
    return 0;
}
