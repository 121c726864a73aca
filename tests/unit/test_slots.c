/*
 * Foreign text in every slot of every kind of document: it changes no
 * structure, makes nothing live, and no secret passes the redactor. Run with
 * a number of strings for each slot to try more: test_slots 100000
 */
#include <stdlib.h>

#include "base/text.h"
#include "tests/slots/slots.h"
#include "tests/unit/testing.h"
#include "verdict/internal.h"

#define LINE_BYTES ((size_t)1 << 20)
#define SECRET     "Xq7-hunter2/zebra"

static size_t wanted = 30; /* strings for each slot */
static size_t seed = 1;
static size_t long_step = 84; /* every so many slots get a line of 1 MB */

struct trial {
    struct arena *arena; /* of one document */
    struct slots slots;
    struct report_templates *templates;
    struct chance chance;
    size_t *strings;           /* for each slot */
    size_t documents, refused; /* refused: too large */
};

static void open_templates(struct trial *t, struct arena *life)
{
    struct diags d;
    diags_init(&d, life);
    *t = (struct trial){.chance = {seed}};
    slots_find(&t->slots, life);
    t->strings = arena_array(life, t->slots.count, sizeof(*t->strings));
    assert_true(report_templates_open(&t->templates, life, NULL, &d));
}

static const char *any_hostile(void *context, size_t slot)
{
    struct trial *t = context;
    t->strings[slot]++;
    return hostile_text(&t->chance, t->arena);
}

static void show(const char *kind, struct str document, const char *why)
{
    print_error("%s: %s\n%.*s\n", kind, why, STR_ARGS(document));
}

static bool same_form(const struct trial *t, const struct pair *p,
                      const struct str *got, const struct str *want)
{
    for (size_t i = 0; i < KINDS; i++) {
        struct form one, other;
        form_read(&one, t->arena, got[i]);
        form_read(&other, t->arena, want[i]);
        const char *why = form_differs(t->arena, &one, &other);
        for (size_t k = 0; why == NULL && k < one.link_count; k++)
            if (!pair_has_link(p, &t->slots, one.link[k]))
                why = arena_printf(t->arena, "live link %s", one.link[k]);
        if (why == NULL)
            continue;
        show(report_kind_names.name[i], got[i], why);
        return false;
    }
    return true;
}

/* All kinds with hostile texts, beside the same with harmless words. */
static bool try_pair(const struct trial *t, struct pair *p)
{
    struct str got[KINDS], want[KINDS];
    struct err e = {.set = false};
    if (material_write(got, t->arena, &p->hostile, t->templates, &e) &&
        material_write(want, t->arena, &p->harmless, t->templates, &e))
        return same_form(t, p, got, want);
    print_error("%s\n", e.text);
    return false;
}

static size_t fewest(const struct trial *t)
{
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < t->slots.count; i++)
        least = t->strings[i] < least ? t->strings[i] : least;
    return least;
}

static size_t sum(const struct trial *t)
{
    size_t all = 0;
    for (size_t i = 0; i < t->slots.count; i++)
        all += t->strings[i];
    return all;
}

static void hostile_texts_change_nothing(void **state)
{
    struct arena life;
    struct trial t;
    size_t changes = 0;
    (void)state;
    arena_init(&life);
    open_templates(&t, &life);
    for (uint64_t round = seed; fewest(&t) < wanted && changes < 3; round++) {
        struct arena a;
        struct pair p;
        arena_init(&a);
        t.arena = &a;
        pair_make(&p, &a, round, any_hostile, &t);
        t.documents += KINDS;
        if (!try_pair(&t, &p)) {
            print_error("round %llu\n", (unsigned long long)round);
            changes++;
        }
        arena_release(&a);
    }
    print_message("# %zu strings, %zu or more in each of %zu slots, %zu "
                  "documents: %zu changes\n",
                  sum(&t), fewest(&t), t.slots.count, t.documents, changes);
    assert_int_equal(changes, 0);
    arena_release(&life);
}

/* One slot has a line of 1 MB, the others a word. */
struct long_line {
    struct trial *trial;
    size_t slot, fragment;
    bool done;
};

static const char *one_long(void *context, size_t slot)
{
    struct long_line *l = context;
    if (slot != l->slot || l->done)
        return "word";
    l->done = true;
    l->trial->strings[slot]++;
    return hostile_line(l->trial->arena, l->fragment, LINE_BYTES);
}

