/*
 * A line's points come from its shape, from its words (error_words.c) and from
 * where it stands: in the step that failed, near the line that says so, among
 * other errors. Of equals the first one wins, since what comes after it may
 * follow from it.
 */
#include "scan/root_choice.h"

#include <stdlib.h>
#include <string.h>

#include "base/attr.h"
#include "scan/error_words.h"
#include "scan/rank.h"
#include "scan/readers.h"
#include "scan/subject.h"

#define CROWD_MOST 6
#define NEAR_WORD  60   /* lines above or below the word by which it failed */
#define LAST_WORDS 12   /* lines above it in which what was said may count */
#define LOOK_MAX   5000 /* error lines on either side */
#define HANDED     15   /* a line that ends in a colon hands on to it */
#define STOP_NEAR  12   /* lines below the first failure that are of it … */
#define BEHIND     20   /* … and points off behind them */
#define LEAST      0    /* points, where a run says that it failed … */
#define LEAST_OF   20   /* … and of what only passes on */

struct root_choice {
    const struct scan *scan;
    const struct run_ends *ends;
    const struct error_words *words;
    int *points; /* of the words of each error line; POINTS_UNKNOWN: not yet */
};

#define POINTS_UNKNOWN INT32_MAX

struct root_choice *root_choice_open(const struct scan *s,
                                     const struct run_ends *ends)
{
    struct root_choice *c = heap_zeroed(sizeof(*c));
    *c = (struct root_choice){s, ends, s->readers->words, NULL};
    c->points = heap_zeroed((s->error_count + 1) * sizeof(*c->points));
    for (size_t i = 0; i < s->error_count; i++)
        c->points[i] = POINTS_UNKNOWN;
    return c;
}

void root_choice_close(struct root_choice *c)
{
    free(c->points);
    free(c);
}

static bool is_of_word(const struct occurrence *w, const struct error_line *e)
{
    return e->scope.run == w->scope.run &&
           (w->signature->role >= ROLE_BOILERPLATE ||
            e->scope.region == w->scope.region) &&
           (w->signature->role != ROLE_SYMPTOM ||
            e->at.order <= w->first_at.order) &&
           (scope_joins(&w->first_at, &w->scope, &e->at, &e->scope) ||
            (subject_of_line(w, &e->scope) == SUBJECT_SAME &&
             e->at.log == w->first_at.log));
}

static bool same_step(const struct scope *a, const struct scope *b)
{
    return a->step[0] != '\0' && strcmp(a->step, b->step) == 0;
}

/* Where it stands to the word by which the run says that it failed. */
static int place_points(const struct occurrence *w, const struct error_line *e)
{
    int64_t lines = e->place.line - w->first.line;
    bool below = lines > 0;
    int sum = same_step(&e->scope, &w->scope) ? 35 : 10;
    lines = below ? lines : -lines;
    sum += lines <= NEAR_WORD ? 8 : 0;
    if (e->weak && e->said_last) /* nothing tells of an error */
        sum += !below && lines <= LAST_WORDS ? -(int)lines - 8 : -35;
    return sum;
}

static bool succeeds_later(const struct run_ends *ends, size_t index)
{
    const struct occurrence *o = ends->end[index];
    for (size_t i = index + 1; i < ends->count; i++)
        if (ends->end[i]->signature->role == ROLE_SUCCEEDED &&
            run_ends_same_tool(ends->end[i], o))
            return true;
    return false;
}

/*
 * The first word of the run by which something failed for good: what comes
 * well behind it is of cleaning up, of steps that run in any case, or follows.
 */
static const struct occurrence *first_stop(const struct root_choice *c,
                                           const struct occurrence *w)
{
    for (size_t i = 0; i < c->ends->count; i++) {
        const struct occurrence *o = c->ends->end[i];
        if (o->first_at.order >= w->first_at.order)
            return w;
        if (o->signature->role == ROLE_FAILED &&
            o->first_at.log == w->first_at.log &&
            o->scope.run == w->scope.run && !succeeds_later(c->ends, i))
            return o;
    }
    return w;
}

