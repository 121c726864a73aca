/* The logs at a path: one, or the texts of an archive, each a log. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "containers/containers.h"
#include "scan/decode.h"
#include "scan/internal.h"
#include "scan/wide.h"

struct log_parts {
    const char *path;
    struct arena *arena;
    struct source_reader *whole;
    struct archive *archive; /* NULL: the whole is one log */
    struct buf bytes;        /* of an archive that is no file */
    size_t index, read;      /* of its members: the next one, those read */
    struct source_reader *member;
    bool begun;
};

bool parts_open(struct log_parts **out, struct arena *arena, const char *path,
                struct err *e)
{
    struct source_reader *whole = NULL;
    *out = NULL;
    if (!source_open(&whole, path, e))
        return false;
    *out = heap_zeroed(sizeof(**out));
    (*out)->path = path;
    (*out)->arena = arena;
    (*out)->whole = whole;
    buf_init(&(*out)->bytes, CONTAINER_MEMORY_MAX);
    return true;
}

void parts_close(struct log_parts *p)
{
    if (p == NULL)
        return;
    source_close(p->member);
    archive_close(p->archive);
    buf_release(&p->bytes);
    source_close(p->whole);
    free(p);
}

struct source_reader *parts_whole(struct log_parts *p)
{
    return p->whole;
}

static bool is_file(int fd)
{
    struct stat st;
    return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

static bool complain(const struct log_parts *p, const char *why, struct err *e)
{
    return err_set(e, POS_NONE, "the log '%s' %s", p->path, why);
}

static bool open_archive(struct log_parts *p, struct err *e)
{
    struct err why = {.set = false};
    if (is_file(source_file(p->whole)))
        return archive_open_file(&p->archive, source_file(p->whole), &why) ||
               complain(p, why.text, e);
    if (!source_read_raw(p->whole, &p->bytes, e))
        return false;
    if (p->bytes.full)
        return complain(p,
                        "is a zip archive of more than 64 MiB: give it as "
                        "a file",
                        e);
    return archive_open_text(&p->archive, buf_view(&p->bytes), &why) ||
           complain(p, why.text, e);
}

/* Pictures and archives beside the logs are passed over. */
static bool is_text(struct str head)
{
    struct decoder *decoder = decoder_for(head);
    struct wide wide;
    bool decoded = decoder != NULL;
    decoder_close(decoder);
    return decoded || wide_find(&wide, head) ||
           (!archive_is(head) && container_refused(head) == NULL);
}

static int next_member(struct log_parts *p, struct source_reader **out,
                       const char **name, struct err *e)
{
    for (; p->index < archive_count(p->archive); p->index++) {
        struct err why = {.set = false};
        struct str head;
        source_close(p->member);
        *name = arena_printf(p->arena, "%s/%s", p->path,
                             archive_name(p->archive, p->index));
        p->member = source_of_member(*name, p->archive);
        if (!archive_begin(p->archive, p->index, &why))
            return complain(p, why.text, e) ? 0 : -1;
        if (!source_head(p->member, &head, e))
            return -1;
        if (!is_text(head))
            continue;
        *out = p->member;
        p->index++;
        p->read++;
        return 1;
    }
    if (p->read == 0)
        return complain(p, "is a zip archive without a text", e) ? 0 : -1;
    return 0;
}

int parts_next(struct log_parts *p, struct source_reader **out,
               const char **name, struct err *e)
{
    struct str head;
    if (p->archive != NULL)
        return next_member(p, out, name, e);
    if (p->begun)
        return 0;
    p->begun = true;
    if (!source_head(p->whole, &head, e))
        return -1;
    if (archive_is(head))
        return open_archive(p, e) ? next_member(p, out, name, e) : -1;
    *out = p->whole;
    *name = p->path;
    return 1;
}

/* All members that will be read, as far as their first bytes say. */
static bool can_read_parts(const char *path, struct err *e)
{
    struct log_parts *p = NULL;
    struct source_reader *source = NULL;
    struct arena names;
    const char *name;
    char first[64];
    int more = -1;
    arena_init(&names);
    if (parts_open(&p, &names, path, e)) {
        more = is_file(source_file(p->whole)) ? 1 : 0;
        while (more > 0 && (more = parts_next(p, &source, &name, e)) > 0)
            if (source_read(source, first, sizeof(first), e) < 0)
                more = -1;
    }
    parts_close(p);
    arena_release(&names);
    return more == 0;
}

/*
 * Of a file the first bytes are decoded, too. A pipe is not opened: its writer
 * would take us for the reader, and lose what it writes when we close it.
 */
bool scan_can_read(const char *path, struct err *e)
{
    struct stat st;
    if (strcmp(path, "-") == 0)
        return true;
    if (stat(path, &st) == 0 && S_ISFIFO(st.st_mode))
        return access(path, R_OK) == 0 ||
               err_set(e, POS_NONE, "cannot read the log '%s': %s", path,
                       strerror(errno));
    return can_read_parts(path, e);
}
