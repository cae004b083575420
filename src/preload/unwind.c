#include "preload/unwind.h"

#include <stddef.h>
#include <string.h>

/*
 * Reading unwind tables
 *
 * To find a function's caller one needs two values: the canonical frame address
 * (CFA), which is the stack pointer before the call, and the caller's rbp.  The
 * return address stands right below the CFA.  Compilers write down where both
 * are, for each instruction, in .eh_frame: a record for each function (FDE),
 * which refers to a common record shared by many (CIE).  .eh_frame_hdr is an index of
 * them, sorted by address.
 *
 * So, for an address: find the function in the index by bisection; read its
 * record and the common one; run the common instructions, then the function's,
 * until the location passes the address.  They are a small program that says
 * "from here on the CFA is rsp + 16, and rbp is saved at CFA - 16".  What they
 * leave is the rule, 64 bits when packed, which stack.c caches for the address:
 * most steps of a walk find their rule in that cache and do not come here.
 *
 * Supported are the rules of x86-64 in which the CFA is rsp or rbp plus a
 * number, or is in memory at rbp plus a number (a function that aligns its
 * stack), and rbp is unchanged, saved at an offset from the CFA or at an offset
 * from rbp.  That is enough because a walk needs only rsp and rbp; the other
 * registers are ignored.
 *
 * Unsupported, and what happens then:
 *   - a CFA in another register or by another expression (the PLT's, some
 *     assembler), a return address that is moved or undefined, instructions
 *     that are unknown: the walk ends at that function;
 *   - the frame that a signal's handler returns to: the walk ends there, and
 *     reports it, since an allocator must not be called in a handler;
 *   - code without a record (generated at run time, or built without tables),
 *     an index in another encoding, a record with a 64-bit length, a version
 *     other than 1 and 3 or an unknown augmentation: stack.c tries the
 *     frame pointer;
 *   - .debug_frame, which is not loaded into memory, is not read;
 *   - other processors: all steps are by frame pointers.
 *
 * Nothing here takes a lock, allocates, or reads beyond the current record; the
 * tables themselves are trusted, as the C++ runtime trusts them.
 */

/* DWARF's numbers of the registers of x86-64. */
#define RBP	       6
#define RSP	       7
#define RETURN_ADDRESS 16

/* Encodings of pointers. */
#define ENCODING_ABSOLUTE 0x00
#define ENCODING_UDATA4	  0x03
#define ENCODING_SDATA4	  0x0b
#define ENCODING_SDATA8	  0x0c
#define ENCODING_UDATA8	  0x04
#define ENCODING_PCREL	  0x10
#define ENCODING_DATAREL  0x30
#define ENCODING_TABLE	  (ENCODING_DATAREL | ENCODING_SDATA4)
#define ENCODING_OMIT	  0xff

#define STATES_MAX 8

/* What the instructions change. */
struct state {
	struct tm_unwind_rule rule;
	int return_is_usual;
	int return_is_undefined;
};

struct cursor {
	const uint8_t *at;
	const uint8_t *end;
};

/* A function's record, and the common one that it refers to. */
struct entry {
	struct cursor program;
	struct cursor common_program;
	uint64_t code_factor;
	int64_t data_factor;
	uintptr_t begin;
	uint8_t encoding;
	int has_augmentation;
	int is_signal;
};

/* --- numbers -------------------------------------------------------------- */

static uint64_t read_fixed(struct cursor *cursor, size_t size)
{
	uint64_t value = 0;

	if ((size_t)(cursor->end - cursor->at) < size) {
		cursor->at = cursor->end;
		return 0;
	}
	memcpy(&value, cursor->at, size); /* little-endian, as the processor */
	cursor->at += size;
	return value;
}

/* A LEB128 number, without its sign; `shift` becomes its bits, and `last` its
 * last byte. */
static uint64_t read_leb(struct cursor *cursor, unsigned int *shift,
			 uint8_t *last)
{
	uint64_t value = 0;

	*shift = 0;
	*last = 0x80;
	while (cursor->at < cursor->end && *last & 0x80) {
		*last = *cursor->at++;
		if (*shift < 64)
			value |= (uint64_t)(*last & 0x7f) << *shift;
		*shift += 7;
	}
	return value;
}

static uint64_t read_uleb(struct cursor *cursor)
{
	unsigned int shift;
	uint8_t last;

	return read_leb(cursor, &shift, &last);
}

static int64_t read_sleb(struct cursor *cursor)
{
	unsigned int shift;
	uint8_t last;
	uint64_t value = read_leb(cursor, &shift, &last);

	if (shift < 64 && last & 0x40)
		value |= UINT64_MAX << shift;
	return (int64_t)value;
}

