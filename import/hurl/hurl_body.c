/* Bodies of Hurl: what is sent, and what must come. */
#include <string.h>

#include "base/text.h"
#include "import/hurl/hurl.h"

#define TEXT_MAX   ((size_t)64 * 1024)
#define VALUES_MAX 120 /* of a JSON body that is expected */

static void add_line(struct buf *out, struct str line)
{
    if (line.len > 0 && line.ptr[line.len - 1] == '\r')
        line.len--;
    buf_str(out, line);
    buf_char(out, '\n');
}

static struct str whole_line(const struct hurl *h)
{
    struct str rest;
    return str_cut(str_sub(h->source->text, h->at, h->source->text.len), '\n',
                   &rest);
}

/* The line with the opening fence is the next one; it may hold the text. */
const char *fenced_text(struct hurl *h)
{
    struct line line;
    struct buf out;
    buf_init(&out, TEXT_MAX);
    if (!line_peek(h, &line)) {
        buf_release(&out);
        return "";
    }
    struct pos pos = line.pos;
    size_t open = str_find(line.text, STR("```"), 0);
    size_t close = str_find(line.text, STR("```"), open + 3);
    if (close < line.text.len) {
        buf_str(&out, str_sub(line.text, open + 3, close - open - 3));
    } else {
        for (line_take(h); line_peek(h, &line); line_take(h)) {
            if (str_starts(line.text, STR("```")))
                break;
            add_line(&out, whole_line(h));
        }
    }
    const char *text = from_braces(h->im, buf_view(&out), pos);
    buf_release(&out);
    return text;
}

/* Does a bracket that was opened in this text stand open still? */
static int depth_after(struct str text, int depth, bool *inside)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (*inside && c == '\\')
            i++;
        else if (c == '"')
            *inside = !*inside;
        else if (!*inside && (c == '{' || c == '['))
            depth++;
        else if (!*inside && (c == '}' || c == ']'))
            depth--;
    }
    return depth;
}

static void take_json(struct hurl *h, struct buf *out)
{
    struct line line;
    int depth = 0;
    bool inside = false;
    for (; line_peek(h, &line); line_take(h)) {
        depth = depth_after(line.text, depth, &inside);
        add_line(out, whole_line(h));
        if (depth <= 0 && !inside) {
            line_take(h);
            return;
        }
    }
}

/* XML, and whatever else: up to what looks like the next thing. */
static void take_rest(struct hurl *h, struct buf *out)
{
    struct line line;
    for (; line_peek(h, &line); line_take(h)) {
        enum line_kind kind = line_kind(line.text);
        if (kind == LINE_REQUEST || kind == LINE_RESPONSE)
            return;
        add_line(out, whole_line(h));
    }
}

static const struct row body_rows[] = {
    CARRIED("JSON, text, XML body", "`json`, `body`", NULL),
    CARRIED("JSON body of a response", "`jsonpath` for each value in it", NULL),
    CARRIED("text or XML body of a response", "`body ==`", NULL),
    CARRIED("hex, base64 body of a response", "`bytes ==`", NULL),
    LEFT("hex, base64 body of a request", "a body is a text here",
         "let an 'exec' check send it"),
    LEFT("file,NAME; body", "a body is part of the definition",
         "write it in 'body'"),
};

struct rows hurl_body_rows(void)
{
    return IN("body", body_rows);
}

static void expect_scalar(struct hurl *h, const struct yaml_node *n,
                          const char *path, struct pos pos)
{
    struct str s = n->text;
    bool bare = n->plain &&
                (text_is_number(s) || str_is(s, "true") || str_is(s, "false") ||
                 str_is(s, "null") || str_starts(s, STR("${")));
    expect_text(h->im, h->e, pos, "jsonpath %s == %s", quoted(h->im, path),
                bare ? s.ptr : quoted(h->im, s.ptr));
}

const char *member_path(struct import *im, const char *path, struct str name)
{
    struct buf out;
    buf_init(&out, 2000);
    buf_text(&out, path);
    if (is_variable_name(name)) {
        buf_printf(&out, ".%.*s", STR_ARGS(name));
    } else {
        buf_text(&out, "['");
        for (size_t i = 0; i < name.len; i++) {
            if (name.ptr[i] == '\'' || name.ptr[i] == '\\')
                buf_char(&out, '\\');
            buf_char(&out, name.ptr[i]);
        }
        buf_text(&out, "']");
    }
    return buf_take(im->arena, &out);
}

