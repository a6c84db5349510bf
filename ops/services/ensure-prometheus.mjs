/** What watches, for the tests of ops/prometheus and ops/alertmanager. */
import { ensureProgram, searchPath } from "./ensure-program.mjs";

const PROMETHEUS = { debian: "prometheus", macos: "prometheus" };
const ALERTMANAGER = { debian: "prometheus-alertmanager", macos: "alertmanager" };

/** The path of prometheus; throws an Error of one line that says what to do. */
export function ensurePrometheus(folders = searchPath()) {
	return ensureProgram("Prometheus", ["prometheus"], PROMETHEUS, folders);
}

/** The path of promtool; throws an Error of one line that says what to do. */
export function ensurePromtool(folders = searchPath()) {
	return ensureProgram("promtool", ["promtool"], PROMETHEUS, folders);
}

/** The path of amtool; throws an Error of one line that says what to do. */
export function ensureAmtool(folders = searchPath()) {
	return ensureProgram("amtool", ["amtool"], ALERTMANAGER, folders);
}