/* A pointer; *ok is cleared when its encoding is unsupported. */
static uintptr_t read_pointer(struct cursor *cursor, uint8_t encoding, int *ok)
{
	uintptr_t base = 0;

	if ((encoding & 0x70) == ENCODING_PCREL)
		base = (uintptr_t)cursor->at;
	else if (encoding & 0xf0)
		*ok = 0;
	switch (encoding & 0x0f) {
	case ENCODING_UDATA4:
		return base + (uint32_t)read_fixed(cursor, 4);
	case ENCODING_SDATA4:
		return base + (uintptr_t)(int32_t)read_fixed(cursor, 4);
	case ENCODING_ABSOLUTE:
	case ENCODING_UDATA8:
	case ENCODING_SDATA8:
		return base + read_fixed(cursor, 8);
	default:
		*ok = 0;
		return 0;
	}
}

/* --- entries -------------------------------------------------------------- */

/* The length field of a record: what follows it, as a cursor. */
static int open_record(const uint8_t *record, struct cursor *out)
{
	uint32_t length;

	memcpy(&length, record, sizeof(length));
	if (length == 0 || length == UINT32_MAX) /* the end, or 64 bits long */
		return 0;
	out->at = record + 4;
	out->end = out->at + length;
	return 1;
}

static void skip_string(struct cursor *cursor)
{
	while (cursor->at < cursor->end && *cursor->at)
		cursor->at++;
	cursor->at++;
}

/* The letters of the augmentation that say how to read the rest. */
static int read_augmentation(struct cursor *cursor, const char *letters,
			     struct entry *entry)
{
	struct cursor data = {0};
	int ok = 1;
	uint64_t length;

	entry->encoding = ENCODING_ABSOLUTE;
	if (*letters == '\0')
		return 1;
	if (*letters++ != 'z')
		return 0;
	entry->has_augmentation = 1;
	length = read_uleb(cursor);
	data.at = cursor->at;
	data.end = cursor->at + length;
	cursor->at = data.end;
	for (; ok && *letters; letters++) {
		if (*letters == 'R')
			entry->encoding = (uint8_t)read_fixed(&data, 1);
		else if (*letters == 'L')
			read_fixed(&data, 1);
		else if (*letters == 'S')
			entry->is_signal = 1;
		else if (*letters == 'P')
			read_pointer(&data,
				     (uint8_t)read_fixed(&data, 1) & 0x7f, &ok);
		else
			ok = 0;
	}
	return ok;
}

/* The common entry (CIE). */
static int read_common(const uint8_t *record, struct entry *entry)
{
	struct cursor cursor;
	const char *letters;
	uint8_t version;

	if (!open_record(record, &cursor) || read_fixed(&cursor, 4) != 0)
		return 0;
	version = (uint8_t)read_fixed(&cursor, 1);
	if (version != 1 && version != 3)
		return 0;
	letters = (const char *)cursor.at;
	skip_string(&cursor);
	entry->code_factor = read_uleb(&cursor);
	entry->data_factor = read_sleb(&cursor);
	if ((version == 1 ? read_fixed(&cursor, 1) : read_uleb(&cursor)) !=
	    RETURN_ADDRESS)
		return 0;
	if (!read_augmentation(&cursor, letters, entry))
		return 0;
	entry->common_program = cursor;
	return 1;
}

/* The function's entry (FDE), when `address` is in the function. */
static int read_entry(const uint8_t *record, uintptr_t address,
		      struct entry *entry)
{
	struct cursor cursor;
	const uint8_t *common;
	uint64_t length;
	int ok = 1;

	memset(entry, 0, sizeof(*entry));
	if (!open_record(record, &cursor))
		return 0;
	common = cursor.at; /* the distance is counted from its own field */
	common -= (uint32_t)read_fixed(&cursor, 4);
	if (!read_common(common, entry))
		return 0;
	entry->begin = read_pointer(&cursor, entry->encoding, &ok);
	length = read_pointer(&cursor, entry->encoding & 0x0f, &ok);
	if (!ok || address - entry->begin >= length)
		return 0;
	if (entry->has_augmentation)
		cursor.at += read_uleb(&cursor);
	entry->program = cursor;
	return 1;
}

/* --- the instructions ----------------------------------------------------- */

/* The state of running a function's instructions. */
struct run {
	const struct entry *entry;
	uintptr_t address; /* where the rule is wanted */
	uintptr_t location;
	struct state state;
	struct state initial; /* what `restore` restores */
	struct state kept[STATES_MAX];
	unsigned int depth;
	int failed;
};

