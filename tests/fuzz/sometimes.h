/*
 * What a fuzz target does for a part of its inputs only, because it is slow.
 * The input chooses, so that a finding is found again.
 */
#ifndef TESTS_FUZZ_SOMETIMES_H
#define TESTS_FUZZ_SOMETIMES_H

#include <stddef.h>
#include <stdint.h>

/* A number that follows from the bytes: FNV-1a. */
static inline uint32_t sometimes(const uint8_t *data, size_t size)
{
    uint32_t hash = 2166136261U;
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ data[i]) * 16777619U;
    return hash >> 8;
}

/* How much of an input is tried: one of 64 may be longer than `usual`. */
static inline size_t usually(const uint8_t *data, size_t size, size_t usual)
{
    uint32_t chosen = sometimes(data, size);
    return size > usual && chosen / 4096 % 64 != 0 ? usual : size;
}

#endif
