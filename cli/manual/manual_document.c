/*
 * A document of docs/ as a manual page. libcmark tells the blocks; tables,
 * which it does not know, are read from their lines.
 */
#include <string.h>

#include <cmark.h>

#include "cli/cli.h"
#include "cli/manual/manual.h"
#include "cli/manual/roff.h"
#include "expect/expect.h"
#include "language/jsonschema.h"
#include "plan/plan.h"
#include "scan/scan.h"

struct page {
    struct buf *out;
    struct arena *arena;
    struct str markdown;
    bool replaced; /* between the marks of a table of the code */
    bool in_item;  /* its first paragraph is still to come */
};

static void add_word_table(struct page *p, enum word_table table)
{
    for (size_t i = 0; i < word_count(table); i++) {
        roff_term(p->out, str_from(word_doc(table, i).form));
        roff_paragraph(p->out, str_from(word_doc(table, i).help));
    }
}

static void add_key(struct page *p, const char *name, const char *type,
                    const char *standard, const char *help)
{
    roff_term(p->out, str_from(name));
    roff_paragraph(p->out, str_from(help));
    buf_printf(p->out, "(%s", type);
    if (standard != NULL)
        buf_text(p->out, "; ");
    roff_text(p->out, str_from(standard), ROFF_MARKED | ROFF_FILLED);
    buf_text(p->out, ")\n");
}

static void add_keys(struct page *p, size_t table)
{
    for (size_t i = 0; i < plan_key_count(table); i++) {
        struct key_doc k = plan_key(table, i);
        const char *standard =
            k.required ? "required"
                       : arena_printf(p->arena, "standard: %s", k.standard);
        if (table == 0 && (k.in_defaults || k.in_step))
            standard = arena_printf(p->arena, "%s; in %s%s%s, too", standard,
                                    k.in_defaults ? "defaults" : "",
                                    k.in_defaults && k.in_step ? " and " : "",
                                    k.in_step ? "steps" : "");
        add_key(p, k.name, k.type, standard, k.help);
    }
}

static void add_signature_keys(struct page *p)
{
    for (size_t i = 0; i < signature_key_count(); i++) {
        struct signature_key_doc k = signature_key(i);
        add_key(p, k.name, k.type, k.required ? "required" : NULL, k.help);
    }
}

static void add_keywords(struct page *p)
{
    roff_end_line(p->out);
    for (size_t i = 0; jsonschema_keyword(i) != NULL; i++) {
        buf_text(p->out, i > 0 ? ",\n" : "");
        roff_text(
            p->out,
            str_from(arena_printf(p->arena, "`%s`", jsonschema_keyword(i))),
            ROFF_MARKED | ROFF_FILLED);
    }
    buf_char(p->out, '\n');
}

static void add_code_table(struct page *p, struct str name)
{
    if (str_is(name, "queries"))
        add_word_table(p, WORDS_QUERIES);
    else if (str_is(name, "filters"))
        add_word_table(p, WORDS_FILTERS);
    else if (str_is(name, "predicates"))
        add_word_table(p, WORDS_PREDICATES);
    else if (str_is(name, "keywords"))
        add_keywords(p);
    else if (str_is(name, "signatures"))
        add_signature_keys(p);
    for (size_t i = 0; i < plan_table_count(); i++)
        if (str_is(name, plan_table_name(i)))
            add_keys(p, i);
    roff_break(p->out);
}

/* <!-- NAME:begin --> and <!-- NAME:end --> */
static void add_mark(struct page *p, struct str html)
{
    struct str name = str_trim(html), rest;
    if (!str_starts(name, STR("<!-- ")))
        return;
    name = str_cut(str_sub(name, 5, name.len), ':', &rest);
    p->replaced = str_starts(rest, STR("begin"));
    if (p->replaced)
        add_code_table(p, name);
}

static void add_row(struct page *p, struct str line)
{
    struct str rest = str_trim(str_sub(line, 1, line.len));
    struct str first = str_trim(str_cut(rest, '|', &rest));
    roff_entry(p->out);
    roff_text(p->out, first, ROFF_MARKED);
    roff_end_line(p->out);
    for (const char *comma = ""; rest.len > 0; comma = "; ") {
        struct str cell = str_trim(str_cut(rest, '|', &rest));
        if (cell.len == 0)
            continue;
        buf_text(p->out, comma);
        roff_text(p->out, cell, ROFF_MARKED | ROFF_FILLED);
    }
    roff_end_line(p->out);
}

