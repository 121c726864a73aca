/*
 * bare_redact [MEGABYTES]: how fast a text with logs, JSON and addresses in it
 * goes through the redactor, as a whole and line by line, with 10 secrets.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "redact/redact.h"

#define SECRETS 10

static const char *const line[] = {
    "2025-10-20T16:58:22.104Z ERROR [api] relation \"users\" already exists\n",
    "{\"level\":\"info\",\"msg\":\"GET \\/v1\\/boards?id=4711\",\"ms\":12.5}\n",
    "==> Running 'npm run start:prod' (postgres://db.internal:5432/planning)\n",
    "    at Object.<anonymous> (/app/node_modules/pg/lib/client.js:314:17)\n",
    "GET https://planner.example/assets/index-4Fz9sKq.js?v=%20%2F 200 OK\n",
    "<li class=\"row\">caf\xC3\xA9 &amp; bar &lt;b&gt; \xE2\x80\xA6</li>\n",
    "eyJub3QiOiJhIHRva2VuIn0 dGhlIHF1aWNrIGJyb3duIGZveA== 0x7ffd3a2b 9f8e7d\n",
};

static double rate(struct str text, int64_t began_us)
{
    return (double)text.len / (double)(clock_now_us() - began_us);
}

int main(int argc, char **argv)
{
    size_t bytes = (argc > 1 ? (size_t)atoi(argv[1]) : 10) << 20;
    struct redactor *r = redactor_open();
    struct arena a;
    struct buf text;
    arena_init(&a);
    for (unsigned i = 0; i < SECRETS; i++)
        (void)redactor_add(
            r, str_from(arena_printf(&a, "s3cr%ut-\"%x/%u&value+%u", i,
                                     i * 7919 + 65537, i * 31, i)));
    buf_init(&text, bytes + 200);
    for (unsigned n = 0; text.len < bytes; n = n * 1103515245U + 12345U)
        buf_text(&text, line[(n >> 16) % ARRAY_COUNT(line)]);
    int64_t began_us = clock_now_us();
    struct str out = redact(r, &a, buf_view(&text));
    printf("whole: %.1f MB/s, %zu redacted\n", rate(out, began_us),
           redactor_count(r));
    began_us = clock_now_us();
    for (struct str rest = buf_view(&text); rest.len > 0;)
        (void)redact(r, &a, str_cut(rest, '\n', &rest));
    printf("lines: %.1f MB/s\n", rate(out, began_us));
    buf_release(&text);
    arena_release(&a);
    redactor_close(r);
    return 0;
}
