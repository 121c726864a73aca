/* A new rendering put into a document that people have worked on. */
#include <string.h>

#include "report/actions.h"
#include "report/arrange.h"
#include "report/carry.h"
#include "report/living.h"
#include "report/report.h"
#include "report/units.h"

NAMES(block_fate_names, "same", "new", "replaced", "emptied", "kept", "own",
      "left out");

struct merger {
    struct arena *arena;
    struct parts old, fresh;
    struct str given; /* names of the blocks that it ever had */
    bool ours;        /* their order, too */
    struct buf out;
    struct report_update *update;
};

static void note(struct merger *m, struct str name, enum block_fate fate,
                 unsigned line)
{
    struct report_update *u = m->update;
    u->change =
        arena_grow(m->arena, u->change, u->count, &u->cap, sizeof(*u->change));
    u->change[u->count++] =
        (struct block_change){str_dup(m->arena, name), (int)fate, line};
    u->kept = u->kept || fate == FATE_KEPT;
}

static const char *line_end(const struct merger *m)
{
    return m->old.crlf ? "\r\n" : "\n";
}

/*
 * What people wrote may end in the middle of a line, or in a CR to which our
 * line end would belong; ours begins on a line of its own.
 */
static void end_line(struct merger *m)
{
    char last = m->out.len > 0 ? m->out.ptr[m->out.len - 1] : '\n';
    if (last == '\r')
        buf_char(&m->out, '\n');
    else if (last != '\n')
        buf_text(&m->out, line_end(m));
}

/* Ours, with the line ends of the document. */
static void add(struct merger *m, struct str text)
{
    while (text.len > 0) {
        struct str rest, line = str_cut(text, '\n', &rest);
        bool ended = line.len < text.len;
        buf_str(&m->out, line);
        if (ended)
            buf_text(&m->out, line_end(m));
        text = rest;
    }
}

static bool is_given(const struct merger *m, struct str name)
{
    struct str rest = m->given;
    while (rest.len > 0)
        if (str_equal(str_cut(rest, ' ', &rest), name))
            return true;
    return false;
}

static bool stands(const struct merger *m, struct str name)
{
    return living_find(&m->old, PART_BLOCK, name) != NULL ||
           living_find(&m->old, PART_OFFER, name) != NULL;
}

static struct str first_line(struct str text)
{
    return marker_line(&text);
}

static struct str last_line(const struct part *p)
{
    const char *end = p->body.ptr + p->body.len;
    return (struct str){end, p->text.len - (size_t)(end - p->text.ptr)};
}

static void add_body(struct merger *m, struct str fresh, struct str old)
{
    struct carried all = carry_answers(m->arena, fresh, old);
    for (size_t i = 0; i < all.count; i++)
        if (all.item[i].theirs)
            buf_str(&m->out, all.item[i].text);
        else
            add(m, all.item[i].text);
}

static void add_block(struct merger *m, const struct part *fresh,
                      struct str old)
{
    add(m, first_line(fresh->text));
    add_body(m, fresh->body, old);
    add(m, last_line(fresh));
}

/* The place is remembered by markers with nothing between them. */
static void add_empty(struct merger *m, struct str name)
{
    struct units none;
    struct buf hash;
    buf_init(&hash, 80);
    units_read(&none, m->arena, name, STR_NONE);
    units_hash(&hash, &none);
    add(m, str_from(arena_printf(m->arena,
                                 "<!-- postflight:begin %.*s v=2 h=%s -->\n"
                                 "<!-- postflight:end %.*s -->\n",
                                 STR_ARGS(name), hash.ptr, STR_ARGS(name))));
    buf_release(&hash);
}

/* Nothing in it ends the comment that it is in. */
static void add_hidden(struct buf *out, struct str text)
{
    while (text.len > 0) {
        size_t at = str_find(text, STR("-->"), 0);
        buf_str(out, str_sub(text, 0, at));
        if (at < text.len)
            buf_text(out, "--&gt;");
        text = str_sub(text, at + 3, text.len);
    }
}

