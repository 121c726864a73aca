/* libfyaml events to a bounded tree with positions. */
#include "base/yaml.h"

#include <stdlib.h>
#include <string.h>

#include <libfyaml.h>

#include "base/json.h"
#include "base/text.h"
#include "base/yaml_braces.h"

struct anchor {
    struct str name;
    const struct yaml_node *node;
};

struct reader {
    struct arena *arena;
    const struct source *source;
    struct diags *diags;
    struct fy_parser *parser;
    struct anchor *anchor;
    size_t anchor_count, anchor_cap;
    size_t weight;
    struct yaml_braces braces;
    size_t seen, line_at; /* bytes looked at for lines; where the last began */
};

/*
 * Where the line of a byte begins. Tokens come in order, so only what follows
 * the last one is looked at: from its own line's start each time, one long line
 * would take the square of its length.
 */
static size_t line_start(struct reader *r, size_t at)
{
    const char *text = r->source->text.ptr;
    if (at < r->line_at) { /* before the line of the last one */
        while (at > 0 && text[at - 1] != '\n')
            at--;
        return at;
    }
    for (; r->seen < at; r->seen++)
        if (text[r->seen] == '\n')
            r->line_at = r->seen + 1;
    return r->line_at;
}

static struct pos token_pos(struct reader *r, struct fy_token *token)
{
    const struct fy_mark *mark =
        token == NULL ? NULL : fy_token_start_mark(token);
    if (mark == NULL || mark->input_pos > r->source->text.len)
        return (struct pos){r->source, 0, 0};
    size_t start = line_start(r, mark->input_pos);
    return (struct pos){/* libfyaml's column counts characters */
                        r->source, (unsigned)mark->line + 1,
                        (unsigned)(mark->input_pos - start) + 1};
}

/* libfyaml's mark of a quoted scalar stands after the opening quote. */
static size_t scalar_at(const struct reader *r, struct fy_token *token,
                        bool plain)
{
    const struct fy_mark *mark =
        token == NULL ? NULL : fy_token_start_mark(token);
    size_t at = mark == NULL ? 0 : mark->input_pos;
    bool quoted = !plain && at > 0 && at <= r->source->text.len &&
                  strchr("\"'", r->source->text.ptr[at - 1]) != NULL;
    return quoted ? at - 1 : at;
}

static struct pos scalar_pos(struct reader *r, struct fy_token *token,
                             bool plain)
{
    struct pos pos = token_pos(r, token);
    size_t at = scalar_at(r, token, plain);
    bool quoted = !plain && pos.column > 1 && at < r->source->text.len &&
                  strchr("\"'", r->source->text.ptr[at]) != NULL;
    if (quoted)
        pos.column--;
    return pos;
}

static struct str token_text(const struct reader *r, struct fy_token *token)
{
    size_t len = 0;
    const char *text = token == NULL ? NULL : fy_token_get_text(token, &len);
    if (text == NULL)
        len = 0;
    char *copy = arena_dup(r->arena, text, len);
    yaml_braces_restore(&r->braces, copy, len);
    return (struct str){copy, len};
}

static bool refuse(struct reader *r, struct pos pos, const char *text)
{
    diags_add(r->diags, pos, "%s", text);
    return false;
}

/* What stands between the single quotes that open at `at`. */
static struct str single_raw(struct str text, size_t at)
{
    size_t end = ++at;
    while (end < text.len) {
        bool quote = text.ptr[end] == '\'';
        if (quote && (end + 1 == text.len || text.ptr[end + 1] != '\''))
            break;
        end += quote ? 2 : 1;
    }
    return str_sub(text, at, end - at);
}

static struct str undouble(struct arena *a, struct str raw)
{
    char *text = str_dup(a, raw);
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        text[len++] = raw.ptr[i];
        i += raw.ptr[i] == '\'' ? 1 : 0;
    }
    text[len] = '\0';
    return (struct str){text, len};
}

/*
 * libfyaml 0.7.12 reads 'a''''b' as a'''b': so one line in single quotes is
 * decoded here, and such quotes in several lines are refused.
 */
