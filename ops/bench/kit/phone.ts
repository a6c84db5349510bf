/** What Lighthouse takes for a phone: its slow 4G, and a processor a quarter as fast. */
export const phone = {
	...{ latencyMs: 150, downBytes: 1_638_400 / 8, upBytes: 768_000 / 8, slowdown: 4 },
	viewport: { width: 390, height: 844 },
} as const;