static int word_points(const struct root_choice *c, size_t index)
{
    if (c->points[index] == POINTS_UNKNOWN)
        c->points[index] =
            error_words_weight(c->words, str_from(c->scan->error[index].text));
    return c->points[index];
}

/* Any tool may print "Error: …"; with a class or a place it is of a runtime. */
static int shape_points(const struct error_line *e)
{
    if (e->shape == NULL || e->passes_on)
        return 0;
    bool bare = strcmp(e->shape->name, "node") == 0 &&
                strncmp(e->text, "Error: ", strlen("Error: ")) == 0;
    return bare ? 10 : 25;
}

static int points_of(const struct root_choice *c, size_t index,
                     const struct occurrence *word)
{
    const struct error_line *e = &c->scan->error[index];
    int64_t crowd = rank_crowd(c->scan, e->at.log, e->place.line, e->at.order);
    int sum = crowd > CROWD_MOST ? CROWD_MOST : (int)crowd;
    sum += shape_points(e);
    sum += e->handed ? HANDED : 0;
    sum += e->fatal ? 12 : 0;
    sum += e->weak ? 0 : 15;
    if (e->explained != NULL && e->explained->ending != ENDING_LAST)
        sum -= 12;                /* it is known to pass on */
    sum -= e->good.some ? 15 : 0; /* it was there when all went well */
    sum += word_points(c, index);
    return word == NULL ? sum : sum + place_points(word, e);
}

/*
 * A line that is known to pass on is a root where it says why itself; one that
 * only says that something failed is better than nothing where that is all.
 */
static bool may_be_root(const struct root_choice *c, const struct error_line *e,
                        const struct occurrence *word)
{
    const struct signature *s = e->explained;
    if (e->rooted || s == NULL)
        return !e->rooted;
    if (s->role == ROLE_BOILERPLATE)
        return word == NULL || word->signature->role != ROLE_SYMPTOM;
    return (s->role == ROLE_WRAPPER && word != NULL &&
            word->signature->role != ROLE_SYMPTOM &&
            error_words_gives_reason(c->words, str_from(e->text))) ||
           (s->role == ROLE_FAILED && (e->shape != NULL || word == NULL ||
                                       word->signature->role == ROLE_FAILED));
}

struct search {
    const struct root_choice *choice;
    const struct occurrence *word; /* or NULL */
    const struct occurrence *stop; /* the first failure of its run; or NULL */
    bool near;                     /* anybody's, close to the word */
};

/* The unit, pod or container that the word is about: "" when not told. */
static struct str subject_of(const struct occurrence *w)
{
    static const char *const name[] = {"unit", "container", "pod"};
    for (size_t i = 0; i < ARRAY_COUNT(name); i++) {
        const char *value = capture_get(w->capture, w->capture_count, name[i]);
        if (value != NULL)
            return str_sub(str_from(value), 0, strcspn(value, "."));
    }
    return STR_NONE;
}

/* Another program says it, and the word tells which one it is about. */
static bool is_of_another(const struct occurrence *w,
                          const struct error_line *e)
{
    struct str about = subject_of(w), who = str_from(e->scope.source);
    return about.len > 0 && who.len > 0 && str_find(who, about, 0) == who.len &&
           str_find(about, who, 0) == about.len &&
           e->place.line > w->first.line;
}

static bool is_near(const struct occurrence *w, const struct error_line *e)
{
    int64_t lines = e->place.line - w->first.line;
    bool quoted = w->signature->role == ROLE_SYMPTOM && e->weak &&
                  e->at.order > w->first_at.order;
    if (is_of_another(w, e) || quoted)
        return false;
    bool same_run = e->scope.run == w->scope.run ||
                    strcmp(e->scope.unit, w->scope.unit) != 0;
    return e->at.log == w->first_at.log && same_run && lines <= NEAR_WORD &&
           lines >= -NEAR_WORD;
}

#define OWN_LINES 4 /* of the text of a symptom, behind its first one */

/* What stands between the lines of a symptom is of its own text. */
static bool is_own(const struct occurrence *w, const struct error_line *e)
{
    return w != NULL && w->signature->role == ROLE_SYMPTOM && e->weak &&
           e->at.order >= w->first_at.order &&
           e->at.order <= w->last_at.order &&
           strcmp(e->scope.source, w->scope.source) == 0 &&
           e->place.line - w->first.line <= OWN_LINES;
}

