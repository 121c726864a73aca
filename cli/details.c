/* Details of checks that did not pass, for the log of a CI run. */
#include <stdlib.h>
#include <string.h>

#include "cli/console.h"
#include "cli/host.h"
#include "redact/inert.h"
#include "report/formats/formats.h"

#define GROUPS_MAX 20

static int compare(const void *left, const void *right)
{
    const struct result *const *l = left, *const *r = right;
    int order = result_badness(*l) - result_badness(*r);
    return order != 0 ? order : (*l > *r) - (*l < *r);
}

static bool is_told(const struct result *r)
{
    return r->status == STATUS_FAIL || r->status == STATUS_ERROR ||
           r->status == STATUS_DEGRADED;
}

/* Each line stands in by four, so that none begins with a foreign byte. */
static void print_group(const struct ci_host *h, const struct group *g,
                        const struct result *r)
{
    struct buf text, lines, out;
    buf_init(&text, DETAIL_MAX * 8);
    buf_init(&lines, DETAIL_MAX * 8);
    buf_init(&out, DETAIL_MAX * 16);
    write_detail(&text, r);
    for (struct str rest = buf_view(&text); rest.len > 0;) {
        buf_text(&lines, "    ");
        buf_str(&lines, str_cut(rest, '\n', &rest));
        buf_char(&lines, '\n');
    }
    host_begin(h, &out, g);
    inert_lines(&out, buf_view(&lines));
    host_end(h, &out, g);
    console_command(buf_view(&out));
    buf_release(&out);
    buf_release(&lines);
    buf_release(&text);
}

void print_details(const struct console *c, const struct record *r)
{
    const struct ci_host *h = host_now();
    struct arena a;
    size_t count = 0;
    if (h == NULL || c->quiet)
        return;
    arena_init(&a);
    const struct result **bad =
        arena_array(&a, r->result_count + 1, sizeof(*bad));
    for (size_t i = 0; i < r->result_count; i++)
        if (is_told(&r->result[i]))
            bad[count++] = &r->result[i];
    qsort((void *)bad, count, sizeof(*bad), compare);
    for (size_t i = 0; i < count && i < GROUPS_MAX; i++) {
        /* our word first: a title alone could be a command where a host has
           no groups */
        const struct group g = {
            (unsigned)i + 1, r->finished_ms / 1000,
            arena_printf(&a, "%s: %s", name_of(&status_names, bad[i]->status),
                         bad[i]->title)};
        print_group(h, &g, bad[i]);
    }
    struct buf out;
    buf_init(&out, 100);
    if (count > 0)
        host_finish(h, &out);
    console_command(buf_view(&out));
    buf_release(&out);
    arena_release(&a);
}
