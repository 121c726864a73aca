/*
 * Keys of `watch.notify`: those that name a receiver are the rows of
 * model/receiver.c, THE table of the others is here. Errors, docs and the JSON
 * Schema come from both.
 */
#include <string.h>

#include "base/text.h"
#include "language/mailbox.h"
#include "model/receiver.h"
#include "plan/key_rows.h"

#define NAME_BYTES_MAX 100

/* Each address goes into a command of SMTP: only plain ones are taken. */
static bool check_mailboxes(struct loader *l, const struct yaml_node *n,
                            const char *text, size_t most)
{
    struct str bad, rest = str_from(text);
    struct mailbox box;
    size_t count = 0;
    while (mailbox_next(&rest, &box, &bad))
        count++;
    if (bad.len == 0 && count > 0 && count <= most)
        return true;
    if (bad.len > 0)
        diags_add(l->diags, n->pos,
                  "expected an address such as ops@example.org, found '%s'",
                  text_elide(l->arena, bad, 60));
    else
        diags_add(l->diags, n->pos, "expected 1 to %zu addresses, found %zu",
                  most, count);
    return false;
}

static bool starts_with_one(struct loader *l, const struct yaml_node *n,
                            const char *text, const char *const two[2],
                            const char *expected)
{
    if (str_starts(str_from(text), str_from(two[0])) ||
        str_starts(str_from(text), str_from(two[1])))
        return true;
    diags_add(l->diags, n->pos, "expected %s", expected);
    return false;
}

static bool read_url_of(struct loader *l, const struct yaml_node *n,
                        struct receiver *t)
{
    static const char *const web[] = {"https://", "http://"};
    return read_clean_text(l, n, &t->url) &&
           starts_with_one(l, n, t->url, web,
                           "an address that begins with https:// or http://");
}

/* The key that names a kind: what the kind is reached at. */
static bool read_kind(struct loader *l, const struct yaml_node *n, void *out)
{
    struct receiver *t = out;
    if (t->kind != NULL) {
        diags_add(l->diags, n->pos, "more than one kind: '%s' is already given",
                  t->kind->name);
        return false;
    }
    t->kind = receiver_kind_named(str_from(l->key));
    switch (t->kind->form) {
    case RECEIVER_AT_URL:
        return read_url_of(l, n, t);
    case RECEIVER_AT_MAILBOX:
        return read_clean_text(l, n, &t->to) &&
               check_mailboxes(l, n, t->to, MAILBOX_COUNT_MAX);
    case RECEIVER_IS_PROGRAM:
        return contain_program(l, n) &&
               read_texts(l, n, &t->command, &t->command_count);
    }
    return false;
}

/* Rows of the table below for the kinds. */
static bool kind_row(size_t index, struct key *out)
{
    if (index >= receiver_kind_count)
        return false;
    const struct receiver_kind *k = &receiver_kinds[index];
    *out = (struct key){.name = k->name,
                        .type = KEY_SPECIAL,
                        .kind =
                            k->form == RECEIVER_IS_PROGRAM ? "command" : "text",
                        .standard = "none",
                        .help = k->help,
                        .read = read_kind};
    return true;
}

static bool read_sender(struct loader *l, const struct yaml_node *n, void *out)
{
    struct receiver *t = out;
    return read_clean_text(l, n, &t->from) && check_mailboxes(l, n, t->from, 1);
}

static bool read_name_of(struct loader *l, const struct yaml_node *n, void *out)
{
    struct receiver *t = out;
    if (!read_clean_text(l, n, &t->name))
        return false;
    if (strlen(t->name) <= NAME_BYTES_MAX)
        return true;
    diags_add(l->diags, n->pos, "a name of %zu bytes, at most %d are read",
              strlen(t->name), NAME_BYTES_MAX);
    return false;
}

/* It may have lines; where it is wrong is told within it. */
static bool read_template(struct loader *l, const struct yaml_node *n,
                          void *out)
{
    struct receiver *t = out;
    struct err e = {.set = false};
    if (!read_text(l, n, &t->template_text))
        return false;
    if (notify_template_check(l->arena, t->template_text, &e))
        return true;
    diags_add(l->diags, n->pos, "line %u, column %u of the template: %s",
              e.pos.line, e.pos.column, e.text);
    return false;
}

static bool read_smtp(struct loader *l, const struct yaml_node *n, void *out)
{
    static const char *const mail[] = {"smtps://", "smtp://"};
    struct receiver *t = out;
    return read_clean_text(l, n, &t->server) &&
           starts_with_one(l, n, t->server, mail,
                           "a mail server such as smtps://mail.example.org");
}

static bool read_receiver_headers(struct loader *l, const struct yaml_node *n,
                                  void *out)
{
    struct receiver *t = out;
    if (!read_texts(l, n, &t->header, &t->header_count))
        return false;
    for (size_t i = 0; i < t->header_count; i++) {
        struct str line = str_from(t->header[i]);
        if (!text_has_control(line) && str_find(line, STR(": "), 0) > 0 &&
            str_find(line, STR(": "), 0) < line.len)
            continue;
        diags_add(l->diags, n->pos, "expected lines such as 'Name: value'");
        return false;
    }
    return true;
}

