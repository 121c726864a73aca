/*
 * What a migration creates, by name: out of SQL wherever it stands (in a file
 * of its own or in a text of a program), and out of the calls of the tools.
 *
 * Comments are left out, and so is what follows the mark of the way down. A
 * name is found behind words such as CREATE TABLE; quotes and a schema before
 * it are taken off. Types and columns are not compared: the tools do that.
 */
#include <string.h>

#include "migrations/state/internal.h"

#define OBJECTS_MAX    200
#define NAME_BYTES_MAX 128

struct reading {
    struct shipped_migration *m;
    struct arena *arena;
    struct str text;
    size_t at, cap;
    struct str schema; /* of the name that was taken last */
};

static bool is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '_' || c == '$' ||
           (unsigned char)c >= 0x80;
}

static void skip_blanks(struct reading *r)
{
    while (r->at < r->text.len) {
        struct str rest = str_sub(r->text, r->at, r->text.len);
        if (strchr(" \t\r\n", rest.ptr[0]) != NULL)
            r->at++;
        else if (str_starts(rest, STR("--")))
            r->at += str_find(rest, STR("\n"), 0);
        else if (str_starts(rest, STR("/*")))
            r->at += str_find(rest, STR("*/"), 0) + 2;
        else
            return;
    }
}

/* The word that stands here, in any case. */
static bool take_word(struct reading *r, const char *word)
{
    size_t n = strlen(word);
    skip_blanks(r);
    struct str here = str_sub(r->text, r->at, n);
    if (here.len < n || !str_equal_nocase(here, str_from(word)) ||
        (r->at + n < r->text.len && is_name_byte(r->text.ptr[r->at + n])))
        return false;
    r->at += n;
    return true;
}

static char byte_at(const struct reading *r, size_t at)
{
    return at < r->text.len ? r->text.ptr[at] : '\0';
}

/* With its quotes, which a text of a program escapes. */
static struct str take_part(struct reading *r)
{
    char quote = byte_at(r, r->at);
    bool escaped = quote == '\\' && byte_at(r, r->at + 1) == '"';
    bool quoted = escaped || quote == '"' || quote == '`' || quote == '[';
    r->at += (size_t)escaped + (size_t)quoted;
    size_t from = r->at;
    while (r->at < r->text.len && is_name_byte(r->text.ptr[r->at]))
        r->at++;
    struct str name = str_sub(r->text, from, r->at - from);
    if (quoted && byte_at(r, r->at) == '\\')
        r->at++;
    r->at += quoted;
    return name;
}

/* A name with or without quotes; of "a.b" the last part: a is the schema. */
static struct str take_name(struct reading *r)
{
    r->schema = STR_NONE;
    skip_blanks(r);
    for (;;) {
        struct str name = take_part(r);
        if (name.len == 0 || byte_at(r, r->at) != '.')
            return name;
        r->schema = name;
        r->at++;
    }
}

static void add(struct reading *r, enum object_kind kind, struct str name)
{
    struct shipped_migration *m = r->m;
    if (name.len == 0 || name.len > NAME_BYTES_MAX ||
        m->creates_count == OBJECTS_MAX)
        return;
    for (size_t i = 0; i < m->creates_count; i++)
        if (m->creates[i].kind == kind && str_is(name, m->creates[i].name))
            return;
    m->creates = arena_grow(r->arena, m->creates, m->creates_count, &r->cap,
                            sizeof(*m->creates));
    m->creates[m->creates_count++] = (struct database_object){
        .kind = kind,
        .name = str_dup(r->arena, name),
        .schema = r->schema.len == 0 ? NULL : str_dup(r->arena, r->schema)};
}

static void drop(struct reading *r, struct str name)
{
    struct shipped_migration *m = r->m;
    size_t kept = 0;
    for (size_t i = 0; i < m->creates_count; i++)
        if (!str_is(name, m->creates[i].name))
            m->creates[kept++] = m->creates[i];
    m->creates_count = kept;
}

static void take_if_not_exists(struct reading *r)
{
    size_t at = r->at;
    if (!(take_word(r, "if") && take_word(r, "not") && take_word(r, "exists")))
        r->at = at;
}

static bool is_view(struct reading *r)
{
    (void)take_word(r, "materialized");
    return take_word(r, "view");
}

/* Behind CREATE. */
static void read_create(struct reading *r)
{
    (void)(take_word(r, "or") && take_word(r, "replace"));
    if (take_word(r, "temporary") || take_word(r, "temp"))
        return;
    (void)take_word(r, "unlogged");
    bool unique = take_word(r, "unique");
    if (take_word(r, "index")) {
        (void)take_word(r, "concurrently");
        take_if_not_exists(r);
        if (!take_word(r, "on"))
            add(r, OBJECT_INDEX, take_name(r));
    } else if (!unique && (take_word(r, "table") || is_view(r))) {
        take_if_not_exists(r);
        add(r, OBJECT_TABLE, take_name(r));
    } else if (take_word(r, "type")) {
        add(r, OBJECT_TYPE, take_name(r));
    }
}

