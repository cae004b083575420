# tidemark: `make help` lists what can be made.
#
# One Makefile, not recursive.  Variants are built side by side in
# build/VARIANT/; build/tidemark and build/scenarios/NAME point at the release
# build.  A user's CFLAGS and LDFLAGS come after our own and are never replaced.
# `make CC=clang BUILD=build/clang` keeps another compiler's build apart.

VARIANT := release
CC      ?= cc
PKG_CONFIG ?= pkg-config
PREFIX  := /usr/local
BUILD   := build/$(VARIANT)

# --- flags ------------------------------------------------------------------

# What the tool needs, and what the lab needs besides: scenarios and tests.
TM_TOOL_PACKAGES := jansson inih libdw libelf
TM_LAB_PACKAGES := librabbitmq hiredis uuid
TM_PACKAGES := $(TM_LAB_PACKAGES) $(TM_TOOL_PACKAGES)
TM_CFLAGS := -std=c17 -D_GNU_SOURCE -g -Isrc -Iinclude -I$(BUILD) \
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
else ifeq ($(VARIANT),cov)
# clang's: asan's, and each line counts how often it ran.
TM_CFLAGS += -O1 -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fprofile-instr-generate=$(abspath $(BUILD))/counts/%m.profraw -fcoverage-mapping
TM_LDFLAGS += -fsanitize=address,undefined -fprofile-instr-generate
else ifeq ($(VARIANT),tsan)
TM_CFLAGS += -O1 -fsanitize=thread
TM_LDFLAGS += -fsanitize=thread
else
$(error VARIANT=$(VARIANT) is unknown: release, debug, asan, gcstress, cov or tsan)
endif

# jemalloc replaces malloc in the lab's programs, except under a sanitizer, which
# needs malloc for itself.  The tool does without: jemalloc and the C++ library
# that it loads are half of the time in which `tidemark --version` ends.
ifeq ($(filter asan cov tsan,$(VARIANT)),)
TM_PACKAGES_ALLOCATOR := jemalloc
endif

# pkg-config is asked when a recipe first needs the answer, and then no more:
# `make deps all` must not remember what was missing before deps ran, and a
# target that needs no compiler must work without any library.
lazily = $(eval $(1) := $(2))$($(1))
TM_PKG_CFLAGS = $(call lazily,TM_PKG_CFLAGS,$(shell $(PKG_CONFIG) --cflags $(TM_PACKAGES)))
TM_PKG_LIBS = $(call lazily,TM_PKG_LIBS,$(shell $(PKG_CONFIG) --libs $(TM_PACKAGES_ALLOCATOR) $(TM_PACKAGES)))
TM_TOOL_LIBS = $(call lazily,TM_TOOL_LIBS,$(shell $(PKG_CONFIG) --libs $(TM_TOOL_PACKAGES)))
WITHOUT_JEMALLOC = -Wl,--as-needed $(filter-out -ljemalloc,$(TM_PKG_LIBS))
TM_TEST_LIBS = $(call lazily,TM_TEST_LIBS,$(shell $(PKG_CONFIG) --libs criterion))
# The name by which Criterion asks for libgit2, when it does.
GIT_LIBRARY = $(call lazily,GIT_LIBRARY,$(shell readelf -d \
	"$$($(CC) -print-file-name=libcriterion.so)" 2>/dev/null | \
	sed -n 's/.*(NEEDED).*\[\(libgit2[^]]*\)\].*/\1/p'))

TM_VERSION := 0.1.0
TM_COMMIT := $(shell git describe --always --dirty --abbrev=12 --exclude='*' 2>/dev/null || echo unknown)

# --- sources ----------------------------------------------------------------

LIB_SOURCES := $(filter-out src/cli/% src/preload/%,$(wildcard src/*/*.c src/*/*/*.c))
CLI_SOURCES := $(wildcard src/cli/*.c)
SCENARIO_SOURCES := $(wildcard scenarios/*.c)
BENCH_SOURCES := $(wildcard bench/*.c)
TEST_DIRS := $(sort $(dir $(wildcard tests/*/test_*.c tests/*/*/test_*.c)))
SUPPORT_SOURCES := $(wildcard tests/support/*.c)
WRAP_SOURCES := tests/support/memory.c tests/support/disk.c
TEST_SUPPORT := $(BUILD)/tests/support.a
PRELOAD_SOURCES := $(wildcard src/preload/*.c src/preload/*/*.c)

