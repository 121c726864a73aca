/* From options to the settings of a run; the environment joins here. */
#include <string.h>

#include "app/serve/serve.h"
#include "base/clock.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/host.h"
#include "compare/baseline/baseline.h"
#include "probe/probe.h"

#define RATE_MAX 1000000

extern char **environ;

static bool option_time(const struct options *o, enum option_id id,
                        int64_t *time_ms, struct err *e)
{
    const char *text = option_text(o, id, NULL);
    int64_t us = 0;
    bool zoned = false;
    if (text == NULL)
        return true;
    if (clock_parse(str_from(text), time_ms, &zoned) == strlen(text))
        return true;
    if (text_to_duration_us(str_from(text), &us)) {
        *time_ms = clock_wall_ms() - us / 1000;
        return true;
    }
    return err_set(e, POS_NONE,
                   "expected a time such as 2026-11-21T10:00:00Z, or a "
                   "duration such as 30m for so long ago, found '%.60s'",
                   text);
}

static enum output_format format_of(const char *name)
{
    return strcmp(name, "json") == 0    ? OUTPUT_JSON
           : strcmp(name, "sarif") == 0 ? OUTPUT_SARIF
                                        : OUTPUT_TEXT;
}

static void set_around(struct settings *s, const struct options *o)
{
    const char *format =
        option_text(o, OPTION_FORMAT, option_text(o, OPTION_LINT_FORMAT, NULL));
    s->version = POSTFLIGHT_VERSION;
    s->environ = (const char *const *)environ;
    s->ci_host = host_now();
    s->arguments = o->argument;
    s->format_given = format != NULL;
    s->output_format = format_of(format == NULL ? "text" : format);
    s->color_always =
        strcmp(option_text(o, OPTION_COLOR, "auto"), "always") == 0;
    s->fail_if_held =
        strcmp(option_text(o, OPTION_IF_HELD, "pass"), "fail") == 0;
}

static void set_texts(struct settings *s, const struct options *o)
{
    const struct {
        enum option_id id;
        const char **field;
    } text[] = {
        {OPTION_EXPECT, &s->expect},
        {OPTION_GOOD, &s->good},
        {OPTION_SIGNATURES, &s->signatures},
        {OPTION_STUB, &s->stub},
        {OPTION_GIT, &s->git},
        {OPTION_GIT_FROM, &s->git_from},
        {OPTION_TO, &s->git_to},
        {OPTION_DEPLOYMENTS, &s->deployments},
        {OPTION_TARGET, &s->target},
        {OPTION_SINCE, &s->since},
        {OPTION_RECORDING, &s->recording},
        {OPTION_STATE, &s->state},
        {OPTION_BY, &s->by},
        {OPTION_LISTEN, &s->listen},
        {OPTION_TOKEN_ENV, &s->token_env},
        {OPTION_TOKEN_FILE, &s->token_file},
        {OPTION_OUT, &s->out},
        {OPTION_OUTPUT, &s->output},
        {OPTION_RECORD, &s->record_to},
        {OPTION_FROM, &s->from},
        {OPTION_FACTS, &s->facts},
        {OPTION_TEMPLATES, &s->templates},
        {OPTION_OPENAPI, &s->openapi},
        {OPTION_IMPORT_FORMAT, &s->import_format},
    };
    for (size_t i = 0; i < ARRAY_COUNT(text); i++)
        *text[i].field = option_text(o, text[i].id, NULL);
}

static void set_lists(struct settings *s, const struct options *o)
{
    s->variables = o->given[OPTION_VAR];
    s->env_files = o->given[OPTION_ENV_FILE];
    s->tags = o->given[OPTION_TAG];
    s->not_tags = o->given[OPTION_NOT_TAG];
    s->ids = o->given[OPTION_ID];
    s->fail_on = o->given[OPTION_FAIL_ON];
    s->logs = o->given[OPTION_CHECK_LOG];
    s->previous = o->given[OPTION_PREVIOUS];
    s->reports = o->given[OPTION_REPORT];
    s->earlier = o->given[OPTION_EARLIER];
    s->import_targets = o->given[OPTION_IMPORT_TARGET];
}

static void set_flags(struct settings *s, const struct options *o)
{
    s->quiet = option_flag(o, OPTION_QUIET);
    s->explain = option_flag(o, OPTION_EXPLAIN);
    s->follow = option_flag(o, OPTION_FOLLOW);
    s->why = option_flag(o, OPTION_WHY);
    s->git_any_owner = option_flag(o, OPTION_ANY_OWNER);
    s->once = option_flag(o, OPTION_ONCE);
    s->force = option_flag(o, OPTION_FORCE);
    s->allow_missing = option_flag(o, OPTION_ALLOW_MISSING);
    s->check = option_flag(o, OPTION_CHECK);
    s->mojibake = option_flag(o, OPTION_MOJIBAKE);
}

static bool set_numbers(struct settings *s, const struct options *o,
                        struct err *e)
{
    return option_number(o, OPTION_SLOTS, PROBE_SLOTS_MAX, &s->slots, e) &&
           option_number(o, OPTION_HOST_SLOTS, PROBE_SLOTS_MAX, &s->host_slots,
                         e) &&
           option_number(o, OPTION_RATE, RATE_MAX, &s->rate, e) &&
           option_number(o, OPTION_SAMPLES, BASELINE_SAMPLES_MAX, &s->samples,
                         e) &&
           option_number(o, OPTION_MIN_SCORE, 100, &s->min_score, e) &&
           option_number(o, OPTION_ROUNDS, INT64_MAX, &s->rounds, e) &&
           option_number(o, OPTION_QUEUE, SERVE_QUEUE_MAX, &s->queue, e) &&
           option_number(o, OPTION_CONNECTIONS, SERVE_CONNECTIONS_MAX,
                         &s->connections, e) &&
           option_shard(o, &s->shard_index, &s->shard_count, e);
}

static bool set_times(struct settings *s, const struct options *o,
                      struct err *e)
{
    return option_duration(o, OPTION_DEADLINE, &s->deadline_ms, e) &&
           option_duration(o, OPTION_INTERVAL, &s->interval_ms, e) &&
           option_duration(o, OPTION_TTL, &s->ttl_ms, e) &&
           option_duration(o, OPTION_GRACE, &s->grace_ms, e) &&
           option_duration(o, OPTION_CLIENT_TIMEOUT, &s->client_ms, e) &&
           option_time(o, OPTION_LOG_SINCE, &s->log_since_ms, e) &&
           option_time(o, OPTION_FROM_TIME, &s->from_ms, e) &&
           option_time(o, OPTION_UNTIL, &s->until_ms, e);
}

bool options_settings(struct settings *out, const struct options *o,
                      struct err *e)
{
    *out = (struct settings){.quiet = false};
    set_around(out, o);
    set_texts(out, o);
    set_lists(out, o);
    set_flags(out, o);
    return set_numbers(out, o, e) && set_times(out, o, e);
}
