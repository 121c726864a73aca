/* The page's incidents, figures and heads in words. */
#include "report/status_page/status_view.h"

#include <string.h>

#include "base/text.h"
#include "report/parts.h"

#define TIME_MAX   INT64_C(253402300799999) /* the last ms of the year 9999 */
#define CHECKS_MAX 3                        /* named of one incident */

bool status_is_time(int64_t ms)
{
    return ms > 0 && ms <= TIME_MAX;
}

const char *status_stamp(struct arena *a, int64_t ms)
{
    return status_is_time(ms) ? part_stamp(a, ms) : "unknown";
}

const char *status_text(struct arena *a, const char *text,
                        const char *otherwise)
{
    struct str s = str_trim(str_from(text));
    return s.len == 0 ? otherwise : text_elide(a, s, VIEW_TEXT_MAX);
}

static const char *known(const struct names *names, int value)
{
    bool is = value >= 0 && (size_t)value < names->count;
    return name_of(names, is ? value : -1);
}

const char *status_link(struct arena *a, const char *path)
{
    struct str s = str_from(path), rest = s;
    size_t colon = str_find(s, STR(":"), 0);
    if (s.len == 0 || s.len > VIEW_PATH_MAX || s.ptr[0] == '/' ||
        text_has_control(s) || utf8_check(s) < s.len ||
        str_find(s, STR("\\"), 0) < s.len ||
        (colon < s.len && colon < str_find(s, STR("/"), 0)))
        return NULL;
    struct buf out;
    buf_init(&out, (size_t)3 * VIEW_PATH_MAX);
    while (rest.len > 0) {
        size_t slash = str_find(rest, STR("/"), 0);
        text_url_encode(&out, str_sub(rest, 0, slash));
        if (slash < rest.len)
            buf_char(&out, '/');
        rest = str_sub(rest, slash + 1, rest.len);
    }
    return buf_take(a, &out);
}

/* "api, web, shop and 2 more" of ids that stand one a line. */
static const char *checks_text(struct arena *a, const char *checks)
{
    struct str rest = str_from(checks);
    struct buf out;
    size_t n = 0, more = 0;
    buf_init(&out, (size_t)(VIEW_TEXT_MAX + 2) * CHECKS_MAX);
    while (rest.len > 0) {
        struct str id = str_trim(str_cut(rest, '\n', &rest));
        if (id.len == 0)
            continue;
        if (n++ >= CHECKS_MAX) {
            more++;
            continue;
        }
        buf_text(&out, n > 1 ? ", " : "");
        buf_text(&out, text_elide(a, id, VIEW_TEXT_MAX));
    }
    const char *text = n == 0 ? "unknown" : buf_dup(a, &out);
    buf_release(&out);
    return more == 0 ? text : arena_printf(a, "%s and %zu more", text, more);
}

static const char *when_text(struct arena *a, const struct incident_row *i,
                             bool open)
{
    int64_t from =
        status_is_time(i->started_ms) ? i->started_ms : i->detected_ms;
    int64_t to = status_is_time(i->resolved_ms)   ? i->resolved_ms
                 : status_is_time(i->verified_ms) ? i->verified_ms
                                                  : i->closed_ms;
    const char *stamp = status_stamp(a, from);
    if (open)
        return arena_printf(a, "since %s", stamp);
    if (!status_is_time(from) || !status_is_time(to) || to < from)
        return arena_printf(a, "%s, for an unknown time", stamp);
    return arena_printf(a, "%s, for %s", stamp,
                        part_span(a, (to - from) * 1000));
}

static const char *with_undelivered(struct arena *a,
                                    const struct incident_row *i,
                                    const char *when)
{
    return i->undelivered <= 0
               ? when
               : arena_printf(a, "%s; %lld page%s could not be delivered", when,
                              (long long)i->undelivered,
                              i->undelivered == 1 ? "" : "s");
}

static bool is_open(const struct incident_row *i)
{
    return i->status < (int)INCIDENT_RESOLVED;
}

