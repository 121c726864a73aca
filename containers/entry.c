/* An entry of a log as a line: a time and a text, or JSON that has more. */
#include "base/clock.h"
#include "base/text.h"
#include "containers/internal.h"

/* Numbers since 1970 by their digits: s, ms, µs, ns. */
static bool epoch_ms(struct str s, int64_t *ms)
{
    uint64_t n = 0;
    size_t point = str_find(s, STR("."), 0);
    if (point < s.len)
        s = str_sub(s, 0, point);
    if (!text_to_u64(s, INT64_MAX, &n))
        return false;
    for (size_t digits = s.len; digits > 13; digits -= 3)
        n /= 1000;
    *ms = (int64_t)(s.len <= 10 ? n * 1000 : n);
    return s.len >= 9 && s.len <= 19;
}

static void write_time(struct buf *out, struct str time)
{
    int64_t ms = 0;
    if (epoch_ms(time, &ms))
        clock_format(out, ms);
    else
        buf_str(out, time);
}

static void member(struct buf *out, const char *name, struct str value)
{
    if (value.len == 0)
        return;
    if (out->len > 0 && out->ptr[out->len - 1] != '{')
        buf_char(out, ',');
    buf_printf(out, "\"%s\":", name);
    json_quote(out, value);
}

static bool is_plain(struct str text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] == '\n' || text.ptr[i] == '\r')
            return false;
    return true;
}

void entry_write(struct buf *out, const struct entry *e)
{
    struct str text = e->text;
    struct buf time;
    while (text.len > 0 &&
           (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
        text.len--;
    buf_init(&time, 200);
    write_time(&time, e->time);
    if (e->level.len == 0 && e->source.len == 0 && is_plain(text)) {
        buf_str(out, buf_view(&time));
        if (time.len > 0)
            buf_char(out, ' ');
        buf_str(out, text);
    } else {
        buf_char(out, '{');
        member(out, "timestamp", buf_view(&time));
        member(out, "level", e->level);
        member(out, "container", e->source);
        member(out, "message", text);
        buf_char(out, '}');
    }
    buf_char(out, '\n');
    buf_release(&time);
}

void lines_write(struct buf *out, struct str text)
{
    buf_str(out, text);
    if (text.len > 0 && text.ptr[text.len - 1] != '\n')
        buf_char(out, '\n');
}
