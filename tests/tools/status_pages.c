/*
 * Status pages to look at: `status_pages KIND DIR` writes STATUS.md and
 * index.html into the folder. KIND: sample (a shop after a bad deployment),
 * quiet (all is well), late, hostile (texts that would like to act), many
 * (more services and incidents than are shown), empty.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "report/report.h"
#include "report/status_page/status_page.h"

#define NOW   INT64_C(1795255200000) /* 2026-11-21T10:00:00Z */
#define HOUR  INT64_C(3600000)
#define DAY   STATUS_DAY_MS
#define MANY  (STATUS_SERVICES_MAX + 5)
#define CASES (STATUS_INCIDENTS_MAX + 7)

/* Ninety days of rounds once a minute, with some that went wrong. */
static void fill_days(struct service_status *s, size_t which)
{
    for (size_t i = 0; i < STATUS_DAYS; i++) {
        int64_t slope = (int64_t)((i + which * 17) % 60);
        int64_t wave =
            (slope < 30 ? slope : 60 - slope) + (int64_t)(i * (5 + which) % 7);
        s->day[i] =
            (struct day){.rounds = 1440, .duration_us = 40000 + 2000 * wave};
        if ((i + which * 29) % 41 == 17)
            s->day[i].degraded = 12;
        if ((i + which * 31) % 67 == 40)
            s->day[i].failed = 9;
        if (which == 2 && i < 20)
            s->day[i] = (struct day){0};
    }
    s->day[STATUS_DAYS - 1].rounds = 600;
}

static struct service_status service(const char *check, const char *title,
                                     size_t which)
{
    struct service_status s = {.check = check, .title = title};
    fill_days(&s, which);
    return s;
}

static struct incident_row incident(const char *id, const char *title,
                                    int status, int64_t started_ms)
{
    return (struct incident_row){
        .id = id,
        .title = title,
        .status = status,
        .severity = SEVERITY_CRITICAL,
        .service = "web-shop",
        .checks = "api\ncheckout",
        .document = "incidents/INC 2026-11-21.md",
        .started_ms = started_ms,
        .detected_ms = started_ms + HOUR / 60,
        .resolved_ms =
            status < (int)INCIDENT_RESOLVED ? 0 : started_ms + HOUR + HOUR / 4};
}

static void set_figures(struct status_page *p, struct arena *a)
{
    struct deployment_row row[24] = {{0}};
    for (size_t i = 0; i < 24; i++)
        row[i] = (struct deployment_row){
            .run = (int64_t)i,
            .verdict = i % 8 == 5 ? VERDICT_UNHEALTHY : VERDICT_VERIFIED,
            .state = DEPLOYMENT_SHIPPED,
            .started_ms = NOW - (int64_t)(24 - i) * 3 * DAY,
            .finished_ms = NOW - (int64_t)(24 - i) * 3 * DAY + HOUR / 20,
            .committed_ms = i % 6 == 0 ? 0
                                       : NOW - (int64_t)(24 - i) * 3 * DAY -
                                             (int64_t)(i % 7) * HOUR,
            .rework = i % 8 == 6};
    p->days = 90;
    status_figures(p->figure, a, row, 24, NOW - 90 * DAY, NOW + 1);
}

static struct status_page shop(struct arena *a, bool good)
{
    struct service_status *s = arena_array(a, 3, sizeof(*s));
    struct incident_row *i = arena_array(a, 3, sizeof(*i));
    s[0] = service("api", "Backend API", 0);
    s[1] = service("checkout", "Checkout", 1);
    s[2] = service("search", "Search", 2);
    i[0] =
        incident("INC-2026-11-21-1", "Backend API and Checkout",
                 good ? INCIDENT_CLOSED : INCIDENT_IDENTIFIED, NOW - 2 * HOUR);
    i[1] = incident("INC-2026-10-02-1", "Checkout answers 502", INCIDENT_CLOSED,
                    NOW - 50 * DAY);
    i[2] = incident("INC-2026-09-12-1", "Migration failed", INCIDENT_VERIFIED,
                    NOW - 70 * DAY);
    if (!good) {
        s[0].status = STATUS_FAIL;
        s[0].failing_since_ms = NOW - 2 * HOUR;
        s[0].day[STATUS_DAYS - 1].failed = 120;
        s[1].status = STATUS_DEGRADED;
        s[1].flapping = true;
    }
    struct status_page p = {.service = "web-shop",
                            .now_ms = NOW,
                            .production =
                                good ? PRODUCTION_HEALTHY : PRODUCTION_DOWN,
                            .deployment = DEPLOYMENT_SHIPPED,
                            .build = "4f2a91c",
                            .item = s,
                            .count = 3,
                            .incident = i,
                            .incident_count = 3};
    set_figures(&p, a);
    return p;
}

