/* What is written must be what postflight reads. */
#include "import/init/init.h"
#include "plan/plan.h"

bool draft_is_valid(struct arena *a, const struct buf *text, struct diags *d)
{
    /* The variables that a draft may ask for. */
    static const struct variable variable[] = {{"BASE_URL", "http://h.test"},
                                               {"API_KEY", "abcdefgh"},
                                               {"API_TOKEN", "abcdefgh"},
                                               {"API_USER", "abcdefgh"},
                                               {"API_PASSWORD", "abcdefgh"}};
    const struct source source = {"draft", buf_view(text)};
    const struct source *const sources[] = {&source};
    struct plan_inputs in = {.source = sources,
                             .source_count = 1,
                             .variable = variable,
                             .variable_count = ARRAY_COUNT(variable)};
    struct plan plan;
    if (text->full)
        diags_add(d, POS_NONE, "the draft is longer than 16 MiB");
    if (text->full || !plan_open(&plan, a, &in, d))
        return false;
    plan_close(&plan);
    return true;
}
