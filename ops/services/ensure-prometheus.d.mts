export function ensurePrometheus(folders?: readonly string[]): string;
export function ensurePromtool(folders?: readonly string[]): string;
export function ensureAmtool(folders?: readonly string[]): string;
