/*
 * process_tree.h - the processes of a run.
 *
 * Purpose:   what a run keeps of each process of the program (struct tm_run,
 *            tree), and notes about those that are in no sample.
 * Ownership: all is borrowed.
 * Errors:    none: what there is no memory for is not kept.
 */
#ifndef TM_RUN_PROCESS_TREE_H
#define TM_RUN_PROCESS_TREE_H

#include "probe/probe.h"
#include "results/run.h"

/* The program has ended.  A probe of this process itself sets nothing. */
void tm_process_tree_set(struct tm_run *run, struct tm_probe *probe);

#endif
