/* The tcp and dns probers of blackbox_exporter. */
#include <string.h>

#include "base/text.h"
#include "import/blackbox/blackbox.h"

#define ADDRESS "curl chooses between IPv4 and IPv6 by itself"

static void read_tls_config(struct reader *r, const struct yaml_node *n)
{
    if (entry_field(r->e, "tls") != NULL)
        tls_config_read(r->im, r->e, n);
}

static const struct row tcp_rows[] = {
    CARRIED("tls", "`tls` in place of `tcp`", NULL),
    CARRIED("tls_config", "its own rows", read_tls_config),
    CARRIED("query_response",
            "`send` and `body matches`, when it is sent first; `starttls`",
            NULL),
    LEFT("preferred_ip_protocol", ADDRESS, "see 'addresses: each'"),
    LEFT("ip_protocol_fallback", ADDRESS, "see 'addresses: each'"),
    LEFT("source_ip_address", "the system chooses the source address",
         "set a route"),
};

struct rows dialog_rows(void)
{
    return IN("tcp", tcp_rows);
}

static bool mentions(const struct yaml_node *list, const char *word)
{
    for (size_t i = 0; i < list->count; i++) {
        static const char *const key[] = {"send", "expect"};
        for (size_t k = 0; k < ARRAY_COUNT(key); k++) {
            struct str text = node_text(yaml_get(list->item[i], key[k]));
            if (str_find(text, str_from(word), 0) < text.len)
                return true;
        }
    }
    return false;
}

/* Which protocol is spoken before TLS begins; NULL: it is none of ours. */
static const char *starttls_of(const struct yaml_node *list)
{
    bool asks = false;
    for (size_t i = 0; i < list->count; i++)
        asks = asks || node_is_true(yaml_get(list->item[i], "starttls"));
    if (!asks)
        return NULL;
    if (mentions(list, "EHLO") || mentions(list, "SMTP"))
        return "smtp";
    if (mentions(list, "STLS"))
        return "pop3";
    if (mentions(list, "AUTH TLS"))
        return "ftp";
    return mentions(list, "STARTTLS") ? "imap" : NULL;
}

/* What is sent up to the first expectation, each with its line end. */
static size_t add_sends(struct import *im, struct entry *e,
                        const struct yaml_node *list)
{
    struct buf text;
    size_t i = 0;
    buf_init(&text, (size_t)64 * 1024);
    for (; i < list->count && yaml_get(list->item[i], "expect") == NULL; i++) {
        const struct yaml_node *send = yaml_get(list->item[i], "send");
        if (send != NULL && send->kind == YAML_SCALAR)
            buf_printf(&text, "%s\n", from_plain(im, send->text));
    }
    if (text.len > 0)
        put(im, e, "send", buf_dup(im->arena, &text), list->pos);
    buf_release(&text);
    return i;
}

static void read_dialog(struct import *im, struct entry *e,
                        const struct yaml_node *list)
{
    size_t at = add_sends(im, e, list);
    if (at < list->count) {
        const struct yaml_node *expect = yaml_get(list->item[at], "expect");
        if (expect->kind == YAML_SCALAR)
            expect_text(im, e, expect->pos, "body matches %s",
                        quoted_regex(im, expect->text, "m"));
        at += yaml_get(list->item[at], "send") == NULL;
    }
    for (; at < list->count; at++)
        remark(im, list->item[at]->pos, STR("query_response"),
               "a tcp check sends once and reads once",
               "use an 'exec' check for the dialogue");
}

void dialog_read(struct import *im, struct entry *e,
                 const struct yaml_node *module, const struct module_use *use)
{
    const struct yaml_node *tcp = yaml_get(module, "tcp");
    const struct yaml_node *list = yaml_get(tcp, "query_response");
    bool tls = node_is_true(yaml_get(tcp, "tls"));
    const char *starttls =
        list != NULL && list->kind == YAML_LIST ? starttls_of(list) : NULL;
    struct reader r = {.im = im, .e = e};
    put(im, e, tls || starttls != NULL ? "tls" : "tcp", use->target, use->pos);
    if (starttls != NULL)
        put(im, e, "starttls", starttls, list->pos);
    else if (tls && list != NULL)
        remark(im, list->pos, STR("query_response"),
               "a tls check ends when the handshake has",
               "use an 'exec' check for the dialogue");
    else if (list != NULL && list->kind == YAML_LIST)
        read_dialog(im, e, list);
    if (tcp != NULL && tcp->kind == YAML_MAP)
        rows_read(&r, tcp, ROWS(tcp_rows));
}

