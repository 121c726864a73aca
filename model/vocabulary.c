/* The names, in the order of their enums. */
#include "model/vocabulary.h"

#include "base/attr.h"
#include "model/check.h"

NAMES(severity_names, "severity", "critical", "major", "minor", "info");
NAMES(status_names, "status", "pass", "degraded", "fail", "error", "blocked",
      "skipped");
NAMES(cause_names, "cause", "assertion", "timeout", "connect", "closed", "dns",
      "tls", "protocol", "redirect", "too-large", "decode", "proxy", "exec",
      "migration", "prober", "inconclusive", "config");
NAMES(phase_names, "phase", "dns", "connect", "tls", "send", "wait", "receive");
NAMES(production_names, "production state", "healthy", "degraded", "down",
      "unknown");
NAMES(deployment_names, "deployment state", "shipped", "stale", "mixed",
      "conflict", "failed", "unknown");
NAMES(verdict_names, "verdict", "healthy", "verified", "degraded", "unhealthy",
      "not-shipped", "inconclusive");
NAMES(advice_names, "advice", "proceed", "review", "roll-back", "wait",
      "fix-deploy", "check-runner");
NAMES(source_state_names, "source state", "read", "unreadable", "empty",
      "waited");
NAMES(role_names, "role", "root", "wrapper", "symptom", "boilerplate", "failed",
      "succeeded");
NAMES(ending_names, "ending", "run", "job", "phase", "step", "tool", "test",
      "last");
NAMES(bare_words_names, "kind of words", "last-failed", "last-succeeded",
      "tests-passed", "tests-failed", "speaker-well");
NAMES(prover_names, "source of proof", "git", "deployments", "responses",
      "database");
NAMES(outcome_names, "outcome", "unknown", "failed", "succeeded");
NAMES(edge_names, "edge", "wraps", "symptom_of", "usually_after", "same_as");
NAMES(confidence_names, "confidence", "high", "medium", "low");
NAMES(rollback_names, "rollback", "helps", "useless", "harmful");
NAMES(http_version_names, "HTTP version", "1.1", "2", "any");
NAMES(retry_class_names, "retry class", "connect", "timeout", "closed", "dns",
      "tls", "protocol", "status", "4xx", "assertion", "exec");
NAMES(addresses_names, "addresses", "any", "each");
NAMES(starttls_names, "protocol", "none", "smtp", "imap", "pop3", "ftp");
NAMES(dns_type_names, "record type", "A", "AAAA", "CNAME", "MX", "TXT", "NS",
      "SRV", "CAA", "PTR");

bool verdict_is_good(int verdict)
{
    return verdict == VERDICT_HEALTHY || verdict == VERDICT_VERIFIED;
}

const char *rollback_words(int rollback)
{
    static const char *const words[] = {[ROLLBACK_HELPS] = "helps",
                                        [ROLLBACK_USELESS] = "will not help",
                                        [ROLLBACK_HARMFUL] = "would do harm"};
    return rollback < 0 ? "was not judged" : words[rollback];
}
