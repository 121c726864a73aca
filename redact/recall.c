/* Readings by their place and layer, and the steps that they took. */
#include "redact/recall.h"

#include <string.h>

/* From here on nothing but what closes something, until the end. */
static size_t closed_from(struct str s)
{
    size_t at = s.len;
    while (at > 0 && s.ptr[at - 1] != 0 &&
           strchr("\"'`)]}>;,. \t\r\n\\", s.ptr[at - 1]) != NULL)
        at--;
    return at;
}

void recall_begin(struct recall *r, struct str text, size_t needles)
{
    r->needles = needles;
    r->closed = closed_from(text);
    r->all += r->steps;
    r->steps = 0;
    r->before = 0;
    r->length = text.len;
    r->text++;
    r->blank.from = r->blank.end = 0;
    r->run = (struct recall_run){.from = 0};
    recall_advance(r, 0);
}

void recall_continue(struct recall *r, struct str text)
{
    r->before += r->length;
    r->length = text.len;
    r->closed = closed_from(text);
    r->text++;
    r->blank.from = r->blank.end = 0;
    r->run = (struct recall_run){.from = 0};
    recall_advance(r, 0);
}

void recall_advance(struct recall *r, size_t at)
{
    r->most = RECALL_STEPS + r->needles * RECALL_STEPS_NEEDLE +
              (r->before + at) * RECALL_STEPS_BYTE;
}

bool recall_is_spent(const struct seen *s)
{
    return s->recall != NULL && s->recall->steps > s->recall->most;
}

void recall_count(const struct seen *s, size_t steps)
{
    if (s->recall != NULL)
        s->recall->steps += steps;
}

static struct recalled *place_of(const struct seen *s, size_t at,
                                 unsigned layers)
{
    return &s->recall->item[at % RECALL_PLACES][layers - 1];
}

bool recall_find(const struct seen *s, size_t at, unsigned layers,
                 struct units *out)
{
    if (s->recall == NULL)
        return false;
    const struct recalled *item = place_of(s, at, layers);
    if (item->at != at || item->text != s->recall->text)
        return false;
    out->count = item->units.count;
    for (size_t i = 0; i < out->count; i++)
        out->item[i] = item->units.item[i];
    return true;
}

void recall_keep(const struct seen *s, size_t at, unsigned layers,
                 const struct units *u)
{
    if (s->recall == NULL)
        return;
    struct recalled *item = place_of(s, at, layers);
    item->at = at;
    item->text = s->recall->text;
    item->units.count = u->count;
    for (size_t i = 0; i < u->count; i++)
        item->units.item[i] = u->item[i];
}