static struct incident_view incident_of(struct arena *a,
                                        const struct incident_row *i)
{
    const char *document =
        str_trim(str_from(i->document)).len == 0
            ? NULL
            : text_elide(a, str_from(i->document), VIEW_PATH_MAX);
    return (struct incident_view){
        .id = status_text(a, i->id, "unknown"),
        .title = status_text(a, i->title, "without a title"),
        .severity = known(&severity_names, i->severity),
        .status = known(&incident_status_names, i->status),
        .service = status_text(a, i->service, "unknown"),
        .checks = checks_text(a, i->checks),
        .when = with_undelivered(a, i, when_text(a, i, is_open(i))),
        .document = document,
        .link = status_link(a, i->document),
    };
}

/* At most `most` of those that are open, or of the others. */
static void view_incidents(struct incidents_view *out, struct arena *a,
                           const struct status_page *page, bool open,
                           size_t most)
{
    size_t cap = page->incident_count < most ? page->incident_count : most;
    struct incident_view *item = arena_array(a, cap + 1, sizeof(*item));
    for (size_t i = 0; i < page->incident_count; i++) {
        const struct incident_row *row = &page->incident[i];
        if (is_open(row) != open)
            continue;
        if (out->count < most)
            item[out->count++] = incident_of(a, row);
        else
            out->more++;
    }
    out->item = item;
}

static void view_services(struct status_view *v, struct arena *a,
                          const struct status_page *page)
{
    const char **date = arena_array(a, STATUS_DAYS, sizeof(*date));
    int64_t from = status_is_time(page->now_ms) ? page->now_ms : 0;
    from = status_from_ms(from);
    for (int64_t i = 0; i < STATUS_DAYS; i++)
        date[i] = arena_dup(a, part_stamp(a, from + i * STATUS_DAY_MS),
                            sizeof("2026-11-21") - 1);
    v->first_day = date[0];
    v->last_day = date[STATUS_DAYS - 1];
    v->count =
        page->count < STATUS_SERVICES_MAX ? page->count : STATUS_SERVICES_MAX;
    v->more = page->count - v->count;
    struct service_view *item = arena_array(a, v->count + 1, sizeof(*item));
    for (size_t i = 0; i < v->count; i++)
        status_view_service(&item[i], a, &page->item[i], date);
    v->service = item;
}

static void view_figures(struct status_view *v, struct arena *a,
                         const struct status_page *page)
{
    int64_t days = page->days < 0 ? 0 : page->days;
    for (size_t i = 0; i < FIGURES; i++) {
        const struct figure *f = &page->figure[i];
        v->figure[i].name = part_known(f->name);
        v->figure[i].value = status_figure_text(a, f, days);
        v->figure[i].basis = status_figure_basis(a, f, days);
        v->figure[i].definition = part_known(f->definition);
    }
    v->days = arena_printf(a, "Over the last %lld days.", (long long)days);
}

static const char *late_text(struct arena *a, const struct status_page *page)
{
    if (page->late_ms <= 0)
        return NULL;
    int64_t ms = page->late_ms > TIME_MAX ? TIME_MAX : page->late_ms;
    return arena_printf(a,
                        "The watcher is late by %s: what stands here was so "
                        "at the last round, and nobody has looked since.",
                        part_span(a, ms * 1000));
}

const struct status_view *status_view(struct arena *a,
                                      const struct status_page *page)
{
    struct status_view *v = arena_alloc(a, sizeof(*v));
    const char *service = status_text(a, page->service, NULL);
    v->title =
        service == NULL ? "Status" : arena_printf(a, "Status of %s", service);
    v->summary = status_summary(a, page, &v->mood);
    v->late = late_text(a, page);
    v->asked =
        status_is_time(page->now_ms) ? part_stamp(a, page->now_ms) : "never";
    v->production = known(&production_names, page->production);
    v->deployment = known(&deployment_names, page->deployment);
    v->build = status_text(a, page->build, NULL);
    view_services(v, a, page);
    view_incidents(&v->open, a, page, true, STATUS_INCIDENTS_MAX);
    view_incidents(&v->past, a, page, false,
                   STATUS_INCIDENTS_MAX - v->open.count);
    view_figures(v, a, page);
    return v;
}
