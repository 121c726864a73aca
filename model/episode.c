/* Episodes: their shape, their order, their failure in short. */
#include "model/episode.h"

#include <string.h>

#include "base/shape_rows.h"
#include "model/ids.h"
#include "model/vocabulary.h"

#define HTTP_ERRORS 400 /* statuses from here on are failures by themselves */

#define STRUCT episode
static const struct shape_field episode_shape_rows[] = {
    RULED("check", check, &check_id_rule, "id of the check"),
    FIELD("title", SHAPE_TEXT, title, "title of the check"),
    FIELD("region", SHAPE_TEXT, region,
          "where it was seen from; empty: not named"),
    NAMED("severity", severity, &severity_names,
          "the worst in it; a slow answer is at most minor"),
    NAMED("worst", worst, &status_names, "degraded or fail"),
    FIELD("from", SHAPE_TIME, from_ms, "start of the first failed round"),
    FIELD("to", SHAPE_TIME, to_ms,
          "start of the first good round after it; null while it fails"),
    FIELD("last", SHAPE_TIME, last_ms, "start of the last failed round"),
    FIELD("rounds", SHAPE_INT, rounds, "rounds that failed"),
    FIELD("answers", SHAPE_INT, answers, "responses in those rounds"),
    FIELD("failed", SHAPE_INT, failed, "responses that failed"),
    FIELD("http_status", SHAPE_INT, http_status,
          "of the last failure; 0 without a response"),
    FIELD("first_failure", SHAPE_TEXT, first_failure,
          "message of the first failed round"),
    FIELD("last_failure", SHAPE_TEXT, last_failure,
          "message of the last failed round"),
};
SHAPE_OF(episode_shape, "episode");
#undef STRUCT

struct outage episodes_outage(const struct episode *e, size_t count,
                              int64_t now_ms)
{
    struct outage o = {.times = 0};
    for (size_t i = 0; i < count; i++) {
        int64_t to_ms = e[i].to_ms == 0 ? now_ms : e[i].to_ms;
        to_ms = to_ms < e[i].from_ms ? e[i].from_ms : to_ms;
        o.ongoing = o.ongoing || e[i].to_ms == 0;
        if (o.times == 0 || e[i].from_ms > o.to_ms) {
            o.from_ms = o.times == 0 ? e[i].from_ms : o.from_ms;
            o.failing_ms += to_ms - e[i].from_ms;
            o.to_ms = to_ms;
            o.times++;
        } else if (to_ms > o.to_ms) {
            o.failing_ms += to_ms - o.to_ms;
            o.to_ms = to_ms;
        }
    }
    return o;
}

int episode_compare(const void *left, const void *right)
{
    const struct episode *a = left, *b = right;
    if (a->from_ms != b->from_ms)
        return a->from_ms < b->from_ms ? -1 : 1;
    if (a->severity != b->severity)
        return a->severity < b->severity ? -1 : 1;
    return strcmp(a->check, b->check);
}

const char *episode_failure(struct arena *a, const struct episode *e)
{
    if (e->http_status >= HTTP_ERRORS)
        return arena_printf(a, "HTTP %lld", (long long)e->http_status);
    if (e->last_failure != NULL)
        return e->last_failure;
    return e->first_failure == NULL ? "no message" : e->first_failure;
}

static const char *title_of(const struct episode *e)
{
    return e->title == NULL ? e->check : e->title;
}

const char *episode_began(struct arena *a, const struct episode *e)
{
    struct episode first = *e;
    first.last_failure = NULL; /* of its beginning */
    return arena_printf(a, "%s %s: %s", title_of(e),
                        e->worst == STATUS_DEGRADED ? "was degraded" : "failed",
                        episode_failure(a, &first));
}

const char *episode_ended(struct arena *a, const struct episode *e)
{
    return arena_printf(a, "%s recovered", title_of(e));
}
