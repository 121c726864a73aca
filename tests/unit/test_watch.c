/* The judgement of the watcher: rounds in, one incident out. */
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "testing.h"
#include "watch/watch.h"

#define MINUTE INT64_C(60000)
#define START  INT64_C(1795255200000) /* 2026-11-21T10:00:00Z, a Saturday */

#define EPISODES_MAX 200

/* A watcher with its history in memory. */
struct world {
    struct arena a;
    struct watch settings;
    struct check_state state[10];
    size_t state_count;
    struct episode episode[EPISODES_MAX]; /* all, as a history keeps them */
    size_t episode_count;
    struct incident_row incident;
    bool open;
    int ids;
    struct run_row last;
    struct buf told;
    int64_t now;
};

static void world_open(struct world *w)
{
    *w = (struct world){
        .settings =
            {.interval_ms = MINUTE,
             .open = {[SEVERITY_CRITICAL] = {2, 3}, [SEVERITY_MAJOR] = {3, 5}},
             .close = 3,
             .quiet_ms = 10 * MINUTE,
             .flap_changes = 5,
             .flap_rounds = 20,
             .late_ms = 3 * MINUTE,
             .remind_ms = 60 * MINUTE,
             .remind_most_ms = 24 * 60 * MINUTE,
             .remind_backoff_milli = 2000},
        .now = START};
    arena_init(&w->a);
    buf_init(&w->told, 100000);
}

static void world_close(struct world *w)
{
    buf_release(&w->told);
    arena_release(&w->a);
}

static void keep(struct world *w, const struct watch_round *r)
{
    for (size_t i = 0; i < r->state_count; i++) {
        size_t k = 0;
        while (k < w->state_count &&
               strcmp(w->state[k].check, r->state[i].check) != 0)
            k++;
        assert_true(k < 10);
        w->state[k] = r->state[i];
        w->state_count = k == w->state_count ? k + 1 : w->state_count;
    }
    assert_true(r->episode_count <= EPISODES_MAX);
    w->episode_count = r->episode_count;
    for (size_t i = 0; i < r->episode_count; i++)
        w->episode[i] = r->episode[i].is;
    w->incident = r->incident;
    w->open = r->has_incident && r->incident.closed_ms == 0;
    for (size_t i = 0; i < r->news_count; i++)
        buf_printf(&w->told, "%s%s", w->told.len > 0 ? " " : "",
                   name_of(&transition_names, r->news[i].transition));
}

/* One round: "PF-" for checks a, b, c: pass, fail, not told. */
static void turn(struct world *w, const char *outcomes)
{
    static const char *const id[] = {"a", "b", "c"};
    struct result result[3];
    struct record record = {.result = result};
    for (size_t i = 0; outcomes[i] != '\0' && i < 3; i++) {
        char c = outcomes[i];
        result[record.result_count++] = (struct result){
            .id = id[i],
            .title = id[i],
            .severity = i == 1 ? SEVERITY_MAJOR : SEVERITY_CRITICAL,
            .message = c == 'F' ? "HTTP 503" : NULL,
            .status = c == 'P'   ? STATUS_PASS
                      : c == 'F' ? STATUS_FAIL
                      : c == 'D' ? STATUS_DEGRADED
                                 : STATUS_ERROR};
    }
    struct watch_inputs in = {
        .settings = &w->settings,
        .record = &record,
        .state = w->state,
        .state_count = w->state_count,
        .episode = w->episode,
        .episode_count = w->episode_count,
        .open = w->open ? &w->incident : NULL,
        .next_id = arena_printf(&w->a, "INC-%d", w->ids + 1),
        .last = &w->last,
        .now_ms = w->now,
    };
    struct watch_round out;
    bool was = w->open;
    watch_judge(&out, &w->a, &in);
    keep(w, &out);
    w->ids += w->open && !was;
    w->last.id++;
    w->last.started_ms = out.now_ms;
    w->now += MINUTE;
}

