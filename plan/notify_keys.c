/*
 * THE table of keys of `watch.notify`: who is told, and what. Errors, docs and
 * the JSON Schema come from it.
 */
#include <string.h>

#include "base/text.h"
#include "language/mailbox.h"
#include "model/notification.h"
#include "plan/key_rows.h"

#define NAME_BYTES_MAX 100

static bool set_kind(struct loader *l, const struct yaml_node *n,
                     struct recipient *t, enum recipient_kind kind)
{
    if (t->kind < 0) {
        t->kind = (int)kind;
        return true;
    }
    diags_add(l->diags, n->pos, "it has a kind already: %s",
              name_of(&recipient_kind_names, t->kind));
    return false;
}

static bool read_hook(struct loader *l, const struct yaml_node *n,
                      struct recipient *t, enum recipient_kind kind)
{
    if (!set_kind(l, n, t, kind) || !read_clean_text(l, n, &t->url))
        return false;
    if (str_starts(str_from(t->url), STR("https://")) ||
        str_starts(str_from(t->url), STR("http://")))
        return true;
    diags_add(l->diags, n->pos,
              "expected an address that begins with "
              "https:// or http://");
    return false;
}

static bool read_slack(struct loader *l, const struct yaml_node *n, void *out)
{
    return read_hook(l, n, out, RECIPIENT_SLACK);
}

static bool read_discord(struct loader *l, const struct yaml_node *n, void *out)
{
    return read_hook(l, n, out, RECIPIENT_DISCORD);
}

static bool read_teams(struct loader *l, const struct yaml_node *n, void *out)
{
    return read_hook(l, n, out, RECIPIENT_TEAMS);
}

static bool read_webhook(struct loader *l, const struct yaml_node *n, void *out)
{
    return read_hook(l, n, out, RECIPIENT_WEBHOOK);
}

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

static bool read_email(struct loader *l, const struct yaml_node *n, void *out)
{
    struct recipient *t = out;
    return set_kind(l, n, t, RECIPIENT_EMAIL) &&
           read_clean_text(l, n, &t->to) &&
           check_mailboxes(l, n, t->to, MAILBOX_COUNT_MAX);
}

static bool read_sender(struct loader *l, const struct yaml_node *n, void *out)
{
    struct recipient *t = out;
    return read_clean_text(l, n, &t->from) && check_mailboxes(l, n, t->from, 1);
}

static bool read_name_of(struct loader *l, const struct yaml_node *n, void *out)
{
    struct recipient *t = out;
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
    struct recipient *t = out;
    struct mustache *compiled = NULL;
    struct err e = {.set = false};
    if (!read_text(l, n, &t->template_text))
        return false;
    struct source source = {"template", str_from(t->template_text)};
    if (notification_template(&compiled, l->arena, &source, &e))
        return true;
    diags_add(l->diags, n->pos, "line %u, column %u of the template: %s",
              e.pos.line, e.pos.column, e.text);
    return false;
}

static bool read_smtp(struct loader *l, const struct yaml_node *n, void *out)
{
    struct recipient *t = out;
    if (t->kind >= 0 && t->kind != RECIPIENT_EMAIL) {
        diags_add(l->diags, n->pos, "'smtp' means nothing to %s",
                  name_of(&recipient_kind_names, t->kind));
        return false;
    }
    if (!read_clean_text(l, n, &t->url))
        return false;
    if (str_starts(str_from(t->url), STR("smtps://")) ||
        str_starts(str_from(t->url), STR("smtp://")))
        return true;
    diags_add(l->diags, n->pos,
              "expected a mail server such as smtps://mail.example.org");
    return false;
}

static bool read_recipient_command(struct loader *l, const struct yaml_node *n,
                                   void *out)
{
    struct recipient *t = out;
    return set_kind(l, n, t, RECIPIENT_COMMAND) &&
           read_texts(l, n, &t->command, &t->command_count);
}

