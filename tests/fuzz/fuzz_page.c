/*
 * Any bytes as a Markdown document: the page has only elements and attributes
 * of ours, each closed, and no control byte.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/report.h"
#include "tests/fuzz/sometimes.h"

#define USUAL_MAX ((size_t)1000) /* bytes */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define DEPTH_MAX 100000

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

static bool is_one_of(struct str s, const char *const *word)
{
    for (; *word != NULL; word++)
        if (str_is(s, *word))
            return true;
    return false;
}

/* name="value" pairs, each name known, no quote or '<' in a value. */
static void attributes(struct str rest)
{
    static const char *const known[] = {
        "id",       "class",      "href",  "rel",     "tabindex",
        "type",     "start",      "scope", "checked", "aria-label",
        "disabled", "data-label", "alt",   "src",     NULL};
    rest = str_trim(rest);
    while (rest.len > 0) {
        size_t n = 0;
        while (n < rest.len && rest.ptr[n] != '=' && rest.ptr[n] != ' ')
            n++;
        must(is_one_of(str_sub(rest, 0, n), known), "an attribute of others");
        bool value = n < rest.len && rest.ptr[n] == '=';
        rest = str_sub(rest, n, rest.len);
        if (value) {
            must(rest.len > 1 && rest.ptr[1] == '"', "a value without quotes");
            size_t end = str_find(rest, STR("\""), 2);
            must(end < rest.len, "a value that never ends");
            rest = str_sub(rest, end + 1, rest.len);
        }
        rest = str_trim(rest);
    }
}

static void elements(struct arena *a, struct str body)
{
    static const char *const known[] = {
        "h1",    "h2",    "h3",         "h4",   "h5",      "h6",      "p",
        "ul",    "ol",    "li",         "hr",   "pre",     "code",    "table",
        "thead", "tbody", "tr",         "th",   "td",      "em",      "strong",
        "del",   "a",     "blockquote", "span", "nav",     "main",    "div",
        "br",    "input", "body",       "html", "details", "summary", "sup",
        "img",   NULL};
    static const char *const empty[] = {"hr", "br", "input", "img", NULL};
    struct str *open = arena_array(a, DEPTH_MAX, sizeof(*open));
    size_t depth = 0;
    for (size_t i = str_find(body, STR("<"), 0); i < body.len;
         i = str_find(body, STR("<"), i + 1)) {
        size_t end = str_find(body, STR(">"), i), n = i + 1;
        must(end < body.len, "an element that never ends");
        bool close = body.ptr[n] == '/';
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
        } else {
            attributes(str_sub(body, stop, end - stop));
            if (!is_one_of(name, empty) && depth < DEPTH_MAX)
                open[depth++] = name;
        }
    }
    must(depth == 0, "an element was left open");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct str page;
    struct err e = {.set = false};
    size = usually(data, size, USUAL_MAX);
    arena_init(&a);
    struct str text = {arena_dup(&a, (const char *)data, size), size};
    if (report_html(&page, &a, text, &e)) {
        size_t body = str_find(page, STR("<main>"), 0);
        must(body < page.len, "no body");
        struct str content = str_sub(page, body, page.len);
        content.len = str_find(content, STR("</body>"), 0);
        elements(&a, content);
        must(utf8_check(page) == page.len, "no UTF-8");
        for (size_t i = 0; i < page.len; i++)
            must((unsigned char)page.ptr[i] >= ' ' || page.ptr[i] == '\n' ||
                     page.ptr[i] == '\t',
                 "a control byte");
    } else {
        must(e.set, "an error that says nothing");
    }
    arena_release(&a);
    return 0;
}
