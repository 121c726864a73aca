/*
 * Files of a folder, wherever links lead: one that is not beneath the folder
 * is never opened.
 *
 * The path is walked from an open descriptor of the folder, part by part, and
 * links are resolved here and not by the kernel. So nothing that is renamed
 * or replaced meanwhile leads out of the folder, and what is returned is read
 * from its descriptor, not by its name again. openat2() would do the same on
 * Linux 5.6 and later where no filter refuses it; this does it everywhere.
 * A hard link has no place of its own and is not noticed.
 */
#ifndef BASE_BENEATH_H
#define BASE_BENEATH_H

#include "base/attr.h"

#define BENEATH_LINKS_MAX 40 /* followed on one path, as the kernel does */
#define BENEATH_DEPTH_MAX 64 /* folders within the folder */
#define BENEATH_BYTES_MAX 8192

enum beneath {
    BENEATH_FILE,    /* a regular file of the folder */
    BENEATH_SPECIAL, /* of the folder, but a folder, pipe, socket or device */
    BENEATH_OUTSIDE, /* it leads out of the folder */
    BENEATH_LOST     /* it cannot be found or read: errno says why */
};

/*
 * Opens the file for reading; *fd is -1 unless BENEATH_FILE is returned. Both
 * are paths as the program's caller sees them: the file is not relative to the
 * folder. The folder itself may be a link.
 */
enum beneath beneath_open(int *fd, const char *folder,
                          const char *path) MUST_CHECK;

/* Where it leads, opening nothing but folders. */
enum beneath beneath_find(const char *folder, const char *path) MUST_CHECK;

#endif
