/* Lines are redacted whole, then cut, then made harmless. */
#include "scan/excerpt_text.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/finding.h"
#include "redact/inert.h"
#include "redact/redact.h"

#define GAP      "...\n"
#define TEXT_MAX ((size_t)8 << 20)

struct chosen {
    size_t log, index;
    size_t added; /* in which order */
    struct str inert, visible;
    size_t more; /* lines like it that are left out */
};

struct alike {
    uint64_t likeness;
    size_t log, count;
};

struct excerpt_writer {
    struct arena *arena;
    const struct excerpt_order *order;
    const char **header;
    bool *has_lines; /* by log */
    struct chosen *chosen;
    size_t count, cap;
    struct chosen next; /* whose cost was reckoned last */
    bool reckoned;
    struct alike *alike;
    size_t alike_count;
    bool whole;
};

static int compare_alike(const void *left, const void *right)
{
    const struct alike *a = left, *b = right;
    if (a->log != b->log)
        return a->log < b->log ? -1 : 1;
    return (a->likeness > b->likeness) - (a->likeness < b->likeness);
}

/* How many lines of each log are alike. */
static void count_alike(struct excerpt_writer *w)
{
    size_t all = 1, kept = 0;
    for (size_t log = 0; log < w->order->count; log++)
        all += w->order->log[log].count;
    w->alike = arena_array(w->arena, all, sizeof(*w->alike));
    for (size_t log = 0; log < w->order->count; log++)
        for (size_t i = 0; i < w->order->log[log].count; i++) {
            uint64_t likeness = w->order->log[log].line[i].likeness;
            if (likeness != 0)
                w->alike[w->alike_count++] = (struct alike){likeness, log, 1};
        }
    if (w->alike_count > 1)
        qsort(w->alike, w->alike_count, sizeof(*w->alike), compare_alike);
    for (size_t i = 0; i < w->alike_count; i++)
        if (kept > 0 && compare_alike(&w->alike[kept - 1], &w->alike[i]) == 0)
            w->alike[kept - 1].count++;
        else
            w->alike[kept++] = w->alike[i];
    w->alike_count = kept;
}

static size_t alike_of(const struct excerpt_writer *w, size_t log,
                       uint64_t likeness)
{
    struct alike key = {likeness, log, 0};
    if (likeness == 0 || w->alike_count == 0)
        return 0;
    const struct alike *found =
        bsearch(&key, w->alike, w->alike_count, sizeof(key), compare_alike);
    return found == NULL ? 0 : found->count;
}

static struct str clean(const struct excerpt_writer *w, struct str text)
{
    return w->order->redactor == NULL
               ? text
               : redact(w->order->redactor, w->arena, text);
}

static struct str inert_of(struct arena *a, struct str text)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    inert_text(&out, text);
    struct str made = {NULL, out.len};
    made.ptr = buf_take(a, &out);
    return made;
}

static const char *header_of(const struct excerpt_writer *w,
                             const struct excerpt_log *log)
{
    size_t room = w->order->bytes / 8;
    struct str name = inert_of(
        w->arena, str_from(text_elide(w->arena, clean(w, str_from(log->file)),
                                      room < 200 ? room : 200)));
    struct str common = clean(w, str_from(log->common));
    return arena_printf(
        w->arena, "%.*s: %lld line%s, %s%s%s\n", STR_ARGS(name),
        (long long)log->lines, log->lines == 1 ? "" : "s", log->outcome,
        common.len > 0 ? "; each begins with " : "",
        common.len > 0 ? inert_of(w->arena, text_whole(common, room)).ptr : "");
}

struct excerpt_writer *excerpt_writer_open(struct arena *a,
                                           const struct excerpt_order *order)
{
    struct excerpt_writer *w = arena_alloc(a, sizeof(*w));
    w->arena = a;
    w->order = order;
    w->header = arena_array(a, order->count + 1, sizeof(*w->header));
    w->has_lines = arena_array(a, order->count + 1, sizeof(*w->has_lines));
    for (size_t i = 0; i < order->count; i++)
        w->header[i] = header_of(w, &order->log[i]);
    count_alike(w);
    return w;
}

void excerpt_writer_whole(struct excerpt_writer *w)
{
    w->whole = true;
}

/* Bytes of a line that are shown at most. */
static size_t width_of(const struct excerpt_writer *w,
                       const struct excerpt_line *line)
{
    if (w->whole)
        return w->order->bytes;
    size_t part = line->root ? 4 : line->points >= 140 ? 14 : 25;
    size_t width = w->order->bytes / part;
    size_t most = line->root ? 1500 : line->points >= 140 ? 600 : 300;
    return width < 100 ? 100 : width > most ? most : width;
}

