/* Templates of notifications: values are escaped before they are put in. */
#include <string.h>

#include "base/characters.h"
#include "base/shape_map.h"
#include "language/template.h"
#include "watch/notify/internal.h"

static const char *escaped(void *context, struct arena *a, const char *text)
{
    escape_text *const *escape = context;
    struct buf out;
    buf_init(&out, TEMPLATE_DATA_MAX);
    (*escape)(&out, str_from(text));
    return buf_take(a, &out);
}

bool notification_render(struct buf *out, struct arena *a, const char *text,
                         const struct notification *n, escape_text *escape,
                         struct err *e)
{
    struct notification copy = *n;
    struct mustache *t = NULL;
    const struct source source = {"template", str_from(text)};
    shape_map(&copy, &notification_shape, a, escaped, &escape);
    if (n->link != NULL && notification_is_link(n->link))
        copy.link = n->link;
    return template_read(&t, a, &source, &notification_shape,
                         NOTIFICATION_TEMPLATE_MAX, e) &&
           template_render(out, t, &notification_shape, &copy, e);
}

bool notification_is_link(const char *text)
{
    static const char sign[] = "-._~:/?#!$&'*+,;=%";
    struct str s = str_from(text);
    if (!str_starts(s, STR("https://")) && !str_starts(s, STR("http://")))
        return false;
    return s.len <= LINK_BYTES_MAX && has_only_alnum(s, sign);
}
