# SPDX-License-Identifier: GPL-3.0-or-later
# Jabbar23: one non-recursive Makefile; everything it makes is under build/.
#
#   make            build/jabbard and build/jabbar
#   make docs       the reference pages in docs/ from the tables
#   make demo       a complete demo in build/demo, then the client
#   make check      all tests; the last line is `N passed, N failed`
#
# Variables: V=1 (show commands), SAN=address,undefined (own build directory), CC, CFLAGS, PREFIX,
# DESTDIR, WERROR=-Werror, DEMO_DIR, CUSTOMERS, TUI=no.

VERSION  := 0.1.0
PREFIX   ?= /usr/local
SYSCONF  ?= /etc/jabbar
CC       := $(if $(filter default,$(origin CC)),gcc,$(CC))
SAN      ?=
WERROR   ?= -Werror
B        := build$(if $(SAN),/san)
SHELL    := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
Q        := $(if $(V),,@)
say       = $(if $(V),:,printf '  %-4s %s\n')

# ---------------------------------------------------------------- packages
# The one list of Debian packages: what builds it, what it runs with, and
# what its tests use.
DEPS_BUILD := gcc make pkg-config libevent-dev libssl-dev libpq-dev \
	libjansson-dev libtalloc-dev libsodium-dev libncurses-dev \
	libreadline-dev libcups2-dev libqrencode-dev libutf8proc-dev \
	libinih-dev uthash-dev libsystemd-dev
DEPS_RUN   := postgresql-15 openssl ncurses-term
DEPS_TEST  := libcmocka-dev libpng-dev postgresql-15-pgtap pgtap cups-daemon \
	cups-client cups-ipp-utils socat tmux zbar-tools mandoc codespell \
	shellcheck gettext clang clang-tidy cppcheck libclang-rt-14-dev \
	jq procps git python3
DEPS       := $(DEPS_BUILD) $(DEPS_RUN) $(DEPS_TEST)

# ---------------------------------------------------------------- flags
PKGS     := libevent libevent_openssl openssl libpq jansson talloc libsodium \
	libsystemd inih libutf8proc libqrencode ncursesw
HAVE_PKGS := $(shell command -v pkg-config >/dev/null && pkg-config --exists $(PKGS) && echo yes)
ifeq ($(HAVE_PKGS),yes)
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS))
endif
IS_CLANG := $(findstring clang,$(shell $(CC) --version 2>/dev/null | head -1))

WARN := -std=gnu11 -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wold-style-definition -Wpointer-arith \
	-Wwrite-strings -Wcast-qual -Wvla -Wundef -Wformat=2 \
	-Wnull-dereference -Wimplicit-fallthrough -Wdate-time -Wfloat-equal \
	-Wdouble-promotion -Wno-missing-field-initializers \
	$(WERROR)
WARN_GCC := -Wlogical-op -Wduplicated-cond -Wduplicated-branches \
	-Wformat-overflow=2 -Wformat-truncation=2 -Wjump-misses-init
HARDEN := -fstack-protector-strong -fstack-clash-protection -fcf-protection \
	-fno-strict-aliasing -fno-common -fPIE
CFLAGS ?= -O2 -g
CPPFLAGS += -D_GNU_SOURCE -DJB_VERSION='"$(VERSION)"' \
	-DJB_SYSCONF='"$(SYSCONF)"' -DHASH_FUNCTION=HASH_FNV \
	-I. -Icommon -I$(B)/gen $(PKG_CFLAGS)
