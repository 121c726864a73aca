/* One frame after the other, and none that says the same. */
#include "cli/live.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "cli/console.h"
#include "model/version.h"

#define FRAME_MAX     ((size_t)256 << 10)
#define FIRST_US      INT64_C(300000) /* quick runs show no table */
#define ANSWERS_MAX   20              /* of one check, the last ones */
#define TITLE_COLUMNS 28
#define BAR_COLUMNS   20
#define ROWS_FREE     2 /* below the table */

void live_open(struct live *l, struct screen screen, bool color,
               struct sink *sink, const char *expected)
{
    *l = (struct live){.screen = screen,
                       .sink = sink,
                       .color = color,
                       .expected = expected,
                       .began_us = clock_now_us()};
    buf_init(&l->shown, FRAME_MAX);
}

static void add_seconds(struct buf *out, int64_t us)
{
    int64_t s = us / 1000000;
    if (s < 60)
        buf_printf(out, "%lld s", (long long)s);
    else
        buf_printf(out, "%lld:%02lld", (long long)(s / 60),
                   (long long)(s % 60));
}

struct shares {
    unsigned long fresh, old;
};

static struct shares shares_of(const struct probe_progress *all, size_t count)
{
    struct shares s = {0, 0};
    for (size_t i = 0; i < count; i++) {
        const struct result *r = all[i].result;
        int64_t left = ANSWERS_MAX;
        for (size_t k = r->seen.count; r->expected != NULL && k-- > 0;) {
            const struct observation *o = &r->seen.item[k];
            int64_t n = observation_count(o);
            n = n > left ? left : n;
            left -= n;
            if (o->version == NULL)
                continue;
            if (version_matches(r->expected, o->version))
                s.fresh += (unsigned long)n;
            else
                s.old += (unsigned long)n;
        }
    }
    return s;
}

/* Without secrets before anything is cut. */
static void add_clean(const struct live *l, struct buf *out, const char *text)
{
    struct arena a;
    arena_init(&a);
    struct str clean = sink_text(l->sink, &a, str_from(text));
    console_add_safe(out, str_dup(&a, clean));
    arena_release(&a);
}

static void add_head(const struct live *l, struct buf *out,
                     const struct probe_progress *all, size_t count)
{
    size_t over = 0;
    for (size_t i = 0; i < count; i++)
        over += all[i].stage == PROBE_OVER;
    buf_printf(out, "verifying: %zu of %zu checks done, ", over, count);
    add_seconds(out, clock_now_us() - l->began_us);
    buf_char(out, '\n');
    if (l->expected == NULL)
        return;
    struct shares s = shares_of(all, count);
    unsigned long whole = s.fresh + s.old;
    buf_text(out, "build ");
    add_clean(l, out, l->expected);
    buf_text(out, ": ");
    screen_bar(&l->screen, out, BAR_COLUMNS, s.fresh, whole);
    if (whole == 0)
        buf_text(out, " no answer yet\n");
    else
        buf_printf(out, " %lu %% new, %lu %% old, %lu answers\n",
                   100 * s.fresh / whole, 100 - 100 * s.fresh / whole, whole);
}

static const char *word_of(const struct probe_progress *p)
{
    switch (p->stage) {
    case PROBE_WAITS:
        return "queued";
    case PROBE_ASKS:
        return "asking";
    case PROBE_RESTS:
        return "pausing";
    case PROBE_OVER:
        break;
    }
    return name_of(&status_names, p->result->status);
}

/* What needs a look comes first: trouble, what goes on, the rest. */
static unsigned rank_of(const struct probe_progress *p)
{
    bool over = p->stage == PROBE_OVER;
    if (over && p->result->status != STATUS_PASS)
        return 0;
    if (!over && p->reason != NULL)
        return 1;
    if (p->stage == PROBE_ASKS || p->stage == PROBE_RESTS)
        return 2;
    return over ? 4 : 3;
}

