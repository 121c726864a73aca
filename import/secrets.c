/* Secrets of other tools' files: none is copied into a definition. */
#include <string.h>

#include "base/text.h"
#include "import/drafts.h"
#include "import/references.h"

#define BODY_MAX   ((size_t)64 * 1024)
#define NUMBER_MIN 4 /* digits: fewer are a count */

/* Letters and digits alone, in lower case: "X-Api_Key" is "xapikey". */
static void plain_name(struct buf *out, struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            buf_char(out, c);
    }
}

bool names_secret(struct str name)
{
    static const char *const part[] = {
        "token",         "secret",     "password",  "passwd",  "passphrase",
        "apikey",        "privatekey", "accesskey", "authkey", "credential",
        "authorization", "session",    "signature", "pwd",     "jwt"};
    static const char *const whole[] = {"pass", "pw",  "sid", "sig",
                                        "pin",  "otp", "auth"};
    struct buf plain;
    bool found = false;
    buf_init(&plain, 200);
    plain_name(&plain, name);
    for (size_t i = 0; i < ARRAY_COUNT(part); i++)
        found = found || strstr(plain.ptr, part[i]) != NULL;
    for (size_t i = 0; i < ARRAY_COUNT(whole); i++)
        found = found || str_is(buf_view(&plain), whole[i]) ||
                (str_ends(buf_view(&plain), STR("sid")) && plain.len > 3);
    buf_release(&plain);
    return found;
}

/* Has it the shape of a token, or of an address with a password? */
static bool has_shape(struct import *im, struct str value)
{
    return redact(im->redactor, im->arena, value).ptr != value.ptr;
}

bool is_secret(struct import *im, struct str name, struct str value)
{
    bool reference = is_only_reference(str_dup(im->arena, value)) &&
                     str_find(value, STR(":-"), 0) == value.len;
    return value.len > 0 && !reference &&
           (names_secret(name) || has_shape(im, value));
}

/* "${NAME:-value}": the value was a secret's, wherever it is written. */
static const char *without_fallback(struct import *im, const char *text)
{
    for (size_t i = 0; i < im->use_count; i++) {
        struct variable_use *u = &im->use[i];
        const char *whole = arena_printf(im->arena, "${%s:-", u->name);
        if (u->secret || u->captured || strstr(text, whole) == NULL)
            continue;
        u->secret = true;
    }
    return text; /* shield_end writes it anew, and tells it */
}

const char *secret_text(struct import *im, struct pos pos, const char *text,
                        const char *name)
{
    if (strstr(text, "${") != NULL)
        return without_fallback(im, text);
    const char *given = secret_name(im, str_from(name), text);
    remark(im, pos, str_from(name), "a secret is not copied into a definition",
           arena_printf(im->arena,
                        "give it as %s in the environment or with --env-file",
                        given));
    return reference(im, str_from(given));
}

/* A text of "name=value" pairs, with secrets taken out. */
struct pairs {
    struct import *im;
    struct pos pos;
    const char *marks; /* what parts two pairs */
    bool of_url;
};

static void shield_pair(const struct pairs *p, struct buf *out, struct str pair)
{
    size_t sign = str_find(pair, STR("="), 0);
    struct str name = str_sub(pair, 0, sign);
    struct str value = str_sub(pair, sign + 1, pair.len);
    /* "?key=": how maps and searches are paid for. */
    bool key = str_equal_nocase(name, STR("key")) && p->of_url &&
               is_secret(p->im, STR("password"), value);
    if (sign == pair.len || !(key || is_secret(p->im, str_trim(name), value))) {
        buf_str(out, pair);
        return;
    }
    buf_str(out, name);
    buf_char(out, '=');
    buf_text(out, secret_text(p->im, p->pos, str_dup(p->im->arena, value),
                              str_dup(p->im->arena, str_trim(name))));
}

