/** Mocha's spec reporter that also writes its counts, and the titles that failed, to a file for ops/test.mjs. */
const { writeFileSync } = require("node:fs");
const Mocha = require("mocha");

module.exports = class CountingReporter extends Mocha.reporters.Spec {
	constructor(runner, options) {
		super(runner, options);
		const failures = [];
		runner.on("fail", (test) => failures.push(test.fullTitle()));
		runner.once("end", () => {
			const { passes, failures: failed } = runner.stats;
			writeFileSync(
				options.reporterOptions.counts,
				JSON.stringify({ passed: passes, failed, failures }),
			);
		});
	}
};