static void set_cfa(struct run *run, uint64_t number, int64_t offset)
{
	struct tm_unwind_rule *rule = &run->state.rule;

	rule->cfa = number == RSP   ? TM_UNWIND_FROM_RSP
		    : number == RBP ? TM_UNWIND_FROM_RBP
				    : TM_UNWIND_STOP;
	rule->cfa_offset = (int32_t)offset;
}

/* Register `number` is saved at CFA + offset. */
static void set_saved(struct run *run, uint64_t number, int64_t offset)
{
	if (number == RBP) {
		run->state.rule.rbp = TM_UNWIND_RBP_AT_CFA;
		run->state.rule.rbp_offset = (int32_t)offset;
	} else if (number == RETURN_ADDRESS) {
		run->state.return_is_usual = offset == -8;
	}
}

static void set_same(struct run *run, uint64_t number)
{
	if (number == RBP)
		run->state.rule.rbp = TM_UNWIND_RBP_SAME;
}

static void set_undefined(struct run *run, uint64_t number)
{
	if (number == RETURN_ADDRESS)
		run->state.return_is_undefined = 1;
	else
		set_same(run, number);
}

static void set_initial(struct run *run, uint64_t number)
{
	if (number == RBP) {
		run->state.rule.rbp = run->initial.rule.rbp;
		run->state.rule.rbp_offset = run->initial.rule.rbp_offset;
	} else if (number == RETURN_ADDRESS) {
		run->state.return_is_usual = run->initial.return_is_usual;
		run->state.return_is_undefined =
			run->initial.return_is_undefined;
	}
}

/* An expression of the form rbp + offset; `*is_memory` when it is dereferenced.
 * Compilers emit no other expressions for ordinary functions. */
static int read_expression(struct cursor *cursor, int32_t *offset,
			   int *is_memory)
{
	struct cursor code = {cursor->at, cursor->at};
	uint64_t length = read_uleb(cursor);

	if (length > (uint64_t)(cursor->end - cursor->at))
		length = 0;
	code.at = cursor->at;
	code.end = cursor->at += length;
	if (read_fixed(&code, 1) != 0x70 + RBP) /* DW_OP_breg6 */
		return 0;
	*offset = (int32_t)read_sleb(&code);
	*is_memory = code.at < code.end && *code.at == 0x06; /* DW_OP_deref */
	return code.at + *is_memory == code.end;
}

static void set_cfa_expression(struct run *run, struct cursor *cursor)
{
	struct tm_unwind_rule *rule = &run->state.rule;
	int is_memory = 0;

	if (read_expression(cursor, &rule->cfa_offset, &is_memory))
		rule->cfa = is_memory ? TM_UNWIND_AT_RBP : TM_UNWIND_FROM_RBP;
	else
		rule->cfa = TM_UNWIND_STOP;
}

static void set_saved_expression(struct run *run, struct cursor *cursor)
{
	struct tm_unwind_rule *rule = &run->state.rule;
	uint64_t number = read_uleb(cursor);
	int32_t offset = 0;
	int is_memory = 0, known = read_expression(cursor, &offset, &is_memory);

	if (number == RETURN_ADDRESS)
		run->state.return_is_usual = 0;
	if (number != RBP)
		return;
	rule->rbp = TM_UNWIND_RBP_AT_RBP;
	rule->rbp_offset = offset;
	run->failed |= !known || is_memory;
}

static void keep(struct run *run)
{
	if (run->depth < STATES_MAX)
		run->kept[run->depth++] = run->state;
	else
		run->failed = 1;
}

static void take_back(struct run *run)
{
	if (run->depth > 0)
		run->state = run->kept[--run->depth];
	else
		run->failed = 1;
}

/* Instructions that say where the frame is. */
static void run_cfa(struct run *run, struct cursor *cursor, uint8_t opcode)
{
	int64_t factor = run->entry->data_factor;
	uint64_t number;

	switch (opcode) {
	case 0x0c: /* def_cfa */
		number = read_uleb(cursor);
		set_cfa(run, number, (int64_t)read_uleb(cursor));
		break;
	case 0x0d: /* def_cfa_register */
		set_cfa(run, read_uleb(cursor), run->state.rule.cfa_offset);
		break;
	case 0x0e: /* def_cfa_offset */
		run->state.rule.cfa_offset = (int32_t)read_uleb(cursor);
		break;
	case 0x0f:
		set_cfa_expression(run, cursor);
		break;
	case 0x12: /* def_cfa_sf */
		number = read_uleb(cursor);
		set_cfa(run, number, read_sleb(cursor) * factor);
		break;
	case 0x13: /* def_cfa_offset_sf */
		run->state.rule.cfa_offset =
			(int32_t)(read_sleb(cursor) * factor);
		break;
	default: /* register, val_offset and others that compilers do not emit */
		run->failed = 1;
	}
}

