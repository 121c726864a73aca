/* Points. Severity and role weigh most; the rest decides between equals. */
#include "scan/rank.h"

#define NEAR_LINES  10           /* on either side: a heap of errors */
#define NEAR_ERRORS ((size_t)40) /* of those that are looked at, likewise */
#define NEAR_MOST   5

int64_t rank_order(const struct cause_parts *p)
{
    if (p->root != NULL)
        return p->root->first_at.order;
    if (p->unknown != NULL)
        return p->unknown->at.order;
    return p->follower_count > 0 ? p->follower[0]->first_at.order : INT64_MAX;
}

static size_t log_of(const struct cause_parts *p)
{
    if (p->root != NULL)
        return p->root->first_at.log;
    if (p->unknown != NULL)
        return p->unknown->at.log;
    return p->follower_count > 0 ? p->follower[0]->first_at.log : 0;
}

static int64_t row_of(const struct cause_parts *p)
{
    if (p->root != NULL)
        return p->root->first.line;
    if (p->unknown != NULL)
        return p->unknown->place.line;
    return p->follower_count > 0 ? p->follower[0]->first.line : 0;
}

static int severity_of(const struct cause_parts *p)
{
    int worst = SEVERITY_INFO;
    if (p->root != NULL)
        worst = (int)p->root->signature->severity;
    for (size_t i = 0; i < p->follower_count; i++) {
        int severity = (int)p->follower[i]->signature->severity;
        worst = severity < worst ? severity : worst;
    }
    return p->recovery == NULL ? worst : SEVERITY_INFO;
}

/* Error lines near a line, itself left out; both ways of it in the list. */
int64_t rank_crowd(const struct scan *s, size_t log, int64_t line,
                   int64_t order)
{
    size_t low = error_from(s, order);
    int64_t count = 0;
    size_t from = low > NEAR_ERRORS ? low - NEAR_ERRORS : 0;
    for (size_t i = from; i < s->error_count && i < low + NEAR_ERRORS; i++) {
        int64_t distance = s->error[i].place.line - line;
        count += s->error[i].at.log == log && distance != 0 &&
                 distance <= NEAR_LINES && -distance <= NEAR_LINES;
    }
    return count;
}

struct points {
    struct cause_parts *of;
    struct buf text;
};

static void add(struct points *p, int64_t points, const char *what)
{
    if (points == 0)
        return;
    p->of->rank.score += points;
    buf_printf(&p->text, "%s%s %+lld", p->text.len == 0 ? "" : ", ", what,
               (long long)points);
}

static void add_kind(struct points *p)
{
    if (p->of->root != NULL)
        add(p, 40, "a known root");
    else if (p->of->unknown != NULL)
        add(p, p->of->unknown->database ? 30 : 15, "an unknown error");
    else
        add(p, 20, "a root elsewhere");
}

static void add_severity(struct points *p)
{
    static const int points[] = {60, 40, 15, 0}; /* by enum severity */
    int severity = severity_of(p->of);
    add(p, points[severity], name_of(&severity_names, severity));
}

static void add_news(const struct scan *s, struct points *p)
{
    bool known = p->of->root != NULL || p->of->unknown != NULL;
    if (s->good == NULL || !known)
        return;
    const struct in_good good =
        p->of->root != NULL ? p->of->root->good : p->of->unknown->good;
    if (good.all)
        add(p, -200, "the good deploy has it, too");
    else if (good.some)
        add(p, -20, "some good deploys have it, too");
    else
        add(p, 20, "new since the good deploy");
}

void rank_cause(struct scan *s, struct cause_parts *p, int64_t first,
                bool another_ended)
{
    struct points points = {.of = p};
    int64_t order = rank_order(p);
    int64_t near = rank_crowd(s, log_of(p), row_of(p), order);
    int64_t followers = p->follower_count > 3 ? 3 : (int64_t)p->follower_count;
    buf_init(&points.text, 1000);
    p->rank.score = 0;
    add_kind(&points);
    add_severity(&points);
    if (p->root != NULL || p->unknown != NULL)
        add(&points, 4 * followers, "consequences");
    add_news(s, &points);
    add(&points, near > NEAR_MOST ? NEAR_MOST : near, "errors around it");
    add(&points, order == first ? 3 : 0, "the first of all");
    bool waits = another_ended && p->end == NULL && p->root != NULL &&
                 p->root->signature->of_another;
    add(&points, waits ? -30 : 0, "another program ended");
    add(&points, p->recovery == NULL ? 0 : -100, "got over");
    add(&points, p->earlier ? -200 : 0, "from an earlier deploy");
    p->rank.text = buf_dup(s->arena, &points.text);
    buf_release(&points.text);
}
