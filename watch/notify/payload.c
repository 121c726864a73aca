/*
 * From what happened to the bytes for one receiver: without secrets, then
 * shortened, then visible, then escaped for where it goes. What is too large
 * is made again of shorter texts.
 */
#include <string.h>

#include "base/json.h"
#include "base/shape_map.h"
#include "base/text.h"
#include "watch/notify/internal.h"

#define TEXT_LEAST  32  /* bytes; with texts of it every payload fits */
#define CHECKS_MOST 100 /* listed */

struct cleaning {
    struct sink *sink;
    size_t most; /* bytes of a text */
    bool cut;
};

static const char *clean(void *context, struct arena *a, const char *text)
{
    struct cleaning *c = context;
    struct str s = sink_text(c->sink, a, str_from(text));
    struct buf shown;
    c->cut = c->cut || s.len > c->most;
    s = text_cut(a, s, c->most);
    buf_init(&shown, s.len * 12 + 1);
    text_visible_line(&shown, s);
    return buf_take(a, &shown);
}

/* Ids of checks, one a line; as many as `most` of them are listed. */
static size_t list_checks(struct notified_incident *out, struct arena *a,
                          const char *checks, size_t most)
{
    struct str line, rest = str_from(checks == NULL ? "" : checks);
    size_t all = 0;
    out->check = arena_array(a, most + 1, sizeof(*out->check));
    while (rest.len > 0) {
        line = str_cut(rest, '\n', &rest);
        if (line.len == 0)
            continue;
        if (all++ < most)
            out->check[out->check_count++] = str_dup(a, line);
    }
    return all;
}

static const char *lasted(struct arena *a, const struct message *m)
{
    const struct incident_row *i = m->incident;
    struct buf text;
    int64_t end_ms = i->resolved_ms != 0 ? i->resolved_ms : m->time_ms;
    if (i->detected_ms == 0 || end_ms <= i->detected_ms)
        return NULL;
    buf_init(&text, 100);
    text_duration(&text, (end_ms - i->detected_ms) * 1000);
    return buf_take(a, &text);
}

/* "Opened: API: HTTP 503 (INC-2026-11-21-1)", of texts that are clean. */
static const char *title_of(struct arena *a, const struct notification *n)
{
    const struct notified_incident *i = &n->incident;
    const char *word =
        n->transition < 0 ? "test" : name_of(&transition_names, n->transition);
    const char *what = n->title != NULL   ? n->title
                       : i->title != NULL ? i->title
                                          : n->text;
    return arena_printf(a, "%c%s: %s%s%s%s", word[0] - 'a' + 'A', word + 1,
                        what == NULL ? "" : what, i->id == NULL ? "" : " (",
                        i->id == NULL ? "" : i->id, i->id == NULL ? "" : ")");
}

static void fill_incident(struct notified_incident *out,
                          const struct incident_row *i)
{
    out->id = i->id;
    out->status = i->status;
    out->severity = i->severity;
    out->title = i->title;
    out->service = i->service;
    out->signature = i->signature;
    out->migration = i->migration;
    out->commit = i->commit;
    out->document = i->document;
    out->started_ms = i->started_ms;
    out->detected_ms = i->detected_ms;
    out->acknowledged_ms = i->acknowledged_ms;
    out->mitigated_ms = i->mitigated_ms;
    out->resolved_ms = i->resolved_ms;
    out->verified_ms = i->verified_ms;
    out->closed_ms = i->closed_ms;
    out->reminders = i->reminders;
    out->reopened = i->reopened;
}

/* By what a receiver finds all that it was sent of one incident. */
static const char *dedup_key_of(struct arena *a, const struct message *m)
{
    if (m->incident == NULL || m->incident->id == NULL)
        return NULL;
    return arena_printf(a, "%s%s%s", m->history == NULL ? "" : m->history,
                        m->history == NULL ? "" : "/", m->incident->id);
}

