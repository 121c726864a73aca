/*
 * bare_redact [MEGABYTES [SECRETS]]: how fast a text with logs, JSON and
 * addresses in it goes through the redactor, as a whole and line by line, with
 * 10 secrets or so many.
 * bare_redact hostile [SEED]: seconds of CPU for a MiB of texts that are made
 * to cost much, from 0.3 on, and the worst; with a seed, texts made by chance.
 * bare_redact hostile 0 UNIT [many]: of one text.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

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

/* Of the processor: the machine may have other work. */
static int64_t cpu_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static double rate(struct str text, int64_t began_us)
{
    return (double)text.len / (double)(cpu_us() - began_us);
}

/* What hostile texts are made of, and secrets that have it, too. */
static const char *const atom[] = {"\\",
                                   "%",
                                   "%25",
                                   "&",
                                   "&amp;",
                                   "&#",
                                   "=",
                                   "\n",
                                   "\r\n",
                                   " ",
                                   "'",
                                   "\"",
                                   "41 ",
                                   "\\u005c",
                                   "&#x5c;",
                                   "&#37;",
                                   "=3D",
                                   "%5c",
                                   "\\\\n",
                                   "\\'",
                                   "\\x1b[0m",
                                   "\\0",
                                   "#",
                                   "h",
                                   "hunter",
                                   "ab",
                                   "&amp;amp;",
                                   "%2525",
                                   "\033[",
                                   "\033]0;",
                                   "<wbr>",
                                   "...",
                                   "+",
                                   "> | ",
                                   "=\n",
                                   "\xC2\xAD",
                                   "\xE2\x80\x8B",
                                   "\\u{",
                                   "\\x",
                                   "aGU",
                                   "6875",
                                   "h3-"};

static const char *const secret[] = {
    "h3-ab\\c%2F \"x'y&z",      "hunter2hunter2h",
    "a b c d e f g h",          "aaaaaaaaaaaaaaaaaaaaaaaa",
    "%25%25%25%25%25%25%25%25", "\\\\\\\\\\\\\\\\n",
    "&amp;&amp;&amp;amp;&amp;", "%41\\u0041&#65;=41...",
    "ab ab ab ab ab ab ab ab "};

#define KINDS ARRAY_COUNT(secret)

/* Seconds for a MiB of the unit again and again. */
static double cost(struct redactor *r, const char *unit, size_t bytes)
{
    struct arena a;
    struct buf text;
    arena_init(&a);
    buf_init(&text, bytes + 1000);
    while (text.len < bytes)
        buf_text(&text, unit);
    size_t steps = redactor_steps(r);
    int64_t began_us = cpu_us();
    (void)redact(r, &a, buf_view(&text));
    double seconds = (double)(cpu_us() - began_us) / 1e6;
    steps = redactor_steps(r) - steps;
    double mib = seconds * (1 << 20) / (double)text.len;
    if (mib > 0.3)
        printf("%6.2f s/MiB %4zu steps/byte %3.0f ns/step: %s\n", mib,
               steps / text.len, seconds * 1e9 / (double)(steps + 1), unit);
    buf_release(&text);
    arena_release(&a);
    return mib;
}

static double hostile(struct redactor *r, unsigned seed)
{
    double worst = 0;
    size_t units = seed == 0 ? ARRAY_COUNT(atom) : 150;
    for (size_t i = 0; i < units; i++) {
        struct buf unit;
        buf_init(&unit, 1000);
        buf_text(&unit, atom[i % ARRAY_COUNT(atom)]);
        for (unsigned n = 0; seed != 0 && n < 1 + i % 5; n++) {
            seed = seed * 1103515245U + 12345U;
            buf_text(&unit, atom[(seed >> 16) % ARRAY_COUNT(atom)]);
        }
        double mib = cost(r, unit.ptr, (size_t)1 << 17);
        worst = mib > worst ? mib : worst;
        buf_release(&unit);
    }
    return worst;
}

static void add_secrets(struct redactor *r, size_t count)
{
    struct arena a;
    arena_init(&a);
    for (size_t i = 0; i < count; i++)
        (void)redactor_add(r,
                           str_from(arena_printf(&a, i < KINDS ? "%s" : "%s%zu",
                                                 secret[i % KINDS], i)));
    arena_release(&a);
}

static int run_one(const char *unit, bool many)
{
    struct redactor *r = redactor_open();
    add_secrets(r, many ? 64 : KINDS);
    (void)cost(r, unit, (size_t)1 << 18);
    redactor_close(r);
    return 0;
}

static int run_hostile(unsigned seed)
{
    struct redactor *r = redactor_open();
    add_secrets(r, KINDS);
    printf("few secrets, worst: %.2f s/MiB\n", hostile(r, seed));
    add_secrets(r, 64);
    printf("many secrets, worst: %.2f s/MiB\n", hostile(r, seed));
    redactor_close(r);
    return 0;
}

int main(int argc, char **argv)
{
    if (argc > 1 && argv[1][0] == 'h' && argc > 3)
        return run_one(argv[3], argc > 4);
    if (argc > 1 && argv[1][0] == 'h')
        return run_hostile(argc > 2 ? (unsigned)atoi(argv[2]) : 0);
    size_t bytes = (argc > 1 ? (size_t)atoi(argv[1]) : 10) << 20;
    struct redactor *r = redactor_open();
    struct arena a;
    struct buf text;
    arena_init(&a);
    unsigned secrets = argc > 2 ? (unsigned)atoi(argv[2]) : SECRETS;
    for (unsigned i = 0; i < secrets; i++)
        (void)redactor_add(
            r, str_from(arena_printf(&a, "s3cr%ut-\"%x/%u&value+%u", i,
                                     i * 7919 + 65537, i * 31, i)));
    buf_init(&text, bytes + 200);
    for (unsigned n = 0; text.len < bytes; n = n * 1103515245U + 12345U)
        buf_text(&text, line[(n >> 16) % ARRAY_COUNT(line)]);
    int64_t began_us = cpu_us();
    struct str out = redact(r, &a, buf_view(&text));
    printf("whole: %.1f MB/s, %zu redacted, %zu steps/byte\n",
           rate(out, began_us), redactor_count(r),
           redactor_steps(r) / text.len);
    began_us = cpu_us();
    for (struct str rest = buf_view(&text); rest.len > 0;)
        (void)redact(r, &a, str_cut(rest, '\n', &rest));
    printf("lines: %.1f MB/s\n", rate(out, began_us));
    buf_release(&text);
    arena_release(&a);
    redactor_close(r);
    return 0;
}
