/*
 * Values without an effect, which a definition must not have: they had none in
 * the file that they come from, so nothing is lost without them.
 */
#include <stdlib.h>
#include <string.h>

#include "import/drafts.h"
#include "import/references.h"

static struct item *find_item(struct field *f, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (strcmp(f->item[i].name, name) == 0)
            return &f->item[i];
    return NULL;
}

/* One attempt is the default. Else `attempts` comes first, as others need it
   when the values are tried one by one. */
static void settle_patience(struct entry *e)
{
    struct field *f = entry_field(e, "patience");
    struct item *attempts = f == NULL ? NULL : find_item(f, "attempts");
    if (f == NULL || find_item(f, "deadline") != NULL)
        return;
    if (attempts == NULL || strcmp(attempts->text, "1") == 0) {
        drop_field(e, "patience");
        return;
    }
    struct item first = f->item[0];
    f->item[0] = *attempts;
    *attempts = first;
}

/* A request in the clear has no certificate that could be accepted. */
static void settle_insecure(struct entry *e)
{
    const struct field *url = entry_field(e, "url");
    const struct field *redirects = entry_field(e, "redirects");
    bool clear = url != NULL && url->count > 0 &&
                 strncmp(url->item[0].text, "http://", 7) == 0;
    bool stays = redirects == NULL || redirects->count == 0 ||
                 strcmp(redirects->item[0].text, "0") == 0;
    if (clear && stays)
        drop_field(e, "insecure");
}

void drop_idle(struct import *im, struct entry *e)
{
    size_t before = entry_carried(e);
    settle_patience(e);
    settle_insecure(e);
    im->record->carried += (int64_t)(before - entry_carried(e));
}
