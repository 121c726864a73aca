/* What every page has around its content. */
#include "report/page.h"

#include "base/text.h"

void page_text(struct buf *out, struct str text)
{
    struct buf seen;
    buf_init(&seen, PAGE_BYTES_MAX);
    text_visible(&seen, text);
    text_markup(out, buf_view(&seen), MARKUP_MARKS);
    buf_release(&seen);
}

bool page_is_address(struct str url)
{
    static const char *const scheme[] = {"http://", "https://", "mailto:"};
    if (url.len == 0 || text_has_control(url) || utf8_check(url) < url.len)
        return false;
    for (size_t i = 0; i < ARRAY_COUNT(scheme); i++) {
        struct str s = str_from(scheme[i]);
        if (str_equal_nocase(str_sub(url, 0, s.len), s))
            return true;
    }
    size_t colon = str_find(url, STR(":"), 0);
    bool relative = colon == url.len || str_find(url, STR("/"), 0) < colon ||
                    str_find(url, STR("#"), 0) < colon;
    return relative && !str_starts(url, STR("//")) &&
           str_find(url, STR("\\"), 0) == url.len;
}

/* 'sha256-…' of the style: no other style may act. */
static void style_hash(struct buf *out)
{
    struct buf hex, raw;
    buf_init(&hex, 80);
    buf_init(&raw, 40);
    if (text_sha256(&hex, str_from(page_style)) &&
        text_from_hex(&raw, buf_view(&hex))) {
        buf_text(out, "'sha256-");
        text_base64(out, buf_view(&raw));
        buf_text(out, "'");
    } else {
        buf_text(out, "'none'");
    }
    buf_release(&raw);
    buf_release(&hex);
}

void page_begin(struct buf *out, struct arena *a, struct str title)
{
    buf_text(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
                  "<meta charset=\"utf-8\">\n"
                  "<meta http-equiv=\"Content-Security-Policy\" content=\""
                  "default-src 'none'; base-uri 'none'; form-action 'none'; "
                  "style-src ");
    style_hash(out);
    buf_text(out, "; img-src data:\">\n<meta name=\"viewport\" "
                  "content=\"width=device-width, initial-scale=1\">\n"
                  "<meta name=\"referrer\" content=\"no-referrer\">\n"
                  "<meta name=\"color-scheme\" content=\"light dark\">\n"
                  "<title>");
    page_text(out, str_from(text_elide(a, title, 200)));
    buf_text(out, "</title>\n<style>");
    buf_text(out, page_style);
    buf_text(out, "</style>\n</head>\n<body>\n<main>\n");
}

void page_end(struct buf *out)
{
    buf_text(out, "</main>\n</body>\n</html>\n");
}
