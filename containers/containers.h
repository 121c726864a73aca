/*
 * Files that hold logs in a form of their own, as plain lines.
 *
 * What a file is, its first bytes say; containers/known.c has the table. One
 * that is unpacked as it is read goes through an unpacker: pages of JSON that
 * providers send, structured lines whose text or time scan/ would not find,
 * frames of Docker, exports of the journal. An archive is a set of files and
 * is opened as a whole. Others are refused: what is no log never passes as one
 * without errors.
 *
 * Entries that have a line each keep its number. Of a page the number of a line
 * is that of its entry, so that what is near in the log stays near.
 */
#ifndef CONTAINERS_CONTAINERS_H
#define CONTAINERS_CONTAINERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"

/* By so many first bytes of a text it is known what it is. */
#define CONTAINER_HEAD_BYTES ((size_t)64 * 1024)

#define CONTAINER_ENTRY_MAX   ((size_t)8 << 20)   /* bytes of an entry's JSON */
#define CONTAINER_MEMBERS_MAX 1000                /* files of an archive */
#define CONTAINER_MEMORY_MAX  ((size_t)64 << 20)  /* archive that is no file */
#define CONTAINER_BOMB_BYTES  ((uint64_t)1 << 30) /* of all members, and … */
#define CONTAINER_BOMB_RATIO  500 /* so many times larger than packed */

/* What a file is that cannot be read as a log; NULL: it may be one. */
const char *container_refused(struct str head);

/* One row of the table: for docs. */
struct container_doc {
    const char *name, *known_by, *unpacked;
};
size_t container_count(void);
struct container_doc container_doc(size_t index);

struct unpacker; /* handle: unpacker_for, unpacker_close */

/* NULL: lines as they are. `whole`: nothing comes behind the head. */
struct unpacker *unpacker_for(struct str head, bool whole);
void unpacker_close(struct unpacker *u); /* NULL too */

/* Adds the lines that the input completes. */
void unpacker_add(struct unpacker *u, struct str input, struct buf *out);
void unpacker_end(struct unpacker *u, struct buf *out);

bool archive_is(struct str head);

/* Texts of an archive, in its order; the handle owns the names. */
struct archive; /* handle */
bool archive_open_file(struct archive **out, int fd, struct err *e) MUST_CHECK;
bool archive_open_text(struct archive **out, struct str bytes,
                       struct err *e) MUST_CHECK; /* they outlive it */
void archive_close(struct archive *a);            /* NULL too */
size_t archive_count(const struct archive *a);
const char *archive_name(const struct archive *a, size_t index); /* harmless */

/* One member at a time, from its start: -1 with err, 0 at its end. */
bool archive_begin(struct archive *a, size_t index, struct err *e) MUST_CHECK;
int64_t archive_read(struct archive *a, char *out, size_t room,
                     struct err *e) MUST_CHECK;

#endif
