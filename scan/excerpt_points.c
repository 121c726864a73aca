/* One pass for each rule, in the order in which they build on each other. */
#include "scan/excerpt_points.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "base/characters.h"
#include "base/hash.h"

/* The first line where a cause begins, or where the log says it failed, and
 * the last line that says how it ended; count: there is none. */
struct focus {
    size_t root, exit;
};

static struct focus find_focus(const struct excerpt_run *r)
{
    struct focus f = {r->count, r->count};
    for (size_t i = 0; i < r->count; i++) {
        if (r->line[i].root && f.root == r->count)
            f.root = i;
        if (r->line[i].kind == EXCERPT_EXIT && r->line[i].points >= POINTS_EXIT)
            f.exit = i;
    }
    return f;
}

#define NEAR      30
#define FAR       300
#define BEHIND    6
#define NO_ROOT   200 /* lines above the exit, where no cause was found */
#define LAST_SAID 8

static int percent_at(const struct excerpt_run *r, struct focus f, size_t i)
{
    if (f.exit < r->count && f.exit > (f.root < r->count ? f.root : 0) &&
        i > f.exit + BEHIND)
        return 30;
    if (f.root < r->count)
        return i + FAR < f.root ? 40 : i + NEAR < f.root ? 65 : 100;
    return f.exit < r->count && i + NO_ROOT < f.exit ? 60 : 100;
}

static void weigh_place(const struct excerpt_run *r)
{
    struct focus f = find_focus(r);
    for (size_t i = 0; r->failed && i < r->count; i++)
        if (!r->line[i].root && r->line[i].points > 0)
            r->line[i].points = r->line[i].points * percent_at(r, f, i) / 100;
}

/* Rules, and levels without a message, say nothing. */
static bool is_blank(const struct excerpt_line *line)
{
    static const char *const level[] = {"[INFO]", "[ERROR]", "[WARNING]",
                                        "npm ERR!", "npm error"};
    struct str said =
        str_trim(str_sub(line->text, line->prefix, line->text.len));
    for (size_t i = 0; i < ARRAY_COUNT(level); i++)
        if (str_starts(said, str_from(level[i])))
            said = str_sub(said, strlen(level[i]), said.len);
    for (size_t i = 0; i < said.len; i++)
        if (is_alnum(said.ptr[i]) || (unsigned char)said.ptr[i] >= 0x80 ||
            said.ptr[i] == '^' || said.ptr[i] == '~')
            return false;
    return true;
}

static void raise(struct excerpt_line *line, int64_t points)
{
    if (line->kind == EXCERPT_FRAME)
        points = points * 2 / 5;
    if (line->kind == EXCERPT_SCRIPT)
        return;
    if (line->points >= 0 && line->points < points && !is_blank(line))
        line->points = points;
}

/* The last words count where nothing else does. */
static void weigh_end(const struct excerpt_run *r)
{
    struct focus f = find_focus(r);
    int64_t most = !r->failed ? 110 : f.exit == r->count ? 70 : 30;
    size_t lines = r->failed ? LAST_SAID : 20, seen = 0;
    for (size_t i = 0; !r->failed && i < r->count; i++)
        if (r->line[i].points > 0)
            r->line[i].points = r->line[i].points / 3 + 1;
    for (size_t i = r->count; i-- > 0 && seen < lines;) {
        struct excerpt_line *line = &r->line[i];
        if (is_blank(line) || line->points < 0 || line->kind == EXCERPT_SCRIPT)
            continue;
        int64_t points = most - (int64_t)seen++ * most / 25;
        if (line->points < points)
            line->points = points;
    }
}

struct seen {
    uint64_t likeness;
    int64_t count;
};

struct seen_lines {
    struct seen *slot;
    size_t cap;
};

static struct seen *seen_of(const struct seen_lines *s, uint64_t likeness)
{
    size_t at = (size_t)(likeness >> 5) & (s->cap - 1);
    while (s->slot[at].likeness != 0 && s->slot[at].likeness != likeness)
        at = (at + 1) & (s->cap - 1);
    s->slot[at].likeness = likeness;
    return &s->slot[at];
}

/* A line like another one says little that is new. */
static void discount(const struct seen_lines *s, struct excerpt_line *line)
{
    struct seen *seen = seen_of(s, line->likeness);
    int64_t times = seen->count++;
    if (line->root || line->points <= 0 || times == 0)
        return;
    line->points = times == 1 ? line->points / 7 : line->points / 30;
}

static bool is_end(const struct excerpt_line *line)
{
    return line->kind == EXCERPT_EXIT || line->kind == EXCERPT_SUMMARY;
}

