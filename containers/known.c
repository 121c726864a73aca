/* What files are, by their first bytes, and whether a log can be read. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "containers/internal.h"

/* The first that fits unpacks. */
static const struct unpacking *const ways[] = {
    &frames_unpacking, &journal_unpacking, &columns_unpacking,
    &events_unpacking, &pages_unpacking};

#define SIGN(text, what)                                                       \
    {                                                                          \
        {(text), sizeof(text) - 1}, 0, what                                    \
    }

/* Files that are known to be no log, and never plain text. */
static const struct {
    struct str sign;
    size_t at;
    const char *what;
} refused[] = {
    SIGN("%PDF-", "a PDF document"),
    SIGN("7z\xBC\xAF\x27\x1C", "a 7-Zip archive"),
    SIGN("Rar!\x1A\x07", "a RAR archive"),
    SIGN("\xFD\x37zXZ\0", "compressed with xz"),
    SIGN("LZIP\x01", "compressed with lzip"),
    SIGN("\x04\x22\x4D\x18", "compressed with lz4"),
    SIGN("\x1F\x9D", "compressed with compress"),
    SIGN("\xFF\x06\0\0sNaPpY", "compressed with snappy"),
    SIGN("SQLite format 3\0", "an SQLite database"),
    SIGN("PAR1", "a Parquet file"),
    SIGN("Obj\x01", "an Avro file"),
    SIGN("ORC\x0A\x06", "an ORC file"),
    SIGN("!<arch>\n", "an ar archive"),
    SIGN("MSCF\0\0\0\0", "a cabinet archive"),
    SIGN("LPKSHHRH", "a journal of systemd (journalctl -o export reads it)"),
    SIGN("ElfFile\0", "a Windows event log"),
    SIGN("\x7F\x45LF", "a program"),
    SIGN("MZ\x90\0", "a program"),
    SIGN("\0asm", "a program"),
    SIGN("\xCA\xFE\xBA\xBE", "a program"),
    SIGN("\xCF\xFA\xED\xFE", "a program"),
    SIGN("\x89PNG\r\n\x1A\n", "a picture"),
    SIGN("GIF87a", "a picture"),
    SIGN("GIF89a", "a picture"),
    SIGN("\xFF\xD8\xFF", "a picture"),
    SIGN("RIFF", "a media file"),
    SIGN("\xD4\xC3\xB2\xA1", "a packet capture"),
    SIGN("\xA1\xB2\xC3\xD4", "a packet capture"),
    SIGN("\x0A\x0D\x0D\x0A", "a packet capture"),
    {{"ustar", 5}, 257, "a tar archive"},
};

/* Compressed blocks begin with the first six digits of pi. */
static bool is_bzip2(struct str head)
{
    return str_starts(head, STR("BZh")) &&
           str_equal(str_sub(head, 4, 6), STR("1AY&SY"));
}

#define BINARY_LEAST 4 /* control bytes, for fewer may be an accident */

/*
 * Control bytes that no terminal and no encoding of text has, a twentieth of
 * all. Zeros do not count: a file that was cut while it grew has many.
 */
static bool is_binary(struct str head)
{
    size_t control = 0, others = 0;
    for (size_t i = 0; i < head.len; i++) {
        unsigned char c = (unsigned char)head.ptr[i];
        bool text = c >= 0x20 || (c >= '\a' && c <= '\r') || c == 0x1B;
        control += c != 0 && (!text || c == 0x7F);
        others += c != 0;
    }
    return control >= BINARY_LEAST && control * 20 >= others;
}

const char *container_refused(struct str head)
{
    for (size_t i = 0; i < ARRAY_COUNT(refused); i++)
        if (str_starts(str_sub(head, refused[i].at, head.len), refused[i].sign))
            return refused[i].what;
    if (is_bzip2(head))
        return "compressed with bzip2";
    return is_binary(head) ? "binary data" : NULL;
}

size_t container_count(void)
{
    return ARRAY_COUNT(ways);
}

struct container_doc container_doc(size_t index)
{
    const struct unpacking *w = ways[index];
    return (struct container_doc){w->name, w->known_by, w->unpacked};
}

struct unpacker {
    const struct unpacking *way;
    void *state;
};

struct unpacker *unpacker_for(struct str head, bool whole)
{
    for (size_t i = 0; i < ARRAY_COUNT(ways); i++) {
        void *state = ways[i]->open(head, whole);
        if (state == NULL)
            continue;
        struct unpacker *u = heap_zeroed(sizeof(*u));
        *u = (struct unpacker){ways[i], state};
        return u;
    }
    return NULL;
}

void unpacker_close(struct unpacker *u)
{
    if (u != NULL)
        u->way->close(u->state);
    free(u);
}

void unpacker_add(struct unpacker *u, struct str input, struct buf *out)
{
    u->way->add(u->state, input, out);
}

void unpacker_end(struct unpacker *u, struct buf *out)
{
    u->way->end(u->state, out);
}
