/* Remedies for a state of migrations, chosen by what is known of it. */
#include "model/migration_advice.h"

#include <string.h>

#define NAMES_SHOWN 5

const struct migration_commands migration_commands[] = {
    {.tool = "prisma",
     .apply = "npx prisma migrate deploy",
     .record = "npx prisma migrate resolve --applied {migration}",
     .forget = "npx prisma migrate resolve --rolled-back {migration}",
     .baseline = "npx prisma migrate resolve --applied {migration}"},
    {.tool = "alembic",
     .apply = "alembic upgrade head",
     .record = "alembic stamp {migration}",
     .merge = "alembic merge heads",
     .baseline = "alembic stamp {migration}"},
    {.tool = "efcore", .apply = "dotnet ef database update"},
    {.tool = "django",
     .apply = "python manage.py migrate",
     .record = "python manage.py migrate --fake {app} {name}",
     .merge = "python manage.py makemigrations --merge",
     .baseline = "python manage.py migrate --fake-initial"},
    {.tool = "rails", .apply = "bin/rails db:migrate"},
    {.tool = "flyway",
     .apply = "flyway migrate",
     .forget = "flyway repair",
     .baseline = "flyway baseline -baselineVersion={migration}"},
    {.tool = "knex",
     .apply = "npx knex migrate:latest",
     .unlock = "npx knex migrate:unlock"},
    {.tool = "drizzle", .apply = "npx drizzle-kit migrate"},
    {.tool = "golang-migrate",
     .apply = "migrate -path {folder} -database \"$DATABASE_URL\" up",
     .record =
         "migrate -path {folder} -database \"$DATABASE_URL\" force {migration}",
     .forget =
         "migrate -path {folder} -database \"$DATABASE_URL\" force {previous}"},
    {.tool = "goose", .apply = "goose -dir {folder} up"},
    {.tool = "sqlx", .apply = "sqlx migrate run"},
    {.tool = "laravel", .apply = "php artisan migrate --force"},
    {.tool = "typeorm",
     .apply = "npx typeorm migration:run",
     .record = "npx typeorm migration:run --fake"},
    {.tool = "sequelize", .apply = "npx sequelize-cli db:migrate"},
    {.tool = "node-pg-migrate",
     .apply = "npx node-pg-migrate up",
     .record = "npx node-pg-migrate up 1 --fake"},
    {.tool = "dbmate", .apply = "dbmate up"},
    {.tool = "diesel", .apply = "diesel migration run"},
    {.tool = "ecto", .apply = "mix ecto.migrate"},
    {.tool = "atlas",
     .apply = "atlas migrate apply",
     .record = "atlas migrate set {migration}"},
    {.tool = "liquibase",
     .apply = "liquibase update",
     .unlock = "liquibase release-locks",
     .baseline = "liquibase changelog-sync"},
};
const size_t migration_command_count = ARRAY_COUNT(migration_commands);

static const struct migration_commands *commands_of(const char *tool)
{
    static const struct migration_commands none = {.tool = NULL};
    for (size_t i = 0; tool != NULL && i < migration_command_count; i++)
        if (strcmp(migration_commands[i].tool, tool) == 0)
            return &migration_commands[i];
    return &none;
}

const struct signature *migration_signature(const struct catalogue *c,
                                            const struct migration_state *s)
{
    char id[64];
    struct buf out;
    if (s->verdict < 0 || s->verdict == MIGRATIONS_UP_TO_DATE)
        return NULL;
    buf_init(&out, sizeof(id));
    buf_printf(&out, "migrations/%s",
               name_of(&migration_verdict_names, s->verdict));
    const struct signature *found = catalogue_find(c, buf_view(&out).ptr);
    buf_release(&out);
    return found;
}

/* "a, b, c and 4 more" */
static const char *join(struct arena *a, const char *const *text, size_t count)
{
    struct buf out;
    if (count == 0)
        return NULL;
    buf_init(&out, 4096);
    for (size_t i = 0; i < count && i < NAMES_SHOWN; i++)
        buf_printf(&out, "%s%s", i == 0 ? "" : ", ", text[i]);
    if (count > NAMES_SHOWN)
        buf_printf(&out, " and %zu more", count - NAMES_SHOWN);
    return buf_take(a, &out);
}

static const char *join_ids(struct arena *a, const struct migration_fact *f,
                            size_t count)
{
    const char **id = arena_array(a, count + 1, sizeof(*id));
    for (size_t i = 0; i < count; i++)
        id[i] = f[i].id;
    return join(a, id, count);
}

/* What the verdict is about, in its order. */
struct subject {
    const struct migration_fact *fact;
    size_t count;
};

static struct subject subject_of(const struct migration_state *s)
{
    switch ((enum migration_verdict)s->verdict) {
    case MIGRATIONS_FAILED:
        return (struct subject){s->failed, s->failed_count};
    case MIGRATIONS_EDITED:
        return (struct subject){s->edited, s->edited_count};
    case MIGRATIONS_UNKNOWN_IN_CODE:
        return (struct subject){s->unknown, s->unknown_count};
    case MIGRATIONS_INCONSISTENT:
        return (struct subject){s->inconsistent, s->inconsistent_count};
    case MIGRATIONS_LEFTOVERS:
        return (struct subject){NULL, s->leftover_count};
    default:
        return (struct subject){s->pending, s->pending_count};
    }
}

size_t migration_subjects(const struct migration_state *s)
{
    return subject_of(s).count;
}