LDFLAGS += -pie -Wl,-z,relro,-z,now -Wl,--as-needed
ifeq ($(SAN),)
CPPFLAGS += -D_FORTIFY_SOURCE=2
else
CFLAGS   := -O1 -g -fno-omit-frame-pointer
SANFLAGS := -fsanitize=$(SAN) -fno-sanitize-recover=undefined
WARN     := $(filter-out -Wnull-dereference,$(WARN))
WARN_GCC := $(filter-out -Wformat-overflow=2 -Wformat-truncation=2,$(WARN_GCC))
endif
ifeq ($(IS_CLANG),)
WARN   += $(WARN_GCC)
HARDEN += -ftrivial-auto-var-init=zero
else
# GNU C is the language; gcc does not ask about macros of system headers.
WARN   += -Wno-gnu-statement-expression
endif
ALL_CFLAGS = $(CPPFLAGS) $(WARN) $(HARDEN) $(SANFLAGS) $(CFLAGS) -MMD -MP

LIBS_COMMON := -ljansson -ltalloc -lutf8proc -lqrencode -linih -lcups -lcrypto -lm
LIBS_SERVER := -levent -levent_openssl -lssl -lcrypto -lpq -lsodium -lsystemd
LIBS_CLIENT := -levent -levent_openssl -lssl -lcrypto -lncursesw -ltinfo \
	-lreadline

# ---------------------------------------------------------------- sources
COMMON_SRC := $(filter-out common/gen/%,$(wildcard common/*/*.c))
SERVER_SRC := $(filter-out server/main.c,$(wildcard server/*.c server/*/*.c))
CLIENT_SRC := $(filter-out tui-client/main.c,$(wildcard tui-client/*.c \
	tui-client/*/*.c tui-client/*/*/*.c))
