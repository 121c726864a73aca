/* The last lines of what was kept of a log, read one by one. */
#include "scan/last_words.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/attr.h"
#include "language/regex.h"
#include "scan/error_words.h"
#include "scan/kept.h"
#include "scan/pattern_table.h"
#include "scan/readers.h"

#define EXIT_WITHIN  3  /* where lines tell their time */
#define WITHIN       30 /* lines from the end of the log */
#define PATTERNS_MAX 64 /* of a signature */
#define LOOKED_AT    ((size_t)400)

/* What can fail, as people call it, and how they go on to name it. */
#define THING                                                                  \
    "(?:build(?:s|ing)?|deploy(?:s|ment|ing)?|releases?|test(?:s|ing)?|"       \
    "suites?|specs?|jobs?|tasks?|steps?|stages?|phase|pipeline|workflow|"      \
    "compil(?:e|ation|ing)|install(?:ation|ing)?|migrations?|updat(?:e|ing)|"  \
    "upgrade|publish(?:ing)?|push(?:ing)?|checks?|validation|lint(?:ing)?|"    \
    "sessions?|targets?|runs?|commands?|scripts?|(?:sub)?process|"             \
    "packag(?:e|ing)|projects?|resolution|resolving|solving|"                  \
    "provision(?:ing|er)?|rollout|apply|plan|stacks?|execution|generation|"    \
    "verification|analysis|audit|bundl(?:e|ing)|link(?:ing)?|"                 \
    "config(?:ure|uration)|bootstrap|startup|operation|sync|backup|restore|"   \
    "container|image|hook|actions?|recipe|playbook|resources?|assertions?|"    \
    "examples?|scenarios?|modules?|files?|formatting|generat(?:e|ing))"
#define NAMED "(?: [\\w./:@=~+\"'`\\[\\]-]{1,80}){0,3}"

enum { ROW_DENIES, ROW_DONE, ROW_STOPS, ROW_EXIT };

static const struct pattern_row word_row[] = {
    [ROW_DENIES] = {"denies a failure", 0, 0,
                    "(?i)\\b(?:0|no|none|zero) (?:\\S{1,40} ){0,2}failed|"
                    "\\b(?:retr(?:y|ies|ying)|ignor\\w*|flaky|will be|would|"
                    "if|when|unless|allowed to|expected|attempt \\d+|"
                    "retried|restarting|fixed|skipp(?:ed|ing)|falling "
                    "back|using default|continuing)\\b|\\bwarnings?:|\\bfailed "
                    "?[:=] ?(?:0|false|none)\\b|"
                    "\\bfail(?:ed)? ?over\\b"},
    [ROW_DONE] =
        {"it succeeded", 0, 0,
         "(?i)^\\W{0,12}(?:OK(?: \\(.{0,80}\\))?|PASS|SUCCESS|DONE)\\W{0,12}$|"
         "\\bsuccessfully (?:deployed|released|rolled out|published)\\b|"
         "(?:^|[\\s:>\\])(/-])\\b" THING "(?:\\(s\\))?" NAMED
         " (?:has |have |was |were )?(?:succeeded|successful|"
         "(?:completed|finished|deployed|applied) successfully)\\b"},
    [ROW_STOPS] = {"it stops", 0, 0,
                   "^(?:\\S )?(?:Abort(?:ed|ing)|Giving up|Killed|Exiting "
                   "(?:due|because)|Cannot continue|"
                   "Can't continue)\\b"},
    [ROW_EXIT] =
        {"an exit code", 0, 0,
         "(?i)\\breturn(?:ed|s) -?[1-9]\\d{0,4}(?:[.:,;)]|$)|"
         "\\b(?:exit(?:s|ed|ing)?(?: with)?|"
         "(?:exit|return|error|result) ?(?:code|status|value))"
         "(?: "
         "(?:exit|error|return|code|status|value|of|was|is))*[\\s\"'(:=]{1,4}"
         "-?[1-9]\\d{0,9}(?:\\W|$)|\\bnon-?zero "
         "(?:exit|return|status|code|value)"},
    {"something failed", 0, 0,
     "(?i)(?:^|[\\s:>\\]\\w(/-])\\b" THING "(?:\\(s\\))?" NAMED
     " (?:has |have |was |were )?(?:failed|errored|aborted|unsuccessful)\\b"},
    {"a status of failure", 0, 0,
     "(?i)\\b(?:status|state|result|outcome|conclusion|phase|verdict)\\b"
     "[\\s:=\"'>-]{1,6}(?:is |was )?[\"'\\[]?(?:fail(?:ed|ure)?|errored|error|"
     "broken|aborted|unsuccessful)\\b"},
    {"could not do its work", 0, 0,
     "^(?:ERROR! )?(?:Failed|Unable|Could not|Couldn't|Cannot) (?:to )?(?:run|"
     "build|deploy|start|execute|complete|install|compile|create|update|apply|"
     "upload|push|publish|resolve|initiali[sz]e|finish|process|provision)\\b|"
     "(?<!no )(?<!No )(?<!0 )(?<!without )\\b[Ee]rrors?(?:\\(s\\))? (?:were "
     "|was "
     ")?(?:found|occurred|encountered)\\b"},
    {"FAILED", 0, 0,
     "^\\W{0,40}(?:[\\w:./-]{1,80} ){0,4}FAIL(?:ED|URE|URES)?\\b\\W{0,40}"
     "(?:$| in \\d| with | \\d)"},
    {"a count of failures", 0, 0,
     "(?i)(?<![\\w./,-])(?<!of )(?![45]\\d\\d "
     "(?:Internal|Bad|Server|Client))[1-9]\\d*(?:/\\d+| of \\d+)?"
     "(?: [a-z()-]{1,20}){0,2} (?:failed|failures?|errors?|errored|failing|"
     "broken)\\b"},
    {"a count of failures behind its name", 0, 0,
     "(?i)(?:^\\W*|[,;(] ?)(?:failed|failures?|errors?|failing)(?: \\w{1,20})?"
     " {0,8}[:=] {0,12}[1-9]\\d{0,5}(?:\\W|$)"},
    {"a mark of failure", 0, 0,
     "(?:^|\\xE2\\x80\\xBA "
     ")(?:\\[[!xX]\\]|\\xE2\\x9C[\\x96\\x97\\x98]|\\xE2\\x9D\\x8C|\\xC3\\x97|"
     "\\xE2\\xA8\\xAF|\\xF0\\x9F\\x9A\\xA8)\\S{0,3} *\\w"},
};

