/* The file of what people know, and exports of events that join it. */
#ifndef APP_FACTS_FILE_H
#define APP_FACTS_FILE_H

#include "app/app.h"
#include "model/facts.h"

#define FACTS_BYTES_MAX ((size_t)4 << 20)

/* path NULL: none, and facts of which nothing is known. An exit code. */
int facts_file_read(struct facts *out, struct source *source,
                    struct arena *life, const char *path,
                    const struct notes *n);

/* When a pager called, and when somebody answered; 0: no export says so. */
struct paging {
    int64_t paged_ms, acknowledged_ms;
};

/* Exports of chats, alerts and deploys join the timeline of the facts. */
int facts_add_events(struct facts *f, struct paging *paging, struct arena *life,
                     const struct texts *files, const struct notes *n);

#endif