object = $(patsubst %.c,$(BUILD)/%.o,$(1))

LIB := $(BUILD)/libtidemark.a
CLI := $(if $(CLI_SOURCES),$(BUILD)/tidemark)
SCENARIOS := $(patsubst scenarios/%.c,$(BUILD)/scenarios/%,$(SCENARIO_SOURCES))
# What scenarios take, for tidemark to check and to show.
SCENARIO_OPTIONS := $(if $(SCENARIOS),$(BUILD)/scenarios/options.jsonl)
CANARIES := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/canary/*.c))
WORKER_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/worker/*.c))
# Only tests use it; without it they are skipped.
MIMALLOC := $(firstword $(wildcard $(addsuffix /libmimalloc.so,/usr/lib /usr/lib64 /usr/lib/* /usr/local/lib)))
PRELOAD_PROGRAMS := $(addprefix $(BUILD)/tests/preload/programs/,subject subject-jemalloc \
	churn-static operators operators-jemalloc own-malloc churn leak \
	leaky leaky_plugin.so) \
	$(if $(MIMALLOC),$(addprefix $(BUILD)/tests/preload/programs/,subject-mimalloc operators-mimalloc))
# Without a JDK the tests that need these are skipped.
JAVAC := $(firstword $(wildcard $(addsuffix /javac,$(subst :, ,$(PATH)))))
JAVA_PROGRAMS := $(if $(JAVAC),$(patsubst %.java,$(BUILD)/%.class,$(wildcard tests/heap/programs/*.java)))
CLI_PROGRAMS := $(patsubst %.c,$(BUILD)/%,$(wildcard tests/cli/programs/*.c))
EXAMPLES := $(patsubst %.c,$(BUILD)/%,$(wildcard examples/*/*.c))
BENCHES := $(patsubst bench/%.c,$(BUILD)/bench/%,$(BENCH_SOURCES))
OVERHEAD := $(addprefix $(BUILD)/bench/overhead/,loop json)
CORPUS := $(addprefix $(BUILD)/bench/corpus/,corpus-jemalloc corpus-glibc corpus-evaluate)
PRELOAD := $(BUILD)/libtidemark-preload.so
# Helpers that run inside language runtimes, in their languages.
AGENTS := $(patsubst src/heap/%,$(BUILD)/%,$(wildcard src/heap/agents/*))
TESTS := $(patsubst tests/%/,$(BUILD)/tests/%/test,$(TEST_DIRS))

# What install copies, as SOURCE:DESTINATION, and the folders that are ours alone.
INSTALL_PROGRAMS = $(CLI):bin/tidemark \
	$(foreach program,$(SCENARIOS),$(program):libexec/tidemark/scenarios/$(notdir $(program)))
INSTALL_FILES = $(LIB):lib/libtidemark.a \
	$(foreach file,$(SCENARIO_OPTIONS),$(file):libexec/tidemark/scenarios/options.jsonl) \
	$(PRELOAD):lib/tidemark/libtidemark-preload.so \
	$(foreach agent,$(AGENTS),$(agent):lib/tidemark/agents/$(notdir $(agent))) \
	include/tidemark.h:include/tidemark.h \
	include/tidemark_mark.h:include/tidemark_mark.h \
	$(BUILD)/tidemark.pc:lib/pkgconfig/tidemark.pc \
	$(call share,scripts/plot,plot) $(call share,bench,suites,-name '*.ini') \
	$(call share,results/reference,reference) \
	$(foreach page,$(MAN_PAGES),$(page):share/man/man1/$(notdir $(page))) \
	$(BUILD)/completions/bash:share/bash-completion/completions/tidemark \
	$(BUILD)/completions/zsh:share/zsh/site-functions/_tidemark \
	$(BUILD)/completions/fish:share/fish/vendor_completions.d/tidemark.fish
INSTALL_FOLDERS := libexec/tidemark lib/tidemark share/tidemark

# Made by the command itself, from its tables of options.
COMMANDS := $(patsubst src/cli/cmd_%.c,%,$(wildcard src/cli/cmd_*.c))
MAN_PAGES := $(BUILD)/man/tidemark.1 $(COMMANDS:%=$(BUILD)/man/tidemark-%.1)
COMPLETIONS := $(addprefix $(BUILD)/completions/,bash zsh fish)

# Each file below folder $(1), as $(2) below share/tidemark.
share = $(foreach file,$(shell find $(1) -type f $(3)),\
	$(file):$(patsubst $(1)/%,share/tidemark/$(2)/%,$(file)))

.PHONY: all man programs tests lab-tests stress-programs benches canaries example-programs examples deps test coverage check gate bench bench-live bench-speed bench-overhead plot \
	corpus corpus-sample golden-update mutants \
	format install uninstall clean help
.DEFAULT_GOAL := all

all: programs ## build the tidemark command and the scenarios
ifeq ($(BUILD),build/release)
	@ln -sfn release/tidemark build/tidemark
	@ln -sfn release/scenarios build/scenarios
endif

programs: $(CLI) $(SCENARIOS) $(SCENARIO_OPTIONS) $(PRELOAD) $(AGENTS)
lab-tests: programs $(filter $(BUILD)/tests/lab/%,$(TESTS))
tests: programs $(TESTS) $(WORKER_PROGRAMS) $(PRELOAD_PROGRAMS) $(CLI_PROGRAMS) $(JAVA_PROGRAMS)
benches: $(BENCHES) $(CORPUS) $(OVERHEAD)
canaries: $(CANARIES)
example-programs: $(EXAMPLES)

# What the other goals of this call need; alone, what building and measuring need.
DEPS_GROUPS := $(if $(filter-out deps,$(MAKECMDGOALS)),build) \
	$(if $(filter check bench-live bench-speed examples,$(MAKECMDGOALS)),services) \
	$(if $(filter check bench-live bench-speed examples,$(MAKECMDGOALS)),worker) \
	$(if $(filter bench-overhead,$(MAKECMDGOALS)),overhead) \
	$(if $(filter check test tests coverage format examples,$(MAKECMDGOALS)),check)

deps: ## install the packages that are missing (as root or by sudo)
	@scripts/install-deps $(DEPS_GROUPS)

# Everything that is compiled or run waits for deps when both are asked for.
AFTER_DEPS := $(filter deps,$(MAKECMDGOALS))

test: tests ## run the unit tests of one build (VARIANT=asan for another)
	scripts/run-tests $(filter-out %/tests/live/test,$(TESTS))

coverage: | $(AFTER_DEPS) ## the share of lines that the unit tests run, by folder
	@scripts/coverage

check: | $(AFTER_DEPS) ## run every test: all builds, live servers, source checks
	@scripts/check

PLOTS := results/plots

bench: all ## measure every strategy, compare, draw the curves
	@scripts/bench $(PLOTS)

gate: all ## judge the lab's own suite by its budgets
	@build/tidemark run --suite bench/gate.ini --confirm --extend

bench-live: all ## the same against a RabbitMQ and Redis of its own
	@scripts/with-services scripts/bench --live $(PLOTS)-live

bench-speed: all benches ## ratios of speed against Celery, CPython and bare C
	@scripts/bench-speed

bench-overhead: all $(OVERHEAD) ## what exec --preload costs, compared with heaptrack and massif
	@scripts/bench-overhead

corpus: $(CORPUS) ## measure how often verdicts are right (half an hour)
	@scripts/corpus-run build/corpus
	@scripts/corpus-evaluate build/corpus 120 results/corpus

corpus-sample: $(CORPUS) ## a twentieth of it, compared with what is published
	@scripts/corpus-run build/corpus-sample --sample
	@scripts/corpus-evaluate build/corpus-sample 20 build/corpus-sample/corpus

golden-update: ## store today's decisions about the stored series
	@scripts/golden-update

# FOLDERS, COUNT and SEED may be given.
FOLDERS := stats gate runtime results
mutants: ## how many random changes of the source the unit tests notice
	@for folder in $(FOLDERS); do \
		scripts/mutants --folder $$folder --count $(or $(COUNT),120) \
			--seed $(or $(SEED),1) || exit; \
	done

examples: all example-programs ## what tidemark says of the programs in examples/
	@scripts/with-services scripts/examples-table

plot: all ## draw the curves of the newest stored runs again (LAST=2)
	@build/tidemark plot --last $(or $(LAST),1) --output-dir $(PLOTS)

help: ## list these targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  %-14s %s\n",$$1,$$2}' $(MAKEFILE_LIST)

format: | $(AFTER_DEPS) ## lay out the C source as the project does
	scripts/check-format --fix

man: $(MAN_PAGES) ## write the manual pages to build/man
ifeq ($(BUILD),build/release)
	@ln -sfn release/man build/man
endif

install: programs $(MAN_PAGES) $(COMPLETIONS) $(BUILD)/tidemark.pc ## install under PREFIX (/usr/local), staged in DESTDIR
	@set -e; \
	for pair in $(INSTALL_PROGRAMS); do \
		install -D -m 755 "$${pair%%:*}" "$(DESTDIR)$(PREFIX)/$${pair#*:}"; \
	done; \
	for pair in $(INSTALL_FILES); do \
		install -D -m 644 "$${pair%%:*}" "$(DESTDIR)$(PREFIX)/$${pair#*:}"; \
	done
	@echo 'tidemark: installed in $(DESTDIR)$(PREFIX)'

uninstall: ## remove what install put there
	@for pair in $(INSTALL_PROGRAMS) $(INSTALL_FILES); do \
		rm -f "$(DESTDIR)$(PREFIX)/$${pair#*:}"; \
	done
	@for folder in $(INSTALL_FOLDERS); do \
		find "$(DESTDIR)$(PREFIX)/$$folder" -depth -type d -empty \
			-delete 2>/dev/null || true; \
	done

clean: ## remove everything that was built
	rm -rf build

# --- rules ------------------------------------------------------------------

# One short line a file; V=1 shows the whole commands, -s nothing.
ifeq ($(V)$(findstring s,$(firstword -$(MAKEFLAGS))),)
say = @printf '  %-5s %s\n' $(1) '$@';
endif

# The stamp changes when the compiler or its flags do, and with it everything.
FLAGS = $(CC) $(TM_CFLAGS) $(TM_PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(TM_LDFLAGS) $(LDFLAGS)
$(BUILD)/flags.stamp: force | $(AFTER_DEPS)
	@mkdir -p $(@D)
	@$(PKG_CONFIG) --print-errors --exists $(TM_PACKAGES_ALLOCATOR) $(TM_PACKAGES) || \
	 { echo 'tidemark: packages are missing: `make deps` installs them' >&2; exit 1; }
	@echo '$(FLAGS)' | cmp -s - $@ || echo '$(FLAGS)' > $@
.PHONY: force
force:

# Likewise for what a run remembers of the program that made it:
# #include "generated/version.h".
VERSION_TEXT = \#define TM_VERSION "$(TM_VERSION)"\n\#define TM_COMMIT "$(TM_COMMIT)"\n\#define TM_VARIANT "$(VARIANT)"
$(BUILD)/generated/version.h: force
	@mkdir -p $(@D)
	@printf '$(VERSION_TEXT)\n' | cmp -s - $@ || printf '$(VERSION_TEXT)\n' > $@

$(BUILD)/%.o: %.c $(BUILD)/flags.stamp | $(BUILD)/generated/version.h
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(TM_CFLAGS) $(TM_PKG_CFLAGS) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(LIB): $(call object,$(LIB_SOURCES))
	@rm -f $@
	$(call say,AR)$(AR) rcs $@ $^

# What is loaded into other people's programs: fast, never sanitized, and with
# nothing but libc.  The compiler must not make a calloc() out of our calloc().
PRELOAD_CFLAGS = $(filter-out -O% -fsanitize% -fno-sanitize% -fprofile-instr% -fcoverage%,$(TM_CFLAGS) $(CFLAGS)) \
	-O2 -fPIC -fvisibility=hidden -fno-plt -fno-builtin-malloc \
	-fno-builtin-calloc -fno-builtin-realloc -fno-builtin-free \
	-ftls-model=initial-exec -fomit-frame-pointer

$(call object,$(PRELOAD_SOURCES)): $(BUILD)/%.o: %.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(PRELOAD_CFLAGS) $(CPPFLAGS) -MMD -MP -c $< -o $@

$(PRELOAD): $(call object,$(PRELOAD_SOURCES))
	$(call say,LINK)$(CC) $(PRELOAD_CFLAGS) -shared -Wl,-z,now,-z,defs,-soname,$(@F) $^ -o $@

$(BUILD)/agents/%: src/heap/agents/%
	@mkdir -p $(@D)
	@cp $< $@

LINK = $(CC) $(TM_CFLAGS) $(CFLAGS) $(TM_LDFLAGS) $(LDFLAGS)

$(BUILD)/tidemark: $(call object,$(CLI_SOURCES)) $(LIB)
	$(call say,LINK)$(LINK) $(call object,$(CLI_SOURCES)) $(LIB) $(TM_TOOL_LIBS) $(TM_LDLIBS) -o $@

$(BUILD)/man/tidemark.1: $(BUILD)/tidemark $(SCENARIO_OPTIONS)
	@mkdir -p $(@D)
	$(call say,MAN)$< help --man >$@

$(BUILD)/man/tidemark-%.1: $(BUILD)/tidemark $(SCENARIO_OPTIONS)
	@mkdir -p $(@D)
	$(call say,MAN)$< help --man $* >$@

$(BUILD)/completions/%: $(BUILD)/tidemark $(SCENARIO_OPTIONS)
	@mkdir -p $(@D)
	$(call say,GEN)$< help --completion $* >$@

$(SCENARIO_OPTIONS): $(firstword $(SCENARIOS))
	$(call say,GEN)$< --describe-options >$@.new && mv $@.new $@

$(BUILD)/scenarios/%: $(BUILD)/scenarios/%.o $(LIB)
	$(call say,LINK)$(LINK) $< $(LIB) $(TM_PKG_LIBS) $(TM_LDLIBS) -o $@

$(BUILD)/bench/%: $(BUILD)/bench/%.o $(LIB)
	$(call say,LINK)$(LINK) $< $(LIB) $(TM_PKG_LIBS) $(TM_LDLIBS) -o $@

# What is watched has glibc's malloc.
$(BUILD)/bench/overhead/%: $(BUILD)/bench/overhead/%.o
	$(call say,LINK)$(LINK) $< $(WITHOUT_JEMALLOC) -o $@

# The corpus's programs, with each allocator; what decides about them allocates
# nothing that is measured.
CORPUS_PROGRAMS = $(call object,$(wildcard bench/corpus/*.c)) $(LIB)
$(BUILD)/bench/corpus/corpus-jemalloc: $(CORPUS_PROGRAMS)
	$(call say,LINK)$(LINK) $^ -Wl,--as-needed $(TM_PKG_LIBS) $(TM_LDLIBS) -o $@

$(BUILD)/bench/corpus/corpus-glibc: $(CORPUS_PROGRAMS)
	$(call say,LINK)$(LINK) $^ $(WITHOUT_JEMALLOC) $(TM_LDLIBS) -o $@

$(BUILD)/bench/corpus/corpus-evaluate: $(call object,$(wildcard bench/corpus/evaluate/*.c)) $(LIB)
	$(call say,LINK)$(LINK) $^ -Wl,--as-needed $(TM_PKG_LIBS) $(TM_LDLIBS) -o $@

# One test program a folder: tests/gate/*.c -> build/VARIANT/tests/gate/test
.SECONDARY:
.SECONDEXPANSION:
TEST_STUBS = $(patsubst %,$(BUILD)/tests/stub/%,$(GIT_LIBRARY))
# tests/support/memory.c refuses memory, disk.c what a full or broken disk does:
# each request is made through them.
TEST_WRAPPED = malloc calloc realloc strdup vasprintf \
	fopen fopen64 fflush fsync fclose rename mkdir
TEST_WRAPS = $(foreach name,$(TEST_WRAPPED),-Wl,--wrap=$(name))
STUB_FLAGS = -Wl,--push-state,--no-as-needed $(TEST_STUBS) -Wl,--pop-state,-rpath,'$$ORIGIN/../stub:$$ORIGIN/../../stub'
# Criterion starts the program anew for each test: what only the lab needs is
# loaded by the lab's tests only.
TEST_LIBS = $(WITHOUT_JEMALLOC)
$(BUILD)/tests/lab/%/test $(BUILD)/tests/live/test $(BUILD)/tests/worker/test $(BUILD)/tests/probe/test: TEST_LIBS = $(TM_PKG_LIBS)
$(BUILD)/tests/%/test: $$(call object,$$(wildcard tests/$$*/*.c)) $(call object,$(WRAP_SOURCES)) $(TEST_SUPPORT) $(LIB) | $$(TEST_STUBS)
	$(call say,LINK)$(LINK) $(TEST_WRAPS) $(filter %.o,$^) $(TEST_SUPPORT) $(LIB) $(if $(TEST_STUBS),$(STUB_FLAGS)) $(TM_TEST_LIBS) $(TEST_LIBS) $(TM_LDLIBS) -o $@

