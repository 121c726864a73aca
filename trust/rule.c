/* One rule for hosts: read from its text, and matched. */
#include <string.h>

#include "base/text.h"
#include "trust/internal.h"

#define NAME_MAX_BYTES 253

/* "[::1]:80", "10.0.0.0/8", "example.com:443": the port is cut off. */
static const char *cut_port(struct str *host, unsigned *port)
{
    struct str all = *host, digits;
    uint64_t number = 0;
    *port = 0;
    if (all.len > 0 && all.ptr[0] == '[') {
        size_t end = str_find(all, STR("]"), 0);
        if (end == all.len)
            return "a '[' without ']'";
        *host = str_sub(all, 1, end - 1);
        digits = str_sub(all, end + 1, all.len);
        if (digits.len == 0)
            return NULL;
        if (digits.ptr[0] != ':')
            return "after ']' comes :PORT";
        digits = str_sub(digits, 1, digits.len);
    } else {
        size_t colon = str_find(all, STR(":"), 0);
        bool more = str_find(all, STR(":"), colon + 1) < all.len;
        if (colon == all.len || more)
            return NULL; /* no port, or an IPv6 address */
        *host = str_sub(all, 0, colon);
        digits = str_sub(all, colon + 1, all.len);
    }
    if (!text_to_u64(digits, 65535, &number) || number == 0)
        return "a port is a number from 1 to 65535";
    *port = (unsigned)number;
    return NULL;
}

static const char *read_block(struct rule *out, struct str address,
                              struct str bits)
{
    uint64_t number = 0;
    bool six = str_find(address, STR(":"), 0) < address.len;
    uint64_t most = six ? 128 : 32;
    if (!address_read(&out->address, address))
        return "before '/' comes an IPv4 or IPv6 address";
    if (!text_to_u64(bits, most, &number))
        return six ? "after '/' comes a number from 0 to 128"
                   : "after '/' comes a number from 0 to 32";
    out->is_address = true;
    out->bits = (unsigned)(128 - most + number);
    return NULL;
}

/* As resolvers have it; one whose last part is a number is an address that was
   written in an odd way. */
static bool is_name(struct str name)
{
    size_t dot = 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                    (c >= '0' && c <= '9') || c == '-' || c == '_';
        if (!word && c != '.')
            return false;
        if (c == '.' && (i == 0 || name.ptr[i - 1] == '.'))
            return false;
        dot = c == '.' ? i + 1 : dot;
    }
    return name.len > 0 && name.len <= NAME_MAX_BYTES && dot < name.len &&
           (name.ptr[dot] < '0' || name.ptr[dot] > '9');
}

const char *rule_read(struct rule *out, const char *text)
{
    struct str host = str_from(text), bits;
    *out = (struct rule){.port = 0};
    const char *why = cut_port(&host, &out->port);
    if (why != NULL)
        return why;
    struct str address = str_cut(host, '/', &bits);
    if (address.len < host.len)
        return read_block(out, address, bits);
    if (address_read(&out->address, host)) {
        out->is_address = true;
        out->bits = 128;
        return NULL;
    }
    out->is_suffix = str_starts(host, STR("*."));
    if (host.len > 1 && host.ptr[host.len - 1] == '.')
        host = str_sub(host, 0, host.len - 1);
    out->name = out->is_suffix ? str_sub(host, 1, host.len) : host;
    if (is_name(out->is_suffix ? str_sub(host, 2, host.len) : host))
        return NULL;
    return "expected a name such as api.example.com or *.example.com, in "
           "ASCII, an address such as 10.0.0.1, or a block of them such as "
           "10.0.0.0/8, each with :PORT if you like, or the path of a socket";
}

static bool same_bits(const struct address *a, const struct address *b,
                      unsigned bits)
{
    unsigned bytes = bits / 8, left = bits % 8;
    if (memcmp(a->byte, b->byte, bytes) != 0)
        return false;
    return left == 0 || (a->byte[bytes] ^ b->byte[bytes]) >> (8 - left) == 0;
}

bool rule_takes(const struct rule *r, const struct place *p)
{
    if (r->port != 0 && r->port != p->port)
        return false;
    if (r->is_address || p->is_address)
        return r->is_address && p->is_address &&
               same_bits(&r->address, &p->address, r->bits);
    struct str host = str_from(p->host);
    if (!r->is_suffix)
        return str_equal_nocase(host, r->name);
    return host.len > r->name.len &&
           str_equal_nocase(str_sub(host, host.len - r->name.len, host.len),
                            r->name);
}
