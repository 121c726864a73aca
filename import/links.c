/* Checks that use what another one captures need it. */
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
