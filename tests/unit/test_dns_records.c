/* Records of a DNS response: as many as are read, and one more. */
#include "model/kind.h"
#include "probe/kinds/probe_kind.h"
#include "tests/unit/testing.h"

static bool reads(size_t records)
{
    struct arena a;
    struct buf message, out;
    arena_init(&a);
    buf_init(&message, 65535);
    buf_init(&out, (size_t)1 << 20);
    buf_add(&message, "\0\0\x81\x80\0\0", 6);
    buf_char(&message, (char)(records >> 8));
    buf_char(&message, (char)(records & 0xff));
    buf_repeat(&message, '\0', 4);
    for (size_t i = 0; i < records; i++) /* A 127.0.0.1 of the root */
        buf_add(&message, "\0\0\1\0\1\0\0\0\0\0\4\x7f\0\0\1", 15);
    bool ok = dns_read_message(&out, &a, buf_view(&message), DNS_A);
    buf_release(&message);
    buf_release(&out);
    arena_release(&a);
    return ok;
}

static void records_are_all_read_or_none(void **state)
{
    (void)state;
    assert_true(reads(0));
    assert_true(reads(DNS_RECORDS_MAX - 1));
    assert_true(reads(DNS_RECORDS_MAX));
    assert_false(reads(DNS_RECORDS_MAX + 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records_are_all_read_or_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
