/*
 * A resolver for tests, to be preloaded: hung.test takes 20 s, two.test has a
 * dead address before the living one, again.test is out of order for now,
 * none.test does not exist.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

typedef int lookup(const char *, const char *, const struct addrinfo *,
                   struct addrinfo **);

static lookup *real_lookup(void)
{
    lookup *real;
    void *found = dlsym(RTLD_NEXT, "getaddrinfo");
    memcpy(&real, &found, sizeof(real));
    return real;
}

__attribute__((visibility("default"))) int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
            struct addrinfo **out)
{
    const char *name = node == NULL ? "" : node;
    if (strcmp(name, "again.test") == 0)
        return EAI_AGAIN;
    if (strcmp(name, "none.test") == 0)
        return EAI_NONAME;
    if (strcmp(name, "hung.test") == 0) {
        sleep(20);
        return EAI_AGAIN;
    }
    if (strcmp(name, "two.test") != 0)
        return real_lookup()(node, service, hints, out);
    struct addrinfo *living = NULL;
    int rc = real_lookup()("127.0.0.99", service, hints, out);
    if (rc == 0)
        rc = real_lookup()("127.0.0.1", service, hints, &living);
    if (rc == 0)
        (*out)->ai_next = living;
    return rc;
}
