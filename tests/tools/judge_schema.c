/*
 * Lines of "S SCHEMA" and "I VALUE" from standard input: each value against
 * the last schema, one word a line. A judge of another make reads the same.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "language/jsonschema.h"

static const char *judge(const struct jsonschema *schema, struct str text)
{
    static const char *const word[] = {"valid", "invalid", "gave-up"};
    struct source source = {"value", text};
    struct err e = {.set = false};
    struct arena a;
    cJSON *json = NULL;
    const char *why = NULL;
    if (schema == NULL || !json_parse(&json, &source, &e))
        return "unreadable";
    arena_init(&a);
    enum jsonschema_answer answer = jsonschema_validate(schema, &a, json, &why);
    bool told = answer != JSONSCHEMA_INVALID || why[0] != '\0';
    arena_release(&a);
    cJSON_Delete(json);
    return told ? word[answer] : "no-reason";
}

int main(void)
{
    struct jsonschema *schema = NULL;
    char *line = NULL;
    size_t room = 0;
    ssize_t got;
    struct arena a;
    arena_init(&a);
    while ((got = getline(&line, &room, stdin)) > 2) {
        struct str text = str_trim((struct str){line + 2, (size_t)got - 2});
        if (line[0] == 'I') {
            puts(judge(schema, text));
            continue;
        }
        struct source *source = arena_alloc(&a, sizeof(*source));
        struct diags d;
        *source = (struct source){"schema", {str_dup(&a, text), text.len}};
        diags_init(&d, &a);
        jsonschema_close(schema);
        if (!jsonschema_open(&schema, source, &d))
            printf("refused: %s\n", d.item[0].text);
    }
    jsonschema_close(schema);
    arena_release(&a);
    free(line);
    return 0;
}
