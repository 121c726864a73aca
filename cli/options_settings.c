/* From options to the settings of a run; the environment joins here. */
#include <string.h>

#include "cli/host.h"
#include "cli/option_table.h"

extern char **environ;

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
    const char *held = option_text(o, OPTION_IF_HELD, "pass");
    s->fail_if_held = strcmp(held, "fail") == 0;
    s->wait_if_held = strcmp(held, "wait") == 0;
}

static void set_texts(struct settings *s, const struct options *o)
{
    const struct {
        enum option_id id;
        const char **field;
    } text[] = {
        {OPTION_EXPECT, &s->expect},
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
        {OPTION_LINT_BASELINE, &s->lint_baseline},
        {OPTION_FACTS, &s->facts},
        {OPTION_TEMPLATES, &s->templates},
        {OPTION_OPENAPI, &s->openapi},
        {OPTION_ACTIONS_FORMAT, &s->actions_format},
        {OPTION_ISSUES, &s->issues},
        {OPTION_IMPORT_FORMAT, &s->import_format},
        {OPTION_DSN, &s->dsn},
        {OPTION_MIGRATIONS, &s->migrations},
        {OPTION_MIGRATION_TOOL, &s->migration_tool},
        {OPTION_HISTORY_TABLE, &s->history_table},
    };
    for (size_t i = 0; i < ARRAY_COUNT(text); i++)
        *text[i].field = option_text(o, text[i].id, NULL);
}

static void set_lists(struct settings *s, const struct options *o)
{
    s->variables = o->given[OPTION_VAR];
    s->env_files = o->given[OPTION_ENV_FILE];
    s->allowed_env = o->given[OPTION_ALLOW_ENV];
    s->allowed_hosts = o->given[OPTION_ALLOW_HOST];
    s->tags = o->given[OPTION_TAG];
    s->not_tags = o->given[OPTION_NOT_TAG];
    s->ids = o->given[OPTION_ID];
    s->fail_on = o->given[OPTION_FAIL_ON];
    s->from = o->given[OPTION_FROM];
    s->events = o->given[OPTION_EVENTS];
    s->for_public =
        strcmp(option_text(o, OPTION_AUDIENCE, "internal"), "public") == 0;
    s->logs = o->given[OPTION_CHECK_LOG];
    s->good = o->given[OPTION_GOOD];
    s->previous = o->given[OPTION_PREVIOUS];
    s->reports = o->given[OPTION_REPORT];
    s->earlier = o->given[OPTION_EARLIER];
    s->host_names = o->given[OPTION_HOST_NAME];
    s->allowed_verdicts = o->given[OPTION_ALLOW_VERDICT];
    s->import_targets = o->given[OPTION_IMPORT_TARGET];
}

static void set_flags(struct settings *s, const struct options *o)
{
    s->quiet = option_flag(o, OPTION_QUIET);
    s->explain = option_flag(o, OPTION_EXPLAIN);
    s->untrusted = option_flag(o, OPTION_UNTRUSTED);
    s->no_exec = option_flag(o, OPTION_NO_EXEC);
    s->follow = option_flag(o, OPTION_FOLLOW);
    s->why = option_flag(o, OPTION_WHY);
    s->git_any_owner = option_flag(o, OPTION_ANY_OWNER);
    s->once = option_flag(o, OPTION_ONCE);
    s->test = option_flag(o, OPTION_TEST);
    s->force = option_flag(o, OPTION_FORCE);
    s->allow_missing = option_flag(o, OPTION_ALLOW_MISSING);
    s->check = option_flag(o, OPTION_CHECK);
    s->appendix = option_flag(o, OPTION_APPENDIX);
    s->mojibake = option_flag(o, OPTION_MOJIBAKE);
    s->write_baseline = option_flag(o, OPTION_WRITE_BASELINE);
}

static void set_numbers(struct settings *s, const struct options *o)
{
    s->slots = option_number(o, OPTION_SLOTS);
    s->host_slots = option_number(o, OPTION_HOST_SLOTS);
    s->rate = option_number(o, OPTION_RATE);
    s->samples = option_number(o, OPTION_SAMPLES);
    s->excerpt_bytes = option_excerpt(o);
    s->min_score = option_number(o, OPTION_MIN_SCORE);
    s->rounds = option_number(o, OPTION_ROUNDS);
    s->queue = option_number(o, OPTION_QUEUE);
    s->connections = option_number(o, OPTION_CONNECTIONS);
    option_shard(o, &s->shard_index, &s->shard_count);
}

static void set_times(struct settings *s, const struct options *o)
{
    s->deadline_ms = option_duration_ms(o, OPTION_DEADLINE);
    s->interval_ms = option_duration_ms(o, OPTION_INTERVAL);
    s->ttl_ms = option_duration_ms(o, OPTION_TTL);
    s->grace_ms = option_duration_ms(o, OPTION_GRACE);
    s->client_ms = option_duration_ms(o, OPTION_CLIENT_TIMEOUT);
    s->log_since_ms = option_time_ms(o, OPTION_LOG_SINCE);
    s->from_ms = option_time_ms(o, OPTION_FROM_TIME);
    s->scan_limit_ms = option_duration_ms(o, OPTION_LIMIT_TIME);
    s->until_ms = option_time_ms(o, OPTION_UNTIL);
}

struct settings options_settings(const struct options *o)
{
    struct settings s = {.quiet = false};
    set_around(&s, o);
    set_texts(&s, o);
    set_lists(&s, o);
    set_flags(&s, o);
    set_numbers(&s, o);
    set_times(&s, o);
    return s;
}
