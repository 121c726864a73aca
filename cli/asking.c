/* Plans, signals and samples of the commands that ask services. */
#include "cli/asking.h"

#include <signal.h>
#include <string.h>

#include "base/definition.h"
#include "base/json.h"
#include "base/text.h"
#include "cli/console.h"
#include "model/vocabulary.h"
#include "verdict/verdict.h"

#define URL_BYTES_MAX ((size_t)1 << 20)

extern char **environ;

/* The signal that ends the run; a second one ends the process. */
static volatile sig_atomic_t ended_by;

static void note_signal(int number)
{
    ended_by = number;
}

void asking_catch_signals(void)
{
    struct sigaction action = {.sa_handler = note_signal,
                               .sa_flags = (int)SA_RESETHAND};
    ended_by = 0;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
}

static void note_parent(int number)
{
    ended_by = number == SIGUSR1 ? SIGINT : SIGTERM;
}

/* Terminals and service managers signal both at once: the parent decides. */
void asking_obey_parent(void)
{
    static const int others[] = {SIGINT, SIGTERM, SIGHUP};
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    struct sigaction action = {.sa_handler = note_parent};
    ended_by = 0;
    sigaction(SIGUSR1, &action, NULL);
    sigaction(SIGUSR2, &action, NULL);
    for (size_t i = 0; i < ARRAY_COUNT(others); i++)
        sigaction(others[i], &ignore, NULL);
}

int asking_ended_by(void)
{
    return (int)ended_by;
}

static bool is_interrupted(void *context)
{
    (void)context;
    return ended_by != 0;
}

static bool is_url(const char *text)
{
    return strncmp(text, "http://", 7) == 0 ||
           strncmp(text, "https://", 8) == 0;
}

/* What no definition could have as its URL is a mistake of the command line. */
static bool check_urls(const struct texts *places, struct err *e)
{
    for (size_t i = 0; i < places->count; i++) {
        const char *text = places->item[i];
        if (!is_url(text))
            continue;
        const char *rest = strchr(text, ':') + 3;
        if (strchr("/?#", rest[0]) != NULL || strchr(text, ' ') != NULL ||
            text_has_control(str_from(text)))
            return err_set(e, POS_NONE, "'%.200s' is not a URL", text);
    }
    return true;
}

/* Without what may be secret: credentials and parameters. */
static struct str shown_url(struct arena *a, const char *url)
{
    size_t start = (size_t)(strchr(url, ':') - url) + 3;
    size_t end = start + strcspn(url + start, "?#");
    size_t host = start + strcspn(url + start, "/?#");
    for (size_t i = start; i < host; i++)
        if (url[i] == '@')
            start = i + 1;
    return str_from(arena_printf(a, "%.*s://%.*s", (int)strcspn(url, ":"), url,
                                 (int)(end - start), url + start));
}

/* A URL in place of a file is a check of its own: it answers with success. */
static const struct source *check_of_url(struct arena *a, struct ids *ids,
                                         const char *url)
{
    struct source *source = arena_alloc(a, sizeof(*source));
    struct str shown = shown_url(a, url);
    size_t host = str_find(shown, STR("://"), 0) + 3;
    struct buf text, plain;
    buf_init(&text, URL_BYTES_MAX);
    buf_init(&plain, URL_BYTES_MAX);
    buf_text(&text, "{\"checks\": [{\"id\": ");
    json_quote(&text,
               str_from(id_make(a, ids, str_sub(shown, host, shown.len))));
    buf_text(&text, ", \"title\": ");
    escape_dollars(&plain, shown);
    json_quote(&text, buf_view(&plain));
    buf_text(&text, ", \"expect\": [\"status in 200..299\"], \"url\": ");
    buf_clear(&plain);
    escape_dollars(&plain, str_from(url));
    json_quote(&text, buf_view(&plain));
    buf_text(&text, "}]}");
    *source = (struct source){url, {buf_dup(a, &text), text.len}};
    buf_release(&plain);
    buf_release(&text);
    return source;
}

/* Files and folders are paths of the inputs, URLs are sources. */
static void set_places(struct asking *k, struct plan_inputs *in)
{
    struct ids ids = {NULL, 0, 0};
    size_t count = k->checks.count;
    const char **path = arena_array(k->life, count + 1, sizeof(*path));
    const struct source **source =
        arena_array(k->life, count + 1, sizeof(*source));
    for (size_t i = 0; i < count; i++) {
        const char *text = k->checks.item[i];
        if (is_url(text))
            source[in->source_count++] = check_of_url(k->life, &ids, text);
        else
            path[in->path_count++] = text;
    }
    in->path = path;
    in->source = source;
}

