/*
 * What the file system of a file cannot do that other ones can: files are
 * written without it, and whoever runs the program should know.
 */
#ifndef BASE_FILE_LACKS_H
#define BASE_FILE_LACKS_H

#include "base/file.h"

enum file_lack {
    FILE_LACKS_SYNC = 1,    /* what was written may be lost when power is */
    FILE_LACKS_SECRECY = 2, /* others can read what is private */
    FILE_LACKS_MODE = 4     /* others cannot read what is shared */
};

/*
 * Of a file that was just written, lacks added up. there: it was there
 * before, so that it keeps its mode, whichever that is.
 */
unsigned file_lacks(const char *path, enum file_mode mode, bool there);

#endif
