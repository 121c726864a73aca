/*
 * The texts of a .zip, through libzip. Of a run's archive that GitHub makes,
 * the folder of a job has the same text as the file of its name, so that only
 * that is taken.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zip.h>

#include "base/text.h"
#include "containers/containers.h"

#define NAME_MAX_BYTES 300

struct member {
    zip_uint64_t index;
    const char *name;
};

struct archive {
    struct arena arena;
    zip_t *zip;
    struct member *member;
    size_t count;
    zip_file_t *open;
    uint64_t packed, given; /* bytes of all, and what came of them so far */
};

bool archive_is(struct str head)
{
    return str_starts(head, STR("PK\3\4")) || str_starts(head, STR("PK\5\6"));
}

/* "3_build.txt" of the folder "build" */
static bool is_job_file(struct str name, struct str folder)
{
    size_t n = 0;
    while (n < name.len && name.ptr[n] >= '0' && name.ptr[n] <= '9')
        n++;
    return n > 0 && str_starts(str_sub(name, n, name.len), STR("_")) &&
           str_starts(str_sub(name, n + 1, name.len), folder) &&
           str_is(str_sub(name, n + 1 + folder.len, name.len), ".txt");
}

/* Is it a step whose job stands in a file of its own? */
static bool is_step(const struct archive *a, struct str name)
{
    size_t slash = str_find(name, STR("/"), 0);
    struct str folder = str_sub(name, 0, slash);
    if (slash == name.len || !str_ends(name, STR(".txt")))
        return false;
    zip_int64_t count = zip_get_num_entries(a->zip, 0);
    for (zip_int64_t i = 0; i < count; i++) {
        const char *other = zip_get_name(a->zip, (zip_uint64_t)i, 0);
        if (other != NULL && is_job_file(str_from(other), folder))
            return true;
    }
    return false;
}

static const char *shown_name(struct archive *a, struct str name)
{
    struct buf text;
    buf_init(&text, NAME_MAX_BYTES);
    text_visible_line(&text, name);
    return buf_take(&a->arena, &text);
}

static bool add_member(struct archive *a, zip_uint64_t index, struct err *e)
{
    zip_stat_t st;
    if (zip_stat_index(a->zip, index, 0, &st) != 0 || st.name == NULL)
        return err_set(e, POS_NONE, "is a zip archive that is broken");
    struct str name = str_from(st.name);
    bool folder = str_ends(name, STR("/"));
    a->packed += st.comp_size;
    if (folder || st.size == 0 || is_step(a, name))
        return true;
    if (st.encryption_method != ZIP_EM_NONE)
        return err_set(e, POS_NONE, "is a zip archive with a password");
    a->member[a->count++] = (struct member){index, shown_name(a, name)};
    return true;
}

static bool list(struct archive *a, struct err *e)
{
    zip_int64_t count = zip_get_num_entries(a->zip, 0);
    if (count > CONTAINER_MEMBERS_MAX)
        return err_set(e, POS_NONE,
                       "is a zip archive of %lld files, more than %d",
                       (long long)count, CONTAINER_MEMBERS_MAX);
    a->member = arena_array(&a->arena, (size_t)count + 1, sizeof(*a->member));
    for (zip_int64_t i = 0; i < count; i++)
        if (!add_member(a, (zip_uint64_t)i, e))
            return false;
    if (a->count == 0)
        return err_set(e, POS_NONE, "is a zip archive without a text");
    return true;
}

static bool open_source(struct archive **out, zip_source_t *source,
                        struct err *e)
{
    zip_error_t why;
    zip_error_init(&why);
    *out = NULL;
    zip_t *zip =
        source == NULL ? NULL : zip_open_from_source(source, ZIP_RDONLY, &why);
    zip_error_fini(&why);
    if (zip == NULL) {
        zip_source_free(source);
        return err_set(e, POS_NONE, "is a zip archive that is broken");
    }
    struct archive *a = heap_zeroed(sizeof(*a));
    arena_init(&a->arena);
    a->zip = zip;
    if (!list(a, e)) {
        archive_close(a);
        return false;
    }
    *out = a;
    return true;
}

bool archive_open_text(struct archive **out, struct str bytes, struct err *e)
{
    zip_error_t why;
    zip_error_init(&why);
    zip_source_t *source =
        zip_source_buffer_create(bytes.ptr, bytes.len, 0, &why);
    zip_error_fini(&why);
    return open_source(out, source, e);
}

/* The file is closed by it, so it gets a descriptor of its own. */
bool archive_open_file(struct archive **out, int fd, struct err *e)
{
    zip_error_t why;
    int own = dup(fd);
    FILE *file = own < 0 ? NULL : fdopen(own, "rb");
    if (file == NULL) {
        if (own >= 0)
            close(own);
        return err_set(e, POS_NONE, "cannot be read: %s", strerror(errno));
    }
    zip_error_init(&why);
    zip_source_t *source = zip_source_filep_create(file, 0, -1, &why);
    zip_error_fini(&why);
    if (source == NULL)
        fclose(file);
    return open_source(out, source, e);
}

void archive_close(struct archive *a)
{
    if (a == NULL)
        return;
    if (a->open != NULL)
        zip_fclose(a->open);
    zip_discard(a->zip);
    arena_release(&a->arena);
    free(a);
}

size_t archive_count(const struct archive *a)
{
    return a->count;
}

const char *archive_name(const struct archive *a, size_t index)
{
    return a->member[index].name;
}

bool archive_begin(struct archive *a, size_t index, struct err *e)
{
    if (a->open != NULL)
        zip_fclose(a->open);
    a->open = zip_fopen_index(a->zip, a->member[index].index, 0);
    if (a->open == NULL)
        return err_set(e, POS_NONE, "cannot be unpacked: %s",
                       zip_strerror(a->zip));
    return true;
}

int64_t archive_read(struct archive *a, char *out, size_t room, struct err *e)
{
    zip_int64_t n = zip_fread(a->open, out, room);
    if (n < 0) {
        err_set(e, POS_NONE, "contains broken zip data");
        return -1;
    }
    a->given += (uint64_t)n;
    if (a->given > CONTAINER_BOMB_BYTES &&
        a->given / CONTAINER_BOMB_RATIO > a->packed) {
        err_set(e, POS_NONE,
                "is more than %d times larger than its file, which no log is",
                CONTAINER_BOMB_RATIO);
        return -1;
    }
    return n;
}
