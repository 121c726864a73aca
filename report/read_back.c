/* What people wrote into a living document, back into the facts. */
#include "report/actions.h"
#include "report/living.h"
#include "report/report.h"

#define TICKS_MAX 10000

/* "- [x] text": the text. */
static bool ticked_text(struct str line, struct str *text)
{
    const char *tick = marker_tick(line);
    if (tick == NULL || *tick == ' ')
        return false;
    size_t at = (size_t)(tick - line.ptr);
    *text = str_trim(str_sub(line, at + 2, line.len));
    return true;
}

static void read_ticks(struct facts *facts, struct arena *a,
                       const struct part *block, size_t *cap)
{
    struct str rest = block->body, text;
    while (rest.len > 0 && facts->ticked_count < TICKS_MAX) {
        if (!ticked_text(marker_line(&rest), &text))
            continue;
        facts->ticked = arena_grow(a, facts->ticked, facts->ticked_count, cap,
                                   sizeof(*facts->ticked));
        facts->ticked[facts->ticked_count++] = str_dup(a, text);
    }
}

bool report_read_back(struct facts *facts, struct arena *a,
                      const struct source *existing, struct diags *d)
{
    struct parts all;
    struct err e = {.set = false};
    size_t cap = 0;
    if (!living_read(&all, a, existing, &e)) {
        diags_add_err(d, &e);
        return false;
    }
    for (size_t i = 0; i < all.count; i++) {
        const struct part *p = &all.item[i];
        if (p->kind != PART_BLOCK || p->edited)
            continue;
        if (str_is(p->name, "actions"))
            actions_read_back(facts, a, p, d);
        else
            read_ticks(facts, a, p, &cap);
    }
    return true;
}
