/* Shapes of what is wrong with documents. */
#include "model/remark.h"

#include "base/shape_rows.h"

NAMES(remark_severity_names, "severity", "major", "minor", "note");

#define STRUCT remark
static const struct shape_field remark_shape_rows[] = {
    FIELD("rule", SHAPE_TEXT, rule, "id of the rule"),
    FIELD("name", SHAPE_TEXT, name, "its name"),
    NAMED("severity", severity, &remark_severity_names, "how much it misleads"),
    FIELD("file", SHAPE_TEXT, file, "document the name as given"),
    FIELD("line", SHAPE_INT, line, "from 1"),
    FIELD("column", SHAPE_INT, column, "bytes from 1"),
    FIELD("text", SHAPE_TEXT, text, "what was found"),
    FIELD("advice", SHAPE_TEXT, advice, "what to do"),
    FIELD("fingerprint", SHAPE_TEXT, fingerprint,
          "the same as long as the finding is, wherever it moves"),
};
SHAPE_OF(remark_shape, "remark");
#undef STRUCT

#define STRUCT remarks
static const struct shape_field remarks_shape_rows[] = {
    FIELD("schema", SHAPE_TEXT, schema, REVIEW_SCHEMA),
    TEXTS("documents", document, "what was read"),
    LIST("remarks", remark, &remark_shape, "by document and line"),
    FIELD("known", SHAPE_INT, known, "left out, because the baseline has them"),
    FIELD("questions", SHAPE_INT, questions,
          "questions of drafts that are still open"),
    FIELD("left_out", SHAPE_INT, left_out,
          "further remarks of a rule that had many in one document"),
};
SHAPE_OF(remarks_shape, "remarks");
#undef STRUCT
