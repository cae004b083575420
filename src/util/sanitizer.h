/*
 * sanitizer.h - whether this build is checked by AddressSanitizer.
 *
 * Purpose:   gcc and clang say it in two ways.  What depends on it: who is the
 *            allocator, and how much memory a page costs.
 * Ownership: none.
 * Errors:    none.
 */
#ifndef TM_UTIL_SANITIZER_H
#define TM_UTIL_SANITIZER_H

#if defined(__SANITIZE_ADDRESS__)
#define TM_ADDRESS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TM_ADDRESS_SANITIZER 1
#endif
#endif

#ifndef TM_ADDRESS_SANITIZER
#define TM_ADDRESS_SANITIZER 0
#endif

/* A header declares something, or it does not compile alone. */
_Static_assert(TM_ADDRESS_SANITIZER <= 1, "it is yes or no");

#endif