# An archive: a test links what it uses, and no library of the rest.  What a
# compiler's own runtime may call, too, is linked always.
$(TEST_SUPPORT): $(call object,$(filter-out $(WRAP_SOURCES),$(SUPPORT_SOURCES)))
	$(call say,AR)rm -f $@ && $(AR) rcs $@ $^

# First among the libraries of a test program, it is taken for the real one.
$(BUILD)/tests/stub/%: tests/support/stub/libgit2.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(call say,LINK)$(CC) $(PRELOAD_CFLAGS) -fvisibility=default -shared -Wl,-soname,$* $< -o $@

# Parts of the preloaded library can be tried alone.
$(BUILD)/tests/preload/test: $(addprefix $(BUILD)/src/preload/,poisson.o sampled_blocks.o stack.o unwind.o)

# The library is static, so what it needs is named for every link.
define PKG_CONFIG_FILE
prefix=$(PREFIX)
libdir=$${prefix}/lib
includedir=$${prefix}/include

Name: tidemark
Description: Write scenarios whose memory growth tidemark measures
Version: $(TM_VERSION)
Libs: -L$${libdir} -ltidemark $(TM_PKG_LIBS) $(TM_LDLIBS)
Cflags: -I$${includedir}
endef

$(BUILD)/tidemark.pc: force | $(BUILD)/flags.stamp
	$(file >$@,$(PKG_CONFIG_FILE))

