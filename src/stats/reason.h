/*
 * reason.h - why a metric was decided as it was.
 *
 * Purpose:   a key for each reason, so that code never has to search the
 *            sentence that people read.
 * Ownership: constants.
 */
#ifndef TM_STATS_REASON_H
#define TM_STATS_REASON_H

/* X(constant, key, what the sentence says) */
#define TM_REASONS(X)                                                          \
	X(NONE, "none", "")                                                    \
	/* the samples cannot be judged */                                     \
	X(NO_SAMPLES, "no-samples", "there are no samples")                    \
	X(SPOILT, "spoilt", "too many samples cannot be memory")               \
	X(TOO_FEW, "too-few", "there are too few samples")                     \
	X(REPEATED, "repeated", "samples repeat an iteration")                 \
	/* it seems to grow, and that is not enough */                         \
	X(TOO_LITTLE, "too-little", "what it grows by is too little to count") \
	X(FALLS_AS_MUCH, "falls-as-much", "it falls by as much as it grows")   \
	X(ONE_OR_TWO_STEPS, "one-or-two-steps",                                \
	  "one or two steps are all its growth")                               \
	X(RISES_SELDOM, "rises-seldom", "it rises too seldom")                 \
	X(ENDS, "ends", "its growth ends")                                     \
	X(PAUSES, "pauses", "its growth pauses")                               \
	X(KEEPS_PAGES, "keeps-pages",                                          \
	  "an allocator that keeps pages could do this")                       \
	X(UNEVEN_FLOOR, "uneven-floor", "its floor rises and falls")           \
	X(UNEVEN_TROUGHS, "uneven-troughs", "its troughs rise and fall")       \
	/* the curve says it */                                                \
	X(STEADY, "steady", "steadily")                                        \
	X(LATE, "late", "steadily, from some way into the run on")             \
	X(RARE_STEPS, "rare-steps",                                            \
	  "in rare steps, none of which is taken back")                        \
	X(DOUBLES, "doubles", "as a container that doubles")                   \
	X(SETTLES, "settles",                                                  \
	  "it rises ever more slowly, as a warm-up or a cache")                \
	X(FEW_STEPS, "few-steps", "a few steps explain it")                    \
	X(FALLS_BACK, "falls-back", "it rises and falls back")                 \
	X(NOISE, "noise", "nothing but noise about one level")                 \
	X(NO_GROWTH, "no-growth", "no growth")

/* clang-format off */
enum tm_reason {
#define TM_REASON_ROW(constant, key, text) TM_REASON_##constant,
	TM_REASONS(TM_REASON_ROW)
#undef TM_REASON_ROW
	TM_REASON_COUNT
};
/* clang-format on */

/* "falls-as-much", and "it falls by as much as it grows". */
const char *tm_reason_name(enum tm_reason reason);
const char *tm_reason_text(enum tm_reason reason);

#endif
