/* Hurl: entries of a request and the response that is expected. */
#include "import/hurl/hurl.h"

#include <string.h>

#include "base/text.h"
#include "import/tool.h"

#define STEPS_MAX 50 /* of a check */

static const struct row section_rows[] = {
    CARRIED("METHOD URL", "`method`, `url`", NULL),
    CARRIED("headers of a request", "`headers`, `auth`", NULL),
    CARRIED("[QueryStringParams]", "`url`", NULL),
    CARRIED("[Query]", "`url`", NULL),
    CARRIED("[FormParams]", "`form`", NULL),
    CARRIED("[Form]", "`form`", NULL),
    CARRIED("[MultipartFormData]", "`body`; a file is not imported", NULL),
    CARRIED("[Multipart]", "`body`; a file is not imported", NULL),
    CARRIED("[Cookies]", "`cookies`", NULL),
    CARRIED("[BasicAuth]", "`auth.basic`", NULL),
    CARRIED("[Options]", "its own rows", NULL),
    CARRIED("HTTP 200", "`status`, `version`", NULL),
    CARRIED("headers of a response", "`header ==`", NULL),
    CARRIED("[Captures]", "`capture`", NULL),
    CARRIED("[Asserts]", "`expect`", NULL),
    CARRIED("{{name}}", "`${name}`", NULL),
    CARRIED("several entries",
            "`steps`, when captured values, cookies or "
            "changes are kept between requests; checks otherwise",
            NULL),
    LEFT("{{newUuid}}, {{newDate}}, {{getEnv}}",
         "values that are generated for each request have no counterpart",
         "give the variable that replaces it"),
};

static struct rows hurl_rows(size_t index)
{
    switch (index) {
    case 0:
        return IN("entry", section_rows);
    case 1:
        return hurl_body_rows();
    case 2:
        return hurl_option_rows();
    case 3:
        return hurl_query_rows();
    case 4:
        return hurl_filter_rows();
    case 5:
        return hurl_predicate_rows();
    default:
        return NO_ROWS;
    }
}

/* References stay; all else is written as a URL has it. */
static void add_encoded(struct buf *out, const char *text)
{
    struct str s = str_from(text);
    for (size_t at = 0; at < s.len;) {
        size_t open = str_find(s, STR("${"), at);
        struct str part = str_sub(s, at, open - at);
        for (size_t i = 0; i < part.len; i++) {
            text_url_encode(out, str_sub(part, i, 1));
            i += str_starts(str_sub(part, i, 2), STR("$$"));
        }
        size_t close = str_find(s, STR("}"), open);
        buf_str(out, str_sub(s, open, close + 1 - open));
        at = close + 1;
    }
}

const char *url_with(struct import *im, const char *url, const char *name,
                     const char *value)
{
    struct buf out;
    buf_init(&out, (size_t)64 * 1024);
    buf_text(&out, url);
    buf_char(&out, strchr(url, '?') == NULL ? '?' : '&');
    add_encoded(&out, name);
    buf_char(&out, '=');
    add_encoded(&out, value);
    return buf_take(im->arena, &out);
}

static void read_part(struct hurl *h, const char *name, const char *value,
                      struct pos pos)
{
    if (strncmp(value, "file,", 5) == 0) {
        remark(h->im, pos, str_from(value), "no file is sent by a check",
               "let an 'exec' check send it");
        return;
    }
    h->part = arena_grow(h->im->arena, h->part, h->part_count, &h->part_cap,
                         sizeof(*h->part));
    h->part[h->part_count++] = (struct item){.name = name, .text = value};
}

