# The two commands of the README are `make demo` and `make test`; the others are what they are made of.
CARGO ?= cargo
STATE ?= $(HOME)/.local/state/plantd-demo
TARGET := $(shell $(CARGO) metadata --no-deps --format-version 1 2>/dev/null | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
PREFIX ?= /usr/local
SYSTEMD ?= /etc/systemd/system

.PHONY: demo test build setup lint tidy prepare release install uninstall clean-demo

demo: setup build
	@$(TARGET)/debug/plantd demo --state "$(STATE)" --samples samples

test: setup build
	@./tests/run.sh

# All targets, so that demo and tests share one build: cargo picks other features without the tests.
build:
	@$(CARGO) build --workspace --all-targets --locked

# Names what is missing, and installs it where that needs nobody's password.
setup:
	@./tests/setup.sh

lint:
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings

tidy:
	$(CARGO) test --locked -p plant-tests --test tidy

# Writes daemon/store/.sqlx again from a scratch database; commit what it changes.
prepare:
	./daemon/store/prepare.sh

release:
	$(CARGO) build --workspace --release --locked

install: release
	./systemd/install.sh "$(TARGET)/release" "$(PREFIX)" "$(SYSTEMD)"

uninstall:
	./systemd/uninstall.sh "$(PREFIX)" "$(SYSTEMD)"

# Under root the cluster lies elsewhere where Postgres can't reach the state folder; a link leads there.
clean-demo:
	@case "$$(readlink "$(STATE)/pg")" in /var/lib/plant-clusters/?*) rm -rf "$$(readlink "$(STATE)/pg")" ;; esac
	rm -rf "$(STATE)"
