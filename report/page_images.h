/* Pictures of a document, put into its page: it loads nothing. */
#ifndef REPORT_PAGE_IMAGES_H
#define REPORT_PAGE_IMAGES_H

#include "base/arena.h"
#include "base/buf.h"

#define IMAGE_BYTES_MAX  ((size_t)2 << 20)
#define IMAGES_BYTES_MAX ((size_t)12 << 20) /* of one page */

/*
 * The picture as an element, when path names a PNG, JPEG, GIF or WebP beneath
 * the folder, whose first bytes say so, too. used: bytes of the page's images.
 */
bool page_image(struct buf *out, struct arena *a, const char *folder,
                struct str path, size_t *used);

#endif