/* A line of a section that is made of pairs. */
static void read_pair(struct hurl *h, const char *section, struct line line)
{
    struct import *im = h->im;
    struct str key, value;
    if (!pair_split(line.text, &key, &value)) {
        remark(im, line.pos, line.text, "not a 'name: value' pair",
               "write it by hand");
        return;
    }
    const char *name = hurl_value_text(h, key, line.pos);
    const char *text = hurl_value_text(h, value, line.pos);
    if (strncmp(section, "[Query", 6) == 0) {
        h->url = url_with(im, h->url, name, text);
        im->record->carried++;
    } else if (strncmp(section, "[Form", 5) == 0) {
        put_form(im, h->e, name, text, line.pos);
    } else if (strncmp(section, "[Multipart", 10) == 0) {
        read_part(h, name, text, line.pos);
    } else if (strcmp(section, "[Cookies]") == 0) {
        put_pair(im, h->e, "cookies", name, text, line.pos);
    } else {
        put_basic(im, h->e, name, text, line.pos);
    }
}

static void read_section(struct hurl *h, bool response)
{
    struct line line;
    (void)line_peek(h, &line);
    size_t end = str_find(line.text, STR("]"), 0);
    const char *name = str_dup(h->im->arena, str_sub(line.text, 0, end + 1));
    const struct row *row = rows_find(ROWS(section_rows), str_from(name));
    bool asserts = strcmp(name, "[Asserts]") == 0;
    bool captures = strcmp(name, "[Captures]") == 0;
    if (row == NULL || (asserts || captures) != response) {
        remark(h->im, line.pos, line.text, "no such section is known here",
               "look up what it means");
        row = NULL;
    }
    for (line_take(h); line_peek(h, &line); line_take(h)) {
        enum line_kind kind = line_kind(line.text);
        if (kind == LINE_REQUEST || kind == LINE_RESPONSE ||
            kind == LINE_SECTION || (kind == LINE_BODY && !asserts))
            return;
        if (kind == LINE_BODY && strchr("{<`[", line.text.ptr[0]) != NULL)
            return;
        if (kind == LINE_BLANK || row == NULL)
            continue;
        if (asserts)
            assert_read(h, line);
        else if (captures)
            capture_read(h, line);
        else if (strcmp(name, "[Options]") == 0)
            option_read(h, line);
        else
            read_pair(h, name, line);
    }
}

/* Of several headers with one name an expectation sees the first. */
static void expect_header(struct hurl *h, const char *name, const char *text,
                          struct line line)
{
    const struct field *f = entry_field(h->e, "expect");
    const char *start =
        arena_printf(h->im->arena, "header %s ==", quoted(h->im, name));
    for (size_t i = 0; f != NULL && i < f->count; i++)
        if (strncmp(f->item[i].text, start, strlen(start)) == 0) {
            remark(h->im, line.pos, line.text,
                   "an expectation sees the first header of a name",
                   "see that the one above is the first");
            return;
        }
    expect_text(h->im, h->e, line.pos, "%s %s", start, quoted(h->im, text));
}

static void read_header(struct hurl *h, struct line line, bool response)
{
    struct str key, value;
    if (!pair_split(line.text, &key, &value))
        return;
    const char *name = hurl_value_text(h, key, line.pos);
    const char *text = hurl_value_text(h, value, line.pos);
    if (response)
        expect_header(h, name, text, line);
    else
        put_header(h->im, h->e, name, text, line.pos);
}

/* Headers, sections and a body, in this order. */
static void read_parts(struct hurl *h, bool response)
{
    struct line line;
    while (line_peek(h, &line)) {
        switch (line_kind(line.text)) {
        case LINE_REQUEST:
        case LINE_RESPONSE:
            return;
        case LINE_BLANK:
            line_take(h);
            break;
        case LINE_PAIR:
            read_header(h, line, response);
            line_take(h);
            break;
        case LINE_SECTION:
            read_section(h, response);
            break;
        case LINE_BODY:
            body_read(h, response);
            break;
        }
    }
}

