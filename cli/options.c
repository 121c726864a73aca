/* THE table of options: parser, errors and --help come from it. */
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "cli/cli.h"
#include "plan/plan.h"

#define ENV_FILE_MAX ((size_t)1 << 20)

static const struct option_doc row[OPTION_COUNT] = {
    [OPTION_CHECK_LOG] = {"--log", "FILE",
                          "scan this log too (- is standard "
                          "input; repeatable)",
                          NULL},
    [OPTION_FOLLOW] = {"--follow", NULL,
                       "read the logs while they grow, and wait for those "
                       "that do not exist yet; a fatal cause ends the run "
                       "early",
                       NULL},
    [OPTION_LOG_SINCE] = {"--log-since", "TIME",
                          "start of this deploy in the logs: "
                          "2026-11-21T10:00:00Z, or 30m for 30 minutes ago; "
                          "causes before it decide nothing",
                          NULL},
    [OPTION_GOOD] = {"--good", "FILE",
                     "log of the last good deploy: what is new since then "
                     "comes first",
                     NULL},
    [OPTION_FROM_TIME] = {"--since", "TIME",
                          "only lines from then on: 2026-11-21T10:00:00Z, or "
                          "30m for 30 minutes ago",
                          NULL},
    [OPTION_UNTIL] = {"--until", "TIME", "only lines up to then", NULL},
    [OPTION_STUB] = {"--stub", "ID",
                     "print a first signature for that unknown error", NULL},
    [OPTION_WHY] = {"--why", NULL,
                    "tell of each line which signature knows it, what follows "
                    "from what, and what was "
                    "left out",
                    NULL},
    [OPTION_PREVIOUS] = {"--previous", "FILE",
                         "record.json of an earlier run: its failure may go on "
                         "in this one "
                         "(repeatable)",
                         NULL},
    [OPTION_EXPECT] = {"--expect", "VERSION",
                       "build that must be serving; a short commit matches a "
                       "long one",
                       NULL},
    [OPTION_DEADLINE] =
        {"--deadline", "DURATION",
         "keep probing until that build has settled, up to this long "
         "(5m)",
         NULL},
    [OPTION_GIT] = {"--git", "DIR",
                    "clone of what was deployed: commits, edited migrations",
                    NULL},
    [OPTION_GIT_FROM] = {"--from", "REVISION",
                         "with --git: the last good deploy", NULL},
    [OPTION_TO] = {"--to", "REVISION",
                   "with --git: what was deployed (--expect, else HEAD)", NULL},
    [OPTION_ANY_OWNER] = {"--git-any-owner", NULL,
                          "with --git: the clone may belong to another user",
                          NULL},
    [OPTION_DEPLOYMENTS] = {"--deployments", "FILE",
                            "runs that deployed, as JSON: two at once are a "
                            "conflict",
                            NULL},
    [OPTION_TARGET] = {"--target", "NAME",
                       "with --deployments: target of runs that name none",
                       NULL},
    [OPTION_OUT] = {"--out", "DIR", "write record.json and report.md there",
                    NULL},
    [OPTION_REPORT] = {"--report", "FORMAT=FILE",
                       "write one output more, to a file or - for standard "
                       "output (repeatable)",
                       NULL, option_output},
    [OPTION_TAG] = {"--tag", "TAG", "only checks with it (repeatable: any)",
                    NULL},
    [OPTION_NOT_TAG] = {"--not-tag", "TAG", "no checks with it (repeatable)",
                        NULL},
    [OPTION_ID] = {"--id", "GLOB", "only checks with such an id (repeatable)",
                   NULL},
    [OPTION_SHARD] = {"--shard", "I/N",
                      "only part I of N of these checks; `merge` joins the "
                      "records",
                      NULL},
    [OPTION_ALLOW_MISSING] = {"--allow-missing", NULL,
                              "join what is there; the record is inconclusive",
                              NULL},
    [OPTION_FAIL_ON] = {"--fail-on", "WHAT",
                        "exit 6 when production is degraded, or when that "
                        "differs from --since: "
                        "version, status, latency, shape, header, "
                        "certificate or redirect "
                        "(repeatable)",
                        "degraded version status latency shape header "
                        "certificate redirect"},
    [OPTION_EXPLAIN] = {"--explain", NULL,
                        "print the checks that would run and where each "
                        "value comes from",
                        NULL},
    [OPTION_SLOTS] = {"--slots", "N",
                      "concurrent requests in all (default 1024)", NULL},
    [OPTION_HOST_SLOTS] = {"--host-slots", "N",
                           "concurrent requests per host and port (default: "
                           "starts at 8 and adapts)",
                           NULL},
    [OPTION_RATE] = {"--rate", "N", "requests started a second (no limit)",
                     NULL},
    [OPTION_SINCE] = {"--since", "FILE",
                      "compare with what `postflight baseline` wrote there",
                      NULL},
    [OPTION_SAMPLES] = {"--samples", "N",
                        "how often each check that only reads is asked (20)",
                        NULL},
    [OPTION_MIN_SCORE] = {"--min-score", "PERCENT",
                          "exit 7 when less would be noticed", NULL},
    [OPTION_LISTEN] = {"--listen", "ADDRESS",
                       "where to be asked (127.0.0.1:9115); [::1]:9115, "
                       "0.0.0.0:9115, unix:/path",
                       NULL},
    [OPTION_TTL] = {"--ttl", "DURATION", "give a result again for so long (5s)",
                    NULL},
    [OPTION_QUEUE] = {"--queue", "N",
                      "selections that may wait while another runs (8)", NULL},
    [OPTION_CONNECTIONS] = {"--connections", "N",
                            "clients at once (128); 3 of 4 may wait for a run",
                            NULL},
    [OPTION_CLIENT_TIMEOUT] = {"--client-timeout", "DURATION",
                               "for a client to send its request (10s)", NULL},
    [OPTION_GRACE] = {"--grace", "DURATION",
                      "after SIGTERM: for the run that is under way (10s)",
                      NULL},
    [OPTION_TOKEN_ENV] = {"--token-env", "NAME",
                          "variable with the bearer token that askers need",
                          NULL},
    [OPTION_TOKEN_FILE] = {"--token-file", "FILE",
                           "file with it; read again on SIGHUP", NULL},
    [OPTION_FROM] = {"--from", "FILE", "record.json of an earlier run", NULL},
    [OPTION_OPENAPI] = {"--from", "FILE",
                        "OpenAPI 3 document, JSON or YAML, whose promises "
                        "become checks",
                        NULL},
    [OPTION_RECORDING] = {"--from", "FILE",
                          "judge the answers that prove -o wrote there, and "
                          "ask nothing",
                          NULL},
    [OPTION_IMPORT_FORMAT] = {"--format", "NAME",
                              "whose files they are: gatus, hurl, blackbox, "
                              "goss, postman or compose",
                              NULL, option_import},
    [OPTION_IMPORT_TARGET] =
        {"--target", "[MODULE=]TARGET",
         "blackbox: what that module asks, or all of them (repeatable)", NULL},
    [OPTION_OUTPUT] = {"-o", "FILE", "write there, not to standard output",
                       NULL},
    [OPTION_RECORD] = {"--record", "FILE",
                       "write what was read and what was left, as JSON", NULL},
    [OPTION_FORCE] = {"--force", NULL, "replace a file that is there", NULL},
    [OPTION_FACTS] = {"--facts", "FILE",
                      "what only people know: stamps, impact, actions "
                      "(docs/REPORTS.md)",
                      NULL},
    [OPTION_TEMPLATES] = {"--templates", "DIR",
                          "templates NAME.md that replace or extend the "
                          "built-in ones",
                          NULL},
    [OPTION_SIGNATURES] = {"--signatures", "DIR",
                           "signatures that add to the built-in ones", NULL},
    [OPTION_VAR] = {"--var", "NAME=VALUE",
                    "a variable for ${NAME} (repeatable)", NULL},
    [OPTION_ENV_FILE] = {"--env-file", "FILE",
                         "variables, NAME=VALUE a line (repeatable)", NULL},
    [OPTION_FORMAT] = {"--format", "text|json", "what standard output gets",
                       "text json"},
    [OPTION_LINT_FORMAT] = {"--format", "text|json|sarif",
                            "how remarks on documents are printed",
                            "text json sarif"},
    [OPTION_EARLIER] = {"--earlier", "FILE",
                        "a document that was written before (repeatable)",
                        NULL},
    [OPTION_STATE] = {"--state", "WHERE",
                      "the history: a file, or postgresql://...", NULL},
    [OPTION_ONCE] = {"--once", NULL, "one round, as cron asks for", NULL},
    [OPTION_INTERVAL] = {"--interval", "DURATION",
                         "a round so often, as a service", NULL},
    [OPTION_ROUNDS] = {"--rounds", "N", "end after so many rounds", NULL},
    [OPTION_IF_HELD] = {"--if-held", "WHAT",
                        "when another watcher has the history: pass (0) or "
                        "fail (4)",
                        "pass fail"},
    [OPTION_BY] = {"--by", "NAME", "who does it", NULL},
    [OPTION_CHECK] =
        {"--check", NULL,
         "write nothing; exit 7 when the document at -o is not up to date",
         NULL},
    [OPTION_MOJIBAKE] = {"--mojibake", NULL,
                         "fix: make text whole that was decoded wrongly", NULL},
    [OPTION_COLOR] = {"--color", "auto|always|never",
                      "colour on a terminal; NO_COLOR is obeyed",
                      "auto always never"},
    [OPTION_QUIET] = {"--quiet", NULL, "only the last line", NULL},
    [OPTION_HELP] = {"--help", NULL, "this text", NULL},
};