SQL_SRC    := $(sort $(wildcard sql/*/*.sql))
PO_SRC     := $(wildcard tui-client/po/*.po)

# A file that is gone must be gone from what was made of it too: each list of
# files is a file that changes when the list does.
keep = $(B)/gen/$(1).list
write_list = $(shell mkdir -p $(B)/gen && printf '%s\n' $(2) >$(B)/gen/$(1).list.new && \
	if cmp -s $(B)/gen/$(1).list.new $(B)/gen/$(1).list; then rm $(B)/gen/$(1).list.new; \
	else mv $(B)/gen/$(1).list.new $(B)/gen/$(1).list; fi)
ifeq ($(filter clean deps lint fmt-check demo-stop dist,$(MAKECMDGOALS)),)
$(call write_list,sql,$(SQL_SRC))
$(call write_list,po,$(PO_SRC))
$(call write_list,common,$(COMMON_SRC))
$(call write_list,server,$(SERVER_SRC))
$(call write_list,client,$(CLIENT_SRC))
endif

OBJ = $(patsubst %.c,$(B)/obj/%.o,$(1))
LIBCOMMON := $(B)/libcommon.a
LIBSERVER := $(B)/libserver.a
LIBCLIENT := $(B)/libclient.a

all: $(B)/jabbard $(B)/jabbar

$(B)/jabbard: $(call OBJ,server/main.c) $(LIBSERVER) $(LIBCOMMON)
	@$(say) LD $@
	$(Q)$(CC) $(SANFLAGS) $(CFLAGS) -o $@ $^ $(LDFLAGS) $(LIBS_SERVER) $(LIBS_COMMON)

$(B)/jabbar: $(call OBJ,tui-client/main.c) $(LIBCLIENT) $(LIBCOMMON)
	@$(say) LD $@
	$(Q)$(CC) $(SANFLAGS) $(CFLAGS) -o $@ $^ $(LDFLAGS) $(LIBS_CLIENT) $(LIBS_COMMON)

define archive
$(1): $(2) $(3)
	@mkdir -p $$(@D)
	@rm -f $$@
	@$$(say) AR $$@
	$$(Q)$$(AR) rcs $$@ $$(filter %.o,$$^)
endef
$(eval $(call archive,$(LIBCOMMON),$(call OBJ,$(COMMON_SRC)),$(call keep,common)))
$(eval $(call archive,$(LIBSERVER),$(call OBJ,$(SERVER_SRC)) $(B)/obj/gen/sql_embed.o,$(call keep,server)))
$(eval $(call archive,$(LIBCLIENT),$(call OBJ,$(CLIENT_SRC)) $(B)/obj/gen/catalog.o,$(call keep,client)))

$(B)/obj/common/fmt/%.o: WARN += -Wconversion
$(B)/obj/server/%.o $(B)/obj/tests/unit/test_server_%.o \
$(B)/obj/tests/tools/server_%.o: CPPFLAGS += -Iserver
$(B)/obj/tui-client/%.o $(B)/obj/tests/unit/test_client_%.o \
$(B)/obj/tests/tools/client_%.o: CPPFLAGS += -Itui-client
$(B)/obj/%.o: %.c | $(B)/gen/.made
	@mkdir -p $(@D)
	@$(say) CC $<
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(B)/obj/gen/%.o: $(B)/gen/%.c
	@mkdir -p $(@D)
	@$(say) CC $<
	$(Q)$(CC) $(ALL_CFLAGS) -c -o $@ $<

# ---------------------------------------------------------------- generated
$(B)/gen/.made:
	@[ "$(HAVE_PKGS)" = yes ] || { echo "The libraries are not all installed: run 'make deps' first." >&2; exit 1; }
	@mkdir -p $(@D)
	@touch $@
# The tools run while building: never sanitized (a leak check would cost more
# than it finds), but compiled with every warning.
GEN_LIB := common/gen/gen.c common/base/io.c common/base/err.c
$(B)/gen/tool-%: common/gen/%.c $(GEN_LIB) common/gen/gen.h | $(B)/gen/.made
	@$(say) LD $@
	$(Q)$(CC) $(CPPFLAGS) $(WARN) -O1 -g -o $@ $< $(GEN_LIB) -ltalloc -lcrypto
$(B)/gen/sql_embed.c: $(B)/gen/tool-sqlembed $(SQL_SRC) $(call keep,sql)
	@$(say) GEN $@
	$(Q)$< $(SQL_SRC) >$@
$(B)/gen/catalog.c: $(B)/gen/tool-pogen $(PO_SRC) $(call keep,po)
	@$(say) GEN $@
	$(Q)$< $(PO_SRC) >$@

# ---------------------------------------------------------------- tests
UNIT_SRC := $(wildcard tests/unit/test_*.c)
UNIT_BIN := $(patsubst tests/unit/%.c,$(B)/tests/%,$(UNIT_SRC))
TLIB_SRC := $(wildcard tests/lib/*.c)
TOOL_SRC := $(wildcard tests/tools/*.c)
TOOL_BIN := $(patsubst tests/tools/%.c,$(B)/tests/%,$(TOOL_SRC))
LIBTEST  := $(B)/libtest.a
$(eval $(call archive,$(LIBTEST),$(call OBJ,$(TLIB_SRC))))

# A unit test's name says what it may link: test_common_*, test_server_*,
# test_client_*. Tools are named the same way: common_*, server_*, client_*.
link_test = @mkdir -p $(@D); $(say) LD $@; $(CC) $(SANFLAGS) $(CFLAGS) -o $@ $^ $(LDFLAGS)
define test_rules
$(B)/tests/test_$(1)_%: $(B)/obj/tests/unit/test_$(1)_%.o $(LIBTEST) $(2) $(LIBCOMMON)
	$$(link_test) $(3) $(LIBS_COMMON) -lcmocka -lpng
$(B)/tests/$(1)_%: $(B)/obj/tests/tools/$(1)_%.o $(LIBTEST) $(2) $(LIBCOMMON)
	$$(link_test) $(3) $(LIBS_COMMON) -lpng
endef
$(eval $(call test_rules,common,,))
$(eval $(call test_rules,server,$(LIBSERVER),$(LIBS_SERVER)))
$(eval $(call test_rules,client,$(LIBCLIENT),$(LIBS_CLIENT)))

test-programs: $(UNIT_BIN) $(TOOL_BIN)

# tests/fuzz/run calls this with clang and SAN=fuzzer-no-link,...
FUZZ_BIN := $(patsubst tests/fuzz/%.c,$(B)/fuzz/%,$(wildcard tests/fuzz/*.c))
$(B)/fuzz/%: $(B)/obj/tests/fuzz/%.o $(LIBCOMMON)
	@mkdir -p $(@D); $(say) LD $@
	$(Q)$(CC) -fsanitize=fuzzer $(SANFLAGS) $(CFLAGS) -o $@ $^ $(LDFLAGS) $(LIBS_COMMON)
fuzz-programs: $(FUZZ_BIN)

# Everything CI runs: both builds, then every suite against the sanitized one.
check: deps
	@$(MAKE) --no-print-directory -j2 all
	@$(MAKE) --no-print-directory -j2 SAN=address,undefined all test-programs
	@tests/run

lint: deps
	@tests/lint/run

fuzz: deps
	@tests/fuzz/run

bench: deps
	@$(MAKE) --no-print-directory -j2 all test-programs
	@tests/bench/run

# The reference pages that the tables write; a test compares them.
docs: deps
	@$(MAKE) --no-print-directory -j2 all $(B)/tests/server_tables $(B)/tests/client_tables
	@B="$(B)" tests/tables/docs docs

fmt-check:
	@git ls-files '*.c' '*.h' | xargs -r clang-format --dry-run --Werror

# ---------------------------------------------------------------- demo
DEMO_DIR  ?= $(CURDIR)/build/demo
CUSTOMERS ?= 2000
TUI       ?= yes
demo: deps
	@[ ! -e build ] || [ -w build ] || { echo "make demo: build/ belongs to $$(stat -c %U build); run it as that user, or remove build/ first." >&2; exit 1; }
	@$(MAKE) --no-print-directory -j2 all >&2
	@tests/demo/up "$(DEMO_DIR)" "$(CUSTOMERS)" "$(TUI)"
demo-stop:
	@tests/demo/down "$(DEMO_DIR)"

# ---------------------------------------------------------------- packages
deps:
	@missing=""; for p in $(DEPS); do \
	  dpkg-query -W -f='$${db:Status-Status}' $$p 2>/dev/null | grep -qx installed || missing="$$missing $$p"; \
	done; \
	if [ -n "$$missing" ]; then DEPS="$$missing" tests/lib/deps.sh; fi

# ---------------------------------------------------------------- install
install: all
	install -d $(DESTDIR)$(PREFIX)/sbin $(DESTDIR)$(PREFIX)/bin \
	  $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/man/man5 \
	  $(DESTDIR)$(PREFIX)/share/man/man7 $(DESTDIR)$(PREFIX)/share/man/man8
	install -m 755 $(B)/jabbard $(DESTDIR)$(PREFIX)/sbin/jabbard
	install -m 755 $(B)/jabbar $(DESTDIR)$(PREFIX)/bin/jabbar
	for s in 1 5 7 8; do for m in docs/man/*.$$s; do \
	  [ ! -e $$m ] || install -m 644 $$m $(DESTDIR)$(PREFIX)/share/man/man$$s/; done; done
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|^ExecStart=/usr/local/sbin|ExecStart=$(PREFIX)/sbin|' docs/jabbard.service \
	  >$(DESTDIR)$(PREFIX)/lib/systemd/system/jabbard.service
	chmod 644 $(DESTDIR)$(PREFIX)/lib/systemd/system/jabbard.service

dist:
	@mkdir -p build
	git archive --prefix=jabbar-$(VERSION)/ HEAD | gzip -n9 >build/jabbar-$(VERSION).tar.gz
	@sha256sum build/jabbar-$(VERSION).tar.gz

clean:
	rm -rf build/obj build/san build/clang build/fuzz build/gen build/tests build/*.a build/jabbard build/jabbar

-include $(shell find $(B)/obj -name '*.d' 2>/dev/null)
.PHONY: all check lint fuzz bench docs fmt-check demo demo-stop deps install dist clean test-programs fuzz-programs
.SECONDARY:
