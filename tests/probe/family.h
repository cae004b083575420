/*
 * family.h - a process with children, whose memory is measured together.
 *
 * Purpose:   one subject and its tree for each test, and what children do.
 * Ownership: family_stop() ends the processes and closes the tree.
 * Errors:    a helper that fails ends the test.
 */
#ifndef TESTS_PROBE_FAMILY_H
#define TESTS_PROBE_FAMILY_H

#include "probe/probe.h"
#include "subject.h"

#define MIB (1024u * 1024u)

extern struct subject family_subject;
extern struct tm_tree *family_tree;

/* Start the subject, which calls `obey` for each order, and open its tree. */
void family_start(void (*obey)(char order));
void family_stop(void);

/* Take one sample. */
struct tm_sample family_sample(int checkpoint);

/* Take samples until there are so many processes: a forked one counts when it
 * has been there for a while. */
struct tm_sample family_sample_until(uint64_t processes);

/* In the subject: a child that does `work`, says so, and stays. */
pid_t family_keep_child(void (*work)(void));
void family_touch_16_mib(void);

/* In the subject, as `obey`: each order but 0 makes a child of 16 MiB. */
void family_have_children(char order);
/* Order 1 makes a child of 16 MiB, order 2 ends it. */
void family_free_children(char order);

#endif
