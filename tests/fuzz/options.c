/*
 * What AddressSanitizer does for each allocation, which is most of the time of
 * a small input: one frame of where it was made, and a short quarantine. For
 * more, run a finding again with ASAN_OPTIONS=malloc_context_size=30.
 */
const char *__asan_default_options(void); /* NOLINT: ASan gives the name */

const char *__asan_default_options(void) /* NOLINT */
{
    return "malloc_context_size=1:quarantine_size_mb=64";
}
