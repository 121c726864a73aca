/* Rules on ids and on the order of migrations. */
#include <string.h>

#include "base/json.h"
#include "migrations/internal.h"
#include "migrations/rules/internal.h"

#define AS_USUAL ((struct verdict_of){-1, NULL})

/* ---- ids ---- */

/* Of "1.10.0" the same as of "1.10": zeros at the end say nothing. */
static struct str significant(struct str id)
{
    while (id.len > 2 && str_ends(id, STR(".0")))
        id.len -= 2;
    return id;
}

static bool same_id(const struct rules_review *r,
                    const struct judged_migration *a,
                    const struct judged_migration *b)
{
    if (strcmp(r->tool->name, "flyway") == 0)
        return str_equal(significant(str_from(a->id)),
                         significant(str_from(b->id)));
    return strcmp(a->id, b->id) == 0;
}

/* "add_note" of "20200102030405_add_note.rb": Rails makes a class of it. */
static struct str class_of(const struct judged_migration *m)
{
    struct str base = file_base(str_from(m->file->path));
    size_t n = leading_digits(base);
    return str_sub(base, n, str_find(base, STR("."), n) - n);
}

static const char *what_happens(const struct rules_review *r)
{
    if (strcmp(r->tool->name, "dbmate") == 0)
        return "the second one counts as applied, and is never run";
    if (strcmp(r->tool->name, "sql") == 0)
        return "a tool that knows them by their numbers runs one of them";
    return "the tool refuses to start";
}

void check_duplicate(struct rules_review *r)
{
    bool rails = strcmp(r->tool->name, "rails") == 0;
    int severity = r->tool->duplicate == REMARK_NOTE ? REMARK_NOTE : -1;
    for (size_t i = 1; i < r->count; i++)
        for (size_t k = i; k-- > 0;) {
            const struct judged_migration *one = &r->item[k],
                                          *two = &r->item[i];
            bool same = same_id(r, one, two);
            if (!same && !(rails && str_equal(class_of(one), class_of(two))))
                continue;
            if (same)
                rule_found(r, rule_place(two, 0),
                           (struct verdict_of){severity, NULL},
                           "its id '%s' is that of '%s', too: %s", two->id,
                           one->file->path, what_happens(r));
            else
                rule_found(r, rule_place(two, 0), AS_USUAL,
                           "its class has the name of that of '%s', too: Rails "
                           "refuses to start",
                           one->file->path);
            break;
        }
}

/* ---- parents ---- */

static bool is_tool(const struct rules_review *r, const char *name)
{
    return strcmp(r->tool->name, name) == 0;
}

static bool in_chain(const struct rules_review *r)
{
    return is_tool(r, "alembic") || is_tool(r, "django");
}

/* "app.0001_x" of Django in its parts. */
static struct str label_of(struct str id, struct str *name)
{
    return str_cut(id, '.', name);
}

/* How many parents of this label are migrations of the folder by name. */
static size_t label_votes(const struct rules_review *r, struct str label)
{
    size_t votes = 0;
    for (size_t i = 0; i < r->count; i++)
        for (size_t p = 0; p < r->item[i].parent_count; p++) {
            struct str name, mine;
            if (!str_equal(label_of(r->item[i].parent[p], &name), label))
                continue;
            for (size_t k = 0; k < r->count; k++) {
                label_of(str_from(r->item[k].id), &mine);
                votes += k != i && str_equal(mine, name);
            }
        }
    return votes;
}

/* That of the folder if any migration depends on it, else the one that most
   depend on: an app may be called otherwise than its folder. */
static struct str own_label(const struct rules_review *r)
{
    struct str best = STR_NONE, name;
    size_t most = 0;
    if (r->count == 0 || !is_tool(r, "django"))
        return best;
    struct str mine = label_of(str_from(r->item[0].id), &name);
    if (label_votes(r, mine) > 0)
        return mine;
    for (size_t i = 0; i < r->count; i++)
        for (size_t p = 0; p < r->item[i].parent_count; p++) {
            struct str label = label_of(r->item[i].parent[p], &name);
            if (most > 0 && str_equal(label, best))
                continue;
            size_t votes = label_votes(r, label);
            if (votes > most) {
                most = votes;
                best = label;
            }
        }
    return most > 0 ? best : mine;
}

/* Does this text of the parent name a migration of the folder? */
static bool is_named(const struct rules_review *r,
                     const struct judged_migration *m, struct str parent,
                     struct str label)
{
    struct str mine, name;
    if (!is_tool(r, "django"))
        return str_equal(parent, str_from(m->id));
    if (!str_equal(label_of(parent, &name), label))
        return false;
    label_of(str_from(m->id), &mine);
    return str_equal(mine, name);
}

