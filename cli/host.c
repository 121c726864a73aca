/* Groups of the log, host by host. */
#include "cli/host.h"

#include <string.h>

#include "base/inert.h"
#include "base/text.h"
#include "evidence/evidence.h"

extern char **environ;

struct host {
    const char *name;                 /* as evidence_ci has it */
    const char *begin, *end, *finish; /* %t title, %n number, %s seconds */
    void (*escape)(struct buf *out, struct str title);
};

/* The runner decodes %25, %0D and %0A. */
static void escape_github(struct buf *out, struct str title)
{
    for (size_t i = 0; i < title.len; i++) {
        if (title.ptr[i] == '%')
            buf_text(out, "%25");
        else
            buf_char(out, title.ptr[i]);
    }
}

/* Of a service message: |' |n |r || |[ |] and |0xNNNN beyond ASCII. */
static void escape_teamcity(struct buf *out, struct str title)
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

static const struct host hosts[] = {
    {"github", "::group::%t\n", "::endgroup::\n", "", escape_github},
    {"gitlab",
     "\033[0Ksection_start:%s:postflight_%n[collapsed=true]\r\033[0K%t\n",
     "\033[0Ksection_end:%s:postflight_%n\r\033[0K\n", "", buf_str},
    {"azure", "##[group]%t\n", "##[endgroup]\n", "", buf_str},
    {"teamcity", "##teamcity[blockOpened name='%t']\n",
     "##teamcity[blockClosed name='%t']\n", "", escape_teamcity},
    {"buildkite", "--- %t\n", "", "+++ postflight\n", buf_str},
    {"jenkins", "%t\n", "", "", buf_str},
    {"circleci", "%t\n", "", "", buf_str},
    {"bitbucket", "%t\n", "", "", buf_str},
    {"render", "%t\n", "", "", buf_str},
    {"vercel", "%t\n", "", "", buf_str},
    {"generic", "%t\n", "", "", buf_str},
};

const struct host *host_now(void)
{
    struct arena a;
    struct ci_evidence ci;
    const struct host *found = NULL;
    arena_init(&a);
    evidence_ci(&ci, &a, (const char *const *)environ);
    for (size_t i = 0; ci.host != NULL && i < ARRAY_COUNT(hosts); i++)
        if (strcmp(hosts[i].name, ci.host) == 0)
            found = &hosts[i];
    arena_release(&a);
    return found;
}

bool host_is(const struct host *h, const char *name)
{
    return h != NULL && strcmp(h->name, name) == 0;
}

static void add_title(const struct host *h, struct buf *out, const char *title)
{
    struct buf line;
    buf_init(&line, 4000);
    inert_text(&line, str_from(title));
    h->escape(out, buf_view(&line));
    buf_release(&line);
}

static void fill(const struct host *h, struct buf *out, const char *form,
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

void host_begin(const struct host *h, struct buf *out, const struct group *g)
{
    fill(h, out, h->begin, g);
}

void host_end(const struct host *h, struct buf *out, const struct group *g)
{
    fill(h, out, h->end, g);
}

void host_finish(const struct host *h, struct buf *out)
{
    buf_text(out, h->finish);
}
