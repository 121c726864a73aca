/* postflight explain: what an error code means and how to get out of it. */
#include "base/text.h"
#include "cli/console.h"
#include "model/vocabulary.h"
#include "scan/scan.h"

static void add_list(struct buf *out, const char *heading,
                     const char *const *text, size_t count)
{
    if (count > 0)
        buf_printf(out, "\n%s\n", heading);
    for (size_t i = 0; i < count; i++)
        buf_printf(out, "  - %s\n", text[i]);
}

static void add_remedies(struct buf *out, const struct signature *s)
{
    if (s->remedy_count > 0)
        buf_text(out, "\nways out\n");
    for (size_t i = 0; i < s->remedy_count; i++) {
        const struct signature_remedy *r = &s->remedy[i];
        buf_printf(out, "  - %s\n", r->text);
        if (r->command != NULL)
            buf_printf(out, "      %s\n", r->command);
        if (r->danger != NULL)
            buf_printf(out, "      danger: %s\n", r->danger);
    }
}

static void print_signature(const struct signature *s)
{
    struct buf out;
    buf_init(&out, (size_t)1 << 20);
    buf_printf(&out, "%s%s%s: %s\n", s->id, s->code == NULL ? "" : " ",
               s->code == NULL ? "" : s->code, s->title);
    buf_printf(&out, "role %s, severity %s\n\n%s\n",
               name_of(&role_names, (int)s->role),
               name_of(&severity_names, (int)s->severity), s->meaning);
    if (s->look != NULL)
        buf_printf(&out, "\nif its root is not in the log: %s\n", s->look);
    if (s->rollback_why != NULL)
        buf_printf(&out, "\na rollback %s: %s\n", rollback_words(s->rollback),
                   s->rollback_why);
    add_list(&out, "to confirm", s->confirm, s->confirm_count);
    add_remedies(&out, s);
    add_list(&out, "to keep it from coming back", s->prevention,
             s->prevention_count);
    add_list(&out, "documentation", s->link, s->link_count);
    console_print(buf_view(&out));
    buf_release(&out);
}

static void report_unknown(struct arena *a, const struct catalogue *c,
                           const char *word)
{
    const char **known = arena_array(a, c->count * 2 + 1, sizeof(const char *));
    size_t count = 0;
    struct err e = {.set = false};
    for (size_t i = 0; i < c->count; i++) {
        known[count++] = c->signature[i].id;
        if (c->signature[i].code != NULL)
            known[count++] = c->signature[i].code;
    }
    err_set(&e, POS_NONE, "no signature has the id or code '%s'%s", word,
            text_hint(str_from(word), known, count).text);
    console_error(&e);
}

static int explain(struct arena *life, const struct settings *s,
                   const struct catalogue *c)
{
    const struct texts *words = &s->arguments;
    if (words->count != 1) {
        for (size_t i = 0; i < c->count; i++)
            console_print(
                str_from(arena_printf(life, "%-28s %s\n", c->signature[i].id,
                                      c->signature[i].title)));
        return EXIT_VERIFIED;
    }
    const struct signature *found = catalogue_search(c, words->item[0]);
    if (found == NULL) {
        report_unknown(life, c, words->item[0]);
        return EXIT_USAGE;
    }
    print_signature(found);
    return EXIT_VERIFIED;
}

static int run(struct arena *life, const struct settings *s,
               const struct notes *n)
{
    struct catalogue catalogue;
    struct diags d;
    diags_init(&d, life);
    if (!catalogue_open(&catalogue, life, s->signatures, &d)) {
        notes_diags(n, &d);
        return EXIT_INVALID;
    }
    int code = explain(life, s, &catalogue);
    return code;
}

const struct command explain_command = {
    .name = "explain",
    .arguments = "[SIGNATURE]",
    .summary = "Tells what an error code means and how to get out of it.",
    .help = "Tells what an error code or signature means and how to get out "
            "of it; without one, lists all signatures.",
    .run = run,
    .example = "postflight explain 42P07\n"
               "# by its id, also one of your own\n"
               "postflight explain acme/locked --signatures signatures.d",
    .argument = ARGUMENT_SIGNATURES,
};