static void add_padded(const struct live *l, struct buf *out, const char *text,
                       size_t columns)
{
    struct buf word;
    struct arena a;
    arena_init(&a);
    buf_init(&word, 4096);
    add_clean(l, &word, text);
    const char *shown = text_elide(&a, buf_view(&word), columns);
    buf_text(out, shown);
    size_t width = text_width(str_from(shown));
    buf_repeat(out, ' ', width < columns ? columns - width : 0);
    buf_release(&word);
    arena_release(&a);
}

static void add_row(const struct live *l, struct buf *out,
                    const struct probe_progress *p)
{
    const struct result *r = p->result;
    const char *word = word_of(p);
    const char *why = p->stage == PROBE_OVER ? r->message : p->reason;
    buf_text(out, "  ");
    if (l->color && p->stage == PROBE_OVER)
        buf_text(out, console_color(r->status));
    buf_text(out, word);
    if (l->color && p->stage == PROBE_OVER)
        buf_text(out, "\033[0m");
    buf_repeat(out, ' ', 10 - strlen(word));
    add_padded(l, out, r->title, TITLE_COLUMNS);
    buf_text(out, "  ");
    if (p->stage != PROBE_OVER && p->streak_wanted > 0)
        buf_printf(out, "streak %lld of %lld, ", (long long)p->streak,
                   (long long)p->streak_wanted);
    if (p->attempts > 1 || (p->attempts == 1 && p->stage != PROBE_OVER))
        buf_printf(out, "%lld %s, ", (long long)p->attempts,
                   p->attempts == 1 ? "attempt" : "attempts");
    if (p->stage != PROBE_WAITS)
        add_seconds(out,
                    p->stage == PROBE_OVER ? r->duration_us : p->elapsed_us);
    if (why != NULL) {
        buf_text(out, "; ");
        add_clean(l, out, why);
    }
    buf_char(out, '\n');
}

static void add_rows(const struct live *l, struct buf *out,
                     const struct probe_progress *all, size_t count,
                     unsigned room)
{
    size_t shown = 0;
    if (count > room && room > 0)
        room--; /* for the line that counts the others */
    for (unsigned rank = 0; rank < 5; rank++)
        for (size_t i = 0; i < count && shown < room; i++)
            if (rank_of(&all[i]) == rank) {
                add_row(l, out, &all[i]);
                shown++;
            }
    if (shown < count)
        buf_printf(out, "  and %zu more\n", count - shown);
}

static void write_frame(struct live *l, struct str frame, unsigned lines)
{
    struct buf out;
    buf_init(&out, FRAME_MAX * 2);
    if (l->lines > 0)
        buf_printf(&out, "\033[%uA\r", l->lines);
    while (frame.len > 0) {
        buf_str(&out, str_cut(frame, '\n', &frame));
        buf_text(&out, "\033[K\n");
    }
    buf_text(&out, "\033[J");
    console_print(buf_view(&out));
    fflush(stdout);
    buf_release(&out);
    l->lines = lines;
}

static unsigned count_lines(struct str text)
{
    unsigned lines = 0;
    for (size_t i = 0; i < text.len; i++)
        lines += text.ptr[i] == '\n';
    return lines;
}

void live_show(struct live *l, const struct probe_progress *all, size_t count)
{
    struct buf text, frame;
    struct arena a;
    if (clock_now_us() - l->began_us < FIRST_US)
        return;
    unsigned rows =
        l->screen.rows > ROWS_FREE + 3 ? l->screen.rows - ROWS_FREE : 3;
    arena_init(&a);
    buf_init(&text, FRAME_MAX);
    buf_init(&frame, FRAME_MAX);
    add_head(l, &text, all, count);
    add_rows(l, &text, all, count, rows - count_lines(buf_view(&text)));
    struct str clean = sink_text(l->sink, &a, buf_view(&text));
    (void)screen_fit(&l->screen, &frame, clean, rows);
    if (!str_equal(buf_view(&frame), buf_view(&l->shown))) {
        write_frame(l, buf_view(&frame), count_lines(buf_view(&frame)));
        buf_clear(&l->shown);
        buf_str(&l->shown, buf_view(&frame));
    }
    buf_release(&frame);
    buf_release(&text);
    arena_release(&a);
}

void live_close(struct live *l)
{
    if (l->lines > 0)
        write_frame(l, STR_NONE, 0);
    buf_release(&l->shown);
}
