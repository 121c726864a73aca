/*
 * The picture of an incident. All x are in percent, so that in a page the bars
 * grow with it and the letters do not; in a file, which is shown at any size,
 * a view box makes both grow.
 */
#include "report/picture.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/markdown.h"
#include "report/page.h"
#include "report/parts.h"

#define SVG_BYTES_MAX ((size_t)1 << 20)
#define ROW_HEIGHT    36
#define LINE_HEIGHT   18
#define MARK_HEIGHT   22
#define LANES_MAX     3
#define MARK_GAP      600  /* in hundredths of a percent, between two marks */
#define LABEL_CHARS   44   /* that fit into 320 px */
#define X_FROM        300  /* hundredths of a percent */
#define X_SPAN        9400 /* likewise */
#define FILE_WIDTH    400
#define HOUR_MS       INT64_C(3600000)
#define DAY_MS        (24 * HOUR_MS)

/* The same in a file, which has no page around it. */
static const char file_style[] =
    ".window{font:13px system-ui,-apple-system,'Segoe UI',Roboto,sans-serif;"
    "--ink:#1b1f24;--soft:#57606a;--line:#d0d7de;--paper:#fff;--good:#116329;"
    "--warn:#7d4e00;--bad:#a40e26}"
    "@media (prefers-color-scheme:dark){.window{--ink:#e6edf3;--soft:#9aa4af;"
    "--line:#3d444d;--paper:#0d1117;--good:#56d364;--warn:#e3b341;"
    "--bad:#ff8f87}}"
    ".window text{fill:var(--ink)}.ground{fill:var(--paper)}"
    ".window :is(line,.mark,.none){stroke:var(--soft)}"
    ".window .mark{fill:var(--paper)}"
    ".window .none{fill:none;stroke-dasharray:3}"
    ".good{fill:var(--good)}.slow{fill:var(--warn)}.bad{fill:var(--bad)}";

struct picture_mark {
    int64_t time_ms;
    const char *kind, *text;
    int lane;
};

struct bar {
    const char *check, *title;
};

struct picture {
    struct buf *out;
    struct arena *arena;
    const struct report_inputs *in;
    int64_t from_ms, to_ms;
    struct bar bar[PICTURE_BARS_MAX];
    size_t bars, checks; /* checks: all of them */
    struct picture_mark mark[PICTURE_MARKS_MAX];
    size_t marks;
    int lanes, y; /* y: where the next row begins */
};

static void widen(struct picture *p, int64_t time_ms)
{
    if (time_ms == 0)
        return;
    if (p->from_ms == 0 || time_ms < p->from_ms)
        p->from_ms = time_ms;
    if (time_ms > p->to_ms)
        p->to_ms = time_ms;
}

static void find_window(struct picture *p)
{
    const struct record *r = p->in->record;
    const struct story *s = p->in->story;
    for (size_t i = 0; i < r->episode_count; i++) {
        widen(p, r->episode[i].from_ms);
        widen(p, r->episode[i].last_ms);
        widen(p, r->episode[i].to_ms);
    }
    for (size_t i = 0; i < s->judged_count; i++)
        widen(p, s->judged[i].time_ms);
    widen(p, s->last->finished_ms);
}

/* Near enough to the window to be of it; the window takes it in. */
static void add_mark(struct picture *p, int64_t since_ms, int64_t time_ms,
                     const char *kind, const char *text)
{
    if (time_ms < since_ms || time_ms > p->to_ms ||
        p->marks == PICTURE_MARKS_MAX)
        return;
    widen(p, time_ms);
    p->mark[p->marks++] = (struct picture_mark){
        .time_ms = time_ms, .kind = kind, .text = part_known(text)};
}

static int compare_marks(const void *left, const void *right)
{
    const struct picture_mark *a = left, *b = right;
    return (a->time_ms > b->time_ms) - (a->time_ms < b->time_ms);
}

static const struct finding *finding_of(const struct findings *f,
                                        const struct cause *c)
{
    for (size_t i = 0; i < f->finding_count; i++)
        if (part_same(f->finding[i].signature, c->signature))
            return &f->finding[i];
    return NULL;
}