struct last_words {
    struct pattern_table *rows;
    struct regex **regex; /* of the patterns of the signatures, in order */
    size_t count;
};

/* Of a log. */
struct tail {
    struct last_words *words;
    struct scan *scan;
    struct line line;
    int64_t from;  /* the first line that is near the end */
    size_t before; /* hits that were there */
    size_t told;   /* and why others were found */
    int64_t exit;  /* the last line by which a program ends, timed or not */
    bool timed;    /* the last line that says something tells its time */
};

struct last_words *last_words_open(void)
{
    struct last_words *w = heap_zeroed(sizeof(*w));
    w->rows = pattern_table_open(word_row, ARRAY_COUNT(word_row));
    return w;
}

void last_words_close(struct last_words *w)
{
    if (w == NULL)
        return;
    for (size_t i = 0; i < w->count; i++)
        regex_close(w->regex[i]);
    pattern_table_close(w->rows);
    free(w->regex);
    free(w);
}

static size_t patterns_of(const struct signature *g)
{
    return g->ending == ENDING_LAST ? g->pattern_count + g->detail_count : 0;
}

static void make_room(struct last_words *w, const struct catalogue *all)
{
    size_t count = 0;
    for (size_t i = 0; i < all->count; i++)
        count += patterns_of(&all->signature[i]);
    if (w->count > 0 || count == 0)
        return;
    w->regex = heap_zeroed(count * sizeof(struct regex *));
    w->count = count;
}

/* In words that any tool may use: enum bare_words, or -1. */
static int word_of(const struct last_words *w, struct str said)
{
    said = str_sub(said, 0, LOOKED_AT);
    bool denies = pattern_fits(w->rows, ROW_DENIES, said);
    for (size_t i = ROW_STOPS; i < ARRAY_COUNT(word_row) && !denies; i++)
        if (pattern_fits(w->rows, i, said))
            return WORDS_LAST_FAILED;
    return pattern_fits(w->rows, ROW_DONE, said) ? (int)WORDS_LAST_SUCCEEDED
                                                 : -1;
}

static void match_built_in(struct tail *e, struct str said)
{
    int word = word_of(e->words, said);
    const struct signature *known =
        word < 0
            ? NULL
            : catalogue_of_words(e->scan->catalogue, (enum bare_words)word);
    if (known != NULL)
        match_words(e->scan, &e->line, known);
}

