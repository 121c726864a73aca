/* By what a receiver can tell that it has a notification already. */
#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "watch/notify/internal.h"

#define NAME_MAX_BYTES 120 /* of a receiver's name, encoded */
#define ID_DIGITS      40

static const char standard_on[] = {
    TRANSITION_OPENED,   TRANSITION_WORSENED, TRANSITION_IMPROVED,
    TRANSITION_REMINDED, TRANSITION_RESOLVED, TRANSITION_REOPENED,
    TRANSITION_LATE,     TRANSITION_BLIND,    TRANSITION_SIGHTED};

bool notify_wants(const struct receiver *to, int transition, int severity)
{
    unsigned on = to->on;
    for (size_t i = 0; to->on == 0 && i < ARRAY_COUNT(standard_on); i++)
        on |= 1u << standard_on[i];
    return (on >> transition & 1u) != 0 && severity <= to->severity;
}

/* Hexadecimal digits of its hash; libcrypto failing, the text itself. */
static void add_hash(struct buf *out, struct str text)
{
    struct buf hash;
    buf_init(&hash, 100);
    if (text_sha256(&hash, text))
        buf_str(out, str_sub(buf_view(&hash), 0, ID_DIGITS));
    else
        text_hex(out, str_sub(text, 0, ID_DIGITS));
    buf_release(&hash);
}

/* A name is any text: what stands in a header of HTTP is none. */
static void add_name(struct buf *out, struct str name)
{
    struct buf text;
    buf_init(&text, name.len * 3 + 1);
    text_url_encode(&text, name);
    if (text.len <= NAME_MAX_BYTES)
        buf_str(out, buf_view(&text));
    else
        add_hash(out, name);
    buf_release(&text);
}

const char *notify_key(struct arena *a, const struct receiver *to,
                       const struct message *m, int64_t count)
{
    struct buf key;
    buf_init(&key, 1000);
    if (m->history != NULL)
        buf_printf(&key, "%s/", m->history);
    if (m->incident == NULL)
        clock_format(&key, m->time_ms); /* no id tells it apart */
    else
        add_name(&key, str_from(m->incident->id));
    buf_printf(&key, "/%s/",
               m->transition < 0 ? "test"
                                 : name_of(&transition_names, m->transition));
    add_name(&key, str_from(to->name));
    buf_printf(&key, "/%lld", (long long)count);
    return buf_take(a, &key);
}

const char *key_message_id(struct arena *a, const struct receiver *to,
                           const char *key)
{
    struct str host, address = email_sender(a, to).address;
    struct buf hash;
    str_cut(address, '@', &host);
    buf_init(&hash, 200);
    add_hash(&hash, str_from(key));
    const char *text =
        arena_printf(a, "Message-ID: <%s@%.*s>", hash.ptr, STR_ARGS(host));
    buf_release(&hash);
    return text;
}

const char *notify_fallback_end(struct arena *a, const struct receiver *to)
{
    struct buf end;
    buf_init(&end, 1000);
    buf_text(&end, "/fallback/");
    add_name(&end, str_from(to->fallback));
    return buf_take(a, &end);
}
