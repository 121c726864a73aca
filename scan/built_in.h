/* The catalogue that was compiled into the binary (scan/compile.c). */
#ifndef SCAN_BUILT_IN_H
#define SCAN_BUILT_IN_H

#include "model/signature.h"

extern const struct catalogue catalogue_built_in;

#endif