/* Another one of the folder replaces it: "replaces = [("app", "name")". */
static bool is_replaced(const struct rules_review *r, struct str name)
{
    for (size_t i = 0; i < r->count; i++) {
        struct str text = r->item[i].source.text;
        size_t at = str_find(text, STR("replaces ="), 0);
        if (at < text.len) {
            struct str list =
                str_sub(text, at, str_find(text, STR("]"), at) - at);
            if (str_find(list, name, 0) < list.len)
                return true;
        }
    }
    return false;
}

/* Alembic may have its chain in several folders. */
static bool is_anywhere(const struct rules_review *r, struct str parent)
{
    for (size_t i = 0; i < r->all->count; i++) {
        const struct migration_folder *f = &r->all->item[i];
        for (size_t k = 0; f->tool == r->tool && k < f->file_count; k++) {
            struct str value, id;
            if (python_assigned(f->file[k].text, STR("revision"), &value) &&
                python_next_text(&value, &id) && str_equal(id, parent))
                return true;
        }
    }
    return false;
}

static bool is_shipped(const struct rules_review *r, struct str parent,
                       struct str label)
{
    for (size_t i = 0; i < r->count; i++)
        if (is_named(r, &r->item[i], parent, label))
            return true;
    return false;
}

static void check_parent(struct rules_review *r,
                         const struct judged_migration *m, struct str parent,
                         struct str label)
{
    struct str name = STR_NONE;
    if (is_shipped(r, parent, label))
        return;
    if (is_tool(r, "django") &&
        (!str_equal(label_of(parent, &name), label) || name.len == 0 ||
         name.ptr[0] == '_' || is_replaced(r, name)))
        return;
    if (is_tool(r, "alembic") && is_anywhere(r, parent))
        return;
    size_t at = str_find(m->source.text, parent, 0);
    r->broken = true;
    if (name.len > 0)
        at = str_find(m->source.text, name, 0);
    rule_found(r, rule_place(m, at < m->source.text.len ? at : 0), AS_USUAL,
               "it follows '%.*s', which no file has", STR_ARGS(parent));
}

void check_parents(struct rules_review *r)
{
    struct str label = own_label(r);
    for (size_t i = 0; in_chain(r) && i < r->count; i++)
        for (size_t p = 0; p < r->item[i].parent_count; p++)
            check_parent(r, &r->item[i], r->item[i].parent[p], label);
}

/* ---- heads ---- */

static bool names_anywhere(const struct rules_review *r, const char *id)
{
    for (size_t i = 0; i < r->all->count; i++) {
        const struct migration_folder *f = &r->all->item[i];
        for (size_t k = 0;
             f != r->folder && f->tool == r->tool && k < f->file_count; k++)
            if (contains(f->file[k].text, id))
                return true;
    }
    return false;
}

static bool is_followed(const struct rules_review *r,
                        const struct judged_migration *m, struct str label)
{
    for (size_t i = 0; i < r->count; i++)
        for (size_t p = 0; p < r->item[i].parent_count; p++)
            if (&r->item[i] != m && is_named(r, m, r->item[i].parent[p], label))
                return true;
    return is_tool(r, "alembic") && names_anywhere(r, m->id);
}

/* Django: one that others replace follows them, and is followed. */
static bool counts_as_head(const struct rules_review *r,
                           const struct judged_migration *m, struct str label)
{
    struct str name = STR_NONE;
    if (is_followed(r, m, label))
        return false;
    if (is_tool(r, "alembic"))
        return !contains(m->source.text, "branch_labels = (") &&
               !contains(m->source.text, "branch_labels = [") &&
               !contains(m->source.text, "branch_labels = \"") &&
               !contains(m->source.text, "branch_labels = '");
    label_of(str_from(m->id), &name);
    return !is_replaced(r, name);
}

static struct str last_part(const char *id)
{
    struct str name;
    label_of(str_from(id), &name);
    return name;
}

/* A squashed migration is followed by what follows those that it replaces. */
static bool stands_for_followed(const struct rules_review *r,
                                const struct judged_migration *m,
                                struct str label)
{
    struct str text = m->source.text;
    size_t at = str_find(text, STR("replaces ="), 0);
    if (at >= text.len)
        return false;
    struct str list = str_sub(text, at, str_find(text, STR("]"), at) - at);
    for (size_t i = 0; i < r->count; i++)
        for (size_t p = 0; &r->item[i] != m && p < r->item[i].parent_count;
             p++) {
            struct str name;
            bool own = str_equal(label_of(r->item[i].parent[p], &name), label);
            if (own && name.len > 0 && str_find(list, name, 0) < list.len &&
                str_find(list, last_part(r->item[i].id), 0) >= list.len)
                return true;
        }
    return false;
}

/* Several chains beside each other, as branches of Alembic are, are meant. */
static bool has_branches(const struct rules_review *r)
{
    for (size_t i = 0; i < r->count; i++) {
        struct str value, text;
        if (python_assigned(r->item[i].source.text, STR("branch_labels"),
                            &value) &&
            python_next_text(&value, &text))
            return true;
    }
    return false;
}

