/*
 * quantity.h - numbers as people write them.
 *
 * Purpose:   sizes (512MiB, 2G, 4096), times (90, 1.5s, 2m) and counts.
 * Ownership: plain values.
 * Units:     bytes and milliseconds; K, M and G are powers of 1,024, with or
 *            without "iB" or "B"; a time without a unit is in seconds.
 * Errors:    0 when the text is not such a quantity, or is too large.
 */
#ifndef TM_UTIL_QUANTITY_H
#define TM_UTIL_QUANTITY_H

#include <stdint.h>

int tm_quantity_bytes(const char *text, uint64_t *out);
int tm_quantity_ms(const char *text, uint64_t *out);
int tm_quantity_count(const char *text, uint64_t *out);

#endif
