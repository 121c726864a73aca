/* The time for reading a log: before it passes, when it passes, and after. */
#include <zstd.h>

#include "base/clock.h"
#include "scan/decode.h"
#include "scan/internal.h"
#include "tests/unit/testing.h"

static ssize_t read_until(int64_t until_us, bool *late)
{
    char out[128];
    struct err e = {.set = false};
    struct source_reader *r = source_of_text("a.log", STR("one line\n"));
    source_limit(r, until_us);
    ssize_t n = source_read(r, out, sizeof(out), &e);
    *late = source_is_late(r);
    source_close(r);
    return n;
}

static void a_log_ends_at_its_limit(void **state)
{
    (void)state;
    int64_t now_us = clock_now_us();
    bool late;
    assert_int_equal(read_until(now_us + 3600000000, &late), 9);
    assert_false(late);
    assert_int_equal(read_until(INT64_MAX, &late), 9);
    assert_false(late);
    assert_int_equal(read_until(0, &late), 9); /* none */
    assert_false(late);
    assert_int_equal(read_until(now_us, &late), 0);
    assert_true(late);
    assert_int_equal(read_until(now_us - 1, &late), 0);
    assert_true(late);
}

static void what_ended_before_is_whole(void **state)
{
    (void)state;
    char out[128];
    struct err e = {.set = false};
    struct source_reader *r = source_of_text("a.log", STR("one line\n"));
    source_limit(r, INT64_MAX);
    assert_int_equal(source_read(r, out, sizeof(out), &e), 9);
    assert_int_equal(source_read(r, out, sizeof(out), &e), 0);
    assert_false(source_is_late(r));
    source_close(r);
}

/*
 * A file that unpacks to a gigabyte is no log if that is more than 500 times
 * its size; up to a gigabyte it may be.
 */
static const char *unpack(struct str packed)
{
    static char out[1 << 20];
    struct decoder *d = decoder_for(packed);
    const char *problem = NULL;
    bool more = true;
    assert_non_null(d);
    while (more && problem == NULL) {
        struct decoded made = decoder_step(d, packed, true, out, sizeof(out));
        packed = str_sub(packed, made.used, packed.len);
        problem = made.problem;
        more = made.used > 0 || made.made > 0;
    }
    decoder_close(d);
    return problem;
}

static void pack(struct buf *packed, size_t size)
{
    static const char zeros[1 << 20];
    ZSTD_CStream *z = ZSTD_createCStream();
    char out[1 << 16];
    size_t left = 1;
    assert_false(ZSTD_isError(ZSTD_initCStream(z, 1)));
    for (size_t at = 0; left > 0 || at < size;) {
        size_t n = size - at < sizeof(zeros) ? size - at : sizeof(zeros);
        ZSTD_inBuffer from = {zeros, n, 0};
        ZSTD_outBuffer to = {out, sizeof(out), 0};
        left = ZSTD_compressStream2(
            z, &to, &from, at + n == size ? ZSTD_e_end : ZSTD_e_continue);
        assert_false(ZSTD_isError(left));
        at += from.pos;
        buf_add(packed, out, to.pos);
    }
    ZSTD_freeCStream(z);
}

static void a_gigabyte_from_a_small_file(void **state)
{
    (void)state;
    for (size_t n = DECODER_BOMB_BYTES - 1; n <= DECODER_BOMB_BYTES + 1; n++) {
        struct buf packed;
        buf_init(&packed, (size_t)1 << 22);
        pack(&packed, n);
        assert_true(packed.len < DECODER_BOMB_BYTES / DECODER_BOMB_RATIO);
        const char *problem = unpack(buf_view(&packed));
        buf_release(&packed);
        if (n <= DECODER_BOMB_BYTES)
            assert_null(problem);
        else
            assert_non_null(strstr(problem, "more than 500 times larger"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_log_ends_at_its_limit),
        cmocka_unit_test(what_ended_before_is_whole),
        cmocka_unit_test(a_gigabyte_from_a_small_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
