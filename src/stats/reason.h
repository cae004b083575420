/*
 * reason.h - why a metric was decided as it was.
 *
 * Purpose:   a key for each reason, so that code never searches a sentence that
 *            is written for people.
 * Ownership: constants.
 * Errors:    none.
 */
#ifndef TM_STATS_REASON_H
#define TM_STATS_REASON_H

/* X(constant, key, what the sentence says) */
#define TM_REASONS(X)                                                          \
	X(NONE, "none", "")                                                    \
	/* the samples cannot be judged */                                     \
	X(NO_SAMPLES, "no-samples", "there are no samples")                    \
	X(SPOILT, "spoilt", "too many samples are invalid")                    \
	X(TOO_FEW, "too-few", "there are too few samples")                     \
	X(REPEATED, "repeated", "samples repeat an iteration")                 \
	X(HIDDEN, "hidden",                                                    \
	  "resident memory of a collected heap does not show it")              \
	X(CUT_OFF, "cut-off", "its samples end long before the run does")      \
	/* it seems to grow, but a check failed */                             \
	X(TOO_LITTLE, "too-little", "it rose too little to count as growth")   \
	X(FALLS_AS_MUCH, "falls-as-much", "it falls by as much as it rises")   \
	X(ONE_OR_TWO_STEPS, "one-or-two-steps",                                \
	  "all of its rise is in one or two steps")                            \
	X(RISES_SELDOM, "rises-seldom",                                        \
	  "it rises in too few parts of the run")                              \
	X(ENDS, "ends", "it stops rising before the end of the run")           \
	X(PAUSES, "pauses", "it stops rising in the middle of the run")        \
	X(KEEPS_PAGES, "keeps-pages",                                          \
	  "an allocator that keeps pages would look the same")                 \
	X(BELOW_ZERO, "below-zero",                                            \
	  "the interval of its rate reaches below 0")                          \
	X(UNEVEN_FLOOR, "uneven-floor", "its minima do not rise steadily")     \
	X(UNEVEN_TROUGHS, "uneven-troughs",                                    \
	  "its troughs do not rise steadily")                                  \
	/* named by its curve */                                               \
	X(STEADY, "steady", "steadily")                                        \
	X(LATE, "late", "steadily, from partway through the run")              \
	X(RARE_STEPS, "rare-steps",                                            \
	  "in occasional steps that are never reversed")                       \
	X(DOUBLES, "doubles", "like a container that doubles")                 \
	X(SETTLES, "settles", "it levels off, like a warm-up or a cache")      \
	X(STILL_RISES, "still-rises", "it does not level off")                 \
	X(MAY_RISE, "may-rise", "it rose and may still rise")                  \
	X(FEW_STEPS, "few-steps", "it rose in a few steps")                    \
	X(FALLS_BACK, "falls-back", "it rises and falls back")                 \
	X(NOISE, "noise", "only noise around one level")                       \
	X(NO_GROWTH, "no-growth", "no growth")

/* clang-format off */
enum tm_reason {
#define TM_REASON_ROW(constant, key, text) TM_REASON_##constant,
	TM_REASONS(TM_REASON_ROW)
#undef TM_REASON_ROW
	TM_REASON_COUNT
};
/* clang-format on */

/* "falls-as-much", and "it falls by as much as it rises". */
const char *tm_reason_name(enum tm_reason reason);
const char *tm_reason_text(enum tm_reason reason);

#endif