/* "HTTP/1.1 200", "HTTP *" */
static void read_status(struct hurl *h, struct line line)
{
    struct str rest;
    struct str version = str_cut(line.text, ' ', &rest);
    struct str status = str_cut(str_trim(rest), ' ', &rest);
    status = str_cut(status, '#', &rest);
    uint64_t code = 0;
    if (version.len > 5 && version.ptr[5] != '*')
        expect_text(h->im, h->e, line.pos, "version == \"%.*s\"",
                    STR_ARGS(str_sub(version, 5, version.len)));
    if (str_is(version, "HTTP/2"))
        put_negotiation(h->im, h->e);
    if (text_to_u64(status, 999, &code))
        expect_text(h->im, h->e, line.pos, "status == %d", (int)code);
}

static void read_request(struct hurl *h, struct line line)
{
    struct str rest;
    struct str method = str_cut(line.text, ' ', &rest);
    h->part = NULL;
    h->part_count = h->part_cap = 0;
    h->skip = h->follows = false;
    h->max_redirects = NULL;
    h->url = hurl_value_text(h, str_trim(rest), line.pos);
    if (!str_is(method, "GET"))
        put(h->im, h->e, "method", str_dup(h->im->arena, method), line.pos);
    line_take(h);
    read_parts(h, false);
    put(h->im, h->e, "url", h->url, line.pos);
    options_finish(h, line.pos);
    if (h->part_count > 0)
        put_multipart(h->im, h->e, h->part, h->part_count, line.pos);
}

static void read_entry(struct hurl *h, struct line line)
{
    read_request(h, line);
    if (line_peek(h, &line) && line_kind(line.text) == LINE_RESPONSE) {
        read_status(h, line);
        line_take(h);
        read_parts(h, true);
    }
    if (entry_field(h->e, "capture") == NULL || h->draft->step_count == 0)
        need_expectation(h->im, h->e, line.pos);
}

/* What stands in a file, seen before it is read. */
struct outline {
    size_t entries;
    bool flow; /* something goes from one entry to the next */
};

static struct outline outline_of(const struct hurl *whole)
{
    struct hurl h = *whole;
    struct outline out = {0, false};
    struct line line;
    bool fenced = false, captures = false;
    for (; line_peek(&h, &line); line_take(&h)) {
        if (str_starts(line.text, STR("```")) &&
            str_find(line.text, STR("```"), 3) == line.text.len)
            fenced = !fenced;
        enum line_kind kind = fenced ? LINE_BLANK : line_kind(line.text);
        bool reads = str_starts(line.text, STR("GET ")) ||
                     str_starts(line.text, STR("HEAD ")) ||
                     str_starts(line.text, STR("OPTIONS "));
        out.entries += kind == LINE_REQUEST;
        out.flow = out.flow || (kind == LINE_REQUEST && !reads) ||
                   (captures && kind == LINE_REQUEST) ||
                   str_starts(line.text, STR("cookie \"")) ||
                   str_starts(line.text, STR("Set-Cookie:"));
        captures = captures || str_starts(line.text, STR("[Captures]"));
    }
    out.flow = out.flow && out.entries > 1;
    return out;
}

/* "api/login.hurl" to "login" */
static struct str base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    struct str name = str_from(slash == NULL ? path : slash + 1);
    return str_ends(name, STR(".hurl")) ? str_sub(name, 0, name.len - 5) : name;
}

static const char *entry_name(struct import *im, struct line line,
                              bool only_one)
{
    struct str base = base_name(line.pos.source->name), rest;
    (void)str_cut(line.text, ' ', &rest);
    struct str url = str_trim(rest);
    size_t host = str_find(url, STR("://"), 0);
    size_t path = str_find(url, STR("/"), host == url.len ? 0 : host + 3);
    struct str shown = str_cut(str_sub(url, path, url.len), '?', &rest);
    return only_one ? str_dup(im->arena, base)
                    : arena_printf(im->arena, "%.*s %.*s", STR_ARGS(base),
                                   STR_ARGS(shown));
}