/* Rounds parted by spaces. */
static void turns(struct world *w, const char *rounds)
{
    struct str rest = str_from(rounds), word;
    while (rest.len > 0) {
        word = str_cut(rest, ' ', &rest);
        turn(w, str_dup(&w->a, word));
    }
}

static void tells(const char *rounds, const char *wanted)
{
    struct world w;
    world_open(&w);
    turns(&w, rounds);
    assert_string_equal(w.told.ptr, wanted);
    world_close(&w);
}

static void test_thresholds(void **state)
{
    (void)state;
    tells("F", "");
    tells("P F P F", "opened"); /* 2 of 3 */
    tells("P F P P F", "");
    tells("F F", "opened"); /* of a young history too */
    tells("PP PF PF", "");  /* major: 3 of 5 */
    tells("PP PF PF PF", "opened");
    tells("PP PF PP PF PF", "opened");
    tells("PF PP PP PF PP PF", "");
    tells("D D D D D D", ""); /* slow is minor: never */
    tells("- - - -", "");     /* the prober's own trouble */
    tells("F - - F", "opened");
    tells("P - F - P", "");
}

static void test_one_incident(void **state)
{
    struct world w;
    (void)state;
    world_open(&w);
    turns(&w, "FPP FPP FPF FPF FFF FFF FFF");
    assert_string_equal(w.told.ptr, "opened worsened worsened");
    assert_int_equal(w.ids, 1);
    assert_string_equal(w.incident.checks, "a\nc\nb");
    assert_int_equal(w.incident.started_ms, START);
    assert_int_equal(w.incident.detected_ms, START + MINUTE);
    assert_string_equal(w.incident.title, "a and 2 of 2 others: HTTP 503");
    world_close(&w);
}

static void test_recovery(void **state)
{
    struct world w;
    (void)state;
    world_open(&w);
    turns(&w, "F F P");
    assert_int_equal(w.incident.status, INCIDENT_MITIGATED);
    assert_int_equal(w.incident.mitigated_ms, START + 2 * MINUTE);
    turns(&w, "F P P");
    assert_int_equal(w.incident.mitigated_ms, START + 4 * MINUTE);
    assert_string_equal(w.told.ptr, "opened recovering worsened recovering");
    turns(&w, "P");
    assert_int_equal(w.incident.status, INCIDENT_VERIFIED);
    assert_int_equal(w.incident.resolved_ms, START + 4 * MINUTE);
    assert_int_equal(w.incident.verified_ms, START + 6 * MINUTE);
    turns(&w, "P P P P P P P P P");
    assert_true(w.open);
    turns(&w, "P");
    assert_false(w.open);
    assert_int_equal(w.incident.closed_ms, START + 16 * MINUTE);
    assert_string_equal(
        w.told.ptr, "opened recovering worsened recovering resolved closed");
    turns(&w, "F F");
    assert_int_equal(w.ids, 2);
    world_close(&w);
}

static void test_reopened(void **state)
{
    struct world w;
    (void)state;
    world_open(&w);
    turns(&w, "F F P P P F F P P P");
    assert_string_equal(w.told.ptr, "opened recovering resolved reopened "
                                    "recovering resolved");
    assert_int_equal(w.ids, 1);
    assert_int_equal(w.incident.reopened, 1);
    world_close(&w);
}

static void test_flapping(void **state)
{
    struct world w;
    (void)state;
    world_open(&w);
    turns(&w, "P F P F P F P F P F P F P P P P P");
    assert_string_equal(w.told.ptr,
                        "opened recovering flapping worsened worsened "
                        "worsened worsened");
    assert_true(w.open);
    turns(&w, "P P P P P P P P P P P P P P P P P P");
    assert_string_equal(w.told.ptr,
                        "opened recovering flapping worsened worsened "
                        "worsened worsened resolved");
    world_close(&w);
}