static void add_offer(struct merger *m, const struct part *fresh)
{
    static const char hint[] =
        "The part above was edited by hand. This is what the record says now. "
        "To have it, delete the part above; to refuse it, delete this comment.";
    struct buf text;
    buf_init(&text, 2 * MARKDOWN_BYTES_MAX);
    buf_printf(&text, "\n<!-- postflight:offer %.*s v=2 h=%.*s\n%s\n",
               STR_ARGS(fresh->name), STR_ARGS(fresh->mark.rest), hint);
    add_hidden(&text, fresh->body);
    buf_printf(&text, "postflight:end-offer %.*s -->\n", STR_ARGS(fresh->name));
    end_line(m);
    add(m, buf_view(&text));
    buf_release(&text);
}

/* The text of a block whose marker says what is offered beside it. */
static struct str with_offer(struct merger *m, const struct part *old,
                             struct str hash)
{
    struct str rest = old->text, first = marker_line(&rest);
    struct buf text;
    size_t end = str_find(first, STR(" -->"), 0);
    size_t was = str_find(first, STR(" o="), 0);
    if (str_equal(old->mark.offered, hash))
        return old->text;
    buf_init(&text, 2 * MARKDOWN_BYTES_MAX);
    buf_str(&text, str_sub(first, 0, was < end ? was : end));
    buf_printf(&text, " o=%.*s", STR_ARGS(hash));
    buf_str(&text, str_sub(first, end, first.len));
    buf_str(&text, rest);
    size_t len = text.len;
    return (struct str){buf_take(m->arena, &text), len};
}

/* People may have put in by hand what would be written now. */
static bool is_now(const struct part *old, const struct part *fresh)
{
    struct marker as_fresh;
    if (fresh == NULL)
        return false;
    as_fresh = fresh->mark;
    return marker_fits(&as_fresh, old->body);
}

/* It was offered before, people took the offer away, and it is the same. */
static bool is_refused(const struct merger *m, const struct part *old,
                       const struct part *fresh)
{
    return fresh != NULL && fresh->mark.rest.len > 0 &&
           str_equal(old->mark.offered, fresh->mark.rest) &&
           living_find(&m->old, PART_OFFER, old->name) == NULL;
}

static void keep(struct merger *m, const struct part *old,
                 const struct part *fresh)
{
    if (fresh == NULL || is_refused(m, old, fresh)) {
        buf_str(&m->out, old->text);
        note(m, old->name, fresh == NULL ? FATE_KEPT : FATE_OWN, old->pos.line);
        return;
    }
    buf_str(&m->out, with_offer(m, old, fresh->mark.rest));
    note(m, old->name, FATE_KEPT, old->pos.line);
    add_offer(m, fresh);
}

static void add_grown(struct merger *m, const struct part *fresh,
                      const char *body)
{
    add(m, first_line(fresh->text));
    add(m, str_from(body));
    add(m, last_line(fresh));
}

static void merge_block(struct merger *m, const struct part *old)
{
    const struct part *fresh = living_find(&m->fresh, PART_BLOCK, old->name);
    size_t from = m->out.len;
    struct str none = STR_NONE;
    bool edited = old->edited && !is_now(old, fresh);
    bool foreign =
        str_is(old->name, "actions") && !actions_readable(m->arena, old);
    const char *grown = NULL;
    if (old->grown && fresh != NULL)
        grown = carry_added(m->arena, old, fresh);
    if (edited || foreign || (old->grown && grown == NULL) ||
        !carry_has_room(old->body, fresh != NULL ? fresh->body : none)) {
        keep(m, old, fresh);
        return;
    }
    if (fresh != NULL && carry_is_same(old, fresh))
        buf_str(&m->out, old->text);
    else if (grown != NULL)
        add_grown(m, fresh, grown);
    else if (fresh != NULL)
        add_block(m, fresh, old->body);
    else
        add_empty(m, old->name);
    struct str now = str_sub(buf_view(&m->out), from, m->out.len);
    note(m, old->name,
         str_equal(now, old->text) ? FATE_SAME
         : fresh != NULL           ? FATE_REPLACED
                                   : FATE_EMPTIED,
         old->pos.line);
}

