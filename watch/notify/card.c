/* What all services show of a notification: labelled facts, worst first. */
#include <string.h>

#include "watch/notify/internal.h"

static void add(struct card *c, const char *label, const char *value)
{
    if (value != NULL && str_trim(str_from(value)).len > 0 &&
        c->count < CARD_FACTS_MAX)
        c->fact[c->count++] = (struct fact){label, value};
}

static const char *joined(struct arena *a, const char *const *text,
                          size_t count)
{
    struct buf all;
    buf_init(&all, HISTORY_PAYLOAD_MAX);
    for (size_t i = 0; i < count; i++) {
        buf_text(&all, i > 0 ? ", " : "");
        buf_text(&all, text[i]);
    }
    return buf_take(a, &all);
}

static bool is_same(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

void card_fill(struct card *c, struct arena *a)
{
    const struct notification *n = c->n;
    const struct notified_incident *i = &n->incident;
    bool linked = n->link != NULL && notification_is_link(n->link);
    c->count = 0;
    if (i->severity >= 0)
        add(c, "Severity", name_of(&severity_names, i->severity));
    add(c, "Service", i->service);
    add(c, "Checks", joined(a, i->check, i->check_count));
    add(c, "Lasted", i->lasted);
    add(c, "Cause", n->cause);
    add(c, "What to do", n->remedy);
    add(c, "Advice", n->advice);
    add(c, "Note", n->note);
    add(c, "Commit", i->commit);
    add(c, "Verdict", n->verdict);
    add(c, "Link", linked || is_same(n->link, i->document) ? NULL : n->link);
    add(c, "Signature", i->signature);
    add(c, "Migration", i->migration);
    add(c, "Document", i->document);
}

enum card_color card_color(const struct card *c)
{
    int t = c->n->transition;
    if (t == TRANSITION_RESOLVED || t == TRANSITION_CLOSED)
        return CARD_GOOD;
    switch (c->n->incident.severity) {
    case SEVERITY_CRITICAL:
        return CARD_BAD;
    case SEVERITY_MAJOR:
        return CARD_POOR;
    case SEVERITY_MINOR:
        return CARD_ODD;
    default:
        return CARD_INFO;
    }
}
