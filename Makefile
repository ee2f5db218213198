# The commands that people type. What they do is in scripts/.

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile

.PHONY: test
test: ## build and test everything; complete as root on Linux
	@scripts/test

.PHONY: check
check: ## the quick check: compile, format, unit tests, structure; no root, no Docker
	@scripts/check

.PHONY: demo
demo: ## show one disk's whole life on this machine; needs root on Linux
	@scripts/demo

.PHONY: bench
bench: ## measure time, calls and memory; needs root on Linux, takes half an hour
	@scripts/bench

.PHONY: e2e
e2e: ## try what users do in the cluster that KUBECONFIG names
	@scripts/e2e

.PHONY: soak
soak: ## live through an hour of trouble; fails if anything is lost, left or grows; needs root on Linux
	@scripts/soak

.PHONY: format
format: ## format all sources
	@scripts/with-jdk ./mvnw --quiet --batch-mode spotless:apply

.PHONY: manifests
manifests: ## render deploy/manifests and the table of values anew from deploy/chart
	@scripts/with-jdk ./mvnw --quiet --batch-mode --projects src-it --also-make package \
	  -Dtest='ChartManifestsTest,ChartValuesTest' -Dsurefire.failIfNoSpecifiedTests=false -Dmanifests=write

.PHONY: aot
aot: ## the caches with which the JVM of this build starts fast
	@scripts/aot

.PHONY: sbom
sbom: ## target/bom.json and THIRD-PARTY.md: what the image has of others
	@scripts/sbom

.PHONY: image
image: ## build the image; needs a Docker engine (scripts/engine start)
	@scripts/image
