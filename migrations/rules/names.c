/* The rule on files that a tool skips without a word, or stops at. */
#include <string.h>

#include "migrations/internal.h"
#include "migrations/rules/internal.h"

static bool is_tool(const struct rules_review *r, const char *name)
{
    return strcmp(r->tool->name, name) == 0;
}

/* A number with more digits than all others stays the newest for ever. */
static void check_digits(struct rules_review *r)
{
    size_t usual = 0;
    if (r->count < 4 || r->tool->nested != NULL)
        return;
    for (size_t i = 0; i < r->count; i++) {
        size_t n = leading_digits(file_base(str_from(r->item[i].file->path)));
        usual += n == 14;
    }
    for (size_t i = 0; i < r->count && usual + 2 >= r->count; i++) {
        size_t n = leading_digits(file_base(str_from(r->item[i].file->path)));
        if (n > 14)
            rule_found(r, rule_place(&r->item[i], 0),
                       (struct verdict_of){REMARK_MINOR, NULL},
                       "its number has %zu digits and all others 14: it stays "
                       "the newest whatever comes",
                       n);
    }
}

static bool is_migration(const struct rules_review *r,
                         const struct shipped_file *f)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->item[i].file == f)
            return true;
    return false;
}

/* A folder of Prisma or Diesel without the file that it is about. */
static void check_nested(struct rules_review *r)
{
    for (size_t i = 0; r->tool->nested != NULL && i < r->folder->sub_count;
         i++) {
        const char *name =
            arena_printf(r->arena, "%s/%s", r->folder->sub[i], r->tool->nested);
        bool found = false;
        for (size_t k = 0; k < r->folder->file_count; k++)
            found = found || strcmp(r->folder->file[k].path, name) == 0;
        if (found || leading_digits(str_from(r->folder->sub[i])) < 4)
            continue;
        struct shipped_file lost = {name, STR_NONE};
        rule_found(r, (struct place){rule_source(r, &lost), 0},
                   (struct verdict_of){-1, "restore the file, or remove the "
                                           "folder"},
                   "the folder '%s' has no %s: %s stops there",
                   r->folder->sub[i], r->tool->nested, r->tool->name);
    }
}

/* The attribute of EF Core is in the file or in its .Designer.cs. */
static void check_attribute(struct rules_review *r)
{
    bool usual = false; /* others of the folder have it */
    for (size_t i = 0; i < r->folder->file_count; i++)
        usual =
            usual || ends_in(str_from(r->folder->file[i].path), ".Designer.cs");
    for (size_t i = 0; usual && is_tool(r, "efcore") && i < r->count; i++) {
        const struct judged_migration *m = &r->item[i];
        struct str path = str_from(m->file->path);
        struct str stem = str_sub(path, 0, path.len - 3);
        bool found = contains(m->source.text, "[Migration(");
        for (size_t k = 0; k < r->folder->file_count && !found; k++) {
            struct str other = str_from(r->folder->file[k].path);
            found = str_starts(other, stem) && ends_in(other, ".Designer.cs");
        }
        if (!found && contains(m->source.text, ": Migration"))
            rule_found(r, rule_place(m, 0),
                       (struct verdict_of){-1, "restore its .Designer.cs"},
                       "EF Core ignores it: neither it nor a .Designer.cs has "
                       "the attribute [Migration]");
    }
}

void check_misnamed(struct rules_review *r)
{
    check_nested(r);
    check_attribute(r);
    check_digits(r);
    for (size_t i = 0; r->tool->misnamed != NULL && i < r->folder->file_count;
         i++) {
        const struct shipped_file *f = &r->folder->file[i];
        const struct candidate c = candidate_of(r->folder, f);
        const char *why = is_migration(r, f) ? NULL : r->tool->misnamed(&c);
        if (why != NULL)
            rule_found(r, (struct place){rule_source(r, f), 0},
                       (struct verdict_of){-1, NULL}, "%s", why);
    }
}
