/* Rows of the history as services with their days. */
#include <stdlib.h>
#include <string.h>

#include "report/status_page/status_page.h"

int64_t status_from_ms(int64_t now_ms)
{
    int64_t day = now_ms / STATUS_DAY_MS;
    return now_ms <= 0 || day < STATUS_DAYS
               ? 0
               : (day - (STATUS_DAYS - 1)) * STATUS_DAY_MS;
}

/* Services in the order of the page; `order` has them by name. */
struct gathered {
    struct service_status *item;
    size_t *order;
    size_t count;
};

static const char *name_or(const char *text)
{
    return text == NULL ? "" : text;
}

/* Where check stands among the names, or would. */
static size_t place_of(const struct gathered *g, const char *check, bool *there)
{
    size_t low = 0, high = g->count;
    *there = false;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(name_or(g->item[g->order[middle]].check), check);
        if (order == 0) {
            *there = true;
            return middle;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct service_status *find(const struct gathered *g, const char *check)
{
    bool there;
    size_t at = place_of(g, name_or(check), &there);
    return there ? &g->item[g->order[at]] : NULL;
}

static struct service_status *add(struct gathered *g, const char *check,
                                  const char *title)
{
    bool there;
    size_t at = place_of(g, name_or(check), &there);
    if (there)
        return &g->item[g->order[at]];
    memmove(&g->order[at + 1], &g->order[at],
            (g->count - at) * sizeof(*g->order));
    g->order[at] = g->count;
    struct service_status *s = &g->item[g->count++];
    *s = (struct service_status){
        .check = name_or(check), .title = title, .status = -1};
    return s;
}

static size_t distinct(const struct uptime_row *row, size_t count)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++)
        n += i == 0 ||
             strcmp(name_or(row[i - 1].check), name_or(row[i].check)) != 0;
    return n;
}

static void add_day(struct service_status *s, const struct uptime_row *row)
{
    if (row->slice < 0 || row->slice >= STATUS_DAYS)
        return;
    s->day[row->slice] = (struct day){.rounds = row->rounds,
                                      .failed = row->failed,
                                      .degraded = row->degraded,
                                      .duration_us = row->duration_us};
}

const struct service_status *
status_services(struct arena *a, const struct status_rows *in, size_t *count)
{
    size_t most = in->last_count + distinct(in->uptime, in->uptime_count) + 1;
    struct gathered g = {
        .item = arena_array(a, most, sizeof(*g.item)),
        .order = arena_array(a, most, sizeof(*g.order)),
    };
    for (size_t i = 0; i < in->last_count; i++)
        add(&g, in->last[i].check, in->last[i].title)->status =
            in->last[i].status;
    for (size_t i = 0; i < in->uptime_count; i++)
        add_day(add(&g, in->uptime[i].check, in->uptime[i].title),
                &in->uptime[i]);
    for (size_t i = 0; i < in->state_count; i++) {
        struct service_status *s = find(&g, in->state[i].check);
        if (s == NULL)
            continue;
        s->failing_since_ms = in->state[i].failing_since_ms;
        s->flapping = in->state[i].flapping;
    }
    *count = g.count;
    return g.item;
}