# Programs that must fail, or the checks are blind: tests/canary/prove.
$(BUILD)/tests/canary/%: $(BUILD)/tests/canary/%.o
	$(call say,LINK)$(LINK) $< $(TM_TEST_LIBS) $(TM_PKG_LIBS) $(TM_LDLIBS) -o $@

# Programs as anybody's: nothing of tidemark is linked in.
$(BUILD)/examples/%: $(BUILD)/examples/%.o
	$(call say,LINK)$(LINK) $< -o $@

# What a real Celery worker gets to run: tests/worker/prove.
$(BUILD)/tests/worker/%: $(BUILD)/tests/worker/%.o $(LIB)
	$(call say,LINK)$(LINK) $< $(LIB) $(TM_PKG_LIBS) $(TM_LDLIBS) -o $@

# What the preloaded library is tried on: without AddressSanitizer, which would
# bring its own malloc, and with the compiler's hands off malloc and free.
PRELOADED_CFLAGS = $(filter-out -O% -fsanitize% -fno-sanitize% -fprofile-instr% -fcoverage%,$(TM_CFLAGS) $(CFLAGS)) \
	-O1 -fno-builtin -Itests
PRELOADED_CXXFLAGS = -std=c++17 -g -O1 -Wall -Wextra -Isrc -Itests
$(BUILD)/tests/heap/programs/%.class: tests/heap/programs/%.java
	@mkdir -p $(@D)
	$(call say,JAVAC)$(JAVAC) -d $(@D) $<