struct captures {
    struct shape_pair *out;
    size_t count;
};

static void put(struct captures *c, const char *name, const char *value)
{
    if (value != NULL)
        c->out[c->count++] = (struct shape_pair){name, value};
}

/* Of the first one: which of its objects exist decides what is safe. */
static void put_objects(struct captures *c, struct arena *a,
                        const struct migration_fact *f)
{
    bool there = f->there_count > 0, missing = f->missing_count > 0;
    put(c, "there", join(a, f->there, f->there_count));
    put(c, "missing", join(a, f->missing, f->missing_count));
    put(c, "complete", there && !missing ? f->id : NULL);
    put(c, "absent", missing && !there ? f->id : NULL);
    put(c, "partial", there && missing ? f->id : NULL);
    put(c, "unseen", !there && !missing ? f->id : NULL);
}

/* "shop.0002_orders" of Django. */
static void put_parts(struct captures *c, struct arena *a, const char *id)
{
    struct str name, app = str_cut(str_from(id), '.', &name);
    if (name.len == 0)
        return;
    put(c, "app", str_dup(a, app));
    put(c, "name", str_dup(a, name));
}

size_t migration_captures(struct shape_pair *out, struct arena *a,
                          const struct migration_state *s)
{
    struct captures c = {out, 0};
    struct subject all = subject_of(s);
    put(&c, "tool", s->tool);
    put(&c, "history", s->history);
    put(&c, "folder", s->folder);
    put(&c, "count", arena_printf(a, "%zu", all.count));
    put(&c, "at", join(a, s->at, s->at_count));
    put(&c, "heads", join(a, s->head, s->head_count));
    put(&c, "duplicates", join(a, s->duplicate, s->duplicate_count));
    put(&c, "skipped", join(a, s->skipped, s->skipped_count));
    put(&c, "leftovers", join(a, s->leftover, s->leftover_count));
    put(&c, "leftover", s->leftover_count > 0 ? s->leftover[0] : NULL);
    put(&c, "previous", s->previous);
    if (all.fact != NULL && all.count > 0) {
        put(&c, "migrations", join_ids(a, all.fact, all.count));
        const struct migration_fact *f = &all.fact[0];
        put(&c, "migration", f->id);
        put(&c, "file", f->file);
        put(&c, "interrupted", f->interrupted ? f->id : NULL);
        put_objects(&c, a, f);
        put_parts(&c, a, f->id);
    }
    return c.count;
}

bool migration_capture_known(struct str name)
{
    static const char *const names[] = {
        "tool",     "history",   "folder",     "count",      "at",
        "heads",    "skipped",   "leftovers",  "duplicates", "leftover",
        "previous", "migration", "migrations", "file",       "interrupted",
        "there",    "missing",   "complete",   "absent",     "partial",
        "unseen",   "app",       "name",       "apply",      "record",
        "forget",   "unlock",    "merge",      "baseline"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++)
        if (str_is(name, names[i]))
            return true;
    return false;
}

/* "{record}" is the command of the tool for that. */
static const char *command_of(const char *text, const char *tool)
{
    const struct migration_commands *k = commands_of(tool);
    const struct {
        const char *name, *command;
    } known[] = {{"{apply}", k->apply},   {"{record}", k->record},
                 {"{forget}", k->forget}, {"{unlock}", k->unlock},
                 {"{merge}", k->merge},   {"{baseline}", k->baseline}};
    for (size_t i = 0; text != NULL && i < ARRAY_COUNT(known); i++)
        if (strcmp(text, known[i].name) == 0)
            return known[i].command;
    return text;
}

/* A remedy is offered if all that it names is known. */
static bool offer(struct migration_way *out, struct arena *a,
                  const struct signature_remedy *r, const char *tool,
                  struct fill *fill)
{
    const char *command = command_of(r->command, tool);
    if ((command == NULL) != (r->command == NULL) ||
        signature_lacks(r->text, fill) ||
        (command != NULL && signature_lacks(command, fill)) ||
        (r->danger != NULL && signature_lacks(r->danger, fill)))
        return false;
    *out = (struct migration_way){.text = signature_fill(a, r->text, fill),
                                  .danger = signature_fill(a, r->danger, fill)};
    fill->command = true;
    out->command = signature_fill(a, command, fill);
    fill->command = false;
    return true;
}

void migration_advise(struct migration_state *s, struct arena *a,
                      const struct catalogue *c)
{
    struct shape_pair capture[MIGRATION_CAPTURES];
    const struct signature *known = migration_signature(c, s);
    struct fill fill = {.capture = capture,
                        .count = migration_captures(capture, a, s)};
    s->advice = NULL;
    s->advice_count = 0;
    if (known == NULL)
        return;
    bool many = subject_of(s).count > 1 && known->headline_many != NULL;
    if (s->reason == NULL)
        s->reason = signature_fill(a,
                                   many ? known->headline_many
                                   : known->headline != NULL ? known->headline
                                                             : known->title,
                                   &fill);
    s->advice = arena_array(a, known->remedy_count + 1, sizeof(*s->advice));
    for (int dangerous = 0; dangerous < 2; dangerous++)
        for (size_t i = 0; i < known->remedy_count; i++)
            if ((known->remedy[i].danger != NULL) == dangerous &&
                offer(&s->advice[s->advice_count], a, &known->remedy[i],
                      s->tool, &fill))
                s->advice_count++;
}