static void find_marks(struct picture *p)
{
    const struct record *r = p->in->record;
    int64_t length = p->to_ms - p->from_ms;
    int64_t since = p->from_ms - (length > HOUR_MS ? length : HOUR_MS);
    int64_t taken = p->in->incident->stamp[STAMP_ACKNOWLEDGED].time_ms;
    for (size_t i = 0; i < r->logs.cause_count; i++) {
        const struct finding *f = finding_of(&r->logs, &r->logs.cause[i]);
        if (f != NULL && cause_stands(&r->logs.cause[i]))
            add_mark(p, since, f->first.time_ms, "log", r->logs.cause[i].title);
    }
    add_mark(p, since, taken, "acknowledged", "");
    for (size_t i = 0; i < r->evidence.run_count; i++) {
        const struct deployment_run *run = &r->evidence.run[i];
        add_mark(p, since, run->start_ms, "deploy",
                 run->workflow != NULL ? run->workflow : run->id);
    }
    qsort(p->mark, p->marks, sizeof(*p->mark), compare_marks);
}

static bool has_bar(const struct picture *p, const char *check)
{
    for (size_t i = 0; i < p->bars; i++)
        if (part_same(p->bar[i].check, check))
            return true;
    return false;
}

static void add_bar(struct picture *p, const char *check, const char *title)
{
    if (check != NULL && p->bars < PICTURE_BARS_MAX && !has_bar(p, check))
        p->bar[p->bars++] = (struct bar){check, title == NULL ? check : title};
}

/* Those that failed first, in their order. */
static void find_bars(struct picture *p)
{
    const struct record *r = p->in->record;
    for (size_t i = 0; i < r->episode_count; i++)
        add_bar(p, r->episode[i].check, r->episode[i].title);
    for (size_t i = 0; i < r->result_count; i++)
        add_bar(p, r->result[i].id, r->result[i].title);
    p->checks = r->result_count > p->bars ? r->result_count : p->bars;
}

static bool plan(struct picture *p)
{
    if (!part_is_history(p->in) || p->in->record->episode_count == 0)
        return false;
    find_window(p);
    find_marks(p);
    find_bars(p);
    return p->to_ms - p->from_ms >= 1000 && p->bars > 0;
}

bool picture_has(const struct report_inputs *in)
{
    struct picture p = {.in = in};
    return plan(&p);
}

/* In hundredths of a percent. */
static int x_of(const struct picture *p, int64_t time_ms)
{
    int64_t at = time_ms < p->from_ms ? 0 : time_ms - p->from_ms;
    int64_t span = p->to_ms - p->from_ms;
    if (at > span)
        at = span;
    return X_FROM + (int)(at * X_SPAN / span);
}

static void percent(struct picture *p, const char *name, int x)
{
    buf_printf(p->out, " %s=\"%d.%02d%%\"", name, x / 100, x % 100);
}

static void write_text(struct picture *p, int x, int y, const char *anchor,
                       const char *text)
{
    buf_text(p->out, "<text");
    percent(p, "x", x);
    buf_printf(p->out, " y=\"%d\"", y);
    if (anchor != NULL)
        buf_printf(p->out, " text-anchor=\"%s\"", anchor);
    buf_text(p->out, ">");
    page_text(p->out, str_from(text));
    buf_text(p->out, "</text>\n");
}

static void write_label(struct picture *p, int y, const char *text)
{
    write_text(p, X_FROM, y, NULL,
               text_elide(p->arena, str_from(text), LABEL_CHARS));
}

/* Height and place within a row show the state where colours do not. */
static void write_stretch(struct picture *p, const char *state, int64_t from_ms,
                          int64_t to_ms)
{
    static const struct {
        const char *state;
        int top, height;
    } form[] = {
        {"good", 9, 4}, {"slow", 6, 10}, {"bad", 3, 14}, {"none", 9, 4}};
    int from = x_of(p, from_ms), to = x_of(p, to_ms), width = to - from;
    for (size_t i = 0; i < ARRAY_COUNT(form); i++) {
        bool drawn = i == 1 || i == 2;
        if (strcmp(form[i].state, state) != 0 || (width == 0 && !drawn))
            continue;
        buf_printf(p->out, "<rect class=\"%s\"", state);
        percent(p, "x", from);
        percent(p, "width", width < 60 && drawn ? 60 : width);
        buf_printf(p->out, " y=\"%d\" height=\"%d\"/>\n",
                   p->y + LINE_HEIGHT + form[i].top - 4, form[i].height);
    }
}

