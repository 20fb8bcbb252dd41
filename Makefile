# The two commands: `make run` starts everything on this machine, `make test` proves it. See README.md.
.PHONY: run test down reset bench assets verify tables screenshots format audit lint test-up test-down help

# Real sample data lies beside the checkout where it is there at all; without it the tests that need it are skipped.
export MEDIATION_SAMPLES ?= $(abspath $(CURDIR)/../shared/data)

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 12

run: ## start everything; Ctrl-C stops it, the data stays
	@infra/run.sh

test: ## build, run every test, sum up (ONLY="Intake.Specs ..." for some projects)
	@infra/test.sh $(ONLY)

down: ## stop what `make run` left running
	@infra/stop.sh

reset: ## stop and remove all data, passwords and keys of `make run`
	@infra/stop.sh
	@infra/wipe.sh run

bench: ## measure; figures for this machine
	@infra/bench.sh $(ONLY)

assets: ## fetch the web assets anew, in the versions of the lock file
	rm -rf services/Portal/node_modules services/Portal/wwwroot/lib
	npm --prefix services/Portal ci --no-audit --no-fund

verify: ## check the audit chain of every service
	@infra/verify.sh

screenshots: ## put the pictures that the last `make test` took of the pages into the README
	mkdir -p docs/screenshots
	cp screenshots/readme/*.png docs/screenshots/

tables: ## write the decision tables and the reviewed shapes of events, messages and libraries
	@for project in tests/*.Specs/*.csproj tests/Architecture.Tests/*.csproj; do UPDATE_TABLES=1 dotnet test "$$project" -v q --nologo || exit 1; done

format: ## format the C# code
	dotnet tool restore
	dotnet csharpier format .

lint: ## check format and shell scripts
	dotnet tool restore
	dotnet csharpier check .
	shellcheck .ci/run infra/*.sh infra/native/*.sh

audit: ## known vulnerabilities of the packages; needs a feed that publishes them
	dotnet list Mediation.sln package --vulnerable --include-transitive
	npm --prefix services/Portal audit --omit=dev

test-up: ## start the database and the broker of the tests and leave them running
	@infra/native/install.sh servers tests
	@infra/up.sh test

test-down: ## stop them
	@infra/down.sh test