static void test_reminders(void **state)
{
    struct world w;
    struct err e = {.set = false};
    (void)state;
    world_open(&w);
    w.settings.remind_ms = 2 * MINUTE;
    w.settings.remind_most_ms = 5 * MINUTE;
    turns(&w, "F F F"); /* opened at minute 1 */
    assert_string_equal(w.told.ptr, "opened");
    turns(&w, "F"); /* 3 */
    assert_string_equal(w.told.ptr, "opened reminded");
    turns(&w, "F F F F"); /* 7: twice the pause */
    assert_string_equal(w.told.ptr, "opened reminded reminded");
    turns(&w, "F F F F F"); /* 12: at most five */
    assert_int_equal(w.incident.reminders, 3);
    assert_true(watch_acknowledge(&w.incident, w.now, &e));
    turns(&w, "F F F F F F F F F F F F");
    assert_int_equal(w.incident.reminders, 3);
    assert_false(watch_acknowledge(&w.incident, w.now, &e));
    world_close(&w);
}

static void test_windows(void **state)
{
    static const char *some[] = {"b*", "a"};
    struct world w;
    (void)state;
    world_open(&w);
    struct downtime once = {.weekday = -1,
                            .from_ms = START + 2 * MINUTE,
                            .to_ms = START + 6 * MINUTE,
                            .check = some,
                            .check_count = 2};
    w.settings.downtime = &once;
    w.settings.downtime_count = 1;
    turns(&w, "P P F F F F"); /* minutes 2 to 5 are in it */
    assert_string_equal(w.told.ptr, "");
    turns(&w, "F F");
    assert_string_equal(w.told.ptr, "opened");
    struct downtime weekly = {
        .weekday = 6, .minute = 600, .length_ms = 5 * MINUTE};
    w.settings.downtime = &weekly;
    assert_null(watch_downtime(&w.settings, "a", START - 1));
    assert_non_null(watch_downtime(&w.settings, "a", START));
    assert_non_null(watch_downtime(&w.settings, "a", START + 5 * MINUTE - 1));
    assert_null(watch_downtime(&w.settings, "a", START + 5 * MINUTE));
    assert_non_null(
        watch_downtime(&w.settings, "a", START + 7 * 24 * 60 * MINUTE));
    weekly = (struct downtime){
        .weekday = 5, .minute = 1439, .length_ms = 11 * 60 * MINUTE};
    assert_non_null(
        watch_downtime(&w.settings, "a", START)); /* over midnight */
    world_close(&w);
}

static void test_clock(void **state)
{
    struct world w;
    (void)state;
    world_open(&w);
    turns(&w, "P P");
    w.now += 242 * MINUTE; /* cron slept */
    turns(&w, "P");
    assert_string_equal(w.told.ptr, "late");
    w.now -= 500 * MINUTE; /* the clock was set */
    turns(&w, "F F");
    assert_string_equal(w.told.ptr, "late opened");
    assert_true(w.incident.detected_ms >= w.incident.started_ms);
    turns(&w, "P P P");
    assert_true(w.incident.verified_ms >= w.incident.resolved_ms);
    world_close(&w);
}

static void test_closing(void **state)
{
    struct world w;
    struct err e = {.set = false};
    (void)state;
    world_open(&w);
    turns(&w, "F F");
    assert_false(watch_close(&w.incident, w.now, &e));
    assert_non_null(strstr(e.text, "is not resolved"));
    turns(&w, "P P P");
    assert_true(watch_close(&w.incident, w.now, &e));
    assert_int_equal(w.incident.status, INCIDENT_CLOSED);
    assert_false(watch_close(&w.incident, w.now, &e));
    assert_false(watch_acknowledge(&w.incident, w.now, &e));
    world_close(&w);
}

/* Who took it on stands in the row before the round: others hear of it. */
static void test_acknowledged(void **state)
{
    struct world w;
    struct err e = {.set = false};
    (void)state;
    world_open(&w);
    turns(&w, "F F");
    assert_true(watch_acknowledge(&w.incident, w.now - 1, &e));
    turns(&w, "F F");
    assert_string_equal(w.told.ptr, "opened acknowledged");
    world_close(&w);
}