int asking_open(struct asking *k, struct arena *life, const struct options *o,
                bool origins)
{
    static const char *standard[] = {"checks.d"};
    struct err e = {.set = false};
    struct diags d;
    struct plan_inputs *in = &k->inputs;
    *k = (struct asking){.life = life,
                         .options = o,
                         .redactor = redactor_open(),
                         .checks = o->argument};
    if (k->checks.count == 0)
        k->checks = (struct texts){standard, 1, 1};
    *in = (struct plan_inputs){.redactor = k->redactor,
                               .origins = origins,
                               .environ = (const char *const *)environ};
    set_places(k, in);
    if (!check_urls(&k->checks, &e) || !options_inputs(life, o, in, &e)) {
        console_error(&e);
        return EXIT_USAGE;
    }
    diags_init(&d, life);
    if (plan_open(&k->plan, life, in, &d))
        return EXIT_VERIFIED;
    console_diags(&d, k->redactor);
    return k->plan.misused ? EXIT_USAGE : EXIT_INVALID;
}

static void print_note(void *context, const char *text)
{
    struct asking *k = context;
    struct buf shown;
    buf_init(&shown, 2000);
    text_visible(&shown, redact(k->redactor, k->life, str_from(text)));
    console_note(shown.ptr);
    buf_release(&shown);
}

void asking_close(struct asking *k)
{
    if (k->pace != NULL && !option_flag(k->options, OPTION_QUIET))
        pace_notes(k->pace, print_note, k);
    pace_close(k->pace);
    sampler_close(k->sampler);
    plan_close(&k->plan);
    redactor_close(k->redactor);
}

static const struct check *bind_check(void *context, struct arena *run,
                                      const struct check *check,
                                      const struct captured *value,
                                      size_t count, const char **why)
{
    struct asking *k = context;
    return plan_bind(&k->plan, run, check, value, count, why);
}

/* One of under 4 bytes would redact ordinary text, and is refused later. */
static void learn_secret(void *context, struct str value)
{
    struct asking *k = context;
    (void)redactor_add(k->redactor, value);
}

bool asking_set(struct asking *k, struct probe_options *out, struct err *e)
{
    *out = (struct probe_options){
        .slots = PROBE_SLOTS_STANDARD,
        .interrupted = is_interrupted,
        .bind = bind_check,
        .on_secret = learn_secret,
    };
    if (!option_number(k->options, OPTION_SLOTS, PROBE_SLOTS_MAX, &out->slots,
                       e) ||
        !option_number(k->options, OPTION_HOST_SLOTS, PROBE_SLOTS_MAX,
                       &out->host_slots, e) ||
        !option_number(k->options, OPTION_RATE, 1000000, &out->rate, e))
        return false;
    if (k->pace == NULL)
        k->pace = pace_open(out->host_slots);
    out->pace = k->pace;
    return true;
}

static size_t index_of(const struct asking *k, const struct result *result)
{
    size_t at = (size_t)(result - k->first);
    return k->index == NULL ? at : k->index[at];
}

/* A shard probes checks of others, too, that tell the build. */
static bool is_ours(const struct asking *k, const struct result *result)
{
    return k->index != NULL || (size_t)(result - k->first) < k->plan.count;
}

void asking_on_response(void *context, const struct result *result,
                        const struct check *check,
                        const struct response *response)
{
    struct asking *k = context;
    if (!is_ours(k, result))
        return;
    if (k->hears != NULL)
        k->hears(k, index_of(k, result), check, result, response);
    if (k->sampler != NULL)
        sampler_response(k->sampler, index_of(k, result), response);
}

void asking_on_result(void *context, const struct result *result)
{
    struct asking *k = context;
    if (k->sampler != NULL && is_ours(k, result))
        sampler_result(k->sampler, index_of(k, result), result);
}

/* Asked alone and once: what it needed has passed. */
static size_t select_repeated(struct asking *k, const struct result *results,
                              struct check *out, size_t *index)
{
    size_t count = 0;
    for (size_t i = 0; i < k->plan.count; i++) {
        const struct check *c = &k->plan.check[i];
        bool passed = results[i].status == STATUS_PASS ||
                      results[i].status == STATUS_DEGRADED;
        if (!passed || !sampler_may_repeat(c))
            continue;
        out[count] = *c;
        out[count].need_count = 0;
        out[count].patience.attempts = out[count].patience.passes = 1;
        index[count++] = i;
    }
    return count;
}

bool asking_repeat(struct asking *k, const struct result *results,
                   int64_t rounds, struct err *e)
{
    struct probe_options options;
    struct check *check =
        arena_array(k->life, k->plan.count + 1, sizeof(*check));
    size_t *index = arena_array(k->life, k->plan.count + 1, sizeof(*index));
    size_t count = select_repeated(k, results, check, index);
    struct result *round = arena_array(k->life, count + 1, sizeof(*round));
    bool ok = asking_set(k, &options, e);
    options.certificates = k->sampler != NULL;
    options.on_response = asking_on_response;
    options.on_result = asking_on_result;
    options.context = k;
    k->first = round;
    k->index = index;
    for (int64_t i = 0; ok && i < rounds && count > 0 && ended_by == 0; i++) {
        struct arena scratch;
        arena_init(&scratch);
        ok = probe_run(round, &scratch, check, count, &options, e);
        arena_release(&scratch);
    }
    k->index = NULL;
    return ok;
}

void asking_sampled(struct asking *k, struct baseline *out)
{
    sampler_finish(out, k->sampler);
    verdict_redact_baseline(out, k->life, k->redactor);
}
