/* What is pending, failed, edited, unknown: each with its objects. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "migrations/state/joined.h"

#define LOCK_YOUNG_MS (INT64_C(15) * 60 * 1000)
#include "migrations/state/tools/tool.h"

/* Lists have room for a power of two. */
static void *grown(struct arena *a, void *list, size_t count, size_t size)
{
    if ((count & (count - 1)) != 0)
        return list;
    void *more = arena_array(a, count == 0 ? 1 : 2 * count, size);
    if (count > 0)
        memcpy(more, list, count * size);
    return more;
}

void add_text(struct joined *j, const char ***list, size_t *count,
              const char *text)
{
    if (*count == STATE_SHOWN_MAX)
        return;
    *list = grown(j->arena, *list, *count, sizeof(**list));
    (*list)[(*count)++] = text;
}

static struct migration_fact *add_fact(struct joined *j,
                                       struct migration_fact **list,
                                       size_t *count, const char *id)
{
    *list = grown(j->arena, *list, *count, sizeof(**list));
    (*list)[*count] = (struct migration_fact){.id = id, .how = -1};
    return &(*list)[(*count)++];
}

static bool is_ignored(const struct joined *j, const char *id)
{
    const struct compare_options *o = j->options;
    for (size_t i = 0; i < o->ignore_count; i++)
        if (strcmp(o->ignore[i], id) == 0)
            return true;
    return false;
}

/* Does its schema contain nothing but histories, as Drizzle's does? Then what
   the migrations create is elsewhere; one that was asked for is no such. */
static bool is_kept_apart(const struct joined *j)
{
    const struct table_rows *h = j->history;
    const char *here = j->facts->schema;
    if (h == NULL || h->schema == NULL ||
        (here != NULL && strcasecmp(here, h->schema) == 0))
        return false;
    for (size_t i = 0; i < j->facts->object_count; i++) {
        const struct database_object *o = &j->facts->object[i];
        if (o->kind == OBJECT_TABLE && o->schema != NULL &&
            strcasecmp(o->schema, h->schema) == 0 &&
            !state_wants_table(o->name))
            return false;
    }
    return true;
}

/* Where the migration names no schema, its own, or that of the history. */
static bool is_at_home(const struct joined *j, const struct database_object *o,
                       const char *schema)
{
    const struct table_rows *h = j->history;
    const char *here = j->facts->schema;
    if (o->schema == NULL)
        return true;
    if (schema != NULL)
        return strcasecmp(o->schema, schema) == 0;
    if (h != NULL && h->schema != NULL && strcasecmp(o->schema, h->schema) == 0)
        return true;
    if (h != NULL && !h->visible && !j->apart)
        return false;
    return !o->hidden || (here != NULL && strcasecmp(o->schema, here) == 0);
}

const struct database_object *find_object(const struct joined *j,
                                          const char *name, const char *schema,
                                          enum object_kind kind)
{
    for (size_t i = 0; i < j->facts->object_count; i++) {
        const struct database_object *o = &j->facts->object[i];
        if (o->kind == kind && strcasecmp(o->name, name) == 0 &&
            is_at_home(j, o, schema))
            return o;
    }
    return NULL;
}

/* An index that is invalid counts as missing: it has to be made again. */
static void compare_objects(struct joined *j, struct migration_fact *f,
                            const struct shipped_migration *m)
{
    for (size_t i = 0; j->facts->has_objects && i < m->creates_count; i++) {
        const struct database_object *want = &m->creates[i];
        const struct database_object *o =
            find_object(j, want->name, want->schema, want->kind);
        if (o != NULL && !o->invalid)
            add_text(j, &f->there, &f->there_count, want->name);
        else
            add_text(j, &f->missing, &f->missing_count, want->name);
    }
}

static bool is_app_shipped(const struct joined *j, const char *id)
{
    const char *dot = strchr(id, '.');
    if (strcmp(j->shipped->tool->name, "django") != 0 || dot == NULL)
        return true;
    for (size_t i = 0; i < j->shipped->count; i++)
        if (strncmp(j->shipped->item[i].id, id, (size_t)(dot - id) + 1) == 0)
            return true;
    return false;
}

/* Of a row: "2025-01-01 10:00:00+00", with a T or not. */
static const char *first_line(struct arena *a, const char *text)
{
    struct str rest = str_trim(str_from(text));
    return text_elide(a, str_cut(rest, '\n', &rest), 300);
}

