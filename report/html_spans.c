/* Emphasis, code, links and pictures of a page. */
#include <string.h>

#include "base/text.h"
#include "report/html_writer.h"
#include "report/page.h"
#include "report/page_images.h"

/* A strikethrough that md4c never leaves is none: its tilde is text. */
static void undo(struct writer *w, const struct span *s)
{
    struct str inside =
        str_sub(buf_view(&w->out), s->start + strlen("<del>"), w->out.len);
    const char *text = str_dup(w->arena, inside);
    buf_truncate(&w->out, s->start);
    buf_text(&w->out, "~");
    buf_str(&w->out, (struct str){text, inside.len});
}

static void close_span(struct writer *w, const struct span *s)
{
    if (s->cut > 0)
        buf_truncate(&w->out, s->cut);
    buf_text(&w->out, s->end);
}

void html_close_spans(struct writer *w, size_t at)
{
    while (w->span_count > at) {
        const struct span *s = &w->span[--w->span_count];
        if (s->type == MD_SPAN_DEL)
            undo(w, s);
        else
            close_span(w, s);
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

/* The footnote to which a link leads, or NULL. */
static struct page_note *note_of(struct writer *w, struct str url)
{
    const struct str head = STR(NOTE_TARGET);
    unsigned number = 0;
    if (!str_starts(url, head) || url.len == head.len || url.len > head.len + 4)
        return NULL;
    for (size_t i = head.len; i < url.len; i++) {
        if (url.ptr[i] < '0' || url.ptr[i] > '9')
            return NULL;
        number = number * 10 + (unsigned)(url.ptr[i] - '0');
    }
    return page_note(&w->notes, number);
}

/* The first reference has a place to come back to. */
static void write_reference(struct writer *w, struct page_note *note)
{
    buf_text(&w->out, "<sup><a ");
    if (!note->referred)
        buf_printf(&w->out, "id=\"" NOTE_REFERENCE "%u\" ", note->number);
    note->referred = true;
    buf_printf(&w->out, "href=\"" NOTE_TARGET "%u\">", note->number);
}

static bool is_in_link(const struct writer *w)
{
    for (size_t i = 0; i < w->span_count; i++)
        if (w->span[i].type == MD_SPAN_A)
            return true;
    return false;
}

/* What closes the link: nothing when its address was not safe. */
static const char *open_link(struct writer *w, const MD_ATTRIBUTE *href)
{
    struct buf url;
    buf_init(&url, 8192);
    bool safe = address_read(&url, href) && !url.full &&
                page_is_address(buf_view(&url));
    struct page_note *note = note_of(w, buf_view(&url));
    if (note != NULL) {
        buf_release(&url);
        write_reference(w, note);
        return "</a></sup>";
    }
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
    w->span[w->span_count++] = (struct span){type, end, 0, w->out.len};
}

/* One of others: within the page, with its text below it, or a link to it. */
static bool open_image(struct writer *w, const MD_ATTRIBUTE *src)
{
    struct str path = {src->text, src->size};
    if (page_image(&w->out, w->arena, w->picture->folder, path, &w->images)) {
        buf_text(&w->out, "<span class=\"caption\">");
        push_span(w, MD_SPAN_IMG, "</span>");
        return true;
    }
    if (!str_starts(path, STR("https://")) || is_in_link(w))
        return false;
    const char *end = open_link(w, src);
    if (*end == '\0')
        return false;
    buf_text(&w->out, "[image: ");
    push_span(w, MD_SPAN_IMG, "]</a>");
    return true;
}

/* Our own picture; its text is within it. */
static bool open_picture(struct writer *w, const MD_ATTRIBUTE *src)
{
    if (w->picture == NULL)
        return false;
    if (w->picture->name == NULL ||
        !str_is((struct str){src->text, src->size}, w->picture->name))
        return open_image(w, src);
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
        end = tag[type][1];
    }
    push_span(w, type, end);
    if (type != MD_SPAN_A && *end != '\0')
        buf_text(&w->out, tag[type][0]);
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
    if (at == 0)
        return w->out.full;
    html_close_spans(w, at);
    w->span_count--;
    close_span(w, &w->span[at - 1]);
    return w->out.full;
}
