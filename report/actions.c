/* Action items: rows out, and rows back in. */
#include "report/actions.h"

#include <stdlib.h>
#include <string.h>

#include <cmark.h>

#include "base/hash.h"
#include "base/text.h"
#include "report/document.h"
#include "report/parts.h"

#define NOBODY "nobody yet"
#define NO_DAY "no day yet"

enum column { ID, TEXT, TYPE, OWNER, DUE, STATE, COLUMNS };

static const char *const head[COLUMNS] = {"Id",    "Action", "Type",
                                          "Owner", "Due",    "State"};

/* A row as a reader sees it. */
struct row {
    const char *cell[COLUMNS];
    struct pos pos;
};

/* What the marker tells of a row. */
struct base {
    uint32_t id, said, shown;
};

#define NOT_SAID 1 /* the facts did not have it */

/* One line with single spaces, all in it visible. */
static const char *one_line(struct arena *a, struct str text)
{
    struct buf seen, out;
    buf_init(&seen, MARKDOWN_BYTES_MAX);
    buf_init(&out, MARKDOWN_BYTES_MAX);
    text_visible_line(&seen, text);
    struct str rest = str_trim(buf_view(&seen));
    while (rest.len > 0) {
        struct str word = str_cut(rest, ' ', &rest);
        if (word.len > 0 && out.len > 0)
            buf_char(&out, ' ');
        buf_str(&out, word);
    }
    const char *line = buf_take(a, &out);
    buf_release(&seen);
    return line;
}

/* Markdown of one line as the text that a reader sees, on one line; false:
   it has more than text and code. */
static bool actions_plain(struct arena *a, struct str markdown,
                          const char **out)
{
    struct buf text;
    bool ok = true;
    cmark_node *document = cmark_parse_document(
        markdown.len > 0 ? markdown.ptr : "", markdown.len, CMARK_OPT_DEFAULT);
    cmark_iter *iter = cmark_iter_new(document);
    buf_init(&text, MARKDOWN_BYTES_MAX);
    while (cmark_iter_next(iter) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        if (type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE)
            buf_text(&text, cmark_node_get_literal(node));
        else
            ok = ok &&
                 (type == CMARK_NODE_DOCUMENT || type == CMARK_NODE_PARAGRAPH);
    }
    cmark_iter_free(iter);
    cmark_node_free(document);
    *out = one_line(a, buf_view(&text));
    buf_release(&text);
    return ok;
}

static uint32_t hash_of(const struct row *r)
{
    uint32_t hash = HASH_START_32;
    for (int i = TEXT; i < COLUMNS; i++) {
        hash = hash_add_32(hash, str_from(r->cell[i]));
        hash = hash_add_32(hash, STR("\n"));
    }
    return hash;
}

static uint32_t hash_of_id(const char *id)
{
    return hash_add_32(HASH_START_32, str_from(id));
}

static const char *or_else(struct arena *a, const char *text,
                           const char *otherwise)
{
    return text == NULL ? otherwise : one_line(a, str_from(text));
}

static const char *id_of(struct arena *a, const struct fact_action *action,
                         size_t index)
{
    return action->id == NULL ? arena_printf(a, "A%zu", index + 1)
                              : one_line(a, str_from(action->id));
}

static struct row row_of(struct arena *a, const struct fact_action *action,
                         size_t index)
{
    return (struct row){
        .cell = {
            [ID] = id_of(a, action, index),
            [TEXT] = or_else(a, action->text, "unknown"),
            [TYPE] = action->type < 0
                         ? "unknown"
                         : name_of(&action_type_names, action->type),
            [OWNER] = or_else(a, action->owner, NOBODY),
            [DUE] = or_else(a, action->due, NO_DAY),
            [STATE] = action->done ? "done" : "open",
        }};
}

static void write_marker(struct markdown *m, const struct facts *f)
{
    struct buf rows;
    buf_init(&rows, MARKDOWN_BYTES_MAX);
    buf_text(&rows, "rows");
    for (size_t i = 0; i < f->action_count && i < ROWS_MAX; i++) {
        struct row row = row_of(m->arena, &f->action[i], i);
        uint32_t shown = hash_of(&row);
        uint32_t said = f->action[i].said != 0 ? f->action[i].said : shown;
        buf_printf(&rows, " %08x:%08x:%08x", hash_of_id(row.cell[ID]), said,
                   shown);
    }
    markdown_marker(m, rows.ptr);
    buf_release(&rows);
}