static const char *shield_pairs(const struct pairs *p, struct str text)
{
    struct buf out;
    buf_init(&out, BODY_MAX);
    for (size_t at = 0; at <= text.len;) {
        size_t end = at;
        while (end < text.len && strchr(p->marks, text.ptr[end]) == NULL)
            end++;
        shield_pair(p, &out, str_sub(text, at, end - at));
        if (end < text.len)
            buf_char(&out, text.ptr[end]);
        at = end + 1;
    }
    const char *shielded =
        out.full ? str_dup(p->im->arena, text) : buf_dup(p->im->arena, &out);
    buf_release(&out);
    return shielded;
}

static void shield_url(struct import *im, struct item *url)
{
    const struct pairs p = {im, url->pos, "&;#", true};
    struct str text = str_from(url->text);
    size_t query = str_find(text, STR("?"), 0);
    if (query < text.len)
        url->text =
            arena_printf(im->arena, "%.*s?%s", (int)query, text.ptr,
                         shield_pairs(&p, str_sub(text, query + 1, text.len)));
}

/* Names of cookies and headers, each with its value. */
static void shield_map(struct import *im, struct field *f)
{
    for (size_t i = 0; i < f->count; i++) {
        struct item *item = &f->item[i];
        const struct pairs p = {im, item->pos, ";", false};
        if (str_equal_nocase(str_from(item->name), STR("cookie")))
            item->text = shield_pairs(&p, str_from(item->text));
        else if (is_secret(im, str_from(item->name), str_from(item->text)))
            item->text = secret_text(im, item->pos, item->text, item->name);
    }
}

/* Behind the string of JSON that begins here. */
static size_t string_end(struct str s, size_t at)
{
    for (at++; at < s.len && s.ptr[at] != '"'; at++)
        at += s.ptr[at] == '\\' ? 1 : 0;
    return at < s.len ? at + 1 : s.len;
}

static size_t value_end(struct str s, size_t at)
{
    if (at < s.len && s.ptr[at] == '"')
        return string_end(s, at);
    while (at < s.len && strchr(",:{}[]\" \t\r\n", s.ptr[at]) == NULL)
        at++;
    return at;
}

static size_t past_blanks(struct str s, size_t at)
{
    while (at < s.len && strchr(" \t\r\n", s.ptr[at]) != NULL)
        at++;
    return at;
}

/* A string, or a number under the name of a secret. */
static bool is_secret_value(struct import *im, struct str name,
                            struct str value)
{
    bool text = value.len > 0 && value.ptr[0] == '"';
    if (!text &&
        (value.len == 0 || strchr("-0123456789", value.ptr[0]) == NULL))
        return false;
    return text ? is_secret(im, name, str_sub(value, 1, value.len - 2))
                : names_secret(name) && value.len >= NUMBER_MIN;
}

/* JSON, token by token: members by their names, others by their shapes. */
static const char *shield_json(struct import *im, struct pos pos,
                               struct str text)
{
    struct buf out;
    struct str name = STR_NONE;
    buf_init(&out, 2 * BODY_MAX);
    for (size_t at = 0; at < text.len;) {
        size_t end = value_end(text, at);
        struct str value = str_sub(text, at, end - at);
        size_t behind = past_blanks(text, end);
        bool member = behind < text.len && text.ptr[behind] == ':';
        if (end == at) {
            name = strchr("{}", text.ptr[at]) != NULL ? STR_NONE : name;
            buf_char(&out, text.ptr[at++]);
            continue;
        }
        if (member) {
            name = str_sub(value, 1, value.len - 2);
            buf_str(&out, str_sub(text, at, behind + 1 - at));
            at = behind + 1;
            continue;
        }
        bool quoted = value.ptr[0] == '"';
        struct str inside = quoted ? str_sub(value, 1, value.len - 2) : value;
        if (is_secret_value(im, name, value))
            buf_printf(
                &out, "\"%s\"",
                secret_text(im, pos, str_dup(im->arena, inside),
                            name.len > 0 ? str_dup(im->arena, name) : "value"));
        else
            buf_str(&out, value);
        at = end;
    }
    const char *shielded =
        out.full ? str_dup(im->arena, text) : buf_dup(im->arena, &out);
    buf_release(&out);
    return shielded;
}

