/*
 * The yardstick: the best bare curl_multi program that fetches one URL N
 * times, or the URLs in the lines of a file. No connection is kept, no name is
 * looked up twice, and no more handles are in the multi than slots.
 * usage: bare_multi URL|@FILE COUNT SLOTS [insecure]
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

struct bench {
    CURLM *multi;
    const char *url;
    bool insecure;
    FILE *lines; /* NULL: the one URL */
    int left, failed;
};

#define URL_MAX 1000

static void set_url(struct bench *b, CURL *easy)
{
    char line[URL_MAX];
    if (b->lines == NULL) {
        curl_easy_setopt(easy, CURLOPT_URL, b->url);
        return;
    }
    if (fgets(line, sizeof(line), b->lines) == NULL)
        exit(2);
    line[strcspn(line, "\n")] = '\0';
    curl_easy_setopt(easy, CURLOPT_URL, line); /* libcurl copies it */
}

static size_t drop(char *data, size_t size, size_t count, void *user)
{
    (void)data;
    (void)user;
    return size * count;
}

static void start(struct bench *b)
{
    CURL *easy = curl_easy_init();
    if (easy == NULL)
        exit(1);
    set_url(b, easy);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, drop);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_DNS_CACHE_TIMEOUT, -1L);
    curl_easy_setopt(easy, CURLOPT_SSL_SESSIONID_CACHE, 0L);
    if (b->insecure) {
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    }
    curl_multi_add_handle(b->multi, easy);
    b->left--;
}

static void collect(struct bench *b)
{
    int queued = 0;
    CURLMsg *m;
    while ((m = curl_multi_info_read(b->multi, &queued)) != NULL) {
        CURL *easy = m->easy_handle;
        b->failed += m->data.result != CURLE_OK;
        curl_multi_remove_handle(b->multi, easy);
        curl_easy_cleanup(easy);
        if (b->left > 0)
            start(b);
    }
}

int main(int argc, char **argv)
{
    if (argc < 4)
        return 2;
    struct bench b = {.url = argv[1],
                      .left = (int)strtol(argv[2], NULL, 10),
                      .insecure = argc > 4};
    if (b.url[0] == '@')
        b.lines = fopen(b.url + 1, "r");
    if (b.url[0] == '@' && b.lines == NULL)
        return 2;
    int slots = (int)strtol(argv[3], NULL, 10), running = 1;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    b.multi = curl_multi_init();
    curl_multi_setopt(b.multi, CURLMOPT_MAXCONNECTS, 1L);
    for (int i = 0; i < slots && b.left > 0; i++)
        start(&b);
    while (running > 0 || b.left > 0) {
        curl_multi_perform(b.multi, &running);
        collect(&b);
        if (running > 0)
            curl_multi_poll(b.multi, NULL, 0, 1000, NULL);
    }
    curl_multi_cleanup(b.multi);
    curl_global_cleanup();
    return b.failed > 0;
}
