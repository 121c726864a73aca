/* libcmark's nodes as intents, for report/ alone. */
#ifndef REPORT_WELL_FORMED_H
#define REPORT_WELL_FORMED_H

#include <cmark.h>

#include "report/markdown.h"

/* Text and line breaks: what stands in them is not compared. */
bool prove_is_plain(cmark_node *node);

/* The node as it stands; its text may be any. */
struct intent prove_intent(cmark_node *node);

#endif