static bool is_form(struct str text)
{
    size_t sign = str_find(text, STR("="), 0);
    return sign > 0 && sign < text.len &&
           str_find(str_sub(text, 0, sign), STR(" "), 0) == sign &&
           strchr("{[<", text.ptr[0]) == NULL &&
           str_find(text, STR("\n"), 0) == text.len;
}

static void shield_body(struct import *im, struct item *body)
{
    const struct pairs p = {im, body->pos, "&", false};
    struct str text = str_from(body->text);
    struct str start = str_sub(text, past_blanks(text, 0), text.len);
    if (str_starts(start, STR("{")) || str_starts(start, STR("[")))
        body->text = shield_json(im, body->pos, text);
    else if (is_form(text))
        body->text = shield_pairs(&p, text);
    text = str_from(body->text);
    if (has_shape(im, text))
        body->text = secret_text(
            im, body->pos, body->text,
            arena_printf(im->arena, "%s_body",
                         im->now == NULL ? "request" : im->now->id));
}

/* What is said to a server: "AUTH secret", "PASS secret", line by line. */
static void shield_send(struct import *im, struct item *send)
{
    struct buf out;
    buf_init(&out, BODY_MAX);
    for (struct str rest = str_from(send->text); rest.len > 0;) {
        size_t end = str_find(rest, STR("\n"), 0);
        struct str line = str_sub(rest, 0, end);
        size_t word = str_find(line, STR(" "), 0);
        struct str said = str_trim(str_sub(line, word, line.len));
        struct str name = str_sub(line, 0, word);
        if (is_secret(im, name, said)) {
            buf_str(&out, str_sub(line, 0, word + 1));
            buf_text(&out, secret_text(im, send->pos, str_dup(im->arena, said),
                                       str_dup(im->arena, name)));
            buf_text(&out, str_ends(line, STR("\r")) ? "\r" : "");
        } else {
            buf_str(&out, line);
        }
        if (end < rest.len)
            buf_char(&out, '\n');
        rest = str_sub(rest, end + 1, rest.len);
    }
    if (!out.full)
        send->text = buf_dup(im->arena, &out);
    buf_release(&out);
    shield_body(im, send);
}

static void shield_proxy(struct import *im, struct item *proxy)
{
    if (has_shape(im, str_from(proxy->text)))
        proxy->text = secret_text(
            im, proxy->pos, proxy->text,
            arena_printf(im->arena, "%s_proxy",
                         im->now == NULL ? "request" : im->now->id));
}

/* Words of a command, in one argument of a shell or in several. */
struct command {
    struct pairs pairs;
    struct str flag; /* the word before, if it is an option */
    bool redis, mysql;
};

/* Where the secret of a word begins; its length: none does. */
static size_t secret_of_word(const struct command *c, struct str word)
{
    bool user = str_is(c->flag, "-u") || str_is(c->flag, "--user");
    bool flagged = (c->flag.len > 0 && names_secret(c->flag)) ||
                   (c->redis && str_is(c->flag, "-a"));
    if (word.len > 0 && word.ptr[0] == '$')
        return word.len;
    if (user && str_find(word, STR(":"), 0) < word.len)
        return str_find(word, STR(":"), 0) + 1;
    if (c->mysql && str_starts(word, STR("-p")) && word.len > 2)
        return 2;
    return flagged ? 0 : word.len;
}

static void shield_word(struct command *c, struct buf *out, struct str word)
{
    size_t from = secret_of_word(c, word);
    struct import *im = c->pairs.im;
    c->redis = c->redis || str_find(word, STR("redis-cli"), 0) < word.len;
    c->mysql = c->mysql || str_find(word, STR("mysql"), 0) < word.len ||
               str_find(word, STR("mariadb"), 0) < word.len;
    if (from < word.len) {
        buf_str(out, str_sub(word, 0, from));
        buf_text(
            out,
            secret_text(im, c->pairs.pos,
                        str_dup(im->arena, str_sub(word, from, word.len)),
                        arena_printf(im->arena, "%s_password",
                                     im->now == NULL ? "exec" : im->now->id)));
    } else if (str_find(word, STR("=$"), 0) < word.len) {
        buf_str(out, word); /* a variable of the shell */
    } else {
        shield_pair(&c->pairs, out, word);
    }
    c->flag = str_starts(word, STR("-")) ? word : STR_NONE;
}

