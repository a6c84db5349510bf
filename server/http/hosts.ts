/** The host goes into join addresses, and into URLs that libraries parse. */
const PLAUSIBLE_HOST = /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i;

export function isPlausibleHost(host: string | undefined): boolean {
	return PLAUSIBLE_HOST.test(host ?? "");
}