/* Of what is said again the first counts, of ends and summaries the last. */
static void weigh_likeness(const struct excerpt_run *r)
{
    struct seen_lines s = {.cap = 1024};
    while (s.cap < 2 * r->count + 2)
        s.cap *= 2;
    s.slot = heap_zeroed(s.cap * sizeof(*s.slot));
    for (size_t i = 0; i < r->count; i++)
        if (r->line[i].root && r->line[i].likeness != 0)
            discount(&s, &r->line[i]);
    for (size_t i = 0; i < r->count; i++)
        if (!r->line[i].root && r->line[i].likeness != 0 &&
            !is_end(&r->line[i]))
            discount(&s, &r->line[i]);
    for (size_t i = r->count; i-- > 0;)
        if (!r->line[i].root && r->line[i].likeness != 0 && is_end(&r->line[i]))
            discount(&s, &r->line[i]);
    free(s.slot);
}

#define BESIDE_MAX   12
#define BESIDE_LINES 30 /* farther away, with empty lines */

/* How much of its points a line gives to those above and below, in percent. */
static const struct {
    int above[BESIDE_MAX], below[BESIDE_MAX];
} beside[EXCERPT_KINDS] = {
    [EXCERPT_PLAIN] = {{30, 20, 10}, {30, 20, 10}},
    [EXCERPT_STEP] = {{0}, {0}},
    [EXCERPT_COMMAND] = {{0}, {0}},
    [EXCERPT_SCRIPT] = {{0}, {0}},
    [EXCERPT_ERROR] = {{42, 28, 20, 14, 10, 8},
                       {56, 48, 40, 34, 28, 23, 18, 14, 11, 9}},
    [EXCERPT_ASSERTION] = {{45, 38, 30, 22, 16, 10},
                           {55, 48, 40, 34, 28, 23, 18, 14, 10}},
    [EXCERPT_TEST] = {{10}, {52, 48, 42, 36, 30, 24, 19, 15, 12, 9}},
    [EXCERPT_SUMMARY] = {{22, 12}, {38, 32, 26, 20, 16, 12, 9}},
    [EXCERPT_EXIT] = {{46, 40, 35, 30, 26, 22, 19, 16, 14, 12, 10, 8}, {12}},
    [EXCERPT_FRAME] = {{20}, {20}},
    [EXCERPT_NOISE] = {{0}, {0}},
};

#define GIVES_FROM 90
#define GIVES_MOST 320

static void give(const struct excerpt_run *r, size_t i, int64_t points)
{
    enum excerpt_kind kind = r->line[i].kind;
    int64_t number = r->line[i].number;
    size_t above = 0, below = 0;
    for (size_t k = i; k-- > 0 && above < BESIDE_MAX &&
                       number - r->line[k].number < BESIDE_LINES;)
        if (!is_blank(&r->line[k]))
            raise(&r->line[k], points * beside[kind].above[above++] / 100);
    for (size_t k = i + 1; k < r->count && below < BESIDE_MAX &&
                           r->line[k].number - number < BESIDE_LINES;
         k++)
        if (!is_blank(&r->line[k]))
            raise(&r->line[k], points * beside[kind].below[below++] / 100);
}

/* From what the lines had: what is given is not given on. */
static void weigh_neighbours(const struct excerpt_run *r)
{
    int64_t *own = heap_zeroed((r->count + 1) * sizeof(*own));
    for (size_t i = 0; i < r->count; i++)
        own[i] = r->line[i].points;
    for (size_t i = 0; i < r->count; i++)
        if (own[i] >= GIVES_FROM)
            give(r, i, own[i] < GIVES_MOST ? own[i] : GIVES_MOST);
    free(own);
}

#define SCRIPT_LINES 8

/* The lines of the script that a host quotes below the name of its step. */
static void raise_script(const struct excerpt_run *r, size_t command,
                         int64_t points)
{
    for (size_t i = command + 1; i < r->count && i <= command + SCRIPT_LINES &&
                                 r->line[i].kind == EXCERPT_SCRIPT;
         i++)
        if (!is_blank(&r->line[i]))
            r->line[i].points = points / (int64_t)(i - command + 2);
}

/* The step and the command in which a line was printed. */
static void raise_commands(const struct excerpt_run *r, size_t from,
                           int64_t points)
{
    bool command = false, step = false;
    for (size_t i = from + 1; i-- > 0 && !step;) {
        struct excerpt_line *line = &r->line[i];
        step = line->kind == EXCERPT_STEP;
        if (!step && (line->kind != EXCERPT_COMMAND || command))
            continue;
        command = true;
        if (line->points < points)
            line->points = points;
        raise_script(r, i, points);
    }
}

static void weigh_commands(const struct excerpt_run *r)
{
    struct focus f = find_focus(r);
    if (!r->failed)
        return;
    if (f.exit < r->count)
        raise_commands(r, f.exit, 190);
    for (size_t i = 0; i < r->count; i++)
        if (r->line[i].kind == EXCERPT_TEST && r->line[i].points >= 150) {
            raise_commands(r, i, 220);
            break;
        }
    if (f.root < r->count)
        raise_commands(r, f.root, 330);
}

void excerpt_points(const struct excerpt_run *r)
{
    weigh_commands(r);
    weigh_place(r);
    weigh_likeness(r);
    weigh_end(r);
    weigh_neighbours(r);
}