/* What each record judged holds until the next one; before that nothing. */
static void write_judged(struct picture *p, const char *check)
{
    const struct story *s = p->in->story;
    int64_t from = p->from_ms;
    const char *state = "none";
    for (size_t i = 0; i < s->judged_count; i++) {
        const struct judged *j = &s->judged[i];
        if (!part_same(j->check, check))
            continue;
        write_stretch(p, state, from, j->time_ms);
        from = j->time_ms;
        state = j->status < STATUS_ERROR ? "good" : "none";
    }
    write_stretch(p, state, from, p->to_ms);
}

static void write_bar(struct picture *p, const struct bar *bar)
{
    const struct record *r = p->in->record;
    write_label(p, p->y + 12, bar->title);
    write_judged(p, bar->check);
    for (size_t i = 0; i < r->episode_count; i++) {
        const struct episode *e = &r->episode[i];
        int64_t to = e->to_ms;
        if (!part_same(e->check, bar->check))
            continue;
        if (to == 0)
            to = p->to_ms;
        write_stretch(p, e->worst == STATUS_DEGRADED ? "slow" : "bad",
                      e->from_ms, to);
    }
    p->y += ROW_HEIGHT;
}

/* Marks that stand close together have lanes of their own. */
static void place_marks(struct picture *p)
{
    int last[LANES_MAX];
    for (int i = 0; i < LANES_MAX; i++)
        last[i] = -MARK_GAP;
    for (size_t i = 0; i < p->marks; i++) {
        int x = x_of(p, p->mark[i].time_ms), lane = 0;
        while (lane + 1 < LANES_MAX && x - last[lane] < MARK_GAP)
            lane++;
        last[lane] = x;
        p->mark[i].lane = lane;
        if (lane + 1 > p->lanes)
            p->lanes = lane + 1;
    }
}

static void write_mark(struct picture *p, size_t index, int bottom)
{
    const struct picture_mark *m = &p->mark[index];
    int x = x_of(p, m->time_ms), y = 12 + m->lane * MARK_HEIGHT;
    buf_text(p->out, "<line stroke-dasharray=\"2 3\"");
    percent(p, "x1", x);
    percent(p, "x2", x);
    buf_printf(p->out, " y1=\"%d\" y2=\"%d\"/>\n<circle class=\"mark\"", y,
               bottom);
    percent(p, "cx", x);
    buf_printf(p->out, " cy=\"%d\" r=\"9\"/>\n", y);
    write_text(p, x, y + 5, "middle", arena_printf(p->arena, "%zu", index + 1));
}

/* "10:05", with seconds or the day where the window asks for them. */
static const char *tick_of(const struct picture *p, int64_t time_ms)
{
    int64_t span = p->to_ms - p->from_ms;
    const char *stamp = part_stamp(p->arena, time_ms);
    if (span > DAY_MS)
        return arena_printf(p->arena, "%.5s %.5s", stamp + 5, stamp + 11);
    return arena_printf(p->arena, span < HOUR_MS / 4 ? "%.8s" : "%.5s",
                        stamp + 11);
}

static void write_axis(struct picture *p)
{
    int64_t middle = p->from_ms + (p->to_ms - p->from_ms) / 2;
    const struct {
        int64_t time_ms;
        const char *anchor;
    } tick[] = {{p->from_ms, "start"}, {middle, "middle"}, {p->to_ms, "end"}};
    buf_text(p->out, "<line");
    percent(p, "x1", X_FROM);
    percent(p, "x2", X_FROM + X_SPAN);
    buf_printf(p->out, " y1=\"%d\" y2=\"%d\"/>\n", p->y, p->y);
    for (size_t i = 0; i < ARRAY_COUNT(tick); i++) {
        int x = x_of(p, tick[i].time_ms);
        buf_text(p->out, "<line");
        percent(p, "x1", x);
        percent(p, "x2", x);
        buf_printf(p->out, " y1=\"%d\" y2=\"%d\"/>\n", p->y, p->y + 5);
        write_text(p, x, p->y + LINE_HEIGHT, tick[i].anchor,
                   tick_of(p, tick[i].time_ms));
    }
    p->y += 2 * LINE_HEIGHT;
    write_label(
        p, p->y,
        arena_printf(p->arena, "UTC, from %s", part_day(p->arena, p->from_ms)));
    p->y += LINE_HEIGHT;
}