/* Is it one, of the form that the other one has? A refusal says its reason. */
static bool try_kind(struct trial *t, const char *kind,
                     const struct report_inputs *in,
                     const struct report_inputs *like)
{
    struct str got, want;
    struct form one, other;
    struct err e = {.set = false};
    if (!report_write(&got, t->arena, kind, t->templates, in, &e)) {
        bool large = strstr(e.text, "longer than") != NULL ||
                     strstr(e.text, "larger than") != NULL;
        t->refused += large;
        if (!large)
            print_error("%s: %s\n", kind, e.text);
        return large;
    }
    assert_true(report_write(&want, t->arena, kind, t->templates, like, &e));
    form_read(&one, t->arena, got);
    form_read(&other, t->arena, want);
    const char *why = form_differs(t->arena, &one, &other);
    if (why != NULL)
        print_error("%s: %.200s\n", kind, why);
    return why == NULL;
}

static bool try_long(struct trial *t, struct pair *p)
{
    struct incident incident;
    const struct report_inputs in = {.record = &p->hostile.record,
                                     .facts = &p->hostile.facts,
                                     .incident = &incident,
                                     .living = p->hostile.living};
    const struct report_inputs like = {.record = &p->harmless.record,
                                       .facts = &p->harmless.facts,
                                       .incident = &incident,
                                       .living = p->harmless.living};
    struct err e = {.set = false};
    bool ok = verdict_incident(&incident, t->arena, in.record, in.facts, &e);
    for (size_t i = 0; ok && i < KINDS; i++)
        ok = try_kind(t, report_kind_names.name[i], &in, &like);
    t->documents += KINDS;
    return ok;
}

static void lines_of_a_megabyte_change_nothing(void **state)
{
    struct arena life;
    struct trial t;
    size_t changes = 0, lines = 0;
    (void)state;
    arena_init(&life);
    open_templates(&t, &life);
    for (size_t slot = seed % long_step; slot < t.slots.count;
         slot += long_step) {
        struct arena a;
        struct pair p;
        struct long_line l = {&t, slot, slot + seed, false};
        arena_init(&a);
        t.arena = &a;
        for (uint64_t round = slot + seed; !l.done; round++)
            pair_make(&p, &a, round, one_long, &l);
        lines++;
        if (!try_long(&t, &p)) {
            print_error("fragment %zu in %s\n", l.fragment,
                        t.slots.item[slot].path);
            changes++;
        }
        arena_release(&a);
    }
    print_message("# %zu lines of 1 MB, %zu documents, %zu of them refused as "
                  "too large: %zu changes\n",
                  lines, t.documents, t.refused, changes);
    assert_int_equal(changes, 0);
    arena_release(&life);
}

/* A word that tells its slot, so that we see where it comes out. */
static const char *own_word(void *context, size_t slot)
{
    struct trial *t = context;
    return arena_printf(t->arena, "slot%zuend", slot);
}

static void mark_shown(const struct trial *t, bool *shown, struct str document)
{
    size_t at = str_find(document, STR("slot"), 0);
    for (; at < document.len; at = str_find(document, STR("slot"), at + 1)) {
        size_t slot = 0, i = at + 4;
        for (; document.ptr[i] >= '0' && document.ptr[i] <= '9'; i++)
            slot = slot * 10 + (size_t)(document.ptr[i] - '0');
        if (slot < t->slots.count)
            shown[slot] = true;
    }
}

/* Otherwise the trials above would prove nothing. */
static void slots_come_out_in_documents(void **state)
{
    struct arena life;
    struct trial t;
    size_t count = 0;
    (void)state;
    arena_init(&life);
    open_templates(&t, &life);
    bool *shown = arena_array(&life, t.slots.count, sizeof(*shown));
    for (uint64_t round = 1; round <= 60; round++) {
        struct arena a;
        struct pair p;
        struct str out[KINDS];
        struct err e = {.set = false};
        arena_init(&a);
        t.arena = &a;
        pair_make(&p, &a, round, own_word, &t);
        assert_true(material_write(out, &a, &p.hostile, t.templates, &e));
        for (size_t i = 0; i < KINDS; i++)
            mark_shown(&t, shown, out[i]);
        arena_release(&a);
    }
    for (size_t i = 0; i < t.slots.count; i++)
        count += shown[i];
    print_message("# %zu of %zu slots are shown in documents\n", count,
                  t.slots.count);
    assert_true(count > t.slots.count / 2);
    arena_release(&life);
}