/* The lines of a table; its first two are the head and the rule below it. */
static void add_table(struct page *p, cmark_node *node)
{
    int line = 1, first = cmark_node_get_start_line(node),
        last = cmark_node_get_end_line(node);
    for (struct str rest = p->markdown; rest.len > 0 && line <= last; line++) {
        struct str text = str_cut(rest, '\n', &rest);
        if (line > first + 1)
            add_row(p, text);
    }
    roff_break(p->out);
}

static bool is_table(cmark_node *paragraph)
{
    cmark_node *text = cmark_node_first_child(paragraph);
    const char *literal = text == NULL ? NULL : cmark_node_get_literal(text);
    return literal != NULL && literal[0] == '|';
}

static bool is_outside(const char *url)
{
    return strncmp(url, "http", 4) == 0;
}

static void add_inline(struct page *p, cmark_node *node, bool entering)
{
    const char *literal = cmark_node_get_literal(node);
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_TEXT:
        roff_text(p->out, str_from(literal), ROFF_FILLED);
        break;
    case CMARK_NODE_CODE:
        buf_text(p->out, "\\fB");
        roff_text(p->out, str_from(literal), ROFF_FILLED);
        buf_text(p->out, "\\fR");
        break;
    case CMARK_NODE_SOFTBREAK:
    case CMARK_NODE_LINEBREAK:
        buf_char(p->out, '\n');
        break;
    case CMARK_NODE_STRONG:
    case CMARK_NODE_EMPH:
        buf_text(p->out, entering ? "\\fI" : "\\fR");
        break;
    case CMARK_NODE_LINK:
        if (!entering && is_outside(cmark_node_get_url(node))) {
            buf_text(p->out, " <");
            roff_text(p->out, str_from(cmark_node_get_url(node)), ROFF_FILLED);
            buf_char(p->out, '>');
        }
        break;
    default:
        break;
    }
}

/* A top heading is the page's name; the others become sections. */
static void begin_heading(struct page *p, cmark_node *node)
{
    cmark_node *text = cmark_node_first_child(node);
    int level = cmark_node_get_heading_level(node);
    const char *title = text == NULL ? "" : cmark_node_get_literal(text);
    if (level == 1)
        title = "DESCRIPTION";
    roff_heading(p->out, level < 3 ? "SH" : "SS", str_from(title));
}

static void begin_paragraph(struct page *p)
{
    if (!p->in_item)
        roff_break(p->out);
    p->in_item = false;
}

static void add_block(struct page *p, cmark_iter *iter, cmark_node *node,
                      bool entering)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HEADING:
        if (entering) {
            begin_heading(p, node);
            cmark_iter_reset(iter, node, CMARK_EVENT_EXIT);
        }
        break;
    case CMARK_NODE_PARAGRAPH:
        if (!entering) {
            roff_end_line(p->out);
        } else if (is_table(node)) {
            add_table(p, node);
            cmark_iter_reset(iter, node, CMARK_EVENT_EXIT);
        } else {
            begin_paragraph(p);
        }
        break;
    case CMARK_NODE_ITEM:
        p->in_item = entering;
        if (entering)
            roff_plain(p->out, "IP \\(bu 2");
        break;
    case CMARK_NODE_CODE_BLOCK:
        roff_break(p->out);
        roff_example(p->out, str_from(cmark_node_get_literal(node)));
        break;
    default:
        add_inline(p, node, entering);
    }
}

void manual_document(struct buf *out, struct arena *a, const char *name,
                     const char *summary, struct str markdown)
{
    struct page p = {.out = out, .arena = a, .markdown = markdown};
    cmark_node *document =
        cmark_parse_document(markdown.ptr, markdown.len, CMARK_OPT_DEFAULT);
    cmark_iter *iter = cmark_iter_new(document);
    cmark_event_type event;
    manual_begin(out, name, 5, summary);
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK)
            add_mark(&p, str_from(cmark_node_get_literal(node)));
        else if (!p.replaced)
            add_block(&p, iter, node, event == CMARK_EVENT_ENTER);
    }
    cmark_iter_free(iter);
    cmark_node_free(document);
    roff_heading(out, "SH", STR("SEE ALSO"));
    buf_text(out, ".BR postflight (1)\n");
}