static void write_key(struct picture *p)
{
    write_label(p, p->y, "tall failed, thin passed, dashed not judged");
    p->y += LINE_HEIGHT;
    for (size_t i = 0; i < p->marks; i++) {
        const struct picture_mark *m = &p->mark[i];
        const char *time = part_clock(p->arena, m->time_ms, m->time_ms);
        write_label(p, p->y,
                    arena_printf(p->arena, "%zu  %s  %s%s%s", i + 1, time,
                                 m->kind, strlen(m->text) == 0 ? "" : ": ",
                                 m->text));
        p->y += LINE_HEIGHT;
    }
}

static int height_of(const struct picture *p)
{
    int lines = 4 + (int)p->marks + (p->checks > p->bars);
    return p->lanes * MARK_HEIGHT + 8 + (int)p->bars * ROW_HEIGHT +
           lines * LINE_HEIGHT;
}

static void write_words(struct picture *p)
{
    const struct record *r = p->in->record;
    buf_text(p->out, "<title>Checks over the time of the incident</title>\n"
                     "<desc>");
    for (size_t i = 0; i < r->episode_count && i < PICTURE_BARS_MAX; i++) {
        const struct episode *e = &r->episode[i];
        const char *name = e->title == NULL ? part_known(e->check) : e->title;
        page_text(p->out, str_from(name));
        buf_printf(p->out, " failed from %s ",
                   part_stamp(p->arena, e->from_ms));
        if (e->to_ms != 0)
            buf_printf(p->out, "to %s. ", part_stamp(p->arena, e->to_ms));
        else
            buf_text(p->out, "on. ");
    }
    buf_text(p->out, "</desc>\n");
}

static void write_open(struct picture *p, int height, bool within_page)
{
    buf_text(p->out, "<svg class=\"window\" role=\"img\"");
    if (within_page)
        buf_printf(p->out, " width=\"100%%\" height=\"%d\">\n", height);
    else
        buf_printf(p->out,
                   " xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d "
                   "%d\" width=\"%d\">\n",
                   FILE_WIDTH, height, FILE_WIDTH * 3 / 2);
    write_words(p);
    if (!within_page)
        buf_printf(p->out,
                   "<style>%s</style>\n<rect class=\"ground\" width=\"100%%\" "
                   "height=\"%d\"/>\n",
                   file_style, height);
}

void picture_write(struct buf *out, struct arena *a,
                   const struct report_inputs *in, bool within_page)
{
    struct picture p = {.out = out, .arena = a, .in = in};
    if (!plan(&p))
        return;
    place_marks(&p);
    write_open(&p, height_of(&p), within_page);
    p.y = p.lanes * MARK_HEIGHT + 8;
    int bottom = p.y + (int)p.bars * ROW_HEIGHT;
    for (size_t i = 0; i < p.marks; i++)
        write_mark(&p, i, bottom);
    for (size_t i = 0; i < p.bars; i++)
        write_bar(&p, &p.bar[i]);
    write_axis(&p);
    if (p.checks > p.bars) {
        write_label(&p, p.y,
                    arena_printf(a, "and %zu more checks", p.checks - p.bars));
        p.y += LINE_HEIGHT;
    }
    write_key(&p);
    buf_text(out, "</svg>\n");
}

bool report_picture(struct str *out, struct arena *a,
                    const struct report_inputs *in, bool within_page)
{
    struct buf text;
    buf_init(&text, SVG_BYTES_MAX);
    picture_write(&text, a, in, within_page);
    bool ok = text.len > 0 && !text.full;
    if (ok)
        *out = (struct str){buf_dup(a, &text), text.len};
    buf_release(&text);
    return ok;
}
