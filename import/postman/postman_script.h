/* Test scripts of Postman: tokens, and the parts of an answer. */
#ifndef IMPORT_POSTMAN_POSTMAN_SCRIPT_H
#define IMPORT_POSTMAN_POSTMAN_SCRIPT_H

#include "import/references.h"
#include "import/rows.h"

enum js_type { JS_END, JS_WORD, JS_TEXT, JS_NUMBER, JS_REGEX, JS_SIGN };

struct js_token {
    enum js_type type;
    struct str text; /* of a text: decoded; of a regex: between slashes */
    struct str flags;
    struct pos pos;
    struct str line; /* that it stands in */
    bool breaks;     /* a line ends before it */
};

struct js_tokens {
    struct js_token *item;
    size_t count, cap;
};

/* All of a script; what comes after TOKENS_MAX is one more remark. */
void js_read(struct import *im, struct js_tokens *out, struct str text,
             const struct yaml_node *n);

/* What a name in the script stands for. */
struct js_name {
    struct str name;
    const char *query; /* of ours; NULL: nothing that is known here */
    bool presence;     /* it asks whether that is there */
    const char *path;  /* of jsonpath; NULL: it is no JSON */
};

struct script {
    struct import *im;
    struct entry *e;
    struct js_tokens tokens;
    size_t at;
    struct js_name *name;
    size_t name_count, name_cap;
};

/* Is the token at `ahead` this word or sign? */
bool js_is(const struct script *s, size_t ahead, const char *text);
const struct js_token *js_at(const struct script *s, size_t ahead);

/* Takes words and signs when all of them stand here, one blank between. */
bool js_take(struct script *s, const char *words);

/* A part of the response; false, and nothing taken, when it is none. */
bool js_subject(struct script *s, struct js_name *out);

/* A value of ours, NULL when it is none; duration: numbers are ms. */
const char *js_value(struct script *s, bool duration);

/* script_chain.c: .to.be.below(200); false: not all of it is known. */
bool js_chain(struct script *s, const struct js_name *subject);
bool js_response_chain(struct script *s);
struct rows script_rows(void);

/* What a test script of Postman asserts. */
void script_read(struct import *im, struct entry *e,
                 const struct yaml_node *exec);

#endif