/* Instructions that are rare or have no operand in the opcode. */
static void run_extended(struct run *run, struct cursor *cursor, uint8_t opcode)
{
	int64_t factor = run->entry->data_factor;
	uint64_t number;

	switch (opcode) {
	case 0x00: /* nop */
		break;
	case 0x05: /* offset_extended */
		number = read_uleb(cursor);
		set_saved(run, number, (int64_t)read_uleb(cursor) * factor);
		break;
	case 0x06: /* restore_extended */
		set_initial(run, read_uleb(cursor));
		break;
	case 0x07: /* undefined */
		set_undefined(run, read_uleb(cursor));
		break;
	case 0x08: /* same_value */
		set_same(run, read_uleb(cursor));
		break;
	case 0x0a:
		keep(run);
		break;
	case 0x0b:
		take_back(run);
		break;
	case 0x10:
		set_saved_expression(run, cursor);
		break;
	case 0x11: /* offset_extended_sf */
		number = read_uleb(cursor);
		set_saved(run, number, read_sleb(cursor) * factor);
		break;
	case 0x2e: /* GNU_args_size */
		read_uleb(cursor);
		break;
	default:
		run_cfa(run, cursor, opcode);
	}
}

static void advance(struct run *run, uint64_t delta)
{
	run->location += delta * run->entry->code_factor;
}

/* Run instructions until the location passes the address. */
static void run_program(struct run *run, struct cursor cursor)
{
	uint8_t opcode, operand;

	while (cursor.at < cursor.end && !run->failed &&
	       run->location <= run->address) {
		opcode = *cursor.at++;
		operand = opcode & 0x3f;
		if (opcode >> 6 == 1)
			advance(run, operand);
		else if (opcode >> 6 == 2)
			set_saved(run, operand,
				  (int64_t)read_uleb(&cursor) *
					  run->entry->data_factor);
		else if (opcode >> 6 == 3)
			set_initial(run, operand);
		else if (opcode == 0x02)
			advance(run, read_fixed(&cursor, 1));
		else if (opcode == 0x03)
			advance(run, read_fixed(&cursor, 2));
		else if (opcode == 0x04)
			advance(run, read_fixed(&cursor, 4));
		else
			run_extended(run, &cursor, opcode);
	}
}

static struct tm_unwind_rule run_entry(const struct entry *entry,
				       uintptr_t address)
{
	static const struct tm_unwind_rule stop;
	struct run run;

	memset(&run, 0, sizeof(run));
	run.entry = entry;
	run.address = run.location = address;
	run_program(&run, entry->common_program);
	run.initial = run.state;
	run.location = entry->begin;
	run_program(&run, entry->program);
	if (run.failed || run.state.return_is_undefined ||
	    !run.state.return_is_usual)
		return stop;
	return run.state.rule;
}

/* --- the index ------------------------------------------------------------ */

/* Pairs of a function's start and its record, sorted, relative to the header. */
static const uint8_t *find_record(const uint8_t *header, uintptr_t address)
{
	struct cursor cursor = {header + 4, header + 64};
	size_t low = 0, high, middle;
	const int32_t *pair;
	intptr_t wanted = (intptr_t)(address - (uintptr_t)header);
	int ok = 1;

	if (header[0] != 1 || header[2] != ENCODING_UDATA4 ||
	    header[3] != ENCODING_TABLE)
		return NULL;
	read_pointer(&cursor, header[1], &ok);
	high = read_fixed(&cursor, 4);
	pair = (const int32_t *)(const void *)cursor.at;
	if (!ok || high == 0 || wanted < pair[0])
		return NULL;
	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (wanted < pair[2 * middle])
			high = middle;
		else
			low = middle;
	}
	return header + pair[2 * low + 1];
}

struct tm_unwind_rule tm_unwind_find(const void *header, uintptr_t address)
{
	static const struct tm_unwind_rule unknown = {.cfa = TM_UNWIND_UNKNOWN};
	static const struct tm_unwind_rule signal = {.cfa = TM_UNWIND_SIGNAL};
	const uint8_t *record = find_record(header, address);
	struct entry entry;

	if (!record || !read_entry(record, address, &entry))
		return unknown;
	if (entry.is_signal)
		return signal;
	return run_entry(&entry, address);
}
