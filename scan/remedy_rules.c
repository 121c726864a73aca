/*
 * What lint demands of a signature's advice: whoever reads it at night follows
 * it, so a fatal error says what a rollback does, a condition is read before
 * the command, and no safe remedy contradicts the rollback.
 */
#include <string.h>

#include "scan/internal.h"

#define WHY_BYTES_MAX 200

static void check_rollback(const struct signature *s, struct diags *d)
{
    size_t len = s->rollback_why == NULL ? 0 : strlen(s->rollback_why);
    if (s->rollback < 0 && signature_is_fatal(s))
        diags_add(d, s->pos,
                  "%s can stop a deploy: add 'rollback' (helps, useless or "
                  "harmful) and 'rollback_why'",
                  s->id);
    if (len > 0 && (s->rollback_why[len - 1] == '.' ||
                    strchr(s->rollback_why, '\n') != NULL))
        diags_add(d, s->pos,
                  "%s: 'rollback_why' is a clause on one line without a full "
                  "stop",
                  s->id);
    if (len > WHY_BYTES_MAX)
        diags_add(d, s->pos, "%s: 'rollback_why' has %zu bytes, at most %d fit",
                  s->id, len, WHY_BYTES_MAX);
}

/* Words with which a remedy sends the code back to an older build. */
static bool goes_back(const char *text)
{
    static const char *const words[] = {
        "roll back to",       "Roll back to",   "oll the code back",
        "oll back the code",  "oll back when",  "eploy the previous build",
        "to the last build",  "o back to the ", "previous build meanwhile",
        "to the build before"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++)
        if (strstr(text, words[i]) != NULL)
            return true;
    return false;
}

static bool begins(const char *text, const char *word)
{
    return strncmp(text, word, strlen(word)) == 0;
}

static bool knows_id(const struct catalogue *all, const char *pattern)
{
    for (size_t i = 0; i < all->count; i++)
        if (signature_id_matches(all->signature[i].id, pattern))
            return true;
    return false;
}

static void check_remedy(const struct catalogue *all, const struct signature *s,
                         const struct signature_remedy *r, struct diags *d)
{
    bool refused =
        s->rollback == ROLLBACK_USELESS || s->rollback == ROLLBACK_HARMFUL;
    if (r->when_count > 0 && !begins(r->text, "If ") &&
        !begins(r->text, "Only if "))
        diags_add(d, s->pos,
                  "%s: a remedy with 'when' begins with its condition (If … or "
                  "Only if …), found '%.60s'",
                  s->id, r->text);
    for (size_t i = 0; i < r->when_count; i++)
        if (!knows_id(all, r->when[i]))
            diags_add(d, s->pos, "%s names '%s', which no signature is", s->id,
                      r->when[i]);
    if (r->danger != NULL || !(r->rolls_back || goes_back(r->text)))
        return;
    if (refused)
        diags_add(d, s->pos,
                  "%s: a rollback is %s, but '%.60s' is one of its safe "
                  "remedies",
                  s->id, name_of(&rollback_names, s->rollback), r->text);
    else if (!r->rolls_back)
        diags_add(d, s->pos,
                  "%s: '%.60s' needs 'rolls_back: true', so that it is left "
                  "out where a rollback does not help",
                  s->id, r->text);
}

void signature_check_advice(const struct catalogue *all,
                            const struct signature *s, struct diags *d)
{
    check_rollback(s, d);
    for (size_t i = 0; i < s->remedy_count; i++)
        check_remedy(all, s, &s->remedy[i], d);
}
