/*
 * What a check probes, by the form of the key that says so: a URL, an endpoint,
 * a command, a name. A kind whose target has one of these forms needs nothing
 * here.
 */
#include <string.h>

#include "base/text.h"
#include "migrations/state/dsn.h"
#include "plan/keys.h"

static bool kind_set(struct loader *l, const struct yaml_node *n,
                     struct check *check, int kind)
{
    struct buf text;
    if (check->url == NULL) {
        check->kind = kind;
        check->url = kind_key(kind); /* until it is read */
        return true;
    }
    buf_init(&text, 1000);
    buf_text(&text, "more than one target: use exactly one of ");
    kind_list_keys(&text, "or");
    diags_add(l->diags, n->pos, "%s", text.ptr);
    buf_release(&text);
    return false;
}

/* What is not known yet is looked at when it is. */
static bool is_late(const struct loader *l, size_t before)
{
    return l->late_count > before;
}

/* The text with its host in ASCII; itself where that cannot be. */
static const char *with_ascii_host(const struct loader *l, const char *text)
{
    const char *url = arena_printf(l->arena, "x://%s", text);
    const char *ascii = url_ascii(l->arena, url);
    return ascii == NULL ? text : ascii + strlen("x://");
}

static bool read_url(struct loader *l, const struct yaml_node *n,
                     struct check *check)
{
    size_t late = l->late_count;
    if (!read_clean_text(l, n, &check->url))
        return false;
    const char *problem = url_problem(l->arena, check->url);
    if (problem == NULL)
        check->url = url_ascii(l->arena, check->url);
    if (problem == NULL || is_late(l, late))
        return true;
    diags_add(l->diags, n->pos, "%s", problem);
    return false;
}

static bool is_host(struct str host)
{
    for (size_t i = 0; i < host.len; i++) {
        char c = host.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9');
        if (!word && (c == '\0' || strchr("-._:[]", c) == NULL))
            return false;
    }
    return host.len > 0;
}

/* host:port, an IPv6 address in brackets */
static bool read_endpoint(struct loader *l, const struct yaml_node *n,
                          struct check *check)
{
    const char *text = NULL;
    uint64_t port = 0;
    size_t late = l->late_count;
    if (!read_clean_text(l, n, &text))
        return false;
    text = with_ascii_host(l, text);
    const char *colon = strrchr(text, ':');
    struct str host = {text, colon == NULL ? 0 : (size_t)(colon - text)};
    bool bracketed =
        host.len > 0 && host.ptr[0] == '[' && host.ptr[host.len - 1] == ']';
    bool plain = str_find(host, STR(":"), 0) == host.len;
    check->endpoint = text;
    check->url = arena_printf(l->arena, "%s://%s",
                              name_of(&check_kind_names, check->kind), text);
    if (colon != NULL && (bracketed || plain) && is_host(host) &&
        text_to_u64(str_from(colon + 1), 65535, &port) && port > 0)
        return true;
    if (is_late(l, late))
        return true;
    diags_add(l->diags, n->pos,
              "expected host:port such as db.example.com:5432, found '%.100s'",
              text);
    return false;
}

static bool read_command(struct loader *l, const struct yaml_node *n,
                         struct check *check)
{
    struct buf line;
    if (!contain_program(l, n) ||
        !read_texts(l, n, &check->command, &check->command_count))
        return false;
    if (check->command_count == 0 || check->command_count > COMMAND_WORDS_MAX) {
        diags_add(l->diags, n->pos,
                  "expected a program and its arguments, %d words at most, "
                  "found %zu",
                  COMMAND_WORDS_MAX, check->command_count);
        return false;
    }
    buf_init(&line, VALUE_BYTES_MAX);
    buf_text(&line, "exec:");
    for (size_t i = 0; i < check->command_count; i++) {
        buf_char(&line, ' ');
        text_shell_quote(&line, str_from(check->command[i]));
    }
    check->url = buf_take(l->arena, &line);
    return true;
}

/* The health service of gRPC is a POST like any other, over HTTP/2. */
static bool read_grpc(struct loader *l, const struct yaml_node *n,
                      struct check *check)
{
    const char *text = NULL;
    size_t late = l->late_count;
    if (!read_clean_text(l, n, &text))
        return false;
    bool schemed = strstr(text, "://") != NULL;
    const char *ascii = schemed ? url_ascii(l->arena, text) : NULL;
    text = ascii != NULL ? ascii : with_ascii_host(l, text);
    struct str url = str_from(text);
    bool http = str_starts(url, STR("http://"));
    bool https = str_starts(url, STR("https://"));
    struct str end = str_sub(url, https ? 8 : http ? 7 : 0, url.len);
    size_t colon = end.len;
    uint64_t port = 0;
    while (colon > 0 && end.ptr[colon - 1] != ':')
        colon--;
    check->url = arena_printf(l->arena, "%s://%.*s/grpc.health.v1.Health/Check",
                              https ? "https" : "http", STR_ARGS(end));
    if (colon > 1 && is_host(str_sub(end, 0, colon - 1)) &&
        text_to_u64(str_sub(end, colon, end.len), 65535, &port) && port > 0)
        return true;
    if (is_late(l, late))
        return true;
    diags_add(l->diags, n->pos,
              "expected host:port, or https://host:port, found '%.100s'", text);
    return false;
}

