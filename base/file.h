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

/* The whole file as text in the arena; an error past max bytes. */
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

#define FILE_WALK_MAX   4096 /* files of all folders together */
#define FILE_WALK_DEPTH 16   /* folders in folders */

/* Likewise with all folders in it; links to folders are not followed. */
bool file_walk(struct file_list *out, struct arena *a, const char *folder,
               const char *const *suffixes, struct err *e) MUST_CHECK;

bool file_is_folder(const char *path);
bool file_is_regular(const char *path); /* or a link to one */

/* Makes the folder and its parents; fine when it is there. */
bool file_make_folder(const char *path, struct err *e) MUST_CHECK;

/* Into a device or a pipe it is written as it is. */
bool file_write(const char *path, struct str content, struct err *e) MUST_CHECK;

#endif
