/* The picture's place in the document, and what it shows in words. */
#include "report/document.h"
#include "report/parts.h"
#include "report/picture.h"

#define TOLD_MAX 5 /* episodes in the words */

static const char *words_of(struct arena *a, const struct report_inputs *in)
{
    const struct record *r = in->record;
    struct buf text;
    buf_init(&text, (size_t)64 << 10);
    buf_text(&text, "The checks over time:");
    for (size_t i = 0; i < r->episode_count && i < TOLD_MAX; i++) {
        const struct episode *e = &r->episode[i];
        buf_printf(&text, "%s %s failed at %s UTC", i == 0 ? "" : ";",
                   e->title == NULL ? part_known(e->check) : e->title,
                   part_clock(a, e->from_ms, r->episode[0].from_ms));
        if (e->to_ms != 0)
            buf_printf(&text, " and recovered at %s",
                       part_clock(a, e->to_ms, r->episode[0].from_ms));
    }
    if (r->episode_count > TOLD_MAX)
        buf_printf(&text, "; and %zu failures more",
                   r->episode_count - TOLD_MAX);
    return buf_take(a, &text);
}

void section_picture(struct markdown *m, const struct report_inputs *in)
{
    if (in->picture == NULL || !picture_has(in))
        return;
    markdown_paragraph(m);
    markdown_image(m, words_of(m->arena, in), in->picture);
    markdown_end(m);
}
