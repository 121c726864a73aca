/* Rules about what earlier documents said. */
#include <string.h>

#include "lint/internal.h"

#define IDS_MAX 300

/* Names by which an incident is known again. */
static const char ids[] =
    "(?-i:(?<![\\w-])(?:[A-Z]{2,}(?:-[A-Z0-9]+)*-\\d[\\w-]*\\d|P\\d{4}|\\d{14}_"
    "\\w+|2[23][0-9A-Z]{3}|4[02][0-9A-Z]{3})(?![\\w-]))|"
    "\\b(?=[0-9a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8,40}\\b";

struct id_list {
    struct str id[IDS_MAX];
    unsigned line[IDS_MAX];
    size_t count;
};

static int id_find(const struct id_list *l, struct str id)
{
    for (size_t i = 0; i < l->count; i++)
        if (str_equal(l->id[i], id))
            return (int)i;
    return -1;
}

static void ids_of(struct review *r, const struct document *d,
                   struct id_list *out)
{
    out->count = 0;
    for (unsigned i = 1; i <= d->line_count; i++) {
        struct str g[1];
        size_t at = 0;
        while (out->count < IDS_MAX &&
               next(r->p, ids, d->line[i].text, g, 1, &at)) {
            if (seen(r->p, "^(UTF|SHA|ISO|RFC|SARIF|CVE|UTC|GMT|HTTP|TLS)-",
                     g[0]) ||
                seen(r->p, "^2[23]\\d{3}$|^4[02]\\d{3}$", g[0]) ||
                id_find(out, g[0]) >= 0)
                continue;
            out->line[out->count] = i;
            out->id[out->count++] = g[0];
        }
    }
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static bool is_linked(struct review *r, const struct document *earlier)
{
    struct str name = str_from(base_name(earlier->source->name));
    return str_find(r->d->source->text, name, 0) < r->d->source->text.len;
}

/* Where the earlier document changed it: its repair is this one's trouble. */
static unsigned changed_by(struct review *r, const struct document *earlier,
                           struct str id)
{
    EACH (statement, s, earlier, statement)
        if (str_find(s->text, id, 0) < s->text.len &&
            (under(earlier, s->section, TOPIC_SOLUTION | TOPIC_DEPLOYED) ||
             seen(r->p, "modified|changed",
                  earlier->section[s->section].title)) &&
            s->kind == STATEMENT_ITEM)
            return s->line;
    return 0;
}

/* The line of this document on which the id is part of the cause. */
static unsigned blamed_on(const struct document *d, struct str id,
                          unsigned otherwise)
{
    EACH (statement, s, d, statement)
        if (under(d, s->section, TOPIC_CAUSE) &&
            str_find(s->text, id, 0) < s->text.len)
            return s->line;
    return otherwise;
}

void check_earlier_unlinked(struct review *r)
{
    struct id_list *own = arena_alloc(r->a, sizeof(*own));
    struct id_list *other = arena_alloc(r->a, sizeof(*other));
    ids_of(r, r->d, own);
    for (size_t i = 0; i < r->earlier_count; i++) {
        const struct document *e = &r->earlier[i];
        if (e->source == r->d->source || is_linked(r, e))
            continue;
        ids_of(r, e, other);
        for (size_t k = 0; k < own->count; k++) {
            int at = id_find(other, own->id[k]);
            if (at < 0)
                continue;
            unsigned changed = changed_by(r, e, own->id[k]);
            remark_at(r, blamed_on(r->d, own->id[k], own->line[k]), own->id[k],
                      "'%.*s' is in '%s', too (line %u%s), which is not "
                      "linked",
                      STR_ARGS(own->id[k]), e->source->name,
                      changed > 0 ? changed : other->line[at],
                      changed > 0 ? ", where it was changed" : "");
            break;
        }
    }
}

static bool shares_id(struct review *r, const struct document *earlier)
{
    struct id_list *own = arena_alloc(r->a, sizeof(*own));
    struct id_list *other = arena_alloc(r->a, sizeof(*other));
    ids_of(r, r->d, own);
    ids_of(r, earlier, other);
    for (size_t i = 0; i < own->count; i++)
        if (id_find(other, own->id[i]) >= 0)
            return true;
    return false;
}

void check_earlier_action_open(struct review *r)
{
    for (size_t i = 0; i < r->earlier_count; i++) {
        const struct document *e = &r->earlier[i];
        const struct statement *first = NULL;
        size_t open = 0;
        if (e->source == r->d->source || !shares_id(r, e))
            continue;
        EACH (statement, s, e, statement) {
            if (!under(e, s->section, TOPIC_ACTIONS | TOPIC_PREVENT) ||
                s->kind == STATEMENT_HEADING ||
                (s->marking != MARKING_PENDING && s->marking != MARKING_NEXT))
                continue;
            first = first == NULL ? s : first;
            open++;
        }
        if (open > 0)
            remark_at(r, r->d->section_count > 1 ? r->d->section[1].line : 1,
                      STR_NONE,
                      "'%s' left %zu actions open, the first on line %u: "
                      "'%.*s'",
                      e->source->name, open, first->line,
                      STR_ARGS(str_sub(first->text, 0, 80)));
    }
}

/* What the document says that production has: "Current migration: …". */
static const struct statement *
current_state(struct review *r, const struct document *d, struct str *value)
{
    EACH (statement, s, d, statement) {
        struct str g[1];
        if (seen(r->p,
                 "^(current |database |deployed |production |schema )*"
                 "(migration|schema( version| head)?|revision)$",
                 s->label) &&
            (found(r->p, sha_word, s->value, g, 1) ||
             found(r->p, "\\b\\d{14}_\\w+", s->value, g, 1))) {
            *value = g[0];
            return s;
        }
    }
    return NULL;
}

/* The newest of the earlier documents that says so. */
void check_state_moved(struct review *r)
{
    struct str now, then = STR_NONE;
    const struct statement *s = current_state(r, r->d, &now);
    const struct statement *old = NULL;
    const struct document *of = NULL;
    if (s == NULL)
        return;
    for (size_t i = 0; i < r->earlier_count; i++) {
        struct str value;
        const struct document *e = &r->earlier[i];
        const struct statement *o = current_state(r, e, &value);
        if (o == NULL || e->source == r->d->source ||
            (of != NULL && e->date.day < of->date.day))
            continue;
        of = e;
        old = o;
        then = value;
    }
    if (old == NULL || str_starts(now, then) || str_starts(then, now))
        return;
    /* a deployment that this document tells of may have moved it */
    EACH (event_row, e, r->d, event)
        if (e->marking == MARKING_DONE && seen(r->p, "deploy", e->text))
            return;
    if (r->d->resolved)
        return;
    remark_at(r, s->line, now,
              "'%.*s' here, '%.*s' in '%s' on line %u, and no deployment "
              "between",
              STR_ARGS(now), STR_ARGS(then), of->source->name, old->line);
}