void check_heads(struct rules_review *r)
{
    const struct judged_migration *first = NULL;
    struct str label = own_label(r);
    if (!in_chain(r) || has_branches(r) || r->broken)
        return; /* a lost parent makes a head of what it followed */
    for (size_t i = 0; i < r->count; i++) {
        const struct judged_migration *m = &r->item[i];
        if (!counts_as_head(r, m, label) || stands_for_followed(r, m, label))
            continue;
        if (first != NULL && strcmp(first->id, m->id) != 0)
            rule_found(r, rule_place(m, 0), AS_USUAL,
                       "'%s' and '%s' both end the chain: the tool refuses to "
                       "choose",
                       first->id, m->id);
        else if (first == NULL)
            first = m;
    }
}

/* ---- late ---- */

static const struct shipped_file *find_journal(const struct rules_review *r)
{
    for (size_t i = 0; i < r->folder->file_count; i++)
        if (ends_in(str_from(r->folder->file[i].path), "_journal.json"))
            return &r->folder->file[i];
    return NULL;
}

static size_t place_of(struct str text, const char *tag, size_t nth)
{
    size_t at = str_find(text, str_from(tag), 0);
    while (nth-- > 0 && at < text.len)
        at = str_find(text, str_from(tag), at + 1);
    return at < text.len ? at : 0;
}

static bool has_tag(const cJSON *entries, const char *tag)
{
    const cJSON *entry;
    cJSON_ArrayForEach(entry, entries)
    {
        const char *own =
            cJSON_GetStringValue(cJSON_GetObjectItem(entry, "tag"));
        if (own != NULL && strcmp(own, tag) == 0)
            return true;
    }
    return false;
}

static void check_entry(struct rules_review *r, struct place at,
                        const cJSON *entry, double *newest,
                        const char **newest_tag)
{
    const char *tag = cJSON_GetStringValue(cJSON_GetObjectItem(entry, "tag"));
    const cJSON *when = cJSON_GetObjectItem(entry, "when");
    if (tag == NULL)
        return;
    at.at = place_of(at.source->text, arena_printf(r->arena, "\"%s\"", tag), 0);
    bool found = false;
    for (size_t i = 0; i < r->count; i++)
        found = found || strcmp(r->item[i].id, tag) == 0;
    if (!found)
        rule_found(r, at,
                   (struct verdict_of){-1, "restore the file, or remove "
                                           "the entry"},
                   "the journal names '%s', and '%s.sql' does not exist", tag,
                   tag);
    if (!cJSON_IsNumber(when))
        return;
    if (*newest_tag != NULL && when->valuedouble <= *newest)
        rule_found(r, at,
                   (struct verdict_of){-1, "set its `when` to a time after all "
                                           "others, before it is applied"},
                   "'%s' is dated no later than '%s': a database that has that "
                   "one never gets this one, and no error reports it",
                   tag, *newest_tag);
    if (*newest_tag == NULL || when->valuedouble > *newest) {
        *newest = when->valuedouble;
        *newest_tag = tag;
    }
}

static void check_journal(struct rules_review *r)
{
    const struct shipped_file *file = find_journal(r);
    struct err e = {.set = false};
    cJSON *root = NULL;
    double newest = 0;
    const char *newest_tag = NULL;
    if (file == NULL)
        return;
    struct source *source = rule_source(r, file);
    const struct place place = {source, 0};
    if (!json_parse(&root, source, &e)) {
        rule_found(r, place, (struct verdict_of){-1, "repair the JSON"},
                   "the journal cannot be read: %s", e.text);
        return;
    }
    const cJSON *entry, *entries = cJSON_GetObjectItem(root, "entries");
    cJSON_ArrayForEach(entry, entries)
        check_entry(r, place, entry, &newest, &newest_tag);
    for (size_t i = 0; i < r->count; i++)
        if (!has_tag(entries, r->item[i].id))
            rule_found(r, rule_place(&r->item[i], 0),
                       (struct verdict_of){-1, "generate it with drizzle-kit, "
                                               "or remove the file"},
                       "the journal does not name it: drizzle never runs it");
    cJSON_Delete(root);
}

void check_late(struct rules_review *r)
{
    const struct judged_migration *newest = NULL;
    if (is_tool(r, "drizzle"))
        check_journal(r);
    for (size_t i = r->count; r->tool->late != LATE_NOTHING && i-- > 0;) {
        const struct judged_migration *m = &r->item[i];
        if (newest == NULL && m->known)
            newest = m;
        if (newest == NULL || m->known)
            continue;
        bool fails = r->tool->late == LATE_FAILS;
        rule_found(
            r, rule_place(m, 0),
            (struct verdict_of){fails ? REMARK_MAJOR : REMARK_NOTE, NULL},
            "it is new and sorts before '%s', which '%s' has: %s",
            newest->file->path, r->from,
            fails ? "the tool skips or refuses it"
                  : "databases apply the two in different orders");
    }
}
