/*
 * Reads [not] query [argument] filter... [not] predicate [value]. The rows say
 * what each word takes and of what it can be asked; every refusal follows from
 * them.
 */
#include "base/text.h"
#include "expect/arguments.h"
#include "expect/mistakes.h"
#include "expect/rows.h"

static bool add_filter(struct lexer *x, struct token *t, struct query *q,
                       const struct filter_row *row)
{
    enum query_type gives = (enum query_type)q->gives;
    if (q->filter_count == FILTERS_MAX)
        return lexer_refusef(x, t->at, "more than %d filters", FILTERS_MAX);
    if ((row->on >> gives & 1u) == 0)
        return lexer_refusef(x, t->at, "'%s' does not go with %s", row->name,
                             type_name(gives));
    struct filter *all =
        arena_array(x->reader->arena, q->filter_count + 1, sizeof(*all));
    for (size_t i = 0; i < q->filter_count; i++)
        all[i] = q->filter[i];
    struct filter *f = &all[q->filter_count];
    *f = (struct filter){.row = row};
    if (!lexer_next(x, t) || (row->read != NULL && !row->read(x, t, f)))
        return false;
    q->filter = all;
    q->filter_count++;
    q->gives = (int)row->gives;
    return true;
}

static bool read_filters(struct lexer *x, struct token *t, struct query *q)
{
    for (;;) {
        const struct filter_row *row =
            t->kind == TOKEN_WORD ? filter_named(t->text) : NULL;
        if (row == NULL)
            return true;
        if (!add_filter(x, t, q, row))
            return false;
    }
}

/* The query that starts with token t, which becomes the token after it. */
static bool read_query(struct lexer *x, struct token *t, struct query *q)
{
    const char *name[WORDS_MAX];
    int kind = 0;
    struct names names = {"query", name, word_names(WORDS_QUERIES, name, 0)};
    if (mistake_foreign(x, t) || !argument_word(x, t, &names, &kind))
        return false;
    const struct query_row *row = &query_rows[kind];
    *q =
        (struct query){.kind = (enum query_kind)kind, .gives = (int)row->gives};
    return lexer_next(x, t) && (row->read == NULL || row->read(x, t, q)) &&
           read_filters(x, t, q);
}

/* Any filter may find nothing: an index too far, a text that is no number. */
static bool may_be_missing(const struct query *q)
{
    return q->filter_count > 0 || query_rows[q->kind].may_be_missing;
}

static bool check_types(struct lexer *x, size_t at, struct expect *e)
{
    const struct predicate *p = e->predicate;
    enum query_type gives = (enum query_type)e->query.gives;
    const char *problem =
        p->takes != NULL ? p->takes->problem(&e->value) : NULL;
    if (problem != NULL)
        return lexer_refuse(x, at, problem);
    if (p->of_missing)
        return may_be_missing(&e->query) ||
               lexer_refuse(x, at, "every response has one: this cannot fail");
    value_convert(x->reader->arena, gives, &e->value);
    if (x->late_value)
        return true; /* the value's type is not known yet */
    if ((p->on >> gives & 1u) == 0)
        return lexer_refusef(x, at, "'%s' cannot be asked of %s", p->name,
                             type_name(gives));
    if (p->takes != NULL && !value_fits(gives, &e->value))
        return lexer_refusef(x, at, "this gives %s: compare it with %s",
                             type_name(gives), type_compares_with(gives));
    return true;
}

/* Neither a filter nor a predicate: the nearest of both is meant. */
static bool read_predicate(struct lexer *x, const struct token *t,
                           const struct predicate **out)
{
    const char *name[WORDS_MAX];
    int found = 0;
    *out = t->kind == TOKEN_WORD ? predicate_named(t->text) : NULL;
    if (*out != NULL)
        return true;
    size_t own = word_names(WORDS_PREDICATES, name, 0);
    struct names names = {"predicate", name, own};
    struct hint near =
        text_hint(t->text, name, word_names(WORDS_FILTERS, name, own));
    if (t->kind == TOKEN_WORD && near.text[0] != '\0')
        return lexer_refusef(x, t->at, "unknown predicate or filter '%.*s'%s",
                             STR_ARGS(t->text), near.text);
    if (!argument_word(x, t, &names, &found))
        return false;
    *out = &predicate_rows[found];
    return true;
}

/* Hurl writes its `not` before the predicate; here it may stand first, too. */
static bool read_not(struct lexer *x, struct token *t, bool *negated)
{
    if (t->kind != TOKEN_WORD || !str_is(t->text, "not"))
        return true;
    if (*negated)
        return lexer_refuse(x, t->at, "a second 'not'");
    *negated = true;
    return lexer_next(x, t);
}

static bool read_expectation(struct lexer *x, struct expect *e)
{
    struct token t;
    if (!lexer_next(x, &t) || !read_not(x, &t, &e->negated))
        return false;
    resolved_mark(x, RESOLVED_QUERY, t.at);
    if (!read_query(x, &t, &e->query))
        return false;
    resolved_mark(x, RESOLVED_PREDICATE, t.at);
    if (!read_not(x, &t, &e->negated))
        return false;
    size_t at = t.at;
    e->asked = str_trim(str_sub(e->text, at, e->text.len));
    e->asked_pos = yaml_pos_in(x->node, at);
    if (!read_predicate(x, &t, &e->predicate))
        return false;
    resolved_mark(x, RESOLVED_VALUE, x->at);
    if (!lexer_next(x, &t))
        return false;
    const struct operand *takes = e->predicate->takes;
    if (takes != NULL && !takes->read(x, &t, &e->value))
        return false;
    if (t.kind != TOKEN_END)
        return lexer_refuse(x, t.at, "unexpected text after the expectation");
    return check_types(x, at, e);
}

static bool need_text(const struct expect_reader *reader,
                      const struct yaml_node *n)
{
    if (n->kind == YAML_SCALAR && str_trim(n->text).len > 0)
        return true;
    diags_add(reader->diags, n->pos, "expected an expectation, found %s",
              yaml_kind_name(n));
    return false;
}

bool expect_read(const struct expect_reader *reader, const struct yaml_node *n,
                 struct expect *out)
{
    struct resolved resolved;
    struct lexer x = {
        .reader = reader, .resolved = &resolved, .node = n, .text = n->text};
    *out = (struct expect){.text = n->text, .pos = n->pos};
    resolved_begin(&resolved);
    bool ok = need_text(reader, n) && read_expectation(&x, out);
    if (ok)
        resolved_end(&x, out);
    resolved_release(&resolved);
    out->late = x.late;
    return ok;
}

static bool read_query_alone(struct lexer *x, struct query *out)
{
    struct token t;
    struct expect whole = {.negated = false};
    if (!need_text(x->reader, x->node) || !lexer_next(x, &t) ||
        !read_query(x, &t, out))
        return false;
    if (t.kind != TOKEN_END)
        return lexer_refuse(x, t.at, "unexpected text after the query");
    resolved_mark(x, RESOLVED_PREDICATE, x->text.len);
    resolved_end(x, &whole);
    out->written = whole.subject;
    return true;
}

bool query_read(const struct expect_reader *reader, const struct yaml_node *n,
                struct query *out)
{
    struct resolved resolved;
    struct lexer x = {
        .reader = reader, .resolved = &resolved, .node = n, .text = n->text};
    resolved_begin(&resolved);
    bool ok = read_query_alone(&x, out);
    resolved_release(&resolved);
    return ok;
}