static void read_rcodes(struct reader *r, const struct yaml_node *n)
{
    struct buf list;
    buf_init(&list, 1000);
    for (size_t i = 0; n->kind == YAML_LIST && i < n->count; i++)
        buf_printf(&list, "%s%s", i > 0 ? ", " : "",
                   quoted(r->im, from_plain(r->im, node_text(n->item[i]))));
    if (list.len > 0)
        expect_text(r->im, r->e, n->pos, "jsonpath \"$.rcode\" in [%s]",
                    list.ptr);
    buf_release(&list);
}

static void read_type(struct reader *r, const struct yaml_node *n)
{
    const char *text = take_text(r, n);
    if (text != NULL)
        put(r->im, r->e, "dns.type", text, n->pos);
}

#define RECORDS                                                                \
    "the expressions are for whole records, and a dns check has only their "   \
    "data"

static const struct row dns_rows[] = {
    CARRIED("query_name", "`dns.name`", NULL),
    CARRIED("query_type", "`dns.type`", read_type),
    CARRIED("valid_rcodes", "`jsonpath \"$.rcode\"`; NOERROR when empty",
            read_rcodes),
    LEFT("validate_answer_rrs", RECORDS,
         "write 'jsonpath \"$.records\" includes ...'"),
    LEFT("validate_authority_rrs", RECORDS, "let an 'exec' check run dig"),
    LEFT("validate_additional_rrs", RECORDS, "let an 'exec' check run dig"),
    LEFT("transport_protocol", "a resolver is queried over UDP, then TCP",
         "nothing to do"),
    LEFT("dns_over_tls", "a resolver is queried over UDP or TCP",
         "let an 'exec' check run kdig"),
    LEFT("tls_config", "a resolver is queried over UDP or TCP",
         "let an 'exec' check run kdig"),
    LEFT("query_class", "records are those of the Internet", "nothing to do"),
    LEFT("recursion_desired", "recursion is always requested",
         "let an 'exec' check run dig"),
    LEFT("preferred_ip_protocol", ADDRESS, "name an address as the server"),
    LEFT("ip_protocol_fallback", ADDRESS, "name an address as the server"),
    LEFT("source_ip_address", "the system chooses the source address",
         "set a route"),
};

struct rows dns_probe_rows(void)
{
    return IN("dns", dns_rows);
}

bool dns_probe_read(struct import *im, struct entry *e,
                    const struct yaml_node *module,
                    const struct module_use *use)
{
    const struct yaml_node *dns = yaml_get(module, "dns");
    const struct yaml_node *name = yaml_get(dns, "query_name");
    struct reader r = {.im = im, .e = e};
    if (node_text(name).len == 0) {
        remark(im, module->pos, STR("dns"), "it has no query_name",
               "write a 'dns' check by hand");
        return false;
    }
    const char *text = from_plain(im, name->text);
    size_t len = strlen(text);
    if (len > 1 && text[len - 1] == '.')
        text = arena_dup(im->arena, text, len - 1);
    put(im, e, "dns.name", text, name->pos);
    put(im, e, "dns.server", use->target, use->pos);
    if (yaml_get(dns, "valid_rcodes") == NULL)
        expect_text(im, e, POS_NONE, "jsonpath \"$.rcode\" == \"NOERROR\"");
    if (yaml_get(dns, "query_type") == NULL)
        remark(im, dns->pos, STR("query_type"),
               "without a type all records are requested, which no check does",
               "A is requested: write 'type' if another is meant");
    rows_read(&r, dns, ROWS(dns_rows));
    return true;
}