static void add_rows(struct joined *j)
{
    struct migration_state *out = j->out;
    for (size_t i = 0; i < j->row_count; i++) {
        const struct history_row *r = &j->row[i];
        const struct shipped_migration *m = find_shipped(j, r->id);
        struct migration_fact *f = NULL;
        out->applied += r->state == ROW_APPLIED;
        if (r->state == ROW_FAILED)
            f = add_fact(j, &out->failed, &out->failed_count, r->id);
        else if (r->state == ROW_APPLIED && m == NULL && !r->baseline &&
                 is_app_shipped(j, r->id) && !is_ignored(j, r->id))
            f = add_fact(j, &out->unknown, &out->unknown_count, r->id);
        if (f == NULL)
            continue;
        f->error = r->error == NULL ? NULL : first_line(j->arena, r->error);
        f->time_ms = row_time_ms(r->time);
        f->interrupted = r->interrupted;
        if (m == NULL)
            continue;
        f->file = m->file;
        compare_objects(j, f, m);
    }
}

static bool is_failed(const struct joined *j, const char *id)
{
    for (size_t i = 0; i < j->out->failed_count; i++)
        if (strcmp(j->out->failed[i].id, id) == 0)
            return true;
    return false;
}

static bool is_pending(const struct joined *j, const char *id)
{
    for (size_t i = 0; i < j->out->pending_count; i++)
        if (strcmp(j->out->pending[i].id, id) == 0)
            return true;
    return false;
}

/* Drizzle looks at times and not at the order of its journal: what is not
   younger than the newest row is passed over. */
static bool is_skipped(const struct joined *j, size_t i, size_t newest)
{
    int64_t number = j->shipped->item[i].number;
    if (!j->shipped->tool->skips || number == 0)
        return j->shipped->tool->skips && i < newest;
    for (size_t r = 0; r < j->row_count; r++)
        if (j->row[r].number >= number)
            return true;
    return false;
}

static void add_pending(struct joined *j)
{
    struct migration_state *out = j->out;
    const struct shipped *s = j->shipped;
    size_t newest = 0;
    for (size_t i = 0; i < s->count; i++)
        newest = j->applied[i] ? i + 1 : newest;
    for (size_t i = 0; i < s->count; i++) {
        const struct shipped_migration *m = &s->item[i];
        if (j->applied[i] || is_failed(j, m->id) || is_pending(j, m->id))
            continue;
        struct migration_fact *f =
            add_fact(j, &out->pending, &out->pending_count, m->id);
        f->file = m->file;
        compare_objects(j, f, m);
        if (is_skipped(j, i, newest))
            add_text(j, &out->skipped, &out->skipped_count, m->id);
    }
}

static void add_edits(struct joined *j)
{
    const struct shipped *s = j->shipped;
    for (size_t i = 0; i < s->count; i++) {
        const struct history_row *r = row_of(j, s->item[i].id);
        int how = -1;
        if (r == NULL || r->state != ROW_APPLIED || r->checksum == NULL)
            continue;
        bool fits = checksum_fits(s, i, r->checksum, j->arena, &how);
        if ((fits && how == -1) || is_ignored(j, s->item[i].id))
            continue;
        if (fits) {
            add_text(j, &j->out->note, &j->out->note_count,
                     arena_printf(j->arena,
                                  "%s has other line ends than the file that "
                                  "was applied",
                                  s->item[i].id));
            continue;
        }
        struct migration_fact *f =
            add_fact(j, &j->out->edited, &j->out->edited_count, s->item[i].id);
        f->file = s->item[i].file;
        f->how = EDIT_CONTENT;
    }
}

static bool is_named_parent(const struct shipped *s, const char *id)
{
    for (size_t i = 0; i < s->count; i++)
        for (size_t p = 0; p < s->item[i].parent_count; p++)
            if (str_is(s->item[i].parent[p], id))
                return true;
    return false;
}

static bool same_app(const char *a, const char *b)
{
    const char *dot = strchr(a, '.');
    return dot == NULL || strncmp(a, b, (size_t)(dot - a) + 1) == 0;
}

