/* Rules about what is done and what is not. */
#include "lint/internal.h"

/* Work for later, not a test of what was done: "- [ ] Validate it in CI". */
static bool is_follow_up(struct review *r, const struct statement *s)
{
    size_t at = s->section;
    while (at > 0 &&
           (r->d->section[at].own & (TOPIC_ACTIONS | TOPIC_PREVENT)) == 0)
        at = r->d->section[at].parent;
    if (at == 0 || seen(r->p, "\\bnext\\b|\\bnow\\b|\\bimmediate",
                        r->d->section[at].title))
        return false;
    return !seen(
        r->p,
        "\\b(the|this|that|its?) (fix|resolution|recovery|repair|"
        "rollback|deploy(ment)?|service|change)\\b|\\bin production\\b",
        s->text);
}

/* An open verification: by its section, or by its own words. */
static bool is_open_verification(struct review *r, const struct statement *s)
{
    if (s->kind == STATEMENT_HEADING || s->kind == STATEMENT_MATTER)
        return false;
    bool marked = s->marking == MARKING_PENDING || s->marking == MARKING_FAILED;
    if (!marked)
        return false;
    if (is_follow_up(r, s))
        return false;
    if (under(r->d, s->section,
              TOPIC_TIMELINE | TOPIC_LESSONS | TOPIC_PREVENT | TOPIC_CAUSE |
                  TOPIC_STORY))
        return false;
    if (s->marking == MARKING_PENDING && s->kind != STATEMENT_ROW &&
        under(r->d, s->section, TOPIC_VERIFY | TOPIC_CRITERIA))
        return true;
    if (s->marking == MARKING_FAILED)
        return s->kind != STATEMENT_ROW && s->about.when != WHEN_BEFORE &&
               s->about.when != WHEN_DURING &&
               under(r->d, s->section, TOPIC_CRITERIA | TOPIC_VERIFY);
    return seen(r->p, "^(will |to )?(verify|test|confirm|validate|check)\\b",
                s->text);
}

/* Past tense where the solution stands, and its test still to come. */
static void solved_untested(struct review *r)
{
    const struct statement *done = NULL;
    EACH (statement, s, r->d, statement) {
        if (done == NULL && s->kind != STATEMENT_HEADING &&
            under(r->d, s->section, TOPIC_SOLUTION) &&
            !under(r->d, s->section, TOPIC_PREVENT) &&
            seen(r->p,
                 "^(we )?(disabled|fixed|removed|added|changed|reverted|"
                 "restarted|rolled back|updated|patched|replaced)\\b",
                 s->text))
            done = s;
        if (done == NULL || !under(r->d, s->section, TOPIC_VERIFY))
            continue;
        if (!seen(r->p,
                  "\\b(after|once|when) (the |this )?(fix|change|solution)\\b.*"
                  "\\b(is|are|has been) (deployed|shipped|released|live)",
                  s->text))
            continue;
        remark_at(r, s->line, s->text,
                  "the solution is told as done on line %u, and its test is "
                  "still to come: nothing tells whether it is fixed",
                  done->line);
        return;
    }
}

/* The sentence of a text in which a part of it is. */
static struct str sentence_of(struct str text, struct str part)
{
    size_t from = (size_t)(part.ptr - text.ptr), to = from + part.len;
    while (from > 0 && text.ptr[from - 1] != '.' && text.ptr[from - 1] != ';')
        from--;
    while (to < text.len && text.ptr[to] != '.' && text.ptr[to] != ';')
        to++;
    return str_sub(text, from, to - from);
}

/* What is said of now: it still fails, and the incident is called over. */
static void still_failing(struct review *r)
{
    EACH (statement, s, r->d, statement) {
        struct str g[1];
        if (s->kind == STATEMENT_HEADING || s->about.claim != CLAIM_FACT ||
            !under(r->d, s->section, TOPIC_STATUS | TOPIC_SUMMARY) ||
            !found(r->p,
                   "\\b(is|are|remains?|continues?) (currently |to be )?"
                   "(still )?(failing|down|unavailable|degraded|broken|offline|"
                   "unreachable|blocked|returning errors)\\b",
                   s->prose, g, 1) ||
            seen(r->p,
                 "\\b(if|when(ever)?|no longer|not|until|while|was|were)\\b",
                 sentence_of(s->prose, g[0])))
            continue;
        remark_at(r, s->line, s->text, "resolved, but '%.*s'",
                  STR_ARGS(str_sub(s->text, 0, 90)));
        return;
    }
}