static bool is_dns_name(const char *name)
{
    size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");
    return good > 0 && name[good] == '\0' && good <= 253;
}

/* A name alone asks for its addresses. */
static bool read_dns(struct loader *l, const struct yaml_node *n,
                     struct check *check)
{
    bool map = n->kind == YAML_MAP;
    size_t late = l->late_count;
    if (map ? !keys_read(l, n, &dns_keys, false, &check->dns)
            : !read_clean_text(l, n, &check->dns.name))
        return false;
    const char *ascii = host_ascii(l->arena, check->dns.name);
    check->dns.name = ascii == NULL ? check->dns.name : ascii;
    check->url = arena_printf(
        l->arena, "dns://%s/%s?type=%s",
        check->dns.server == NULL ? "" : check->dns.server, check->dns.name,
        name_of(&dns_type_names, check->dns.type));
    bool server = check->dns.server == NULL ||
                  check->dns.server[strspn(
                      check->dns.server, "0123456789abcdefABCDEF.:[]")] == '\0';
    if ((is_dns_name(check->dns.name) && server) || is_late(l, late))
        return true;
    diags_add(l->diags, n->pos,
              server ? "expected a name of the DNS, found '%.100s'"
                     : "expected the address of a resolver, perhaps with "
                       ":port, for '%.100s'",
              check->dns.name);
    return false;
}

/* Whatever a server quotes; a password that is too short is no secret. */
static void hide_database(struct loader *l, const char *address,
                          const struct dsn *dsn)
{
    struct redactor *r = l->in->redactor;
    if (r == NULL)
        return;
    (void)redactor_add(r, str_from(address));
    redactor_add_address(r, str_from(address));
    if (dsn->password != NULL)
        (void)redactor_add(r, str_from(dsn->password));
}

/* Where it is connected to, for --allow-host; SQLite's file is beneath. */
static bool read_database(struct loader *l, const struct yaml_node *n,
                          struct check *check, const struct migrations *m)
{
    struct err e = {.set = false};
    struct dsn dsn;
    if (!dsn_read(&dsn, l->arena, m->dsn, &e)) {
        diags_add(l->diags, n->pos, "'dsn': %s", e.text);
        return false;
    }
    hide_database(l, m->dsn, &dsn);
    if (dsn.kind == DSN_SQLITE)
        return contain_file(l, n, dsn.file);
    check->endpoint = arena_printf(l->arena, "%s:%s",
                                   dsn.host == NULL ? "localhost" : dsn.host,
                                   dsn.port != NULL           ? dsn.port
                                   : dsn.kind == DSN_POSTGRES ? "5432"
                                                              : "3306");
    const char *problem =
        trust_database_problem(l->arena, l->in->trust, check->endpoint);
    if (problem != NULL)
        diags_add(l->diags, n->pos, "%s", problem);
    return problem == NULL;
}

static bool read_migrations(struct loader *l, const struct yaml_node *n,
                            struct check *check)
{
    struct migrations *m = arena_alloc(l->arena, sizeof(*m));
    *m = (struct migrations){.path = NULL};
    if (!keys_read(l, n, &migrations_keys, false, m))
        return false;
    if ((m->dsn == NULL) == (m->rows == NULL)) {
        diags_add(l->diags, n->pos,
                  m->dsn == NULL ? "no database: give 'dsn', or 'state' with "
                                   "exported rows"
                                 : "'dsn' and 'state' exclude each other");
        return false;
    }
    if (m->path == NULL)
        m->path = ".";
    check->migrations = m;
    check->url = arena_printf(l->arena, "migrations:%s", m->path);
    return m->dsn == NULL || read_database(l, n, check, m);
}

static const struct form {
    const char *name;
    bool (*read)(struct loader *l, const struct yaml_node *n,
                 struct check *check);
    /* What follows from it, once all keys are read; NULL: nothing does. */
    void (*finish)(struct loader *l, struct check *check);
} forms[] = {
    {"url", read_url, NULL},
    {"endpoint", read_endpoint, NULL},
    {"command", read_command, NULL},
    {"grpc endpoint", read_grpc, grpc_request_finish},
    {"dns", read_dns, NULL},
    {"migrations", read_migrations, NULL},
    {"list of steps", read_steps, NULL},
};

static const struct form *form_of(int kind)
{
    for (size_t i = 0; i < ARRAY_COUNT(forms); i++)
        if (strcmp(forms[i].name, kind_form(kind)) == 0)
            return &forms[i];
    return NULL;
}

bool target_read(struct loader *l, const struct yaml_node *n,
                 struct check *check, int kind)
{
    const struct form *form = form_of(kind);
    return kind_set(l, n, check, kind) && form->read(l, n, check);
}

void target_finish(struct loader *l, struct check *check)
{
    const struct form *form = form_of(check->kind);
    if (form != NULL && form->finish != NULL)
        form->finish(l, check);
}
