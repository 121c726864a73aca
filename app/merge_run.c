/* postflight merge: the records of shards become the record of one run. */
#include "app/app.h"
#include "app/outputs.h"
#include "base/file.h"
#include "model/vocabulary.h"
#include "report/report.h"
#include "verdict/verdict.h"

#define RECORD_BYTES_MAX ((size_t)64 << 20)  /* of one */
#define TOTAL_BYTES_MAX  ((size_t)256 << 20) /* what their record may have */

struct merge {
    struct arena *life;
    const struct settings *settings;
    const struct notes *notes;
    struct outputs outputs;
    struct record *read;
    struct merge_part *part;
    size_t count, bytes;
    struct record record;
};

/* The text of a record is given back when its struct is there. */
static int read_one(struct merge *m, const char *path)
{
    struct err e = {.set = false};
    struct record *record = &m->read[m->count];
    struct source source;
    struct arena text;
    int code = EXIT_VERIFIED;
    arena_init(&text);
    if (!file_read(&source, &text, path, RECORD_BYTES_MAX, &e))
        code = notes_fail(m->notes, &e, EXIT_USAGE);
    m->bytes += code == EXIT_VERIFIED ? source.text.len : 0;
    if (m->bytes > TOTAL_BYTES_MAX) {
        err_set(&e, POS_NONE,
                "%.200s: the records have more than 256 MiB together", path);
        code = notes_fail(m->notes, &e, EXIT_INVALID);
    }
    if (code == EXIT_VERIFIED &&
        !report_read_record(record, m->life, &source, &e))
        code = notes_fail(m->notes, &e, EXIT_INVALID);
    m->part[m->count++] = (struct merge_part){path, record};
    arena_release(&text);
    return code;
}

static int read_all(struct merge *m)
{
    struct err e = {.set = false};
    const struct texts *given = &m->settings->arguments;
    int code = EXIT_VERIFIED;
    if (given->count < 1 || given->count > MERGE_RECORDS_MAX) {
        err_set(&e, POS_NONE,
                "expected 1 to %d records to merge: the record.json of each "
                "shard",
                MERGE_RECORDS_MAX);
        return notes_fail(m->notes, &e, EXIT_USAGE);
    }
    m->read = arena_array(m->life, given->count, sizeof(*m->read));
    m->part = arena_array(m->life, given->count, sizeof(*m->part));
    for (size_t i = 0; i < given->count && code == EXIT_VERIFIED; i++)
        code = read_one(m, given->item[i]);
    bool shards = code != EXIT_VERIFIED;
    for (size_t i = 0; i < m->count; i++)
        shards = shards || m->read[i].shard.count > 0;
    if (!shards && m->settings->allow_missing) {
        err_set(&e, POS_NONE,
                "--allow-missing has no effect: these records are of no "
                "shards, so none can be missing");
        return notes_fail(m->notes, &e, EXIT_USAGE);
    }
    return code;
}

static int join(struct merge *m)
{
    struct err e = {.set = false};
    const struct merge_inputs in = {.part = m->part,
                                    .count = m->count,
                                    .allow_missing =
                                        m->settings->allow_missing};
    bool ok = verdict_merge(&m->record, m->life, &in,
                            sink_redactor(m->notes->sink), &e);
    return ok ? EXIT_VERIFIED : notes_fail(m->notes, &e, EXIT_INVALID);
}

/* -o: the record alone. */
static bool write_record(const struct merge *m)
{
    const char *path = m->settings->output;
    struct err e = {.set = false};
    struct buf text;
    if (path == NULL)
        return true;
    buf_init(&text, TOTAL_BYTES_MAX);
    report_write_record(&text, &m->record);
    bool ok =
        !text.full ||
        err_set(&e, POS_NONE, "%.200s: the record has more than 256 MiB", path);
    ok = ok && file_make_parent(path, &e) &&
         notes_file(m->notes, path, buf_view(&text), &e);
    if (!ok)
        notes_error(m->notes, &e);
    buf_release(&text);
    return ok;
}

int merge_run(struct arena *life, const struct settings *s,
              const struct notes *n)
{
    struct err e = {.set = false};
    struct merge m = {.life = life, .settings = s, .notes = n};
    if (!outputs_open(&m.outputs, life, s, &e))
        return notes_fail(n, &e, EXIT_USAGE);
    int code = read_all(&m);
    if (code == EXIT_VERIFIED)
        code = join(&m);
    if (code != EXIT_VERIFIED) {
        outputs_forget(&m.outputs, s);
        return code;
    }
    outputs_begin(&m.outputs, n);
    bool written = write_record(&m);
    (void)outputs_write(&m.outputs, life, s, n, &m.record);
    outputs_report(&m.outputs, life, s, n, &m.record);
    return outputs_exit(&m.outputs, &m.record, written);
}
