/*
 * Any bytes as a document that people worked on: what is outside of its
 * blocks stays in every byte, and a second update changes nothing.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "report/living.h"
#include "report/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char fresh[] =
    "<!-- postflight:begin summary v=1 h=075883224adb000b -->\n\n## Summary\n\n"
    "<!-- postflight:ask summary -->\n\nTo be written: what.\n\n"
    "<!-- postflight:end-ask summary -->\n\n<!-- postflight:end summary -->\n\n"
    "<!-- postflight:begin actions v=1 h=291e9e2841be06af -->\n\n"
    "| Id | Action | Type | Owner | Due | State |\n"
    "| --- | --- | --- | --- | --- | --- |\n"
    "| A1 | Lock | prevent | `@anna` | no day yet | open |\n\n"
    "<!-- postflight:rows 9bd5d047:868d22cf:868d22cf -->\n\n"
    "<!-- postflight:end actions -->\n\n"
    "<!-- postflight:document incident summary actions -->\n";

static void must(bool good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "%s\n", what);
    abort();
}

/* Every part of people's stands in the new document, in its order. */
static void people_kept(struct arena *a, const struct source *old,
                        struct str now)
{
    struct parts all;
    struct err e = {.set = false};
    size_t at = 0;
    must(living_read(&all, a, old, &e), "read once and not again");
    for (size_t i = 0; i < all.count; i++) {
        const struct part *p = &all.item[i];
        if (p->kind != PART_TEXT || str_trim(p->text).len == 0)
            continue;
        at = str_find(now, p->text, at);
        must(at < now.len, "words of people are lost");
        at += p->text.len;
    }
}

static void update(struct arena *a, const struct source *old)
{
    struct report_update u, again;
    struct err e = {.set = false};
    if (!report_update(&u, a, old, str_from(fresh), &e))
        return;
    people_kept(a, old, u.text);
    struct source now = {"now.md", u.text};
    must(report_update(&again, a, &now, str_from(fresh), &e),
         "what was written cannot be updated");
    must(str_equal(again.text, u.text), "a second update is another one");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct diags d;
    struct fact_action action = {
        .id = "A1", .text = "Lock", .owner = "@anna", .type = ACTION_PREVENT};
    struct facts facts = {.action = &action, .action_count = 1};
    arena_init(&a);
    diags_init(&d, &a);
    struct source old = {"x.md",
                         {arena_dup(&a, (const char *)data, size), size}};
    update(&a, &old);
    if (!report_read_back(&facts, &a, &old, &d))
        must(diags_errors(&d) > 0, "an error that says nothing");
    arena_release(&a);
    return 0;
}
