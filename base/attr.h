/* The three compiler attributes that the style allows. */
#ifndef BASE_ATTR_H
#define BASE_ATTR_H

#define MUST_CHECK          __attribute__((warn_unused_result))
#define NORETURN            __attribute__((noreturn))
#define PRINTF_LIKE(fmt, a) __attribute__((format(printf, fmt, a)))

#define ARRAY_COUNT(x) (sizeof(x) / sizeof((x)[0]))

#endif