static void look_at_parents(struct joined *j, const struct shipped_migration *m)
{
    for (size_t p = 0; p < m->parent_count; p++) {
        const char *parent = str_dup(j->arena, m->parent[p]);
        if (find_shipped(j, parent) == NULL && same_app(m->id, parent))
            j->broken = true;
    }
}

/* Heads, ids that come twice, and parents that do not exist. */
static void look_at_chain(struct joined *j)
{
    const struct shipped *s = j->shipped;
    struct migration_state *out = j->out;
    for (size_t i = 0; i < s->count; i++) {
        const struct shipped_migration *m = &s->item[i];
        for (size_t k = 0; k < i; k++)
            if (strcmp(s->item[k].id, m->id) == 0)
                add_text(j, &out->duplicate, &out->duplicate_count, m->id);
        if (s->tool->order != ORDER_BY_PARENTS)
            continue;
        look_at_parents(j, m);
        if (is_named_parent(s, m->id))
            continue;
        for (size_t k = 0; k < out->head_count; k++)
            j->split = j->split || (strcmp(out->head[k], m->id) != 0 &&
                                    same_app(out->head[k], m->id));
        add_text(j, &out->head, &out->head_count, m->id);
    }
    j->broken = j->broken || out->duplicate_count > 0;
}

static void add_inconsistent(struct joined *j)
{
    const struct shipped *s = j->shipped;
    for (size_t i = 0; i < s->count; i++)
        for (size_t p = 0; j->applied[i] && p < s->item[i].parent_count; p++)
            for (size_t k = 0; k < s->count; k++)
                if (str_is(s->item[i].parent[p], s->item[k].id) &&
                    !j->applied[k])
                    add_fact(j, &j->out->inconsistent,
                             &j->out->inconsistent_count, s->item[i].id)
                        ->file = s->item[i].file;
}

static void add_leftovers(struct joined *j)
{
    for (size_t i = 0; i < j->facts->object_count; i++)
        if (j->facts->object[i].invalid)
            add_text(j, &j->out->leftover, &j->out->leftover_count,
                     j->facts->object[i].name);
}

/* Where only files know the order, what has none is not the newest. */
static bool comes_after(const struct shipped *s, const char *id,
                        const char *than)
{
    if (s->tool->order == ORDER_BY_PARENTS)
        return false;
    return s->tool->order == ORDER_BY_NUMBER ? compare_numbers(id, than) > 0
                                             : strcmp(id, than) > 0;
}

static void add_at(struct joined *j)
{
    const char *newest = NULL;
    struct migration_state *out = j->out;
    const struct shipped *s = j->shipped;
    if (s->tool->one_row) {
        for (size_t i = 0; i < j->row_count; i++)
            add_text(j, &out->at, &out->at_count, j->row[i].id);
        return;
    }
    for (size_t i = s->count; i-- > 0 && newest == NULL;)
        if (j->applied[i])
            newest = s->item[i].id;
    for (size_t i = 0; i < out->unknown_count; i++)
        if (newest == NULL || comes_after(s, out->unknown[i].id, newest))
            newest = out->unknown[i].id;
    if (newest != NULL)
        add_text(j, &out->at, &out->at_count, newest);
}

/* What is noted, and does not decide. */
static void add_notes(struct joined *j)
{
    struct migration_state *out = j->out;
    const struct database_facts *f = j->facts;
    if (f->standby && f->lag_ms > 0)
        add_text(j, &out->note, &out->note_count,
                 arena_printf(j->arena,
                              "the server is a standby; its last transaction "
                              "was replayed %lld s ago",
                              (long long)(f->lag_ms / 1000)));
    else if (f->standby)
        add_text(j, &out->note, &out->note_count, "the server is a standby");
    if (f->busy != NULL)
        add_text(j, &out->note, &out->note_count, f->busy);
    if (j->history == NULL || j->options->table != NULL)
        return;
    for (size_t i = 0; i < f->table_count; i++)
        if (&f->table[i] != j->history && f->table[i].schema != NULL &&
            strcasecmp(f->table[i].name, j->history->name) == 0)
            add_text(j, &out->note, &out->note_count,
                     arena_printf(j->arena, "%s.%s exists, too",
                                  f->table[i].schema, f->table[i].name));
}