$(BUILD)/tests/cli/programs/%: tests/cli/programs/%.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(PRELOADED_CFLAGS) -MMD -MP $< -o $@

# What tests/stress/prove runs with VARIANT=tsan.  ThreadSanitizer has a malloc of
# its own: the preloaded library's entry points are called stress_malloc() ..., and
# the allocator behind them is the sanitizer's.
STRESS_RENAMES := $(foreach name,malloc calloc realloc reallocarray free posix_memalign \
	memalign aligned_alloc valloc pvalloc,-D$(name)=stress_$(name))
STRESS_OBJECTS := $(patsubst src/preload/%.c,$(BUILD)/stress/%.o,\
	$(filter-out %/operators.c,$(PRELOAD_SOURCES)))
STRESS_PROGRAMS := $(addprefix $(BUILD)/tests/stress/,preload marks race)

stress-programs: $(STRESS_PROGRAMS)

$(STRESS_OBJECTS): $(BUILD)/stress/%.o: src/preload/%.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(TM_CFLAGS) $(STRESS_RENAMES) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c $< -o $@

$(BUILD)/tests/stress/preload: $(BUILD)/tests/stress/preload.o $(STRESS_OBJECTS)
	$(call say,LINK)$(LINK) $^ -o $@

$(BUILD)/tests/stress/race: $(BUILD)/tests/stress/race.o
	$(call say,LINK)$(LINK) $^ -o $@

