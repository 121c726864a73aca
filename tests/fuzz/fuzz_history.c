/*
 * A file that somebody has changed: it is refused and left as it is, or every
 * question has an answer or an error. Pages of 512 bytes keep inputs small.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/fuzz/sometimes.h"
#include "watch/history/history.h"

#define T0       INT64_C(1795255200000)
#define FILE_MAX ((size_t)4 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What fails has an error, and only that. */
static void must(bool ok, const struct err *e)
{
    if (ok == e->set)
        abort();
}

static void ask(struct history *h, struct arena *a)
{
    struct run_rows runs;
    struct result_rows results;
    struct uptime_rows uptime;
    struct check_states states;
    struct incident_rows incidents;
    struct event_rows events;
    struct notice_rows notices;
    struct deployment_rows deployments;
    struct str record;
    const char *id = NULL;
    struct err e[10] = {{.set = false}};
    must(history_runs(h, a, 0, T0, &runs, &e[0]), &e[0]);
    must(history_results(h, a, 0, T0, &results, &e[1]), &e[1]);
    must(history_uptime(h, a, (struct slices){0, T0, 1000}, &uptime, &e[2]),
         &e[2]);
    must(history_states(h, a, &states, &e[3]), &e[3]);
    must(history_open_incidents(h, a, &incidents, &e[4]), &e[4]);
    must(history_events(h, a, NULL, 0, &events, &e[5]), &e[5]);
    must(history_due_notices(h, a, T0, 9, &notices, &e[6]), &e[6]);
    must(history_deployments(h, a, 0, T0, &deployments, &e[7]), &e[7]);
    must(history_record(h, a, 1, &record, &e[8]), &e[8]);
    must(history_next_id(h, a, T0, &id, &e[9]), &e[9]);
}

static void change(struct history *h)
{
    struct err e[3] = {{.set = false}};
    struct run_row run = {.started_ms = T0};
    struct result_row result = {.check = "a", .cause = -1};
    struct str record = STR("{}");
    bool left = false;
    must(history_add_run(h, &run, &result, 1, &record, &e[0]), &e[0]);
    must(history_put_state(h, &(struct check_state){.check = "a"}, &e[1]),
         &e[1]);
    must(history_prune(h, T0, 2, &left, &e[2]), &e[2]);
}

static void is_unchanged(struct arena *a, const char *path, struct str text)
{
    struct source now;
    struct err e = {.set = false};
    if (!file_read(&now, a, path, FILE_MAX, &e) || !str_equal(now.text, text))
        abort();
}

/* Without a temporary file and fsync, which take longer than all the rest. */
static void write_plainly(const char *path, struct str text)
{
    FILE *out = fopen(path, "wb");
    if (out == NULL || fwrite(text.ptr, 1, text.len, out) != text.len ||
        fclose(out) != 0)
        abort();
}

static void try_file(struct arena *a, const char *path, struct str text)
{
    struct history *h = NULL;
    struct err e = {.set = false};
    write_plainly(path, text);
    must(history_open(&h, path, &e), &e);
    if (h == NULL) {
        is_unchanged(a, path, text);
        return;
    }
    ask(h, a);
    if (sometimes((const uint8_t *)text.ptr, text.len) % 4 == 0)
        change(h);
    history_close(h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const suffix[] = {"", "-wal", "-shm", "-journal"};
    struct arena a;
    char on_disk[] = "/tmp/postflight-fuzz-XXXXXX";
    char in_memory[] = "/dev/shm/postflight-fuzz-XXXXXX";
    char *dir = access("/dev/shm", W_OK) == 0 ? in_memory : on_disk;
    if (mkdtemp(dir) == NULL)
        return 0;
    arena_init(&a);
    char *path = arena_printf(&a, "%s/h", dir);
    try_file(&a, path, (struct str){(const char *)data, size});
    for (size_t i = 0; i < ARRAY_COUNT(suffix); i++)
        unlink(arena_printf(&a, "%s%s", path, suffix[i]));
    rmdir(dir);
    arena_release(&a);
    return 0;
}