static size_t char_end(struct str s, size_t at)
{
    while (at < s.len && ((unsigned char)s.ptr[at] & 0xC0) == 0x80)
        at++;
    return at < s.len ? at : s.len;
}

/* Its beginning, what is around `at`, and its end. */
static struct str cut_around(struct arena *a, struct str s, size_t at,
                             size_t width)
{
    struct buf out;
    if (s.len <= width)
        return s;
    size_t part = width / 4;
    size_t from = at > part ? at - part / 2 : 0;
    struct str tail = str_sub(s, char_end(s, s.len - part), s.len);
    buf_init(&out, 2 * width + 64);
    if (from <= part || from + 2 * part >= s.len - part) {
        buf_str(&out, text_whole(s, width - part));
    } else {
        from = char_end(s, from);
        buf_str(&out, text_whole(s, part));
        buf_text(&out, " ... ");
        buf_str(&out, text_whole(str_sub(s, from, s.len), 2 * part));
    }
    buf_text(&out, " ... ");
    buf_str(&out, tail);
    struct str made = {NULL, out.len};
    made.ptr = buf_take(a, &out);
    return made;
}

static struct str trim_end(struct str s)
{
    while (s.len > 0 && strchr(" \t\r", s.ptr[s.len - 1]) != NULL)
        s.len--;
    return s;
}

static void prepare(struct excerpt_writer *w, size_t log, size_t index)
{
    const struct excerpt_line *line = &w->order->log[log].line[index];
    struct chosen *c = &w->next;
    size_t prefix = line->prefix, width = width_of(w, line);
    struct str text = line->secret ? STR(REDACTED) : clean(w, line->text);
    if (!str_starts(text, str_sub(line->text, 0, prefix)))
        prefix = 0;
    size_t at = line->at > prefix ? line->at - prefix : 0;
    text = trim_end(str_sub(text, prefix, text.len));
    text = cut_around(w->arena, text, at, width);
    *c = (struct chosen){.log = log, .index = index, .added = w->count};
    struct buf out;
    buf_init(&out, TEXT_MAX);
    text_visible_line(&out, text);
    c->visible.len = out.len;
    c->visible.ptr = buf_take(w->arena, &out);
    c->visible = text_whole(c->visible, 2 * width + 16);
    c->inert = inert_of(w->arena, c->visible);
    size_t alike = alike_of(w, log, line->likeness);
    c->more = alike > 2 ? alike - 1 : 0;
}

static size_t digits(int64_t n)
{
    size_t count = 1;
    for (; n > 9; n /= 10)
        count++;
    return count;
}

static size_t step_cost(const struct excerpt_line *line)
{
    return line->step.len > 0 && line->kind == EXCERPT_STEP ? line->step.len + 3
                                                            : 0;
}

size_t excerpt_writer_start(const struct excerpt_writer *w)
{
    return w->order->count == 0 ? 0 : strlen(w->header[0]);
}

size_t excerpt_writer_cost(struct excerpt_writer *w, size_t log, size_t index)
{
    const struct excerpt_line *line = &w->order->log[log].line[index];
    prepare(w, log, index);
    w->reckoned = true;
    size_t cost = digits(line->number) + 3 + w->next.inert.len;
    cost += sizeof(GAP) - 1 + step_cost(line);
    if (!w->has_lines[log] && log > 0)
        cost += strlen(w->header[log]);
    return cost + (w->next.more > 0 ? 24 : 0);
}

void excerpt_writer_add(struct excerpt_writer *w, size_t log, size_t index)
{
    if (!w->reckoned || w->next.log != log || w->next.index != index)
        prepare(w, log, index);
    w->reckoned = false;
    w->next.added = w->count;
    w->chosen =
        arena_grow(w->arena, w->chosen, w->count, &w->cap, sizeof(*w->chosen));
    w->chosen[w->count++] = w->next;
    w->has_lines[log] = true;
}

static int compare_chosen(const void *left, const void *right)
{
    const struct chosen *a = left, *b = right;
    if (a->log != b->log)
        return a->log < b->log ? -1 : 1;
    return (a->index > b->index) - (a->index < b->index);
}

