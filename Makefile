# tidemark: `make help` lists what can be made.
#
# One Makefile, not recursive.  Variants are built side by side in
# build/VARIANT/; build/tidemark and build/scenarios/NAME point at the release
# build.  A user's CFLAGS and LDFLAGS come after our own and are never replaced.

VARIANT ?= release
CC      ?= cc
PKG_CONFIG ?= pkg-config
PREFIX  ?= /usr/local
BUILD   := build/$(VARIANT)

# --- flags ------------------------------------------------------------------

TM_PACKAGES := librabbitmq hiredis jansson inih uuid
TM_CFLAGS := -std=c17 -D_GNU_SOURCE -g -Isrc -Iinclude \
	-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wformat=2 -Wundef -Wcast-qual \
	-Wwrite-strings -fno-common -fno-omit-frame-pointer
TM_LDLIBS := -lm
ifeq ($(WERROR),1)
TM_CFLAGS += -Werror
endif

ifeq ($(VARIANT),release)
TM_CFLAGS += -O2
else ifeq ($(VARIANT),debug)
TM_CFLAGS += -O0
else ifeq ($(VARIANT),asan)
TM_CFLAGS += -O1 -fsanitize=address,undefined -fno-sanitize-recover=all
TM_LDFLAGS += -fsanitize=address,undefined
else ifeq ($(VARIANT),gcstress)
TM_CFLAGS += -O1 -DTM_GC_STRESS=1
else
$(error VARIANT=$(VARIANT) is unknown: release, debug, asan or gcstress)
endif

# jemalloc replaces malloc in every program, except under AddressSanitizer,
# which needs malloc for itself.
ifneq ($(VARIANT),asan)
TM_PACKAGES_ALLOCATOR := jemalloc
endif

# Packages may be missing before `make deps` has run; targets that need no
# compiler must work then too.
TM_PKG_CFLAGS = $(shell $(PKG_CONFIG) --cflags $(TM_PACKAGES) 2>/dev/null)
TM_PKG_LIBS = $(shell $(PKG_CONFIG) --libs $(TM_PACKAGES_ALLOCATOR) $(TM_PACKAGES) 2>/dev/null)
TM_TEST_LIBS = $(shell $(PKG_CONFIG) --libs criterion 2>/dev/null)

TM_VERSION := 0.1.0
TM_COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null || echo unknown)

# --- sources ----------------------------------------------------------------

LIB_SOURCES := $(filter-out src/cli/%,$(wildcard src/*/*.c))
CLI_SOURCES := $(wildcard src/cli/*.c)
SCENARIO_SOURCES := $(wildcard scenarios/*.c)
BENCH_SOURCES := $(wildcard bench/*.c)
TEST_DIRS := $(sort $(dir $(wildcard tests/*/test_*.c)))
SUPPORT_SOURCES := $(wildcard tests/support/*.c)

object = $(patsubst %.c,$(BUILD)/%.o,$(1))

LIB := $(BUILD)/libtidemark.a
CLI := $(BUILD)/tidemark
SCENARIOS := $(patsubst scenarios/%.c,$(BUILD)/scenarios/%,$(SCENARIO_SOURCES))
BENCHES := $(patsubst bench/%.c,$(BUILD)/bench/%,$(BENCH_SOURCES))
TESTS := $(patsubst tests/%/,$(BUILD)/tests/%/test,$(TEST_DIRS))

.PHONY: all programs tests benches clean help
.DEFAULT_GOAL := all

all: programs ## build the tidemark command and the scenarios
	@ln -sfn $(VARIANT)/tidemark build/tidemark
	@ln -sfn $(VARIANT)/scenarios build/scenarios

programs: $(CLI) $(SCENARIOS)
tests: $(TESTS)
benches: $(BENCHES)

help: ## list what can be made
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-14s %s\n",$$1,$$2}' $(MAKEFILE_LIST)

clean: ## remove everything that was built
	rm -rf build

# --- rules ------------------------------------------------------------------

# The stamp changes when the compiler or its flags do, and with it everything.
$(BUILD)/flags.stamp: force
	@mkdir -p $(@D)
	@echo '$(CC) $(TM_CFLAGS) $(CFLAGS) $(TM_LDFLAGS) $(LDFLAGS)' | cmp -s - $@ || \
	 echo '$(CC) $(TM_CFLAGS) $(CFLAGS) $(TM_LDFLAGS) $(LDFLAGS)' > $@
.PHONY: force
force:

$(BUILD)/%.o: %.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(CC) $(TM_CFLAGS) $(TM_PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(LIB): $(call object,$(LIB_SOURCES))
	rm -f $@
	$(AR) rcs $@ $^

LINK = $(CC) $(TM_CFLAGS) $(CFLAGS) $(TM_LDFLAGS) $(LDFLAGS)

$(CLI): $(call object,$(CLI_SOURCES)) $(LIB)
	$(LINK) $(call object,$(CLI_SOURCES)) $(LIB) $(TM_PKG_LIBS) $(TM_LDLIBS) -o $@

$(BUILD)/scenarios/%: $(BUILD)/scenarios/%.o $(LIB)
	$(LINK) $< $(LIB) $(TM_PKG_LIBS) $(TM_LDLIBS) -o $@

$(BUILD)/bench/%: $(BUILD)/bench/%.o $(LIB)
	$(LINK) $< $(LIB) $(TM_PKG_LIBS) $(TM_LDLIBS) -o $@

# One test program a folder: tests/runtime/*.c -> build/VARIANT/tests/runtime/test
.SECONDARY:
.SECONDEXPANSION:
$(BUILD)/tests/%/test: $$(call object,$$(wildcard tests/$$*/*.c)) $(call object,$(SUPPORT_SOURCES)) $(LIB)
	$(LINK) $(filter %.o,$^) $(LIB) $(TM_TEST_LIBS) $(TM_PKG_LIBS) $(TM_LDLIBS) -o $@

-include $(shell find build/$(VARIANT) -name '*.d' 2>/dev/null)