static bool read_receiver_env(struct loader *l, const struct yaml_node *n,
                              void *out)
{
    struct receiver *t = out;
    return read_env(l, n, &t->env, &t->env_count);
}

static bool read_on(struct loader *l, const struct yaml_node *n, void *out)
{
    struct receiver *t = out;
    bool ok = true;
    t->on = 0;
    if (n->kind != YAML_LIST || n->count == 0)
        return read_wrong_kind(l, n, "a list of transitions");
    for (size_t i = 0; i < n->count; i++) {
        int bit = 0;
        bool good = read_name(l, n->item[i], &transition_names, &bit);
        if (good && (t->on & 1u << bit) != 0) {
            diags_add(l->diags, n->item[i]->pos, "'%s' is in this list twice",
                      name_of(&transition_names, bit));
            good = false;
        }
        ok = good && ok;
        t->on |= 1u << bit;
    }
    return ok;
}

#define STRUCT receiver
static const struct key receiver_keys_rows[] = {
    {ROW("name", KEY_SPECIAL, 0, "text", "its kind and place in the list",
         "by which the outbox knows it"),
     .read = read_name_of},
    {ROW("headers", KEY_SPECIAL, 0, "list of texts", "none",
         "of a webhook: lines such as `Authorization: Bearer ...`"),
     .read = read_receiver_headers},
    {ROW("env", KEY_SPECIAL, 0, "map of texts", "none",
         "of a command: variables beside those that every program gets"),
     .read = read_receiver_env},
    {ROW("smtp", KEY_SPECIAL, 0, "text", "smtp://localhost",
         "mail server: smtps://, or smtp:// with STARTTLS where it is "
         "offered"),
     .read = read_smtp},
    {ROW("from", KEY_SPECIAL, 0, "text", "postflight@ and the host's name",
         "sender of e-mail"),
     .read = read_sender},
    {ROW("user", KEY_TEXT, 0, "text", "none", "at the mail server"), AT(user)},
    {ROW("password", KEY_TEXT, 0, "text", "none",
         "at the mail server; best `${secret:NAME}`"),
     AT(password)},
    {ROW("fallback", KEY_TEXT, 0, "text", "none",
         "name of the receiver that gets what this one has not accepted after "
         "10 minutes, or has refused"),
     AT(fallback)},
    {ROW("on", KEY_SPECIAL, 0, "list of transitions",
         "opened, worsened, improved, reminded, resolved, reopened, late, "
         "blind, "
         "sighted",
         "which changes are reported"),
     .read = read_on},
    {ROW("severity", KEY_NAME, 0, "severity", "minor",
         "the least severe incident that is reported"),
     NAMED(severity, severity_names)},
    {ROW("template", KEY_SPECIAL, 0, "text", "a built-in one",
         "Mustache of the message"),
     .read = read_template},
    {ROW("ca", KEY_FILE, 0, "file", "the system's",
         "certificates of the authorities that are trusted"),
     AT(ca)},
    {ROW("allow_http", KEY_BOOL, 0, "boolean", "false",
         "messages may go to other hosts over http://, where anybody on the "
         "way can read them"),
     AT(allow_http)},
};
const struct key_table receiver_keys = {"notify",
                                        "a receiver of notifications",
                                        receiver_keys_rows,
                                        ARRAY_COUNT(receiver_keys_rows),
                                        0,
                                        kind_row};
#undef STRUCT

/* "http://[::1]:8080/x": the host itself, which no network sees. */
static bool is_loopback(const char *url)
{
    static const char *const loopback[] = {"localhost", "127.0.0.1", "[::1]"};
    struct str rest = str_from(strstr(url, "//") + 2);
    for (size_t i = 0; i < ARRAY_COUNT(loopback); i++) {
        size_t n = strlen(loopback[i]);
        if (str_starts(rest, str_from(loopback[i])) &&
            (rest.len == n || rest.ptr[n] == ':' || rest.ptr[n] == '/'))
            return true;
    }
    return false;
}

static bool is_plain(const struct receiver *t)
{
    return t->kind->form == RECEIVER_AT_URL &&
           str_starts(str_from(t->url), STR("http://"));
}

static bool check_url(struct loader *l, const struct receiver *t)
{
    if (!is_plain(t) || t->allow_http || is_loopback(t->url))
        return true;
    diags_add(l->diags, t->pos,
              "http:// to another host can be read on the way, expected "
              "https://, or 'allow_http: true'");
    return false;
}

