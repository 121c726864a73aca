/* index.html: the status page in HTML, its pictures in SVG. */
#include <string.h>

#include "report/page.h"
#include "report/parts.h"
#include "report/status_page/status_view.h"

/* Units of a picture: a day is a bar and the gap after it. */
#define STEP   5
#define BAR    4
#define HEIGHT 40
#define WIDE   (STATUS_DAYS * STEP)

static const char *const mood_class[] = {"good", "slow", "bad"};

/* "text" of ours, then a foreign text, then a text of ours. */
static void around(struct buf *out, const char *before, const char *text,
                   const char *after)
{
    buf_text(out, before);
    page_text(out, str_from(text));
    buf_text(out, after);
}

static void write_head(struct buf *out, const struct status_view *v)
{
    around(out, "<h1>", v->title, "</h1>\n");
    buf_printf(out, "<p class=\"summary %s\">", mood_class[v->mood]);
    around(out, "", v->summary, "</p>\n");
    if (v->late != NULL)
        around(out,
               "<p class=\"late\" role=\"note\"><strong>Warning:</strong> ",
               v->late, "</p>\n");
    around(out, "<p class=\"facts\">Last round: <span>", v->asked,
           "</span>. Production: ");
    around(out, "<span>", v->production, "</span>. Deployment: ");
    around(out, "<span>", v->deployment, "</span>");
    if (v->build != NULL)
        around(out, ", serving <code>", v->build, "</code>");
    buf_text(out, ".</p>\n"
                  "<nav aria-label=\"Contents\"><ul>\n"
                  "<li><a href=\"#services\">Services</a></li>\n"
                  "<li><a href=\"#open\">Open incidents</a></li>\n"
                  "<li><a href=\"#past\">Past incidents</a></li>\n"
                  "<li><a href=\"#delivery\">Delivery</a></li>\n"
                  "<li><a href=\"#about\">About this page</a></li>\n"
                  "</ul></nav>\n");
}

/* The worse a day, the taller its bar, so that colour is not all that tells. */
static void write_bar(struct buf *out, const struct day_view *d, size_t at)
{
    static const int height[DAY_KINDS] = {4, 24, 32, HEIGHT};
    buf_printf(out,
               "<rect class=\"%s\" x=\"%zu\" y=\"%d\" width=\"%d\" "
               "height=\"%d\">",
               day_kind_names.name[d->kind], at * STEP,
               HEIGHT - height[d->kind], BAR, height[d->kind]);
    around(out, "<title>", d->text, "</title></rect>\n");
}

static void open_picture(struct buf *out, const char *class, const char *what,
                         const char *text)
{
    buf_printf(out,
               "<figure><svg class=\"%s\" role=\"img\" viewBox=\"0 0 %d %d\" "
               "preserveAspectRatio=\"none\" aria-label=\"",
               class, WIDE, HEIGHT);
    around(out, what, text, "\">\n");
}

static void write_bars(struct buf *out, const struct status_view *v,
                       const struct service_view *s)
{
    open_picture(out, "bars", "Days: ", s->days);
    for (size_t i = 0; i < STATUS_DAYS; i++)
        write_bar(out, &s->day[i], i);
    around(out, "</svg>\n<figcaption><span class=\"ends\"><span>", v->first_day,
           "</span>");
    around(out, "<span>", v->last_day, "</span></span> ");
    around(out, "Days: ", s->days, "</figcaption></figure>\n");
}

static bool has_latency(const struct service_view *s, size_t day)
{
    return day < STATUS_DAYS && s->day[day].duration_us > 0;
}

/* One line for each run of days with data; a day alone is a short one. */
static void write_line(struct buf *out, const struct service_view *s)
{
    for (size_t i = 0; i < STATUS_DAYS; i++) {
        if (!has_latency(s, i))
            continue;
        bool begins = i == 0 || !has_latency(s, i - 1);
        bool ends = !has_latency(s, i + 1);
        double share = (double)s->day[i].duration_us / (double)s->slowest_us;
        int y = HEIGHT - 2 - (int)(share * (HEIGHT - 4));
        buf_text(out, begins ? "<polyline points=\"" : " ");
        buf_printf(out, "%zu,%d", i * STEP + (begins && !ends ? 0 : 2), y);
        if (begins && ends)
            buf_printf(out, " %zu,%d", i * STEP + BAR, y);
        buf_text(out, ends ? "\"/>\n" : "");
    }
}

static void write_latency(struct buf *out, const struct service_view *s)
{
    if (s->slowest_us == 0) {
        buf_text(out, "<p class=\"caption\">Latency: no data.</p>\n");
        return;
    }
    open_picture(out, "spark", "Latency: ", s->latency);
    write_line(out, s);
    around(out, "</svg>\n<figcaption>Latency of a day: ", s->latency,
           "</figcaption></figure>\n");
}

/* Days with failed or degraded rounds, for who cannot see or point at bars. */
static void write_bad_days(struct buf *out, const struct service_view *s)
{
    bool any = false;
    for (size_t i = STATUS_DAYS; i-- > 0;) {
        const struct day_view *d = &s->day[i];
        if (d->kind != DAY_DEGRADED && d->kind != DAY_FAILED)
            continue;
        if (!any)
            buf_text(out, "<details><summary>Days with failed or degraded "
                          "rounds</summary>\n<ul>\n");
        any = true;
        around(out, "<li>", d->text, "</li>\n");
    }
    if (any)
        buf_text(out, "</ul></details>\n");
}