/* Where they are tracked, below the table, whose cells people edit. */
static void write_issues(struct markdown *m, const struct facts *f)
{
    size_t count = 0;
    for (size_t i = 0; i < f->action_count && i < ROWS_MAX; i++) {
        if (f->action[i].issue == NULL)
            continue;
        if (count++ == 0)
            markdown_list(m, false);
        markdown_item(m);
        markdown_words(m, id_of(m->arena, &f->action[i], i));
        markdown_text(m, " is tracked in ");
        if (str_starts(str_from(f->action[i].issue), STR("http")))
            markdown_link(m, f->action[i].issue);
        else
            markdown_code(m, f->action[i].issue);
        markdown_end(m);
    }
    if (count > 0)
        markdown_list_end(m);
}

void section_actions(struct markdown *m, const struct report_inputs *in)
{
    const struct facts *f = in->facts;
    part_section(m, "Action items");
    if (f->action_count == 0) {
        markdown_ask(m, "actions", "what is to be done, by whom, until when.");
        return;
    }
    markdown_table(m, head, ARRAY_COUNT(head));
    for (size_t i = 0; i < f->action_count && i < ROWS_MAX; i++) {
        struct row row = row_of(m->arena, &f->action[i], i);
        markdown_row(m);
        for (int k = 0; k < COLUMNS; k++)
            markdown_words_cell(m, row.cell[k]);
        markdown_row_end(m);
    }
    markdown_table_end(m);
    write_issues(m, f);
    if (in->living)
        write_marker(m, f);
}

/* The next cell of a row; GitHub takes "\|" as a bar first of all. */
static struct str next_cell(struct arena *a, struct str *row)
{
    struct buf cell;
    size_t i = 0;
    buf_init(&cell, row->len + 1);
    for (; i < row->len && row->ptr[i] != '|'; i++) {
        if (row->ptr[i] == '\\' && i + 1 < row->len && row->ptr[i + 1] == '|')
            i++;
        buf_char(&cell, row->ptr[i]);
    }
    *row = str_sub(*row, i + 1, row->len);
    struct str text = {buf_dup(a, &cell), cell.len};
    buf_release(&cell);
    return str_trim(text);
}

static bool row_read(struct row *out, struct arena *a, struct str line)
{
    struct str rest = str_trim(line);
    if (!str_starts(rest, STR("|")))
        return false;
    rest = str_sub(rest, 1, rest.len);
    for (int i = 0; i < COLUMNS; i++) {
        if (rest.len == 0 ||
            !actions_plain(a, next_cell(a, &rest), &out->cell[i]))
            return false;
    }
    return str_trim(rest).len == 0;
}

static bool is_one_of(const char *text, const char *const *word)
{
    for (; *word != NULL; word++)
        if (str_equal_nocase(str_from(text), str_from(*word)))
            return true;
    return false;
}

static bool state_read(const char *cell, bool *done)
{
    static const char *const yes[] = {"done", "x",      "[x]",
                                      "yes",  "closed", NULL};
    static const char *const no[] = {"open", "", "[ ]", "no", NULL};
    *done = is_one_of(cell, yes);
    return *done || is_one_of(cell, no);
}

/* A row as an action; false: a word in it is none that we know. */
static bool action_read(struct fact_action *out, const struct row *r)
{
    const char *owner = r->cell[OWNER], *due = r->cell[DUE];
    struct str type = str_from(r->cell[TYPE]);
    out->id = r->cell[ID];
    out->text = r->cell[TEXT];
    out->owner = strcmp(owner, NOBODY) == 0 || *owner == '\0' ? NULL : owner;
    out->due = strcmp(due, NO_DAY) == 0 || *due == '\0' ? NULL : due;
    out->type = -1;
    return out->id[0] != '\0' && state_read(r->cell[STATE], &out->done) &&
           (str_is(type, "unknown") || type.len == 0 ||
            name_find(&action_type_names, type, &out->type));
}

static uint32_t hex_of(struct str *text)
{
    struct str word = str_cut(*text, ':', text);
    uint32_t value = 0;
    for (size_t i = 0; i < word.len && i < 8; i++) {
        char c = word.ptr[i];
        uint32_t digit = c >= '0' && c <= '9'   ? (uint32_t)(c - '0')
                         : c >= 'a' && c <= 'f' ? (uint32_t)(c - 'a') + 10
                                                : 0;
        value = value * 16 + digit;
    }
    return value;
}

static const struct base *base_of(const struct base *base, size_t count,
                                  const char *id)
{
    for (size_t i = 0; i < count; i++)
        if (base[i].id == hash_of_id(id))
            return &base[i];
    return NULL;
}

struct table {
    struct arena *arena;
    struct row *row;
    size_t count, cap;
    struct base *base;
    size_t base_count, base_cap;
};

static void bases_read(struct table *t, struct str rest)
{
    while (rest.len > 0 && t->base_count < ROWS_MAX) {
        struct str word = str_cut(rest, ' ', &rest);
        struct base b;
        b.id = hex_of(&word);
        b.said = hex_of(&word);
        b.shown = hex_of(&word);
        t->base = arena_grow(t->arena, t->base, t->base_count, &t->base_cap,
                             sizeof(b));
        t->base[t->base_count++] = b;
    }
}

