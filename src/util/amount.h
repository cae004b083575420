/*
 * amount.h - numbers and amounts of memory as people read them.
 *
 * Purpose:   one form for every figure that is shown to people: few digits, no
 *            exponent, bytes in the unit that reads best.
 * Ownership: text is written into an array of the caller.
 * Units:     the caller names them; "bytes" become B, KiB, MiB, GiB or TiB.
 * Errors:    none: infinity is "any amount", what is not a number "unknown".
 */
#ifndef TM_UTIL_AMOUNT_H
#define TM_UTIL_AMOUNT_H

/* One MiB in bytes. */
#define TM_MIB 1048576u

#define TM_NUMBER_MAX 40
#define TM_AMOUNT_MAX 64

/* "2,135", "16.3", "0.02"; what is too small to show is "0". */
void tm_number_format(char out[TM_NUMBER_MAX], double number);

/* "1.5 KiB", "-20 B", "3 descriptors", "1 process": the unit is given in the
 * plural. */
void tm_amount_format(char out[TM_AMOUNT_MAX], double amount, const char *unit);

/* "1.94 to 2.14 KiB", "-3 B to 1.5 KiB". */
#define TM_INTERVAL_MAX (2 * TM_AMOUNT_MAX + 8)
void tm_interval_format(char out[TM_INTERVAL_MAX], double low, double high,
			const char *unit);

#endif