static void write_service(struct buf *out, const struct status_view *v,
                          const struct service_view *s)
{
    around(out, "<article class=\"service\">\n<h3>", s->title, " <code>");
    around(out, "", s->check, "</code></h3>\n");
    buf_printf(out, "<p><span class=\"state %s\">",
               s->status < 0 ? "skipped" : name_of(&status_names, s->status));
    around(out, "", s->state, "</span>");
    if (s->since != NULL)
        around(out, " since ", s->since, "");
    buf_text(out, s->flapping ? ", flapping" : "");
    around(out, ". Uptime: <strong>", s->uptime, "</strong>.</p>\n");
    write_bars(out, v, s);
    write_latency(out, s);
    write_bad_days(out, s);
    buf_text(out, "</article>\n");
}

static void open_section(struct buf *out, const char *id, const char *title)
{
    buf_printf(out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n",
               id, id, title);
}

static void write_more(struct buf *out, size_t more)
{
    if (more > 0)
        buf_printf(out, "<p class=\"more\">and %zu more</p>\n", more);
}

static void write_services(struct buf *out, const struct status_view *v)
{
    open_section(out, "services", "Services");
    if (v->count == 0)
        buf_text(out, "<p>None.</p>\n");
    else
        buf_text(out, "<ul class=\"legend\">\n"
                      "<li class=\"good\">good day</li>\n"
                      "<li class=\"slow\">degraded rounds</li>\n"
                      "<li class=\"bad\">failed rounds</li>\n"
                      "<li class=\"none\">no data</li>\n</ul>\n");
    for (size_t i = 0; i < v->count; i++)
        write_service(out, v, &v->service[i]);
    write_more(out, v->more);
    buf_text(out, "</section>\n");
}

static void write_incident(struct buf *out, const struct incident_view *i)
{
    around(out, "<li class=\"incident\">\n<p><strong>", i->title,
           "</strong> <code>");
    around(out, "", i->id, "</code></p>\n<p>");
    around(out, "", i->severity, ", ");
    around(out, "", i->status, ", ");
    around(out, "", i->when, ". Service: ");
    around(out, "", i->service, ". Checks: ");
    around(out, "", i->checks, ".</p>\n");
    if (i->link != NULL) {
        around(out, "<p><a rel=\"noreferrer noopener\" href=\"", i->link,
               "\">");
        around(out, "", i->document, "</a></p>\n");
    } else if (i->document != NULL) {
        around(out, "<p><code>", i->document, "</code></p>\n");
    }
    buf_text(out, "</li>\n");
}

static void write_incidents(struct buf *out, const char *id, const char *title,
                            const struct incidents_view *all)
{
    open_section(out, id, title);
    if (all->count == 0 && all->more == 0)
        buf_text(out, "<p>None.</p>\n");
    if (all->count > 0)
        buf_text(out, "<ul class=\"incidents\">\n");
    for (size_t i = 0; i < all->count; i++)
        write_incident(out, &all->item[i]);
    if (all->count > 0)
        buf_text(out, "</ul>\n");
    write_more(out, all->more);
    buf_text(out, "</section>\n");
}

static void write_figures(struct buf *out, const struct status_view *v)
{
    open_section(out, "delivery", "Delivery");
    around(out, "<p>", v->days, "</p>\n");
    buf_text(out, "<div class=\"table\" role=\"region\" "
                  "aria-labelledby=\"delivery\" tabindex=\"0\"><table>\n"
                  "<thead>\n<tr><th scope=\"col\">Figure</th>"
                  "<th scope=\"col\">Value</th><th scope=\"col\">From</th>"
                  "<th scope=\"col\">Meaning</th></tr>\n</thead>\n<tbody>\n");
    for (size_t i = 0; i < FIGURES; i++) {
        around(out, "<tr><th scope=\"row\">", v->figure[i].name, "</th>");
        around(out, "<td>", v->figure[i].value, "</td>");
        around(out, "<td>", v->figure[i].basis, "</td>");
        around(out, "<td>", v->figure[i].definition, "</td></tr>\n");
    }
    buf_text(out, "</tbody>\n</table></div>\n</section>\n");
}

static void write_about(struct buf *out)
{
    static const char *const text[] = {STATUS_ABOUT};
    open_section(out, "about", "About this page");
    buf_text(out, "<ul>\n");
    for (size_t i = 0; i < ARRAY_COUNT(text); i++)
        around(out, "<li>", text[i], "</li>\n");
    buf_text(out, "</ul>\n</section>\n");
}

bool status_html(struct str *out, struct arena *a,
                 const struct status_page *page, struct err *e)
{
    const struct status_view *v = status_view(a, page);
    struct buf html;
    buf_init(&html, PAGE_BYTES_MAX);
    page_begin(&html, a, str_from(v->title));
    write_head(&html, v);
    write_services(&html, v);
    write_incidents(&html, "open", "Open incidents", &v->open);
    write_incidents(&html, "past", "Past incidents", &v->past);
    write_figures(&html, v);
    write_about(&html);
    page_end(&html);
    *out = (struct str){buf_dup(a, &html), html.len};
    bool ok = !html.full;
    buf_release(&html);
    return ok || err_set(e, POS_NONE, "the page is larger than %zu bytes",
                         PAGE_BYTES_MAX);
}