/* An offer beside its block is made anew; without it, it was taken. */
static void merge_offer(struct merger *m, const struct part *old)
{
    if (living_find(&m->old, PART_BLOCK, old->name) != NULL)
        return;
    struct part block = *old;
    struct buf text;
    if (old->mark.hidden) { /* a comment has nothing of people */
        block.text = block.body = STR_NONE;
        block.edited = block.grown = false;
        block.mark = (struct marker){.kind = MARKER_NONE};
        merge_block(m, &block);
        return;
    }
    buf_init(&text, 2 * MARKDOWN_BYTES_MAX);
    buf_printf(&text, "<!-- postflight:begin %.*s v=1 h=%016d -->%s",
               STR_ARGS(old->name), 0, line_end(m));
    buf_str(&text, old->body);
    buf_printf(&text, "<!-- postflight:end %.*s -->%s", STR_ARGS(old->name),
               line_end(m));
    block.text = (struct str){buf_dup(m->arena, &text), text.len};
    buf_release(&text);
    merge_block(m, &block);
}

static void merge_index(struct merger *m, const struct part *old)
{
    add(m, STR("<!-- postflight:document "));
    buf_str(&m->out, old->name);
    if (m->ours) {
        struct str names =
            arrange_names(m->arena, &m->old, &m->fresh, m->given);
        add(m, names.len > 0 ? STR(" ") : STR_NONE);
        buf_str(&m->out, names);
        add(m, STR(" -->\n"));
        return;
    }
    if (m->given.len > 0)
        add(m, STR(" "));
    buf_str(&m->out, m->given);
    for (size_t i = 0; i < m->fresh.count; i++) {
        const struct part *p = &m->fresh.item[i];
        if (p->kind != PART_BLOCK || is_given(m, p->name))
            continue;
        add(m, STR(" "));
        add(m, p->name);
    }
    add(m, STR(" -->\n"));
}

/* Blocks that the document never had, from `from` to the next that it has. */
static void add_new(struct merger *m, size_t from, bool above)
{
    for (size_t i = from; i < m->fresh.count; i++) {
        const struct part *p = &m->fresh.item[i];
        if (p->kind != PART_BLOCK)
            continue;
        if (stands(m, p->name))
            return;
        if (is_given(m, p->name)) {
            note(m, p->name, FATE_LEFT_OUT, 0);
            continue;
        }
        end_line(m);
        if (!above)
            add(m, STR("\n"));
        add_block(m, p, STR_NONE);
        if (above)
            add(m, STR("\n"));
        note(m, p->name, FATE_NEW, 0);
    }
}

static void add_new_after(struct merger *m, struct str name)
{
    const struct part *p = living_find(&m->fresh, PART_BLOCK, name);
    if (p != NULL)
        add_new(m, (size_t)(p - m->fresh.item) + 1, false);
}

static bool is_offered(const struct merger *m, size_t i)
{
    const struct part *p = &m->old.item[i];
    return p->kind == PART_OFFER &&
           living_find(&m->old, PART_BLOCK, p->name) != NULL;
}

/* A blank line of ours stands before an offer: both go. */
static struct str without_gap(const struct merger *m, size_t i)
{
    struct str text = m->old.item[i].text;
    bool before = i + 1 < m->old.count && is_offered(m, i + 1);
    if (before && (str_is(text, "\n") || str_is(text, "\r\n")))
        return STR_NONE;
    return text;
}

static void merge(struct merger *m)
{
    bool first = true;
    for (size_t i = 0; i < m->old.count; i++) {
        const struct part *p = &m->old.item[i];
        bool block = (p->kind == PART_BLOCK || p->kind == PART_OFFER) &&
                     !is_offered(m, i);
        if (block && first)
            add_new(m, 0, true);
        first = first && !block;
        if (p->kind == PART_TEXT)
            buf_str(&m->out, without_gap(m, i));
        else if (p->kind == PART_BLOCK)
            merge_block(m, p);
        else if (p->kind == PART_OFFER)
            merge_offer(m, p);
        else
            merge_index(m, p);
        if (block)
            add_new_after(m, p->name);
    }
    if (first)
        add_new(m, 0, false);
}

/* The two documents as parts, and whether they are of one kind. */
static bool open_both(struct merger *m, const struct source *existing,
                      const struct source *fresh, struct err *e)
{
    struct pos whole = {existing, 0, 0};
    const struct part *is = NULL, *was = NULL;
    if (!living_read(&m->old, m->arena, existing, e) ||
        !living_read(&m->fresh, m->arena, fresh, e))
        return false;
    for (size_t i = 0; i < m->old.count; i++)
        was = m->old.item[i].kind == PART_INDEX ? &m->old.item[i] : was;
    for (size_t i = 0; i < m->fresh.count; i++)
        is = m->fresh.item[i].kind == PART_INDEX ? &m->fresh.item[i] : is;
    if (was == NULL || is == NULL)
        return err_set(e, whole,
                       "it has no line '<!-- postflight:document KIND ... "
                       "-->', so it was not written by this tool: it is left "
                       "as it is, choose another file");
    m->given = was->body;
    if (str_equal(was->name, is->name))
        return true;
    return err_set(e, was->pos,
                   "it is a document of the kind '%.*s', not '%.*s'",
                   STR_ARGS(was->name), STR_ARGS(is->name));
}

