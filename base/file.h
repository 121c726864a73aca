/*
 * Files: read whole and bounded, list a folder, write so that a reader sees
 * the old file or the new one and never a half (temp, fsync, rename).
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

/* How long to wait for the first bytes of a pipe, and between two reads. */
#define FILE_WRITER_MS 30000

/*
 * Opened to be read, without waiting; -1 with err. Of a pipe to which nobody
 * may have written yet, file_wait is called before it is read.
 */
int file_open(const char *path, struct err *e) MUST_CHECK;
/* For a writer; an error when none came in time. Reads wait from then on. */
bool file_wait(int fd, const char *path, struct err *e) MUST_CHECK;
bool file_is_pipe(int fd);

/*
 * The whole file as text in the arena; an error past max bytes, and when the
 * writer of a pipe pauses for too long.
 */
bool file_read(struct source *out, struct arena *a, const char *path,
               size_t max, struct err *e) MUST_CHECK;

struct file_list {
    const char **path; /* folder/name, in byte order of the names */
    size_t count;
};

/*
 * The files of a folder whose names end in one of suffixes (NULL-terminated).
 * Hidden files are left out; sub-folders are not entered.
 */
bool file_list(struct file_list *out, struct arena *a, const char *folder,
               const char *const *suffixes, struct err *e) MUST_CHECK;

/* Likewise of definitions: a link that leads out of the folder is an error. */
bool file_list_beneath(struct file_list *out, struct arena *a,
                       const char *folder, const char *const *suffixes,
                       struct err *e) MUST_CHECK;

/*
 * Reads a regular file that is beneath the folder, all links followed
 * (base/beneath.h), and no other.
 */
bool file_read_beneath(struct source *out, struct arena *a, const char *folder,
                       const char *path, size_t max, struct err *e) MUST_CHECK;

/*
 * Likewise a definition. folder: that it was listed in; NULL: its path was
 * given, and its own folder counts. Such a one may be a pipe, as /dev/stdin is.
 */
bool file_read_definition(struct source *out, struct arena *a,
                          const char *folder, const char *path, size_t max,
                          struct err *e) MUST_CHECK;

/* The folder that a file is in, as a path: "." where none is written. */
const char *file_folder(struct arena *a, const char *path);

#define FILE_WALK_MAX   4096 /* files of all folders together */
#define FILE_WALK_DEPTH 16   /* folders in folders */

/* Likewise with all folders in it; links to folders are not followed. */
bool file_walk(struct file_list *out, struct arena *a, const char *folder,
               const char *const *suffixes, struct err *e) MUST_CHECK;

bool file_is_folder(const char *path);
bool file_is_regular(const char *path); /* or a link to one */

/* Makes the folder and its parents; fine when it is there. */
bool file_make_folder(const char *path, struct err *e) MUST_CHECK;

/* Likewise the folder that the file is in. */
bool file_make_parent(const char *path, struct err *e) MUST_CHECK;

/*
 * Private: a new file is for its owner alone, since bodies of responses may be
 * in it. Shared: as the umask has it. A file that exists keeps its mode.
 */
enum file_mode { FILE_SHARED, FILE_PRIVATE };

/*
 * A device, a pipe or a descriptor of this process (/dev/stdout) is written to
 * as it is; a pipe that nothing reads is an error, it is not waited for.
 */
bool file_write(const char *path, struct str content, struct err *e) MUST_CHECK;
bool file_write_as(const char *path, struct str content, enum file_mode mode,
                   struct err *e) MUST_CHECK;

#define FILE_PARTS_MAX 4

struct file_part {
    const char *path; /* all in one folder */
    struct str content;
    enum file_mode mode;
};

/*
 * All files or none: they are complete on the disk before the first of them
 * gets its name, in this order. What has these names, unless it is a folder,
 * is replaced. On failure older files stay, unless one of them was replaced;
 * with `drop` they never do, where they would be taken for these.
 */
bool file_write_together(const struct file_part *part, size_t count, bool drop,
                         struct err *e) MUST_CHECK;

/* Fine when there is none. What cannot be removed is emptied, if possible. */
bool file_remove(const char *path, struct err *e);

/* Can a file be made in this folder? Tried, since a mode says too little. */
bool file_try_folder(const char *folder, struct err *e) MUST_CHECK;

/* Can this file be written? Its folder is made if there is none. */
bool file_try(const char *path, struct err *e) MUST_CHECK;

#endif
