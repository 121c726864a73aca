/*
 * A resolver for tests, to be preloaded: hung.test takes an hour, two.test has
 * a dead address before the living one, pair.test and three.test have 127.0.0.1
 * to 127.0.0.2 and 127.0.0.3, N.many.test has 127.0.1.1 to 127.0.1.N,
 * again.test is out of order for now, none.test does not exist, nor does any
 * name below localhost, as where there is no hosts file.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netdb.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
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

static int both(const char *service, const struct addrinfo *hints,
                struct addrinfo **out, const char *first, const char *second)
{
    int rc = real_lookup()(first, service, hints, out);
    return rc != 0 ? rc
                   : real_lookup()(second, service, hints, &(*out)->ai_next);
}

/* 127.0.1.1 to 127.0.1.count */
static int many(const char *service, const struct addrinfo *hints,
                struct addrinfo **out, unsigned long count)
{
    int rc = EAI_NONAME;
    for (unsigned long i = 1; i <= count; i++) {
        char text[40];
        snprintf(text, sizeof(text), "127.0.1.%lu", i);
        rc = real_lookup()(text, service, hints, out);
        if (rc != 0)
            return rc;
        out = &(*out)->ai_next;
    }
    return rc;
}

__attribute__((visibility("default"))) int
getaddrinfo(const char *node, const char *service, const struct addrinfo *hints,
            struct addrinfo **out)
{
    const char *name = node == NULL ? "" : node;
    if (strcmp(name, "again.test") == 0)
        return EAI_AGAIN;
    if (strcmp(name, "none.test") == 0 || strstr(name, ".localhost") != NULL)
        return EAI_NONAME;
    if (strcmp(name, "hung.test") == 0) {
        sleep(3600);
        return EAI_AGAIN;
    }
    if (strcmp(name, "two.test") == 0)
        return both(service, hints, out, "127.0.0.99", "127.0.0.1");
    if (strcmp(name, "pair.test") == 0)
        return both(service, hints, out, "127.0.0.1", "127.0.0.2");
    if (strcmp(name, "three.test") == 0) {
        int rc = both(service, hints, out, "127.0.0.1", "127.0.0.2");
        return rc != 0 ? rc
                       : real_lookup()("127.0.0.3", service, hints,
                                       &(*out)->ai_next->ai_next);
    }
    if (strstr(name, ".many.test") != NULL)
        return many(service, hints, out, strtoul(name, NULL, 10));
    return real_lookup()(node, service, hints, out);
}

/* At once, or never: as the lookup that goes on beside the program. */
__attribute__((visibility("default"))) int
getaddrinfo_a(int mode, struct gaicb *list[], int count, struct sigevent *event)
{
    (void)mode, (void)event;
    for (int i = 0; i < count; i++)
        list[i]->__return =
            strcmp(list[i]->ar_name, "hung.test") == 0
                ? EAI_INPROGRESS
                : getaddrinfo(list[i]->ar_name, list[i]->ar_service,
                              list[i]->ar_request, &list[i]->ar_result);
    return 0;
}