/* What was just made must be found again, and read as it was meant. */
static bool prove(struct merger *m, const struct source *existing,
                  struct err *e)
{
    struct source *now = arena_alloc(m->arena, sizeof(*now));
    struct parts all;
    *now = (struct source){existing->name, m->update->text};
    if (!living_read(&all, m->arena, now, e))
        return false;
    bool *made = arena_array(m->arena, all.count + 1, sizeof(*made));
    for (size_t i = 0; i < m->update->count; i++) {
        const struct block_change *c = &m->update->change[i];
        const struct part *p = living_find(&all, PART_BLOCK, str_from(c->name));
        if (p == NULL && c->fate != FATE_LEFT_OUT && c->fate != FATE_KEPT)
            return err_set(e, (struct pos){existing, c->line, 1},
                           "the block '%s' would be no block any more: is a "
                           "fence or a comment before it left open?",
                           c->name);
        if (p != NULL && c->fate != FATE_KEPT &&
            str_find(p->body, STR("<!-- postflight:ask "), 0) == p->body.len)
            made[p - all.item] = true;
    }
    return living_prove(now, &all, made, e);
}

/* Two versions of it were merged, and nobody has chosen between them. */
static bool check_conflict(const struct source *existing, struct err *e)
{
    static const char *const sign[] = {"<<<<<<< ", "=======", ">>>>>>> "};
    struct str rest = existing->text;
    unsigned line = 0, first = 0;
    for (size_t at = 0; rest.len > 0;) {
        struct str text = marker_line(&rest);
        line++;
        at = str_starts(text, str_from(sign[at])) ? at + 1 : at;
        first = at == 1 && first == 0 ? line : first;
        if (at == ARRAY_COUNT(sign))
            return err_set(e, (struct pos){existing, first, 1},
                           "a merge conflict begins here and is not resolved: "
                           "choose one of the two versions first");
    }
    return true;
}

static bool update(struct report_update *out, struct arena *a,
                   const struct source *existing, const struct source *fresh,
                   struct err *e)
{
    struct merger m = {.arena = a, .update = out};
    *out = (struct report_update){.text = STR_NONE};
    if (!check_conflict(existing, e) || !open_both(&m, existing, fresh, e))
        return false;
    m.ours = arrange_blocks(&m.old, a, &m.fresh, m.given);
    buf_init(&m.out, 2 * MARKDOWN_BYTES_MAX);
    merge(&m);
    out->text = (struct str){buf_dup(a, &m.out), m.out.len};
    bool full = m.out.full;
    buf_release(&m.out);
    if (full || out->text.len > MARKDOWN_BYTES_MAX)
        return err_set(e, (struct pos){existing, 0, 0},
                       "with the new blocks it would be larger than %zu bytes",
                       MARKDOWN_BYTES_MAX);
    return prove(&m, existing, e);
}

/* An update of what was just written changes nothing, or it reads otherwise. */
static bool is_stable(struct arena *a, const struct source *existing,
                      const struct source *fresh, struct str text,
                      struct err *e)
{
    struct source now = {existing->name, text};
    struct report_update again;
    struct err why = {.set = false};
    if (update(&again, a, &now, fresh, &why) && str_equal(again.text, text))
        return true;
    return err_set(e, (struct pos){existing, 0, 0},
                   "with the new blocks its own lines would read otherwise: "
                   "leave a blank line around each block%s%s",
                   why.set ? "; " : "", why.set ? why.text : "");
}

bool report_update(struct report_update *out, struct arena *a,
                   const struct source *existing, struct str fresh,
                   struct err *e)
{
    struct source *source = arena_alloc(a, sizeof(*source));
    *source = (struct source){"the new document", fresh};
    return update(out, a, existing, source, e) &&
           is_stable(a, existing, source, out->text, e);
}
