/* What an attempt came to, and when the next one is due. */
#include "base/hash.h"
#include "base/http_date.h"
#include "watch/notify/internal.h"

enum outcome outcome_of_status(long status)
{
    if (status >= 200 && status < 300)
        return OUTCOME_ACCEPTED;
    if (status == 408 || status == 429 || status >= 500 || status < 200)
        return OUTCOME_AGAIN;
    return OUTCOME_REFUSED;
}

/*
 * 10 s, 20 s, 40 s … an hour, of which a half is left to chance: the hash of
 * the key spreads those that failed together, and is the same in each run.
 */
int64_t outcome_backoff_ms(const char *key, int64_t attempts)
{
    int64_t full = BACKOFF_FIRST_MS;
    for (int64_t i = 1; i < attempts && full < BACKOFF_MOST_MS; i++)
        full *= 2;
    full = full > BACKOFF_MOST_MS ? BACKOFF_MOST_MS : full;
    uint64_t hash = hash_add(HASH_START, str_from(key));
    hash =
        hash_add(hash, (struct str){(const char *)&attempts, sizeof(attempts)});
    return full / 2 + (int64_t)(hash >> 32) % (full / 2 + 1);
}

int64_t outcome_retry_after_ms(struct str value, int64_t now_ms)
{
    int64_t wait_ms = http_retry_after_ms(value, now_ms);
    return wait_ms > RETRY_AFTER_MOST ? RETRY_AFTER_MOST : wait_ms;
}

void outcome_settle(struct notice_row *notice, const struct attempt *t,
                    int64_t give_up_ms)
{
    notice->attempts++;
    notice->error = t->error;
    if (t->error == NULL && t->outcome != OUTCOME_ACCEPTED)
        notice->error = "the receiver gave no reason";
    if (t->outcome == OUTCOME_ACCEPTED) {
        notice->state = NOTICE_SENT;
        notice->sent_ms = t->now_ms;
        return;
    }
    int64_t wait_ms = t->retry_after_ms >= 0
                          ? t->retry_after_ms
                          : outcome_backoff_ms(notice->key, notice->attempts);
    notice->next_ms = t->now_ms + wait_ms;
    if (t->outcome == OUTCOME_REFUSED ||
        notice->next_ms > notice->made_ms + give_up_ms)
        notice->state = NOTICE_GIVEN_UP;
}
