/* Versions of documents, for shape_read. */
#ifndef BASE_SHAPE_VERSION_H
#define BASE_SHAPE_VERSION_H

#include "base/shape.h"

/*
 * Upgrades the document to the version of the format. False: it is another
 * document, or a newer version, or not what its version says.
 */
bool shape_fit_version(cJSON *root, const struct shape_format *f,
                       struct pos pos, struct err *e) MUST_CHECK;

#endif
