/* Credentials of Postman's requests, inherited from folders. */
#include <string.h>

#include "base/text.h"
#include "import/postman/postman.h"

#define NO_AUTH "only bearer, basic and keys in headers are known"

static const struct row rows[] = {
    CARRIED("auth.bearer", "`auth.bearer`", NULL),
    CARRIED("auth.basic", "`auth.basic`", NULL),
    CARRIED("auth.apikey", "`headers` or `url`", NULL),
    CARRIED("auth.oauth2", "`auth.bearer`, when a token is given", NULL),
    CARRIED("auth.noauth", "nothing", NULL),
    LEFT("auth.digest", NO_AUTH, "use an 'exec' check"),
    LEFT("auth.oauth1", NO_AUTH, "use an 'exec' check"),
    LEFT("auth.awsv4", NO_AUTH, "use an 'exec' check"),
    LEFT("auth.hawk", NO_AUTH, "use an 'exec' check"),
    LEFT("auth.ntlm", NO_AUTH, "use an 'exec' check"),
    LEFT("auth.edgegrid", NO_AUTH, "use an 'exec' check"),
    LEFT("auth.jwt", NO_AUTH, "give the token as a variable"),
    LEFT("auth.asap", NO_AUTH, "give the token as a variable"),
};

struct rows postman_auth_rows(void)
{
    return IN("auth", rows);
}

/* v2.1 has a list of keys and values, v2.0 a map. */
static const struct yaml_node *detail(const struct yaml_node *auth,
                                      const char *type, const char *key)
{
    const struct yaml_node *n = yaml_get(auth, type);
    if (n == NULL || n->kind != YAML_LIST)
        return yaml_get(n, key);
    for (size_t i = 0; i < n->count; i++)
        if (str_is(node_text(yaml_get(n->item[i], "key")), key))
            return yaml_get(n->item[i], "value");
    return NULL;
}

static void read_bearer(struct import *im, struct entry *e,
                        const struct yaml_node *auth, const char *type,
                        const char *key)
{
    const struct yaml_node *token = detail(auth, type, key);
    if (node_text(token).len > 0)
        put_header(
            im, e, "Authorization",
            arena_printf(im->arena, "Bearer %s", postman_text(im, token)),
            token->pos);
    else
        remark(im, auth->pos, str_from(type), "it has no token",
               "write 'auth: { bearer: ${secret:NAME} }'");
}

static void read_basic(struct import *im, struct entry *e,
                       const struct yaml_node *auth)
{
    const struct yaml_node *user = detail(auth, "basic", "username");
    const struct yaml_node *password = detail(auth, "basic", "password");
    if (node_text(user).len > 0)
        put_basic(im, e, postman_text(im, user), postman_text(im, password),
                  user->pos);
}

static void read_apikey(struct import *im, struct entry *e,
                        const struct yaml_node *auth)
{
    const struct yaml_node *key = detail(auth, "apikey", "key");
    const struct yaml_node *value = detail(auth, "apikey", "value");
    struct field *url = entry_field(e, "url");
    if (node_text(key).len == 0 || node_text(value).len == 0)
        return;
    const char *name = postman_text(im, key);
    const char *secret =
        secret_text(im, value->pos, postman_text(im, value), name);
    if (!str_is(node_text(detail(auth, "apikey", "in")), "query"))
        put_pair(im, e, "headers", name, secret, value->pos);
    else if (url != NULL)
        url->item[0].text = url_with(im, url->item[0].text, name, secret);
}

void postman_auth(struct import *im, struct entry *e,
                  const struct yaml_node *request, const struct folder *in)
{
    const struct yaml_node *auth = yaml_get(request, "auth");
    for (; (auth == NULL || yaml_is_null(auth)) && in != NULL; in = in->outer)
        auth = yaml_get(in->node, "auth");
    struct str type = node_text(yaml_get(auth, "type"));
    if (auth == NULL || type.len == 0 || str_is(type, "noauth") ||
        str_is(type, "inherit"))
        return;
    if (str_is(type, "bearer"))
        read_bearer(im, e, auth, "bearer", "token");
    else if (str_is(type, "oauth2"))
        read_bearer(im, e, auth, "oauth2", "accessToken");
    else if (str_is(type, "basic"))
        read_basic(im, e, auth);
    else if (str_is(type, "apikey"))
        read_apikey(im, e, auth);
    else
        remark_row(
            im, auth->pos,
            str_from(arena_printf(im->arena, "auth.%.*s", STR_ARGS(type))),
            rows_find(ROWS(rows), str_from(arena_printf(im->arena, "auth.%.*s",
                                                        STR_ARGS(type)))));
}