/* By the patterns of a signature. */
static bool matches(struct tail *e)
{
    static const bool held[PATTERNS_MAX] = {
#define HELD_8 true, true, true, true, true, true, true, true
        HELD_8, HELD_8, HELD_8, HELD_8, HELD_8, HELD_8, HELD_8, HELD_8};
    const struct catalogue *all = e->scan->catalogue;
    bool found = false;
    for (size_t i = 0, at = 0; i < all->count; i++) {
        size_t n = patterns_of(&all->signature[i]);
        if (n > 0 && n <= PATTERNS_MAX && at + n <= e->words->count)
            found = match_signature(e->scan, &e->line, &all->signature[i],
                                    &e->words->regex[at], held) ||
                    found;
        at += n;
    }
    return found;
}

static void forget_words(struct tail *e)
{
    if (e->scan->hit_count > e->before)
        e->scan->hit_count = e->before;
    e->scan->why_count = e->told;
}

static void take_line(struct tail *e, struct str text)
{
    struct readers *r = e->scan->readers;
    size_t hits = e->scan->hit_count;
    int64_t time_ms = line_time(r->line, str_sub(text, 0, 500));
    e->line.row = e->line.number;
    if (time_ms != 0)
        e->line.time_ms = time_ms;
    if (!scan_reads(e->scan, e->line.time_ms))
        return;
    line_read(r->line, text, &e->line);
    e->line.good = good_find(e->scan->good, line_said(r->line, text));
    struct str said = e->line.part_count > 0 ? e->line.part[0] : text;
    said = str_trim(said);
    if (error_words_says(r->words, said))
        e->timed = time_ms != 0;
    if (!matches(e))
        match_built_in(e, said);
    const struct pattern_table *rows = e->words->rows;
    if (e->scan->hit_count > hits) {
        if (pattern_fits(rows, ROW_EXIT, said) ||
            pattern_fits(rows, ROW_STOPS, said))
            e->exit = e->line.number;
        e->scan->hit[e->before] = e->scan->hit[e->scan->hit_count - 1];
        e->scan->hit_count = e->before + 1;
    } else if (error_words_went_well(r->words, said)) {
        forget_words(e);
    }
}

static void take_piece(struct tail *e, const struct kept_piece *p)
{
    struct str rest = p->block.text;
    for (int64_t lines = 0; rest.len > 0; lines++) {
        size_t at = (size_t)(rest.ptr - p->block.text.ptr);
        struct str text = str_cut(rest, '\n', &rest);
        e->line.number =
            p->at.lines + 1 + lines + (int64_t)block_lines_gone(&p->block, at);
        if (e->line.number < e->from)
            continue;
        if (text.len > 0 && text.ptr[text.len - 1] == '\r')
            text.len--;
        e->line.cr_number = e->line.number + p->at.crs;
        e->line.offset = p->offset + block_raw_offset(&p->block, at);
        take_line(e, text);
    }
}

/* By a host, by a tool behind the words or just above, or by what is known. */
static bool is_told(const struct tail *e)
{
    const struct scan *s = e->scan;
    const struct hit *word = &s->hit[e->before];
    bool failed = word->signature->role == ROLE_FAILED;
    for (size_t i = 0; i < e->before; i++) {
        const struct hit *h = &s->hit[i];
        const struct signature *g = h->signature;
        int64_t behind = word->place.line - h->place.line;
        if (h->at.log != word->at.log || h->detail)
            continue;
        if (failed && g->ending < 0 && behind >= 0 && behind <= g->span)
            return true; /* of the text of what is known */
        if (!failed && g->ending < 0 && behind == 0)
            return true; /* what is known of one workload is not of the run */
        if (g->ending < 0)
            continue;
        if (g->role == ROLE_SUCCEEDED
                ? g->ending <= ENDING_JOB || h->place.line > word->place.line
                : h->place.line >= e->from)
            return true;
    }
    return false;
}

void last_words_find(struct last_words *w, struct scan *s, size_t log)
{
    const struct kept_piece *first = kept_of(s->kept, log), *last = first;
    if (first == NULL || first->at.newest_first)
        return;
    make_room(w, s->catalogue);
    struct tail e = {
        .words = w, .scan = s, .before = s->hit_count, .told = s->why_count};
    e.line = (struct line){.file = first->at.file, .log = log};
    e.from = kept_line_count(first) - WITHIN + 1;
    while (last->next != NULL) {
        if (last->next->at.lines < e.from - 1)
            first = last->next;
        last = last->next;
    }
    e.line.time_ms = first->timed_ms;
    for (; first != NULL; first = first->next)
        take_piece(&e, first);
    bool ended = e.exit > 0 && e.line.number - e.exit < EXIT_WITHIN;
    if (s->hit_count > e.before && ((e.timed && !ended) || is_told(&e)))
        forget_words(&e);
}
