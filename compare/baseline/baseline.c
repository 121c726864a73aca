/* A baseline as JSON. */
#include "compare/baseline/baseline.h"

void baseline_write(struct buf *out, const struct baseline *b)
{
    shape_write(out, &baseline_shape, b);
    buf_char(out, '\n');
}

bool baseline_read(struct baseline *out, struct arena *a,
                   const struct source *source, struct err *e)
{
    return shape_read(out, a, &baseline_shape, &baseline_format, source, e);
}