/* Two checks that begin to flap in one round are one piece of news. */
static void test_flapping_both(void **state)
{
    (void)state;
    tells("PPP FPF PPP FPF PPP FPF", "opened recovering flapping worsened");
}

/* A check that is not defined any more holds no incident open. */
static void test_gone(void **state)
{
    struct world w;
    (void)state;
    world_open(&w);
    turns(&w, "PPF PPF PP PP PP");
    assert_string_equal(w.told.ptr, "opened resolved");
    world_close(&w);
}

/* What fails now is in the title, and how much of all. */
static void test_titles(void **state)
{
    struct world w;
    (void)state;
    world_open(&w);
    turns(&w, "PFP PFP PFP"); /* b is major: 3 of 3 */
    assert_string_equal(w.incident.title, "b: HTTP 503");
    assert_int_equal(w.incident.severity, SEVERITY_MAJOR);
    turns(&w, "FFP FFP");
    assert_string_equal(w.incident.title, "a and 1 of 2 others: HTTP 503");
    assert_int_equal(w.incident.severity, SEVERITY_CRITICAL);
    turns(&w, "PFP");
    assert_string_equal(w.incident.title, "b: HTTP 503");
    assert_int_equal(w.incident.severity, SEVERITY_MAJOR);
    assert_int_equal(w.incident.worst, SEVERITY_CRITICAL);
    turns(&w, "PPP");
    assert_string_equal(w.incident.title, "a and 1 of 2 others: HTTP 503");
    assert_int_equal(w.incident.severity, SEVERITY_CRITICAL);
    assert_string_equal(w.told.ptr, "opened worsened improved recovering");
    world_close(&w);
}

/* An acknowledgement covers what failed when it was given. */
static void test_second_outage(void **state)
{
    struct world w;
    struct err e = {.set = false};
    (void)state;
    world_open(&w);
    w.settings.remind_ms = 2 * MINUTE;
    w.settings.open[SEVERITY_CRITICAL] = (struct threshold){1, 1};
    w.settings.open[SEVERITY_MAJOR] = (struct threshold){1, 1};
    turns(&w, "PFP");
    assert_true(watch_acknowledge(&w.incident, w.now - 1, &e));
    turns(&w, "PFP PFP PFP FFP");
    assert_string_equal(w.told.ptr, "opened acknowledged worsened");
    turns(&w, "FFP FFP");
    assert_string_equal(w.told.ptr, "opened acknowledged worsened reminded");
    assert_true(watch_acknowledge(&w.incident, w.now - 1, &e));
    turns(&w, "FFP FFP FFP PFP FFP");
    assert_string_equal(w.told.ptr,
                        "opened acknowledged worsened reminded acknowledged "
                        "improved worsened");
    turns(&w, "FFP FFP");
    assert_string_equal(w.told.ptr,
                        "opened acknowledged worsened reminded acknowledged "
                        "improved worsened reminded");
    world_close(&w);
}

/* From the first failed round to the first good one, however it is judged. */
static void test_episodes(void **state)
{
    struct world w;
    (void)state;
    world_open(&w);
    turns(&w, "P F - F P F P");
    assert_int_equal(w.episode_count, 2);
    assert_int_equal(w.episode[0].from_ms, START + MINUTE);
    assert_int_equal(w.episode[0].last_ms, START + 3 * MINUTE);
    assert_int_equal(w.episode[0].to_ms, START + 4 * MINUTE);
    assert_int_equal(w.episode[0].alarm_ms, START + 3 * MINUTE);
    assert_int_equal(w.episode[0].rounds, 2);
    assert_int_equal(w.episode[1].from_ms, START + 5 * MINUTE);
    assert_int_equal(w.episode[1].to_ms, START + 6 * MINUTE);
    assert_int_equal(w.incident.episode_count, 2);
    world_close(&w);
}

