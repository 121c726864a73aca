/* The tables, and the lines that may fit them. */
#include "scan/speakers.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/hash.h"
#include "scan/kept.h"
#include "scan/pattern_table.h"
#include "scan/readers.h"
#include "scan/starts.h"
#include "scan/subject.h"

#define LINE_MAX     ((size_t)1000) /* bytes of a line that are looked at */
#define WORDS_MAX    1000           /* of a log */
#define SPEAKERS_MAX 64             /* of which it is known what is new */
#define NEWS_MAX     500            /* the last ones */
#define ENDS_MAX     200

enum {
    ROW_MAY,    /* the line may be one */
    ROW_DENIES, /* and it is none */
    ROW_WAITS,  /* an error: something was not there yet */
    ROW_DONE,   /* a step of a build has ended well */
    ROW_CONNECTED,
    ROW_WELL
};

/* Up to five names may come before what a speaker says of itself: no quotes. */
#define LEAD "(?i)^(?:[\\w.:/@()\\[\\],#{}+-]+ ){0,5}?"

static const struct pattern_row word_row[] = {
    [ROW_MAY] = {"may be one", 0, 0,
                 "(?i)listening|serving|accepting|ready|online|running|is "
                 "up|start|connect|recover|resum|restored|"
                 "back|establish|reconciled|synced|caught "
                 "up|DONE|elected|election|leader|joined|alive|"
                 "available|reachable|health|passing|succeeded|passed"},
    [ROW_DENIES] =
        {"denies it", 0, 0,
         "(?i)\\?\\s*$|\\b(?:says?|said|wrote|quote\\w*|user agent|please|make "
         "sure|ensure|verify|whether|not|no "
         "longer|never|cannot|can't|couldn't|isn't|aren't|"
         "wasn't|unable|waiting|wait|until|when|before|if|once|will|would|"
         "should|fail(?:ed|s|ing|ure)?|errors?(?![=:] ?0\\b)|retrying|trying|"
         "attempting|disconnect\\w*|unhealthy|timed? ?out|lost|refused|"
         "stopp(?:ed|ing)|shutting|exit(?:ed|ing)|starting|connecting|"
         "reconnecting)\\b"},
    [ROW_WAITS] =
        {"something was not there yet", 0, 0,
         "(?i)\\b(?:refused|timed? ?out|timeout|deadline exceeded|"
         "unreachable|not (?:yet )?(?:ready|reachable|available|connected)|"
         "unavailable|starting up|no such host|no (?:cluster )?leader|not "
         "resolve\\w*|to resolve|name or service not known|"
         "E(?:CONNREFUSED|NOTFOUND|TIMEDOUT|AI_AGAIN|CONNRESET|HOSTUNREACH)|"
         "reset by peer|(?:cannot|can't|could ?n[o']t|unable to|failed to|not) "
         "(?:re)?(?:connect|reach|contact)|connect(?:ion)? (?:to \\S+ )?(?:"
         "failed|failure|error|closed|lost|aborted)|handshake|heartbeat|"
         "brokers? (?:are|is) down|still loading)\\b|\\b50[234]\\b"},
    [ROW_DONE] = {"a step is done", 0, 0, "(?:^|^#\\d+ )DONE \\d+\\.\\d+s$"},
    [ROW_CONNECTED] =
        {"connected", 0, 0,
         LEAD "(?:successfully |now |is |are )?(?:(?:re-?)?connected\\b(?! ?"
              "(?:clients?|users?|devices?|peers?)?[=:] ?0)|connection(?: to "
              "\\S+)? (?:is |was |has been )?(?:re-?)?(?:established|restored|"
              "successful|ok|opened|ready|made)\\b)"},
    [ROW_WELL] = {"listens", 0, 0,
                  LEAD "(?:listening|serving|accepting connections)(?: (?:on|"
                       "at|for|to|from|port|https?|connections|requests|"
                       "traffic|address)\\b|[:.!]?$|[:,] )"},
    {"is ready", 0, 0,
     LEAD "(?:ready|is up|up and running|online|operational)(?:[.!]*$| (?:to|"
          "for|in|on|at|after)\\b| - |, |\\()"},
    {"has started", 0, 0,
     LEAD "(?:successfully started|started successfully|start-?up (?:is )?"
          "(?:complete[d]?|finished)|initiali[sz]ed successfully|(?:servers?|"
          "services?|workers?|application|app|daemon|listener|consumers?|"
          "scheduler|bot|agent|node|broker|gateway|proxy|api)\\S{0,20} (?:has "
          "|is |was )?(?:started|running|up|initiali[sz]ed)|started (?:\\S+ )"
          "{0,4}in \\d|running (?:on|at) (?:https?:|port|\\d|\\[))(?:\\b|$)"},
    {"has recovered", 0, 0,
     LEAD "(?:has |have |is |now )?(?:recovered|back online|session "
          "establishment complete|is back|restored|"
          "resumed|caught up|rejoined|back to normal)\\b"},
    {"has a leader", 0, 0,
     LEAD "(?:election won|leadership acquired|new leader elected|elected "
          "(?:as )?(?:the )?leader|became (?:the )?leader|joined (?:the )?"
          "cluster)\\b"},
    {"can be reached", 0, 0,
     LEAD "is (?:now )?(?:alive|reachable|available)\\b|" LEAD
          "available after \\d"},
    {"is healthy", 0, 0,
     LEAD
     "health\\S{0,6}(?: ?checks?)?(?:\\s*[:=]\\s*\"?| is | has | )(?:now "
     ")?(?:ok|pass(?:ed|ing|es)?|up|200|green|healthy|good|succeeded)\\b|" LEAD
     "(?:is|now|are|became) healthy\\b|" LEAD "is now passing\\b|" LEAD
     "probe (?:succeeded|passed)\\b"},
    {"has done it after all", 0, 0,
     LEAD "(?:successfully )?(?:re-?)?(?:reconciled|synced)\\b|" LEAD
          "(?:reconciliation|sync) (?:finished|succeeded|complete[d]?)\\b"},
    {"answers", 0, 0,
     "^.{0,120}\\b(?:GET|HEAD) "
     "/\\S*(?:health|ready|live|ping|status|up)\\w*(?:\\?\\S*)?"
     "(?: HTTP/\\d(?:\\.\\d)?\")? 2\\d\\d\\b"},
    {"succeeded in the end", 0, 0,
     LEAD "succeeded (?:on|after|at|in) (?:\\w+ )?(?:attempt|retry|retries|"
          "try|\\d)|" LEAD "attempt \\d+(?:/\\d+)?:? (?:succeeded|ok|passed)\\b"
          "|" LEAD "(?:request|retry|sync|push|pull|upload|download|"
          "connect\\w*|ping) succeeded\\b"},
};

