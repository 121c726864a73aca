/* Strict JSON: what is accepted is printed and accepted again, unchanged. */
#include <stdint.h>
#include <stdlib.h>

#include "base/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print_twice(const cJSON *json)
{
    struct buf one, two;
    struct err e = {.set = false};
    cJSON *again = NULL;
    buf_init(&one, (size_t)8 << 20);
    buf_init(&two, (size_t)8 << 20);
    json_print(&one, json);
    struct source source = {"printed", buf_view(&one)};
    if (!json_parse(&again, &source, &e))
        abort();
    json_print(&two, again);
    if (!str_equal(buf_view(&one), buf_view(&two)))
        abort();
    cJSON_Delete(again);
    buf_release(&one);
    buf_release(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a;
    struct err e = {.set = false};
    cJSON *json = NULL;
    arena_init(&a);
    struct source source = {"fuzz",
                            {arena_dup(&a, (const char *)data, size), size}};
    if (json_parse(&json, &source, &e))
        print_twice(json);
    else if (!e.set)
        abort();
    cJSON_Delete(json);
    arena_release(&a);
    return 0;
}
