/* JSON as it is written: commas, indents and names in one place. */
#include "base/json_write.h"

#include "base/clock.h"
#include "base/json.h"

static void new_line(struct json_writer *w)
{
    buf_char(w->out, '\n');
    buf_repeat(w->out, ' ', (size_t)w->depth * 2);
}

static void begin(struct json_writer *w, const char *name)
{
    if (w->filled)
        buf_char(w->out, ',');
    if (w->depth > 0)
        new_line(w);
    w->filled = true;
    if (name == NULL)
        return;
    json_quote(w->out, str_from(name));
    buf_text(w->out, ": ");
}

static void open(struct json_writer *w, const char *name, char c)
{
    begin(w, name);
    buf_char(w->out, c);
    w->depth++;
    w->filled = false;
}

void json_object(struct json_writer *w, const char *name)
{
    open(w, name, '{');
}

void json_array(struct json_writer *w, const char *name)
{
    open(w, name, '[');
}

void json_end(struct json_writer *w, char closing)
{
    w->depth--;
    if (w->filled)
        new_line(w);
    buf_char(w->out, closing);
    w->filled = true;
}

void json_text(struct json_writer *w, const char *name, const char *text)
{
    if (text == NULL)
        return;
    begin(w, name);
    json_quote(w->out, str_from(text));
}

void json_number(struct json_writer *w, const char *name, int64_t number)
{
    begin(w, name);
    buf_printf(w->out, "%lld", (long long)number);
}

void json_bool(struct json_writer *w, const char *name, bool value)
{
    begin(w, name);
    buf_text(w->out, value ? "true" : "false");
}

void json_time(struct json_writer *w, const char *name, int64_t wall_ms)
{
    begin(w, name);
    buf_char(w->out, '"');
    clock_format(w->out, wall_ms);
    buf_char(w->out, '"');
}
