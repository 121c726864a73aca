/*
 * Leading tokens of a line: times, levels, names in brackets, loggers. One
 * reader for each kind; what none of them knows ends the lead.
 */
#include "scan/starts.h"

#include <stdlib.h>
#include <string.h>

#include "base/characters.h"
#include "base/text.h"
#include "scan/prefix.h"

#define NAME_BYTES  64
#define VALUE_BYTES 120

/* What has been passed; later tokens depend on it. */
struct lead {
    struct str text;
    size_t at;
    bool level, number;       /* a level, a process id or `---` */
    struct unit_names *names; /* NULL: not wanted */
};

static bool in_name(char c)
{
    return is_letter(c) || is_digit(c) ||
           (c != '\0' && strchr("._/:@+#~-", c) != NULL);
}

static char char_at(struct str s, size_t i)
{
    return i < s.len ? s.ptr[i] : '\0';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Blank, or the end of the text. */
static bool ends_word(struct str s, size_t i)
{
    return i >= s.len || is_blank(s.ptr[i]);
}

static size_t run_of(struct str s, size_t from, bool (*fits)(char c))
{
    size_t n = from;
    while (n < s.len && fits(s.ptr[n]))
        n++;
    return n - from;
}

static bool is_level(struct str s)
{
    static const char *const level[] = {
        "error", "err",   "fatal",    "ftl",   "warn",   "warning", "wrn",
        "info",  "inf",   "debug",    "dbg",   "trace",  "trc",     "panic",
        "log",   "emerg", "critical", "crit",  "notice", "note",    "severe",
        "fine",  "audit", "verbose",  "alert", "hint",   "system"};
    for (size_t i = 0; i < ARRAY_COUNT(level); i++)
        if (str_equal_nocase(s, str_from(level[i])))
            return true;
    return false;
}

static void name_unit(const struct lead *l, struct str name)
{
    if (l->names != NULL)
        unit_add(l->names, name);
}

static size_t read_blanks(struct lead *l, struct str s)
{
    (void)l;
    return run_of(s, 0, is_blank);
}

/* "INFO ", "LOG:  ", "info: ", "WARN|" */
static size_t read_level(struct lead *l, struct str s)
{
    size_t n = run_of(s, 0, is_letter);
    char next = char_at(s, n);
    if (n == 0 || !is_level(str_sub(s, 0, n)) ||
        !(ends_word(s, n) || next == ':' || next == '|'))
        return 0;
    l->level = true;
    return n + (next == ':' || next == '|');
}

static bool is_separator(char c)
{
    return c != '\0' && strchr("-|:", c) != NULL;
}

/* "--- ", "| ", " : ", between two others */
static size_t read_separator(struct lead *l, struct str s)
{
    size_t n = run_of(s, 0, is_separator);
    if (n == 0 || n > 3 || !ends_word(s, n))
        return 0;
    l->number = l->number || n == 3;
    return n;
}

static bool in_number(char c)
{
    return is_digit(c) || (c != '\0' && strchr(":/.,+-", c) != NULL);
}

/* A process id, a date or a time in a form that stamp.c does not read. */
static size_t read_number(struct lead *l, struct str s)
{
    size_t n = run_of(s, 0, in_number);
    if (n == 0 || !is_digit(s.ptr[0]))
        return 0;
    if (char_at(s, n - 1) == ':' && is_letter(char_at(s, n)))
        n++; /* "1:M ", the role of a Redis server */
    if (!ends_word(s, n))
        return 0;
    l->number = true;
    return n;
}

static size_t read_time(struct lead *l, struct str s)
{
    int64_t time_ms = 0;
    size_t n = char_at(s, 0) == '"' ? 0 : stamp_read(s, 0, &time_ms);
    (void)l;
    return n + (n > 0 && char_at(s, n) == ']');
}

/* "+0000] ", behind a time */
static size_t read_zone(struct lead *l, struct str s)
{
    size_t digits = run_of(s, 1, is_digit), n = 1 + digits;
    (void)l;
    if ((char_at(s, 0) != '+' && char_at(s, 0) != '-') || digits != 4)
        return 0;
    n += char_at(s, n) == ']';
    return ends_word(s, n) ? n : 0;
}

static size_t read_half_day(struct lead *l, struct str s)
{
    bool half = str_starts(s, STR("AM")) || str_starts(s, STR("PM"));
    size_t n = 2 + (char_at(s, 2) == ':');
    return l->number && half && ends_word(s, n) ? n : 0;
}

/* "OUT ", "ERR ", the stream behind the instance of Cloud Foundry */
static size_t read_stream(struct lead *l, struct str s)
{
    bool stream = str_starts(s, STR("OUT ")) || str_starts(s, STR("ERR "));
    bool behind = l->at >= 2 && l->text.ptr[l->at - 2] == ']';
    return stream && behind ? 3 : 0;
}

static bool in_brackets(char c)
{
    return in_name(c) || c == ' ' || c == ',' || c == '=';
}

/*
 * A name that tells which of several programs speaks. Loggers have dots;
 * behind a process id the name is a thread's.
 */
static bool names_unit(const struct lead *l, struct str name)
{
    size_t digits = run_of(name, 0, is_digit);
    bool numbered = digits == name.len || char_at(name, digits) == '/';
    bool first = l->at == 0;
    if (l->number || name.len == 0 || is_level(name))
        return false;
    if (digits == name.len)
        return first; /* "[0] ", as concurrently numbers its commands */
    return !numbered && memchr(name.ptr, ' ', name.len) == NULL &&
           memchr(name.ptr, '.', name.len) == NULL;
}

/* "[orders] ", "[INFO]", "[  main] ", "(8) ", "(app/12): " */
static size_t read_brackets(struct lead *l, struct str s)
{
    char open = char_at(s, 0), close = open == '[' ? ']' : ')';
    if (open != '[' && open != '(')
        return 0;
    size_t n = run_of(s, 1, in_brackets);
    if (n == 0 || n > NAME_BYTES || char_at(s, n + 1) != close ||
        (open == '(' && memchr(s.ptr + 1, ' ', n) != NULL))
        return 0;
    struct str name = str_trim(str_sub(s, 1, n));
    if (names_unit(l, name))
        name_unit(l, name);
    l->level = l->level || is_level(name);
    return n + 2 + (char_at(s, n + 2) == ':');
}

static bool in_word(char c)
{
    return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '$';
}

/* "com.example.App : ", "Microsoft.Hosting.Lifetime[14]", behind a level */
static size_t read_logger(struct lead *l, struct str s)
{
    size_t n = run_of(s, 0, in_word);
    if (!l->level || n == 0 || n > 2 * (size_t)NAME_BYTES ||
        memchr(s.ptr, '.', n) == NULL || !is_letter(s.ptr[0]) ||
        s.ptr[n - 1] == '.')
        return 0;
    if (char_at(s, n) == '[') {
        size_t digits = run_of(s, n + 1, is_digit);
        return char_at(s, n + 1 + digits) == ']' ? n + digits + 2 : 0;
    }
    size_t gap = run_of(s, n, is_blank);
    char mark = char_at(s, n + gap);
    return (mark == ':' || mark == '-') && ends_word(s, n + gap + 1)
               ? n + gap + 1
               : 0;
}

/* "api:migrate: ", as Turborepo and npm-run-all print the task */
static size_t read_task(struct lead *l, struct str s)
{
    size_t n = run_of(s, 0, in_name);
    if (n < 4 || n > NAME_BYTES || s.ptr[n - 1] != ':' || !ends_word(s, n) ||
        is_digit(s.ptr[0]) || memchr(s.ptr, ':', n - 1) == NULL)
        return 0;
    name_unit(l, str_sub(s, 0, n - 1));
    return n;
}

static bool in_key(char c)
{
    return is_letter(c) || c == '_' || c == '.';
}

static bool is_one_of(struct str s, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (str_is(s, list[i]))
            return true;
    return false;
}

/* Keys that tell who speaks; `host` may be a database's, so it is not one
 * behind the lead. */
static const char *const unit_keys[] = {
    "service",   "app",          "pod",          "container",
    "instance",  "unit",         "service.name", "svc",
    "component", "service_name", "pod_name",     "container_name",
    "dyno",      "task",         "job"};

static bool names_who(struct str key)
{
    return is_one_of(key, unit_keys, ARRAY_COUNT(unit_keys));
}

static size_t value_length(struct str s, size_t from)
{
    size_t n = from;
    while (n < s.len && (unsigned char)s.ptr[n] > ' ' &&
           strchr("\"',;)]}", s.ptr[n]) == NULL)
        n++;
    return n - from;
}

/* "service=orders ", "level=info ", and `msg="`, behind which is the text */
static size_t read_field(struct lead *l, struct str s)
{
    static const char *const plain[] = {
        "level",  "lvl", "severity", "ts",     "time", "logger",
        "thread", "pid", "env",      "region", "host", "caller"};
    size_t n = run_of(s, 0, in_key);
    struct str key = str_sub(s, 0, n);
    if (n == 0 || n > NAME_BYTES || char_at(s, n) != '=')
        return 0;
    if (str_is(key, "msg") || str_is(key, "message"))
        return n + 1 + (char_at(s, n + 1) == '"');
    size_t length = value_length(s, n + 1);
    if (length == 0 || length > VALUE_BYTES || !ends_word(s, n + 1 + length))
        return 0;
    struct str value = str_sub(s, n + 1, length);
    if (names_who(key) || str_is(key, "host"))
        name_unit(l, value);
    else if (!is_one_of(key, plain, ARRAY_COUNT(plain)))
        return 0;
    l->level = l->level || is_level(value);
    return n + 1 + length;
}

static bool in_bullet(char c)
{
    return c == '*' || c == '#' || c == '+' || (unsigned char)c >= 0x80;
}

/* "* ", "✓ ", "➜ " */
static size_t read_bullet(struct lead *l, struct str s)
{
    size_t n = run_of(s, 0, in_bullet);
    (void)l;
    return n > 0 && n <= 6 && ends_word(s, n) ? n : 0;
}

/* Bytes of the next token of the lead; 0: the text begins here. */
static size_t next_token(struct lead *l)
{
    static size_t (*const all[])(struct lead * l, struct str s) = {
        read_blanks, read_time,   read_level,    read_brackets,  read_field,
        read_number, read_zone,   read_half_day, read_separator, read_logger,
        read_task,   read_stream, read_bullet};
    struct str rest = str_sub(l->text, l->at, l->text.len);
    for (size_t i = 0; rest.len > 0 && i < ARRAY_COUNT(all); i++) {
        size_t n = all[i](l, rest);
        if (n > 0)
            return n;
    }
    return 0;
}

static void add(struct starts *out, struct str text)
{
    if (out->count == STARTS_MAX || text.len == 0 ||
        (out->count > 0 && out->at[out->count - 1].ptr == text.ptr))
        return;
    out->at[out->count++] = text;
}

static void pass_lead(struct starts *out, struct str text)
{
    struct lead lead = {.text = text};
    add(out, text);
    for (size_t n; out->count < STARTS_MAX && (n = next_token(&lead)) > 0;) {
        lead.at += n;
        add(out, str_sub(text, lead.at, text.len));
    }
}

static bool is_inside(const struct line *line, struct str part)
{
    return part.ptr >= line->text.ptr &&
           part.ptr <= line->text.ptr + line->text.len;
}

/* The line itself, and what is behind each of its prefixes. */
static void read_plain(struct starts *out, struct str text, int64_t now_ms)
{
    struct prefix prefix;
    add(out, text);
    if (char_at(text, 0) == '"')
        return; /* somebody quotes a line */
    prefix_read(&prefix, text, now_ms);
    for (size_t i = 0; i + 1 < prefix.step_count; i++)
        add(out, str_sub(text, prefix.step_end[i], text.len));
    pass_lead(out, str_sub(text, prefix.length, text.len));
}

void starts_read(struct starts *out, const struct line *line, int64_t now_ms)
{
    out->count = 0;
    for (size_t i = 0; i < line->part_count; i++) {
        if (!line->spoken[i])
            continue;
        if (is_inside(line, line->part[i]))
            read_plain(out, line->text, now_ms);
        else
            pass_lead(out, line->part[i]);
    }
}

void unit_add(struct unit_names *out, struct str name)
{
    name = str_sub(name, 0, NAME_BYTES);
    if (name.len == 0 || out->count == UNIT_NAMES_MAX)
        return;
    for (size_t i = 0; i < out->count; i++)
        if (str_equal(out->name[i], name))
            return;
    out->name[out->count++] = name;
}

/* " service=orders" in the text, behind a blank */
static void add_field(struct unit_names *out, struct str said, const char *key)
{
    size_t n = strlen(key);
    for (size_t at = 0; (at = str_find(said, str_from(key), at)) < said.len;
         at += n) {
        if (char_at(said, at + n) != '=' ||
            (at > 0 && !is_blank(said.ptr[at - 1])))
            continue;
        unit_add(out,
                 str_sub(said, at + n + 1, value_length(said, at + n + 1)));
        return;
    }
}

void unit_read(struct unit_names *out, struct str said)
{
    struct str head = str_sub(said, 0, 2000);
    struct lead lead = {.text = head, .names = out};
    for (size_t n; (n = next_token(&lead)) > 0;)
        lead.at += n;
    if (memchr(head.ptr, '=', head.len) == NULL)
        return;
    for (size_t i = 0; i < ARRAY_COUNT(unit_keys); i++)
        add_field(out, head, unit_keys[i]);
}

static int compare_names(const void *left, const void *right)
{
    const struct str *a = left, *b = right;
    size_t n = a->len < b->len ? a->len : b->len;
    int order = memcmp(a->ptr, b->ptr, n);
    return order != 0 ? order : (a->len > b->len) - (a->len < b->len);
}

const char *unit_text(struct arena *a, const struct unit_names *names)
{
    struct unit_names sorted = *names;
    struct buf out;
    if (names->count == 0)
        return "";
    qsort(sorted.name, sorted.count, sizeof(*sorted.name), compare_names);
    buf_init(&out, 1000);
    for (size_t i = 0; i < sorted.count; i++)
        buf_printf(&out, "%s%.*s", i == 0 ? "" : "\n",
                   STR_ARGS(sorted.name[i]));
    return buf_take(a, &out);
}
