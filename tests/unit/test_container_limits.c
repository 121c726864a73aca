/* containers/: sizes of entries and archives, each at its limit. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zip.h>

#include "base/text.h"
#include "containers/containers.h"
#include "scan/internal.h"
#include "scan/scan.h"
#include "tests/unit/testing.h"

#define TEXT_MAX ((size_t)1 << 20)

/* "NAME:TEXT" of each log at a path; the error, if one is met. */
static void list_logs(struct buf *out, const char *path)
{
    struct log_parts *parts = NULL;
    struct source_reader *source = NULL;
    struct arena names;
    struct err e = {.set = false};
    const char *name = NULL;
    char text[400];
    int more = 1;
    arena_init(&names);
    buf_clear(out);
    more = parts_open(&parts, &names, path, &e) ? 1 : -1;
    while (more > 0 && (more = parts_next(parts, &source, &name, &e)) > 0) {
        ssize_t n = source_read(source, text, sizeof(text), &e);
        buf_printf(out, "%s:%.*s", name + strlen(path), n < 0 ? 0 : (int)n,
                   text);
    }
    if (more < 0)
        buf_text(out, strstr(e.text, "' ") == NULL ? e.text
                                                   : strstr(e.text, "' ") + 2);
    parts_close(parts);
    arena_release(&names);
}

/* A page whose second entry has so many bytes. */
static void check_entry(size_t bytes)
{
    static const char first[] = "[{\"ts\":1796119200,\"msg\":\"a\"},\n";
    static const char open[] = "{\"ts\":1796119200,\"msg\":\"", close[] = "\"}";
    struct buf page, out;
    buf_init(&page, 2 * CONTAINER_ENTRY_MAX);
    buf_init(&out, 2 * CONTAINER_ENTRY_MAX);
    buf_text(&page, first);
    buf_text(&page, open);
    buf_repeat(&page, 'x', bytes - strlen(open) - strlen(close));
    buf_text(&page, close);
    buf_text(&page, "]\n");
    struct unpacker *u =
        unpacker_for(str_sub(buf_view(&page), 0, CONTAINER_HEAD_BYTES), false);
    assert_non_null(u);
    unpacker_add(u, buf_view(&page), &out);
    unpacker_end(u, &out);
    unpacker_close(u);
    static const char want[] = "2026-12-01T10:00:00Z a\n"
                               "2026-12-01T10:00:00Z x";
    bool whole = str_starts(buf_view(&out), str_from(want));
    if (whole != (bytes <= CONTAINER_ENTRY_MAX))
        fail_msg("%zu bytes: %.30s", bytes, out.ptr);
    buf_release(&out);
    buf_release(&page);
}

static void entries_have_a_length(void **state)
{
    (void)state;
    check_entry(CONTAINER_ENTRY_MAX - 1);
    check_entry(CONTAINER_ENTRY_MAX);
    check_entry(CONTAINER_ENTRY_MAX + 1);
}

/* A zip of so many bytes: a log, and what is not one, as it is. */
static struct str make_stored(struct buf *out, size_t bytes)
{
    char path[] = "/tmp/test_container_limits.XXXXXX";
    char *blob = calloc(1, bytes);
    size_t size = 0, filler = bytes - 4096;
    struct stat st;
    assert_non_null(blob);
    for (int round = 0; round < 2; round++) {
        int why = 0, fd = round == 0 ? mkstemp(path) : -1;
        zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &why);
        assert_non_null(zip);
        zip_file_add(zip, "a.log", zip_source_buffer(zip, "said\n", 5, 0), 0);
        zip_int64_t at = zip_file_add(
            zip, "b.bin", zip_source_buffer(zip, blob, filler, 0), 0);
        assert_int_equal(
            zip_set_file_compression(zip, (zip_uint64_t)at, ZIP_CM_STORE, 0),
            0);
        assert_int_equal(zip_close(zip), 0);
        if (fd >= 0)
            close(fd);
        assert_int_equal(stat(path, &st), 0);
        size = (size_t)st.st_size;
        filler += bytes - size;
    }
    assert_int_equal(size, bytes);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    buf_clear(out);
    for (size_t n; (n = fread(blob, 1, bytes, f)) > 0;)
        buf_add(out, blob, n);
    fclose(f);
    unlink(path);
    free(blob);
    return buf_view(out);
}