static void read_drop(struct reading *r)
{
    if (!take_word(r, "table") && !take_word(r, "index") &&
        !take_word(r, "type") && !take_word(r, "view"))
        return;
    (void)take_word(r, "concurrently");
    (void)(take_word(r, "if") && take_word(r, "exists"));
    drop(r, take_name(r));
}

/* ALTER TABLE t ADD COLUMN c: a column of a table that is there. */
static void read_alter(struct reading *r)
{
    if (!take_word(r, "table"))
        return;
    (void)(take_word(r, "if") && take_word(r, "exists"));
    (void)take_word(r, "only");
    struct str table = take_name(r), schema = r->schema;
    if (!take_word(r, "add") || !take_word(r, "column"))
        return;
    take_if_not_exists(r);
    struct str column = take_name(r);
    r->schema = schema;
    if (table.len > 0 && column.len > 0)
        add(r, OBJECT_COLUMN,
            str_from(arena_printf(r->arena, "%.*s.%.*s", STR_ARGS(table),
                                  STR_ARGS(column))));
}

/* Calls of tools: the first text within the brackets is the name. */
static const struct call {
    const char *name;
    enum object_kind kind;
} calls[] = {
    {"create_table", OBJECT_TABLE}, {"createTable", OBJECT_TABLE},
    {"CreateTable", OBJECT_TABLE},  {"Schema::create", OBJECT_TABLE},
    {"CreateModel", OBJECT_TABLE},  {"create_index", OBJECT_INDEX},
    {"CreateIndex", OBJECT_INDEX},
};

/* "app_model" of Django; empty where the app is not known. */
static struct str table_of_model(struct reading *r, struct str name)
{
    const char *dot = strchr(r->m->id, '.');
    char *model = str_dup(r->arena, name);
    for (char *c = model; *c != '\0'; c++)
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c + 32) : *c;
    return dot == NULL
               ? STR_NONE
               : str_from(arena_printf(r->arena, "%.*s_%s",
                                       (int)(dot - r->m->id), r->m->id, model));
}

static void read_call(struct reading *r, const struct call *call)
{
    struct str rest = str_sub(r->text, r->at, 300);
    size_t i = 0;
    r->schema = STR_NONE;
    while (i < rest.len && strchr("( \t\r\n:", rest.ptr[i]) != NULL)
        i++;
    if (str_starts(str_sub(rest, i, rest.len), STR("name")))
        for (i += 4; i < rest.len && strchr(" \t:=", rest.ptr[i]) != NULL;)
            i++;
    bool symbol = i > 0 && rest.ptr[i - 1] == ':';
    char quote = i < rest.len ? rest.ptr[i] : '\0';
    bool quoted = quote == '"' || quote == '\'';
    if (!quoted && !symbol)
        return;
    size_t from = quoted ? i + 1 : i, end = from;
    while (end < rest.len &&
           (is_name_byte(rest.ptr[end]) || (quoted && rest.ptr[end] == '.')))
        end++;
    struct str name = str_sub(rest, from, end - from);
    if (strcmp(call->name, "CreateModel") == 0)
        name = table_of_model(r, name);
    add(r, call->kind, name);
}

/* What undoes it is not read. */
static struct str way_up(struct str text)
{
    static const char *const marks[] = {
        "def downgrade",   "-- Down Migration",
        "-- migrate:down", "+goose Down",
        "exports.down",    "protected override void Down",
        "void Down(",      "def down",
        "function down(",  "async down(",
        "down:",           "reverse_sql"};
    size_t end = text.len;
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++) {
        size_t at = str_find(text, str_from(marks[i]), 0);
        end = at < end ? at : end;
    }
    return str_sub(text, 0, end);
}

static void read_calls(struct reading *r)
{
    for (size_t i = 0; i < ARRAY_COUNT(calls); i++) {
        size_t n = strlen(calls[i].name);
        if (!str_starts(str_sub(r->text, r->at, n), str_from(calls[i].name)) ||
            r->at + n >= r->text.len || is_name_byte(r->text.ptr[r->at + n]))
            continue;
        r->at += n;
        read_call(r, &calls[i]);
        return;
    }
}

static void read_word(struct reading *r)
{
    skip_blanks(r);
    if (take_word(r, "create"))
        read_create(r);
    else if (take_word(r, "drop"))
        read_drop(r);
    else if (take_word(r, "alter"))
        read_alter(r);
    else
        read_calls(r);
}

static void skip_to_word(struct reading *r)
{
    while (r->at < r->text.len && is_name_byte(r->text.ptr[r->at]))
        r->at++;
    while (r->at < r->text.len && !is_name_byte(r->text.ptr[r->at])) {
        struct str rest = str_sub(r->text, r->at, 2);
        if (str_is(rest, "--") || str_is(rest, "/*"))
            return;
        r->at++;
    }
}

void read_objects(struct shipped_migration *m, struct arena *a)
{
    struct reading r = {.m = m, .arena = a, .text = way_up(m->text)};
    while (r.at < r.text.len) {
        size_t before = r.at;
        read_word(&r);
        if (r.at == before || r.at >= r.text.len ||
            is_name_byte(r.text.ptr[r.at]))
            skip_to_word(&r);
    }
}
