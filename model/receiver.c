/* The rows, in the order in which docs list them. */
#include "model/receiver.h"

#include <string.h>

#include "base/attr.h"

const struct receiver_kind receiver_kinds[] = {
    {"slack",
     RECEIVER_AT_URL,
     "address of a Slack webhook",
     {"ca", "allow_http"},
     false},
    {"discord",
     RECEIVER_AT_URL,
     "address of a Discord webhook",
     {"ca", "allow_http"},
     false},
    {"teams",
     RECEIVER_AT_URL,
     "address of a Teams webhook",
     {"ca", "allow_http"},
     false},
    {"webhook",
     RECEIVER_AT_URL,
     "address that gets JSON by POST",
     {"headers", "ca", "allow_http"},
     true},
    {"email",
     RECEIVER_AT_MAILBOX,
     "addresses, separated by commas",
     {"smtp", "from", "user", "password", "ca"},
     false},
    {"command",
     RECEIVER_IS_PROGRAM,
     "a program and its arguments; it gets the JSON on its standard input",
     {"env"},
     false},
};
const size_t receiver_kind_count = ARRAY_COUNT(receiver_kinds);

const struct receiver_kind *receiver_kind_named(struct str name)
{
    for (size_t i = 0; i < receiver_kind_count; i++)
        if (str_is(name, receiver_kinds[i].name))
            return &receiver_kinds[i];
    return NULL;
}

bool receiver_kind_has_key(const struct receiver_kind *k, const char *key)
{
    for (size_t i = 0; i < RECEIVER_KEYS_MAX && k->key[i] != NULL; i++)
        if (strcmp(k->key[i], key) == 0)
            return true;
    return false;
}

bool receiver_takes_json(const struct receiver *r)
{
    for (size_t i = 0; i < r->header_count; i++) {
        struct str value, name = str_cut(str_from(r->header[i]), ':', &value);
        if (str_equal_nocase(name, STR("Content-Type")))
            return r->kind->json && str_find(value, STR("json"), 0) < value.len;
    }
    return r->kind->json;
}
