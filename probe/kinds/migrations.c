/*
 * The state of migrations: what a database recorded, beside the files that were
 * shipped. The answer is the state as JSON.
 */
#include <poll.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "migrations/state/database.h"
#include "migrations/state/state.h"
#include "probe/kinds/probe_kind.h"

#define LOOK_US       20000 /* between looks, where no descriptor is told */
#define ROWS_FILE_MAX ((size_t)64 << 20)

struct migrations_talk {
    struct database_reading reading;
    struct database_facts facts;
    struct err err;
    enum reading_state state;
    bool open; /* the reading has begun */
};

static void wait_for(struct transfer *t)
{
    const struct migrations_talk *m = t->own.migrations;
    int64_t soon = clock_now_us() + LOOK_US;
    bool waits = m->state == READING_GOES_ON && m->reading.fd >= 0;
    t->talk.fd = waits ? m->reading.fd : -1;
    t->talk.wake_us = m->state != READING_GOES_ON        ? clock_now_us()
                      : waits || t->talk.until_us < soon ? t->talk.until_us
                                                         : soon;
}

static enum reading_state read_rows(struct migrations_talk *m,
                                    struct arena *run,
                                    const struct migrations *of)
{
    struct source source;
    return file_read(&source, run, of->rows, ROWS_FILE_MAX, &m->err) &&
                   database_rows(&m->facts, run, of->rows, source.text,
                                 of->table, &m->err)
               ? READING_DONE
               : READING_FAILED;
}

static enum began begin(struct transfer *t, struct arena *run)
{
    struct migrations_talk *m = arena_alloc(run, sizeof(*m));
    const struct migrations *of = t->check->migrations;
    *m = (struct migrations_talk){.state = READING_GOES_ON};
    t->opened_us = clock_now_us();
    t->own.migrations = m;
    if (of->rows != NULL)
        m->state = read_rows(m, run, of);
    else if (database_open(&m->reading, run, of->dsn, &m->facts, &m->err))
        m->open = true;
    else
        m->state = READING_FAILED;
    talk_open(t, -1);
    wait_for(t);
    return BEGAN_TALK;
}

static short events(const struct transfer *t)
{
    return t->own.migrations->reading.writes ? POLLOUT : POLLIN;
}

static enum talk step(struct transfer *t, struct arena *run)
{
    struct migrations_talk *m = t->own.migrations;
    (void)run;
    if (m->state == READING_GOES_ON)
        m->state = database_step(&m->reading);
    wait_for(t);
    return m->state == READING_GOES_ON ? TALK_GOES_ON : TALK_ENDED;
}

static void drop(struct transfer *t)
{
    struct migrations_talk *m = t->own.migrations;
    t->own.migrations = NULL;
    if (m != NULL && m->open)
        database_close(&m->reading);
}

static bool read_files(struct shipped_files *out, struct arena *run,
                       const struct migrations *of, struct err *e)
{
    const struct git_inputs git = {.dir = of->git, .to = of->rev};
    return of->git == NULL ? state_read_folder(out, run, of->path, e)
                           : state_read_revision(out, run, &git, of->path, e);
}

/* False with err: the files cannot be read, or no schema is there. */
static bool compare(struct migration_state *out, struct arena *run,
                    struct migrations_talk *m, const struct migrations *of)
{
    const struct compare_options options = {.table = of->table,
                                            .ignore = of->ignore,
                                            .ignore_count = of->ignore_count,
                                            .schema = of->schema,
                                            .schema_count = of->schema_count,
                                            .primary = of->primary};
    struct shipped_files files;
    struct shipped shipped;
    if (of->no_objects)
        m->facts.object_count = 0;
    m->facts.has_objects = m->facts.has_objects && !of->no_objects;
    if (!read_files(&files, run, of, &m->err) ||
        !state_ship(&shipped, run, &files,
                    of->tool == NULL ? NULL : state_tool_find(of->tool),
                    &m->facts, &m->err))
        return false;
    if (of->schema_count == 0) {
        const struct git_inputs git = {.dir = of->git, .to = of->rev};
        state_compare(out, run, &shipped, &m->facts, &options);
        return of->git == NULL ||
               state_find_edits(out, run, &shipped, &git, &m->err);
    }
    return state_compare_schemas(out, run, &shipped, &m->facts, &options) ||
           err_set(&m->err, POS_NONE, "no schema fits '%.100s'", of->schema[0]);
}

static struct migration_state *state_of(struct transfer *t, struct arena *run)
{
    struct migrations_talk *m = t->own.migrations;
    struct migration_state *s = arena_alloc(run, sizeof(*s));
    if (t->talk.how == TALK_TIMED_OUT)
        state_unreadable(s, run, &m->facts, "timed out, reading the database");
    else if (m->state != READING_DONE ||
             !compare(s, run, m, t->check->migrations))
        state_unreadable(s, run, &m->facts,
                         str_dup(run, str_from(m->err.text)));
    s->check = t->whole->id;
    return s;
}

static void end(struct transfer *t, struct arena *run)
{
    struct result *r = t->result;
    r->migrations = state_of(t, run);
    shape_write(&t->body, &migration_state_shape, r->migrations);
    r->duration_us = clock_now_us() - t->opened_us;
    t->response.duration_us = r->duration_us;
    r->phase = PHASE_RECEIVE;
    r->answered = true;
    r->body_bytes = (int64_t)t->body.len;
    r->content_type = "application/json";
}

static const char *reproduce(struct arena *run, const struct check *c)
{
    const struct migrations *m = c->migrations;
    struct buf out;
    buf_init(&out, 4000);
    buf_text(&out, "postflight migrations --path ");
    text_shell_quote(&out, str_from(m->path));
    const struct {
        const char *option, *value;
    } more[] = {{"--tool", m->tool},
                {"--table", m->table},
                {"--state", m->rows},
                {"--git", m->git},
                {"--to", m->rev}};
    for (size_t i = 0; i < ARRAY_COUNT(more); i++)
        if (more[i].value != NULL) {
            buf_printf(&out, " %s ", more[i].option);
            text_shell_quote(&out, str_from(more[i].value));
        }
    return buf_take(run, &out);
}

const struct probe_kind probe_migrations = {.begin = begin,
                                            .events = events,
                                            .step = step,
                                            .end = end,
                                            .drop = drop,
                                            .reproduce = reproduce,
                                            .reach = REACHES_PROGRAM,
                                            .phase = -1};