/* Through a pipe, since a file is not held in memory. */
static void check_piped(struct str zip, bool refused)
{
    int end[2];
    struct buf out;
    char path[40];
    buf_init(&out, TEXT_MAX);
    assert_int_equal(pipe(end), 0);
    pid_t child = fork();
    if (child == 0) {
        close(end[0]);
        signal(SIGPIPE, SIG_IGN);
        for (size_t at = 0; at < zip.len;) {
            ssize_t n = write(end[1], zip.ptr + at, zip.len - at);
            if (n <= 0)
                break;
            at += (size_t)n;
        }
        _exit(0);
    }
    close(end[1]);
    snprintf(path, sizeof(path), "/dev/fd/%d", end[0]);
    list_logs(&out, path);
    close(end[0]);
    waitpid(child, NULL, 0);
    if ((strstr(out.ptr, "more than 64 MiB") != NULL) != refused ||
        (strstr(out.ptr, "said") != NULL) == refused)
        fail_msg("%zu bytes: %s", zip.len, out.ptr);
    buf_release(&out);
}

static void archives_in_a_pipe_have_a_size(void **state)
{
    struct buf zip;
    (void)state;
    buf_init(&zip, 2 * CONTAINER_MEMORY_MAX);
    for (size_t bytes = CONTAINER_MEMORY_MAX - 1;
         bytes <= CONTAINER_MEMORY_MAX + 1; bytes++)
        check_piped(make_stored(&zip, bytes), bytes > CONTAINER_MEMORY_MAX);
    buf_release(&zip);
}

#define PIECE  ((size_t)16 << 20)
#define PIECES 65 /* together more than CONTAINER_BOMB_BYTES */

/* Zeros, which become little. */
static void make_bomb(const char *path)
{
    static char piece[PIECE];
    zip_buffer_fragment_t part[PIECES];
    zip_error_t e;
    int why = 0;
    zip_t *zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &why);
    assert_non_null(zip);
    for (size_t i = 0; i < PIECES; i++)
        part[i] = (zip_buffer_fragment_t){(zip_uint8_t *)piece, PIECE};
    zip_error_init(&e);
    zip_source_t *zeros =
        zip_source_buffer_fragment_create(part, PIECES, 0, &e);
    assert_non_null(zeros);
    assert_int_equal(zip_file_add(zip, "a.txt", zeros, 0), 0);
    assert_int_equal(zip_close(zip), 0);
    zip_error_fini(&e);
}

/* And a file of so many bytes that are taken as they are. */
static void add_stored(const char *path, size_t stored)
{
    static char filler[PIECE];
    int why = 0;
    zip_t *zip = zip_open(path, 0, &why);
    assert_non_null(zip);
    zip_file_add(zip, "b.txt", zip_source_buffer(zip, filler, stored, 0),
                 ZIP_FL_OVERWRITE);
    assert_int_equal(zip_set_file_compression(zip, 1, ZIP_CM_STORE, 0), 0);
    assert_int_equal(zip_close(zip), 0);
}

static zip_uint64_t packed_of(const char *path, zip_uint64_t member)
{
    zip_stat_t st;
    int why = 0;
    zip_t *zip = zip_open(path, ZIP_RDONLY, &why);
    assert_non_null(zip);
    assert_int_equal(zip_stat_index(zip, member, 0, &st), 0);
    zip_discard(zip);
    return st.comp_size;
}

/* Reads a.txt: was it refused for its size? */
static bool is_bomb(const char *path)
{
    static char room[1 << 20];
    struct archive *a = NULL;
    struct err e = {.set = false};
    int fd = open(path, O_RDONLY);
    int64_t n = 1;
    assert_true(archive_open_file(&a, fd, &e));
    assert_true(archive_begin(a, 0, &e));
    while (n > 0)
        n = archive_read(a, room, sizeof(room), &e);
    archive_close(a);
    close(fd);
    assert_true(n == 0 || strstr(e.text, "500 times") != NULL);
    return n < 0;
}

static void archives_have_a_ratio(void **state)
{
    char path[] = "/tmp/test_container_limits.XXXXXX";
    int fd = mkstemp(path);
    (void)state;
    make_bomb(path);
    size_t whole = PIECES * PIECE, zeros = packed_of(path, 0);
    size_t least = whole / CONTAINER_BOMB_RATIO; /* packed, to be no bomb */
    assert_true(zeros + 1 < least);
    for (size_t packed = least - 1; packed <= least + 1; packed++) {
        add_stored(path, packed - zeros);
        assert_int_equal(is_bomb(path), packed < least);
    }
    close(fd);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_have_a_length),
        cmocka_unit_test(archives_in_a_pipe_have_a_size),
        cmocka_unit_test(archives_have_a_ratio),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