$(BUILD)/tests/stress/marks: $(BUILD)/tests/stress/marks.o \
		$(call object,$(wildcard src/marks/*.c src/metric/*.c src/stats/*.c src/util/*.c))
	$(call say,LINK)$(LINK) $^ $(TM_PKG_LIBS) $(TM_LDLIBS) -o $@

programs_of = $(BUILD)/tests/preload/programs/$(1)

$(call programs_of,%.o): tests/preload/programs/%.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(PRELOADED_CFLAGS) -MMD -MP -c $< -o $@

$(call programs_of,%.o): tests/preload/programs/%.cc $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(call say,CXX)$(CXX) $(PRELOADED_CXXFLAGS) -MMD -MP -c $< -o $@

$(call programs_of,reader.o): tests/preload/reader.c $(BUILD)/flags.stamp
	@mkdir -p $(@D)
	$(call say,CC)$(CC) $(PRELOADED_CFLAGS) -MMD -MP -c $< -o $@

$(call programs_of,subject): $(call programs_of,subject.o) $(call programs_of,reader.o)
	$(call say,LINK)$(CC) $^ -o $@

$(call programs_of,churn-static): $(call programs_of,churn.o)
	$(call say,LINK)$(CC) -static $^ -o $@

$(call programs_of,subject-jemalloc): $(call programs_of,subject.o) $(call programs_of,reader.o)
	$(call say,LINK)$(CC) $^ -Wl,--no-as-needed $(shell $(PKG_CONFIG) --libs jemalloc) -o $@

$(call programs_of,operators): $(call programs_of,operators.o) $(call programs_of,reader.o)
	$(call say,LINK)$(CXX) $^ -o $@

$(call programs_of,operators-jemalloc): $(call programs_of,operators.o) $(call programs_of,reader.o)
	$(call say,LINK)$(CXX) $^ -Wl,--no-as-needed $(shell $(PKG_CONFIG) --libs jemalloc) -o $@

$(call programs_of,subject-mimalloc): $(call programs_of,subject.o) $(call programs_of,reader.o)
	$(call say,LINK)$(CC) $^ -Wl,--no-as-needed $(MIMALLOC) -o $@

$(call programs_of,operators-mimalloc): $(call programs_of,operators.o) $(call programs_of,reader.o)
	$(call say,LINK)$(CXX) $^ -Wl,--no-as-needed $(MIMALLOC) -o $@

$(call programs_of,leaky_plugin.o): PRELOADED_CFLAGS += -fPIC

$(call programs_of,leaky_plugin.so): $(call programs_of,leaky_plugin.o)
	$(call say,LINK)$(CC) -shared $< -o $@

$(addprefix $(call programs_of,),own-malloc churn leak leaky): %: %.o
	$(call say,LINK)$(CC) $< -o $@

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
