/* Emphasis, code, links and pictures of a page. */
#include "base/text.h"
#include "report/html_writer.h"
#include "report/page.h"

/* Closes the spans from the one at `at`, the innermost first. */
void html_close_spans(struct writer *w, size_t at)
{
    while (w->span_count > at) {
        const struct span *s = &w->span[--w->span_count];
        if (s->cut > 0)
            buf_truncate(&w->out, s->cut);
        buf_text(&w->out, s->end);
    }
}

/* The address without entities; false: it has one that could hide a scheme. */
static bool address_read(struct buf *out, const MD_ATTRIBUTE *href)
{
    for (unsigned i = 0; href->size > 0 && href->substr_offsets[i] < href->size;
         i++) {
        MD_OFFSET from = href->substr_offsets[i];
        struct str s = {href->text + from, href->substr_offsets[i + 1] - from};
        if (href->substr_types[i] == MD_TEXT_NORMAL)
            buf_str(out, s);
        else if (str_is(s, "&amp;"))
            buf_char(out, '&');
        else
            return false;
    }
    return true;
}

/* What closes the link: nothing when its address was not safe. */
static const char *open_link(struct writer *w, const MD_ATTRIBUTE *href)
{
    struct buf url;
    buf_init(&url, 8192);
    bool safe = address_read(&url, href) && !url.full &&
                page_is_address(buf_view(&url));
    if (safe) {
        buf_text(&w->out, "<a rel=\"noreferrer noopener\" href=\"");
        page_text(&w->out, buf_view(&url));
        buf_text(&w->out, "\">");
    }
    buf_release(&url);
    return safe ? "</a>" : "";
}

static void push_span(struct writer *w, MD_SPANTYPE type, const char *end)
{
    w->span = arena_grow(w->arena, w->span, w->span_count, &w->span_cap,
                         sizeof(*w->span));
    w->span[w->span_count++] = (struct span){type, end, 0};
}

/* Our own picture; its text is within it. */
static bool open_picture(struct writer *w, const MD_ATTRIBUTE *src)
{
    if (w->picture == NULL ||
        !str_is((struct str){src->text, src->size}, w->picture->name))
        return false;
    buf_str(&w->out, w->picture->svg);
    push_span(w, MD_SPAN_IMG, "");
    w->span[w->span_count - 1].cut = w->out.len;
    return true;
}

int html_enter_span(MD_SPANTYPE type, void *detail, void *user)
{
    static const char *const tag[][2] = {
        [MD_SPAN_EM] = {"<em>", "</em>"},
        [MD_SPAN_STRONG] = {"<strong>", "</strong>"},
        [MD_SPAN_DEL] = {"<del>", "</del>"},
        [MD_SPAN_CODE] = {"<code>", "</code>"},
        [MD_SPAN_IMG] = {"[image: ", "]"},
    };
    struct writer *w = user;
    const char *end = "";
    if (type == MD_SPAN_IMG &&
        open_picture(w, &((const MD_SPAN_IMG_DETAIL *)detail)->src))
        return w->out.full;
    if (type == MD_SPAN_A) {
        end = open_link(w, &((const MD_SPAN_A_DETAIL *)detail)->href);
    } else if ((size_t)type < ARRAY_COUNT(tag) && tag[type][0] != NULL) {
        buf_text(&w->out, tag[type][0]);
        end = tag[type][1];
    }
    push_span(w, type, end);
    return w->out.full;
}

/*
 * md4c crosses a strikethrough with a link, and in "~[](~)" never leaves it.
 * So a span takes with it all that is open inside, the end of its block closes
 * it, and what is not open is not closed.
 */
int html_leave_span(MD_SPANTYPE type, void *detail, void *user)
{
    struct writer *w = user;
    size_t at = w->span_count;
    (void)detail;
    while (at > 0 && w->span[at - 1].type != type)
        at--;
    if (at > 0)
        html_close_spans(w, at - 1);
    return w->out.full;
}