/* What is left out between two lines of a log. */
static void write_gap(struct buf *out, const struct excerpt_log *log,
                      size_t from, size_t to)
{
    size_t frames = 0, said = 0;
    for (size_t i = from; i < to; i++) {
        frames += log->line[i].kind == EXCERPT_FRAME;
        said += log->line[i].text.len > log->line[i].prefix;
    }
    if (frames > 2 && 5 * frames > 4 * said)
        buf_printf(out, "... %zu frames\n", frames);
    else if (said > 0 || log->line[to].number - log->line[from - 1].number >
                             (int64_t)(to - from + 1))
        buf_text(out, GAP);
}

static bool same_step(struct str a, struct str b)
{
    return str_equal(a, b);
}

static void write_line(struct buf *out, const struct excerpt_writer *w,
                       const struct chosen *c, size_t more)
{
    const struct excerpt_line *line = &w->order->log[c->log].line[c->index];
    buf_printf(out, "%lld%s ", (long long)line->number, line->root ? ">" : ":");
    buf_str(out, c->inert);
    if (more > 0)
        buf_printf(out, " (%zu more like it)", more);
    buf_char(out, '\n');
}

/* Of a line's class those that are left out; told at its first line. */
static size_t more_of(const struct excerpt_writer *w, const struct chosen *of,
                      size_t index)
{
    uint64_t likeness = w->order->log[of->log].line[of->index].likeness;
    size_t shown = 0;
    if (of->more == 0)
        return 0;
    for (size_t i = 0; i < w->count; i++) {
        const struct chosen *c = &w->chosen[i];
        bool same = c->log == of->log &&
                    w->order->log[c->log].line[c->index].likeness == likeness;
        if (same && i < index)
            return 0;
        shown += same;
    }
    return of->more + 1 > shown ? of->more + 1 - shown : 0;
}

/* The text of all that was chosen, which is in order. */
static void write_all(struct buf *out, const struct excerpt_writer *w)
{
    struct str step = STR_NONE;
    size_t log = 0, behind = 0;
    for (size_t i = 0; i < w->count; i++) {
        const struct chosen *c = &w->chosen[i];
        const struct excerpt_log *of = &w->order->log[c->log];
        const struct excerpt_line *line = &of->line[c->index];
        if (i == 0 || c->log != log) {
            buf_text(out, w->header[c->log]);
            step = STR_NONE;
            behind = 0;
        }
        if (behind > 0)
            write_gap(out, of, behind, c->index);
        if (line->step.len > 0 && !same_step(step, line->step)) {
            struct str name = clean(w, line->step);
            buf_char(out, '[');
            buf_str(out, inert_of(w->arena, text_whole(name, 100)));
            buf_text(out, "]\n");
            step = line->step;
        }
        write_line(out, w, c, more_of(w, c, i));
        log = c->log;
        behind = c->index + 1;
    }
    if (w->count == 0 && w->order->count > 0)
        buf_text(out, w->header[0]);
}

static void sort(struct excerpt_writer *w)
{
    if (w->count > 1)
        qsort(w->chosen, w->count, sizeof(*w->chosen), compare_chosen);
}

size_t excerpt_writer_size(struct excerpt_writer *w)
{
    struct buf out;
    buf_init(&out, TEXT_MAX);
    sort(w);
    write_all(&out, w);
    size_t size = out.len;
    buf_release(&out);
    return size;
}

static void drop_last(struct excerpt_writer *w)
{
    size_t last = 0;
    for (size_t i = 0; i < w->count; i++)
        if (w->chosen[i].added > w->chosen[last].added)
            last = i;
    memmove(&w->chosen[last], &w->chosen[last + 1],
            (w->count - last - 1) * sizeof(*w->chosen));
    w->count--;
}

static void write_rows(const struct excerpt_writer *w, struct excerpt *out)
{
    out->row = arena_array(w->arena, w->count + 1, sizeof(*out->row));
    for (size_t i = 0; i < w->count; i++) {
        const struct chosen *c = &w->chosen[i];
        const struct excerpt_log *log = &w->order->log[c->log];
        out->row[out->row_count++] = (struct excerpt_row){
            .file = log->file,
            .line = log->line[c->index].number,
            .text = str_dup(w->arena, c->visible),
            .more = (int64_t)more_of(w, c, i),
            .root = log->line[c->index].root,
        };
    }
}

void excerpt_writer_finish(struct excerpt_writer *w, struct excerpt *out)
{
    struct buf text;
    *out = (struct excerpt){.row = NULL};
    buf_init(&text, TEXT_MAX);
    sort(w);
    write_all(&text, w);
    while (text.len > w->order->bytes && w->count > 0) {
        drop_last(w);
        buf_clear(&text);
        write_all(&text, w);
    }
    write_rows(w, out);
    out->text.len = text.len;
    out->text.ptr = buf_take(w->arena, &text);
}
