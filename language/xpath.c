/* libxml2 behind one bounded function; without it, a reason. */
#include "language/xpath.h"

#ifdef POSTFLIGHT_XPATH

#include <libxml/HTMLparser.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <limits.h>
#include <string.h>

#include "base/text.h"

#define OPERATIONS_MAX 1000000UL
#define NODES_MAX      10000

static void ignore_error(void *context, xmlErrorPtr error)
{
    (void)context, (void)error;
}

const char *xpath_problem(struct str path)
{
    char *text = memchr(path.ptr, '\0', path.len);
    if (text != NULL)
        return "a NUL character";
    xmlXPathContextPtr context = xmlXPathNewContext(NULL);
    struct arena a;
    arena_init(&a);
    context->error = ignore_error;
    xmlXPathCompExprPtr compiled =
        xmlXPathCtxtCompile(context, BAD_CAST str_dup(&a, path));
    const char *problem =
        compiled == NULL ? "not an XPath 1.0 expression" : NULL;
    xmlXPathFreeCompExpr(compiled);
    xmlXPathFreeContext(context);
    arena_release(&a);
    return problem;
}

static xmlDocPtr read_document(struct str body, bool html)
{
    int quiet = XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NONET;
    if (body.len > INT_MAX)
        return NULL;
    if (html)
        return htmlReadMemory(body.ptr, (int)body.len, "body.html", NULL,
                              HTML_PARSE_RECOVER | HTML_PARSE_NOERROR |
                                  HTML_PARSE_NOWARNING | HTML_PARSE_NONET);
    return xmlReadMemory(body.ptr, (int)body.len, "body.xml", NULL, quiet);
}

static struct str copy_text(struct arena *a, xmlChar *text)
{
    struct str copy = str_from((const char *)text);
    copy.ptr = str_dup(a, copy);
    xmlFree(text);
    return copy;
}

static struct xpath_found nodes_found(struct arena *a, xmlNodeSetPtr set)
{
    struct xpath_found found = {.kind = XPATH_IS_NODES};
    int count = set == NULL ? 0 : set->nodeNr;
    if (count > NODES_MAX)
        return (struct xpath_found){.kind = XPATH_IS_TOO_MUCH};
    found.part = arena_array(a, (size_t)count + 1, sizeof(*found.part));
    for (int i = 0; i < count; i++)
        found.part[found.count++] =
            copy_text(a, xmlXPathCastNodeToString(set->nodeTab[i]));
    return found;
}

static struct xpath_found read_result(struct arena *a, xmlXPathObjectPtr result)
{
    struct xpath_found found = {.kind = XPATH_IS_TEXT};
    switch (result->type) {
    case XPATH_NODESET:
        return nodes_found(a, result->nodesetval);
    case XPATH_BOOLEAN:
        return (struct xpath_found){.kind = XPATH_IS_BOOLEAN,
                                    .boolean = result->boolval != 0};
    case XPATH_NUMBER:
        found.text = copy_text(a, xmlXPathCastNumberToString(result->floatval));
        if (text_is_number(found.text))
            found.kind = XPATH_IS_NUMBER; /* NaN stays a text */
        return found;
    default:
        found.text = copy_text(a, xmlXPathCastToString(result));
        return found;
    }
}

struct xpath_found xpath_select(struct arena *a, struct str path,
                                struct str body, bool html)
{
    struct xpath_found found = {.kind = XPATH_IS_UNREADABLE,
                                .text = html ? STR("the body is no HTML")
                                             : STR("the body is no XML")};
    xmlDocPtr document = read_document(body, html);
    if (document == NULL)
        return found;
    if (document->intSubset != NULL && document->intSubset->entities != NULL) {
        xmlFreeDoc(document);
        found.text = STR("the XML declares entities, which are not expanded");
        return found;
    }
    xmlXPathContextPtr context = xmlXPathNewContext(document);
    context->opLimit = OPERATIONS_MAX;
    context->error = ignore_error;
    xmlXPathObjectPtr result = xmlXPathEval(BAD_CAST str_dup(a, path), context);
    if (result == NULL)
        found = (struct xpath_found){.kind = XPATH_IS_TOO_MUCH};
    else
        found = read_result(a, result);
    xmlXPathFreeObject(result);
    xmlXPathFreeContext(context);
    xmlFreeDoc(document);
    return found;
}

/* It tells its version as 20914, and something more behind it. */
void xpath_library(struct buf *out)
{
    long number = strtol(xmlParserVersion, NULL, 10);
    buf_printf(out, "%ld.%ld.%ld", number / 10000, number / 100 % 100,
               number % 100);
}

#else

void xpath_library(struct buf *out)
{
    buf_text(out, "none");
}

const char *xpath_problem(struct str path)
{
    (void)path;
    return "this build has no libxml2";
}

struct xpath_found xpath_select(struct arena *a, struct str path,
                                struct str body, bool html)
{
    (void)a, (void)path, (void)body, (void)html;
    return (struct xpath_found){.kind = XPATH_IS_TOO_MUCH};
}

#endif