static bool read_recipient_headers(struct loader *l, const struct yaml_node *n,
                                   void *out)
{
    struct recipient *t = out;
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

static bool read_on(struct loader *l, const struct yaml_node *n, void *out)
{
    struct recipient *t = out;
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

#define STRUCT recipient
static const struct key recipient_keys_rows[] = {
    {ROW("name", KEY_SPECIAL, 0, "text", "its kind and place in the list",
         "by which the outbox knows it"),
     .read = read_name_of},
    {ROW("slack", KEY_SPECIAL, 0, "text", "none", "address of a webhook"),
     .read = read_slack},
    {ROW("discord", KEY_SPECIAL, 0, "text", "none", "address of a webhook"),
     .read = read_discord},
    {ROW("teams", KEY_SPECIAL, 0, "text", "none", "address of a webhook"),
     .read = read_teams},
    {ROW("webhook", KEY_SPECIAL, 0, "text", "none",
         "address that gets JSON by POST"),
     .read = read_webhook},
    {ROW("headers", KEY_SPECIAL, 0, "list of texts", "none",
         "of a webhook: lines such as `Authorization: Bearer ...`"),
     .read = read_recipient_headers},
    {ROW("email", KEY_SPECIAL, 0, "text", "none", "to whom, with commas"),
     .read = read_email},
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
    {ROW("command", KEY_SPECIAL, 0, "command", "none",
         "a program and its arguments, which gets the JSON on its standard "
         "input"),
     .read = read_recipient_command},
    {ROW("on", KEY_SPECIAL, 0, "list of transitions",
         "opened, worsened, reminded, resolved, reopened, late",
         "what is told"),
     .read = read_on},
    {ROW("severity", KEY_NAME, 0, "severity", "minor",
         "the least severe incident that is told"),
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
TABLE_OF(recipient_keys, "notify", "a recipient of notifications");
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

static bool check_url(struct loader *l, const struct recipient *t)
{
    bool plain = t->url != NULL && t->kind != RECIPIENT_EMAIL &&
                 str_starts(str_from(t->url), STR("http://"));
    if (!plain || t->allow_http || is_loopback(t->url))
        return true;
    diags_add(l->diags, t->pos,
              "http:// to another host can be read on the way, expected "
              "https://, or 'allow_http: true'");
    return false;
}

/* A key that is given and goes to other kinds only; NULL: there is none. */
static const char *odd_key(const struct recipient *t)
{
    bool mail = t->kind == RECIPIENT_EMAIL;
    bool web = !mail && t->kind != RECIPIENT_COMMAND;
    const struct {
        const char *key;
        bool given, used;
    } row[] = {
        {"from", t->from != NULL, mail},
        {"user", t->user != NULL, mail},
        {"password", t->password != NULL, mail},
        {"headers", t->header_count > 0, t->kind == RECIPIENT_WEBHOOK},
        {"ca", t->ca != NULL, web || mail},
        {"allow_http", t->allow_http, web},
    };
    for (size_t i = 0; i < ARRAY_COUNT(row); i++)
        if (row[i].given && !row[i].used)
            return row[i].key;
    return NULL;
}

/* What goes to one kind only would be ignored elsewhere, so it is refused. */
static bool check_kind_keys(struct loader *l, const struct recipient *t)
{
    bool web = t->kind != RECIPIENT_EMAIL && t->kind != RECIPIENT_COMMAND;
    bool plain = web && str_starts(str_from(t->url), STR("http://"));
    const char *odd = odd_key(t);
    if (odd != NULL)
        diags_add(l->diags, t->pos, "'%s' means nothing to %s", odd,
                  name_of(&recipient_kind_names, t->kind));
    else if ((t->user == NULL) != (t->password == NULL))
        diags_add(l->diags, t->pos, "expected both 'user' and 'password'");
    else if (plain && t->ca != NULL)
        diags_add(l->diags, t->pos,
                  "'ca' has no effect: http:// has no certificates");
    else if (t->allow_http && (!plain || is_loopback(t->url)))
        diags_add(l->diags, t->pos, "'allow_http' has no effect: %s",
                  plain ? "this host is asked" : "https:// is used");
    else
        return odd == NULL;
    return false;
}

/* A webhook gets JSON, so its template has to give some. */
static bool check_template(struct loader *l, const struct recipient *t)
{
    struct mustache *compiled = NULL;
    struct err e = {.set = false};
    if (t->template_text == NULL || t->kind != RECIPIENT_WEBHOOK ||
        !recipient_takes_json(t))
        return true;
    struct source source = {"template", str_from(t->template_text)};
    if (notification_template(&compiled, l->arena, &source, &e) &&
        notification_gives_json(l->arena, compiled, &e))
        return true;
    diags_add(l->diags, t->pos,
              "the template gives no JSON (%s); for another type put a "
              "'Content-Type: ...' into 'headers'",
              e.text);
    return false;
}

static bool read_recipient(struct loader *l, const struct yaml_node *n,
                           size_t index, struct recipient *out)
{
    *out = (struct recipient){
        .kind = -1, .severity = SEVERITY_MINOR, .pos = n->pos};
    if (!keys_read(l, n, &recipient_keys, false, out))
        return false;
    if (out->kind < 0) {
        diags_add(l->diags, n->pos,
                  "expected one of slack, discord, teams, webhook, email or "
                  "command");
        return false;
    }
    if (out->kind == RECIPIENT_EMAIL && out->url == NULL)
        out->url = "smtp://localhost";
    if (out->name == NULL)
        out->name =
            arena_printf(l->arena, "%s-%zu",
                         name_of(&recipient_kind_names, out->kind), index + 1);
    return check_url(l, out) && check_kind_keys(l, out) &&
           check_template(l, out);
}

bool read_notify(struct loader *l, const struct yaml_node *n, void *out)
{
    struct watch *watch = out;
    bool ok = true;
    if (n->kind != YAML_LIST || n->count > WATCH_RECIPIENTS_MAX)
        return read_wrong_kind(l, n, "a list of at most 50 recipients");
    watch->recipient =
        arena_array(l->arena, n->count + 1, sizeof(*watch->recipient));
    watch->recipient_count = n->count;
    for (size_t i = 0; i < n->count; i++)
        ok = read_recipient(l, n->item[i], i, &watch->recipient[i]) && ok;
    for (size_t i = 0; ok && i < n->count; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(watch->recipient[i].name, watch->recipient[k].name) ==
                0) {
                diags_add(l->diags, n->item[i]->pos,
                          "the name '%.60s' stands at %s already",
                          watch->recipient[i].name,
                          pos_text(l->arena, watch->recipient[k].pos));
                ok = false;
            }
    return ok;
}