/* A check that nobody can judge is reported once, and once when it is seen. */
static void test_blind(void **state)
{
    struct world w;
    (void)state;
    world_open(&w);
    w.settings.blind = 3;
    turns(&w, "P- P-");
    assert_string_equal(w.told.ptr, "");
    turns(&w, "P-");
    assert_string_equal(w.told.ptr, "blind");
    turns(&w, "P- P- P-");
    assert_string_equal(w.told.ptr, "blind");
    turns(&w, "PF");
    assert_string_equal(w.told.ptr, "blind sighted");
    turns(&w, "P- P- PP P- P- P-");
    assert_string_equal(w.told.ptr, "blind sighted blind");
    world_close(&w);
    world_open(&w);
    w.settings.blind = 0;
    turns(&w, "- - - - - -");
    assert_string_equal(w.told.ptr, "");
    world_close(&w);
}

/* A check that becomes slow, then fails, is worse than it was. */
static void test_severity_rises(void **state)
{
    struct world w;
    (void)state;
    world_open(&w);
    w.settings.open[SEVERITY_MINOR] = (struct threshold){1, 1};
    turns(&w, "D D");
    assert_string_equal(w.told.ptr, "opened");
    assert_int_equal(w.incident.severity, SEVERITY_MINOR);
    turns(&w, "F");
    assert_string_equal(w.told.ptr, "opened worsened");
    assert_int_equal(w.incident.severity, SEVERITY_CRITICAL);
    turns(&w, "D");
    assert_int_equal(w.incident.severity, SEVERITY_MINOR);
    assert_int_equal(w.incident.worst, SEVERITY_CRITICAL);
    world_close(&w);
}

/* One that a spool opened beside another: it ends with that. */
static void two_of_one_outage_end_together(void **state)
{
    const struct incident_row other = {.id = "INC-1",
                                       .resolved_ms = START + MINUTE,
                                       .verified_ms = START + 2 * MINUTE};
    struct incident_row row = {
        .id = "INC-s1-1", .subject = "The API", .status = INCIDENT_DETECTED};
    struct arena a;
    (void)state;
    arena_init(&a);
    for (int resolved = 0; resolved < 2; resolved++) {
        struct watch_round out = {.now_ms = START + 3 * MINUTE};
        row.verified_ms = resolved ? START : 0;
        watch_end_with(&out, &a, &row, &other);
        assert_true(out.has_incident && out.changed);
        assert_int_equal(out.incident.status, INCIDENT_CLOSED);
        assert_int_equal(out.incident.closed_ms, START + 3 * MINUTE);
        assert_int_equal(out.incident.verified_ms,
                         resolved ? START : START + 2 * MINUTE);
        assert_int_equal(out.incident.resolved_ms,
                         resolved ? 0 : START + MINUTE);
        assert_int_equal(out.news_count, resolved ? 1 : 2);
        assert_int_equal(out.news[0].transition,
                         resolved ? TRANSITION_CLOSED : TRANSITION_RESOLVED);
        assert_string_equal(out.news[0].title, "The API: resolved as INC-1");
        assert_int_equal(out.event_count, 1);
    }
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_thresholds),
        cmocka_unit_test(test_one_incident),
        cmocka_unit_test(test_recovery),
        cmocka_unit_test(test_reopened),
        cmocka_unit_test(test_flapping),
        cmocka_unit_test(test_reminders),
        cmocka_unit_test(test_windows),
        cmocka_unit_test(test_clock),
        cmocka_unit_test(test_closing),
        cmocka_unit_test(test_gone),
        cmocka_unit_test(test_titles),
        cmocka_unit_test(test_second_outage),
        cmocka_unit_test(test_episodes),
        cmocka_unit_test(test_blind),
        cmocka_unit_test(test_severity_rises),
        cmocka_unit_test(test_acknowledged),
        cmocka_unit_test(test_flapping_both),
        cmocka_unit_test(two_of_one_outage_end_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