/* Kinds of things that a program connects to. */
static const struct pattern_row thing_row[] = {
    {"a database", 0, 0,
     "(?i)\\b(?:postgres\\w*|pg|mysql\\w*|mariadb|database|db|sql\\w*|prisma|"
     "typeorm)(?:\\b|[-_])|:(?:5432|3306|1433)\\b"},
    {"a cache or a queue, which one program may be", 0, 0,
     "(?i)\\b(?:redis|valkey|memcached?|cache|rabbit\\w*|amqp|kafka|broker|"
     "mqtt|"
     "nats|queue|pulsar|celery)(?:\\b|[-_])|"
     ":(?:6379|11211|5672|9092|1883|4222)\\b"},
    {"a store of documents", 0, 0,
     "(?i)\\b(?:mongo\\w*|cassandra|couch\\w*|scylla)(?:\\b|[-_])|:(?:27017|"
     "9042)\\b"},
    {"a search engine", 0, 0,
     "(?i)\\b(?:elastic\\w*|opensearch|solr|es\\d+)(?:\\b|[-_])|:9200\\b"},
};

struct speakers {
    struct pattern_table *rows, *things;
};

struct speakers *speakers_open(void)
{
    struct speakers *w = heap_zeroed(sizeof(*w));
    w->rows = pattern_table_open(word_row, ARRAY_COUNT(word_row));
    w->things = pattern_table_open(thing_row, ARRAY_COUNT(thing_row));
    return w;
}

void speakers_close(struct speakers *w)
{
    if (w != NULL) {
        pattern_table_close(w->rows);
        pattern_table_close(w->things);
    }
    free(w);
}

/* Of a log. */
struct search {
    struct speakers *words;
    struct scan *scan;
    const struct signature *known;
    struct line line;
    int64_t *event; /* rows of errors and of what is known, sorted */
    size_t event_count, next_event, found;
    struct {
        uint64_t who;
        size_t events; /* before its last word */
    } told[SPEAKERS_MAX];
    size_t told_count;
};