static bool next_entry(struct hurl *h, struct line *out)
{
    while (line_peek(h, out) && line_kind(out->text) == LINE_BLANK)
        line_take(h);
    if (!line_peek(h, out))
        return false;
    if (line_kind(out->text) == LINE_REQUEST)
        return true;
    diags_add(h->im->diags, out->pos,
              "expected a method and a URL such as GET https://example.com, "
              "found '%.60s'",
              text_elide(h->im->arena, out->text, 60));
    return false;
}

static void begin_entry(struct hurl *h, const struct outline *outline,
                        struct line line)
{
    struct import *im = h->im;
    bool flow = outline->flow && outline->entries <= STEPS_MAX;
    if (flow && h->draft == NULL) {
        h->draft = draft_begin(im, line.pos, base_name(h->source->name));
    } else if (!flow) {
        const char *name = entry_name(im, line, outline->entries == 1);
        h->draft = draft_begin(im, line.pos, str_from(name));
    }
    h->e = flow ? draft_step(im, h->draft, line.pos, false) : &h->draft->own;
}

/* What is not to be asked goes again. */
static void skip_entry(struct hurl *h, struct line line)
{
    remark(h->im, line.pos, line.text, "it is skipped",
           "import it when it is "
           "not");
    if (h->draft->step_count > 0)
        h->draft->step_count--;
    else
        h->draft->refused = true;
}

static bool hurl_read(struct import *im, const struct source *source)
{
    struct hurl h = {.im = im, .source = source, .line = 1};
    struct line line;
    size_t from = im->count, problems = diags_errors(im->diags);
    size_t bad = utf8_check(source->text);
    if (bad < source->text.len) {
        diags_add(im->diags, pos_at(source, bad), "not valid UTF-8");
        return false;
    }
    if (str_starts(source->text, STR("\xEF\xBB\xBF")))
        h.at = 3;
    struct outline outline = outline_of(&h);
    if (outline.entries == 0)
        diags_add(im->diags, (struct pos){source, 1, 1},
                  "no request here: expected a method and a URL such as GET "
                  "https://example.com");
    while (outline.entries > 0 && next_entry(&h, &line)) {
        begin_entry(&h, &outline, line);
        read_entry(&h, line);
        if (h.skip)
            skip_entry(&h, line);
    }
    im->now = NULL;
    if (outline.flow && outline.entries > STEPS_MAX)
        remark(im, (struct pos){source, 1, 1}, str_from(source->name),
               "a flow has 50 steps at most, so its entries are checks",
               "see that they need each other as they should");
    drafts_link(im, from);
    return diags_errors(im->diags) == problems;
}

static struct str first_line(struct str text)
{
    struct str rest = text;
    while (rest.len > 0) {
        struct str line = str_trim(str_cut(rest, '\n', &rest));
        if (line.len > 0 && line.ptr[0] != '#')
            return line;
    }
    return STR_NONE;
}

/* "GET http://..." and nothing that is YAML. */
static bool looks_like_hurl(struct str text)
{
    if (str_starts(text, STR("\xEF\xBB\xBF")))
        text = str_sub(text, 3, text.len);
    struct str line = first_line(text), rest;
    struct str method = str_cut(line, ' ', &rest);
    for (size_t i = 0; i < method.len; i++)
        if (method.ptr[i] < 'A' || method.ptr[i] > 'Z')
            return false;
    return method.len >= 3 && method.len < line.len &&
           !str_starts(str_trim(rest), STR(":"));
}

static bool is_hurl(const struct source *source)
{
    return str_ends(str_from(source->name), STR(".hurl")) ||
           looks_like_hurl(source->text);
}

static const char *from_template(struct import *im, const struct yaml_node *n)
{
    return from_braces(im, n->text, n->pos);
}

const struct import_tool hurl_tool = {
    .name = "hurl",
    .is_text = is_hurl,
    .read_text = hurl_read,
    .value = from_template,
    .rows = hurl_rows,
};
