/* FNV-1a (draft-eastlake-fnv): for tables and ids, not against an enemy. */
#ifndef BASE_HASH_H
#define BASE_HASH_H

#include <stdint.h>

#include "base/buf.h"

#define HASH_START_32 UINT32_C(2166136261)
#define HASH_START    UINT64_C(14695981039346656037)

/* hash: HASH_START, or the hash of what stands before. */
uint64_t hash_add(uint64_t hash, struct str s);
uint32_t hash_add_32(uint32_t hash, struct str s);

#endif
