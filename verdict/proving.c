/* A cause of the evidence, from what was found and what the catalogue knows. */
#include <string.h>

#include "verdict/evidence_causes.h"

static const struct catalogue *catalogue_of(const struct joining *j)
{
    return j->in->catalogue != NULL ? j->in->catalogue : &catalogue_built_in;
}

bool proving_begin(struct proving *p, struct joining *j, const char *id)
{
    struct findings *logs = &j->record->logs;
    *p = (struct proving){.j = j, .known = catalogue_find(catalogue_of(j), id)};
    if (p->known == NULL || p->known->proved_by < 0)
        return false;
    p->out = &logs->cause[logs->cause_count++];
    *p->out = (struct cause){.proof = p->known->id,
                             .confidence = CONFIDENCE_MEDIUM,
                             .deployment = p->known->deployment,
                             .rollback = p->known->rollback};
    return true;
}

void proving_reason(struct proving *p, const char *text)
{
    struct cause *c = p->out;
    c->reason = arena_grow(p->j->arena, (void *)c->reason, c->reason_count,
                           &p->reason_cap, sizeof(*c->reason));
    c->reason[c->reason_count++] = text;
}

void proving_capture(struct proving *p, const char *name, const char *value)
{
    for (size_t i = 0; value != NULL && i < p->capture_count; i++)
        if (strcmp(p->capture[i].name, name) == 0 &&
            strcmp(p->capture[i].value, value) == 0)
            return;
    if (value == NULL)
        return;
    p->capture = arena_grow(p->j->arena, p->capture, p->capture_count,
                            &p->capture_cap, sizeof(*p->capture));
    p->capture[p->capture_count++] = (struct shape_pair){name, value};
}

static struct fill fill_of(const struct proving *p, bool command)
{
    return (struct fill){.capture = p->capture,
                         .count = p->capture_count,
                         .command = command,
                         .each = true};
}

static const char *filled(const struct proving *p, const char *text,
                          bool command)
{
    struct fill fill = fill_of(p, command);
    return signature_fill(p->j->arena, text, &fill);
}

/* A text that names what is not known says nothing. */
static bool is_known(const struct proving *p, const char *text)
{
    struct fill fill = fill_of(p, false);
    return text == NULL || !signature_lacks(text, &fill);
}

/* Of two remedies with one text, the first one that could be filled in. */
static bool is_offered(const struct proving *p, const char *text)
{
    for (size_t i = 0; i < p->out->remedy_count; i++)
        if (strcmp(p->out->remedy[i].text, text) == 0)
            return true;
    return false;
}

static void write_remedies(struct proving *p, bool dangerous)
{
    struct cause *c = p->out;
    for (size_t i = 0; i < p->known->remedy_count; i++) {
        const struct signature_remedy *r = &p->known->remedy[i];
        if ((r->danger != NULL) != dangerous || !is_known(p, r->text) ||
            !is_known(p, r->command) || !is_known(p, r->danger))
            continue;
        const char *text = filled(p, r->text, false);
        if (!is_offered(p, text))
            c->remedy[c->remedy_count++] = (struct remedy){
                text, filled(p, r->command, true), filled(p, r->danger, false)};
    }
}

static const char **write_texts(struct proving *p, const char *const *from,
                                size_t count, size_t *out_count)
{
    const char **out =
        arena_array(p->j->arena, count + 1, sizeof(const char *));
    for (size_t i = 0; i < count; i++)
        if (is_known(p, from[i]))
            out[(*out_count)++] = filled(p, from[i], false);
    return out;
}

void proving_end(struct proving *p, size_t count)
{
    const struct signature *s = p->known;
    struct cause *c = p->out;
    bool many = count != 1 && s->headline_many != NULL;
    proving_capture(p, "count", arena_printf(p->j->arena, "%zu", count));
    c->title = filled(p,
                      many                  ? s->headline_many
                      : s->headline != NULL ? s->headline
                                            : s->title,
                      false);
    c->meaning = s->meaning;
    c->rollback_why = filled(p, s->rollback_why, false);
    c->remedy =
        arena_array(p->j->arena, s->remedy_count + 1, sizeof(*c->remedy));
    write_remedies(p, false);
    write_remedies(p, true);
    c->confirm =
        write_texts(p, s->confirm, s->confirm_count, &c->confirm_count);
    c->prevention = write_texts(p, s->prevention, s->prevention_count,
                                &c->prevention_count);
    c->link = write_texts(p, s->link, s->link_count, &c->link_count);
}
