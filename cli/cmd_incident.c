/* postflight incident: what the watcher found, and what people say to it. */
#include "base/clock.h"
#include "cli/reporter.h"

static const char *stamp(struct arena *a, int64_t time_ms)
{
    struct buf text;
    buf_init(&text, 64);
    if (time_ms == 0)
        buf_text(&text, "-");
    else
        clock_format(&text, time_ms);
    return buf_take(a, &text);
}

void show_incidents(const struct console *c, const struct incident_row *row,
                    size_t count)
{
    struct arena a;
    arena_init(&a);
    for (size_t i = 0; i < count; i++)
        console_mark(c, row[i].closed_ms != 0 ? STATUS_PASS : STATUS_FAIL,
                     name_of(&incident_status_names, row[i].status),
                     arena_printf(&a, "%s  %s  %s  %s", row[i].id,
                                  name_of(&severity_names, row[i].severity),
                                  stamp(&a, row[i].detected_ms), row[i].title));
    if (count == 0)
        console_field(c, "none", "no incident in this history");
    arena_release(&a);
}

void show_incident(const struct console *c, const struct incident_row *r,
                   const struct event_row *event, size_t count)
{
    struct arena a;
    arena_init(&a);
    const struct {
        const char *name, *text;
    } line[] = {
        {"incident", r->id},
        {"title", r->title},
        {"status", name_of(&incident_status_names, r->status)},
        {"severity", name_of(&severity_names, r->severity)},
        {"service", r->service},
        {"signature", r->signature},
        {"migration", r->migration},
        {"build", r->commit},
        {"started", stamp(&a, r->started_ms)},
        {"detected", stamp(&a, r->detected_ms)},
        {"acknowledged", stamp(&a, r->acknowledged_ms)},
        {"mitigated", stamp(&a, r->mitigated_ms)},
        {"resolved", stamp(&a, r->resolved_ms)},
        {"verified", stamp(&a, r->verified_ms)},
        {"closed", stamp(&a, r->closed_ms)},
        {"document", r->document},
    };
    console_mark(c, r->closed_ms != 0 ? STATUS_PASS : STATUS_FAIL, line[0].name,
                 line[0].text);
    for (size_t i = 1; i < ARRAY_COUNT(line); i++)
        if (line[i].text != NULL)
            console_field(c, line[i].name, line[i].text);
    for (size_t i = 0; i < count; i++)
        console_field(c, i == 0 ? "timeline" : "",
                      arena_printf(&a, "%s  %s", stamp(&a, event[i].time_ms),
                                   event[i].text));
    arena_release(&a);
}

static void write_verbs(struct buf *out)
{
    buf_text(out, "list show ack note close");
}

const struct command incident_command = {
    .name = "incident",
    .arguments = "list | show ID | ack ID | note ID TEXT... | close ID",
    .summary = "Shows incidents of the history, and takes them on.",
    .help = "Shows incidents of the history, and takes them on. ID may be "
            "`last`. What people do here stands in the timeline of the "
            "incident's document after the next round.",
    .run = incident_run,
    .example = "postflight incident list\n"
               "# somebody takes it on\n"
               "postflight incident ack last --by anna",
    .argument = ARGUMENT_WORDS,
    .words = write_verbs,
};