/* All that are applied, whatever the lists show. */
static void add_known(struct joined *j)
{
    struct migration_state *out = j->out;
    size_t most = j->shipped->count + j->row_count;
    out->known = arena_array(j->arena, most + 1, sizeof(*out->known));
    out->known_ms = arena_array(j->arena, most + 1, sizeof(*out->known_ms));
    for (size_t i = 0; i < j->shipped->count; i++)
        if (j->applied[i])
            out->known[out->known_count++] = j->shipped->item[i].id;
    for (size_t i = 0; i < j->row_count; i++)
        if (j->row[i].state == ROW_APPLIED) {
            out->known_ms[out->known_count] = row_time_ms(j->row[i].time);
            out->known[out->known_count++] = j->row[i].id;
        }
}

static void add_previous(struct joined *j)
{
    const struct shipped *s = j->shipped;
    if (j->out->failed_count == 0)
        return;
    for (size_t i = 1; i < s->count; i++)
        if (strcmp(s->item[i].id, j->out->failed[0].id) == 0)
            j->out->previous = s->item[i - 1].id;
}

static const char *name_history(const struct joined *j)
{
    const struct table_rows *h = j->history;
    if (h == NULL)
        return NULL;
    return h->schema == NULL
               ? h->name
               : arena_printf(j->arena, "%s.%s", h->schema, h->name);
}

/* A list that is cut says how long it was. */
static void cut_list(struct joined *j, const char *what, size_t *count)
{
    if (*count <= STATE_SHOWN_MAX)
        return;
    add_text(j, &j->out->note, &j->out->note_count,
             arena_printf(j->arena, "%zu migrations are %s; %d are listed",
                          *count, what, STATE_SHOWN_MAX));
    *count = STATE_SHOWN_MAX;
}

static void cut_lists(struct joined *j)
{
    struct migration_state *o = j->out;
    cut_list(j, "pending", &o->pending_count);
    cut_list(j, "failed", &o->failed_count);
    cut_list(j, "changed", &o->edited_count);
    cut_list(j, "unknown", &o->unknown_count);
    cut_list(j, "applied too early", &o->inconsistent_count);
}

static void compare(struct joined *j)
{
    read_rows(j);
    mark_applied(j);
    add_rows(j);
    add_pending(j);
    add_edits(j);
    look_at_chain(j);
    add_inconsistent(j);
    add_leftovers(j);
    look_at_lock(j);
    add_at(j);
    add_previous(j);
    add_known(j);
    j->out->refused =
        j->out->edited_count > 0 && j->shipped->tool->refuses_edit;
    j->out->verdict = verdict_of(j);
    if (j->out->verdict == MIGRATIONS_UP_TO_DATE)
        j->out->reason = arena_printf(
            j->arena, "every migration of this build is applied (%lld)",
            (long long)j->out->shipped);
    add_chain(j);
    cut_lists(j);
}

void state_compare(struct migration_state *out, struct arena *a,
                   const struct shipped *shipped,
                   const struct database_facts *facts,
                   const struct compare_options *options)
{
    struct joined j = {.out = out,
                       .arena = a,
                       .shipped = shipped,
                       .facts = facts,
                       .options = options};
    *out = (struct migration_state){.tool = shipped->tool->name,
                                    .server = facts->server,
                                    .folder = shipped->folder,
                                    .revision = shipped->revision,
                                    .shipped = (int64_t)shipped->count};
    j.history = find_history(&j, options->table);
    out->history = name_history(&j);
    j.apart = is_kept_apart(&j);
    j.applied = arena_array(a, shipped->count + 1, sizeof(*j.applied));
    if (history_is_readable(&j))
        compare(&j);
    add_notes(&j);
    add_advice(out, a);
}

void state_unreadable(struct migration_state *out, struct arena *a,
                      const struct database_facts *facts, const char *why)
{
    bool busy = facts != NULL && facts->busy != NULL;
    *out = (struct migration_state){
        .verdict = busy ? MIGRATIONS_RUNNING : MIGRATIONS_UNREADABLE,
        .reason = busy ? facts->busy : why,
        .server = facts == NULL ? NULL : facts->server};
    add_advice(out, a);
}

void state_note(struct migration_state *out, struct arena *a, const char *text)
{
    const char **more = arena_array(a, out->note_count + 2, sizeof(*more));
    if (out->note_count > 0)
        memcpy(more, out->note, out->note_count * sizeof(*more));
    more[out->note_count++] = text;
    out->note = more;
}
