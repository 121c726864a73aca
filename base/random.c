/* Random digits, which are unique without anybody to coordinate them. */
#include "base/random.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/types.h>

#define DIGITS_MAX 64

bool random_hex(char *out, size_t digits, struct err *e)
{
    unsigned char bytes[DIGITS_MAX];
    ssize_t n = 0;
    assert(digits <= DIGITS_MAX);
    do
        n = getrandom(bytes, digits, 0);
    while (n < 0 && errno == EINTR);
    if (n != (ssize_t)digits)
        return err_set(e, POS_NONE, "the kernel has no random numbers: %s",
                       strerror(errno));
    for (size_t i = 0; i < digits; i++)
        out[i] = "0123456789abcdef"[bytes[i] & 15];
    out[digits] = '\0';
    return true;
}
