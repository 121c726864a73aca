/*
 * Decides from the bytes of a response whether it is complete and well-formed,
 * whatever the library that brought them says (RFC 9112, RFC 9113).
 *
 * HTTP/1 is fed to the gate itself, in pieces of any size. HTTP/2 goes through
 * a session of our own, which tells the same gate what it found. Bytes after
 * the end of the message are not looked at.
 */
#ifndef PROBE_GATE_H
#define PROBE_GATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "model/check.h"
#include "model/result.h"

#define GATE_HEAD_MAX       ((size_t)256 * 1024) /* interim ones included */
#define GATE_EXTENSIONS_MAX ((size_t)16 * 1024)  /* of all chunks together */
#define GATE_CHUNK_DIGITS   16

enum gate_at {
    GATE_STATUS_LINE,
    GATE_HEADERS,
    GATE_LENGTH, /* a body of so many bytes */
    GATE_CLOSE,  /* a body that the end of the connection ends */
    GATE_CHUNK_SIZE,
    GATE_CHUNK_EXTENSION,
    GATE_CHUNK_DATA,
    GATE_CHUNK_END,
    GATE_TRAILERS,
    GATE_STREAM,   /* HTTP/2: END_STREAM is still to come */
    GATE_COMPLETE, /* and well-formed */
    GATE_REFUSED   /* `cause` and `why` say what is wrong */
};

/* How the connection of an incomplete response ended. */
enum gate_end {
    GATE_END_CLEAR,  /* FIN in clear text */
    GATE_END_NOTIFY, /* TLS said close_notify before */
    GATE_END_CUT     /* TLS did not */
};

struct gate {
    struct buf *head, *body; /* of the caller; interim heads are dropped */
    bool is_head;            /* the request was HEAD: there is no body */
    enum gate_at at;
    int64_t status; /* of the last status line; 0: none came */
    int version;    /* 10, 11, 20; 0: none came */
    enum cause_kind cause;
    struct buf why;

    size_t line;       /* where the current line begins in the head */
    size_t head_bytes; /* of interim responses before */
    bool first;        /* of the headers, or of the trailers */
    bool framing;      /* the last header said how long the body is */
    bool chunked, has_length, in_extension, after_cr;
    uint64_t length, left; /* of the body; of the chunk, or the body */
    size_t digits, extensions;
};

/* Only `why` belongs to the gate. */
void gate_open(struct gate *g, struct buf *head, struct buf *body,
               bool is_head);
void gate_release(struct gate *g);

/*
 * HTTP/1. False: it is refused, or the head or the body is full, and nothing
 * more needs to come.
 */
bool gate_feed(struct gate *g, struct str bytes) MUST_CHECK;

/* No more bytes come: a response that is not complete is refused. */
void gate_close(struct gate *g, enum gate_end how);

/* The first reason counts; a complete response is never refused. */
void gate_refuse(struct gate *g, enum cause_kind cause, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

/* Adds up interim heads and drops them; the head is full beyond the limit. */
void gate_drop_head(struct gate *g);

/*
 * gate_http2.c: one request over HTTP/2, from the connection preface on. The
 * session feeds the gate; arena, gate and request must outlive it.
 */
struct gate_http2;

struct gate_request {
    const char *method, *scheme, *authority, *path;
    const struct header *header; /* names in lower case */
    size_t header_count;
    const char *body; /* NULL: none */
    size_t body_bytes;
};

struct gate_http2 *gate_http2_open(struct arena *a, struct gate *g,
                                   const struct gate_request *request);
void gate_http2_close(struct gate_http2 *s); /* may be NULL */

/* As gate_feed. */
bool gate_http2_feed(struct gate_http2 *s, struct str bytes) MUST_CHECK;

/* Adds what is to be sent now to out. */
void gate_http2_pull(struct gate_http2 *s, struct buf *out);

/* Has the request been written as a whole? */
bool gate_http2_sent(const struct gate_http2 *s);

/*
 * content.c: undoes the codings that Content-Encoding of the head names, in
 * place. False: the body is cut or broken (`why` says how), or has more than
 * max bytes then (body->full).
 */
bool content_decode(struct buf *body, struct str head, size_t max,
                    struct buf *why) MUST_CHECK;

/* What a body of max bytes may take while it is coded: a coding that does not
   help adds a little. */
size_t content_coded_max(size_t max);

/* What is decoded, as the value of Accept-Encoding. */
extern const char content_codings[];

#endif
