/* Readers of what is sent: URL, method, headers, credentials, bodies. */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "plan/definition.h"
#include "plan/keys.h"

bool read_method(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    if (!read_clean_text(l, n, &check->method))
        return false;
    size_t good = strspn(check->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ-");
    if (check->method[good] == '\0' && good <= METHOD_BYTES_MAX)
        return true;
    diags_add(l->diags, n->pos,
              "expected a method such as GET, HEAD or POST, found '%.40s'",
              check->method);
    return false;
}

static bool is_header_name(const char *name)
{
    size_t good = strspn(name, "abcdefghijklmnopqrstuvwxyz"
                               "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                               "0123456789!#$%&'*+-.^_`|~");
    return good > 0 && name[good] == '\0';
}

/* A header of the check replaces that of the defaults. */
static void put_header(struct loader *l, struct check *out,
                       struct header header)
{
    struct header *all =
        arena_array(l->arena, out->header_count + 1, sizeof(*all));
    size_t count = 0;
    for (size_t i = 0; i < out->header_count; i++)
        if (!str_equal_nocase(str_from(out->header[i].name),
                              str_from(header.name)))
            all[count++] = out->header[i];
    all[count++] = header;
    out->header = all;
    out->header_count = count;
}

/* Pairs of a map, the names checked by `is_name`. */
static bool read_pairs(struct loader *l, const struct yaml_node *n,
                       bool (*is_name)(const char *name), const char *what,
                       const struct header **out)
{
    if (n->kind != YAML_MAP) {
        read_wrong_kind(l, n, "a map of names and texts");
        return false;
    }
    struct header *all = arena_array(l->arena, n->count, sizeof(*all));
    bool ok = true;
    for (size_t i = 0; i < n->count; i++) {
        const struct yaml_node *key = n->item[2 * i];
        all[i].name = key->text.ptr;
        if (!is_name(all[i].name)) {
            diags_add(l->diags, key->pos, "'%.60s' is no %s", all[i].name,
                      what);
            ok = false;
        }
        ok = read_clean_text(l, n->item[2 * i + 1], &all[i].value) && ok;
    }
    *out = all;
    return ok;
}

bool read_headers(struct loader *l, const struct yaml_node *n, void *out)
{
    const struct header *all = NULL;
    if (!read_pairs(l, n, is_header_name, "header name", &all))
        return false;
    for (size_t i = 0; i < n->count; i++)
        put_header(l, out, all[i]);
    return true;
}

/* A cookie's value ends at a semicolon: what comes after would be another. */
static bool is_cookie_text(struct loader *l, const struct yaml_node *n,
                           const char *value)
{
    if (strpbrk(value, ";,\" ") == NULL)
        return true;
    diags_add(l->diags, n->pos,
              "a cookie's value cannot hold ; , \" or a blank (RFC 6265)");
    return false;
}

bool read_cookies(struct loader *l, const struct yaml_node *n, void *out)
{
    const struct header *all = NULL;
    struct buf line;
    bool ok = true;
    size_t late = l->late_count;
    struct check *check = out;
    if (n->kind == YAML_SCALAR)
        return read_bool(l, n, &check->transport.cookie_jar);
    if (!read_pairs(l, n, is_header_name, "cookie name", &all))
        return false;
    buf_init(&line, VALUE_BYTES_MAX);
    for (size_t i = 0; i < n->count; i++) {
        ok = (l->late_count > late ||
              is_cookie_text(l, n->item[2 * i + 1], all[i].value)) &&
             ok;
        buf_printf(&line, "%s%s=%s", i > 0 ? "; " : "", all[i].name,
                   all[i].value);
    }
    put_header(l, out, (struct header){"cookie", buf_dup(l->arena, &line)});
    buf_release(&line);
    return ok;
}

bool secret_keep(struct loader *l, const struct yaml_node *n, const char *text)
{
    if (l->in->redactor == NULL ||
        redactor_add(l->in->redactor, str_from(text)) || l->in->unused)
        return true;
    diags_add(l->diags, n->pos,
              "credentials shorter than 4 bytes cannot be kept out of the "
              "outputs");
    return false;
}

static const char *basic_header(struct arena *a, const struct auth *auth)
{
    struct buf pair, text;
    buf_init(&pair, 2 * VALUE_BYTES_MAX + 1);
    buf_init(&text, 4 * VALUE_BYTES_MAX);
    buf_printf(&pair, "%s:%s", auth->user, auth->password);
    text_base64(&text, buf_view(&pair));
    const char *encoded = buf_dup(a, &text);
    buf_release(&pair);
    buf_release(&text);
    return encoded;
}

/* A password is a secret however it was given, and so is what is made of it. */
bool read_auth(struct loader *l, const struct yaml_node *n, void *out)
{
    struct auth auth = {NULL, NULL, NULL};
    const char *word = "Bearer", *credentials;
    size_t late = l->late_count;
    l->keeps_secret = true;
    bool ok = keys_read(l, n, &auth_keys, false, &auth);
    l->keeps_secret = false;
    if (!ok)
        return false;
    if ((auth.bearer == NULL) == (auth.user == NULL)) {
        diags_add(l->diags, n->pos,
                  "expected either 'bearer' or 'basic' in auth");
        return false;
    }
    credentials = auth.bearer;
    if (auth.user != NULL) {
        word = "Basic";
        credentials = basic_header(l->arena, &auth);
        if (l->late_count == late && !secret_keep(l, n, auth.password))
            return false;
    }
    put_header(
        l, out,
        (struct header){"authorization",
                        arena_printf(l->arena, "%s %s", word, credentials)});
    return l->late_count > late || secret_keep(l, n, credentials);
}

/* One body: text, form or JSON. */
static bool set_body(struct loader *l, const struct yaml_node *n,
                     struct check *check, const char *body, const char *type)
{
    if (check->body != NULL) {
        diags_add(l->diags, n->pos,
                  "a second body: give one of body, form and json");
        return false;
    }
    check->body = body;
    l->body_type = type;
    return true;
}

bool read_body(struct loader *l, const struct yaml_node *n, void *out)
{
    const char *body = NULL;
    return read_text(l, n, &body) && set_body(l, n, out, body, NULL);
}

/* HealthCheckRequest, one text field, in a gRPC message that is not packed. */
void grpc_request_finish(struct loader *l, struct check *check)
{
    struct str service = str_from(check->service);
    struct buf out;
    buf_init(&out, VALUE_BYTES_MAX + 20);
    size_t bytes = service.len == 0 ? 0 : service.len + 2;
    buf_add(&out, "\0\0\0\0", 4);
    buf_char(&out, (char)bytes);
    if (bytes > 0) {
        buf_char(&out, 0x0A);
        buf_char(&out, (char)service.len);
        buf_str(&out, service);
    }
    check->body = buf_dup(l->arena, &out);
    check->body_bytes = out.len;
    check->transport.http_version = HTTP_VERSION_2;
    put_header(l, check, (struct header){"te", "trailers"});
    l->body_type = "application/grpc";
    buf_release(&out);
}

void request_finish(struct loader *l, struct check *check)
{
    if (check->body != NULL)
        check->body_bytes = strlen(check->body);
    target_finish(l, check);
    if (check->method == NULL)
        check->method = check->body == NULL ? "GET" : "POST";
    if (l->body_type == NULL)
        return;
    for (size_t i = 0; i < check->header_count; i++)
        if (str_equal_nocase(str_from(check->header[i].name),
                             STR("content-type")))
            return;
    put_header(l, check, (struct header){"content-type", l->body_type});
}

static bool is_env_name(const char *name)
{
    return is_variable_name(str_from(name));
}

bool read_env(struct loader *l, const struct yaml_node *n,
              const struct header **out, size_t *count)
{
    if (!read_pairs(l, n, is_env_name, "name of a variable", out))
        return false;
    *count = n->count;
    return true;
}

static bool is_any_name(const char *name)
{
    return name[0] != '\0';
}

bool read_form(struct loader *l, const struct yaml_node *n, void *out)
{
    const struct header *all = NULL;
    struct buf text;
    if (!read_pairs(l, n, is_any_name, "field name", &all))
        return false;
    buf_init(&text, 4 * VALUE_BYTES_MAX);
    for (size_t i = 0; i < n->count; i++) {
        if (i > 0)
            buf_char(&text, '&');
        text_url_encode(&text, str_from(all[i].name));
        buf_char(&text, '=');
        text_url_encode(&text, str_from(all[i].value));
    }
    const char *body = buf_dup(l->arena, &text);
    bool full = text.full;
    buf_release(&text);
    if (full)
        diags_add(l->diags, n->pos, "the form is too long");
    return !full &&
           set_body(l, n, out, body, "application/x-www-form-urlencoded");
}

/* What is plain and looks like a JSON scalar is one; the rest are strings. */
static bool write_scalar(void *context, const struct yaml_node *n,
                         struct buf *out)
{
    struct str text;
    if (yaml_is_null(n)) {
        buf_text(out, "null");
        return true;
    }
    if (!vars_expand(context, n, &text))
        return false;
    if (n->plain &&
        (text_is_number(text) || str_is(text, "true") || str_is(text, "false")))
        buf_str(out, text);
    else
        json_quote(out, text);
    return true;
}

bool read_json_body(struct loader *l, const struct yaml_node *n, void *out)
{
    struct buf text;
    buf_init(&text, FILE_BYTES_MAX);
    bool ok = yaml_print_json(n, write_scalar, l, &text);
    if (text.full) {
        diags_add(l->diags, n->pos, "the body is longer than 1 MiB");
        ok = false;
    }
    const char *body = buf_take(l->arena, &text);
    return ok && set_body(l, n, out, body, "application/json");
}

/* What is not ASCII is converted when all names are read. */
static bool is_host_name(const char *name)
{
    size_t good = 0;
    for (; name[good] != '\0'; good++) {
        char c = name[good];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
        if (!word && strchr("-._", c) == NULL)
            return false;
    }
    return good > 0;
}

/* IPv4, or IPv6 with or without brackets. */
static bool is_address(const char *text)
{
    size_t good = strspn(text, "0123456789abcdefABCDEF.:[]");
    return text[good] == '\0' && strpbrk(text, ".:") != NULL;
}

bool read_resolve(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    const struct header *read = NULL;
    bool ok = true;
    if (!read_pairs(l, n, is_host_name, "host name", &read))
        return false;
    struct header *all = arena_array(l->arena, n->count + 1, sizeof(*all));
    for (size_t i = 0; i < n->count; i++) {
        const char *ascii = host_ascii(l->arena, read[i].name);
        all[i] = read[i];
        all[i].name = ascii == NULL ? read[i].name : ascii;
        if (is_address(all[i].value))
            continue;
        diags_add(l->diags, n->item[2 * i + 1]->pos,
                  "expected an IPv4 or IPv6 address, found '%.60s'",
                  all[i].value);
        ok = false;
    }
    check->transport.resolve = all;
    check->transport.resolve_count = n->count;
    return ok;
}
