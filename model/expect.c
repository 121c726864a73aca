/* Words of the expectation language. */
#include "model/expect.h"

#include "base/attr.h"

static const char *const query_list[] = {"status", "header", "body", "jsonpath",
                                         "duration"};
const struct names query_names = {"query", query_list, ARRAY_COUNT(query_list)};

static const char *const filter_list[] = {
    "count",        "nth",           "toInt",   "toFloat", "toDate",
    "daysAfterNow", "daysBeforeNow", "lower",   "trim",    "replace",
    "split",        "regex",         "jsonpath"};
const struct names filter_names = {"filter", filter_list,
                                   ARRAY_COUNT(filter_list)};

static const char *const predicate_list[] = {
    "==",         "!=",       "<",         "<=",           ">",
    ">=",         "contains", "matches",   "exists",       "in",
    "startsWith", "endsWith", "includes",  "isEmpty",      "isInteger",
    "isNumber",   "isString", "isBoolean", "isCollection", "isIsoDate"};
const struct names predicate_names = {"predicate", predicate_list,
                                      ARRAY_COUNT(predicate_list)};
