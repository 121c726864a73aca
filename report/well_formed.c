/* libcmark as the judge: does the text read as it was meant? */
#include <stdlib.h>
#include <string.h>

#include "report/assemble.h"

static enum mark mark_of(cmark_node *node)
{
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HEADING:
        return MARK_HEADING;
    case CMARK_NODE_PARAGRAPH:
        return MARK_PARAGRAPH;
    case CMARK_NODE_LIST:
        return cmark_node_get_list_type(node) == CMARK_BULLET_LIST
                   ? MARK_BULLETS
                   : MARK_NUMBERS;
    case CMARK_NODE_ITEM:
        return MARK_ITEM;
    case CMARK_NODE_CODE_BLOCK:
        return MARK_FENCE;
    case CMARK_NODE_CODE:
        return MARK_CODE;
    case CMARK_NODE_STRONG:
        return MARK_STRONG;
    case CMARK_NODE_LINK:
        return MARK_LINK;
    case CMARK_NODE_IMAGE:
        return MARK_IMAGE;
    case CMARK_NODE_HTML_BLOCK:
        return MARK_HTML;
    default:
        return MARK_OTHER;
    }
}

bool prove_is_plain(cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);
    return type == CMARK_NODE_DOCUMENT || type == CMARK_NODE_TEXT ||
           type == CMARK_NODE_SOFTBREAK;
}

struct intent prove_intent(cmark_node *node)
{
    enum mark mark = mark_of(node);
    cmark_node_type type = cmark_node_get_type(node);
    int level = mark == MARK_HEADING ? cmark_node_get_heading_level(node)
                : mark == MARK_OTHER ? (int)type
                                     : 0;
    return (struct intent){mark, level, STR_NONE};
}

static bool agrees(cmark_node *node, const struct intent *want)
{
    enum mark mark = mark_of(node);
    if (mark != want->mark)
        return false;
    if (mark == MARK_HEADING)
        return cmark_node_get_heading_level(node) == want->level;
    if (mark == MARK_OTHER)
        return prove_intent(node).level == want->level;
    if (mark == MARK_IMAGE || (mark == MARK_LINK && want->text.len > 0))
        return str_is(want->text, cmark_node_get_url(node));
    if (want->text.ptr != NULL &&
        (mark == MARK_FENCE || mark == MARK_CODE || mark == MARK_HTML))
        return str_is(want->text, cmark_node_get_literal(node));
    return true;
}

static bool compare(cmark_node *document, const struct markdown *m,
                    struct err *e)
{
    cmark_iter *iter = cmark_iter_new(document);
    size_t at = 0;
    int line = 0;
    bool ok = true;
    cmark_event_type event = cmark_iter_next(iter);
    for (; ok && event != CMARK_EVENT_DONE; event = cmark_iter_next(iter)) {
        cmark_node *node = cmark_iter_get_node(iter);
        if (event != CMARK_EVENT_ENTER || prove_is_plain(node))
            continue;
        line = cmark_node_get_start_line(node);
        ok = at < m->count && agrees(node, &m->intent[at]);
        at++;
    }
    cmark_iter_free(iter);
    if (ok && at == m->count)
        return true;
    return err_set(e, POS_NONE,
                   "the report does not read as it was meant (element %zu, "
                   "line %d), so it was not written",
                   at, line);
}

bool markdown_prove(const struct markdown *m, struct err *e)
{
    if (m->out.full)
        return err_set(e, POS_NONE, "the report is larger than %zu bytes",
                       m->out.max);
    cmark_node *document = cmark_parse_document(
        m->out.ptr, m->out.len, CMARK_OPT_DEFAULT | CMARK_OPT_SOURCEPOS);
    bool ok = compare(document, m, e);
    cmark_node_free(document);
    return ok;
}