static bool table_read(struct table *t, const struct part *block)
{
    struct str rest = block->body;
    unsigned line = block->pos.line, in_table = 0;
    bool answer = false; /* a table of people's own is theirs */
    while (rest.len > 0) {
        struct str text = marker_line(&rest);
        struct marker mark = marker_of(text);
        struct row row = {.pos = {block->pos.source, ++line, 1}};
        if (mark.kind == MARKER_ROWS)
            bases_read(t, mark.rest);
        answer =
            mark.kind == MARKER_ASK || (answer && mark.kind == MARKER_NONE);
        in_table = text.ptr[0] == '|' ? in_table + 1 : 0;
        if (answer || in_table < 3)
            continue;
        if (t->count == ROWS_MAX || !row_read(&row, t->arena, text))
            return false;
        t->row = arena_grow(t->arena, t->row, t->count, &t->cap, sizeof(row));
        t->row[t->count++] = row;
    }
    return true;
}

static struct fact_action *action_of(struct facts *f, struct arena *a,
                                     const char *id)
{
    for (size_t i = 0; i < f->action_count; i++)
        if (strcmp(id_of(a, &f->action[i], i), id) == 0)
            return &f->action[i];
    return NULL;
}

static void append(struct facts *f, struct arena *a, struct fact_action action)
{
    struct fact_action *all = arena_array(a, f->action_count + 1, sizeof(*all));
    if (f->action_count > 0)
        memcpy(all, f->action, f->action_count * sizeof(*all));
    all[f->action_count++] = action;
    f->action = all;
}

/* A row that the facts do not have. */
static void take_added(struct facts *f, struct table *t, const struct row *r,
                       const struct base *base, struct diags *d)
{
    struct fact_action action = {.said = NOT_SAID};
    bool taken_out = base != NULL && base->said != NOT_SAID;
    if (taken_out && base->shown == hash_of(r))
        return; /* of the facts, by whoever keeps them */
    if (taken_out)
        diags_warn(d, r->pos,
                   "'%.80s' was changed here and taken out of the facts: it "
                   "is kept",
                   r->cell[ID]);
    if (action_read(&action, r))
        append(f, t->arena, action);
}

static void take(struct facts *f, struct table *t, const struct row *r,
                 struct diags *d)
{
    const struct base *base = base_of(t->base, t->base_count, r->cell[ID]);
    struct fact_action *action = action_of(f, t->arena, r->cell[ID]);
    if (action == NULL) {
        take_added(f, t, r, base, d);
        return;
    }
    uint32_t said = action->said;
    struct row told = row_of(t->arena, action, 0);
    bool edited = base == NULL || base->shown != hash_of(r);
    bool news = base == NULL || base->said != said;
    if ((news && !edited) || hash_of(&told) == hash_of(r))
        return;
    if (news)
        diags_warn(d, r->pos,
                   "'%.80s' was changed here and in the facts: what stands "
                   "here is kept",
                   r->cell[ID]);
    (void)action_read(action, r);
    action->said = said;
}

static void tell_missing(const struct facts *f, struct table *t,
                         const struct part *block, struct diags *d)
{
    for (size_t i = 0; i < f->action_count; i++) {
        const char *id = id_of(t->arena, &f->action[i], i);
        bool there = base_of(t->base, t->base_count, id) == NULL;
        for (size_t k = 0; k < t->count && !there; k++)
            there = strcmp(t->row[k].cell[ID], id) == 0;
        if (!there)
            diags_warn(d, block->pos,
                       "'%.80s' was taken out of the table and stands in the "
                       "facts: it comes back",
                       id);
    }
}

/* Every row is one that an action can be. */
static bool is_ours(const struct table *t)
{
    struct fact_action any;
    for (size_t i = 0; i < t->count; i++)
        if (!action_read(&any, &t->row[i]))
            return false;
    return true;
}

bool actions_readable(struct arena *a, const struct part *block)
{
    struct table t = {.arena = a};
    return table_read(&t, block) && is_ours(&t);
}

void actions_read_back(struct facts *facts, struct arena *a,
                       const struct part *block, struct diags *d)
{
    struct table t = {.arena = a};
    if (!table_read(&t, block) || !is_ours(&t))
        return;
    for (size_t i = 0; i < facts->action_count; i++) {
        struct row row = row_of(a, &facts->action[i], i);
        facts->action[i].said = hash_of(&row);
    }
    tell_missing(facts, &t, block, d);
    for (size_t i = 0; i < t.count; i++)
        take(facts, &t, &t.row[i], d);
}
