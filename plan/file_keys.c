/*
 * Keys that name PEM files. They are read when the definition is, so that a
 * file of this machine that cannot be used is never a failure of the service.
 */
#include <string.h>

#include "base/pem.h"
#include "base/text.h"
#include "plan/keys.h"

/* A file that many checks name is read once. */
struct pem_list {
    const char *what, *path, *cert, *password;
    const char *problem; /* NULL: none */
    struct pem_list *next;
};

static bool is_same(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

static struct pem_list *find(struct pem_list *list, const struct pem_list *key)
{
    while (list != NULL &&
           !(is_same(list->what, key->what) && is_same(list->path, key->path) &&
             is_same(list->cert, key->cert) &&
             is_same(list->password, key->password)))
        list = list->next;
    return list;
}

static const char *look(struct arena *a, const struct pem_list *key)
{
    if (key->cert != NULL)
        return pem_key_problem(a, key->path, key->cert, key->password);
    return strcmp(key->what, "ca") == 0 ? pem_authorities_problem(a, key->path)
                                        : pem_certificate_problem(a, key->path);
}

static bool check_file(struct loader *l, const struct yaml_node *n,
                       struct pem_list key)
{
    struct pem_list *known = find(l->plan->pem, &key);
    if (known == NULL) {
        known = arena_alloc(l->arena, sizeof(*known));
        *known = key;
        known->problem = look(l->arena, &key);
        known->next = l->plan->pem;
        l->plan->pem = known;
    }
    if (known->problem == NULL)
        return true;
    diags_add(l->diags, n->pos, "the file '%.200s' %s", key.path,
              known->problem);
    return false;
}

bool read_ca(struct loader *l, const struct yaml_node *n, void *out)
{
    struct check *check = out;
    if (!read_file_name(l, n, &check->transport.ca) ||
        !contain_pem(l, n, check->transport.ca))
        return false;
    if (check->url != NULL && !kind_has_key(check->kind, STR("ca")))
        return true; /* that is said, and is enough */
    return check_file(
        l, n, (struct pem_list){.what = "ca", .path = check->transport.ca});
}

bool read_cert(struct loader *l, const struct yaml_node *n, void *out)
{
    struct client_cert *client = out;
    return read_file_name(l, n, &client->cert) &&
           contain_pem(l, n, client->cert) &&
           check_file(l, n,
                      (struct pem_list){.what = "cert", .path = client->cert});
}

bool read_cert_key(struct loader *l, const struct yaml_node *n, void *out)
{
    struct client_cert *client = out;
    return read_file_name(l, n, &client->key) && contain_pem(l, n, client->key);
}

/* A password is a secret however it was given. */
bool read_cert_password(struct loader *l, const struct yaml_node *n, void *out)
{
    struct client_cert *client = out;
    bool before = l->keeps_secret;
    l->keeps_secret = true;
    bool ok = read_text(l, n, &client->password);
    l->keeps_secret = before;
    return ok && secret_keep(l, n, client->password);
}

/* Whose key it is, is known when all keys of the map are read. */
bool finish_client_cert(struct loader *l, const struct yaml_node *n, void *out)
{
    const struct client_cert *client = out;
    return check_file(l, yaml_get(n, "key"),
                      (struct pem_list){.what = "key",
                                        .path = client->key,
                                        .cert = client->cert,
                                        .password = client->password});
}
