/** Mocha's spec reporter that also writes its counts, the titles that failed and ms by file for ops/test.mjs. */
const { writeFileSync } = require("node:fs");
const Mocha = require("mocha");

module.exports = class CountingReporter extends Mocha.reporters.Spec {
	constructor(runner, options) {
		super(runner, options);
		const failures = [];
		const msByFile = {};
		const took = ({ file, duration = 0 }) => {
			msByFile[file] = (msByFile[file] ?? 0) + duration;
		};
		runner.on("fail", (test) => failures.push(test.fullTitle()));
		runner.on("test end", took);
		runner.on("hook end", took);
		runner.once("end", () => {
			const { passes, failures: failed } = runner.stats;
			writeFileSync(
				options.reporterOptions.counts,
				JSON.stringify({ passed: passes, failed, failures, msByFile }),
			);
		});
	}
};
