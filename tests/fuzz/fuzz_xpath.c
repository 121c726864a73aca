/*
 * A path, a line feed, and a body of any bytes, as XML and as HTML: what is
 * found is one of the kinds, and UTF-8 in XML; HTML is read in any encoding.
 */
#include <stdint.h>
#include <stdlib.h>

#include "base/text.h"
#include "language/xpath.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must_be_text(struct str s)
{
    if (utf8_check(s) != s.len)
        abort();
}

static void judge(const struct xpath_found *f, bool html)
{
    if (f->kind != XPATH_IS_NODES && f->count != 0)
        abort();
    if (f->kind == XPATH_IS_NUMBER && !text_is_number(f->text))
        abort();
    if (f->kind == XPATH_IS_TEXT && !html)
        must_be_text(f->text);
    for (size_t i = 0; i < f->count && !html; i++)
        must_be_text(f->part[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    arena_init(&a);
    struct str body, all = {arena_dup(&a, (const char *)data, size), size};
    struct str path = str_cut(all, '\n', &body);
    if (path.len > 0 && xpath_problem(path) == NULL) {
        struct xpath_found xml = xpath_select(&a, path, body, false);
        struct xpath_found html = xpath_select(&a, path, body, true);
        judge(&xml, false);
        judge(&html, true);
    }
    arena_release(&a);
    return 0;
}
