/* What this postflight is made of. */
/* ares.h wants fd_set, and does not bring it. */
/* clang-format off */
#include <sys/select.h>
#include <ares.h>
/* clang-format on */
#include <microhttpd.h>
#include <nghttp2/nghttp2.h>
#include <openssl/crypto.h>
#include <zip.h>
#include <zlib.h>
#include <zstd.h>

#include <cjson/cJSON.h>
#include <cmark.h>
#include <curl/curl.h>
#include <libfyaml.h>

#include "cli/cli.h"
#include "language/regex.h"
#include "language/xpath.h"
#include "migrations/state/database.h"
#include "probe/probe.h"
#include "watch/history/history.h"

static void add_curl(struct buf *out)
{
    const curl_version_info_data *v = curl_version_info(CURLVERSION_NOW);
    buf_printf(out, "libcurl %s (%s)\n", v->version,
               v->ssl_version == NULL ? "no TLS" : v->ssl_version);
}

void versions_write(struct buf *out)
{
    buf_printf(out, "postflight %s\n", POSTFLIGHT_VERSION);
    add_curl(out);
    buf_printf(out, "openssl %s\n", OpenSSL_version(OPENSSL_VERSION_STRING));
    buf_printf(out, "c-ares %s\n", ares_version(NULL));
    buf_text(out, "pcre2 ");
    regex_library(out);
    buf_text(out, "\nlibxml2 ");
    xpath_library(out);
    buf_char(out, '\n');
    buf_printf(out, "libfyaml %s\n", fy_library_version());
    buf_printf(out, "cJSON %s\n", cJSON_Version());
    buf_printf(out, "libcmark %s\n", cmark_version_string());
    buf_printf(out, "md4c %s\n", MD4C_VERSION); /* cannot be asked */
    buf_printf(out, "libmicrohttpd %s\n", MHD_get_version());
    buf_text(out, "libsqlite3 ");
    sqlite_version(out);
    buf_text(out, "\nlibpq ");
    postgres_version(out);
    buf_char(out, '\n');
    buf_printf(out, "libmariadb %s\n", mysql_library());
    buf_printf(out, "nghttp2 %s\n", nghttp2_version(0)->version_str);
    buf_text(out, "brotli ");
    probe_brotli(out);
    buf_char(out, '\n');
    buf_printf(out, "libzip %s\n", zip_libzip_version());
    buf_printf(out, "zlib %s\n", zlibVersion());
    buf_printf(out, "zstd %s\n", ZSTD_versionString());
}