void check_resolved_unverified(struct review *r)
{
    size_t last = 0;
    if (r->d->status_count == 0)
        solved_untested(r);
    if (!r->d->resolved)
        return;
    if (r->d->status_count > 0 && r->d->status[0].state == STATE_DONE)
        still_failing(r);
    EACH (statement, s, r->d, statement) {
        if (!is_open_verification(r, s) || (last > 0 && s->section == last))
            continue;
        last = s->section;
        remark_at(r, s->line, s->text, "resolved, but '%.*s' is %s",
                  STR_ARGS(str_sub(s->text, 0, 80)),
                  s->marking == MARKING_FAILED ? "failed" : "pending");
    }
}

void check_estimate_in_resolved(struct review *r)
{
    const struct document *d = r->d;
    if (!d->resolved)
        return;
    EACH (event_row, e, d, event)
        if (e->moment.about ||
            seen(r->p,
                 "\\b(estimated|expected|approx(imate(ly)?)?|planned)\\b\\)?",
                 e->text))
            remark_at(r, e->line, e->moment.text,
                      "the timeline of what is over has an estimate: '%.*s'",
                      STR_ARGS(str_sub(
                          e->moment.about ? e->moment.text : e->text, 0, 60)));
    EACH (stated, s, d, stated)
        if (s->length.about || seen(r->p, "\\bestimated\\b", s->from->text))
            remark_at(r, s->from->line, s->length.text,
                      "'%.*s' is an estimate of what is over",
                      STR_ARGS(str_sub(s->from->text, 0, 80)));
}

/* The last time that the document knows of itself. */
static int64_t span_seconds(const struct document *d)
{
    if (d->event_count < 2)
        return -1;
    int64_t low = d->event[0].at, high = low;
    EACH (event_row, e, d, event) {
        low = e->at < low ? e->at : low;
        high = e->at > high ? e->at : high;
    }
    return high - low;
}

void check_future_done(struct review *r)
{
    const struct document *d = r->d;
    EACH (statement, s, d, statement) {
        struct length l;
        size_t at = 0;
        if (s->marking != MARKING_DONE || s->kind == STATEMENT_HEADING ||
            s->kind == STATEMENT_ROW)
            continue;
        bool watches =
            seen(r->p, "^(continue to |keep )?(monitor|watch|observe)\\w*\\b",
                 s->text);
        if (watches && length_next(r->p, s->text, &at, &l) && l.high >= 3600 &&
            span_seconds(d) >= 0 && span_seconds(d) < l.high)
            remark_at(r, s->line, s->text,
                      "'%.*s' is marked as done, and the timeline spans %lld "
                      "minutes",
                      STR_ARGS(str_sub(s->text, 0, 80)),
                      (long long)span_seconds(d) / 60);
        else if (!s->task && under(d, s->section, TOPIC_ACTIONS) &&
                 seen(r->p,
                      "^(verify|test|monitor|watch|wait|check|confirm|ensure|"
                      "investigate|schedule|plan)\\b",
                      s->text))
            remark_at(r, s->line, s->text,
                      "'%.*s' tells what to do and is marked as done",
                      STR_ARGS(str_sub(s->text, 0, 80)));
    }
}

static bool is_open_text(struct review *r, const struct statement *s)
{
    if (s->marking == MARKING_PENDING)
        return true;
    if (s->marking != MARKING_NONE || s->kind == STATEMENT_ROW)
        return false;
    return seen(r->p,
                "\\b(need(s)? to (identify|find|be|verify|determine|decide)|"
                "not yet|still (unknown|open|pending)|to be "
                "(done|determined|verified|decided)|awaiting)\\b|"
                "^(status|state|result|progress): .*\\b(unknown|pending|open|"
                "tbd|in progress)\\b",
                s->text);
}