static const char *const hostile[] = {
    "<script>document.title='hit'</script>",
    "\" onload=\"document.title='hit'\" x=\"",
    "<img src=x onerror=document.title='hit'>",
    "</title></svg><script>document.title='hit'</script>",
    "| [x](javascript:alert(1)) ` ![i](http://127.0.0.1:9/x.png)",
    "&lt;b&gt; &#x1b; \x1b[2J \xe2\x80\xae \xff\x01",
    "]]> --> <!-- <style>*{display:none}</style>",
    "# heading\n- item\n\n```\n<b>",
};

static const char *const paths[] = {
    "javascript:document.title='hit'",
    "//127.0.0.1:9/x",
    "/etc/passwd",
    "\\\\host\\share",
    "data:text/html,<script>1</script>",
    "a/\" onclick=\"document.title='hit'",
    "a/](javascript:1) <b>.md",
    "a/b:c?d#e%2f.md",
    "JaVaScRiPt\n:alert(1)",
    "../incidents/\xc3\xa9t\xc3\xa9.md",
};

static struct status_page hostile_page(struct arena *a)
{
    struct status_page p = shop(a, false);
    size_t n = ARRAY_COUNT(hostile), k = ARRAY_COUNT(paths);
    struct service_status *s = arena_array(a, n, sizeof(*s));
    struct incident_row *i = arena_array(a, k, sizeof(*i));
    for (size_t x = 0; x < n; x++) {
        s[x] = service(hostile[(x + 1) % n], hostile[x], x);
        s[x].status = (int)x % 6;
        s[x].failing_since_ms = NOW;
    }
    for (size_t x = 0; x < k; x++) {
        i[x] = incident(hostile[x % n], hostile[(x + 3) % n],
                        x < 5 ? INCIDENT_DETECTED : INCIDENT_CLOSED, NOW);
        i[x].service = hostile[(x + 1) % n];
        i[x].checks = hostile[(x + 2) % n];
        i[x].document = paths[x];
    }
    p.service = hostile[3];
    p.build = hostile[0];
    p.item = s;
    p.count = n;
    p.incident = i;
    p.incident_count = k;
    return p;
}

static struct status_page many_page(struct arena *a)
{
    struct status_page p = shop(a, true);
    struct service_status *s = arena_array(a, MANY, sizeof(*s));
    struct incident_row *i = arena_array(a, CASES, sizeof(*i));
    for (size_t x = 0; x < MANY; x++)
        s[x] = service(arena_printf(a, "check/%zu", x),
                       arena_printf(a, "Service %zu", x), x);
    for (size_t x = 0; x < CASES; x++)
        i[x] = incident(arena_printf(a, "INC-%zu", x), "Down", INCIDENT_CLOSED,
                        NOW - (int64_t)x * HOUR);
    p.item = s;
    p.count = MANY;
    p.incident = i;
    p.incident_count = CASES;
    return p;
}

static struct status_page page_of(struct arena *a, const char *kind)
{
    struct status_page p = shop(a, strcmp(kind, "sample") != 0);
    if (strcmp(kind, "late") == 0)
        p.late_ms = 3 * HOUR;
    else if (strcmp(kind, "hostile") == 0)
        p = hostile_page(a);
    else if (strcmp(kind, "many") == 0)
        p = many_page(a);
    else if (strcmp(kind, "empty") == 0)
        p = (struct status_page){.production = -1, .deployment = -1};
    if (strcmp(kind, "empty") == 0)
        status_figures(p.figure, a, NULL, 0, 0, 0);
    return p;
}

int main(int argc, char **argv)
{
    struct arena a;
    struct str text;
    struct err e = {.set = false};
    if (argc != 3)
        return 2;
    arena_init(&a);
    struct status_page page = page_of(&a, argv[1]);
    bool ok = file_make_folder(argv[2], &e) &&
              status_markdown(&text, &a, &page, &e) &&
              file_write(arena_printf(&a, "%s/STATUS.md", argv[2]), text, &e) &&
              status_html(&text, &a, &page, &e) &&
              file_write(arena_printf(&a, "%s/index.html", argv[2]), text, &e);
    if (!ok)
        fprintf(stderr, "%s\n", e.text);
    arena_release(&a);
    return ok ? 0 : 1;
}
