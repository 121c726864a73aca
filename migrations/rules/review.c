/* THE table of rules, and folders taken through it. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/text.h"
#include "migrations/rules/internal.h"

#define TEXT_MAX ((size_t)300)

static const struct rule_row {
    struct review_rule doc;
    void (*check)(struct rules_review *r);
} rows[] = {
    {{"M01", "migration-edited", REMARK_MAJOR,
      "a migration that was applied at `--from` has been edited, renamed or "
      "deleted",
      "restore the file and add a new migration on top"},
     check_edited},
    {{"M02", "migration-duplicate-id", REMARK_MAJOR,
      "two migrations with the same id",
      "give the newer one an id of its own, before it is applied anywhere"},
     check_duplicate},
    {{"M03", "migration-parent-missing", REMARK_MAJOR,
      "a migration follows one that does not exist (Alembic, Django)",
      "correct the reference, or restore the migration that it names"},
     check_parents},
    {{"M04", "migration-several-heads", REMARK_MAJOR,
      "several migrations that no other follows (Alembic, Django)",
      "merge them: `alembic merge heads`, `manage.py makemigrations --merge`"},
     check_heads},
    {{"M05", "migration-late", REMARK_MAJOR,
      "a migration sorts before one that has been applied: it is skipped or "
      "refused",
      "give it a newer id, so that it sorts last"},
     check_late},
    {{"M06", "migration-ignored", REMARK_MAJOR,
      "a file that its tool skips without a word, or stops at",
      "rename it as its tool expects, or move it elsewhere"},
     check_misnamed},
    {{"M07", "migration-sums-stale", REMARK_MAJOR,
      "`atlas.sum` does not fit the files",
      "review the change, then run `atlas migrate hash`"},
     check_sums},
    {{"M08", "migration-line-ends", REMARK_MINOR,
      "CRLF where the tool keeps a checksum of the bytes: it depends on the "
      "checkout",
      "store the file with LF, and set `*.sql eol=lf` in .gitattributes"},
     check_line_ends},
    {{"M09", "migration-unfinished", REMARK_MAJOR,
      "marks of an unfinished merge, or an empty file", "finish the file"},
     check_unfinished},
    {{"M10", "migration-lock-file", REMARK_MAJOR,
      "`migration_lock.toml` of Prisma is missing, or names another provider "
      "than the schema",
      "commit the file with the provider of schema.prisma"},
     check_lock_file},
    {{"M11", "migration-down-missing", REMARK_NOTE,
      "no file for the way down, which most of its siblings have",
      "add it, or state that it cannot be undone"},
     check_down_missing},
    {{"M12", "migration-transaction", REMARK_MAJOR,
      "a statement that PostgreSQL refuses in a transaction, in a file that "
      "runs in one (25001)",
      "run the statement outside of a transaction"},
     check_transaction},
    {{"M13", "migration-enum-value", REMARK_MAJOR,
      "a value is added to an enum and used in the same transaction (55P04)",
      "use the value in a later migration"},
     check_enum_value},
    {{"M14", "migration-not-null", REMARK_MINOR,
      "a NOT NULL column without a default is added to an existing table: it "
      "fails if the table has rows (23502)",
      "add it with a default, or as nullable, fill it, then set NOT NULL"},
     check_not_null},
    {{"M15", "migration-extension", REMARK_NOTE,
      "an extension that the server must have installed or only a superuser "
      "may create",
      "check pg_available_extensions in production before the deploy"},
     check_extension},
    {{"M16", "migration-created-twice", REMARK_MAJOR,
      "a table, index or type is created again, and nothing dropped it (42P07, "
      "42710)",
      "remove one of the two statements"},
     check_created_twice},
    {{"M17", "migration-own-transaction", REMARK_MINOR,
      "BEGIN or COMMIT in a file that its tool already runs in a transaction",
      "remove it: what follows COMMIT is not rolled back, nor is the history"},
     check_own_transaction},
    {{"M18", "migration-switch-idle", REMARK_NOTE,
      "a comment that switches a rule which finds nothing there, or no rule",
      "remove the comment, or correct the name"},
     check_switches},
};

size_t migration_rule_count(void)
{
    return ARRAY_COUNT(rows);
}

struct review_rule migration_rule(size_t index)
{
    return rows[index].doc;
}

int migration_rule_find(struct str name)
{
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
        if (str_equal_nocase(name, str_from(rows[i].doc.id)) ||
            str_equal_nocase(name, str_from(rows[i].doc.name)))
            return (int)i;
    return -1;
}

struct source *rule_source(struct rules_review *r, const struct shipped_file *f)
{
    struct source *s = arena_alloc(r->arena, sizeof(*s));
    const char *path = f->path, *folder = r->folder->path;
    if (strncmp(path, "../", 3) == 0) {
        const char *slash = strrchr(folder, '/');
        s->name = arena_printf(r->arena, "%.*s%s",
                               slash == NULL ? 0 : (int)(slash + 1 - folder),
                               folder, path + 3);
    } else {
        s->name = arena_printf(r->arena, "%s%s%s", folder,
                               ends_in(str_from(folder), "/") ? "" : "/", path);
    }
    s->text = f->text;
    return s;
}

struct place rule_place(const struct judged_migration *m, size_t at)
{
    return (struct place){&m->source, at};
}

/* Of the rule, the file and what is said; how often it was said before. */
static const char *fingerprint(const struct rules_review *r, const char *file,
                               const char *text)
{
    const struct remarks *out = r->out;
    size_t before = 0;
    for (size_t i = 0; i < out->remark_count; i++)
        before += strcmp(out->remark[i].file, file) == 0 &&
                  strcmp(out->remark[i].text, text) == 0;
    uint64_t hash = hash_add(HASH_START, str_from(rows[r->rule].doc.id));
    hash = hash_add(hash, str_from(text));
    return arena_printf(r->arena, "%016llx:%zu", (unsigned long long)hash,
                        before);
}

