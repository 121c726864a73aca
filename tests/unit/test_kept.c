/* The ends of logs that are kept, and what is forgotten of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "scan/kept.h"

static void add(struct kept *k, size_t log, size_t bytes)
{
    char *text = heap_resize(NULL, bytes);
    const struct log_state state = {.file = "a.log", .log = log};
    memset(text, 'x', bytes);
    struct block block = {.text = {text, bytes}};
    kept_add(k, &state, 0, 0, &block);
    free(text);
}

static size_t pieces(const struct kept *k, size_t log)
{
    size_t count = 0;
    for (const struct kept_piece *p = kept_of(k, log); p != NULL; p = p->next)
        count++;
    return count;
}

/* The oldest piece goes when the others fill the limit by themselves. */
static void one_log_at_its_limit(void **state)
{
    (void)state;
    for (size_t rest = KEPT_BYTES - 1; rest <= KEPT_BYTES + 1; rest++) {
        struct kept *k = kept_open();
        add(k, 0, 10);
        add(k, 0, rest);
        assert_int_equal(pieces(k, 0), rest < KEPT_BYTES ? 2 : 1);
        kept_close(k);
    }
}

/* The oldest logs go first, and the last one stays. */
static void all_logs_at_their_limit(void **state)
{
    const size_t logs = KEPT_BYTES_ALL / KEPT_BYTES;
    (void)state;
    for (size_t more = 0; more <= 1; more++) {
        struct kept *k = kept_open();
        for (size_t i = 0; i < logs; i++)
            add(k, i, KEPT_BYTES);
        if (more > 0)
            add(k, logs, more);
        assert_int_equal(pieces(k, 0), more == 0 ? 1 : 0);
        assert_int_equal(pieces(k, 1), 1);
        assert_int_equal(pieces(k, logs), more);
        kept_close(k);
    }
}

/* The text of a large block is taken with its memory, a small one copied. */
static void large_texts_are_taken(void **state)
{
    const size_t large = (size_t)256 * 1024;
    (void)state;
    for (size_t bytes = large - 1; bytes <= large + 1; bytes++) {
        struct kept *k = kept_open();
        struct block b = {.raw = heap_resize(NULL, SCAN_BLOCK_MAX)};
        char *room = b.raw;
        memset(room, 'x', bytes);
        b.text = (struct str){room, bytes};
        kept_add(k, &(struct log_state){.file = "a.log"}, 0, 0, &b);
        assert_int_equal(kept_of(k, 0)->block.text.len, bytes);
        assert_int_equal(kept_of(k, 0)->block.text.ptr == room, bytes >= large);
        assert_int_equal(b.raw == NULL, bytes >= large);
        block_release(&b);
        kept_close(k);
    }
}

/* Memory of a text that was forgotten is given to the next one. */
static void memory_is_used_again(void **state)
{
    struct kept *k = kept_open();
    struct block b = {.raw = NULL};
    char *first = NULL;
    bool again = false;
    (void)state;
    for (size_t i = 0; i < 8; i++) {
        if (b.raw == NULL)
            b.raw = heap_resize(NULL, SCAN_BLOCK_MAX);
        memset(b.raw, 'x', SCAN_BLOCK_MAX);
        first = first == NULL ? b.raw : first;
        again = again || (i > 0 && b.raw == first);
        b.text = (struct str){b.raw, SCAN_BLOCK_MAX};
        kept_add(k, &(struct log_state){.file = "a.log"}, 0, 0, &b);
    }
    assert_true(again);
    block_release(&b);
    kept_close(k);
}

static void nothing_is_kept_of_nothing(void **state)
{
    struct kept *k = kept_open();
    (void)state;
    kept_add(k, &(struct log_state){.file = "a.log"}, 0, 0,
             &(struct block){.offset = 0});
    assert_null(kept_of(k, 0));
    assert_null(kept_of(k, 7));
    kept_close(k);
    kept_close(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_log_at_its_limit),
        cmocka_unit_test(all_logs_at_their_limit),
        cmocka_unit_test(large_texts_are_taken),
        cmocka_unit_test(memory_is_used_again),
        cmocka_unit_test(nothing_is_kept_of_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
