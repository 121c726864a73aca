/* Groups of the log, host by host. */
#include "cli/host.h"

#include <string.h>

#include "base/text.h"
#include "evidence/evidence.h"
#include "redact/inert.h"

extern char **environ;

/* The runner decodes %25, %0D and %0A. */
static void escape_percent(struct buf *out, struct str title)
{
    for (size_t i = 0; i < title.len; i++) {
        if (title.ptr[i] == '%')
            buf_text(out, "%25");
        else
            buf_char(out, title.ptr[i]);
    }
}

/* Of a service message: |' |n |r || |[ |] and |0xNNNN beyond ASCII. */
static void escape_message(struct buf *out, struct str title)
{
    while (title.len > 0) {
        uint32_t c = 0;
        size_t n = utf8_length(title, &c);
        if (n == 1 && strchr("|'[]", (int)c) != NULL)
            buf_printf(out, "|%c", (char)c);
        else if (n == 1)
            buf_char(out, (char)c);
        else if (n > 1 && c <= 0xFFFF)
            buf_printf(out, "|0x%04X", c);
        else
            buf_char(out, '?');
        title = str_sub(title, n == 0 ? 1 : n, title.len);
    }
}

const struct ci_host *host_now(void)
{
    struct arena a;
    struct ci_evidence ci;
    arena_init(&a);
    evidence_ci(&ci, &a, (const char *const *)environ);
    const struct ci_host *found = ci_host_find(ci.host);
    arena_release(&a);
    return found;
}

static void add_title(const struct ci_host *h, struct buf *out,
                      const char *title)
{
    struct buf line;
    buf_init(&line, 4000);
    inert_text(&line, str_from(title));
    switch (h->escape) {
    case CI_ESCAPE_NONE:
        buf_str(out, buf_view(&line));
        break;
    case CI_ESCAPE_PERCENT:
        escape_percent(out, buf_view(&line));
        break;
    case CI_ESCAPE_MESSAGE:
        escape_message(out, buf_view(&line));
        break;
    }
    buf_release(&line);
}

static void fill(const struct ci_host *h, struct buf *out, const char *form,
                 const struct group *g)
{
    for (; *form != '\0'; form++) {
        if (*form != '%') {
            buf_char(out, *form);
            continue;
        }
        form++;
        if (*form == 't')
            add_title(h, out, g->title);
        else if (*form == 'n')
            buf_printf(out, "%u", g->number);
        else
            buf_printf(out, "%lld", (long long)g->time_s);
    }
}

void host_begin(const struct ci_host *h, struct buf *out, const struct group *g)
{
    fill(h, out, h->begin != NULL ? h->begin : "%t\n", g);
}

void host_end(const struct ci_host *h, struct buf *out, const struct group *g)
{
    fill(h, out, h->end != NULL ? h->end : "", g);
}

void host_finish(const struct ci_host *h, struct buf *out)
{
    buf_text(out, h->finish != NULL ? h->finish : "");
}