/* A key that is given and does not apply to its kind; NULL: there is none. */
static const char *odd_key(const struct receiver *t)
{
    const struct {
        const char *key;
        bool given;
    } row[] = {
        {"smtp", t->server != NULL},      {"from", t->from != NULL},
        {"user", t->user != NULL},        {"password", t->password != NULL},
        {"headers", t->header_count > 0}, {"ca", t->ca != NULL},
        {"allow_http", t->allow_http},    {"env", t->env_count > 0},
    };
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (row[i].given && !receiver_kind_has_key(t->kind, row[i].key))
            return row[i].key;
    return NULL;
}

/* What would be ignored is an error. */
static bool check_kind_keys(struct loader *l, const struct receiver *t)
{
    bool plain = is_plain(t);
    const char *odd = odd_key(t);
    if (odd != NULL)
        diags_add(l->diags, t->pos, "'%s' does not apply to a receiver '%s'",
                  odd, t->kind->name);
    else if ((t->user == NULL) != (t->password == NULL))
        diags_add(l->diags, t->pos, "expected both 'user' and 'password'");
    else if (plain && t->ca != NULL)
        diags_add(l->diags, t->pos,
                  "'ca' has no effect: http:// has no certificates");
    else if (t->allow_http && (!plain || is_loopback(t->url)))
        diags_add(l->diags, t->pos, "'allow_http' has no effect: %s",
                  plain ? "this address is on the same host"
                        : "https:// is used");
    else
        return odd == NULL;
    return false;
}

static bool check_template(struct loader *l, const struct receiver *t)
{
    struct err e = {.set = false};
    if (t->template_text == NULL || !receiver_takes_json(t) ||
        notify_template_gives_json(l->arena, t->template_text, &e))
        return true;
    diags_add(l->diags, t->pos,
              "the template does not give JSON (%s); for another type, add a "
              "'Content-Type: ...' to 'headers'",
              e.text);
    return false;
}

/* "expected one of slack, discord, …, email or command" */
static void report_no_kind(struct loader *l, const struct yaml_node *n)
{
    struct buf names;
    buf_init(&names, 1000);
    for (size_t i = 0; i < receiver_kind_count; i++) {
        bool last = i + 1 == receiver_kind_count;
        buf_printf(&names, "%s%s",
                   i == 0 ? ""
                   : last ? " or "
                          : ", ",
                   receiver_kinds[i].name);
    }
    diags_add(l->diags, n->pos, "expected one of %s", names.ptr);
    buf_release(&names);
}

static bool read_receiver(struct loader *l, const struct yaml_node *n,
                          size_t index, struct receiver *out)
{
    *out = (struct receiver){.severity = SEVERITY_MINOR, .pos = n->pos};
    if (!keys_read(l, n, &receiver_keys, false, out))
        return false;
    if (out->kind == NULL) {
        report_no_kind(l, n);
        return false;
    }
    if (out->kind->form == RECEIVER_AT_MAILBOX && out->server == NULL)
        out->server = "smtp://localhost";
    if (out->name == NULL)
        out->name =
            arena_printf(l->arena, "%s-%zu", out->kind->name, index + 1);
    return check_url(l, out) && check_kind_keys(l, out) &&
           check_template(l, out) && contain_receiver(l, out);
}

static const struct receiver *receiver_named(const struct watch *watch,
                                             const char *name)
{
    for (size_t i = 0; i < watch->receiver_count; i++)
        if (strcmp(watch->receiver[i].name, name) == 0)
            return &watch->receiver[i];
    return NULL;
}

static bool check_fallback(struct loader *l, const struct watch *watch,
                           const struct receiver *t)
{
    if (t->fallback == NULL)
        return true;
    const struct receiver *other = receiver_named(watch, t->fallback);
    if (other != NULL && other != t)
        return true;
    diags_add(l->diags, t->pos,
              other == t ? "'fallback' is '%.60s' itself: name another receiver"
                         : "no receiver has the name '%.60s' that 'fallback' "
                           "gives",
              t->fallback);
    return false;
}

bool read_notify(struct loader *l, const struct yaml_node *n, void *out)
{
    struct watch *watch = out;
    bool ok = true;
    if (n->kind != YAML_LIST || n->count > WATCH_RECEIVERS_MAX)
        return read_wrong_kind(l, n, "a list of at most 50 receivers");
    watch->receiver =
        arena_array(l->arena, n->count + 1, sizeof(*watch->receiver));
    watch->receiver_count = n->count;
    for (size_t i = 0; i < n->count; i++)
        ok = read_receiver(l, n->item[i], i, &watch->receiver[i]) && ok;
    for (size_t i = 0; ok && i < n->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(watch->receiver[i].name, watch->receiver[k].name) == 0) {
                diags_add(l->diags, n->item[i]->pos,
                          "the name '%.60s' is already used at %s",
                          watch->receiver[i].name,
                          pos_text(l->arena, watch->receiver[k].pos));
                ok = false;
            }
    bool named = ok;
    for (size_t i = 0; named && i < n->count; i++)
        ok = check_fallback(l, watch, &watch->receiver[i]) && ok;
    return ok;
}