static void push(struct arena *a, struct texts *t, const char *text)
{
    t->item =
        arena_grow(a, (void *)t->item, t->count, &t->cap, sizeof(const char *));
    t->item[t->count++] = text;
}

bool command_takes(const struct command *c, enum option_id id)
{
    for (const enum option_id *o = c->options; *o != OPTION_COUNT; o++)
        if (*o == id)
            return true;
    return false;
}

struct option_doc option_doc(enum option_id id)
{
    return row[id];
}

struct option_doc command_option(const struct command *c, enum option_id id)
{
    struct option_doc doc = row[id];
    const struct own_option *own = c->own;
    while (own != NULL && own->id != OPTION_COUNT && own->id != id)
        own++;
    if (own == NULL || own->id == OPTION_COUNT)
        return doc;
    doc.value = own->value != NULL ? own->value : doc.value;
    doc.help = own->help != NULL ? own->help : doc.help;
    if (own->choices != NULL) {
        doc.choices = own->choices;
        doc.choice_at = NULL;
    }
    return doc;
}

static int find_option(const struct command *c, struct str name)
{
    if (str_is(name, "-h"))
        return OPTION_HELP;
    for (int i = 0; i < OPTION_COUNT; i++)
        if (command_takes(c, (enum option_id)i) && str_is(name, row[i].name))
            return i;
    return -1;
}