/* A known secret in one of its encodings, or one that looks like one. */
static const char *any_secret(void *context, size_t slot)
{
    static const char *const form[] = {
        SECRET,
        "https%3A%2F%2Fh%2FXq7-hunter2%2Fzebra",
        "ghp_hunter2hunter2hunter2hunter2hunter2x",
        "postgres://app:hunter2hunter2@db/x",
        "password=hunter2hunter2",
        "Authorization: Bearer hunter2hunter2hunter2",
        "WHE3LWh1bnRlcjIvemVicmE=", /* base64 of SECRET */
    };
    static const char *const before[] = {"", "a ", "`", "| ", "\n", "<b> "};
    static const char *const after[] = {"", " b", " |", "\n```", " -->"};
    struct trial *t = context;
    t->strings[slot]++;
    return arena_printf(t->arena, "%s%s%s",
                        before[chance_below(&t->chance, ARRAY_COUNT(before))],
                        form[chance_below(&t->chance, ARRAY_COUNT(form))],
                        after[chance_below(&t->chance, ARRAY_COUNT(after))]);
}

static bool holds_secret(struct str text)
{
    static const char *const part[] = {"hunter2", "zebra", "WHE3LWh1bnR"};
    for (size_t i = 0; i < ARRAY_COUNT(part); i++) {
        size_t at = str_find(text, str_from(part[i]), 0);
        if (at == text.len)
            continue;
        print_error("%.*s\n",
                    STR_ARGS(str_sub(text, at > 80 ? at - 80 : 0, 160)));
        return true;
    }
    return false;
}

/* As a run does it: parts are joined to a record, which is redacted. */
static void join(struct record *out, struct arena *a, const struct record *r,
                 struct redactor *redactor)
{
    const struct verdict_inputs in = {
        .result = r->result,
        .result_count = r->result_count,
        .logs = &r->logs,
        .expected = r->deployment.expected,
        .rollout = r->exit % 2 == 0,
        .comparison = &r->comparison,
        .evidence = &r->evidence,
        .started_ms = r->started_ms,
        .finished_ms = r->finished_ms,
        .environment = r->environment,
        .tool = r->tool,
    };
    verdict_join(out, a, &in, redactor);
}

static bool leaks(struct trial *t, const struct material *m)
{
    struct str out[KINDS];
    struct err e = {.set = false};
    struct buf json;
    buf_init(&json, (size_t)64 << 20);
    report_write_record(&json, &m->record);
    bool found = holds_secret(buf_view(&json));
    buf_release(&json);
    if (!material_write(out, t->arena, m, t->templates, &e))
        return found;
    for (size_t i = 0; i < KINDS; i++)
        found = holds_secret(out[i]) || found;
    return found;
}

static void secrets_reach_no_output(void **state)
{
    struct arena life;
    struct trial t;
    size_t leaked = 0;
    struct redactor *redactor = redactor_open();
    (void)state;
    arena_init(&life);
    open_templates(&t, &life);
    assert_true(redactor_add(redactor, STR(SECRET)));
    for (uint64_t round = seed; fewest(&t) < wanted / 4 + 5 && leaked < 3;
         round++) {
        struct arena a;
        struct pair p;
        struct material whole, joined;
        arena_init(&a);
        t.arena = &a;
        pair_make(&p, &a, round, any_secret, &t);
        whole = joined = p.hostile;
        join(&joined.record, &a, &p.hostile.record, redactor);
        verdict_redact_facts(&whole.facts, &a, redactor);
        redact_shape(&whole.record, &record_shape, &a, redactor);
        joined.facts = whole.facts;
        leaked += leaks(&t, &whole) || leaks(&t, &joined);
        arena_release(&a);
    }
    print_message("# %zu secrets, %zu or more in each of %zu slots: %zu "
                  "leaked\n",
                  sum(&t), fewest(&t), t.slots.count, leaked);
    assert_int_equal(leaked, 0);
    redactor_close(redactor);
    arena_release(&life);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slots_come_out_in_documents),
        cmocka_unit_test(hostile_texts_change_nothing),
        cmocka_unit_test(lines_of_a_megabyte_change_nothing),
        cmocka_unit_test(secrets_reach_no_output),
    };
    if (argc > 1)
        wanted = strtoul(argv[1], NULL, 10);
    if (argc > 2)
        seed = strtoul(argv[2], NULL, 10);
    if (argc > 3)
        long_step = strtoul(argv[3], NULL, 10);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