static bool read_text(struct reader *r, struct fy_token *token,
                      struct yaml_node *node)
{
    if (token != NULL && fy_token_scalar_style(token) == FYSS_SINGLE_QUOTED) {
        struct str raw = single_raw(r->source->text, node->at);
        if (str_find(raw, STR("\n"), 0) == raw.len) {
            node->text = undouble(r->arena, raw);
            return true;
        }
        if (str_find(raw, STR("''''"), 0) < raw.len)
            return refuse(r, node->pos,
                          "quotes side by side in a text of several lines: "
                          "write it on one line");
    }
    node->text = token_text(r, token);
    return true;
}

static bool read_node(struct reader *r, struct fy_event *event, unsigned depth,
                      const struct yaml_node **out);

static void remember(struct reader *r, struct fy_token *anchor,
                     const struct yaml_node *node)
{
    if (anchor == NULL)
        return;
    r->anchor = arena_grow(r->arena, r->anchor, r->anchor_count, &r->anchor_cap,
                           sizeof(*r->anchor));
    r->anchor[r->anchor_count++] = (struct anchor){token_text(r, anchor), node};
}

/* An alias shares the node; its weight counts again, so bombs are seen. */
static bool read_alias(struct reader *r, struct fy_token *token,
                       const struct yaml_node **out)
{
    struct str name = token_text(r, token);
    for (size_t i = r->anchor_count; i-- > 0;) {
        if (!str_equal(r->anchor[i].name, name))
            continue;
        *out = r->anchor[i].node;
        r->weight += (*out)->weight;
        return r->weight <= YAML_NODES_MAX ||
               refuse(r, token_pos(r, token),
                      "aliases expand to more than 100000 nodes");
    }
    diags_add(r->diags, token_pos(r, token), "unknown alias '*%s'", name.ptr);
    return false;
}

static bool read_child(struct reader *r, unsigned depth, enum fy_event_type end,
                       const struct yaml_node **out, bool *ended)
{
    struct fy_event *event = fy_parser_parse(r->parser);
    *ended = event != NULL && event->type == end;
    bool ok = event != NULL;
    if (ok && !*ended)
        ok = read_node(r, event, depth, out);
    fy_parser_event_free(r->parser, event);
    return ok;
}

static bool read_list(struct reader *r, struct yaml_node *node, unsigned depth)
{
    size_t cap = 0;
    for (;;) {
        const struct yaml_node *item = NULL;
        bool ended;
        if (!read_child(r, depth, FYET_SEQUENCE_END, &item, &ended))
            return false;
        if (ended)
            return true;
        node->item = arena_grow(r->arena, node->item, node->count, &cap,
                                sizeof(*node->item));
        node->item[node->count++] = item;
        node->weight += item->weight;
    }
}

static int compare_keys(const void *left, const void *right)
{
    const struct yaml_node *a = *(const struct yaml_node *const *)left;
    const struct yaml_node *b = *(const struct yaml_node *const *)right;
    size_t shorter = a->text.len < b->text.len ? a->text.len : b->text.len;
    int order = shorter == 0 ? 0 : memcmp(a->text.ptr, b->text.ptr, shorter);
    if (order != 0)
        return order;
    if (a->text.len != b->text.len)
        return a->text.len < b->text.len ? -1 : 1;
    return (a->pos.line > b->pos.line) - (a->pos.line < b->pos.line);
}

static void report_duplicates(struct reader *r, const struct yaml_node *map)
{
    const struct yaml_node **key =
        arena_array(r->arena, map->count, sizeof(const struct yaml_node *));
    for (size_t i = 0; i < map->count; i++)
        key[i] = map->item[2 * i];
    if (map->count > 1)
        qsort(key, map->count, sizeof(const struct yaml_node *), compare_keys);
    for (size_t i = 1; i < map->count; i++) {
        if (str_equal(key[i]->text, key[i - 1]->text))
            diags_add(r->diags, key[i]->pos,
                      "duplicate key '%s', first given in line %u",
                      key[i]->text.ptr, key[i - 1]->pos.line);
    }
}

static bool read_map(struct reader *r, struct yaml_node *node, unsigned depth)
{
    size_t cap = 0;
    for (;;) {
        const struct yaml_node *key = NULL, *value = NULL;
        bool ended, value_ended;
        if (!read_child(r, depth, FYET_MAPPING_END, &key, &ended))
            return false;
        if (ended)
            break;
        if (!read_child(r, depth, FYET_NONE, &value, &value_ended) ||
            value == NULL)
            return false;
        if (key->kind != YAML_SCALAR)
            return refuse(r, key->pos, "a key must be a string");
        size_t used = 2 * node->count;
        node->item =
            arena_grow(r->arena, node->item, used, &cap, sizeof(*node->item));
        node->item[used] = key;
        node->item[used + 1] = value;
        node->count++;
        node->weight += key->weight + value->weight;
    }
    report_duplicates(r, node);
    return true;
}

