/* The names, in the order of their enums. */
#include "model/watch.h"

#include "base/attr.h"

NAMES(target_kind_names, "kind of target", "slack", "discord", "teams",
      "webhook", "email", "command");
NAMES(transition_names, "transition", "opened", "worsened", "acknowledged",
      "reminded", "resolved", "reopened", "closed", "flapping", "late");
NAMES(notice_state_names, "state of a notification", "pending", "sent",
      "given-up");