static bool says_well(const struct speakers *w, struct str said)
{
    said = str_sub(said, 0, LINE_MAX);
    for (size_t i = ROW_DONE; i < ARRAY_COUNT(word_row); i++)
        if (pattern_fits(w->rows, i, said))
            return !pattern_fits(w->rows, ROW_DENIES, said);
    return false;
}

/* Has anything happened since the speaker said so last? */
static bool is_new(struct search *f)
{
    uint64_t who = hash_add(HASH_START, f->line.source);
    who = hash_add(hash_add(who, f->line.process), f->line.step);
    size_t i = 0;
    while (f->next_event < f->event_count &&
           f->event[f->next_event] < f->line.number)
        f->next_event++;
    while (i < f->told_count && f->told[i].who != who)
        i++;
    bool fresh = i == f->told_count || f->told[i].events != f->next_event;
    if (i == f->told_count && i < SPEAKERS_MAX)
        f->told_count++;
    if (i < SPEAKERS_MAX) {
        f->told[i].who = who;
        f->told[i].events = f->next_event;
    }
    return fresh && f->next_event > 0;
}

static void take_line(struct search *f, struct str text)
{
    struct line_reader *reader = f->scan->readers->line;
    struct starts starts;
    bool well = false;
    if (!pattern_fits(f->words->rows, ROW_MAY, str_sub(text, 0, LINE_MAX)))
        return;
    int64_t time_ms = line_time(reader, str_sub(text, 0, LINE_MAX));
    f->line.time_ms = time_ms != 0 ? time_ms : f->line.time_ms;
    if (!scan_reads(f->scan, f->line.time_ms))
        return;
    f->line.row = f->line.number;
    line_read(reader, text, &f->line);
    starts_read(&starts, &f->line, 0);
    for (size_t i = 0; i < starts.count && !well; i++)
        well = says_well(f->words, str_trim(starts.at[i]));
    if (!well || f->line.claim.len > 0 || !is_new(f))
        return;
    f->line.good = good_find(f->scan->good, line_said(reader, text));
    match_words(f->scan, &f->line, f->known);
    f->found++;
}

static void take_piece(struct search *f, const struct kept_piece *p)
{
    struct str rest = p->block.text;
    for (int64_t lines = 0; rest.len > 0 && f->found < WORDS_MAX; lines++) {
        size_t at = (size_t)(rest.ptr - p->block.text.ptr);
        struct str text = str_trim(str_cut(rest, '\n', &rest));
        f->line.number =
            p->at.lines + 1 + lines + (int64_t)block_lines_gone(&p->block, at);
        f->line.cr_number = f->line.number + p->at.crs;
        if (f->line.number <= f->event[0])
            continue;
        f->line.offset = p->offset + block_raw_offset(&p->block, at);
        take_line(f, text);
    }
}

static int compare_rows(const void *left, const void *right)
{
    const int64_t *a = left, *b = right;
    return (*a > *b) - (*a < *b);
}

/* Something that would be a cause, or may end a program. */
static bool is_wanted(const struct scan *s, size_t log)
{
    bool any = false;
    for (size_t i = 0; i < s->hit_count && !any; i++)
        any = s->hit[i].at.log == log &&
              (s->hit[i].signature->role < ROLE_BOILERPLATE ||
               s->hit[i].signature->says_failed);
    for (size_t i = 0; i < s->error_count && !any; i++)
        any = s->error[i].at.log == log && s->error[i].fatal;
    return any;
}

/* What they could get over. */
static void list_events(struct search *f, size_t log)
{
    struct scan *s = f->scan;
    f->event = arena_array(s->arena, s->hit_count + s->error_count + 1,
                           sizeof(*f->event));
    for (size_t i = 0; i < s->hit_count; i++)
        if (s->hit[i].at.log == log &&
            s->hit[i].signature->role < ROLE_BOILERPLATE)
            f->event[f->event_count++] = s->hit[i].place.line;
    for (size_t i = 0; i < s->error_count; i++)
        if (s->error[i].at.log == log)
            f->event[f->event_count++] = s->error[i].place.line;
    if (f->event_count > 1)
        qsort(f->event, f->event_count, sizeof(*f->event), compare_rows);
}

