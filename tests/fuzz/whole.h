/*
 * Is a whole, well-formed response in these bytes? Small readers for the fuzz
 * targets, which share nothing with the client but the RFCs; where those leave
 * a choice, they say yes.
 */
#ifndef TESTS_FUZZ_WHOLE_H
#define TESTS_FUZZ_WHOLE_H

#include <stdbool.h>

#include "base/buf.h"

/* A 200 over HTTP/1, to its end; fin: the connection was closed in order. */
bool whole_http1(struct str text, bool fin, bool compressed);

/* Headers and the end of stream 1, with no broken frame before it. */
bool whole_http2(struct str text);

/* Likewise, with a message and trailers behind it. */
bool whole_grpc(struct str text);

#endif
