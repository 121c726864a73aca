/* A template, its data and the proof that both make the document meant. */
#ifndef REPORT_ASSEMBLE_H
#define REPORT_ASSEMBLE_H

#include <cmark.h>

#include "language/mustache.h"
#include "report/document.h"
#include "report/markdown.h"

/* Built in by CMake from templates/. */
struct built_in_template {
    const char *name, *text;
};
extern const struct built_in_template built_in_templates[];
extern const size_t built_in_template_count;

/* True in a template while the incident is open, for the order of sections. */
#define TEMPLATE_OPEN "open"

/* True when a migration was edited after it had been applied: no detail. */
#define TEMPLATE_EDITED "edited"

/* True unless it is for the public, or brief. */
#define TEMPLATE_APPENDIX "appendix"

struct template
{
    const char *name;
    struct mustache *compiled;
    struct str *use; /* first words of its names, each once */
    size_t use_count, use_cap;
    bool takes_in; /* other templates */
};

struct report_templates {
    struct template *item;
    size_t count, cap;
};

/* Reports each name that no document has. */
void template_check(const struct report_templates *all,
                    const struct mustache *t, struct diags *d);

const struct mustache *template_find(void *templates, struct str name);

/* Does it, or a template that it may take in, ask for this section, record or
   facts? */
bool template_uses(const struct report_templates *all, const struct mustache *t,
                   const char *name);

/* Text and line breaks: what stands in them is not compared. */
bool prove_is_plain(cmark_node *node);

/* The node as it stands; its text may be any. */
struct intent prove_intent(cmark_node *node);

#endif