static void shield_command(struct import *im, struct field *f)
{
    struct command c = {.pairs = {im, POS_NONE, "", true}};
    for (size_t i = 0; i < f->count; i++) {
        struct str text = str_from(f->item[i].text);
        struct buf out;
        buf_init(&out, BODY_MAX);
        c.pairs.pos = f->item[i].pos;
        for (size_t at = 0; at <= text.len;) {
            size_t end = at;
            while (end < text.len &&
                   strchr(" \t\r\n'\"&;?|#()", text.ptr[end]) == NULL)
                end++;
            if (end > at)
                shield_word(&c, &out, str_sub(text, at, end - at));
            if (end < text.len)
                buf_char(&out, text.ptr[end]);
            at = end + 1;
        }
        if (!out.full)
            f->item[i].text = buf_dup(im->arena, &out);
        buf_release(&out);
    }
}

static void shield_map_of(struct import *im, struct entry *e, const char *key)
{
    struct field *f = entry_field(e, key);
    if (f != NULL)
        shield_map(im, f);
}

static void shield_json_of(struct import *im, struct item *json)
{
    json->text = shield_json(im, json->pos, str_from(json->text));
}

void shield_entry(struct import *im, struct entry *e)
{
    static const struct {
        const char *key;
        void (*shield)(struct import *im, struct item *item);
    } row[] = {{"url", shield_url},
               {"json", shield_json_of},
               {"body", shield_body},
               {"send", shield_send},
               {"proxy", shield_proxy}};
    shield_map_of(im, e, "headers");
    shield_map_of(im, e, "cookies");
    shield_map_of(im, e, "form");
    if (entry_field(e, "exec") != NULL)
        shield_command(im, entry_field(e, "exec"));
    for (size_t i = 0; i < ARRAY_COUNT(row); i++) {
        struct field *f = entry_field(e, row[i].key);
        if (f != NULL && f->count > 0)
            row[i].shield(im, &f->item[0]);
    }
    struct field *expect = entry_field(e, "expect");
    for (size_t i = 0; expect != NULL && i < expect->count; i++)
        shield_expectation(im, &expect->item[i]);
}

/* "${NAME:-value}" of a variable that is a secret by now. */
static void shield_references(struct import *im, struct item *item)
{
    for (size_t i = 0; i < im->use_count; i++) {
        const struct variable_use *u = &im->use[i];
        if (!u->secret || u->value == NULL)
            continue;
        const char *from =
            arena_printf(im->arena, "${%s:-%s}", u->name, u->value);
        for (const char *at; (at = strstr(item->text, from)) != NULL;)
            item->text = arena_printf(im->arena, "%.*s${secret:%s}%s",
                                      (int)(at - item->text), item->text,
                                      u->name, at + strlen(from));
    }
}

static void shield_last(struct import *im, struct entry *e)
{
    struct field *title = entry_field(e, "title");
    for (size_t i = 0; i < e->count; i++)
        for (size_t k = 0; k < e->field[i].count; k++)
            shield_references(im, &e->field[i].item[k]);
    if (title != NULL && title->count > 0)
        title->item[0].text =
            str_dup(im->arena, redact(im->redactor, im->arena,
                                      str_from(title->item[0].text)));
}

/* A value that the source gives to a variable with such a name. */
static void tell_variables(struct import *im)
{
    for (size_t i = 0; i < im->use_count; i++) {
        const struct variable_use *u = &im->use[i];
        if (u->secret && u->used && u->value != NULL && !u->captured)
            remark(im, POS_NONE, str_from(u->name),
                   "a secret is not copied into a definition",
                   arena_printf(im->arena,
                                "give it as %s in the environment or with "
                                "--env-file",
                                u->name));
    }
}

void shield_end(struct import *im)
{
    im->now = NULL;
    tell_variables(im);
    for (size_t i = 0; i < im->count; i++) {
        struct draft *d = im->draft[i];
        shield_last(im, &d->own);
        for (size_t k = 0; k < d->step_count; k++)
            shield_last(im, d->step[k]);
    }
}