/* Without a word: what ended by itself, or is new. */
static bool states_itself(const struct root_choice *c,
                          const struct error_line *e)
{
    bool news = c->scan->good != NULL && !e->good.some && !e->weak;
    bool serves = e->scope.source[0] != '\0' && e->scope.process[0] != '\0';
    return news || e->fatal || e->at_end ||
           (e->shape != NULL && e->shape->fails && !e->weak && !serves);
}

/* Wherever it stands. */
static bool may_count(const struct search *f, const struct error_line *e)
{
    const struct root_choice *c = f->choice;
    struct run_error error = {e->at, &e->scope, false};
    return may_be_root(c, e, f->word) && !e->passes_on && !e->forgiven &&
           !e->over && !(c->scan->good != NULL && e->good.all) &&
           run_ends_excuse(c->ends, &error) == NULL;
}

static bool is_candidate(const struct search *f, const struct error_line *e)
{
    const struct root_choice *c = f->choice;
    const struct occurrence *w = f->word;
    bool in_scope = w == NULL ? states_itself(c, e)
                    : f->near ? is_near(w, e)
                              : is_of_word(w, e);
    if (w != NULL && subject_of_line(w, &e->scope) == SUBJECT_ANOTHER)
        return false;
    return in_scope && may_count(f, e) && !is_own(w, e) &&
           (!e->said_last ||
            (w != NULL && w->signature->role != ROLE_SYMPTOM && !f->near));
}

static bool is_behind(const struct occurrence *stop, const struct error_line *e)
{
    return stop != NULL && e->place.line - stop->last.line > STOP_NEAR &&
           !same_step(&e->scope, &stop->scope);
}

static const struct error_line *find(const struct search *f)
{
    const struct root_choice *c = f->choice;
    const struct scan *s = c->scan;
    const struct error_line *best = NULL;
    const struct occurrence *w = f->word;
    size_t from = 0, to = s->error_count;
    bool failed = w != NULL && w->signature->role == ROLE_FAILED;
    int most = failed ? LEAST : LEAST_OF;
    if (w != NULL) {
        size_t at = error_from(s, w->first_at.order);
        from = at > LOOK_MAX ? at - LOOK_MAX : 0;
        to = to - at > LOOK_MAX ? at + LOOK_MAX : to;
    }
    for (size_t i = from; i < to; i++) {
        const struct error_line *e = &s->error[i];
        if (!is_candidate(f, e))
            continue;
        int sum = points_of(c, i, w) - (is_behind(f->stop, e) ? BEHIND : 0);
        if (sum > most) {
            most = sum;
            best = e;
        }
    }
    return best;
}

const struct error_line *root_choice_for(const struct root_choice *c,
                                         const struct occurrence *word)
{
    bool ends = word != NULL && word->signature->role == ROLE_FAILED;
    const struct search f = {c, word, ends ? first_stop(c, word) : NULL, false};
    return find(&f);
}

const struct error_line *root_choice_near(const struct root_choice *c,
                                          const struct occurrence *word)
{
    const struct search f = {c, word, NULL, true};
    return find(&f);
}

#define BESIDE_LEAST 10 /* points of what another program of the host says */

const struct error_line *root_choice_beside(const struct root_choice *c,
                                            const struct occurrence *o)
{
    const struct scan *s = c->scan;
    const struct search f = {c, NULL, NULL, false};
    const struct error_line *best = NULL;
    size_t i = error_from(s, o->first_at.order);
    int most = BESIDE_LEAST;
    for (size_t steps = 0; i-- > 0 && steps < LOOK_MAX; steps++) {
        const struct error_line *e = &s->error[i];
        bool another = e->scope.source[0] != '\0' &&
                       strcmp(e->scope.source, o->scope.source) != 0;
        if (e->at.log != o->first_at.log ||
            o->first.line - e->place.line > NEAR_WORD)
            break;
        int sum =
            another && !e->weak && may_count(&f, e) ? points_of(c, i, NULL) : 0;
        if (sum >= most) {
            most = sum;
            best = e;
        }
    }
    return best;
}