static void fill(struct notification *n, struct arena *a,
                 const struct message *m, struct cleaning *c)
{
    size_t most = c->most / 16 < CHECKS_MOST ? c->most / 16 : CHECKS_MOST;
    size_t checks = 0;
    const char *text = m->text;
    if (m->missed != NULL)
        text = arena_printf(a, "Not delivered to %s: %s", m->missed,
                            text == NULL ? "" : text);
    *n = (struct notification){.schema = NOTIFICATION_SCHEMA,
                               .transition = m->transition,
                               .time_ms = m->time_ms,
                               .title = m->title,
                               .text = text,
                               .verdict = m->verdict,
                               .advice = m->advice,
                               .cause = m->cause,
                               .remedy = m->remedy,
                               .link = m->link,
                               .dedup_key = dedup_key_of(a, m),
                               .incident = {.status = -1, .severity = -1}};
    if (m->incident != NULL) {
        fill_incident(&n->incident, m->incident);
        n->incident.lasted = lasted(a, m);
        checks = list_checks(&n->incident, a, m->incident->checks, most);
    }
    shape_map(n, &notification_shape, a, clean, c);
    n->title = title_of(a, n);
    if (n->text == NULL || str_trim(str_from(n->text)).len == 0)
        n->text = n->title;
    n->note = m->note;
    if (c->cut || checks > most)
        n->note = arena_printf(
            a, "%s%scut: texts at %zu bytes, the list of checks at %zu of %zu",
            m->note == NULL ? "" : m->note, m->note == NULL ? "" : "; ",
            c->most, checks > most ? most : checks, checks);
}

static escape_text *escape_of(const struct receiver *to)
{
    escape_text *escape = channel_of(to)->escape;
    if (receiver_takes_json(to))
        return json_quote_inside;
    return escape == NULL ? buf_str : escape;
}

static const char too_long[] = "too long"; /* by its address */

static const char *render(struct arena *a, const char *template_text,
                          const struct notification *n, escape_text *escape,
                          struct err *e)
{
    struct buf out;
    const char *text = NULL;
    buf_init(&out, (size_t)4 * HISTORY_PAYLOAD_MAX);
    if (notification_render(&out, a, template_text, n, escape, e))
        text = buf_dup(a, &out);
    else if (out.full)
        text = too_long;
    buf_release(&out);
    return text;
}

/*
 * What the receiver's template gives. NULL: the built-in form, since there is
 * none or it gives nothing that can be sent, which *why tells.
 */
static const char *words_of(struct arena *a, const struct card *c,
                            struct sink *sink, const char **why)
{
    struct err e = {.set = false};
    const struct receiver *to = c->to;
    *why = NULL;
    if (to->template_text == NULL)
        return NULL;
    const char *words = NULL;
    const char *plain = render(a, to->template_text, c->n, buf_str, &e);
    if (plain != NULL)
        words = render(a, to->template_text, c->n, escape_of(to), &e);
    struct str bare = str_from(plain);
    struct str without = sink_text(sink, a, bare);
    if (plain == too_long || words == too_long)
        return too_long;
    if (words == NULL)
        *why = arena_printf(a, "the template failed: %s", e.text);
    else if (!str_equal(bare, without))
        *why = "the template had a secret in it";
    else if (str_trim(bare).len == 0)
        *why = "the template gave no text";
    else if (receiver_takes_json(to) && !json_is_valid(str_from(words)))
        *why = "the template gave no JSON";
    return *why == NULL ? words : NULL;
}

static bool fits(const struct buf *out, const struct receiver *to)
{
    size_t most = channel_of(to)->most_bytes;
    return !out->full && out->len <= (most == 0 ? HISTORY_PAYLOAD_MAX : most);
}

struct making {
    const struct receiver *to;
    const struct message *m;
    struct sink *sink;
    bool own; /* with the receiver's template */
};

static bool make(struct buf *out, struct arena *a, const struct making *k,
                 size_t most)
{
    struct cleaning cleaning = {k->sink, most, false};
    struct notification n;
    struct card card = {.to = k->to, .n = &n};
    const char *why = "the template gave too much";
    buf_clear(out);
    fill(&n, a, k->m, &cleaning);
    if (k->own)
        card.words = words_of(a, &card, k->sink, &why);
    if (card.words == too_long)
        return false;
    if (card.words == NULL && k->to->template_text != NULL && why != NULL) {
        n.note = n.note == NULL ? why : arena_printf(a, "%s; %s", why, n.note);
        n.note = clean(&cleaning, a, n.note);
    }
    card_fill(&card, a);
    channel_of(k->to)->payload(out, a, &card);
    return fits(out, k->to);
}

bool notify_payload(struct buf *out, struct arena *a, const struct receiver *to,
                    const struct message *m, struct sink *sink, struct err *e)
{
    struct making k = {to, m, sink, true};
    struct buf made;
    bool done = false;
    buf_init(&made, HISTORY_PAYLOAD_MAX);
    for (int pass = 0; pass < 2 && !done; pass++, k.own = false)
        for (size_t most = TEXT_BYTES_MAX; !done && most >= TEXT_LEAST;
             most /= 2)
            done = make(&made, a, &k, most);
    buf_str(out, buf_view(&made));
    buf_release(&made);
    if (done && !out->full)
        return true;
    return err_set(e, to->pos, "no payload of at most %zu bytes for '%.60s'",
                   HISTORY_PAYLOAD_MAX, to->name);
}
