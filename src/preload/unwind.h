/*
 * unwind.h - one step out of a function, as its unwind table says.
 *
 * Purpose:   where the caller's frame is, when the program stands at a certain
 *            address: for x86-64, where it is found from the stack pointer or
 *            from rbp alone in nearly all functions.
 * Ownership: plain values.
 * Units:     bytes from the address that the rule names.
 * Errors:    TM_UNWIND_STOP and TM_UNWIND_UNKNOWN.
 * Threads:   no state.
 * Source:    DWARF 5, section 6.4; LSB Core, .eh_frame and .eh_frame_hdr.
 */
#ifndef TM_PRELOAD_UNWIND_H
#define TM_PRELOAD_UNWIND_H

#include <stdint.h>

/* Where the canonical frame address (CFA) is: the stack pointer's value before
 * the call; the return address stands right below it. */
enum tm_unwind_cfa {
	TM_UNWIND_STOP, /* no caller, or none that can be found */
	TM_UNWIND_FROM_RSP,
	TM_UNWIND_FROM_RBP,
	TM_UNWIND_AT_RBP, /* in memory, at rbp + offset */
	TM_UNWIND_SIGNAL, /* the frame that a signal's handler returns to */
	TM_UNWIND_UNKNOWN /* no table: try the frame pointer */
};

/* Where the caller's rbp is. */
enum tm_unwind_rbp {
	TM_UNWIND_RBP_SAME,
	TM_UNWIND_RBP_AT_CFA, /* saved at CFA + offset */
	TM_UNWIND_RBP_AT_RBP  /* saved at rbp + offset */
};

struct tm_unwind_rule {
	enum tm_unwind_cfa cfa;
	enum tm_unwind_rbp rbp;
	int32_t cfa_offset;
	int32_t rbp_offset;
};

/* The rule at `address`; `header` is the .eh_frame_hdr of its library. */
struct tm_unwind_rule tm_unwind_find(const void *header, uintptr_t address);

#endif