static bool unknown_option(const struct command *c, struct str name,
                           struct err *e)
{
    const char *known[OPTION_COUNT];
    size_t count = 0;
    for (int i = 0; i < OPTION_COUNT; i++)
        if (command_takes(c, (enum option_id)i))
            known[count++] = row[i].name;
    struct hint near = text_hint(name, known, count);
    if (near.text[0] != '\0')
        return err_set(e, POS_NONE, "unknown option '%.*s'%s", STR_ARGS(name),
                       near.text);
    return err_set(e, POS_NONE,
                   "unknown option '%.*s', see postflight %s "
                   "--help",
                   STR_ARGS(name), c->name);
}

struct words {
    const char *const *word;
    size_t count, at;
};

/* "--name=value" or "--name value"; the word at words->at is the option. */
static bool parse_option(struct options *out, struct arena *a,
                         const struct command *c, struct words *words,
                         struct err *e)
{
    struct str value, text = str_from(words->word[words->at++]);
    struct str name = str_cut(text, '=', &value);
    bool joined = name.len < text.len && text.ptr[1] == '-';
    if (!joined)
        name = text;
    int id = find_option(c, name);
    if (id < 0)
        return unknown_option(c, name, e);
    const struct option_doc doc = command_option(c, (enum option_id)id);
    if (doc.value == NULL && joined)
        return err_set(e, POS_NONE, "%s takes no value", doc.name);
    if (doc.value == NULL) {
        push(a, &out->given[id], "");
        return true;
    }
    if (!joined && words->at >= words->count)
        return err_set(e, POS_NONE, "%s needs a value: %s", doc.name,
                       doc.value);
    const char *given = joined ? value.ptr : words->word[words->at++];
    if (!option_accepts(&doc, a, given, e))
        return false;
    push(a, &out->given[id], given);
    return true;
}

