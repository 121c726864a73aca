/* Words of the expectation language. */
#include "model/expectation.h"

#include "base/attr.h"

static const char *const query_list[] = {
    "status",   "version",  "header",      "cookie",   "body", "bytes",
    "jsonpath", "xpath",    "regex",       "sha256",   "url",  "redirects",
    "ip",       "duration", "certificate", "variable", "exit", "stdout"};
const struct names query_names = {"query", query_list, ARRAY_COUNT(query_list)};

static const char *const duration_list[] = {"dns", "connect", "tls",
                                            "firstbyte"};
const struct names duration_part_names = {"part of the duration", duration_list,
                                          ARRAY_COUNT(duration_list)};

static const char *const cookie_list[] = {"Value",    "Expires", "Max-Age",
                                          "Domain",   "Path",    "Secure",
                                          "HttpOnly", "SameSite"};
const struct names cookie_attribute_names = {"cookie attribute", cookie_list,
                                             ARRAY_COUNT(cookie_list)};

static const char *const certificate_list[] = {
    "Subject",           "Issuer",
    "Start-Date",        "Expire-Date",
    "Serial-Number",     "Subject-Alt-Name",
    "Chain-Expire-Date", "Verified-Expire-Date"};
const struct names certificate_field_names = {
    "certificate field", certificate_list, ARRAY_COUNT(certificate_list)};

bool certificate_is_date(int field)
{
    return field == CERTIFICATE_START_DATE ||
           field == CERTIFICATE_EXPIRE_DATE ||
           field == CERTIFICATE_CHAIN_EXPIRE_DATE ||
           field == CERTIFICATE_VERIFIED_EXPIRE_DATE;
}

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