void speakers_find(struct speakers *w, struct scan *s, size_t log)
{
    const struct kept_piece *p = kept_of(s->kept, log);
    struct search f = {.words = w, .scan = s};
    f.known = catalogue_of_words(s->catalogue, WORDS_SPEAKER_WELL);
    if (p == NULL || p->at.newest_first || f.known == NULL ||
        !is_wanted(s, log))
        return;
    list_events(&f, log);
    f.line = (struct line){.file = p->at.file, .log = log};
    f.line.time_ms = p->timed_ms;
    for (; p != NULL && f.event_count > 0; p = p->next)
        take_piece(&f, p);
}

bool speakers_is_word(const struct occurrence *news)
{
    return news->signature->words == WORDS_SPEAKER_WELL;
}

bool speakers_are_one(const struct scope *a, const struct scope *b)
{
    bool step = a->step[0] == '\0' || b->step[0] == '\0' ||
                strcmp(a->step, b->step) == 0;
    return step && strcmp(a->source, b->source) == 0 &&
           (a->source[0] != '\0' || strcmp(a->unit, b->unit) == 0);
}

static struct str text_of(const struct occurrence *o)
{
    return str_from(o->evidence_count == 0 ? "" : o->evidence[0].text);
}

bool speakers_may_agree(const struct speakers *w, struct str a, struct str b)
{
    bool first = false, second = false, same = false;
    for (size_t i = 0; i < ARRAY_COUNT(thing_row); i++) {
        bool in_a = pattern_fits(w->things, i, a);
        bool in_b = pattern_fits(w->things, i, b);
        first = first || in_a;
        second = second || in_b;
        same = same || (in_a && in_b);
    }
    return same || !first || !second;
}

bool speakers_is_about(const struct speakers *w, const struct occurrence *news,
                       struct str error)
{
    return speakers_may_agree(w, text_of(news), error);
}

bool speakers_waits(const struct speakers *w, struct str error)
{
    return pattern_fits(w->rows, ROW_WAITS, error);
}

bool speakers_is_done(const struct speakers *w, const struct occurrence *news)
{
    return news->scope.source[0] == '#' &&
           pattern_fits(w->rows, ROW_DONE, text_of(news));
}

bool speakers_end_between(const struct occurrence *const *end, size_t count,
                          const struct occurrence *news,
                          const struct position *at, const struct scope *who)
{
    for (size_t i = 0; i < count; i++)
        if (end[i]->first_at.order < news->first_at.order &&
            end[i]->first_at.order > at->order &&
            end[i]->first_at.log == at->log && subject_names(end[i], who->unit))
            return true;
    return false;
}

/* The good words of speakers and the ends that hosts report, last ones first.
 */
struct told {
    const struct occurrence **news, **end;
    size_t news_count, end_count;
};

static struct told list_told(struct scan *s, const struct occurrences *all)
{
    struct told t = {.news = arena_array(s->arena, NEWS_MAX, sizeof(*t.news)),
                     .end = arena_array(s->arena, ENDS_MAX, sizeof(*t.end))};
    for (size_t i = all->count; i-- > 0;) {
        const struct occurrence *o = &all->item[i];
        if (speakers_is_word(o) && t.news_count < NEWS_MAX)
            t.news[t.news_count++] = o;
        if (o->signature->says_failed && t.end_count < ENDS_MAX &&
            subject_is_named(o))
            t.end[t.end_count++] = o;
    }
    return t;
}

static bool is_over(const struct speakers *w, const struct told *t,
                    const struct occurrence *news, const struct error_line *e)
{
    struct str text = str_from(e->text);
    return speakers_is_done(w, news) ||
           (speakers_waits(w, text) && speakers_is_about(w, news, text)) ||
           speakers_end_between(t->end, t->end_count, news, &e->at, &e->scope);
}

#define WORDS_EACH 3 /* that are tried for an error */

void speakers_settle(const struct speakers *w, struct scan *s,
                     const struct occurrences *all)
{
    struct told t = list_told(s, all);
    for (size_t i = 0; t.news_count > 0 && i < s->error_count; i++) {
        struct error_line *e = &s->error[i];
        for (size_t k = 0, tried = 0;
             k < t.news_count && tried < WORDS_EACH && !e->over; k++) {
            const struct occurrence *news = t.news[k];
            if (news->first_at.order <= e->at.order)
                break;
            if (news->first_at.log != e->at.log ||
                !speakers_are_one(&news->scope, &e->scope))
                continue;
            tried++;
            e->over = is_over(w, &t, news, e);
        }
    }
}