static bool read_node(struct reader *r, struct fy_event *event, unsigned depth,
                      const struct yaml_node **out)
{
    struct yaml_node *node = arena_alloc(r->arena, sizeof(*node));
    *out = node;
    node->weight = 1;
    if (++r->weight > YAML_NODES_MAX)
        return refuse(r, (struct pos){r->source, 0, 0},
                      "more than 100000 nodes");
    if (depth >= YAML_DEPTH_MAX)
        return refuse(r, token_pos(r, fy_event_get_token(event)),
                      "nested deeper than 32 levels");
    switch (event->type) {
    case FYET_ALIAS:
        return read_alias(r, event->alias.anchor, out);
    case FYET_SCALAR:
        node->kind = YAML_SCALAR;
        node->plain = fy_token_scalar_style(event->scalar.value) == FYSS_PLAIN;
        node->pos = scalar_pos(r, event->scalar.value, node->plain);
        node->at = scalar_at(r, event->scalar.value, node->plain);
        remember(r, event->scalar.anchor, node);
        return read_text(r, event->scalar.value, node);
    case FYET_SEQUENCE_START:
        node->kind = YAML_LIST;
        node->pos = token_pos(r, event->sequence_start.sequence_start);
        if (!read_list(r, node, depth + 1))
            return false;
        remember(r, event->sequence_start.anchor, node);
        return true;
    case FYET_MAPPING_START:
        node->kind = YAML_MAP;
        node->pos = token_pos(r, event->mapping_start.mapping_start);
        if (!read_map(r, node, depth + 1))
            return false;
        remember(r, event->mapping_start.anchor, node);
        return true;
    default:
        return refuse(r, (struct pos){r->source, 0, 0}, "unexpected event");
    }
}

static bool read_stream(struct reader *r, const struct yaml_node **out)
{
    unsigned documents = 0;
    for (;;) {
        struct fy_event *event = fy_parser_parse(r->parser);
        if (event == NULL)
            return fy_parser_get_stream_error(r->parser) == 0;
        enum fy_event_type type = event->type;
        bool ok = true;
        if (type == FYET_DOCUMENT_START && ++documents > 1)
            ok = refuse(r, token_pos(r, event->document_start.document_start),
                        "a second document, expected one per file");
        else if (type == FYET_SCALAR || type == FYET_SEQUENCE_START ||
                 type == FYET_MAPPING_START || type == FYET_ALIAS)
            ok = read_node(r, event, 0, out);
        fy_parser_event_free(r->parser, event);
        if (!ok)
            return false;
        if (type == FYET_STREAM_END)
            return true;
    }
}

/* libfyaml's first complaint, when none of ours says more. */
static void report_syntax(struct reader *r, struct fy_diag *diag)
{
    void *iterator = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &iterator);
    struct pos pos = {r->source, 0, 0};
    if (error != NULL && error->line > 0) {
        pos.line = (unsigned)error->line;
        pos.column = error->column > 0 ? (unsigned)error->column : 1;
    }
    diags_add(r->diags, pos, "%s",
              error == NULL || error->msg == NULL
                  ? "not valid YAML"
                  : yaml_words(r->arena, error->msg));
}

static bool check_bytes(struct reader *r)
{
    struct str text = r->source->text;
    size_t bad = utf8_check(text);
    if (bad < text.len)
        return refuse(r, pos_at(r->source, bad), "not valid UTF-8");
    size_t nul = str_find(text, (struct str){"\0", 1}, 0);
    if (nul < text.len)
        return refuse(r, pos_at(r->source, nul), "a NUL byte in the text");
    return true;
}

static const struct yaml_node *empty_map(struct reader *r)
{
    struct yaml_node *node = arena_alloc(r->arena, sizeof(*node));
    *node = (struct yaml_node){
        .kind = YAML_MAP, .pos = {r->source, 1, 1}, .weight = 1};
    return node;
}