/* Equal JSON: all of its values, and no member more. Depth: that of YAML. */
static void expect_node(struct hurl *h, const struct yaml_node *n,
                        const char *path, struct pos body)
{
    struct pos pos = body;
    pos.line += n->pos.line == 0 ? 0 : n->pos.line - 1;
    if (n->kind == YAML_SCALAR) {
        expect_scalar(h, n, path, pos);
        return;
    }
    expect_text(h->im, h->e, pos, "jsonpath %s count == %zu",
                quoted(h->im, path), n->count);
    for (size_t i = 0; i < n->count; i++) {
        if (n->kind == YAML_LIST)
            expect_node(h, n->item[i],
                        arena_printf(h->im->arena, "%s[%zu]", path, i), body);
        else
            expect_node(h, n->item[2 * i + 1],
                        member_path(h->im, path, n->item[2 * i]->text), body);
    }
}

static void expect_json(struct hurl *h, const char *text, struct pos pos)
{
    struct source *source = arena_alloc(h->im->arena, sizeof(*source));
    const struct yaml_node *root = NULL;
    struct diags d;
    diags_init(&d, h->im->arena);
    *source = (struct source){"body", str_from(text)};
    if (!yaml_parse(&root, h->im->arena, source, &d) || d.count > 0)
        remark(h->im, pos, str_from(text), "this body is not JSON",
               "expect a part of it");
    else if (root->weight > VALUES_MAX)
        remark(h->im, pos, str_from(text),
               "it has too many values to expect each of them",
               "expect the ones that matter, or its 'sha256'");
    else
        expect_node(h, root, "$", pos);
}

static void take_bytes(struct hurl *h, struct line line, bool response)
{
    struct row file = body_rows[5], bytes = body_rows[4];
    bool is_file = str_starts(line.text, STR("file,"));
    if (response && !is_file)
        expect_text(h->im, h->e, line.pos, "bytes == %.*s",
                    STR_ARGS(line.text));
    else
        remark_row(h->im, line.pos, line.text, is_file ? &file : &bytes);
    line_take(h);
}

static void put_text(struct hurl *h, const char *text, struct pos pos,
                     bool response, bool json)
{
    size_t len = strlen(text);
    if (response && json)
        expect_json(h, text, pos);
    else if (response)
        expect_text(h->im, h->e, pos, "body == %s", quoted(h->im, text));
    else if (json || len < 2 || text[len - 1] != '\n')
        put_json_or_body(h->im, h->e, text, pos);
    else
        put(h->im, h->e, "body", text, pos);
}

/* `text` with commas and colons: a string between backticks. */
static const char *backtick(struct hurl *h, struct line line)
{
    size_t end = str_find(line.text, STR("`"), 1);
    line_take(h);
    return from_braces(h->im, str_sub(line.text, 1, end - 1), line.pos);
}

void body_read(struct hurl *h, bool response)
{
    struct line line;
    struct buf out;
    if (!line_peek(h, &line))
        return;
    char c = line.text.ptr[0];
    if (str_starts(line.text, STR("hex,")) ||
        str_starts(line.text, STR("base64,")) ||
        str_starts(line.text, STR("file,"))) {
        take_bytes(h, line, response);
        return;
    }
    if (str_starts(line.text, STR("```"))) {
        struct str kind = str_trim(str_sub(line.text, 3, line.text.len));
        const char *text = fenced_text(h);
        line_take(h);
        put_text(h, text, line.pos, response, str_is(kind, "json"));
        return;
    }
    if (c == '`') {
        put_text(h, backtick(h, line), line.pos, response, false);
        return;
    }
    buf_init(&out, TEXT_MAX);
    if (c == '{' || c == '[')
        take_json(h, &out);
    else
        take_rest(h, &out);
    put_text(h, from_braces(h->im, str_trim(buf_view(&out)), line.pos),
             line.pos, response, c != '<');
    buf_release(&out);
}
