/* Drafts as a definition file, with the place that each came from. */
#include <string.h>

#include "base/text.h"
#include "import/drafts.h"
#include "import/references.h"

/* Keys in the order in which people write them; others come after these. */
static const char *const order[] = {"title",
                                    "url",
                                    "tcp",
                                    "tls",
                                    "grpc",
                                    "dns",
                                    "dns.name",
                                    "dns.type",
                                    "dns.server",
                                    "exec",
                                    "service",
                                    "send",
                                    "starttls",
                                    "method",
                                    "headers",
                                    "cookies",
                                    "auth.bearer",
                                    "auth.basic",
                                    "body",
                                    "form",
                                    "json",
                                    "timeout",
                                    "connect_timeout",
                                    "max_body",
                                    "compressed",
                                    "http_version",
                                    "ca",
                                    "client_cert",
                                    "insecure",
                                    "proxy",
                                    "unix_socket",
                                    "resolve",
                                    "redirects",
                                    "patience",
                                    "needs",
                                    "tags",
                                    "expect",
                                    "capture"};

static void indent_to(struct buf *out, unsigned indent)
{
    buf_repeat(out, ' ', indent);
}

static void write_value(struct buf *out, const struct item *item)
{
    if (item->bare)
        buf_text(out, item->text);
    else
        yaml_quote(out, str_from(item->text));
}

/* The head of the file has the whole path. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static void write_place(struct buf *out, struct pos pos)
{
    if (pos.source == NULL || pos.line == 0)
        return;
    buf_text(out, " # ");
    text_visible_line(out, str_from(base_name(pos.source->name)));
    buf_printf(out, ":%u", pos.line);
}

static void write_items(struct buf *out, const struct field *f, unsigned indent)
{
    bool places = strcmp(f->key, "expect") == 0;
    buf_char(out, '\n');
    for (size_t i = 0; i < f->count; i++) {
        indent_to(out, indent);
        if (f->list) {
            buf_text(out, "- ");
        } else {
            yaml_quote(out, str_from(f->item[i].name));
            buf_text(out, ": ");
        }
        write_value(out, &f->item[i]);
        if (places)
            write_place(out, f->item[i].pos);
        buf_char(out, '\n');
    }
}

/* "auth.basic" is a key within a key; all of auth stand together. */
static void write_field(struct buf *out, const struct field *f,
                        const char *before, unsigned indent)
{
    const char *dot = strchr(f->key, '.');
    size_t outer = dot == NULL ? 0 : (size_t)(dot - f->key) + 1;
    if (dot != NULL && strncmp(f->key, before, outer) != 0) {
        indent_to(out, indent);
        buf_printf(out, "%.*s:\n", (int)outer - 1, f->key);
    }
    indent += dot == NULL ? 0 : 2;
    indent_to(out, indent);
    buf_printf(out, "%s:", dot == NULL ? f->key : dot + 1);
    if (f->list || f->item[0].name != NULL) {
        write_items(out, f, indent + 2);
        return;
    }
    buf_char(out, ' ');
    write_value(out, &f->item[0]);
    buf_char(out, '\n');
}

static void entry_write(const struct entry *e, unsigned indent, struct buf *out)
{
    const char *before = "";
    for (size_t i = 0; i < ARRAY_COUNT(order); i++) {
        const struct field *f = entry_field(e, order[i]);
        if (f == NULL || f->count == 0)
            continue;
        write_field(out, f, before, indent);
        before = f->key;
    }
}

/* The first key stands behind the dash, or the dash alone before it. */
static void write_step(struct buf *out, const struct entry *e)
{
    struct buf text;
    buf_init(&text, IMPORT_OUTPUT_MAX);
    entry_write(e, 8, &text);
    if (e->pos.source != NULL) {
        buf_text(out, "     ");
        write_place(out, e->pos);
        buf_char(out, '\n');
    }
    buf_text(out, "      - ");
    buf_str(out, str_sub(buf_view(&text), 8, text.len));
    buf_release(&text);
}

static void write_steps(struct buf *out, const struct draft *d, size_t from,
                        size_t to)
{
    for (size_t i = from; i < to; i++)
        write_step(out, d->step[i]);
}

void draft_write(struct arena *a, const struct draft *d, struct buf *out)
{
    size_t main = d->step_count - d->final_count;
    (void)a;
    buf_printf(out, "  - id: %s\n", d->id);
    entry_write(&d->own, 4, out);
    if (main > 0) {
        buf_text(out, "    steps:\n");
        write_steps(out, d, 0, main);
    }
    if (d->final_count > 0) {
        buf_text(out, "    finally:\n");
        write_steps(out, d, main, d->step_count);
    }
}

static void write_remarks(const struct import_record *r, const char *check,
                          const char *indent, struct buf *out)
{
    for (size_t i = 0; i < r->remark_count; i++) {
        const struct import_remark *m = &r->remark[i];
        bool own = check == NULL
                       ? m->check == NULL
                       : m->check != NULL && strcmp(m->check, check) == 0;
        if (!own)
            continue;
        buf_printf(out, "%s# Not as it was: ", indent);
        text_visible_line(out, str_from(base_name(m->file)));
        buf_printf(out, ":%lld:%lld: %s: %s; %s.\n", (long long)m->line,
                   (long long)m->column, m->text, m->why, m->advice);
    }
}

static void write_head(const struct import *im, struct buf *out)
{
    const struct import_record *r = im->record;
    buf_text(out, "# Written by postflight import from");
    for (size_t i = 0; i < r->file_count; i++) {
        buf_text(out, i == 0 ? " " : ", ");
        text_visible_line(out, str_from(r->file[i].file));
        buf_printf(out, " (%s)",
                   name_of(&import_format_names, r->file[i].format));
    }
    buf_text(out, ".\n# Read it, and add what matters.\n");
    for (size_t i = 0; i < r->variable_count; i++)
        buf_printf(out, "%s%s", i == 0 ? "# It needs these variables: " : ", ",
                   r->variable[i]);
    if (r->variable_count > 0)
        buf_text(out, ".\n");
    write_remarks(r, NULL, "", out);
}

void drafts_write(const struct import *im, struct buf *out)
{
    write_head(im, out);
    buf_text(out, "checks:\n");
    for (size_t i = 0; i < im->count; i++) {
        const struct draft *d = im->draft[i];
        if (d->refused)
            continue;
        if (d->own.pos.source != NULL) {
            buf_text(out, " ");
            write_place(out, d->own.pos);
            buf_char(out, '\n');
        }
        write_remarks(im->record, d->id, "  ", out);
        draft_write(im->arena, d, out);
    }
}