bool options_parse(struct options *out, struct arena *a,
                   const struct command *command, const char *const *word,
                   size_t count, struct err *e)
{
    struct words words = {word, count, 0};
    bool only_arguments = false;
    *out = (struct options){.argument = {NULL, 0, 0}};
    while (words.at < count) {
        const char *text = word[words.at];
        if (!only_arguments && strcmp(text, "--") == 0) {
            only_arguments = true;
            words.at++;
        } else if (only_arguments || text[0] != '-' || text[1] == '\0') {
            push(a, &out->argument, text);
            words.at++;
        } else if (!parse_option(out, a, command, &words, e)) {
            return false;
        }
    }
    return true;
}

const char *option_text(const struct options *o, enum option_id id,
                        const char *otherwise)
{
    const struct texts *t = &o->given[id];
    return t->count == 0 ? otherwise : t->item[t->count - 1];
}

bool option_flag(const struct options *o, enum option_id id)
{
    return o->given[id].count > 0;
}

bool option_number(const struct options *o, enum option_id id, int64_t max,
                   int64_t *value, struct err *e)
{
    uint64_t number = 0;
    const char *text = option_text(o, id, NULL);
    if (text == NULL)
        return true;
    if (!text_to_u64(str_from(text), (uint64_t)max, &number) || number == 0)
        return err_set(e, POS_NONE,
                       "%s takes a number from 1 to %lld, not "
                       "'%s'",
                       row[id].name, (long long)max, text);
    *value = (int64_t)number;
    return true;
}

bool option_shard(const struct options *o, size_t *index, size_t *count,
                  struct err *e)
{
    uint64_t i = 0, n = 0;
    struct str total, part;
    const char *text = option_text(o, OPTION_SHARD, NULL);
    if (text == NULL)
        return true;
    part = str_cut(str_from(text), '/', &total);
    if (!text_to_u64(part, SHARDS_MAX, &i) ||
        !text_to_u64(total, SHARDS_MAX, &n) || i < 1 || i > n)
        return err_set(e, POS_NONE,
                       "--shard takes I/N, the part I of N, with I from 1 to N "
                       "and N up to %d, such as 2/5, not '%.60s'",
                       SHARDS_MAX, text);
    *index = (size_t)i;
    *count = (size_t)n;
    return true;
}

bool option_duration(const struct options *o, enum option_id id, int64_t *ms,
                     struct err *e)
{
    int64_t us = 0;
    const char *text = option_text(o, id, NULL);
    if (text == NULL)
        return true;
    if (!text_to_duration_us(str_from(text), &us) || us < 1000 ||
        us > INT64_C(86400000000))
        return err_set(e, POS_NONE,
                       "%s takes a duration from 1ms to 24h such as 5m, not "
                       "'%s'",
                       row[id].name, text);
    *ms = us / 1000;
    return true;
}
