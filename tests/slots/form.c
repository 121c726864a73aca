/* Documents of a material, and what libcmark finds in them. */
#include <string.h>

#include <cmark.h>

#include "language/regex.h"
#include "tests/slots/slots.h"
#include "verdict/verdict.h"

#define PICTURE "incident.svg"

bool material_write_kind(struct str *out, size_t kind, struct arena *a,
                         const struct material *m,
                         const struct report_templates *templates,
                         struct err *e)
{
    struct incident incident;
    const struct record *record = &m->record;
    struct story story;
    struct report_inputs in = {.record = record,
                               .facts = &m->facts,
                               .incident = &incident,
                               .living = m->living};
    if (m->living) { /* as a document of a history */
        verdict_story(&story, a, &record, 1, TELL_HISTORY);
        in.record = &story.told;
        in.story = &story;
        in.picture = PICTURE;
    }
    return verdict_incident(&incident, a, &m->record, &m->facts, e) &&
           report_write(out, a, report_kind_names.name[kind], templates, &in,
                        e);
}

bool material_write(struct str out[KINDS], struct arena *a,
                    const struct material *m,
                    const struct report_templates *templates, struct err *e)
{
    for (size_t i = 0; i < KINDS; i++)
        if (!material_write_kind(&out[i], i, a, m, templates, e))
            return false;
    return true;
}

static const char *const live[] = {
    "@|#|<|`|&|://|www\\.",
    "(?:^|[^0-9a-z])(?=[a-f]*[0-9])[0-9a-f]{7,40}(?:$|[^0-9a-z])",
    "(?:^|[^0-9a-z])gh-[0-9]",
    "%[0-9a-z\"]",
    ":(?:[0-9+-]*[a-z][a-z0-9+-]*|100|1234|[+-]1):",
};

bool text_acts(const char *text)
{
    static struct regex *compiled[ARRAY_COUNT(live)];
    for (size_t i = 0; i < ARRAY_COUNT(live); i++) {
        struct regex_error e;
        if (compiled[i] == NULL &&
            !regex_open(&compiled[i], str_from(live[i]), STR("i"), &e))
            return true;
        if (regex_match(compiled[i], str_from(text)) != REGEX_NO)
            return true;
    }
    return false;
}

static void add_node(struct form *f, struct arena *a, uint32_t node)
{
    f->node = arena_grow(a, f->node, f->count, &f->cap, sizeof(*f->node));
    f->node[f->count++] = node;
}

static void add_link(struct form *f, struct arena *a, cmark_node *node)
{
    f->link = arena_grow(a, (void *)f->link, f->link_count, &f->link_cap,
                         sizeof(*f->link));
    f->link[f->link_count++] = str_dup(a, str_from(cmark_node_get_url(node)));
}

/* A marker, or the appendix that our templates fold. */
static bool is_ours(const char *html)
{
    return strncmp(html, "<!-- postflight:", 16) == 0 ||
           strcmp(html, "<details>\n<summary>Appendix: details</summary>\n") ==
               0 ||
           strcmp(html, "</details>\n") == 0;
}

static void look(struct form *f, struct arena *a, cmark_node *node)
{
    const char *text = cmark_node_get_literal(node);
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_LINK)
        add_link(f, a, node);
    else if (type == CMARK_NODE_IMAGE &&
             strcmp(cmark_node_get_url(node), PICTURE) == 0)
        return;
    else if (type == CMARK_NODE_IMAGE || type == CMARK_NODE_HTML_INLINE)
        f->wrong = cmark_node_get_type_string(node);
    else if (type == CMARK_NODE_HTML_BLOCK && !is_ours(text))
        f->wrong = "HTML that is not ours";
    else if (type == CMARK_NODE_TEXT && f->wrong == NULL &&
             cmark_node_get_type(cmark_node_parent(node)) != CMARK_NODE_LINK &&
             text_acts(text))
        f->wrong = arena_printf(a, "live text: %s", text);
}

static uint32_t node_kind(cmark_node *node, cmark_event_type event)
{
    uint32_t level = 0;
    cmark_node_type type = cmark_node_get_type(node);
    if (type == CMARK_NODE_HEADING)
        level = (uint32_t)cmark_node_get_heading_level(node);
    if (type == CMARK_NODE_LIST)
        level =
            (cmark_node_get_list_type(node) == CMARK_BULLET_LIST ? 2U : 0U) +
            (cmark_node_get_list_tight(node) ? 1U : 0U);
    return (uint32_t)event << 16 | (uint32_t)type << 8 | level;
}

void form_read(struct form *out, struct arena *a, struct str document)
{
    cmark_node *root =
        cmark_parse_document(document.ptr, document.len, CMARK_OPT_DEFAULT);
    cmark_iter *iter = cmark_iter_new(root);
    cmark_event_type event;
    *out = (struct form){.count = 0};
    while ((event = cmark_iter_next(iter)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iter);
        cmark_node_type type = cmark_node_get_type(node);
        if (event == CMARK_EVENT_ENTER)
            look(out, a, node);
        if (type != CMARK_NODE_TEXT && type != CMARK_NODE_SOFTBREAK &&
            type != CMARK_NODE_CODE && type != CMARK_NODE_LINK)
            add_node(out, a, node_kind(node, event));
    }
    cmark_iter_free(iter);
    cmark_node_free(root);
}

const char *form_differs(struct arena *a, const struct form *got,
                         const struct form *want)
{
    if (got->wrong != NULL)
        return got->wrong;
    for (size_t i = 0; i < got->count || i < want->count; i++) {
        uint32_t one = i < got->count ? got->node[i] : 0;
        uint32_t other = i < want->count ? want->node[i] : 0;
        if (one != other)
            return arena_printf(a, "element %zu is %x, expected %x", i, one,
                                other);
    }
    return NULL;
}
