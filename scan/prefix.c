/* One reader for each kind of prefix, tried again until none fits. */
#include "scan/prefix.h"

#include <string.h>

#include "base/characters.h"
#include "base/text.h"
#include "scan/internal.h"

#define NAME_MAX_BYTES 64

struct reading {
    struct prefix *out;
    struct str line;
    int64_t now_ms;
};

static struct str rest_of(const struct reading *r)
{
    return str_sub(r->line, r->out->length, r->line.len);
}

static size_t count_of(struct str s, size_t from, bool (*fits)(char c))
{
    size_t n = from;
    while (n < s.len && fits(s.ptr[n]))
        n++;
    return n - from;
}

static bool is_hex(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

static bool is_capital(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool in_name(char c)
{
    return is_hex(c) || (c >= 'g' && c <= 'z') || (c >= 'G' && c <= 'Z') ||
           c == '.' || c == '_' || c == '-' || c == '/';
}

static bool in_process(char c)
{
    return is_hex(c) || c == '.' || c == '-';
}

static size_t blanks(struct str s, size_t from)
{
    size_t n = from;
    while (n < s.len && (s.ptr[n] == ' ' || s.ptr[n] == '\t'))
        n++;
    return n - from;
}

static char at(struct str s, size_t i)
{
    return i < s.len ? s.ptr[i] : '\0';
}

/* A first name counts: what stands outside knows more of the whole. */
static void set(struct str *out, struct str value)
{
    if (out->len == 0)
        *out = value;
}

static bool is_level(struct str s)
{
    static const char *const level[] = {"error",   "err",    "fatal",   "warn",
                                        "warning", "info",   "debug",   "trace",
                                        "panic",   "notice", "critical"};
    for (size_t i = 0; i < ARRAY_COUNT(level); i++)
        if (str_equal_nocase(s, str_from(level[i])))
            return true;
    return false;
}

/* The zone's name after a time, when a process or host follows. */
static size_t zone_length(struct str s)
{
    size_t n = count_of(s, 0, is_capital);
    bool utc = str_starts(s, STR("UTC:")) || str_starts(s, STR("GMT:"));
    bool process = n >= 2 && n <= 5 && at(s, n) == ' ' && at(s, n + 1) == '[';
    return utc || (process && !is_level(str_sub(s, 0, n))) ? n : 0;
}

static size_t read_time(struct reading *r)
{
    struct str s = rest_of(r);
    int64_t time_ms = 0;
    size_t n = stamp_read(s, r->now_ms, &time_ms);
    if (r->out->time_ms == 0)
        r->out->time_ms = time_ms;
    if (n == 0)
        return 0;
    if (at(s, n) == ':' && at(s, n + 1) == ' ')
        n++; /* as PM2 writes it */
    while (n < s.len && s.ptr[n] != '\0' && strchr(" ]\"\t", s.ptr[n]) != NULL)
        n++;
    n += zone_length(str_sub(s, n, s.len));
    return n + blanks(s, n);
}

/* "build\tRun tests\t2026-…": a job's log as `gh run view --log` prints it */
static size_t read_job(struct reading *r)
{
    struct str s = rest_of(r), step;
    int64_t time_ms = 0;
    if (r->out->length > 0)
        return 0;
    struct str job = str_cut(str_sub(s, 0, 400), '\t', &step);
    if (job.len == 0 || step.len == 0)
        return 0;
    step = str_cut(step, '\t', &s);
    if (stamp_read(s, r->now_ms, &time_ms) == 0)
        return 0;
    set(&r->out->source, job);
    set(&r->out->step, step);
    return job.len + step.len + 2;
}

/* "[pod/web-7d9/app] ", as `kubectl logs --prefix` prints it */
static size_t read_pod(struct reading *r)
{
    struct str s = rest_of(r);
    size_t n = count_of(s, 5, in_name);
    if (!str_starts(s, STR("[pod/")) || at(s, 5 + n) != ']')
        return 0;
    set(&r->out->source, str_sub(s, 5, n));
    return 6 + n + blanks(s, 6 + n);
}

/* "[4711] ", "[4711-2] " or "[65a1b2c3.1f4] ", behind a time */
static size_t read_process(struct reading *r)
{
    struct str s = rest_of(r);
    size_t n = count_of(s, 1, in_process);
    if (r->out->length == 0 || at(s, 0) != '[' || !is_hex(at(s, 1)) ||
        at(s, n + 1) != ']' || n > 20 || !is_digit(at(s, n)))
        return 0;
    size_t line_number = str_find(str_sub(s, 1, n), STR("-"), 0);
    set(&r->out->process, str_sub(s, 1, line_number));
    n += at(s, n + 2) == ':' ? 3 : 2;
    return n + blanks(s, n);
}

/* "10.0.0.7(51234):user@db:[4711]:", as managed PostgreSQL writes it */
static size_t read_server(struct reading *r)
{
    struct str s = rest_of(r);
    size_t from = str_find(str_sub(s, 0, 200), STR("@"), 0);
    size_t open = str_find(str_sub(s, 0, 300), STR(":["), from);
    size_t digits = count_of(s, open + 2, is_digit);
    if (at(s, 0) != ':' || from >= open || digits == 0 ||
        at(s, open + 2 + digits) != ']' || at(s, open + 3 + digits) != ':')
        return 0;
    set(&r->out->process, str_sub(s, open + 2, digits));
    return open + 4 + digits;
}

/* "user@db " before PostgreSQL's level */
static size_t read_user(struct reading *r)
{
    struct str s = rest_of(r);
    size_t user = count_of(s, 0, in_name);
    size_t base = count_of(s, user + 1, in_name);
    size_t end = user + 1 + base;
    size_t level = count_of(s, end + 1, is_capital);
    if (r->out->process.len == 0 || at(s, user) != '@' || at(s, end) != ' ' ||
        level < 3 || at(s, end + 1 + level) != ':')
        return 0;
    return end + 1;
}

/* A column of a table, such as UPDATE_FAILED, is no container. */
static bool is_shouted(char c)
{
    return is_capital(c) || c == '_';
}

/* "web-1  | ", as docker compose prints it */
static size_t read_service(struct reading *r)
{
    struct str s = rest_of(r);
    size_t n = count_of(s, 0, in_name), gap = blanks(s, n);
    struct str name = str_sub(s, 0, n);
    if (n == 0 || n > NAME_MAX_BYTES || gap == 0 || at(s, n + gap) != '|' ||
        (at(s, n + gap + 1) != ' ' && n + gap + 1 < s.len) || is_level(name) ||
        count_of(name, 0, is_shouted) == n)
        return 0;
    set(&r->out->source, name);
    return n + gap + 1 + (n + gap + 1 < s.len);
}

/* "0|web  | ", as PM2 prints it */
static size_t read_app(struct reading *r)
{
    struct str s = rest_of(r);
    size_t id = count_of(s, 0, is_digit), n = count_of(s, id + 1, in_name);
    size_t end = id + 1 + n;
    end += blanks(s, end);
    if (id == 0 || n == 0 || n > NAME_MAX_BYTES || at(s, id) != '|' ||
        at(s, end) != '|' || at(s, end + 1) != ' ')
        return 0;
    set(&r->out->source, str_sub(s, id + 1, n));
    return end + 2;
}

/* "web/api/4f1d2c ", a stream of ECS behind a time: prefix, container, task */
static size_t read_task(struct reading *r)
{
    struct str s = rest_of(r);
    struct str name = str_cut(str_sub(s, 0, NAME_MAX_BYTES), ' ', &s), rest;
    if (r->out->time_ms == 0 || r->out->source.len > 0 || s.len == 0)
        return 0;
    struct str first = str_cut(name, '/', &rest);
    struct str second = str_cut(rest, '/', &rest);
    size_t id = count_of(rest, 0, is_hex);
    if (first.len == 0 || second.len == 0 || id < 6 || id != rest.len ||
        count_of(first, 0, in_name) != first.len ||
        count_of(second, 0, in_name) != second.len)
        return 0;
    set(&r->out->source, str_sub(name, 0, first.len + 1 + second.len));
    return name.len + 1;
}

/* 'Step #2 - "deploy": ' or "Step #2: ", as Cloud Build prints it */
static size_t read_build_step(struct reading *r)
{
    struct str s = rest_of(r);
    size_t n = count_of(s, 6, is_digit) + 6;
    if (!str_starts(s, STR("Step #")) || n == 6)
        return 0;
    if (str_starts(str_sub(s, n, s.len), STR(" - \"")))
        n = str_find(str_sub(s, 0, 200), STR("\": "), n + 4) + 1;
    if (at(s, n) != ':' || at(s, n + 1) != ' ')
        return 0;
    set(&r->out->step, str_sub(s, 0, n));
    return n + 2;
}

/* "#12 0.345 ", as BuildKit prints it */
static size_t read_stage(struct reading *r)
{
    struct str s = rest_of(r);
    size_t n = count_of(s, 1, is_digit);
    if (r->out->source.ptr != NULL || at(s, 0) != '#' || n == 0 || n > 4 ||
        at(s, n + 1) != ' ')
        return 0;
    set(&r->out->source, str_sub(s, 0, n + 1));
    size_t seconds = count_of(s, n + 2, is_digit);
    size_t dot = n + 2 + seconds;
    size_t fraction = count_of(s, dot + 1, is_digit);
    if (seconds > 0 && at(s, dot) == '.' && fraction > 0 &&
        at(s, dot + 1 + fraction) == ' ')
        return dot + fraction + 2;
    return n + 2;
}

/* "app[web.1]: ", as Heroku and Railway print it; and "prog[4711]: " */
static size_t read_dyno(struct reading *r)
{
    struct str s = rest_of(r);
    size_t n = count_of(s, 0, in_name);
    size_t inner = count_of(s, n + 1, in_name), end = n + 1 + inner;
    struct str name = str_sub(s, n + 1, inner);
    if (n == 0 || n > NAME_MAX_BYTES || at(s, n) != '[' || inner == 0 ||
        at(s, end) != ']' || at(s, end + 1) != ':' || at(s, end + 2) != ' ' ||
        r->out->time_ms == 0)
        return 0;
    if (count_of(name, 0, is_digit) == inner) {
        set(&r->out->source, str_sub(s, 0, n));
        set(&r->out->process, name);
    } else {
        set(&r->out->source, name);
    }
    return end + 3;
}

/* "app[48ed5d0b1c2d3e] fra [info]" of Fly: who, which machine, where, level */
static size_t read_machine(struct reading *r)
{
    struct str s = rest_of(r);
    size_t n = count_of(s, 0, in_name), id = count_of(s, n + 1, is_hex);
    size_t place = n + id + 3, level = place + 5;
    if (n == 0 || n > NAME_MAX_BYTES || at(s, n) != '[' || id == 0 ||
        at(s, n + 1 + id) != ']' || at(s, place - 1) != ' ' ||
        count_of(s, place, in_name) != 3 || at(s, place + 3) != ' ' ||
        at(s, place + 4) != '[')
        return 0;
    size_t word = count_of(s, level, in_name);
    if (word == 0 || at(s, level + word) != ']')
        return 0;
    set(&r->out->source, str_sub(s, 0, n + id + 2));
    return level + word + 1;
}

/* The host's name of RFC 3164, when a program with a process id follows. */
static size_t read_host(struct reading *r)
{
    struct str s = rest_of(r);
    size_t n = count_of(s, 0, in_name);
    struct reading next = *r;
    struct prefix inner = *r->out;
    if (r->out->time_ms == 0 || n == 0 || n > NAME_MAX_BYTES || at(s, n) != ' ')
        return 0;
    inner.length += n + 1;
    next.out = &inner;
    if (read_dyno(&next) == 0)
        return 0;
    set(&r->out->host, str_sub(s, 0, n));
    return n + 1;
}

/* "stdout F ", as container runtimes of Kubernetes write it */
static size_t read_stream(struct reading *r)
{
    struct str s = rest_of(r);
    bool stream =
        str_starts(s, STR("stdout ")) || str_starts(s, STR("stderr "));
    char part = at(s, 7);
    return r->out->time_ms != 0 && stream && (part == 'F' || part == 'P') &&
                   at(s, 8) == ' '
               ? 9
               : 0;
}

/* "00O ", stream and kind of a line in a GitLab log with times */
static size_t read_gitlab(struct reading *r)
{
    struct str s = rest_of(r);
    bool kind = at(s, 2) == 'O' || at(s, 2) == 'E';
    bool end = at(s, 3) == ' ' || at(s, 3) == '+';
    return r->out->time_ms != 0 && is_hex(at(s, 0)) && is_hex(at(s, 1)) &&
                   kind && end
               ? 4
               : 0;
}

/* "##[error]" and its like, of GitHub and Azure */
static size_t read_command(struct reading *r)
{
    static const char *const word[] = {"##[error]", "##[warning]",
                                       "##[command]", "##[debug]"};
    for (size_t i = 0; i < ARRAY_COUNT(word); i++)
        if (str_starts(rest_of(r), str_from(word[i]))) {
            r->out->error = r->out->error || i == 0;
            return strlen(word[i]);
        }
    return 0;
}

/* What a remote git prints, and the box that Terraform draws. */
static size_t read_border(struct reading *r)
{
    struct str s = rest_of(r);
    if (str_starts(s, STR("remote: ")))
        return 8;
    return str_starts(s, STR("\xE2\x94\x82 ")) ? 4 : 0;
}

void prefix_read(struct prefix *out, struct str line, int64_t now_ms)
{
    static size_t (*const reader[])(struct reading * r) = {
        read_job,    read_time,    read_pod,     read_process, read_server,
        read_user,   read_app,     read_service, read_stage,   read_build_step,
        read_dyno,   read_machine, read_host,    read_task,    read_stream,
        read_gitlab, read_command, read_border};
    struct reading r = {out, line, now_ms};
    bool any = true;
    *out = (struct prefix){.length = 0};
    for (size_t depth = 0; any && depth < PREFIX_STEPS_MAX; depth++) {
        any = false;
        for (size_t i = 0; !any && i < ARRAY_COUNT(reader); i++) {
            size_t n = reader[i](&r);
            out->length += n;
            any = n > 0;
        }
        if (any)
            out->step_end[out->step_count++] = out->length;
    }
}
