/* What lint demands of placeholders in advice. */
#include "model/placeholder.h"

#include <string.h>

#include "scan/anchor.h"
#include "scan/internal.h"

/* How sure a capture is wherever the signature matches. */
enum captured { CAPTURED_NEVER, CAPTURED_SOMETIMES, CAPTURED_ALWAYS };

static enum captured captured_by(const struct signature *s, struct str name)
{
    bool ever = false, always = s->pattern_count > 0;
    for (size_t i = 0; i < s->pattern_count; i++) {
        always = always && group_is_sure(s->pattern[i].match, name);
        ever = ever || group_is_named(s->pattern[i].match, name);
    }
    for (size_t i = 0; i < s->detail_count; i++)
        ever = ever || group_is_named(s->detail[i].match, name);
    return always ? CAPTURED_ALWAYS
           : ever ? CAPTURED_SOMETIMES
                  : CAPTURED_NEVER;
}

struct check_of {
    const struct signature *signature;
    struct diags *diags;
    const char *key;
};

static void check_one(const struct check_of *a, const struct placeholder *p)
{
    enum captured captured = captured_by(a->signature, p->name);
    const char *id = a->signature->id;
    if (captured == CAPTURED_NEVER)
        diags_add(a->diags, a->signature->pos,
                  "%s: '%s' has {%.*s}, which no pattern of it captures", id,
                  a->key, STR_ARGS(p->name));
    else if (captured == CAPTURED_SOMETIMES && p->word.ptr == NULL)
        diags_add(a->diags, a->signature->pos,
                  "%s: '%s' has {%.*s}, which not every match captures: write "
                  "{%.*s|WORD} for where it is not known",
                  id, a->key, STR_ARGS(p->name), STR_ARGS(p->name));
}

static void check_filled(struct check_of *a, const char *key, const char *text)
{
    struct placeholder p;
    a->key = key;
    for (size_t at = 0;
         text != NULL && placeholder_find(str_from(text), at, &p);
         at = p.at + p.length)
        check_one(a, &p);
}

/* The title stands for a headline that lacks one. */
static void check_headline(struct check_of *a, const char *text)
{
    struct placeholder p;
    for (size_t at = 0;
         text != NULL && placeholder_find(str_from(text), at, &p);
         at = p.at + p.length)
        if (captured_by(a->signature, p.name) == CAPTURED_NEVER)
            diags_add(a->diags, a->signature->pos,
                      "%s: 'headline' has {%.*s}, which no pattern of it "
                      "captures, so it is never shown",
                      a->signature->id, STR_ARGS(p.name));
}

static void check_plain(struct check_of *a, const char *key, const char *text)
{
    struct placeholder p;
    if (text != NULL && placeholder_find(str_from(text), 0, &p))
        diags_add(a->diags, a->signature->pos,
                  "%s: '%s' is not filled in, and it has {%.*s}",
                  a->signature->id, key, STR_ARGS(p.name));
}

void placeholders_check(const struct signature *s, struct diags *d)
{
    struct check_of a = {.signature = s, .diags = d};
    if (s->proved_by >= 0)
        return; /* verdict/evidence_samples.c knows what is captured */
    check_headline(&a, s->headline);
    check_plain(&a, "title", s->title);
    check_plain(&a, "meaning", s->meaning);
    check_plain(&a, "look", s->look);
    check_plain(&a, "because", s->because);
    check_filled(&a, "rollback_why", s->rollback_why);
    for (size_t i = 0; i < s->confirm_count; i++)
        check_filled(&a, "confirm", s->confirm[i]);
    for (size_t i = 0; i < s->prevention_count; i++)
        check_filled(&a, "prevention", s->prevention[i]);
    for (size_t i = 0; i < s->remedy_count; i++) {
        check_filled(&a, "do", s->remedy[i].text);
        check_filled(&a, "run", s->remedy[i].command);
        check_filled(&a, "danger", s->remedy[i].danger);
    }
}