void rule_found(struct rules_review *r, struct place where,
                struct verdict_of how, const char *fmt, ...)
{
    const struct review_rule *rule = &rows[r->rule].doc;
    struct remarks *out = r->out;
    const struct pos pos = pos_at(where.source, where.at);
    char text[2000];
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(text, sizeof(text), fmt, ap);
    va_end(ap);
    if (migration_switches_silence(r, where.source->name, pos.line))
        return;
    if (r->spoke++ >= RULES_SAME_MAX) {
        out->left_out++;
        return;
    }
    const char *said = text_elide(r->arena,
                                  (struct str){text, n < 0 ? 0
                                                     : (size_t)n < sizeof(text)
                                                         ? (size_t)n
                                                         : sizeof(text) - 1},
                                  TEXT_MAX);
    out->remark = arena_grow(r->arena, out->remark, out->remark_count,
                             &out->remark_cap, sizeof(*out->remark));
    struct remark *m = &out->remark[out->remark_count];
    *m = (struct remark){
        .rule = rule->id,
        .name = rule->name,
        .severity = how.severity < 0 ? rule->severity : how.severity,
        .file = where.source->name,
        .line = pos.line,
        .column = pos.column,
        .text = said,
        .advice = how.advice == NULL ? rule->advice : how.advice,
    };
    m->fingerprint = fingerprint(r, m->file, said);
    out->remark_count++;
}

static int compare(const void *a, const void *b)
{
    const struct remark *x = a, *y = b;
    int order = strcmp(x->file, y->file);
    if (order != 0)
        return order;
    if (x->line != y->line)
        return x->line < y->line ? -1 : 1;
    order = strcmp(x->rule, y->rule);
    return order != 0 ? order : strcmp(x->text, y->text);
}

static void push_name(struct remarks *out, struct arena *a, const char *name)
{
    const char **all = arena_array(a, out->document_count + 1, sizeof(*all));
    for (size_t i = 0; i < out->document_count; i++)
        all[i] = out->document[i];
    all[out->document_count++] = name;
    out->document = all;
}

bool migrations_review(struct remarks *out, struct arena *a,
                       const struct migration_folders *folders, size_t index,
                       const struct git_inputs *git, struct err *e)
{
    size_t before = out->remark_count;
    bool asked = git != NULL && git->from != NULL;
    struct rules_review r = {.arena = a,
                             .all = folders,
                             .folder = &folders->item[index],
                             .tool = folders->item[index].tool,
                             .from = asked ? git->from : NULL,
                             .out = out};
    push_name(out, a, r.folder->path);
    if (asked && !before_read(&r, git, e))
        return false;
    migrations_read(&r);
    before_mark(&r);
    migration_switches_read(&r);
    for (r.rule = 0; r.rule < ARRAY_COUNT(rows); r.rule++) {
        r.spoke = 0;
        rows[r.rule].check(&r);
    }
    if (out->remark_count > before + 1)
        qsort(out->remark + before, out->remark_count - before,
              sizeof(*out->remark), compare);
    return true;
}