void check_done_but_pending(struct review *r)
{
    const struct document *d = r->d;
    for (size_t i = 1; i < d->section_count; i++) {
        const struct section *in = &d->section[i];
        if (in->marking != MARKING_DONE)
            continue;
        EACH (statement, s, d, statement) {
            if (s->line <= in->line || s->line > in->last_line ||
                s->kind == STATEMENT_HEADING || s->footer ||
                !is_open_text(r, s))
                continue;
            remark_at(r, in->line, in->title,
                      "'%.*s' is marked as done, but line %u says '%.*s'",
                      STR_ARGS(str_sub(in->title, 0, 80)), s->line,
                      STR_ARGS(str_sub(s->text, 0, 80)));
            break;
        }
    }
}

/* Something that can be checked: an item or line with a mark. */
static bool is_check(const struct document *d, const struct statement *s)
{
    return (s->kind == STATEMENT_ITEM || s->kind == STATEMENT_TEXT) &&
           (s->marking == MARKING_DONE || s->marking == MARKING_PENDING) &&
           under(d, s->section,
                 TOPIC_VERIFY | TOPIC_CRITERIA | TOPIC_ACTIONS | TOPIC_STATUS |
                     TOPIC_SUMMARY);
}

void check_criterion_differs(struct review *r)
{
    const struct document *d = r->d;
    const struct statement *check[CHECKS_COMPARED_MAX];
    struct stems *words =
        arena_array(r->a, CHECKS_COMPARED_MAX, sizeof(*words));
    size_t count = 0;
    EACH (statement, s, d, statement)
        if (is_check(d, s) && count < CHECKS_COMPARED_MAX) {
            stems_of(&words[count], s->text);
            check[count++] = s;
        }
    for (size_t i = 1; i < count; i++)
        for (size_t j = 0; j < i; j++) {
            size_t fewer = words[i].count < words[j].count ? words[i].count
                                                           : words[j].count;
            if (check[i]->marking == check[j]->marking || fewer < 3 ||
                check[i]->section == check[j]->section ||
                stems_shared(&words[i], &words[j]) * 10 < fewer * 8)
                continue;
            remark_at(r, check[i]->line, check[i]->text,
                      "'%.*s' is %s here and %s on line %u",
                      STR_ARGS(str_sub(check[i]->text, 0, 80)),
                      check[i]->marking == MARKING_DONE ? "done" : "pending",
                      check[j]->marking == MARKING_DONE ? "done" : "pending",
                      check[j]->line);
            break;
        }
}

/* The place of a moment in seconds, or -1 when it has no date. */
static int64_t instant(const struct moment *m)
{
    if (m->form == DATE_NONE)
        return -1;
    return m->day * 86400 + (m->second < 0 ? 0 : m->second);
}

/* A chapter that follows the line of the last update, in a footer. */
static unsigned chapter_after(const struct document *d, unsigned line)
{
    for (size_t i = 2; i < d->section_count; i++)
        if (d->section[i].line > line && d->section[i].level <= 2 &&
            d->section[i].last_line > d->section[i].line)
            return d->section[i].line;
    return 0;
}

void check_newer_than_update(struct review *r)
{
    const struct document *d = r->d;
    const struct statement *update = NULL;
    struct moment m;
    EACH (statement, s, d, statement)
        if (seen(r->p,
                 "^(last )?(updated|modified|update|revised|edited)( on| at)?$",
                 s->label))
            update = s;
    size_t at = 0;
    if (update == NULL || !moment_next(r->p, update->value, &at, &m) ||
        m.form == DATE_NONE)
        return;
    int64_t last = instant(&m) + (m.second < 0 ? 86399 : 60);
    unsigned chapter = update->footer ? chapter_after(d, update->line) : 0;
    if (chapter > 0)
        remark_at(r, update->line, update->text,
                  "the last update stands above a chapter on line %u that was "
                  "added later",
                  chapter);
    EACH (statement, s, d, statement) {
        struct moment other;
        size_t from = 0;
        if (!seen(r->p,
                  "^(\\w+ ){0,3}(completed|resolved|finished|deployed|"
                  "verified|closed|ended|date)( on| at)?$",
                  s->label) ||
            !moment_next(r->p, s->value, &from, &other) ||
            instant(&other) <= last ||
            seen(r->p, "\\bdue|planned|expected|next\\b", s->label))
            continue;
        remark_at(r, update->line, update->text,
                  "last updated '%.*s', but line %u tells of '%.*s'",
                  STR_ARGS(m.text), s->line, STR_ARGS(other.text));
        return;
    }
}