bool yaml_parse(const struct yaml_node **out, struct arena *a,
                const struct source *source, struct diags *d)
{
    struct reader r = {.arena = a, .source = source, .diags = d};
    size_t before = d->count;
    *out = NULL;
    if (!check_bytes(&r))
        return false;
    struct fy_diag_cfg diag_cfg;
    fy_diag_cfg_default(&diag_cfg);
    struct fy_diag *diag = fy_diag_create(&diag_cfg);
    if (diag == NULL)
        arena_out_of_memory();
    fy_diag_set_collect_errors(diag, true);
    bool is_json = str_ends(str_from(source->name), STR(".json"));
    struct fy_parse_cfg cfg = {
        .flags = FYPCF_QUIET | FYPCF_DEFAULT_VERSION_1_2 |
                 (is_json ? FYPCF_JSON_FORCE : FYPCF_JSON_NONE),
        .diag = diag,
    };
    r.parser = fy_parser_create(&cfg);
    if (r.parser == NULL)
        arena_out_of_memory();
    struct str text = yaml_braces_hide(&r.braces, a, source->text);
    bool ok = fy_parser_set_string(r.parser, text.ptr, text.len) == 0 &&
              read_stream(&r, out);
    if (!ok && d->count == before)
        report_syntax(&r, diag);
    fy_parser_destroy(r.parser);
    fy_diag_destroy(diag);
    if (ok && *out == NULL)
        *out = empty_map(&r);
    return ok;
}

const struct yaml_node *yaml_get(const struct yaml_node *n, const char *key)
{
    if (n == NULL || n->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < n->count; i++)
        if (str_is(n->item[2 * i]->text, key))
            return n->item[2 * i + 1];
    return NULL;
}

bool yaml_is_null(const struct yaml_node *n)
{
    return n->kind == YAML_SCALAR && n->plain &&
           (n->text.len == 0 || str_is(n->text, "null") ||
            str_is(n->text, "~"));
}

static bool is_plain(struct str s)
{
    char first = s.len > 0 ? s.ptr[0] : '\0';
    bool start = (first >= 'a' && first <= 'z') ||
                 (first >= 'A' && first <= 'Z') ||
                 (first >= '0' && first <= '9') ||
                 (first != '\0' && strchr("$/._", first) != NULL);
    return start && !str_equal_nocase(s, STR("null")) &&
           str_find(s, STR(": "), 0) == s.len &&
           str_find(s, STR(" #"), 0) == s.len &&
           strchr(": ", s.ptr[s.len - 1]) == NULL;
}

void yaml_quote(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] >= ' ' && text.ptr[i] <= '~')
            continue;
        json_quote(out, text);
        return;
    }
    if (is_plain(text)) {
        buf_str(out, text);
        return;
    }
    buf_char(out, '\'');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '\'')
            buf_char(out, '\'');
        buf_char(out, text.ptr[i]);
    }
    buf_char(out, '\'');
}

bool yaml_print_json(const struct yaml_node *n,
                     bool (*scalar)(void *context, const struct yaml_node *n,
                                    struct buf *out),
                     void *context, struct buf *out)
{
    bool map = n->kind == YAML_MAP;
    if (n->kind == YAML_SCALAR)
        return scalar(context, n, out);
    buf_char(out, map ? '{' : '[');
    for (size_t i = 0; i < n->count; i++) {
        if (i > 0)
            buf_char(out, ',');
        if (map) {
            json_quote(out, n->item[2 * i]->text);
            buf_char(out, ':');
        }
        if (!yaml_print_json(n->item[map ? 2 * i + 1 : i], scalar, context,
                             out))
            return false;
    }
    buf_char(out, map ? '}' : ']');
    return true;
}

const char *yaml_kind_name(const struct yaml_node *n)
{
    switch (n->kind) {
    case YAML_SCALAR:
        return yaml_is_null(n) ? "nothing" : "a string";
    case YAML_LIST:
        return "a list";
    case YAML_MAP:
        return "a map";
    }
    return "";
}

struct pos yaml_pos_in(const struct yaml_node *n, size_t offset)
{
    struct pos pos = n->pos;
    if (pos.source == NULL || pos.line == 0)
        return pos;
    size_t at = n->at + (n->plain ? 0 : 1);
    struct str head = str_sub(n->text, 0, offset);
    if (str_equal(str_sub(pos.source->text, at, head.len), head) &&
        str_find(head, STR("\n"), 0) == head.len)
        pos.column += (unsigned)(head.len + (n->plain ? 0 : 1));
    return pos;
}
