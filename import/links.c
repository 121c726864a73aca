/* Edges between drafts: who uses what another one captures needs it. */
#include <stdint.h>
#include <string.h>

#include "import/drafts.h"
#include "import/references.h"

static bool captures(const struct draft *d, const char *name)
{
    const struct field *f = entry_field(&d->own, "capture");
    for (size_t i = 0; f != NULL && i < f->count; i++)
        if (strcmp(f->item[i].name, name) == 0)
            return true;
    return false;
}

static bool mentions(const struct entry *e, const char *name)
{
    const char *plain = name;
    size_t len = strlen(name);
    for (size_t i = 0; i < e->count; i++)
        for (size_t k = 0; k < e->field[i].count; k++) {
            const char *at = e->field[i].item[k].text;
            while ((at = strstr(at, plain)) != NULL) {
                bool open = at[len] == '}' || at[len] == '"';
                char before = at > e->field[i].item[k].text ? at[-1] : '\0';
                if (open && before != '\0' && strchr("{:\"", before) != NULL)
                    return true;
                at += len;
            }
        }
    return false;
}

static void need(struct import *im, struct draft *d, const char *id)
{
    const struct field *f = entry_field(&d->own, "needs");
    for (size_t i = 0; f != NULL && i < f->count; i++)
        if (strcmp(f->item[i].text, id) == 0)
            return;
    put_item(im, &d->own, "needs", id, POS_NONE);
}

void drafts_link(struct import *im, size_t from)
{
    for (size_t u = 0; u < im->use_count; u++) {
        const struct variable_use *use = &im->use[u];
        const struct draft *last = NULL;
        for (size_t i = from; i < im->count && use->captured; i++) {
            struct draft *d = im->draft[i];
            if (last != NULL && last != d && mentions(&d->own, use->name))
                need(im, d, last->id);
            if (captures(d, use->name))
                last = d;
        }
    }
}

#define NO_DRAFT SIZE_MAX

/* Where the draft of an id stands; NO_DRAFT: it is left out. */
static size_t kept_at(const struct import *im, const char *id)
{
    for (size_t i = 0; i < im->count; i++)
        if (!im->draft[i]->refused && strcmp(im->draft[i]->id, id) == 0)
            return i;
    return NO_DRAFT;
}

/* An edge of a file can go; without what it captures a check cannot ask. */
static void drop_need(struct import *im, struct draft *d,
                      const struct item *need)
{
    im->now = d;
    d->refused = need->pos.source == NULL;
    if (d->refused)
        remark(im, d->own.pos, str_from(d->id),
               arena_printf(im->arena,
                            "it uses what '%s' captures, which is left out",
                            need->text),
               "write both checks by hand");
    else
        remark(im, need->pos, str_from(need->text),
               "the check that is needed is left out",
               "write it by hand, and 'needs' of this one");
}

static void set_needs(struct draft *d, struct field *f, size_t count)
{
    f->count = count;
    if (count == 0)
        drop_field(&d->own, "needs");
}

static void drop_needs(struct import *im, struct draft *d)
{
    struct field *f = entry_field(&d->own, "needs");
    size_t kept = 0;
    for (size_t i = 0; f != NULL && i < f->count && !d->refused; i++)
        if (kept_at(im, f->item[i].text) != NO_DRAFT)
            f->item[kept++] = f->item[i];
        else
            drop_need(im, d, &f->item[i]);
    if (f != NULL)
        set_needs(d, f, kept);
}

enum visit { NEVER, INSIDE, DONE };

/* Drops what leads back to a draft on the way; IMPORT_CHECKS_MAX deep. */
static void cut_circles(struct import *im, size_t index, enum visit *visit)
{
    struct draft *d = im->draft[index];
    struct field *f = entry_field(&d->own, "needs");
    size_t kept = 0;
    visit[index] = INSIDE;
    for (size_t i = 0; f != NULL && i < f->count; i++) {
        struct item need = f->item[i];
        size_t to = kept_at(im, need.text);
        if (to != NO_DRAFT && visit[to] == NEVER)
            cut_circles(im, to, visit);
        if (to != NO_DRAFT && visit[to] == DONE) {
            f->item[kept++] = need;
            continue;
        }
        im->now = d;
        remark(im, need.pos, str_from(need.text),
               "that check needs this one, too",
               "decide which one must pass first");
    }
    if (f != NULL)
        set_needs(d, f, kept);
    visit[index] = DONE;
}

void drafts_unlink(struct import *im)
{
    enum visit *visit = arena_array(im->arena, im->count + 1, sizeof(*visit));
    size_t before, kept = im->count + 1;
    do { /* what is left out now may be needed by one above */
        before = kept;
        kept = 0;
        for (size_t i = 0; i < im->count; i++) {
            if (!im->draft[i]->refused)
                drop_needs(im, im->draft[i]);
            kept += !im->draft[i]->refused;
        }
    } while (kept < before);
    for (size_t i = 0; i < im->count; i++)
        if (!im->draft[i]->refused && visit[i] == NEVER)
            cut_circles(im, i, visit);
    im->now = NULL;
}
